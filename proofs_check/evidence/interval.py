"""Exact intervals with open or closed ends and a non-zero flag: the arithmetic behind the sign rules."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

MAX_BITS = 2_000
End = tuple[Fraction | None, bool]  # (value or None for infinity, open?)


@dataclass(frozen=True)
class Interval:
    """The reals from `lo` to `hi` (None: unbounded), ends left out where open, 0 left out when `nonzero`.

    Examples
    --------
    >>> positive = Interval(Fraction(0), None, lo_open=True)
    >>> (positive * positive).sign(">")
    True
    >>> (positive - positive).sign(">=")
    False
    """

    lo: Fraction | None = None
    hi: Fraction | None = None
    lo_open: bool = False
    hi_open: bool = False
    nonzero: bool = False

    def __post_init__(self) -> None:
        """Let an end at 0 be open when 0 is left out, so that sums keep it."""
        if self.nonzero and self.lo == 0:
            object.__setattr__(self, "lo_open", True)
        if self.nonzero and self.hi == 0:
            object.__setattr__(self, "hi_open", True)

    @classmethod
    def point(cls, value: Fraction | int) -> Interval:
        """Return the interval of one number."""
        return cls(Fraction(value), Fraction(value))

    @classmethod
    def of(cls, relation: str, bound: Fraction | int = 0) -> Interval:
        """Return the numbers that stand in the relation to the bound."""
        b = Fraction(bound)
        if relation == "!=":
            return cls(nonzero=(b == 0))
        return cls(
            b if relation in (">", ">=", "==") else None,
            b if relation in ("<", "<=", "==") else None,
            relation == ">",
            relation == "<",
        )

    def empty(self) -> bool:
        """Return True when no number lies inside."""
        if self.lo is None or self.hi is None:
            return False
        return self.lo > self.hi or (self.lo == self.hi and (self.lo_open or self.hi_open))

    def excludes_zero(self) -> bool:
        """Return True when 0 is certainly not inside."""
        above = self.lo is not None and (self.lo > 0 or (self.lo == 0 and self.lo_open))
        below = self.hi is not None and (self.hi < 0 or (self.hi == 0 and self.hi_open))
        return self.nonzero or above or below

    def sign(self, relation: str) -> bool:
        """Return True when every number inside stands in the relation to 0."""
        if relation == "!=":
            return self.excludes_zero()
        if relation == "==":
            return self.lo == 0 == self.hi
        if relation in ("<", "<="):
            return (-self).sign(">" if relation == "<" else ">=")
        if self.lo is None or self.lo < 0:
            return False
        return relation == ">=" or self.excludes_zero()

    def meet(self, other: Interval) -> Interval:
        """Return what lies in both (a value is known to lie in both)."""
        lo, lo_open = _stronger((self.lo, self.lo_open), (other.lo, other.lo_open), 1)
        hi, hi_open = _stronger((self.hi, self.hi_open), (other.hi, other.hi_open), -1)
        return Interval(lo, hi, lo_open, hi_open, self.excludes_zero() or other.excludes_zero())

    def __neg__(self) -> Interval:
        lo = None if self.hi is None else -self.hi
        hi = None if self.lo is None else -self.lo
        return Interval(lo, hi, self.hi_open, self.lo_open, self.nonzero)

    def __add__(self, other: Interval) -> Interval:
        lo = None if self.lo is None or other.lo is None else self.lo + other.lo
        hi = None if self.hi is None or other.hi is None else self.hi + other.hi
        return _bounded(Interval(lo, hi, self.lo_open or other.lo_open, self.hi_open or other.hi_open))

    def __sub__(self, other: Interval) -> Interval:
        return self + (-other)

    def __mul__(self, other: Interval) -> Interval:
        corners = [_product(a, b) for a in self._ends() for b in other._ends()]
        lo, lo_open = min(corners, key=lambda c: (c[0], c[1]))
        hi, hi_open = max(corners, key=lambda c: (c[0], not c[1]))
        nonzero = self.excludes_zero() and other.excludes_zero()
        return _bounded(
            Interval(
                None if lo == _INF or lo == -_INF else Fraction(lo),  # type: ignore[arg-type]
                None if hi == _INF or hi == -_INF else Fraction(hi),  # type: ignore[arg-type]
                lo_open,
                hi_open,
                nonzero,
            )
        )

    def _ends(self) -> tuple[tuple[Fraction | float, bool], tuple[Fraction | float, bool]]:
        lo: Fraction | float = -_INF if self.lo is None else self.lo
        hi: Fraction | float = _INF if self.hi is None else self.hi
        return (lo, self.lo_open or self.lo is None), (hi, self.hi_open or self.hi is None)

    def inverse(self) -> Interval:
        """Return the interval of 1/value; a value known to differ from 0."""
        if self.sign(">="):
            lo = None if self.hi is None else 1 / self.hi if self.hi > 0 else None
            hi = 1 / self.lo if self.lo else None
            return _bounded(
                Interval(lo if lo is not None else Fraction(0), hi, lo is None or self.hi_open, self.lo_open, True)
            )
        if self.sign("<="):
            return -((-self).inverse())
        return Interval(nonzero=True)

    def power(self, n: int) -> Interval:
        """Return the interval of value ** n."""
        if n == 0:
            return Interval.point(1)
        if n < 0:
            return self.power(-n).inverse()
        if n % 2 == 0:
            size = self.magnitude()
            lo, hi = size.lo, size.hi
            return _bounded(
                Interval(
                    None if lo is None else lo**n if _affordable(lo, n) else Fraction(0),
                    None if hi is None or not _affordable(hi, n) else hi**n,
                    size.lo_open and lo is not None and _affordable(lo, n),
                    size.hi_open,
                    self.excludes_zero(),
                )
            )
        lo = None if self.lo is None or not _affordable(self.lo, n) else self.lo**n
        hi = None if self.hi is None or not _affordable(self.hi, n) else self.hi**n
        return _bounded(Interval(lo, hi, self.lo_open, self.hi_open, self.excludes_zero()))

    def magnitude(self) -> Interval:
        """Return the interval of |value|."""
        if self.sign(">="):
            return self
        if self.sign("<="):
            return -self
        hi: End
        if self.hi is None or self.lo is None:
            hi = (None, False)
        elif -self.lo == self.hi:
            hi = (self.hi, self.lo_open and self.hi_open)
        else:
            hi = (-self.lo, self.lo_open) if -self.lo > self.hi else (self.hi, self.hi_open)
        return Interval(Fraction(0), hi[0], False, hi[1], self.excludes_zero())

    def root(self) -> Interval:
        """Return an interval of sqrt(value); the value is known not to be negative."""
        lo, lo_open = (Fraction(0), False) if self.lo is None or self.lo <= 0 else (_root(self.lo, False), self.lo_open)
        hi = None if self.hi is None else _root(max(self.hi, Fraction(0)), True)
        return Interval(
            lo,
            hi,
            lo_open and lo * lo == self.lo,
            self.hi_open and hi is not None and hi * hi == self.hi,
            self.excludes_zero(),
        )


_INF = float("inf")


def _stronger(a: End, b: End, side: int) -> End:
    if a[0] is None:
        return b
    if b[0] is None:
        return a
    if a[0] == b[0]:
        return a[0], a[1] or b[1]
    return a if (a[0] > b[0]) == (side > 0) else b


def _product(a: tuple[Fraction | float, bool], b: tuple[Fraction | float, bool]) -> tuple[Fraction | float, bool]:
    """Return the corner value and whether it is left out; 0 times an unbounded end is 0."""
    if a[0] == 0 or b[0] == 0:
        attained = (a[0] == 0 and not a[1]) or (b[0] == 0 and not b[1])
        return Fraction(0), not attained
    if isinstance(a[0], float) or isinstance(b[0], float):
        return (_INF if (a[0] > 0) == (b[0] > 0) else -_INF), True
    return a[0] * b[0], a[1] or b[1]


def _affordable(value: Fraction, n: int) -> bool:
    return (value.numerator.bit_length() + value.denominator.bit_length()) * n <= MAX_BITS


def _bounded(interval: Interval) -> Interval:
    """Let go of ends whose numbers have grown too long, and of an end that an open infinity cannot have."""
    lo, hi = interval.lo, interval.hi
    if lo is not None and not _affordable(lo, 1):
        lo = Fraction(lo.numerator // lo.denominator)
        interval = Interval(lo, hi, False, interval.hi_open, interval.excludes_zero())
    if hi is not None and not _affordable(hi, 1):
        hi = Fraction(-((-hi.numerator) // hi.denominator))
        interval = Interval(lo, hi, interval.lo_open, False, interval.excludes_zero())
    return interval


def _root(value: Fraction, up: bool) -> Fraction:
    """Return a rational bound of the root: exact for squares of rationals, else to 32 bits, outward."""
    p, q = isqrt(value.numerator), isqrt(value.denominator)
    if p * p == value.numerator and q * q == value.denominator:
        return Fraction(p, q)
    scaled = isqrt(value.numerator * (1 << 64) // value.denominator)
    return Fraction(scaled + 1 if up else scaled, 1 << 32)
