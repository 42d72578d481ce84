"""An estimate of the error of a Taylor run from what each step adds and what the flow makes of it."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, isfinite, log, sqrt

import numpy as np

from numerics.flow.program import Program
from numerics.flow.solution import Piece
from numerics.flow.taylor.arrays import double_arrays
from numerics.flow.taylor.reach import sizes
from numerics.flow.taylor.tangent import VECTORS, carried, gains, node_values, states_at

SAFETY = 4.0


class ErrorEstimate:
    """Follows the error of a run from piece to piece.

    Each step adds a few units of the working precision, by rounding and by cutting off the series; eight random
    vectors of that size are carried by the linearised flow in double precision, and their mean size, times
    ``max(4, sqrt(steps))``, is the estimate: more than the error unless the added errors conspire.

    Parameters
    ----------
    program : the field.    seed : of the random vectors.

    Examples
    --------
    >>> program = Program(("u",), (), (0,))
    >>> estimate = ErrorEstimate(program)
    >>> errors = [estimate.advance(Piece(Fraction(k), Fraction(1), 60, ((1 << 60,) * 20,))) for k in range(3)]
    >>> bool(errors[2] > errors[1] > errors[0] > 2**-60)
    True
    """

    def __init__(self, program: Program, seed: int = 0) -> None:
        self.arrays = double_arrays(program)
        self.states = len(program.states)
        nodes = self.states + len(program.nodes)
        self.random = np.random.default_rng(seed)
        self.work = np.zeros((nodes + 4 * self.states, VECTORS))
        self.values = np.zeros(2 * nodes)
        self.errors = np.zeros((self.states, VECTORS))
        self.steps = 0
        self._add(np.full(self.states, 2.0))

    def advance(self, piece: Piece) -> Fraction | None:
        """Return the estimate of the Euclidean error on a piece, the next one; None when it is out of range."""
        rows = _leading(piece)
        length, used = float(piece.length), float(piece.used)
        with np.errstate(all="ignore"):
            self._add(self._added(rows, length, used, piece))
            size = carried(self.arrays, rows, length, used, self.errors, self.work, self.values)
        self.steps += 1
        size *= max(SAFETY, sqrt(self.steps))
        return Fraction(ceil(size), 1 << piece.bits) if isfinite(size) else None

    def _add(self, size: np.ndarray) -> None:
        self.errors += size[:, None] * self.random.choice((-1.0, 1.0), size=self.errors.shape)

    def _added(self, rows: np.ndarray, length: float, used: float, piece: Piece) -> np.ndarray:
        """Return in units what a step adds to each state."""
        order, bits = len(piece.coefficients[0]), piece.bits
        nodes = len(self.values) // 2
        now, bound = self.values[:nodes], self.values[nodes:]
        largest = np.zeros(nodes)
        for s in (0.0, used / 2, used):
            states_at(rows, s, now)
            node_values(self.arrays, now)
            np.maximum(largest, np.abs(now), out=largest)
        # root mean squares: a coefficient is rounded once, a convolution also leaves out products of low limbs
        gains(self.arrays, largest, 0.0, 0.3 + sqrt(order * bits / 24) / 12, bound)
        return abs(length) * used * (1 + log(order)) * bound[self.arrays.velocity] + 0.3 * sqrt(order) + 1


def _leading(piece: Piece) -> np.ndarray:
    """Return the coefficients in double precision, without the last ones that are too small to matter here."""
    found = sizes(piece.coefficients)
    negligible = max(found) - 40
    last = max(k for k, size in enumerate(found) if size >= negligible)
    drop = max(0, piece.bits - 900)
    scale = 2.0 ** -(piece.bits - drop)
    return np.array([[float(c >> drop) for c in row[: last + 1]] for row in piece.coefficients]) * scale
