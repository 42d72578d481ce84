"""Obligations of terms, and the proof of one formula from hypotheses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from proofs_check.checker.algebra import Algebra
from proofs_check.checker.formulas import FLIPPED, Formula, negated
from proofs_check.checker.limits import need
from proofs_check.checker.polynomials import Poly
from proofs_check.checker.ranges import RELATION_RANGES
from proofs_check.checker.terms import Store, Term, order

OBLIGATIONS: dict[str, Callable[[Store, Term], list[tuple[Term, str]]]] = {
    "log": lambda s, a: [(a, ">")],
    "sqrt": lambda s, a: [(a, ">=")],
    "asin": lambda s, a: [(s.sub(s.one, a), ">="), (s.add(s.one, a), ">=")],
    "acos": lambda s, a: [(s.sub(s.one, a), ">="), (s.add(s.one, a), ">=")],
    "atanh": lambda s, a: [(s.sub(s.one, a), ">"), (s.add(s.one, a), ">")],
    "acosh": lambda s, a: [(s.sub(a, s.one), ">=")],
}


def obligations(terms: Iterable[Term], store: Store) -> list[tuple[Term, str, bool]]:
    """What the nodes of the terms need: (term, relation to 0, whether it is about a derivative rule)."""
    found = []
    for node in order(terms, store.clock):
        if node.op == "div":
            found.append((node.args[1], "!=", False))
        elif node.op == "pow" and node.data < 0:
            found.append((node.args[0], "!=", False))
        elif node.op == "smooth":
            found.append((node.args[1], "!=", True))
        elif node.op in OBLIGATIONS:
            found += [(term, kind, False) for term, kind in OBLIGATIONS[node.op](store, node.args[0])]
    return found


def show(term: Term, depth: int = 4) -> str:
    """A short text for a term in a reason."""
    if not term.args or depth == 0:
        return str(term.data)[:20] if term.op in ("num", "var") else term.op if not term.args else "..."
    inner = [show(arg, depth - 1) for arg in term.args[:4]]
    signs = {"add": " + ", "mul": "*", "div": "/"}
    if term.op in signs:
        return "(" + signs[term.op].join(inner) + ")"
    return f"{inner[0]}**{term.data}" if term.op == "pow" else f"{term.op}({', '.join(inner)})"


class Prover:
    """Proves formulas from hypotheses."""

    def __init__(self, store: Store, corner: Fraction, denominator: int, known: Sequence[Formula],
                 hints: Sequence[Term]) -> None:  # fmt: skip
        self.store, self.corner, self.denominator = store, corner, denominator
        self.known, self.hints = list(known), list(hints)
        self.algebra = Algebra(store, corner, denominator)
        self.failure = ""
        self.proved: set[tuple[Term, str]] = set()
        relations = [part for formula in known for part in self._conjuncts(formula)]
        self._relate(relations)
        for _ in range(2):  # the second time all facts are known
            for part in relations:
                self._learn(part)
        for hint in self.hints:
            if self.defined_terms([hint]):
                form, found = self.algebra.form(hint), self.algebra.range_of(hint)
                self.algebra.learn(form, found)

    def _conjuncts(self, formula: Formula) -> list[Formula]:
        if formula.kind == "and":
            return [part for inner in formula.parts for part in self._conjuncts(inner)]
        return [formula] if formula.kind in FLIPPED else []

    def _usable(self, formula: Formula) -> bool:
        """Whether the derivative rules in a hypothesis are proved to apply; else it is not used."""
        algebra = self.algebra
        needs = obligations([*formula.left, *formula.right], self.store)
        # the rules come first: what stands inside a derivative is an obligation only where its rule applies
        if not all(algebra.range_of(term).holds(kind) for term, kind, rule in needs if rule):
            return False
        for term, kind, _ in needs:
            algebra.learn(algebra.form(term), RELATION_RANGES[kind])
        return True

    def _relate(self, relations: list[Formula]) -> None:
        """Equalities in which a variable occurs as c*x**k only become relations of x."""
        algebra, ring = self.algebra, self.algebra.ring
        related: list[int] = []
        for part in relations:
            if part.kind != "==" or any(rule for _, _, rule in obligations([*part.left, *part.right], self.store)):
                continue
            for a, b in zip(part.left, part.right, strict=True):
                num = algebra.form(self.store.sub(a, b)).num
                blocked = {v for g in related for v in ring.support(ring.of(g).value)} | set(related)
                best = self._relation(num, blocked)
                if best:
                    power, g, value = best
                    ring.relate(g, power, value)
                    related.append(g)
                    algebra.forget()
        algebra.facts.clear()

    def _relation(self, num: Poly, blocked: set[int]) -> tuple[int, int, Poly] | None:
        ring = self.algebra.ring
        found = []
        for m, c in num.items():
            if len(m) != 1 or ring.of(m[0][0]).kind != "var" or m[0][1] < 1 or m[0][0] in blocked:
                continue
            g, power = m[0]
            rest = {n: -a / c for n, a in num.items() if n != m}
            if g not in ring.support(rest) and not any(e < 0 for n in rest for _, e in n):
                together = sum((a > 0) == (c > 0) for a in num.values())
                found.append((power, -together, g, rest))
        if not found:
            return None
        power, _, g, rest = min(found, key=lambda entry: entry[:3])
        return power, g, rest

    def _learn(self, part: Formula) -> None:
        if not self._usable(part) or (part.kind == "!=" and len(part.left) > 1):
            return
        for a, b in zip(part.left, part.right, strict=True):
            self.algebra.learn(self.algebra.form(self.store.sub(a, b)), RELATION_RANGES[part.kind])

    def with_known(self, *more: Formula) -> Prover:
        return Prover(self.store, self.corner, self.denominator, [*self.known, *more], self.hints)

    def fail(self, reason: str) -> bool:
        self.failure = self.failure or reason
        return False

    def sign(self, term: Term, kind: str) -> bool:
        """Whether the sign rules prove `term kind 0`."""
        if (term, kind) not in self.proved:
            if not self.algebra.range_of(term).holds(kind):
                return False
            self.proved.add((term, kind))
        return True

    def defined_terms(self, terms: Iterable[Term]) -> bool:
        """Whether all obligations of the terms are proved."""
        for term, kind, rule in obligations(terms, self.store):
            if not self.sign(term, kind):
                what = "a derivative rule" if rule else "the statement"
                return self.fail(f"{what} needs {show(term)} {kind} 0, which is not proved")
        return True

    def defined(self, formula: Formula) -> bool:
        """Whether the formula is proved to have a truth value everywhere in the domain."""
        if formula.kind in FLIPPED:
            return self.defined_terms([*formula.left, *formula.right])
        prover = self
        for part in formula.parts:
            if not prover.defined(part):
                return self.fail(prover.failure)
            if part is not formula.parts[-1]:
                prover = prover.with_known(negated(part) if formula.kind == "or" else part)
        return True

    def prove(self, formula: Formula) -> bool:
        """Whether the formula is proved to hold everywhere in the domain."""
        if formula.kind in FLIPPED:
            return self.relation(formula)
        if formula.kind == "implies":
            premise, conclusion = formula.parts
            if not self.defined(premise):
                return False
            inner = self.with_known(premise)
            return inner.prove(conclusion) or self.fail(inner.failure)
        if formula.kind == "and":
            for i, part in enumerate(formula.parts):
                if not self.prove(part):
                    inner = self.with_known(*formula.parts[:i]) if i else self
                    if not i or not inner.prove(part):
                        return self.fail(inner.failure)
                    self.failure = ""
            return True
        need(formula.kind == "or", "a formula is not in positive form")
        for i, part in enumerate(formula.parts):
            earlier = formula.parts[:i]
            prover = self.with_known(*map(negated, earlier)) if i else self
            if prover.prove(part):
                return self.defined(Formula("or", earlier))
            self.fail(prover.failure)
        return False

    def relation(self, formula: Formula) -> bool:
        if not self.defined_terms([*formula.left, *formula.right]):
            return False
        verdicts = [self.compare(formula.kind, a, b) for a, b in zip(formula.left, formula.right, strict=True)]
        done = any(verdicts) if formula.kind == "!=" else all(verdicts)
        return done or self.fail(f"{show(formula.left[0])} {formula.kind} {show(formula.right[0])} is not proved")

    def compare(self, kind: str, a: Term, b: Term) -> bool:
        difference, algebra = self.store.sub(a, b), self.algebra
        if a is b:
            return kind in ("==", "<=", ">=")
        form = algebra.form(difference)
        if not form.num:
            return kind in ("==", "<=", ">=")
        return self.sign(difference, kind)
