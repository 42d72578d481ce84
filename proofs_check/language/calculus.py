"""Differentiation by the rules, and substitution, on unevaluated terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from proofs_check.language.errors import ClaimError
from proofs_check.language.term import (
    ONE,
    ZERO,
    Term,
    add,
    call,
    div,
    mul,
    neg,
    num,
    power,
    rebuild,
    sub,
    subterms,
)

Velocity = Callable[[str], Term]
POLYNOMIAL = frozenset({"num", "var", "pi", "add", "sub", "neg", "mul"})


def derivative(root: Term, velocity: Velocity, beside: Sequence[Term] = ()) -> Term:
    """Differentiate by the rules, where `velocity(name)` is the derivative of each variable.

    The result is `also(value, root)`: it keeps the obligations of what was differentiated even when terms drop out; a
    rule that needs `u != 0` (kinks, end points) leaves `smooth(value, u)`. What stands `beside` must be defined too.

    Examples
    --------
    >>> from proofs_check.language.term import var
    >>> derivative(var("t"), lambda name: num(1))
    also(1, t)
    """
    done: dict[Term, Term] = {}
    for node in subterms(root):
        done[node] = _rule(node, [done[a] for a in node.args], velocity)
    return call("also", done[root], whole(root, beside))


def whole(root: Term, motion: Sequence[Term]) -> Term:
    """Return the term where all entries of a motion are defined: what moves in part only does not move.

    Examples
    --------
    >>> from proofs_check.language.term import var
    >>> whole(var("x"), [div(ONE, var("r"))])
    also(x, div(1, r))
    """
    for entry in motion:
        root = call("also", root, entry)
    return root


def may_be_undefined(root: Term) -> bool:
    """Return whether a term may be undefined somewhere, for all that its operations tell.

    Examples
    --------
    >>> from proofs_check.language.term import var
    >>> may_be_undefined(add(var("x"), ONE)), may_be_undefined(div(ONE, var("x")))
    (False, True)
    """
    nodes = subterms(root)
    return not all(node.op in POLYNOMIAL or (node.op == "pow" and int(node.value) >= 0) for node in nodes)  # type: ignore[arg-type]


def substitute(root: Term, values: Mapping[str, Term]) -> Term:
    """Replace variables by terms, simultaneously.

    Examples
    --------
    >>> from proofs_check.language.term import var
    >>> substitute(add(var("a"), var("b")), {"a": var("b"), "b": var("a")})
    add(b, a)
    """

    def change(node: Term, args: tuple[Term, ...]) -> Term | None:
        return values.get(str(node.value)) if node.op == "var" else None

    return rebuild(root, change)


def _plus(a: Term, b: Term) -> Term:
    if a == ZERO:
        return b
    return a if b == ZERO else add(a, b)


def _minus(a: Term, b: Term) -> Term:
    if b == ZERO:
        return a
    return neg(b) if a == ZERO else sub(a, b)


def _times(a: Term, rate: Term) -> Term:
    if rate == ZERO or (a == ZERO and not _kinked(rate)):
        return ZERO
    if a == ONE:
        return rate
    return a if rate == ONE else mul(a, rate)


def _by(rate: Term, b: Term) -> Term:
    product = _times(b, rate)
    return mul(rate, b) if product.op == "mul" and product.args == (b, rate) else product


def _kinked(rate: Term) -> bool:
    """Return whether a rate needs rules; step(step(x) - 1/2) jumps at 0, though its slope at 1/2 is 0."""
    return any(node.op == "smooth" for node in subterms(rate))


def _over(a: Term, b: Term) -> Term:
    return ZERO if a == ZERO else div(a, b)


def _rule(node: Term, d: list[Term], velocity: Velocity) -> Term:
    op, args = node.op, node.args
    if op in ("num", "pi"):
        return ZERO
    if op == "var":
        return velocity(str(node.value))
    if op == "add":
        return _plus(*d)
    if op == "sub":
        return _minus(*d)
    if op == "neg":
        return ZERO if d[0] == ZERO else neg(d[0])
    if op == "mul":
        return _plus(_by(d[0], args[1]), _times(args[0], d[1]))
    if op == "div":
        return _minus(_over(d[0], args[1]), _over(_times(args[0], d[1]), power(args[1], 2)))
    if op == "pow":
        n = int(node.value)  # type: ignore[arg-type]
        return _times(ZERO if n == 0 else _times(num(n), power(args[0], n - 1)), d[0])
    if op == "rpow":
        log_rate = _plus(_by(d[1], call("log", args[0])), _over(_times(args[1], d[0]), args[0]))
        return _times(node, log_rate)
    if op == "also":
        return call("also", d[0], args[1])
    if op == "smooth":
        return call("smooth", d[0], args[1])
    if op in ("min", "max"):
        if d[0] == ZERO and d[1] == ZERO:
            return ZERO
        gap = sub(args[0], args[1]) if op == "max" else sub(args[1], args[0])
        chosen = _plus(_times(call("step", gap), d[0]), _times(sub(ONE, call("step", gap)), d[1]))
        return call("smooth", chosen, gap)
    return _function_rule(node, d[0])


def _function_rule(node: Term, du: Term) -> Term:
    op, u = node.op, node.args[0]
    if du == ZERO:  # only a term that does not depend on the moving variables has the literal zero as its derivative
        return ZERO
    if op in ("abs", "relu", "step", "sign"):
        slope = {"abs": call("sign", u), "relu": call("step", u)}.get(op, ZERO)
        return call("smooth", _times(slope, du), u)
    if op == "sqrt":
        return call("smooth", _over(du, mul(num(2), node)), u)
    one_minus, one_plus = sub(ONE, power(u, 2)), add(ONE, power(u, 2))
    if op in ("asin", "acos"):
        rate = _over(du, call("sqrt", one_minus))
        return call("smooth", rate if op == "asin" or rate == ZERO else neg(rate), one_minus)
    if op == "acosh":
        return call("smooth", _over(du, call("sqrt", sub(power(u, 2), ONE))), sub(u, ONE))
    rules: dict[str, Callable[[], Term]] = {
        "exp": lambda: _times(node, du),
        "log": lambda: _over(du, u),
        "sin": lambda: _times(call("cos", u), du),
        "cos": lambda: _minus(ZERO, _times(call("sin", u), du)),
        "tan": lambda: _times(add(ONE, power(node, 2)), du),
        "sinh": lambda: _times(call("cosh", u), du),
        "cosh": lambda: _times(call("sinh", u), du),
        "tanh": lambda: _times(sub(ONE, power(node, 2)), du),
        "atan": lambda: _over(du, one_plus),
        "asinh": lambda: _over(du, call("sqrt", one_plus)),
        "atanh": lambda: _over(du, one_minus),
    }
    if op not in rules:
        raise ClaimError(f"no rule of differentiation for {op}")
    return rules[op]()


def along(field: Mapping[str, Term]) -> Velocity:
    """Return the velocity of a flow: the field's entries, zero for every other variable."""
    return lambda name: field.get(name, ZERO)


def towards(name: str) -> Velocity:
    """Return the velocity of the partial derivative in one variable."""
    return lambda other: ONE if other == name else ZERO


__all__ = ["along", "derivative", "may_be_undefined", "substitute", "towards", "whole"]
