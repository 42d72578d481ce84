"""Which hypotheses and hints the certificate of a proved claim needs: the checker replays it without each in turn.

This is information beside a verdict and never changes one.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from proofs_check.checker import replay
from proofs_check.result import CHECKER
from proofs_check.used.definitions import definitions_read
from proofs_check.verdict import PROVED

SECONDS = 20.0  # of this process, for all replays of one claim together
OUT_OF_TIME = "no verdict within the time allowed"  # the checker's own limit: neither accepted nor in need of anything
NOTHING = "0 == 0"  # stands for a hypothesis left out, where conditions are counted
Items = list[tuple[str, str]]


def used_by_claim(claim: Mapping[str, Any], seconds: float = SECONDS) -> dict[str, list[str]] | None:
    """Return what the certificate and the displayed steps of a claim need, None when that was not examined.

    Parameters
    ----------
    claim : the JSON object of a claim's result.    seconds : for all replays together.

    Returns
    -------
    `hypotheses`, `hints` : what the checker cannot do without, in the certificate and every displayed step.
    `not_used` : the hypotheses and hints that were dropped, one after the other in the author's order.
    `definitions` : the names that the claim, its steps and what is left read.

    Guarantee: the checker accepted the claim and its steps without anything of `not_used`, all left out at once.
    Without one more of the others it did not; another proof may do.

    Examples
    --------
    >>> from proofs_check.examine import examine
    >>> from proofs_check.language.statement import Statement
    >>> statement = Statement("x/x == 1", {"x": "real", "y": "real"}, ("x != 0", "y > 0"))
    >>> used_by_claim(examine(statement).to_json())["not_used"]
    ['y > 0']
    """
    certificate, steps = claim.get("certificate"), claim["steps"]
    checked = any(e["rung"] == CHECKER and e["outcome"] == "proof" for e in claim["evidence"])
    if claim["verdict"] != PROVED or certificate is None or not checked:
        return None
    if any(step["level"] < CHECKER for step in steps) or _counts_change(certificate):
        return None
    statement = certificate["statement"]
    every = [("hypotheses", text) for text in statement.get("hypotheses", [])]
    every += [("hints", text) for text in certificate.get("hints", [])]
    proofs = [certificate, *(_of_step(certificate, step["text"]) for step in steps)]
    try:
        kept = _needed(proofs, every, time.process_time() + seconds)
    except TimeoutError:
        return None
    left = {part: [every[i][1] for i in kept if every[i][0] == part] for part in ("hypotheses", "hints")}
    texts = [statement["text"], *left["hypotheses"], *left["hints"], *(step["text"] for step in steps)]
    return {
        **left,
        "not_used": [text for i, (_, text) in enumerate(every) if i not in kept],
        "definitions": definitions_read(texts, statement.get("define", [])),
    }


def with_used(claim: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a claim with what its proof used beside it.

    Examples
    --------
    >>> with_used({"verdict": "OPEN", "certificate": None, "steps": [], "evidence": []})["used"] is None
    True
    """
    return {**claim, "used": used_by_claim(claim)}


def hypotheses_not_used(lemma: Mapping[str, Any]) -> list[str]:
    """Return the hypotheses of a lemma's result that no proof of it used; none where a proof was not examined.

    A licence for every size has proofs of its own, which are not examined.

    Examples
    --------
    >>> used = {"hypotheses": ["a > 0"], "hints": [], "not_used": ["b > 0"], "definitions": []}
    >>> claims = [{"verdict": "PROVED", "used": used}]
    >>> hypotheses_not_used({"hypotheses": ["a > 0", "b > 0"], "claims": claims})
    ['b > 0']
    """
    proofs = [claim.get("used") for claim in lemma["claims"] if claim["verdict"] == PROVED]
    if not proofs or None in proofs or lemma.get("licence"):
        return []
    return [text for text in lemma["hypotheses"] if all(text not in used["hypotheses"] for used in proofs if used)]


def _counts_change(certificate: Mapping[str, Any]) -> bool:
    """Return whether a hypothesis decides how many conditions the domain has, which leaves of a cover count."""
    statement = certificate["statement"]
    about_flow = any("d(" in text.replace(" ", "") for text in statement.get("hypotheses", []))
    return certificate["kind"] == "cover" and statement.get("network") is not None and about_flow


def _of_step(certificate: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {
        "format": certificate["format"],
        "statement": {**certificate["statement"], "text": text},
        "kind": "proof",
        "hints": certificate.get("hints", []),
    }


def _needed(proofs: Sequence[Mapping[str, Any]], every: Items, end: float) -> list[int]:
    """Return the places of what is needed; raise TimeoutError when the time is over."""
    kept = list(range(len(every)))
    if not every or _accepted(proofs, every, []):
        return []
    if len(kept) == 1:
        return kept
    for place in list(kept):
        if time.process_time() > end:
            raise TimeoutError
        without = [k for k in kept if k != place]
        if without and _accepted(proofs, every, without):
            kept = without
    return kept


def _accepted(proofs: Sequence[Mapping[str, Any]], every: Items, kept: Sequence[int]) -> bool:
    for proof in proofs:
        result = replay(_reduced(proof, every, kept))
        if result.reason == OUT_OF_TIME:
            raise TimeoutError
        if not result.accepted:
            return False
    return True


def _reduced(certificate: Mapping[str, Any], every: Items, kept: Sequence[int]) -> dict[str, Any]:
    """Return a certificate with what is kept only; a hypothesis that is left out keeps its place in a cover."""
    statement = certificate["statement"]
    hypotheses = [(i, text) for i, (part, text) in enumerate(every) if part == "hypotheses"]
    if certificate["kind"] == "cover":
        left = [text if i in kept else NOTHING for i, text in hypotheses]
    else:
        left = [text for i, text in hypotheses if i in kept]
    reduced = {**certificate, "statement": {**statement, "hypotheses": left}}
    if "hints" in certificate:
        reduced["hints"] = [text for i, (part, text) in enumerate(every) if part == "hints" and i in kept]
    return reduced
