"""Programs of SymPy fields equal SymPy's own values, for random fields and for what `theory` derives."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from numerics.flow.from_sympy import program_from_sympy
from tests.numerics.flow.program_values import DIGITS, velocity
from theory.derivations.deep_race import _weight_flow
from theory.flow import balanced_polar_flow, polar_flow, projected_flow
from theory.network import Network, freeze_gates, predictions, residuals
from theory.saturated_race import shared_target_flow

X, Y, Z = sympy.symbols("x y z", real=True)
RATIONALS = st.fractions(min_value=Fraction(1, 9), max_value=4, max_denominator=50)
LEAVES = st.sampled_from([X, Y, Z]) | RATIONALS.map(lambda value: sympy.Rational(value.numerator, value.denominator))


def larger(inner: st.SearchStrategy) -> st.SearchStrategy:
    """Return expressions that are defined where all symbols are positive: signs come from `tanh`, sin and sums."""
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda pair: pair[0] + pair[1]),
        two.map(lambda pair: pair[0] * pair[1]),
        two.map(lambda pair: pair[0] / (1 + pair[1] ** 2)),
        two.map(lambda pair: pair[0] - 3 * pair[1]),
        inner.map(lambda u: sympy.log(2 + u**2)),
        inner.map(lambda u: sympy.sqrt(1 + u**2) ** 3),
        inner.map(lambda u: (1 + u**2) ** sympy.Rational(-2, 3)),
        inner.map(lambda u: sympy.exp(-(u**2))),
        inner.map(lambda u: (2 + sympy.tanh(u)) ** sympy.sin(u)),
        inner.map(sympy.tanh),
        inner.map(sympy.sin),
        inner.map(sympy.cos),
        inner.map(lambda u: sympy.pi * sympy.atan(u)),
        inner.map(lambda u: sympy.sinh(sympy.sin(u)) / sympy.cosh(sympy.cos(u))),
    )


FIELDS = st.recursive(LEAVES, larger, max_leaves=6)


def assert_equals_sympy(flow: dict, start: list[Fraction]) -> None:
    """Compare the program's velocities with SymPy's, evaluated at an exact point to 40 digits."""
    program = program_from_sympy(flow)
    place = {s: sympy.Rational(a.numerator, a.denominator) for s, a in zip(flow, start, strict=True)}
    with mpmath.workdps(DIGITS):
        rates = velocity(program, start)
        for rate, expression in zip(rates, flow.values(), strict=False):
            exact = sympy.N(sympy.sympify(expression).subs(place), DIGITS)
            expected = mpmath.mpf(str(exact))
            assert abs(rate - expected) <= mpmath.mpf(10) ** (8 - DIGITS) * (1 + abs(expected)), expression


@given(st.tuples(FIELDS, FIELDS, FIELDS), st.tuples(RATIONALS, RATIONALS, RATIONALS))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_random_elementary_field_equals_sympy(fields: tuple, start: tuple) -> None:
    assume(all(sympy.count_ops(field) < 60 for field in fields))
    assert_equals_sympy(dict(zip((X, Y, Z), fields, strict=True)), list(start))


def test_random_polynomial_field_adjoins_nothing() -> None:
    program = program_from_sympy({X: 3 * X**2 * Y - Z / 7 + sympy.Rational(1, 3), Y: X * Y * Z, Z: -(X**5)})
    assert program.adjoined == ()
    assert_equals_sympy(
        {X: 3 * X**2 * Y - Z / 7, Y: X * Y * Z, Z: -(X**5)}, [Fraction(2, 3), Fraction(-1), Fraction(4)]
    )


DERIVED = {
    "projected": (projected_flow, {"Gamma": "7/3"}),
    "polar": (polar_flow, {"Gamma": "7/3"}),
    "balanced polar": (balanced_polar_flow, {"Gamma": "7/3", "s": "-1"}),
    "shared target": (shared_target_flow, {"lam": "5/2"}),
    "deep race 2": (lambda: _weight_flow(2), {"lam": "5/2"}),
    "deep race 3": (lambda: _weight_flow(3), {"lam": "5/2"}),
    "deep race 4": (lambda: _weight_flow(4), {"lam": "5/2"}),
}


@pytest.mark.parametrize("name", DERIVED)
def test_derived_flow_equals_sympy(name: str) -> None:
    make, values = DERIVED[name]
    flow = make()
    free = {s for velocity in flow.values() for s in sympy.sympify(velocity).free_symbols}
    place = {s: sympy.Rational(values[str(s)]) for s in free if str(s) in values}
    flow = {s: sympy.sympify(velocity).subs(place) for s, velocity in flow.items()}
    assert_equals_sympy(flow, [Fraction(5, 7), Fraction(2, 3), Fraction(1, 4)][: len(flow)])


def test_deep_race_of_norm_products_with_real_powers() -> None:
    s1, s2 = sympy.symbols("s1 s2", positive=True)
    power = sympy.Rational(4, 3)  # 2 - 2/L for depth L = 3
    flow = {s: 3 * s**power * (2 - s1 - s2) for s in (s1, s2)}
    assert_equals_sympy(flow, [Fraction(1, 10), Fraction(1, 3)])


def test_logistic_network_equals_sympy() -> None:
    """The flow of one neuron derived from the network's own definition, with all gates on."""
    model = Network(width=1, dimension=2, samples=1, loss="logistic")
    f = freeze_gates(predictions(model, 0)[0], model)
    e = residuals(model, 0)[0].subs(model.f(0)[0], f)
    data = {**dict(zip(model.x(0), (2, sympy.Rational(1, 3)), strict=True)), model.y(0)[0]: -1, model.gate(0, 0): 1}
    weights = (*model.w(0), *model.v(0))
    flow = {s: (e * sympy.diff(f, s)).subs(data) for s in weights}
    assert_equals_sympy(flow, [Fraction(1, 2), Fraction(-2, 7), Fraction(3, 5)])


def test_constants_e_and_roots_are_exact() -> None:
    flow = {X: sympy.E * X + sympy.sqrt(2)}
    assert_equals_sympy(flow, [Fraction(1, 3)])


@pytest.mark.parametrize(
    ("flow", "part"),
    [
        ({X: 0.5 * X}, "Float 0.5"),
        ({X: sympy.Float("0.1", 50)}, "Float"),
        ({X: X ** sympy.Float(2)}, "Float"),
        ({X: Y}, "no velocity for y"),
        ({}, "empty"),
        ({X: sympy.Abs(X)}, "Abs"),
        ({X: sympy.Max(X, 0)}, "Max"),
        ({X: sympy.Piecewise((X, X > 0), (0, True))}, "Piecewise"),
        ({X: sympy.zoo}, "ComplexInfinity"),
        ({X: sympy.nan}, "NaN"),
        ({X: sympy.I * X}, "ImaginaryUnit"),
        ({X: sympy.log(-1 - X + X)}, "ImaginaryUnit|Pi|log"),
        ({X: X**5000}, "exponent=5000"),
        ({X + 1: X}, "not a symbol"),
        ({X: "2*x"}, "velocity is a str"),
        ({X: 0.5}, "a float"),
        ({X: [X]}, "velocity is a list"),
        ({X: 1, sympy.Symbol("x"): 2}, "same name"),
    ],
)
def test_field_that_is_refused(flow: dict, part: str) -> None:
    with pytest.raises(ValueError, match=part) as caught:
        program_from_sympy(flow)
    assert "\n" not in str(caught.value)


def test_text_is_refused_and_never_executed(tmp_path: Path) -> None:
    trace = tmp_path / "executed"
    with pytest.raises(ValueError, match="velocity is a str"):
        program_from_sympy({X: f"open({str(trace)!r}, 'w').write('x')"})
    assert not trace.exists()
