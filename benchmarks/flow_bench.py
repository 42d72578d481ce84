"""Every measurement of the flow in one run: Taylor, rigorous, double and cost; written to benchmarks/results."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks import flow_cost, flow_double, flow_rigorous, flow_taylor
from benchmarks.race_bench import machine

RESULTS = Path(__file__).resolve().parent / "results"


def main() -> None:
    """Measure, print each part as it is done, and write flow.json and flow_cost.svg."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--odefun", type=int, nargs="*", default=[30, 100], help="digits for odefun; 100 takes minutes")
    options = parser.parse_args()
    report: dict[str, Any] = {"machine": machine()}
    parts = {
        "double": flow_double.run,
        "rigorous": flow_rigorous.run,
        "taylor": lambda: flow_taylor.measure(odefun_digits=options.odefun),
        "cost": flow_cost.run,
    }
    RESULTS.mkdir(exist_ok=True)
    for name, run in parts.items():
        report[name] = run()
        print(json.dumps({name: report[name]}))
        (RESULTS / "flow.json").write_text(json.dumps(report, indent=1) + "\n")
    flow_cost.draw(report["cost"], RESULTS / "flow_cost.svg")


if __name__ == "__main__":
    main()
