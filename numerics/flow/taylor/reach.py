"""How far a Taylor polynomial counts, read off the size of its last coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor, frexp, inf, ldexp

SMALL = 8  # coefficients of fewer bits are rounding errors to a good part, and say nothing about the radius
FARTHEST = 16.0


def sizes(rows: Sequence[Sequence[int]]) -> list[int]:
    """Return the largest bit length among the states for every order."""
    return [max(map(int.bit_length, column)) for column in zip(*rows, strict=True)]


def reach(found: Sequence[int]) -> float:
    """Return the part s of the length up to which the last coefficients stay below a quarter of a unit.

    Parameters
    ----------
    found : bit length of the largest coefficient for every order, in units of the working precision.

    Examples
    --------
    >>> reach([100 - 2 * k for k in range(31)]) < 0.4 < 1 < reach([100 - 4 * k for k in range(31)])
    True
    """
    order = len(found) - 1
    window = max(4, order // 12)
    last = [2.0 ** (-(found[k] + 2) / k) for k in range(max(1, order - window + 1), order + 1) if found[k] >= SMALL]
    if last:
        return min(last)
    highest = max((k for k in range(order + 1) if found[k] >= SMALL), default=0)
    if highest < 4:
        return FARTHEST
    # the tail is below the working precision: continue the decay of the upper half of what is above it
    middle = highest // 2
    slope = (found[highest] - max(found[middle : middle + 2])) / (highest - middle)
    if slope >= 0:
        return FARTHEST
    return min(FARTHEST, 2.0 ** (-(found[highest] + slope * (order - highest) + 2) / order))


def radius(found: Sequence[int]) -> float:
    """Return an estimate of the radius of convergence over the length (infinite when no coefficient says)."""
    known = [k for k in range(1, len(found)) if found[k] >= SMALL]
    if len(known) < 4:
        return inf
    highest = known[-1]
    middle = known[len(known) // 2]
    return 2.0 ** (-(found[highest] - found[middle]) / max(1, highest - middle))


def short_length(length: float) -> tuple[int, int]:
    """Return (m, e) with ``m / 2**e`` at most a positive length and m of five bits.

    Examples
    --------
    >>> short_length(0.3)
    (19, 6)
    """
    mantissa, exponent = frexp(length)
    return floor(mantissa * 32), 5 - exponent


def covering_length(gap: Fraction) -> tuple[int, int]:
    """Return (1, e) with the smallest power of two ``2**-e`` that is at least a positive gap.

    Examples
    --------
    >>> covering_length(Fraction(5, 2)), covering_length(Fraction(1, 4))
    ((1, -2), (1, 2))
    """
    e = gap.denominator.bit_length() - gap.numerator.bit_length() + 1
    while exact_length((1, e)) < gap:
        e -= 1
    while exact_length((1, e + 1)) >= gap:
        e += 1
    return 1, e


def exact_length(length: tuple[int, int]) -> Fraction:
    """Return ``m / 2**e``."""
    m, e = length
    return Fraction(m, 1 << e) if e >= 0 else Fraction(m << -e)


def short_part(part: float) -> Fraction:
    """Return a fraction of seven bits just below a part in (0, 1).

    Examples
    --------
    >>> short_part(0.4)
    Fraction(51, 128)
    """
    mantissa, exponent = frexp(part)
    return Fraction(floor(mantissa * 64)) * Fraction(ldexp(1.0, exponent - 6))
