"""The compiled event loop of the early race: one neuron from its time to a given time.

A neuron moves along ``gamma`` by the displacement ``u``, the integral of its read-out, so every gate is linear in
``u`` and the next event is the least of the quotients ``-z_k/c_k``: no root of a quadratic, no time step. Times follow
from the closed forms. An event costs O(n).
"""

from __future__ import annotations

import math

import numpy as np

from numerics import closed_forms
from numerics.early_race.compiled import compiled
from numerics.early_race.events import gate_event, turn_event
from numerics.early_race.moves import (
    advance_read_out,
    collapse,
    flush,
    freeze,
    refresh,
    segment_time,
    sweep,
    turn_limit,
)
from numerics.early_race.neuron import (
    BALANCE,
    EVENTS,
    FROZEN,
    INCONSISTENT,
    NOT_FINITE,
    OK,
    RATE_SQUARED,
    READ_OUT,
    STALE,
    START_SQUARE,
    STATUS,
    TIME,
    TOO_MANY,
    WORK,
    Neuron,
    Neurons,
    Timeline,
    Work,
)
from numerics.early_race.samples import Samples

REFRESH_EVERY = 256
GATE_TOLERANCE = 1e-9
RATE_FLOOR = 1e-14
COLLAPSED = 1e-13
AT_ZERO = 1e-11

_displacement = compiled()(closed_forms.displacement)


@compiled()
def advance_all(
    samples: Samples, neurons: Neurons, until: float, max_events: int, work: Work, timeline: Timeline
) -> None:
    """Advance every neuron to the time ``until``, in place.

    Parameters
    ----------
    samples : the data, see `Samples`.
    neurons : the state, changed in place; failures are written to its ``count[:, STATUS]``.
    until : the time to reach, one for all neurons.
    max_events : most events a neuron may have in all.
    work, timeline : scratch memory and event buffer.

    Examples
    --------
    >>> advance_all.__name__
    'advance_all'
    """
    for j in range(len(neurons.z)):
        neuron = Neuron(
            neurons.z[j], neurons.c[j], neurons.push[j], neurons.gate[j],
            neurons.travel[j], neurons.number[j], neurons.count[j],
        )  # fmt: skip
        if neuron.count[STATUS] == OK and neuron.count[FROZEN] == 0:
            _advance(samples, neuron, until, max_events, work, timeline, j)
        neuron.number[TIME] = until


@compiled()
def _advance(
    samples: Samples, neuron: Neuron, until: float, max_events: int, work: Work, timeline: Timeline, j: int
) -> None:
    number, count = neuron.number, neuron.count
    fastest = number[RATE_SQUARED]
    while True:
        if count[STALE] >= REFRESH_EVERY or number[RATE_SQUARED] < 1e-4 * fastest:
            flush(samples, neuron, work)
            refresh(samples, neuron)
            fastest = number[RATE_SQUARED]
        fastest = max(fastest, number[RATE_SQUARED])
        if _is_at_rest(samples, neuron):
            flush(samples, neuron, work)
            freeze(neuron)
            return
        sign = 1.0 if number[READ_OUT] > 0.0 or (number[READ_OUT] == 0.0 and number[WORK] > 0.0) else -1.0
        k, outside = sweep(samples, neuron, work, sign)
        if not _is_consistent(samples, neuron, outside):
            return
        turn = turn_limit(number, sign)
        gate = 1.0 / work.speed[k] if work.speed[k] > 0.0 else np.inf
        if _reaches_horizon(neuron, work, sign, min(turn, gate), turn, until):
            flush(samples, neuron, work)
            return
        count[EVENTS] += 1
        if count[EVENTS] > max_events:
            count[STATUS] = TOO_MANY
            return
        if turn <= gate:
            turn_event(samples, neuron, work, timeline, j, sign)
        else:
            if _has_collapsed(samples, neuron, work):
                collapse(neuron, timeline, j, k)
                return
            gate_event(samples, neuron, work, timeline, j, k, sign, gate)
        if count[STATUS] != OK:
            return


@compiled()
def _is_at_rest(samples: Samples, neuron: Neuron) -> bool:
    """Whether the drive is zero (no gate on, or a sliding set that balances it) or both v and w.gamma are."""
    number = neuron.number
    if number[RATE_SQUARED] <= RATE_FLOOR * samples.largest[0] ** 2:
        return True
    return number[READ_OUT] == 0.0 and number[WORK] == 0.0


@compiled()
def _is_consistent(samples: Samples, neuron: Neuron, outside: float) -> bool:
    """Check the sign of every w.x against its gate (``outside`` is the total of the violations); write the failure."""
    number = neuron.number
    square = max(number[BALANCE] + number[READ_OUT] ** 2, number[START_SQUARE])
    if not math.isfinite(square) or not math.isfinite(number[WORK]):
        neuron.count[STATUS] = NOT_FINITE
        return False
    if outside > 0.0 and outside**2 > (GATE_TOLERANCE * samples.largest[1]) ** 2 * square:
        neuron.count[STATUS] = INCONSISTENT
        return False
    return True


@compiled()
def _has_collapsed(samples: Samples, neuron: Neuron, work: Work) -> bool:
    """Whether w is zero to rounding: all gates are at their kink at once."""
    number = neuron.number
    square = number[READ_OUT] ** 2
    if len(neuron.z) == 1:
        return False  # one line is one gate, which may simply flip
    if square + number[BALANCE] > COLLAPSED * max(square, number[START_SQUARE]):
        return False
    flush(samples, neuron, work)
    limit = AT_ZERO * math.sqrt(number[START_SQUARE]) * samples.largest[1]
    largest = 0.0
    for k in range(len(neuron.z)):
        largest = max(largest, abs(neuron.z[k]))
    return largest <= limit


@compiled()
def _reaches_horizon(
    neuron: Neuron, work: Work, sign: float, limit: float, turn: float, until: float
) -> bool:
    """Advance by the displacement ``limit`` or, if that lies beyond, to the time ``until`` (then True)."""
    number = neuron.number
    left = until - number[TIME]
    rate = math.sqrt(number[RATE_SQUARED])
    v, p = abs(number[READ_OUT]), sign * number[WORK] / rate
    elapsed = np.inf
    if math.isfinite(limit):
        elapsed = segment_time(number, sign, limit, turn)
    if elapsed < left:
        number[TIME] += elapsed
        advance_read_out(neuron, work, sign, limit, turn)
        return False
    half_cosh, half_sinh = math.cosh(0.5 * rate * left), math.sinh(0.5 * rate * left)
    moved = _displacement(p, v, rate, half_cosh, half_sinh)
    if not math.isfinite(moved):
        neuron.count[STATUS] = NOT_FINITE
        return True
    advance_read_out(neuron, work, sign, min(moved, limit), turn)
    return True
