"""One step: a proposed polynomial, how far it is from solving the field, and how far the flow is from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from numerics.flow.program import Program
from numerics.flow.rigorous.amounts import norm_up
from numerics.flow.rigorous.fixed import FixedValues, Form, fixed_defects, fixed_values, form_of
from numerics.flow.rigorous.plan import Plan, compile_plan
from numerics.flow.rigorous.subspace import System
from numerics.flow.rigorous.values import Values, defects, evaluate
from numerics.flow.solution import Piece

EXTRA = 16


@dataclass(frozen=True)
class Step:
    """State i is near ``sum_k c_ik s**k / 2**bits`` at ``start + s*length``, ``0 <= s <= until <= 1``: any integers
    may stand here, what they are worth is proved."""

    start: Fraction
    length: Fraction
    bits: int
    rows: tuple[tuple[int, ...], ...]
    until: Fraction

    @property
    def end(self) -> Fraction:
        """The time up to which the step counts."""
        return self.start + self.until * self.length


@dataclass(frozen=True)
class Failure:
    """Why a proof ends: ``kind`` is precision, too wide, not unique, tangency, stopped or refused."""

    kind: str
    text: str


def step_of(piece: Piece, event: bool = False) -> Step:
    """Return a piece as a step; one of which only a part counts is stretched, so that bounds over the whole step are
    bounds over little more than that part. One with an ``event`` at its end goes on a little beyond it."""
    if not event and piece.used <= 1 and piece.used * 17 > 16:
        return Step(piece.start, piece.length, piece.bits, piece.coefficients, piece.used)
    used = piece.used * Fraction(33, 32)
    power = max(0, used.denominator.bit_length() - used.numerator.bit_length() + 7)
    part = -((-used.numerator << power) // used.denominator)
    weights = [(part**k, power * k - EXTRA) for k in range(len(piece.coefficients[0]))]
    rows = tuple(
        tuple((c * w) >> e if e >= 0 else (c * w) << -e for c, (w, e) in zip(row, weights, strict=True))
        for row in piece.coefficients
    )
    stretch = Fraction(part, 1 << power)
    return Step(piece.start, piece.length * stretch, piece.bits + EXTRA, rows, piece.used / stretch)


@dataclass(frozen=True)
class Measured:
    """A step read at its polynomials; ``defect`` one a state by s, ``size`` a bound of the norm of the states that
    are not adjoined, both units ``2**-unit`` and all for s in [0, 1]."""

    step: Step
    unit: int
    values: Values | FixedValues
    defect: list[int]
    size: int


@dataclass
class Plans:
    """The plans made so far for one system."""

    system: System
    unit: int
    made: dict[int, Plan] = field(default_factory=dict)

    @cached_property
    def form(self) -> Form | None:
        """The field in fixed point, None where its numbers are too large for that."""
        return form_of(self.system.program, self.unit)

    def plan(self, bits: int) -> Plan:
        """Return the plan for steps in units ``2**-bits``."""
        if bits not in self.made:
            self.made[bits] = compile_plan(self.system.program, bits, self.unit)
        return self.made[bits]

    def measure(self, step: Step) -> Measured:
        """Return a step with its defect, in exact integers or, where all fits, in fixed point (rounding counted)."""
        program: Program = self.system.program
        sizes = [sum(map(abs, row)) for row in step.rows]
        size = norm_up(sizes[: program.size]) << (self.unit - step.bits)
        values = None if self.form is None else fixed_values(self.form, step.rows, sizes, step.bits)
        found = None if values is None else fixed_defects(values, program.velocity, step.length)
        if values is not None and found is not None:
            return Measured(step, self.unit, values, found, size)
        values = evaluate(self.plan(step.bits), step.rows, sizes)
        return Measured(step, self.unit, values, defects(values, program.velocity, step.length), size)
