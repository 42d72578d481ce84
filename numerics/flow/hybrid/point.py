"""A Taylor state as numbers of an mpmath field, and the programs and steppers of the modes met."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any

import mpmath

from numerics.exact_race.fields import FloatField
from numerics.exact_race.lines import dot
from numerics.flow.events.at_event import Point
from numerics.flow.field import network_program
from numerics.flow.hybrid.guards import Watched
from numerics.flow.hybrid.local_series import LocalGuards
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network
from numerics.flow.program import Program
from numerics.flow.taylor.stepper import Stepper

MODES_KEPT = 64


class ModeCache:
    """One stepper a mode, made when first needed; the oldest are dropped."""

    def __init__(self, network: Network, digits: int, guard: int) -> None:
        """Return an empty cache for a network at a precision."""
        self.network, self.digits, self.guard = network, digits, guard
        self.known: dict[Mode, Watched] = {}
        self.programs: dict[Mode, Program] = {}
        self.expanded: dict[Mode, LocalGuards] = {}
        self.guess: float | None = None

    def program(self, mode: Mode) -> Program:
        """Return the program of a mode."""
        if mode not in self.programs:
            _make_room(self.programs)
            self.programs[mode] = network_program(self.network, mode)
        return self.programs[mode]

    def local(self, mode: Mode) -> LocalGuards:
        """Return the guards of a mode, to be expanded at a point."""
        if mode not in self.expanded:
            _make_room(self.expanded)
            self.expanded[mode] = LocalGuards(self.program(mode))
        return self.expanded[mode]

    def watched(self, mode: Mode) -> Watched:
        """Return the guards of a mode, with its stepper."""
        if mode not in self.known:
            _make_room(self.known)
            self.known[mode] = Watched(Stepper(self.program(mode), self.digits, guard=self.guard))
        found = self.known[mode]
        if self.guess is not None:
            found.stepper.guess = self.guess
        return found

    def first(self, mode: Mode, fired: Sequence[Guard]) -> Stepper:
        """Return a stepper with which to read the start, where kinks at zero have no side yet."""
        if fired:
            # any sides give the same states; sliding ones might be dependent
            mode = Mode(tuple(tuple(side or -1 for side in row) for row in mode.sides), mode.turned, mode.rests)
        return self.watched(mode).stepper

    def any(self) -> Stepper:
        """Return some stepper: all read a piece alike."""
        return next(iter(self.known.values())).stepper


def _make_room(kept: dict[Mode, Any]) -> None:
    if len(kept) >= MODES_KEPT:
        del kept[next(iter(kept))]


class Working:
    """What events at one precision share."""

    def __init__(self, network: Network, cache: ModeCache) -> None:
        """Return the working numbers of a network."""
        self.network, self.cache = network, cache
        self.field = FloatField(cache.digits)
        self.bits = 0
        self.members: list[list[tuple[int, Any]]] = []
        self.directions: list[list[Any]] = []

        @functools.cache
        def gram(a: int, b: int) -> Any:
            return self.number(dot(network.kinks[a].direction, network.kinks[b].direction))

        self.gram = gram

    def precision(self) -> AbstractContextManager:
        """Return a context that sets mpmath to the bits of the steppers, restored at its end."""
        self.bits = self.cache.any().bits
        return mpmath.workprec(self.bits + 32)

    def number(self, value: Fraction) -> Any:
        """Return a fraction as an mpmath number."""
        return mpmath.mpf(value.numerator) / value.denominator


def point_at(working: Working, state: Sequence[int]) -> Point:
    """Return a Taylor state as a point at which modes are settled; call within ``working.precision()``."""
    network = working.network
    values = [mpmath.ldexp(mpmath.mpf(value), -working.bits) for value in state]
    m, d, c = network.width, network.dimension, network.outputs
    w = [values[j * d : (j + 1) * d] for j in range(m)]
    v = [values[m * d + j * c : m * d + (j + 1) * c] for j in range(m)]
    if not working.members:
        working.members = [[(k, working.number(f)) for k, f in kink.members] for kink in network.kinks]
        working.directions = [[working.number(value) for value in kink.direction] for kink in network.kinks]
    return Point(
        network, working.field, w, v, _residuals(working, w, v), working.gram, working.members,
        lambda j: [mpmath.fdot(w[j], u) for u in working.directions],
        [max(map(abs, u)) for u in working.directions],
        lambda mode: working.cache.local(mode).expansions(state, working.bits),
    )  # fmt: skip


def _residuals(working: Working, w: list[list[Any]], v: list[list[Any]]) -> list[list[Any]]:
    """Return e from the definition of the network, which no gate enters where w.x = 0."""
    network, number = working.network, working.number
    found = []
    for x, y in zip(network.x, network.y, strict=True):
        inputs, labels = [number(value) for value in x], [number(value) for value in y]
        z = [mpmath.fdot(row, inputs) for row in w]
        if network.gates == "relu":
            z = [max(value, mpmath.mpf(0)) for value in z]
        f = [mpmath.fsum(z[j] * v[j][a] for j in range(len(w))) for a in range(network.outputs)]
        if network.loss == "squared":
            found.append([b - a for a, b in zip(f, labels, strict=True)])
        elif network.loss == "softmax":
            powers = [mpmath.exp(value - max(f)) for value in f]
            found.append([b - p / mpmath.fsum(powers) for p, b in zip(powers, labels, strict=True)])
        else:
            growth = mpmath.exp(labels[0] * f[0])
            found.append([labels[0] / (1 + growth if network.loss == "logistic" else growth)])
    return found


