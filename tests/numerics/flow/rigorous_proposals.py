"""Flows with known answers, proposals for them, and whether an exact or far better state is inside an enclosure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from flint import arb

from numerics.flow.hybrid.integrate import network_by_taylor
from numerics.flow.network import Network
from numerics.flow.program import Program, ProgramBuilder
from numerics.flow.rigorous.enclosure import Enclosure
from numerics.flow.rigorous.precision import working_precision
from numerics.flow.rigorous.validate import validate
from numerics.flow.solution import FlowResult, Segment
from numerics.flow.taylor.solve import solve
from tests.numerics.flow.problems import random_labels


@lru_cache(maxsize=64)
def proposal(seed: int, digits: int, until: int = 6, loss: str = "squared") -> FlowResult:
    """A trajectory of a random network, proposed with so many digits."""
    return network_by_taylor(random_labels(seed, loss=loss), [Fraction(until)], digits)


@lru_cache(maxsize=64)
def proved(seed: int, digits: int, until: int = 6, loss: str = "squared") -> Enclosure:
    """The proof of a proposal."""
    network, found = random_labels(seed, loss=loss), proposal(seed, digits, until, loss)
    return validate(found.segments, network, None, network.state(), None, Fraction(until), 0)


def prove(network: Network, segments: Sequence[Segment], until: int = 6) -> Enclosure:
    """The proof of a changed proposal."""
    return validate(segments, network, None, network.state(), None, Fraction(until), 0)


def prove_field(
    program: Program, start: Sequence[Fraction], until: Fraction, half_widths: Sequence[Fraction] | None = None,
    digits: int = 20,
) -> Enclosure:
    """The proof of a field of the user."""
    found = solve(program, start, [until], digits)
    return validate(found.segments, None, program, start, half_widths, until, 0)


def inside(outer: Sequence[arb], inner: Sequence[arb]) -> bool:
    """Return whether each ball meets the other: false only if the truth, which is in ``inner``, is not in ``outer``."""
    with working_precision(1000):
        return all(a.overlaps(b) for a, b in zip(outer, inner, strict=True))


def pair(rate: Fraction) -> Program:
    """``p' = rate v, v' = rate p``: (p + v) grows like exp(rate t), (p - v) decays."""
    builder = ProgramBuilder(["p", "v"])
    return builder.program([builder.linear([(1, rate)]), builder.linear([(0, rate)])])


def pair_at(rate: Fraction, start: Sequence[Fraction], time: Fraction) -> list[arb]:
    """The closed form of `pair`."""
    with working_precision(600):
        u = arb(rate.numerator * time.numerator) / (rate.denominator * time.denominator)
        p, v = (arb(x.numerator) / x.denominator for x in start)
        return [p * u.cosh() + v * u.sinh(), v * u.cosh() + p * u.sinh()]


def logistic() -> Program:
    """``x' = x - x**2``."""
    builder = ProgramBuilder(["x"])
    return builder.program([builder.linear([(0, Fraction(1)), (builder.product(0, 0), Fraction(-1))])])


def logistic_at(start: Fraction, time: Fraction) -> list[arb]:
    """The closed form of `logistic`."""
    with working_precision(600):
        x = arb(start.numerator) / start.denominator
        return [1 / (1 + (1 / x - 1) * (-arb(time.numerator) / time.denominator).exp())]


def logarithm() -> Program:
    """``u' = exp(-u)`` with the exponential adjoined: ``u = log(exp(u0) + t)``."""
    builder = ProgramBuilder(["u"], 1)
    decay = builder.adjoin("E", "exp", [builder.linear([(0, Fraction(-1))])])
    return builder.program([decay, builder.linear([(builder.product(decay, decay), Fraction(-1))])])


def logarithm_at(start: Fraction, time: Fraction) -> list[arb]:
    """The closed form of `logarithm`."""
    with working_precision(600):
        return [((arb(start.numerator) / start.denominator).exp() + arb(time.numerator) / time.denominator).log()]
