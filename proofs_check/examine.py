"""One claim up the evidence ladder: domain, search, SymPy, normal forms, solvers, certificate, Coq; then a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from proofs_check.evidence.derivation import TookTooLong, time_limit
from proofs_check.ladder.certified import prove_by_certificates
from proofs_check.ladder.exact import prove_exactly
from proofs_check.ladder.outside import Outside, ask_coq, ask_solvers
from proofs_check.ladder.points import hunted, looked_for, not_supported
from proofs_check.ladder.steps import examine_steps
from proofs_check.language.elaborate import Elaboration
from proofs_check.language.statement import Statement
from proofs_check.result import CHECKER, ClaimResult, Effort, StepResult
from proofs_check.verdict import Evidence, judge
from proofs_check.witness import witness_point


def examine(
    statement: Statement,
    witness: Mapping[str, Any] | None = None,
    steps: Sequence[tuple[str, str, str]] = (),
    hints: Sequence[str] = (),
    effort: Effort | None = None,
    name: str = "claim",
    expect: str = "PROVED",
) -> ClaimResult:
    """Decide one statement and return the verdict with its evidence.

    Guarantee: REFUTED and PROVED as docs/soundness.md says; a proof and a counterexample together raise Contradiction.

    Raises
    ------
    ClaimError
        When the statement is not in the claim language.

    Examples
    --------
    >>> examine(Statement("x**2 >= 0", {"x": "real"})).verdict
    'PROVED'
    >>> examine(Statement("x/x == 1", {"x": "real"})).counterexample
    {'x': '0'}
    """
    effort = effort or Effort()
    result = ClaimResult(name, statement.text, expect)
    try:
        with time_limit(effort.limit):
            _climb(result, statement, witness, steps, hints, effort)
    except (TookTooLong, MemoryError) as reason:
        stopped = "out of memory" if isinstance(reason, MemoryError) else f"stopped after {effort.limit:g} s"
        # a proof that the checker had no time to replay is not confirmed
        replayed = any(e.rung == CHECKER for e in result.evidence)
        result.evidence.append(Evidence(0 if replayed else CHECKER, "limits", "nothing", stopped))
        if not result.looked_over:  # points alone are no support before obligations and margins were looked at
            not_supported(result, stopped)
        result.reason = result.reason or stopped
    result.verdict, result.level = judge(result.evidence)
    if result.doubt and result.verdict == "SUPPORTED":
        result.verdict, result.level, result.reason = "OPEN", 0, result.doubt
    if result.verdict == "PROVED" or (result.verdict == "REFUTED" and not result.reason.startswith("undefined")):
        result.reason = ""  # what a weaker engine could not do stands in the evidence
    wrong = next((step for step in result.steps if step.verdict != "PROVED"), None)
    if result.verdict == "PROVED" and wrong is not None:
        result.reason = f"the claim is proved, but the step {wrong.text} is {wrong.verdict}"
    if result.verdict == "OPEN" and not result.reason:
        result.reason = "no engine decided it"
    return result


def _climb(
    result: ClaimResult,
    statement: Statement,
    witness: Mapping[str, Any] | None,
    steps: Sequence[tuple[str, str, str]],
    hints: Sequence[str],
    effort: Effort,
) -> None:
    reader = Elaboration(statement)
    problem = reader.problem()
    hint_terms = [reader.term(h) for h in hints]
    start = None if witness is None else witness_point(problem, statement, witness)
    with Outside(problem, statement.relu_at_zero, hint_terms, effort) as outside:
        if effort.race:
            outside.start()
        found = looked_for(result, statement, problem, start, effort)
        if found.point is not None:
            return
        prove_exactly(result, statement, reader, problem, steps, hints, hint_terms, effort)
        prove_by_certificates(result, statement, problem, effort)
        inhabited = any(e.outcome == "agrees" for e in result.evidence)
        ask_solvers(result, statement, problem, start, outside, inhabited)
        proved = any(e.outcome == "proof" for e in result.evidence)
        if result.counterexample is not None or (
            not proved and hunted(result, statement, problem, start, hint_terms, effort)
        ):
            return
        ask_coq(result, statement, problem, start, outside)
    if steps or effort.sympy:
        examine_steps(result, statement, problem, start, steps, hints, effort)


__all__ = ["ClaimResult", "Effort", "StepResult", "examine"]
