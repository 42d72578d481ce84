"""What must hold for a term to have a value: denominators, roots, logarithms, rules of differentiation (rung 0)."""

from __future__ import annotations

from dataclasses import dataclass

from proofs_check.language.term import ONE, Term, add, call, num, sub, subterms


@dataclass(frozen=True)
class Obligation:
    """`term relation 0`, needed because of an operation.

    Examples
    --------
    >>> from proofs_check.language.term import var
    >>> Obligation(var("x"), "!=", "denominator")
    Obligation(term=x, relation='!=', why='denominator')
    """

    term: Term
    relation: str
    why: str


def obligations(*roots: Term) -> list[Obligation]:
    """Return every obligation of the terms, each once, innermost first.

    Examples
    --------
    >>> from proofs_check.language.term import div, var
    >>> [o.why for o in obligations(div(var("x"), call("log", var("x"))))]
    ['logarithm', 'denominator']
    """
    found: dict[Obligation, None] = {}
    for node in subterms(*roots):
        for needed in _of_node(node):
            if needed.term.op != "num" or not _plain(needed):
                found[needed] = None
    return list(found)


def _plain(needed: Obligation) -> bool:
    value = needed.term.value
    return {"!=": value != 0, ">": value > 0, ">=": value >= 0}[needed.relation]  # type: ignore[operator]


def _of_node(node: Term) -> list[Obligation]:
    op = node.op
    if op == "div":
        return [Obligation(node.args[1], "!=", "denominator")]
    if op == "pow" and int(node.value) < 0:  # type: ignore[arg-type]
        return [Obligation(node.args[0], "!=", "base of a negative power")]
    if op == "rpow":
        return [Obligation(node.args[0], ">", "base of a real power")]
    if op == "sqrt":
        return [Obligation(node.args[0], ">=", "root")]
    if op == "log":
        return [Obligation(node.args[0], ">", "logarithm")]
    if op == "tan":
        return [Obligation(call("cos", node.args[0]), "!=", "tangent")]
    if op in ("asin", "acos", "atanh"):
        relation = ">" if op == "atanh" else ">="
        u = node.args[0]
        return [Obligation(sub(ONE, u), relation, op), Obligation(add(ONE, u), relation, op)]
    if op == "acosh":
        return [Obligation(sub(node.args[0], num(1)), ">=", op)]
    if op == "smooth":
        return [Obligation(node.args[1], "!=", "derivative off the kink")]
    return []
