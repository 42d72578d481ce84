"""The weakest extra hypotheses, from a stated menu, under which a false claim is proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from proofs_check.evidence.balls import decide as decide_at
from proofs_check.evidence.points import Domain, Point
from proofs_check.language.elaborate import Elaboration, Problem
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.language.term import Formula, formula_terms, variables
from proofs_check.repair.menu import Item, implied_by_both, menu
from proofs_check.repair.samples import sampled
from proofs_check.repair.trial import Clock, Decide, Trial, attempt, decide_statement

POINTS = 600
REFUTING = 60
SECONDS = 0.3
MAX_NAMES = 6


@dataclass(frozen=True)
class Extra:
    """One or two extra hypotheses and what the verifier says of the claim with them.

    Attributes
    ----------
    added : the hypotheses.    origins : "menu" or "sibling" for each.
    trial : true only when `trial.proved`.
    """

    added: tuple[str, ...]
    origins: tuple[str, ...]
    trial: Trial

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the report."""
        return {"added": list(self.added), "origins": list(self.origins), **self.trial.to_json()}


@dataclass(frozen=True)
class _Choice:
    items: tuple[Item, ...]
    formulas: tuple[Formula, ...]
    implies: frozenset[str]

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text for item in self.items)


def hypotheses(
    statement: Statement,
    problem: Problem,
    point: Mapping[str, Fraction],
    clock: Clock,
    siblings: Sequence[str] = (),
    decide: Decide = decide_statement,
) -> list[Extra]:
    """Return the weakest hypotheses of the menu that make the claim proved, then those that are only supported.

    Single hypotheses first; pairs only when no single one is proved. One that is implied by another that is proved is
    preferred to it: of `x > 0` and `x >= 0` only `x >= 0` is returned when both are proved.

    Examples
    --------
    >>> s = Statement("x**3 >= 0", {"x": "real"})
    >>> hypotheses(s, elaborated(s), {"x": Fraction(-1)}, Clock(20))[0].added
    ('x >= 0',)
    """
    refuting, holding = _points(statement, problem, point)
    choices = _choices(statement, problem, siblings)
    singles = [c for c in choices if _may(c, refuting, holding, statement)]
    found = _tried(statement, singles, clock.part(0.7), decide)
    if not any(extra.trial.proved for extra in found):
        hopeless = {c.texts() for c in singles}
        single = [c for c in choices if c.items[0].single and c.texts() not in hopeless]
        pairs = [_pair(a, b) for a, b in combinations(single, 2) if a.items[0].single != b.items[0].single]
        pairs = [p for p in pairs if _may(p, refuting, holding, statement)]
        found += _tried(statement, pairs, clock, decide)
    return sorted(found, key=lambda extra: not extra.trial.proved)


def elaborated(statement: Statement) -> Problem:
    """Return the statement written out."""
    return Elaboration(statement).problem()


def _points(statement: Statement, problem: Problem, point: Mapping[str, Fraction]) -> tuple[list[Point], list[Point]]:
    """Return points of the domain where the claim certainly fails, and points where it certainly holds."""
    domain = Domain.of(problem, statement.relu_at_zero)
    refuting, holding = [domain.complete({name: point[name] for name in domain.free})], []
    for trial in sampled(domain, point, POINTS):
        outcome = decide_at(problem.claim, trial, statement.relu_at_zero)
        if outcome in ("false", "undefined") and len(refuting) < REFUTING:
            refuting.append(trial)
        elif outcome == "true" and len(holding) < REFUTING:
            holding.append(trial)
    return refuting, holding


def _choices(statement: Statement, problem: Problem, siblings: Sequence[str]) -> list[_Choice]:
    used = variables(*[t for f in (problem.claim, *problem.hypotheses) for t in formula_terms(f)])
    names = [n for n in statement.variables if n in used and n not in problem.vectors and n not in problem.values]
    reader = Elaboration(statement)
    found = []
    for item in menu(names[:MAX_NAMES], [s for s in siblings if s not in statement.hypotheses]):
        try:
            formula = reader.formula(item.text)
        except ClaimError:  # a sibling's hypothesis about variables that this claim does not have
            continue
        if formula != problem.claim:
            found.append(_Choice((item,), (formula,), item.implies))
    return found


def _pair(a: _Choice, b: _Choice) -> _Choice:
    """Return both together."""
    return _Choice(a.items + b.items, a.formulas + b.formulas, implied_by_both(a.items[0], b.items[0]))


def _may(choice: _Choice, refuting: list[Point], holding: list[Point], statement: Statement) -> bool:
    """Return True when it excludes every known counterexample and keeps more than one point where the claim holds."""

    def admits(point: Point) -> bool:
        return all(decide_at(f, point, statement.relu_at_zero) == "true" for f in choice.formulas)

    return not any(map(admits, refuting)) and (len(holding) < 2 or sum(map(admits, holding)) > 1)


def _tried(statement: Statement, choices: list[_Choice], clock: Clock, decide: Decide) -> list[Extra]:
    """Decide the choices, weak ones first, leaving out what is stronger than one that is proved already."""
    proved: list[_Choice] = []
    found: list[tuple[_Choice, Extra]] = []
    for choice in sorted(choices, key=lambda c: len(c.implies)):
        if clock.left() == 0:
            break
        if any(_stronger(choice, other) for other in proved):
            continue
        extended = replace(statement, hypotheses=(*statement.hypotheses, *choice.texts()))
        trial = attempt(extended, "extra hypothesis", min(SECONDS, clock.left()), decide)
        if trial.proved:
            proved.append(choice)
        if trial.proved or trial.verdict == "SUPPORTED":
            origins = tuple(item.origin for item in choice.items)
            found.append((choice, Extra(choice.texts(), origins, trial)))
    return [extra for choice, extra in found if not any(_stronger(choice, p) for p in proved)]


def _stronger(choice: _Choice, other: _Choice) -> bool:
    """Return True when the choice is another one, and implies it."""
    return choice is not other and set(other.texts()) <= choice.implies
