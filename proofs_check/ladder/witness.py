"""Rung 0: does the lemma's witness lie in the domain, and if not, what does it break?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from proofs_check.evidence.balls import decide
from proofs_check.evidence.points import Point
from proofs_check.language.elaborate import Problem
from proofs_check.language.statement import Statement
from proofs_check.language.term import formula_terms, variables
from proofs_check.verdict import Evidence

ENGINE, INSIDE, OUTSIDE = "witness", "the witness lies in the domain", "the witness is outside the domain"


def witness_evidence(problem: Problem, statement: Statement, point: Point) -> Evidence:
    """Return what a completed witness shows about the domain; it is outside only where a condition certainly fails."""
    outcomes = [decide(formula, point, statement.relu_at_zero) for formula in problem.domain]
    if all(outcome == "true" for outcome in outcomes):
        return Evidence(0, ENGINE, "agrees", INSIDE)
    broken = next((i for i, outcome in enumerate(outcomes) if outcome in ("false", "undefined")), None)
    if broken is None:
        return Evidence(0, ENGINE, "nothing", "it was not decided whether the witness lies in the domain")
    return Evidence(0, ENGINE, "nothing", f"{OUTSIDE}: {_broken(problem, statement, broken, outcomes[broken])}")


def _broken(problem: Problem, statement: Statement, position: int, outcome: str) -> str:
    """Return in words which condition of the domain fails: the author's text where he wrote it as a hypothesis."""
    gates = len(problem.domain) - len(statement.hypotheses)  # kinds, then what the flow needs, then the hypotheses
    if position >= gates:
        return f"{statement.hypotheses[position - gates]} is {outcome} there"
    if position >= len(problem.kinds):
        return "a preactivation is 0 there, where the flow has no derivative"
    names = ", ".join(sorted(variables(*formula_terms(problem.domain[position]))))
    return f"{names} is not of the kind that [variables] says"


def outside(claims: Iterable[Mapping[str, Any]]) -> str:
    """Return what the claims' results say about a witness outside the domain, "" when it lies inside.

    Examples
    --------
    >>> outside([{"evidence": [{"engine": "witness", "detail": "the witness lies in the domain"}]}])
    ''
    """
    found = (e["detail"] for claim in claims for e in claim["evidence"] if e["engine"] == ENGINE)
    return next((detail for detail in found if detail.startswith(OUTSIDE)), "")
