"""Sums of squares, read off the syntax: what is never negative wherever the hypotheses hold."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from proofs_check.language.parse import number, parse
from proofs_check.licence.indexed import Refused
from proofs_check.licence.parameters import exact_text

SIGNED = ("positive", "nonnegative")


@dataclass(frozen=True)
class Scope:
    """The bound indices at a place: the axis of each name, and the pairs of names that are different there."""

    axes: dict[str, str] = field(default_factory=dict)
    apart: frozenset[frozenset[str]] = frozenset()

    def inside(self, generators: Sequence[ast.comprehension]) -> Scope | None:
        """Return the scope inside generators; None when they are not plain or bind a name again."""
        axes, apart = dict(self.axes), set(self.apart)
        for part in generators:
            if not isinstance(part.target, ast.Name) or not isinstance(part.iter, ast.Name) or part.target.id in axes:
                return None
            axes[part.target.id] = part.iter.id
            for test in part.ifs:
                for one in test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]:
                    if isinstance(one, ast.Compare) and len(one.ops) == 1 and isinstance(one.ops[0], ast.NotEq):
                        sides = [one.left, one.comparators[0]]
                        if all(isinstance(side, ast.Name) for side in sides):
                            apart.add(frozenset(_names(one)))
        return Scope(axes, frozenset(apart))


@dataclass(frozen=True)
class Known:
    """What a hypothesis makes nonnegative, for all values of its own bound indices."""

    text: str
    scope: Scope


def _line(text: str) -> str:
    """Return the one line that `parse` reads, to which the columns of its nodes refer."""
    return " ".join(text.split())


class Squares:
    """Decides whether a text is a sum of products of squares and of things that are not negative.

    Examples
    --------
    >>> Squares({}, ("a <= b",), True).holds("2*sum(x[k][0]**2 for k in samples) + (b - a)")
    True
    >>> Squares({}, (), True).holds("x[0][0]*x[1][0]")
    False
    """

    def __init__(self, variables: Mapping[str, Any], hypotheses: Sequence[str], network: bool):
        self.network = network
        kinds = {name: kind for name, kind in variables.items() if isinstance(kind, str)}
        self.positive = {name for name, kind in kinds.items() if kind == "positive"}
        self.positive |= {"eta", "m", "n"} if network else set()
        self.nonnegative = {name for name, kind in kinds.items() if kind in SIGNED} | self.positive
        self.known = [found for hypothesis in hypotheses for found in _known(hypothesis)]

    def holds(self, text: str, claim: str = "0 == 0") -> bool:
        """Whether the expression is never negative; the claim may bind indices around it by `all`."""
        tree = parse(claim)
        generators = tree.args[0].generators if _is_all(tree) else []  # type: ignore[attr-defined]
        scope = Scope().inside(generators)
        return scope is not None and self._nonnegative(parse(text), scope)

    def _is_known(self, node: ast.expr, bound: Scope) -> bool:
        text, used = exact_text(node), _names(node) & bound.axes.keys()
        return any(
            text == known.text
            and used <= known.scope.axes.keys()
            and all(bound.axes.get(name) == axis for name, axis in known.scope.axes.items())
            and known.scope.apart <= bound.apart
            for known in self.known
        )

    def _nonnegative(self, node: ast.expr, bound: Scope) -> bool:
        if isinstance(node, ast.Constant):
            return number(node) >= 0
        if isinstance(node, ast.Name):
            return node.id in self.nonnegative and node.id not in bound.axes
        if self._is_known(node, bound):
            return True
        if isinstance(node, ast.BinOp):
            return self._binary(node, bound)
        if isinstance(node, ast.Subscript):
            return self.network and isinstance(node.value, ast.Name) and node.value.id == "gate"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "dot" and len(node.args) == 2:
                return exact_text(node.args[0]) == exact_text(node.args[1])
            if node.func.id == "sum" and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
                inner = bound.inside(node.args[0].generators)
                return inner is not None and self._nonnegative(node.args[0].elt, inner)
        return False

    def _binary(self, node: ast.BinOp, bound: Scope) -> bool:
        left = self._nonnegative(node.left, bound)
        if isinstance(node.op, ast.Pow):
            exponent = number(node.right) if isinstance(node.right, ast.Constant) else None
            return exponent is not None and exponent.denominator == 1 and (left or exponent % 2 == 0)
        right = self._nonnegative(node.right, bound)
        if isinstance(node.op, ast.Mult):
            return (left and right) or exact_text(node.left) == exact_text(node.right)
        if isinstance(node.op, ast.Div):
            return left and self._positive(node.right, bound)
        return isinstance(node.op, ast.Add) and left and right

    def _positive(self, node: ast.expr, bound: Scope) -> bool:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            return self._positive(node.left, bound) and self._positive(node.right, bound)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            exponent = number(node.right) if isinstance(node.right, ast.Constant) else None
            return exponent is not None and exponent.denominator == 1 and self._positive(node.left, bound)
        if isinstance(node, ast.Constant):
            return number(node) > 0
        return isinstance(node, ast.Name) and node.id in self.positive and node.id not in bound.axes


def _names(node: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _is_all(tree: ast.expr) -> bool:
    named = isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "all"
    return named and len(tree.args) == 1 and isinstance(tree.args[0], ast.GeneratorExp)  # type: ignore[attr-defined]


def _known(hypothesis: str) -> list[Known]:
    """Return the expressions, as texts, that a hypothesis makes nonnegative."""
    tree = parse(hypothesis)
    scope: Scope | None = Scope()
    if _is_all(tree):
        generator: Any = tree.args[0]  # type: ignore[attr-defined]
        scope, tree = _exactly(generator.generators), generator.elt
    if scope is None or not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
        return []
    low, high = tree.left, tree.comparators[0]
    if isinstance(tree.ops[0], ast.Gt | ast.GtE):
        low, high = high, low
    elif not isinstance(tree.ops[0], ast.Lt | ast.LtE):
        return []
    if isinstance(low, ast.Constant) and number(low) == 0:
        return [Known(exact_text(high), scope)]
    return [Known(exact_text(ast.BinOp(high, ast.Sub(), low)), scope)]


def _exactly(generators: Sequence[ast.comprehension]) -> Scope | None:
    """Return the scope of the generators of a hypothesis, all of whose conditions are of the form i != k."""
    scope = Scope().inside(generators)
    tests = sum(len(part.ifs) for part in generators)
    return scope if scope is not None and len(scope.apart) == tests else None


def as_identity(text: str, squares: str) -> str:
    """Return the identity behind an inequality: the gap of its two sides is the sum of squares.

    Raises
    ------
    Refused
        When the text is no single `<=` or `>=`, possibly inside one `all(...)`.

    Examples
    --------
    >>> as_identity("0 <= x[0][0]**2", "x[0][0]**2")
    '(x[0][0]**2) - (0) == (x[0][0]**2)'
    """
    tree, line, squares = parse(text), _line(text), _line(squares)
    before, after = "", ""
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "all" and tree.args:
        generator = tree.args[0]
        if isinstance(generator, ast.GeneratorExp):
            tree = generator.elt
            whole = ast.get_source_segment(line, generator) or ""
            inside = ast.get_source_segment(line, tree) or ""
            start = whole.index(inside)
            before, after = "all", whole[start + len(inside) :]
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or not isinstance(tree.ops[0], ast.LtE | ast.GtE):
        raise Refused("it is no single <= or >=, so no sum of squares belongs to it")
    low, high = (ast.get_source_segment(line, side) or "" for side in (tree.left, tree.comparators[0]))
    if isinstance(tree.ops[0], ast.GtE):
        low, high = high, low
    identity = f"({high}) - ({low}) == ({squares})"
    return f"all({identity}{after}" if before else identity


__all__ = ["Squares", "as_identity"]
