"""Repairs of the refuted claims of lemmas, with the hypotheses of their siblings on the menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from proofs_check.evidence.balls import Undecided, Undefined
from proofs_check.examine import examine
from proofs_check.language.errors import ClaimError
from proofs_check.lemma import Lemma
from proofs_check.repair.repair import SECONDS, Repair, repair
from proofs_check.result import CHECKER, Effort
from proofs_check.verdict import REFUTED

SEARCH = Effort(seconds=2.0, candidates=1_500, sympy=False, level=CHECKER)


def siblings_of(lemma: Lemma, others: Sequence[Lemma]) -> list[str]:
    """Return the hypotheses of the other lemmas of the same paper, without the lemma's own.

    Examples
    --------
    >>> from proofs_check.registry import find
    >>> lemmas = find(["pinson2026"])
    >>> siblings = siblings_of(lemmas[0], lemmas)
    >>> len(siblings) > 5, set(siblings) & set(lemmas[0].hypotheses)
    (True, set())
    """
    same = [
        other for other in others if other.name != lemma.name and other.source.get("key") == lemma.source.get("key")
    ]
    found = dict.fromkeys(text for other in same for text in other.hypotheses)
    return [text for text in found if text not in lemma.hypotheses]


def repair_lemma(
    lemma: Lemma,
    verdicts: Sequence[str],
    others: Sequence[Lemma],
    seconds: float = SECONDS,
    say: Callable[[str], None] = lambda text: None,
) -> list[tuple[str, Repair]]:
    """Return (claim name, repair) for every refuted claim of a lemma; those about a trajectory are left out.

    Parameters
    ----------
    verdicts : the verdict of each claim.    others : the lemmas among which its siblings are.
    seconds : for each claim.
    """
    found = []
    for claim, verdict in zip(lemma.claims, verdicts, strict=True):
        if verdict != REFUTED or lemma.trajectory is not None:
            continue
        point = examine(claim.statement, lemma.witness, effort=SEARCH, expect=REFUTED).counterexample
        if point is None:
            continue
        try:
            siblings = siblings_of(lemma, others)
            found.append((claim.name, repair(claim.statement, point, seconds, siblings, say=say)))
        except (ClaimError, Undefined, Undecided):  # a point that the search cannot take up again
            continue
    return found
