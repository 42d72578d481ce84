"""Different points of a domain, simple ones and far ones: what a repair has to survive before it is decided."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from itertools import islice

from proofs_check.evidence.balls import Undecided, Undefined
from proofs_check.evidence.points import Domain, Point


def sampled(domain: Domain, start: Mapping[str, Fraction], count: int, seed: int = 5) -> list[Point]:
    """Return up to `count` different points of the domain: half simple ones, half from everything that is at hand.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> points = sampled(Domain.of(elaborate(Statement("x > 0", {"x": "real"}))), {}, 200)
    >>> max(point["x"] for point in points)
    Fraction(1000, 1)
    """
    rng = random.Random(seed)
    found = list(islice(domain.points(seed, start or None, count), count // 2))
    if all(domain.pools.values()):
        for _ in range(count):
            trial = {name: rng.choice(pool) for name, pool in domain.pools.items()}
            try:
                full = domain.complete(trial)
            except (Undefined, Undecided):
                continue
            if domain.contains(full):
                found.append(full)
    unique = {tuple(sorted(point.items())): point for point in found}
    return list(unique.values())[: count + 1]
