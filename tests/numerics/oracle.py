"""Textbook versions of what is compiled, short enough to be read and believed."""

from __future__ import annotations

import numpy as np


def residual(f: np.ndarray, y: np.ndarray, loss: str) -> np.ndarray:
    """Return -dl/df."""
    if loss == "squared":
        return y - f
    return y / (1 + np.exp(y * f)) if loss == "logistic" else y * np.exp(-y * f)


def mean_loss(f: np.ndarray, y: np.ndarray, loss: str) -> float:
    """Return the mean loss."""
    if loss == "squared":
        return float(np.mean((f - y) ** 2) / 2)
    return float(np.mean(np.log1p(np.exp(-y * f)) if loss == "logistic" else np.exp(-y * f)))


def textbook_descent(x, y, w, v, loss, eta, steps):
    """Full-batch gradient descent on the mean loss, relu'(0) = 0."""
    for _ in range(steps):
        z = w @ x.T
        hidden = np.maximum(z, 0)
        e = residual(v @ hidden, y, loss)
        slope_w = v[:, None] * (((z > 0) * e) @ x) / len(y)
        slope_v = hidden @ e / len(y)
        w, v = w + eta * slope_w, v + eta * slope_v
    return w, v


def frozen_descent(x, y, w, v, loss, eta, time):
    """Descent of single neurons with residuals held at f = 0: what the early race is the limit of."""
    e = residual(np.zeros(len(y)), y, loss) / len(y)
    for _ in range(round(time / eta)):
        z = w @ x.T
        gamma = ((z > 0) * e) @ x
        w, v = w + eta * v[:, None] * gamma, v + eta * np.einsum("ij,ij->i", w, gamma)
    return w, v
