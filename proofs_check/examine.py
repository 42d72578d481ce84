"""One claim up the evidence ladder: domain, search, SymPy, normal forms, certificate, checker; then a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from proofs_check import certificate as certificates
from proofs_check.chain import composes, links_of
from proofs_check.checker import replay
from proofs_check.evidence.derivation import TookTooLong, agrees_at_points, sympy_opinion, time_limit
from proofs_check.evidence.exact import Proof, prove
from proofs_check.evidence.normal_form import NormalForms
from proofs_check.evidence.points import Domain, Point
from proofs_check.evidence.search import Found, search
from proofs_check.language.calculus import substitute
from proofs_check.language.elaborate import Elaboration, Problem
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.language.term import Formula, Term, map_formula, num
from proofs_check.printers.text import to_text
from proofs_check.verdict import Evidence, judge
from proofs_check.witness import witness_point

MAX_CASES = 4_096
TOP_RUNG = 6


@dataclass
class StepResult:
    """One link of a chain: its text, the reason the author gives, and what was found."""

    text: str
    reason: str
    verdict: str
    level: int

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the report."""
        return {"text": self.text, "reason": self.reason, "verdict": self.verdict, "level": self.level}


@dataclass
class ClaimResult:
    """The verdict on one claim, with everything it rests on."""

    name: str
    text: str
    expect: str
    verdict: str = "OPEN"
    level: int = 0
    reason: str = ""
    obligations: list[dict[str, str]] = field(default_factory=list)
    steps: list[StepResult] = field(default_factory=list)
    counterexample: dict[str, Any] | None = None
    evidence: list[Evidence] = field(default_factory=list)
    certificate: dict[str, Any] | None = None

    @property
    def expected(self) -> bool:
        """True when the verdict is the one the lemma file expects and every displayed step of a proof is proved."""
        steps_hold = self.verdict != "PROVED" or all(step.verdict == "PROVED" for step in self.steps)
        return self.verdict == self.expect and steps_hold

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of `verify --json`."""
        return {
            "name": self.name,
            "text": self.text,
            "expect": self.expect,
            "expected": self.expected,
            "verdict": self.verdict,
            "level": self.level,
            "reason": self.reason,
            "obligations": self.obligations,
            "steps": [step.to_json() for step in self.steps],
            "counterexample": self.counterexample,
            "evidence": [e.to_json() for e in self.evidence],
            "certificate": self.certificate,
        }


@dataclass(frozen=True)
class Effort:
    """How hard to look: seconds for the search, whether to ask SymPy, the highest rung, seconds for the whole claim."""

    seconds: float = 2.0
    candidates: int = 300
    sympy: bool = True
    level: int = TOP_RUNG
    limit: float = 120.0


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
        replayed = any(e.rung == TOP_RUNG for e in result.evidence)
        result.evidence.append(Evidence(0 if replayed else TOP_RUNG, "limits", "nothing", stopped))
        result.reason = result.reason or stopped
    result.verdict, result.level = judge(result.evidence)
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
    start = None if witness is None else witness_point(problem, statement, witness)
    found = _rung_one(result, statement, problem, start, effort)
    if found.point is None:
        _exact_rungs(result, statement, reader, problem, steps, hints, effort)
        proved = any(e.outcome == "proof" for e in result.evidence)
        if not proved and _hunted(result, statement, problem, start, effort):
            return
        if steps or effort.sympy:
            _rung_two(result, statement, problem, start, steps, hints, effort)


# -- rung 0 and 1 ----------------------------------------------------------------------------------------------------


def _hunted(
    result: ClaimResult, statement: Statement, problem: Problem, start: Point | None, effort: Effort
) -> bool:
    """Search harder before a claim without a proof counts as supported; True when that refutes it."""
    if effort.level < 1 or not any(e.outcome == "agrees" for e in result.evidence):
        return False
    found = search(problem, statement.relu_at_zero, start, 4 * effort.seconds, 10 * effort.candidates, 1, thorough=True)
    if found.point is not None:
        _counterexample(result, statement, problem, found)
        return True
    return False


def _rung_one(
    result: ClaimResult, statement: Statement, problem: Problem, start: Point | None, effort: Effort
) -> Found:
    domain = Domain.of(problem, statement.relu_at_zero)
    satisfiable = False
    if start is not None:
        full = domain.complete(start)
        satisfiable = domain.contains(full)
        outcome, detail = (
            ("agrees", "the witness lies in the domain")
            if satisfiable
            else ("nothing", "the witness is outside the domain")
        )
        result.evidence.append(Evidence(0, "witness", outcome, detail))
    found = search(
        problem,
        statement.relu_at_zero,
        start,
        effort.seconds,
        effort.candidates,
        thorough=result.expect == "REFUTED" or effort.candidates > 400,
    )
    if found.point is not None:
        _counterexample(result, statement, problem, found)
        return found
    if found.tried + found.equal + found.undecided == 0 and not satisfiable:
        result.reason = "no rational point of the domain was found: the hypotheses may contradict each other"
        if NormalForms(problem.domain, statement.relu_at_zero).contradictory():
            result.reason = "the hypotheses contradict each other"
        result.evidence.append(Evidence(0, "search", "unsatisfiable", result.reason))
    elif found.undecided:
        detail = f"unknown at {found.undecided} points of the domain: a kink, or sides that agree to 512 bits"
        result.evidence.append(Evidence(1, "search", "nothing", detail))
    elif found.tried or found.equal:
        counted = [f"holds at {found.tried} points of the domain"] if found.tried else []
        counted += [f"equal to 512 bits at {found.equal}"] if found.equal else []
        result.evidence.append(Evidence(1, "search", "agrees", ", ".join(counted)))
    return found


def _counterexample(result: ClaimResult, statement: Statement, problem: Problem, found: Found) -> None:
    """Let the checker replay a counterexample and record what it says."""
    assert found.point is not None
    cert = certificates.counterexample(statement, problem, found.point, found.why)
    shown = cert["point"]
    result.evidence.append(Evidence(1, "search", "counterexample", f"the claim is {found.why} there"))
    outcome = replay(cert)
    if outcome.accepted:
        result.counterexample, result.certificate = shown, cert
        result.evidence.append(Evidence(6, "checker", "counterexample", "replayed"))
        if found.why == "undefined":
            result.reason = f"undefined at {_shown(shown)}" if shown else "undefined"
    else:
        result.reason = f"a counterexample was found at {_shown(shown)} but did not replay: {outcome.reason}"
        result.evidence.append(Evidence(6, "checker", "disagrees", outcome.reason))


def _shown(point: Mapping[str, Any]) -> str:
    return ", ".join(f"{k} = {v}" for k, v in point.items()) or "any values"


# -- rung 3 and 6 ----------------------------------------------------------------------------------------------------


def _cases(problem: Problem) -> list[dict[str, Term]]:
    names = list(problem.values)
    count = 1
    for name in names:
        count *= len(problem.values[name])
    if count > MAX_CASES:
        raise ClaimError(f"{count:,} cases of the variables with finitely many values; the limit is {MAX_CASES:,}")
    choices = product(*(problem.values[n] for n in names))
    return [{n: num(v) for n, v in zip(names, choice, strict=True)} for choice in choices]


def _prove_all_cases(problem: Problem, claim: Formula, hints: Sequence[Term], relu_at_zero: int) -> Proof:
    """Prove the claim in every case of the finitely valued variables."""
    whole = Proof(True)
    for case in _cases(problem):

        def at(term: Term, values: dict[str, Term] = case) -> Term:
            return substitute(term, values) if values else term

        facts = [map_formula(f, at) for f in problem.domain]
        proof = prove(map_formula(claim, at), facts, [at(h) for h in hints], relu_at_zero)
        whole.obligations += proof.obligations
        if not proof.proved:
            return Proof(False, whole.obligations, proof.missing)
    return whole


def _exact_rungs(
    result: ClaimResult,
    statement: Statement,
    reader: Elaboration,
    problem: Problem,
    steps: Sequence[tuple[str, str, str]],
    hints: Sequence[str],
    effort: Effort,
) -> None:
    if effort.level < 3:
        return
    hint_terms = [reader.term(h) for h in hints]
    proof = _prove_all_cases(problem, problem.claim, hint_terms, statement.relu_at_zero)
    seen: dict[str, str] = {}
    for needed, done in proof.obligations:
        text = f"{needed.why}: {to_text(needed.term)} {needed.relation} 0"
        seen[text] = "PROVED" if done else "OPEN"
    result.obligations = [{"text": text, "verdict": verdict} for text, verdict in seen.items()]
    cert = certificates.proof(statement, hints)
    if not proof.proved and steps:
        cert = _chain_certificate(statement, problem, reader, steps, hints, hint_terms)
        if cert is not None:
            result.evidence.append(Evidence(3, "normal form and sign rules", "proof", "link by link"))
    elif proof.proved:
        count = len(seen)
        detail = f"{count} obligation{'s' * (count != 1)} decided" if count else "nothing to oblige"
        result.evidence.append(Evidence(3, "normal form and sign rules", "proof", detail))
    else:
        cert = None
    if cert is None:
        result.reason = result.reason or (proof.missing[-1] if proof.missing else "")
        return
    if effort.level >= 6:
        outcome = replay(cert)
        result.certificate = cert
        if outcome.accepted:
            result.evidence.append(Evidence(6, "checker", "proof", "replayed"))
        else:
            result.reason = result.reason or f"proved by normal forms, but not by the checker: {outcome.reason}"
            result.evidence.append(Evidence(6, "checker", "disagrees", outcome.reason))


def _chain_certificate(
    statement: Statement,
    problem: Problem,
    reader: Elaboration,
    steps: Sequence[tuple[str, str, str]],
    hints: Sequence[str],
    hint_terms: Sequence[Term],
) -> dict[str, Any] | None:
    """Return a certificate when every link is proved and the relations compose to the claim's."""
    if not problem.claim.terms:
        return None
    links = links_of(statement, steps)
    relations = {relation for _, _, relation in links}
    if not composes(relations, problem.claim.op):
        return None
    for text, _, _ in links:
        if not _prove_all_cases(problem, reader.formula(text), hint_terms, statement.relu_at_zero).proved:
            return None
    sides = [(relation, text.split(f") {relation} (", 1)[1][:-1]) for text, _, relation in links]
    return certificates.chain(statement, sides, hints)


# -- rung 2 ----------------------------------------------------------------------------------------------------------


def _rung_two(
    result: ClaimResult,
    statement: Statement,
    problem: Problem,
    start: Point | None,
    steps: Sequence[tuple[str, str, str]],
    hints: Sequence[str],
    effort: Effort,
) -> None:
    links = links_of(statement, steps) if steps else []
    for text, reason, _ in links:
        result.steps.append(_examine_step(statement.with_text(text), reason, hints, start))
    if not effort.sympy or effort.level < 2:
        return
    opinion = sympy_opinion(problem.claim, problem)
    agreeing, looked = agrees_at_points(problem, statement.relu_at_zero, start)
    if opinion == "zero" and looked and agreeing == looked:
        result.evidence.append(Evidence(2, "sympy", "agrees", f"the difference simplifies to 0; {looked} points agree"))
    elif opinion == "not zero" or agreeing < looked:
        result.evidence.append(
            Evidence(2, "sympy", "disagrees", f"SymPy says {opinion}; {agreeing} of {looked} points agree")
        )
    else:
        result.evidence.append(Evidence(2, "sympy", "nothing", f"SymPy says {opinion}"))


def _examine_step(statement: Statement, reason: str, hints: Sequence[str], start: Point | None) -> StepResult:
    """Decide one link by the exact rungs, and by the search where they do not decide."""
    reader = Elaboration(statement)
    problem = reader.problem()
    proof = _prove_all_cases(problem, problem.claim, [reader.term(h) for h in hints], statement.relu_at_zero)
    evidence: list[Evidence] = []
    if proof.proved:
        evidence.append(Evidence(3, "normal form and sign rules", "proof"))
        if replay(certificates.proof(statement, hints)).accepted:
            evidence.append(Evidence(6, "checker", "proof"))
    else:
        found = search(problem, statement.relu_at_zero, start, 1.0, 100, thorough=False)
        if found.point is not None:
            cert = certificates.counterexample(statement, problem, found.point, found.why)
            rung = 6 if replay(cert).accepted else 1
            evidence.append(Evidence(rung, "search", "counterexample"))
        elif (found.tried or found.equal) and not found.undecided:
            evidence.append(Evidence(1, "search", "agrees"))
    return StepResult(statement.text, reason, *judge(evidence))
