"""The gradient flow of a wide network, all neurons coupled, with every gate event and sliding."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np

from numerics.early_race import neuron as columns
from numerics.early_race.neuron import Neurons
from numerics.early_race.predict import _gates
from numerics.early_race.samples import Merging, make_samples
from numerics.early_race.state import Start, check_neurons, coefficients, make_neurons
from numerics.flow.wide.checks import ambiguous_start, checked, failure, resting
from numerics.flow.wide.result import WideFlow
from numerics.flow.wide.stepper import (
    Flow,
    distance,
    fastest_rate,
    make_flow,
    next_length,
    own_residuals,
    refresh,
    state_loss,
    window,
)

DROP = 0.8
HALVED = 3.0  # a second-order error falls by 4 when windows are halved: the difference is 3 times what is left
SHORTEST = 1e-13
LONGEST = 1.0  # in growth times: predictions grow by exp(2) in one, and the middle is predicted to first order


@dataclass
class _Course:
    """What a running flow knows: the state, the same with windows twice as long, and the loss curve."""

    fine: Neurons
    coarse: Neurons
    times: list[float]
    losses: list[float]
    length: float
    rejected: int = 0
    reason: str = ""
    drop: float | None = None
    pushed: np.ndarray | None = None
    began: float = field(default_factory=time.perf_counter)


def wide_flow(
    x: np.ndarray, y: np.ndarray, w0: np.ndarray, v0: np.ndarray, loss: str = "logistic", until: float = math.inf,
    loss_level: float = 0.0, tolerance: float = 1e-6, max_windows: int = 100_000, max_seconds: float = math.inf,
    max_events: int = 1_000_000,
) -> WideFlow:  # fmt: skip
    """Integrate the gradient flow of ``f(x) = sum_j v_j relu(w_j.x)`` on the mean loss, in double precision.

    Between the ends of short windows the residuals are held, which decouples the neurons; each then advances exactly
    through its gate events and along the kinks on which it slides. An event costs O(n), a window O(m n**2).

    Parameters
    ----------
    x : (n, d) inputs.    y : (n,) labels, +1 or -1, any numbers for the squared loss.
    w0 : (m, d) initial weights.    v0 : (m,) initial read-outs.
    loss : "squared" (half squared error), "logistic" or "exponential".
    until : time at which to end.    loss_level : end when the mean loss falls to this value; one of the two is needed.
    tolerance : allowed error of (w, v) a growth time, relative to the norm of all weights; sets the windows.
    max_windows, max_seconds, max_events (a neuron) : limits, at which the flow ends with a reason.

    Returns
    -------
    The state reached; every mathematical failure is a ``reason`` in it.

    Raises
    ------
    ValueError
        When shapes disagree, a number is not finite, or an option is out of range.

    Guarantee
    ---------
    ESTIMATED. The error is estimated by a second flow with windows twice as long, carried along from the start; at the
    end every ``w.x`` is recomputed from the initial weights and its sign compared with the gate.

    Examples
    --------
    >>> x, y = np.eye(2), np.array([1.0, -1.0])
    >>> flow = wide_flow(x, y, 0.1 * np.eye(2), np.array([0.1, -0.1]), "squared", until=10.0, tolerance=1e-8)
    >>> growth = 1 / (1 + (1 / 0.01 - 1) * np.exp(-10.0))  # both neurons are balanced and aligned
    >>> bool(abs(flow.z[0, 0] * flow.v[0] - growth) < 1e-7), flow.reason
    (True, '')
    """
    x, y, w0, v0 = checked(x, y, w0, v0, loss, until, loss_level, tolerance, max_windows, max_seconds, max_events)
    samples, merging = make_samples(x, y, loss)
    neurons, start = make_neurons(samples, x if merging.trivial else x[merging.kept], w0, v0)
    flow = make_flow(samples, merging, y, loss, max_events)
    refresh(flow, neurons)
    ambiguous_start(samples, neurons)
    rate = fastest_rate(neurons)
    course = _Course(neurons, neurons, [0.0], [state_loss(flow, neurons)], 0.1 / rate if rate > 0.0 else 1.0)
    while not _is_over(flow, course, until, loss_level, max_windows, max_seconds):
        _advance(flow, course, until, loss_level, tolerance)
    return _assemble(flow, course, merging, start, x, w0)


def _is_over(
    flow: Flow, course: _Course, until: float, loss_level: float, max_windows: int, max_seconds: float
) -> bool:
    now, current = course.times[-1], course.losses[-1]
    if course.reason or now >= until or current <= loss_level:
        return True
    if len(course.times) + course.rejected > max_windows:
        course.reason = f"more windows than allowed, max_windows={max_windows}, at t = {now:.6g}"
    elif time.perf_counter() - course.began > max_seconds:
        course.reason = f"more time than allowed, max_seconds={max_seconds}, at t = {now:.6g}"
    elif not until < math.inf and fastest_rate(course.fine) == 0.0:
        course.reason = f"no neuron moves any more, at t = {now:.6g} with a mean loss of {current:.6g}"
    return bool(course.reason)


def _advance(flow: Flow, course: _Course, until: float, loss_level: float, tolerance: float) -> None:
    """Try one window; accept it when its error is small enough."""
    now, fine = course.times[-1], course.fine
    length = min(course.length, until - now)
    if length > 0.5 * (until - now):
        length = until - now if length > 0.99 * (until - now) else 0.5 * (until - now)
    middle = window(flow, fine, 0.5 * length)
    halves, whole = window(flow, middle, 0.5 * length), window(flow, fine, length)
    failed = failure(halves) or failure(whole)
    allowed = tolerance * min(1.0, length * fastest_rate(fine))
    error = math.nan if failed else distance(whole, halves) / HALVED
    if "more events" in failed:
        course.reason = f"{failed}, after t = {now:.6g}"
    elif error <= allowed or (error == 0.0 and not failed):
        _accept(flow, course, middle, halves, length, loss_level)
    else:
        course.rejected += 1
        if length <= SHORTEST * max(now, 1.0 / max(fastest_rate(fine), 1e-300)):
            course.reason = f"{failed or 'the error of the shortest window is too large'}, at t = {now:.6g}"
    if until - now > length or not error <= allowed:
        longest = LONGEST / max(fastest_rate(course.fine), 1e-300)
        course.length = min(next_length(length, error, allowed), longest)


def _accept(flow: Flow, course: _Course, middle: Neurons, halves: Neurons, length: float, loss_level: float) -> None:
    now, fine = course.times[-1], course.fine
    here = state_loss(flow, halves)
    if here <= loss_level:
        length, middle, halves = _to_level(flow, fine, length, loss_level)
        here = min(state_loss(flow, halves), loss_level)
    course.coarse, course.fine = window(flow, course.coarse, length), halves
    _count_ended_rests(flow, course)
    limit = DROP * course.losses[0]
    for at, value in ((now + 0.5 * length, state_loss(flow, middle)), (now + length, here)):
        if course.drop is None and value < limit:
            before, loss = course.times[-1], course.losses[-1]
            course.drop = before + (at - before) * (loss - limit) / (loss - value)
        if at == now + length:
            course.times.append(at)
            course.losses.append(value)


def _count_ended_rests(flow: Flow, course: _Course) -> None:
    """Count the kinks to which a resting neuron was pushed back when the window began, and is not when it ends."""
    pushed, free = resting(own_residuals(flow, course.fine), course.fine)
    if course.pushed is not None:
        course.fine.count[:, columns.AMBIGUOUS] += (course.pushed & free).sum(axis=1)
    course.pushed = pushed


def _to_level(flow: Flow, fine: Neurons, length: float, level: float) -> tuple[float, Neurons, Neurons]:
    """Return the window at whose end the loss is at the level, with the states in its middle and at its end."""
    low, high = 0.0, 1.0
    below, above = state_loss(flow, fine) - level, -math.inf
    part = 1.0
    for _ in range(100):
        middle = window(flow, fine, 0.5 * part * length)
        end = window(flow, middle, 0.5 * part * length)
        value = state_loss(flow, end) - level
        if abs(value) <= 1e-14 * abs(level) or high - low <= 1e-14:
            break
        if value > 0.0:
            low, below = part, value
        else:
            high, above = part, value
        secant = low + (high - low) * below / (below - above)
        part = min(max(secant, low + 0.01 * (high - low)), high - 0.01 * (high - low))
    return part * length, middle, end


def _assemble(flow: Flow, course: _Course, merging: Merging, start: Start, x: np.ndarray, w0: np.ndarray) -> WideFlow:
    end = course.fine
    refresh(flow, end)
    check_neurons(flow.samples, end, start)
    found = coefficients(end)
    whole = found
    if not merging.trivial:
        whole = np.zeros((len(end.z), len(merging.member)))
        whole[:, merging.kept] = found
    z, gates = _gates(end.z, end.gate, merging)
    error = math.inf if failure(course.coarse) else distance(course.coarse, end)
    reason = course.reason or (f"{failure(end)}, at t = {course.times[-1]:.6g}" if failure(end) else "")
    return WideFlow(
        guarantee="ESTIMATED", time=course.times[-1], reason=reason, w=w0 + whole @ x,
        v=end.number[:, columns.READ_OUT].copy(), z=z, gates=gates, times=np.array(course.times),
        losses=np.array(course.losses), drop_time=course.drop, error=error, windows=len(course.times) - 1,
        rejected=course.rejected, events=end.count[:, columns.EVENTS].copy(),
        slides=end.count[:, columns.SLIDES].copy(), ambiguous=end.count[:, columns.AMBIGUOUS].copy(),
        seconds=time.perf_counter() - course.began,
    )  # fmt: skip
