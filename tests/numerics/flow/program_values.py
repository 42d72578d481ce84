"""An oracle for programs: every node by the definition of its function, in mpmath, independent of the integrators."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import mpmath

from numerics.flow.program import Adjoined, Product, Program

DIGITS = 40
FUNCTIONS = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "sqrt": mpmath.sqrt,
    "inverse": lambda u: 1 / u,
    "tanh": mpmath.tanh,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "atan": mpmath.atan,
    "logistic": lambda u: 1 / (1 + mpmath.exp(-u)),
}


def number(value: Fraction) -> Any:
    """Return a fraction as an mpf."""
    return mpmath.mpf(value.numerator) / value.denominator


def full_state(program: Program, start: Sequence[Fraction]) -> list[Any]:
    """Return the states with the adjoined ones, each from the values of its arguments."""
    values = {place: number(value) for place, value in enumerate(start)}

    def value(place: int) -> Any:
        if place not in values:
            node = program.nodes[place - len(program.states)]
            if isinstance(node, Product):
                values[place] = value(node.left) * value(node.right)
            else:
                values[place] = number(node.constant) + sum(number(f) * value(p) for p, f in node.terms)
        return values[place]

    for place, entry in enumerate(program.adjoined, program.size):
        values[place] = of(entry, [value(argument) for argument in entry.arguments])
    return [values[place] for place in range(len(program.states))]


def of(entry: Adjoined, arguments: Sequence[Any]) -> Any:
    """Return the function of an adjoined state."""
    if entry.function == "softmax":
        return mpmath.exp(arguments[entry.index]) / sum(mpmath.exp(u) for u in arguments)
    return FUNCTIONS[entry.function](arguments[0])


def velocity(program: Program, start: Sequence[Fraction]) -> list[Any]:
    """Return the velocity of every state, adjoined ones included."""
    values = program.values(full_state(program, start), number)
    return [values[place] for place in program.velocity]
