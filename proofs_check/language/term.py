"""Unevaluated scalar terms and formulas: the one master copy from which every engine's form is printed.

Construction simplifies nothing, so `x/x` still has its denominator when obligations are collected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

UNARY = [
    "sqrt",
    "exp",
    "log",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "abs",
    "relu",
    "step",
    "sign",
]


class Term:
    """An immutable node `op(args)`; leaves are `num` and `var` (payload in `value`), powers keep the exponent there.

    Operators: num, var, pi, add, sub, neg, mul, div, pow (integer exponent in `value`), rpow (base, exponent), min,
    max, the names in `UNARY`, and two that only differentiation makes: `also(value, expr)` is `value` where `expr` is
    defined too, and `smooth(value, u)` is `value` where `u != 0` and is *undecided* where `u == 0`.

    Examples
    --------
    >>> x = var("x")
    >>> div(x, x)
    div(x, x)
    >>> div(x, x) == div(var("x"), var("x"))
    True
    """

    __slots__ = ("_hash", "args", "op", "value")

    def __init__(self, op: str, args: tuple[Term, ...] = (), value: Fraction | int | str | None = None):
        self.op = op
        self.args = args
        self.value = value
        self._hash = hash((op, args, value))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Term) or self._hash != other._hash:
            return False
        return self.op == other.op and self.value == other.value and self.args == other.args

    def __repr__(self) -> str:
        if not self.args:
            return str(self.value if self.value is not None else self.op)
        inside = ", ".join(map(repr, self.args))
        return f"{self.op}({inside})" if self.value is None else f"{self.op}({inside}, {self.value})"


def num(value: Fraction | int) -> Term:
    """Return the exact constant."""
    return Term("num", (), Fraction(value))


def var(name: str) -> Term:
    """Return the variable of that name."""
    return Term("var", (), name)


PI = Term("pi")
ZERO, ONE = num(0), num(1)


def add(a: Term, b: Term) -> Term:
    """Return a + b."""
    return Term("add", (a, b))


def sub(a: Term, b: Term) -> Term:
    """Return a - b."""
    return Term("sub", (a, b))


def mul(a: Term, b: Term) -> Term:
    """Return a * b."""
    return Term("mul", (a, b))


def div(a: Term, b: Term) -> Term:
    """Return a / b."""
    return Term("div", (a, b))


def neg(a: Term) -> Term:
    """Return -a."""
    return Term("neg", (a,))


def power(a: Term, n: int) -> Term:
    """Return a ** n for an integer n."""
    return Term("pow", (a,), int(n))


def call(name: str, *args: Term) -> Term:
    """Return the function `name` applied to the arguments."""
    return Term(name, tuple(args))


def subterms(*roots: Term) -> Iterator[Term]:
    """Yield every distinct subterm once, arguments before the terms that use them."""
    seen: set[Term] = set()
    stack: list[tuple[Term, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if node in seen:
            continue
        if ready:
            seen.add(node)
            yield node
        else:
            stack.append((node, True))
            stack.extend((a, False) for a in reversed(node.args) if a not in seen)


def variables(*roots: Term) -> set[str]:
    """Return the names of the variables that occur."""
    return {str(t.value) for t in subterms(*roots) if t.op == "var"}


def rebuild(root: Term, change: Callable[[Term, tuple[Term, ...]], Term | None]) -> Term:
    """Rewrite bottom-up: `change(node, new_args)` gives the replacement, None keeps the node with its new arguments."""
    done: dict[Term, Term] = {}
    for node in subterms(root):
        args = tuple(done[a] for a in node.args)
        new = change(node, args)
        done[node] = new if new is not None else (node if args == node.args else Term(node.op, args, node.value))
    return done[root]


class Formula:
    """A relation between terms, or `and`, `or`, `not`, `implies`, `true` of formulas, with short circuit.

    Examples
    --------
    >>> relation("<=", var("x"), ONE)
    (x <= 1)
    """

    __slots__ = ("args", "op", "terms")

    def __init__(self, op: str, args: tuple[Formula, ...] = (), terms: tuple[Term, ...] = ()):
        self.op = op
        self.args = args
        self.terms = terms

    def __repr__(self) -> str:
        if self.terms:
            return f"({self.terms[0]} {self.op} {self.terms[1]})"
        return f"{self.op}({', '.join(map(repr, self.args))})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Formula) and self.op == other.op and self.args == other.args and self.terms == other.terms
        )

    def __hash__(self) -> int:
        return hash((self.op, self.args, self.terms))


TRUE = Formula("true")
NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def relation(op: str, a: Term, b: Term) -> Formula:
    """Return the relation `a op b`."""
    if op not in NEGATED:
        raise ValueError(f"relation: op={op!r} is none of {', '.join(NEGATED)}")
    return Formula(op, (), (a, b))


def conjunction(parts: list[Formula]) -> Formula:
    """Return the conjunction of the parts, in order."""
    parts = [p for p in parts if p.op != "true"]
    if not parts:
        return TRUE
    return parts[0] if len(parts) == 1 else Formula("and", tuple(parts))


def formula_terms(formula: Formula) -> list[Term]:
    """Return the terms of every relation inside the formula, in order."""
    found = list(formula.terms)
    for part in formula.args:
        found += formula_terms(part)
    return found


def map_formula(formula: Formula, change: Callable[[Term], Term]) -> Formula:
    """Return the formula with `change` applied to the terms of every relation."""
    return Formula(
        formula.op,
        tuple(map_formula(part, change) for part in formula.args),
        tuple(change(t) for t in formula.terms),
    )
