"""A formula on a whole interval of one variable, the others fixed: true everywhere, true nowhere, or not known.

`and`, `or`, `implies`, `not` from what `axis` finds of single relations, by the rule of short circuit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from proofs_check.evidence.balls import Undecided, Undefined, decide, precision
from proofs_check.language.elaborate import Problem
from proofs_check.language.term import Formula, formula_terms, sub, subterms
from proofs_check.repair.axis import Axis, sign_of, stands

BITS = 128


@dataclass
class Line:
    """The points of a problem on which one variable moves and all others keep their rational values.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> line = Line(elaborate(Statement("x**2 - x >= 0", {"x": "real"})), 0, "x", {})
    >>> line.fails_on(Fraction(1, 4), Fraction(1, 2)), line.fails_on(Fraction(1, 4), Fraction(2))
    (True, False)
    >>> line.state(Fraction(1))
    'holds'
    """

    problem: Problem
    relu_at_zero: int
    name: str
    fixed: Mapping[str, Fraction]
    axis: Axis = field(init=False)

    def __post_init__(self) -> None:
        """Fix all other variables."""
        self.axis = Axis(self.name, self.fixed, self.relu_at_zero)

    def state(self, value: Fraction) -> str:
        """Return what is certain at one point: "fails", "holds", "outside" the domain, or "undecided"."""
        at = {**self.fixed, self.name: value}
        for formula in self.problem.domain:
            inside = decide(formula, at, self.relu_at_zero)
            if inside != "true":
                return "undecided" if inside == "undecided" else "outside"
        claim = decide(self.problem.claim, at, self.relu_at_zero)
        return {"true": "holds", "undecided": "undecided"}.get(claim, "fails")

    def fails_on(self, a: Fraction, b: Fraction) -> bool:
        """Return True only when every point from a to b lies in the domain and the claim is not true at any of them."""
        lo, hi = min(a, b), max(a, b)
        with precision(BITS):
            inside = all(self._true(f, lo, hi) for f in self.problem.domain)
            return inside and self._fails(self.problem.claim, lo, hi)

    def touches(self, end: Fraction, a: Fraction) -> bool:
        """Return True only when the claim fails at every point strictly between `end` and a, and at a.

        For a claim whose two sides agree exactly at `end`: with g their difference and g', ..., g^(k-1) exactly 0
        there, g(x) = g^(k)(z)/k! * (x - end)^k for a z between them (Taylor's theorem), so the sign of g^(k) decides.
        """
        lo, hi = min(a, end), max(a, end)
        with precision(BITS):
            inside = all(self._true(f, lo, hi) or self._open(f, end, a) for f in self.problem.domain)
            return inside and self._fails_from(self.problem.claim, end, a)

    def changes_at(self, value: Fraction) -> bool:
        """Return True when the two sides of some relation agree exactly there, or one of them has no value."""
        at = {**self.fixed, self.name: value}
        for relation in _relations((self.problem.claim, *self.problem.domain)):
            try:
                gap = self.axis.value(sub(*relation.terms), at)
                if isinstance(gap, Fraction) and gap == 0:
                    return True
            except Undefined:
                return True
            except Undecided:
                continue
        return False

    # -- formulas ----------------------------------------------------------------------------------------------------

    def _true(self, formula: Formula, lo: Fraction, hi: Fraction) -> bool:
        if formula.op == "and":
            return all(self._true(part, lo, hi) for part in formula.args)
        if formula.op == "or":
            return self._some_true(formula.args, lo, hi)
        if formula.op == "true":
            return True
        return bool(formula.terms) and self.axis.relation(formula, lo, hi) is True

    def _some_true(self, parts: tuple[Formula, ...], lo: Fraction, hi: Fraction) -> bool:
        """Return True when a part is true everywhere and those before it are defined and false everywhere."""
        for part in parts:
            if self._true(part, lo, hi):
                return True
            defined = bool(part.terms) and self.axis.linear(part, lo, hi) is not None
            if not defined or self.axis.relation(part, lo, hi) is not False:
                return False
        return False

    def _fails(self, formula: Formula, lo: Fraction, hi: Fraction) -> bool:
        """Return True when the formula is false or undefined at every point.

        In `and` and `or` what stands before must not be *undecided* (a derivative at a kink): that refutes nothing.
        """
        if formula.op == "and":
            return _first_after_decided(formula.args, lambda part: self._fails(part, lo, hi))
        if formula.op == "or":
            return all(self._fails(part, lo, hi) for part in formula.args)
        if formula.op == "implies":
            return self._true(formula.args[0], lo, hi) and self._fails(formula.args[1], lo, hi)
        if formula.op == "not":
            return self._true(formula.args[0], lo, hi)
        return bool(formula.terms) and self.axis.relation(formula, lo, hi) is False

    def _fails_from(self, formula: Formula, end: Fraction, a: Fraction) -> bool:
        lo, hi = min(a, end), max(a, end)
        if self._fails(formula, lo, hi):
            return True
        if formula.op == "and":
            return _first_after_decided(formula.args, lambda part: self._fails_from(part, end, a))
        if formula.op == "implies":
            antecedent, conclusion = formula.args
            holds = self._true(antecedent, lo, hi) or self._open(antecedent, end, a)
            return holds and self._fails_from(conclusion, end, a)
        if not formula.terms:
            return False
        sign = self.axis.sign_after(sub(*formula.terms), end, a)
        return sign != 0 and not stands(formula.op, sign)

    def _open(self, formula: Formula, end: Fraction, a: Fraction) -> bool:
        """Return True for a strict linear condition that holds up to `end`, where both sides agree."""
        if formula.op == "and":
            parts = formula.args
            return all(self._true(p, min(a, end), max(a, end)) or self._open(p, end, a) for p in parts)
        ends = self.axis.linear(formula, end, a) if formula.op in ("<", ">", "!=") else None
        return ends is not None and ends[0] == 0 and stands(formula.op, sign_of(ends[1]))


def _relations(formulas: tuple[Formula, ...]) -> Iterator[Formula]:
    for formula in formulas:
        if formula.terms:
            yield formula
        yield from _relations(formula.args)


def _first_after_decided(parts: tuple[Formula, ...], fails: Callable[[Formula], bool]) -> bool:
    """Return True when some part fails and none before it contains a derivative that may be undecided."""
    for part in parts:
        if fails(part):
            return True
        if any(node.op == "smooth" for node in subterms(*formula_terms(part))):
            return False
    return False
