"""The numeric constants in a claim's text, and the text with another number in their place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from proofs_check.language.parse import number, parse


@dataclass(frozen=True)
class Literal:
    """A constant of the text: its place (characters from `start` to `end`), value, and whether it is written p/q.

    Examples
    --------
    >>> [str(x.value) for x in literals("x*(1 - x)**2 <= 1/5 + u[3]")]
    ['1', '1/5']
    """

    start: int
    end: int
    value: Fraction
    quotient: bool

    def replaced(self, line: str, value: Fraction) -> str:
        """Return the text with the value instead.

        Examples
        --------
        >>> literals("x**3/4 > 0")[0].replaced("x**3/4 > 0", Fraction(7, 2))
        'x**3/(7/2) > 0'
        """
        text = str(value)
        if value < 0 or (value.denominator > 1 and not self.quotient):
            text = f"({text})"
        return line[: self.start] + text + line[self.end :]


def one_line(text: str) -> str:
    """Return the text as `parse` counts its characters."""
    return " ".join(text.split())


def literals(text: str) -> list[Literal]:
    """Return the constants that stand for real numbers, in order; exponents, indices and ranges are left out.

    Raises
    ------
    ClaimError
        When the text is not in the claim language.
    """
    line = one_line(text)
    tree = parse(line)
    if not line.isascii():
        return []
    return sorted(_walk(tree), key=lambda literal: literal.start)


def _walk(node: ast.AST) -> Iterator[Literal]:
    if isinstance(node, ast.Constant):
        yield _literal(node, number(node), quotient=False)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        yield from _walk(node.left)
    elif isinstance(node, ast.Subscript):
        yield from _walk(node.value)
    elif isinstance(node, ast.GeneratorExp):
        yield from _walk(node.elt)
    elif (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and isinstance(node.left, ast.Constant)
        and isinstance(node.right, ast.Constant)
        and number(node.right) != 0
    ):
        yield _literal(node, number(node.left) / number(node.right), quotient=True)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _walk(child)


def _literal(node: ast.expr, value: Fraction, quotient: bool) -> Literal:
    assert node.end_col_offset is not None
    return Literal(node.col_offset, node.end_col_offset, value, quotient)
