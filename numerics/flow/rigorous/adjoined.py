"""The adjoined states of a network's loss as certified approximations of the functions for which they stand.

Along the polynomials p of the states let a = phi(u(p)) be the function itself and q the polynomial proposed for it.
Both obey nearly the same equation: ``a' = g(a) (r + Du.d)`` and ``q' = g(q) r + c``, with r the rate that the program
computes from p and q, d the defect of p and c that of q. So ``|q - a|' <= l |r| |q - a| + |c| + G |Du| |d|`` with l a
Lipschitz constant of g between q and a, and G a bound of g(a); the start of q - a is computed in balls in every step,
so that nothing accumulates. Of the residual at a state x of the tube around p only the smoothness of phi is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from numerics.flow.program import Program
from numerics.flow.rigorous.amounts import FINE, ceil_div, exact_ball, exponential_up, norm_up, root_up
from numerics.flow.rigorous.functions import apply, ball
from numerics.flow.rigorous.growth import BITS, Inputs
from numerics.flow.rigorous.horner import horner, position
from numerics.flow.rigorous.precision import working_precision
from numerics.flow.rigorous.step import Failure, Measured, Step
from numerics.flow.rigorous.subspace import System


@dataclass(frozen=True)
class Drift:
    """Bounds on a step, units ``2**-unit``: of q - a for each adjoined state, and of the error of each sample's
    residual along p (Euclidean over its outputs)."""

    adjoined: list[int]
    residual: list[int]


@dataclass(frozen=True)
class Moved:
    """Bounds over the tube: of the change of each sample's residual (units ``2**-30``), and of ``|q - phi(u(x))|`` for
    each adjoined state (units ``2**-unit``)."""

    residual: list[int]
    adjoined: list[int]


def drifts(system: System, inputs: Inputs, measured: Measured, own: int, first: list[int]) -> Drift | Failure:
    """Return how far the adjoined states are from their functions along the polynomials of a step."""
    program, network = system.program, inputs.network
    if not program.adjoined:
        return Drift([], [0] * network.samples)
    unit = measured.unit
    size = (measured.size >> (unit - BITS)) + 1
    speed = norm_up(
        (sum(k * abs(c) for k, c in enumerate(row)) >> max(0, measured.step.bits - BITS)) + 1
        for row in measured.step.rows[: program.size]
    ) + (own >> (unit - BITS)) + 1
    c = network.outputs if network.loss == "softmax" else 1
    errors: list[int] = []
    for k in range(network.samples):
        slope = ceil_div(inputs.sizes[k] * size, 1 << BITS)
        if network.loss != "softmax":
            slope = ceil_div(inputs.labels[k] * slope, 1 << BITS)
        places = range(k * c, (k + 1) * c)
        bound = max(first[place] for place in places)
        norms = [measured.values.norms[program.size + place] for place in places]
        largest = (max(norms) << (BITS - 20)) + (1 << BITS)
        lipschitz, gate = _constants(network.loss, c, largest)
        rate = ceil_div(slope * speed, 1 << BITS)
        grown = exponential_up(lipschitz * Fraction(rate, 1 << BITS))
        if grown is None:
            return Failure("wide", f"the loss of sample {k} changes too fast in the step at "
                           f"t = {float(measured.step.start):.10g}")
        source = max(measured.defect[program.size + place] for place in places)
        source += ceil_div(gate * ceil_div(slope * own, 1 << BITS), 1 << BITS)
        bound = ceil_div((bound + source) * grown, 1 << FINE)
        if bound >> (unit - 3):
            return Failure("wide", f"the adjoined state of sample {k} is not near its function at "
                           f"t = {float(measured.step.start):.10g}")
        errors += [bound] * c
    return Drift(errors, _residual_changes(inputs, errors, c))


def _constants(loss: str, c: int, largest: int) -> tuple[Fraction, int]:
    """Return l and G (units ``2**-30``), as long as ``|q - a| < 1/8``, which the result shows again."""
    if loss == "logistic":
        # g(a) = a - a**2, 0 < a < 1: |1 - q - a| <= |1 - 2a| + 1/8, g(a) <= 1/4
        return Fraction(9, 8), 1 << (BITS - 2)
    if loss == "exponential":
        return Fraction(1), largest
    # a_i (r_i - sum_b a_b r_b): the change is at most (2 + (c + 1)(1 + 1/8)) max|q - a| max|r|, and |g| <= 2 |r|
    return Fraction(2) + Fraction(9, 8) * (c + 1), 2 << BITS


def _residual_changes(inputs: Inputs, errors: Sequence[int], c: int) -> list[int]:
    if inputs.network.loss == "softmax":
        return [root_up(c) * errors[k * c] for k in range(inputs.network.samples)]
    return [ceil_div(label * error, 1 << BITS) for label, error in zip(inputs.labels, errors, strict=True)]


def slopes_in_tube(
    system: System, inputs: Inputs, measured: Measured, drift: Drift, radius: int
) -> Moved | Failure:
    """Return how much residuals and adjoined functions may change within ``radius`` of the polynomials."""
    unit, loss = measured.unit, inputs.network.loss
    down = unit - BITS
    size = ((measured.size + radius) >> down) + 1
    # |f(x) - f(p)| <= |x_k| |p| |x - p|, with |p| the larger of the two norms
    reach = [ceil_div(ceil_div(value * size, 1 << BITS) * radius, 1 << BITS) for value in inputs.sizes]
    if loss == "squared":
        return Moved([(value >> down) + 1 for value in reach], [])
    if loss == "softmax":
        c = inputs.network.outputs
        # the derivative of softmax has norm at most 1/2
        wide = [drift.adjoined[k * c] + ceil_div(reach[k], 2) for k in range(len(reach)) for _ in range(c)]
        rows = [drift.residual[k] + ceil_div(reach[k], 2) for k in range(len(reach))]
        return Moved([(value >> down) + 1 for value in rows], wide)
    wide = []
    for k, (label, value) in enumerate(zip(inputs.labels, reach, strict=True)):
        change = ceil_div(label * value, 1 << BITS)
        if loss == "logistic":
            wide.append(drift.adjoined[k] + ceil_div(change, 4))
            continue
        if change >> unit:
            return Failure("wide", f"the loss of sample {k} is not known to a factor at "
                           f"t = {float(measured.step.start):.10g}")
        # exp(u + h) - exp(u) is at most 2 |h| exp(u) for |h| <= 1
        largest = measured.values.norms[system.program.size + k] + (1 << 20)
        wide.append(drift.adjoined[k] + ceil_div(2 * change * largest, 1 << 20))
    rows = [ceil_div(label * value, 1 << BITS) for label, value in zip(inputs.labels, wide, strict=True)]
    return Moved([(value >> down) + 1 for value in rows], wide)


def start_errors(program: Program, step: Step, unit: int, s: Fraction = Fraction(0)) -> list[int] | Failure:
    """Return bounds of ``|q - phi(u(p))|`` at one place of a step, from the definition of the functions, in balls."""
    if not program.adjoined:
        return []
    low, high = position(s, step.bits)
    with working_precision(unit + 32):
        state = []
        for row in step.rows:
            a, b = horner(row, low, high, step.bits)
            state.append(exact_ball(a, 0, step.bits).union(exact_ball(b, 0, step.bits)))
        return distances(program, state, unit)


def distances(program: Program, state: list[arb], unit: int) -> list[int] | Failure:
    """Return bounds of ``|q - phi(u(x))|`` for a full state in balls, units ``2**-unit``."""
    nodes = program.values(state, ball)
    found = []
    for place, entry in enumerate(program.adjoined, program.size):
        gap = abs(state[place] - apply(entry, [nodes[i] for i in entry.arguments])).upper()
        if not gap.is_finite():
            return Failure("refused", f"the function of the state {program.states[place]} is undefined at the start")
        mantissa, power = (int(part) for part in gap.man_exp())
        shift = power + unit
        found.append((mantissa << shift if shift >= 0 else -(-mantissa >> -shift)) + 1)
    return found
