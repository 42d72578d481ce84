"""What a proof starts from: arguments that fit together, and the initial set around the first polynomials."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from numerics.flow.network import Network
from numerics.flow.program import Program
from numerics.flow.rigorous.adjoined import distances
from numerics.flow.rigorous.amounts import norm_up, scaled_up
from numerics.flow.rigorous.functions import ball
from numerics.flow.rigorous.precision import working_precision
from numerics.flow.rigorous.step import Failure, Step
from numerics.flow.rigorous.subspace import System
from numerics.flow.solution import Segment


def check_arguments(
    segments: Sequence[Segment],
    network: Network | None,
    program: Program | None,
    start: Sequence[Fraction],
    half_widths: Sequence[Fraction] | None,
    until: Fraction,
) -> int:
    """Return the number of states that are not adjoined.

    Raises
    ------
    ValueError
        When the arguments do not fit together, or the polynomials do not have one row a state.
    """
    if network is None and program is None:
        raise ValueError("rigorous: neither a network nor a program was given; give one")
    size = len(network.state()) if network is not None else program.size if program is not None else 0
    if len(start) != size:
        raise ValueError(f"rigorous: {len(start)} starting numbers for {size} states; give one a state")
    if half_widths is not None and (len(half_widths) != size or min(half_widths) < 0):
        raise ValueError(f"rigorous: half_widths needs {size} numbers, none of them negative")
    if until < 0:
        raise ValueError(f"rigorous: until={until} is negative; the proof goes forward in time, negate the field")
    if network is not None:
        wanted = size + {"squared": 0, "softmax": network.outputs}.get(network.loss, 1) * network.samples
    else:
        assert program is not None
        wanted = len(program.states)
    for segment in segments:
        if network is not None and segment.mode is None:
            raise ValueError("rigorous: a segment of a network has no mode; give one")
        for piece in segment.pieces:
            rows = piece.coefficients
            if len(rows) != wanted or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
                raise ValueError(f"rigorous: a piece needs {wanted} rows of equal length, got {len(rows)}")
            if piece.length.denominator & (piece.length.denominator - 1) or piece.bits < 1:
                raise ValueError(f"rigorous: a piece needs a dyadic length and bits > 0, got length={piece.length}")
    return size


def box_radius(
    system: System, step: Step, start: Sequence[Fraction], half_widths: Sequence[Fraction], unit: int
) -> int | Failure:
    """Return a bound of the distance of the initial box from the first polynomials at s = 0, units ``2**-unit``."""
    bits = step.bits
    gaps = [
        scaled_up(abs(value - Fraction(row[0], 1 << bits)) + half, unit)
        for value, half, row in zip(start, half_widths, step.rows, strict=False)
    ]
    if system.network is not None or not system.program.adjoined:
        return norm_up(gaps)
    with working_precision(unit + 32):
        state = [
            ball(value) + arb(0, 1) * ball(half) for value, half in zip(start, half_widths, strict=True)
        ]
        state += [ball(Fraction(row[0], 1 << bits)) for row in step.rows[system.program.size :]]
        more = distances(system.program, state, unit)
    return more if isinstance(more, Failure) else norm_up([*gaps, *more])
