"""Which definitions a list of expressions reads, directly or through other definitions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from proofs_check.language.errors import ClaimError
from proofs_check.language.parse import parse


def definitions_read(texts: Iterable[str], define: Sequence[Sequence[str]]) -> list[str]:
    """Return the defined names that the texts need, in the order of their definition.

    Parameters
    ----------
    texts : expressions of the claim language.    define : pairs (name, expression), in order.

    Examples
    --------
    >>> definitions_read(["b > 0"], [["a", "x + 1"], ["b", "2*a"], ["c", "a"]])
    ['a', 'b']
    """
    needed = set().union(*(names_in(text) for text in texts))
    for name, text in reversed(define):  # a definition reads only those before it
        if name in needed:
            needed |= names_in(text)
    return [name for name, _ in define if name in needed]


def names_in(text: str) -> set[str]:
    """Return the names that an expression reads; none when it is not in the claim language.

    Examples
    --------
    >>> sorted(names_in("a + f(b)"))
    ['a', 'b', 'f']
    """
    try:
        tree = parse(text)
    except (ClaimError, ValueError, RecursionError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
