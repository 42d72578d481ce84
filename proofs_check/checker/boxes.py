"""Boxes: products of ranges, how leaves tile a region, and the ranges of terms over a box."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from proofs_check.checker.algebra import Algebra
from proofs_check.checker.fields import items, rational
from proofs_check.checker.formulas import FLIPPED, Formula
from proofs_check.checker.intervals import (
    MAX_ARGUMENT,
    MAX_BITS,
    ONE,
    ZERO,
    Undecided,
    acos_point,
    dyadic,
    pi_fixed,
    scaled,
    sincos_point,
    size,
)
from proofs_check.checker.limits import Clock, need
from proofs_check.checker.prover import obligations
from proofs_check.checker.ranges import RELATION_RANGES, Range, image, point_range
from proofs_check.checker.terms import Store, Term, order

Box = dict[Term, Range]
Ends = tuple[Fraction | float, Fraction | float]
KEEP, LONG = 96, 320
MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def read_ends(value: object) -> Ends:
    """An interval [low, high] of a leaf; the ends are numbers, `-oo` and `oo`."""
    low, high = items(value, "a side of a box", 2)
    ends = (
        -math.inf if low == "-oo" else rational(low, "an end"),
        math.inf if high == "oo" else rational(high, "an end"),
    )
    need(ends[0] <= ends[1], "a side of a box has its ends in the wrong order")
    return ends


def tiles(region: Sequence[Ends], leaves: Sequence[Sequence[Ends]], clock: Clock) -> bool:
    """Whether cutting the region again and again, never through a leaf, leaves exactly the leaves.

    Each cut divides a region into closed parts whose union is the region, so the leaves cover it.
    """
    stack = [(list(region), list(leaves))]
    while stack:
        part, inside = stack.pop()
        clock.tick(len(inside))
        if len(inside) == 1:
            if list(inside[0]) != part:
                return False
            continue
        for axis in range(len(part)):
            groups = _groups(axis, inside)
            if len(groups) > 1:
                break
        else:
            return False
        low = part[axis][0]
        for i, group in enumerate(groups):
            high = part[axis][1] if i == len(groups) - 1 else max(leaf[axis][1] for leaf in group)
            stack.append(([*part[:axis], (low, high), *part[axis + 1 :]], group))
            low = high
    return True


def _groups(axis: int, leaves: Iterable[Sequence[Ends]]) -> list[list[Sequence[Ends]]]:
    """The leaves sorted along an axis, divided wherever no leaf is cut."""
    groups: list[list[Sequence[Ends]]] = []
    reach: Fraction | float = -math.inf
    for leaf in sorted(leaves, key=lambda leaf: leaf[axis]):
        if not groups or leaf[axis][0] >= reach:
            groups.append([])
        groups[-1].append(leaf)
        reach = max(reach, leaf[axis][1])
    return groups


def conjuncts(formula: Formula) -> list[Formula]:
    """The relations between numbers that a formula in positive form contains as conditions."""
    if formula.kind == "and":
        return [part for inner in formula.parts for part in conjuncts(inner)]
    return [formula] if formula.kind in FLIPPED and len(formula.left) == 1 else []


def rounded(known: Range) -> Range:
    """The same range or a wider one with shorter ends."""

    def down(q: Fraction | None) -> Fraction | None:
        if q is None or q == 0 or q.numerator.bit_length() + q.denominator.bit_length() <= LONG:
            return q
        shift = KEEP - size(q)
        return None if abs(shift) > 4 * MAX_BITS else scaled(q, shift) * Fraction(2) ** -shift

    low, high = down(known.low), down(None if known.high is None else -known.high)
    high = None if high is None else -high
    low_open, high_open = known.low_open and low == known.low, known.high_open and high == known.high
    return Range(low, high, low_open, high_open, known.nonzero).tidy()


class Enclosures(Algebra):
    """Ranges of terms over one box, by their structure alone; normal forms know the box through them."""

    def __init__(self, store: Store, corner: Fraction, denominator: int, box: Box) -> None:
        super().__init__(store, corner, denominator)
        self.box = box

    def range_of(self, term: Term) -> Range:
        """The range of a term; parts first, so that no expression is too deep."""
        if term not in self.bounds:
            for node in order([term], self.store.clock):
                if node not in self.bounds:
                    self.store.clock.tick(20)
                    self.bounds[node] = rounded(self._over_box(node))
        return self.bounds[term]

    def missing(self, terms: Iterable[Term]) -> Term | None:
        """A term of which the terms need a sign that its range does not have, or None: then all have values."""
        for term, kind, _ in obligations(terms, self.store):
            if not self.range_of(term).holds(kind):
                return term
        return None

    def _over_box(self, term: Term) -> Range:
        op = term.op
        if op == "var":
            return self.box.get(term, Range())
        if op == "pi":
            return Range(*dyadic(*pi_fixed(KEEP), KEEP))
        if op in ("add", "mul") and len(set(term.args)) < len(term.args):
            a, n = self.range_of(term.args[0]), len(term.args)
            if len(set(term.args)) == 1:
                return a.scale(Fraction(n)) if op == "add" else a.power(n)
        if op == "mul":
            return self.range_of(term.args[0]) * self.range_of(term.args[1])
        if op in ("sin", "cos"):
            return self._turning(op, self.range_of(term.args[0]))
        if op == "acos":
            a = self.range_of(term.args[0]).meet(Range(-ONE, ONE))
            if a.low is None or a.high is None or a.low < -1 or a.high > 1:
                return Range()
            return Range(acos_point(a.high, KEEP)[0], acos_point(a.low, KEEP)[1])
        if op == "cosh":
            grown = image("exp", self.range_of(term.args[0]).absolute())
            low = max(grown.low or ONE, ONE)
            high = None if grown.high is None else (grown.high + 1 / grown.high) / 2
            return Range((low + 1 / low) / 2, high)
        return self._range_written(term)

    def _turning(self, op: str, a: Range) -> Range:
        """sin or cos: monotone between turning points, else within the distance from the middle."""
        unit = Range(-ONE, ONE)
        if a.low is None or a.high is None or a.high - a.low >= 4 or max(abs(a.low), abs(a.high)) > MAX_ARGUMENT:
            return unit
        try:
            low, high = (sincos_point(q, KEEP)[op == "cos"] for q in (a.low, a.high))
            if op == "sin" and 2 * a.low >= -3 and 2 * a.high <= 3:  # 3/2 < pi/2
                strict = a.low_open and low[0] == low[1], a.high_open and high[0] == high[1]
                return Range(low[0], high[1], *strict).meet(unit)
            if op == "cos" and a.low >= -3 and a.high <= 3:  # 3 < pi
                strict = (a.low_open or a.low < 0) and (a.high_open or a.high > 0) and ZERO in (a.low, a.high)
                top = ONE if a.low <= 0 <= a.high else max(low[1], high[1])
                return Range(min(low[0], high[0]), top, False, strict).meet(unit)
            middle = (a.low + a.high) / 2
            low = sincos_point(middle, KEEP)[op == "cos"]
        except Undecided:
            return unit
        radius = a.high - middle
        return Range(low[0] - radius, low[1] + radius).meet(unit)


def bounds_of(domain: Iterable[Formula], enclosures: Enclosures) -> Box:
    """The ranges of the variables that the conditions `variable relation constant` of a domain give."""
    box: Box = {}
    for part in (inner for formula in domain for inner in conjuncts(formula)):
        sides = [(part.left[0], part.right[0], part.kind), (part.right[0], part.left[0], MIRROR[part.kind])]
        for variable, constant, kind in sides:
            if variable.op != "var" or any(node.op == "var" for node in order([constant], enclosures.store.clock)):
                continue
            if enclosures.missing([constant]) is not None:
                continue
            value = enclosures.range_of(constant)
            known = RELATION_RANGES[kind] + value
            if kind == "!=":
                known = Range(nonzero=value.holds("=="))
            box[variable] = box.get(variable, Range()).meet(known)
    return box


def hull(known: Range) -> Range:
    """The closed interval of a range."""
    return Range(known.low, known.high).tidy()


def interior(known: Range) -> Range:
    """The open interval of a range."""
    return Range(known.low, known.high, True, True).tidy()


def at_point(box: Box, variable: Term, value: Fraction) -> Box:
    """The face of a box on which a variable has one value."""
    return {**box, variable: point_range(value)}
