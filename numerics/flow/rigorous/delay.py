"""What it costs that the time of an event is known up to a bracket only."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import arb

from numerics.flow.rigorous.amounts import FINE, ceil_div, exponential_up
from numerics.flow.rigorous.functions import ball
from numerics.flow.rigorous.guards import Watch
from numerics.flow.rigorous.peeling import step_balls
from numerics.flow.rigorous.precision import working_precision
from numerics.flow.rigorous.step import Failure
from numerics.flow.rigorous.subspace import System

TRIES = 6


def delay_cost(
    guards: Watch, systems: Mapping[frozenset[int], System], first: Fraction, last: Fraction, side: Fraction
) -> tuple[int, list[arb]] | Failure:
    """Return a bound of how much farther the flow may be from the polynomials because it changes its mode at another
    time than they do: the jump of the field times the time between, by a bootstrap; and where it is meanwhile."""
    tube, step = guards.tube, guards.measured.step
    whole = last - first
    mu = max(span.mu for span in tube.spans)
    factor = exponential_up(mu * step.length * whole)
    if factor is None:
        return Failure("wide", f"the bracket of the event at t = {float(step.end):.15g} is too long")
    factor = max(factor, 1 << FINE)
    size = guards.system.program.size
    allowed = 4 * tube.radius + 4
    for _ in range(TRIES):
        with working_precision(tube.unit + 32):
            state = _widened(guards, step_balls(guards, first, last), allowed)
        jump = None if state is None else _jump(systems, state, tube.unit, size)
        if state is None or jump is None:
            break
        # in the worst case the jump acts during the whole bracket: |x - p| <= radius + this
        most = ceil_div(_times(jump, whole * step.length) * factor, 1 << FINE) + 1
        if most < allowed:
            return ceil_div(_times(jump, side * step.length) * factor, 1 << FINE) + 1, state
        allowed = 2 * most + 4
    return Failure("wide", f"the state at the event near t = {float(step.end):.15g} is not known well enough")


def _times(value: int, by: Fraction) -> int:
    return ceil_div(value * by.numerator, by.denominator)


def _widened(guards: Watch, state: list[arb], more: int) -> list[arb] | None:
    """Return balls of the states within ``more`` of a tube, with the adjoined states that belong to them."""
    tube, size = guards.tube, guards.system.program.size
    # the room of the adjoined states is at most quadratic in the radius, with no negative coefficient (`adjoined`)
    times = (max(tube.radius, 2) + more) // max(tube.radius, 2) + 1
    loose = [times * times * value for value in tube.loose]
    if any(value >> tube.unit for value in loose):
        return None
    amounts = [*(more for _ in range(size)), *loose]
    return [value + arb(0, (amount, -tube.unit)) for value, amount in zip(state, amounts, strict=True)]


def _jump(systems: Mapping[frozenset[int], System], state: list[arb], unit: int, size: int) -> int | None:
    """Return a bound of the difference of the fields of the modes that may hold (units ``2**-unit``)."""
    with working_precision(unit + 32):
        fields = []
        for system in systems.values():
            values = system.program.values(state, ball)
            fields.append([values[place] for place in system.program.velocity[:size]])
        worst = 0
        for field in fields:
            for other in (fields[0], fields[-1]):
                gaps = [a - b for a, b in zip(field, other, strict=True)]
                square = sum((gap * gap for gap in gaps), start=arb(0))
                top = square.abs_upper().sqrt().abs_upper()
                if not top.is_finite():
                    return None
                mantissa, power = (int(part) for part in top.man_exp())
                shift = power + unit
                worst = max(worst, (mantissa << shift if shift >= 0 else -(-mantissa >> -shift)) + 1)
        return worst
