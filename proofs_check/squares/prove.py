"""A claim to a certificate of kind "squares": every goal that the sign rules leave open gets a step."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import product
from typing import Any

from proofs_check.certificate import FORMAT
from proofs_check.checker import replay
from proofs_check.evidence.derivation import undisturbed
from proofs_check.evidence.exact import prove
from proofs_check.language.calculus import substitute
from proofs_check.language.elaborate import Problem
from proofs_check.language.statement import Statement
from proofs_check.language.term import Formula, Term, map_formula, num
from proofs_check.printers.text import to_text
from proofs_check.printers.total import Goal, goals
from proofs_check.squares.atoms import conjuncts


@dataclass(frozen=True)
class Limits:
    """How hard to look: seconds for the claim, unknowns of one program, cases of finitely many values.

    Examples
    --------
    >>> Limits(seconds=5).unknowns
    2000
    """

    seconds: float = 20.0
    unknowns: int = 2_000
    cases: int = 64


def missing() -> str:
    """Return why the search cannot run here, "" when it can."""
    absent = [name for name in ("cvxpy", "clarabel") if find_spec(name) is None]
    return f"{' and '.join(absent)} not installed: pip install 'raceproof[sos]'" if absent else ""


def prove_by_squares(statement: Statement, problem: Problem, limits: Limits | None = None) -> dict[str, Any] | str:
    """Return a certificate of kind "squares" for the claim, or the reason why none was found.

    Guarantee: the search has none; a certificate that is returned was accepted by the small checker.

    Source: P. Parrilo, Semidefinite programming relaxations for semialgebraic problems, Math. Program. 96 (2003);
    H. Peyrl and P. Parrilo, Computing sum of squares decompositions with rational coefficients, TCS 409 (2008).
    """
    limits = limits or Limits()
    absent = missing()
    if absent:
        return f"sums of squares: {absent}"
    if math.prod(len(v) for v in problem.values.values()) > limits.cases:
        return f"sums of squares: more than {limits.cases} cases of the variables with finitely many values"
    end = time.monotonic() + limits.seconds
    reason = ""
    for ruled in (True, False):  # with the sign rules of rung 3 first; the checker's own may see less
        steps, reason = _steps(statement, problem, limits, end, ruled)
        certificate = {"format": FORMAT, "statement": statement.to_json(), "kind": "squares", "steps": steps}
        if not reason:
            outcome = replay(certificate)
            if outcome.accepted:
                return certificate
            reason = f"sums of squares: found, but the checker says: {outcome.reason}"
        elif ruled:
            break
    return reason


def _steps(
    statement: Statement, problem: Problem, limits: Limits, end: float, ruled: bool
) -> tuple[list[dict[str, Any]], str]:
    """Return the steps and "", or why there are none; `ruled`: goals that rung 3 proves get no step, signs are its."""
    with undisturbed():
        from proofs_check.squares.step import find_step  # SciPy and the solver are loaded when they are needed

    steps: list[dict[str, Any]] = []
    for case in _cases(problem):
        facts = [map_formula(f, case) for f in problem.domain]
        for goal in _leaves(goals(map_formula(problem.claim, case), facts)):
            relation = next(iter(conjuncts(goal.formula)))
            proved = prove(relation, goal.facts, (), statement.relu_at_zero).proved
            if proved and ruled:
                continue
            step = find_step(relation, goal.facts, statement.relu_at_zero, end, limits.unknowns, ruled)
            if step is None and not proved:
                over = "the time is over at " if time.monotonic() > end else "none found for "
                a, b = relation.terms
                return steps, f"sums of squares: {over}{to_text(a, 60)} {relation.op} {to_text(b, 60)}"
            if step is not None and step not in steps:
                steps.append(step)
    return steps, ""


def _cases(problem: Problem) -> Iterator[Any]:
    names = list(problem.values)
    for choice in product(*(problem.values[n] for n in names)):
        values: dict[str, Term] = {n: num(v) for n, v in zip(names, choice, strict=True)}
        yield lambda term, values=values: substitute(term, values) if values else term


def _leaves(found: Sequence[Goal]) -> Iterator[Goal]:
    """Yield goals that are single relations."""
    for goal in found:
        formula = goal.formula
        if formula.terms or (formula.op == "not" and formula.args[0].terms):
            yield goal
        elif formula.op != "true":
            yield from _leaves(goals(_positive(formula), goal.facts))


def _positive(formula: Formula) -> Formula:
    """Return the formula without `not` before a whole formula."""
    if formula.op == "not":
        inner = formula.args[0]
        if inner.op == "not":
            return inner.args[0]
        if inner.op == "implies":
            return Formula("and", (inner.args[0], Formula("not", (inner.args[1],))))
        other = {"and": "or", "or": "and"}[inner.op]
        return Formula(other, tuple(Formula("not", (part,)) for part in inner.args))
    return formula
