"""Terms as one quotient: a numerator without division and the factors of the denominator."""

from __future__ import annotations

from collections import Counter

from proofs_check.language.term import ONE, Term, add, div, mul, neg, power, sub, subterms

Fractional = tuple[Term, Counter[Term]]
MAX_REPEAT = 12


def cleared(root: Term) -> Term:
    """Return `numerator/denominator`, or the numerator alone; equal to the term wherever that is defined.

    Examples
    --------
    >>> from proofs_check.language.term import var
    >>> cleared(sub(div(ONE, var("x")), div(var("y"), var("x"))))
    div(sub(1, y), x)
    """
    done: dict[Term, Fractional] = {}
    for node in subterms(root):
        done[node] = _node(node, [done[a] for a in node.args])
    top, bottom = done[root]
    return div(top, _product(bottom)) if bottom else top


def _node(node: Term, args: list[Fractional]) -> Fractional:
    op = node.op
    if op in ("also", "smooth"):
        return args[0]
    if op in ("add", "sub"):
        common = args[0][1] | args[1][1]
        left, right = (_times(top, common - bottom) for top, bottom in args)
        return (add if op == "add" else sub)(left, right), common
    if op == "neg":
        return neg(args[0][0]), args[0][1]
    if op == "mul":
        return mul(args[0][0], args[1][0]), args[0][1] + args[1][1]
    if op == "div":
        (a, below), (b, above) = args
        return _times(a, above), below + Counter({f: n for f, n in _factors(b).items() if f != ONE})
    if op == "pow" and abs(int(node.value)) <= MAX_REPEAT:  # type: ignore[arg-type]
        n = int(node.value)  # type: ignore[arg-type]
        top, bottom = args[0]
        if n >= 0:
            return power(top, n), Counter({f: c * n for f, c in bottom.items() if n})
        return _times(ONE, Counter({f: c * -n for f, c in bottom.items()})), Counter({top: -n})
    return node, Counter()


def _factors(b: Term) -> Counter[Term]:
    if b.op == "mul":
        return _factors(b.args[0]) + _factors(b.args[1])
    return Counter({b: 1})


def _times(top: Term, factors: Counter[Term]) -> Term:
    if not factors:
        return top
    return _product(factors) if top == ONE else mul(top, _product(factors))


def _product(factors: Counter[Term]) -> Term:
    result: Term | None = None
    for f, n in factors.items():
        part = f if n == 1 else power(f, n)
        result = part if result is None else mul(result, part)
    return result or ONE
