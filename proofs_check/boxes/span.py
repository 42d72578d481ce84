"""Intervals of reals with exact ends that are open, closed or infinite; functions by python-flint balls."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq

from proofs_check.evidence.balls import precision

BITS = 96
LONG = 280
HUGE = fmpq(10) ** 6
RISING = ("exp", "log", "sqrt", "atan", "asin", "asinh", "acosh", "atanh", "tanh", "sinh")
LOWEST = {"log": 0, "sqrt": 0, "asin": -1, "atanh": -1, "acosh": 1}
HIGHEST = {"asin": 1, "atanh": 1}


@dataclass(frozen=True, slots=True)
class Span:
    """The reals from `lo` to `hi` (None: unbounded), ends left out where open.

    Examples
    --------
    >>> x = Span(fmpq(0), fmpq(1), lo_open=True)
    >>> (x * x).positive(strict=True), (x - x).positive(strict=False)
    (True, False)
    """

    lo: fmpq | None = None
    hi: fmpq | None = None
    lo_open: bool = False
    hi_open: bool = False

    def positive(self, strict: bool) -> bool:
        """Return True when every number is >= 0, or > 0."""
        if self.lo is None or self.lo < 0:
            return False
        return not strict or self.lo > 0 or self.lo_open

    def negative(self, strict: bool) -> bool:
        """Return True when every number is <= 0, or < 0."""
        return (-self).positive(strict)

    def nonzero(self) -> bool:
        """Return True when 0 is not inside."""
        return self.positive(True) or self.negative(True)

    def is_point(self) -> bool:
        """Return True for a single number."""
        return self.lo is not None and self.lo == self.hi

    def __neg__(self) -> Span:
        return Span(
            None if self.hi is None else -self.hi, None if self.lo is None else -self.lo, self.hi_open, self.lo_open
        )

    def __add__(self, other: Span) -> Span:
        lo = None if self.lo is None or other.lo is None else self.lo + other.lo
        hi = None if self.hi is None or other.hi is None else self.hi + other.hi
        return Span(lo, hi, self.lo_open or other.lo_open, self.hi_open or other.hi_open)

    def __sub__(self, other: Span) -> Span:
        return self + (-other)

    def __mul__(self, other: Span) -> Span:
        if self.negative(False) and not self.is_point():
            return -((-self) * other)
        if other.negative(False) and not other.is_point():
            return -(self * (-other))
        if self.positive(False) and other.positive(False):
            lo, lo_open = _corner((self.lo, self.lo_open), (other.lo, other.lo_open))
            hi, hi_open = _corner((self.hi, self.hi_open), (other.hi, other.hi_open))
            return Span(lo, hi, lo_open, hi_open)
        ends = [(self.lo, self.lo_open, -1), (self.hi, self.hi_open, 1)]
        corners = []
        for p, p_open, p_side in ends:
            for q, q_open, q_side in ((other.lo, other.lo_open, -1), (other.hi, other.hi_open, 1)):
                value, is_open = _corner((p, p_open), (q, q_open))
                sign = (p_side if p is None else 1 if p > 0 else -1) * (q_side if q is None else 1 if q > 0 else -1)
                corners.append((value, is_open, sign))
        lo, lo_open = _least(corners)
        hi, hi_open = _least([(None if v is None else -v, o, -s) for v, o, s in corners])
        return Span(lo, None if hi is None else -hi, lo_open, hi_open)

    def inverse(self) -> Span:
        """Return an interval of 1/value for the numbers that are not 0."""
        if self.positive(False):
            lo = fmpq(0) if self.hi is None else None if self.hi == 0 else 1 / self.hi
            hi = None if self.lo is None or self.lo == 0 else 1 / self.lo
            return Span(lo, hi, self.hi is None or self.hi_open, self.lo_open)
        return -((-self).inverse()) if self.negative(False) else Span()

    def power(self, n: int) -> Span:
        """Return an interval of value ** n."""
        if n < 0:
            return self.power(-n).inverse()
        if n == 0:
            return point(1)
        base = self.magnitude() if n % 2 == 0 else self
        lo, hi = (None if q is None else q**n for q in (base.lo, base.hi))
        return Span(lo, hi, base.lo_open, base.hi_open)

    def magnitude(self) -> Span:
        """Return the interval of |value|."""
        if self.positive(False):
            return self
        if self.negative(False):
            return -self
        if self.lo is None or self.hi is None:
            return Span(fmpq(0))
        if -self.lo == self.hi:
            return Span(fmpq(0), self.hi, False, self.lo_open and self.hi_open)
        left = -self.lo > self.hi
        return Span(fmpq(0), -self.lo if left else self.hi, False, self.lo_open if left else self.hi_open)

    def meet(self, other: Span) -> Span | None:
        """Return what lies in both, None when nothing does."""
        lo, lo_open = _stronger((self.lo, self.lo_open), (other.lo, other.lo_open), 1)
        hi, hi_open = _stronger((self.hi, self.hi_open), (other.hi, other.hi_open), -1)
        if lo is not None and hi is not None and (lo > hi or (lo == hi and (lo_open or hi_open))):
            return None
        return Span(lo, hi, lo_open, hi_open)

    def short(self) -> Span:
        """Return the same interval, or a slightly wider one with shorter ends."""
        lo, hi = _shorter(self.lo, False), _shorter(self.hi, True)
        if lo is self.lo and hi is self.hi:
            return self
        return Span(lo, hi, self.lo_open and lo is self.lo, self.hi_open and hi is self.hi)


def point(value: int | Fraction | fmpq) -> Span:
    """Return the interval of one number."""
    q = rational(value)
    return Span(q, q)


def rational(value: int | Fraction | fmpq) -> fmpq:
    """Return the number as python-flint's rational."""
    return value if isinstance(value, fmpq) else fmpq(value.numerator, value.denominator)


def fraction(value: fmpq) -> Fraction:
    """Return the number as Python's fraction."""
    return Fraction(int(value.p), int(value.q))


def ends_of(value: arb) -> tuple[fmpq, fmpq] | None:
    """Return exact bounds of a ball, None when it is not finite."""
    return (value.lower().fmpq(), value.upper().fmpq()) if value.is_finite() else None


def rising(op: str, a: Span) -> Span:
    """Return the interval of a rising function on the part of an interval on which it is defined."""
    out = [None, False, None, False]
    for i, q, is_open in ((0, a.lo, a.lo_open), (2, a.hi, a.hi_open)):
        bound = LOWEST.get(op) if i == 0 else HIGHEST.get(op)
        if bound is not None and (q is None or (q < bound if i == 0 else q > bound)):
            q, is_open = fmpq(bound), False
        if q is None or abs(q) > HUGE:
            continue
        with precision(BITS):
            found = ends_of(getattr(arb(q), op)())
        if found is not None:
            out[i], out[i + 1] = found[i // 2], is_open and found[0] == found[1]
    if op == "exp" and out[0] is None:
        out[:2] = [fmpq(0), True]
    if op == "tanh":
        out[:2] = [fmpq(-1), True] if out[0] is None else out[:2]
        out[2:] = [fmpq(1), True] if out[2] is None else out[2:]
    return Span(out[0], out[2], bool(out[1]), bool(out[3]))


def turning(op: str, a: Span) -> Span:
    """Return the interval of sin or cos: monotone between turning points, else by the distance from the middle."""
    unit = Span(fmpq(-1), fmpq(1))
    if a.lo is None or a.hi is None or a.hi - a.lo >= 4 or max(abs(a.lo), abs(a.hi)) > HUGE:
        return unit

    def at(q: fmpq) -> tuple[fmpq, fmpq]:
        with precision(BITS):
            return ends_of(getattr(arb(q), op)()) or (fmpq(-1), fmpq(1))

    low, high = at(a.lo), at(a.hi)
    if op == "sin" and a.lo >= fmpq(-3, 2) and a.hi <= fmpq(3, 2):
        return (
            Span(low[0], high[1], a.lo_open and low[0] == low[1], a.hi_open and high[0] == high[1]).meet(unit) or unit
        )
    if op == "cos" and a.lo >= -3 and a.hi <= 3:
        inside = a.lo <= 0 <= a.hi
        left_out = (a.lo == 0 and a.lo_open) or (a.hi == 0 and a.hi_open)
        top = fmpq(1) if inside else max(low[1], high[1])
        return Span(min(low[0], high[0]), top, False, inside and left_out).meet(unit) or unit
    middle = (a.lo + a.hi) / 2
    low, radius = at(middle), a.hi - middle
    return Span(low[0] - radius, low[1] + radius).meet(unit) or unit


def _corner(a: tuple[fmpq | None, bool], b: tuple[fmpq | None, bool]) -> tuple[fmpq | None, bool]:
    """Return the product of two ends and whether it is left out; a number that is 0 makes 0 of anything."""
    if a[0] == 0 or b[0] == 0:
        return fmpq(0), not ((a[0] == 0 and not a[1]) or (b[0] == 0 and not b[1]))
    if a[0] is None or b[0] is None:
        return None, False
    return a[0] * b[0], a[1] or b[1]


def _least(corners: list[tuple[fmpq | None, bool, int]]) -> tuple[fmpq | None, bool]:
    """Return the least of the corners; unbounded ones have their sign."""
    if any(value is None and sign < 0 for value, _, sign in corners):
        return None, False
    least = min(value for value, _, _ in corners if value is not None)
    return least, all(is_open for value, is_open, _ in corners if value is not None and value == least)


def _stronger(a: tuple[fmpq | None, bool], b: tuple[fmpq | None, bool], side: int) -> tuple[fmpq | None, bool]:
    if a[0] is None or b[0] is None:
        return b if a[0] is None else a
    if a[0] == b[0]:
        return a[0], a[1] or b[1]
    return a if (a[0] > b[0]) == (side > 0) else b


def _shorter(value: fmpq | None, up: bool) -> fmpq | None:
    if value is None or value.height_bits() <= LONG:
        return value
    with precision(BITS):
        ball = arb(value)
        return ball.upper().fmpq() if up else ball.lower().fmpq()
