"""Where a box is cut: at kinks, at touching points, at the middle, farther out where it is unbounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from flint import fmpq

from proofs_check.boxes.enclose import Enclosures
from proofs_check.boxes.region import Region
from proofs_check.boxes.span import Span, fraction, point, rational
from proofs_check.language.term import Formula, Term, formula_terms, sub, subterms, variables

COMMON = (0, 1, -1, 2, -2, Fraction(1, 2), Fraction(-1, 2), 3, Fraction(1, 3), Fraction(2, 3))


def cuts(claim: Formula, region: Region, names: Sequence[str]) -> list[tuple[str, fmpq]]:
    """Return the places where a kink or a difference of the claim vanishes: leaves end there.

    Only numbers that the claim mentions, and small ones, are tried.
    """
    terms = formula_terms(claim)
    numbers = {Fraction(node.value) for node in subterms(*terms) if node.op == "num"}  # type: ignore[arg-type]
    numbers |= {-q for q in numbers} | {Fraction(q) for q in COMMON}
    kinks, gaps = _vanishing(claim)
    found = []
    for name in names:
        tried = [q for q in map(rational, sorted(numbers)) if _within(q, region[name])]
        for looked in (kinks, gaps):
            terms = [term for term in looked if len(names) == 1 or variables(term) == {name}]
            places = {q: None for term in terms for q in tried if _is_zero(term, {name: point(q)})}
            if looked is kinks or len(places) <= 3:  # a difference that is zero everywhere tells nothing
                found += [(name, q) for q in places]
    return list(dict.fromkeys(found))


def _vanishing(claim: Formula) -> tuple[list[Term], list[Term]]:
    """Return what may change its sign: the arguments of kinks and denominators, and the differences of relations."""
    kinks: list[Term] = []
    relations = list(_relations(claim))
    for node in subterms(*(term for part in relations for term in part.terms)):
        if node.op in ("abs", "relu", "step", "sign", "sqrt"):
            kinks.append(node.args[0])
        elif node.op in ("min", "max"):
            kinks.append(sub(*node.args))
        elif node.op in ("div", "smooth"):
            kinks.append(node.args[1])
    return kinks, [sub(*part.terms) for part in relations]


def _relations(claim: Formula) -> Iterable[Formula]:
    if claim.terms:
        yield claim
    for part in claim.args:
        yield from _relations(part)


def _is_zero(term: Term, box: Region) -> bool:
    known = Enclosures(box)
    value = known.of(term)
    return value.is_point() and value.lo == 0 and known.defined(term)


def _within(q: fmpq, span: Span) -> bool:
    return (span.lo is None or q > span.lo) and (span.hi is None or q < span.hi)


def halves(span: Span) -> tuple[Span, Span]:
    """Return the two parts of a side; an unbounded one is cut farther out each time."""
    if span.lo is None and span.hi is None:
        middle = fmpq(0)
    elif span.hi is None:
        assert span.lo is not None
        middle = span.lo + 1 if span.lo < 1 else span.lo * 2
    elif span.lo is None:
        middle = span.hi - 1 if span.hi > -1 else span.hi * 2
    else:
        middle = _short_between(span.lo, span.hi)
    return Span(span.lo, middle, span.lo_open), Span(middle, span.hi, False, span.hi_open)


def _short_between(low: fmpq, high: fmpq) -> fmpq:
    """Return a dyadic number near the middle of two."""
    middle, width = (low + high) / 2, high - low
    bits = 2
    while fmpq(1, 1 << bits) * 8 > width:
        bits += 1
    scaled = middle * (1 << bits)
    return fmpq(scaled.p // scaled.q, 1 << bits)


def touching(term: Term, slope: Term, name: str, span: Span) -> fmpq | None:
    """Return a simple rational number inside a short span at which the term is exactly zero, or None.

    The place is sought where the slope changes its sign.
    """
    low, high = span.lo, span.hi
    if low is None or high is None:
        return None
    signs = [_sign(slope, {name: point(q)}) for q in (low, high)]
    if signs[0] != -signs[1] or not signs[0]:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        sign = _sign(slope, {name: point(middle)})
        low, high = (middle, high) if sign == signs[0] else (low, middle)
        if not sign:
            low = high = middle
            break
    guess = fraction((low + high) / 2)
    for size in (10, 100, 1_000, 10_000):
        q = rational(guess.limit_denominator(size))
        if _within(q, span) and _is_zero(term, {name: point(q)}):
            return q
    return None


def _sign(term: Term, box: Region) -> int:
    value = Enclosures(box).of(term)
    return 1 if value.positive(True) else -1 if value.negative(True) else 0
