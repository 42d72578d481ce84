"""An estimate of the error of a double-precision flow: local errors, grown by a bound on the logarithmic norm."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

CHUNK = 2**22


def local_errors(parts: np.ndarray, steps: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Return the Euclidean local error of each DOP853 step, with rounding.

    Parameters
    ----------
    parts : (s, 2, N) the embedded error vectors of order 5 and 3 over the step.    steps : (s,) lengths.
    states : (s, N) states after the steps.

    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section II.10 (the estimator of DOP853).

    Examples
    --------
    >>> float(local_errors(np.zeros((1, 2, 1)), np.ones(1), np.ones((1, 1)))[0]) < 1e-14
    True
    """
    square = np.einsum("spi,spi->sp", parts, parts)
    bottom = np.sqrt(square[:, 0] + 0.01 * square[:, 1])
    error = np.divide(steps * square[:, 0], bottom, out=np.zeros(len(steps)), where=bottom > 0)
    return error + 1e-15 * np.linalg.norm(states, axis=1)


def network_growth(data, gates: np.ndarray, residual: Callable, states: np.ndarray) -> np.ndarray:
    """Return max_j |C_j| at states (s, N): no perturbation grows faster in a mode, as the losses are convex in f.

    Source: the Jacobian is minus the Hessian, whose lowest eigenvalue is at least -max_j |C_j| (Frobenius norm).
    """
    m, d, c = data.network.width, data.network.dimension, data.network.outputs
    found = np.empty(len(states))
    chunk = max(1, CHUNK // (m * (d * c + len(data.x))))
    for start in range(0, len(states), chunk):
        part = states[start : start + chunk]
        w, v = part[:, : m * d].reshape(-1, m, d), part[:, m * d :].reshape(-1, m, c)
        f = np.matmul((gates * (w @ data.x.T)).transpose(0, 2, 1), v)
        e = residual(f)
        square = np.zeros((len(part), m))
        for a in range(c):
            gamma = (gates[None] * e[:, None, :, a]) @ data.x / len(data.x)
            square += np.einsum("smd,smd->sm", gamma, gamma)
        found[start : start + chunk] = np.sqrt(square.max(axis=1))
    return found


def observed_growth(states: np.ndarray, velocities: np.ndarray) -> np.ndarray:
    """Return the rate at which neighbouring states part, from the velocities at the ends of each step.

    Parameters
    ----------
    states, velocities : (s + 1, N).
    """
    moved = np.linalg.norm(np.diff(states, axis=0), axis=1)
    changed = np.linalg.norm(np.diff(velocities, axis=0), axis=1)
    return np.divide(changed, moved, out=np.zeros(len(moved)), where=moved > 0)


def grown(error: float, local: np.ndarray, growth: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return the accumulated error after each step.

    Examples
    --------
    >>> grown(1.0, np.array([0.0, 1.0]), np.array([0.0, 0.0]), np.ones(2)).tolist()
    [1.0, 1.0, 2.0]
    """
    found = [error]
    for new, rate in zip(local.tolist(), np.exp(np.minimum(growth * steps, 600.0)).tolist(), strict=True):
        found.append(min(found[-1] * rate + new, 1e300))
    return np.array(found)
