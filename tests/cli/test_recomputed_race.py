"""A stranger recomputes a saved race with NumPy alone, for every loss and start, and every number printed is one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run

SMALL = ("iris", "--width", "10", "--eta", "0.5")


def residual(loss: str, y: np.ndarray, f: np.ndarray) -> np.ndarray:
    """Return minus the derivative of one sample's loss by the output."""
    return {"squared": y - f, "logistic": y / (1 + np.exp(y * f)), "exponential": y * np.exp(-y * f)}[loss]


def plain_descent(saved: dict[str, np.ndarray], loss: str, eta: float, steps: int) -> np.ndarray:
    """Return the norm products after textbook gradient descent on the mean loss."""
    x, y, w, v = saved["x"], saved["y"], saved["w0"].copy(), saved["v0"].copy()
    for _ in range(steps):
        z = x @ w.T
        e = residual(loss, y, np.maximum(z, 0) @ v) / len(y)
        active = e[:, None] * (z > 0)
        dw, dv = v[:, None] * (active.T @ x), (active * z).sum(axis=0)
        w, v = w + eta * dw, v + eta * dv
    return np.linalg.norm(w, axis=1) * np.abs(v)


@pytest.mark.parametrize(
    ("loss", "options"),
    [
        ("logistic", ("--seed", "3", "--no-center")),
        ("squared", ("--seed", "1", "--scale", "1e-2", "--eta", "0.1")),
        ("exponential", ("--seed", "2", "--init", "balanced")),
    ],
)
def test_saved_race_is_recomputed(raceproof: Run, tmp_path: Path, loss: str, options: tuple[str, ...]) -> None:
    done = raceproof("race", *SMALL, *options, "--loss", loss, "--save", "race.npz", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    race = json.loads(done.stdout)
    with np.load(tmp_path / "race.npz", allow_pickle=False) as stored:
        saved = dict(stored)
    assert set(saved) == {"x", "y", "w0", "v0", "predicted_norm_product", "final_norm_product"}
    assert saved["x"].shape == (race["n"], race["d"]) and saved["w0"].shape == (race["width"], race["d"])
    assert np.isclose((saved["x"] ** 2).sum(axis=1).mean(), 1.0)
    final = plain_descent(saved, loss, race["eta"], race["descent_steps"])
    assert np.allclose(final, saved["final_norm_product"], rtol=1e-8, atol=0)
    shorter = plain_descent(saved, loss, race["eta"], race["descent_steps"] - 1)
    assert not np.allclose(shorter, saved["final_norm_product"], rtol=1e-8, atol=0)


def test_json_of_races_holds_no_number_that_is_not_finite(raceproof: Run) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} in JSON")

    done = raceproof("race", *SMALL, "--seed", "0-3", "--json")
    races = json.loads(done.stdout, parse_constant=refuse)["races"]
    assert len({json.dumps(race["groups"]) for race in races}) == 4
    assert sum(group["size"] for group in races[0]["groups"]) == 10
