"""The smallest counterexample: by exhaustion in a stated order as far as it goes, else by shrinking coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from proofs_check.evidence.points import Point
from proofs_check.language.elaborate import Problem
from proofs_check.language.statement import Statement
from proofs_check.repair.trial import Clock
from proofs_check.repair.walk import Walk, height, order

MAX_POINTS = 40_000
MAX_VALUES = 300
ORDER = "least height (the sum of |p| + q over the coordinates p/q), then fewest coordinates that are not 0"


@dataclass(frozen=True)
class Smallest:
    """The smallest counterexample found, and how far smaller ones were excluded.

    Attributes
    ----------
    point : the point as a certificate has it.    height, nonzero : its place in the order.
    minimal : True when every point before it in the order was decided and refutes nothing.
    exhausted : the greatest height up to which every point was looked at (without this one).
    undecided : how many points before it are unknown.
    """

    point: Mapping[str, Any]
    height: int
    nonzero: int
    minimal: bool
    exhausted: int
    undecided: int
    values: Mapping[str, Fraction] = field(repr=False)
    certificate: Mapping[str, Any] = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the report."""
        return {
            "point": dict(self.point),
            "order": ORDER,
            "height": self.height,
            "nonzero": self.nonzero,
            "minimal": self.minimal,
            "exhausted_height": self.exhausted,
            "undecided": self.undecided,
            "certificate": dict(self.certificate),
        }

    def how(self) -> str:
        """Return in words what is known of smaller ones.

        Examples
        --------
        >>> Smallest({}, 2, 1, True, 1, 0, {}, {}).how()
        'height 2; none is smaller'
        """
        if self.minimal:
            return f"height {self.height}; none is smaller"
        if self.undecided:
            return f"height {self.height}; {self.undecided} smaller point{'s' * (self.undecided != 1)} not decided"
        return f"height {self.height}; smallest found, smaller ones excluded up to height {self.exhausted}"


def smallest(
    statement: Statement, problem: Problem, start: Mapping[str, Fraction], clock: Clock, limit: int = MAX_POINTS
) -> Smallest | None:
    """Return the smallest counterexample found; None when the checker accepts none, not even the start.

    Parameters
    ----------
    start : a counterexample, by free variable.
    limit : how many points to look at; the clock only stops what is slow, so that results repeat.

    Guarantee: the point was replayed by the checker. `minimal` only when every point before it was decided exactly.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> s = Statement("x < 2", {"x": "real"}, ("3*x > 1",))
    >>> smallest(s, elaborate(s), {"x": Fraction(7, 2)}, Clock(5)).point
    {'x': '2'}
    """
    walk = Walk(statement, problem)
    names = walk.domain.free
    best = {name: start[name] for name in names}
    looked = undecided = 0
    total = exhausted = len(names) - 1
    while total < order(best, names)[0]:
        total += 1
        layer: list[Point] = []
        for point in walk.points(total):
            looked += 1
            if looked > limit or clock.left() == 0:
                return _shrunk(walk, best, undecided, exhausted, clock)
            layer.append(point)
        for point in sorted(layer, key=lambda p: order(p, names)):
            if clock.left() == 0:
                return _shrunk(walk, best, undecided, exhausted, clock)
            if order(point, names) >= order(best, names):
                break
            state = walk.state(point)
            undecided += state == "undecided"
            if state in ("false", "undefined"):
                cert = walk.certificate(point, state)
                if cert is not None:
                    return _result(point, cert, names, undecided == 0, exhausted, undecided)
                undecided += 1
        exhausted = total
    return _shrunk(walk, best, undecided, exhausted, clock, complete=True)


def _result(
    point: Point, cert: dict[str, Any], names: tuple[str, ...], minimal: bool, exhausted: int, undecided: int
) -> Smallest:
    size, nonzero = order(point, names)[:2]
    return Smallest(cert["point"], size, nonzero, minimal, min(exhausted, size - 1), undecided, point, cert)


def _shrunk(
    walk: Walk, start: Point, undecided: int, exhausted: int, clock: Clock, complete: bool = False
) -> Smallest | None:
    """Return what is left when exhaustion ends: lower one coordinate after the other while the claim still fails."""
    names, best = walk.domain.free, dict(start)
    changed = not complete
    while changed and clock.left() > 0:
        changed = False
        for name in names:
            better = _lower(walk, best, name, clock)
            if better is not None:
                best[name], changed = better, True
    for point in (best, start):
        state = walk.state(point)
        cert = walk.certificate(point, state) if state in ("false", "undefined") else None
        if cert is not None:
            return _result(point, cert, names, complete and undecided == 0, exhausted, undecided)
    return None


def _lower(walk: Walk, point: Point, name: str, clock: Clock) -> Fraction | None:
    tried = 0
    for h in range(1, height(point[name])):
        for value in walk.values(name, h):
            tried += 1
            if tried > MAX_VALUES or clock.left() == 0:
                return None
            if walk.state({**point, name: value}) in ("false", "undefined"):
                return value
    return None
