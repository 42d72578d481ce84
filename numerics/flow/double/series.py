"""The first Taylor coefficients of a network's flow in one mode, in double precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numerics.flow.double.field import DoubleField


def network_series(field: DoubleField, state: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the Taylor coefficients of w (order+1, m, d), v (order+1, m, c) and e (order+1, n, c).

    Examples
    --------
    >>> from numerics.flow.double.field import double_data, double_field
    >>> from numerics.flow.mode import Mode
    >>> from numerics.flow.network import Network, exact_rows
    >>> network = Network(exact_rows([[1]]), exact_rows([[1]]), exact_rows([[2]]), exact_rows([[3]]))
    >>> field = double_field(double_data(network), Mode(((1,),), (0,)))
    >>> network_series(field, np.array([2.0, 3.0]), 1)[0].ravel().tolist()
    [2.0, -15.0]
    """
    data = field.data
    first, read_out = field.split(state)
    w, v = np.zeros((order + 1, *first.shape)), np.zeros((order + 1, *read_out.shape))
    w[0], v[0] = first, read_out
    f = np.zeros((order + 1, *data.y.shape))
    e, helper = np.zeros_like(f), np.zeros_like(f)
    z = np.zeros((order + 1, len(first), len(data.x)))
    for k in range(order + 1):
        z[k] = field.gates * (w[k] @ data.x.T)
        f[k] = sum(z[i].T @ v[k - i] for i in range(k + 1))
        _residual(field, f, e, helper, k)
        if k == order:
            break
        push = sum(v[i] @ e[k - i].T for i in range(k + 1)) * field.gates_over_n
        change = push @ data.x
        for j, basis in field.bases:
            change[j] -= basis @ (basis.T @ change[j])
        w[k + 1] = change / (k + 1)
        v[k + 1] = sum((z[i] / len(data.x)) @ e[k - i] for i in range(k + 1)) / (k + 1)
    return w, v, e


def _residual(field: DoubleField, f: np.ndarray, e: np.ndarray, helper: np.ndarray, k: int) -> None:
    """Set coefficient k of e; ``helper`` holds the series of the loss, the slope or the shares."""
    loss, y = field.data.network.loss, field.data.y
    if loss == "squared":
        e[k] = (y if k == 0 else 0.0) - f[k]
        return
    if k == 0:
        e[0] = field.residual(f[0])
        if loss == "softmax":
            # not y - e, in which small shares would be lost
            share = np.exp(f[0] - f[0].max(axis=1, keepdims=True))
            helper[0] = share / share.sum(axis=1, keepdims=True)
        else:
            growth = np.exp(np.minimum(y * f[0], 700.0))
            helper[0] = 1.0 / (1.0 + growth) if loss == "logistic" else 1.0 / growth
        return
    if loss == "softmax":
        # share' = share (f' - sum share f')
        rate = [i * f[i] for i in range(k + 1)]
        mean = [sum((helper[a] * rate[i - a]).sum(axis=1, keepdims=True) for a in range(i)) for i in range(1, k + 1)]
        helper[k] = sum(helper[k - i] * (rate[i] - mean[i - 1]) for i in range(1, k + 1)) / k
        e[k] = -helper[k]
        return
    square = [sum(helper[a] * helper[i - a] for a in range(i + 1)) for i in range(k)]
    factor = [helper[i] - square[i] if loss == "logistic" else helper[i] for i in range(k)]
    helper[k] = sum(factor[k - i] * (-i * y * f[i]) for i in range(1, k + 1)) / k
    e[k] = y * helper[k]
