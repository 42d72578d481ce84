"""Rung 1: the search for a counterexample by simple points, Hypothesis, descent and optimisation; balls decide."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import ceil, floor

from proofs_check.evidence.balls import Undecided, Undefined, agrees, ball, decide, evaluate, precision
from proofs_check.evidence.clearance import far_out
from proofs_check.evidence.derivation import undisturbed
from proofs_check.evidence.jumps import on_kinks
from proofs_check.evidence.optimise import optimised, spread
from proofs_check.evidence.peaks import peaks
from proofs_check.evidence.points import POOL, Domain, Point, complexity, simplest_between
from proofs_check.language.elaborate import Problem
from proofs_check.language.term import Formula, formula_terms, variables

WIDTHS = [Fraction(1, 2**k) for k in (1, 3, 6, 10, *range(16, 160, 6))]


@dataclass(frozen=True)
class Found:
    """What a search saw: a counterexample with why ("false" or "undefined"), or how points of the domain came out.

    `tried` were decided; `equal` hold with equality to 512 bits; `undecided` are unknown and support nothing.

    Examples
    --------
    >>> Found(None, "", 10, 0).tried
    10
    """

    point: Point | None
    why: str
    tried: int
    undecided: int
    equal: int = 0


def search(
    problem: Problem,
    relu_at_zero: int = 0,
    witness: Mapping[str, Fraction] | None = None,
    seconds: float = 3.0,
    candidates: int = 1_500,
    seed: int = 0,
    thorough: bool = True,
) -> Found:
    """Look for a point of the domain where the claim is certainly false or certainly undefined.

    Guarantee: a point that is returned was decided by exact rationals or rigorous balls. None found proves nothing.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> search(elaborate(Statement("x/x == 1", {"x": "real"}))).why
    'undefined'
    """
    domain = Domain.of(problem, relu_at_zero)
    if any(not pool for pool in domain.pools.values()):
        return Found(None, "", 0, 0)
    deadline = time.monotonic() + seconds
    tried = undecided = equal = 0
    for point in domain.points(seed, witness, candidates):
        outcome = decide(problem.claim, point, relu_at_zero)
        tried += outcome in ("true", "false", "undefined")
        if outcome == "undecided":
            same = agrees(problem.claim, point, relu_at_zero)
            equal, undecided = equal + same, undecided + (not same)
        if outcome in ("false", "undefined"):
            return _shrunk(domain, point, outcome, tried, undecided)
        if time.monotonic() > deadline:
            break
    for hunt in (_far_out, _on_kinks, _by_descent, _by_optimiser, _on_peaks, _by_hypothesis) if thorough else ():
        point = hunt(domain, witness, seed, seconds)
        if point is not None:
            return _shrunk(domain, point, decide(problem.claim, point, relu_at_zero), tried, undecided)
    return Found(None, "", tried, undecided, equal)


def _counterexample(domain: Domain, trial: Mapping[str, Fraction]) -> Point | None:
    """Return the completed point when it refutes the claim."""
    try:
        full = domain.complete(trial)
    except (Undefined, Undecided):
        return None
    if not domain.contains(full):
        return None
    return full if decide(domain.problem.claim, full, domain.relu_at_zero) in ("false", "undefined") else None


def _far_out(domain: Domain, witness: Mapping[str, Fraction] | None, seed: int, seconds: float) -> Point | None:
    """Look far out, up to 1e900, and next to 0: some claims fail nowhere else."""
    return _first(domain, far_out(domain, witness), seconds)


def _on_kinks(domain: Domain, witness: Mapping[str, Fraction] | None, seed: int, seconds: float) -> Point | None:
    """Look exactly on kinks, and where a premise holds with equality: random points are never there."""
    return _first(domain, on_kinks(domain, witness, seed + 5), seconds)


def _on_peaks(domain: Domain, witness: Mapping[str, Fraction] | None, seed: int, seconds: float) -> Point | None:
    """Look where narrow peaks stand: what is not 0 in a region of width 1e-9 only has no slope that leads there."""
    return _first(domain, peaks(domain, witness, seed + 9, time.monotonic() + seconds), seconds)


def _first(domain: Domain, trials: Iterable[Point], seconds: float) -> Point | None:
    """Return the first of the points that refutes the claim, None when there is none within the time."""
    deadline = time.monotonic() + seconds
    for trial in trials:
        point = _counterexample(domain, trial)
        if point is not None:
            return point
        if time.monotonic() > deadline:
            break
    return None


def _by_hypothesis(domain: Domain, witness: Mapping[str, Fraction] | None, seed: int, seconds: float) -> Point | None:
    """Let Hypothesis draw fractions of denominator up to 64, and shrink what it finds."""
    with undisturbed():
        from hypothesis import HealthCheck, Phase, find, settings
        from hypothesis import strategies as st
        from hypothesis.errors import HypothesisException

    if not domain.free:
        return None
    deadline = time.monotonic() + seconds

    def values(name: str) -> st.SearchStrategy[Fraction]:
        if name in domain.problem.values:
            return st.sampled_from(domain.pools[name])
        lo, hi = min(domain.pools[name]), max(domain.pools[name])
        lo, hi = Fraction(ceil(64 * lo), 64), Fraction(floor(64 * hi), 64)
        if hi - lo <= Fraction(1, 8):
            return st.sampled_from(domain.pools[name])
        return st.fractions(min_value=lo, max_value=hi, max_denominator=64)

    def refutes(drawn: tuple[Fraction, ...]) -> bool:
        if time.monotonic() > deadline:
            return False
        return _counterexample(domain, dict(zip(domain.free, drawn, strict=True))) is not None

    options = settings(
        max_examples=200,
        deadline=None,
        database=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    try:
        drawn = find(st.tuples(*map(values, domain.free)), refutes, settings=options, random=random.Random(seed))
    except HypothesisException:  # no such example; or flaky, since a deadline passed between two looks at one point
        return None
    return _counterexample(domain, dict(zip(domain.free, drawn, strict=True)))


def _margins(claim: Formula) -> list[Formula]:
    """Return the relations whose margin the descent can lower."""
    if claim.terms:
        return [claim] if claim.op in ("<", "<=", ">", ">=") else []
    parts = claim.args[1:] if claim.op == "implies" else claim.args
    return [m for part in parts for m in _margins(part)] if claim.op in ("and", "implies") else []


def _by_descent(domain: Domain, witness: Mapping[str, Fraction] | None, seed: int, seconds: float) -> Point | None:
    """Lower the margin of an inequality by a pattern search over rationals, from several starts."""
    deadline = time.monotonic() + seconds
    for relation in _margins(domain.problem.claim):
        names = [n for n in domain.free if n in variables(*formula_terms(relation)) or domain.problem.network]
        names = [n for n in names if n not in domain.problem.values]
        starts = list(islice(domain.points(seed + 7, witness, 200), 40))
        scored = sorted(((_margin(relation, p, domain), i) for i, p in enumerate(starts)), key=lambda s: s[0])
        for _, i in scored[:4]:
            found = _descend(domain, relation, starts[i], names, deadline)
            if found is not None:
                return found
    return None


def _by_optimiser(domain: Domain, witness: Mapping[str, Fraction] | None, seed: int, seconds: float) -> Point | None:
    """Lower the margin over the whole domain, all variables at once; rational points near there are decided."""
    deadline = time.monotonic() + seconds
    starts = spread(domain, seed + 3, witness, 6)
    for relation in _margins(domain.problem.claim):
        for trial in optimised(domain, relation, starts, deadline, seed):
            point = _counterexample(domain, trial)
            if point is not None:
                return point
            if time.monotonic() > deadline:
                return None
    return None


def _margin(relation: Formula, point: Mapping[str, Fraction], domain: Domain) -> float:
    """Return how far the relation is from failing (not rigorous: it only guides)."""
    try:
        with precision(64):
            a, b = (ball(evaluate(t, point, domain.relu_at_zero)) for t in relation.terms)
            gap = float((b - a).mid()) if relation.op in ("<", "<=") else float((a - b).mid())
    except (Undefined, Undecided):
        return float("inf")
    return gap if gap == gap else float("inf")


def _descend(domain: Domain, relation: Formula, start: Point, names: list[str], deadline: float) -> Point | None:
    best, value = dict(start), _margin(relation, start, domain)
    step = Fraction(1, 2)
    while step > Fraction(1, 4096) and time.monotonic() < deadline:
        improved = False
        for name in names:
            for sign in (1, -1):
                trial = {n: best[n] for n in domain.free}
                trial[name] += sign * step
                try:
                    full = domain.complete(trial)
                except (Undefined, Undecided):
                    continue
                margin = _margin(relation, full, domain)
                if margin >= value or not domain.contains(full):
                    continue
                if _counterexample(domain, trial) is not None:
                    return full
                best, value, improved = full, margin, True
        if not improved:
            step /= 4
    return None


def _shrunk(domain: Domain, point: Point, why: str, tried: int, undecided: int) -> Found:
    """Make every coordinate as simple as it can be while the point still refutes."""
    best = {name: point[name] for name in domain.free}
    deadline = time.monotonic() + 3.0
    changed = True
    while changed and time.monotonic() < deadline:
        changed = False
        for name in domain.free:
            better = _simpler(best, name, lambda trial: _counterexample(domain, trial) is not None)
            if better is not None:
                best[name], changed = better, True
    full = _counterexample(domain, best) or point
    return Found(full, decide(domain.problem.claim, full, domain.relu_at_zero), tried, undecided)


def _simpler(point: Point, name: str, refutes: Callable[[Point], bool]) -> Fraction | None:
    value = point[name]
    options = POOL[:40]
    for width in WIDTHS:
        options = [*options, simplest_between(value - width, value + width)]
    for option in sorted(set(options), key=complexity):
        if complexity(option) >= complexity(value):
            return None
        if refutes({**point, name: option}):
            return option
    return None
