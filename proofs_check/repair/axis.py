"""One relation on a whole interval of one variable, the others fixed: true everywhere, true nowhere, or not known.

Balls contain every value; the mean-value form and Taylor's theorem decide more; what is linear is decided at two ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from flint import arb

from proofs_check.evidence.balls import Number, Undecided, Undefined, ball, evaluate
from proofs_check.language.calculus import derivative
from proofs_check.language.term import ONE, ZERO, Formula, Term, sub, subterms, variables

MAX_TERMS = 400
MAX_ORDER = 6


@dataclass
class Axis:
    """One variable that moves while all others keep their rational values; ball precision is the caller's.

    Examples
    --------
    >>> from proofs_check.language.term import num, power, relation, var
    >>> axis = Axis("x", {}, 0)
    >>> axis.relation(relation("<", power(var("x"), 2), num(1)), Fraction(0), Fraction(1, 2))
    True
    """

    name: str
    fixed: Mapping[str, Fraction]
    relu_at_zero: int
    slopes: dict[Term, Term | None] = field(default_factory=dict)

    def relation(self, formula: Formula, lo: Fraction, hi: Fraction) -> bool | None:
        """Return True or False when the relation is so at every point (undefined counts as False), else None."""
        ends = self.linear(formula, lo, hi)
        if ends is not None:
            signs = {sign_of(v) for v in ends}
            if len(signs) == 1 or (formula.op not in ("==", "!=") and not {-1, 1} <= signs):
                outcomes = {stands(formula.op, s) for s in signs}
                return outcomes.pop() if len(outcomes) == 1 else None
            return None
        gap = sub(*formula.terms)
        box = self._box(lo, hi)
        try:
            value = ball(self.value(gap, box))
        except Undefined:
            return False
        except Undecided:
            return None
        sign = _ball_sign(value) or self._mean_value_sign(gap, lo, hi)
        return stands(formula.op, sign) if sign else None

    def linear(self, formula: Formula, lo: Fraction, hi: Fraction) -> tuple[Fraction, Fraction] | None:
        """Return the exact difference of the two sides at both ends when it is linear between them."""
        gap = sub(*formula.terms)
        degree = _degree(gap, self.name)
        if degree is None or degree > 1:
            return None
        try:
            a, b = (self.value(gap, {**self.fixed, self.name: x}) for x in (lo, hi))
        except (Undefined, Undecided):
            return None
        return (a, b) if isinstance(a, Fraction) and isinstance(b, Fraction) else None

    def _mean_value_sign(self, gap: Term, lo: Fraction, hi: Fraction) -> int:
        """Return the sign of gap(m) + gap'(whole interval)*(x - m), which contains every value of the gap."""
        middle = (lo + hi) / 2
        slope = self._slope(gap)
        if slope is None or lo == hi:
            return 0
        try:
            at = ball(self.value(gap, {**self.fixed, self.name: middle}))
            over = ball(self.value(slope, self._box(lo, hi)))
        except (Undefined, Undecided):
            return 0
        return _ball_sign(at + over * (_span(lo, hi) - ball(middle)))

    def sign_after(self, gap: Term, end: Fraction, a: Fraction) -> int:
        """Return the sign of the gap between `end` (left out) and a when it is exactly 0 at `end`; 0: not known."""
        box, term = self._box(min(a, end), max(a, end)), gap
        try:
            self.value(gap, box)  # defined at every point between
            for order in range(1, MAX_ORDER + 1):
                value = self.value(term, {**self.fixed, self.name: end})
                if not isinstance(value, Fraction) or value != 0:  # a ball around 0 is not exactly 0
                    return 0
                slope = self._slope(term)
                if slope is None:
                    return 0
                term = slope
                sign = _ball_sign(ball(self.value(term, box)))
                sign = sign or self._mean_value_sign(term, min(a, end), max(a, end))
                if sign:
                    return sign if a > end or order % 2 == 0 else -sign
        except (Undefined, Undecided):
            return 0
        return 0

    def _slope(self, term: Term) -> Term | None:
        if term not in self.slopes:
            found = derivative(term, lambda name: ONE if name == self.name else ZERO)
            self.slopes[term] = None if sum(1 for _ in subterms(found)) > MAX_TERMS else found
        return self.slopes[term]

    def _box(self, lo: Fraction, hi: Fraction) -> dict[str, Number]:
        return {**self.fixed, self.name: _span(lo, hi)}

    def value(self, term: Term, at: Mapping[str, Number]) -> Number:
        value = evaluate(term, at, self.relu_at_zero)  # type: ignore[arg-type]
        if isinstance(value, arb) and not value.is_finite():
            raise Undecided("not finite")
        return value


def _span(lo: Fraction, hi: Fraction) -> arb:
    return ball(lo).union(ball(hi))


def sign_of(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _ball_sign(value: arb) -> int:
    return 1 if value > 0 else -1 if value < 0 else 0


def stands(op: str, sign: int) -> bool:
    """Return whether a number of that sign stands in the relation to 0."""
    return {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0, "==": sign == 0, "!=": sign != 0}[op]


def _degree(term: Term, name: str) -> int | None:
    """Return a bound of the degree in one variable of a polynomial term; None for what may be none."""
    if name not in variables(term):
        return 0
    if term.op == "var":
        return 1
    degrees = [_degree(a, name) for a in term.args]
    if any(d is None for d in degrees):
        return None
    a, b = degrees[0], degrees[-1]
    assert a is not None and b is not None
    if term.op in ("add", "sub", "neg"):
        return max(a, b)
    if term.op == "mul":
        return a + b
    if term.op == "div":
        return a if b == 0 else None
    if term.op == "pow" and int(term.value) >= 0:  # type: ignore[arg-type]
        return a * int(term.value)  # type: ignore[arg-type]
    return None
