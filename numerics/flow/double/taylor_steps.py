"""heyoka's Taylor steps as a method of stepping: one compiled integrator serves every mode of all networks of a shape.

A mode is in the parameters alone: inputs times gates, projected off the kinks on which a neuron slides.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from numerics.flow.double.field import DoubleField
from numerics.flow.double.method import Basis
from numerics.flow.events.roots import bernstein_matrix
from numerics.flow.fast.heyoka_field import field_expressions, import_heyoka
from numerics.flow.network import Network

LARGEST_FIELD = 40_000  # m d n c, which compiles in seconds
EPSILON = 2.0**-52
LAST_RATIO = np.exp(-2.0)  # of one term of the series to the one before, as heyoka chooses its steps
SHORTEST = 10  # spacings of doubles


@lru_cache(maxsize=16)
def compiled_flow(m: int, d: int, n: int, c: int, loss: str) -> Any:
    """Return heyoka's integrator for networks of one shape; states are w row by row, then v row by row.

    Raises
    ------
    ValueError
        When heyoka is not installed.

    Examples
    --------
    >>> compiled_flow.__name__
    'compiled_flow'
    """
    hy = import_heyoka("integrate", "scipy")
    field = field_expressions(hy, m, d, n, c, loss, scaled=True)
    pairs = [*field.w, *(field.v[a * m + j] for j in range(m) for a in range(c))]
    # compact: compiles in a tenth of the time, and a step still costs less than looking for events in it
    return hy.taylor_adaptive(pairs, np.zeros(len(pairs)), compact_mode=True)


def heyoka_method(network: Network) -> HeyokaTaylor:
    """Return the method for a network.

    Raises
    ------
    ValueError
        When heyoka is not installed, or the network is too large to compile.

    Examples
    --------
    >>> heyoka_method.__name__
    'heyoka_method'
    """
    m, d, n, c = network.width, network.dimension, network.samples, network.outputs
    if m * d * n * c > LARGEST_FIELD:
        raise ValueError(
            f"integrate: engine='heyoka' compiles at most m*d*n*c = {LARGEST_FIELD}, got {m * d * n * c}; "
            "use engine='scipy'"
        )
    integrator = copy.copy(compiled_flow(m, d, n, c, network.loss))
    order = integrator.order
    # the rows of a step are the coefficients of s, s**2, ...
    monomial = np.vstack([np.zeros(order), np.eye(order)])
    return HeyokaTaylor(integrator, Basis(monomial, bernstein_matrix(order) @ monomial), order + 2)


@dataclass
class TaylorStep:
    """The polynomial ``y_old + sum_k F_k s**(k+1)`` on ``s = (t - t_old)/h``; it counts up to ``t``.

    Examples
    --------
    >>> TaylorStep(1.0, 2.0, 3.0, np.array([1.0]), np.array([[4.0], [8.0]]))(np.array([1.0, 2.0, 3.0])).tolist()
    [[1.0, 5.0, 13.0]]
    """

    t_old: float
    h: float
    t: float
    y_old: np.ndarray
    F: np.ndarray

    def __call__(self, time: float | np.ndarray) -> np.ndarray:
        """Return the state (N,) at a time, or (N, times) at several."""
        s = (np.asarray(time) - self.t_old) / self.h
        rows = self.F if s.ndim == 0 else self.F[:, :, None]
        found = rows[-1] * s
        for row in rows[-2::-1]:
            found = (found + row) * s
        return found + (self.y_old if s.ndim == 0 else self.y_old[:, None])


@dataclass(frozen=True)
class HeyokaTaylor:
    """Taylor steps of an order at which nothing but rounding is lost."""

    integrator: Any
    basis: Basis
    rows: int
    engine: str = "heyoka"
    accuracy: float = 1e-14
    probes: tuple[float, ...] = (0.0, 0.5, 1.0)  # steps are long

    def begin(self, field: DoubleField, time: float, state: np.ndarray, end: float, first: float | None) -> HeyokaSteps:
        """Return a stepper; the length of its first step is not taken from ``first``."""
        return HeyokaSteps(self.integrator, field, time, state, end)

    def local(self, errors: np.ndarray, lengths: np.ndarray, states: np.ndarray) -> np.ndarray:
        """Return the local errors, which the steps have."""
        return errors


class HeyokaSteps:
    """The steps of one stretch.

    heyoka's tolerance is absolute for states below 1: they are given to it in units of their largest number.
    """

    def __init__(self, integrator: Any, field: DoubleField, time: float, state: np.ndarray, end: float) -> None:
        """Write the mode into the parameters."""
        self.integrator, self.field, self.end = integrator, field, end
        self.time, self.state, self.length = time, state, 0.0
        self.last: TaylorStep | None = None
        network = field.data.network
        gated = field.gates.T[:, :, None] * field.data.x[:, None, :]
        for j, basis in field.bases:
            gated[:, j] -= (gated[:, j] @ basis) @ basis.T
        size = gated.size
        integrator.pars[:size] = gated.reshape(-1)
        integrator.pars[size : size + network.samples * network.outputs] = field.data.y.T.reshape(-1)

    @property
    def velocity(self) -> np.ndarray:
        """The velocity there."""
        return self.field(self.time, self.state)

    @property
    def running(self) -> bool:
        """Whether the end is not reached."""
        return self.time < self.end

    def step(self) -> str:
        """Make one step."""
        unit = float(np.abs(self.state).max()) or 1.0
        left = self.end - self.time
        self.integrator.state[:] = self.state / unit
        self.integrator.pars[-1] = unit * unit
        _, length = self.integrator.step(max_delta_t=left, write_tc=True)
        last = length >= left
        if not (last or length > SHORTEST * np.spacing(self.time)):
            return f"a step of length {length:.3g}"
        powers = unit * length ** np.arange(1, self.integrator.order + 1)
        rows = self.integrator.tc[:, 1:].T * powers[:, None]
        now = self.end if last else self.time + length
        self.last = TaylorStep(self.time, length, now, self.state, rows)
        self.time, self.state, self.length = now, self.state + rows[::-1].sum(axis=0), length
        return ""

    def dense(self) -> TaylorStep:
        """Return the step just made."""
        if self.last is None:
            raise ValueError("dense: no step was made; call step first")
        return self.last

    def error(self) -> np.ndarray:
        """Return the estimate of the local error: what the series leaves out, and rounding."""
        sizes = np.linalg.norm(self.dense().F, axis=1)
        left_out = max(sizes[-1], LAST_RATIO * sizes[-2])
        return np.array(left_out + 4 * EPSILON * (np.linalg.norm(self.dense().y_old) + sizes.sum()))
