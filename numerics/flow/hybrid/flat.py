"""Linear nodes of a program written out in states and products."""

from __future__ import annotations

from fractions import Fraction

from numerics.flow.program import Linear, Program


def flat_form(program: Program, place: int) -> tuple[dict[int, Fraction], Fraction]:
    """Return a node as (factors of states and products, constant), linear nodes inside it written out.

    Examples
    --------
    >>> from numerics.flow.program import ProgramBuilder
    >>> builder = ProgramBuilder(["a", "b"])
    >>> both = builder.linear([(0, Fraction(1)), (1, Fraction(2))])
    >>> program = builder.program([builder.linear([(both, Fraction(-1))]), 0])
    >>> flat_form(program, program.velocity[0])
    ({0: Fraction(-1, 1), 1: Fraction(-2, 1)}, Fraction(0, 1))
    """
    states = len(program.states)
    factors: dict[int, Fraction] = {}
    constant = Fraction(0)
    waiting = [(place, Fraction(1))]
    while waiting:
        here, factor = waiting.pop()
        node = program.nodes[here - states] if here >= states else None
        if isinstance(node, Linear):
            constant += factor * node.constant
            waiting += [(inner, factor * inside) for inner, inside in reversed(node.terms)]
        else:
            factors[here] = factors.get(here, Fraction(0)) + factor
    return factors, constant
