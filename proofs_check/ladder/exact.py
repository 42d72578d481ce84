"""Rungs 3 and 6: normal forms and sign rules, and the certificate that the checker replays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from proofs_check import certificate as certificates
from proofs_check.chain import composes, links_of
from proofs_check.checker import replay
from proofs_check.evidence.exact import Proof, defined, prove
from proofs_check.language.calculus import substitute
from proofs_check.language.elaborate import Elaboration, Problem
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.language.term import Formula, Term, map_formula, num, relation
from proofs_check.printers.text import to_text
from proofs_check.result import CHECKER, ClaimResult, Effort
from proofs_check.verdict import Evidence

MAX_CASES = 4_096


def _cases(problem: Problem) -> list[dict[str, Term]]:
    names = list(problem.values)
    count = 1
    for name in names:
        count *= len(problem.values[name])
    if count > MAX_CASES:
        raise ClaimError(f"{count:,} cases of the variables with finitely many values; the limit is {MAX_CASES:,}")
    choices = product(*(problem.values[n] for n in names))
    return [{n: num(v) for n, v in zip(names, choice, strict=True)} for choice in choices]


def undecided_obligation(problem: Problem, hints: Sequence[Term], relu_at_zero: int) -> str:
    """Return what the claim needs to have a value and is not proved, in some case of the finite values, or "".

    A proof that is given up lists no obligations beyond that point; here all of them are asked.
    """
    for case in _cases(problem):

        def at(term: Term, values: dict[str, Term] = case) -> Term:
            return substitute(term, values) if values else term

        facts = [map_formula(f, at) for f in problem.domain]
        proof = defined(map_formula(problem.claim, at), facts, [at(h) for h in hints], relu_at_zero)
        if not proof.proved:
            return proof.missing[-1]
    return ""


def contrary(problem: Problem, hints: Sequence[Term], relu_at_zero: int) -> str:
    """Return the equality of the claim whose two sides are proved to differ everywhere, or "".

    `1 + exp(-x) == 1` agrees to thousands of bits where x is large.
    """
    for part in problem.claim.args if problem.claim.op == "and" else (problem.claim,):
        differs = relation("!=", *part.terms) if part.op == "==" else None
        if differs is not None and prove_all_cases(problem, differs, hints, relu_at_zero).proved:
            return " == ".join(map(to_text, part.terms))
    return ""


def prove_all_cases(problem: Problem, claim: Formula, hints: Sequence[Term], relu_at_zero: int) -> Proof:
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


def prove_exactly(
    result: ClaimResult,
    statement: Statement,
    reader: Elaboration,
    problem: Problem,
    steps: Sequence[tuple[str, str, str]],
    hints: Sequence[str],
    hint_terms: Sequence[Term],
    effort: Effort,
) -> None:
    """Try to prove the claim, or the chain of its steps; a proof goes to the checker."""
    if effort.level < 3:
        return
    proof = prove_all_cases(problem, problem.claim, hint_terms, statement.relu_at_zero)
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
    if effort.level >= CHECKER:
        outcome = replay(cert)
        result.certificate = cert
        if outcome.accepted:
            result.evidence.append(Evidence(CHECKER, "checker", "proof", "replayed"))
        else:
            result.reason = result.reason or f"proved by normal forms, but not by the checker: {outcome.reason}"
            result.evidence.append(Evidence(CHECKER, "checker", "disagrees", outcome.reason))


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
        if not prove_all_cases(problem, reader.formula(text), hint_terms, statement.relu_at_zero).proved:
            return None
    sides = [(relation, text.split(f") {relation} (", 1)[1][:-1]) for text, _, relation in links]
    return certificates.chain(statement, sides, hints)
