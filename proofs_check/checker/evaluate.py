"""The values of terms and the truth of formulas at a point, by rational intervals."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from proofs_check.checker.formulas import FLIPPED, Formula, related
from proofs_check.checker.intervals import (
    DOMAINS,
    ONE,
    RISING,
    UNDECIDED,
    UNDEFINED,
    ZERO,
    Interval,
    Undecided,
    Value,
    acos_point,
    dyadic,
    exp_point,
    in_domain,
    outward,
    pi_fixed,
    sincos_point,
)
from proofs_check.checker.limits import Clock, need
from proofs_check.checker.statement import Statement
from proofs_check.checker.terms import Term, order


def times(a: Interval, b: Interval) -> Interval:
    if a[0] == a[1] and b[0] == b[1]:
        product = a[0] * b[0]
        return product, product
    products = [p * q for p in a for q in b]
    return min(products), max(products)


def power(a: Interval, n: int, precision: int) -> Interval:
    """a**n for n >= 0 by repeated squaring."""
    low, high = a
    if n % 2 == 0 and low < 0:
        low, high = (-high, -low) if high <= 0 else (ZERO, max(-low, high))
    result, square = (ONE, ONE), (low, high)
    odd = n % 2 == 1 and low < 0
    if odd:  # an odd power rises: take the ends one by one
        ends = [power((-q, -q), n, precision) if q < 0 else power((q, q), n, precision) for q in (low, high)]
        return (-ends[0][1], -ends[1][0] if high < 0 else ends[1][1])
    while n:
        if n % 2:
            result = outward(times(result, square), precision)
        n //= 2
        if n:
            square = outward(times(square, square), precision)
    return result


def apply(term: Term, args: list[Interval], precision: int, corner: Fraction) -> Value:
    """The value of one node from the values of its parts."""
    op, a = term.op, args[0]
    if op == "add":
        return sum((x[0] for x in args), ZERO), sum((x[1] for x in args), ZERO)
    if op == "mul":
        return times(a, args[1])
    if op == "div" or (op == "pow" and term.data < 0):
        b = args[1] if op == "div" else a
        if b[0] <= 0 <= b[1]:
            return UNDEFINED if b[0] == b[1] else UNDECIDED
        inverse = (1 / b[1], 1 / b[0])
        return times(a, inverse) if op == "div" else power(inverse, -term.data, precision)
    if op == "pow":
        return power(a, term.data, precision)
    if op in DOMAINS:
        problem = in_domain(op, a)
        if problem:
            return problem
    if op in RISING:
        low = RISING[op](a[0], precision)
        return low if a[0] == a[1] else (low[0], RISING[op](a[1], precision)[1])
    if op == "acos":
        return acos_point(a[1], precision)[0], acos_point(a[0], precision)[1]
    if op == "cosh":
        low, high = (ZERO if a[0] <= 0 <= a[1] else min(map(abs, a))), max(map(abs, a))
        ends = exp_point(low, precision), exp_point(high, precision)
        return (ends[0][0] + 1 / ends[0][0]) / 2 if low else ONE, (ends[1][1] + 1 / ends[1][1]) / 2
    if op in ("sin", "cos"):
        middle = (a[0] + a[1]) / 2
        middle = outward((middle, middle), precision + 64)[0]
        radius = max(a[1] - middle, middle - a[0])
        low, high = sincos_point(middle, precision)[op == "cos"]
        return (max(-ONE, low - radius), min(ONE, high + radius)) if radius else (low, high)
    if op in ("step", "sign"):
        if a[0] <= 0 <= a[1] and a[0] != a[1]:
            return UNDECIDED
        at_zero, below = (corner, ZERO) if op == "step" else (ZERO, -ONE)
        value = ONE if a[0] > 0 else below if a[1] < 0 else at_zero
        return value, value
    if op in ("min", "max"):
        choose = min if op == "min" else max
        return choose(a[0], args[1][0]), choose(a[1], args[1][1])
    if op == "relu":
        return max(a[0], ZERO), max(a[1], ZERO)
    need(op == "abs", f"{op} has no value")
    return (max(ZERO, a[0], -a[1]), max(-a[0], a[1]))


def evaluate(terms: Iterable[Term], point: dict[str, Fraction], precision: int, corner: Fraction,
             memo: dict[Term, Value], clock: Clock) -> None:  # fmt: skip
    """Enclose the values of the terms at a point, into `memo`; what is not decided wins over what is undefined."""
    for term in order(terms, clock):
        if term in memo:
            continue
        clock.tick(50)
        args = [memo[arg] for arg in term.args]
        if term.op == "smooth" and args[1] != UNDEFINED:
            kink = args[1] == UNDECIDED or args[1][0] <= 0 <= args[1][1]  # type: ignore[operator]
            memo[term] = UNDECIDED if kink else args[0]
        elif UNDECIDED in args or UNDEFINED in args:
            memo[term] = UNDECIDED if UNDECIDED in args else UNDEFINED
        elif term.op in ("also", "smooth"):
            memo[term] = args[0]
        elif term.op == "num":
            memo[term] = (term.data, term.data)
        elif term.op == "var":
            need(term.data in point, f"the point has no value for {term.data}")
            memo[term] = (point[term.data], point[term.data])
        elif term.op == "pi":
            memo[term] = dyadic(*pi_fixed(precision + 8), precision + 8)
        else:
            try:
                value = apply(term, args, precision, corner)  # type: ignore[arg-type]
                memo[term] = value if isinstance(value, str) else outward(value, precision)
            except (Undecided, ZeroDivisionError):
                memo[term] = UNDECIDED


EITHER = "either"  # the relation has a truth value, and it is not known which


class Evaluation:
    """The truth of formulas at a point, at one precision: True, False, UNDEFINED or UNDECIDED."""

    def __init__(self, statement: Statement, point: dict[str, Fraction], precision: int) -> None:
        self.statement, self.point, self.precision = statement, point, precision
        self.memo: dict[Term, Value] = {}

    def truth(self, formula: Formula) -> bool | str:
        value = self._truth(formula)
        return UNDECIDED if value == EITHER else value

    def _truth(self, formula: Formula) -> bool | str:
        if formula.kind in ("and", "or"):
            end, held = formula.kind == "or", formula.kind == "and"
            known: bool | str = held
            for part in formula.parts:
                value = self._truth(part)
                if value is end:
                    return end  # also after a part that is true or false: either way it ends here
                if value == EITHER:
                    known = EITHER
                elif value is not held:
                    return value if known is held else UNDECIDED
            return known
        if formula.kind == "implies":
            value = self._truth(formula.parts[0])
            return True if value is False else value if value is not True else self._truth(formula.parts[1])
        need(formula.kind in FLIPPED, "a formula is not in positive form")
        return self.relation(formula)

    def relation(self, formula: Formula) -> bool | str:
        terms = [*formula.left, *formula.right]
        evaluate(terms, self.point, self.precision, self.statement.corner, self.memo, self.statement.clock)
        values = [self.memo[term] for term in terms]
        for problem in (UNDECIDED, UNDEFINED):
            if problem in values:
                return problem
        kind = "==" if formula.kind == "!=" else formula.kind
        verdict: bool | str = True
        for a, b in zip(formula.left, formula.right, strict=True):
            (p, q), (r, s) = self.memo[a], self.memo[b]  # type: ignore[misc]
            low, high = p - s, q - r  # type: ignore[operator]
            answers = {related(kind, low), related(kind, high), related(kind, (low + high) / 2)}
            if kind == "==" and low <= 0 <= high and low != high:
                answers = {True, False}
            if answers == {False}:
                verdict = False
                break
            if len(answers) == 2:
                verdict = EITHER
        return verdict if kind == formula.kind or isinstance(verdict, str) else not verdict

    def differences(self, formula: Formula) -> list[Value]:
        """Enclosures of left - right for every relation of a formula, component by component."""
        terms = [*formula.left, *formula.right]
        evaluate(terms, self.point, self.precision, self.statement.corner, self.memo, self.statement.clock)
        found: list[Value] = []
        for a, b in zip(formula.left, formula.right, strict=True):
            p, q = self.memo[a], self.memo[b]
            found.append(p if isinstance(p, str) else q if isinstance(q, str) else (p[0] - q[1], p[1] - q[0]))
        return found + [value for part in formula.parts for value in self.differences(part)]
