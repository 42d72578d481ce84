"""Certificates of every kind, each accepted by the checker: those of the suite, and a file of the rarer kinds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proofs_check import certificate as certificates
from proofs_check.checker import replay
from proofs_check.evidence.search import search
from proofs_check.language.elaborate import elaborate
from proofs_check.lemma import Lemma
from proofs_check.witness import witness_point

STORED = Path(__file__).with_name("certificates.json")  # chains, covers, sums of squares, as the searches wrote them
KINDS = {"proof", "chain", "counterexample", "squares", "cover"}


def stored() -> list[dict[str, Any]]:
    """Return the chains, covers and sums of squares of the file."""
    return json.loads(STORED.read_text(encoding="utf-8"))


def of_lemmas(lemmas: Sequence[Lemma]) -> list[dict[str, Any]]:
    """Return a proof of each claim that the sign rules prove, and a counterexample to each twin that falls fast."""
    found = []
    for lemma in lemmas:
        if lemma.trajectory is not None:
            continue
        made = [certificates.proof(claim.statement, claim.hints) for claim in lemma.claims]
        for twin in lemma.twins:
            problem = elaborate(twin.statement)
            start = None if lemma.witness is None else witness_point(problem, twin.statement, lemma.witness)
            seen = search(problem, twin.statement.relu_at_zero, start, 0.3, 100, thorough=False)
            if seen.point is not None:
                made.append(certificates.counterexample(twin.statement, problem, seen.point, seen.why))
        found += [certificate for certificate in made if replay(certificate).accepted]
    return found
