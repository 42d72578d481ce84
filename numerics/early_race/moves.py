"""Moving one neuron along its drive, and keeping its running numbers exact."""

from __future__ import annotations

import math

import numpy as np

from numerics import closed_forms
from numerics.early_race.compiled import compiled
from numerics.early_race.neuron import (
    AMBIGUOUS,
    DISPLACEMENT,
    FROZEN,
    KIND_COLLAPSE,
    RATE_SQUARED,
    READ_OUT,
    SLIDING,
    SLIDING_NOW,
    STALE,
    TIME,
    WORK,
    Neuron,
    Timeline,
    Work,
)
from numerics.early_race.samples import Samples

TINY = 1e-300

_read_out_squared = compiled()(closed_forms.read_out_squared)
_before_turn = compiled()(closed_forms.read_out_squared_before_turn)
_turn_discriminant = compiled()(closed_forms.turn_discriminant)
_turn_displacement = compiled()(closed_forms.turn_displacement)
_growth = compiled()(closed_forms.growth)
_decay = compiled()(closed_forms.decay)


@compiled("nnan", "ninf", "nsz", "reassoc", "contract")
def sweep(samples: Samples, neuron: Neuron, work: Work, sign: float) -> tuple[int, float]:
    """Carry out the pending move; return the sample with the next event, and the total of ``max(-gate z, 0)``.

    Every number is kept finite (inverse displacements) and the maximum is taken over the bits of non-negative
    doubles, which order like integers: so all loops compile to vector instructions.

    Examples
    --------
    >>> sweep.__name__
    'sweep'
    """
    z, c, gate, floor, speed = neuron.z, neuron.c, neuron.gate, samples.dead_zone, work.speed
    row, moved, jump = samples.gram[work.pending_row[0]], work.pending[0], work.pending[1]
    outside = 0.0
    for k in range(len(z)):
        before = c[k]
        here, drive = z[k] + moved * before, before + jump * row[k]
        z[k], c[k] = here, drive
        inside = gate[k] * here
        closing = -(sign * gate[k]) * drive
        distance = inside if inside > 0.0 else 0.0
        outside += distance - inside
        value = closing / (distance + TINY)
        speed[k] = value if closing > floor[k] else 0.0
    work.pending[0], work.pending[1] = 0.0, 0.0
    largest = np.int64(0)
    for k in range(len(z)):
        largest = max(largest, work.speed_bits[k])
    for k in range(len(z)):
        if work.speed_bits[k] == largest:
            return k, outside
    return 0, outside


@compiled("contract")
def flush(samples: Samples, neuron: Neuron, work: Work) -> None:
    """Carry out the pending move.

    Examples
    --------
    >>> flush.__name__
    'flush'
    """
    z, c, row = neuron.z, neuron.c, samples.gram[work.pending_row[0]]
    moved, jump = work.pending[0], work.pending[1]
    if moved != 0.0 or jump != 0.0:
        for k in range(len(z)):
            z[k] += moved * c[k]
            c[k] += jump * row[k]
    work.pending[0], work.pending[1] = 0.0, 0.0


@compiled()
def turn_limit(number: np.ndarray, sign: float) -> float:
    """Return the size of the displacement at which the read-out reaches zero, or infinity.

    Examples
    --------
    >>> import numpy as np
    >>> float(turn_limit(np.array([1.0, -2.0, 1.0]), 1.0)) < 0.3
    True
    """
    v, work = abs(number[READ_OUT]), sign * number[WORK]
    if v == 0.0 or work >= 0.0:
        return np.inf
    root = _turn_discriminant(v, work, number[RATE_SQUARED])
    return _turn_displacement(v, work, math.sqrt(root)) if root > 0.0 else np.inf


@compiled()
def read_out_after(number: np.ndarray, sign: float, u: float, turn: float) -> float:
    """Return ``|v|`` after a displacement of size ``u``.

    Examples
    --------
    >>> import numpy as np
    >>> float(read_out_after(np.array([3.0, 0.0, 16.0]), 1.0, 1.0, np.inf))
    5.0
    """
    v = abs(number[READ_OUT])
    if math.isfinite(turn):
        square = _before_turn(u, turn, v, number[RATE_SQUARED])
    else:
        square = _read_out_squared(v, sign * number[WORK], number[RATE_SQUARED], u)
    return math.sqrt(max(square, 0.0))


@compiled()
def segment_time(number: np.ndarray, sign: float, u: float, turn: float) -> float:
    """Return the time that a displacement of size ``u`` takes.

    Below ``p = 0`` it is read off the decaying mode, above from the growing one, so no difference cancels.

    Examples
    --------
    >>> import numpy as np
    >>> float(segment_time(np.array([1.0, 1.0, 1.0]), 1.0, 0.0, np.inf))
    0.0
    """
    rate = math.sqrt(number[RATE_SQUARED])
    v0, p0 = abs(number[READ_OUT]), sign * number[WORK] / rate
    v1, p1 = read_out_after(number, sign, u, turn), p0 + rate * u
    if p0 >= 0.0:
        return math.log(_growth(p0, v0, p1, v1)) / rate
    if p1 <= 0.0:
        return math.log(_decay(p0, v0, p1, v1)) / rate
    least = math.sqrt(max((v0 - p0) * (v0 + p0), 0.0))
    if least == 0.0:
        return np.inf
    return (math.log(_decay(p0, v0, 0.0, least)) + math.log(_growth(0.0, least, p1, v1))) / rate


@compiled("contract")
def advance_read_out(neuron: Neuron, work: Work, sign: float, u: float, turn: float) -> None:
    """Move the neuron by a displacement of size ``u``: read-out, work, total displacement; ``w.x`` is left pending.

    Examples
    --------
    >>> advance_read_out.__name__
    'advance_read_out'
    """
    number = neuron.number
    number[READ_OUT] = sign * read_out_after(number, sign, u, turn)
    moved = sign * u
    number[WORK] += moved * number[RATE_SQUARED]
    number[DISPLACEMENT] += moved
    work.pending[0] = moved


@compiled("reassoc", "contract", "nsz")
def refresh(samples: Samples, neuron: Neuron) -> None:
    """Recompute ``c``, ``|gamma|**2`` and ``w.gamma`` from the coefficients of gamma.

    Examples
    --------
    >>> refresh.__name__
    'refresh'
    """
    c, push, gate = neuron.c, neuron.push, neuron.gate
    for k in range(len(c)):
        c[k] = 0.0
    for i in range(len(push)):
        if push[i] != 0.0:
            row, value = samples.gram[i], push[i]
            for k in range(len(c)):
                c[k] += value * row[k]
    rate, work = 0.0, 0.0
    for k in range(len(c)):
        if gate[k] == SLIDING:
            c[k] = 0.0
        rate += push[k] * c[k]
        work += push[k] * neuron.z[k]
    neuron.number[RATE_SQUARED], neuron.number[WORK] = max(rate, 0.0), work
    neuron.count[STALE] = 0


@compiled()
def freeze(neuron: Neuron) -> None:
    """Mark a neuron whose drive is zero: it is constant for ever.

    Examples
    --------
    >>> freeze.__name__
    'freeze'
    """
    neuron.count[FROZEN] = 1
    neuron.number[RATE_SQUARED], neuron.number[WORK] = 0.0, 0.0
    for k in range(len(neuron.c)):
        neuron.c[k] = 0.0


@compiled()
def collapse(neuron: Neuron, timeline: Timeline, j: int, k: int) -> None:
    """Put a neuron that reached ``w = 0`` to rest there: with every gate off its drive is zero.

    Counted as ambiguous, because leaving along a direction that grows would solve the inclusion as well.

    Examples
    --------
    >>> collapse.__name__
    'collapse'
    """
    for i in range(len(neuron.z)):
        neuron.travel[i] += neuron.push[i] * neuron.number[DISPLACEMENT]
        neuron.push[i], neuron.z[i], neuron.gate[i] = 0.0, 0.0, SLIDING
    neuron.count[AMBIGUOUS] += 1
    neuron.count[SLIDING_NOW] = 0
    record(timeline, neuron.number[TIME], j, k, KIND_COLLAPSE)
    freeze(neuron)


@compiled()
def record(timeline: Timeline, time: float, j: int, k: int, kind: int) -> None:
    """Append one event to the buffer, or only count it when the buffer is full.

    Examples
    --------
    >>> from numerics.early_race.neuron import make_timeline
    >>> timeline = make_timeline(1)
    >>> record(timeline, 0.5, 0, 3, 2); timeline.what.tolist()
    [[0, 3, 2]]
    """
    at = timeline.used[0]
    if at < len(timeline.time):
        timeline.time[at] = time
        timeline.what[at, 0], timeline.what[at, 1], timeline.what[at, 2] = j, k, kind
    timeline.used[0] = at + 1
