"""How much faster an ensemble is than SciPy, network by network, and what locating events costs SciPy.

Run: python -m benchmarks.flow_double
"""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from benchmarks.race_bench import ROOT, machine
from numerics.flow.double.field import double_data, double_field
from numerics.flow.double.integrate import network_in_double, tolerances
from numerics.flow.fast.ensemble import ENGINES, integrate_ensemble
from numerics.flow.mode import Mode
from numerics.flow.network import Network, exact_rows

NETWORKS, SAMPLE, END = 256, 32, 20.0


def draw(count: int, m: int = 4, d: int = 3, n: int = 6) -> list[np.ndarray]:
    """Return x, y, w, v of ``count`` networks with random labels."""
    parts = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        x, y = rng.standard_normal((n, d)), rng.choice([-1.0, 1.0], (n, 1))
        parts.append((x, y, 0.5 * rng.standard_normal((m, d)), 0.5 * rng.standard_normal((m, 1))))
    return [np.stack(part) for part in zip(*parts, strict=True)]


def _network(x: np.ndarray, y: np.ndarray, w: np.ndarray, v: np.ndarray, gates: str = "relu") -> Network:
    rows = [exact_rows(part.tolist()) for part in (x, y, w, v)]
    return Network(rows[0], rows[1], rows[2], rows[3], gates=gates)


def seconds(task: Callable[[], Any], repeats: int = 3) -> float:
    """Return the least processor time of a task: other programs on the machine do not count."""
    best = float("inf")
    for _ in range(repeats):
        begin = time.process_time()
        task()
        best = min(best, time.process_time() - begin)
    return best


def ensemble_ratio() -> dict[str, Any]:
    """Return seconds a network for SciPy with events (on a part of the ensemble) and for each engine, and ratios."""
    x, y, w, v = draw(NETWORKS)
    found: dict[str, Any] = {"networks": NETWORKS, "scipy_measured_on": SAMPLE}
    networks = [_network(*(part[i] for part in (x, y, w, v))) for i in range(SAMPLE)]
    results: list[Any] = []
    found["scipy"] = seconds(lambda: results.extend(network_in_double(k, [Fraction(20)]) for k in networks), 1) / SAMPLE
    for engine in ENGINES:
        if engine == "heyoka" and importlib.util.find_spec("heyoka") is None:
            continue
        integrate_ensemble(x[:1], y[:1], w[:1], v[:1], [0.1], engine=engine)  # compiles
        flow = integrate_ensemble(x, y, w, v, [END], engine=engine)
        errors = [
            float(np.linalg.norm(np.concatenate([flow.w[i].ravel(), flow.v[i].ravel()]) - exact))
            / float(np.linalg.norm(exact))
            for i, result in enumerate(results)
            if len(result.states)
            for exact in [np.array([float(value) for value in result.states[0]])]
        ]
        cost = seconds(lambda e=engine: integrate_ensemble(x, y, w, v, [END], engine=e)) / NETWORKS
        found[engine] = {
            "seconds": cost, "times_faster": found["scipy"] / cost, "largest_difference": max(errors),
            "events_a_network": float(flow.events.mean()), "unresolved": sum(map(bool, flow.reasons)),
            "not_unique": int((flow.ambiguous > 0).sum()),
        }  # fmt: skip
    return found


def eventless(gates: str) -> Network:
    """Return a network all of whose samples are on for all neurons, and stay so."""
    x, _, w, v = (part[0] for part in draw(1))
    x, w, v = np.abs(x) / 2 + 0.125, np.abs(w) + 0.25, np.abs(v)
    return _network(x, np.full((len(x), 1), 2.0), w, v, gates)


def overhead(gates: str, repeats: int = 31) -> dict[str, float]:
    """Return the processor time of our integrator over that of a bare `solve_ivp` call without events: the same
    tolerances and dense output, with our velocity and with one written out by hand.

    Each round runs all three in turn; the ratios are medians over the rounds.
    """
    network = eventless(gates)
    x, y, w, v = (np.array([[float(value) for value in row] for row in rows])
                  for rows in (network.x, network.y, network.w, network.v))
    (m, d), n = w.shape, len(x)

    def by_hand(_: float, state: np.ndarray) -> np.ndarray:
        inner, outer = state[: m * d].reshape(m, d), state[m * d :]
        gamma = (y[:, 0] - x @ (outer @ inner)) @ x / n
        return np.concatenate([np.outer(outer, gamma).ravel(), inner @ gamma])

    sides = (1,) * len(network.kinks)
    field = double_field(double_data(network), Mode((sides,) * m, (0,) * m))
    start = np.concatenate([w.ravel(), v.ravel()])
    relative, absolute = tolerances(12, start)
    options: dict[str, Any] = {"method": "DOP853", "rtol": relative, "atol": absolute, "dense_output": True}
    tasks = {
        "bare": lambda: solve_ivp(field, (0.0, END), start, **options),
        "by_hand": lambda: solve_ivp(by_hand, (0.0, END), start, **options),
        "ours": lambda: network_in_double(network, [Fraction(20)]),
    }
    result = tasks["ours"]()
    if result.events or result.reason:
        raise RuntimeError(f"the flow without events has some, or ended: {result.reason}")
    times = np.array([[seconds(task, 1) for task in tasks.values()] for _ in range(repeats)])
    bare, hand, ours = times.T
    return {
        "bare_solve_ivp": float(np.median(bare)), "by_hand": float(np.median(hand)), "ours": float(np.median(ours)),
        "ratio": float(np.median(ours / bare)), "ratio_by_hand": float(np.median(ours / hand)),
    }  # fmt: skip


def run() -> dict[str, Any]:
    """Return all ratios."""
    return {"ensemble": ensemble_ratio(), "without_events": {gates: overhead(gates) for gates in ("on", "relu")}}


def main() -> None:
    """Write benchmarks/results/flow_double.json."""
    report = {"machine": machine(), **run()}
    print(json.dumps(report, indent=1))
    folder = ROOT / "benchmarks" / "results"
    folder.mkdir(exist_ok=True)
    (folder / "flow_double.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
