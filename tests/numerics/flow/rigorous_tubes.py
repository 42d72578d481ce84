"""The first step of a random network, measured, with tubes around it and points in them."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from numerics.flow.rigorous.growth import Inputs
from numerics.flow.rigorous.step import Failure, Measured, Plans, step_of
from numerics.flow.rigorous.subspace import System, system_of
from numerics.flow.rigorous.tube import Tube, network_tube
from tests.numerics.flow.problems import random_labels
from tests.numerics.flow.rigorous_proposals import proposal


def measured_start(loss: str = "squared", seed: int = 3, sliding: bool = False) -> tuple[System, Measured]:
    """The first step of a random network, or the first in which a neuron slides."""
    network = random_labels(seed, loss=loss)
    for segment in proposal(seed, 20, 4, loss).segments:
        assert segment.mode is not None
        if not sliding or any(0 in row for row in segment.mode.sides):
            system = system_of(network, segment.mode)
            piece = segment.pieces[0]
            return system, Plans(system, piece.bits + 16).measure(step_of(piece))
    raise AssertionError("no neuron slides")


def tube_of(system: System, measured: Measured, drop: int, first: int = 0) -> Tube | Failure:
    """The tube that starts with a radius of ``2**-drop`` and adjoined states with errors of ``first`` units."""
    assert system.network is not None
    errors = [first] * len(system.program.adjoined)
    return network_tube(system, Inputs(system.network), measured, 1 << (measured.unit - drop), errors)


def norm(values: list[Fraction]) -> Fraction:
    return sum((value * value for value in values), Fraction(0))


def nearby(measured: Measured, tube: Tube, random: Random, size: int) -> tuple[list[Fraction], list[Fraction]]:
    """A point of the polynomials, and one at the edge of the tube (to 1 in 1000)."""
    s = Fraction(random.randint(0, 100), 100)
    step = measured.step
    point = [sum((c * s**k for k, c in enumerate(row)), Fraction(0)) / 2**step.bits for row in step.rows]
    aim = [Fraction(random.randint(-9, 9)) if random.random() < 0.5 else Fraction(0) for _ in range(size)]
    aim[random.randrange(size)] = Fraction(9)
    length = Fraction(int(float(norm(aim)) ** 0.5 * 1001) + 1, 1000)
    far = Fraction(tube.radius, 1 << tube.unit)
    return point, [value + far * a / length for value, a in zip(point, aim, strict=False)]
