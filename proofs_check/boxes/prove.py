"""Proofs of claims by boxes: the domain is divided until a form proves the claim on every leaf."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from flint import fmpq

from proofs_check.boxes.enclose import Enclosures, excluded, positive_form, relations
from proofs_check.boxes.forms import Form, Forms
from proofs_check.boxes.region import Region, bounds_of, clipped, inside, left_out, written
from proofs_check.boxes.span import Span, fraction, point
from proofs_check.boxes.split import cuts, halves, touching
from proofs_check.certificate import FORMAT
from proofs_check.evidence.derivation import TookTooLong
from proofs_check.language.calculus import substitute
from proofs_check.language.elaborate import Elaboration, Problem
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.language.term import Formula, formula_terms, map_formula, num, sub, variables

HALF = fmpq(1, 2)
AFTER = 0.1  # share of the time in which a false point is looked for when there is no cover
Leaf = dict[str, Any]


@dataclass(frozen=True)
class Limits:
    """How long to divide: seconds and leaves for one claim, the most variables, the narrowest side of a box."""

    seconds: float = 10.0
    leaves: int = 2_000
    names: int = 4
    depth: int = 40
    cases: int = 64


@dataclass(frozen=True)
class Reason:
    """Why there is no certificate, in one line; `point` is where the claim is false, when a box has shown that.

    A point has a value for each variable of the claim; the domain's other variables may have any that they allow.
    """

    text: str
    point: dict[str, Fraction] | None = None


def prove_by_boxes(statement: Statement, problem: Problem, limits: Limits | None = None) -> dict[str, Any] | Reason:
    """Return a certificate of kind cover for the claim, or the reason why none was found.

    Nothing is promised about the claim when there is none. The certificate is for the checker to replay.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> s = Statement("atan(x) < x", {"x": "positive"})
    >>> prove_by_boxes(s, elaborate(s))["cases"]
    [[{'box': [['0', 'oo']], 'form': ['rise', 'x', 'low', 'slope', 'natural', 'natural']}]]
    """
    limits = limits or Limits()
    if problem.network is not None:
        return Reason("boxes are not for claims about a network")
    claim = positive_form(problem.claim)
    domain = [positive_form(part) for part in problem.domain]
    names = [n for n in problem.names if n not in problem.values and n in variables(*formula_terms(claim))]
    if len(names) > limits.names:
        return Reason(f"{len(names)} variables; boxes are tried up to {limits.names}")
    choices = list(product(*(problem.values[name] for name in problem.values)))
    if len(choices) > limits.cases:
        return Reason(f"{len(choices)} cases of the variables with finitely many values")
    deadline = time.monotonic() + limits.seconds
    cases: list[list[Leaf]] = []
    try:
        for choice in choices:
            values = dict(zip(problem.values, map(num, choice), strict=True))
            found = _Case(statement, claim, domain, names, values, limits, deadline).leaves()
            if isinstance(found, Reason):
                return found
            cases.append(found)
    except TookTooLong:
        return Reason(f"not decided by boxes within {limits.seconds:g} s")
    except (ClaimError, ArithmeticError, RecursionError, MemoryError) as failure:
        return Reason(f"boxes gave up: {type(failure).__name__}")  # terms that have grown too large
    return {
        "format": FORMAT,
        "statement": statement.to_json(),
        "kind": "cover",
        "names": names,
        "cases": cases,
    }


class _Case:
    """One choice of the variables with finitely many values."""

    def __init__(
        self,
        statement: Statement,
        claim: Formula,
        domain: Sequence[Formula],
        names: list[str],
        values: dict[str, Any],
        limits: Limits,
        deadline: float,
    ):
        def at(formula: Formula) -> Formula:
            return map_formula(formula, lambda term: substitute(term, values)) if values else formula

        self.claim, self.domain, self.names, self.limits = at(claim), [at(part) for part in domain], names, limits
        self.until = deadline
        self.values = {name: Fraction(value.value) for name, value in values.items()}
        self.relu_at_zero = statement.relu_at_zero
        self.forms = Forms(Elaboration(statement).term, statement.relu_at_zero, deadline)
        self.bounds = bounds_of(relations(self.domain))
        self.nonzero = left_out(relations(self.domain))

    def leaves(self) -> list[Leaf] | Reason:
        """Return the leaves of the case."""
        if any(excluded(part, Enclosures({}, self.relu_at_zero)) for part in self.domain if not _names(part)):
            return []
        root = {name: self._closed(self.bounds.get(name, Span())) for name in self.names}
        stack: list[tuple[Region, int]] = [(root, 0)]
        form = self._form(root)
        if form is not None:
            return [{"box": [written(root[name]) for name in self.names], "form": form}]
        for name, q in cuts(self.claim, root, self.names):
            stack = [part for box in stack for part in _cut(box, name, q)]
        stack.reverse()
        found: list[Leaf] = []
        given_up: Reason | None = None
        while stack:
            if given_up is not None and time.monotonic() > self.until:
                return given_up
            box, depth = stack.pop()
            form = self._form(box)
            if form is not None:
                found.append({"box": [written(box[name]) for name in self.names], "form": form})
                continue
            middle = {name: inside(span, HALF) for name, span in box.items()}
            if self._violated(middle):
                where = {name: fraction(value) for name, value in middle.items()}
                return Reason("the claim is false at a point of a box", {**self.values, **where})
            whole = all(_width(side) <= 0 for side in box.values())  # a point, which has no halves
            if depth >= self.limits.depth or len(found) + len(stack) >= self.limits.leaves or whole:
                given_up = given_up or self._undecided(box)  # the boxes that are left may still hold a point
                continue
            stack += reversed([(part, depth + 1) for part in self._parts(box)])
        return given_up or found

    def _undecided(self, box: Region) -> Reason:
        """Return why there is no cover, and set the time until which boxes are looked through for a false point."""
        self.until = time.monotonic() + AFTER * self.limits.seconds
        where = ", ".join(f"{name} in {written(box[name])}" for name in self.names)
        return Reason(f"not decided by boxes{': ' + where if where else ''}"[:160])

    def _closed(self, span: Span) -> Span:
        return Span(span.lo, span.hi)

    def _form(self, box: Region) -> Form | None:
        clipped_box = dict(self.bounds)
        for name in self.names:
            clipped_box[name] = clipped(box[name], self.bounds.get(name, Span()), name in self.nonzero)
        known = self.forms.over(clipped_box)
        for i, part in enumerate(self.domain):
            if excluded(part, known):
                return ["outside", i]
        return self.forms.leaf(self.claim, clipped_box)

    def _violated(self, middle: Mapping[str, fmpq]) -> bool:
        """Return True when a point lies certainly in the domain and the claim is certainly not true there."""
        known = Enclosures({**self.bounds, **{n: point(q) for n, q in middle.items()}}, self.relu_at_zero)
        return _fails(self.claim, known) and all(_holds(part, known) for part in self.domain)

    def _parts(self, box: Region) -> list[Region]:
        if len(self.names) == 1 and self.claim.terms:
            name = self.names[0]
            term = sub(*self.claim.terms)
            slope = self.forms.slope(term, name)
            span = box[name]
            short = span.lo is not None and span.hi is not None and span.hi - span.lo < 1
            q = touching(term, slope, name, span) if slope is not None and short else None
            if q is not None:
                return [part for part, _ in _cut((box, 0), name, q)]
        name = max(self.names, key=lambda n: _width(box[n]))
        return [{**box, name: part} for part in halves(box[name])]


def _names(formula: Formula) -> set[str]:
    return variables(*formula_terms(formula))


def _cut(entry: tuple[Region, int], name: str, q: Any) -> list[tuple[Region, int]]:
    box, depth = entry
    span = box[name]
    if (span.lo is not None and q <= span.lo) or (span.hi is not None and q >= span.hi):
        return [entry]
    return [({**box, name: Span(span.lo, q)}, depth), ({**box, name: Span(q, span.hi)}, depth)]


def _width(span: Span) -> float:
    """Return the width of a side; unbounded ones come first until they begin far out."""
    if span.lo is None or span.hi is None:
        near = span.lo if span.lo is not None else span.hi
        return float("inf") if near is None or abs(near) <= 4 else 2.0
    return float(fraction(span.hi - span.lo))


def _fails(formula: Formula, known: Enclosures) -> bool:
    """Return True when the formula is certainly not true on the box (at a point)."""
    if formula.op == "implies":
        return _holds(formula.args[0], known) and _fails(formula.args[1], known)
    if formula.op in ("and", "or"):
        answers = [_fails(part, known) for part in formula.args]
        return any(answers) if formula.op == "and" else all(answers)
    return excluded(formula, known)


def _holds(formula: Formula, known: Enclosures) -> bool:
    """Return True when the formula is certainly true on the box (at a point)."""
    if formula.op == "and":
        return all(_holds(part, known) for part in formula.args)
    if formula.op == "or":
        return known.defined(*formula_terms(formula)) and any(_holds(part, known) for part in formula.args)
    if not formula.terms or not known.defined(*formula.terms):
        return False
    return excluded(positive_form(Formula("not", (formula,))), known)
