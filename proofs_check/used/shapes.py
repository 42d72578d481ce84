"""Expressions as sums of products of atoms, to compare what is written: sums, products and powers are multiplied out,
and nothing is rewritten inside a function. Two equal shapes are the same statement; two different ones may be as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from proofs_check.language.parse import number
from proofs_check.used.renaming import plain

MAX_PRODUCTS, MAX_POWER, MAX_PARTS = 80, 4, 1000
Atom = tuple[Any, ...]
Product = tuple[tuple[Atom, int], ...]
Sum = dict[Product, Fraction]
NUMBER: Product = ()


class NoShape(Exception):
    """The expression is too large, or has something that is not compared."""


@dataclass(frozen=True)
class Reading:
    """How one statement is read: definitions to put in, names that are never renamed, and how much may be read."""

    define: Mapping[str, ast.expr] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    parts: Iterator[int] = field(default_factory=lambda: iter(range(MAX_PARTS)), compare=False)


def sum_of(node: ast.expr, reading: Reading) -> Sum:
    """Return an expression as a sum of products: {products of (atom, exponent): coefficient}.

    Examples
    --------
    >>> from proofs_check.language.parse import parse
    >>> sum_of(parse("(x + 1)**2 - x*x - 1"), Reading()) == sum_of(parse("2*x"), Reading())
    True
    """
    if next(reading.parts, None) is None:
        raise NoShape("too large")
    if isinstance(node, ast.Constant):
        return _tidy({NUMBER: number(node)})
    if isinstance(node, ast.Name) and node.id in reading.define:
        return sum_of(reading.define[node.id], reading)
    if isinstance(node, ast.Name):
        return _atom(("fixed" if node.id in reading.fixed or node.id == "pi" else "name", node.id))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return scaled(sum_of(node.operand, reading), Fraction(-1 if isinstance(node.op, ast.USub) else 1))
    if isinstance(node, ast.BinOp):
        return _operation(node, reading)
    if isinstance(node, ast.Subscript):
        index = "".join(ast.unparse(node.slice).split())
        return _atom(("item", frozen(sum_of(node.value, reading)), index))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _atom(_call(node.func.id, node, reading))
    raise NoShape(type(node).__name__)


def _call(name: str, node: ast.Call, reading: Reading) -> Atom:
    parts = [frozen(sum_of(part, reading)) for part in node.args]
    if name in ("dot", "min", "max"):
        parts.sort(key=repr)
    places = []
    for keyword in node.keywords:  # at(expression, t=0): the name is a variable
        value = frozen(sum_of(keyword.value, reading))
        places.append((frozen(_atom(("name", keyword.arg))), value))
    return ("call", name, tuple(parts), tuple(places))


def _operation(node: ast.BinOp, reading: Reading) -> Sum:
    left, right = sum_of(node.left, reading), sum_of(node.right, reading)
    if isinstance(node.op, ast.Add | ast.Sub):
        return added(left, scaled(right, Fraction(1 if isinstance(node.op, ast.Add) else -1)))
    if isinstance(node.op, ast.Mult):
        return times(left, right)
    if isinstance(node.op, ast.Div):
        return times(left, _power(right, Fraction(-1)))
    exponent = right.get(NUMBER, Fraction(0))
    if right and set(right) != {NUMBER}:
        return _atom(("call", "**", (frozen(left), frozen(right)), ()))
    return _power(left, exponent)


def _power(base: Sum, exponent: Fraction) -> Sum:
    whole = exponent.denominator == 1
    if len(base) == 1 and whole and abs(exponent) <= 1000:
        (product, factor), *_ = base.items()
        return {tuple((atom, e * int(exponent)) for atom, e in product if exponent): factor ** int(exponent)}
    if whole and 0 <= exponent <= MAX_POWER:
        result: Sum = {NUMBER: Fraction(1)}
        for _ in range(int(exponent)):
            result = times(result, base)
        return result
    if not base:
        raise NoShape("a power of zero")
    if not whole or abs(exponent) > MAX_POWER:
        return _atom(("call", "**", (frozen(base), frozen({NUMBER: exponent})), ()))
    inner = primitive(base)
    turned = scaled(inner, Fraction(-1))
    # a choice that no renaming changes, where there is one
    inner = min(inner, turned, key=lambda side: (plain(frozen(side)), repr(frozen(side))))
    product = next(iter(base))
    return {((("sum", frozen(inner)), int(exponent)),): (base[product] / inner[product]) ** int(exponent)}


def _atom(atom: Atom) -> Sum:
    return {((atom, 1),): Fraction(1)}


def times(left: Sum, right: Sum) -> Sum:
    """Return the product of two sums."""
    if len(left) * len(right) > 10 * MAX_PRODUCTS:
        raise NoShape("too many products")
    result: Sum = {}
    for a, m in left.items():
        for b, n in right.items():
            powers = dict(a)
            for atom, exponent in b:
                powers[atom] = powers.get(atom, 0) + exponent
            product = tuple(sorted(((k, e) for k, e in powers.items() if e), key=repr))
            result[product] = result.get(product, Fraction(0)) + m * n
    return _tidy(result)


def added(left: Sum, right: Sum) -> Sum:
    """Return the sum of two sums."""
    return _tidy({key: left.get(key, Fraction(0)) + right.get(key, Fraction(0)) for key in {**left, **right}})


def scaled(value: Sum, factor: Fraction) -> Sum:
    """Return a sum with every coefficient multiplied."""
    return _tidy({key: n * factor for key, n in value.items()})


def primitive(value: Sum) -> Sum:
    """Return a sum over a positive number, so that its coefficients are whole and have no common divisor."""
    if not value:
        return value
    tops = gcd(*(n.numerator for n in value.values()))
    bottoms = lcm(*(n.denominator for n in value.values()))
    return scaled(value, Fraction(bottoms, tops))


def _tidy(value: Sum) -> Sum:
    if len(value) > MAX_PRODUCTS:
        raise NoShape("too many products")
    return {key: n for key, n in value.items() if n}


def frozen(value: Sum) -> Atom:
    """Return a sum as a tuple: products in a fixed order, each with its coefficient."""
    return tuple(sorted(value.items(), key=repr))
