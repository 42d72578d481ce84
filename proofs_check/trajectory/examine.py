"""The claims and twins of a lemma about a trajectory: one enclosure, then a verdict each."""

from __future__ import annotations

import time as clock
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from proofs_check.evidence.balls import precision
from proofs_check.evidence.derivation import TookTooLong, time_limit
from proofs_check.language.statement import Statement
from proofs_check.language.term import Formula, Term, conjunction, formula_terms, subterms
from proofs_check.lemma import Claim, Lemma
from proofs_check.result import DEFAULT_LEVEL, ClaimResult
from proofs_check.trajectory.certificate import counterexample, shown_point
from proofs_check.trajectory.decide import EMPTY, FAILS, HOLDS, OPEN, Decision, Question, decide, sampled
from proofs_check.trajectory.enclose import Enclose, enclose
from proofs_check.trajectory.language import HELD, TrajectoryElaboration, still
from proofs_check.trajectory.moments import Moments
from proofs_check.trajectory.path import Path
from proofs_check.trajectory.scan import Scan
from proofs_check.trajectory.table import DESCENT, Trajectory
from proofs_check.trajectory.words import trajectory_scope
from proofs_check.verdict import REFUTED, Contradiction, Evidence, judge

RUNG = 5
LIMIT = 120.0  # seconds for one lemma
CORNERS = 4


@dataclass(eq=False)
class Enclosed:
    """A trajectory with its enclosure, ready for claims."""

    trajectory: Trajectory
    path: Path
    moments: Moments = field(init=False)

    def __post_init__(self) -> None:
        self.moments = Moments(Scan(self.path, {}, None, 0))

    def question(self, statement: Statement, where: Sequence[str]) -> tuple[Question, list[Term]]:
        """Return a claim as a question about this enclosure, and the times at which it looks."""
        trajectory, scan = self.trajectory, self.moments.scan
        reader = reader_of(trajectory, statement)
        scan.network, scan.relu_at_zero = reader.network, statement.relu_at_zero
        scan.constants |= constants_of(trajectory)
        claim = reader.formula(statement.text)
        condition = conjunction([reader.formula(text) for text in where])
        free = not still(claim, reader.constants) or not still(condition, reader.constants)
        with precision(self.path.bits):
            return Question(self.moments.formula(claim), self.moments.formula(condition), free), moments_in(claim)


def reader_of(trajectory: Trajectory, statement: Statement) -> TrajectoryElaboration:
    """Return what reads the texts of a claim about a trajectory."""
    gates = "relu" if trajectory.network is None else trajectory.network.gates
    return TrajectoryElaboration(trajectory.statement(statement), gates, trajectory.along == DESCENT)


def shown(claim: Claim) -> str:
    """Return a claim with its own condition on the times: without it a reader would take it for all times."""
    return f"implies({claim.where}, {claim.statement.text})" if claim.where else claim.statement.text


def conditions(claim: Claim) -> tuple[str, ...]:
    """Return the conditions on the times of a claim, those of the lemma first."""
    return (*claim.statement.hypotheses, *((claim.where,) if claim.where else ()))


def constants_of(trajectory: Trajectory) -> dict[str, Fraction]:
    """Return the numbers of a trajectory that do not move, by the names of the claim language."""
    net = trajectory.network
    if net is None:
        moving = dict(trajectory.flow)
        return {name: low for name, (low, high) in trajectory.box if low == high and name not in moving}
    found = {f"x[{k},{i}]": value for k, row in enumerate(net.x) for i, value in enumerate(row)}
    for k, row in enumerate(net.y):
        found |= {f"y[{k}]" if net.outputs == 1 else f"y[{k},{a}]": value for a, value in enumerate(row)}
    return found | ({"eta": trajectory.eta} if trajectory.along == DESCENT else {})


def shown_time(time: Fraction) -> str:
    """Return a time as text: exact when it is short, to 15 digits otherwise.

    Examples
    --------
    >>> shown_time(Fraction(7, 2)), shown_time(Fraction(10**20, 3 * 10**20 + 1))
    ('7/2', '0.333333333333333')
    """
    return str(time) if time.denominator <= 10**9 else f"{float(time):.15g}"


def moments_in(formula: Formula) -> list[Term]:
    """Return the times of every `at` in a formula, in order."""
    return [node.args[1] for node in subterms(*formula_terms(formula)) if node.op == HELD]


def examine_trajectory(
    lemma: Lemma, level: int = DEFAULT_LEVEL, run: Enclose = enclose
) -> tuple[list[ClaimResult], list[ClaimResult], dict[str, Any]]:
    """Return the results of a lemma's claims, those of its twins, and what is said of the enclosure.

    Parameters
    ----------
    level : below 5 nothing is enclosed, and every claim is OPEN.    run : makes the enclosure.

    Raises
    ------
    ClaimError
        When a claim is not in the language of trajectories.
    Contradiction
        When enclosures prove a claim and refute it.
    """
    trajectory, every = lemma.trajectory, (*lemma.claims, *lemma.twins)
    assert trajectory is not None
    results = [ClaimResult(claim.name, shown(claim), claim.expect) for claim in every]
    for claim in every:  # what cannot be read is an error before anything is enclosed
        for text in (claim.statement.text, *conditions(claim)):
            reader_of(trajectory, claim.statement).formula(text)
    began, path, reason = clock.perf_counter(), None, f"enclosures are rung {RUNG}"
    if level >= RUNG:
        try:
            with time_limit(LIMIT):
                path = run(trajectory, trajectory.digits)
                _decide_all(trajectory, path, every, results, run)
        except (TookTooLong, MemoryError) as error:
            reason = "out of memory" if isinstance(error, MemoryError) else f"stopped after {LIMIT:g} s"
    for result in results:
        result.reason = result.reason or ("" if result.evidence else reason)
        result.verdict, result.level = judge(result.evidence)
    said: dict[str, Any] = {"scope": "", "trajectory": trajectory.to_json()}
    if path is not None:
        said["scope"] = trajectory_scope(trajectory, path, lemma.hypotheses)
        said["trajectory"] |= {"method": path.method, "reached": shown_time(path.reached), "facts": list(path.facts)}
    said["trajectory"]["seconds"] = round(clock.perf_counter() - began, 3)
    count = len(lemma.claims)
    return results[:count], results[count:], said


def _decide_all(
    trajectory: Trajectory, path: Path, claims: Sequence[Claim], results: Sequence[ClaimResult], run: Enclose
) -> None:
    enclosed, probes = Enclosed(trajectory, path), Probes(trajectory, run)
    for claim, result in zip(claims, results, strict=True):
        _decide_one(enclosed, probes, claim, conditions(claim), result)


@dataclass(eq=False)
class Probes:
    """Single starts in a box, enclosed when they are first needed: the middle, then corners."""

    trajectory: Trajectory
    run: Enclose
    made: list[Enclosed] = field(default_factory=list)

    def enclosed(self, corners: bool) -> Iterator[Enclosed]:
        """Yield the probes of a box; none for a single start."""
        box = self.trajectory.box
        if self.trajectory.single:
            return
        for number in range(1 + CORNERS * corners):
            if number == len(self.made):
                start = self.trajectory.middle()
                if number:  # alternating ends of the intervals, a different pattern each time
                    start = {name: ends[(i // number + number) % 2] for i, (name, ends) in enumerate(box)}
                trajectory = self.trajectory.started_at(start)
                self.made.append(Enclosed(trajectory, self.run(trajectory, trajectory.digits)))
            yield self.made[number]


def _decide_one(enclosed: Enclosed, probes: Probes, claim: Claim, where: tuple[str, ...], result: ClaimResult) -> None:
    """Decide one claim; a refutation from a box is that of one of its starts, enclosed by itself."""
    question, times = enclosed.question(claim.statement, where)
    with precision(enclosed.path.bits):
        decision = decide(enclosed.moments.scan, question)
    outcome = {HOLDS: "encloses", EMPTY: "unsatisfiable"}.get(decision.outcome, "nothing")
    parts = f"certain on {decision.parts} part{'s' * (decision.parts != 1)} of the times"
    at_point, failing = enclosed, decision
    if decision.outcome != FAILS or not enclosed.trajectory.single:
        result.reason = decision.reason
        detail = {HOLDS: parts, FAILS: "every start of the box is excluded"}.get(decision.outcome, decision.reason)
        result.evidence.append(Evidence(RUNG, "enclosure", outcome, detail))
        thorough = claim.expect == REFUTED and decision.outcome == OPEN
        for probe in probes.enclosed(thorough) if decision.outcome != EMPTY else ():
            at_point, failing = probe, _probed(probe, claim.statement, where)
            if decision.outcome == FAILS and failing.outcome == HOLDS:
                raise Contradiction(f"{claim.statement.text} fails on the whole box and holds from one of its starts")
            if failing.outcome == FAILS:
                break
    if failing.outcome == FAILS:
        result.counterexample = shown_point(at_point.trajectory, failing.time, times)
        result.certificate = counterexample(at_point.trajectory, claim.statement, where, failing.time)
        result.evidence.append(Evidence(RUNG, "enclosure", "excludes", "the enclosure from one start excludes it"))
        result.reason = ""


def _probed(probe: Enclosed, statement: Statement, where: tuple[str, ...]) -> Decision:
    question, _ = probe.question(statement, where)
    with precision(probe.path.bits):
        if question.free:
            time = sampled(probe.moments.scan, question)
            if time is not None:
                return Decision(FAILS, time)
        return decide(probe.moments.scan, question)
