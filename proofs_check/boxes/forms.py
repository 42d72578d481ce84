"""Forms: how an inequality is proved on one box, found in balls (docs/certificates.md, kind cover)."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import fmpq

from proofs_check.boxes.clear import joined
from proofs_check.boxes.enclose import Box, Enclosures, excluded, first_kink, minus, pieces, plain, relations, replaced
from proofs_check.boxes.region import bounds_of, inside
from proofs_check.boxes.rewriting import Rewriting
from proofs_check.boxes.span import Span, point
from proofs_check.evidence.derivation import TookTooLong
from proofs_check.language.term import Formula, Term, sub, variables

Form = Any
MAX_ORDER = 9
MAX_PIECES = 6
MAX_TRIED = 60


class Forms(Rewriting):
    """The search for forms; `deadline` is a time of `time.monotonic`."""

    def __init__(self, read: Callable[[str], Term], relu_at_zero: int = 0, deadline: float = float("inf")):
        super().__init__(read, relu_at_zero)
        self.deadline = deadline
        self.tried = 0

    def over(self, box: Box) -> Enclosures:
        """Return the enclosures over a box."""
        if time.monotonic() > self.deadline:
            raise TookTooLong
        return Enclosures(box, self.relu_at_zero, self.shared)

    def leaf(self, formula: Formula, box: Box) -> Form | None:
        """Return a form that proves the formula on the box, or None after so many attempts."""
        self.tried = 0
        return self.formula(formula, box)

    def formula(self, formula: Formula, box: Box) -> Form | None:
        """Return a form that proves the formula on the box, or None."""
        known = self.over(box)
        if formula.op == "and":
            forms = [self.formula(part, box) for part in formula.args]
            return None if any(form is None for form in forms) else forms
        if formula.op == "or":
            for i, part in enumerate(formula.args):
                form = self.formula(part, box)
                if form is not None:
                    return [i, form]
                if not _defined(part, known):
                    return None
            return None
        if formula.op == "implies":
            premise, conclusion = formula.args
            if not _defined(premise, known):
                return None
            if excluded(premise, known):
                return "outside"
            tighter = dict(box)
            for name, span in bounds_of(relations([premise])).items():
                tighter[name] = tighter.get(name, Span()).meet(span) or tighter.get(name, Span())
            return self.formula(conclusion, tighter)
        return self.relation(formula, box) if formula.terms else None

    def relation(self, formula: Formula, box: Box) -> Form | None:
        """Return a form that proves a relation between two numbers on the box, or None."""
        a, b = formula.terms
        known = self.over(box)
        if not known.defined(a, b):
            return None
        if formula.op == "!=":
            for side, gap in (("<", sub(b, a)), (">", sub(a, b))):
                form = self.positive(plain(gap, known), True, box)
                if form is not None:
                    return [side, form]
            return None
        gap = plain(sub(a, b) if formula.op in (">", ">=") else sub(b, a), known)
        if formula.op == "==":
            return "zero" if self.vanishes(gap, box) else None
        return self.positive(gap, formula.op in ("<", ">"), box)

    def positive(self, term: Term, strict: bool, box: Box, order: int = 0, kinks: int = 0) -> Form | None:
        """Return a form that proves term > 0, or >= 0, at every point of the box at which it has a value, or None."""
        self.tried += 1
        if self.tried > MAX_TRIED:
            return None
        span = self.over(box).of(term)
        if span.positive(strict):
            return "natural"
        if span.negative(strict) and not span.is_point():
            return None if strict or not self.vanishes(term, box) else "zero"
        if not strict and self.vanishes(term, box):
            return "zero"
        if all(box.get(name, Span()).is_point() for name in variables(term)):
            return None
        if self._below(term, strict, box):
            return None
        node = first_kink(term)
        if node is not None:
            return self._pieces(term, node, strict, box, order, kinks)
        if self.mean(term, box, strict):
            return "mean"
        if order >= MAX_ORDER:
            return None
        form = self._factors(term, strict, box, order, kinks) or self._rise(term, strict, box, order, kinks)
        return form or (self._invert(term, strict, box) if order == 0 else None)

    def _invert(self, term: Term, strict: bool, box: Box) -> Form | None:
        """Return a form that puts 1/x for a variable on an unbounded side."""
        for name in sorted(variables(term)):
            span = box.get(name, Span())
            if (span.lo is None) == (span.hi is None) or not span.nonzero():
                continue
            bounded = {**box, name: span.inverse()}
            text = self.inverted(term, name)
            known = self.over(bounded)
            if text is None or not known.defined(self.read(text)):
                continue
            form = self.positive(plain(self.read(text), known), strict, bounded, 1)
            if form is not None:
                return ["invert", name, ["factor", text, "1", form, "natural"]]
        return None

    def _factors(self, term: Term, strict: bool, box: Box, order: int, kinks: int) -> Form | None:
        """Return a form that leaves out the factors whose sign is known."""
        product = self.product(term)
        if product is None:
            return None
        sign, sure, unsure = (1 if product[0] > 0 else -1), [], []
        known = self.over(box)
        for text, n, factor in product[1]:
            span = known.of(factor)
            if span.positive(True) or (n % 2 == 0 and (span.nonzero() or (n > 0 and not strict))):
                sure.append((text, n))
            elif span.negative(True):
                sure.append((f"(-{text})" if text.startswith("(") else f"(-({text}))", n))
                sign = -sign
            elif n > 0:
                unsure.append((text, n))
            else:
                return None
        rest = joined(abs(product[0]), sure)
        if not unsure:
            return ["factor", rest, "1", "natural", "natural"] if sign > 0 else None
        main = joined(Fraction(sign), unsure)
        rest_span, main_term = known.of(self.read(rest)), plain(self.read(main), known)
        if not rest_span.positive(strict) or (rest == "1" and 4 * self.size(main_term) >= 3 * self.size(term)):
            return None
        form = self.positive(main_term, strict, box, order + 1, kinks)
        return None if form is None else ["factor", main, rest, form, "natural"]

    def _below(self, term: Term, strict: bool, box: Box) -> bool:
        """Return True when the term has certainly not the sign at some point that is looked at."""
        for share in (fmpq(1, 2), fmpq(1, 64), fmpq(63, 64)):
            middle = {name: point(inside(span, share)) for name, span in box.items()}
            known = self.over(middle)
            if known.of(term).negative(not strict) and known.defined(term):
                return True
        return False

    def _pieces(self, term: Term, node: Term, strict: bool, box: Box, order: int, kinks: int) -> Form | None:
        if kinks >= MAX_PIECES:
            return None
        forms = []
        for choice in pieces(node):
            form = self.positive(self.shared.one(replaced(term, node, choice)), strict, box, order, kinks + 1)
            if form is None:
                return None
            forms.append(form)
        return ["pieces", *forms]

    def mean(self, term: Term, box: Box, strict: bool) -> bool:
        """Return True when f(c) + sum of f_i(box) (box - c)_i has the sign."""
        names = variables(term)
        spans = {name: box.get(name, Span()) for name in names}
        if any(span.lo is None or span.hi is None for span in spans.values()):
            return False
        closed = {**box, **{name: Span(span.lo, span.hi) for name, span in spans.items()}}
        known, middle = self.over(closed), dict(closed)
        total = point(0)
        for name in names:
            centre = (spans[name].lo + spans[name].hi) / 2  # type: ignore[operator]
            middle[name] = point(centre)
            slope = self.slope(term, name)
            if slope is None or not known.defined(slope):
                return False
            total = total + known.of(slope) * (closed[name] + point(-centre))
        return (total + self.over(middle).of(term)).positive(strict)

    def _rise(self, term: Term, strict: bool, box: Box, order: int, kinks: int) -> Form | None:
        for name in sorted(variables(term)):
            span = box.get(name, Span())
            for side in ("low", "high"):
                form = None if span.is_point() else self._rise_from(term, strict, box, name, side, order, kinks)
                if form is not None:
                    return form
        return None

    def _rise_from(
        self, term: Term, strict: bool, box: Box, name: str, side: str, order: int, kinks: int
    ) -> Form | None:
        """Return a form that starts at one end of one variable: the face has the sign, the slope too."""
        span = box[name]
        end = span.lo if side == "low" else span.hi
        if end is None:
            return None
        left_out = span.lo_open if side == "low" else span.hi_open
        closed = Span(span.lo, span.hi, span.lo_open and side != "low", span.hi_open and side != "high")
        face = {**box, name: point(end)}
        if not self._continuous(term, self.over({**box, name: closed})):
            return None
        at_face = self.over(face).of(term)
        if at_face.negative(True) or (strict and not left_out and at_face.negative(False)):
            return None
        if order >= 2 and at_face.positive(True) and span.lo is not None and span.hi is not None:
            return None  # not a touching point, and not a tail: smaller boxes are cheaper than higher orders
        rate = self.slope(term, name)
        within = {**box, name: Span(span.lo, span.hi, True, True)}
        known = self.over(within)
        if rate is None or not known.defined(rate):
            return None
        rate = plain(rate, known)
        rate = rate if side == "low" else self.shared.one(minus(rate))
        if self._below(rate, False, within):
            return None
        for where in ("face", "slope") if strict else ("",):
            if where == "slope" and not left_out:
                continue
            first = self.positive(term, where == "face", face, order + 1, kinks)
            if first is None:
                continue
            second = self.positive(rate, where == "slope", within, order + 1, kinks)
            if second is not None:
                return ["rise", name, side, where, first, second]
        return None

    def _continuous(self, term: Term, known: Enclosures) -> bool:
        if not known.defined(term):
            return False
        jumps = (node.args[0] for node in self.shared.parts(term) if node.op in ("step", "sign"))
        return all(known.of(u).nonzero() for u in jumps)


def _defined(formula: Formula, known: Enclosures) -> bool:
    return known.defined(*formula.terms) and all(_defined(part, known) for part in formula.args)
