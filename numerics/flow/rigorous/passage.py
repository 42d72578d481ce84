"""An event: the bracket of its time, the proof of the new mode, and what not knowing the time exactly costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb

from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network
from numerics.flow.rigorous.delay import delay_cost
from numerics.flow.rigorous.functions import ball
from numerics.flow.rigorous.guards import Watch
from numerics.flow.rigorous.horner import horner, position
from numerics.flow.rigorous.peeling import derivative, lost, named, peeled
from numerics.flow.rigorous.step import Failure
from numerics.flow.rigorous.subspace import System, system_of
from numerics.flow.rigorous.transition import Change, changes
from numerics.flow.rigorous.transition import proved as transition_proved
from numerics.flow.solution import FlowEvent

TRIES = 6
MOST_TOGETHER = 3


@dataclass(frozen=True)
class Passage:
    """``extra`` is added to the radius (units ``2**-unit``), in the old step from ``late`` on; ``opened`` tells the
    guards of the new mode that are zero at the event, with the order of their first derivative that is not."""

    late: Fraction
    extra: int
    opened: dict[Guard, int]
    events: list[FlowEvent]


@dataclass(frozen=True)
class Bracket:
    """The event of one neuron happens for s strictly between ``first`` and ``last``."""

    change: Change
    first: Fraction
    last: Fraction


def pass_event(guards: Watch, opened: Mapping[Guard, int], new: System) -> Passage | Failure:
    """Prove the passage from one mode to the next at the end of a step."""
    old = guards.system
    network = old.network
    assert network is not None and old.mode is not None and new.mode is not None
    step = guards.measured.step
    time = float(step.end)
    found = changes(network, old.mode, new.mode)
    if isinstance(found, Failure):
        return replace(found, text=f"{found.text}, at t = {time:.15g}")
    if len(found) > MOST_TOGETHER:
        return Failure("not unique", f"{len(found)} neurons change together at t = {time:.15g}; at most "
                       f"{MOST_TOGETHER} are resolved")
    brackets = []
    for change in found:
        bracket = _bracket(guards, change, step.until)
        if isinstance(bracket, Failure):
            return bracket
        brackets.append(bracket)
    systems = _orders(network, old, new, found)
    spell = _spell(guards, opened, brackets, systems)
    if isinstance(spell, Failure):
        return spell
    first, last, extra, around = spell
    fired = {change.guard for change in found}
    opens: dict[Guard, int] = {}
    for change in found:
        for before, after in _pairs(systems, change.neuron):
            result = transition_proved(before, after, change, around)
            if isinstance(result, Failure):
                return replace(result, text=f"{result.text}, at t = {time:.15g}")
            opens |= result
    failure = _others(systems, around, opens, fired, time)
    if failure is not None:
        return failure
    ends = step.start + first * step.length, step.start + last * step.length
    events = [_event(network, new.mode, change, step.end, ends) for change in found]
    return Passage(max(first, Fraction(0)), extra, opens, events)


def _spell(
    guards: Watch, opened: Mapping[Guard, int], brackets: Sequence[Bracket], systems: Mapping[frozenset[int], System]
) -> tuple[Fraction, Fraction, int, list[arb]] | Failure:
    """Return places between which all events happen, in any order, what that costs and where the state is meanwhile.

    A bracket is one of the flow that goes on in the old mode. When one of several neurons has changed, the guards of
    the others fall at another rate, and they vanish at another time.
    """
    step = guards.measured.step
    first, last = min(b.first for b in brackets), max(b.last for b in brackets)
    fired = {bracket.change.guard for bracket in brackets}
    time = float(step.end)
    for _ in range(TRIES):
        failure = _before(guards, opened, brackets, last, fired)
        if failure is not None:
            return failure
        several = len(brackets) > 1
        # one event is before or after that of the polynomials, several may be on both sides
        side = last - first if several else max(step.until - first, last - step.until)
        cost = delay_cost(guards, systems, first, last, side)
        if isinstance(cost, Failure):
            return cost
        latest = last
        for bracket in brackets:
            fall = _fall(systems, bracket.change, cost[1])
            if fall is None:
                text = f"{named(bracket.change.guard)} does not vanish transversally at t = {time:.15g}"
                return Failure("tangency", text)
            if several:
                latest = max(latest, _vanished(guards, bracket.change.guard, first, fall))
        if latest <= last:
            return first, last, *cost
        last = latest + (latest - first) / 1024
        if last > 1:
            break
    return Failure("wide", f"the events at t = {time:.15g} are not proved to happen together")


def _fall(systems: Mapping[frozenset[int], System], change: Change, around: list[arb]) -> Fraction | None:
    """Return how fast a guard falls at least, in every mode that may hold before it vanishes; None when it may not."""
    slowest: Fraction | None = None
    for key, system in systems.items():
        if change.neuron in key:
            continue
        rate = -derivative(system, around, change.guard, 1)
        if not rate > 0:
            return None
        mantissa, power = (int(part) for part in rate.abs_lower().man_exp())
        found = Fraction(mantissa) * Fraction(2) ** power
        slowest = found if slowest is None else min(slowest, found)
    return slowest


def _vanished(guards: Watch, guard: Guard, first: Fraction, fall: Fraction) -> Fraction:
    """Return a place by which a guard has vanished that falls so fast from ``first`` on, before which nothing happens
    (so that there the flow is the one in the tube); rounded up."""
    unit, length = guards.tube.unit, guards.measured.step.length
    row, margin = guards.row(guard)
    low, high = position(first, unit)
    top = max(horner(row, low, high, unit)[1] + margin, 0)
    return Fraction(position(first + Fraction(top, 1 << unit) / (fall * length), unit)[1], 1 << unit)


def _bracket(guards: Watch, change: Change, at: Fraction) -> Bracket | Failure:
    """Return places between which the guard passes from above its margin to below minus it."""
    unit = guards.tube.unit
    row, margin = guards.row(change.guard)
    middle = position(at, unit)[0]
    slope = -horner([k * c for k, c in enumerate(row)][1:], middle, middle, unit)[1]
    value = abs(horner(row, middle, middle, unit)[0]) + margin + 2 * len(row)
    if slope > 0:
        # a thousandth more than Newton's step: the radius after the event grows with the width of the bracket
        width = (value << unit) // slope
        width += (width >> 10) + 4
        for _ in range(TRIES):
            low, high = middle - width, middle + width + 1
            if low < 0 or high > 1 << unit:
                break
            if horner(row, low, low, unit)[0] > margin and horner(row, high, high, unit)[1] < -margin:
                return Bracket(change, Fraction(low, 1 << unit), Fraction(high, 1 << unit))
            width *= 2
    when = float(guards.measured.step.end)
    turn = Guard("turn", change.neuron)
    if turn in guards.margins and not guards.holds(turn, at, at):
        return Failure("not unique", f"{named(turn)} vanishes at t = {when:.15g}")
    return Failure("wide", f"no bracket of the zero of {named(change.guard)} near t = {when:.15g} was found")


def _before(
    guards: Watch, opened: Mapping[Guard, int], brackets: Sequence[Bracket], last: Fraction, fired: set[Guard]
) -> Failure | None:
    """Every guard of the old mode is positive up to the end of the brackets, those that fire up to their own."""
    when = float(guards.measured.step.end)
    for guard in guards.undecided(last, {*opened, *fired}):
        text = f"the order of the events near t = {when:.15g} is not proved: {named(guard)} may vanish"
        if guard.neuron in {bracket.change.neuron for bracket in brackets}:
            return Failure("together", text)
        return lost(guards, guard, last, text)
    for bracket in brackets:
        guard = bracket.change.guard
        if guard in opened:
            continue
        if not guards.holds(guard, Fraction(0), bracket.first):
            return Failure("wide", f"{named(guard)} is not proved positive up to t = {when:.15g}")
    return peeled(guards, opened, min(b.first for b in brackets), only_opened=True) if opened else None


def _orders(network: Network, old: System, new: System, found: Sequence[Change]) -> dict[frozenset[int], System]:
    """Return the system after each set of neurons has changed: any order of the events passes through some of these."""
    assert old.mode is not None and new.mode is not None
    systems: dict[frozenset[int], System] = {}
    neurons = [change.neuron for change in found]
    for number in range(1 << len(neurons)):
        chosen = frozenset(j for i, j in enumerate(neurons) if number >> i & 1)
        if not chosen:
            systems[chosen] = old
        elif len(chosen) == len(neurons):
            systems[chosen] = new
        else:
            sides, turned = list(old.mode.sides), list(old.mode.turned)
            for j in chosen:
                sides[j], turned[j] = new.mode.sides[j], new.mode.turned[j]
            rests = {rest for rest in old.rests | new.rests if rest[0] in chosen or rest in old.rests}
            systems[chosen] = system_of(network, Mode(tuple(sides), tuple(turned)), frozenset(rests))
    return systems


def _pairs(systems: Mapping[frozenset[int], System], neuron: int) -> list[tuple[System, System]]:
    return [(system, systems[key | {neuron}]) for key, system in systems.items() if neuron not in key]


def _others(
    systems: Mapping[frozenset[int], System],
    state: list[arb],
    opens: Mapping[Guard, int],
    fired: set[Guard],
    time: float,
) -> Failure | None:
    """Every guard that is not zero at the event is positive around it, in every mode that may hold."""
    for system in systems.values():
        values = system.program.values(state, ball)
        for guard, place in system.program.guards:
            if guard not in opens and guard not in fired and not values[place] > 0:
                return Failure("wide", f"{named(guard)} is not proved positive at the event at t = {time:.15g}")
    return None


def _event(network: Network, mode: Mode, change: Change, time: Fraction, ends: tuple[Fraction, Fraction]) -> FlowEvent:
    kink = change.guard.kink
    side = mode.sides[change.neuron][kink]
    first = network.kinks[kink].members[0][0]
    word = "slide" if side == 0 else "on" if side > 0 else "off"
    if change.guard.kind != "kink":
        word = f"release {word}"
    return FlowEvent(time, change.neuron, first, word, *ends)
