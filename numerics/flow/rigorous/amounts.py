"""Upper bounds in whole numbers: norms, square roots and exponentials, rounded up."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import isqrt

from flint import arb

FINE = 40


def root_up(square: int) -> int:
    """Return the least integer that is at least the square root.

    Examples
    --------
    >>> root_up(16), root_up(17)
    (4, 5)
    """
    return isqrt(square - 1) + 1 if square > 0 else 0


def norm_up(values: Iterable[int]) -> int:
    """Return an upper bound of the Euclidean norm."""
    return root_up(sum(value * value for value in values))


def ceil_div(value: int, by: int) -> int:
    """Return the quotient rounded up."""
    return -(-value // by)


def scaled_up(value: Fraction, bits: int) -> int:
    """Return ``value * 2**bits`` rounded up."""
    return ceil_div(value.numerator << bits, value.denominator) if bits >= 0 else ceil_div(
        value.numerator, value.denominator << -bits
    )


def exponential_up(exponent: Fraction) -> int | None:
    """Return an upper bound of ``exp(exponent) * 2**40``; None when it would exceed ``2**100``.

    A ball of any precision encloses, so the precision of python-flint need not be set here.
    """
    if exponent > 60:
        return None
    if exponent < -60:
        return 1
    top = (arb(exponent.numerator) / exponent.denominator).exp().abs_upper()
    if not top.is_finite():
        return None
    mantissa, power = (int(part) for part in top.man_exp())
    shift = power + FINE
    return mantissa << shift if shift >= 0 else -(-mantissa >> -shift)


def exact_ball(middle: int, radius: int, bits: int) -> arb:
    """Return the ball of ``middle / 2**bits`` and a radius of at least ``radius / 2**bits``, whatever the precision."""
    return arb((middle, -bits), (radius, -bits))
