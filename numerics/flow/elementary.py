"""Quotients, powers and elementary functions in a program: each becomes an adjoined state with a polynomial velocity.

``r = 1/u`` has ``r' = -r**2 u'``, ``s = sqrt(u)`` has ``s' = u'/(2 s)`` with the inverse of s adjoined too, and so on.
An adjoined state is part of the flow even where its factor cancels: ``x/x`` keeps its pole at ``x = 0``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isqrt
from typing import Any

from numerics.flow.program import Adjoined, Linear, Program, ProgramBuilder

MOST_ADJOINED = 10_000
MOST_POWER = 1_000
AT_ZERO = {"exp": Fraction(1), "cos": Fraction(1), "logistic": Fraction(1, 2)} | dict.fromkeys(
    ("tanh", "sin", "atan"), Fraction(0)
)
FUNCTIONS = ("exp", "log", "sqrt", "inverse", "tanh", "sin", "cos", "atan", "logistic")


def smooth_program(
    names: Sequence[str],
    make: Callable[[ProgramBuilder], Sequence[int]],
    guards: Callable[[ProgramBuilder], Sequence[tuple[Any, int]]] = lambda builder: (),
) -> Program:
    """Return the program of an elementary field.

    Parameters
    ----------
    names : the states.    make : adds the nodes of the field to a builder, with the functions of this module, and
        returns the node of the velocity of each state; called twice, first to count the states it adjoins.
    guards : adds the nodes of guards, pairs (name, node), to the same builder.

    Raises
    ------
    ValueError
        When a function is applied to a constant at which it is not defined, or too many states are adjoined.

    Examples
    --------
    >>> program = smooth_program(["u"], lambda builder: [apply(builder, "exp", 0)])
    >>> program.states, [str(value) for value in program.values([Fraction(0), Fraction(3)], Fraction)[2:]]
    (('u', 'exp[0]'), ['9'])
    """
    counting = ProgramBuilder(names, MOST_ADJOINED)
    make(counting)
    guards(counting)
    builder = ProgramBuilder(names, len(counting.adjoined))
    velocity = list(make(builder))
    marked = list(guards(builder))
    builder.rates |= dict(enumerate(velocity))
    return builder.program([*velocity, *adjoined_rates(builder)], marked)


def adjoined_rates(builder: ProgramBuilder) -> list[int]:
    """Return the node of the time derivative of every adjoined state, in order; ``builder.rates`` has the others'.

    With a tangent in place of the velocities in ``builder.rates`` these are the tangents of the adjoined states.

    Examples
    --------
    >>> builder = ProgramBuilder(["u"], room=1)
    >>> exp = apply(builder, "exp", 0)
    >>> builder.rates[0] = builder.constant(Fraction(2))
    >>> builder.nodes[adjoined_rates(builder)[0] - builder.room]
    Linear(terms=((1, Fraction(2, 1)),), constant=Fraction(0, 1))
    """
    first = len(builder.states) - len(builder.adjoined)
    found = []
    for place, entry in enumerate(builder.adjoined, first):
        found.append(_rate(builder, place, entry))
        builder.rates[place] = found[-1]
    return found


def _rate(builder: ProgramBuilder, place: int, entry: Adjoined) -> int:
    """Return the derivative of one adjoined state: its slope, a polynomial in states, times that of its argument."""
    rates = [builder.rate(argument) for argument in entry.arguments]
    function, argument, one = entry.function, entry.arguments[0], Fraction(1)
    if function == "softmax":
        first = place - entry.index
        mean = builder.total([builder.product(first + a, rate) for a, rate in enumerate(rates)])
        return builder.product(place, builder.linear([(rates[entry.index], one), (mean, -one)]))
    if function == "exp":
        slope = place
    elif function == "logistic":
        slope = builder.linear([(place, one), (builder.product(place, place), -one)])
    elif function == "tanh":
        slope = builder.linear([(builder.product(place, place), -one)], one)
    elif function == "inverse":
        slope = builder.linear([(builder.product(place, place), -one)])
    elif function == "log":
        slope = _state(builder, "inverse", argument)
    elif function == "sqrt":
        slope = builder.linear([(_state(builder, "inverse", place), Fraction(1, 2))])
    elif function == "sin":
        slope = _state(builder, "cos", argument)
    elif function == "cos":
        slope = builder.linear([(_state(builder, "sin", argument), -one)])
    elif function == "atan":
        slope = _state(builder, "inverse", _one_plus_square(builder, argument))
    else:
        raise ValueError(f"program: no derivative is known of the adjoined function={function!r}")
    return builder.product(slope, rates[0])


def apply(builder: ProgramBuilder, function: str, argument: int) -> int:
    """Return the node of an elementary function of a node, adjoining what it needs; the same call is shared.

    Parameters
    ----------
    function : exp, log, sqrt, inverse, tanh, sin, cos, atan or logistic.

    Raises
    ------
    ValueError
        For another name, or a constant argument at which the function is not defined.

    Examples
    --------
    >>> builder = ProgramBuilder(["u"], room=9)
    >>> apply(builder, "sqrt", 0), apply(builder, "sqrt", 0), builder.states
    (1, 1, ['u', 'sqrt[0]', 'inverse[1]'])
    """
    if function not in FUNCTIONS:
        raise ValueError(f"program: function={function!r} is not elementary; use one of {', '.join(FUNCTIONS)}")
    value = constant_value(builder, argument)
    if value is not None:
        exact = _at_constant(function, value)
        if exact is not None:
            return builder.constant(exact)
    place = _state(builder, function, argument)
    if function == "log":
        _state(builder, "inverse", argument)
    elif function == "sqrt":
        _state(builder, "inverse", place)
    elif function in ("sin", "cos"):
        _state(builder, "cos" if function == "sin" else "sin", argument)
    elif function == "atan":
        _state(builder, "inverse", _one_plus_square(builder, argument))
    return place


def quotient(builder: ProgramBuilder, left: int, right: int) -> int:
    """Return the node of ``left/right``; the pole of ``1/right`` stays even where ``left`` vanishes too.

    Examples
    --------
    >>> builder = ProgramBuilder(["u"], room=1)
    >>> _ = quotient(builder, 0, 0)
    >>> builder.states
    ['u', 'inverse[0]']
    """
    return builder.product(left, apply(builder, "inverse", right))


def power(builder: ProgramBuilder, base: int, exponent: int) -> int:
    """Return the node of an integer power, by repeated squaring; ``u**0`` is 1.

    Raises
    ------
    ValueError
        When the exponent is above 1000 in size.

    Examples
    --------
    >>> builder = ProgramBuilder(["u"])
    >>> builder.program([power(builder, 0, 3)]).values([Fraction(2)], Fraction)[-1]
    Fraction(8, 1)
    """
    if abs(exponent) > MOST_POWER:
        raise ValueError(f"program: exponent={exponent} is larger than {MOST_POWER}")
    if exponent < 0:
        return power(builder, apply(builder, "inverse", base), -exponent)
    found: int | None = None
    square = base
    for k, bit in enumerate(reversed(f"{exponent:b}")):
        square = square if k == 0 else builder.product(square, square)
        if bit == "1":
            found = square if found is None else builder.product(found, square)
    return builder.constant(Fraction(1)) if found is None else found


def constant_value(builder: ProgramBuilder, place: int) -> Fraction | None:
    """Return the value of a node that is a number, None for any other.

    Examples
    --------
    >>> builder = ProgramBuilder(["u"])
    >>> constant_value(builder, builder.constant(Fraction(3))), constant_value(builder, 0)
    (Fraction(3, 1), None)
    """
    node = None if place < builder.room else builder.nodes[place - builder.room]
    return node.constant if isinstance(node, Linear) and not node.terms else None


def _state(builder: ProgramBuilder, function: str, argument: int) -> int:
    """Return the state that stands for the function of the argument, adjoined when it is new."""
    first = len(builder.states) - len(builder.adjoined)
    wanted = Adjoined(function, (argument,))
    if wanted in builder.adjoined:
        return first + builder.adjoined.index(wanted)
    return builder.adjoin(f"{function}[{len(builder.adjoined)}]", function, [argument])


def _one_plus_square(builder: ProgramBuilder, place: int) -> int:
    return builder.linear([(builder.product(place, place), Fraction(1))], Fraction(1))


def _at_constant(function: str, value: Fraction) -> Fraction | None:
    """Return the exact value where it is rational and plain to see."""
    if function == "inverse":
        if value == 0:
            raise ValueError("flow: division by the constant 0")
        return 1 / value
    if function == "log" and value <= 0:
        raise ValueError(f"flow: log of the constant {value} is not defined; its argument must be positive")
    if function == "sqrt":
        if value < 0:
            raise ValueError(f"flow: sqrt of the constant {value} is not real; its argument must not be negative")
        root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
        return root if root * root == value else None
    if function == "log":
        return Fraction(0) if value == 1 else None
    return AT_ZERO.get(function) if value == 0 else None
