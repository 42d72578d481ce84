"""What a claim needs of an enclosed trajectory: stretches of time on which states are polynomials with a radius."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from flint import arb, arb_poly, fmpq


@dataclass(frozen=True, eq=False)
class Stretch:
    """Enclosures for ``start <= t <= stop``: state ``name`` at ``t = origin + scale*s`` lies in ``states[name](s)``.

    The radius of an enclosure sits in the constant coefficient: at every time the true state is the value of some
    polynomial inside the ball polynomial, not always the same one. ``zero`` names the pairs (neuron, sample) with
    ``w_j.x_k = 0`` on the whole stretch (sliding). A stretch with ``start == stop`` is a single time, ``known`` its
    state where that is known exactly.
    """

    start: Fraction
    stop: Fraction
    states: Mapping[str, arb_poly]
    origin: Fraction = Fraction(0)
    scale: Fraction = Fraction(1)
    zero: frozenset[tuple[int, int]] = frozenset()
    known: Mapping[str, Fraction] | None = None


@dataclass(frozen=True, eq=False)
class Path:
    """A trajectory enclosed up to ``reached``, with what the scope of a verdict says about it.

    Parameters
    ----------
    stretches : in order of time, without gaps (flow) or one a step (descent).
    until : the last time asked for.    reached : the last time enclosed.    reason : why it ended early, or empty.
    exact : states known exactly, by time.    discrete : whether time is a number of steps.
    bits : the working precision to evaluate with.    method, facts : words for the scope.

    Raises
    ------
    ValueError
        When the stretches leave out a time between 0 and ``reached``.
    """

    stretches: tuple[Stretch, ...]
    until: Fraction
    reached: Fraction
    reason: str = ""
    exact: Mapping[Fraction, Mapping[str, Fraction]] = field(default_factory=dict)
    discrete: bool = False
    bits: int = 128
    method: str = ""
    facts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a path with a gap: claims for all times are decided stretch by stretch."""
        end = Fraction(-1 if self.discrete else 0)
        for stretch in self.stretches:
            if stretch.start > end + self.discrete or stretch.stop < stretch.start:
                break
            end = max(end, stretch.stop)
        if max(end, Fraction(0)) < self.reached:
            raise ValueError(f"Path: nothing encloses the trajectory after t = {float(max(end, Fraction(0))):.12g}")

    def at(self, time: Fraction) -> Stretch | None:
        """Return a stretch that contains the time, None when the enclosure does not reach it."""
        place = bisect_left(self.stretches, time, key=lambda stretch: stretch.stop)
        if place == len(self.stretches) or self.stretches[place].start > time:
            return None
        return self.stretches[place]


def ball_of(value: Fraction) -> arb:
    """Return a ball around an exact number, at the current precision.

    Examples
    --------
    >>> bool(ball_of(Fraction(1, 4)) == 0.25)
    True
    """
    return arb(fmpq(value.numerator, value.denominator))


def between(low: Fraction, high: Fraction) -> arb:
    """Return a ball that contains every number between the two.

    Examples
    --------
    >>> between(Fraction(0), Fraction(1)).contains(arb("0.5"))
    True
    """
    return ball_of(low) if low == high else ball_of(low).union(ball_of(high))


def constant_states(names: Sequence[str], values: Sequence[arb]) -> dict[str, arb_poly]:
    """Return states that are the same ball at every time of a stretch."""
    return {name: arb_poly([value]) for name, value in zip(names, values, strict=True)}
