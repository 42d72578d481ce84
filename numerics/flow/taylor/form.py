"""A program with integer factors: what both ways of computing Taylor coefficients read."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from numerics.flow.program import Product, Program


@dataclass(frozen=True)
class Sum:
    """``(constant + sum(factor * node)) / divisor``, all numbers integers."""

    terms: tuple[tuple[int, int], ...]
    constant: int
    divisor: int


@dataclass(frozen=True)
class Form:
    """The nodes of a program as `Sum` and `Product`; node ``i < states`` is state i."""

    states: int
    nodes: tuple[Sum | Product, ...]
    velocity: tuple[int, ...]


def integer_form(program: Program) -> Form:
    """Return a program with the factors of each linear form over one denominator.

    Examples
    --------
    >>> from numerics.flow.program import ProgramBuilder
    >>> builder = ProgramBuilder(["u"])
    >>> integer_form(builder.program([builder.linear([(0, Fraction(-1, 3))], Fraction(1, 2))])).nodes
    (Sum(terms=((0, -2),), constant=3, divisor=6),)
    """
    nodes: list[Sum | Product] = []
    for node in program.nodes:
        if isinstance(node, Product):
            nodes.append(node)
            continue
        divisor = lcm(node.constant.denominator, *(factor.denominator for _, factor in node.terms))
        terms = tuple((place, _times(factor, divisor)) for place, factor in node.terms)
        nodes.append(Sum(terms, _times(node.constant, divisor), divisor))
    return Form(len(program.states), tuple(nodes), program.velocity)


def _times(value: Fraction, divisor: int) -> int:
    return value.numerator * (divisor // value.denominator)
