"""The first zero of a polynomial with integer coefficients on an interval: excluded cheaply, isolated, refined."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class Zero:
    """A first zero at ``place``, 0 <= place <= 1; ``simple`` is False for one that could not be told from a double.

    ``left``, ``right`` bracket it.
    """

    place: Fraction
    simple: bool
    left: Fraction
    right: Fraction


def certainly_positive(coefficients: Sequence[int]) -> bool:
    """Return whether ``c0 > sum |c_k|``: no zero on [0, 1], found with additions alone.

    Examples
    --------
    >>> certainly_positive([3, -2]), certainly_positive([2, -2])
    (True, False)
    """
    return coefficients[0] > sum(abs(value) for value in coefficients[1:])


@lru_cache(maxsize=64)
def bernstein_matrix(degree: int) -> np.ndarray:
    """Return the matrix from monomial to Bernstein coefficients on [0, 1].

    Examples
    --------
    >>> bernstein_matrix(1).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    powers = range(degree + 1)
    return np.array([[math.comb(i, k) / math.comb(degree, k) if k <= i else 0.0 for k in powers] for i in powers])


def positive_in_double(coefficients: Sequence[int]) -> bool:
    """Return whether doubles show that there is no zero on [0, 1]; rounding is allowed for.

    Examples
    --------
    >>> positive_in_double([4, -4, 2]), positive_in_double([4, -5, 1])
    (True, False)
    """
    shift = max(0, max(abs(value).bit_length() for value in coefficients) - 900)
    values = np.array([float(value >> shift) for value in coefficients])
    size = float(np.abs(values).sum())
    lowest = float((bernstein_matrix(len(values) - 1) @ values).min())
    return lowest > 1e-13 * len(values) * size


def first_zero(coefficients: Sequence[int], depth: int) -> Zero | None:
    """Return the first zero on [0, 1] of ``sum_k c_k s**k``, or None; ``c_0 <= 0`` is a zero at 0.

    Isolated by Descartes' rule of signs and bisection, in integers; below intervals of ``2**-depth`` a pair of zeros
    (or of complex ones near) is taken for a double zero. Then Newton's method, kept inside the bracket, until the value
    is below one unit of the coefficients.

    Parameters
    ----------
    coefficients : integers.    depth : the number of bisections allowed.

    Examples
    --------
    >>> first_zero([1, -3], 40).place.limit_denominator(1000)
    Fraction(1, 3)
    >>> first_zero([1, -2, 2], 40) is None
    True
    >>> first_zero([1, -4, 4], 40).simple
    False
    """
    trimmed = list(coefficients)
    while len(trimmed) > 1 and trimmed[-1] == 0:
        trimmed.pop()
    if trimmed[0] <= 0:
        return Zero(Fraction(0), True, Fraction(0), Fraction(0))
    if len(trimmed) == 1 or certainly_positive(trimmed) or positive_in_double(trimmed):
        return None
    found = _isolate(trimmed, depth)
    if found is None:
        return None
    left, right, simple = found
    if not simple or left == right:
        return Zero((left + right) / 2, simple, left, right)
    return _refine(trimmed, left, right)


def _isolate(coefficients: list[int], depth: int) -> tuple[Fraction, Fraction, bool] | None:
    # a stack of (numerator of the left end, level, polynomial in the variable of the interval), leftmost on top
    stack = [(0, 0, coefficients)]
    while stack:
        place, level, here = stack.pop()
        count = _variations(here)
        left, right = Fraction(place, 2**level), Fraction(place + 1, 2**level)
        if count == 0:
            if sum(here) == 0:
                return right, right, sum(k * value for k, value in enumerate(here)) < 0
            continue
        if count == 1:
            return left, right, True
        if level >= depth:
            return left, right, False
        first = _halved(here)
        second = _shifted(first)
        stack.append((2 * place + 1, level + 1, second))
        if second[0] <= 0:
            # the polynomial starts positive: the first zero lies in the first half, possibly at its end
            stack.pop()
        stack.append((2 * place, level + 1, first))
    return None


def _halved(coefficients: list[int]) -> list[int]:
    """Return ``2**n p(s/2)``."""
    top = len(coefficients) - 1
    return [value << (top - k) for k, value in enumerate(coefficients)]


def _shifted(coefficients: list[int]) -> list[int]:
    """Return ``p(s + 1)``."""
    found = list(coefficients)
    for i in range(len(found) - 1):
        for k in range(len(found) - 2, i - 1, -1):
            found[k] += found[k + 1]
    return found


def _variations(coefficients: list[int]) -> int:
    """Return the changes of sign of ``(1 + s)**n p(1/(1 + s))``: at least the zeros in (0, 1), of equal parity."""
    signs = [value > 0 for value in _shifted(coefficients[::-1]) if value != 0]
    return sum(a != b for a, b in pairwise(signs))


def value_at(coefficients: Sequence[int], numerator: int, bits: int) -> int:
    """Return ``p(numerator / 2**bits)`` rounded down a few units, by Horner's rule on integers.

    Examples
    --------
    >>> value_at([8, -4], 1, 1)
    6
    """
    total = 0
    for value in reversed(coefficients):
        total = (total * numerator >> bits) + value
    return total


def _refine(coefficients: list[int], left: Fraction, right: Fraction) -> Zero:
    """Narrow a bracket of one simple zero, where the polynomial goes from positive to negative."""
    # extra bits, so that rounding in Horner's rule stays below one unit of the coefficients
    extra = 16 + len(coefficients).bit_length()
    scaled = [value << extra for value in coefficients]
    slope = [k * value for k, value in enumerate(scaled)][1:]
    bits = max(value.bit_length() for value in scaled) + 8
    low, high = int(left * 2**bits), int(right * 2**bits)
    here = (low + high) // 2
    for _ in range(4 * bits):
        value = value_at(scaled, here, bits)
        if value > 0:
            low = here
        else:
            high = here
        if high - low <= 1:
            break
        rate = value_at(slope, here, bits)
        # where the slope has the wrong sign Newton's step says nothing: halve
        guess = here - (value << bits) // rate if rate < 0 else low
        if rate < 0 and abs(guess - here) <= 1:
            # converged: step over the zero once to close the bracket
            guess = here + 2 if value > 0 else here - 2
        here = guess if low < guess < high else (low + high) // 2
        if value == 0:
            break
    place = Fraction(here if low <= here <= high else low, 2**bits)
    return Zero(place, True, Fraction(low, 2**bits), Fraction(high, 2**bits))
