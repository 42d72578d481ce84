"""Rigorous flows: a Taylor proposal, proved in balls, with more precision until the proof is as sharp as asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, isqrt, log2

from flint import arb

from numerics.flow.integrate import proposed_flow
from numerics.flow.limits import Limits
from numerics.flow.network import Network
from numerics.flow.program import Program
from numerics.flow.solution import FlowResult, Piece, Segment

EXTRA_DIGITS = (0, 12, 40, 120)
GUARD = 5  # digits carried beyond those asked for; the pieces of a network are proved with as many
FEWEST_BITS = 64


def proved_flow(
    flow: Network | Program,
    start: Sequence[Fraction],
    times: Sequence[Fraction],
    digits: int,
    half_widths: Sequence[Fraction] | None = None,
    follow: Callable[[int], int] | None = None,
    limits: Limits | None = None,
    progress: Callable[[float], None] | None = None,
) -> FlowResult:
    """Return a flow with proved errors, at most ``10**-(digits - 2)`` of the norm of the state from a point.

    Guarantee
    ---------
    RIGOROUS: every state is the middle of an enclosure, its error a proved bound of the Euclidean distance; each
    event is bracketed. What could not be proved is left out, and ``reason`` says why.

    Examples
    --------
    >>> program = Program(("u",), (), (0,))
    >>> result = proved_flow(program, [Fraction(1)], [Fraction(1)], 20)
    >>> result.guarantee, result.errors[0] < Fraction(1, 10**18), round(float(result.states[0][0]), 9)
    ('RIGOROUS', True, 2.718281828)
    """
    from numerics.flow.rigorous.validate import validate

    network = flow if isinstance(flow, Network) else None
    program = flow if isinstance(flow, Program) else None
    size = len(start)
    result = None
    for extra in EXTRA_DIGITS:
        proposal = proposed_flow(flow, start, times, digits + extra, follow, limits, progress, GUARD)
        segments = proposal.segments
        if network is not None:
            segments = _cut(segments, ceil((digits + extra + GUARD) * log2(10)))
        pieces = [piece for segment in segments for piece in segment.pieces]
        if not pieces:
            return _unmoved(proposal, start, times, digits, half_widths)
        until = min(times[-1], proposal.ended)
        bits = max(FEWEST_BITS, *(piece.bits for piece in pieces))
        proof = validate(segments, network, program, start, half_widths, until, bits)
        reached = [time for time in times if time <= proof.reached]
        middles = [_middle(proof.at(time)[:size]) for time in reached]
        states, errors = tuple(state for state, _ in middles), tuple(error for _, error in middles)
        result = FlowResult(
            "RIGOROUS", "rigorous", digits, proposal.names[:size], tuple(reached), states, errors, proof.events,
            proof.reached, proof.reason or proposal.reason, proposal.segments, {"enclosure": proof},
        )  # fmt: skip
        wide = half_widths is not None and any(half_widths)
        if proof.kind != "precision" and (wide or _sharp(states, errors, digits)):
            break
    assert result is not None
    return result


def _cut(segments: Sequence[Segment], bits: int) -> tuple[Segment, ...]:
    """Return the segments rounded to ``bits`` bits, without the coefficients that vanish then: they cost most."""
    return tuple(
        replace(segment, pieces=tuple(_rounded(piece, bits) for piece in segment.pieces)) for segment in segments
    )


def _rounded(piece: Piece, bits: int) -> Piece:
    drop = piece.bits - bits
    if drop <= 0:
        return piece
    half = 1 << (drop - 1)
    rows = [[(c + half) >> drop for c in row] for row in piece.coefficients]
    last = len(rows[0]) - 1
    while last > 1 and not any(row[last] for row in rows):
        last -= 1
    return replace(piece, bits=bits, coefficients=tuple(tuple(row[: last + 1]) for row in rows))


def _sharp(states: Sequence[Sequence[Fraction]], errors: Sequence[Fraction], digits: int) -> bool:
    """Return whether every error is at most ``10**-(digits - 2)`` of the norm."""
    return all(
        error**2 * 10 ** (2 * (digits - 2)) <= max(sum(value**2 for value in state), Fraction(1, 10**40))
        for state, error in zip(states, errors, strict=True)
    )


def _middle(balls: Sequence[arb]) -> tuple[tuple[Fraction, ...], Fraction]:
    """Return the exact centre of a box and a bound of the distance of its corners from it."""
    middles = tuple(_exact(ball.mid()) for ball in balls)
    square = sum((_exact(ball.rad()) ** 2 for ball in balls), Fraction(0))
    if square == 0:
        return middles, Fraction(0)
    # the square root rounded up: 64 bits beyond the leading one
    shift = max(0, 128 + square.denominator.bit_length() - square.numerator.bit_length())
    shift += shift % 2
    root = isqrt((square.numerator << shift) // square.denominator) + 1
    return middles, Fraction(root, 1 << (shift // 2))


def _exact(value: arb) -> Fraction:
    mantissa, exponent = value.man_exp()
    scaled = Fraction(int(mantissa))
    return scaled * 2 ** int(exponent) if exponent >= 0 else scaled / 2 ** int(-exponent)


def _unmoved(
    proposal: FlowResult,
    start: Sequence[Fraction],
    times: Sequence[Fraction],
    digits: int,
    half_widths: Sequence[Fraction] | None,
) -> FlowResult:
    """Return what holds without a step: the start itself at time 0."""
    reached = tuple(time for time in times if time == 0)
    square = sum((width**2 for width in half_widths or ()), Fraction(0))
    error = Fraction(0) if square == 0 else Fraction(isqrt(int(square * 10**60) + 1) + 1, 10**30)
    return FlowResult(
        "RIGOROUS", "rigorous", digits, proposal.names[: len(start)], reached, tuple(tuple(start) for _ in reached),
        tuple(error for _ in reached), ended=Fraction(0), reason=proposal.reason,
    )  # fmt: skip
