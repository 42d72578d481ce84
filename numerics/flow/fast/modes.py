"""Changing the mode of one neuron: what happens at an event, and the projected inputs and multipliers that follow."""

from __future__ import annotations

import numpy as np

from numerics.early_race.compiled import compiled
from numerics.flow.fast.corner import ZERO, resolve
from numerics.flow.fast.layout import (
    AMBIGUOUS,
    CROWDED,
    KINK,
    MINUS,
    MOST_AT_ZERO,
    PLUS,
    REST,
    SLIDES,
    STANDSTILL,
    STATUS,
    TURN,
    UNSOLVED,
    Data,
    Mode,
    Series,
    Work,
)
from numerics.flow.fast.series import start_residuals

NEAR = 1e-12


@compiled()
def start_mode(data: Data, mode: Mode, series: Series, work: Work, count: np.ndarray) -> None:
    """Choose the sides of all kinks from row 0 of the series, those at zero by what the velocity allows.

    Examples
    --------
    >>> start_mode.__name__
    'start_mode'
    """
    d = data.x.shape[1]
    for j in range(mode.side.shape[0]):
        mode.turned[j], mode.size[j] = 0.0, 0
        for h in range(len(data.line)):
            z = 0.0
            for i in range(d):
                z += data.x[data.line[h], i] * series.w[0, j * d + i]
            mode.side[j, h] = 1 if z > 0.0 else -1
            mode.fresh[j, h] = 1 if z == 0.0 else 0
            mode.rests[j, h] = 0
        rebuild(data, mode, series, work, j)
    start_residuals(data, mode, series, series.w[0], series.v[0])
    for j in range(mode.side.shape[0]):
        size = 0
        for h in range(len(data.line)):
            if mode.fresh[j, h] == 1:
                if size == MOST_AT_ZERO:
                    count[STATUS] = CROWDED
                    return
                work.chosen[size] = h
                size += 1
        if size > 0:
            _settle(data, mode, series, work, count, j, size, KINK)


@compiled()
def change_mode(
    data: Data, mode: Mode, series: Series, work: Work, count: np.ndarray, kind: int, j: int, kink: int
) -> None:
    """Resolve an event of neuron ``j``; row 0 of the series is the state there.

    Where a rest ends, the neuron may stay or leave at any time: it stays, as descent does, and the event is counted.

    Examples
    --------
    >>> change_mode.__name__
    'change_mode'
    """
    if kind == REST:
        mode.rests[j, kink] = 0
        count[AMBIGUOUS] += 1
        return
    d, size = data.x.shape[1], 0
    released = kind in (PLUS, MINUS)
    if released:
        start_residuals(data, mode, series, series.total[0], series.spare)
    else:
        start_residuals(data, mode, series, series.w[0], series.v[0])
    norm = 0.0
    for i in range(d):
        norm += series.w[0, j * d + i] ** 2
    norm = np.sqrt(norm)
    read_out = 0.0
    for a in range(series.v.shape[1]):
        read_out += abs(series.v[0, a, j])
    if norm <= NEAR * read_out and count[STANDSTILL] == 1:
        count[AMBIGUOUS] += 1  # it may also stay at w = 0
    for h in range(len(data.line)):
        z = 0.0
        for i in range(d):
            z += data.x[data.line[h], i] * series.w[0, j * d + i]
        here = h == kink or mode.side[j, h] == 0 or abs(z) <= NEAR * norm * data.length[h]
        if not here:
            continue
        if size == MOST_AT_ZERO:
            count[STATUS] = CROWDED
            return
        work.chosen[size] = h
        size += 1
    _settle(data, mode, series, work, count, j, size, kind)


@compiled()
def _settle(
    data: Data, mode: Mode, series: Series, work: Work, count: np.ndarray, j: int, size: int, kind: int
) -> None:
    outputs, turns, released = series.v.shape[1], kind == TURN, kind in (PLUS, MINUS)
    for k in range(len(work.push)):
        push = 0.0
        for a in range(outputs):
            v = series.spare[a, j] if released else series.v[0, a, j]
            push += (-mode.turned[j] if turns else v) * series.e[0, a, k]
        work.push[k] = push
    if not resolve(data, mode, work, count, j, size, -1 if turns else 1):
        count[STATUS] = UNSOLVED
        return
    for a in range(size):
        h, before = work.chosen[a], mode.side[j, work.chosen[a]]
        mode.side[j, h] = work.best[a]
        count[SLIDES] += before != 0 and work.best[a] == 0
        moving = abs(work.rate[a]) > ZERO * work.rows[a, size]
        # a kink that was slid along is left with z = z' = 0
        slow = turns or not moving or (released and before == 0)
        mode.fresh[j, h] = 0 if work.best[a] == 0 else (2 if slow else 1)
    rebuild(data, mode, series, work, j)
    _start_rests(data, mode, work, j, 0 if turns else size)


@compiled()
def push_back(data: Data, mode: Mode, push: np.ndarray, j: int, h: int) -> float:
    """Return what pushes a resting neuron back to a kink from its far side, given ``v_j.e_k`` or coefficients of it.

    Examples
    --------
    >>> push_back.__name__
    'push_back'
    """
    value, side = 0.0, mode.side[j, h]
    for k in range(len(data.member)):
        if data.member[k] == h and data.factor[k] * side < 0.0:
            value += side * data.factor[k] * push[k]
    return value


@compiled()
def _start_rests(data: Data, mode: Mode, work: Work, j: int, size: int) -> None:
    """Note the kinks at zero to which a neuron without active samples is pushed back."""
    d = data.x.shape[1]
    mode.rests[j, :] = 0
    for k in range(len(data.member)):
        for i in range(d):
            if mode.gated[k, j * d + i] != 0.0:
                return
    for a in range(size):
        h = work.chosen[a]
        if mode.side[j, h] != 0 and push_back(data, mode, work.push, j, h) > 0.0:
            mode.rests[j, h] = 1


@compiled()
def rebuild(data: Data, mode: Mode, series: Series, work: Work, j: int) -> None:
    """Recompute the sliding set, projected inputs and multiplier forms of a neuron; put it on its kinks.

    Examples
    --------
    >>> rebuild.__name__
    'rebuild'
    """
    d, n = data.x.shape[1], len(data.member)
    size = 0
    for h in range(len(data.line)):
        if mode.side[j, h] == 0 and size < d:
            mode.sliding[j, size] = h
            size += 1
    mode.size[j] = size
    mode.turned[j] = 0.0
    if size > 0 and series.v.shape[1] == 1:
        mode.turned[j] = 1.0 if series.v[0, 0, j] >= 0.0 else -1.0
    for k in range(n):
        h = data.member[k]
        active = h >= 0 and mode.side[j, h] * data.factor[k] > 0.0
        for i in range(d):
            mode.gated[k, j * d + i] = data.x[k, i] if active else 0.0
    if size == 0:
        return
    _projections(data, mode, series, work, j, size)
    for slot in range(size):
        h = mode.sliding[j, slot]
        for end in range(2):
            sign = 1.0 if end == 0 else -1.0
            for k in range(n):
                part = -work.rows[slot, size + k]
                if data.member[k] == h and data.factor[k] * sign > 0.0:
                    part -= data.factor[k]
                mode.forms[j, slot, end, k] = sign * part
    for k in range(n):
        for slot in range(size):
            part, row = work.rows[slot, size + k], data.line[mode.sliding[j, slot]]
            if part != 0.0:
                for i in range(d):
                    mode.gated[k, j * d + i] -= part * data.x[row, i]
    for slot in range(size):
        part, row = work.rows[slot, size + n], data.line[mode.sliding[j, slot]]
        for i in range(d):
            series.w[0, j * d + i] -= part * data.x[row, i]


@compiled()
def _projections(data: Data, mode: Mode, series: Series, work: Work, j: int, size: int) -> None:
    """Write the coefficients of the projections of all active inputs, and of w, on the span of the sliding kinks."""
    d, n, rows = data.x.shape[1], len(data.member), work.rows
    for a in range(size):
        row = data.line[mode.sliding[j, a]]
        for b in range(size):
            rows[a, b] = data.gram[mode.sliding[j, a], mode.sliding[j, b]]
        for k in range(n):
            value = 0.0
            for i in range(d):
                value += data.x[row, i] * mode.gated[k, j * d + i]
            rows[a, size + k] = value
        rows[a, size + n] = 0.0
        for i in range(d):
            rows[a, size + n] += data.x[row, i] * series.w[0, j * d + i]
    for a in range(size):
        for b in range(size):
            if b == a:
                continue
            ratio = rows[b, a] / rows[a, a]
            if ratio != 0.0:
                for i in range(size + n + 1):
                    rows[b, i] -= ratio * rows[a, i]
    for a in range(size):
        pivot = rows[a, a]
        for i in range(size + n + 1):
            rows[a, i] /= pivot
