"""Expressions in the scalar variables alone: numbers at each of their values, whatever functions they contain."""

from __future__ import annotations

import ast

from proofs_check.language.parse import number, parse
from proofs_check.language.statement import Statement
from proofs_check.language.term import UNARY


def free_of_sizes(node: ast.expr, statement: Statement) -> bool:
    """Whether an expression is a function of the scalar variables and the step size alone.

    Examples
    --------
    >>> statement = Statement("", {"c": "real"}, network={})
    >>> free_of_sizes(parse("exp(c)/eta"), statement), free_of_sizes(parse("c*n"), statement)
    (True, False)
    """
    scalars = {n for n, spec in statement.variables.items() if isinstance(spec, str) or "vector" not in spec}
    scalars |= {"pi", "eta"} if statement.network is not None else {"pi"}
    functions = {*UNARY, "min", "max"}
    defined = dict(statement.define)
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript | ast.GeneratorExp):
            return False
        if isinstance(part, ast.Call) and not (isinstance(part.func, ast.Name) and part.func.id in functions):
            return False
    used = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - scalars - functions
    return all(name in defined and free_of_sizes(parse(defined[name]), statement) for name in sorted(used))


def exact_text(node: ast.expr) -> str:
    """Return a text that only equal expressions have: decimals by their exact value, not by their nearest float."""
    numbers = [str(number(part)) for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return f"{ast.unparse(node)} {' '.join(numbers)}"


__all__ = ["exact_text", "free_of_sizes"]
