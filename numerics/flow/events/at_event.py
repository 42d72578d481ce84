"""What an event is settled from and with: a point of the flow, guards expanded there, and the changes found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from numerics.exact_race.fields import Field
from numerics.flow.events.resolve import Members, sign_or_zero
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network


class Expansion(NamedTuple):
    """The Taylor coefficients of a guard at a point, and for each the size that rounding is a small part of."""

    guard: Guard
    coefficients: Sequence[Any]
    scales: Sequence[Any]


@dataclass(frozen=True)
class Point:
    """A state of the flow as numbers of a field.

    Parameters
    ----------
    w, v, e : rows of neurons, neurons and samples.    gram : inner products of the directions of two kinks.
    members : the samples (k, factor) of every kink.    z : ``w_j.direction`` of every kink, given j.
    largest : the largest entry of every direction.    expand : the guards of a mode, expanded at this point.
    """

    network: Network
    field: Field
    w: Sequence[Sequence[Any]]
    v: Sequence[Sequence[Any]]
    e: Sequence[Sequence[Any]]
    gram: Callable[[int, int], Any]
    members: Sequence[Members]
    z: Callable[[int], Sequence[Any]]
    largest: Sequence[Any]
    expand: Callable[[Mode], list[Expansion]]


class Change(NamedTuple):
    """What happens to one kink of a neuron, or to its read-out (``kink`` -1); kinds as in `FlowEvent`."""

    neuron: int
    kink: int
    kind: str
    choices: tuple[Mode, ...] = ()


@dataclass(frozen=True)
class Settled:
    """The mode after an event.

    Parameters
    ----------
    mode : None when it is not decided; then ``reason`` says why.    changes : what happened.
    orders : for every guard that is zero here the order of its first derivative that is not, None to leave it out.
    """

    mode: Mode | None
    changes: tuple[Change, ...] = ()
    orders: dict[Guard, int | None] | None = None
    reason: str = ""


def leading(field: Field, entry: Expansion, known: int = 0) -> tuple[int, int]:
    """Return the order and sign of the first coefficient that is not zero, the first ``known`` ones being zero; sign 0
    when all are."""
    floor = entry.scales[0] / 10**6
    for order, (value, scale) in enumerate(zip(entry.coefficients, entry.scales, strict=True)):
        sign = 0 if order < known else sign_or_zero(field, value, max(scale, floor))
        if sign != 0:
            return order, sign
    return len(entry.coefficients), 0


def guard_orders(point: Point, mode: Mode, left: set[Guard]) -> tuple[dict[Guard, int | None], list[Guard]]:
    """Return the orders of the guards that are zero at a point (see `Settled`), and the guards that become negative.

    Parameters
    ----------
    left : guards of kinks that a neuron leaves from rest, with velocity zero.
    """
    orders: dict[Guard, int | None] = {}
    broken = []
    for entry in point.expand(mode):
        guard = entry.guard
        resting = all(side == 0 for side in mode.sides[guard.neuron])
        order, sign = leading(point.field, entry, 2 if guard in left else 0)
        if sign < 0 and not resting:
            broken.append(guard)
        elif sign <= 0:
            orders[guard] = None
        elif order > 0:
            orders[guard] = order
    return orders, broken


def side_changes(
    j: int, before: tuple[int, ...], after: tuple[int, ...], known: set[tuple[int, int]], named: bool
) -> list[Change]:
    """Return what happened to the kinks of a neuron; ``named`` says that a choice or a turn is noted already."""
    found = []
    for h, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            if (j, h) in known and old != 0 and not named:
                found.append(Change(j, h, "tangent"))
        elif new == 0:
            found.append(Change(j, h, "slide"))
        else:
            side = "on" if new > 0 else "off"
            found.append(Change(j, h, side if old != 0 else f"release {side}"))
    return found
