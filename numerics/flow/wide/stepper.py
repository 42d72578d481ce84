"""The exponential midpoint rule for a wide flow, its local error, and the size of the next window."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numerics.early_race import neuron as columns
from numerics.early_race.horizon import prediction
from numerics.early_race.neuron import Neurons, Timeline, Work, copy_neurons, make_timeline, make_work
from numerics.early_race.samples import Merging, Samples
from numerics.early_race.state import coefficients
from numerics.flow.wide.window import advance_window, with_residuals
from numerics.losses import loss_code

GROWTH, SHRINK, SAFETY = 4.0, 0.1, 0.8


class Flow(NamedTuple):
    """The data of a wide flow, its loss, and the limits and memory of its kernel."""

    samples: Samples
    merging: Merging
    y: np.ndarray
    loss: str
    max_events: int
    work: Work
    timeline: Timeline


def make_flow(samples: Samples, merging: Merging, y: np.ndarray, loss: str, max_events: int) -> Flow:
    """Return the data of a flow with memory for its kernel.

    Examples
    --------
    >>> make_flow.__name__
    'make_flow'
    """
    return Flow(samples, merging, y, loss, max_events, make_work(len(samples.length)), make_timeline(0))


def residuals(f: np.ndarray, y: np.ndarray, loss: str) -> np.ndarray:
    """Return ``-dl/df`` (n,) of predictions, without overflow.

    Examples
    --------
    >>> residuals(np.array([0.0, 1e4]), np.array([1.0, 1.0]), "logistic").tolist()
    [0.5, 0.0]
    """
    if loss_code(loss) == 0:
        return y - f
    with np.errstate(over="ignore"):
        return y / (1.0 + np.exp(y * f)) if loss == "logistic" else y * np.exp(-y * f)


def mean_loss(f: np.ndarray, y: np.ndarray, loss: str) -> float:
    """Return the mean loss of predictions, without overflow for the logistic one.

    Examples
    --------
    >>> mean_loss(np.array([0.0, 2.0]), np.array([1.0, 2.0]), "squared")
    0.25
    """
    if loss_code(loss) == 0:
        return float(np.mean((f - y) ** 2) / 2)
    with np.errstate(over="ignore"):
        return float(np.mean(np.logaddexp(0.0, -y * f) if loss == "logistic" else np.exp(-y * f)))


def state_loss(flow: Flow, neurons: Neurons) -> float:
    """Return the mean loss of a state.

    Examples
    --------
    >>> state_loss.__name__
    'state_loss'
    """
    return mean_loss(prediction(neurons, flow.merging)[0], flow.y, flow.loss)


def window(flow: Flow, neurons: Neurons, length: float) -> Neurons:
    """Return the state a window later: residuals are held at those predicted for the middle of the window.

    The middle is predicted to first order, from the slope of the predictions under the residuals held before; so the
    error of one window is of third order in its length and that of the whole flow of second order.

    Source: M. Hochbruck, A. Ostermann, "Exponential integrators", Acta Numerica 19 (2010), the exponential midpoint
    rule; the exact flow of each neuron takes the place of the exponential.

    Examples
    --------
    >>> window.__name__
    'window'
    """
    moved = copy_neurons(neurons)
    f, slope = prediction(neurons, flow.merging)
    held = with_residuals(flow.samples, flow.merging, residuals(f + 0.5 * length * slope, flow.y, flow.loss))
    advance_window(held, moved, length, flow.max_events, flow.work, flow.timeline)
    return moved


def refresh(flow: Flow, neurons: Neurons) -> None:
    """Give the neurons the residuals of their own state, from which the first window starts.

    Examples
    --------
    >>> refresh.__name__
    'refresh'
    """
    advance_window(own_residuals(flow, neurons), neurons, 0.0, flow.max_events, flow.work, flow.timeline)


def own_residuals(flow: Flow, neurons: Neurons) -> Samples:
    """Return the data with the residuals of a state.

    Examples
    --------
    >>> own_residuals.__name__
    'own_residuals'
    """
    f, _ = prediction(neurons, flow.merging)
    return with_residuals(flow.samples, flow.merging, residuals(f, flow.y, flow.loss))


def distance(one: Neurons, other: Neurons) -> float:
    """Return how far two states are apart, relative to the norm of all weights.

    Both are the same start plus combinations ``C x`` of the inputs, so ``|w - w'|**2 = (C - C').(z - z')``.

    Examples
    --------
    >>> distance.__name__
    'distance'
    """
    v = other.number[:, columns.READ_OUT]
    change = one.number[:, columns.READ_OUT] - v
    moved = np.einsum("jk,jk->j", coefficients(one) - coefficients(other), one.z - other.z)
    square = np.maximum(other.number[:, columns.BALANCE] + v * v, 0.0) + v * v
    total = float(np.sqrt(square.sum()))
    found = float(np.sqrt(np.sum(np.abs(moved) + change * change)))
    return found / total if total > 0.0 else found


def fastest_rate(neurons: Neurons) -> float:
    """Return the largest growth rate of a neuron, ``max |gamma_j|``.

    Examples
    --------
    >>> fastest_rate.__name__
    'fastest_rate'
    """
    return float(np.sqrt(neurons.number[:, columns.RATE_SQUARED].max(initial=0.0)))


def next_length(length: float, error: float, allowed: float) -> float:
    """Return the next window, for a local error that is of second order relative to the window.

    Examples
    --------
    >>> next_length(1.0, 4e-6, 1e-6), next_length(1.0, 0.0, 1e-6)
    (0.4, 4.0)
    """
    if not error > 0.0:
        return length * (GROWTH if error == 0.0 else SHRINK)
    return length * min(max(SAFETY * (allowed / error) ** 0.5, SHRINK), GROWTH)
