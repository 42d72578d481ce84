"""The guards of a mode are positive along every flow of a tube."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from numerics.flow.mode import Guard
from numerics.flow.network import Network
from numerics.flow.rigorous.amounts import ceil_div, norm_up, scaled_up
from numerics.flow.rigorous.derivative import gradients
from numerics.flow.rigorous.general import balls, state_ranges
from numerics.flow.rigorous.growth import BITS
from numerics.flow.rigorous.horner import position, positive
from numerics.flow.rigorous.step import Measured
from numerics.flow.rigorous.subspace import System
from numerics.flow.rigorous.tube import Tube


@dataclass(frozen=True)
class Watch:
    """The guards of one step: ``margin`` bounds the difference between a guard on the flow and on the polynomials,
    units ``2**-unit``."""

    system: System
    measured: Measured
    tube: Tube
    margins: dict[Guard, int]

    def row(self, guard: Guard) -> tuple[list[int], int]:
        """Return a guard along the polynomials, coefficients in units ``2**-unit``, and how much it may be below."""
        place = dict(self.system.program.guards)[guard]
        row, missing = self.measured.values.coefficients(place)
        return row, missing + self.margins[guard]

    def holds(self, guard: Guard, first: Fraction, last: Fraction) -> bool:
        """Return whether a guard is proved positive between two places of the step."""
        row, margin = self.row(guard)
        unit = self.tube.unit
        return positive(row, position(first, unit)[0], position(last, unit)[1], unit, margin)

    def undecided(self, last: Fraction, but: Collection[Guard] = ()) -> list[Guard]:
        """Return the guards, ``but`` some, that are not proved positive from the start of the step to ``last``."""
        guards = [(guard, place) for guard, place in self.system.program.guards if guard not in but]
        ranges = self.measured.values.ranges([place for _, place in guards], BITS)
        down = self.tube.unit - BITS
        left = []
        for (guard, _), (value, change) in zip(guards, ranges, strict=True):
            sure = value - change > (self.margins[guard] >> down) + 1
            if not sure and not self.holds(guard, Fraction(0), last):
                left.append(guard)
        return left


def watch(system: System, measured: Measured, tube: Tube, last: Fraction) -> Watch:
    """Return the guards of a step with their margins, which hold up to ``last``."""
    assert system.network is not None
    program, network = system.program, system.network
    margins: dict[Guard, int] = {}
    steep = [(guard, place) for guard, place in program.guards if guard.kind in ("plus", "minus", "rest")]
    for guard, _ in program.guards:
        margins[guard] = ceil_div(_slope(network, guard) * tube.radius, 1 << BITS) + 1
    if steep:
        step = measured.step
        state = balls(state_ranges(step, Fraction(0), last), step.bits, tube.radius, tube.unit)
        state = widened(state, tube, program.size)
        _, rows = gradients(program, state)
        for guard, place in steep:
            margins[guard] = _margin(rows[place], tube, program.size)
    return Watch(system, measured, tube, margins)


def widened(state: list[arb], tube: Tube, size: int) -> list[arb]:
    """Return balls of a full state in which the adjoined ones leave room for the functions they stand for."""
    found = list(state)
    for i, error in enumerate(tube.loose):
        found[size + i] = found[size + i] + arb(0, (error, -tube.unit))
    return found


def _slope(network: Network, guard: Guard) -> int:
    """Return a bound of the gradient of a guard that is linear, units ``2**-30``."""
    if guard.kind == "kink":
        return norm_up(scaled_up(abs(value), BITS) for value in network.kinks[guard.kink].direction)
    return 1 << BITS


def _margin(row: dict[int, arb], tube: Tube, size: int) -> int:
    square = sum((value * value for place, value in row.items() if place < size), start=arb(0))
    total = square.abs_upper().sqrt() * arb((tube.radius, 0))
    for place, value in row.items():
        if place >= size:
            total += value.abs_upper() * arb((tube.loose[place - size], 0))
    top = total.abs_upper()
    if not top.is_finite():
        return 1 << (4 * tube.unit)
    mantissa, power = (int(part) for part in top.man_exp())
    return (mantissa << power if power >= 0 else -(-mantissa >> -power)) + 1
