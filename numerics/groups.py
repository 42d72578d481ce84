"""Groups of equivalent neurons by the cosine of their total weight vectors."""

from __future__ import annotations

import numpy as np

COSINE = 0.99


def find_groups(w: np.ndarray, v: np.ndarray, cosine: float = COSINE) -> list[np.ndarray]:
    """Return groups of neurons whose total weight vectors ``(w_j, v_j)`` have a cosine above ``cosine``.

    Greedy from the largest norm product: the first neuron left takes all that are close to it.

    Parameters
    ----------
    w : (m, d) weights.    v : (m,) read-outs.
    cosine : the least cosine to the first neuron of a group.

    Returns
    -------
    Sorted index arrays, which together hold every neuron once.

    Source: H. Pinson, "It's Not a Lottery, It's a Race" (arXiv 2602.04832).

    Examples
    --------
    >>> w = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    >>> [group.tolist() for group in find_groups(w, np.array([1.0, 2.0, 1.0]))]
    [[0, 1], [2]]
    """
    total = np.column_stack([w, v])
    norm = np.linalg.norm(total, axis=1, keepdims=True)
    unit = np.divide(total, norm, out=np.zeros_like(total), where=norm > 0)
    close = unit @ unit.T > cosine
    np.fill_diagonal(close, True)
    left = np.ones(len(v), dtype=bool)
    groups = []
    for j in np.argsort(-(np.linalg.norm(w, axis=1) * np.abs(v)), kind="stable"):
        if left[j]:
            members = np.flatnonzero(left & close[j])
            left[members] = False
            groups.append(members)
    return groups


def ranks(values: np.ndarray) -> np.ndarray:
    """Return ranks from 0, ties sharing their mean.

    Examples
    --------
    >>> ranks(np.array([3.0, 1.0, 3.0])).tolist()
    [1.5, 0.0, 1.5]
    """
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts) - 1
    return (last - (counts - 1) / 2.0)[inverse]


def spearman(a: np.ndarray, b: np.ndarray) -> float | None:
    """Return Spearman's rank correlation, or None when it is undefined (fewer than two values, or all equal).

    Examples
    --------
    >>> spearman(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 9.0]))
    1.0
    """
    if len(a) < 2:
        return None
    first, second = ranks(a) - (len(a) - 1) / 2.0, ranks(b) - (len(b) - 1) / 2.0
    scale = float(np.sqrt((first @ first) * (second @ second)))
    return None if scale == 0.0 else max(-1.0, min(1.0, float(first @ second) / scale))
