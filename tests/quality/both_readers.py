"""One statement through both readers of the claim language: what each refuses, what each finds at points."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from typing import Any

from proofs_check import certificate as certificates
from proofs_check.checker import Reject, truth_at
from proofs_check.checker.limits import Clock
from proofs_check.checker.statement import Statement as CheckerStatement
from proofs_check.evidence.balls import Undecided, Undefined, ball, decide, evaluate, precision
from proofs_check.evidence.points import Domain, Point
from proofs_check.language.elaborate import Problem, elaborate
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.language.term import formula_terms, sub

VALUES = tuple(Fraction(n, 2) for n in (0, 2, -2, 1, -1, 3, 4, -5))
BITS = 256
KEPT_OUT = "undecided"  # either reader may need more digits than it takes: no answer is no difference


def refusals(statement: Statement) -> tuple[str, str]:
    """Return why the toolkit and why the checker refuse a statement; "" where it is read."""
    ours = theirs = ""
    try:
        elaborate(statement)
    except ClaimError as reason:
        ours = str(reason) or "no reason"
    try:
        CheckerStatement(json.loads(json.dumps(statement.to_json())), Clock(20))
    except Reject as reason:
        theirs = str(reason) or "no reason"
    return ours, theirs


def difference(statement: Statement, seed: int = 0, count: int = 6) -> str:
    """Return how the two readings of a statement differ, "" when both refuse it or agree at the points tried."""
    ours, theirs = refusals(statement)
    if "\n" in ours + theirs:
        return f"a reason of more than one line: {ours!r}, {theirs!r}"
    if bool(ours) != bool(theirs):
        return f"only the {'toolkit' if ours else 'checker'} refuses: {ours or theirs}"
    if ours:
        return ""
    problem = elaborate(statement)
    for point in points(problem, statement, seed, count):
        said = _difference_at(problem, statement, point)
        if said:
            return said
    return ""


def points(problem: Problem, statement: Statement, seed: int, count: int) -> list[Point]:
    """Return simple rational points, in the domain or not, the same for every run."""
    rng = random.Random(seed)
    domain = Domain.of(problem, statement.relu_at_zero)
    found: list[Point] = []
    for number in range(count):
        values = VALUES[:3] if number < 2 else VALUES
        drawn = {name: rng.choice(problem.values.get(name) or values) for name in domain.free}
        found.append(domain.complete(drawn))
    return found


def _difference_at(problem: Problem, statement: Statement, point: Point) -> str:
    cert: dict[str, Any] = certificates.counterexample(statement, problem, point, "false")
    inside, claim, gaps = truth_at(json.loads(json.dumps(cert)))
    where = ", ".join(f"{name} = {value}" for name, value in cert["point"].items())
    ours = [decide(formula, point, statement.relu_at_zero) for formula in problem.domain]
    word = next((answer for answer in ours if answer != "true"), "true")
    if _apart("false" if word == "undefined" else word, "false" if inside == "undefined" else _word(inside)):
        return f"the domain is {word} for the toolkit and {_word(inside)} for the checker at {where}"
    mine = decide(problem.claim, point, statement.relu_at_zero)
    if _apart(mine, _word(claim)):
        return f"the claim is {mine} for the toolkit and {_word(claim)} for the checker at {where}"
    terms = formula_terms(problem.claim)
    if 2 * len(gaps) != len(terms):
        return f"{len(terms) // 2} relations for the toolkit, {len(gaps)} for the checker"
    for a, b, gap in zip(terms[::2], terms[1::2], gaps, strict=True):
        value = _value(problem, statement, point, sub(a, b))
        if KEPT_OUT not in (value, gap) and not _meet(value, gap):
            return f"a difference is {value} for the toolkit and {gap} for the checker at {where}"
    return ""


def _value(problem: Problem, statement: Statement, point: Point, term: Any) -> Any:
    with precision(BITS):
        try:
            value = ball(evaluate(term, point, statement.relu_at_zero))
        except Undefined:
            return "undefined"
        except Undecided:
            return KEPT_OUT
        if not value.is_finite():
            return KEPT_OUT
        ends = value.lower().fmpq(), value.upper().fmpq()
        return tuple(Fraction(int(end.p), int(end.q)) for end in ends)


def _meet(a: Any, b: Any) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return a[0] <= b[1] and b[0] <= a[1]


def _word(truth: bool | str) -> str:
    return truth if isinstance(truth, str) else "true" if truth else "false"


def _apart(a: str, b: str) -> bool:
    return a != b and KEPT_OUT not in (a, b)
