"""Claims in total logic: where every operation has some value, what must be defined is said by extra relations.

SMT solvers and Coq give `x/0` and `sqrt(-1)` a value. Here a formula with short circuit becomes a classical one that is
true exactly where the formula is defined and true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proofs_check.evidence.obligations import obligations
from proofs_check.language.term import (
    NEGATED,
    TRUE,
    ZERO,
    Formula,
    Term,
    conjunction,
    formula_terms,
    relation,
    subterms,
)


@dataclass(frozen=True)
class Goal:
    """`formula` (a relation or a negation) is to be shown where the facts hold; `why` says what it is for."""

    facts: tuple[Formula, ...]
    formula: Formula
    why: str


def needed(*terms: Term) -> list[Formula]:
    """Return what must hold for the terms to have a value, innermost first."""
    return [relation(o.relation, o.term, ZERO) for o in obligations(*terms)]


def defined(formula: Formula) -> Formula:
    """Return the classical formula that says: every relation that is reached has both sides defined."""
    if formula.terms:
        return conjunction(needed(*formula.terms))
    parts = [defined(part) for part in formula.args]
    for i in range(len(parts) - 2, -1, -1):  # what comes later is reached only when this part does not settle it
        reached = formula.args[i] if formula.op in ("and", "implies") else Formula("not", (formula.args[i],))
        later = parts[i + 1] if parts[i + 1].op == "true" else Formula("implies", (reached, parts[i + 1]))
        parts[i] = conjunction([parts[i], later])
    return parts[0] if parts else TRUE


def holds(formula: Formula) -> Formula:
    """Return the classical formula that is true exactly where the formula is defined and true.

    Examples
    --------
    >>> from proofs_check.language.term import div, num, var
    >>> holds(relation("==", div(var("x"), var("x")), num(1)))
    and((x != 0), (div(x, x) == 1))
    """
    if formula.op == "and":
        return conjunction([holds(part) for part in formula.args])
    if formula.op == "implies":
        first, then = formula.args
        return conjunction([defined(first), Formula("implies", (first, holds(then)))])
    if formula.op == "or":
        first, rest = formula.args[0], formula.args[1:]
        if not rest:
            return holds(first)
        return conjunction([defined(first), Formula("or", (first, holds(Formula("or", rest))))])
    return conjunction([defined(formula), formula])


def premise(hypothesis: Formula) -> Formula:
    """Return what may be assumed of a hypothesis at every point of the domain.

    Where a derivative in the hypothesis is not decided (a kink), nothing may be assumed.
    """
    kinks = [node.args[1] for t in formula_terms(hypothesis) for node in subterms(t) if node.op == "smooth"]
    told = holds(hypothesis)
    if not kinks:
        return told
    off = conjunction([relation("!=", u, ZERO) for u in dict.fromkeys(kinks)])
    return Formula("implies", (off, told))


def goals(claim: Formula, facts: Sequence[Formula] = ()) -> list[Goal]:
    """Return relations that together give `holds(claim)` where the facts hold; later goals assume earlier ones.

    Examples
    --------
    >>> from proofs_check.language.term import div, num, var
    >>> [(g.formula, g.why) for g in goals(relation("==", div(var("x"), var("x")), num(1)))]
    [((x != 0), 'obligation'), ((div(x, x) == 1), 'claim')]
    """
    found: list[Goal] = []
    _goals(claim, list(facts), found)
    return found


def _goals(claim: Formula, known: list[Formula], found: list[Goal]) -> None:
    """Append the goals of the claim, and to `known` what has been shown."""
    if claim.op == "and":
        for part in claim.args:
            _goals(part, known, found)
    elif claim.op == "implies":
        first, then = claim.args
        _defined_goals(first, known, found)
        _goals(then, [*known, first], found)
        known.append(claim)
    elif claim.op == "or":
        inside = list(known)
        for part in claim.args[:-1]:
            _defined_goals(part, inside, found)
            inside.append(Formula("not", (part,)))
        _goals(claim.args[-1], inside, found)
        known.append(claim)
    elif claim.op != "true":
        _defined_goals(claim, known, found)
        found.append(Goal(tuple(known), _negated(claim.args[0]) if claim.op == "not" else claim, "claim"))
        known.append(claim)


def _defined_goals(formula: Formula, known: list[Formula], found: list[Goal]) -> None:
    if formula.terms:
        for condition in needed(*formula.terms):
            if condition not in known:
                found.append(Goal(tuple(known), condition, "obligation"))
                known.append(condition)
        return
    condition = defined(formula)
    if condition.op != "true":
        found.append(Goal(tuple(known), condition, "obligation"))
        known.append(condition)


def _negated(formula: Formula) -> Formula:
    if formula.terms:
        return relation(NEGATED[formula.op], *formula.terms)
    return formula.args[0] if formula.op == "not" else Formula("not", (formula,))
