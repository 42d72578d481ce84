"""A concrete network with exact data: what a flow starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

Vector = tuple[Fraction, ...]
LOSSES = ("squared", "logistic", "exponential", "softmax")


@dataclass(frozen=True)
class Network:
    """``f(x) = sum_j v_j relu(w_j.x)`` with its data, all numbers exact.

    Parameters
    ----------
    x : (n, d) inputs.    y : (n, c) labels, for softmax class probabilities.
    w : (m, d) input weights at the start.    v : (m, c) read-outs at the start.
    loss : squared, logistic, exponential (one output each for the last two) or softmax (two outputs or more).
    gates : "relu", or "on" for the linear cell, in which every gate is on for ever.
    relu_at_zero : the derivative of relu at 0 that descent uses, 0 or 1; the flow does not depend on it.

    Raises
    ------
    ValueError
        When shapes or names do not fit.
    """

    x: tuple[Vector, ...]
    y: tuple[Vector, ...]
    w: tuple[Vector, ...]
    v: tuple[Vector, ...]
    loss: str = "squared"
    gates: str = "relu"
    relu_at_zero: int = 0

    def __post_init__(self) -> None:
        for name in ("x", "y", "w", "v"):
            rows = getattr(self, name)
            if not rows or not rows[0]:
                raise ValueError(f"network: {name} is empty; give at least one row of at least one number")
            if any(len(row) != len(rows[0]) for row in rows):
                raise ValueError(f"network: the rows of {name} have different lengths")
        if len(self.x) != len(self.y) or len(self.w) != len(self.v):
            raise ValueError(
                f"network: x, y need one row a sample and w, v one a neuron; got {len(self.x)}, {len(self.y)} and "
                f"{len(self.w)}, {len(self.v)}"
            )
        if len(self.x[0]) != len(self.w[0]) or len(self.y[0]) != len(self.v[0]):
            raise ValueError("network: x and w need equal row lengths (inputs), y and v too (outputs)")
        if self.loss not in LOSSES:
            raise ValueError(f"network: unknown loss={self.loss!r}; use one of {', '.join(LOSSES)}")
        if self.loss in ("logistic", "exponential") and self.outputs != 1:
            raise ValueError(f"network: the {self.loss} loss has one output, got {self.outputs}; use squared")
        if self.loss == "softmax" and self.outputs < 2:
            raise ValueError("network: the softmax loss needs two outputs or more; use logistic for one")
        if self.gates not in ("relu", "on"):
            raise ValueError(f"network: gates={self.gates!r} must be 'relu' or 'on'")
        if self.relu_at_zero not in (0, 1):
            raise ValueError(f"network: relu_at_zero={self.relu_at_zero!r} must be 0 or 1")

    @property
    def width(self) -> int:
        """The number m of neurons."""
        return len(self.w)

    @property
    def dimension(self) -> int:
        """The number d of inputs."""
        return len(self.x[0])

    @property
    def samples(self) -> int:
        """The number n of samples."""
        return len(self.x)

    @property
    def outputs(self) -> int:
        """The number c of outputs."""
        return len(self.v[0])

    @cached_property
    def kinks(self) -> tuple[Kink, ...]:
        """The hyperplanes ``w.x_k = 0``, one for all samples on a line through zero; none in the linear cell."""
        if self.gates == "on":
            return ()
        places: dict[Vector, list[tuple[int, Fraction]]] = {}
        for k, row in enumerate(self.x):
            first = next((value for value in row if value != 0), None)
            if first is not None:
                places.setdefault(tuple(value / first for value in row), []).append((k, first))
        # the direction is that of the first sample on the line, so that its positive side is that sample's gate
        return tuple(
            Kink(self.x[members[0][0]], tuple((k, factor / members[0][1]) for k, factor in members))
            for members in places.values()
        )

    def state(self) -> Vector:
        """Return the start as one vector: w row by row, then v row by row."""
        return tuple(value for row in (*self.w, *self.v) for value in row)

    def state_names(self) -> tuple[str, ...]:
        """Return the names of the entries of `state`, as in claims."""
        names = [f"w[{j},{i}]" for j in range(self.width) for i in range(self.dimension)]
        if self.outputs == 1:
            return (*names, *(f"v[{j}]" for j in range(self.width)))
        return (*names, *(f"v[{j},{a}]" for j in range(self.width) for a in range(self.outputs)))


@dataclass(frozen=True)
class Kink:
    """A hyperplane ``w.direction = 0`` and the samples ``x_k = factor * direction`` on its normal, as (k, factor)."""

    direction: Vector
    members: tuple[tuple[int, Fraction], ...]

    def active(self, side: int) -> tuple[tuple[int, Fraction], ...]:
        """Return the samples whose gate is on where ``w.direction`` has the sign ``side``; none for 0 (sliding)."""
        return tuple(member for member in self.members if member[1] * side > 0)


def exact_rows(rows: Sequence[Sequence[object]]) -> tuple[Vector, ...]:
    """Return rows of numbers exactly: integers, fractions, decimal texts or "p/q"; a double counts by its binary value.

    Examples
    --------
    >>> exact_rows([["0.1", 2]])
    ((Fraction(1, 10), Fraction(2, 1)),)
    """
    from numerics.exact_race.lines import to_rational

    return tuple(tuple(to_rational(value) for value in row) for row in rows)
