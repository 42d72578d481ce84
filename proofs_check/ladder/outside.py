"""Rungs 4 and 7: the SMT solvers and Coq, in processes of their own; beside the other rungs or after them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from types import TracebackType
from typing import Any

from proofs_check.engines import coq, smt
from proofs_check.engines.candidate import candidate
from proofs_check.engines.subprocess_run import Limits
from proofs_check.ladder.points import record_counterexample
from proofs_check.language.elaborate import Problem
from proofs_check.language.statement import Statement
from proofs_check.language.term import Term
from proofs_check.reading import different_reading
from proofs_check.result import TOP_RUNG, ClaimResult, Effort
from proofs_check.verdict import Contradiction, Evidence

SOLVERS, COQ = 4, 7
ABSENT = "fewer than two solvers"


@dataclass
class Outside:
    """The engines outside this process on one claim; leaving the block ends what still runs."""

    problem: Problem
    relu_at_zero: int
    hints: Sequence[Term]
    effort: Effort
    cancelled: threading.Event = field(default_factory=threading.Event)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2))
    _asked: dict[str, Future[Any]] = field(default_factory=dict)

    def __enter__(self) -> Outside:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cancelled.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def start(self) -> None:
        """Set solvers and Coq to work beside the other rungs, as far as the level allows."""
        if self.effort.level >= SOLVERS:
            self._ask("smt", self._smt)
        if self.effort.level >= COQ:
            self._ask("coq", self._coq)

    def solvers(self) -> smt.SmtResult:
        """Return what the solvers say."""
        return self._ask("smt", self._smt).result()

    def coq(self) -> coq.CoqResult:
        """Return what Coq says."""
        return self._ask("coq", self._coq).result()

    def wanted(self, name: str) -> bool:
        """True when "smt" or "coq" is to be heard about what is decided: it has answered, or everybody is asked."""
        answered = name in self._asked and self._asked[name].done()
        return answered or (self.effort.level >= TOP_RUNG and not self.effort.race)

    def _ask(self, name: str, work: Callable[[], Any]) -> Future[Any]:
        if name not in self._asked:
            self._asked[name] = self._pool.submit(work)
        return self._asked[name]

    def _smt(self) -> smt.SmtResult:
        limits = Limits(self.effort.outside, cancelled=self.cancelled)
        return smt.ask_solvers(self.problem, self.relu_at_zero, limits)

    def _coq(self) -> coq.CoqResult:
        limits = Limits(2 * self.effort.outside, cancelled=self.cancelled)
        return coq.compile_claim(self.problem, self.relu_at_zero, self.hints, limits)


def ask_solvers(
    result: ClaimResult,
    statement: Statement,
    problem: Problem,
    start: Mapping[str, Fraction] | None,
    outside: Outside,
    inhabited: bool,
) -> None:
    """Ask the solvers about what has no checked proof; at level 7 about everything.

    Raises
    ------
    Contradiction
        When solvers contradict each other, or say that a domain with a known point is empty.
    """
    if outside.effort.level >= SOLVERS and (not _decided(result) or outside.wanted("smt")):
        _solvers_say(result, statement, problem, start, outside.solvers(), inhabited)


def ask_coq(
    result: ClaimResult,
    statement: Statement,
    problem: Problem,
    start: Mapping[str, Fraction] | None,
    outside: Outside,
) -> None:
    """Ask Coq, at level 7."""
    if outside.effort.level >= COQ and (not _decided(result) or outside.wanted("coq")):
        _coq_says(result, statement, problem, start, outside.coq())


def _decided(result: ClaimResult) -> bool:
    return any(e.rung >= 6 and e.outcome in ("proof", "counterexample") for e in result.evidence)


def _solvers_say(
    result: ClaimResult,
    statement: Statement,
    problem: Problem,
    start: Mapping[str, Fraction] | None,
    said: smt.SmtResult,
    inhabited: bool,
) -> None:
    if said.contradiction:
        raise Contradiction(f"{said.contradiction}; the claim is {statement.text}")
    if len(set(said.vacuous)) >= 2:
        if inhabited:
            raise Contradiction(f"{_and(said.vacuous)} say that no point satisfies the hypotheses of {statement.text}")
        result.evidence.append(Evidence(0, _and(said.vacuous), "unsatisfiable", "the hypotheses contradict each other"))
    elif said.agreed:
        differs = different_reading(statement, problem, start)
        goals = f"agree on {said.goals} goal{'s' * (said.goals != 1)}"
        outcome, detail = ("nothing", f"{goals}, but {differs}") if differs else ("proof", goals)
        result.evidence.append(Evidence(SOLVERS, _and(said.proved), outcome, detail))
    elif said.model is not None:
        found = candidate(problem, statement.relu_at_zero, said.model)
        if found is not None:
            record_counterexample(result, statement, problem, *found, rung=SOLVERS)
        else:
            result.evidence.append(
                Evidence(SOLVERS, _and(said.refuted), "nothing", "a model that is no counterexample")
            )
            result.doubt = "solvers find a point where it fails, which did not replay"
    elif said.refuted and not said.abstracted:
        result.evidence.append(Evidence(SOLVERS, _and(said.refuted), "nothing", said.reason))
        result.doubt = "solvers find that it fails at a point that is not rational"
    elif said.reason and not said.reason.startswith(ABSENT):
        result.evidence.append(Evidence(SOLVERS, _and(said.proved or said.refuted), "nothing", said.reason))


def _coq_says(
    result: ClaimResult,
    statement: Statement,
    problem: Problem,
    start: Mapping[str, Fraction] | None,
    said: coq.CoqResult,
) -> None:
    if not said.available:
        return
    if not said.proved:
        result.evidence.append(Evidence(COQ, "Coq", "nothing", said.reason))
        return
    differs = different_reading(statement, problem, start)
    if differs:
        result.evidence.append(Evidence(COQ, "Coq", "nothing", f"accepted, but {differs}"))
        return
    rests = f"rests on {len(said.axioms)} axioms of the classical reals" if said.axioms else "rests on no axiom"
    result.evidence.append(Evidence(COQ, "Coq", "proof", "; ".join(part for part in (rests, said.scope) if part)))


def _and(names: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(names)) or "solvers"
