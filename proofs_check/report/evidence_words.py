"""Evidence in words: claims of one lemma that rest on the same are said together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

KNOWN = {  # what is so whenever this engine comes to this outcome, or is listed beside it
    ("checker", "proof"): re.compile("replayed"),
    ("checker", "counterexample"): re.compile("replayed"),
    ("normal form and sign rules", "proof"): re.compile(r"nothing to oblige|\d+ obligations? decided"),
    ("search", "counterexample"): re.compile("the claim is false there"),
}
SHORT = {"the witness lies in the domain": "lies in the domain", "SymPy says no opinion": "no opinion"}


def evidence_text(evidence: Mapping[str, Any]) -> str:
    """Return one piece of evidence in words; what every reader of its rung knows is not said again.

    Examples
    --------
    >>> evidence_text({"rung": 6, "engine": "checker", "outcome": "proof", "detail": "replayed"})
    '6 checker: proof'
    >>> evidence_text({"rung": 1, "engine": "search", "outcome": "agrees", "detail": "holds at 9 points of the domain"})
    '1 search: holds at 9 points of the domain'
    """
    rung, engine, outcome, detail = (evidence[key] for key in ("rung", "engine", "outcome", "detail"))
    if not detail or ((pattern := KNOWN.get((engine, outcome))) and pattern.fullmatch(detail)):
        said = outcome
    else:
        said = detail if outcome == "agrees" or detail in SHORT else f"{outcome} ({detail})"
    return f"{rung} {engine}: {SHORT.get(said, said)}"


def same_evidence(claims: Iterable[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Return a lemma's claims, those with the same evidence together, in the order of the first of each.

    Examples
    --------
    >>> [len(group) for group in same_evidence([{"evidence": [1]}, {"evidence": [2]}, {"evidence": [1]}])]
    [2, 1]
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for claim in claims:
        groups.setdefault(repr(claim["evidence"]), []).append(claim)
    return list(groups.values())


def disagreements(claim: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the evidence that contradicts a claim's verdict or the other engines.

    Examples
    --------
    >>> against = {"engine": "ball arithmetic", "outcome": "excludes"}
    >>> accepted = {"engine": "checker", "outcome": "proof"}
    >>> disagreements({"verdict": "PROVED", "evidence": [against, accepted]}) == [against]
    True
    """
    against = {
        "disagrees",
        *(("proof", "encloses") if claim["verdict"] == "REFUTED" else ("counterexample", "excludes")),
    }
    if any(e["outcome"] == "proof" and e["engine"] == "checker" for e in claim["evidence"]):
        kept = [e for e in claim["evidence"] if e["engine"] != "checker"]  # one of several certificates was accepted
    else:
        kept = claim["evidence"]
    return [evidence for evidence in kept if evidence["outcome"] in against]
