"""Doubles as a field of the complementarity problem."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from numerics.exact_race.fields import Undecided


class DoubleNumbers:
    """Doubles; a number below ``zero`` times its scale counts as zero.

    Guarantee
    ---------
    NONE: rounding is not bounded; ``zero`` must be well above it.

    Examples
    --------
    >>> DoubleNumbers(1e-9).sign(1e-12, 1.0)
    0
    """

    rigorous = False

    def __init__(self, zero: float) -> None:
        """Return the field of a tolerance."""
        self.zero = zero

    @contextmanager
    def precision(self) -> Iterator[None]:
        """Do nothing: doubles have one precision."""
        yield

    def exact(self, value: Fraction) -> float:
        """Return the nearest double."""
        return float(value)

    def sign(self, value: float, scale: float) -> int:
        """Return the sign, zero below ``zero`` times the scale."""
        if not math.isfinite(value):
            raise Undecided("a number is not finite")
        if abs(value) <= self.zero * abs(scale):
            return 0
        return 1 if value > 0 else -1

    def sqrt(self, value: float) -> float:
        """Return the square root, of zero for a rounding below it."""
        return math.sqrt(max(value, 0.0))

    def log(self, value: float) -> float:
        """Return the natural logarithm."""
        return math.log(value)

    def cosh_sinh(self, value: float) -> tuple[float, float]:
        """Return cosh and sinh."""
        return math.cosh(value), math.sinh(value)

    def middle(self, value: float) -> float:
        """Return the number itself."""
        return float(value)
