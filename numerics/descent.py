"""Full-batch finite-step gradient descent on a one-hidden-layer ReLU network."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from numerics.descent_kernel import DIVERGED, REACHED, RUNNING, direct_block, gram_block
from numerics.loss_curve import LossCurve
from numerics.losses import loss_code

FORMS = ("auto", "gram", "direct")
BLOW_UP = 1e6
DROP = 0.8


@dataclass(frozen=True)
class Descent:
    """Where gradient descent ended.

    Attributes
    ----------
    w : (m, d) weights.    v : (m,) read-outs.    steps : steps taken.
    form : "gram" or "direct".    seconds : time taken.
    first_loss, last_loss : mean loss before the first step and after the last one.
    drop_step : the first step with a loss below 0.8 of the first one, or None.
    curve : (p, 2) steps and losses, thinned, first and last kept.
    reason : "loss reached", "step limit", "time limit" or "diverged: ...".
    """

    w: np.ndarray
    v: np.ndarray
    steps: int
    form: str
    seconds: float
    first_loss: float
    last_loss: float
    drop_step: int | None
    curve: np.ndarray
    reason: str

    @property
    def diverged(self) -> bool:
        """Whether the loss grew beyond all bounds."""
        return self.reason.startswith("diverged")


def descend(
    x: np.ndarray, y: np.ndarray, w0: np.ndarray, v0: np.ndarray, loss: str = "logistic", eta: float = 0.1,
    stop: float = 0.1, max_steps: int = 1_000_000, max_seconds: float = math.inf, form: str = "auto",
    progress: Callable[[int, float], None] | None = None,
) -> Descent:  # fmt: skip
    """Train with steps of size ``eta`` on the mean loss until it falls below ``stop`` times the first one.

    Parameters
    ----------
    x : (n, d) inputs.    y : (n,) labels.    w0 : (m, d) and v0 : (m,) initial weights.
    loss : "squared" (half squared error), "logistic" or "exponential".
    eta : step size.    stop : fraction of the first loss.    max_steps, max_seconds : limits.
    form : "gram" works on ``w.x`` through ``x x^T``, "direct" on ``w``; "auto" takes gram when n <= 2 d.
    progress : called with the step and the loss now and then.

    Returns
    -------
    The result; divergence is a reason in it, not an error.

    Raises
    ------
    ValueError
        When an option is out of range or the shapes disagree.

    Examples
    --------
    >>> x, y = np.eye(2), np.array([1.0, -1.0])
    >>> result = descend(x, y, 0.1 * np.eye(2), np.array([0.1, -0.1]), eta=0.5)
    >>> result.reason, result.last_loss < 0.1 * result.first_loss
    ('loss reached', True)
    """
    x, y, w0, v0 = (np.ascontiguousarray(part, dtype=float) for part in (x, y, w0, v0))
    _check(x, y, w0, v0, eta, stop, max_steps, max_seconds, form)
    chosen = form if form != "auto" else form_for(x)
    stepper = (
        _GramStepper(x, y, w0, v0, loss, eta) if chosen == "gram" else _DirectStepper(x, y, w0, v0, loss, eta)
    )
    begin = time.perf_counter()
    curve, reason = _run(stepper, stop, max_steps, begin + max_seconds, progress)
    seconds = time.perf_counter() - begin
    return Descent(
        stepper.weights(), stepper.v, curve.steps, chosen, seconds, curve.first, curve.last,
        curve.drop_step, curve.points(), reason,
    )  # fmt: skip


def form_for(x: np.ndarray) -> str:
    """Return the form in which a step costs less: "gram" has n numbers a neuron, "direct" reads the data twice.

    Examples
    --------
    >>> form_for(np.eye(3)), form_for(np.ones((9, 2)))
    ('gram', 'direct')
    """
    return "gram" if len(x) <= 2 * x.shape[1] else "direct"


def descend_many(
    x: np.ndarray, y: np.ndarray, w0: np.ndarray, v0: np.ndarray, workers: int = 2, **options: Any
) -> tuple[Descent, ...]:
    """Train several networks, ``w0`` (s, m, d) and ``v0`` (s, m), in threads with one BLAS thread each.

    Options are those of `descend`.

    Examples
    --------
    >>> x, y = np.eye(2), np.array([1.0, -1.0])
    >>> w0, v0 = np.array([0.1 * np.eye(2), 0.2 * np.eye(2)]), np.array([[0.1, -0.1], [0.1, -0.1]])
    >>> [run.reason for run in descend_many(x, y, w0, v0, eta=0.5)]
    ['loss reached', 'loss reached']
    """
    if workers < 1:
        raise ValueError(f"descend_many: workers={workers} must be at least 1")
    if np.ndim(w0) != 3 or np.shape(v0) != np.shape(w0)[:2]:
        raise ValueError(f"descend_many: needs w0 (s, m, d), v0 (s, m); got {np.shape(w0)}, {np.shape(v0)}")
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(workers) as pool:
        runs = [pool.submit(descend, x, y, w, v, **options) for w, v in zip(w0, v0, strict=True)]
        return tuple(run.result() for run in runs)


class _GramStepper:
    """Steps on ``z = w.x``; ``move`` holds the coefficients C of ``w = w0 + C x``."""

    def __init__(self, x: Any, y: Any, w0: Any, v0: Any, loss: str, eta: float) -> None:
        self.x, self.y, self.w0, self.v = x, y, w0, v0.copy()
        self.code, self.eta = loss_code(loss), eta
        self.gram, self.start = x @ x.T, w0 @ x.T
        self.z, self.move = self.start.copy(), np.zeros_like(self.start)

    def block(self, steps: int, stop: float, blow_up: float, losses: np.ndarray) -> tuple[int, int]:
        return gram_block(
            self.gram, self.y, self.start, self.z, self.move, self.v,
            self.code, self.eta, steps, stop, blow_up, losses,
        )  # fmt: skip

    def weights(self) -> np.ndarray:
        return self.w0 + self.move @ self.x


class _DirectStepper:
    """Steps on ``w`` itself."""

    def __init__(self, x: Any, y: Any, w0: Any, v0: Any, loss: str, eta: float) -> None:
        self.x, self.y, self.w, self.v = x, y, w0.copy(), v0.copy()
        self.code, self.eta = loss_code(loss), eta
        self.x_transposed = np.ascontiguousarray(x.T)

    def block(self, steps: int, stop: float, blow_up: float, losses: np.ndarray) -> tuple[int, int]:
        return direct_block(
            self.x, self.x_transposed, self.y, self.w, self.v,
            self.code, self.eta, steps, stop, blow_up, losses,
        )  # fmt: skip

    def weights(self) -> np.ndarray:
        return self.w


def _run(
    stepper: _GramStepper | _DirectStepper,
    stop: float,
    max_steps: int,
    deadline: float,
    progress: Callable[[int, float], None] | None,
) -> tuple[LossCurve, str]:
    """Take blocks of about a tenth of a second until one of the limits; the loss after the last step is recorded."""
    losses, curve, size = np.zeros(1 << 14), LossCurve(DROP), 8
    stepper.block(1, math.inf, math.inf, losses)  # takes no step: reads the first loss
    limit, blow_up = stop * losses[0], BLOW_UP * max(losses[0], 1e-300)
    while True:
        began = time.perf_counter()
        # The block after the last step takes one more, empty step, which records the loss.
        left = max_steps - curve.steps
        taken, state = stepper.block(min(size, left), limit, blow_up, losses)
        curve.extend(losses[: taken + (state != RUNNING)], taken)
        if state == REACHED:
            return curve, "loss reached"
        if state == DIVERGED:
            return curve, f"diverged: the loss grew from {curve.first:.3g} to {curve.last:.3g}; lower eta"
        if progress is not None:
            progress(curve.steps, curve.last)
        if curve.steps >= max_steps or time.perf_counter() >= deadline:
            stepper.block(1, math.inf, math.inf, losses)
            curve.extend(losses[:1], 0)
            return curve, "step limit" if curve.steps >= max_steps else "time limit"
        if time.perf_counter() - began < 0.1:
            size = min(2 * size, len(losses) - 1)


def _check(
    x: np.ndarray, y: np.ndarray, w0: np.ndarray, v0: np.ndarray,
    eta: float, stop: float, max_steps: int, max_seconds: float, form: str,
) -> None:  # fmt: skip
    if (
        x.ndim != 2
        or y.shape != x.shape[:1]
        or w0.shape != (len(v0), x.shape[1])
        or v0.ndim != 1
        or 0 in w0.shape
    ):
        raise ValueError(
            f"descend: needs x (n, d), y (n,), w0 (m, d), v0 (m,); got {x.shape}, {y.shape}, {w0.shape}, {v0.shape}"
        )
    if not (math.isfinite(eta) and eta > 0):
        raise ValueError(f"descend: eta={eta} must be positive and finite; 0.1 is usual")
    if not 0 <= stop < 1:
        raise ValueError(f"descend: stop={stop} must be a fraction of the first loss, at least 0 and below 1")
    if max_steps < 1 or not max_seconds > 0:
        raise ValueError(f"descend: max_steps={max_steps} and max_seconds={max_seconds} must be positive")
    if form not in FORMS:
        raise ValueError(f"descend: unknown form={form!r}; use one of {', '.join(FORMS)}")
