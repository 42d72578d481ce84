"""What a method of stepping in doubles offers to the driver: steps, their dense output and their local errors."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np


class Basis(NamedTuple):
    """The functions that the p rows ``F`` of a step multiply, on [0, 1]: coefficients (q, p) of the monomials, and of
    the Bernstein polynomials of the same degree."""

    monomial: np.ndarray
    bernstein: np.ndarray


class Stepper(Protocol):
    """A stretch being integrated in one mode.

    ``step`` makes one step and returns an empty text, or why there is none; ``dense`` gives that step as an object with
    ``t_old``, ``h``, ``t``, ``y_old`` (N,), ``F`` (p, N) and a call that takes one time or several; ``error`` gives
    what `Method.local` wants to know of it.
    """

    @property
    def time(self) -> float:
        """The time reached."""
        ...

    @property
    def state(self) -> np.ndarray:
        """The state (N,) there."""
        ...

    @property
    def velocity(self) -> np.ndarray:
        """The velocity (N,) there."""
        ...

    @property
    def running(self) -> bool:
        """Whether the end is not reached."""
        ...

    @property
    def length(self) -> float:
        """The length proposed for the next step."""
        ...

    def step(self) -> str:
        """Make one step."""
        ...

    def dense(self) -> Any:
        """Return the step just made."""
        ...

    def error(self) -> np.ndarray:
        """Return what is needed to estimate the error of the step just made."""
        ...


class Method(Protocol):
    """A way to integrate in doubles; ``local`` takes the errors, the lengths (s,) and the states (s, N) after steps."""

    @property
    def engine(self) -> str:
        """The name of the engine."""
        ...

    @property
    def basis(self) -> Basis:
        """The basis of its dense output."""
        ...

    @property
    def accuracy(self) -> float:
        """The relative error of its dense output and of event times."""
        ...

    @property
    def rows(self) -> int:
        """The vectors that a step keeps."""
        ...

    @property
    def probes(self) -> tuple[float, ...]:
        """The places in a step, 0 for its start, at which the growth of errors is looked at."""
        ...

    def begin(self, field: Any, time: float, state: np.ndarray, end: float, first: float | None) -> Stepper:
        """Return a stepper for one mode; ``first`` is the length of the first step, if known."""
        ...

    def local(self, errors: np.ndarray, lengths: np.ndarray, states: np.ndarray) -> np.ndarray:
        """Return the Euclidean local errors (s,)."""
        ...
