"""Where narrow peaks stand: a steep function is steep about points where its argument vanishes or is stationary.

exp(-10**14*(x - pi/7)**2) is 1 at one point and 0 at all that were sampled; no slope leads there. Its argument leads
there at once: Newton's method on the argument, in numbers of 400 bits. What is found is a candidate for the search, and
a place where `clearance` looks at the margin.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from math import inf, isfinite

from flint import arb

from proofs_check.evidence.balls import Undecided, Undefined, ball, evaluate, precision
from proofs_check.evidence.derivation import undisturbed
from proofs_check.evidence.optimise import spread
from proofs_check.evidence.points import Domain, Point, _conjuncts
from proofs_check.language.term import Formula, Term, formula_terms, sub, subterms, variables

BITS = 400
GRID = 1 << 160  # coordinates are multiples of 1/GRID
NUDGE = Fraction(1, 1 << 70)  # of a coordinate, for differences: 140 of the bits are left to first, 260 to second ones
SETTLED = Fraction(1, 1 << 120)
STARTS = 6
ROUNDS = 2
AGAIN = 12
TOGETHER = 5  # variables that a stationary point is looked for in
STEPS = 20
FAR = 10**9
KINKS = ("abs", "relu", "min", "max")
SMOOTH = ("add", "sub", "neg", "num", "var", "also", "smooth")

Values = Callable[[Point], list[arb]]


def peaks(domain: Domain, witness: Mapping[str, Fraction] | None, seed: int, deadline: float = inf) -> Iterator[Point]:
    """Yield points where an argument of a function, a factor, a base or a denominator of the claim is 0 or stationary.

    The points are not completed, and may lie outside the domain; equalities among the hypotheses hold nearly.

    Parameters
    ----------
    deadline : of `time.monotonic`; nothing is yielded after it.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> domain = Domain.of(elaborate(Statement("exp(-10**14*(x - pi/7)**2) < 1/2", {"x": "real"})))
    >>> any(abs(point["x"] - Fraction("0.44879895051282760549")) < 1e-18 for point in peaks(domain, None, 0))
    True
    """
    starts = spread(domain, seed, witness, STARTS)
    systems = list(_systems(domain))
    seen: dict[tuple[int, ...], Point] = {}
    for _ in range(ROUNDS):
        for names, values, count in systems:
            for i, start in enumerate(starts):
                if time.monotonic() > deadline:
                    return
                moved = [names[(i + j) % len(names)] for j in range(min(count, len(names)))]
                found = _newton(values, {name: start[name] for name in domain.free}, moved, deadline)
                place = tuple(round(found[name] * (1 << 60)) for name in domain.free) if found else ()
                if found and place not in seen:
                    seen[place] = found
                    yield found
        starts = list(islice(seen.values(), AGAIN))  # a peak in x and one in y: on both only from one of them


def _systems(domain: Domain) -> Iterator[tuple[list[str], Values, int]]:
    """Yield variables, what Newton's method is to make 0 by them, and how many of them it moves at once.

    As many equations as there are: a peak where one term is 0 stands along a whole surface. One more gives least
    squares a choice.
    """
    equalities = [sub(*f.terms) for f in _conjuncts(domain.problem.domain) if f.op == "=="]
    reached = [(aim, _movable(domain, aim, equalities)) for aim in _aims(domain.problem.claim)]
    reached = [(aim, names) for aim, names in reached if names]
    for aim, names in reached:
        kinks = _kinks(aim)
        for terms in ([aim], kinks) if 1 < len(kinks) <= len(names) else ([aim],):
            zeros = [*terms, *equalities]
            yield names, _zero(domain, zeros), len(zeros) + 1
    if equalities:
        return
    for aim, names in reached:
        if len(names) <= TOGETHER:
            yield names, _stationary(domain, aim, names, False), TOGETHER
    for node in subterms(*formula_terms(domain.problem.claim)):
        names = _movable(domain, node, ())
        if node.op in ("mul", "div") and 0 < len(names) <= TOGETHER:
            yield names, _stationary(domain, node, names, True), TOGETHER


def _aims(claim: Formula) -> list[Term]:
    """Return what steep functions of the claim are steep in; a margin is one of them.

    Where all relations are equalities, quotients and powers need no look: if such sides differ, they do so nearly
    everywhere.
    """
    aims: dict[Term, None] = {}
    equal = all(part.op == "==" for part in _relations(claim))
    for node in subterms(*formula_terms(claim)):
        if equal and node.op in ("mul", "div", "pow"):
            continue
        if node.op == "div":
            aims[node.args[1]] = None
        elif node.op in ("min", "max"):
            aims[sub(*node.args)] = None
        elif node.op not in SMOOTH:
            aims |= dict.fromkeys(node.args)
    if not equal:
        aims |= dict.fromkeys(sub(*part.terms) for part in _relations(claim))
    return [aim for aim in aims if variables(aim)]


def _kinks(aim: Term) -> list[Term]:
    """Return what vanishes on the kinks of a term: a sum of absolute values is least where all of them are 0."""
    found: dict[Term, None] = {}
    for node in subterms(aim):
        if node.op in KINKS:
            found[sub(*node.args) if len(node.args) == 2 else node.args[0]] = None
    return [kink for kink in found if variables(kink)]


def _relations(claim: Formula) -> Iterator[Formula]:
    if claim.terms:
        yield claim
    for part in claim.args:
        yield from _relations(part)


def _movable(domain: Domain, aim: Term, equalities: Sequence[Term]) -> list[str]:
    """Return the variables that the aim, and the equalities beside it, can be met by."""
    kept = set(domain.problem.values)
    reached = set(domain.free) if domain.problem.network else variables(aim, *equalities)
    return [name for name in domain.free if name in reached and name not in kept]


def _zero(domain: Domain, terms: Sequence[Term]) -> Values:
    def values(point: Point) -> list[arb]:
        full = domain.complete(point)
        return [ball(evaluate(term, full, domain.relu_at_zero)) for term in terms]

    return values


def _stationary(domain: Domain, aim: Term, names: Sequence[str], logarithm: bool) -> Values:
    """Return the slopes of a term, or of its logarithm: a product of steep functions has gentle ones."""
    plain = _zero(domain, [aim])

    def magnitude(point: Point) -> list[arb]:
        return [abs(value).log() for value in plain(point)]

    read = magnitude if logarithm else plain

    def values(point: Point) -> list[arb]:
        slopes = []
        for name in names:
            ahead, behind = (read({**point, name: point[name] + shift})[0] for shift in (NUDGE, -NUDGE))
            slopes.append((ahead - behind) / (2 * ball(NUDGE)))
        return slopes

    return values


def _newton(values: Values, point: Point, names: Sequence[str], deadline: float) -> Point | None:
    """Return where Newton's method (least squares, where there are more variables than values) settles."""
    with undisturbed():
        import numpy as np

    for _ in range(STEPS):
        if time.monotonic() > deadline:
            return None
        try:
            with precision(BITS):
                at = values(point)
                slopes = [
                    [(a - b) / ball(NUDGE) for a, b in zip(values({**point, n: point[n] + NUDGE}), at, strict=True)]
                    for n in names
                ]
                sizes = [sum((abs(row[i]) for row in slopes), arb(0)) for i in range(len(at))]
                if not all(size > 0 for size in sizes):
                    return None
                gap, matrix = _floats([at], sizes)[0], _floats(slopes, sizes)
        except (Undefined, Undecided, OverflowError, ValueError, ZeroDivisionError):
            return None
        if not np.isfinite(gap).all() or not np.isfinite(matrix).all():
            return None
        steps = np.linalg.lstsq(np.array(matrix).T, np.array(gap), rcond=1e-12)[0]
        if not all(map(isfinite, steps)) or max(map(abs, steps)) > FAR:
            return None
        moves = [Fraction(float(step)) for step in steps]
        point = {
            **point,
            **{n: Fraction(round((point[n] - m) * GRID), GRID) for n, m in zip(names, moves, strict=True)},
        }
        if all(abs(move) < SETTLED for move in moves):
            return point
    return None


def _floats(rows: Sequence[Sequence[arb]], sizes: Sequence[arb]) -> list[list[float]]:
    return [[float((value / size).mid()) for value, size in zip(row, sizes, strict=True)] for row in rows]
