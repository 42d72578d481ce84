"""The first zero of a guard inside one step, on the step's own polynomial."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from numerics.flow.double.dop853 import BASIS
from numerics.flow.double.field import DoubleField, guard_names, sliding_guards
from numerics.flow.double.method import Basis
from numerics.flow.events.roots import Zero, first_zero
from numerics.flow.mode import Guard

ROOM_DEGREE = 10
DEPTH = 26  # guards as near to a double zero as rounding lets a double tell
TOGETHER = 1e-10
JOINT = 50_000


class Hit(NamedTuple):
    """The first event inside a step: ``place`` in (0, 1], and the guards that are zero there."""

    place: float
    guards: tuple[Guard, ...]


class Watch:
    """Watches the guards of one mode; ``orders`` as in `settle.Settled`, used for the first step only."""

    def __init__(self, field: DoubleField, orders: dict[Guard, int | None], basis: Basis = BASIS) -> None:
        """Return the watch of a mode, for steps in a basis."""
        self.basis = basis
        mode, network = field.mode, field.data.network
        self.sides = np.array(mode.sides, dtype=float).reshape(network.width, -1)
        self.directions = field.data.directions
        self.samples = [kink.members[0][0] for kink in network.kinks]
        self.shape = (network.width, network.dimension)
        ignored = {guard for guard, order in orders.items() if order is None}
        for guard in ignored:
            if guard.kind == "kink":
                self.sides[guard.neuron, guard.kink] = 0.0
        self.fresh = {guard: order for guard, order in orders.items() if order is not None}
        self.rooms = sliding_guards(field)
        self.names = guard_names(mode, network.outputs)
        self.kept = [i for i, name in enumerate(self.names) if name not in ignored]
        self.product = np.ascontiguousarray(self.directions.T)
        self.flat = self.sides.reshape(-1)
        self.places = np.flatnonzero(self.flat)
        self.none = not len(self.places) and not self.kept
        self.joint: np.ndarray | None = None
        if self.shape[0] ** 2 * self.product.size <= JOINT:
            # small networks: one product gives all guards, with their signs
            whole = np.kron(np.eye(self.shape[0]), self.product) * self.flat
            self.joint = np.ascontiguousarray(whole[:, self.places])

    def check(self, solution: Any) -> Hit | None:
        """Return the first event of a step, given its dense output, or None."""
        if self.none:
            return None
        z, parts = self._guards(solution)
        lowest = np.minimum.reduce(self.basis.bernstein @ parts, axis=0)
        lowest += z
        zeros: list[tuple[Zero, Guard]] = []
        # most steps end here: a comparison costs less than looking for places
        low = len(lowest) > 0 and not np.minimum.reduce(lowest) > 0
        for column in np.flatnonzero(lowest <= 0).tolist() if low else ():
            j, h = divmod(int(self.places[column]), self.sides.shape[1])
            polynomial = self.basis.monomial @ parts[:, column]
            polynomial[0] += z[column]
            zero = self._zero(Guard("kink", j, h), polynomial)
            if zero is not None:
                zeros.append((zero, Guard("kink", j, h)))
        if self.kept and self.rooms is not None:
            zeros += self._room_zeros(solution, self.rooms)
        self.fresh = {}
        if not zeros:
            return None
        first = min(zero.place for zero, _ in zeros)
        together = tuple(guard for zero, guard in zeros if zero.place - first <= TOGETHER)
        return Hit(float(first), together)

    def _guards(self, solution: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return the guards of the gates at the start of a step, and what the rows of its dense output add (p, .)."""
        m, size = self.shape[0], self.shape[0] * self.shape[1]
        if self.joint is not None:
            return solution.y_old[:size] @ self.joint, solution.F[:, :size] @ self.joint
        z = (solution.y_old[:size].reshape(self.shape) @ self.product).reshape(-1) * self.flat
        rows = len(solution.F)
        parts = (solution.F[:, :size].reshape(rows * m, -1) @ self.product).reshape(rows, -1) * self.flat
        return z[self.places], parts[:, self.places]

    def contradiction(self, state: np.ndarray, zero: float) -> str | None:
        """Return a neuron and sample whose gate disagrees with the sign of w.x beyond rounding, or None."""
        size = self.shape[0] * self.shape[1]
        w = state[:size].reshape(self.shape)
        z = (w @ self.product) * self.sides
        # the size of the whole neuron: where w or its part along x vanishes, the sign of w.x is that of rounding
        weight = np.abs(w).sum(axis=1) + np.abs(state[size:]).reshape(self.shape[0], -1).sum(axis=1)
        bad = z < -zero * np.outer(weight, np.abs(self.directions).max(axis=1, initial=0.0))
        if not bad.any():
            return None
        j, h = np.argwhere(bad)[0].tolist()
        return f"neuron {j}, sample {self.samples[h]}"

    def _zero(self, guard: Guard, polynomial: np.ndarray) -> Zero | None:
        order = self.fresh.get(guard, 0)
        return first_zero(scaled_integers(polynomial[order:]), DEPTH)

    def _room_zeros(self, solution: Any, rooms: Callable[[np.ndarray], np.ndarray]) -> list[tuple[Zero, Guard]]:
        nodes = NODES * solution.h + solution.t_old
        values = rooms(solution(nodes).T)
        polynomials = FIT @ values
        found = []
        for i in self.kept:
            zero = self._zero(self.names[i], polynomials[:, i])
            if zero is None:
                continue
            if zero.place > 0 and zero.simple:
                zero = _refined(zero, _along(solution, rooms, i))
            found.append((zero, self.names[i]))
        return found


def _along(solution: Any, rooms: Callable[[np.ndarray], np.ndarray], i: int) -> Callable[[float], float]:
    return lambda s: float(rooms(solution(solution.t_old + s * solution.h)[None])[0, i])


def _refined(zero: Zero, guard: Callable[[float], float]) -> Zero:
    """Move the zero of the interpolated guard to that of the guard itself, when it is bracketed nearby."""
    from fractions import Fraction

    from scipy.optimize import brentq

    place = float(zero.place)
    low, high = max(place - 1e-4, 0.0), min(place + 1e-4, 1.0)
    if guard(low) * guard(high) >= 0:
        return zero
    root: Any = brentq(guard, low, high, xtol=1e-16)
    exact = Fraction(float(root))
    return Zero(exact, True, exact, exact)


def scaled_integers(polynomial: np.ndarray) -> list[int]:
    """Return float coefficients as integers of about 60 bits, of equal scale.

    Examples
    --------
    >>> scaled_integers(np.array([1.0, -0.5]))[0] == -2 * scaled_integers(np.array([1.0, -0.5]))[1]
    True
    """
    size = float(np.abs(polynomial).max())
    if size == 0:
        return [0]
    shift = 60 - int(np.frexp(size)[1])
    return [int(value) for value in np.ldexp(polynomial, shift).tolist()]


def _fit() -> tuple[np.ndarray, np.ndarray]:
    """Return Chebyshev-Lobatto points on [0, 1] and the matrix from values there to monomial coefficients."""
    nodes = (1 - np.cos(np.pi * np.arange(ROOM_DEGREE + 1) / ROOM_DEGREE)) / 2
    return nodes, np.linalg.inv(np.vander(nodes, increasing=True))


NODES, FIT = _fit()
