"""Rung 6 by other means: covers by boxes and sums of squares, found by searches and replayed by the checker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from proofs_check.checker import replay
from proofs_check.engines.candidate import candidate
from proofs_check.evidence.derivation import undisturbed
from proofs_check.evidence.points import Domain
from proofs_check.ladder.points import record_counterexample
from proofs_check.language.elaborate import Problem
from proofs_check.language.statement import Statement
from proofs_check.result import CHECKER, ClaimResult, Effort
from proofs_check.verdict import Evidence


def prove_by_certificates(result: ClaimResult, statement: Statement, problem: Problem, effort: Effort) -> None:
    """Look for a certificate where the sign rules found none; only what the checker accepts is recorded as a proof."""
    if effort.level < CHECKER or any(e.rung == CHECKER and e.outcome == "proof" for e in result.evidence):
        return
    for name, search in _searches(statement, problem, effort):
        found = search()
        point = getattr(found, "point", None)
        if point is not None:
            _refuted(result, statement, problem, name, point)
            return
        if not isinstance(found, dict):
            continue
        outcome = replay(found)
        if outcome.accepted:
            result.certificate = found
            result.evidence.append(Evidence(CHECKER, "checker", "proof", f"replayed: {name}"))
            return
        result.evidence.append(Evidence(CHECKER, "checker", "disagrees", f"{name}: {outcome.reason}"))


def _refuted(result: ClaimResult, statement: Statement, problem: Problem, name: str, at: dict[str, Fraction]) -> None:
    """Record a point where enclosures show that the claim fails; the checker has to find so too.

    Where it cannot, the claim keeps no support from points: somewhere it is false.
    """
    pools = Domain.of(problem, statement.relu_at_zero).pools
    others = {variable: pool[0] for variable, pool in pools.items() if pool}
    found = candidate(problem, statement.relu_at_zero, {**others, **at})
    if found is not None:
        record_counterexample(result, statement, problem, *found)
    else:
        result.doubt = f"{name} shows that it fails near {', '.join(f'{n} = {q}' for n, q in at.items())[:200]}"


def _searches(statement: Statement, problem: Problem, effort: Effort) -> Iterator[tuple[str, Callable[[], Any]]]:
    with undisturbed():
        from proofs_check.boxes.prove import Limits as Boxes
        from proofs_check.boxes.prove import prove_by_boxes
        from proofs_check.squares.prove import Limits as Squares
        from proofs_check.squares.prove import prove_by_squares

    yield "a cover by boxes", lambda: prove_by_boxes(statement, problem, Boxes(seconds=effort.outside))
    yield "sums of squares", lambda: prove_by_squares(statement, problem, Squares(seconds=effort.outside))
