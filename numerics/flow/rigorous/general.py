"""How far the flow of any program is from the polynomials of a step: the logarithmic norm from derivatives in balls.

The states are all of the program's, the adjoined ones among them: ``|x(t) - p(t)|`` is their Euclidean distance.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from numerics.flow.program import Program
from numerics.flow.rigorous.amounts import exact_ball, norm_up
from numerics.flow.rigorous.derivative import gradients
from numerics.flow.rigorous.horner import position, spread
from numerics.flow.rigorous.spectrum import largest_eigenvalue
from numerics.flow.rigorous.step import Failure, Measured, Step
from numerics.flow.rigorous.tube import ROUNDS, Span, Tube, grown

PARTS = (2, 8, 64)


def general_tube(program: Program, measured: Measured, start: int) -> Tube | Failure:
    """Return the tube of a step that starts within ``start`` (units ``2**-unit``) of its polynomials."""
    for parts in PARTS:
        found = _tube(program, measured, start, parts)
        if found is not None:
            return found
    step, size = measured.step, float(Fraction(start, 1 << measured.unit))
    return Failure("wide", f"an error of {size:.3g} grows too much in one step at t = {float(step.start):.10g}")


def _tube(program: Program, measured: Measured, start: int, parts: int) -> Tube | None:
    unit, step = measured.unit, measured.step
    defect = norm_up(measured.defect)
    spans: list[Span] = []
    now, widest = start, start
    for i in range(parts):
        first, last = step.until * i / parts, step.until * (i + 1) / parts
        ranges = state_ranges(step, first, last)
        radius = 2 * now + 2 * (defect // parts) + 4
        for _ in range(ROUNDS):
            mu = logarithmic_norm(program, balls(ranges, step.bits, radius, unit))
            if mu is None:
                return None
            span = Span(first, now, mu)
            end = grown(span, defect, step.length, last)
            # with mu < 0 the bound is largest at the start of the span
            top = None if end is None else max(end, now + defect)
            if end is None or top is None or (end > 4 * now + 4 * defect and parts != PARTS[-1]):
                return None
            if top < radius:
                break
            radius = 2 * top + 2
        else:
            return None
        spans.append(span)
        now, widest = end, max(widest, top)
    return Tube(unit, step.length, defect, tuple(spans), widest, now, (widest,) * len(program.adjoined))


def state_ranges(step: Step, first: Fraction, last: Fraction) -> list[tuple[int, int]]:
    """Return the range of every polynomial between two places of a step, in its own units."""
    low, high = position(first, step.bits)[0], position(last, step.bits)[1]
    return [spread(row, low, high, step.bits) for row in step.rows]


def balls(ranges: list[tuple[int, int]], bits: int, radius: int, unit: int) -> list[arb]:
    """Return ranges (units ``2**-bits``) widened by a radius (units ``2**-unit``) as balls."""
    more = (radius >> (unit - bits)) + 1
    return [exact_ball(low + high, high - low + 2 * more, bits + 1) for low, high in ranges]


def logarithmic_norm(program: Program, state: list[arb]) -> Fraction | None:
    """Return an upper bound of the largest eigenvalue of the symmetric part of the derivative over a box."""
    size = len(program.states)
    _, rows = gradients(program, state)
    full = [[rows[place].get(k, arb(0)) for k in range(size)] for place in program.velocity]
    half = [[(full[i][k] + full[k][i]) / 2 if i != k else full[i][i] for k in range(size)] for i in range(size)]
    return largest_eigenvalue(half)
