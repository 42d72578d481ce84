"""The two number systems of the exact early race: mpmath floats and Arb balls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, Protocol

import mpmath
from flint import arb, ctx, fmpq

GUARD_DIGITS = 20


class Undecided(Exception):
    """A comparison that the working precision does not decide; more precision may."""


class Field(Protocol):
    """Numbers with the usual operators, and what the race needs beyond them."""

    rigorous: bool

    def precision(self) -> Any:
        """Return a context manager that sets the working precision and restores it."""
        ...

    def exact(self, value: Fraction) -> Any:
        """Return a rational number in the field."""
        ...

    def sign(self, value: Any, scale: Any) -> int:
        """Return -1, 0 or 1, or raise `Undecided`; ``scale`` is the size below which rounding rules."""
        ...

    def sqrt(self, value: Any) -> Any:
        """Return the square root."""
        ...

    def log(self, value: Any) -> Any:
        """Return the natural logarithm."""
        ...

    def cosh_sinh(self, value: Any) -> tuple[Any, Any]:
        """Return cosh and sinh."""
        ...

    def middle(self, value: Any) -> float:
        """Return a nearby double, for choices that need no proof."""
        ...


class FloatField:
    """mpmath floats of a number of digits; a number below ``10**-digits`` of its scale counts as zero.

    Guarantee
    ---------
    ESTIMATED: `GUARD_DIGITS` more digits are carried than asked for; rounding is not bounded.

    Examples
    --------
    >>> field = FloatField(30)
    >>> with field.precision():
    ...     str(field.exact(Fraction(1, 3)))[:12]
    '0.3333333333'
    """

    rigorous = False

    def __init__(self, digits: int) -> None:
        self.digits = digits
        self.zero = mpmath.mpf(10) ** -digits

    @contextmanager
    def precision(self) -> Iterator[None]:
        """Set the working precision of mpmath; restored at the end, also after an error."""
        with mpmath.workdps(self.digits + GUARD_DIGITS):
            yield

    def exact(self, value: Fraction) -> Any:
        """Return a rational number, rounded."""
        return mpmath.mpf(value.numerator) / value.denominator

    def sign(self, value: Any, scale: Any) -> int:
        """Return the sign, zero below ``10**-digits`` of the scale."""
        if not mpmath.isfinite(value):
            raise Undecided("a number is not finite")
        if abs(value) <= self.zero * abs(scale):
            return 0
        return 1 if value > 0 else -1

    def sqrt(self, value: Any) -> Any:
        """Return the square root, of zero for a rounding below it."""
        return mpmath.sqrt(max(value, mpmath.mpf(0)))

    def log(self, value: Any) -> Any:
        """Return the natural logarithm."""
        return mpmath.log(value)

    def cosh_sinh(self, value: Any) -> tuple[Any, Any]:
        """Return cosh and sinh."""
        return mpmath.cosh(value), mpmath.sinh(value)

    def middle(self, value: Any) -> float:
        """Return the nearest double."""
        return float(value)


class BallField:
    """Arb balls: every number encloses the true one.

    Guarantee
    ---------
    RIGOROUS: inputs are exact rationals, and a comparison that the balls do not decide raises `Undecided`.

    Examples
    --------
    >>> field = BallField(64)
    >>> with field.precision():
    ...     field.sign(field.exact(Fraction(-1, 3)), 1)
    -1
    """

    rigorous = True

    def __init__(self, bits: int) -> None:
        self.bits = bits

    @contextmanager
    def precision(self) -> Iterator[None]:
        """Set the working precision of FLINT in bits; restored at the end, also after an error."""
        before = ctx.prec
        ctx.prec = self.bits
        try:
            yield
        finally:
            ctx.prec = before

    def exact(self, value: Fraction) -> Any:
        """Return a ball around a rational number."""
        return arb(fmpq(value.numerator, value.denominator))

    def sign(self, value: Any, scale: Any) -> int:
        """Return the sign when the whole ball has it; zero only for an exact zero."""
        if value > 0:
            return 1
        if value < 0:
            return -1
        if value == 0:
            return 0
        raise Undecided("two numbers could not be told apart")

    def sqrt(self, value: Any) -> Any:
        """Return a ball around the square root of a number known not to be negative."""
        if value < 0 or value > 0 or not value.is_finite():
            return value.sqrt()
        return arb(0).union(value.upper().sqrt())

    def log(self, value: Any) -> Any:
        """Return a ball around the natural logarithm."""
        return value.log()

    def cosh_sinh(self, value: Any) -> tuple[Any, Any]:
        """Return balls around cosh and sinh."""
        return value.cosh(), value.sinh()

    def middle(self, value: Any) -> float:
        """Return the double nearest to the centre."""
        return float(value.mid())
