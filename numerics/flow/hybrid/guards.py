"""The first event on a Taylor piece, and the check of the gates at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import Any

from numerics.flow.events.roots import Zero, first_zero
from numerics.flow.hybrid.flat import flat_form
from numerics.flow.mode import Guard
from numerics.flow.solution import Piece

Orders = Mapping[Guard, int | None]


class Watched:
    """The guards of one mode, with the linear ones written out in the states, over integers."""

    def __init__(self, stepper: Any) -> None:
        """Return the guards of a stepper's program."""
        self.stepper = stepper
        self.linear: dict[Guard, tuple[list[tuple[int, int]], int]] = {}
        states = len(stepper.program.states)
        for guard, place in stepper.program.guards:
            factors, constant = flat_form(stepper.program, place)
            if constant == 0 and all(inner < states for inner in factors):
                divisor = lcm(*(factor.denominator for factor in factors.values()))
                self.linear[guard] = ([(i, int(factor * divisor)) for i, factor in factors.items()], divisor)

    def series(self, piece: Piece, guard: Guard, place: int) -> list[int]:
        """Return the Taylor coefficients of a guard on a piece."""
        if guard not in self.linear:
            return self.stepper.node_series(piece, [place])[0]
        terms, divisor = self.linear[guard]
        rows = [(piece.coefficients[i], factor) for i, factor in terms]
        return [sum(row[k] * f for row, f in rows) // divisor for k in range(len(piece.coefficients[0]))]

    def left(self, piece: Piece, orders: Orders) -> list[tuple[Guard, int]]:
        """Return the guards that could vanish: linear ones are bounded by how far the states move."""
        start = [row[0] for row in piece.coefficients]
        moved = [sum(map(abs, row[1:])) for row in piece.coefficients]
        found = []
        for guard, place in self.stepper.program.guards:
            if guard in orders:
                if orders[guard] is not None:
                    found.append((guard, place))
                continue
            if guard in self.linear:
                terms, divisor = self.linear[guard]
                if sum(factor * start[i] - abs(factor) * moved[i] for i, factor in terms) > 4 * divisor:
                    continue
            found.append((guard, place))
        return found

    def wrong_gate(self, state: Sequence[int], bits: int, digits: int, ignored: Orders) -> Guard | None:
        """Return a guard of a gate that is negative by more than ``10**-digits`` of its terms, or None."""
        for guard, (terms, _) in self.linear.items():
            if guard.kind != "kink" or (guard in ignored and ignored[guard] is None):
                continue
            value = sum(factor * state[i] for i, factor in terms)
            size = sum(abs(factor) * (abs(state[i]) + (1 << bits) // 10**6) for i, factor in terms)
            if value * 10**digits < -size:
                return guard
        return None


def first_event(watched: Watched, piece: Piece, orders: Orders) -> tuple[Fraction, tuple[Guard, ...]] | None:
    """Return the first s at which a guard vanishes on the used part of a piece, with all that vanish there, or None.

    Parameters
    ----------
    watched : the guards of the piece's mode.
    orders : guards that are zero at the start of the piece, with the order of the first derivative that is not; None
        for those that stay zero or do not count.
    """
    # two zeros of a guard nearer than half of the digits leave less than one unit between them
    depth = piece.bits // 2
    zeros: list[tuple[Zero, Guard]] = []
    for guard, place in watched.left(piece, orders):
        row = _on_used(watched.series(piece, guard, place), piece.used)
        zero = first_zero(row[orders.get(guard) or 0 :], depth)
        if zero is not None:
            zeros.append((zero, guard))
    if not zeros:
        return None
    first = min(zero.place for zero, _ in zeros)
    near = Fraction(1, 2 ** (piece.bits * 3 // 4))
    return first * piece.used, tuple(guard for zero, guard in zeros if zero.place - first <= near)


def _on_used(row: list[int], used: Fraction) -> list[int]:
    """Return the coefficients of ``p(used * s)``, rounded."""
    if used == 1:
        return row
    powers = accumulate([Fraction(1)] + [used] * (len(row) - 1), lambda a, b: a * b)
    return [value * power.numerator // power.denominator for value, power in zip(row, powers, strict=True)]
