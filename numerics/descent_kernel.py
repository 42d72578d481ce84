"""Compiled blocks of full-batch gradient descent steps, in Gram form and in direct form.

The mean loss of ``f(x) = sum_j v_j relu(w_j.x)``, with ``relu'(0) = 0``. Each block stops early at the loss asked for
and writes the loss before every step. Returned: steps taken, and the loss at the end.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from numerics import losses as loss_forms

RUNNING, REACHED, DIVERGED = range(3)

_loss_value = njit(cache=True)(loss_forms.loss_value)
_residual_value = njit(cache=True)(loss_forms.residual_value)


@njit(cache=True, nogil=True, error_model="numpy")
def gram_block(
    gram: np.ndarray, y: np.ndarray, z0: np.ndarray, z: np.ndarray, move: np.ndarray, v: np.ndarray,
    code: int, eta: float, steps: int, stop: float, blow_up: float, losses: np.ndarray,
) -> tuple[int, int]:  # fmt: skip
    """Take up to ``steps`` steps on ``z = w.x`` (m, n) and ``move`` (m, n), where ``w = w0 + move x``; in place.

    Examples
    --------
    >>> gram_block.__name__
    'gram_block'
    """
    f, e = np.zeros(len(y)), np.zeros(len(y))
    for t in range(steps):
        losses[t] = _forward(z, v, y, code, f, e)
        if not losses[t] <= blow_up:
            return t, DIVERGED
        if losses[t] < stop:
            return t, REACHED
        _update(z, v, e, eta / len(y), move)
        np.dot(move, gram, z)
        z += z0
    return steps, RUNNING


@njit(cache=True, nogil=True, error_model="numpy")
def direct_block(
    x: np.ndarray, x_transposed: np.ndarray, y: np.ndarray, w: np.ndarray, v: np.ndarray,
    code: int, eta: float, steps: int, stop: float, blow_up: float, losses: np.ndarray,
) -> tuple[int, int]:  # fmt: skip
    """Take up to ``steps`` steps on ``w`` (m, d) and ``v`` (m,), in place.

    Examples
    --------
    >>> direct_block.__name__
    'direct_block'
    """
    f, e = np.zeros(len(y)), np.zeros(len(y))
    z, change, step = np.zeros((len(v), len(y))), np.zeros((len(v), len(y))), np.zeros_like(w)
    for t in range(steps):
        np.dot(w, x_transposed, z)
        losses[t] = _forward(z, v, y, code, f, e)
        if not losses[t] <= blow_up:
            return t, DIVERGED
        if losses[t] < stop:
            return t, REACHED
        change[:] = 0.0
        _update(z, v, e, eta / len(y), change)
        np.dot(change, x, step)
        w += step
    return steps, RUNNING


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
def _forward(z: np.ndarray, v: np.ndarray, y: np.ndarray, code: int, f: np.ndarray, e: np.ndarray) -> float:
    """Write predictions and residuals; return the mean loss."""
    f[:] = 0.0
    for j in range(len(v)):
        row, weight = z[j], v[j]
        for k in range(len(f)):
            f[k] += weight * (row[k] if row[k] > 0.0 else 0.0)
    total = 0.0
    for k in range(len(f)):
        total += _loss_value(f[k], y[k], code)
        e[k] = _residual_value(f[k], y[k], code)
    return total / len(f)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
def _update(z: np.ndarray, v: np.ndarray, e: np.ndarray, rate: float, move: np.ndarray) -> None:
    """Add the step of w, as coefficients of the samples, to ``move``; step ``v``."""
    for j in range(len(v)):
        row, target, weight, work = z[j], move[j], rate * v[j], 0.0
        for k in range(len(e)):
            gated = e[k] if row[k] > 0.0 else 0.0
            work += gated * row[k]
            target[k] += weight * gated
        v[j] += rate * work
