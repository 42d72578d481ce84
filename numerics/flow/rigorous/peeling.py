"""Guards that are zero when a mode begins, because of the event that began it.

A guard that is zero at the event becomes positive when its derivative along the flow (after a crossing), or its second
derivative (after a sliding neuron leaves: value and first derivative are zero), is positive from the event until the
guard itself is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import arb

from numerics.flow.mode import Guard
from numerics.flow.rigorous.derivative import along
from numerics.flow.rigorous.functions import ball
from numerics.flow.rigorous.general import balls, state_ranges
from numerics.flow.rigorous.guards import Watch, widened
from numerics.flow.rigorous.horner import horner, position
from numerics.flow.rigorous.precision import working_precision
from numerics.flow.rigorous.step import Failure
from numerics.flow.rigorous.subspace import System

HALVINGS = 200


def peeled(
    guards: Watch, opened: Mapping[Guard, int], last: Fraction, *, only_opened: bool = False
) -> Failure | None:
    """Return None when every guard is proved positive up to ``last`` (those of ``opened``, with the order of the
    derivative that is positive at their zero, from the event on)."""
    time = float(guards.measured.step.start)
    left = [] if only_opened else guards.undecided(last, opened)
    if left:
        return lost(guards, left[0], last, f"{named(left[0])} is not proved positive in the step at t = {time:.10g}")
    for guard, order in opened.items():
        if not _rises(guards, guard, order, last):
            return Failure("wide", f"{named(guard)} is not proved to leave zero after t = {time:.10g}")
    return None


def lost(guards: Watch, guard: Guard, last: Fraction, text: str) -> Failure:
    """Return why a guard counts as lost: when a resting neuron is no more pushed back, or the read-out of a sliding one
    turns, the flow is not unique from there on."""
    row, margin = guards.row(guard)
    low, high = position(last, guards.tube.unit)
    gone = horner(row, low, high, guards.tube.unit)[1] < -margin
    return Failure("not unique" if gone and guard.kind in ("rest", "turn") else "wide", text)


def _rises(guards: Watch, guard: Guard, order: int, last: Fraction) -> bool:
    first = last
    for _ in range(HALVINGS):
        if guards.holds(guard, first, last):
            state = step_balls(guards, Fraction(0), first)
            if derivative(guards.system, state, guard, order) > 0:
                return True
        first = first / 2
    return False


def step_balls(guards: Watch, first: Fraction, last: Fraction) -> list[arb]:
    """Return balls of all full states of the tube between two places of a step."""
    step, tube = guards.measured.step, guards.tube
    state = balls(state_ranges(step, first, last), step.bits, tube.radius, tube.unit)
    return widened(state, tube, guards.system.program.size)


def derivative(system: System, state: list[arb], guard: Guard, order: int) -> arb:
    """Return an enclosure of the first derivative along the flow of a guard, or the second of one of kind "kink"."""
    program, network, mode = system.program, system.network, system.mode
    assert network is not None and mode is not None
    bits = max(64, -min((int(value.rad().man_exp()[1]) for value in state if not value.is_exact()), default=0) + 64)
    with working_precision(min(bits, 8192)):
        values = program.values(state, ball)
        direction = [values[place] for place in program.velocity]
        if order == 1 and guard.kind == "kink":
            return _push(system, guard, direction)
        _, slopes = along(program, state, direction)
        if order == 1:
            return slopes[dict(program.guards)[guard]]
        return _push(system, guard, [slopes[place] for place in program.velocity])


def _push(system: System, guard: Guard, rates: list[arb]) -> arb:
    """Return ``side * direction . rates`` of a neuron's weights."""
    network, mode = system.network, system.mode
    assert network is not None and mode is not None
    d, j = network.dimension, guard.neuron
    total = arb(0)
    for i, value in enumerate(network.kinks[guard.kink].direction):
        total = total + rates[j * d + i] * ball(value)
    return total * mode.sides[j][guard.kink]


def named(guard: Guard) -> str:
    """Return a guard in words."""
    what = {"kink": "the side of kink", "plus": "the room above kink", "minus": "the room below kink",
            "rest": "the push back at kink"}
    if guard.kind == "turn":
        return f"the read-out of sliding neuron {guard.neuron}"
    return f"{what[guard.kind]} {guard.kink} of neuron {guard.neuron}"
