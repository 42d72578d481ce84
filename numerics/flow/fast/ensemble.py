"""Many networks of one shape at once, in double precision."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from numerics.flow.fast import layout
from numerics.flow.fast.layout import LOSSES, REASONS
from numerics.flow.fast.stack import make_stack, run_stack

ENGINES = ("numba", "heyoka")


@dataclass(frozen=True)
class Ensemble:
    """The flows of s networks with m neurons, d inputs, c outputs at q times.

    Attributes
    ----------
    guarantee : ESTIMATED.    times : (q,) as asked for.
    w : (s, q, m, d) and v : (s, q, m, c) the weights, NaN at times that were not reached.
    ended : (s,) the time reached.    reasons : s texts, empty or why a flow ended before the last time.
    events, slides, steps : (s,) events, kinks on which sliding began, Taylor steps.
    ambiguous : (s,) events at which the Filippov solution is not unique; one of them was followed.
    balance_drift : (s,) the largest change of the conserved ``|w_j|**2 - |v_j|**2``, relative to the weights: rounding
        and truncation errors show in it.
    seconds : time taken.
    """

    guarantee: str
    times: np.ndarray
    w: np.ndarray
    v: np.ndarray
    ended: np.ndarray
    reasons: tuple[str, ...]
    events: np.ndarray
    slides: np.ndarray
    steps: np.ndarray
    ambiguous: np.ndarray
    balance_drift: np.ndarray
    seconds: float


def integrate_ensemble(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, v: np.ndarray, times: np.ndarray | list[float],
    loss: str = "squared", engine: str = "numba", max_steps: int = 100_000,
) -> Ensemble:  # fmt: skip
    """Integrate the gradient flows of s ReLU networks of one shape, with located gate events and sliding.

    Every step is a Taylor series of order 20 as long as rounding errors allow; it is cut at the first zero of a guard,
    isolated in the Bernstein form.

    Parameters
    ----------
    x : (s, n, d) inputs, or (n, d) for all networks.    y : (s, n, c) or (n, c) labels, likewise.
    w : (s, m, d) and v : (s, m, c) the weights at the start.
    times : in order, at least 0.    loss : squared, logistic, exponential (one output) or softmax.
    engine : "numba", or "heyoka" (extra ``[fast]``), which compiles each shape once and steps several networks at a
        time.    max_steps : of one network.

    Raises
    ------
    ValueError
        When shapes disagree, a number is not finite, or an option is out of range.

    Guarantee
    ---------
    ESTIMATED. Local errors are kept at rounding; the sign of every w.x is compared with its gate at every step.

    Examples
    --------
    >>> flow = integrate_ensemble([[1.0]], [[1.0]], [[[0.1]]], [[[0.1]]], [10.0])
    >>> growth = 1 / (1 + (1 / 0.01 - 1) * np.exp(-20.0))
    >>> bool(abs(flow.w[0, 0, 0, 0] * flow.v[0, 0, 0, 0] - growth) < 1e-14)
    True
    """
    x, y, w, v, grid = _checked(x, y, w, v, times, loss, engine, max_steps)
    begin = time.perf_counter()
    stack = make_stack(x, y, w, v, grid, loss)
    if engine == "heyoka":
        from numerics.flow.fast.heyoka_engine import run_heyoka

        run_heyoka(stack, max_steps)
    else:
        run_stack(stack, max_steps)
    count, ended = stack.count, stack.clock[:, 0]
    w_found, v_found = stack.at_w.reshape(*stack.at_w.shape[:2], *w.shape[1:]), stack.at_v.swapaxes(2, 3)
    return Ensemble(
        "ESTIMATED", grid, w_found, v_found, ended, tuple(_reason(*pair) for pair in zip(count, ended, strict=True)),
        count[:, layout.EVENTS], count[:, layout.SLIDES], count[:, layout.STEPS], count[:, layout.AMBIGUOUS],
        _drift(w, v, w_found, v_found), time.perf_counter() - begin,
    )  # fmt: skip


def _reason(count: np.ndarray, ended: float) -> str:
    status = int(count[layout.STATUS])
    if status == layout.OK:
        return ""
    who = f" (neuron {count[layout.CULPRIT]})" if status in (1, 2, 3) else ""
    return f"{REASONS[status]}{who}, at t = {ended:.9g}"


def _drift(w: np.ndarray, v: np.ndarray, w_found: np.ndarray, v_found: np.ndarray) -> np.ndarray:
    start = (w * w).sum(axis=2) - (v * v).sum(axis=2)
    squares, read_outs = (w_found * w_found).sum(axis=3), (v_found * v_found).sum(axis=3)
    change = np.abs(squares - read_outs - start[:, None]).max(axis=(1, 2))
    return change / np.maximum((squares + read_outs).max(axis=(1, 2)), 1e-300)


def _checked(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, v: np.ndarray, times: np.ndarray | list[float],
    loss: str, engine: str, max_steps: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    x, y, w, v, grid = (np.ascontiguousarray(part, dtype=float) for part in (x, y, w, v, times))
    x, y = (part[None] if part.ndim == 2 else part for part in (x, y))
    shapes = f"x={x.shape}, y={y.shape}, w={w.shape}, v={v.shape}"
    if any(part.ndim != 3 or 0 in part.shape for part in (x, y, w, v)):
        needed = "x (s, n, d), y (s, n, c), w (s, m, d), v (s, m, c)"
        raise ValueError(f"ensemble: needs {needed}, none empty; got {shapes}")
    fits = len(w) == len(v) and len(x) in (1, len(w)) and len(y) in (1, len(w))
    if not (fits and x.shape[1] == y.shape[1] and w.shape[1] == v.shape[1]):
        raise ValueError(f"ensemble: networks, samples or neurons disagree in {shapes}")
    if x.shape[2] != w.shape[2] or y.shape[2] != v.shape[2]:
        raise ValueError(f"ensemble: inputs or outputs disagree in {shapes}")
    if not all(np.isfinite(part).all() for part in (x, y, w, v, grid)):
        raise ValueError("ensemble: a number is not finite; remove or replace it")
    if grid.ndim != 1 or len(grid) == 0 or grid[0] < 0 or (np.diff(grid) < 0).any():
        raise ValueError(f"ensemble: times={grid.tolist()} must be in order and at least 0")
    if loss not in LOSSES:
        raise ValueError(f"ensemble: unknown loss={loss!r}; use one of {', '.join(LOSSES)}")
    if loss in ("logistic", "exponential") and (v.shape[2] != 1 or not (np.abs(y) == 1).all()):
        raise ValueError(f"ensemble: loss={loss!r} needs one output and labels +1 and -1")
    if loss == "softmax" and v.shape[2] < 2:
        raise ValueError("ensemble: the softmax loss needs two outputs or more; use logistic for one")
    if engine not in ENGINES:
        raise ValueError(f"ensemble: unknown engine={engine!r}; use one of {', '.join(ENGINES)}")
    if max_steps < 1:
        raise ValueError(f"ensemble: max_steps={max_steps} must be at least 1")
    return x, y, w, v, grid
