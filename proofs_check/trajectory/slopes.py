"""The derivative in time of a node from those of its arguments: what a mean-value form needs.

Kinks take the hull of both sides, so that the form holds for every Lipschitz function; None stands for no bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb

from proofs_check.evidence.balls import Number, ball
from proofs_check.language.term import Term

Slope = arb | None
RULES: dict[str, Callable[[arb, arb], arb]] = {
    "exp": lambda u, value: value,
    "log": lambda u, value: 1 / u,
    "sqrt": lambda u, value: 1 / (2 * value),
    "sin": lambda u, value: u.cos(),
    "cos": lambda u, value: -u.sin(),
    "tan": lambda u, value: 1 + value * value,
    "sinh": lambda u, value: u.cosh(),
    "cosh": lambda u, value: u.sinh(),
    "tanh": lambda u, value: 1 - value * value,
    "asin": lambda u, value: 1 / (1 - u * u).sqrt(),
    "acos": lambda u, value: -1 / (1 - u * u).sqrt(),
    "atan": lambda u, value: 1 / (1 + u * u),
    "asinh": lambda u, value: 1 / (1 + u * u).sqrt(),
    "acosh": lambda u, value: 1 / (u * u - 1).sqrt(),
    "atanh": lambda u, value: 1 / (1 - u * u),
    "abs": lambda u, value: arb(1) if u >= 0 else arb(-1) if u <= 0 else arb(0, 1),
    "relu": lambda u, value: arb(1) if u >= 0 else arb(0) if u <= 0 else arb(0).union(arb(1)),
}


def slope(node: Term, value: Number, args: Sequence[Number], slopes: Sequence[Slope]) -> Slope:
    """Return a ball around the derivative of a node on a stretch of time.

    Parameters
    ----------
    value, args : enclosures of the node and of its arguments on the stretch.    slopes : those of the derivatives.

    Examples
    --------
    >>> from proofs_check.language.term import mul, var
    >>> bool(slope(mul(var("a"), var("b")), arb(6), [arb(2), arb(3)], [arb(1), arb(0)]) == 3)
    True
    """
    if not slopes:
        return arb(0)
    if any(s is None for s in slopes):
        return None
    found = _slope(node, ball(value), [ball(a) for a in args], [s for s in slopes if s is not None])
    return found if found is not None and found.is_finite() else None


def _slope(node: Term, value: arb, args: list[arb], d: list[arb]) -> Slope:
    op = node.op
    if op == "add":
        return d[0] + d[1]
    if op == "sub":
        return d[0] - d[1]
    if op == "neg":
        return -d[0]
    if op == "mul":
        return d[0] * args[1] + args[0] * d[1]
    if op == "div":
        return (d[0] - value * d[1]) / args[1]
    if op == "pow":
        n = int(node.value)  # type: ignore[arg-type]
        return arb(0) if n == 0 else n * args[0] ** (n - 1) * d[0]
    if op == "rpow":
        return value * (d[1] * args[0].log() + args[1] * d[0] / args[0])
    if op in ("min", "max"):
        gap = args[0] - args[1] if op == "max" else args[1] - args[0]
        return d[0] if gap > 0 else d[1] if gap < 0 else d[0].union(d[1])
    if op in ("step", "sign"):
        return arb(0) if args[0] > 0 or args[0] < 0 else None
    return RULES[op](args[0], value) * d[0] if op in RULES else None
