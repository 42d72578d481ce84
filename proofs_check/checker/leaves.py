"""Proofs on one box: the forms that give a term its sign there."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from proofs_check.checker.boxes import Box, Enclosures, at_point, bounds_of, hull, interior
from proofs_check.checker.fields import items
from proofs_check.checker.formulas import Formula
from proofs_check.checker.functions import Finer
from proofs_check.checker.limits import Reject, need
from proofs_check.checker.prover import obligations
from proofs_check.checker.ranges import Range, point_range
from proofs_check.checker.statement import Statement
from proofs_check.checker.terms import Store, Term, order

MAX_FORM = 40
KINKS = ("abs", "relu", "min", "max")


class Leaves:
    """Proofs on boxes: the forms of docs/certificates.md. A proof that does not come out is a rejection."""

    def __init__(self, statement: Statement, change: dict[Term, Term]) -> None:
        self.statement, self.store, self.change = statement, statement.store, change
        self.slopes: dict[tuple[Term, Term], Term] = {}
        self.denominator = 1

    def over(self, box: Box) -> Enclosures:
        return Enclosures(self.store, self.statement.corner, self.denominator, box)

    def formula(self, formula: Formula, box: Box, form: Any, depth: int = 0) -> None:
        """Prove a formula at every point of a box."""
        need(depth < MAX_FORM, "a form is nested too deeply")
        known = self.over(box)
        if formula.kind == "and":
            parts = items(form, "the forms of a conjunction", len(formula.parts))
            for part, inner in zip(formula.parts, parts, strict=True):
                self.formula(part, box, inner, depth + 1)
        elif formula.kind == "or":
            which, inner = items(form, "the form of a disjunction", 2)
            need(type(which) is int and 0 <= which < len(formula.parts), "a disjunction has no such part")
            self.defined(Formula("or", formula.parts[:which]), known)
            self.formula(formula.parts[which], box, inner, depth + 1)
        elif formula.kind == "implies":
            premise, conclusion = formula.parts
            self.defined(premise, known)
            if form == "outside":
                need(excluded(premise, known), "a premise is not false on a leaf")
                return
            bounds = bounds_of([premise], known)
            tighter = {name: side.meet(bounds.get(name, Range())) for name, side in (bounds | box).items()}
            self.formula(conclusion, tighter, form, depth + 1)
        else:
            self.relation(formula, box, known, form)

    def defined(self, formula: Formula, known: Enclosures) -> None:
        need(known.missing(formula.terms()) is None, "an expression is not proved to be defined on a leaf")

    def relation(self, formula: Formula, box: Box, known: Enclosures, form: Any) -> None:
        """Prove a relation between two numbers on a box."""
        need(len(formula.left) == 1, "vectors are not compared over boxes")
        self.defined(formula, known)
        (a,), (b,), kind = formula.left, formula.right, formula.kind
        if kind == "==":
            need(form == "zero", "an equality needs the form 'zero'")
        elif kind == "!=":
            side, form = items(form, "the form of !=", 2)
            need(side in ("<", ">"), "the form of != names neither < nor >")
            kind = side
        gap = self.store.sub(a, b) if kind in (">", ">=") else self.store.sub(b, a)
        self.positive(self.plain(gap, known), kind in ("<", ">"), box, form)

    def plain(self, term: Term, known: Enclosures) -> Term:
        """An equal term without the kinks whose side is certain on the box; the term has values there."""
        store, new = self.store, dict[Term, Term]()
        for node in order([term], store.clock):
            args = tuple(new[arg] for arg in node.args)
            new[node] = node if args == node.args else store.make(node.op, *args, data=node.data)
            if node.op in ("also", "smooth"):
                new[node] = args[0]
            elif node.op in (*KINKS, "step", "sign"):
                inside = store.sub(*node.args) if len(args) == 2 else node.args[0]
                new[node] = self._side(new[node], known.range_of(inside))
        return new[term]

    def _side(self, node: Term, inside: Range) -> Term:
        """What a node with a kink is where its argument (or the difference of both) has these values."""
        store, op, a = self.store, node.op, node.args[0]
        if op in KINKS:
            if not (inside.holds(">=") or inside.holds("<=")):
                return node
            return pieces(store, node)[0 if inside.holds(">=") else 1]
        for kind, step, sign in ((">", 1, 1), ("<", 0, -1)):
            if inside.holds(kind):
                return store.num(step if op == "step" else sign)
        if inside.holds("=="):
            return store.num(self.statement.corner if op == "step" else 0)
        return store.make(op, a)

    def positive(self, term: Term, strict: bool, box: Box, form: Any, depth: int = 0) -> None:
        """Prove term >= 0, or > 0, at every point of a box at which the term has a value."""
        need(depth < MAX_FORM, "a form is nested too deeply")
        self.store.clock.tick(100)
        if form == "natural":
            need(self.over(box).range_of(term).holds(">" if strict else ">="), "an enclosure has not the sign needed")
        elif form == "mean":
            need(self.mean(term, box).holds(">" if strict else ">="), "a mean-value form has not the sign needed")
        elif form == "zero":
            need(not strict and self.vanishes(term, box), "a normal form is not zero")
        else:
            name = items(form, "a form")[0] if form else None
            rules: dict[Any, tuple[int, Callable[..., None]]] = {"rise": (6, self.rise), "pieces": (3, self.pieces),
                "factor": (5, self.factor), "invert": (3, self.invert)}  # fmt: skip
            need(isinstance(name, str) and name in rules, "a form is unknown")
            length, rule = rules[name]
            rule(term, strict, box, *items(form, f"the form {name}", length)[1:], depth=depth + 1)

    def slope(self, term: Term, variable: Term) -> Term:
        if (term, variable) not in self.slopes:
            self.slopes[term, variable] = self.store.derivative(term, {variable: self.store.one})
        return self.slopes[term, variable]

    def mean(self, term: Term, box: Box) -> Range:
        """f(c) + sum of f_i(box) (box - c)_i, for f differentiable on the closed box with middle c."""
        variables = [node for node in order([term], self.store.clock) if node.op == "var"]
        closed = {**box, **{v: hull(box.get(v, Range())) for v in variables}}
        known, middle, total = self.over(closed), dict(closed), point_range(Fraction(0))
        for v in variables:
            low, high = closed[v].low, closed[v].high
            if low is None or high is None:
                raise Reject("a mean-value form needs a bounded box")
            middle[v] = point_range((low + high) / 2)
            slope = self.slope(term, v)
            need(known.missing([slope]) is None, "a mean-value form needs a differentiable expression")
            total = total + known.range_of(slope) * (closed[v] + point_range(-(low + high) / 2))
        return total + self.over(middle).range_of(term)

    def rise(self, term: Term, strict: bool, box: Box, name: Any, side: Any, where: Any, face: Any, slope: Any,
             depth: int) -> None:  # fmt: skip
        """From a face on, the term does not fall: it is continuous up to the face, and its slope has a sign."""
        variable = self.statement.store.make("var", data=name) if isinstance(name, str) else None
        if variable is None or variable not in box:
            raise Reject("a form names an unknown variable")
        need(side in ("low", "high") and where in (("face", "slope") if strict else ("",)), "a form is not well made")
        span = box[variable]
        end = span.low if side == "low" else span.high
        if end is None:
            raise Reject("a form starts at infinity")
        if side == "low":
            closed = Range(span.low, span.high, False, span.high_open)
            left_out = span.tidy().low_open
        else:
            closed = Range(span.low, span.high, span.low_open, False)
            left_out = span.tidy().high_open
        need(where != "slope" or left_out, "an expression is zero on a face that belongs to the box")
        self.continuous(term, {**box, variable: closed})
        self.positive(term, where == "face", at_point(box, variable, end), face, depth)
        inside = {**box, variable: interior(span)}
        rate = self.slope(term, variable)
        known = self.over(inside)
        need(known.missing([rate]) is None, "a slope is not proved to exist inside a leaf")
        rate = self.plain(rate, known)
        rate = rate if side == "low" else self.store.mul(self.store.minus, rate)
        self.positive(rate, where == "slope", inside, slope, depth)

    def continuous(self, term: Term, box: Box) -> None:
        """The term has values on the box and no jump."""
        known = self.over(box)
        need(known.missing([term]) is None, "an expression is not proved to be defined up to a face")
        for node in order([term], self.store.clock):
            jump = node.op in ("step", "sign") and not known.range_of(node.args[0]).holds("!=")
            need(not jump, "an expression may jump on a leaf")

    def pieces(self, term: Term, strict: bool, box: Box, first: Any, second: Any, depth: int) -> None:
        """Both choices at the first kink: at every point the term is equal to one of them."""
        for node in order([term], self.store.clock):
            if node.op in KINKS:
                break
        else:
            raise Reject("there is no kink left")
        for choice, form in zip(pieces(self.store, node), (first, second), strict=True):
            self.positive(self.store.substitute(term, {node: choice}), strict, box, form, depth)

    def factor(self, term: Term, strict: bool, box: Box, first: Any, second: Any, one: Any, two: Any,
               depth: int) -> None:  # fmt: skip
        """The term is a product of two expressions, and both have the sign."""
        factors = [self.statement.value(text) for text in (first, second)]
        a, b = (self.store.substitute(f, self.change) if isinstance(f, Term) else None for f in factors)
        if a is None or b is None:
            raise Reject("a factor is not a number")
        known = self.over(box)
        need(known.missing([a, b]) is None, "a factor is not proved to be defined on a leaf")
        need(self.vanishes(self.store.sub(term, self.store.mul(a, b)), box), "the factors do not give the expression")
        for part, form in ((a, one), (b, two)):
            self.positive(self.plain(part, known), strict, box, form, depth)

    def invert(self, term: Term, strict: bool, box: Box, name: Any, form: Any, depth: int) -> None:
        """The term with 1/x for x, where x has one sign: an unbounded side becomes a bounded one."""
        store = self.store
        variable = store.make("var", data=name) if isinstance(name, str) else None
        if variable is None or variable not in box:
            raise Reject("a form names an unknown variable")
        span = box[variable]
        need(span.holds(">") or span.holds("<"), "1/x needs a side of one sign")
        turned = store.substitute(term, {variable: store.make("div", store.one, variable)})
        self.positive(turned, strict, {**box, variable: span.inverse()}, form, depth)

    def vanishes(self, term: Term, box: Box) -> bool:
        """Whether the normal form of a term is zero on a box, at the values of the variables that are fixed there."""
        fixed = {
            v: self.store.num(side.low) for v, side in box.items() if side.low is not None and side.low == side.high
        }
        term = self.store.substitute(term, fixed)
        while True:
            try:
                return not self.over(box).form(term).num
            except Finer as finer:
                self.denominator = math.lcm(self.denominator, finer.args[0])
                need(self.denominator <= 1000, "exponents have too large denominators")


def pieces(store: Store, node: Term) -> tuple[Term, Term]:
    """What a node with a kink is where its argument (or the difference of both) is >= 0, and where it is <= 0."""
    a = node.args[0]
    if node.op == "abs":
        return a, store.mul(store.minus, a)
    if node.op == "relu":
        return a, store.zero
    return (a, node.args[1]) if node.op == "max" else (node.args[1], a)


def excluded(formula: Formula, known: Enclosures) -> bool:
    """Whether a formula is certainly not true on a box."""
    if formula.kind in ("and", "or"):
        answers = [excluded(part, known) for part in formula.parts]
        return any(answers) if formula.kind == "and" else all(answers)
    if formula.kind == "implies" or len(formula.left) != 1:
        return False
    rules = [(term, kind) for term, kind, rule in obligations(formula.terms(), known.store) if rule]
    if not all(known.range_of(term).holds(kind) for term, kind in rules):
        return False  # a derivative whose rule is not proved to apply says nothing
    gap = known.range_of(known.store.sub(formula.left[0], formula.right[0]))
    return gap.holds({"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}[formula.kind])
