"""Values and ranges of a polynomial with integer coefficients, rounded outwards."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

WORK = 24


def position(s: Fraction, bits: int) -> tuple[int, int]:
    """Return whole numbers around ``s * 2**bits``, equal when that is whole."""
    low = (s.numerator << bits) // s.denominator
    return low, low + (low * s.denominator != s.numerator << bits)


def horner(row: Sequence[int], low: int, high: int, bits: int) -> tuple[int, int]:
    """Return whole numbers around all values of ``sum_k c_k s**k`` for ``low <= s * 2**bits <= high``, ``low >= 0``.

    Examples
    --------
    >>> horner([1, 2, 1], 1, 1, 1)
    (2, 3)
    """
    bottom = top = 0
    for c in reversed(row):
        bottom = (bottom * (low if bottom >= 0 else high) >> bits) + c
        top = -(-top * (high if top >= 0 else low) >> bits) + c
    return bottom, top


def spread(row: Sequence[int], low: int, high: int, bits: int) -> tuple[int, int]:
    """Return whole numbers around the range of a polynomial: its two ends where it is monotone, otherwise the
    mean value form, cut by Horner's rule in intervals."""
    if low == high:
        return horner(row, low, low, bits)
    slope = [k * c for k, c in enumerate(row)][1:]
    down, up = horner(slope, low, high, bits)
    first, last = horner(row, low, low, bits), horner(row, high, high, bits)
    if down >= 0:
        return first[0], last[1]
    if up <= 0:
        return last[0], first[1]
    width = high - low
    rough = horner(row, low, high, bits)
    # from either end: p(s) - p(low) lies in (s - low) * [down, up], and the same from the other side
    left = first[0] + (down * width >> bits), first[1] - (-up * width >> bits)
    right = last[0] - (-(-up * width >> bits)), last[1] + (-(down * width >> bits))
    return max(rough[0], left[0], right[0]), min(rough[1], left[1], right[1])


def positive(row: Sequence[int], low: int, high: int, bits: int, margin: int, depth: int = 24) -> bool:
    """Return whether ``sum_k c_k s**k > margin`` is proved for all ``low <= s * 2**bits <= high``."""
    if low > high:
        return True
    if spread(row, low, high, bits)[0] > margin:
        return True
    if horner(row, low, low, bits)[0] <= margin or horner(row, high, high, bits)[0] <= margin:
        return False
    if depth == 0 or high - low < 2:
        return False
    middle = (low + high) // 2
    return positive(row, low, middle, bits, margin, depth - 1) and positive(row, middle, high, bits, margin, depth - 1)
