"""The verdicts, and how evidence becomes one. Unknown is never passed, vacuous is never passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

REFUTED, VACUOUS, OPEN, SUPPORTED, CERTIFIED, PROVED = (
    "REFUTED",
    "VACUOUS",
    "OPEN",
    "SUPPORTED",
    "CERTIFIED",
    "PROVED",
)
WORST_FIRST = (REFUTED, VACUOUS, OPEN, SUPPORTED, CERTIFIED, PROVED)
PROVING_RUNGS = (3, 4, 6, 7)
OUTSIDE_RUNGS = (4, 7)


class Contradiction(AssertionError):
    """A proof and a counterexample of one claim: the toolkit itself is wrong."""


@dataclass(frozen=True)
class Evidence:
    """What one engine found.

    `outcome` is one of proof, counterexample, encloses, excludes, agrees, unsatisfiable, nothing, disagrees.

    Examples
    --------
    >>> Evidence(3, "normal form", "proof").to_json()["rung"]
    3
    """

    rung: int
    engine: str
    outcome: str
    detail: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the JSON object of the report."""
        return {"rung": self.rung, "engine": self.engine, "outcome": self.outcome, "detail": self.detail}


def judge(evidence: Sequence[Evidence]) -> tuple[str, int]:
    """Return (verdict, rung) from the evidence for one claim.

    A counterexample counts only when the checker replayed it (rung 6). A proof counts when the checker replayed it, or
    when others prove it who share no prover with rung 3: two solvers that agree (4), or Coq (7). What rung 3 proves
    alone, because the checker does not accept it or was not asked, is support.
    Enclosures (rung 5) certify a claim when they contain nothing else, and refute it when they exclude it.

    Raises
    ------
    Contradiction
        When a claim has a proof or an enclosure, and a replayed counterexample or an enclosure that excludes it.

    Examples
    --------
    >>> judge([Evidence(1, "search", "agrees")])
    ('SUPPORTED', 1)
    >>> judge([])
    ('OPEN', 0)
    """
    proofs = [e.rung for e in evidence if e.outcome == "proof" and e.rung in PROVING_RUNGS]
    others = [rung for rung in proofs if rung in OUTSIDE_RUNGS]
    refuted = [e.rung for e in evidence if e.outcome == "counterexample" and e.rung == 6]
    vacuous = any(e.outcome == "unsatisfiable" for e in evidence)
    encloses, excludes = (any(e.rung == 5 and e.outcome == word for e in evidence) for word in ("encloses", "excludes"))
    if (proofs or encloses) and (refuted or excludes):
        raise Contradiction(f"a proof and a counterexample: {[e.to_json() for e in evidence]}")
    if refuted or excludes:
        return REFUTED, 6 if refuted else 5
    if vacuous:
        return VACUOUS, 0
    if any(e.outcome == "counterexample" for e in evidence):
        return OPEN, 1
    if others or 6 in proofs:
        return PROVED, max(rung for rung in proofs if rung != 3)
    if encloses:
        return CERTIFIED, 5
    if proofs:
        return SUPPORTED, min(proofs)
    agreeing = [e.rung for e in evidence if e.outcome == "agrees" and e.rung in (1, 2)]
    if agreeing and 1 in agreeing:
        return SUPPORTED, max(agreeing)
    return OPEN, 0


def worst(verdicts: Sequence[str]) -> str:
    """Return the worst of the verdicts; a lemma without claims is OPEN.

    Examples
    --------
    >>> worst(["PROVED", "SUPPORTED"])
    'SUPPORTED'
    """
    return min(verdicts, key=WORST_FIRST.index, default=OPEN)


def limited_by(verdict: str, used: Sequence[str]) -> str:
    """Return the verdict of a lemma that uses others: never better than the worst of them; REFUTED stays its own.

    A used lemma that is refuted or vacuous leaves at most OPEN: the lemma is not false, it is unfounded.

    Examples
    --------
    >>> limited_by("PROVED", ["PROVED", "REFUTED"])
    'OPEN'
    """
    if verdict == REFUTED:
        return verdict
    ranks = [max(WORST_FIRST.index(v), WORST_FIRST.index(OPEN)) for v in used]
    return WORST_FIRST[min([WORST_FIRST.index(verdict), *ranks])]


def limiting(verdict: str, used: Mapping[str, str]) -> list[dict[str, str]]:
    """Return those of the lemmas used, by name, that pull a verdict down to where `limited_by` leaves it.

    Examples
    --------
    >>> limiting("PROVED", {"a": "PROVED", "b": "OPEN", "c": "SUPPORTED"})
    [{'name': 'b', 'verdict': 'OPEN'}]
    """
    left = limited_by(verdict, list(used.values()))
    if left == verdict:
        return []
    return [{"name": name, "verdict": own} for name, own in used.items() if limited_by(verdict, [own]) == left]
