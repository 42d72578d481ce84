"""A program compiled for packed polynomials: which shifts, common denominators and truncations each node needs.

Every node of the program, read at the polynomials of a step, becomes an integer polynomial P with
``|node(s) - P(s) / (2**scale * denominator)| <= error / 2**unit`` for all s in [0, 1]. Products of truncated factors
are exact; a factor whose degree or size has grown is cut back to the order of the step and to the unit, and what is
cut off is counted in the error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from flint import fmpz

from numerics.flow.program import Linear, Product, Program

SPARE = 48
KEPT = 48  # bits of a denominator that a factor may keep
DENOMINATOR_BITS = 192
NORM_BITS = 20


@dataclass(frozen=True)
class Shape:
    """``top`` bounds the size of the coefficients, ``slots`` is their number."""

    scale: int
    denominator: int
    top: int
    slots: int


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
    """``steps`` and ``shapes`` one a node after the states; ``cuts`` for the nodes that are factors of products."""

    unit: int
    states: int
    slots: int
    words: int = 1
    shapes: list[Shape] = field(default_factory=list)
    ready: dict[int, Shape] = field(default_factory=dict)
    cuts: dict[int, Cut] = field(default_factory=dict)
    steps: list[Sum | tuple[int, int]] = field(default_factory=list)


def compile_plan(program: Program, slots: int, top: int, unit: int, rate_bits: int) -> Plan:
    """Return the plan for steps of ``slots`` coefficients below ``top`` in size, in units ``2**-unit``.

    ``rate_bits`` bounds the bits of the numerator and denominator of the length of the step.
    """
    plan = Plan(unit, len(program.states), slots)
    plan.shapes = [Shape(unit, 1, top, slots)] * len(program.states)
    widest = top
    for node in program.nodes:
        if isinstance(node, Product):
            left, right = (_ready(plan, place) for place in (node.left, node.right))
            plan.steps.append((node.left, node.right))
            size = left.top * right.top * min(left.slots, right.slots)
            shape = Shape(
                left.scale + right.scale, left.denominator * right.denominator, size, left.slots + right.slots - 1
            )
        else:
            step, shape = _sum(plan, node)
            plan.steps.append(step)
        plan.shapes.append(shape)
        widest = max(widest, shape.top)
    for place, cut in plan.cuts.items():
        widest = max(widest, plan.shapes[place].top * cut.factor)
    # nodes are brought to one scale when they are read together
    highest = max(shape.scale for shape in plan.shapes)
    widest = max(widest, *(shape.top << (highest - shape.scale) for shape in plan.shapes))
    for place in program.velocity:
        shape = plan.shapes[place]
        own = top * slots * shape.denominator << (shape.scale - unit)
        widest = max(widest, (own + shape.top) << (rate_bits + highest - shape.scale))
    plan.words = (widest.bit_length() + 2 + 63) // 64
    return plan


def _ready(plan: Plan, place: int) -> Shape:
    shape = plan.shapes[place]
    if place in plan.ready:
        return plan.ready[place]
    if shape.slots <= plan.slots and shape.top.bit_length() <= plan.shapes[0].top.bit_length() + SPARE:
        plan.ready[place] = shape
        return shape
    factor, extra, denominator = 1, 0, shape.denominator
    if denominator.bit_length() > KEPT:
        # 1/denominator is replaced by factor / 2**extra: relative error below 2**-(unit + 32)
        extra = plan.unit + 32 + shape.denominator.bit_length()
        factor, denominator = (1 << extra) // shape.denominator, 1
    drop = shape.scale + extra - plan.unit
    plan.cuts[place] = Cut(factor, drop, denominator)
    top = (shape.top * factor >> drop) + 1
    plan.ready[place] = Shape(plan.unit, denominator, top, min(shape.slots, plan.slots))
    return plan.ready[place]


def _sum(plan: Plan, node: Linear) -> tuple[Sum, Shape]:
    terms = node.terms
    scale = max((plan.shapes[place].scale for place, _ in terms), default=plan.unit)
    factors = [factor / plan.shapes[place].denominator for place, factor in terms]
    constant = node.constant
    common = lcm(constant.denominator, *(factor.denominator for factor in factors))
    inexact = common.bit_length() > DENOMINATOR_BITS
    if inexact:
        # rounded to 2**-bits, with which error a term of size N gets one of at most N * 2**-(unit + 65)
        bits = plan.unit + 64 + max(shape.denominator.bit_length() for shape in plan.shapes)
        common = 1 << bits
        factors = [Fraction(round(factor * common), common) for factor in factors]
        constant = Fraction(round(constant * common), common)
    weights = [
        int(factor * common) << (scale - plan.shapes[place].scale)
        for (place, _), factor in zip(terms, factors, strict=True)
    ]
    fixed = int(constant * common) << scale
    top = abs(fixed) + sum(abs(w) * plan.shapes[p].top for w, (p, _) in zip(weights, terms, strict=True))
    sizes = tuple(_up(abs(factor)) for _, factor in terms)
    step = Sum(
        tuple((place, fmpz(w)) for w, (place, _) in zip(weights, terms, strict=True)),
        fmpz(fixed), sizes, _up(abs(node.constant)), inexact,
    )
    slots = max((plan.shapes[place].slots for place, _ in terms), default=1)
    if inexact:
        # a denominator that is a power of two goes into the scale
        return step, Shape(scale + common.bit_length() - 1, 1, top, slots)
    return step, Shape(scale, common, top, slots)


def _up(value: Fraction) -> int:
    return -((-value.numerator << NORM_BITS) // value.denominator)
