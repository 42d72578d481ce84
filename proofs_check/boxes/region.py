"""The region that the leaves tile: the bounds of the variables that the domain's conditions give."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from proofs_check.boxes.enclose import Enclosures
from proofs_check.boxes.span import Span, fraction
from proofs_check.language.term import Formula, variables

MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
Region = dict[str, Span]


def bounds_of(relations: Sequence[Formula]) -> Region:
    """Return the spans of the variables that the relations `variable relation constant` give.

    Examples
    --------
    >>> from proofs_check.language.term import num, relation, var
    >>> bounds_of([relation("<", num(0), var("x"))])
    {'x': Span(lo=0, hi=None, lo_open=True, hi_open=False)}
    """
    region: Region = {}
    for part in relations:
        a, b = part.terms
        for side, constant, op in ((a, b, part.op), (b, a, MIRROR[part.op])):
            if side.op != "var" or variables(constant) or op == "!=":
                continue
            known = Enclosures({})
            if not known.defined(constant):
                continue
            name = str(side.value)
            region[name] = region.get(name, Span()).meet(_half(op) + known.of(constant)) or region.get(name, Span())
    return region


def _half(op: str) -> Span:
    zero = fmpq(0)
    return Span(zero if op[0] in ">=" else None, zero if op[0] in "<=" else None, op == ">", op == "<")


def left_out(relations: Sequence[Formula]) -> set[str]:
    """Return the variables that are not 0 by a relation."""
    found: set[str] = set()
    for part in relations:
        for side, constant in (part.terms, part.terms[::-1]):
            if part.op == "!=" and side.op == "var" and not variables(constant):
                span = Enclosures({}).of(constant)
                if span.is_point() and span.lo == 0:
                    found.add(str(side.value))
    return found


def clipped(side: Span, bound: Span, nonzero: bool) -> Span:
    """Return the part of a leaf's side that the bounds allow; an end at 0 is open where the variable is not 0."""
    met = side.meet(bound) or side
    if nonzero:
        met = Span(met.lo, met.hi, met.lo_open or met.lo == 0, met.hi_open or met.hi == 0)
    return met


def written(span: Span) -> list[str]:
    """Return the ends of a leaf's side as a certificate writes them."""
    low = "-oo" if span.lo is None else str(fraction(span.lo))
    return [low, "oo" if span.hi is None else str(fraction(span.hi))]


def inside(span: Span, share: fmpq) -> fmpq:
    """Return a number of the span, at the share of its width where it is bounded."""
    if span.lo is not None and span.hi is not None:
        return span.lo + (span.hi - span.lo) * share
    if span.lo is not None:
        return span.lo + share / (1 - share)
    return span.hi - share / (1 - share) if span.hi is not None else (share - fmpq(1, 2)) / share / (1 - share)
