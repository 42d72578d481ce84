"""What proofs used: a hypothesis too many is named, a needed one never, and the checker accepts what is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.checker import replay
from proofs_check.checker.limits import Clock
from proofs_check.examine import examine
from proofs_check.language.statement import Statement
from proofs_check.lemma import from_text
from proofs_check.result import Effort
from proofs_check.used import needed
from proofs_check.used.needed import hypotheses_not_used, used_by_claim
from proofs_check.verify import verify_lemmas


def examined(text: str, variables: dict[str, Any], hypotheses: tuple[str, ...], **more: Any) -> dict[str, Any]:
    define = tuple(more.pop("define", {}).items())
    result = examine(Statement(text, variables, hypotheses, define), None, **more)
    assert result.verdict == "PROVED", result.reason
    return result.to_json()


def left_out(claim: dict[str, Any], used: dict[str, Any]) -> bool:
    """Whether the checker accepts the certificate without all that was not used: written anew, as an oracle."""
    certificate = json.loads(json.dumps(claim["certificate"]))
    hypotheses = certificate["statement"]["hypotheses"]
    kept = set(used["hypotheses"])
    # a hypothesis that says nothing, so that leaves of a cover still count the same conditions
    certificate["statement"]["hypotheses"] = [text if text in kept else "1 > 0" for text in hypotheses]
    if "hints" in certificate:
        certificate["hints"] = used["hints"]
    return replay(certificate).accepted


def test_superfluous_hypothesis_is_named_and_a_needed_one_is_not() -> None:
    claim = examined("x/y <= 1", {"x": "real", "y": "real"}, ("y > 0", "x <= y", "x > -5"))
    used = used_by_claim(claim)
    assert used is not None
    assert used["not_used"] == ["x > -5"]
    assert used["hypotheses"] == ["y > 0", "x <= y"]
    assert left_out(claim, used)


@pytest.mark.parametrize("place", range(3))
def test_needed_hypothesis_is_used_wherever_it_stands(place: int) -> None:
    hypotheses = ["a > 0", "b < 1"]
    hypotheses.insert(place, "x != 0")
    used = used_by_claim(examined("x/x == 1", dict.fromkeys("abx", "real"), tuple(hypotheses)))
    assert used is not None
    assert used["hypotheses"] == ["x != 0"]


def test_of_two_that_serve_alike_one_is_left() -> None:
    claim = examined("x/x == 1", {"x": "real"}, ("x != 0", "x > 0"))
    used = used_by_claim(claim)
    assert used is not None and left_out(claim, used)
    assert (used["hypotheses"], used["not_used"]) == (["x > 0"], ["x != 0"])


def test_hint_that_is_needed_and_one_that_is_not() -> None:
    claim = examined("x**2 + y**2 >= 2*x*y", {"x": "real", "y": "real"}, (), hints=["(x - y)**2", "x + 1"])
    used = used_by_claim(claim)
    assert used is not None and used["not_used"][-1:] == ["x + 1"]
    assert left_out(claim, used)


def test_hypothesis_that_only_a_displayed_step_needs_is_used() -> None:
    # the claim needs nothing; its second step divides by y
    step = ("x*y/y", "multiply and divide", "==")
    claim = examined("x + 0 == x", {"x": "real", "y": "real"}, ("y != 0",), steps=[step])
    used = used_by_claim(claim)
    assert used is not None and used["hypotheses"] == ["y != 0"]
    assert left_out(claim, {**used, "hypotheses": []})


def test_cover_keeps_the_places_of_its_conditions() -> None:
    claim = examined("tanh(x) < x", {"x": "real", "y": "real"}, ("y > 3", "x > 0", "x < 2"))
    assert claim["certificate"]["kind"] == "cover"
    used = used_by_claim(claim)
    assert used is not None
    assert "y > 3" in used["not_used"] and "x > 0" in used["hypotheses"]


def test_definitions_are_those_that_are_read() -> None:
    claim = examined("b == 2*x", {"x": "real"}, (), define={"a": "x", "b": "2*a", "c": "x + 1"})
    used = used_by_claim(claim)
    assert used is not None and used["definitions"] == ["a", "b"]


def test_what_has_no_proof_to_replay_is_not_examined() -> None:
    claim = examined("x/x == 1", {"x": "real"}, ("x != 0",))
    assert used_by_claim({**claim, "verdict": "OPEN"}) is None
    assert used_by_claim({**claim, "certificate": None}) is None
    assert used_by_claim({**claim, "evidence": []}) is None
    two = examined("x/y/x*y == 1", {"x": "real", "y": "real"}, ("x != 0", "y != 0"))
    assert used_by_claim(two, seconds=-1.0) is None


def test_nothing_is_said_when_the_checker_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break it: a checker that refuses everything leaves everything needed."""
    claim = examined("x/x == 1", {"x": "real"}, ("x != 0", "x < 3"))
    monkeypatch.setattr(needed, "replay", lambda certificate: replay({}))
    used = used_by_claim(claim)
    assert used is not None and used["not_used"] == []


def test_replay_that_runs_out_of_time_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = examined("x/x == 1", {"x": "real"}, ("x != 0", "x < 3"))
    monkeypatch.setattr("proofs_check.checker.certificate.SECONDS", -1.0)
    tick = Clock.tick
    monkeypatch.setattr(Clock, "tick", lambda clock, amount=1: tick(clock, 1000))  # look at the time at once
    assert replay(claim["certificate"]).reason == needed.OUT_OF_TIME
    assert used_by_claim(claim) is None


@settings(derandomize=True, deadline=None, max_examples=12)
@given(st.lists(st.sampled_from(["x > 0", "x != 0", "y < 4", "x >= y", "y > 0", "x > -1"]), unique=True))
def test_what_is_left_proves_the_claim_and_nothing_of_it_can_go(hypotheses: list[str]) -> None:
    effort = Effort(0.2, 50, sympy=False)
    result = examine(Statement("x*y/x == y", {"x": "real", "y": "real"}, tuple(hypotheses)), effort=effort)
    claim = result.to_json()
    used = used_by_claim(claim)
    assert (used is None) == (result.verdict != "PROVED")
    if used is not None:
        assert left_out(claim, used)
        assert sorted(used["hypotheses"] + used["not_used"]) == sorted(hypotheses)
        for text in used["hypotheses"]:
            fewer = [other for other in used["hypotheses"] if other != text]
            assert not left_out(claim, {**used, "hypotheses": fewer})


LEMMA = """
name = "planted"
hypotheses = ["x != 0", "y > 3"]
[variables]
x = "real"
y = "real"
[witness]
x = 1
y = 4
[[claim]]
text = "x/x == 1"
[[claim]]
text = "x**2 > 0"
[[twin]]
text = "x/x == 2"
"""


def test_verified_lemma_names_the_hypothesis_and_keeps_its_verdict() -> None:
    result = verify_lemmas([from_text(LEMMA, Path("planted.toml"))], use_cache=False)[0].to_json()
    assert (result["verdict"], result["expected"]) == ("PROVED", True)
    assert [claim["used"]["not_used"] for claim in result["claims"]] == [["y > 3"], ["y > 3"]]
    assert hypotheses_not_used(result) == ["y > 3"]
    assert "used" not in result["twins"][0]


def test_no_verdict_depends_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lemma = from_text(LEMMA, Path("planted.toml"))
    plain = verify_lemmas([lemma], use_cache=False)[0]
    monkeypatch.setattr("proofs_check.verify.with_used", lambda claim: {**claim, "used": None})
    without = verify_lemmas([lemma], use_cache=False)[0]
    assert (plain.verdict, plain.expected) == (without.verdict, without.expected)
    assert hypotheses_not_used(without.to_json()) == []


def test_hypothesis_that_one_claim_needs_is_not_listed() -> None:
    result = verify_lemmas([from_text(LEMMA.replace("x**2 > 0", "x*y/y == x"), Path("planted.toml"))], use_cache=False)
    assert hypotheses_not_used(result[0].to_json()) == []
