"""Rung 4: Z3 and cvc5 on a claim; agreement of two is the evidence, one alone proves nothing.

Each solver runs in two processes, once with the logic QF_NRA and once with none; for every goal the first answer of the
two counts. A claim is found proved by a solver only when it answers `unsat` to *all* goals: the obligations and the
relations, for each case of the variables with finitely many values.
"""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from proofs_check.engines.smt_model import values
from proofs_check.engines.smt_runner import ASK, NEXT
from proofs_check.engines.subprocess_run import Limits, module_command, race
from proofs_check.language.elaborate import Problem
from proofs_check.printers.smtlib import DOMAIN, Script, scripts
from proofs_check.printers.smtlib_quotient import NotPrintable, symbol

LOGICS = ("QF_NRA", "ALL")
HOW_TO_GET = "install the extra: pip install 'raceproof[smt]'"
DECIDED = ("sat", "unsat")


@dataclass(frozen=True)
class Solver:
    """A solver: its name, and the command that answers scripts (see `smt_runner`) for one logic."""

    name: str
    package: str = ""
    command: tuple[str, ...] = ()

    def with_logic(self, logic: str, seconds: float) -> list[str]:
        """Return the command for one logic; `seconds` is the limit of one goal."""
        if self.command:
            return [*self.command, logic]
        return module_command("proofs_check.engines.smt_runner", self.name, logic, f"{seconds:g}")

    @property
    def installed(self) -> bool:
        """True when the solver's package is there."""
        return bool(self.command) or importlib.util.find_spec(self.package) is not None


SOLVERS = (Solver("z3", "z3"), Solver("cvc5", "cvc5"))


@dataclass(frozen=True)
class SmtResult:
    """What the solvers found.

    Attributes
    ----------
    proved : the solvers that found every goal, the obligations included, to hold.
    refuted : the solvers that found a goal to fail (in what they were told: see `abstracted`).
    model : a candidate counterexample, exact; a value of every variable of the problem. It is to be replayed.
    abstracted : functions of which the solvers were told some properties only; then there is no model.
    contradiction : who answered what, when solvers or settings contradict each other; then nothing is proved.
    vacuous : the solvers that found that no point satisfies the hypotheses; then nothing is proved.
    reason : why nothing was decided.
    goals : the number of obligations and relations, over all cases.
    """

    proved: tuple[str, ...] = ()
    refuted: tuple[str, ...] = ()
    model: dict[str, Fraction] | None = None
    abstracted: tuple[str, ...] = ()
    contradiction: str = ""
    vacuous: tuple[str, ...] = ()
    reason: str = ""
    seconds: float = 0.0
    goals: int = 0
    seconds_of: dict[str, float] = field(default_factory=dict)

    @property
    def agreed(self) -> bool:
        """True when two different solvers proved the claim: the evidence of rung 4."""
        return len(set(self.proved)) >= 2


def ask_solvers(
    problem: Problem,
    relu_at_zero: int = 0,
    limits: Limits | None = None,
    solvers: Sequence[Solver] = SOLVERS,
    thorough: bool = False,
) -> SmtResult:
    """Ask the solvers in turn whether the claim holds on its domain; `limits` is for each of them.

    Once one has not proved the claim the others are not asked, unless `thorough`.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> ask_solvers(elaborate(Statement("tan(x) == x", {"x": "real"})), solvers=()).reason
    "fewer than two solvers are installed: install the extra: pip install 'raceproof[smt]'"
    """
    started = time.monotonic()
    present = [s for s in solvers if s.installed]
    if len(present) < 2 and not thorough:
        return SmtResult(reason=f"fewer than two solvers are installed: {HOW_TO_GET}")
    try:
        questions = scripts(problem, relu_at_zero)
    except (NotPrintable, RecursionError) as error:
        return SmtResult(reason=str(error) or "nested too deeply", seconds=time.monotonic() - started)
    result = SmtResult(
        abstracted=tuple(sorted({name for q in questions for name in q.abstracted})), goals=len(questions) - 1
    )
    answers: list[_Answers] = []
    for solver in present:
        answers.append(_ask(solver, questions, limits or Limits()))
        result = _with(result, solver.name, answers[-1], questions)
        if not thorough and solver.name not in result.proved:
            break
    result = replace(result, contradiction=_contradiction(answers, questions))
    if result.contradiction or result.vacuous:
        reason = result.contradiction or "the hypotheses contradict each other"
        result = replace(result, proved=(), model=None, reason=reason)
    return replace(result, seconds=time.monotonic() - started)


@dataclass
class _Answers:
    """For every question, what each setting answered: {logic: [answer, values]}."""

    solver: str
    of: list[dict[str, list[str]]]
    ended: str = ""
    seconds: float = 0.0

    def decided(self, i: int) -> set[str]:
        return {answer[0] for answer in self.of[i].values() if answer[0] in DECIDED}


def _ask(solver: Solver, questions: list[Script], limits: Limits) -> _Answers:
    each = limits.seconds if len(questions) <= 2 else max(limits.seconds / 2, 1.0)
    text = NEXT.join(_printed(q) for q in questions)

    def enough(outputs: dict[str, str]) -> bool:
        so_far = _collect(solver.name, outputs, len(questions))
        if any("sat" in so_far.decided(i) for i in range(len(questions) - 1)):
            return True
        return all(so_far.decided(i) for i in range(len(questions)))

    commands = {logic: solver.with_logic(logic, each) for logic in LOGICS}
    started = time.monotonic()
    try:
        outcomes = race(commands, text, limits, enough)
    except OSError as error:
        return _Answers(solver.name, [{} for _ in questions], f"{solver.name} did not start: {error.strerror}")
    answers = _collect(solver.name, {logic: o.output for logic, o in outcomes.items()}, len(questions))
    answers.seconds = time.monotonic() - started
    said = [a[0] for goal in answers.of for a in goal.values() if a[0] not in DECIDED]
    if any(o.stopped == "time" for o in outcomes.values()) or any("timeout" in a.lower() for a in said):
        answers.ended = f"no answer within {limits.seconds:g} s"
    elif said:
        answers.ended = said[-1][:200]
    elif any(o.status for o in outcomes.values()):
        last = [(o.errors.strip().splitlines() or [f"status {o.status}"])[-1] for o in outcomes.values()]
        answers.ended = "; ".join(dict.fromkeys(last))[:200]
    return answers


def _printed(question: Script) -> str:
    asked = " ".join(symbol(name) for name in question.names)
    return question.text + (f"{ASK}(get-value ({asked}))" if asked and question.why != DOMAIN else "")


def _collect(solver: str, outputs: dict[str, str], count: int) -> _Answers:
    """Read the answers written so far; a line that is cut off or is no answer ends the reading."""
    found = _Answers(solver, [{} for _ in range(count)])
    for logic, output in outputs.items():
        for i, line in enumerate(output.split("\n")[:-1][:count]):
            try:
                answer = json.loads(line)
            except ValueError:
                break
            if not (isinstance(answer, list) and len(answer) == 2 and all(isinstance(a, str) for a in answer)):
                break
            found.of[i][logic] = answer
    return found


def _with(result: SmtResult, name: str, answers: _Answers, questions: list[Script]) -> SmtResult:
    """Add what one solver found."""
    result = replace(result, seconds_of={**result.seconds_of, name: answers.seconds})
    if answers.decided(len(questions) - 1) == {"unsat"}:
        result = replace(result, vacuous=(*result.vacuous, name))
    goals = range(len(questions) - 1)
    if goals and all(answers.decided(i) == {"unsat"} for i in goals):
        return replace(result, proved=(*result.proved, name))
    failing = [i for i in goals if "sat" in answers.decided(i)]
    if failing:
        question = questions[failing[0]]
        model = _model(answers.of[failing[0]], question) if result.model is None else result.model
        named = ", ".join(question.abstracted)
        told = f"only some properties of {named} are told, and they do not give the {question.why}"
        reason = "" if model is not None else told if question.abstracted else "the model is not rational"
        return replace(result, refuted=(*result.refuted, name), model=model, reason=result.reason or reason)
    open_goals = [questions[i].why for i in goals if not answers.decided(i)]
    what = f"{name}: {len(open_goals)} of {len(goals)} goals open ({', '.join(sorted(set(open_goals)))})"
    ended = f": {answers.ended}" if answers.ended else ""
    return replace(result, reason=f"{result.reason}; {what}{ended}" if result.reason else what + ended)


def _model(answer: dict[str, list[str]], question: Script) -> dict[str, Fraction] | None:
    """Return the point of a goal that fails, when nothing was abstracted and it is rational."""
    if question.abstracted:
        return None
    for said, text in answer.values():
        point = values(text, {name: symbol(name) for name in question.names}) if said == "sat" else None
        if point is not None or (said == "sat" and not question.names):
            return {**(point or {}), **question.fixed}
    return None


def _contradiction(answers: list[_Answers], questions: list[Script]) -> str:
    """Return who answered sat and who unsat to one question."""
    for i, question in enumerate(questions):
        said = {f"{a.solver} ({logic})": got[0] for a in answers for logic, got in a.of[i].items() if got[0] in DECIDED}
        if len(set(said.values())) > 1:
            listed = ", ".join(f"{who}: {what}" for who, what in said.items())
            return f"the solvers contradict each other on question {i + 1} ({question.why}): {listed}"
    return ""


__all__ = ["SOLVERS", "SmtResult", "Solver", "ask_solvers"]
