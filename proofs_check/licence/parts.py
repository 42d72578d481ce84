"""What a licence has the ladder prove, and the small readings of texts that its principles share."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from proofs_check.language.parse import parse
from proofs_check.language.statement import Statement
from proofs_check.licence.indexed import Refused

SIGNS = {ast.Eq: "==", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


@dataclass(frozen=True)
class Part:
    """One claim that the ladder has to prove: its name and statement."""

    name: str
    statement: Statement


def names_in(text: str, statement: Statement | None = None) -> set[str]:
    """Return the names in a text; with a statement also those in the definitions that it names.

    Examples
    --------
    >>> sorted(names_in("a + b*c"))
    ['a', 'b', 'c']
    """
    defined = {} if statement is None else dict(statement.define)
    found: set[str] = set()
    waiting = [text]
    while waiting:
        new = {node.id for node in ast.walk(parse(waiting.pop())) if isinstance(node, ast.Name)} - found
        found |= new
        waiting += [defined[name] for name in new if name in defined]
    return found


def calls_in(text: str) -> set[str]:
    """Return the functions that a text calls by name."""
    calls = (node.func for node in ast.walk(parse(text)) if isinstance(node, ast.Call))
    return {function.id for function in calls if isinstance(function, ast.Name)}


def relations(claim: str, what: str) -> list[tuple[str, str, str]]:
    """Return the relations of a conjunction, as texts: left side, sign, right side.

    Raises
    ------
    Refused
        When the claim is anything else; `what` names it in the reason.

    Examples
    --------
    >>> relations("0 < a <= b and c == 1", "a claim")
    [('0', '<', 'a'), ('a', '<=', 'b'), ('c', '==', '1')]
    """
    line = " ".join(claim.split())
    tree = parse(line)
    found: list[tuple[str, str, str]] = []
    for part in tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]:
        if not isinstance(part, ast.Compare) or not all(type(op) in SIGNS for op in part.ops):
            raise Refused(f"{what} is a conjunction of ==, <, <=, >, >=")
        sides = [ast.get_source_segment(line, side) or "" for side in (part.left, *part.comparators)]
        found += [(sides[i], SIGNS[type(op)], sides[i + 1]) for i, op in enumerate(part.ops)]
    return found


__all__ = ["Part", "calls_in", "names_in", "relations"]
