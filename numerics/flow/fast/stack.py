"""The networks of an ensemble in stacked arrays, and their integration one after another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numerics.early_race.compiled import compiled
from numerics.early_race.samples import merge_parallel
from numerics.flow.fast.advance import advance
from numerics.flow.fast.layout import (
    COUNTS,
    LOSSES,
    Data,
    Mode,
    Output,
    Series,
    Work,
    make_mode,
    make_series,
    make_work,
)
from numerics.flow.fast.series import copy_state


class Stack(NamedTuple):
    """s networks: the arrays of `Data` and `Output` with one more axis; ``kinks`` (s,) says how many lines count."""

    x: np.ndarray
    y: np.ndarray
    w: np.ndarray
    v: np.ndarray
    line: np.ndarray
    kinks: np.ndarray
    member: np.ndarray
    factor: np.ndarray
    gram: np.ndarray
    length: np.ndarray
    code: np.ndarray
    times: np.ndarray
    at_w: np.ndarray
    at_v: np.ndarray
    clock: np.ndarray
    count: np.ndarray
    log: np.ndarray


def make_stack(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, v: np.ndarray, times: np.ndarray, loss: str, log: int = 0
) -> Stack:
    """Return s networks with room for their states at the times asked for and ``log`` events each.

    Parameters
    ----------
    x : (s, n, d) or (1, n, d).    y : (s, n, c) or (1, n, c).    w : (s, m, d).    v : (s, m, c).

    Examples
    --------
    >>> x = np.array([[[1.0], [-2.0]]])
    >>> stack = make_stack(x, np.ones((1, 2, 1)), np.ones((3, 1, 1)), np.ones((3, 1, 1)), np.ones(1), "squared")
    >>> stack.kinks.tolist(), stack.factor[0].tolist()
    ([1, 1, 1], [1.0, -2.0])
    """
    (s, m, d), c, grid = w.shape, v.shape[2], len(times)
    lines = _lines(x)
    whole = [np.ascontiguousarray(np.broadcast_to(part, (s, *part.shape[1:]))) for part in (x, y, *lines)]
    line, kinks, member, factor, gram, length = whole[2:]
    return Stack(
        whole[0], whole[1], w.reshape(s, m * d), np.ascontiguousarray(v.swapaxes(1, 2)),
        line, kinks, member, factor, gram, length,
        np.array([LOSSES.index(loss)]), times, np.full((s, grid, m * d), np.nan), np.full((s, grid, c, m), np.nan),
        np.zeros((s, 1)), np.zeros((s, COUNTS), dtype=np.int64), np.full((s, log, 4), np.nan),
    )  # fmt: skip


def _lines(x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return line, kinks, member, factor, gram and length; only data with parallel or zero inputs take time."""
    s, n = x.shape[:2]
    gram = x @ x.swapaxes(1, 2)
    square = np.einsum("skk->sk", gram)
    line, member = np.tile(np.arange(n), (s, 1)), np.tile(np.arange(n), (s, 1))
    kinks, factor = np.full(s, n), np.ones((s, n))
    bound = (1 - 1e-9) * np.sqrt(square[:, :, None] * square[:, None, :])
    near = (np.abs(gram) >= bound) & ~np.eye(n, dtype=bool)
    length = np.sqrt(square)
    for i in np.flatnonzero(near.any(axis=(1, 2)) | (square == 0).any(axis=1)):
        merging = merge_parallel(x[i], gram[i])
        kept, size = np.asarray(merging.kept, dtype=np.int64), len(merging.kept)
        kept = kept[x[i, kept].any(axis=1)]
        place = {int(k): h for h, k in enumerate(kept)}
        kinks[i], factor[i] = len(kept), merging.factor
        member[i] = [place.get(int(merging.kept[h]), -1) if 0 <= h < size else -1 for h in merging.member]
        line[i, : len(kept)] = kept
        gram[i, : len(kept), : len(kept)] = gram[i][np.ix_(kept, kept)]
        length[i, : len(kept)] = np.sqrt(square[i, kept])
    return line, kinks, member, factor, gram, length


def run_stack(stack: Stack, most_steps: int) -> None:
    """Integrate every network of a stack, in place.

    Examples
    --------
    >>> run_stack.__name__
    'run_stack'
    """
    m, d = stack.v.shape[2], stack.x.shape[2]
    n, c = stack.y.shape[1:]
    _run(stack, make_mode(m, d, n), make_series(m, d, n, c), make_work(d, n), most_steps)


@compiled()
def network_data(stack: Stack, i: int) -> Data:
    """Return the data of network ``i``.

    Examples
    --------
    >>> network_data.__name__
    'network_data'
    """
    return Data(
        stack.x[i], stack.y[i], stack.line[i][: stack.kinks[i]], stack.member[i], stack.factor[i], stack.gram[i],
        stack.length[i], stack.code,
    )  # fmt: skip


@compiled()
def network_output(stack: Stack, i: int) -> Output:
    """Return the output of network ``i``.

    Examples
    --------
    >>> network_output.__name__
    'network_output'
    """
    return Output(stack.times, stack.at_w[i], stack.at_v[i], stack.clock[i], stack.count[i], stack.log[i])


@compiled()
def _run(stack: Stack, mode: Mode, series: Series, work: Work, most_steps: int) -> None:
    for i in range(len(stack.x)):
        copy_state(stack.w[i], stack.v[i], series.w[0], series.v[0])
        advance(network_data(stack, i), mode, series, work, network_output(stack, i), most_steps)
