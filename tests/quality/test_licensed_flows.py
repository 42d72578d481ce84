"""Invariants that are licensed hold along solutions computed by SciPy, which knows nothing of cofactors."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from proofs_check.lemma import from_text
from proofs_check.licence.examine import examine_licence

TERMS = ("0", "1", "-1", "x", "-x", "y", "-y", "x*y", "-x*y", "x**2", "-y**2", "x - y", "1 - x**2 - y**2")
COFACTORS = ("0", "1", "-1", "-2", "x", "-y", "-2*(x + y)")
SIGNS = ("==", ">=", ">")
GAPS: dict[str, Callable[[float, float], float]] = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "x - y": lambda x, y: x - y,
    "x + y": lambda x, y: x + y,
    "1 - x**2 - y**2": lambda x, y: 1 - x**2 - y**2,
}
FIELDS: dict[str, Callable[[float, float], float]] = {
    "0": lambda x, y: 0.0,
    "1": lambda x, y: 1.0,
    "-1": lambda x, y: -1.0,
    "x": lambda x, y: x,
    "-x": lambda x, y: -x,
    "y": lambda x, y: y,
    "-y": lambda x, y: -y,
    "x*y": lambda x, y: x * y,
    "-x*y": lambda x, y: -x * y,
    "x**2": lambda x, y: x * x,
    "-y**2": lambda x, y: -y * y,
    "x - y": lambda x, y: x - y,
    "1 - x**2 - y**2": lambda x, y: 1 - x**2 - y**2,
}


def starts(relations: list[tuple[str, str]]) -> list[tuple[float, float]]:
    """Return points of a grid, boundaries included, at which all relations hold."""
    grid = [i / 4 for i in range(-6, 7)]
    holds = {"==": lambda g: g == 0, ">=": lambda g: g >= 0, ">": lambda g: g > 0}
    return [p for p in itertools.product(grid, grid) if all(holds[sign](GAPS[gap](*p)) for gap, sign in relations)]


def left(field: tuple[str, str], relations: list[tuple[str, str]]) -> str:
    """Return a start and a time at which a solution has clearly left, or nothing."""
    for start in starts(relations):

        def rate(t: float, z: np.ndarray) -> list[float]:
            return [FIELDS[part](z[0], z[1]) for part in field]

        def gone(t: float, z: np.ndarray) -> float:
            return 50.0 - abs(z[0]) - abs(z[1])

        gone.terminal = True  # type: ignore[attr-defined]
        path = solve_ivp(rate, (0, 3), start, events=gone, rtol=1e-9, atol=1e-11)
        for z in path.y.T:
            for gap, sign in relations:
                g, slack = GAPS[gap](*z), 1e-6 * (1 + abs(z).max() ** 2)
                if (sign == "==" and abs(g) > slack) or g < -slack:
                    return f"{start} leaves {gap} {sign} 0 at {z}"
    return ""


@pytest.mark.parametrize(
    ("seed", "count"), [(0, 60), *(pytest.param(s, 200, marks=pytest.mark.slow) for s in range(1, 6))]
)
def test_licensed_invariants_hold_along_computed_solutions(seed: int, count: int) -> None:
    draw = random.Random(seed)
    granted = refused_rightly = 0
    for _ in range(count):
        field = (draw.choice(TERMS), draw.choice(TERMS))
        relations = [(gap, draw.choice(SIGNS)) for gap in draw.sample(list(GAPS), draw.choice([1, 1, 2]))]
        claim = " and ".join(f"{gap} {sign} 0" for gap, sign in relations)
        cofactors = ", ".join(f'"{draw.choice(COFACTORS)}"' for _ in relations)
        text = (
            f'name = "a"\n[variables]\nx = "real"\ny = "real"\n[flow]\nx = "{field[0]}"\ny = "{field[1]}"\n'
            f'[general]\nlicence = "invariant"\nclaim = "{claim}"\ncofactors = [{cofactors}]\n'
            '[[claim]]\ntext = "1 == 1"'
        )
        found = examine_licence(from_text(text, Path("a.toml")))
        assert found is not None
        violated = left(field, relations)
        assert not (found.granted and violated), f"{text}\n{violated}"
        granted += found.granted
        refused_rightly += bool(violated)
    assert granted >= count // 40 and refused_rightly >= count // 4, (granted, refused_rightly)  # not for nothing
