"""The derivative of a network's flow in its start, with the jump that every gate event puts into it.

Between events the derivative obeys the variational equation; at an event on a surface with normal n it is multiplied
by the saltation matrix ``I + (f+ - f-) n^T/(n^T f-)``, f- and f+ the velocities before and after. Where a neuron
begins to slide the image of that matrix is tangent to the kink; where it stops sliding the velocity is continuous and
the matrix is I. Differentiating descent step by step misses these factors, at every step size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from numerics.exact_race.lines import dot
from numerics.flow.mode import Mode
from numerics.flow.network import Network
from numerics.flow.solution import FlowResult, Segment
from numerics.flow.taylor.nodes import evaluate
from numerics.flow.variation import Matrix, vary

MOST_STATES = 100
FEWEST_DIGITS = 15
TRANSVERSAL = Fraction(1, 10**6)
SEPARATE = Fraction(1, 10**12)  # events closer than this count as one: their order may be that of the rounding
NOT_DIFFERENTIABLE = ("tangent", "turn", "not unique")


@dataclass(frozen=True)
class Sensitivity:
    """The derivative of the flow map.

    Parameters
    ----------
    names : the states, for rows and columns.    time : when.
    matrix : entry (i, k) is the derivative of state i at that time in the start of state k; empty without a guarantee.
    guarantee : ESTIMATED, or NONE where the derivative does not exist or was not found.    reason : why.
    """

    names: tuple[str, ...]
    time: Fraction
    matrix: Matrix
    guarantee: str = "ESTIMATED"
    reason: str = ""


def sensitivity(network: Network, result: FlowResult, time: Fraction) -> Sensitivity:
    """Return the derivative of the state at a time in the start.

    Parameters
    ----------
    result : the flow of the network, solved with dense output.    time : one that the flow has reached.

    Returns
    -------
    A matrix, or the reason why there is none: the start lies on a kink, several surfaces are reached at once, an event
    is tangent or the flow after it not unique.

    Guarantee
    ---------
    ESTIMATED: as `vary`, and event times count as exact.

    Raises
    ------
    ValueError
        When the time was not reached, the result has no dense output, or there are more than 100 states.

    Examples
    --------
    >>> from numerics.flow.network import exact_rows
    >>> from numerics.flow.integrate import integrate
    >>> one = exact_rows([[1]])
    >>> network = Network(one, one, one, exact_rows([[0]]))
    >>> found = sensitivity(network, integrate(network, [Fraction(1)], 20), Fraction(1))
    >>> found.guarantee, len(found.matrix)
    ('ESTIMATED', 2)
    """
    if not result.segments:
        raise ValueError(f"sensitivity: method={result.method!r} kept no dense output; integrate with method='taylor'")
    if not 0 <= time <= result.ended:
        raise ValueError(
            f"sensitivity: time={float(time):g} is outside 0 to {float(result.ended):g}, where the flow is known"
        )
    if len(result.names) > MOST_STATES:
        raise ValueError(f"sensitivity: {len(result.names)} states are more than {MOST_STATES}; take a smaller network")

    def none(reason: str) -> Sensitivity:
        return Sensitivity(result.names, time, (), "NONE", reason)

    if any(dot(row, kink.direction) == 0 for row in network.w for kink in network.kinks):
        return none("a neuron starts on a kink, where the flow has no derivative in the start")
    for event in result.events:
        if event.time < time and event.kind in NOT_DIFFERENTIABLE:
            return none(f"the event of neuron {event.neuron} at t = {float(event.time):.10g} is {event.kind}")
    segments = [segment for segment in result.segments if segment.pieces and segment.pieces[0].start <= time]
    if any(b.pieces[0].start - a.pieces[0].start < SEPARATE for a, b in pairwise(segments[1:])):
        return none("two events are too close to tell their order")
    normals = []
    for before, after in pairwise(segments):
        found = _normal(network, before.mode, after.mode)
        if isinstance(found, str):
            return none(f"{found} at t = {float(after.pieces[0].start):.10g}")
        normals.append(found)
    matrix = flow_derivative(segments, normals, time, max(result.digits, FEWEST_DIGITS))
    return none(matrix) if isinstance(matrix, str) else Sensitivity(result.names, time, matrix)


def flow_derivative(
    segments: Sequence[Segment], normals: Sequence[Sequence[Fraction] | None], time: Fraction, digits: int
) -> Matrix | str:
    """Return the derivative at a time along segments of any piecewise smooth flow, or why there is none.

    Parameters
    ----------
    normals : for each change of segment the normal of the surface that was reached, None where the velocity stays
        continuous.
    """
    size = segments[0].program.size
    matrix: Matrix = tuple(tuple(Fraction(int(i == k)) for k in range(size)) for i in range(size))
    for number, segment in enumerate(segments):
        first = segment.pieces[0]
        last = number == len(segments) - 1
        state = [Fraction(row[0], 1 << first.bits) for row in first.coefficients[:size]]
        end = time if last else segments[number + 1].pieces[0].start
        found = vary(segment.program, state, matrix, (first.start, end), digits)
        if found.reason:
            return found.reason
        matrix = found.matrix
        if not last:
            jumped = _jump(segment, segments[number + 1], normals[number], matrix)
            if isinstance(jumped, str):
                return f"{jumped} at t = {float(end):.10g}"
            matrix = jumped
    return matrix


def _jump(before: Segment, after: Segment, normal: Sequence[Fraction] | None, matrix: Matrix) -> Matrix | str:
    """Return the saltation matrix times a matrix."""
    end, begin = before.pieces[-1], after.pieces[0]
    old = _velocity(before, evaluate(end.coefficients, end.bits, end.used), end.bits)
    new = _velocity(after, [row[0] for row in begin.coefficients], begin.bits)
    change = [b - a for a, b in zip(old, new, strict=True)]
    speed = max(map(abs, [*old, *new]))
    if normal is None:
        if max(map(abs, change)) > TRANSVERSAL * speed:
            return "the velocity jumps where a neuron stops sliding"
        return matrix
    towards = dot(normal, old)
    if abs(towards) <= TRANSVERSAL**2 * max(map(abs, normal)) * speed:
        return "the flow touches the kink and does not cross it"
    # the matrix has dyadic entries: keep it so, or the fractions grow with every event
    scale = 1 << begin.bits
    rows = [dot(normal, column) for column in zip(*matrix, strict=True)]
    rates = [Fraction(round(scale * entry / towards), scale) for entry in rows]
    return tuple(
        tuple(entry + delta * rate for entry, rate in zip(row, rates, strict=True))
        for row, delta in zip(matrix, change, strict=True)
    )


def _velocity(segment: Segment, state: Sequence[int], bits: int) -> list[Fraction]:
    program = segment.program
    values = program.values([Fraction(value, 1 << bits) for value in state], Fraction)
    return [values[place] for place in program.velocity[: program.size]]


def _normal(network: Network, before: Mode | None, after: Mode | None) -> tuple[Fraction, ...] | str | None:
    """Return the normal of the kink that was reached, None when a neuron only stopped sliding, or why neither holds."""
    if before is None or after is None:
        return None
    reached = [
        (j, h)
        for j, (old, new) in enumerate(zip(before.sides, after.sides, strict=True))
        for h, (side, other) in enumerate(zip(old, new, strict=True))
        if side != other and side != 0
    ]
    if len(reached) > 1:
        return f"{len(reached)} kinks are reached at once"
    if not reached:
        return None
    j, h = reached[0]
    normal = [Fraction(0)] * len(network.state())
    normal[j * network.dimension : (j + 1) * network.dimension] = network.kinks[h].direction
    return tuple(normal)
