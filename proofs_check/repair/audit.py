"""Audit of a lemma: each hypothesis dropped in turn, and each kind of a variable; is it needed?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from proofs_check.examine import examine
from proofs_check.language.elaborate import Elaboration
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.language.term import Formula, formula_terms, variables
from proofs_check.lemma import Claim, Lemma
from proofs_check.repair.trial import load_engines
from proofs_check.result import CHECKER, Effort
from proofs_check.verdict import PROVED, REFUTED

NEEDED, NOT_NEEDED, NOT_USED, UNKNOWN = "needed", "not needed", "not used", "unknown"
EFFORT = Effort(seconds=0.4, candidates=200, sympy=False, level=CHECKER, limit=60.0, outside=1.0)
REAL = "real"


@dataclass(frozen=True)
class Drop:
    """One assumption of a lemma and the statement without it.

    Examples
    --------
    >>> [d.text for d in drops(Statement("x > 0", {"x": "positive", "y": "real"}, ("y > x",)))]
    ['y > x', 'x positive']
    """

    text: str
    kind: str  # "hypothesis" or "variable"
    name: str
    statement: Statement


def drops(statement: Statement) -> list[Drop]:
    """Return every statement that lacks one hypothesis, or has one variable real instead of its kind."""
    hypotheses = statement.hypotheses
    found = []
    for i, text in enumerate(hypotheses):
        without = replace(statement, hypotheses=hypotheses[:i] + hypotheses[i + 1 :])
        found.append(Drop(text, "hypothesis", "", without))
    for name, kind in statement.variables.items():
        if kind == REAL or (isinstance(kind, dict) and "vector" in kind):
            continue
        without = replace(statement, variables={**statement.variables, name: REAL})
        found.append(Drop(_kind_text(name, kind), "variable", name, without))
    return found


def _kind_text(name: str, kind: Any) -> str:
    if isinstance(kind, dict) and "values" in kind:
        return f"{name} in {{{', '.join(map(str, kind['values']))}}}"
    return str(kind["real"]) if isinstance(kind, dict) else f"{name} {kind}"


def audit_lemma(lemma: Lemma, verdicts: list[str], effort: Effort = EFFORT) -> dict[str, Any]:
    """Drop every assumption of a lemma in turn, for each of its proved claims, and return what came of it.

    Parameters
    ----------
    verdicts : the verdict of each claim of the lemma; only what is PROVED is audited.

    Guarantee: "needed" rests on a counterexample that the checker replayed, "not needed" on a proof without the
    assumption, "not used" on its standing nowhere; everything else is "unknown". Each is dropped alone: two that are
    not needed may not both be left out.

    Examples
    --------
    >>> from pathlib import Path
    >>> from proofs_check.lemma import from_text
    >>> lemma = from_text('[variables]\\nx = "positive"\\n[[claim]]\\ntext = "x/x == 1"', Path("a.toml"))
    >>> audit_lemma(lemma, ["PROVED"])["drops"][0]["outcome"]
    'needed'
    """
    load_engines()
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    audited = []
    for claim, verdict in zip(lemma.claims, verdicts, strict=True):
        if verdict != PROVED or lemma.trajectory is not None:
            continue
        audited.append(claim.name)
        for drop in drops(claim.statement):
            row = rows.setdefault((drop.kind, drop.text), {"dropped": drop.text, "kind": drop.kind, "claims": []})
            row["claims"].append(_without(lemma, claim, drop, effort))
    unproved = any(claim.expect == PROVED and claim.name not in audited for claim in lemma.claims)
    for row in rows.values():
        row["outcome"] = _together([entry["outcome"] for entry in row["claims"]], unproved)
    left = [claim.name for claim in lemma.claims if claim.name not in audited]
    return {"name": lemma.name, "title": lemma.title, "audited": audited, "not_audited": left,
            "drops": list(rows.values())}  # fmt: skip


def _without(lemma: Lemma, claim: Claim, drop: Drop, effort: Effort) -> dict[str, Any]:
    """Return what becomes of one claim without one assumption."""
    entry: dict[str, Any] = {"claim": claim.name, "text": claim.statement.text}
    if drop.kind == "variable" and not _used(claim.statement, drop.name):
        return {**entry, "outcome": NOT_USED, "verdict": PROVED, "counterexample": None, "reason": ""}
    from hypothesis.errors import HypothesisException  # what a time limit may become inside a search

    try:
        result = examine(drop.statement, lemma.witness, claim.steps, claim.hints, effort)
    except (ClaimError, HypothesisException) as error:  # also when what is left is no statement of the language
        return {**entry, "outcome": UNKNOWN, "verdict": "OPEN", "counterexample": None, "reason": str(error)}
    outcome = {PROVED: NOT_NEEDED, REFUTED: NEEDED}.get(result.verdict, UNKNOWN)
    if outcome == NEEDED and result.counterexample is None:
        outcome = UNKNOWN
    shown = result.counterexample if outcome == NEEDED else None
    return {
        **entry, "outcome": outcome, "verdict": result.verdict, "counterexample": shown, "reason": result.reason,
        "certificate": result.certificate if outcome in (NEEDED, NOT_NEEDED) else None,
    }  # fmt: skip


def _used(statement: Statement, name: str) -> bool:
    """Return True when the variable stands in the claim or a hypothesis, or its condition is about others too."""
    reader = Elaboration(statement)
    problem = reader.problem()
    standing = _names([problem.claim, *problem.hypotheses])
    linked = any({name} < found for found in map(_names, _each(reader.kinds)))
    return name in standing or linked


def _each(formulas: list[Formula]) -> Iterator[list[Formula]]:
    for formula in formulas:
        yield [formula]


def _names(formulas: list[Formula]) -> set[str]:
    return variables(*[term for formula in formulas for term in formula_terms(formula)])


def _together(outcomes: list[str], unproved: bool) -> str:
    """Return what a lemma's claims say together: needed by one is needed; not needed only when no claim needs it.

    A claim that should be proved and is not (`unproved`) might need it.
    """
    if NEEDED in outcomes:
        return NEEDED
    if UNKNOWN in outcomes or unproved:
        return UNKNOWN
    return NOT_NEEDED if NOT_NEEDED in outcomes else NOT_USED


def summary(lemmas: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many assumptions came out how.

    Examples
    --------
    >>> summary([{"drops": [{"outcome": "needed"}]}])
    {'needed': 1, 'not needed': 0, 'not used': 0, 'unknown': 0}
    """
    outcomes = [row["outcome"] for lemma in lemmas for row in lemma["drops"]]
    return {word: outcomes.count(word) for word in (NEEDED, NOT_NEEDED, NOT_USED, UNKNOWN)}
