"""The variational equation of a program: the flow together with its derivative in the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from numerics.flow.elementary import adjoined_rates
from numerics.flow.program import Product, Program, ProgramBuilder
from numerics.flow.taylor.start import full_start
from numerics.flow.taylor.stepper import Stepper, Stopped

Matrix = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Variation:
    """The state and the derivative (size, columns) at ``time``; ``reason`` says why the time asked for was missed."""

    time: Fraction
    state: tuple[Fraction, ...]
    matrix: Matrix
    reason: str = ""


def variational_program(program: Program, columns: int) -> Program:
    """Return the program of a flow together with ``columns`` tangent vectors, ``Phi' = J(y) Phi``.

    Parameters
    ----------
    program : the field F; its guards are kept.    columns : how many tangent vectors.

    Returns
    -------
    A program whose states are those of the field that are not adjoined, then the tangent vectors one after the other,
    then the adjoined states. A tangent vector is moved by forward-mode differentiation of the nodes; the tangents of
    adjoined states are polynomials in the states and add none.

    Examples
    --------
    >>> builder = ProgramBuilder(["u"])
    >>> program = variational_program(builder.program([builder.product(0, 0)]), 1)
    >>> program.states, [str(v) for v in program.values([Fraction(3), Fraction(1)], Fraction)[2:]]
    (('u', 'd0 u'), ['9', '3', '6'])
    """
    size, adjoined = program.size, len(program.adjoined)
    names = [*program.states[:size], *(f"d{c} {name}" for c in range(columns) for name in program.states[:size])]
    builder = ProgramBuilder(names, adjoined)
    move = {place: place for place in range(size)}
    move |= {size + i: len(names) + i for i in range(adjoined)}
    for place, node in enumerate(program.nodes, len(program.states)):
        if isinstance(node, Product):
            move[place] = builder.product(move[node.left], move[node.right])
        else:
            move[place] = builder.linear([(move[inner], factor) for inner, factor in node.terms], node.constant)
    for name, entry in zip(program.states[size:], program.adjoined, strict=True):
        builder.adjoin(name, entry.function, [move[argument] for argument in entry.arguments], entry.index)
    velocity = [move[place] for place in program.velocity]
    tangents: list[int] = []
    for c in range(columns):
        # `rate` differentiates along whatever stands for the velocities of the states: here the tangent vector
        builder.rates = {i: size + c * size + i for i in range(size)}
        adjoined_rates(builder)
        tangents += [builder.rate(place) for place in velocity[:size]]
    guards = [(name, move[place]) for name, place in program.guards]
    return builder.program([*velocity[:size], *tangents, *velocity[size:]], guards)


def vary(
    program: Program,
    state: Sequence[Fraction],
    matrix: Sequence[Sequence[Fraction]],
    span: tuple[Fraction, Fraction],
    digits: int,
) -> Variation:
    """Carry a state and a matrix of tangent vectors (as columns) along a smooth flow, with Taylor's method.

    Parameters
    ----------
    state : the states that are not adjoined, at ``span[0]``.    digits : 15 or more, working digits after the point.

    Guarantee
    ---------
    ESTIMATED: the local error of every step is below the working precision, its growth is not bounded.

    Examples
    --------
    >>> builder = ProgramBuilder(["u"])
    >>> decay = builder.program([builder.linear([(0, Fraction(-1))])])
    >>> found = vary(decay, [Fraction(2)], [[Fraction(1)]], (Fraction(0), Fraction(1)), 20)
    >>> round(float(found.state[0]), 12), round(float(found.matrix[0][0]), 12)
    (0.735758882343, 0.367879441171)
    """
    columns, size = len(matrix[0]), program.size
    stepper = Stepper(variational_program(program, columns), digits)
    start = [*state, *(row[c] for c in range(columns) for row in matrix)]
    current = full_start(stepper.program, start, stepper.bits)
    time, end = span
    reason = ""
    while time != end:
        piece = stepper.piece(current, time, end)
        if isinstance(piece, Stopped):
            time, reason = piece.time, piece.reason
            break
        current = stepper.at(piece, piece.used)
        time = piece.end
    values = [Fraction(value, 1 << stepper.bits) for value in current]
    rows = tuple(tuple(values[size + c * size + i] for c in range(columns)) for i in range(size))
    return Variation(time, tuple(values[:size]), rows, reason)
