"""One expression from text to a syntax tree: allowed characters, bounded depth, exact numbers."""

from __future__ import annotations

import ast
import re
import warnings
from fractions import Fraction

from proofs_check.checker.limits import MAX_DEPTH, MAX_DIGITS, MAX_EXPONENT, MAX_TEXT, MAX_TREE, Reject, need

UNARY = frozenset(
    [
        "sqrt",
        "exp",
        "log",
        "sin",
        "cos",
        "sinh",
        "cosh",
        "tanh",
        "atan",
        "asinh",
        "asin",
        "acos",
        "atanh",
        "acosh",
        "abs",
        "relu",
        "step",
        "sign",
    ]
)
FUNCTIONS = UNARY | frozenset(["tan", "min", "max", "dot", "norm", "sum", "all", "d", "next", "at", "implies", "range"])
RANGES = ("neurons", "samples", "dims", "outputs")
NETWORK = frozenset(
    ["w", "v", "x", "y", "gate", "f", "e", "gamma", "C", "grad_w", "grad_v", "eta", "m", "n"]
) | frozenset(RANGES)
RELATIONS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
ALLOWED = re.compile(r"[A-Za-z0-9_+\-*/().,<>=!\[\] ]*")
NODES = (
    *(ast.Constant, ast.Name, ast.Load, ast.Store, ast.Subscript, ast.Tuple),
    *(ast.UnaryOp, ast.UAdd, ast.USub, ast.Not, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow),
    *(ast.BoolOp, ast.And, ast.Or, ast.Compare, *RELATIONS),
    *(ast.Call, ast.keyword, ast.GeneratorExp, ast.comprehension),
)
BLANKS = " \t\r\n"
LITERAL = re.compile(r"(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?|\.(\d+)(?:[eE]([+-]?\d{1,4}))?")
IDENTIFIER = re.compile(r"(?!__)[A-Za-z_][A-Za-z0-9_]*")


def literal(text: str) -> Fraction:
    """The exact value of a number as written."""
    need(LITERAL.fullmatch(text) and len(text) <= MAX_DIGITS, f"number {text[:20]!r} is not a decimal number")
    exponent = re.search(r"[eE](.*)", text)
    need(not exponent or abs(int(exponent[1])) <= MAX_EXPONENT, f"number {text[:20]!r} is out of range")
    return Fraction(text)


def parse(text: object) -> ast.expr:
    """Parse one expression, every node of it part of the language; constants become fractions, depth is bounded."""
    need(isinstance(text, str), "an expression is not a string")
    source = re.sub(f"[{BLANKS}]+", " ", str(text).strip(BLANKS))
    need(0 < len(source) <= MAX_TEXT, "an expression is empty or too long")
    need(ALLOWED.fullmatch(source), f"{source[:40]!r} has a character that no expression has")
    depth = 0
    for char in source:
        depth += (char in "([") - (char in ")]")
        need(depth <= MAX_DEPTH, "brackets are nested too deeply")
    need(len(re.findall(r"\*\*|\bnot\b", source)) <= 500, "an expression has too many powers or negations")
    need(not re.search(r"([+-] *){40}", source), "an expression has a long chain of signs")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, Warning):
        raise Reject(f"{source[:40]!r} is not an expression") from None
    need(not isinstance(tree, ast.Tuple), "a tuple is not part of the language")
    level: list[ast.AST] = [tree]
    depth = 0
    while level:
        depth += 1
        need(depth <= MAX_TREE, "an expression is nested too deeply")
        for node in level:
            need(isinstance(node, NODES), f"{type(node).__name__} is not part of the language")
            tuples = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.Tuple)]
            pair = isinstance(node, ast.Subscript) and all(len(part.elts) > 1 for part in tuples)
            need(not tuples or pair, "a tuple is not part of the language")
            if isinstance(node, ast.Constant):
                node.value = literal(source[node.col_offset : node.end_col_offset])  # type: ignore[assignment]
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return tree
