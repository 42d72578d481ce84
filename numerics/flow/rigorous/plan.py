"""A program compiled for polynomials with integer coefficients: which common denominators and cuts each node needs.

Every node of the program, read at the polynomials of a step, becomes an integer polynomial P with
``|node(s) - P(s) / (2**scale * denominator)| <= error / 2**unit`` for all s in [0, 1]. Products of factors are exact; a
factor whose degree or size has grown is cut back to the order of the step and to the unit, and what is cut off is
counted in the error (`values`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from flint import fmpz

from numerics.flow.program import Linear, Product, Program

KEPT = 48  # bits of a denominator that a factor may keep
DENOMINATOR_BITS = 192
NORM_BITS = 20


@dataclass(frozen=True)
class Shape:
    """The integer polynomial P of a node stands for ``P / (2**scale * denominator)``."""

    scale: int
    denominator: int


@dataclass(frozen=True)
class Cut:
    """How a node is cut back: ``floor(P * factor / 2**drop)``, over ``denominator``."""

    factor: int
    drop: int
    denominator: int


@dataclass(frozen=True)
class Sum:
    """A linear form with integer factors; ``sizes`` are upper bounds of the true factors in units ``2**-20``."""

    terms: tuple[tuple[int, fmpz], ...]
    constant: fmpz
    sizes: tuple[int, ...]
    constant_size: int
    inexact: bool


@dataclass
class Plan:
    """The states are in units ``2**-bits``, errors in units ``2**-unit``; ``steps`` has one entry a node after the
    states, ``shapes`` one a node, ``cuts`` those of the nodes that are cut back before they are multiplied."""

    unit: int
    bits: int
    states: int
    shapes: list[Shape] = field(default_factory=list)
    cuts: dict[int, Cut] = field(default_factory=dict)
    steps: list[Sum | tuple[int, int]] = field(default_factory=list)


def compile_plan(program: Program, bits: int, unit: int) -> Plan:
    """Return the plan for steps in units ``2**-bits``, ``bits <= unit``.

    Examples
    --------
    >>> compile_plan(Program(("u",), (Product(0, 0),), (1,)), 40, 64).shapes
    [Shape(scale=40, denominator=1), Shape(scale=80, denominator=1)]
    """
    plan = Plan(unit, bits, len(program.states))
    plan.shapes = [Shape(bits, 1)] * len(program.states)
    for node in program.nodes:
        if isinstance(node, Product):
            left, right = (_factor(plan, place) for place in (node.left, node.right))
            plan.steps.append((node.left, node.right))
            plan.shapes.append(Shape(left.scale + right.scale, left.denominator * right.denominator))
        else:
            step, shape = _sum(plan, node)
            plan.steps.append(step)
            plan.shapes.append(shape)
    return plan


def _factor(plan: Plan, place: int) -> Shape:
    """Return the shape of a node as a factor: cut back where a product went into it or its denominator is large."""
    shape = plan.shapes[place]
    if shape.scale <= plan.unit and shape.denominator.bit_length() <= KEPT:
        return shape
    factor, extra, denominator = 1, 0, shape.denominator
    if denominator.bit_length() > KEPT:
        # 1/denominator is replaced by factor / 2**extra: relative error below 2**-(unit + 32)
        extra = plan.unit + 32 + shape.denominator.bit_length()
        factor, denominator = (1 << extra) // shape.denominator, 1
    plan.cuts[place] = Cut(factor, shape.scale + extra - plan.unit, denominator)
    return Shape(plan.unit, denominator)


def _sum(plan: Plan, node: Linear) -> tuple[Sum, Shape]:
    terms = node.terms
    scale = max((plan.shapes[place].scale for place, _ in terms), default=plan.bits)
    factors = [factor / plan.shapes[place].denominator for place, factor in terms]
    constant = node.constant
    common = lcm(constant.denominator, *(factor.denominator for factor in factors))
    inexact = common.bit_length() > DENOMINATOR_BITS
    if inexact:
        # rounded to 2**-bits, with which error a term of size N gets one of at most N * 2**-(unit + 65)
        bits = plan.unit + 64 + max((plan.shapes[place].denominator.bit_length() for place, _ in terms), default=0)
        common = 1 << bits
        factors = [Fraction(round(factor * common), common) for factor in factors]
        constant = Fraction(round(constant * common), common)
    weights = [
        int(factor * common) << (scale - plan.shapes[place].scale)
        for (place, _), factor in zip(terms, factors, strict=True)
    ]
    step = Sum(
        tuple((place, fmpz(weight)) for weight, (place, _) in zip(weights, terms, strict=True)),
        fmpz(int(constant * common) << scale),
        tuple(up(abs(factor)) for _, factor in terms),
        up(abs(node.constant)),
        inexact,
    )
    # a denominator that is a power of two goes into the scale
    return step, Shape(scale + common.bit_length() - 1, 1) if inexact else Shape(scale, common)


def up(value: Fraction) -> int:
    """Return a size in units ``2**-20``, rounded up."""
    return -((-value.numerator << NORM_BITS) // value.denominator)
