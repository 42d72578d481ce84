"""Random rational points of the domain of a derivation."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from tests.theory.claim_oracle import Point, exact, holds
from theory.derivation import Derivation, as_lemma

SIGNS = {
    "real": lambda x: True,
    "positive": lambda x: x > 0,
    "nonnegative": lambda x: x >= 0,
    "negative": lambda x: x < 0,
    "nonpositive": lambda x: x <= 0,
    "nonzero": lambda x: x != 0,
}


def point_of(derivation: Derivation, values: dict[str, Any]) -> Point:
    """Return the point with the flow, step and network tables of the derivation."""
    lemma = as_lemma(derivation)
    network = lemma.get("network")
    return Point(exact_values(values), lemma.get("flow", {}), lemma.get("step", {}), network)


def exact_values(values: dict[str, Any]) -> dict[str, Any]:
    return {name: exact(value) for name, value in values.items()}


def in_domain(derivation: Derivation, point: Point) -> bool:
    """Return whether kinds, conditions and hypotheses are all true at the point."""
    for name, kind in derivation.variables.items():
        value = point.values[name]
        if isinstance(kind, str) and not SIGNS[kind](value):
            return False
        if isinstance(kind, dict) and "values" in kind and value not in kind["values"]:
            return False
        if isinstance(kind, dict) and "real" in kind and not holds(kind["real"], point):
            return False
        if isinstance(kind, dict) and "vector" in kind and len(value) != kind["vector"]:
            return False
    return all(holds(hypothesis, point) for hypothesis in derivation.hypotheses) and _off_boundaries(point)


def _off_boundaries(point: Point) -> bool:
    if not point.network:
        return True
    pairs = [(row, x) for row in point.values["w"] for x in point.values["x"]]
    return all(sum(a * b for a, b in zip(row, x, strict=True)) != 0 for row, x in pairs)


def random_points(derivation: Derivation, count: int, seed: int = 0) -> list[Point]:
    """Return ``count`` random rational points of the domain."""
    generator, points = random.Random(seed), []
    for _ in range(2000 * count):
        point = point_of(derivation, _draw(derivation, generator))
        if in_domain(derivation, point):
            points.append(point)
        if len(points) == count:
            return points
    raise AssertionError(f"domain of {derivation.name}: found {len(points)} of {count} points")


def _draw(derivation: Derivation, generator: random.Random) -> dict[str, Any]:
    def entry() -> Fraction:
        return Fraction(generator.randint(-48, 48), generator.randint(16, 32))

    values: dict[str, Any] = {}
    for name, kind in derivation.variables.items():
        if isinstance(kind, dict) and "values" in kind:
            values[name] = generator.choice(kind["values"])
        elif isinstance(kind, dict) and "vector" in kind:
            values[name] = [entry() for _ in range(kind["vector"])]
        else:
            values[name] = abs(entry()) if kind in ("positive", "nonnegative") else entry()
    if derivation.network:
        values |= _draw_network(derivation.network, entry)
    return values


def _draw_network(network: Any, entry: Any) -> dict[str, Any]:
    def rows(count: int) -> list:
        c = network["outputs"]
        return [entry() if c == 1 else [entry() for _ in range(c)] for _ in range(count)]

    m, d, n = network["width"], network["dimension"], network["samples"]
    return {
        "w": [[entry() for _ in range(d)] for _ in range(m)],
        "v": rows(m),
        "x": [[entry() for _ in range(d)] for _ in range(n)],
        "e" if network["loss"] == "any" else "y": rows(n),
        "eta": abs(entry()),
    }
