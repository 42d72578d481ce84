"""Starting states of the early race, and the check of a state against the weights it came from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numerics.early_race import neuron as columns
from numerics.early_race.neuron import Neurons
from numerics.early_race.samples import Samples

DRIFT_TOLERANCE = 1e-10


class Start(NamedTuple):
    """What the check needs of the start: ``z`` (m, n) and ``square`` (m,), the squared norms of the weights."""

    z: np.ndarray
    square: np.ndarray


def make_neurons(
    samples: Samples, kept_x: np.ndarray, w0: np.ndarray, v0: np.ndarray
) -> tuple[Neurons, Start]:
    """Return the neurons at time zero; a gate is on when ``w.x > 0``.

    Parameters
    ----------
    samples : the data.
    kept_x : (n, d) the inputs that stand behind ``samples``.
    w0, v0 : (m, d) and (m,) initial weights.

    Examples
    --------
    >>> from numerics.early_race.samples import make_samples
    >>> x = np.eye(2)
    >>> samples, _ = make_samples(x, np.array([1.0, -1.0]), "squared")
    >>> make_neurons(samples, x, np.array([[1.0, -1.0]]), np.array([1.0]))[0].gate.tolist()
    [[1.0, -1.0]]
    """
    z = w0 @ kept_x.T
    on = z > 0
    push = np.where(on, samples.push_on, samples.push_off)
    c = push @ samples.gram
    square = np.einsum("ij,ij->i", w0, w0)
    number = np.zeros((len(v0), columns.NUMBERS))
    number[:, columns.READ_OUT] = v0
    number[:, columns.WORK] = np.einsum("ij,ij->i", push, z)
    number[:, columns.RATE_SQUARED] = np.maximum(np.einsum("ij,ij->i", push, c), 0.0)
    number[:, columns.BALANCE] = square - v0 * v0
    number[:, columns.START_SQUARE] = square
    count = np.zeros((len(v0), columns.COUNTS), dtype=np.int64)
    gate = np.where(on, columns.ON, columns.OFF)
    return Neurons(z.copy(), c, push, gate, np.zeros_like(z), number, count), Start(z, square)


def coefficients(neurons: Neurons) -> np.ndarray:
    """Return ``C`` (m, n) such that ``w = w0 + C x``.

    Examples
    --------
    >>> zero = np.zeros((1, 2))
    >>> coefficients(Neurons(zero, zero, zero, zero, zero + 1, np.zeros((1, 7)), zero)).tolist()
    [[1.0, 1.0]]
    """
    return neurons.travel + neurons.number[:, columns.DISPLACEMENT, None] * neurons.push


def check_neurons(samples: Samples, neurons: Neurons, start: Start) -> None:
    """Recompute ``w.x``, ``gamma.x`` and ``|w|`` from the initial weights; write failures to the status column.

    Independent of the event loop: ``w = w0 + C x`` with the accumulated ``C``. Detects a propagated ``z``, ``c`` or
    read-out that differs by more than `DRIFT_TOLERANCE` of ``|w||x|``, and a gate that contradicts the recomputed
    sign.

    Examples
    --------
    >>> check_neurons.__name__
    'check_neurons'
    """
    number, count = neurons.number, neurons.count
    moved = coefficients(neurons)
    change = moved @ samples.gram
    z = start.z + change
    square = start.square + np.einsum("ij,ij->i", moved, start.z + z)
    expected = number[:, columns.BALANCE] + number[:, columns.READ_OUT] ** 2
    size = np.sqrt(np.maximum(np.maximum(expected, square), start.square))
    slack = DRIFT_TOLERANCE * size[:, None] * samples.length
    drifted = (np.abs(z - neurons.z) > slack).any(axis=1)
    drifted |= np.abs(square - expected) > DRIFT_TOLERANCE * np.maximum(
        size**2, number[:, columns.READ_OUT] ** 2
    )
    drive = neurons.push @ samples.gram
    floor = DRIFT_TOLERANCE * samples.largest[0] * samples.length
    drifted |= (np.abs(drive - neurons.c) > floor).any(axis=1) & (count[:, columns.FROZEN] == 0)
    contradicted = (neurons.gate * z < -slack).any(axis=1)
    contradicted |= ((neurons.gate == columns.SLIDING) & (np.abs(z) > slack)).any(axis=1)
    fine = count[:, columns.STATUS] == columns.OK
    count[fine & drifted, columns.STATUS] = columns.DRIFTED
    count[fine & contradicted, columns.STATUS] = columns.INCONSISTENT
    count[fine & ~np.isfinite(square), columns.STATUS] = columns.NOT_FINITE
