"""What the reader of the claim language asks of values: their shape, their number, the signs between them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from proofs_check.language.errors import ClaimError
from proofs_check.language.names import Value
from proofs_check.language.network import Vector
from proofs_check.language.term import Formula, Term

RELATIONS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


def arity(name: str, args: list[ast.expr], count: int) -> None:
    """Raise ClaimError unless a function has as many arguments as it takes."""
    if len(args) != count:
        raise ClaimError(f"{name} takes {count} argument{'s' * (count > 1)}, got {len(args)}")


def each(value: Value, change: Callable[[Term], Term]) -> Value:
    """Return a number or a vector with every component changed."""
    if isinstance(value, Formula):
        raise ClaimError("d, next and at work on numbers and vectors, not on relations")
    return tuple(change(t) for t in value) if isinstance(value, tuple) else change(value)


def same_length(a: Vector, b: Vector) -> None:
    """Raise ClaimError unless both vectors have one length."""
    if not isinstance(b, tuple) or len(a) != len(b):
        raise ClaimError(f"vectors of lengths {len(a)} and {len(b) if isinstance(b, tuple) else 'none'}")
