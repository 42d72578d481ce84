"""One step: a proposed polynomial, how far it is from solving the field, and how far the flow is from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from flint import fmpz

from numerics.flow.program import Program
from numerics.flow.rigorous.amounts import norm_up
from numerics.flow.rigorous.plan import NORM_BITS, Plan, compile_plan
from numerics.flow.rigorous.subspace import System
from numerics.flow.rigorous.values import Values, defects, evaluate, packed_step
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
    values: Values
    rates: list[fmpz]
    defect: list[int]
    size: int


@dataclass
class Plans:
    """The plans made so far for one system."""

    system: System
    unit: int
    made: dict[tuple[int, int, int], Plan] = field(default_factory=dict)

    def plan(self, slots: int, height: int, rate_bits: int) -> Plan:
        """Return the plan for steps of this many coefficients below ``2**height``."""
        key = (slots, -(-height // 4) * 4, -(-rate_bits // 8) * 8)
        if key not in self.made:
            self.made[key] = compile_plan(self.system.program, slots, 1 << key[1], self.unit, key[2])
        return self.made[key]

    def measure(self, step: Step) -> Measured:
        """Return a step with its defect, all in exact integers."""
        shift = self.unit - step.bits
        height = max(max(map(int.bit_length, row)) for row in step.rows) + shift
        rate_bits = max(step.length.numerator.bit_length(), step.length.denominator.bit_length())
        plan = self.plan(len(step.rows[0]), height, rate_bits)
        packed, rates, sums = packed_step(step.rows, shift, plan.words)
        norms = [(total >> (self.unit - NORM_BITS)) + 1 for total in sums]
        program: Program = self.system.program
        values = evaluate(plan, len(program.nodes), packed, norms)
        found = defects(values, program.velocity, rates, step.length)
        return Measured(step, values, rates, found, norm_up(sums[: program.size]))
