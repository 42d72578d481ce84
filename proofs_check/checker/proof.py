"""Certificates of kind proof and chain: every case of the finitely many values is proved."""

from __future__ import annotations

import itertools
import math
from typing import Any

from proofs_check.checker.evaluate import Evaluation
from proofs_check.checker.fields import items
from proofs_check.checker.formulas import Formula, substituted
from proofs_check.checker.functions import Finer
from proofs_check.checker.intervals import UNDECIDED
from proofs_check.checker.limits import MAX_CASES, PRECISIONS, need
from proofs_check.checker.prover import Prover
from proofs_check.checker.statement import Statement
from proofs_check.checker.terms import Term, order


def impossible(statement: Statement, formula: Formula) -> bool:
    """Whether a hypothesis without variables is certainly not true."""
    if any(node.op == "var" for node in order(formula.terms(), statement.clock)):
        return False
    return Evaluation(statement, {}, PRECISIONS[0]).truth(formula) not in (True, UNDECIDED)


def chain(statement: Statement, links: list[Any]) -> list[Formula]:
    """The links of a chain as relations that together imply the claim."""
    claim = statement.claim
    need(claim.kind in ("==", "<", "<=", ">", ">=") and links, "a chain needs one relation and at least one link")
    found, current, kinds = [], claim.left, set()
    for link in links:
        kind, text = items(link, "a link", 2)
        need(isinstance(kind, str) and kind in ("==", "<", "<=", ">", ">="), "a link has an unknown relation")
        value = statement.value(text)
        value = value if isinstance(value, tuple) else (value,)
        need(len(value) == len(current), "a link compares unlike values")
        found.append(Formula(kind, left=current, right=value))
        kinds.add(kind)
        current = value
    if current != claim.right:
        found.append(Formula("==", left=current, right=claim.right))
    strict, loose = claim.kind.rstrip("=") or "==", claim.kind
    allowed = {"=="} if loose == "==" else {"==", strict, strict + "="}
    need(kinds <= allowed, "the relations of the links do not give the relation of the claim")
    need(loose in ("==", strict + "=") or strict in kinds, "no link of the chain is strict")
    need(len(claim.left) == 1 or loose == "==", "vectors are compared by == only")
    return found


def prove(statement: Statement, certificate: dict[str, Any]) -> str:
    """Check a certificate of kind proof or chain, case by case of the finitely many values."""
    store, goal = statement.store, [statement.claim]
    hints: list[Term] = []
    for text in items(certificate.get("hints", []), "hints"):
        value = statement.value(text)
        hints += value if isinstance(value, tuple) else (value,)
    if certificate["kind"] == "chain":
        goal += chain(statement, items(certificate["links"], "links"))
    variables = list(statement.cases)
    need(math.prod(len(values) for values in statement.cases.values()) <= MAX_CASES, "there are too many cases")
    denominator = 1
    for case in itertools.product(*statement.cases.values()):
        change = dict(zip(variables, map(store.num, case), strict=True))
        domain = [substituted(store, part, change) for part in statement.domain]
        goals = [substituted(store, part, change) for part in goal]
        local = [store.substitute(hint, change) for hint in hints]
        if any(impossible(statement, part) for part in domain):
            continue
        while True:
            try:
                prover = Prover(store, statement.corner, denominator, domain, local)
                claim, links = goals[0], goals[1:]
                if links:
                    done = prover.defined(claim) and all(prover.prove(link) for link in links)
                else:
                    done = prover.prove(claim)
                need(done, prover.failure or "the claim is not proved")
                break
            except Finer as finer:
                denominator = math.lcm(denominator, finer.args[0])
                need(denominator <= 1000, "exponents have too large denominators")
    return f"the claim is proved ({certificate['kind']})"
