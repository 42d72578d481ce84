"""How long a prediction takes, and how much longer textbook gradient descent takes.

Run: python -m benchmarks.race_bench
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from numerics.data import Problem, load_problem
from numerics.descent import descend
from numerics.early_race.predict import predict
from numerics.initial import initial_weights

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT.parent / "shared" / "data" / "cifar10_airplane_automobile_200.npz"
WIDTH, ETA, STOP, SAMPLES = 300, 0.1, 0.1, 200


def machine() -> dict[str, Any]:
    """Describe the machine: ratios travel, seconds do not."""
    model = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = lines[0].split(":")[1].strip() if lines else model
    blas = [
        f"{pool['internal_api']} {pool['version']}, {pool['num_threads']} threads"
        for pool in threadpool_info()
    ]
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": blas,
    }


def textbook_steps(problem: Problem, w: np.ndarray, v: np.ndarray, steps: int) -> float:
    """Return the seconds for a number of NumPy descent steps on the raw inputs, logistic loss."""
    x, y = problem.x, problem.y
    begin = time.perf_counter()
    for _ in range(steps):
        z = w @ x.T
        hidden = np.maximum(z, 0)
        e = y / (1 + np.exp(y * (v @ hidden)))
        slope_w = v[:, None] * (((z > 0) * e) @ x) / len(y)
        slope_v = hidden @ e / len(y)
        w, v = w + ETA * slope_w, v + ETA * slope_v
    return time.perf_counter() - begin


def one_case(problem: Problem, scale: float, repeats: int, steps: int) -> dict[str, Any]:
    """Time the prediction (warm, best and median) and descent on one start."""
    w0, v0 = initial_weights(WIDTH, problem.x.shape[1], scale)
    times, events = [], 0
    predict(problem.x, problem.y, w0, v0)
    for _ in range(repeats):
        begin = time.perf_counter()
        events = int(predict(problem.x, problem.y, w0, v0).events.sum())
        times.append(time.perf_counter() - begin)
    gram = descend(problem.x, problem.y, w0, v0, eta=ETA, stop=STOP)
    per_step = textbook_steps(problem, w0, v0, steps) / steps
    textbook, median = per_step * gram.steps, float(np.median(times))
    return {
        "scale": scale, "centred": problem.center, "events": events,
        "predict_ms_best": 1e3 * min(times), "predict_ms_median": 1e3 * median,
        "descent_steps": gram.steps, "textbook_ms_per_step": 1e3 * per_step, "textbook_seconds": textbook,
        "gram_seconds": gram.seconds, "textbook_over_predict": textbook / median,
        "gram_over_predict": gram.seconds / median,
    }  # fmt: skip


def load(center: bool) -> Problem:
    """Return the CIFAR-10 pair when it is there, else 200 digits."""
    if PICTURES.exists():
        return load_problem(PICTURES, center=center)
    problem = load_problem("digits", center=center)
    return Problem("digits", problem.x[:SAMPLES], problem.y[:SAMPLES], problem.classes, center)


def main() -> None:
    """Run every case and write benchmarks/results/race.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument(
        "--steps", type=int, default=60, help="textbook steps to time; the rest is extrapolated"
    )
    options = parser.parse_args()
    cases = []
    for center in (True, False):
        problem = load(center)
        for scale in (1e-2, 1e-3, 1e-5):
            cases.append(one_case(problem, scale, options.repeats, options.steps))
            print(json.dumps(cases[-1]))
    name = "cifar10 airplane/automobile" if PICTURES.exists() else "digits"
    n, d = load(True).x.shape
    report = {
        "data": name,
        "n": n,
        "d": d,
        "width": WIDTH,
        "eta": ETA,
        "stop": STOP,
        "machine": machine(),
        "cases": cases,
    }
    folder = ROOT / "benchmarks" / "results"
    folder.mkdir(exist_ok=True)
    (folder / "race.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
