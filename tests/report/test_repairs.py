"""Repairs in a report: nothing is called true but what a certificate proved that was replayed, here and now."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from proofs_check.checker import replay
from proofs_check.cli.engine import suite_json
from proofs_check.cli.run import run
from proofs_check.language.statement import Statement
from proofs_check.lemma import Lemma, from_text
from proofs_check.repair.hypotheses import Extra
from proofs_check.repair.repair import Repair
from proofs_check.repair.trial import Trial, attempt
from proofs_check.report import repairs
from proofs_check.report.build import html_report
from proofs_check.report.latex_file import latex_report
from proofs_check.report.model import report_model, schema
from proofs_check.report.repairs import neutral, replayed, with_repairs
from proofs_check.report.summary import summary_markdown
from proofs_check.report.typst_file import typst_source
from tests.report import examples

STATEMENT = Statement("x*(1 - x) <= 2/9", {"x": "real"}, ("0 <= x", "x <= 1"))
CHANGED = replace(STATEMENT, text="x*(1 - x) <= 1/4")
LEMMA = """name = "quarter"
title = "x (1 - x) is at most 2/9"
source = { key = "mine", locator = "Lemma 1" }
statement = "$x(1-x) \\\\le 2/9$"
hypotheses = ["0 <= x", "x <= 1"]
[variables]
x = "real"
[witness]
x = 0
[[claim]]
text = "x*(1 - x) <= 2/9"
expect = "REFUTED"
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def trial() -> Trial:
    found = attempt(CHANGED, "2/9 -> 1/4", 2.0)
    assert found.proved
    return found


def extra(trial: Trial, **changes: Any) -> Extra:
    return Extra(("0 <= x",), ("menu",), replace(trial, **changes))


def lemma() -> Lemma:
    return from_text(LEMMA, Path("quarter.toml"))


def verified() -> dict[str, Any]:
    """Return the lemma as `verify --json` gives it."""
    claim = examples.claim("x*(1 - x) <= 2/9", "REFUTED", expect="REFUTED", counterexample={"x": "1/2"})
    return suite_json([examples.lemma("quarter", "A title", "mine", [claim], [], verdict="REFUTED")])


def test_true_version_is_called_true(trial: Trial) -> None:
    assert replayed(extra(trial), STATEMENT)


@pytest.mark.parametrize(
    "change",
    [
        {"proved": False},
        {"verdict": "SUPPORTED"},
        {"certificate": None, "level": 4},  # two solvers agree, and nobody can replay it
        {"text": "x*(1 - x) <= 2/9"},  # a certificate of another claim
        {"conditions": ("0 <= x",)},  # of other hypotheses
    ],
)
def test_what_has_no_certificate_of_its_own_is_not_true(trial: Trial, change: dict[str, Any]) -> None:
    assert not replayed(extra(trial, **change), STATEMENT)
    found = Repair(STATEMENT.text, STATEMENT.hypotheses, None, (), (), (), (extra(trial, **change),))
    found = neutral(found, STATEMENT)
    assert found["true"] == [] and len(found["not_proved"]) == 1


def test_tampered_certificate_is_not_true(trial: Trial) -> None:
    false = replace(STATEMENT, text="x*(1 - x) <= 6/25")  # false at 1/2
    forged = {**copy.deepcopy(dict(trial.certificate or {})), "statement": false.to_json()}
    assert not replayed(extra(trial, text=false.text, certificate=forged), STATEMENT)
    point = {"format": "raceproof-certificate/1", "kind": "counterexample", "statement": false.to_json()}
    assert not replayed(extra(trial, text=false.text, certificate={**point, "point": {"x": "1/2"}}), STATEMENT)


def test_checker_that_refuses_is_obeyed(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = replay({"format": "nothing"})
    assert not refused.accepted
    monkeypatch.setattr(repairs, "replay", lambda certificate: refused)
    assert not replayed(extra(trial), STATEMENT)


def test_refuted_claim_is_repaired_and_every_certificate_replays() -> None:
    told = []
    suite = with_repairs(verified(), [lemma()], 10.0, progress=lambda *said: told.append(said))
    found = suite["lemmas"][0]["claims"][0]["repair"]
    assert told == [(0, 1, "quarter"), (1, 1, "")]
    assert found["smallest"]["point"] == {"x": "1/2"} and replay(found["smallest"]["certificate"]).accepted
    assert found["fails_on"][0].startswith("1/3 < x < 2/3")
    assert "x*(1 - x) <= 1/4" in [true["text"] for true in found["true"]]
    assert all(replay(true["certificate"]).accepted and true["level"] == 6 for true in found["true"])
    assert with_repairs(verified(), [lemma()], 10.0) == suite  # kept
    jsonschema.Draft202012Validator(schema()).validate(report_model(suite))


def test_claims_that_are_not_refuted_get_no_repair() -> None:
    suite = verified()
    suite["lemmas"][0]["claims"][0] |= {"verdict": "OPEN", "counterexample": None}
    assert with_repairs(suite, [lemma()], 10.0) == suite


def repaired_model(**changes: Any) -> dict[str, Any]:
    true = {
        "change": "2/9 -> 1/4", "text": "x*(1 - x) <= 1/4", "conditions": ["0 <= x"], "level": 6, "certificate": {},
        "refuted_with": {"value": "0.24975", "point": {"x": "1/2"}},
    }  # fmt: skip
    least = {"point": {"x": "1/2"}, "how": "height 3; none is smaller", "certificate": {}}
    suite = verified()
    suite["lemmas"][0]["claims"][0]["repair"] = {
        "smallest": least, "fails_on": ["1/3 < x < 2/3"], "true": [true], "not_proved": [], **changes,
    }  # fmt: skip
    return report_model(suite, settings={"level": 6, "profile": "ci", "repair_seconds": 10.0})


def outputs(model: dict[str, Any]) -> dict[str, str]:
    return {
        "html": html_report(model), "tex": latex_report(model), "md": summary_markdown(model),
        "typst": typst_source(model),
    }  # fmt: skip


def test_every_output_shows_the_true_version_with_its_rung() -> None:
    shown = outputs(repaired_model())
    for text in shown.values():
        assert "rue instead" in text and "rung 6" in text and "certificate" in text
    assert "none is smaller" in shown["html"] and "none is smaller" in shown["tex"]
    assert "0.24975" in shown["html"] and "1/3 &lt; x &lt; 2/3" in shown["html"]


def test_no_output_calls_true_what_is_not() -> None:
    other = {"change": "c", "text": "x <= 77", "conditions": [], "level": 4, "verdict": "PROVED"}
    shown = outputs(repaired_model(true=[], not_proved=[other]))
    assert "nothing that was tried could be proved" in shown["html"]
    assert "decided without a certificate to replay" in shown["html"]
    assert "rue instead" not in shown["md"] and "77" not in shown["md"] + shown["typst"]
    assert "decided without a certificate to replay" in shown["tex"]


def test_hostile_text_in_a_repair_is_escaped() -> None:
    bad = "<script>alert(1)</script> \\input{/etc/passwd} #read(1) | @team"
    true = {"change": bad, "text": bad, "conditions": [bad], "level": 6, "certificate": {}}
    shown = outputs(repaired_model(true=[true], fails_on=[bad], smallest={"point": {bad: bad}, "how": bad}))
    assert "<script" not in shown["html"] + shown["md"]
    assert r"\input{/etc" not in shown["tex"] and r"\@team" in shown["md"]


@pytest.mark.slow
def test_report_with_repairs_from_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "quarter.toml").write_text(LEMMA)
    out = tmp_path / "out"
    command = ["report", "--no-race", "--jobs", "1", "--lemmas", str(tmp_path / "quarter.toml"), "-o", str(out)]
    assert run([*command, "--level", "6", "--profile", "quick", "--repair", "--repair-seconds", "8"]) == 0
    model = json.loads((out / "report.json").read_text())
    assert model["settings"] == {"level": 6, "profile": "quick", "repair_seconds": 8.0}
    jsonschema.Draft202012Validator(schema()).validate(model)
    assert "rue instead" in (out / "summary.md").read_text() and "its certificate replayed" in (
        (out / "index.html").read_text()
    )
    capsys.readouterr()
    assert run(["replay", str(out / "report.json")]) == 0
    assert capsys.readouterr().out.count("accepted") >= 3  # the counterexample, the smallest, a true version
    assert run(command) == 0  # without --repair nothing of it is kept
    assert "repair" not in (out / "report.json").read_text()
