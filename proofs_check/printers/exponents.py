"""Exponentials over common units: exp(sum r_i*m_i) is the product of exp(g_i*m_i)**(r_i/g_i), with whole exponents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm

from proofs_check.language.numbers import constant_of
from proofs_check.language.term import ONE, Term, add, call, div, mul, power, sub, subterms

EXPONENTIAL = ("exp", "rpow", "sinh", "cosh", "tanh")
Unit = tuple[Term, Fraction, bool]
Core = tuple[Term, bool]
Monomial = tuple[Fraction, list[Term], list[Term]]
MAX_PARTS = 64
MAX_REPEAT = 6


class Exponents:
    """The units of every exponential in the terms: (m, g, False) stands for exp(g*m), (m, g, True) for m**g, m > 0.

    Examples
    --------
    >>> from proofs_check.language.term import neg, num, var
    >>> x = var("x")
    >>> minus = call("exp", neg(mul(num(2), x)))
    >>> Exponents([call("exp", mul(num(3), x)), minus]).units(minus)
    [((x, Fraction(1, 1), False), -2)]
    """

    def __init__(self, roots: Iterable[Term]):
        found: dict[Core, set[Fraction]] = {}
        self._parts: dict[Term, dict[Core, Fraction]] = {}
        for node in subterms(*roots):
            if node.op in EXPONENTIAL:
                self._parts[node] = _parts(node)
                for core, r in self._parts[node].items():
                    found.setdefault(core, set()).add(r)
        self._unit = {core: _unit(rs, core[1]) for core, rs in found.items()}

    def units(self, node: Term) -> list[tuple[Unit, int]]:
        """Return the units and whole exponents of exp(u), of a real power, or of exp(u) for sinh, cosh, tanh of u."""
        parts = [(core, self._unit[core], r) for core, r in self._parts[node].items()]
        return [((term, g, is_log), int(r / g)) for (term, is_log), g, r in parts]


def _unit(rs: set[Fraction], is_log: bool) -> Fraction:
    denominator = lcm(*(r.denominator for r in rs))
    return Fraction(1 if is_log else gcd(*(int(r * denominator) for r in rs)), denominator)


def _parts(node: Term) -> dict[Core, Fraction]:
    total: dict[Core, Fraction] = {}
    exponent = mul(node.args[1], call("log", node.args[0])) if node.op == "rpow" else node.args[0]
    _flatten(exponent, Fraction(1), total)
    return {core: r for core, r in total.items() if r}


def _flatten(u: Term, r: Fraction, total: dict[Core, Fraction]) -> None:
    """Add r*u to the sum of rational multiples of cores."""
    for coefficient, top, bottom in _expanded(u):
        v = top[0].args[0] if len(top) == 1 and not bottom and top[0].args else None
        rate = r * coefficient
        if v is not None and top[0].op == "log":
            _count(v, True, rate, total)
        elif v is not None and top[0].op == "atanh":
            _count(add(ONE, v), True, rate / 2, total)
            _count(sub(ONE, v), True, -rate / 2, total)
        elif v is not None and top[0].op in ("asinh", "acosh"):
            square = add(power(v, 2), ONE) if top[0].op == "asinh" else sub(power(v, 2), ONE)
            _count(add(v, call("sqrt", square)), True, rate, total)
        else:
            core = _product(top)
            _count(div(core, _product(bottom)) if bottom else core, False, rate, total)


def _count(term: Term, is_log: bool, r: Fraction, total: dict[Core, Fraction]) -> None:
    total[term, is_log] = total.get((term, is_log), Fraction(0)) + r


def _expanded(u: Term) -> list[Monomial]:
    """Return u as a sum of rational multiples of products and quotients, multiplied out; equal where u is defined."""
    value = constant_of(u)
    if value is not None:
        return [(value, [], [])] if value else []
    op = u.op
    if op in ("also", "smooth"):
        return _expanded(u.args[0])
    if op in ("add", "sub", "neg"):
        parts = [_expanded(a) for a in u.args]
        sign = 1 if op == "add" else -1
        return (parts[0] if op != "neg" else []) + [(sign * c, t, b) for c, t, b in parts[-1]]
    if op == "mul":
        left, right = (_expanded(a) for a in u.args)
        if len(left) * len(right) <= MAX_PARTS:
            return [_times(p, q) for p in left for q in right]
    if op == "div":
        above, below = (_expanded(a) for a in u.args)
        if len(below) == 1:
            c, t, b = below[0]
            return [_times(p, (1 / c, b, t)) for p in above]
        return [_times(p, (Fraction(1), [], [u.args[1]])) for p in above]
    if op == "pow" and 1 <= int(u.value) <= MAX_REPEAT:  # type: ignore[arg-type]
        inside = _expanded(u.args[0])
        if len(inside) == 1:
            c, t, b = inside[0]
            n = int(u.value)  # type: ignore[arg-type]
            return [(c**n, t * n, b * n)]
    return [(Fraction(1), [u], [])]


def _times(p: Monomial, q: Monomial) -> Monomial:
    """Return the product; what cancels is a denominator, so not 0 where u is defined."""
    top, bottom = Counter(p[1] + q[1]), Counter(p[2] + q[2])
    return p[0] * q[0], list((top - bottom).elements()), list((bottom - top).elements())


def _product(factors: list[Term]) -> Term:
    factors = sorted(factors, key=repr)
    result = factors[0] if factors else ONE
    for f in factors[1:]:
        result = mul(result, f)
    return result
