"""What a flow costs against width, samples, digits and number of events, with fitted exponents and a plot.

Run: python -m benchmarks.flow_cost [FILE.svg]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from numerics.early_race.predict import predict
from numerics.flow.fast.ensemble import integrate_ensemble
from numerics.flow.network import Network, exact_rows
from numerics.flow.wide.integrate import wide_flow
from numerics.initial import initial_weights

WIDTHS, SAMPLES, DIGITS, TIMES = (25, 50, 100, 200, 400), (25, 50, 100, 200, 400), (30, 50, 100, 200), (2, 5, 10, 20)
INPUTS, GROWTH_TIMES = 500, 4.0


def cost(task: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor time of a task, the lesser of two, and its result."""
    best, result = float("inf"), None
    for _ in range(2):
        begin = time.process_time()
        result = task()
        best = min(best, time.process_time() - begin)
    return best, result


def fitted(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the exponent p of the power law y ~ x**p."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def wide(width: int, samples: int) -> tuple[float, Any]:
    """Return the cost of the wide flow up to a few growth times after the start, on Gaussian inputs."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((samples, INPUTS)) / np.sqrt(INPUTS), rng.choice([-1.0, 1.0], samples)
    w, v = initial_weights(width, INPUTS, 0.1, 0)
    until = GROWTH_TIMES * np.sqrt(samples)
    wide_flow(x, y, w[:1], v[:1], until=0.1)
    return cost(lambda: wide_flow(x, y, w, v, until=until, tolerance=1e-4))


def against_width() -> dict[str, Any]:
    """Return the cost of a window of the wide flow against the number of neurons."""
    runs = [wide(width, 100) for width in WIDTHS]
    per_window = [seconds / (flow.windows + flow.rejected) for seconds, flow in runs]
    return {"x": WIDTHS, "seconds": per_window, "exponent": fitted(WIDTHS, per_window)}


def against_samples() -> dict[str, Any]:
    """Return the cost of a window of the wide flow against the number of samples."""
    runs = [wide(100, samples) for samples in SAMPLES]
    per_window = [seconds / (flow.windows + flow.rejected) for seconds, flow in runs]
    return {"x": SAMPLES, "seconds": per_window, "exponent": fitted(SAMPLES, per_window)}


def against_events() -> dict[str, Any]:
    """Return the cost of one early race (one window) of 300 neurons on 200 samples against its number of events."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((200, INPUTS)) / np.sqrt(INPUTS), rng.choice([-1.0, 1.0], 200)
    w, v = initial_weights(300, INPUTS, 1e-3, 0)
    predict(x, y, w[:1], v[:1], horizon=0.0)
    runs = [cost(lambda t=t: predict(x, y, w, v, horizon=t)) for t in (10.0, 20.0, 40.0, 80.0, 160.0)]
    events = [int(race.events.sum()) for _, race in runs]
    return {"x": events, "seconds": [seconds for seconds, _ in runs], "exponent": fitted(events, [s for s, _ in runs])}


def against_digits() -> dict[str, Any]:
    """Return the cost of problem "nn" by the Taylor integrator against the digits asked for."""
    from numerics.flow.integrate import integrate

    rng = np.random.default_rng(0)
    x, w, v = rng.standard_normal((6, 3)), 0.5 * rng.standard_normal((4, 3)), 0.5 * rng.standard_normal((4, 1))
    y = rng.choice([-1.0, 1.0], (6, 1))
    network = Network(
        exact_rows(x.round(3).tolist()), exact_rows(y.tolist()), exact_rows(w.round(3).tolist()),
        exact_rows(v.round(3).tolist()), gates="on",
    )  # fmt: skip
    runs = [cost(lambda k=k: integrate(network, [Fraction(20)], digits=k)) for k in DIGITS]
    return {"x": DIGITS, "seconds": [s for s, _ in runs], "exponent": fitted(DIGITS, [s for s, _ in runs])}


def against_time() -> dict[str, Any]:
    """Return the cost of small networks against the events that happen in them."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((64, 6, 3)), rng.choice([-1.0, 1.0], (64, 6, 1))
    w, v = 0.5 * rng.standard_normal((64, 4, 3)), 0.5 * rng.standard_normal((64, 4, 1))
    integrate_ensemble(x[:1], y[:1], w[:1], v[:1], [0.1])
    runs = [cost(lambda t=t: integrate_ensemble(x, y, w, v, [float(t)])) for t in TIMES]
    steps = [int(flow.steps.sum()) for _, flow in runs]
    return {"x": steps, "seconds": [s for s, _ in runs], "exponent": fitted(steps, [s for s, _ in runs])}


def run() -> dict[str, Any]:
    """Return every curve with its fitted exponent; one thread for BLAS, so that processor time is time."""
    with threadpool_limits(limits=1, user_api="blas"):
        return _curves()


def _curves() -> dict[str, Any]:
    return {
        "width, a window of the wide flow": against_width(),
        "samples, a window of the wide flow": against_samples(),
        "events of 300 neurons": against_events(),
        "steps of 64 small networks": against_time(),
        "digits, Taylor": against_digits(),
    }


def draw(found: dict[str, Any], path: str | Path) -> None:
    """Write the curves as an SVG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3 * len(found), 3), layout="constrained")
    for axes, (name, curve) in zip(figure.subplots(1, len(found)), found.items(), strict=True):
        axes.loglog(curve["x"], curve["seconds"], "o-")
        axes.set_xlabel(name)
        axes.set_ylabel("seconds")
        axes.set_title(f"exponent {curve['exponent']:.2f}")
    figure.savefig(path, format="svg")


if __name__ == "__main__":
    result = run()
    if len(sys.argv) > 1:
        draw(result, sys.argv[1])
    print(json.dumps(result, indent=2))
