"""The flow of a network in one mode, in double precision: velocities, guards and their first derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from numerics.flow.events.at_event import Expansion
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network

ORDER = 4


@dataclass(frozen=True)
class DoubleData:
    """A network as doubles: ``x`` (n, d), ``y`` (n, c), ``directions`` (h, d) of the kinks, their ``gram`` (h, h).

    ``plus``, ``minus`` (h, n): the factors of the samples that are on for positive and negative ``w.direction``.
    """

    network: Network
    x: np.ndarray
    y: np.ndarray
    directions: np.ndarray
    gram: np.ndarray
    plus: np.ndarray
    minus: np.ndarray


def double_data(network: Network) -> DoubleData:
    """Return a network as doubles.

    Raises
    ------
    ValueError
        When a number is beyond the range of doubles.

    Examples
    --------
    >>> from numerics.flow.network import exact_rows
    >>> network = Network(exact_rows([[1], [-2]]), exact_rows([[1], [1]]), exact_rows([[2]]), exact_rows([[3]]))
    >>> double_data(network).minus.tolist()
    [[0.0, -2.0]]
    """
    try:
        x, y = (np.array([[float(value) for value in row] for row in rows]) for rows in (network.x, network.y))
        kinks = network.kinks
        directions = np.array([[float(value) for value in kink.direction] for kink in kinks])
        directions = directions.reshape(len(kinks), network.dimension)
        factor = np.zeros((len(kinks), network.samples))
        for h, kink in enumerate(kinks):
            for k, value in kink.members:
                factor[h, k] = float(value)
    except OverflowError:
        raise ValueError("double: the network has a number beyond the range of doubles; use method='taylor'") from None
    gram = directions @ directions.T
    return DoubleData(network, x, y, directions, gram, np.maximum(factor, 0.0), np.minimum(factor, 0.0))


@dataclass(frozen=True)
class DoubleField:
    """Velocities of a mode; the state is w row by row, then v row by row, and no adjoined states.

    ``gates`` (m, n) 0.0 or 1.0; ``bases``: for every sliding neuron an orthonormal basis (d, s) of its directions.
    """

    data: DoubleData
    mode: Mode
    gates: np.ndarray
    gates_over_n: np.ndarray
    bases: tuple[tuple[int, np.ndarray], ...]

    @cached_property
    def shape(self) -> tuple[int, int, int]:
        """The numbers of neurons, inputs and outputs."""
        return self.data.network.width, self.data.network.dimension, self.data.network.outputs

    @cached_property
    def smooth(self) -> np.ndarray | None:
        """x.T / n (d, n) when all samples are on for all neurons, which no gate then enters, else None."""
        return self.data.x.T / len(self.data.x) if self.gates.all() and not self.bases else None

    def split(self, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return views of w (m, d) and v (m, c)."""
        m, d, c = self.shape
        return state[: m * d].reshape(m, d), state[m * d :].reshape(m, c)

    def __call__(self, _time: float, state: np.ndarray) -> np.ndarray:
        """Return the velocity."""
        data = self.data
        m, d, c = self.shape
        found = np.empty_like(state)
        w, v = state[: m * d].reshape(m, d), state[m * d :].reshape(m, c)
        dw, dv = found[: m * d].reshape(m, d), found[m * d :].reshape(m, c)
        if self.smooth is not None:
            gamma = self.smooth @ self.residual(data.x @ (w.T @ v))
            np.matmul(v, gamma.T, out=dw)
            np.matmul(w, gamma, out=dv)
            return found
        z = w @ data.x.T
        e = self.residual((self.gates * z).T @ v)
        push = v @ e.T
        push *= self.gates_over_n
        np.matmul(push, data.x, out=dw)
        z *= self.gates_over_n
        np.matmul(z, e, out=dv)
        for j, basis in self.bases:
            dw[j] -= basis @ (basis.T @ dw[j])
        return found

    def residual(self, f: np.ndarray) -> np.ndarray:
        """Return e (n, c) at predictions f."""
        loss, y = self.data.network.loss, self.data.y
        if loss == "squared":
            return y - f
        if loss == "logistic":
            return y / (1.0 + np.exp(np.minimum(y * f, 700.0)))
        if loss == "exponential":
            return y * np.exp(-y * f)
        share = np.exp(f - f.max(axis=-1, keepdims=True))
        return y - share / share.sum(axis=-1, keepdims=True)

    def project(self, state: np.ndarray) -> np.ndarray:
        """Return the state with sliding neurons put exactly on their kinks."""
        found = state.copy()
        w, _ = self.split(found)
        for j, basis in self.bases:
            w[j] -= basis @ (basis.T @ w[j])
            if basis.shape[0] == basis.shape[1]:
                w[j] = 0.0
        return found


def double_field(data: DoubleData, mode: Mode) -> DoubleField:
    """Return the field of a mode.

    Examples
    --------
    >>> from numerics.flow.network import exact_rows
    >>> network = Network(exact_rows([[1]]), exact_rows([[1]]), exact_rows([[2]]), exact_rows([[3]]))
    >>> double_field(double_data(network), Mode(((1,),), (0,)))(0.0, np.array([2.0, 3.0])).tolist()
    [-15.0, -10.0]
    """
    gates = (np.array(mode.gates(data.network)) == 1).astype(float)
    bases = []
    for j in range(data.network.width):
        sliding = list(mode.sliding(j))
        if sliding:
            left, size, _ = np.linalg.svd(data.directions[sliding].T, full_matrices=False)
            bases.append((j, left[:, size > 1e-12 * size[0]]))
    return DoubleField(data, mode, gates, gates / data.network.samples, tuple(bases))


def sliding_guards(field: DoubleField) -> Callable[[np.ndarray], np.ndarray] | None:
    """Return the function that gives the guards of sliding neurons (in the order of `guard_names`), or None.

    It takes states (p, size) and returns (p, guards).
    """
    data, c = field.data, field.data.network.outputs
    sliding = [(j, np.array(field.mode.sliding(j))) for j in range(data.network.width) if field.mode.sliding(j)]
    if not sliding and not field.mode.rests:
        return None
    parts = []
    for j, kinks in sliding:
        # multipliers are least-squares solutions: all zero when every sample slides, as in network_program
        solve = np.linalg.pinv(data.directions[kinks].T) @ (data.x * field.gates[j][:, None]).T
        rooms = np.stack([-solve - data.plus[kinks], solve + data.minus[kinks]], axis=1).reshape(2 * len(kinks), -1)
        parts.append((j, rooms, c == 1))
    parts += [(j, _push_back(data, field.mode, j, h)[None], False) for j, h in field.mode.rests]

    def values(states: np.ndarray) -> np.ndarray:
        found = []
        for state in states:
            w, v = field.split(state)
            e = field.residual((field.gates * (w @ data.x.T)).T @ v)
            for j, rooms, turn in parts:
                turned = field.mode.turned[j]
                found.append(rooms @ (turned * e[:, 0] if c == 1 else e @ v[j]))
                if turn:
                    found.append(turned * v[j])
        return np.concatenate(found).reshape(len(states), -1)

    return values


def guard_names(mode: Mode, outputs: int) -> list[Guard]:
    """Return the names of the guards that `sliding_guards` evaluates."""
    found = []
    for j in range(len(mode.sides)):
        for h in mode.sliding(j):
            found += [Guard("plus", j, h), Guard("minus", j, h)]
        if mode.sliding(j) and outputs == 1:
            found.append(Guard("turn", j))
    return found + [Guard("rest", j, h) for j, h in mode.rests]


def _push_back(data: DoubleData, mode: Mode, j: int, h: int) -> np.ndarray:
    """Return the factors of v_j.e_k in what pushes a resting neuron back to a kink, from its far side."""
    side = mode.sides[j][h]
    return side * (data.minus if side > 0 else data.plus)[h]


def expand(field: DoubleField, state: np.ndarray) -> list[Expansion]:
    """Return all guards of a mode with their first Taylor coefficients at a state."""
    from numerics.flow.double.series import network_series

    data, mode, c = field.data, field.mode, field.data.network.outputs
    w, v, e = network_series(field, state, ORDER)
    found = []
    for j, sides in enumerate(mode.sides):
        size = np.abs(w[:, j]) @ np.abs(data.directions.T)
        # where w (or a residual) vanishes, so does what is added up: rounding is measured by what stays
        weight = np.abs(w[0, j]).sum() + np.abs(v[0, j]).sum()
        size[0] = weight * np.abs(data.directions).max(axis=1, initial=0.0)
        z = w[:, j] @ data.directions.T
        for h, side in enumerate(sides):
            if side != 0 and (j, h) not in mode.rests:
                found.append(Expansion(Guard("kink", j, h), (side * z[:, h]).tolist(), size[:, h].tolist()))
        kinks = list(mode.sliding(j))
        resting = [h for i, h in mode.rests if i == j]
        if not kinks and not resting:
            continue
        turned = mode.turned[j]
        push = (
            turned * e[:, :, 0]
            if c == 1
            else np.array([sum(e[i] @ v[k - i, j] for i in range(k + 1)) for k in range(ORDER + 1)])
        )
        solve = np.linalg.pinv(data.directions[kinks].T) @ (data.x * field.gates[j][:, None]).T
        rooms = [(Guard("rest", j, h), _push_back(data, mode, j, h)) for h in resting]
        for i, h in enumerate(kinks):
            rooms += [(Guard("plus", j, h), -solve[i] - data.plus[h]), (Guard("minus", j, h), solve[i] + data.minus[h])]
        for guard, room in rooms:
            sizes = np.abs(push).max(axis=1) * np.abs(room).sum()
            found.append(Expansion(guard, (push @ room).tolist(), sizes.tolist()))
        if c == 1 and kinks:
            sizes = np.abs(v[:, j, 0])
            sizes[0] += np.abs(w[0, j]).sum()
            found.append(Expansion(Guard("turn", j), (turned * v[:, j, 0]).tolist(), sizes.tolist()))
    return found
