r"""Formulas that TeX may break: wide brackets, fractions and roots become such that a line can end inside them.

TeX breaks a formula in a paragraph after relations and signs, but never inside ``\left ... \right``, a fraction or a
root. What is wider than a good part of a line is therefore printed with brackets of a fixed size; the rest stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

WIDE = 34.0  # letters: about half a line of an article
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
SIGNS = frozenset("+ - = < > \\le \\ge \\neq \\cdot \\wedge \\vee \\implies \\in".split())
ARGUMENTS = {r"\frac": 2, r"\sqrt": 1, r"\operatorname": 1, r"\mathrm": 1, r"\text": 1, r"\mathbf": 1, r"\texttt": 1}
WORDS = frozenset({r"\operatorname", r"\mathrm", r"\text", r"\mathbf", r"\texttt"})
BREAKABLE = {r"\,": r"\,\allowbreak ", ",": r",\allowbreak ", r"\quad": r"\quad\allowbreak "}
MOST_NESTED = 60


@dataclass(frozen=True)
class Group:
    """Braces: ``left`` and ``right`` are empty; or a ``\\left``, ``\\right`` pair with its delimiters."""

    items: tuple[Item, ...]
    left: str = ""
    right: str = ""


Item = str | Group


def breakable(latex: str) -> str:
    r"""Return a formula that looks the same where it is short, and can be broken where it is long.

    Examples
    --------
    >>> breakable(r"\left(x + 1\right)\,y")
    '\\left(x + 1\\right)\\,\\allowbreak y'
    >>> breakable(r"\left(" + " + ".join(["abcdef"] * 8) + r"\right)").startswith(r"\bigl(abcdef + abcdef")
    True
    """
    try:
        items = _parsed(iter(TOKEN.findall(latex)), "", 0)[0]
    except ValueError:  # braces that do not match: leave it as it is
        return latex
    return _shown(items, True).strip()


def _parsed(tokens: Iterator[str], end: str, depth: int) -> tuple[tuple[Item, ...], str]:
    """Return what stands up to ``end``, and the delimiter after a closing ``\\right``."""
    if depth > MOST_NESTED:
        raise ValueError("too deeply nested")
    found: list[Item] = []
    for token in tokens:
        if token == end:
            return tuple(found), next(tokens, ".") if end == r"\right" else ""
        if token in ("}", r"\right"):
            raise ValueError("unbalanced")
        if token == "{":
            found.append(Group(_parsed(tokens, "}", depth + 1)[0]))
        elif token == r"\left":
            left = next(tokens, ".")
            inside, right = _parsed(tokens, r"\right", depth + 1)
            found.append(Group(inside, left, right))
        else:
            found.append(token)
    if end:
        raise ValueError("unbalanced")
    return tuple(found), ""


def width(items: tuple[Item, ...]) -> float:
    r"""Return about how many letters wide some items are.

    Examples
    --------
    >>> width((r"\frac", Group(("a", "+", "b")), Group(("2",))))
    5.0
    """
    total, position = 0.0, 0
    while position < len(items):
        item = items[position]
        position += 1
        if isinstance(item, Group):
            total += width(item.items) + 2 * bool(item.left)
        elif item == r"\frac":
            total += max((width(items[position + k : position + k + 1]) for k in range(2)), default=0)
            position += 2
        elif item in ("_", "^"):
            total += 0.7 * width(items[position : position + 1])
            position += 1
        else:
            total += _letters(item)
    return total


def _letters(token: str) -> float:
    if token in SIGNS:
        return 3.0
    if token.startswith("\\"):
        spaces = {r"\,": 0.4, r"\;": 0.6, r"\!": -0.4, r"\quad": 2.0, r"\sum": 3.0}
        named = len(token) - 1 if token[1:] in NAMES else 1.3
        return spaces.get(token, 0.0 if token in ARGUMENTS else named)
    return 0.0 if token.isspace() else float(len(token))


NAMES = frozenset("exp ln log sin cos tan sinh cosh tanh arcsin arccos arctan max min".split())


def _shown(items: tuple[Item, ...], may_break: bool) -> str:
    parts: list[str] = []
    position = 0
    while position < len(items):
        item = items[position]
        position += 1
        count = ARGUMENTS.get(item, 0) if isinstance(item, str) else 0
        given = items[position : position + count]
        if count and len(given) == count and all(isinstance(part, Group) for part in given):
            parts.append(_command(str(item), given, may_break))
            position += count
        elif item in ("_", "^") and position < len(items):
            parts += [str(item), _shown(items[position : position + 1], False)]
            position += 1
        elif isinstance(item, Group):
            parts.append(_group(item, may_break))
        else:
            parts.append(_token(item, may_break))
    return "".join(parts)


def _token(token: str, may_break: bool) -> str:
    if token == r"\!":
        return ""
    if may_break and token in BREAKABLE:
        return BREAKABLE[token]
    return token + " " if re.fullmatch(r"\\[A-Za-z]+", token) else " " if token.isspace() else token


def _command(name: str, given: tuple[Item, ...], may_break: bool) -> str:
    groups = [part for part in given if isinstance(part, Group)]
    wide = may_break and any(width(part.items) > WIDE for part in groups)
    if name in WORDS or not wide:
        return name + "".join("{" + _shown(part.items, False).strip() + "}" for part in groups)
    if name == r"\sqrt":
        return rf"{_bracketed(groups[0])}^{{1/2}}"
    return rf"{_bracketed(groups[0])}\big/{_bracketed(groups[1])}"


def _bracketed(group: Group) -> str:
    inside = _shown(group.items, True)
    return inside if width(group.items) < 3 else rf"\bigl({inside}\bigr)"


def _group(group: Group, may_break: bool) -> str:
    if not may_break or width(group.items) <= WIDE:
        inside = _shown(group.items, False)
        return rf"\left{group.left}{inside}\right{group.right}" if group.left else "{" + inside + "}"
    inside = _shown(group.items, True)
    if not group.left:
        return inside
    left, right = ("[", "]") if "." in (group.left, group.right) else (group.left, group.right)
    return rf"\bigl{left}{inside}\bigr{right}"
