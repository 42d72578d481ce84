"""Ranges of real numbers, and what the functions make of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from proofs_check.checker.intervals import DOMAINS, ONE, RISING, ZERO, Undecided, in_domain


@dataclass(frozen=True)
class Range:
    """An interval of reals; None is infinite; `nonzero` says that 0 does not belong to it."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    nonzero: bool = False

    def tidy(self) -> Range:
        low_open = self.low_open or (self.nonzero and self.low == 0)
        high_open = self.high_open or (self.nonzero and self.high == 0)
        out = self.low is not None and (self.low > 0 or (self.low == 0 and low_open))
        out = out or (self.high is not None and (self.high < 0 or (self.high == 0 and high_open)))
        return Range(self.low, self.high, low_open, high_open, self.nonzero or out)

    def holds(self, kind: str) -> bool:
        """Whether every number of the range stands in the relation to 0."""
        if kind in (">", ">="):
            return self.low is not None and self.low >= 0 and (kind == ">=" or self.tidy().nonzero)
        if kind in ("<", "<="):
            return self.high is not None and self.high <= 0 and (kind == "<=" or self.tidy().nonzero)
        return self.tidy().nonzero if kind == "!=" else self.low == self.high == 0

    def __add__(self, other: Range) -> Range:
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Range(low, high, self.low_open or other.low_open, self.high_open or other.high_open).tidy()

    def __mul__(self, other: Range) -> Range:
        # corners: (value or an infinite sign, whether it is reached); a reached 0 makes 0, whatever the other is
        lows: list[tuple[Fraction | float, bool]] = []
        for p, p_open, p_sign in self._ends():
            for q, q_open, q_sign in other._ends():
                if p == 0 or q == 0:
                    lows.append((ZERO, (p == 0 and not p_open) or (q == 0 and not q_open)))
                elif p is None or q is None:
                    lows.append((math.inf * p_sign * q_sign, False))
                else:
                    lows.append((p * q, not p_open and not q_open))
        least, most = min(v for v, _ in lows), max(v for v, _ in lows)
        reached = [any(closed for v, closed in lows if v == end) for end in (least, most)]
        low = least if isinstance(least, Fraction) else None
        high = most if isinstance(most, Fraction) else None
        return Range(low, high, not reached[0], not reached[1], self.nonzero and other.nonzero).tidy()

    def _ends(self) -> list[tuple[Fraction | None, bool, int]]:
        signs = [-1 if q is None or q < 0 else 1 for q in (self.low,)] + [
            1 if self.high is None or self.high > 0 else -1
        ]
        return [(self.low, self.low_open, signs[0]), (self.high, self.high_open, signs[1])]

    def scale(self, c: Fraction) -> Range:
        return self * point_range(c)

    def inverse(self) -> Range:
        """The range of 1/a for the nonzero numbers a of the range."""
        a = replace(self, nonzero=True).tidy()
        if a.low is not None and a.low >= 0:
            high = None if a.low == 0 else 1 / a.low
            low = ZERO if a.high is None else 1 / a.high if a.high else None
            return Range(low, high, a.high is None or a.high_open, a.low_open, True).tidy()
        if a.high is not None and a.high <= 0:
            return a.scale(-ONE).inverse().scale(-ONE)
        return Range(nonzero=True)

    def power(self, n: int) -> Range:
        if n < 0:
            return self.inverse().power(-n)
        if n == 0:
            return point_range(ONE)
        if n % 2 == 0:
            a = self.absolute()
        else:
            a = self
        low, high = (None if q is None else q**n for q in (a.low, a.high))
        return Range(low, high, a.low_open, a.high_open, a.nonzero).tidy()

    def absolute(self) -> Range:
        if self.holds(">="):
            return self
        if self.holds("<="):
            return self.scale(-ONE)
        ends = [None, False] if self.low is None or self.high is None else [
            max(-self.low, self.high),
            (self.low_open or -self.low < self.high) and (self.high_open or self.high < -self.low)]  # fmt: skip
        return Range(ZERO, ends[0], self.nonzero, bool(ends[1]), self.nonzero).tidy()

    def meet(self, other: Range) -> Range:
        """Both are known; if they contradict each other there is no point, and either will do."""
        low, low_open = self.low, self.low_open
        if other.low is not None and (low is None or (other.low, other.low_open) > (low, low_open)):
            low, low_open = other.low, other.low_open
        high, high_open = self.high, self.high_open
        if other.high is not None and (high is None or (-other.high, other.high_open) > (-high, high_open)):
            high, high_open = other.high, other.high_open
        if low is not None and high is not None and (low > high or (low == high and (low_open or high_open))):
            return self
        return Range(low, high, low_open, high_open, self.nonzero or other.nonzero).tidy()

    def join(self, other: Range) -> Range:
        """A range that contains both."""
        low = high = None
        low_open = high_open = False
        if self.low is not None and other.low is not None:
            low, low_open = min((self.low, self.low_open), (other.low, other.low_open))
        if self.high is not None and other.high is not None:
            high, closed = max((self.high, not self.high_open), (other.high, not other.high_open))
            high_open = not closed
        return Range(low, high, low_open, high_open, self.nonzero and other.nonzero).tidy()


def point_range(q: Fraction) -> Range:
    return Range(q, q, nonzero=q != 0)


RELATION_RANGES = {"==": Range(ZERO, ZERO), "!=": Range(nonzero=True), "<": Range(None, ZERO, False, True, True),
                   "<=": Range(None, ZERO), ">": Range(ZERO, None, True, nonzero=True),
                   ">=": Range(ZERO, None)}  # fmt: skip
PI = Range(Fraction(333, 106), Fraction(355, 113), True, True, True)


def image(op: str, a: Range) -> Range:
    """The range of a rising function on a range, inside the domain of the function."""
    if op in DOMAINS:
        low, high, closed = DOMAINS[op]
        a = a.meet(Range(low, high, not closed and low is not None, not closed and high is not None))
    out = {"exp": RELATION_RANGES[">"], "tanh": Range(-ONE, ONE, True, True), "sqrt": RELATION_RANGES[">="],
           "acosh": RELATION_RANGES[">="]}.get(op, Range())  # fmt: skip
    if op == "atan":
        out = Range(-PI.high / 2, PI.high / 2, True, True)  # type: ignore[operator]
    bounds: list[Any] = []
    for q, is_open, side in ((a.low, a.low_open, 0), (a.high, a.high_open, 1)):
        bound, strict = None, False
        outside = q is not None and op in DOMAINS and in_domain(op, (q, q)) and not is_open
        if outside:  # the facts contradict each other: there is no point
            return Range()
        if q is not None and not (is_open and op in ("log", "atanh") and q in (0, 1, -1) and q in DOMAINS[op][:2]):
            try:
                ends = RISING[op](q, 64)
                bound, strict = ends[side], is_open and ends[0] == ends[1]
            except (Undecided, ZeroDivisionError, ValueError):  # too large, or facts that contradict the domain
                bound = None
        bounds += [bound, strict]
    keeps_zero = op in ("sqrt", "tanh", "sinh", "asinh", "atanh", "atan", "asin")
    return out.meet(Range(bounds[0], bounds[2], bounds[1], bounds[3], keeps_zero and a.nonzero).tidy())
