"""How the norm products of a few neurons grow: predicted in closed form, and along descent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.descent import descend
from numerics.early_race.predict import predict
from numerics.race import RaceResult
from proofs_check.report.race_arrays import large_groups

GROUPS, TIMES = 2, 36
SHARES = (0.25, 0.5, 0.75)  # besides the three largest of a group: those so far down its order
MOST_WORK = 1e11  # steps * neurons * samples * min(samples, 2 * dimension): about ten seconds of descent


@dataclass(frozen=True)
class Growth:
    """Norm products (k, r) of r neurons at k times; not-a-number where nothing was computed."""

    time: np.ndarray
    neuron: np.ndarray
    predicted: np.ndarray
    descent: np.ndarray


def growth(result: RaceResult, group: np.ndarray) -> Growth:
    """Return the growth of the largest neurons of each large group, and of some that fall behind.

    Parameters
    ----------
    group : (m,) position of each neuron's group, -1 outside.

    The prediction ends at the horizon; descent is run once more for it, unless that is much work.

    Examples
    --------
    >>> from numerics.data import load_problem
    >>> from numerics.race import run_race
    >>> found = growth(run_race(load_problem("iris"), width=10, eta=0.5), np.zeros(10, dtype=int))
    >>> found.neuron.shape, found.descent.shape
    ((5,), (36, 5))
    """
    chosen = _chosen(result.final_norm_product, group)
    end = result.descent.steps * result.eta
    steps = np.unique(np.linspace(0, result.descent.steps, TIMES).astype(int))
    if not len(chosen) or end <= 0 or result.descent.diverged:
        nothing = np.zeros((0, len(chosen)))
        return Growth(np.zeros(0), chosen, nothing, nothing)
    return Growth(steps * result.eta, chosen, _predicted(result, chosen, steps), _along(result, chosen, steps))


def _chosen(final: np.ndarray, group: np.ndarray) -> np.ndarray:
    found = []
    for position in large_groups(group)[:GROUPS]:
        members = np.flatnonzero(group == position)
        order = members[np.argsort(-final[members], kind="stable")]
        ranks = sorted({0, 1, 2, *(int(share * len(order)) for share in SHARES)})
        found += [int(order[rank]) for rank in ranks]
    return np.array(found, dtype=int)


def _predicted(result: RaceResult, chosen: np.ndarray, steps: np.ndarray) -> np.ndarray:
    x, y, horizon = result.problem.x, result.problem.y, result.early.horizon
    found = np.full((len(steps), len(chosen)), np.nan)
    for row, time in enumerate(steps * result.eta):
        if horizon is not None and time <= horizon:
            race = predict(x, y, result.w0[chosen], result.v0[chosen], result.loss, horizon=float(time))
            found[row] = np.where(race.status == 0, race.norm_product, np.nan)
    return found


def _along(result: RaceResult, chosen: np.ndarray, steps: np.ndarray) -> np.ndarray:
    x, y = result.problem.x, result.problem.y
    found = np.full((len(steps), len(chosen)), np.nan)
    if steps[-1] * len(result.v0) * len(x) * min(len(x), 2 * x.shape[1]) > MOST_WORK:
        found[-1] = result.final_norm_product[chosen]
        return found
    w, v, done = result.w0, result.v0, 0
    for row, step in enumerate(steps):
        if step > done:
            run = descend(x, y, w, v, result.loss, result.eta, stop=1e-9, max_steps=int(step - done))
            w, v, done = run.w, run.v, step
        found[row] = (np.linalg.norm(w, axis=1) * np.abs(v))[chosen]
    return found
