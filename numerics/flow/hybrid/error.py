"""An estimate of the error of a Taylor flow through events, in doubles."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from numerics.flow.double.error import network_growth
from numerics.flow.double.field import DoubleField, double_data, double_field
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network
from numerics.flow.solution import Piece

UNITS = 16.0  # units of the last place a step may be wrong by, a state


class ErrorEstimate:
    """The logarithm of the estimated Euclidean error, step by step (a double could underflow)."""

    def __init__(self, network: Network, bits: int) -> None:
        """Return the estimate at the start."""
        self.data = double_data(network)
        self.bits = bits
        size = len(network.state_names())
        self.unit = float(np.log(UNITS * np.sqrt(size))) - bits * float(np.log(2.0))
        self.log = self.unit
        self.rate = 0.0
        self.field: DoubleField | None = None

    def enter(self, mode: Mode, state: Sequence[int]) -> None:
        """Begin a segment."""
        self.field = double_field(self.data, mode)
        self.rate = self._rate(state)

    def step(self, piece: Piece, state: Sequence[int]) -> None:
        """Take a piece into account, at the end of which the state is given."""
        rate = self._rate(state)
        length = float(piece.used * abs(piece.length))
        self.log = float(np.logaddexp(self.log + max(rate, self.rate) * length, self.unit))
        self.rate = rate

    def jump(self, before: Mode, after: Mode, state: Sequence[int], guards: Sequence[Guard]) -> None:
        """Take an event into account, by ``1 + |f+ - f-| |u| / |u.f-|``, which bounds the saltation."""
        values = self._doubles(state)
        old_field = double_field(self.data, before)
        old, new = old_field(0.0, values), double_field(self.data, after)(0.0, values)
        for guard in guards:
            if guard.kind != "kink":
                continue
            u = self.data.directions[guard.kink]
            rate = abs(float(u @ old_field.split(old)[0][guard.neuron]))
            change = float(np.linalg.norm(new - old) * np.linalg.norm(u))
            if change > 0:
                self.log += float(np.log1p(change / max(rate, 1e-15 * change)))

    def at(self, gone: Fraction) -> Fraction:
        """Return the error after a part of the next piece has gone, a time later."""
        log = float(np.logaddexp(self.log + self.rate * float(gone), self.unit))
        tens = int(log // np.log(10.0))
        return Fraction(float(np.exp(log - tens * np.log(10.0)))) * Fraction(10) ** tens

    def _doubles(self, state: Sequence[int]) -> np.ndarray:
        size = self.data.network.width * (self.data.network.dimension + self.data.network.outputs)
        return np.array([float(Fraction(value, 1 << self.bits)) for value in state[:size]])

    def _rate(self, state: Sequence[int]) -> float:
        assert self.field is not None
        with np.errstate(all="ignore"):
            values = self._doubles(state)[None]
            found = float(network_growth(self.data, self.field.gates, self.field.residual, values)[0])
        return found if np.isfinite(found) else 1e3
