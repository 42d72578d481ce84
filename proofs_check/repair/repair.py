"""A false claim with its smallest counterexample, where it fails, and what is true instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from proofs_check.language.elaborate import Elaboration, Problem
from proofs_check.language.statement import Statement
from proofs_check.repair.constants import Constant, constants
from proofs_check.repair.ends import Region, shown
from proofs_check.repair.hypotheses import Extra, hypotheses
from proofs_check.repair.region import region
from proofs_check.repair.relations import Relation, relations
from proofs_check.repair.smallest import Smallest, smallest
from proofs_check.repair.trial import Clock, Decide, Trial, attempt, decide_by_all, decide_statement, load_engines
from proofs_check.verdict import REFUTED
from proofs_check.witness import witness_point

SECONDS = 10.0
MAX_REGIONS = 4
SHOWN = 4
INSIST = 2
Say = Callable[[str], None]
Repaired = Relation | Constant | Extra


@dataclass(frozen=True)
class Repair:
    """What was found about a false claim.

    Attributes
    ----------
    smallest : the smallest counterexample found, None when the checker accepted none.
    regions : for each variable, the others at the counterexample, the largest interval found on which the claim fails.
    relations, constants, hypotheses : changed claims, each with its own verdict.

    Examples
    --------
    >>> Repair("x > x", (), None, (), (), (), ()).rows()
    [('true instead', 'nothing that was tried could be proved')]
    """

    text: str
    conditions: tuple[str, ...]
    smallest: Smallest | None
    regions: tuple[Region, ...]
    relations: tuple[Relation, ...]
    constants: tuple[Constant, ...]
    hypotheses: tuple[Extra, ...]

    def proved(self) -> tuple[Repaired, ...]:
        """Return the changed claims that are true: those the verifier proved."""
        return tuple(changed for changed in self.changed() if changed.trial.proved)

    def changed(self) -> tuple[Repaired, ...]:
        """Return the changed claims, true or not."""
        return (*self.relations, *self.constants, *self.hypotheses)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the report."""
        return {
            "schema": "raceproof-repair/1",
            "smallest": None if self.smallest is None else self.smallest.to_json(),
            "fails_on": [r.to_json() for r in self.regions],
            "relations": [r.to_json() for r in self.relations],
            "constants": [c.to_json() for c in self.constants],
            "hypotheses": [e.to_json() for e in self.hypotheses],
        }

    def rows(self) -> list[tuple[str, str]]:
        """Return labelled lines; only what is proved is called true."""
        rows = []
        if self.smallest is not None:
            rows.append(("smallest", f"{_point(self.smallest.point)} ({self.smallest.how()})"))
        rows += [("fails on", "; ".join([r.text(), *r.notes()])) for r in self.regions]
        true = self.proved()
        rows += [("true instead", _shown(c)) for c in true[:SHOWN]]
        if not true:
            rows.append(("true instead", "nothing that was tried could be proved"))
        others = [c for group in (self.relations, self.constants, self.hypotheses) if not _any(group) for c in group]
        rows += [("not proved", f"{_shown(c)}: {c.trial.word()}") for c in others[:INSIST]]
        return rows

    def text_lines(self) -> str:
        """Return the labelled lines as text."""
        return "\n".join(f"  {label:<14}  {text}" for label, text in self.rows())


def repair(
    statement: Statement,
    counterexample: Mapping[str, Any],
    seconds: float = SECONDS,
    siblings: Sequence[str] = (),
    decide: Decide = decide_statement,
    insist: Decide = decide_by_all,
    say: Say = lambda text: None,
) -> Repair:
    """Return the smallest counterexample, the region and the repairs of a refuted claim.

    Parameters
    ----------
    statement, counterexample : the claim and the point that refutes it, as `examine` returns it.
    seconds : for everything; what is not finished by then is left out.
    siblings : hypotheses of other claims to try besides the menu.
    decide, insist : what decides changed claims: quickly for each, and once more for the best that stay undecided.
    say : told what is being done.

    Guarantee: a repair counts as true only when it was proved itself (`Trial.proved`).

    Examples
    --------
    >>> found = repair(Statement("x*(1 - x) <= 1/5", {"x": "real"}), {"x": "1/2"}, 20)
    >>> found.constants[0].trial.text, found.regions[0].high.root
    ('x*(1 - x) <= 1/4', '5*x**2 - 5*x + 1')
    """
    load_engines()
    clock = Clock(seconds)
    problem = Elaboration(statement).problem()
    start = witness_point(problem, statement, counterexample)
    say("the smallest counterexample")
    least = smallest(statement, problem, start, clock.part(0.15))
    say("where it fails")
    point = start if least is None else dict(least.values)
    regions = _regions(problem, statement, point, clock.part(0.15))
    say("another relation")
    other = relations(statement, problem, point, clock.part(0.2), decide)
    say("another constant")
    better = constants(statement, problem, point, clock.part(0.5), decide)
    say("another hypothesis")
    extra = hypotheses(statement, problem, point, clock.part(0.8), siblings, decide)
    say("every engine on the best repair")
    other, better, extra = (_insisted(statement, found, clock, insist) for found in (other, better, extra))
    return Repair(
        statement.text, statement.hypotheses, least, regions, tuple(other), tuple(better), tuple(extra)
    )


def _regions(problem: Problem, statement: Statement, point: Mapping[str, Fraction], clock: Clock) -> tuple[Region, ...]:
    """Return an interval for every plain variable of the claim, when they are few."""
    if problem.network is not None:
        return ()  # the residuals of a network move with its weights: no coordinate moves alone
    names = [n for n in problem.names if n not in problem.values]
    if len(names) > MAX_REGIONS:
        return ()
    return tuple(region(problem, statement.relu_at_zero, point, n, clock.part(1 / len(names))) for n in names)


def _insisted(statement: Statement, found: list[Any], clock: Clock, decide: Decide) -> list[Any]:
    """When none is proved put the first to every engine, and let go of those that turn out to be refuted."""
    if any(item.trial.proved for item in found):
        return found
    result = []
    for i, item in enumerate(found):
        seconds = min(2.0, clock.left() / 2)
        if i < INSIST and seconds > 0.2:
            again = _again(statement, item.trial, seconds, decide)
            if again.verdict == REFUTED:
                continue
            item = replace(item, trial=again) if again.proved else item
        result.append(item)
    return sorted(result, key=lambda item: not item.trial.proved)


def _again(statement: Statement, trial: Trial, seconds: float, decide: Decide) -> Trial:
    changed = replace(statement, text=trial.text, hypotheses=trial.conditions)
    return attempt(changed, trial.change, seconds, decide)


def _any(group: Sequence[Repaired]) -> bool:
    return any(c.trial.proved for c in group)


def _shown(found: Repaired) -> str:
    if isinstance(found, Extra):
        return f"with {' and '.join(found.added)}" + (" (from a sibling)" if "sibling" in found.origins else "")
    text = f"{found.trial.text}  ({found.trial.change}"
    if isinstance(found, Relation):
        return text + ")"
    if found.bound is not None and found.worse is not None and found.worse.counterexample is not None:
        text += f"; {shown(found.bound)} is refuted at {_point(found.worse.counterexample)}"
    return text + ")"


def _point(point: Mapping[str, Any]) -> str:
    def text(value: Any) -> str:
        return "(" + ", ".join(map(text, value)) + ")" if isinstance(value, list) else str(value)

    return ", ".join(f"{name} = {text(value)}" for name, value in point.items()) or "any values"
