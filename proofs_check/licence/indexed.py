"""Polynomials whose variables carry indices, with sums over an index of open size: never written out.

An expression stands for one polynomial at every choice of sizes. Gates are symbols of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction


class Refused(ValueError):
    """A claim that a licence does not cover; the message is the reason, in one line."""


@dataclass(frozen=True, eq=False)
class Index:
    """An index bound by a sum or by `all`, of one axis; every binding is an index of its own."""

    axis: str


@dataclass(frozen=True)
class Fixed:
    """An index written as a number, such as the 0 of w[0]."""

    axis: str
    value: int


Place = Index | Fixed
Condition = tuple[Place, Place, bool]


class Expr:
    """A node of an indexed polynomial."""


@dataclass(frozen=True)
class Const(Expr):
    """A rational number."""

    value: Fraction


@dataclass(frozen=True)
class Parameter(Expr):
    """An expression in scalars that carry no index and do not move: any function of them."""

    text: str


@dataclass(frozen=True)
class Size(Expr):
    """A power of the size of an axis: `n`, `m`, and 1/n in every mean."""

    axis: str
    power: int


@dataclass(frozen=True)
class Leaf(Expr):
    """A variable with indices; setting every variable that has some index to zero leaves the claim of fewer indices."""

    letter: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Gate(Expr):
    """The gate of a neuron on a sample."""

    places: tuple[Place, Place]


@dataclass(frozen=True)
class Add(Expr):
    """A sum of two or more parts."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True)
class Mul(Expr):
    """A product of two or more parts; a number comes first."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True)
class Pow(Expr):
    """A power with an exponent of at least 2."""

    base: Expr
    exponent: int


@dataclass(frozen=True, eq=False)
class Sum(Expr):
    """The sum of the body over all values of an index that satisfy the conditions."""

    index: Index
    conditions: tuple[Condition, ...]
    body: Expr


@dataclass(frozen=True)
class Vec:
    """A vector along an axis: its component at each index."""

    axis: str
    at: Callable[[Place], Expr]


MAX_PARTS = 2_000
ZERO, ONE = Const(Fraction(0)), Const(Fraction(1))


def const(value: Fraction | int) -> Const:
    """Return a number."""
    return Const(Fraction(value))


def _scaled(part: Expr) -> tuple[Fraction, Expr]:
    if isinstance(part, Const):
        return part.value, ONE
    if isinstance(part, Mul) and isinstance(part.parts[0], Const):
        rest = part.parts[1:]
        return part.parts[0].value, rest[0] if len(rest) == 1 else Mul(rest)
    return Fraction(1), part


def add(*parts: Expr) -> Expr:
    """Return a sum; equal parts are collected, so that what is plainly the same cancels.

    Examples
    --------
    >>> x = Leaf("x", ())
    >>> add(x, mul(const(-1), x)) == ZERO
    True
    """
    collected: dict[Expr, Fraction] = {}
    for part in parts:
        for one in part.parts if isinstance(part, Add) else (part,):
            scale, rest = _scaled(one)
            collected[rest] = collected.get(rest, Fraction(0)) + scale
    kept = [mul(Const(scale), rest) for rest, scale in collected.items() if scale]
    _check_length(kept)
    if not kept:
        return ZERO
    return kept[0] if len(kept) == 1 else Add(tuple(kept))


def mul(*parts: Expr) -> Expr:
    """Return a product."""
    scale, kept = Fraction(1), []
    for part in parts:
        for one in part.parts if isinstance(part, Mul) else (part,):
            if isinstance(one, Const):
                scale *= one.value
            else:
                kept.append(one)
    _check_length(kept)
    if scale == 0:
        return ZERO
    if scale != 1 or not kept:
        kept = [Const(scale), *kept]
    return kept[0] if len(kept) == 1 else Mul(tuple(kept))


def _check_length(parts: list[Expr]) -> None:
    if len(parts) > MAX_PARTS:
        raise Refused(f"it has more than {MAX_PARTS:,} terms or factors in a row")


def power(base: Expr, exponent: int) -> Expr:
    """Return a power with a whole exponent of at least 0; a**0 is 1."""
    if exponent == 0:
        return ONE
    if exponent == 1:
        return base
    return Const(base.value**exponent) if isinstance(base, Const) else Pow(base, exponent)


def total(index: Index, conditions: tuple[Condition, ...], body: Expr) -> Expr:
    """Return the sum over an index."""
    return ZERO if body == ZERO else Sum(index, conditions, body)


def minus(part: Expr) -> Expr:
    """Return the negative."""
    return mul(const(-1), part)


def inverse(part: Expr) -> Expr:
    """Return 1/part for numbers, sizes and parameters.

    Raises
    ------
    Refused
        For anything else: a quotient is no polynomial.
    """
    if isinstance(part, Const) and part.value:
        return Const(1 / part.value)
    if isinstance(part, Size):
        return Size(part.axis, -part.power)
    if isinstance(part, Parameter):
        return Parameter(f"1/({part.text})")
    if isinstance(part, Mul):
        return mul(*map(inverse, part.parts))
    if isinstance(part, Pow):
        return power(inverse(part.base), part.exponent)
    raise Refused("it divides by an expression in the network's variables")


def dot(u: Vec, v: Vec) -> Expr:
    """Return the inner product of two vectors along one axis."""
    if u.axis != v.axis:
        raise Refused(f"an inner product of a vector along {u.axis} with one along {v.axis}")
    index = Index(u.axis)
    return total(index, (), mul(u.at(index), v.at(index)))


def children(part: Expr) -> tuple[Expr, ...]:
    """Return the parts of a node."""
    if isinstance(part, Add | Mul):
        return part.parts
    if isinstance(part, Pow):
        return (part.base,)
    return (part.body,) if isinstance(part, Sum) else ()


__all__ = [
    "ONE",
    "ZERO",
    "Add",
    "Condition",
    "Const",
    "Expr",
    "Fixed",
    "Gate",
    "Index",
    "Leaf",
    "Mul",
    "Parameter",
    "Place",
    "Pow",
    "Refused",
    "Size",
    "Sum",
    "Vec",
    "add",
    "children",
    "const",
    "dot",
    "inverse",
    "minus",
    "mul",
    "power",
    "total",
]
