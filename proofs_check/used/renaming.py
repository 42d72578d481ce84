"""The same statement with other names: a text of a shape in which variables are numbered by their place in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNORDERED = ("dot", "min", "max", "flow", "map")  # functions whose arguments may change places
MAX_TIES = 6  # variables that play the same part: this many are tried as the first, and no more than two deep


def plain(shape: tuple[Any, ...]) -> str:
    """Return the text of a shape without its names: the same for any renaming, and more.

    Examples
    --------
    >>> plain(("name", "x")) == plain(("name", "y"))
    True
    """
    return printed(shape, {})


def canonical(shape: tuple[Any, ...]) -> str:
    """Return the text of a shape with its variables numbered: two shapes with one text differ in names only.

    Two that differ in names only may have two texts, where many variables play the same part.

    Examples
    --------
    >>> from proofs_check.language.parse import parse
    >>> from proofs_check.used.shapes import Reading, frozen, sum_of
    >>> a, b, c = (frozen(sum_of(parse(t), Reading())) for t in ("x*y + x", "b + a*b", "b*b + a"))
    >>> canonical(a) == canonical(b), canonical(a) == canonical(c)
    (True, False)
    """
    return _numbered(shape, dict.fromkeys(sorted(names_of(shape)), "?"), 2)


def _numbered(shape: tuple[Any, ...], marks: Mapping[str, str], depth: int) -> str:
    marks = _told_apart(shape, marks)
    classes: dict[str, list[str]] = {}
    for name, mark in marks.items():
        classes.setdefault(mark, []).append(name)
    tied = next((members for _, members in sorted(classes.items()) if len(members) > 1), None)
    if tied is None:
        return printed(shape, marks)
    first = tied[:MAX_TIES] if depth else tied[:1]
    return min(_numbered(shape, {**marks, name: marks[name] + "'"}, max(depth - 1, 0)) for name in first)


def _told_apart(shape: tuple[Any, ...], marks: Mapping[str, str]) -> dict[str, str]:
    """Return marks that tell variables apart by where they stand, as far as that goes."""
    while True:
        seen = {name: (marks[name], printed(shape, {**marks, name: "!"})) for name in marks}
        order = {text: f"v{place}" for place, text in enumerate(sorted(set(seen.values())))}
        found = {name: order[seen[name]] for name in marks}
        if len(order) == len(set(marks.values())):
            return found
        marks = found


def printed(shape: Any, marks: Mapping[str, str]) -> str:
    """Return a shape as text with marks for names; what stands in no order is sorted as text."""
    if not isinstance(shape, tuple):
        return str(shape)
    if not shape:
        return "()"
    kind = shape[0]
    if kind == "name":
        return marks.get(shape[1], "?")
    if kind in ("fixed", "relation"):
        return " ".join(printed(part, marks) for part in shape[1:])
    if kind == "item":
        return f"{printed(shape[1], marks)}[{shape[2]}]"
    if kind == "sum":
        return f"({printed(shape[1], marks)})"
    if kind == "call":
        parts = [printed(part, marks) for part in shape[2]]
        if shape[1] in UNORDERED:
            parts.sort()
        places = sorted(f"{printed(name, marks)}={printed(value, marks)}" for name, value in shape[3])
        return f"{shape[1]}({', '.join([*parts, *places])})"
    return " + ".join(sorted(_product(product, factor, marks) for product, factor in shape))


def _product(product: tuple[Any, ...], factor: Any, marks: Mapping[str, str]) -> str:
    return "*".join([str(factor), *sorted(f"{printed(atom, marks)}^{exponent}" for atom, exponent in product)])


def names_of(shape: Any) -> set[str]:
    """Return the names of a shape that may be renamed."""
    if not isinstance(shape, tuple):
        return set()
    if len(shape) == 2 and shape[0] == "name":
        return {shape[1]}
    return set().union(*(names_of(part) for part in shape))
