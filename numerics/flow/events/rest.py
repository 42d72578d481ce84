"""Neurons that rest: without active samples, on kinks whose far side pushes them back.

Rest is then the unique solution. Once the push changes its sign the neuron may stay, or leave at any time: the first of
these times is an event, at which staying (as descent does, a little off the kink) and leaving at once are the choices.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from numerics.flow.events.at_event import Point, leading
from numerics.flow.events.resolve import make_corner, options, sign_or_zero
from numerics.flow.mode import Guard, Mode

SMALL = 1000


def with_rests(
    point: Point, mode: Mode, orders: Mapping[Guard, int | None], ended: Collection[Guard] = ()
) -> tuple[Mode, dict[Guard, int | None]]:
    """Return a mode with the kinks to which resting neurons are pushed back, and the orders of their guards too.

    Parameters
    ----------
    orders : as in `Settled`, None for the guards that stay zero.    ended : guards of rests that end here.
    """
    gates = mode.gates(point.network)
    places = [
        (guard.neuron, guard.kink)
        for guard, order in orders.items()
        if order is None and guard.kind == "kink" and 1 not in gates[guard.neuron]
        and Guard("rest", guard.neuron, guard.kink) not in ended
    ]
    back = _pushes(point, mode, places)
    kept = tuple(place for place in sorted(places) if back[place][1] > 0)
    if not kept:
        return mode, dict(orders)
    more = {Guard("rest", *place): back[place][0] for place in kept if back[place][0] > 0}
    return _resting(point, mode, kept), {**orders, **more}


def ways_out(point: Point, mode: Mode, guard: Guard, kinks: Sequence[int], push: Sequence) -> list[tuple[int, ...]]:
    """Return the sides, of ``kinks`` at zero, with which a neuron may leave a kink where nothing pushes it back.

    Parameters
    ----------
    guard : that of the rest.    push : ``v_j.e_k`` of all samples, up to a positive factor.
    """
    j, h = guard.neuron, guard.kink
    if _pushes(point, mode, [(j, h)])[j, h][1] >= 0:
        return []  # the push vanishes for a moment only
    side = -mode.sides[j][h]
    active = [(k, factor) for k, factor in point.members[h] if factor * side > 0]
    if len(kinks) == 1:
        return [(side,)]
    # just after the event the push away from the kink is small beside any that is not zero here
    largest = max((abs(value) for k, value in enumerate(push) if k not in dict(active)), default=0 * push[0])
    small = largest / SMALL if sign_or_zero(point.field, largest, 1 + abs(largest)) > 0 else 1 + 0 * push[0]
    total = sum(factor * factor for _, factor in active)
    moved = list(push)
    for k, factor in active:
        moved[k] = side * small * factor / total
    corner = make_corner(point.members, point.gram, mode.sides[j], kinks, moved)
    place = list(kinks).index(h)
    return [option.sides for option in options(point.field, corner) if option.sides[place] == side and option.stable]


def _pushes(point: Point, mode: Mode, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for every kink the order and sign of the first coefficient of the push back that is not zero."""
    if not places:
        return {}
    return {
        (entry.guard.neuron, entry.guard.kink): leading(point.field, entry)
        for entry in point.expand(_resting(point, mode, tuple(places)))
        if entry.guard.kind == "rest"
    }


def _resting(point: Point, mode: Mode, places: tuple[tuple[int, int], ...]) -> Mode:
    if point.network.outputs > 1:
        return replace(mode, rests=places)
    turned = list(mode.turned)
    for j, _ in places:
        turned[j] = sign_or_zero(point.field, point.v[j][0], sum(map(abs, point.w[j]), start=abs(point.v[j][0])))
    return replace(mode, turned=tuple(turned), rests=places)
