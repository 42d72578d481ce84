"""The start of a flow as scaled integers, the adjoined states included."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import mpmath

from numerics.flow.program import Adjoined, Linear, Product, Program

LARGEST = 64  # bits before the point: a start beyond 2**64 asks for other units
ATTEMPTS = 8


def full_start(program: Program, exact_state: Sequence[Fraction], bits: int) -> tuple[int, ...]:
    """Return the start of all states as integers over ``2**bits``, each wrong by one unit at most.

    Parameters
    ----------
    exact_state : the states that are not adjoined.    bits : binary digits after the point.

    Raises
    ------
    ValueError
        When a function is undefined at the start (logarithm or root out of its domain, inverse of zero), or when a
        value is beyond ``2**64``.

    Examples
    --------
    >>> from numerics.flow.program import ProgramBuilder
    >>> builder = ProgramBuilder(["u"], room=1)
    >>> place = builder.adjoin("e", "exp", [0])
    >>> program = builder.program([place, builder.product(place, place)])
    >>> full_start(program, [Fraction(0)], 10)
    (0, 1024)
    """
    if len(exact_state) != program.size:
        raise ValueError(f"start: {len(exact_state)} values for {program.size} states; give one a state")
    given = [Fraction(value) for value in exact_state]
    for name, value in zip(program.states, given, strict=False):
        if abs(value) >= 2**LARGEST:
            raise ValueError(f"start: {name} is beyond 2**{LARGEST}; change the units")
    exact = [_rounded(value, bits) for value in given]
    return (*exact, *_adjoined(program, given, bits))


def _rounded(value: Fraction, bits: int) -> int:
    return ((value.numerator << (bits + 1)) // value.denominator + 1) >> 1


def _adjoined(program: Program, given: list[Fraction], bits: int) -> list[int]:
    """Return the adjoined states; two precisions must agree, so that cancellation cannot go unseen."""
    if not program.adjoined:
        return []
    precision = bits + 80
    before = _attempt(program, given, bits, precision)
    for _ in range(ATTEMPTS):
        precision += precision // 2
        after = _attempt(program, given, bits, precision)
        if all(abs(a - b) <= 1 for a, b in zip(before, after, strict=True)):
            return after
        before = after
    raise ValueError(f"start: an adjoined state did not settle at {precision} bits; is it near a pole?")


def _attempt(program: Program, given: list[Fraction], bits: int, precision: int) -> list[int]:
    context = mpmath.MPContext()  # its precision is its own: the global one, and other threads, never see it
    context.prec = precision
    values: dict[int, Any] = dict(enumerate(given))
    found = []
    for place, entry in enumerate(program.adjoined, program.size):
        name = program.states[place]
        arguments = [_value(program, values, argument, context) for argument in entry.arguments]
        value = _function(entry, arguments, name, context)
        if abs(value) >= 2**LARGEST:
            raise ValueError(f"start: {name} = {entry.function}(...) is beyond 2**{LARGEST}; change the units")
        values[place] = value
        found.append(int(context.nint(context.ldexp(value, bits))))
    return found


def _value(program: Program, values: dict[int, Any], place: int, context: Any) -> Any:
    """Return the value of a node: an exact fraction as long as no adjoined state enters."""
    waiting = [place]
    while waiting:
        current = waiting[-1]
        if current in values:
            waiting.pop()
            continue
        if current < len(program.states):
            raise ValueError(f"start: {program.states[current]} is needed before it is known; adjoin it earlier")
        node = program.nodes[current - len(program.states)]
        needs = (node.left, node.right) if isinstance(node, Product) else tuple(p for p, _ in node.terms)
        missing = [p for p in needs if p not in values]
        if missing:
            waiting += missing
            continue
        values[current] = _combined(node, values, context)
        waiting.pop()
    return values[place]


def _combined(node: Linear | Product, values: dict[int, Any], context: Any) -> Any:
    if isinstance(node, Product):
        left, right = values[node.left], values[node.right]
        if isinstance(left, Fraction) and isinstance(right, Fraction):
            return left * right
        return _number(left, context) * _number(right, context)
    if all(isinstance(values[p], Fraction) for p, _ in node.terms):
        return sum((factor * values[p] for p, factor in node.terms), node.constant)
    total = _number(node.constant, context)
    for p, factor in node.terms:
        total += _number(factor, context) * _number(values[p], context)
    return total


def _number(value: Any, context: Any) -> Any:
    return context.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def _function(entry: Adjoined, arguments: list[Any], name: str, context: Any) -> Any:
    u = _number(arguments[0], context)
    called = f"start: {name} = {entry.function}({context.nstr(u, 8)})"
    if entry.function == "log" and u <= 0:
        raise ValueError(f"{called} is undefined; log needs a positive argument")
    if entry.function == "sqrt" and u <= 0:
        raise ValueError(f"{called} has no derivative; sqrt needs a positive argument")
    if entry.function == "inverse" and u == 0:
        raise ValueError(f"{called} is a pole; inverse needs an argument other than 0")
    if entry.function in ("exp", "softmax") and abs(u) > 10**6:
        raise ValueError(f"{called} is out of range; exponents stay within 10**6")
    if entry.function == "softmax":
        largest = max(_number(value, context) for value in arguments)
        parts = [context.exp(_number(value, context) - largest) for value in arguments]
        return parts[entry.index] / context.fsum(parts)
    if entry.function == "inverse":
        return 1 / u
    if entry.function == "logistic":
        small = context.exp(-abs(u))
        return (1 if u >= 0 else small) / (1 + small)
    if entry.function not in ("exp", "log", "sqrt", "tanh", "sin", "cos", "atan"):
        raise ValueError(f"start: unknown function={entry.function!r} of the adjoined state {name}")
    return getattr(context, entry.function)(u)
