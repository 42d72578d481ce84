"""A name before a bracket: a product, or a function of what the bracket holds; nobody can tell from the LaTeX alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proofs_check.latex_reader.tokens import RELATIONS, NotRead, Token
from proofs_check.latex_reader.tree import Node

NESTED = dict.fromkeys(["(", "[", "{", "lbrace", "langle"], 1) | dict.fromkeys([")", "]", "}", "rbrace", "rangle"], -1)
ORDERS = ("O", "o")


@dataclass(frozen=True)
class Application:
    """A name with the bracket behind it, as it stands; `single`: nothing but one name stands in the bracket."""

    latex: str
    single: bool


def application(factor: Node, tokens: Sequence[Token], start: int, bracket: int) -> Application | None:
    """Return what a factor forms with the bracket after it, None when that is a product beyond doubt.

    Parameters
    ----------
    factor : what was read from `tokens[start:bracket]`.

    Raises
    ------
    NotRead
        When it is no product: an order, a value at a number, or a function of several arguments.
    """
    base = factor.args[0] if factor.op == "**" else factor
    if base.op not in ("name", "index", "d") or base.text == "pi" or tokens[start].text in ("(", "["):
        return None
    close = _close(tokens, bracket)
    inside, latex = tokens[bracket + 1 : close], written(tokens[start : close + 1])
    if base.op == "name" and base.text.split("_")[0] in ORDERS:
        raise NotRead(f"{latex} is an order of magnitude, not a number")
    if any(depth == 0 and token.text in (",", ";") and token.kind == "sign" for token, depth in _depths(inside)):
        raise NotRead(f"{latex}: a function of several arguments")
    if any(token.kind in ("sign", "command") and token.text in RELATIONS for token in inside):
        raise NotRead(f"{latex}: a function of a condition")
    if len(inside) == 1 and inside[0].kind == "number":
        raise NotRead(f"{latex}: the value of a function at {inside[0].text}; give that value a name")
    depths = [token for token, depth in _depths(inside) if depth == 0]
    single = bool(depths) and depths[0].kind in ("letter", "command") and _is_name(depths)
    if base.op == "d" and single:
        raise NotRead(f"{latex}: a function of {written(inside)}; leave that out where all is at the same time")
    if factor.op == "**" and not single and factor.args[1].op == "number":
        return None
    return Application(latex, single)


def written(tokens: Sequence[Token]) -> str:
    """Return tokens as LaTeX.

    Examples
    --------
    >>> written([Token("command", "phi", 0), Token("letter", "x", 5)])
    '\\\\phi x'
    """
    text = ""
    for token in tokens:
        letters = text[-1:].isalpha() and token.text[:1].isalpha() and token.kind == "letter" and "\\" in text
        text += (" " if letters else "") + ("\\" if token.kind == "command" else "") + token.text
    return text


def _is_name(tokens: Sequence[Token]) -> bool:
    """Say whether tokens are one name with its subscript."""
    return len(tokens) == 1 or (len(tokens) > 1 and tokens[1].text == "_" and len(tokens) <= 3)


def _close(tokens: Sequence[Token], bracket: int) -> int:
    for at, (_, depth) in enumerate(_depths(tokens[bracket:])):
        if at and depth == 0:
            return bracket + at
    return len(tokens)


def _depths(tokens: Sequence[Token]) -> list[tuple[Token, int]]:
    """Return every token with the number of brackets around it; a bracket counts as what stands around it."""
    depth, found = 0, list[tuple[Token, int]]()
    for token in tokens:
        change = NESTED.get(token.text, 0) if token.kind in ("sign", "command") else 0
        found.append((token, depth + min(change, 0)))
        depth += change
    return found
