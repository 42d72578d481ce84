"""Values at rational points: exact or enclosed, undefined where undefined, undecided at kinks."""

from fractions import Fraction

import mpmath
import pytest
from flint import ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.evidence.balls import ball, decide, evaluate, precision
from proofs_check.language.elaborate import elaborate
from proofs_check.language.statement import Statement
from proofs_check.language.term import UNARY, call, var

AT = [
    ("x/x == 1", "0", "undefined"),
    # the first part has values and is true or false: the second decides, unless it is undefined
    ("exp(x)*exp(-x) == 1 and x == 2", "1", "false"),
    ("exp(x)*exp(-x) == 1 and x == 1", "1", "undecided"),
    ("exp(x)*exp(-x) == 1 and 1/(x - 1) == 2", "1", "undecided"),
    ("exp(x)*exp(-x) != 1 or x == 1", "1", "true"),
    ("exp(x)*exp(-x) != 1 or x == 2", "1", "undecided"),
    ("log(x - 1) == log(x - 1) and x == 2", "1", "undefined"),
    ("x**0 == 1", "0", "true"),
    ("x**(-1) == x**(-1)", "0", "undefined"),
    ("x**(1/3) == x", "-8", "undefined"),
    ("sqrt(x) == 2", "4", "true"),
    ("sqrt(x) >= 0", "-1", "undefined"),
    ("log(x) == 0", "1", "true"),
    ("log(x) == log(x)", "0", "undefined"),
    ("atanh(x) == x", "1", "undefined"),
    ("acos(x) >= 0", "2", "undefined"),
    ("acosh(x) >= 0", "1/2", "undefined"),
    ("0*(1/x) == 0", "0", "undefined"),
    ("d(0*(1/x), x) == 0", "0", "undefined"),
    ("d(x*log(x) - x*log(x), x) == 0", "-1", "undefined"),
    ("d(abs(x), x) == sign(x)", "0", "undecided"),
    ("d(sqrt(x), x) > 0", "0", "undecided"),
    ("d(abs(x), x) == sign(x)", "-2", "true"),
    ("d(relu(x), x) == step(x)", "3", "true"),
    ("d(asin(x), x) > 0", "1", "undecided"),
    ("step(x) == 0", "0", "true"),
    ("sign(x) == 0", "0", "true"),
    ("x > 0 and 1/x > 0", "0", "false"),
    ("x <= 0 or 1/x > 0", "0", "true"),
    ("implies(x > 0, 1/x > 0)", "0", "true"),
    ("1/x > 0 or x <= 0", "0", "undefined"),
    ("tan(x) == 0", "0", "true"),
    ("max(x, -x) == abs(x)", "-3/2", "true"),
]


@pytest.mark.parametrize(("text", "x", "expected"), AT)
def test_claims_at_a_point_are_decided_by_the_definition(text: str, x: str, expected: str) -> None:
    assert decide(elaborate(Statement(text, {"x": "real"})).claim, {"x": Fraction(x)}) == expected


def test_relu_at_zero_is_the_lemma_s_convention() -> None:
    claim = elaborate(Statement("step(x) == 1", {"x": "real"})).claim
    assert decide(claim, {"x": Fraction(0)}, 1) == "true"
    assert decide(claim, {"x": Fraction(0)}, 0) == "false"


REFERENCE = {
    "abs": abs,
    "relu": lambda u: max(u, 0),
    "step": lambda u: int(u > 0),
    "sign": mpmath.sign,
}


def _is_real(function, at) -> bool:
    try:
        value = function(at)
    except (ValueError, ZeroDivisionError):
        return False
    return not isinstance(value, mpmath.mpc) and not mpmath.isinf(value)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.sampled_from(UNARY), st.fractions(min_value=-3, max_value=3, max_denominator=50))
def test_balls_contain_what_mpmath_computes(name: str, x: Fraction) -> None:
    formula = elaborate(Statement(f"{name}(x) == {name}(x)", {"x": "real"})).claim
    outcome = decide(formula, {"x": x})
    with mpmath.workdps(40), precision(80):
        reference = REFERENCE.get(name, getattr(mpmath, name, None))
        assert reference is not None
        if outcome == "undefined":
            assert not _is_real(reference, mpmath.mpf(x.numerator) / x.denominator)
            return
        value = ball(evaluate(call(name, var("x")), {"x": x}))
        expected = reference(mpmath.mpf(x.numerator) / x.denominator)
        gap = abs(mpmath.mpf(value.mid().str(35, radius=False)) - expected)
        assert gap < mpmath.mpf(10) ** -20


def test_precision_is_restored_after_errors() -> None:
    before = ctx.prec
    with pytest.raises(RuntimeError), precision(333):
        raise RuntimeError
    assert ctx.prec == before
