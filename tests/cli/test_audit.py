"""`audit` and `--repair`: what is needed, what is not, and what is true instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proofs_check.checker import replay
from proofs_check.cli import exits
from tests.cli.conftest import Run, one_line_error

LEMMA = """
name = "quotients"
hypotheses = ["x != 0", "y >= 0"]
[variables]
x = "real"
y = { real = "y < 10" }
z = "positive"
[witness]
x = 1
y = 1
z = 1
[[claim]]
name = "cancels"
text = "x*y/x == y"
[[claim]]
name = "root"
text = "sqrt(y)**2 == y"
"""


def lemma_file(folder: Path, text: str = LEMMA) -> str:
    path = folder / "lemma.toml"
    path.write_text(text)
    return str(path)


def audited(raceproof: Run, *arguments: str) -> dict:
    return json.loads(raceproof("audit", *arguments, "--jobs", "1", "--json").stdout)


def test_audit_tells_needed_from_not_needed_and_replays(raceproof: Run, tmp_path: Path) -> None:
    audit = audited(raceproof, lemma_file(tmp_path))
    assert audit["schema"] == "raceproof-audit/1"
    (lemma,) = audit["lemmas"]
    outcomes = {row["dropped"]: row["outcome"] for row in lemma["drops"]}
    assert outcomes == {"x != 0": "needed", "y >= 0": "needed", "y < 10": "not needed", "z positive": "not used"}
    by_claim = {row["dropped"]: {c["claim"]: c["outcome"] for c in row["claims"]} for row in lemma["drops"]}
    assert by_claim["x != 0"] == {"cancels": "needed", "root": "not needed"}
    assert by_claim["y >= 0"] == {"cancels": "not needed", "root": "needed"}
    certificates = [c["certificate"] for row in lemma["drops"] for c in row["claims"] if c["outcome"] != "not used"]
    assert len(certificates) == 6 and all(replay(certificate).accepted for certificate in certificates)


def test_a_needed_hypothesis_shows_a_point_outside_it(raceproof: Run, tmp_path: Path) -> None:
    (lemma,) = audited(raceproof, lemma_file(tmp_path))["lemmas"]
    shown = {
        row["dropped"]: [c["counterexample"] for c in row["claims"] if c["counterexample"]] for row in lemma["drops"]
    }
    assert shown["x != 0"][0]["x"] == "0"
    assert shown["y >= 0"][0]["y"].startswith("-")


def test_audit_prints_a_table_and_what_was_dropped_alone(raceproof: Run, tmp_path: Path) -> None:
    result = raceproof("audit", lemma_file(tmp_path), "--jobs", "1")
    assert result.returncode == exits.AS_EXPECTED
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["outcome", "lemma", "without", "shown", "by"]
    assert lines[1].startswith("needed      quotients  x != 0")
    assert "1 lemma: 2 needed, 1 not needed, 1 not used" in result.stdout


def test_a_finding_is_an_error_only_under_strict(raceproof: Run, tmp_path: Path) -> None:
    path = lemma_file(tmp_path)
    assert raceproof("audit", path, "--jobs", "1").returncode == exits.AS_EXPECTED
    assert raceproof("audit", path, "--jobs", "1", "--strict").returncode == exits.UNEXPECTED
    needed = lemma_file(
        tmp_path, LEMMA.replace('{ real = "y < 10" }', '"real"').replace('z = "positive"', 'z = "real"')
    )
    assert raceproof("audit", needed, "--jobs", "1", "--strict").returncode == exits.AS_EXPECTED


def test_a_claim_that_is_not_proved_is_not_audited_and_strict_says_so(raceproof: Run, tmp_path: Path) -> None:
    path = lemma_file(tmp_path, LEMMA.replace("x*y/x == y", "x*y/x == y + 1"))
    result = raceproof("audit", path, "--jobs", "1")
    assert result.returncode == exits.AS_EXPECTED
    assert "not audited, since not proved: cancels" in result.stdout
    (lemma,) = audited(raceproof, path)["lemmas"]
    assert (lemma["audited"], lemma["unproved"]) == (["root"], ["cancels"])
    outcomes = {row["dropped"]: row["outcome"] for row in lemma["drops"]}
    assert outcomes == {"x != 0": "unknown", "y >= 0": "needed", "y < 10": "unknown", "z positive": "unknown"}
    assert "a claim that is not proved may need it" in result.stdout
    alone = lemma_file(
        tmp_path, LEMMA.replace("sqrt(y)**2 == y", "sqrt(y)**2 == y + 1").replace("x*y/x == y", "y == y + 1")
    )
    assert raceproof("audit", alone, "--jobs", "1", "--strict").returncode == exits.UNDECIDED


def test_audit_of_a_trajectory_says_that_there_is_nothing_to_drop() -> None:
    from proofs_check.cli.audit import describe_audit, exit_code

    audit = {"summary": {"needed": 0, "not needed": 0, "not used": 0, "unknown": 0},
             "lemmas": [{"name": "a", "drops": [], "audited": [], "unproved": []}]}  # fmt: skip
    assert "a: nothing to audit" in describe_audit(audit)
    assert exit_code(audit, strict=True) == exits.AS_EXPECTED


def test_what_nobody_decides_is_unknown_and_never_needed_or_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    from proofs_check.lemma import from_text
    from proofs_check.repair import audit as auditing
    from proofs_check.result import ClaimResult

    lemma = from_text(LEMMA, Path("lemma.toml"))
    for verdict in ("SUPPORTED", "OPEN", "VACUOUS", "CERTIFIED", "REFUTED"):  # REFUTED without a point shows nothing
        monkeypatch.setattr(auditing, "examine", lambda *a, v=verdict: ClaimResult("c", "t", "PROVED", v))
        rows = auditing.audit_lemma(lemma, ["PROVED", "PROVED"])["drops"]
        assert [row["outcome"] for row in rows] == ["unknown", "unknown", "unknown", "not used"], verdict


def test_audit_keeps_its_results(raceproof: Run, tmp_path: Path) -> None:
    path = lemma_file(tmp_path)
    audited(raceproof, path)
    assert audited(raceproof, path)["lemmas"][0]["cached"] is True
    assert audited(raceproof, path, "--no-cache")["lemmas"][0]["cached"] is False


def test_audit_needs_a_name(raceproof: Run) -> None:
    one_line_error(raceproof("audit"), exits.USAGE)
    assert "did you mean" in one_line_error(raceproof("audit", "dead_neuron_cons"), exits.USAGE)


def test_audit_repair_names_what_is_true_instead_of_a_refuted_claim(raceproof: Run, tmp_path: Path) -> None:
    path = lemma_file(tmp_path, LEMMA.replace('"x != 0", "y >= 0"', '"x != 0"'))
    result = raceproof("audit", path, "--jobs", "1", "--repair")
    assert "REFUTED  quotients: sqrt(y)**2 == y\n" in result.stdout
    assert "  true instead    with y >= 0\n" in result.stdout + "\n"
    (lemma,) = audited(raceproof, path, "--repair")["lemmas"]
    (repaired,) = lemma["repairs"]
    assert repaired["claim"] == "root"
    assert repaired["hypotheses"][0]["added"] == ["y >= 0"] and repaired["hypotheses"][0]["proved"] is True


# -- --repair --------------------------------------------------------------------------------------------------------


def test_refute_repair_prints_where_it_fails_and_what_is_true(raceproof: Run) -> None:
    result = raceproof("refute", "x*(1 - x) <= 2/9", "--for", "0 <= x <= 1", "--repair")
    assert result.returncode == exits.AS_EXPECTED
    assert result.stderr == ""
    assert "  smallest        x = 1/2 (height 3; none is smaller)\n" in result.stdout
    assert "  fails on        1/3 < x < 2/3; it holds at 1/3; it holds at 2/3\n" in result.stdout
    assert "  true instead    x*(1 - x) <= 1/4  (2/9 -> 1/4; " in result.stdout


def test_prove_repair_has_the_json_key_and_its_certificates_replay(raceproof: Run) -> None:
    result = raceproof("prove", "x/x == 1", "--repair", "--json")
    assert result.returncode == exits.UNEXPECTED
    found = json.loads(result.stdout)["repair"]
    assert found["schema"] == "raceproof-repair/1"
    assert found["smallest"]["minimal"] is True
    assert found["fails_on"][0]["condition"] == "x == 0"
    extra = found["hypotheses"][0]
    assert (extra["added"], extra["proved"]) == (["x != 0"], True)
    assert replay(extra["certificate"]).accepted
    assert extra["certificate"]["statement"]["hypotheses"] == ["x != 0"]


def test_repair_says_nothing_of_a_claim_that_is_true_or_without_the_option(raceproof: Run) -> None:
    assert "repair" not in json.loads(raceproof("prove", "x**2 >= 0", "--repair", "--json").stdout)
    assert "repair" not in json.loads(raceproof("refute", "x > 0", "--json").stdout)


def test_repair_seconds_must_be_positive(raceproof: Run) -> None:
    assert "is not a number above 0" in one_line_error(
        raceproof("refute", "x > 0", "--repair", "--repair-seconds", "0"), exits.USAGE
    )
