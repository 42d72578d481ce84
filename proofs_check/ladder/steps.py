"""Rung 2: SymPy's opinion, and the displayed steps one by one."""

from __future__ import annotations

from collections.abc import Sequence

from proofs_check import certificate as certificates
from proofs_check.chain import links_of
from proofs_check.checker import replay
from proofs_check.evidence.derivation import agrees_at_points, sympy_opinion
from proofs_check.evidence.points import Point
from proofs_check.evidence.search import search
from proofs_check.ladder.exact import prove_all_cases
from proofs_check.language.elaborate import Elaboration, Problem
from proofs_check.language.statement import Statement
from proofs_check.plural import counted
from proofs_check.result import CHECKER, ClaimResult, Effort, StepResult
from proofs_check.verdict import Evidence, judge


def examine_steps(
    result: ClaimResult,
    statement: Statement,
    problem: Problem,
    start: Point | None,
    steps: Sequence[tuple[str, str, str]],
    hints: Sequence[str],
    effort: Effort,
) -> None:
    """Decide every displayed step, and ask SymPy about the claim."""
    links = links_of(statement, steps) if steps else []
    for text, reason, _ in links:
        result.steps.append(_examine_step(statement.with_text(text), reason, hints, start))
    if not effort.sympy or effort.level < 2:
        return
    opinion = sympy_opinion(problem.claim, problem)
    agreeing, looked = agrees_at_points(problem, statement.relu_at_zero, start)
    if opinion == "zero" and looked and agreeing == looked:
        agree = "1 point agrees" if looked == 1 else f"{looked} points agree"
        result.evidence.append(Evidence(2, "sympy", "agrees", f"the difference simplifies to 0; {agree}"))
    elif opinion == "not zero" or agreeing < looked:
        result.evidence.append(
            Evidence(2, "sympy", "disagrees", f"SymPy says {opinion}; {agreeing} of {counted(looked, 'point')} agree")
        )
    else:
        result.evidence.append(Evidence(2, "sympy", "nothing", f"SymPy says {opinion}"))


def _examine_step(statement: Statement, reason: str, hints: Sequence[str], start: Point | None) -> StepResult:
    """Decide one link by the exact rungs, and by the search where they do not decide."""
    reader = Elaboration(statement)
    problem = reader.problem()
    proof = prove_all_cases(problem, problem.claim, [reader.term(h) for h in hints], statement.relu_at_zero)
    evidence: list[Evidence] = []
    if proof.proved:
        evidence.append(Evidence(3, "normal form and sign rules", "proof"))
        if replay(certificates.proof(statement, hints)).accepted:
            evidence.append(Evidence(CHECKER, "checker", "proof"))
    else:
        found = search(problem, statement.relu_at_zero, start, 1.0, 100, thorough=False)
        if found.point is not None:
            cert = certificates.counterexample(statement, problem, found.point, found.why)
            rung = CHECKER if replay(cert).accepted else 1
            evidence.append(Evidence(rung, "search", "counterexample"))
        elif (found.tried or found.equal) and not found.undecided:
            evidence.append(Evidence(1, "search", "agrees"))
    return StepResult(statement.text, reason, *judge(evidence))
