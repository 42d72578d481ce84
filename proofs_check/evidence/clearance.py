"""How far a claim that no point refutes stays from failing: what comes close is unknown, not supported.

Sampled points say little about a strict inequality whose sides meet at an irrational point, or that fails in a narrow
region. Floating point guides here, and only ever takes support away.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import isfinite, isnan, nan

from proofs_check.evidence.balls import Undecided, Undefined, ball, evaluate, precision
from proofs_check.evidence.derivation import undisturbed
from proofs_check.evidence.optimise import _exact, _margin, _reader, in_doubles, spread
from proofs_check.evidence.peaks import peaks
from proofs_check.evidence.points import Domain, Point, _conjuncts
from proofs_check.language.elaborate import Problem
from proofs_check.language.term import Formula

NEAR = 1e-6  # relative to the sides
ROOM = -1e-6  # by which a condition may be missed where a margin is looked at
BITS = 8192
STARTS = 8
CLOSEST = 2
EDGES = 4
HALVINGS = 24
EQUALITIES = 4
LATE = "there was no time to find how close the two sides come: samples cannot tell"
LARGE = "numbers that no double holds are in the way of finding how close the two sides come: samples cannot tell"
FAR = tuple(Fraction(10) ** k for k in (3, 6, 12, 30, 100, 300, 900, -6, -12, -30, -100, -300, -900))


def unclear(
    problem: Problem,
    relu_at_zero: int = 0,
    witness: Mapping[str, Fraction] | None = None,
    seconds: float = 2.0,
    more: Sequence[Point] = (),
) -> str:
    """Return where the claim comes too close to failing for samples to say anything, or "".

    Parameters
    ----------
    more : points to look at besides those that are drawn; those outside the domain are left out.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> unclear(elaborate(Statement("sin(x) < 2", {"x": "real"})))
    ''
    >>> unclear(elaborate(Statement("sin(x) < 1", {"x": "real"})))[:33]
    'the two sides come within 1e-06 o'
    """
    domain = Domain.of(problem, relu_at_zero)
    if any(not pool for pool in domain.pools.values()):
        return ""
    deadline = time.monotonic() + seconds
    for relation in _relations(problem.claim):
        if relation.op == "==":
            why = _unequal(domain, relation, witness)
            if not why and problem.hypotheses:  # which rational points may satisfy at few, special places only
                why = _close(domain, relation, witness, deadline, more)
        else:
            why = _close(domain, relation, witness, deadline, more)
        if why:
            return why
    return ""


def far_out(domain: Domain, start: Mapping[str, Fraction] | None) -> Iterator[dict[str, Fraction]]:
    """Yield points with one variable, or all of them, far out, or next to 0."""
    base = {name: (start or {}).get(name, Fraction(1)) for name in domain.free}
    names = [name for name in domain.free if name not in domain.problem.values]
    for size in FAR:
        for sign in (1, -1):
            yield {**base, **dict.fromkeys(names, sign * size)}
            for name in names if len(names) > 1 else ():
                yield {**base, name: sign * size}


def _relations(claim: Formula) -> list[Formula]:
    if claim.terms:
        return [claim]
    parts = claim.args[1:] if claim.op == "implies" else claim.args
    return [found for part in parts for found in _relations(part)]


def _unequal(domain: Domain, relation: Formula, witness: Mapping[str, Fraction] | None) -> str:
    """Return where two sides that agree to 512 bits differ after all."""
    for point in spread(domain, 5, witness, EQUALITIES):
        with precision(BITS):
            try:
                a, b = (ball(evaluate(term, point, domain.relu_at_zero)) for term in relation.terms)
            except (Undefined, Undecided):
                continue
            if not (a - b).contains(0):
                return f"the two sides differ beyond 512 bits at {_shown(domain, point)}"
    return ""


def _close(
    domain: Domain,
    relation: Formula,
    witness: Mapping[str, Fraction] | None,
    deadline: float,
    more: Sequence[Point],
) -> str:
    """Return where the margin of an inequality is small, or that the sides of a `!=` cross somewhere."""
    more = [point for point in more if _nearly_inside(domain, point)]
    seen = [*spread(domain, 7, witness, 40), *more]
    seen += list(_edges(domain, relation, seen))
    if relation.op != "==":
        seen += [point for point in peaks(domain, witness, 17, deadline) if _nearly_inside(domain, point)]
    for point in seen:
        if _gap(domain, relation, point) < NEAR:
            return _said(domain, point, relation.op)
    if relation.op == "!=":
        ordered = Formula("<", terms=relation.terms)
        signs = {_gap(domain, ordered, point) > 0: point for point in seen}
        if len(signs) > 1:
            places = " and ".join(_shown(domain, point) for point in signs.values())
            return f"the difference of the two sides has both signs, near {places}"
    with undisturbed():
        from scipy.optimize import minimize

    names = [name for name in domain.free if name not in domain.problem.values]
    rules = _rules(domain)
    closest = sorted(more, key=lambda point: _gap(domain, relation, point))[:CLOSEST]
    for start in [*closest, *spread(domain, 11, witness, STARTS)] if names else ():
        if not in_doubles(start):
            return LARGE
        fixed = {name: start[name] for name in domain.free if name in domain.problem.values}
        readers = [(f.op, _reader(domain, f, names, fixed)) for f in rules]

        def margin(x: list[float], fixed: dict[str, Fraction] = fixed) -> float:
            if time.monotonic() > deadline:
                raise TimeoutError
            return _gap(domain, relation, {**fixed, **_exact(names, x)})

        try:
            found = minimize(
                margin,
                [float(start[name]) for name in names],
                method="SLSQP",
                options={"maxiter": 60, "ftol": 1e-14},
                constraints=[{"type": "eq" if op == "==" else "ineq", "fun": read} for op, read in readers],
            )
        except TimeoutError:  # unknown never counts as clear
            return LATE
        inside = all((abs(read(found.x)) if op == "==" else -read(found.x)) <= -ROOM for op, read in readers)
        if all(map(isfinite, found.x)) and inside and found.fun < NEAR:
            return _said(domain, {**fixed, **_exact(names, found.x)}, relation.op)
    return ""


def _edges(domain: Domain, relation: Formula, seen: list[Point]) -> Iterator[Point]:
    """Yield points towards where the margin has no value: numbers outgrow what balls hold, and what fails is close."""

    def has_value(point: Point) -> bool:
        return not isnan(_relative(domain, relation, point, 128))

    names = [name for name in domain.free if name not in domain.problem.values]
    inside = [point for point in seen if has_value(point)][:EDGES]
    outside = [point for point in seen if not has_value(point)][:EDGES]
    for low, high in product(inside, outside):
        for _ in range(HALVINGS):
            middle = {**low, **{name: (low[name] + high[name]) / 2 for name in names}}
            if not has_value(middle):
                high = middle
                continue
            low = middle
            if _nearly_inside(domain, low):
                yield low


def _rules(domain: Domain) -> list[Formula]:
    return [f for f in _conjuncts(domain.problem.domain) if f.terms and f.op in ("==", "<", "<=", ">", ">=")]


def _nearly_inside(domain: Domain, point: Mapping[str, Fraction]) -> bool:
    """Whether no relation of the domain is missed by more than the room."""
    margins = [(f.op, _margin(domain, f, point)) for f in _rules(domain)]
    return all((abs(margin) if op == "==" else -margin) <= -ROOM for op, margin in margins)


def _gap(domain: Domain, relation: Formula, point: Mapping[str, Fraction]) -> float:
    """Return the margin relative to the sides; 1 where there is none. Sides that are equal have a small one."""
    gap = _relative(domain, relation, point, 128)
    gap = _relative(domain, relation, point, 1024) if isnan(gap) else gap  # on a narrow peak
    if isnan(gap):
        return 1.0
    if relation.op == "==":
        return 2 * NEAR - abs(gap)
    return abs(gap) if relation.op == "!=" else gap if relation.op in ("<", "<=") else -gap


def _relative(domain: Domain, relation: Formula, point: Mapping[str, Fraction], bits: int) -> float:
    """Return the difference of the two sides relative to their size, not a number where that is not decided."""
    try:
        with precision(bits):
            full = domain.complete(point)
            a, b = (ball(evaluate(term, full, domain.relu_at_zero)) for term in relation.terms)
            gap = (b - a) / (1 + abs(a) + abs(b))
            # sides that cancel far out differ by rounding only
            return nan if relation.op == "==" and gap.rad() > NEAR / 4 else float(gap.mid())
    except (Undefined, Undecided, OverflowError):
        return nan


def _said(domain: Domain, point: Mapping[str, Fraction], op: str) -> str:
    if op == "==":
        return f"the two sides seem to differ near {_shown(domain, point)}, where no sample was"
    return f"the two sides come within {NEAR:g} of each other near {_shown(domain, point)}: samples cannot tell"


def _shown(domain: Domain, point: Mapping[str, Fraction]) -> str:
    return ", ".join(f"{name} = {float(point[name]):.6g}" for name in domain.free[:6] if name in point) or "any values"
