"""One window of a wide flow: all residuals are held, every neuron advances exactly through its gate events.

With residuals held neurons do not interact, and the compiled early race carries each of them from event to event by
closed forms. Between two windows the residuals change, and with them the drive of every neuron and the weights with
which its sliding samples enter it.
"""

from __future__ import annotations

import numpy as np

from numerics.early_race.compiled import compiled
from numerics.early_race.events import _apply, _choose, _set_up
from numerics.early_race.kernel import advance_all
from numerics.early_race.moves import flush
from numerics.early_race.neuron import (
    DISPLACEMENT,
    FROZEN,
    OFF,
    OK,
    ON,
    RATE_SQUARED,
    READ_OUT,
    RELEASED,
    SLIDING,
    SLIDING_NOW,
    STALE,
    STANDSTILL,
    STATUS,
    TIME,
    UNSOLVED,
    WORK,
    Neuron,
    Neurons,
    Timeline,
    Work,
)
from numerics.early_race.samples import DEAD_ZONE, Merging, Samples
from numerics.early_race.sliding import box_minimum


def with_residuals(samples: Samples, merging: Merging, e: np.ndarray) -> Samples:
    """Return the data with other residuals ``e`` (n,), one an original sample.

    Examples
    --------
    >>> from numerics.early_race.samples import make_samples
    >>> samples, merging = make_samples(np.eye(2), np.array([1.0, -1.0]), "squared")
    >>> with_residuals(samples, merging, np.array([0.5, 0.0])).push_on.tolist()
    [0.25, 0.0]
    """
    push = e / len(e)
    on, off = push, np.zeros(len(push))
    if not merging.trivial:
        on, off = np.zeros(len(merging.kept)), np.zeros(len(merging.kept))
        known = merging.member >= 0
        for side, chosen in ((on, known & (merging.factor > 0)), (off, known & (merging.factor <= 0))):
            np.add.at(side, merging.member[chosen], (push * merging.factor)[chosen])
    drive = float(np.maximum(np.abs(on), np.abs(off)) @ samples.length)
    largest = np.array([drive, samples.largest[1]])
    return Samples(samples.gram, on, off, samples.length, DEAD_ZONE * drive * samples.length, largest)


def advance_window(
    samples: Samples, neurons: Neurons, length: float, max_events: int, work: Work, timeline: Timeline
) -> None:
    """Advance every neuron by the time ``length`` under the residuals of ``samples``, in place.

    Parameters
    ----------
    samples : the data with the residuals that hold in this window.
    neurons : the state; times count from the start of the window.
    max_events : most events a neuron may have in all.    work, timeline : scratch memory and event buffer.

    Examples
    --------
    >>> from numerics.early_race.neuron import make_timeline, make_work
    >>> from numerics.early_race.samples import make_samples
    >>> from numerics.early_race.state import make_neurons
    >>> x = np.eye(1)
    >>> samples, _ = make_samples(x, np.array([1.0]), "squared")
    >>> neurons, _ = make_neurons(samples, x, np.ones((1, 1)), np.ones(1))
    >>> advance_window(samples, neurons, 1.0, 9, make_work(1), make_timeline(0))
    >>> bool(abs(neurons.z[0, 0] - np.exp(1.0)) < 1e-14)
    True
    """
    take_residuals(samples, neurons)
    np.dot(neurons.push, samples.gram, neurons.c)
    settle_all(samples, neurons, work, timeline)
    advance_all(samples, neurons, length, max_events, work, timeline)


@compiled()
def is_collapsed(gate: np.ndarray, count: np.ndarray) -> bool:
    """Whether a neuron reached ``w = 0``, where it stays: every gate is at its kink and none slides.

    Examples
    --------
    >>> count = np.zeros(9, dtype=np.int64)
    >>> bool(is_collapsed(np.zeros(2), count))
    False
    """
    return count[FROZEN] == 1 and count[SLIDING_NOW] == 0 and gate[0] == SLIDING


@compiled()
def take_residuals(samples: Samples, neurons: Neurons) -> None:
    """Give every sample the coefficient that belongs to its gate; a sliding one keeps its own if that is allowed.

    Examples
    --------
    >>> take_residuals.__name__
    'take_residuals'
    """
    for j in range(len(neurons.z)):
        number, count = neurons.number[j], neurons.count[j]
        moved, resting = number[DISPLACEMENT], is_collapsed(neurons.gate[j], count)
        number[DISPLACEMENT], number[TIME] = 0.0, 0.0
        count[STANDSTILL], count[RELEASED], count[STALE] = 0, 0, 0
        for k in range(neurons.z.shape[1]):
            before = neurons.push[j, k]
            neurons.travel[j, k] += moved * before
            on, off, gate = samples.push_on[k], samples.push_off[k], neurons.gate[j, k]
            if gate == ON:
                neurons.push[j, k] = on
            elif gate == OFF:
                neurons.push[j, k] = off
            elif not resting:
                neurons.push[j, k] = min(max(before, min(on, off)), max(on, off))


@compiled()
def settle_all(samples: Samples, neurons: Neurons, work: Work, timeline: Timeline) -> None:
    """Solve the sliding problems that other residuals pose, and recompute the scalars of every neuron.

    Examples
    --------
    >>> settle_all.__name__
    'settle_all'
    """
    for j in range(len(neurons.z)):
        neuron = Neuron(
            neurons.z[j], neurons.c[j], neurons.push[j], neurons.gate[j],
            neurons.travel[j], neurons.number[j], neurons.count[j],
        )  # fmt: skip
        if neuron.count[STATUS] != OK:
            continue
        if is_collapsed(neuron.gate, neuron.count):
            neuron.c[:] = 0.0
            continue
        neuron.count[FROZEN] = 0
        work.pending[0], work.pending[1] = 0.0, 0.0
        _recompute(neuron)
        if neuron.count[SLIDING_NOW] > 0:
            _release_repelling(samples, neuron, work)
            size = _choose(neuron, work)
            _set_up(samples, neuron, work, size)
            if not box_minimum(size, work, samples.dead_zone[0] / samples.length[0]):
                neuron.count[STATUS] = UNSOLVED
                continue
            _apply(samples, neuron, work, timeline, j, size)
            neuron.count[RELEASED] = 0
            flush(samples, neuron, work)
            _recompute(neuron)


@compiled("reassoc", "contract", "nsz")
def _recompute(neuron: Neuron) -> None:
    """Recompute ``|gamma|**2`` and ``w.gamma`` from the coefficients of gamma."""
    rate, work = 0.0, 0.0
    for k in range(len(neuron.c)):
        rate += neuron.push[k] * neuron.c[k]
        work += neuron.push[k] * neuron.z[k]
    neuron.number[RATE_SQUARED], neuron.number[WORK] = max(rate, 0.0), work


@compiled()
def _release_repelling(samples: Samples, neuron: Neuron, work: Work) -> None:
    """Release the sliding samples whose residual changed its sign: they push away on both sides now.

    At the change both sides push alike, so the neuron leaves to the side to which the rest of the drive carries it;
    without any drive the gate stays off, as in descent, which comes to rest off the kink.
    """
    sign = 1.0 if neuron.number[READ_OUT] >= 0.0 else -1.0
    for k in range(len(neuron.gate)):
        jump = samples.push_on[k] - samples.push_off[k]
        if neuron.gate[k] != SLIDING or sign * jump < 0.0:
            continue
        drive = sign * (neuron.c[k] + (samples.push_off[k] - neuron.push[k]) * samples.gram[k, k])
        leaves_on = drive > samples.dead_zone[k]
        neuron.gate[k] = ON if leaves_on else OFF
        neuron.count[SLIDING_NOW] -= 1
        target = samples.push_on[k] if leaves_on else samples.push_off[k]
        work.pending[1], work.pending_row[0] = target - neuron.push[k], k
        neuron.push[k] = target
        flush(samples, neuron, work)
