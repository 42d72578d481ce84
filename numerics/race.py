"""The race: predicted winners from the initial weights against finite-step gradient descent."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.data import Problem
from numerics.descent import Descent, descend, form_for
from numerics.early_race.predict import predict
from numerics.early_race.result import EarlyRace
from numerics.groups import find_groups, spearman
from numerics.initial import initial_weights

SCHEMA = "raceproof.race/1"
INCONSISTENT = (1, 6)
TOP = 10


@dataclass(frozen=True)
class GroupScore:
    """How well the race inside one group of equivalent neurons was predicted.

    ``members`` are neurons; ``spearman*`` compare a prediction with the final norm product: the early race, the
    cosine to the target at the start, and the norm product at the start. None where undefined.
    """

    members: np.ndarray
    sign: int
    spearman: float | None
    spearman_cos0: float | None
    spearman_norm0: float | None
    predicted_winner: int
    predicted_margin: float | None
    descent_winner: int
    top10_overlap: float | None

    def to_json(self) -> dict[str, Any]:
        """Return plain values, without the members."""
        return {
            "sign": self.sign, "size": len(self.members), "spearman": self.spearman,
            "spearman_cos0": self.spearman_cos0, "spearman_norm0": self.spearman_norm0,
            "predicted_winner": self.predicted_winner, "predicted_margin": self.predicted_margin,
            "descent_winner": self.descent_winner, "top10_overlap": self.top10_overlap,
        }  # fmt: skip


@dataclass(frozen=True)
class RaceResult:
    """A race: the problem, the start, the prediction, descent, and the score of every group."""

    problem: Problem
    scale: float
    loss: str
    eta: float
    seed: int
    init: str
    w0: np.ndarray
    v0: np.ndarray
    early: EarlyRace
    descent: Descent
    final_norm_product: np.ndarray
    groups: tuple[GroupScore, ...]
    predict_seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return the documented keys as plain values; undefined numbers are None, never NaN."""
        n, d = self.problem.x.shape
        early, status = self.early, self.early.status
        return _finite({
            "schema": SCHEMA, "data": self.problem.name, "classes": list(self.problem.classes), "n": n, "d": d,
            "center": self.problem.center, "width": len(self.v0), "scale": self.scale, "loss": self.loss,
            "eta": self.eta, "seed": self.seed, "init": self.init, "level": early.level,
            "horizon": early.horizon, "ranking_time": early.ranking_time, "note": early.note,
            "predict_seconds": self.predict_seconds,
            "descent_seconds": self.descent.seconds, "descent_steps": self.descent.steps,
            "descent_reason": self.descent.reason, "first_loss": self.descent.first_loss,
            "final_loss": self.descent.last_loss, "drop_step": self.descent.drop_step,
            "events_total": int(early.events.sum()), "slides_total": int(early.slides.sum()),
            "ambiguous_total": int(early.ambiguous.sum()),
            "inconsistent_total": int(np.isin(status, INCONSISTENT).sum()),
            "unresolved_total": int(((status != 0) & ~np.isin(status, INCONSISTENT)).sum()),
            "failures": early.failures(), "groups": [group.to_json() for group in self.groups],
        })  # fmt: skip


def run_race(
    problem: Problem, width: int = 300, scale: float = 1e-3, loss: str = "logistic", eta: float = 0.1,
    seed: int = 0, init: str = "normal", level: float = 0.1, stop: float = 0.1, max_steps: int = 1_000_000,
    max_seconds: float = math.inf, timeline_cap: int = 0, progress: Callable[[int, float], None] | None = None,
) -> RaceResult:  # fmt: skip
    """Predict the race from the initial weights, train, and compare inside each group of equivalent neurons.

    Parameters
    ----------
    problem : the data.
    width, scale, seed, init : see `numerics.initial.initial_weights`.
    loss : "squared", "logistic" or "exponential".
    eta, stop, max_steps, max_seconds, progress : see `numerics.descent.descend`.
    level, timeline_cap : see `numerics.early_race.predict.predict`.

    Raises
    ------
    ValueError
        When an option is out of range.

    Examples
    --------
    >>> from numerics.data import load_problem
    >>> result = run_race(load_problem("iris"), width=10, eta=0.5)
    >>> result.descent.reason, sum(group["size"] for group in result.to_json()["groups"])
    ('loss reached', 10)
    """
    w0, v0 = initial_weights(width, problem.x.shape[1], scale, seed, init)
    # load the compiled kernels: both times are without that
    predict(problem.x, problem.y, w0[:1], v0[:1], loss, level, horizon=0.0)
    descend(problem.x[:1], problem.y[:1], w0[:1], v0[:1], loss, eta, max_steps=1, form=form_for(problem.x))
    begin = time.perf_counter()
    early = predict(problem.x, problem.y, w0, v0, loss, level)
    seconds = time.perf_counter() - begin
    if timeline_cap > 0:
        early = predict(problem.x, problem.y, w0, v0, loss, level, timeline_cap=timeline_cap)
    descent = descend(
        problem.x, problem.y, w0, v0, loss, eta, stop, max_steps, max_seconds, progress=progress
    )  # fmt: skip
    final = np.linalg.norm(descent.w, axis=1) * np.abs(descent.v)
    groups: tuple[GroupScore, ...] = ()
    if not descent.diverged:
        groups = tuple(score_group(g, early, descent.v, final) for g in find_groups(descent.w, descent.v))
    return RaceResult(
        problem, scale, loss, eta, seed, init, w0, v0, early, descent, final, groups, seconds
    )  # fmt: skip


def score_group(members: np.ndarray, early: EarlyRace, v: np.ndarray, final: np.ndarray) -> GroupScore:
    """Compare the predicted and the final norm products of the members of a group.

    Parameters
    ----------
    members : neurons.    early : the prediction.    v, final : (m,) read-outs and norm products after descent.

    Examples
    --------
    >>> score_group.__name__
    'score_group'
    """
    guess, truth = early.predicted_norm_product[members], final[members]
    order = np.argsort(-guess, kind="stable")
    margin = None
    if len(members) > 1 and guess[order[0]] > 0:
        margin = float(1.0 - guess[order[1]] / guess[order[0]])
    best = set(np.argsort(-truth, kind="stable")[:TOP].tolist())
    # the first ten of ten or fewer are all of them, whatever was predicted
    overlap = len(best & set(order[:TOP].tolist())) / TOP if len(members) > TOP else None
    # A neuron with a negative read-out is driven to the opposite of gamma.
    aligned = early.cos_start[members] * np.where(v[members] < 0, -1.0, 1.0)
    return GroupScore(
        members, int(np.sign(v[members[np.argmax(truth)]])), spearman(guess, truth), spearman(aligned, truth),
        spearman(early.norm_product_start[members], truth), int(members[order[0]]), margin,
        int(members[np.argmax(truth)]), overlap,
    )  # fmt: skip


def _finite(value: Any) -> Any:
    """Replace numbers that JSON cannot hold by None."""
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
