"""How evidence becomes a verdict: the table that must not drift."""

import itertools

import pytest

from proofs_check.verdict import WORST_FIRST, Contradiction, Evidence, judge, limited_by, worst

CASES = [
    ([], ("OPEN", 0)),
    ([(0, "agrees")], ("OPEN", 0)),
    ([(0, "agrees"), (1, "agrees")], ("SUPPORTED", 1)),
    ([(1, "agrees"), (2, "agrees")], ("SUPPORTED", 2)),
    ([(2, "agrees")], ("OPEN", 0)),
    ([(1, "agrees"), (2, "disagrees")], ("SUPPORTED", 1)),
    ([(2, "proof")], ("OPEN", 0)),
    ([(1, "agrees"), (3, "proof")], ("SUPPORTED", 3)),
    ([(1, "agrees"), (3, "proof"), (6, "proof")], ("PROVED", 6)),
    ([(3, "proof"), (6, "disagrees")], ("SUPPORTED", 3)),
    ([(1, "agrees"), (3, "proof"), (6, "nothing")], ("SUPPORTED", 3)),
    ([(3, "proof"), (1, "counterexample")], ("OPEN", 1)),
    ([(1, "counterexample")], ("OPEN", 1)),
    ([(1, "counterexample"), (6, "disagrees")], ("OPEN", 1)),
    ([(1, "counterexample"), (6, "counterexample")], ("REFUTED", 6)),
    ([(0, "unsatisfiable")], ("VACUOUS", 0)),
    ([(0, "unsatisfiable"), (3, "proof"), (6, "proof")], ("VACUOUS", 0)),
    ([(1, "nothing"), (3, "nothing")], ("OPEN", 0)),
]


@pytest.mark.parametrize(("evidence", "verdict"), CASES)
def test_evidence_gives_the_verdict_of_the_table(evidence, verdict) -> None:
    assert judge([Evidence(rung, "engine", outcome) for rung, outcome in evidence]) == verdict


def test_proof_and_counterexample_together_are_our_error() -> None:
    with pytest.raises(Contradiction):
        judge([Evidence(3, "a", "proof"), Evidence(6, "b", "counterexample")])


def test_unknown_outcomes_never_pass() -> None:
    for rung, outcome in itertools.product(range(8), ("unknown", "timeout", "skipped", "", "vacuous", "maybe")):
        assert judge([Evidence(rung, "engine", outcome)]) == ("OPEN", 0)


def test_a_lemma_is_its_worst_claim_and_never_better_than_what_it_uses() -> None:
    assert worst([]) == "OPEN"
    for a, b in itertools.product(WORST_FIRST, repeat=2):
        assert WORST_FIRST.index(worst([a, b])) == min(WORST_FIRST.index(a), WORST_FIRST.index(b))
        limited = limited_by(a, [b])
        assert WORST_FIRST.index(limited) <= WORST_FIRST.index(a)
        if a != "REFUTED":
            assert WORST_FIRST.index(limited) <= max(WORST_FIRST.index(b), WORST_FIRST.index("OPEN"))
            assert limited != "REFUTED"
