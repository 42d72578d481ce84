"""Certificates about a trajectory: enclosed again by `replay`, refused when tampered with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

LEMMA = """
name = "circle"
[trajectory]
along = "flow"
until = 4
digits = 20
[trajectory.flow]
p = "v"
v = "-p"
[trajectory.start]
p = 1
v = 0
[[claim]]
text = "p**2 + v**2 < 2"
[[twin]]
text = "at(p, t=3) > 0"
"""


@pytest.fixture
def refuted(raceproof: Run, tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "circle.toml").write_text(LEMMA)
    done = raceproof("verify", "circle.toml", "--json", "--no-cache")
    assert done.returncode == 0, (done.stdout, done.stderr)
    lemma = json.loads(done.stdout)["lemmas"][0]
    assert lemma["verdict"] == "CERTIFIED" and lemma["twins"][0]["verdict"] == "REFUTED"
    return lemma["twins"][0]["certificate"]


def test_refutation_along_a_flow_is_enclosed_again(raceproof: Run, tmp_path: Path, refuted: dict[str, Any]) -> None:
    (tmp_path / "c.json").write_text(json.dumps(refuted))
    done = raceproof("replay", "c.json")
    assert done.returncode == 0
    assert "accepted" in done.stdout and "not by the small checker" in done.stdout


@pytest.mark.parametrize(
    "change",
    [
        {"claim": "at(p, t=3) < 0"},
        {"claim": "at(p, t=3) >"},
        {"trajectory": {}},
        {"t": "x"},
        {"where": 3},
        {"kind": "proof"},
    ],
)
def test_tampered_certificate_is_rejected(
    raceproof: Run, tmp_path: Path, refuted: dict[str, Any], change: dict[str, Any]
) -> None:
    (tmp_path / "c.json").write_text(json.dumps(refuted | change))
    done = raceproof("replay", "c.json")
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert "REJECTED" in done.stdout
