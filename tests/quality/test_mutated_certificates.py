"""Ten thousand damaged certificates of all kinds: none is accepted for what an independent oracle finds false."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from proofs_check.checker import boxes, prover, replay, replay_text
from proofs_check.registry import suite
from tests.quality.certificate_bank import KINDS, of_lemmas, stored
from tests.quality.certificate_mutations import MUTATIONS, mutations
from tests.quality.certificate_truth import wrong

CHUNKS, EACH = 16, 625  # 10,000 in all
FEW = 400


def judged(seed: int, count: int, bank: list[dict]) -> tuple[list[str], Counter[str]]:
    """Return what was accepted wrongly, and how many certificates were damaged, accepted and judged."""
    rng = random.Random(seed)
    false, seen = [], Counter[str]()
    for kind, damage, text in mutations(bank, count, rng):
        result = replay_text(text)
        seen.update(("all", kind, damage))
        assert "the checker failed" not in result.reason, text
        if not result.accepted:
            continue
        why, points = wrong(json.loads(text), rng)
        seen.update({"accepted": 1, "judged": points > 0})
        if why:
            false.append(f"{why}: {text}")
    return false, seen


def check(seed: int, count: int, bank: list[dict]) -> None:
    false, seen = judged(seed, count, bank)
    assert false == []
    assert seen["all"] == count and all(seen[kind] for kind in (*KINDS, *MUTATIONS)), seen
    assert seen["accepted"] > count / 20 and seen["judged"] > seen["accepted"] / 2, seen


@pytest.fixture(scope="module")
def few() -> list[dict]:
    lemmas = [lemma for lemma in suite() if lemma.twins and lemma.trajectory is None]
    return stored() + of_lemmas(lemmas[::24])


def test_the_stored_certificates_are_accepted() -> None:
    rejected = [certificate for certificate in stored() if not replay(certificate).accepted]
    assert rejected == []
    assert {certificate["kind"] for certificate in stored()} == {"chain", "cover", "squares"}


def test_damaged_certificates_prove_nothing_false(few: list[dict]) -> None:
    check(1, FEW, few)


def test_a_broken_checker_is_seen(few: list[dict], monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [certificate for certificate in few if certificate["kind"] != "counterexample"]
    monkeypatch.setattr(prover.Prover, "compare", lambda self, kind, a, b: True)
    false, _ = judged(2, 60, kept)
    assert any("the claim is false" in why for why in false)


def test_a_checker_without_obligations_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prover, "obligations", lambda terms, store: [])
    monkeypatch.setattr(boxes, "obligations", lambda terms, store: [])
    lost = {"format": "raceproof-certificate/1", "kind": "proof", "hints": [],
            "statement": {"text": "x/x == 1", "variables": {"x": "real"}}}  # fmt: skip
    assert replay(lost).accepted
    assert "undefined" in wrong(lost, random.Random(0))[0]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_ten_thousand_damaged_certificates_prove_nothing_false(chunk: int) -> None:
    check(100 + chunk, EACH, stored() + of_lemmas(suite()[chunk::CHUNKS]))
