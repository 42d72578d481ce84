"""The mode in which a flow begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import inf

from numerics.flow.events.at_event import Change, Settled
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network, Vector


def start_mode(network: Network) -> tuple[Mode, tuple[Guard, ...]]:
    """Return the sides at the start, 0 where a neuron starts on a kink, and those kinks as guards.

    Examples
    --------
    >>> from numerics.flow.network import exact_rows
    >>> network = Network(exact_rows([[1, 0], [0, 1]]), exact_rows([[1], [1]]), exact_rows([[2, 0]]), exact_rows([[1]]))
    >>> start_mode(network)
    (Mode(sides=((1, 0),), turned=(0,), rests=()), (Guard(kind='kink', neuron=0, kink=1),))
    """
    sides, fired = [], []
    for j, w in enumerate(network.w):
        row = []
        for h, kink in enumerate(network.kinks):
            row.append(_sign(w, kink.direction))
            if row[-1] == 0:
                fired.append(Guard("kink", j, h))
        sides.append(tuple(row))
    return Mode(tuple(sides), (0,) * network.width), tuple(fired)


def _sign(w: Vector, direction: Vector) -> int:
    """Return the sign of an inner product: doubles decide it where they can, which is much faster."""
    parts = [_double(a) * _double(b) for a, b in zip(w, direction, strict=True)]
    # below 1000 terms the error of the sum is less than a tenth of this; small numbers could be rounded to zero
    total, sure = sum(parts), 1e-12 * sum(map(abs, parts))
    if len(parts) < 1000 and 1e-200 < sure < abs(total) < 1e200:
        return 1 if total > 0 else -1
    z = sum((a * b for a, b in zip(w, direction, strict=True)), start=w[0] * 0)
    return (z > 0) - (z < 0)


def _double(value: Fraction) -> float:
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return inf


def at_start(settled: Settled, fired: Sequence[Guard]) -> Settled:
    """Return what counts as an event at the start: a choice, and neurons that slide from there; leaving is none."""
    kept = [change for change in settled.changes if change.kind == "not unique"]
    if settled.mode is not None:
        sides = settled.mode.sides
        kept += [Change(guard.neuron, guard.kink, "slide") for guard in fired if sides[guard.neuron][guard.kink] == 0]
    return replace(settled, changes=tuple(kept))
