"""Certificates of kind squares: what the sign rules leave open follows from a sum of products that would be positive.

Why an accepted step is right. A step is for one goal `g REL 0`. Suppose that at some point of the domain where `g`
has a value the goal is false; then the facts known there and the negation of the goal hold. A step names

- summands `c * f_1 * ... * f_n * s**2` with a rational c > 0 whose factors f_i are proved to be >= 0, and
- cofactors `q * z` with z proved to be 0,

by the sign rules, from the facts with or without that negation, all obligations of these terms included; and in at
least one summand every f_i is proved to be > 0 and s != 0. So the sum of all of them is positive at that point. The
normal form of the same sum is zero, so the sum is zero at that point. Hence there is no such point. A step may use
steps before it in the list only, so nothing rests on itself.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proofs_check.checker.fields import fields, items, rational
from proofs_check.checker.formulas import FLIPPED, Formula, substituted
from proofs_check.checker.functions import Finer
from proofs_check.checker.limits import MAX_CASES, need
from proofs_check.checker.proof import impossible
from proofs_check.checker.prover import Prover
from proofs_check.checker.statement import Statement
from proofs_check.checker.terms import Store, Term

MAX_NESTED = 2  # steps within steps: enough for a denominator within a denominator
STRONGER = {">=": (">=", ">", "=="), "<=": ("<=", "<", "=="), "!=": ("!=", ">", "<")}


@dataclass(frozen=True)
class Summand:
    """weight * product of the factors * root**2."""

    weight: Fraction
    factors: tuple[Term, ...]
    root: Term


@dataclass(frozen=True)
class Step:
    """A goal `term kind 0`, and the sum that contradicts its negation."""

    term: Term
    kind: str
    summands: tuple[Summand, ...]
    zeros: tuple[tuple[Term, Term], ...]

    def terms(self) -> list[Term]:
        parts = [t for s in self.summands for t in (*s.factors, s.root)]
        return [self.term, *parts, *(t for pair in self.zeros for t in pair)]

    def at(self, store: Store, change: dict[Term, Term]) -> Step:
        """The step with variables replaced by values."""

        def put(term: Term) -> Term:
            return store.substitute(term, change)

        summands = tuple(Summand(s.weight, tuple(map(put, s.factors)), put(s.root)) for s in self.summands)
        return Step(put(self.term), self.kind, summands, tuple((put(a), put(b)) for a, b in self.zeros))


def read_steps(statement: Statement, value: object) -> list[Step]:
    """The steps of a certificate as terms."""

    def number(text: object) -> Term:
        term = statement.value(text)
        need(isinstance(term, Term), "a step has a vector where it needs a number")
        return term  # type: ignore[return-value]

    steps = []
    for entry in items(value, "steps"):
        table = fields(entry, "a step", ("goal", "sum"), ("zero",))
        text, kind = items(table["goal"], "a goal", 2)
        need(isinstance(kind, str) and kind in FLIPPED, "a goal has an unknown relation")
        summands = []
        for row in items(table["sum"], "a sum"):
            weight, factors, root = items(row, "a summand", 3)
            size = rational(weight, "a weight")
            need(size > 0, "a weight is not positive")
            summands.append(Summand(size, tuple(map(number, items(factors, "factors"))), number(root)))
        pairs = [items(pair, "a cofactor", 2) for pair in items(table.get("zero", []), "zero")]
        zeros = tuple((number(cofactor), number(zero)) for cofactor, zero in pairs)
        steps.append(Step(number(text), kind, tuple(summands), zeros))
    need(len(steps) <= MAX_CASES, "there are too many steps")
    return steps


class Squares(Prover):
    """Proves formulas from hypotheses by the sign rules and by steps."""

    def __init__(self, store: Store, corner: Fraction, denominator: int, known: Sequence[Formula],
                 steps: Sequence[Step], depth: int = 0) -> None:  # fmt: skip
        self.steps, self.depth = tuple(steps) if depth <= MAX_NESTED else (), depth
        self.tried: set[tuple[Term, str]] = set()
        super().__init__(store, corner, denominator, known, ())

    def with_known(self, *more: Formula) -> Squares:
        return Squares(self.store, self.corner, self.denominator, [*self.known, *more], self.steps, self.depth)

    def sign(self, term: Term, kind: str) -> bool:
        """Whether the sign rules or a step prove `term kind 0`."""
        if super().sign(term, kind):
            return True
        if (term, kind) in self.tried:
            return False
        self.tried.add((term, kind))
        for i, step in enumerate(self.steps):
            gives = step.kind in STRONGER.get(kind, (kind,))
            if gives and self._meant(step, term) and self._contradicts(step, term, step.kind, i):
                self.proved.add((term, kind))
                return True
        return False

    def _meant(self, step: Step, term: Term) -> bool:
        """Whether a step is about this term; no more than a way to find it, for the goal itself is what is negated."""
        form = self.algebra.form
        return self.defined_terms([step.term]) and self.algebra.equal(form(step.term), form(term))

    def _contradicts(self, step: Step, term: Term, kind: str, i: int) -> bool:
        """Whether a step shows that `term kind 0` is not false anywhere, by the steps before it."""
        store = self.store
        opposite = Formula(FLIPPED[kind], left=(term,), right=(store.zero,))
        inner, outer = (self._with_steps(i, *more) for more in ((opposite,), ()))

        def holds(part: Term, relation: str) -> bool:
            # facts that contradict each other (as they do here, in the end) may hide one another in an intersection:
            # so what a single fact says counts too, and what holds without the negation
            told = inner.algebra.recall(inner.algebra.form(part)).holds(relation)
            return told or inner.sign(part, relation) or outer.sign(part, relation)

        if not (outer.defined_terms(step.terms()) or inner.defined_terms(step.terms())):
            return self.fail(inner.failure)
        total, positive = [], False
        for s in step.summands:
            if not all(holds(f, ">=") for f in s.factors):
                return self.fail("a factor of a summand is not proved to be >= 0")
            positive = positive or (holds(s.root, "!=") and all(holds(f, ">") for f in s.factors))
            product = store.mul(store.num(s.weight), store.make("pow", s.root, data=2))
            for f in s.factors:
                product = store.mul(product, f)
            total.append(product)
        for cofactor, zero in step.zeros:
            if inner.algebra.form(zero).num and not holds(zero, "=="):
                return self.fail("a term of a cofactor is not proved to be 0")
            total.append(store.mul(cofactor, zero))
        if not positive:
            return self.fail("no summand of a step is proved to be positive")
        return not inner.algebra.form(store.add(*total)).num or self.fail("the sum of a step is not zero")

    def _with_steps(self, i: int, *more: Formula) -> Squares:
        """A prover that may use the steps before the i-th only."""
        known, depth = [*self.known, *more], self.depth + 1
        return Squares(self.store, self.corner, self.denominator, known, self.steps[:i], depth)


def prove_with_steps(statement: Statement, certificate: dict[str, Any]) -> str:
    """Check a certificate of kind squares, case by case of the finitely many values."""
    store, variables = statement.store, list(statement.cases)
    steps = read_steps(statement, certificate["steps"])
    need(math.prod(len(values) for values in statement.cases.values()) <= MAX_CASES, "there are too many cases")
    denominator = 1
    for case in itertools.product(*statement.cases.values()):
        change = dict(zip(variables, map(store.num, case), strict=True))
        domain = [substituted(store, part, change) for part in statement.domain]
        claim = substituted(store, statement.claim, change)
        if any(impossible(statement, part) for part in domain):
            continue
        local = [step.at(store, change) for step in steps] if change else steps
        while True:
            try:
                prover = Squares(store, statement.corner, denominator, domain, local)
                need(prover.prove(claim), prover.failure or "the claim is not proved")
                break
            except Finer as finer:
                denominator = math.lcm(denominator, finer.args[0])
                need(denominator <= 1000, "exponents have too large denominators")
    return "the claim is proved (squares)"
