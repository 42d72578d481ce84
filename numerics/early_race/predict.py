"""Predicting the race from the initial weights alone."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from numerics.early_race import neuron as columns
from numerics.early_race.horizon import Horizon, find_horizon, ranking_time
from numerics.early_race.kernel import advance_all
from numerics.early_race.neuron import Neurons, copy_neurons, make_timeline, make_work
from numerics.early_race.result import EarlyRace, RaceEvent, make_event
from numerics.early_race.samples import Merging, Samples, make_samples
from numerics.early_race.state import Start, check_neurons, coefficients, make_neurons
from numerics.losses import loss_code

MAX_EVENTS = 1_000_000


def predict(
    x: np.ndarray,
    y: np.ndarray,
    w0: np.ndarray,
    v0: np.ndarray,
    loss: str = "logistic",
    level: float = 0.1,
    horizon: float | None = None,
    timeline_cap: int = 0,
) -> EarlyRace:
    """Run the early race of a one-hidden-layer ReLU network: closed forms between gate events, no time step.

    Parameters
    ----------
    x : (n, d) inputs.    y : (n,) labels +1 or -1.
    w0 : (m, d) initial weights.    v0 : (m,) initial read-outs.
    loss : "squared" (half squared error), "logistic" or "exponential"; residuals are taken at ``f = 0``.
    level : the race ends when ``max_k |f(x_k)|`` first reaches it.
    horizon : a time at which to end instead.
    timeline_cap : most events to keep in ``timeline``.

    Returns
    -------
    The predicted network; failures of single neurons are in its ``status``.

    Raises
    ------
    ValueError
        When shapes disagree, a number is not finite, or an option is out of range.

    Source: theory of the early phase: constant residuals, exact flow between gate events, Filippov sliding on them.

    Examples
    --------
    >>> x, y = np.eye(2), np.array([1.0, -1.0])
    >>> race = predict(x, y, 1e-3 * np.eye(2), np.array([1e-3, -1e-3]))
    >>> race.gates.tolist(), bool(race.horizon > 10)
    ([[1, 0], [0, 1]], True)
    """
    x, y, w0, v0 = _checked(x, y, w0, v0, level, horizon)
    loss_code(loss)
    samples, merging = make_samples(x, y, loss)
    kept = x if merging.trivial else x[merging.kept]
    neurons, start = make_neurons(samples, kept, w0, v0)
    if horizon is None:
        found = find_horizon(samples, merging, neurons, level, MAX_EVENTS)
    else:
        found = Horizon(horizon, _advanced(samples, neurons, horizon), "the horizon was given")
    ranking = ranking_time(found, merging, level) if horizon is None else found.time
    late = found.neurons
    if ranking is not None and ranking != found.time:
        late = _advanced(samples, late, ranking)
    check_neurons(samples, late, start)
    timeline: tuple[RaceEvent, ...] = ()
    if timeline_cap > 0 and found.time is not None:
        timeline = _timeline(samples, merging, neurons, found.time, timeline_cap)
    return _assemble(found, Ranking(ranking, late), merging, neurons, start, loss, level, timeline)


def _checked(
    x: np.ndarray, y: np.ndarray, w0: np.ndarray, v0: np.ndarray, level: float, horizon: float | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    x, y, w0, v0 = (np.ascontiguousarray(part, dtype=float) for part in (x, y, w0, v0))
    if x.ndim != 2 or y.shape != x.shape[:1] or w0.ndim != 2 or w0.shape[1] != x.shape[1]:
        raise ValueError(
            f"predict: needs x (n, d), y (n,), w0 (m, d), v0 (m,); got x={x.shape}, y={y.shape}, w0={w0.shape}"
        )
    if v0.shape != w0.shape[:1] or 0 in x.shape or len(w0) == 0:
        raise ValueError(
            f"predict: needs m >= 1 neurons, n >= 1 samples; got w0={w0.shape}, v0={v0.shape}, x={x.shape}"
        )
    for name, part in (("x", x), ("y", y), ("w0", w0), ("v0", v0)):
        if not (math.isfinite(float(part.sum())) or np.isfinite(part).all()):
            raise ValueError(f"predict: {name} has a value that is not finite; remove or replace it")
    if not x.any():
        raise ValueError("predict: x holds only zeros; there is nothing to learn from")
    if not (np.abs(y) == 1).all():
        raise ValueError("predict: y must hold only +1 and -1; map your two classes to them")
    if not (math.isfinite(level) and level > 0):
        raise ValueError(f"predict: level={level} must be positive and finite; 0.1 is usual")
    if horizon is not None and not (math.isfinite(horizon) and horizon >= 0):
        raise ValueError(f"predict: horizon={horizon} must be a finite time of at least 0")
    return x, y, w0, v0


def _advanced(samples: Samples, neurons: Neurons, time: float) -> Neurons:
    moved = copy_neurons(neurons)
    advance_all(samples, moved, time, MAX_EVENTS, make_work(len(samples.length)), make_timeline(0))
    return moved


def _timeline(
    samples: Samples, merging: Merging, neurons: Neurons, time: float, cap: int
) -> tuple[RaceEvent, ...]:
    buffer = make_timeline(cap)
    advance_all(samples, copy_neurons(neurons), time, MAX_EVENTS, make_work(len(samples.length)), buffer)
    used = min(int(buffer.used[0]), cap)
    order = np.argsort(buffer.time[:used], kind="stable")
    return tuple(
        make_event(float(buffer.time[i]), int(j), int(merging.kept[k]) if k >= 0 else -1, int(kind))
        for i, (j, k, kind) in zip(order, buffer.what[order].tolist(), strict=True)
    )


def _cosine(neurons: Neurons, norm: np.ndarray) -> np.ndarray:
    rate = np.sqrt(neurons.number[:, columns.RATE_SQUARED])
    product = rate * norm
    return np.divide(neurons.number[:, columns.WORK], product, out=np.zeros_like(norm), where=product > 0)


def _gates(z: np.ndarray, gate: np.ndarray, merging: Merging) -> tuple[np.ndarray, np.ndarray]:
    """Return w.x and gates for the original samples."""
    if merging.trivial:
        return z, np.select([gate == columns.SLIDING, gate == columns.ON], [2, 1]).astype(np.int8)
    member, factor = np.maximum(merging.member, 0), merging.factor
    wide = gate[:, member] * np.sign(factor)
    gates = np.select([factor == 0, gate[:, member] == columns.SLIDING, wide > 0], [0, 2, 1])
    return z[:, member] * factor, gates.astype(np.int8)


class Ranking(NamedTuple):
    """The state at which the order is read off."""

    time: float | None
    neurons: Neurons


def _norm_product(neurons: Neurons) -> tuple[np.ndarray, np.ndarray]:
    """Return |w| from the conserved balance, and |w||v|."""
    v = neurons.number[:, columns.READ_OUT]
    norm = np.sqrt(np.maximum(neurons.number[:, columns.BALANCE] + v * v, 0.0))
    return norm, norm * np.abs(v)


def _assemble(
    found: Horizon,
    ranking: Ranking,
    merging: Merging,
    begin: Neurons,
    start: Start,
    loss: str,
    level: float,
    timeline: tuple[RaceEvent, ...],
) -> EarlyRace:
    end = found.neurons
    number, count = end.number, end.count
    v, start_norm = number[:, columns.READ_OUT], np.sqrt(start.square)
    norm, product = _norm_product(end)
    moved = coefficients(end)
    whole = moved
    if not merging.trivial:
        whole = np.zeros((len(v), len(merging.member)))
        whole[:, merging.kept] = moved
    z, gates = _gates(end.z, end.gate, merging)
    return EarlyRace(
        horizon=found.time, note=found.note, level=level, loss=loss, z=z, v=v, gates=gates,
        norm=norm, norm_product=product,
        ranking_time=ranking.time, predicted_norm_product=_norm_product(ranking.neurons)[1],
        norm_product_start=start_norm * np.abs(begin.number[:, columns.READ_OUT]),
        cos_start=_cosine(begin, start_norm), cos_horizon=_cosine(end, norm), coefficients=whole,
        events=count[:, columns.EVENTS], slides=count[:, columns.SLIDES],
        ambiguous=count[:, columns.AMBIGUOUS], status=ranking.neurons.count[:, columns.STATUS], timeline=timeline,
    )  # fmt: skip
