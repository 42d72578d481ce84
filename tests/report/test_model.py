"""The neutral model: it fits its schema, says nothing that changes from run to run, and loses nothing."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest

from proofs_check.checker import replay
from proofs_check.cli.run import run
from proofs_check.report.differences import compared, read_report
from proofs_check.report.model import model_bytes, schema
from proofs_check.report.numbers import numbers_at
from tests.report import examples

VALIDATOR = jsonschema.Draft202012Validator(schema())


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("races", [0, 2])
def test_report_fits_its_schema(races: int) -> None:
    VALIDATOR.validate(json.loads(model_bytes(examples.model(races=races))))


def test_schema_refuses_what_is_no_report() -> None:
    for change in ({"schema": "raceproof-report/2"}, {"lemmas": [{}]}, {"extra": 1}, {"summary": {"TRUE": 1}}):
        assert not VALIDATOR.is_valid({**examples.model(), **change}), change


def test_model_forgets_times_and_the_cache() -> None:
    suite = examples.suite()
    suite["lemmas"][0] |= {"seconds": 9.0, "cached": True}
    slow = examples.race(predict_seconds=9.0, descent_seconds=8.0)
    changed = examples.report_model(suite, [slow], "0.1.0", examples.sources())
    assert model_bytes(changed) == model_bytes(examples.model(races=1))
    assert b"seconds" not in model_bytes(changed)


def test_model_changes_with_a_verdict() -> None:
    suite = examples.suite()
    suite["lemmas"][0]["verdict"] = "OPEN"
    assert model_bytes(examples.report_model(suite, [], "0.1.0", examples.sources())) != model_bytes(examples.model())


def test_certificates_of_a_report_replay() -> None:
    claims = [claim for lemma in examples.model()["lemmas"] for claim in lemma["claims"] if claim["certificate"]]
    assert claims and all(replay(claim["certificate"]).accepted for claim in claims)


def counterexample(text: str, point: dict[str, str]) -> dict:
    variables = dict.fromkeys(point, "real")
    statement = {"text": text, "variables": variables}
    return {"format": "raceproof-certificate/1", "kind": "counterexample", "statement": statement, "point": point}


def test_numbers_are_those_of_the_claim() -> None:
    found = numbers_at(counterexample("x**2 + y >= 2*x*y", {"x": "2", "y": "3"}))
    assert found == [{"left": str(Fraction(2) ** 2 + 3), "relation": ">=", "right": str(2 * Fraction(2) * 3)}]


def test_numbers_show_only_the_part_that_fails() -> None:
    found = numbers_at(counterexample("x > 0 and x > 5", {"x": "2"}))
    assert found == [{"left": "2", "relation": ">", "right": "5"}]
    assert numbers_at(counterexample("implies(x > 0, x > 7)", {"x": "2"}))[0]["right"] == "7"


def test_rounded_numbers_say_so() -> None:
    assert numbers_at(counterexample("exp(x) == 3", {"x": "1"}))[0]["left"] == "≈ 2.71828"


@pytest.mark.parametrize("change", [{"kind": "proof"}, {"format": "x"}, {"point": {}}, {"statement": {}}])
def test_no_numbers_without_a_counterexample(change: dict) -> None:
    assert numbers_at({**counterexample("x > 0", {"x": "-1"}), **change}) == []
    assert numbers_at(None) == []


def test_differences_are_named() -> None:
    old, new = examples.model(), examples.model()
    new["lemmas"][0] = {**new["lemmas"][0], "verdict": "OPEN"}
    new["lemmas"][1] = copy.deepcopy(new["lemmas"][1])
    new["lemmas"][1]["claims"][0]["text"] = "1 == 2"
    gone = new["lemmas"].pop()
    new["lemmas"].append({**gone, "name": "another"})
    found = compared(old, new)
    assert [(x["name"], x["old"], x["new"]) for x in found["changed"]] == [("balance_const", "PROVED", "OPEN")]
    assert [x["name"] for x in found["reworded"]] == ["balance_const_of_descent"]
    assert [x["name"] for x in found["new"]] == ["another"]
    assert [x["name"] for x in found["gone"]] == [gone["name"]]
    VALIDATOR.validate({**examples.model(), "differences": found})


def test_same_report_has_no_differences() -> None:
    assert not any(compared(examples.model(), examples.model()).values())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot read"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "schema='None'"),
        ('{"schema": "raceproof-report/0", "lemmas": []}', "this version reads"),
        ('{"schema": "raceproof-report/1", "lemmas": [{"name": 1}]}', "without name"),
        ('{"schema": "raceproof-report/1"}', "without name"),
        ('"\\ud800"', "schema="),
    ],
)
def test_old_report_that_cannot_be_used_is_one_line(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "report.json").write_text(content)
    with pytest.raises(ValueError, match="old report") as caught:
        read_report(tmp_path)
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "settings", "expected"),
    [
        ([], "", {"level": 6, "profile": "ci"}),
        ([], '[verify]\nprofile = "quick"\n', {"level": 6, "profile": "quick"}),
        (["--level", "3", "--profile", "deep"], '[verify]\nprofile = "quick"\n', {"level": 3, "profile": "deep"}),
    ],
)
def test_report_passes_on_and_says_how_lemmas_were_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], settings: str, expected: dict
) -> None:
    called = {}

    def verify_suite(names: list[str], jobs: int | None, level: int, profile: str) -> dict:
        called.update(level=level, profile=profile)
        return examples.suite(with_unexpected=False)

    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("proofs_check.cli.engine.verify_suite", verify_suite)
    (tmp_path / "raceproof.toml").write_text(settings)
    out = tmp_path / "out"
    run(["report", "--no-race", "--lemmas", str(tmp_path), "-o", str(out), *options])
    assert called == expected
    written = json.loads((out / "report.json").read_text())
    assert written["settings"] == expected
    VALIDATOR.validate(written)
    page = (out / "index.html").read_text()
    assert f"up to rung {expected['level']} with the profile “{expected['profile']}”" in page
