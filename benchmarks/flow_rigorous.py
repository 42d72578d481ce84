"""What a proof costs beside a plain Taylor run, and how sharp it is.

Run: python -m benchmarks.flow_rigorous
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from benchmarks.flow_taylor import linear_cell, problem
from benchmarks.race_bench import ROOT, machine
from numerics.flow.integrate import integrate
from numerics.flow.network import Network
from numerics.flow.taylor.solve import solve
from tests.numerics.flow.problems import random_labels

DIGITS = (30, 50, 100)
END = Fraction(20)
SEED, EVENTS = 4, 9  # a network of `random_labels` with at least so many events, all of them proved


def _timed(task: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.process_time()
    result = task()
    return time.process_time() - begin, result


def _compared(network: Network, digits: int, repeats: int) -> dict[str, Any]:
    """Return medians of processor time, of interleaved runs, and how sharp the proof is."""
    rows = []
    result: Any = None
    for _ in range(repeats):
        plain, _ = _timed(lambda: integrate(network, [END], digits))
        rigorous, result = _timed(lambda: integrate(network, [END], digits, "rigorous"))
        rows.append((plain, rigorous, rigorous / plain))
    plain, rigorous, ratio = (statistics.median(column) for column in zip(*rows, strict=True))
    return {
        "plain_seconds": plain, "rigorous_seconds": rigorous, "ratio": ratio, "reached": float(result.ended),
        "radius": f"{float(result.errors[-1]):.2e}" if result.errors else None, "events": len(result.events),
        "reason": result.reason,
    }  # fmt: skip


def without_events(repeats: int = 7) -> dict[str, Any]:
    """Return the measurements of the linear cell at 30, 50 and 100 digits; also of the smooth Taylor run beside it."""
    program, start = problem()
    found = {}
    for digits in DIGITS:
        integrate(linear_cell(), [END], digits, "rigorous")  # compiles
        found[str(digits)] = _compared(linear_cell(), digits, repeats)
        smooth = [_timed(lambda digits=digits: solve(program, start, [END], digits))[0] for _ in range(repeats)]
        found[str(digits)]["smooth_seconds"] = statistics.median(smooth)
    return found


def with_events(repeats: int = 3) -> dict[str, Any]:
    """Return the measurements of a network with many events."""
    found = {"seed": SEED, **_compared(random_labels(SEED), 30, repeats)}
    if found["events"] < EVENTS or found["reason"]:
        raise RuntimeError(f"the proof through {EVENTS} events failed: {found}")
    return found


def run() -> dict[str, Any]:
    """Return all measurements."""
    return {"without_events": without_events(), "with_events": with_events()}


def main() -> None:
    """Write benchmarks/results/flow_rigorous.json."""
    report = {"machine": machine(), **run()}
    print(json.dumps(report, indent=1))
    folder = ROOT / "benchmarks" / "results"
    folder.mkdir(exist_ok=True)
    (folder / "flow_rigorous.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
