"""Chains of steps: from the claim's left side to its right side, and which relation they give."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from proofs_check.language.errors import ClaimError
from proofs_check.language.parse import parse
from proofs_check.language.statement import Statement


def links_of(statement: Statement, steps: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return the chain from the claim's left side to its right side as (relation text, reason, relation).

    Raises
    ------
    ClaimError
        When the claim is not one relation.
    """
    tree = parse(statement.text)
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
        raise ClaimError("steps need a claim that is one relation")
    left, right = ast.unparse(tree.left), ast.unparse(tree.comparators[0])
    current = left
    links: list[tuple[str, str, str]] = []
    for text, reason, relation in steps:
        links.append((f"({current}) {relation} ({text})", reason, relation))
        current = text
    if "".join(current.split()) != "".join(right.split()):
        links.append((f"({current}) == ({right})", "the right side", "=="))
    return links


def composes(relations: set[str], wanted: str) -> bool:
    """Return True when links of these relations give the wanted one by transitivity.

    Examples
    --------
    >>> composes({"==", "<="}, "<="), composes({"<=", "=="}, "<"), composes({"<", ">"}, "<")
    (True, False, False)
    """
    if wanted == "==":
        return relations <= {"=="}
    if wanted in ("<=", ">="):
        return relations <= {"==", wanted, wanted[0]}
    if wanted in ("<", ">"):
        return relations <= {"==", wanted, wanted + "="} and wanted in relations
    return False
