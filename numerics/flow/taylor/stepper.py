"""Single Taylor steps of a program: the working precision, the order, and the length of each step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log2

from numerics.flow.program import Program
from numerics.flow.solution import Piece
from numerics.flow.taylor.compile import Kernel
from numerics.flow.taylor.form import integer_form
from numerics.flow.taylor.integers import series
from numerics.flow.taylor.nodes import evaluate, node_series
from numerics.flow.taylor.reach import (
    covering_length,
    exact_length,
    radius,
    reach,
    short_length,
    short_part,
    sizes,
)

LIMB = 24
FEWEST_DIGITS, MOST_DIGITS = 15, 2000
MOST_BITS = 12_000
LARGEST = 94  # bits before the point of any coefficient of any node
SHORTEST = Fraction(1, 1 << 80)  # of the time and of the time left: a shorter step means a singularity
TRIES = 200


@dataclass(frozen=True)
class Stopped:
    """Why a flow cannot go on: ``time`` is how far it is known, ``reason`` one line."""

    time: Fraction
    reason: str


def checked_digits(digits: int) -> int:
    """Return the number of digits, or raise a ValueError that names the limits."""
    if not isinstance(digits, int) or isinstance(digits, bool) or not FEWEST_DIGITS <= digits <= MOST_DIGITS:
        raise ValueError(f"taylor: digits={digits!r} is out of range; give {FEWEST_DIGITS} to {MOST_DIGITS}")
    return digits


class Stepper:
    """Takes Taylor steps of one program at one precision.

    It remembers the length of its last step, as the first guess of the next one, and nothing else: steps may be asked
    from any state at any time, but not by two threads at once.

    Parameters
    ----------
    program : the field.    digits : 15 to 2000, correct digits wanted after the point.
    guard : further digits carried.    order : the highest power, chosen when None.
    path : "kernel" (compiled), "integers" (Python), or "auto", the faster one.

    Attributes
    ----------
    bits : states and coefficients are integers over ``2**bits``.

    Raises
    ------
    ValueError
        When digits are out of range or the path is unknown.

    Examples
    --------
    >>> from numerics.flow.program import Product
    >>> stepper = Stepper(Program(("u",), (Product(0, 0),), (1,)), 20, path="integers")
    >>> piece = stepper.piece((1 << stepper.bits,), Fraction(0), Fraction(1, 2))
    >>> piece.start, 0 < piece.end < Fraction(1, 2), len(piece.coefficients[0]) == stepper.order + 1
    (Fraction(0, 1), True, True)
    """

    def __init__(
        self, program: Program, digits: int, *, guard: int = 10, order: int | None = None, path: str = "auto"
    ) -> None:
        if path not in ("auto", "kernel", "integers"):
            raise ValueError(f"taylor: unknown path={path!r}; use auto, kernel or integers")
        self.program, self.digits, self.guard = program, checked_digits(digits), guard
        self.bits = LIMB * ceil((digits + guard) * log2(10) / LIMB)
        if self.bits > MOST_BITS:
            raise ValueError(f"taylor: {digits} digits and guard={guard} need {self.bits} bits; at most {MOST_BITS}")
        self.order = order or max(16, round(0.45 * self.bits))
        self.form = integer_form(program)
        self.kernel = None if path == "integers" else Kernel(self.form, self.bits, self.order)
        self.guess: float | None = None

    def piece(self, state: Sequence[int], start: Fraction, limit: Fraction) -> Piece | Stopped:
        """Return the next step from a state, towards ``limit`` (which may be earlier than ``start``).

        Returns
        -------
        A piece that ends at ``limit`` or before it, whose polynomials are cut off below the working precision; or why
        there is none: a blow-up, a pole, or values out of range.
        """
        gap = abs(limit - start)
        if gap == 0:
            raise ValueError(f"taylor: the limit equals the start={float(start)}; give a later or an earlier one")
        sign = 1 if limit > start else -1
        floor = SHORTEST * max(abs(start), gap)
        guess = self.guess or self._first_guess(state)
        grown = 0
        for _ in range(TRIES):
            length = short_length(guess)
            if exact_length(length) >= gap:
                length = covering_length(gap)
            if exact_length(length) < min(floor, gap):
                return self._stopped(start + sign * exact_length(length), state)
            rows = self._series(state, (sign * length[0], length[1]))
            found = sizes(rows)
            if len(found) <= 2:
                return self._out_of_range(start, gap, state)
            if len(found) <= self.order:
                guess = float(exact_length(length)) * min(0.25, radius(found) / 8)
                continue
            part = reach(found)
            guess = part * float(exact_length(length))
            if part > 2 and exact_length(length) < gap and grown < 3 and self.guess is None:
                grown += 1
                continue
            return self._finished(rows, start, sign * exact_length(length), part, gap)
        return self._stopped(start, state)

    def at(self, piece: Piece, s: Fraction) -> tuple[int, ...]:
        """Return all states at ``start + s * length``, integers over ``2**bits``."""
        return evaluate(piece.coefficients, piece.bits, Fraction(s))

    def node_series(self, piece: Piece, nodes: Iterable[int]) -> list[list[int]]:
        """Return the Taylor coefficients of nodes on a piece (`numerics.flow.taylor.nodes.node_series`)."""
        return node_series(self.program, piece, nodes)

    def _finished(self, rows: list[list[int]], start: Fraction, length: Fraction, part: float, gap: Fraction) -> Piece:
        used = Fraction(1) if part >= 1 else short_part(part)
        used = min(used, gap / abs(length))
        self.guess = 0.99 * part * float(abs(length))
        return Piece(start, length, self.bits, tuple(map(tuple, rows)), used)

    def _first_guess(self, state: Sequence[int]) -> float:
        velocity = self._series(state, (1, 0), 1)
        if len(velocity[0]) < 2:
            return 2.0**-20
        size, speed = (max(map(int.bit_length, column)) for column in zip(*velocity, strict=True))
        # a state near zero says nothing about the scale of time
        return 2.0 ** min(64, max(-512, max(size, self.bits - 30) - speed))

    def _series(self, state: Sequence[int], length: tuple[int, int], order: int | None = None) -> list[list[int]]:
        if self.kernel is not None:
            return self.kernel.series(state, length, order or self.order)
        return series(self.form, state, self.bits, length, order or self.order, LARGEST)

    def _stopped(self, time: Fraction, state: Sequence[int]) -> Stopped:
        size = max(map(int.bit_length, state)) - self.bits
        if size > 20:
            return Stopped(time, f"blow-up near t = {float(time):.10g}: a state grows beyond 2**{size - 1}")
        return Stopped(time, f"the steps shrink to nothing near t = {float(time):.10g}: a singularity of the field")

    def _out_of_range(self, time: Fraction, gap: Fraction, state: Sequence[int]) -> Stopped:
        # before a blow-up the steps have become short; an exponential grows in steps of any length
        if self.guess is not None and self.guess < 1e-6 * max(abs(time), gap):
            return self._stopped(time, state)
        return Stopped(time, f"out of range at t = {float(time):.10g}: a value beyond 2**{LARGEST}; change the units")
