"""Candidates from constrained optimisation: lower the margin of a claim over its domain, then make the point rational.

Floating point only guides: what it finds is a candidate, and the caller decides it exactly.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from math import inf, isfinite, sqrt

from proofs_check.evidence.balls import Undecided, Undefined, ball, evaluate, precision
from proofs_check.evidence.derivation import undisturbed
from proofs_check.evidence.points import Domain, Point, _conjuncts, _solved
from proofs_check.language.term import Formula

FAR = 1e6
LARGEST = Fraction(10) ** 300
PULLS = (Fraction(0), Fraction(1, 64), Fraction(1, 16), Fraction(1, 6), Fraction(1, 3), Fraction(1, 2))
DENOMINATORS = (1, 2, 4, 12, 64, 1024)


def optimised(
    domain: Domain, relation: Formula, starts: Sequence[Point], deadline: float, seed: int = 0
) -> Iterator[Point]:
    """Yield rational points near the least margin of an inequality on the domain, from several starts.

    Parameters
    ----------
    relation : one of <, <=, >, >=.    starts : points of the domain, also what candidates are pulled towards.
    deadline : of `time.monotonic`.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> problem = elaborate(Statement("x <= 1/2", {"x": "real", "u": "real"}, ("u <= -x", "u >= -2")))
    >>> start = {"x": Fraction(0), "u": Fraction(-1)}
    >>> found = optimised(Domain.of(problem), problem.claim, [start], time.monotonic() + 5)
    >>> any(point["x"] > Fraction(1, 2) for point in found)
    True
    """
    with undisturbed():
        from scipy.optimize import minimize

    names = [name for name in domain.free if name not in domain.problem.values]
    if not names:
        return
    equalities = [f for f in _conjuncts(domain.problem.hypotheses) if f.op == "=="]
    constraints = [f for f in _conjuncts(domain.problem.domain) if f.terms and f.op in ("==", "<", "<=", ">", ">=")]
    rng = random.Random(seed)
    for start in filter(in_doubles, starts):
        fixed = {name: start[name] for name in domain.free if name in domain.problem.values}

        rules = [
            {"type": "eq" if f.op == "==" else "ineq", "fun": _reader(domain, f, names, fixed)} for f in constraints
        ]
        try:
            found = minimize(
                _reader(domain, relation, names, fixed, deadline),
                [float(start[name]) for name in names],
                method="SLSQP",
                constraints=rules,
                bounds=[(-20.0, 20.0)] * len(names),
                options={"maxiter": 40, "ftol": 1e-9},
            )
        except TimeoutError:
            return
        if all(map(isfinite, found.x)):
            yield from _rational(domain, {**fixed, **_exact(names, found.x)}, start, equalities, rng)


def in_doubles(point: Point) -> bool:
    """Whether a double holds every coordinate, as far as its size goes."""
    return all(abs(value) < LARGEST for value in point.values())


def _reader(
    domain: Domain, formula: Formula, names: Sequence[str], fixed: Mapping[str, Fraction], deadline: float = inf
) -> Callable[[Sequence[float]], float]:
    """Return the margin of a relation as a function of the numbers of ``names``; late, it raises TimeoutError."""

    def read(x: Sequence[float]) -> float:
        if time.monotonic() > deadline:
            raise TimeoutError
        return _margin(domain, formula, {**fixed, **_exact(names, x)})

    return read


def _exact(names: Sequence[str], x: Sequence[float]) -> Point:
    return {name: Fraction(float(value)).limit_denominator(1 << 40) for name, value in zip(names, x, strict=True)}


def _margin(domain: Domain, relation: Formula, point: Mapping[str, Fraction]) -> float:
    """Return how far the relation is from failing, finite everywhere."""
    try:
        with precision(64):
            full = domain.complete(point)
            a, b = (ball(evaluate(term, full, domain.relu_at_zero)) for term in relation.terms)
            gap = float((b - a).mid()) if relation.op in ("<", "<=") else float((a - b).mid())
    except (Undefined, Undecided, OverflowError):
        return FAR
    return max(-FAR, min(FAR, gap)) if gap == gap else FAR


def _rational(
    domain: Domain, point: Point, inside: Point, equalities: list[Formula], rng: random.Random
) -> Iterator[Point]:
    """Yield simple points near one, pulled towards a point of the domain, with the equalities solved again."""
    for pull in PULLS:
        near = {name: point[name] * (1 - pull) + inside[name] * pull for name in domain.free}
        for rounded in _roundings(domain, near, bool(equalities)):
            yield rounded
            for _ in range(3 if equalities else 0):
                yield from _solved(domain, rounded, equalities, rng)


def _roundings(domain: Domain, near: Point, circles: bool) -> Iterator[Point]:
    kept = domain.problem.values
    for denominator in DENOMINATORS:
        yield {
            name: value if name in kept else Fraction(round(value * denominator), denominator)
            for name, value in near.items()
        }
        if circles:
            # rational points of the unit circle have coordinates 2t/(1 + t^2)
            yield {
                name: value if name in kept or abs(value) > 1 else _on_circle(value, denominator)
                for name, value in near.items()
            }


def _on_circle(value: Fraction, denominator: int) -> Fraction:
    a = float(value)
    t = Fraction(a / (1 + sqrt(max(0.0, 1 - a * a)))).limit_denominator(denominator)
    return 2 * t / (1 + t * t)


def spread(domain: Domain, seed: int, witness: Mapping[str, Fraction] | None, count: int) -> list[Point]:
    """Return points of the domain to start from: the first few, and some drawn later.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> len(spread(Domain.of(elaborate(Statement("x > 0", {"x": "real"}))), 0, None, 5))
    5
    """
    points = list(islice(domain.points(seed, witness, 60 * count), 12 * count))
    return points[:1] + random.Random(seed).sample(points[1:], min(count - 1, max(0, len(points) - 1)))
