"""Flows that several tests solve from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from proofs_check.cli import exits
from tests.cli.conftest import Run

PAIR = ("--define", "p' = Gamma*v; v' = Gamma*p", "--set", "Gamma=2", "--start", "p=1/2, v=1/3")
#: one neuron that starts off on the first sample and is switched on while it grows with the second
CROSSING = {"x": [["1", "0"], ["1/2", "1"]], "y": ["2", "2"], "w": [["-1/5", "1/2"]], "v": ["1"]}


def significant(text: str) -> int:
    """Return the number of significant digits of a decimal text."""
    return len(text.lstrip("-").partition("e")[0].replace(".", "").lstrip("0"))


def solved(raceproof: Run, *arguments: str) -> dict:
    """Run to the end and return the JSON object."""
    done = raceproof("flow", *arguments, "--json")
    assert (done.returncode, done.stderr) == (exits.AS_EXPECTED, "")
    return json.loads(done.stdout)


def write(folder: Path, network: dict) -> str:
    (folder / "net.json").write_text(json.dumps(network))
    return "net.json"
