"""The first event of a step: a neuron reaches a kink, a sliding one leaves it, a read-out turns, a rest ends."""

from __future__ import annotations

import numpy as np

from numerics.early_race.compiled import compiled
from numerics.flow.fast.layout import KINK, MINUS, NOTHING, ORDER, PLUS, REST, TURN, Data, Mode, Series, Work
from numerics.flow.fast.modes import push_back
from numerics.flow.fast.roots import first_zero

ROUNDING = 1e-13
WRONG = 1e-9
NOTHING_LEFT = 1e-9


@compiled()
def first_event(data: Data, mode: Mode, series: Series, work: Work, length: float) -> tuple[float, int, int, int]:
    """Return (time in the step, kind, neuron, kink) of the first event; kind `NOTHING` when there is none.

    The time is negative when a gate contradicts the sign of w.x at the start of the step.

    Examples
    --------
    >>> first_event.__name__
    'first_event'
    """
    best, kind, neuron, kink = length, NOTHING, -1, -1
    d, total = data.x.shape[1], series.total
    _spread(series, length)
    for j in range(mode.side.shape[0]):
        for h in range(len(data.line)):
            side = mode.side[j, h]
            if side == 0:
                continue
            if mode.rests[j, h] == 1:
                found = _pushed_until(data, mode, series, work, j, h, length)
                if found * length < best:
                    best, kind, neuron, kink = found * length, REST, j, h
            start, move = 0.0, 0.0
            for i in range(d):
                value = data.x[data.line[h], i]
                start += value * series.w[0, j * d + i]
                move += abs(value) * total[0, j * d + i]
            if side * start > move and mode.fresh[j, h] == 0:
                continue
            scale = data.length[h] * total[1, j * d]
            if move <= ROUNDING * scale and abs(start) <= ROUNDING * scale:
                continue  # at rest on the kink
            if mode.fresh[j, h] == 0 and side * start <= 0.0:
                return (-1.0 if side * start < -WRONG * scale else 0.0), KINK, j, h
            _position(data, series, work, j, h, length * side)
            found = _after(work, mode.fresh[j, h], scale)
            if found < 0.0:
                return -1.0, KINK, j, h
            if found * length < best:
                best, kind, neuron, kink = found * length, KINK, j, h
        for slot in range(mode.size[j]):
            for end in range(2):
                _room(mode, series, work, j, slot, end, length)
                found = _leaves(work)
                if found * length < best:
                    best, neuron, kink = found * length, j, mode.sliding[j, slot]
                    kind = PLUS if end == 0 else MINUS
        if mode.size[j] > 0 and series.v.shape[1] == 1:
            scale = 1.0
            for k in range(ORDER + 1):
                work.poly[k] = series.v[k, 0, j] * scale * mode.turned[j]
                scale *= length
            if work.poly[0] > 0.0:
                found = first_zero(work, ORDER)
                if found * length < best:
                    best, kind, neuron, kink = found * length, TURN, j, -1
    return best, kind, neuron, kink


@compiled()
def _pushed_until(data: Data, mode: Mode, series: Series, work: Work, j: int, h: int, length: float) -> float:
    """Return when a resting neuron is pushed back to a kink no more; its read-out does not change."""
    scale = 1.0
    for order in range(ORDER + 1):
        value = 0.0
        for a in range(series.v.shape[1]):
            value += series.v[0, a, j] * push_back(data, mode, series.e[order, a], j, h)
        work.poly[order] = value * scale
        scale *= length
    return first_zero(work, ORDER) if work.poly[0] > 0.0 else 0.0


@compiled()
def _spread(series: Series, length: float) -> None:
    """Write bounds on how far each weight moves in the step, and on the norm of each neuron's weights."""
    total = series.total
    places, neurons = series.w.shape[1], series.v.shape[2]
    d = places // neurons
    total[0, :] = 0.0
    scale = 1.0
    for k in range(1, ORDER + 1):
        scale *= length
        for i in range(places):
            total[0, i] += abs(series.w[k, i]) * scale
    for j in range(neurons):
        square = 0.0
        for i in range(d):
            square += (abs(series.w[0, j * d + i]) + total[0, j * d + i]) ** 2
        total[1, j * d] = np.sqrt(square)


@compiled("contract")
def _position(data: Data, series: Series, work: Work, j: int, h: int, signed: float) -> None:
    """Write ``side w.x`` as a polynomial on the step."""
    d, row = data.x.shape[1], data.line[h]
    side = 1.0 if signed > 0.0 else -1.0
    scale = side
    for k in range(ORDER + 1):
        value = 0.0
        for i in range(d):
            value += data.x[row, i] * series.w[k, j * d + i]
        work.poly[k] = value * scale
        scale *= abs(signed)


@compiled()
def _after(work: Work, zeros: int, scale: float) -> float:
    """Return the first zero of the polynomial after its ``zeros`` leading coefficients, which are zero, are divided
    out; negative when what is left is negative from the start."""
    if zeros > 0:
        rest = 0.0
        for k in range(zeros, ORDER + 1):
            rest += abs(work.poly[k])
        if rest <= ROUNDING * scale:
            return 2.0
        while zeros < 4 and abs(work.poly[zeros]) <= 1e-11 * rest:
            zeros += 1
        for k in range(ORDER + 1 - zeros):
            work.poly[k] = work.poly[k + zeros]
        if work.poly[0] <= 0.0:
            return -1.0
    return first_zero(work, ORDER - zeros)


@compiled()
def _leaves(work: Work) -> float:
    """Return the first zero of a room; one that starts at zero and grows does not count."""
    rest = 0.0
    for k in range(1, ORDER + 1):
        rest += abs(work.poly[k])
    if work.poly[0] > NOTHING_LEFT * rest:
        return first_zero(work, ORDER)
    if work.poly[1] <= 0.0:
        return 0.0
    for k in range(ORDER):
        work.poly[k] = work.poly[k + 1]
    return first_zero(work, ORDER - 1)


@compiled("contract")
def _room(mode: Mode, series: Series, work: Work, j: int, slot: int, end: int, length: float) -> None:
    """Write how far a multiplier is from one end of its range; with one output the read-out is left out."""
    form, outputs = mode.forms[j, slot, end], series.v.shape[1]
    scale = mode.turned[j] if outputs == 1 else 1.0
    for order in range(ORDER + 1):
        value = 0.0
        if outputs == 1:
            for k in range(len(form)):
                value += form[k] * series.e[order, 0, k]
        else:
            for a in range(outputs):
                for q in range(order + 1):
                    inner = 0.0
                    for k in range(len(form)):
                        inner += form[k] * series.e[q, a, k]
                    value += inner * series.v[order - q, a, j]
        work.poly[order] = value * scale
        scale *= length
