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

from numerics.flow.double.integrate import network_in_double
from numerics.flow.fast.ensemble import ENGINES, integrate_ensemble
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


def overhead() -> dict[str, float]:
    """Return the time of our SciPy integrator over a bare `solve_ivp` call, without gates."""
    x, y, w, v = (part[0] for part in draw(1))
    network = _network(x, y, w, v, "on")
    m, d, n = len(w), x.shape[1], len(x)

    def field(_: float, state: np.ndarray) -> np.ndarray:
        inner, outer = state[: m * d].reshape(m, d), state[m * d :]
        gamma = (y[:, 0] - x @ (outer @ inner)) @ x / n
        return np.concatenate([np.outer(outer, gamma).ravel(), inner @ gamma])

    start = np.concatenate([w.ravel(), v.ravel()])
    options: dict[str, Any] = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-14, "dense_output": True}
    bare = seconds(lambda: solve_ivp(field, (0.0, END), start, **options), 9)
    ours = seconds(lambda: network_in_double(network, [Fraction(20)]), 9)
    return {"bare_solve_ivp": bare, "ours": ours, "ratio": ours / bare}


def run() -> dict[str, Any]:
    """Return all ratios."""
    return {"ensemble": ensemble_ratio(), "without_events": overhead()}


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
