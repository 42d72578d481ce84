"""Terms as SymPy expressions: SymPy may lose side conditions, obligations come from the term."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy

from proofs_check.language.term import ZERO, Formula, Term, subterms


def assumptions(kinds: Sequence[Formula]) -> dict[str, dict[str, bool]]:
    """Return SymPy assumptions for the variables, from declarations `x rel 0`.

    Examples
    --------
    >>> from proofs_check.language.term import num, relation, var
    >>> assumptions([relation(">", var("x"), num(0))])
    {'x': {'positive': True}}
    """
    words = {">": "positive", ">=": "nonnegative", "<": "negative", "<=": "nonpositive", "!=": "nonzero"}
    found: dict[str, dict[str, bool]] = {}
    for formula in kinds:
        if formula.op in words and formula.terms[0].op == "var" and formula.terms[1] == ZERO:
            found[str(formula.terms[0].value)] = {words[formula.op]: True}
    return found


def to_sympy(root: Term, kinds: Sequence[Formula] = ()) -> sympy.Expr:
    """Return the term as a SymPy expression over real symbols.

    Examples
    --------
    >>> from proofs_check.language.term import call, var
    >>> to_sympy(call("tanh", var("x")))
    tanh(x)
    """
    extra = assumptions(kinds)
    done: dict[Term, sympy.Expr] = {}
    for node in subterms(root):
        done[node] = _node(node, [done[a] for a in node.args], extra)
    return done[root]


FUNCTIONS: dict[str, Callable[..., sympy.Expr]] = {
    "sqrt": sympy.sqrt,
    "exp": sympy.exp,
    "log": sympy.log,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "asin": sympy.asin,
    "acos": sympy.acos,
    "atan": sympy.atan,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "asinh": sympy.asinh,
    "acosh": sympy.acosh,
    "atanh": sympy.atanh,
    "abs": sympy.Abs,
    "sign": sympy.sign,
    "min": sympy.Min,
    "max": sympy.Max,
    "relu": lambda u: (u + sympy.Abs(u)) / 2,
    "step": lambda u: sympy.Function("step")(u),
}


def _node(node: Term, args: list[sympy.Expr], extra: dict[str, dict[str, bool]]) -> sympy.Expr:
    op = node.op
    if op == "num":
        return sympy.Rational(node.value.numerator, node.value.denominator)  # type: ignore[union-attr]
    if op == "var":
        name = str(node.value)
        return sympy.Symbol(name, **({"real": True} | extra.get(name, {})))
    if op == "pi":
        return sympy.pi
    if op in ("also", "smooth"):
        return args[0]
    if op == "pow":
        return args[0] ** int(node.value)  # type: ignore[arg-type]
    if op == "rpow":
        return args[0] ** args[1]
    arithmetic: dict[str, Callable[[], sympy.Expr]] = {
        "add": lambda: args[0] + args[1],
        "sub": lambda: args[0] - args[1],
        "mul": lambda: args[0] * args[1],
        "div": lambda: args[0] / args[1],
        "neg": lambda: -args[0],
    }
    return arithmetic[op]() if op in arithmetic else FUNCTIONS[op](*args)
