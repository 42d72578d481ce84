"""SciPy's DOP853 as a method of stepping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import DOP853

from numerics.flow.double.error import local_errors
from numerics.flow.double.method import Basis
from numerics.flow.events.roots import bernstein_matrix


def interpolant_matrix() -> np.ndarray:
    """Return the monomial coefficients (8, 7) of the functions that the seven rows of a DOP853 interpolant multiply.

    Examples
    --------
    >>> interpolant_matrix()[:, 0].tolist()
    [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    found = np.zeros((8, 7))
    here = np.array([1.0])
    for i in range(7):
        here = np.convolve(here, [0.0, 1.0] if i % 2 == 0 else [1.0, -1.0])
        found[: len(here), i] = here
    return found


MONOMIAL = interpolant_matrix()
BERNSTEIN = bernstein_matrix(7) @ MONOMIAL
BASIS = Basis(MONOMIAL, BERNSTEIN)


@dataclass(frozen=True)
class Dop853:
    """DOP853 with a relative and an absolute ``tolerance``.

    Examples
    --------
    >>> steps = Dop853((1e-9, 1e-11)).begin(lambda time, state: -state, 0.0, np.ones(1), 1.0, None)
    >>> steps.step(), bool(0.0 < steps.time <= 1.0)
    ('', True)
    """

    tolerance: tuple[float, float]
    engine: str = "scipy"
    basis: Basis = BASIS
    rows: int = 10
    probes: tuple[float, ...] = (0.0,)

    @property
    def accuracy(self) -> float:
        """The relative tolerance, which the interpolant keeps to."""
        return self.tolerance[0]

    def begin(self, field: Callable, time: float, state: np.ndarray, end: float, first: float | None) -> Dop853Steps:
        """Return a stepper."""
        first = None if first is None else min(first, end - time)
        relative, absolute = self.tolerance
        return Dop853Steps(DOP853(field, time, state, end, rtol=relative, atol=absolute, first_step=first))

    def local(self, errors: np.ndarray, lengths: np.ndarray, states: np.ndarray) -> np.ndarray:
        """Return the local errors."""
        return local_errors(errors, lengths, states)


class Dop853Steps:
    """The steps of one stretch."""

    def __init__(self, solver: DOP853) -> None:
        """Wrap a solver at its start."""
        self.solver: Any = solver
        self.both = np.stack([self.solver.E5, self.solver.E3])

    @property
    def time(self) -> float:
        """The time reached."""
        return self.solver.t

    @property
    def state(self) -> np.ndarray:
        """The state there."""
        return self.solver.y

    @property
    def velocity(self) -> np.ndarray:
        """The velocity there."""
        return self.solver.f

    @property
    def running(self) -> bool:
        """Whether the end is not reached."""
        return self.solver.status == "running"

    @property
    def length(self) -> float:
        """The length proposed for the next step."""
        return self.solver.h_abs

    def step(self) -> str:
        """Make one step."""
        message = self.solver.step()
        return (message or "no step") if self.solver.status == "failed" else ""

    def dense(self) -> Any:
        """Return the interpolant."""
        return self.solver.dense_output()

    def error(self) -> np.ndarray:
        """Return the embedded error vectors (2, N) of order 5 and 3."""
        return self.both @ self.solver.K[: self.both.shape[1]]
