"""Coq files of a claim: the proposition, then a script that proposes a proof.

Only the proposition decides what is proved; it is read before anything else of the file, with nothing but the reals
(and `is_derive`) in scope.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from proofs_check.language.elaborate import Problem
from proofs_check.language.term import Formula, Term, formula_terms, num, subterms
from proofs_check.printers.coq import Differentiated, derivatives, proposition, variable
from proofs_check.printers.coq_prelude import (
    COQUELICOT,
    DEFINITIONS,
    IMPORTS,
    INTERVAL,
    LEMMAS,
    READING,
    TACTIC_IMPORTS,
    TACTICS,
)
from proofs_check.printers.coq_script import KINKS, Script

NAME = "raceproof_claim"
MAX_VALUED = 4


@dataclass(frozen=True)
class CoqFile:
    """A file for coqc; `differentiation` says which derivatives the theorem itself states by is_derive."""

    text: str
    proposition: str
    differentiation: str
    intervals: bool


def coq_file(problem: Problem, relu_at_zero: int = 0, hints: Sequence[Term] = (), intervals: bool = False) -> CoqFile:
    """Return the file of a claim; with `intervals` its script may also use interval arithmetic.

    Raises
    ------
    NotPrintable
        When a term is too large or has no form in Coq.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> coq_file(elaborate(Statement("d(x**2, x) == 2*x", {"x": "real"}))).differentiation
    'every derivative is stated by is_derive'
    """
    stated, complete = derivatives(problem.claim)
    if any(node.op in KINKS or node.op in ("asin", "acos") for d in stated for node in subterms(d.body)):
        stated, complete = [], False
    statement = proposition(problem, stated)
    lines = [
        IMPORTS + (COQUELICOT if stated else ""),
        DEFINITIONS.format(at_zero=relu_at_zero) + READING,
        f"Definition {NAME}_statement : Prop :=\n  {statement}.\n",
        TACTIC_IMPORTS + (INTERVAL if intervals else ""),
        LEMMAS.replace("{at_zero}", str(relu_at_zero)) + TACTICS,
        f"Theorem {NAME} : {NAME}_statement.",
        f"Proof.\nunfold {NAME}_statement.",
        *_cases(problem, list(problem.values), {}, stated, hints, intervals),
        "Qed.",
        f"Check ({NAME} : {NAME}_statement).",
        f"Print Assumptions {NAME}.\n",
    ]
    return CoqFile("\n".join(lines), statement, _scope(problem, bool(stated), complete), intervals)


def _scope(problem: Problem, some: bool, every: bool) -> str:
    """Return which derivatives the theorem speaks of; empty when the claim has none."""
    if not any(n.op == "also" for t in formula_terms(problem.claim) for n in subterms(t)):
        return ""
    if every:
        return "every derivative is stated by is_derive"
    if some:
        return "some derivatives are stated by is_derive; differentiation of the others is not part of this proof"
    return "the derivatives are computed before: differentiation is not part of this proof"


def _cases(
    problem: Problem,
    left: Sequence[str],
    values: dict[str, Term],
    stated: Sequence[Differentiated],
    hints: Sequence[Term],
    intervals: bool,
) -> Iterator[str]:
    """Yield the script, one part for each choice of the values of the variables with finitely many."""
    if not values:
        names = [variable(n) for n in problem.names] + [f"P{i}" for i in range(len(problem.domain))]
        yield f"intros {' '.join(names)}." if names else "idtac."
    if not left or len(problem.values) > MAX_VALUED:
        yield from Script(problem, values, hints, intervals).lines(len(stated))
        return
    name, *rest = left
    told = next(i for i, f in enumerate(problem.kinds) if _is_choice(f, name))
    count = len(problem.values[name])
    if count > 1:
        yield f"destruct P{told} as {'[?|' * (count - 1)}?{']' * (count - 1)}; subst {variable(name)}."
    else:
        yield f"subst {variable(name)}."
    for value in problem.values[name]:
        yield "{"
        yield from _cases(problem, rest, {**values, name: num(value)}, stated, hints, intervals)
        yield "}"


def _is_choice(kind: Formula, name: str) -> bool:
    parts = kind.args or (kind,)
    return all(p.op == "==" and p.terms[0].op == "var" and p.terms[0].value == name for p in parts)
