"""The data as the early race sees them: one sample a line, with what it pushes on either side of its kink."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numerics.losses import residual_at_zero

DEAD_ZONE = 1e-14
SAME_LINE = 1e-15


class Samples(NamedTuple):
    """Arrays shared by all neurons, n samples after parallel ones were merged.

    ``gram`` (n, n) inner products; ``push_on``, ``push_off`` (n,) the coefficient of ``x_k`` in ``gamma`` with the
    gate on and off; ``length`` (n,) the norms; ``dead_zone`` (n,) the size below which ``gamma.x_k`` counts as zero,
    `DEAD_ZONE` times the largest possible drive; ``largest`` (2,) a bound on the drive and the greatest norm.
    """

    gram: np.ndarray
    push_on: np.ndarray
    push_off: np.ndarray
    length: np.ndarray
    dead_zone: np.ndarray
    largest: np.ndarray


class Merging(NamedTuple):
    """Which merged sample stands for each original one: ``x_k = factor_k * x_kept[member_k]``.

    ``member_k`` is -1 for an input that is exactly zero.
    """

    kept: np.ndarray
    member: np.ndarray
    factor: np.ndarray

    @property
    def trivial(self) -> bool:
        """Whether every sample stands for itself."""
        return len(self.kept) == len(self.member)


def merge_parallel(x: np.ndarray, gram: np.ndarray) -> Merging:
    """Find inputs that are zero or on one line through zero, since their gates move together.

    Parameters
    ----------
    x : (n, d) inputs.
    gram : (n, n) inner products of ``x``.

    Returns
    -------
    The samples kept (the first of each line) and how the others follow from them, to the last digit.

    Examples
    --------
    >>> x = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]])
    >>> merge_parallel(x, x @ x.T).member.tolist()
    [0, 0, 1]
    """
    n = len(x)
    square = np.diagonal(gram)
    near = np.abs(gram) >= (1 - 1e-9) * np.sqrt(square[:, None] * square[None, :])
    np.fill_diagonal(near, False)
    if not near.any():
        everyone = np.arange(n)
        return Merging(everyone, everyone, np.ones(n))
    kept: list[int] = []
    member, factor = np.full(n, -1), np.zeros(n)
    for k in range(n):
        if not x[k].any():
            continue
        for i in np.flatnonzero(near[k, :k]):
            if member[i] >= 0 and factor[i] == 1.0 and kept[member[i]] == i:
                ratio = gram[i, k] / square[i]
                if np.abs(x[k] - ratio * x[i]).max() <= SAME_LINE * np.abs(x[k]).max():
                    ratio = float(round(ratio)) if abs(ratio - round(ratio)) < SAME_LINE else ratio
                    member[k], factor[k] = member[i], ratio
                    break
        else:
            member[k], factor[k] = len(kept), 1.0
            kept.append(k)
    return Merging(np.array(kept, dtype=np.int64), member, factor)


def make_samples(x: np.ndarray, y: np.ndarray, loss: str) -> tuple[Samples, Merging]:
    """Return what the early race needs of the data, with parallel inputs merged.

    Parameters
    ----------
    x : (n, d) inputs.
    y : (n,) labels, +1 or -1.
    loss : name of the loss; the residual is taken at ``f = 0``.

    Examples
    --------
    >>> samples, _ = make_samples(np.eye(2), np.array([1.0, -1.0]), "logistic")
    >>> samples.push_on.tolist()
    [0.25, -0.25]
    """
    gram = x @ x.T
    merging = merge_parallel(x, gram)
    push = residual_at_zero(y, loss) / len(y)
    if merging.trivial:
        return _assemble(gram, push.astype(float), np.zeros(len(y))), merging
    size = len(merging.kept)
    push_on, push_off = np.zeros(size), np.zeros(size)
    for k in range(len(y)):
        if merging.member[k] >= 0:
            side = push_on if merging.factor[k] > 0 else push_off
            side[merging.member[k]] += push[k] * merging.factor[k]
    return _assemble(
        np.ascontiguousarray(gram[np.ix_(merging.kept, merging.kept)]), push_on, push_off
    ), merging


def _assemble(gram: np.ndarray, push_on: np.ndarray, push_off: np.ndarray) -> Samples:
    length = np.sqrt(np.diagonal(gram))
    drive = float(np.maximum(np.abs(push_on), np.abs(push_off)) @ length)
    largest = np.array([drive, length.max(initial=0.0)])
    return Samples(gram, push_on, push_off, length, DEAD_ZONE * drive * length, largest)
