"""Finding the end of the early race without training: the first time the superposed prediction reaches a level."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from numerics.early_race import neuron as columns
from numerics.early_race.kernel import advance_all
from numerics.early_race.neuron import Neurons, copy_neurons, make_timeline, make_work
from numerics.early_race.samples import Merging, Samples

LEVEL_TOLERANCE = 1e-10
MAX_CHUNKS = 400


class Level(NamedTuple):
    """The largest prediction of a state: ``log`` of its ratio to the level, and its growth rate."""

    log: float
    slope: float


# The race inside a slow group is decided after the fastest group has learned, so the order is read off later: when
# the prediction, had the residuals stayed as they are, would have grown by this factor. Measured on CIFAR-10 pairs,
# any factor from 100 to 100,000 gives the same order; without it groups that learn late are ranked too early.
OVERSHOOT = 1000.0


class Horizon(NamedTuple):
    """Where the search ended: the time (None when the level is never reached), the state there, and a note."""

    time: float | None
    neurons: Neurons
    note: str


def prediction(neurons: Neurons, merging: Merging) -> tuple[np.ndarray, np.ndarray]:
    """Return ``f(x_k) = sum_j v_j relu(w_j.x_k)`` (n,) and its time derivative (n,) under the early race.

    Examples
    --------
    >>> prediction.__name__
    'prediction'
    """
    v, work = neurons.number[:, columns.READ_OUT], neurons.number[:, columns.WORK]
    positive = np.maximum(neurons.z, 0.0)
    gated = (neurons.z > 0) * neurons.c
    f, slope = v @ positive, work @ positive + (v * v) @ gated
    if merging.trivial:
        return f, slope
    negative = np.maximum(-neurons.z, 0.0)
    f_opposite = v @ negative
    slope_opposite = work @ negative - (v * v) @ ((neurons.z < 0) * neurons.c)
    forward = merging.factor > 0
    # a sample is `factor` times the direction of its line; relu is positively homogeneous
    size = np.abs(merging.factor) * (merging.member >= 0)
    member = np.maximum(merging.member, 0)
    whole = np.where(forward, f[member], f_opposite[member]) * size
    return whole, np.where(forward, slope[member], slope_opposite[member]) * size


def find_horizon(
    samples: Samples, merging: Merging, neurons: Neurons, level: float, max_events: int
) -> Horizon:
    """Advance until ``max_k |f(x_k)|`` reaches ``level``.

    States are saved as the search goes, so each trial restarts from the last one below the level.

    Parameters
    ----------
    samples, merging : the data.
    neurons : the state at time zero; left as it is.
    level : the prediction at which the early race ends.
    max_events : most events a neuron may have.

    Examples
    --------
    >>> find_horizon.__name__
    'find_horizon'
    """
    work, timeline = make_work(len(samples.length)), make_timeline(0)
    below, time, high = neurons, 0.0, math.inf
    here = measure(below, merging, level)
    if here.log >= 0.0:
        return Horizon(0.0, copy_neurons(neurons), "the prediction is at the level before training starts")
    above: Level | None = None
    for _ in range(MAX_CHUNKS):
        step = _next_time(below, time, here, high, above)
        if not math.isfinite(step):
            return Horizon(
                None, below, "no neuron is left that grows, so the prediction never reaches the level"
            )
        trial = copy_neurons(below)
        advance_all(samples, trial, step, max_events, work, timeline)
        there = measure(trial, merging, level)
        if not math.isfinite(there.log):
            return Horizon(None, below, "the prediction left the range of double precision")
        if abs(there.log) <= LEVEL_TOLERANCE or abs(step - time) <= 4e-16 * step:
            return Horizon(step, trial, "")
        if there.log < 0.0:
            below, time, here = trial, step, there
        else:
            high, above = step, there
    return Horizon(None, below, f"the level was not reached in {MAX_CHUNKS} stretches of time")


def measure(neurons: Neurons, merging: Merging, level: float) -> Level:
    """Return the largest prediction of a state, as the logarithm of its ratio to the level.

    Examples
    --------
    >>> measure.__name__
    'measure'
    """
    f, slope = prediction(neurons, merging)
    k = int(np.argmax(np.abs(f)))
    size = abs(float(f[k]))
    if size == 0.0:
        return Level(-math.inf, 0.0)
    return Level(math.log(size / level), float(slope[k]) * math.copysign(1.0, f[k]) / size)


def ranking_time(found: Horizon, merging: Merging, level: float) -> float | None:
    """Return the time at which the order of the neurons is read off: the horizon and `OVERSHOOT` more growth.

    Examples
    --------
    >>> ranking_time.__name__
    'ranking_time'
    """
    if found.time is None:
        return None
    slope = measure(found.neurons, merging, level).slope
    return found.time + math.log(OVERSHOOT) / slope if slope > 0.0 else found.time


def _next_time(below: Neurons, time: float, here: Level, high: float, above: Level | None) -> float:
    """Newton's step from the end known better, kept inside the bracket; before there is one, a cautious stretch."""
    if above is not None:
        trial = high - above.log / above.slope if above.slope > 0.0 else math.nan
        return trial if time < trial < high else 0.5 * (time + high)
    moving = (below.count[:, columns.FROZEN] == 0) & (below.count[:, columns.STATUS] == columns.OK)
    fastest = math.sqrt(float(below.number[moving, columns.RATE_SQUARED].max(initial=0.0)))
    if fastest == 0.0:
        return math.inf
    missing = -here.log if math.isfinite(here.log) else 1.0
    stretch = missing / (2.0 * fastest)
    if missing < 1.0 and here.slope > 0.0:
        stretch = missing / here.slope
    return time + stretch * (1.0 + 1e-12)
