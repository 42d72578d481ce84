"""Rungs 0 and 1: is the domain inhabited, and does a point of it refute the claim?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from proofs_check import certificate as certificates
from proofs_check.checker import replay
from proofs_check.evidence.beyond import out_of_reach
from proofs_check.evidence.clearance import unclear
from proofs_check.evidence.jumps import unseen
from proofs_check.evidence.normal_form import NormalForms
from proofs_check.evidence.points import Domain, Point
from proofs_check.evidence.search import Found, search
from proofs_check.ladder.exact import contrary, undecided_obligation
from proofs_check.ladder.witness import witness_evidence
from proofs_check.language.elaborate import Problem
from proofs_check.language.statement import Statement
from proofs_check.language.term import Term
from proofs_check.plural import counted
from proofs_check.result import CHECKER, ClaimResult, Effort
from proofs_check.verdict import Evidence


def hunted(
    result: ClaimResult,
    statement: Statement,
    problem: Problem,
    start: Point | None,
    hints: Sequence[Term],
    effort: Effort,
) -> bool:
    """Search harder before a claim without a proof counts as supported; True when that refutes it."""
    if effort.level < 1 or not any(e.outcome == "agrees" for e in result.evidence):
        result.looked_over = True
        return False
    found = search(problem, statement.relu_at_zero, start, 4 * effort.seconds, 10 * effort.candidates, 1, thorough=True)
    if found.point is not None:
        record_counterexample(result, statement, problem, found.point, found.why)
        return True
    open_obligation = undecided_obligation(problem, hints, statement.relu_at_zero)
    why = result.doubt or (f"not decided: {open_obligation}" if open_obligation else "")
    differing = contrary(problem, hints, statement.relu_at_zero)
    why = why or (f"the two sides of {differing} are proved to differ" if differing else "")
    why = why or (f"unknown at {counted(found.undecided, 'further point')} of the domain" if found.undecided else "")
    why = why or unseen(problem, statement.relu_at_zero, start)
    why = why or unclear(problem, statement.relu_at_zero, start, 4 * effort.seconds)
    why = why or out_of_reach(problem, statement.relu_at_zero, 4 * effort.seconds)
    if why:
        not_supported(result, why)
    result.looked_over = True
    return False


def not_supported(result: ClaimResult, why: str) -> None:
    """Let the points that were tried count for nothing, for the reason given."""
    sampled = [e for e in result.evidence if e.rung == 1 and e.outcome == "agrees"]
    result.evidence = [e for e in result.evidence if e not in sampled]
    result.evidence += [Evidence(1, e.engine, "nothing", f"{e.detail}, but {why}") for e in sampled]
    result.reason = result.reason or (why if sampled else "")


def looked_for(
    result: ClaimResult, statement: Statement, problem: Problem, start: Point | None, effort: Effort
) -> Found:
    """Look for a point of the domain that refutes the claim, and record what was seen."""
    domain = Domain.of(problem, statement.relu_at_zero)
    satisfiable = False
    if start is not None:
        seen = witness_evidence(problem, statement, domain.complete(start))
        satisfiable = seen.outcome == "agrees"
        result.evidence.append(seen)
    found = search(
        problem,
        statement.relu_at_zero,
        start,
        effort.seconds,
        effort.candidates,
        thorough=result.expect == "REFUTED" or effort.candidates > 400,
    )
    if found.point is not None:
        record_counterexample(result, statement, problem, found.point, found.why)
        return found
    if found.tried + found.equal + found.undecided == 0 and not satisfiable:
        result.reason = "no rational point of the domain was found: the hypotheses may contradict each other"
        if NormalForms(problem.domain, statement.relu_at_zero).contradictory():
            result.reason = "the hypotheses contradict each other"
        result.evidence.append(Evidence(0, "search", "unsatisfiable", result.reason))
    elif found.undecided:
        unknown = counted(found.undecided, "point")
        detail = f"unknown at {unknown} of the domain: a kink, or sides that agree to 512 bits"
        result.evidence.append(Evidence(1, "search", "nothing", detail))
    elif found.tried or found.equal:
        found_at = [f"holds at {counted(found.tried, 'point')} of the domain"] if found.tried else []
        found_at += [f"equal to 512 bits at {found.equal}"] if found.equal else []
        result.evidence.append(Evidence(1, "search", "agrees", ", ".join(found_at)))
    return found


def record_counterexample(
    result: ClaimResult, statement: Statement, problem: Problem, point: Mapping[str, Fraction], why: str, rung: int = 1
) -> None:
    """Let the checker replay a counterexample and record what it says."""
    cert = certificates.counterexample(statement, problem, point, why)
    shown = cert["point"]
    result.evidence.append(
        Evidence(rung, "search" if rung == 1 else "solvers", "counterexample", f"the claim is {why} there")
    )
    outcome = replay(cert)
    if outcome.accepted:
        result.counterexample, result.certificate = shown, cert
        result.evidence.append(Evidence(CHECKER, "checker", "counterexample", "replayed"))
        if why == "undefined":
            result.reason = f"undefined at {_shown(shown)}" if shown else "undefined"
    else:
        result.reason = f"a counterexample was found at {_shown(shown)} but did not replay: {outcome.reason}"
        result.evidence.append(Evidence(CHECKER, "checker", "disagrees", outcome.reason))


def _shown(point: Mapping[str, Any]) -> str:
    return ", ".join(f"{k} = {v}" for k, v in point.items()) or "any values"
