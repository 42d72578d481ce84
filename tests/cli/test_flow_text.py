"""Equations as text become programs with the same values, and nothing cancels on the way."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.evidence.balls import ball, evaluate, precision
from proofs_check.flows.terms import term_program
from proofs_check.flows.text import read_user_flow
from proofs_check.language.elaborate import Elaboration
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.language.term import call, num, var
from tests.numerics.flow.program_values import DIGITS, full_state, velocity

FUNCTIONS = "sqrt exp log sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh".split()
POINT = st.fractions(min_value=Fraction(1, 7), max_value=Fraction(6, 7), max_denominator=20)
TEXTS = st.recursive(
    st.sampled_from(["p", "v", "2", "1/3", "0.25", "pi"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, inner).map(lambda t: f"{t[0]}/(1 + ({t[1]})**2)"),
        st.tuples(inner, inner).map(lambda t: f"(1 + ({t[0]})**2)**tanh({t[1]})"),
        inner.map(lambda u: f"-({u})"),
        inner.map(lambda u: f"log(1 + ({u})**2)"),
        inner.map(lambda u: f"atan({u})"),
        inner.map(lambda u: f"d(tanh({u})*p, p)"),
        inner.map(lambda u: f"at({u}, p=v, v=1/2)"),
    ),
    max_leaves=6,
)


def exact(text: str, point: dict[str, Fraction]) -> Any:
    """Return the value of a claim's term by the evaluator of claims."""
    term = Elaboration(Statement("0 == 0", {"p": "real", "v": "real"})).term(text)
    with precision(400):
        return mpmath.mpf(ball(evaluate(term, point)).mid().str(DIGITS + 10, radius=False))


@given(TEXTS, TEXTS, POINT, POINT)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_random_equations_have_the_values_of_their_terms(first: str, second: str, p: Fraction, v: Fraction) -> None:
    flow = read_user_flow([f"p' = {first}", f"v' = {second}"], f"p={p}, v={v}")
    with mpmath.workdps(DIGITS):
        rates = velocity(flow.program, flow.start)
        for rate, text in zip(rates, (first, second), strict=False):
            expected = exact(text, {"p": p, "v": v})
            assert abs(rate - expected) <= mpmath.mpf(10) ** (10 - DIGITS) * (1 + abs(expected)), text


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_smooth_function_of_the_language_is_available(function: str) -> None:
    start = Fraction(7, 3) if function == "acosh" else Fraction(3, 7)
    flow = read_user_flow([f"p' = {function}(p)"], f"p={start}")
    with mpmath.workdps(DIGITS):
        value = velocity(flow.program, flow.start)[0]
        assert abs(value - getattr(mpmath, function)(mpmath.mpf(start.numerator) / start.denominator)) < 1e-30


def test_cancelling_quotient_keeps_its_pole_as_a_state() -> None:
    flow = read_user_flow(["p' = p/p"], "p=2")
    assert [entry.function for entry in flow.program.adjoined] == ["inverse"]
    with mpmath.workdps(DIGITS):
        assert full_state(flow.program, flow.start)[1] == mpmath.mpf("0.5")


def test_derivative_keeps_what_it_needs_to_be_defined() -> None:
    """d(log(p)*0, p) is 0 only where log(p) is defined: its state stays in the flow."""
    term = Elaboration(Statement("0 == 0", {"p": "real"})).term("d(0*log(p), p)")
    assert "log" in [entry.function for entry in term_program({"p": term}).adjoined]


def test_definitions_parameters_and_time() -> None:
    flow = read_user_flow(["c = b*t; p' = c + a\nv' = p"], " v = 1/3 , p=-0.5 ", ["a=3/2", "b = 2*a"])
    assert (flow.program.states, flow.shown) == (("p", "v", "t"), ("p", "v"))
    assert flow.start == (Fraction(-1, 2), Fraction(1, 3), Fraction(0))
    values = flow.program.values([Fraction(-1, 2), Fraction(1, 3), Fraction(2)], Fraction)
    assert [values[place] for place in flow.program.velocity] == [Fraction(15, 2), Fraction(-1, 2), 1]


def test_a_state_may_be_called_t() -> None:
    flow = read_user_flow(["t' = -t"], "t=5")
    assert (flow.program.states, flow.shown) == (("t",), ("t",))


@pytest.mark.parametrize(
    ("text", "middle", "width"),
    [
        ("p=1/2+-1/100", "1/2", "1/100"),
        ("p = 0.5 +- 0.01", "1/2", "1/100"),
        ("p in [0.4, 0.6]", "1/2", "1/10"),
        ("p in [-1/3,a]", "1/3", "2/3"),
        ("p=2*a", "2", "0"),
        ("p=-a+-a/2", "-1", "1/2"),
    ],
)
def test_box_of_a_start_is_exact(text: str, middle: str, width: str) -> None:
    flow = read_user_flow(["p' = a"], text, ["a=1"])
    assert (flow.start, flow.radius) == ((Fraction(middle),), (Fraction(width),))


def test_a_quotient_that_never_vanishes_at_the_start_is_accepted() -> None:
    assert read_user_flow(["p' = 1/(p - sqrt(2))"], "p=3/2").program.size == 1


def test_kink_under_a_function_is_refused() -> None:
    with pytest.raises(ClaimError, match="abs has a kink"):
        read_user_flow(["p' = exp(-abs(p - 1))"], "p=3")


def test_rule_that_fails_at_a_kink_puts_a_pole_there() -> None:
    term = call("smooth", num(1), var("p"))
    assert [entry.function for entry in term_program({"p": term}).adjoined] == ["inverse"]
