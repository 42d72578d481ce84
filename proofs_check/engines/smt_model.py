"""The values a solver gives: exact rationals only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

TOKEN = re.compile(r"\|[^|]*\||[()]|[^\s()|]+")
NUMBER = re.compile(r"\d{1,2000}(\.\d{1,2000})?")


def values(text: str, symbols: Mapping[str, str]) -> dict[str, Fraction] | None:
    """Return the value of every variable from the answer to get-value; None when one is missing or not rational.

    Examples
    --------
    >>> values("((|v!x| (/ (- 1.0) 3.0)) (|v!y| 2))", {"x": "|v!x|", "y": "|v!y|"})
    {'x': Fraction(-1, 3), 'y': Fraction(2, 1)}
    >>> values("((|v!x| (root-obj (+ (^ x 2) (- 2)) 1)))", {"x": "|v!x|"}) is None
    True
    """
    tree = _read(text)
    if tree is None:
        return None
    pairs = [pair for pair in tree if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)]
    found = {pair[0]: pair[1] for pair in pairs}
    point = {name: _number(found.get(symbol)) for name, symbol in symbols.items()}
    return None if any(value is None for value in point.values()) else point  # type: ignore[return-value]


def _read(text: str) -> list[Any] | None:
    """Return the one list of the text as nested lists of words; None when it is not one list."""
    stack: list[list[Any]] = [[]]
    for token in TOKEN.findall(text):
        if token == "(":
            stack.append([])
        elif token == ")":
            if len(stack) == 1:
                return None
            last = stack.pop()
            stack[-1].append(last)
        else:
            stack[-1].append(token)
    return stack[0][0] if len(stack) == 1 and len(stack[0]) == 1 and isinstance(stack[0][0], list) else None


def _number(tree: Any) -> Fraction | None:
    if isinstance(tree, str):
        return Fraction(tree) if NUMBER.fullmatch(tree) else None
    if not isinstance(tree, list) or len(tree) not in (2, 3) or tree[0] not in ("-", "/"):
        return None
    parts = [_number(part) for part in tree[1:]]
    if any(part is None for part in parts):
        return None
    if len(parts) == 1:
        return -parts[0] if tree[0] == "-" else None  # type: ignore[operator]
    return parts[0] / parts[1] if tree[0] == "/" and parts[1] else None  # type: ignore[operator]
