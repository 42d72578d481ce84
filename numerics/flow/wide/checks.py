"""What a wide flow checks: its arguments, starts on a kink, and the status of its neurons."""

from __future__ import annotations

import math

import numpy as np

from numerics.early_race import neuron as columns
from numerics.early_race.neuron import OFF, REASONS, Neurons
from numerics.early_race.samples import Samples
from numerics.losses import loss_code

AT_KINK = 1e-12
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def checked(
    x: np.ndarray, y: np.ndarray, w0: np.ndarray, v0: np.ndarray, loss: str, until: float, loss_level: float,
    tolerance: float, max_windows: int, max_seconds: float, max_events: int,
) -> Arrays:  # fmt: skip
    """Return the arrays as contiguous doubles.

    Raises
    ------
    ValueError
        When an argument cannot be used; the message says which and why.

    Examples
    --------
    >>> checked.__name__
    'checked'
    """
    x, y, w0, v0 = (np.ascontiguousarray(part, dtype=float) for part in (x, y, w0, v0))
    if x.ndim != 2 or y.shape != x.shape[:1] or w0.ndim != 2 or w0.shape[1] != x.shape[1] or v0.shape != w0.shape[:1]:
        raise ValueError(
            "wide_flow: needs x (n, d), y (n,), w0 (m, d), v0 (m,); "
            f"got x={x.shape}, y={y.shape}, w0={w0.shape}, v0={v0.shape}"
        )
    if 0 in x.shape or len(w0) == 0:
        raise ValueError(f"wide_flow: needs a sample, an input and a neuron; got x={x.shape}, w0={w0.shape}")
    for name, part in (("x", x), ("y", y), ("w0", w0), ("v0", v0)):
        if not np.isfinite(part).all():
            raise ValueError(f"wide_flow: {name} has a value that is not finite; remove or replace it")
    if not x.any():
        raise ValueError("wide_flow: x holds only zeros; there is nothing to learn from")
    if loss_code(loss) != 0 and not (np.abs(y) == 1).all():
        raise ValueError(f"wide_flow: y must hold only +1 and -1 for loss={loss!r}; map your two classes to them")
    if not until >= 0 or not (loss_level >= 0 and loss_level < math.inf):
        raise ValueError(f"wide_flow: until={until} and loss_level={loss_level} must be at least 0, the latter finite")
    if until == math.inf and loss_level == 0:
        raise ValueError("wide_flow: give a time (until) or a loss (loss_level) at which to end")
    if not 1e-13 <= tolerance < 1:
        raise ValueError(f"wide_flow: tolerance={tolerance} must be at least 1e-13 and below 1; 1e-6 is usual")
    if max_windows < 1 or max_events < 1 or not max_seconds > 0:
        raise ValueError(
            f"wide_flow: max_windows={max_windows}, max_events={max_events}, max_seconds={max_seconds} must be positive"
        )
    return x, y, w0, v0


def failure(neurons: Neurons) -> str:
    """Return what went wrong with the first neuron that has failed, or nothing.

    Examples
    --------
    >>> failure.__name__
    'failure'
    """
    failed = np.flatnonzero(neurons.count[:, columns.STATUS])
    if len(failed) == 0:
        return ""
    return f"neuron {failed[0]}: {REASONS[neurons.count[failed[0], columns.STATUS]]}"


def ambiguous_start(samples: Samples, neurons: Neurons) -> None:
    """Count the kinks on which a neuron starts and which push it away on both sides: two flows leave from there.

    The gate is taken as off at a start on the kink, and that flow is followed.

    Examples
    --------
    >>> ambiguous_start.__name__
    'ambiguous_start'
    """
    sign = np.sign(neurons.number[:, columns.READ_OUT])[:, None]
    jump = (samples.push_on - samples.push_off) * np.diagonal(samples.gram)
    drive = sign * neurons.c
    away = (neurons.z == 0) & (neurons.gate == OFF) & (drive < 0) & (drive + sign * jump > 0)
    neurons.count[:, columns.AMBIGUOUS] += away.sum(axis=1)


def resting(samples: Samples, neurons: Neurons) -> tuple[np.ndarray, np.ndarray]:
    """Return where (m, n) a neuron without drive stands on a kink: whether it is pushed back, and whether it is not.

    Once nothing pushes it back the neuron may stay or leave, at any time. One that collapsed is counted already.

    Parameters
    ----------
    samples : with the residuals of the state.

    Examples
    --------
    >>> resting.__name__
    'resting'
    """
    v = neurons.number[:, columns.READ_OUT]
    size = np.sqrt(np.maximum(neurons.number[:, columns.BALANCE] + v * v, 0.0))
    at_kink = np.abs(neurons.z) <= AT_KINK * np.outer(size, samples.length)
    alone = ~neurons.push.any(axis=1) & (v != 0) & (size > 0)
    at_kink &= alone[:, None] & (samples.length > 0)
    sign = np.sign(v)[:, None]
    away = (sign * samples.push_on > 0) | (sign * samples.push_off < 0)
    return at_kink & ~away, at_kink & away
