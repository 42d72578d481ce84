"""`raceproof flow --double --engine`: which engine ran, the same events, and one line where it cannot."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest

from numerics.flow.double.taylor_steps import compiled_flow
from proofs_check.cli import exits
from tests.cli.conftest import Run, one_line_error
from tests.cli.flow_examples import CROSSING, PAIR, solved, write

OPTIONS = ("--times", "0,1,4", "--double")


def test_the_record_names_the_engine_that_ran(raceproof: Run, tmp_path: Path) -> None:
    pytest.importorskip("heyoka")
    name = write(tmp_path, CROSSING)
    plain, scipy, fast, exact = (
        solved(raceproof, "--network", name, *options)
        for options in (OPTIONS, (*OPTIONS, "--engine", "scipy"), (*OPTIONS, "--engine", "heyoka"), OPTIONS[:2])
    )
    assert [record.get("engine") for record in (plain, scipy, fast, exact)] == ["scipy", "scipy", "heyoka", None]
    assert plain == scipy != fast
    assert list(fast)[:5] == ["schema", "guarantee", "method", "engine", "digits"] and fast["method"] == "double"
    for record in (plain, exact):
        for one, other in zip(fast["events"], record["events"], strict=True):
            assert (one["neuron"], one["sample"], one["kind"]) == (other["neuron"], other["sample"], other["kind"])
            assert abs(Fraction(one["time"]) - Fraction(other["time"])) < Fraction(1, 10**9)
    for ours, true in zip(fast["states"], exact["states"], strict=True):
        for a, b in zip([*ours["w"][0], *ours["v"]], [*true["w"][0], *true["v"]], strict=True):
            assert abs(Fraction(a) - Fraction(b)) <= Fraction(ours["error"]) + Fraction(true["error"])


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--network", "net.json", "--times", "1", "--engine", "heyoka"), "add --double"),
        (("--network", "net.json", "--times", "1", "--engine", "scipy", "--rigorous"), "add --double"),
        (("--network", "net.json", *OPTIONS, "--engine", "cuda"), "'cuda'"),
        ((*PAIR, *OPTIONS, "--engine", "heyoka"), "takes a --network"),
    ],
)
def test_engines_that_cannot_be_used(arguments: tuple[str, ...], part: str, raceproof: Run, tmp_path: Path) -> None:
    write(tmp_path, CROSSING)
    assert part in one_line_error(raceproof("flow", *arguments), exits.USAGE)


def test_a_missing_heyoka_is_one_line(raceproof: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled_flow.cache_clear()
    monkeypatch.setitem(sys.modules, "heyoka", None)
    name = write(tmp_path, CROSSING)
    line = one_line_error(raceproof("flow", "--network", name, *OPTIONS, "--engine", "heyoka"), exits.USAGE)
    assert "needs heyoka; install raceproof[fast]" in line
    assert solved(raceproof, "--network", name, *OPTIONS)["engine"] == "scipy"
