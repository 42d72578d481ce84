"""The first mode: neurons that start exactly on kinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from flint import arb

from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network
from numerics.flow.rigorous.functions import ball, full_state
from numerics.flow.rigorous.precision import working_precision
from numerics.flow.rigorous.step import Failure
from numerics.flow.rigorous.subspace import System, system_of
from numerics.flow.rigorous.transition import Change, zero_kinks
from numerics.flow.rigorous.transition import proved as transition_proved


def starting_guards(
    system: System, start: Sequence[Fraction], half_widths: Sequence[Fraction]
) -> dict[Guard, int] | Failure:
    """Return the guards that are zero at the start, with the order of their derivatives, after proving the mode."""
    network, mode = system.network, system.mode
    if network is None or mode is None:
        return {}
    if any(half_widths):
        if any(0 in row for row in mode.sides):
            return Failure("too wide", "a box is not on the kink along which a neuron is said to slide, at t = 0")
        # a box that meets a kink fails at the guards
        return {}
    opens: dict[Guard, int] = {}
    for j in range(network.width):
        zero = zero_kinks(network, j, start)
        if any(mode.sides[j][h] == 0 and h not in zero for h in range(len(network.kinks))):
            return Failure("refused", f"neuron {j} does not start on a kink along which it is said to slide")
        free = [h for h in zero if mode.sides[j][h] != 0]
        if not zero:
            continue
        if len(free) > 1:
            return Failure("not unique", f"neuron {j} starts on {len(free)} kinks at once, at t = 0")
        state = _full_start(system, start)
        if isinstance(state, Failure):
            return state
        found = _begins(network, system, j, free, state)
        if isinstance(found, Failure):
            return found
        opens |= found
    return opens


def _full_start(system: System, start: Sequence[Fraction]) -> list[arb] | Failure:
    with working_precision(256):
        return full_state(system.program, [ball(value) for value in start])


def _begins(
    network: Network, system: System, j: int, free: list[int], state: list[arb]
) -> dict[Guard, int] | Failure:
    """A neuron that starts on kinks: like a crossing from the other side, or sliding at once."""
    mode = system.mode
    assert mode is not None
    if free:
        row = list(mode.sides[j])
        row[free[0]] = -row[free[0]]
        other = system_of(network, Mode((*mode.sides[:j], tuple(row), *mode.sides[j + 1 :]), mode.turned))
        change = Change(j, Guard("kink", j, free[0]), ())
        found = transition_proved(other, system, change, state)
    else:
        sliding = mode.sliding(j)
        change = Change(j, Guard("kink", j, sliding[0]), ())
        found = transition_proved(None, system, change, state)
    return replace(found, text=f"{found.text}, at t = 0") if isinstance(found, Failure) else found
