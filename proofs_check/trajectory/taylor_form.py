"""A smooth term on a part of a stretch in Taylor form: exact cancellation to high order, with a proved remainder.

For a function g of the place s on a part S with centre c, ``g(s) = sum_(k<N) g_k(c) (s - c)**k + g_N(xi) (s - c)**N``
with Taylor coefficients g_k and some xi in S: g_N over the ball S contains the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flint import arb, arb_poly, arb_series, ctx

from proofs_check.language.term import Term

ORDER = 24
FUNCTIONS: dict[str, Callable[[arb_series], arb_series]] = {
    "exp": lambda u: u.exp(),
    "log": lambda u: u.log(),
    "sqrt": lambda u: u.sqrt(),
    "sin": lambda u: u.sin(),
    "cos": lambda u: u.cos(),
    "tan": lambda u: u.tan(),
    "atan": lambda u: u.atan(),
    "asin": lambda u: u.asin(),
    "acos": lambda u: u.acos(),
    "sinh": lambda u: (u.exp() - (-u).exp()) / 2,
    "cosh": lambda u: (u.exp() + (-u).exp()) / 2,
    "tanh": lambda u: ((2 * u).exp() - 1) / ((2 * u).exp() + 1),
    "asinh": lambda u: (u + (u * u + 1).sqrt()).log(),
    "acosh": lambda u: (u + (u * u - 1).sqrt()).log(),
    "atanh": lambda u: ((1 + u).log() - (1 - u).log()) / 2,
}
SMOOTH = {"add", "sub", "mul", "div", "neg", "pow", "rpow", *FUNCTIONS}


def taylor_range(
    order: Sequence[Term], polynomials: Mapping[Term, arb_poly | None], place: arb, centre: arb
) -> arb | None:
    """Return a ball around the last term of `order` on a part, None where its Taylor form is not finite.

    Parameters
    ----------
    order : the smooth terms below it, arguments first; their leaves have polynomials in the place.
    place, centre : the part as a ball, and its centre.

    Examples
    --------
    >>> from proofs_check.language.term import call, var
    >>> x, e = var("x"), call("exp", var("x"))
    >>> found = taylor_range([x, e], {x: arb_poly([0, 1]), e: None}, arb(0, "0.1"), arb(0))
    >>> found.contains(1) and bool(found > 0.8)
    True
    """
    before, ctx.cap = ctx.cap, ORDER + 1
    try:
        middle = _series(order, polynomials, centre)
        last = _series(order, polynomials, place)
    except (ValueError, ZeroDivisionError, NotImplementedError):
        return None
    finally:
        ctx.cap = before
    room, value = place - centre, last[ORDER]
    for k in reversed(range(ORDER)):
        value = value * room + middle[k]
    return value if value.is_finite() else None


def _series(order: Sequence[Term], polynomials: Mapping[Term, arb_poly | None], at: arb) -> arb_series:
    """Return the Taylor series of the last term about a place, a ball of places giving all of theirs."""
    done: dict[Term, arb_series] = {}
    for node in order:
        polynomial = polynomials[node]
        if polynomial is not None:
            done[node] = arb_series(polynomial(arb_poly([at, 1])).coeffs()[: ORDER + 1] or [0], prec=ORDER + 1)
            continue
        done[node] = _node(node, [done[a] for a in node.args])
    return done[order[-1]]


def _node(node: Term, args: Sequence[arb_series]) -> arb_series:
    op, a, b = node.op, args[0], args[-1]
    if op == "add":
        return a + b
    if op == "sub":
        return a - b
    if op == "mul":
        return a * b
    if op == "div":
        return a / b
    if op == "neg":
        return -a
    if op == "pow":
        n = int(node.value)  # type: ignore[arg-type]
        power = _power(a, abs(n))
        return power if n >= 0 else 1 / power
    if op == "rpow":
        return (b * a.log()).exp()
    return FUNCTIONS[op](a)


def _power(base: arb_series, n: int) -> arb_series:
    found = arb_series([1], prec=ORDER + 1)
    while n:
        if n & 1:
            found = found * base
        base, n = base * base, n >> 1
    return found
