"""DOP853 steps between events, kept with their dense output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.integrate import DOP853

from numerics.flow.double.error import grown, local_errors, observed_growth
from numerics.flow.double.watch import Hit, Watch
from numerics.flow.limits import Limits

LARGEST = 1e100


@dataclass
class Record:
    """The steps so far: interpolants, and their error estimates (``errors[i]`` at the end of step i)."""

    limits: Limits
    steps: list[Any] = field(default_factory=list)
    errors: list[np.ndarray] = field(default_factory=list)
    error: float = 0.0

    def room(self, size: int) -> tuple[int, str]:
        """Return how many steps of so many states are allowed in all, and what to say when they are taken."""
        kept = self.limits.bytes // (80 * size)
        if kept < self.limits.steps:
            return kept, f"dense output beyond {self.limits.bytes} bytes"
        return self.limits.steps, f"more than {self.limits.steps} steps"

    def states(self, times: list[Fraction], relative: float) -> tuple[list[np.ndarray], list[float]]:
        """Return the states and error estimates at times in the order of time, within what was integrated."""
        errors = np.concatenate(self.errors) if self.errors else np.zeros(0)
        found, size, place = [], [], 0
        for time in map(float, times):
            while place + 1 < len(self.steps) and self.steps[place].t < time:
                place += 1
            found.append(self.steps[place](time))
            # the interpolant has an error of its own, of the size of the tolerance
            own = relative * float(np.linalg.norm(found[-1]))
            size.append(own + float(max(errors[place], errors[max(place - 1, 0)])))
        return found, size


@dataclass(frozen=True)
class Stretch:
    """Where a run of steps ended: at an event (``hit``), at the end, or early (``reason``)."""

    time: float
    state: np.ndarray
    hit: Hit | None
    reason: str
    step: float | None


def run_steps(
    velocity: Callable, time: float, state: np.ndarray, end: float, watch: Watch | None,
    record: Record, tolerance: tuple[float, float], first: float | None, growth: Callable | None,
) -> Stretch:  # fmt: skip
    """Step until an event, the end or a failure; ``growth`` bounds the logarithmic norm at states (s, N)."""
    if first is not None:
        first = min(first, end - time)
    solver = DOP853(velocity, time, state, end, rtol=tolerance[0], atol=tolerance[1], first_step=first)
    low, parts, hit, reason, step = len(record.steps), [], None, "", first
    both = np.stack([solver.E5, solver.E3])
    velocities = [np.array(solver.f)]
    most, full = record.room(len(state))
    while solver.status == "running":
        message = solver.step()
        if solver.status == "failed":
            reason = f"steps shrink to nothing near t = {solver.t:.15g}: a singularity or a blow-up ({message})"
            break
        parts.append(both @ solver.K[: both.shape[1]])
        interpolant = solver.dense_output()
        record.steps.append(interpolant)
        if growth is None:
            velocities.append(np.array(solver.f))
        if watch is not None and (hit := watch.check(interpolant)) is not None:
            break
        # False also for nan
        if not solver.y @ solver.y < LARGEST**2:
            reason = f"blow-up near t = {solver.t:.15g}: the state grows beyond {LARGEST:g}"
            break
        if len(record.steps) >= most:
            reason = f"stopped at t = {solver.t:.15g}: {full}"
            break
        step = solver.h_abs
    _estimate(record, low, parts, growth, velocities, solver.y)
    if hit is None:
        return Stretch(float(solver.t), solver.y, None, reason, step)
    last = record.steps[-1]
    at = last.t_old + hit.place * last.h
    reached = last(at)
    last.t = at
    record.error += tolerance[0] * float(np.linalg.norm(reached))
    return Stretch(float(at), reached, hit, "", step)


def _estimate(
    record: Record, low: int, parts: list[np.ndarray], growth: Callable | None, velocities: list, last: np.ndarray
) -> None:
    steps = record.steps[low:]
    if not steps:
        return
    lengths = np.array([step.h for step in steps])
    before = np.stack([step.y_old for step in steps])
    states = np.vstack([before, last])
    with np.errstate(all="ignore"):
        local = local_errors(np.stack(parts), lengths, states[1:])
        rate = growth(before) if growth is not None else observed_growth(states, np.stack(velocities))
    errors = grown(record.error, np.nan_to_num(local, nan=1e300), np.nan_to_num(rate, nan=1e300), lengths)
    record.errors.append(errors[1:])
    record.error = float(errors[-1])
