"""The packaged suite: every lemma at its expected verdict, every twin refuted by a counterexample that replays."""

import json

import pytest

from proofs_check.checker import replay
from proofs_check.examine import Effort, examine
from proofs_check.lemma import Lemma
from proofs_check.profiles import PROFILES
from proofs_check.registry import SUITE, lemma_files, sources, suite, with_uses
from proofs_check.verify import EFFORTS, examine_lemma, verify_lemmas

LEMMAS = suite()
STATED = [lemma for lemma in LEMMAS if lemma.trajectory is None]  # the others: test_trajectory_flow.py
SMALL = 1_000


def test_every_profile_has_its_effort() -> None:
    assert tuple(EFFORTS) == PROFILES


@pytest.mark.parametrize("lemma", STATED, ids=[lemma.name for lemma in STATED])
def test_lemma_has_the_expected_verdicts_and_its_twins_fall(lemma: Lemma) -> None:
    part = examine_lemma(lemma)
    for claim in part["claims"] + part["twins"]:
        assert claim["verdict"] == claim["expect"], (claim["name"], claim["text"], claim["reason"])
        assert claim["level"] <= 6
        if claim["verdict"] == "REFUTED":
            certificate = json.loads(json.dumps(claim["certificate"]))
            assert replay(certificate).accepted
            assert _largest(claim["counterexample"]) <= SMALL, claim["counterexample"]
        if claim["verdict"] == "PROVED" and claim["level"] == 6:
            assert replay(json.loads(json.dumps(claim["certificate"]))).accepted
        for step in claim["steps"]:
            assert step["verdict"] == "PROVED", step


def _largest(value) -> int:
    if isinstance(value, dict):
        return max((_largest(v) for v in value.values()), default=0)
    if isinstance(value, list):
        return max((_largest(v) for v in value), default=0)
    return max(abs(int(part)) for part in str(value).split("/"))


def test_every_lemma_file_has_a_source_a_witness_and_twins() -> None:
    known = sources()
    files = [lemma for lemma in LEMMAS if lemma.path.suffix == ".toml"]
    assert len(files) == len(lemma_files(SUITE))
    for lemma in files:
        assert lemma.source.get("key") in known, lemma.path
        assert lemma.path.stem == lemma.name, lemma.path
        assert lemma.statement.strip(), lemma.path
        assert lemma.witness is not None or not lemma.claims[0].statement.variables, lemma.path
        refuted = all(claim.expect == "REFUTED" for claim in lemma.claims)
        assert lemma.twins or refuted or any(c.expect == "REFUTED" for c in lemma.claims), lemma.path


def test_uses_have_no_circle_and_come_first() -> None:
    names = [lemma.name for lemma in with_uses(LEMMAS)]
    for lemma in LEMMAS:
        assert all(names.index(used) < names.index(lemma.name) for used in lemma.uses)


def test_results_are_kept_by_content_and_say_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path))
    lemma = next(lemma for lemma in LEMMAS if lemma.name == "balance_const")
    first, second = (verify_lemmas([lemma])[0].to_json() for _ in range(2))
    assert (first["cached"], second["cached"]) == (False, True)
    assert {**first, "cached": None} == {**second, "cached": None}
    for path in tmp_path.iterdir():
        path.write_text("{broken", encoding="utf-8")
    assert verify_lemmas([lemma])[0].to_json()["cached"] is False


def test_a_lower_level_never_proves() -> None:
    lemma = next(lemma for lemma in LEMMAS if lemma.name == "balance_const")
    claim = lemma.claims[0]
    low = examine(claim.statement, lemma.witness, effort=Effort(level=1, sympy=False))
    assert (low.verdict, low.level) == ("SUPPORTED", 1)
