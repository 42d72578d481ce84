"""False twins of the suite's claims: none is believed, and nearly all fall with a counterexample that replays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from proofs_check.checker import replay
from proofs_check.examine import examine
from proofs_check.lemma import Lemma
from proofs_check.registry import suite
from proofs_check.result import Effort
from tests.quality.claim_truth import false_at
from tests.quality.twin_generator import KINDS, Twin, false_twins, has_witness

CHUNKS, ROUNDS, TRIES = 16, 2, 6
TOTAL, REFUTED = 2_000, 0.95
EFFORT = Effort(seconds=1.5, candidates=500, sympy=False, limit=40.0, outside=2.0)
BELIEVED = ("PROVED", "CERTIFIED", "SUPPORTED")
FEW = ["balance_const", "alignment_closed_form", "norm_closed_form"]


def decided(
    lemmas: Iterable[Lemma], seed: int, rounds: int, tries: int
) -> tuple[list[Twin], list[str], list[str], Counter[str]]:
    """Return the twins, those believed, those not refuted, and how many there are of each kind."""
    twins, believed, standing, kinds = [], [], [], Counter[str]()
    for lemma in lemmas:
        for twin in false_twins(lemma, seed, rounds, tries):
            witness = lemma.witness if has_witness(lemma, twin.statement) else None
            result = examine(twin.statement, witness, effort=EFFORT, expect="REFUTED")
            twins.append(twin)
            kinds[twin.kind] += 1
            shown = f"{result.verdict} {lemma.name} {twin.kind}: {twin.statement}"
            if result.verdict in BELIEVED:
                believed.append(shown)
            if result.verdict != "REFUTED" or not replay(result.certificate).accepted:
                standing.append(shown)
    return twins, believed, standing, kinds


def check(lemmas: list[Lemma], seed: int, rounds: int, tries: int, least: int) -> Counter[str]:
    twins, believed, standing, kinds = decided(lemmas, seed, rounds, tries)
    assert believed == []
    assert len(twins) >= least, kinds
    assert len(standing) <= (1 - REFUTED) * len(twins), standing
    return kinds


def test_false_twins_of_a_few_lemmas_are_refuted() -> None:
    lemmas = [lemma for lemma in suite() if lemma.name in FEW]
    assert lemmas
    check(lemmas, 1, 1, 1, 12)


def test_twins_of_every_kind_are_made() -> None:
    names = ("balance_const", "extremal_vector_at_a_kink", "modified_flow_rate")
    lemmas = [lemma for lemma in suite() if lemma.name in names]
    assert {twin.kind for lemma in lemmas for twin in false_twins(lemma, 1, 1, 3)} == KINDS


def test_a_twin_is_false_at_a_point_that_nobody_searched() -> None:
    lemma = next(lemma for lemma in suite() if lemma.name == "balance_const")
    twin = next(iter(false_twins(lemma, 1)))
    result = examine(twin.statement, effort=EFFORT, expect="REFUTED")
    assert result.counterexample is not None and false_at(twin.statement, result.counterexample)
    assert not false_at(twin.claim.statement, result.counterexample)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_false_twins_of_every_lemma_are_refuted(chunk: int) -> None:
    by_claims = sorted(suite(), key=lambda lemma: -len(lemma.claims))  # chunks of about equal shares
    kinds = check(by_claims[chunk::CHUNKS], 1, ROUNDS, TRIES, TOTAL // CHUNKS)
    assert KINDS - {"index", "absolute"} <= set(kinds), kinds  # not every chunk has indices and absolute values
