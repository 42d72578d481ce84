"""How far a network's flow is from the polynomials of a step: defect, logarithmic norm, and a bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from numerics.flow.rigorous.adjoined import drifts, slopes_in_tube
from numerics.flow.rigorous.amounts import FINE, ceil_div, exponential_up, norm_up
from numerics.flow.rigorous.growth import BITS, Inputs, correlation_bound, shift_bound
from numerics.flow.rigorous.step import Failure, Measured
from numerics.flow.rigorous.subspace import System

ROUNDS = 12


@dataclass(frozen=True)
class Span:
    """From ``s = first`` on ``|x - p(s)| <= exp(mu*length*(s - first)) * (start + (s - first)*defect)``."""

    first: Fraction
    start: int
    mu: Fraction


@dataclass(frozen=True)
class Tube:
    """How far the flow is from the polynomials of a step, units ``2**-unit``: ``radius`` bounds it on the whole step,
    ``end`` at its end, ``spans`` tell it in between; ``loose`` bounds the error of each adjoined state."""

    unit: int
    length: Fraction
    defect: int
    spans: tuple[Span, ...]
    radius: int
    end: int
    loose: tuple[int, ...] = ()

    def at(self, s: Fraction) -> int:
        """Return the bound at a part of the step."""
        span = next(entry for entry in reversed(self.spans) if entry.first <= s)
        found = grown(span, self.defect, self.length, s)
        return self.radius if found is None else min(self.radius, found)


def grown(span: Span, defect: int, length: Fraction, s: Fraction) -> int | None:
    """Return the bound of a span at ``s``; None when it is beyond all measure."""
    far = s - span.first
    factor = exponential_up(span.mu * length * far)
    if factor is None:
        return None
    new = ceil_div(defect * far.numerator, far.denominator)
    # int_0^t exp(mu (t - r)) dr <= t max(1, exp(mu t))
    return ceil_div(span.start * factor + new * max(factor, 1 << FINE), 1 << FINE)


def network_tube(system: System, inputs: Inputs, measured: Measured, start: int, first: list[int]) -> Tube | Failure:
    """Return the tube of a step that starts within ``start`` of its polynomials; ``first`` bounds the error of the
    adjoined states at its start, as functions of the polynomials."""
    unit = measured.unit
    step = measured.step
    program = system.program
    own = norm_up(measured.defect[: program.size])
    drift = drifts(system, inputs, measured, own, first)
    if isinstance(drift, Failure):
        return drift
    spots = [place for row in system.residuals for place in row]
    pairs = measured.values.ranges(spots, BITS)
    c = len(system.residuals[0])
    rows = [pairs[k * c : (k + 1) * c] for k in range(len(system.residuals))]
    base = correlation_bound(inputs, system.gates, rows)
    # F is linear in the residuals: |F(p, e) - F(p, e~)| <= |C(e - e~)|_F |p|
    wrong = shift_bound(inputs, drift.residual)
    defect = own + scaled_length(ceil_div(wrong * ((measured.size >> (unit - BITS)) + 1), 1 << BITS), step.length)
    radius = 2 * (start + defect) + 2
    for _ in range(ROUNDS):
        moved = slopes_in_tube(system, inputs, measured, drift, radius)
        if isinstance(moved, Failure):
            return moved
        mu = Fraction(base + shift_bound(inputs, moved.residual), 1 << BITS)
        span = Span(Fraction(0), start, mu)
        end = grown(span, defect, step.length, step.until)
        if end is None:
            break
        if end < radius:
            return Tube(unit, step.length, defect, (span,), end, end, tuple(moved.adjoined))
        radius = 2 * end + 2
    size = float(Fraction(start, 1 << unit))
    return Failure("wide", f"an error of {size:.3g} grows too much in one step at t = {float(step.start):.10g}")


def scaled_length(value: int, length: Fraction) -> int:
    """Return ``value * length`` rounded up."""
    return ceil_div(value * length.numerator, length.denominator)
