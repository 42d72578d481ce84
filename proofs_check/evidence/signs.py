"""The sign rules: an interval for a term from its structure, its normal form, the facts and the hints."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from proofs_check.evidence.interval import Interval
from proofs_check.evidence.normal_form import NormalForms
from proofs_check.evidence.obligations import obligations
from proofs_check.evidence.ratio import NotNormal
from proofs_check.language.term import PI, Formula, Term, add, div, num, sub, subterms

ZERO, ONE_POINT = Fraction(0), Interval.point(1)
UNIT = Interval(Fraction(-1), Fraction(1))
HALF_PI = Fraction(15708, 10**4)
ODD = ("sinh", "tanh", "atan", "asin", "asinh", "atanh")
NORMAL_FORM_LIMIT = 3_000


class Signs:
    """Interval bounds of terms on the domain that the facts describe.

    Examples
    --------
    >>> from proofs_check.language.term import power, var
    >>> rules = Signs([])
    >>> rules.proves(add(power(var("x"), 2), num(1)), ">")
    True
    >>> rules.proves(var("x"), ">=")
    False
    """

    def __init__(self, facts: Sequence[Formula], hints: Sequence[Term] = (), relu_at_zero: int = 0):
        self.forms = NormalForms(facts, relu_at_zero)
        self.hints = tuple(hints)
        self.relu_at_zero = relu_at_zero
        self._memo: dict[Term, Interval] = {}

    def proves(self, term: Term, relation: str) -> bool:
        """Return True when `term relation 0` follows at every point where the term's obligations hold."""
        if relation == "==":
            return self._vanishes(term) or self.bounds(term).sign("==")
        if self.bounds(term).sign(relation):
            return True
        return any(
            self._vanishes(sub(term, hint)) and self.bounds(hint).sign(relation) and self._has_value(hint)
            for hint in self.hints
        )

    def _has_value(self, hint: Term) -> bool:
        """Return True when the hint's own obligations follow from the facts: an undefined hint says nothing."""
        return all(self.bounds(needed.term).sign(needed.relation) for needed in obligations(hint))

    def _vanishes(self, term: Term) -> bool:
        try:
            return self.forms.is_zero(term)
        except NotNormal:
            return False

    def bounds(self, root: Term) -> Interval:
        """Return an interval that contains the value of the term wherever its obligations hold."""
        for node in subterms(root):
            if node not in self._memo:
                args = [self._memo[a] for a in node.args]
                self._memo[node] = self._structural(node, args).meet(self._normal(node))
        return self._memo[root]

    def _normal(self, node: Term) -> Interval:
        if node.op in ("num", "also", "smooth", "neg"):
            return Interval()
        if sum(1 for _ in subterms(node)) > NORMAL_FORM_LIMIT:
            return Interval()
        try:
            return self.forms.sign_of(node)
        except NotNormal:
            return Interval()

    def _structural(self, node: Term, args: list[Interval]) -> Interval:
        op = node.op
        if op == "num":
            return Interval.point(node.value)  # type: ignore[arg-type]
        if op in ("var", "pi"):
            return Interval()
        if op in ("also", "smooth"):
            return args[0]
        if op == "neg":
            return -args[0]
        if op == "add":
            return args[0] + args[1]
        if op == "sub":
            return Interval.point(0) if node.args[0] == node.args[1] else args[0] - args[1]
        if op == "mul":
            return args[0].power(2) if node.args[0] == node.args[1] else args[0] * args[1]
        if op == "div":
            return args[0] * _without_zero(args[1]).inverse()
        if op == "pow":
            n = int(node.value)  # type: ignore[arg-type]
            return (_without_zero(args[0]) if n < 0 else args[0]).power(n)
        return self._function(node, args)

    def _function(self, node: Term, args: list[Interval]) -> Interval:
        op, u = node.op, args[0]
        if op == "rpow":
            return Interval(ZERO, None, True)
        if op == "sqrt":
            return u.root()
        if op == "abs":
            return u.magnitude()
        if op == "exp":
            return _monotone(u, ONE_POINT, Interval(ZERO, None, True))
        if op == "cosh":
            return Interval(Fraction(1), None, u.excludes_zero())
        if op in ODD:
            end = {"tanh": Fraction(1), "atan": HALF_PI, "asin": HALF_PI}.get(op)
            open_ended = end is not None
            return _monotone(
                u,
                Interval.point(0),
                Interval(-end if end else None, end, open_ended and op != "asin", open_ended and op != "asin"),
            )
        if op == "log":
            return _monotone(u - ONE_POINT, Interval.point(0), Interval())
        if op == "acosh":
            return Interval(ZERO, None)
        if op == "acos":
            return Interval(ZERO, 2 * HALF_PI)
        if op == "step":
            return (
                Interval.point(1) if u.sign(">") else Interval.point(0) if u.sign("<") else Interval(ZERO, Fraction(1))
            )
        if op == "sign":
            return (
                Interval.point(1)
                if u.sign(">")
                else Interval.point(-1)
                if u.sign("<")
                else Interval(
                    ZERO if u.sign(">=") else Fraction(-1),
                    ZERO if u.sign("<=") else Fraction(1),
                    nonzero=u.excludes_zero(),
                )
            )
        if op == "relu":
            return u if u.sign(">=") else Interval(ZERO, None if u.hi is None else max(u.hi, ZERO))
        if op in ("max", "min"):
            return _larger(args[0], args[1]) if op == "max" else -_larger(-args[0], -args[1])
        if op in ("sin", "cos"):
            return self._trigonometric(op, node.args[0])
        return Interval()

    def _trigonometric(self, op: str, angle: Term) -> Interval:
        low = angle if op == "sin" else add(angle, div(PI, num(2)))
        high = sub(PI, angle) if op == "sin" else sub(div(PI, num(2)), angle)
        for relation in (">", ">="):
            if self.bounds(low).sign(relation) and self.bounds(high).sign(relation):
                return Interval(ZERO, Fraction(1), relation == ">")
        return UNIT


def _without_zero(bound: Interval) -> Interval:
    return Interval(bound.lo, bound.hi, bound.lo_open, bound.hi_open, True)


def _monotone(u: Interval, at_zero: Interval, reach: Interval) -> Interval:
    """Return the range of an increasing function with a known value at 0 and a known reach."""
    origin = at_zero.lo
    if u.sign(">="):
        return reach.meet(Interval(origin, None, u.sign(">")))
    if u.sign("<="):
        return reach.meet(Interval(None, origin, False, u.sign("<")))
    shifted_nonzero = origin == 0 and u.excludes_zero()
    return Interval(reach.lo, reach.hi, reach.lo_open, reach.hi_open, shifted_nonzero or reach.nonzero)


def _larger(a: Interval, b: Interval) -> Interval:
    lo = a if b.lo is None or (a.lo is not None and (a.lo, a.lo_open) >= (b.lo, b.lo_open)) else b
    if a.hi is None or b.hi is None:
        return Interval(lo.lo, None, lo.lo_open)
    hi = a if (a.hi, not a.hi_open) >= (b.hi, not b.hi_open) else b
    return Interval(lo.lo, hi.hi, lo.lo_open, hi.hi_open)
