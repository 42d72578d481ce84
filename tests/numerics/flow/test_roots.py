"""First zeros on a Taylor piece, against SymPy's exact root counting."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.flow.events.roots import certainly_positive, first_zero, positive_in_double, value_at

BITS = 90


def exact_value(coefficients: list[int], place: Fraction) -> Fraction:
    """Return the value by Horner's rule."""
    total = Fraction(0)
    for value in reversed(coefficients):
        total = total * place + value
    return total


def zeros_up_to(coefficients: list[int], end: Fraction) -> int:
    """Return the number of distinct zeros on [0, end]."""
    poly = sympy.Poly(coefficients[::-1], sympy.Symbol("s"))
    return int(poly.count_roots(0, sympy.Rational(end.numerator, end.denominator)))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.integers(1, 40), st.lists(st.integers(-60, 60), min_size=1, max_size=9))
def test_first_zero_is_the_first_one(first: int, rest: list[int]) -> None:
    if not any(rest):
        rest[0] = 1
    # scaled, so that a zero is located to many digits
    coefficients = [value << BITS for value in (first, *rest)]
    zero = first_zero(coefficients, 60)
    total = zeros_up_to(coefficients, Fraction(1))
    if zero is None:
        assert total == 0
        return
    assert total > 0 and 0 < zero.place <= 1
    near = Fraction(1, 2**40)
    assert zeros_up_to(coefficients, max(zero.left - near, Fraction(0))) == 0
    assert zeros_up_to(coefficients, zero.right + near) >= 1
    if zero.simple:
        slope = exact_value([k * value for k, value in enumerate(coefficients)][1:], zero.place)
        step = abs(exact_value(coefficients, zero.place) / slope)
        assert slope < 0 and step < Fraction(1, 2 ** (BITS // 2))


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=9))
def test_exclusions_are_never_wrong(coefficients: list[int]) -> None:
    coefficients[0] = abs(coefficients[0]) + 1
    if not any(coefficients[1:]):
        coefficients[1] = 1
    if certainly_positive(coefficients) or positive_in_double(coefficients):
        assert zeros_up_to(coefficients, Fraction(1)) == 0


@pytest.mark.parametrize(("root", "gap"), [(Fraction(1, 3), 0), (Fraction(2, 7), 0), (Fraction(1, 2), 0)])
def test_a_double_zero_is_named(root: Fraction, gap: int) -> None:
    scale = 10 ** 30
    coefficients = [int(scale * value) for value in (root**2, -2 * root, 1)]
    coefficients[0] += gap
    zero = first_zero(coefficients, 40)
    assert zero is not None and not zero.simple and abs(zero.place - root) < Fraction(1, 2**38)


def test_two_near_zeros_are_told_apart_until_the_depth() -> None:
    # (s - 1/3)^2 - 4^-20: the zeros are 2^-19 apart
    scale = 3**2 * 4**40
    coefficients = [int(scale * value) for value in (Fraction(1, 9) - Fraction(1, 4**20), Fraction(-2, 3), Fraction(1))]
    told, merged = first_zero(coefficients, 40), first_zero(coefficients, 12)
    assert told is not None and told.simple
    assert abs(told.place - Fraction(1, 3) + Fraction(1, 2**20)) < Fraction(1, 2**60)
    assert merged is not None and not merged.simple


def test_a_touching_pair_of_complex_zeros_is_no_zero() -> None:
    scale = 3**2 * 4**40
    coefficients = [int(scale * value) for value in (Fraction(1, 9) + Fraction(1, 4**10), Fraction(-2, 3), Fraction(1))]
    assert first_zero(coefficients, 40) is None


def test_a_zero_at_the_start_counts_at_once() -> None:
    zero = first_zero([0, 5], 10)
    assert zero is not None and zero.place == 0


def test_newton_reaches_the_working_precision() -> None:
    # cos on a piece of length 2, to 200 bits
    coefficients, term = [], Fraction(2**200)
    for k in range(60):
        coefficients.append(0 if k % 2 else int(term) * (-1) ** (k // 2))
        term = term * 2 / (k + 1)
    zero = first_zero(coefficients, 100)
    assert zero is not None
    half_pi = Fraction(sympy.N(sympy.pi / 2, 80).__str__())
    assert abs(2 * zero.place - half_pi) < Fraction(1, 2**190)


def test_value_at_agrees_with_doubles() -> None:
    found = value_at([1 << 60, -(3 << 60), 1 << 60], 3 << 20, 22)
    assert found / 2**60 == pytest.approx(np.polyval([1, -3, 1], 0.75))
