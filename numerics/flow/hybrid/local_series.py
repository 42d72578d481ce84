"""The guards of a mode expanded at a Taylor state, to the few orders that settle an event."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import mpmath

from numerics.flow.events.at_event import Expansion
from numerics.flow.hybrid.flat import flat_form
from numerics.flow.mode import Guard
from numerics.flow.program import Program
from numerics.flow.solution import Piece
from numerics.flow.taylor.form import integer_form
from numerics.flow.taylor.integers import series
from numerics.flow.taylor.nodes import node_series

ORDER = 4
BETWEEN = ("plus", "minus", "rest")
LARGEST = 200  # bits before the point of any coefficient


class LocalGuards:
    """The guards of a program written out in states and products, over integers.

    Examples
    --------
    >>> from numerics.flow.field import network_program
    >>> from numerics.flow.mode import Mode
    >>> from numerics.flow.network import Network, exact_rows
    >>> network = Network(exact_rows([[1]]), exact_rows([[1]]), exact_rows([[2]]), exact_rows([[3]]))
    >>> guards = LocalGuards(network_program(network, Mode(((1,),), (0,))))
    >>> (entry,) = guards.expansions([2 << 60, 3 << 60], 60)
    >>> entry.guard.kind, [float(value) for value in entry.coefficients[:2]]
    ('kink', [2.0, -15.0])
    """

    def __init__(self, program: Program) -> None:
        """Return the guards of a program."""
        self.program, self.form = program, integer_form(program)
        self.parts: list[tuple[Guard, list[tuple[int, int]], int, int]] = []
        for guard, place in program.guards:
            factors, constant = flat_form(program, place)
            divisor = lcm(constant.denominator, *(factor.denominator for factor in factors.values()))
            terms = [(i, int(factor * divisor)) for i, factor in factors.items()]
            self.parts.append((guard, terms, int(constant * divisor), divisor))
        self.inner = sorted({place for _, terms, _, _ in self.parts for place, _ in terms})

    def expansions(self, state: Sequence[int], bits: int) -> list[Expansion]:
        """Return the guards expanded at a state of integers over ``2**bits``, as mpmath numbers.

        The scale of a coefficient is the size of what its linear form adds up.
        """
        rows = series(self.form, state, bits, (1, 0), ORDER, LARGEST)
        found = node_series(self.program, Piece(Fraction(0), Fraction(1), bits, tuple(map(tuple, rows))), self.inner)
        values = dict(zip(self.inner, found, strict=True))
        orders = range(len(rows[0]))
        weight = sum(map(abs, state[: self.program.size]))
        between = [part for part in self.parts if part[0].kind in BETWEEN]
        rooms = {i for _, terms, _, _ in between for i, _ in terms}
        # where one residual vanishes, so does what is added up: rounding is measured by the others
        largest = [max((abs(values[i][k]) for i in rooms), default=0) for k in orders]
        largest[0] = max(largest[0], *(abs(constant << bits) // divisor for _, _, constant, divisor in between), 0)
        expanded = []
        for guard, terms, constant, divisor in self.parts:
            coefficients = [sum(values[i][k] * factor for i, factor in terms) for k in orders]
            coefficients[0] += constant << bits
            if guard.kind in BETWEEN:
                size = sum(abs(factor) for _, factor in terms)
                scales = [size * value for value in largest]
            else:
                scales = [sum(abs(values[i][k] * factor) for i, factor in terms) for k in orders]
                # in the same way the weights that stay measure those that vanish
                scales[0] = weight * max((abs(factor) for _, factor in terms), default=0)
            expanded.append(Expansion(guard, _numbers(coefficients, bits, divisor), _numbers(scales, bits, divisor)))
        return expanded


def _numbers(values: Sequence[int], bits: int, divisor: int) -> list[Any]:
    return [mpmath.ldexp(mpmath.mpf(value), -bits) / divisor for value in values]
