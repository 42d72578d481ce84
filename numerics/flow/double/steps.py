"""Steps between events, kept with their dense output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from numerics.flow.double.error import grown, observed_growth
from numerics.flow.double.method import Method, Stepper
from numerics.flow.double.watch import Hit, Watch
from numerics.flow.limits import Limits

LARGEST = 1e100


@dataclass
class Record:
    """The steps so far: interpolants, and their error estimates (``errors[i]`` at the end of step i)."""

    limits: Limits
    method: Method
    steps: list[Any] = field(default_factory=list)
    errors: list[np.ndarray] = field(default_factory=list)
    error: float = 0.0

    def room(self, size: int) -> tuple[int, str]:
        """Return how many steps of so many states are allowed in all, and what to say when they are taken."""
        kept = self.limits.bytes // (8 * self.method.rows * size)
        if kept < self.limits.steps:
            return kept, f"dense output beyond {self.limits.bytes} bytes"
        return self.limits.steps, f"more than {self.limits.steps} steps"

    def states(self, times: list[Fraction]) -> tuple[list[np.ndarray], list[float]]:
        """Return the states and error estimates at times in the order of time, within what was integrated."""
        errors = np.concatenate(self.errors) if self.errors else np.zeros(0)
        found, size, place = [], [], 0
        for time in map(float, times):
            while place + 1 < len(self.steps) and self.steps[place].t < time:
                place += 1
            found.append(self.steps[place](time))
            # the dense output has an error of its own
            own = self.method.accuracy * float(np.linalg.norm(found[-1]))
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
    velocity: Any, time: float, state: np.ndarray, end: float, watch: Watch | None,
    record: Record, first: float | None, growth: Callable | None,
) -> Stretch:  # fmt: skip
    """Step until an event, the end or a failure; ``growth`` bounds the logarithmic norm at states (s, N)."""
    steps = record.method.begin(velocity, time, state, end, first)
    low, parts, hit, reason, length = len(record.steps), [], None, "", first
    velocities = [np.array(steps.velocity)]
    most, full = record.room(len(state))
    while steps.running:
        if message := steps.step():
            reason = f"steps shrink to nothing near t = {steps.time:.15g}: a singularity or a blow-up ({message})"
            break
        parts.append(steps.error())
        record.steps.append(steps.dense())
        if growth is None:
            velocities.append(np.array(steps.velocity))
        if watch is not None and (hit := watch.check(record.steps[-1])) is not None:
            break
        # False also for nan
        if not steps.state @ steps.state < LARGEST**2:
            reason = f"blow-up near t = {steps.time:.15g}: the state grows beyond {LARGEST:g}"
            break
        if len(record.steps) >= most:
            reason = f"stopped at t = {steps.time:.15g}: {full}"
            break
        length = steps.length
    stretch = _ended(record, steps, hit, reason, length)
    _estimate(record, low, parts, growth, velocities, steps.state)
    if hit is not None:
        record.error += record.method.accuracy * float(np.linalg.norm(stretch.state))
    return stretch


def _ended(record: Record, steps: Stepper, hit: Hit | None, reason: str, length: float | None) -> Stretch:
    """Return where a run of steps ended; the last step is cut at the event."""
    if hit is None:
        return Stretch(float(steps.time), steps.state, None, reason, length)
    last = record.steps[-1]
    at = last.t_old + hit.place * last.h
    reached = last(at)
    last.t = at
    return Stretch(float(at), reached, hit, "", length)


def _estimate(
    record: Record, low: int, parts: list[np.ndarray], growth: Callable | None, velocities: list, last: np.ndarray
) -> None:
    steps = record.steps[low:]
    if not steps:
        return
    lengths = np.array([step.h for step in steps])
    used = np.array([step.t - step.t_old for step in steps])
    before = np.stack([step.y_old for step in steps])
    states = np.vstack([before, last])
    with np.errstate(all="ignore"):
        local = record.method.local(np.stack(parts), lengths, states[1:])
        if growth is None:
            rate = observed_growth(states, np.stack(velocities))
        else:
            rate = np.maximum.reduce([growth(_inside(steps, used, place)) for place in record.method.probes])
    errors = grown(record.error, np.nan_to_num(local, nan=1e300), np.nan_to_num(rate, nan=1e300), used)
    record.errors.append(errors[1:])
    record.error = float(errors[-1])


def _inside(steps: list[Any], used: np.ndarray, place: float) -> np.ndarray:
    """Return the states (s, N) at a place in [0, 1] of the part of each step that counts."""
    if place == 0.0:
        return np.stack([step.y_old for step in steps])
    return np.stack([step(step.t_old + place * part) for step, part in zip(steps, used.tolist(), strict=True)])
