"""The checker: its intervals hold the values of the functions, and its ranges what is made of them."""

import random
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.checker.evaluate import apply
from proofs_check.checker.formulas import related
from proofs_check.checker.intervals import DOMAINS, RISING, UNDEFINED, in_domain, pi_fixed
from proofs_check.checker.limits import Clock
from proofs_check.checker.ranges import Range, image
from proofs_check.checker.terms import Store
from tests.proofs_check.checker_claims import refute

# ------------------------------------------------------------------------------------------------ intervals

FUNCTIONS = "exp log sqrt sin cos sinh cosh tanh atan asinh asin acos atanh acosh".split()
DOMAIN = {"log": (1e-9, 1e9), "sqrt": (0, 1e9), "asin": (-1, 1), "acos": (-1, 1), "atanh": (-0.999, 0.999),
          "acosh": (1, 1e9), "exp": (-900, 900), "sinh": (-900, 900), "cosh": (-900, 900), "tanh": (-90,
          90)}  # fmt: skip


def exact(value):
    sign, mantissa, exponent, _ = value._mpf_
    return (-1) ** sign * int(mantissa) * Fraction(2) ** exponent


def interval(op, low, high, precision) -> Any:
    store = Store(Clock())
    term = store.make(op, store.make("var", data="x"))
    found = apply(term, [(low, high)], precision, Fraction(0))
    return found if isinstance(found, str) else (found[0], found[1])


@pytest.mark.parametrize("op", FUNCTIONS)
@pytest.mark.parametrize("precision", [64, 256])
def test_interval_contains_the_value_and_is_narrow(op, precision):
    random.seed(f"{op}{precision}")
    low, high = DOMAIN.get(op, (-1e6, 1e6))
    for _ in range(60):
        q = Fraction(random.uniform(low, high)).limit_denominator(10 ** random.randint(1, 9))
        q = min(max(q, Fraction(low)), Fraction(high))
        with mpmath.workprec(4000):
            value = exact(getattr(mpmath, op)(mpmath.mpf(q.numerator) / q.denominator))
        found = interval(op, q, q, precision)
        assert found[0] - Fraction(1, 2**2000) <= value <= found[1] + Fraction(1, 2**2000)
        assert found[1] - found[0] <= max(abs(value), Fraction(1)) / 2 ** (precision - 8)


@pytest.mark.parametrize("op", [*FUNCTIONS, "abs", "relu"])
def test_interval_of_an_interval_contains_the_values_inside(op):
    random.seed(op)
    low, high = DOMAIN.get(op, (-50, 50))
    low, high = max(low, -50), min(high, 50)
    for _ in range(60):
        ends = sorted(Fraction(random.uniform(low, high)).limit_denominator(1000) for _ in range(2))
        ends = [min(max(q, Fraction(low)), Fraction(high)) for q in ends]
        found = interval(op, *ends, 64)
        for share in (Fraction(0), Fraction(1), Fraction(random.randint(0, 100), 100)):
            q = ends[0] + share * (ends[1] - ends[0])
            with mpmath.workprec(400):
                x = mpmath.mpf(q.numerator) / q.denominator
                value = max(x, mpmath.mpf(0)) if op == "relu" else abs(x) if op == "abs" else getattr(mpmath, op)(x)
            assert found[0] - Fraction(1, 2**200) <= exact(value) <= found[1] + Fraction(1, 2**200)


@pytest.mark.parametrize(("op", "q", "value"), [
    ("exp", 0, 1), ("log", 1, 0), ("sqrt", Fraction(4, 9), Fraction(2, 3)), ("sin", 0, 0), ("cos", 0, 1),
    ("atan", 0, 0),
    ("tanh", 0, 0), ("sinh", 0, 0), ("cosh", 0, 1), ("asin", 0, 0), ("acos", 1, 0), ("acosh", 1, 0),
    ("asinh", 0, 0),
    ("atanh", 0, 0)])  # fmt: skip
def test_interval_is_exact_at_rational_values(op, q, value):
    assert interval(op, Fraction(q), Fraction(q), 64) == (value, value)


@pytest.mark.parametrize(("op", "q"), [
    ("log", 0), ("log", -1), ("sqrt", -1), ("asin", 2), ("acos", -2), ("atanh", 1), ("atanh", -1), ("acosh",
    0)])  # fmt: skip
def test_interval_is_undefined_outside_of_the_domain(op, q):
    assert interval(op, Fraction(q), Fraction(q), 64) == UNDEFINED


def test_interval_of_a_huge_argument_is_not_decided_quickly():
    for text in ("exp(10**9*x) < 0", "exp(exp(exp(exp(9*x)))) < 0", "sin(x**1000*10**1000) < -1"):
        assert not refute(text, {"x": "real"}, {"x": 7}).accepted


def test_pi_agrees_with_mpmath():
    low, high = pi_fixed(1000)
    with mpmath.workprec(1200):
        assert low < exact(mpmath.pi * mpmath.mpf(2) ** 1000) < high
    assert high - low < 2**20


# --------------------------------------------------------------------------------------------------- ranges

ENDS = st.integers(-3, 3)


@st.composite
def ranges(draw):
    """A range together with a point of it."""
    low, high = sorted((draw(ENDS), draw(ENDS)))
    infinite = draw(st.integers(0, 8))
    point = Fraction(draw(st.integers(8 * low, 8 * high)), 8)
    nonzero = draw(st.booleans()) and point != 0
    a = Range(
        None if infinite == 1 else Fraction(low), None if infinite == 2 else Fraction(high),
        draw(st.booleans()) and point != low and infinite != 1,
        draw(st.booleans()) and point != high and infinite != 2,
        nonzero)  # fmt: skip
    return a.tidy(), point


def inside(a, q):
    low = a.low is None or (q > a.low if a.low_open else q >= a.low)
    high = a.high is None or (q < a.high if a.high_open else q <= a.high)
    return low and high and not (a.nonzero and q == 0)


@settings(derandomize=True, deadline=None, max_examples=600)
@given(ranges(), ranges(), st.integers(0, 4))
def test_range_operations_contain_the_results(first, second, n):
    (a, p), (b, q) = first, second
    assert inside(a, p) and inside(b, q)
    assert inside(a + b, p + q)
    assert inside(a * b, p * q)
    assert inside(a.power(n), p**n)
    assert inside(a.absolute(), abs(p))
    assert inside(a.join(b), p) and inside(a.join(b), q)
    if p != 0:
        assert inside(a.inverse(), 1 / p) and inside(a.power(-n), p**-n)
    if inside(b, p):
        assert inside(a.meet(b), p)
    for kind in ("==", "!=", "<", "<=", ">", ">="):
        assert related(kind, Fraction(p)) or not a.holds(kind)


def test_range_product_keeps_open_and_closed_zero_apart():
    half_open = Range(Fraction(0), Fraction(1), True)
    unbounded = Range(Fraction(0), None)
    assert (half_open * unbounded).holds(">=") and not (half_open * unbounded).holds(">")
    positive = Range(Fraction(0), None, True).tidy()
    assert (half_open.tidy() * positive).holds(">")
    assert not (Range(Fraction(0), Fraction(1)) * positive).holds("!=")


@pytest.mark.parametrize("op", sorted(RISING))
def test_range_of_a_rising_function_contains_its_values(op):
    random.seed(op)
    low, high = DOMAIN.get(op, (-3, 3))
    low, high = max(low, -3), min(high, 3)
    for _ in range(80):
        ends = sorted(Fraction(random.uniform(low, high)).limit_denominator(4) for _ in range(2))
        ends = [min(max(q, Fraction(low)), Fraction(high)) for q in ends]
        q = ends[0] + (ends[1] - ends[0]) * Fraction(random.randint(1, 7), 8)
        opens = [random.random() < 0.5 and ends[0] < ends[1] for _ in ends]
        known = Range(None if random.random() < 0.2 else ends[0], None if random.random() < 0.2 else ends[1], *opens)
        if not (in_domain(op, (q, q)) if op in DOMAINS else None):
            with mpmath.workprec(300):
                value = exact(getattr(mpmath, op)(mpmath.mpf(q.numerator) / q.denominator))
            assert inside(image(op, known.tidy() if q else known), value)
