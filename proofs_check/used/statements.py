"""Relations and closed forms of a lemma as shapes that can be found again in another one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from proofs_check.language.errors import ClaimError
from proofs_check.used.moving import motion_of, parts, reading_of, tree_of
from proofs_check.used.renaming import canonical, names_of, plain, printed
from proofs_check.used.shapes import NoShape, Sum, added, frozen, primitive, scaled, sum_of

Shape = tuple[Any, ...]
Table = Mapping[str, Any]
MAX_NAMES = 24
SIGNS: dict[type[ast.cmpop], tuple[str, int]] = {
    ast.Eq: ("==", 1),
    ast.NotEq: ("!=", 1),
    ast.Lt: ("<", 1),
    ast.LtE: ("<=", 1),
    ast.Gt: ("<", -1),
    ast.GtE: ("<=", -1),
}
CURVES = frozenset(("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "atanh"))
UNREADABLE = (NoShape, ClaimError, ValueError, RecursionError, ArithmeticError)


def relations(text: str, statement: Table, expand: bool, moving: bool = False) -> list[Shape]:
    """Return the relations that a text joins by `and` as shapes; what cannot be compared is left out.

    So is what says too little to be found by chance only: a relation that becomes trivial when it is multiplied out,
    or one between two names.

    Parameters
    ----------
    expand : whether definitions are put in.    moving : whether the equations of motion belong to a relation that
    speaks of them, so that it is the same only where the same moves.

    Examples
    --------
    >>> [shape[1] for shape in relations("x > y and x == x and 0 <= x*y - z", {}, True)]
    ['<=']
    """
    found = []
    for left, (kind, sign), right in _compared(text):
        try:
            reading = reading_of(statement, expand)
            gap = added(sum_of(left, reading), scaled(sum_of(right, reading), Fraction(-1)))
        except UNREADABLE:
            continue
        value = primitive(scaled(gap, Fraction(sign)))
        try:
            value |= motion_of(value, statement) if moving else {}
        except UNREADABLE:
            continue
        shape = ("relation", kind, frozen(value))
        if not _says_little(gap) and len(names_of(shape)) <= MAX_NAMES:
            found.append(shape)
    return found


def closed_forms(text: str, statement: Table, inner: bool = False) -> list[Shape]:
    """Return an expression as a shape, definitions put in, when it has a function such as `exp` and two names or more.

    Parameters
    ----------
    inner : also every such expression inside it that has three names or more.

    Examples
    --------
    >>> len(closed_forms("a + b", {})), len(closed_forms("exp(a*b)", {})), len(closed_forms("z + exp(a*b*c)", {}, True))
    (0, 1, 2)
    """
    try:
        tree = tree_of(text)
    except UNREADABLE:
        return []
    told = {name for name, _ in statement.get("define", [])} | CURVES
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp | ast.Call)] if inner else []
    nodes = [node for node in nodes if told & _names(node)]
    if not told & _names(tree):
        return []
    found = [_closed_form(tree, statement, 2), *(_closed_form(node, statement, 3) for node in nodes)]
    return list(dict.fromkeys(shape for shape in found if shape is not None))


def _closed_form(tree: ast.expr, statement: Table, least: int) -> Shape | None:
    try:
        shape = ("form", "", frozen(sum_of(tree, reading_of(statement, True))))
    except UNREADABLE:
        return None
    curved = CURVES & {part[1] for part in parts(shape) if len(part) == 4 and part[0] == "call"}
    moving = any(len(part) == 4 and part[:2] in (("call", "d"), ("call", "next")) for part in parts(shape))
    return shape if curved and not moving and least <= len(names_of(shape)) <= MAX_NAMES else None


def same_for_any_names(shape: Shape) -> str:
    """Return a text that is equal for shapes that differ in names only, and for others too: a quick look."""
    return min(f"{side[1]} {plain(side[2])}" for side in _sides(shape))


def literal(shape: Shape) -> str:
    """Return a text that is equal for shapes with the same names only.

    Examples
    --------
    >>> literal(relations("x == y*z", {}, True)[0]) == literal(relations("z*y == x", {}, True)[0])
    True
    """
    names = {name: name for name in names_of(shape)}
    return min(f"{side[1]} {printed(side[2], names)}" for side in _sides(shape))


def numbered(shape: Shape) -> str:
    """Return a text that is equal only for shapes that differ in names only.

    Examples
    --------
    >>> a, b, c = (numbered(relations(t, {}, True)[0]) for t in ("x == y*z", "p*q == r", "p*p == r"))
    >>> a == b, a == c
    (True, False)
    """
    return min(f"{side[1]} {canonical(side[2])}" for side in _sides(shape))


def _sides(shape: Shape) -> list[Shape]:
    """Return a shape in both directions when there is no telling them apart."""
    if shape[0] != "relation" or shape[1] not in ("==", "!="):
        return [shape]
    turned = frozen(scaled(dict(shape[2]), Fraction(-1)))
    return [shape, (*shape[:2], turned)]


def _compared(text: str) -> Iterator[tuple[ast.expr, tuple[str, int], ast.expr]]:
    try:
        waiting = [tree_of(text)]
    except UNREADABLE:
        return
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            waiting = [*node.values, *waiting]
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
                yield left, SIGNS[type(operator)], right


def _says_little(gap: Sum) -> bool:
    """Return whether a relation is trivial or between two names at most, so that many lemmas have it by chance."""
    bare = all(power == 1 and atom[0] in ("name", "fixed") for product in gap for atom, power in product)
    return not any(gap) or (bare and len(gap) <= 2 and max(map(len, gap)) == 1)


def _names(tree: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
