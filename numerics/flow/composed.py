"""Functions and constants that are written in those of `numerics.flow.elementary`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from numerics.flow.elementary import apply, power, quotient
from numerics.flow.program import ProgramBuilder

ONE, HALF = Fraction(1), Fraction(1, 2)


def pi(builder: ProgramBuilder) -> int:
    """Return the node of pi, four times the state at rest ``atan(1)``.

    Examples
    --------
    >>> builder = ProgramBuilder(["u"], room=2)
    >>> _ = pi(builder)
    >>> builder.states
    ['u', 'atan[0]', 'inverse[1]']
    """
    return builder.linear([(apply(builder, "atan", builder.constant(ONE)), Fraction(4))])


def tan(builder: ProgramBuilder, u: int) -> int:
    """Return the node of the tangent."""
    return quotient(builder, apply(builder, "sin", u), apply(builder, "cos", u))


def sinh(builder: ProgramBuilder, u: int) -> int:
    """Return the node of the hyperbolic sine."""
    return builder.linear([(apply(builder, "exp", u), HALF), (apply(builder, "exp", _minus(builder, u)), -HALF)])


def cosh(builder: ProgramBuilder, u: int) -> int:
    """Return the node of the hyperbolic cosine."""
    return builder.linear([(apply(builder, "exp", u), HALF), (apply(builder, "exp", _minus(builder, u)), HALF)])


def coth(builder: ProgramBuilder, u: int) -> int:
    """Return the node of the hyperbolic cotangent."""
    return apply(builder, "inverse", apply(builder, "tanh", u))


def asin(builder: ProgramBuilder, u: int) -> int:
    """Return the node of the arc sine, ``atan(u/sqrt(1 - u**2))``: it needs ``|u| < 1``."""
    return apply(builder, "atan", quotient(builder, u, _root(builder, u, -ONE, ONE)))


def acos(builder: ProgramBuilder, u: int) -> int:
    """Return the node of the arc cosine."""
    return builder.linear([(pi(builder), HALF), (asin(builder, u), -ONE)])


def asinh(builder: ProgramBuilder, u: int) -> int:
    """Return the node of the inverse hyperbolic sine, ``log(u + sqrt(u**2 + 1))``."""
    return apply(builder, "log", builder.linear([(u, ONE), (_root(builder, u, ONE, ONE), ONE)]))


def acosh(builder: ProgramBuilder, u: int) -> int:
    """Return the node of the inverse hyperbolic cosine, ``log(u + sqrt(u**2 - 1))``: it needs ``u > 1``."""
    return apply(builder, "log", builder.linear([(u, ONE), (_root(builder, u, ONE, -ONE), ONE)]))


def atanh(builder: ProgramBuilder, u: int) -> int:
    """Return the node of the inverse hyperbolic tangent, ``(log(1 + u) - log(1 - u))/2``."""
    above, below = (apply(builder, "log", builder.linear([(u, sign)], ONE)) for sign in (ONE, -ONE))
    return builder.linear([(above, HALF), (below, -HALF)])


COMPOSED: dict[str, Callable[[ProgramBuilder, int], int]] = {
    "tan": tan,
    "sinh": sinh,
    "cosh": cosh,
    "coth": coth,
    "asin": asin,
    "acos": acos,
    "asinh": asinh,
    "acosh": acosh,
    "atanh": atanh,
}


def real_power(builder: ProgramBuilder, base: int, exponent: int) -> int:
    """Return the node of ``base**exponent`` for a node as exponent, ``exp(exponent*log(base))``: base above 0.

    Examples
    --------
    >>> builder = ProgramBuilder(["u", "k"], room=3)
    >>> _ = real_power(builder, 0, 1)
    >>> builder.states
    ['u', 'k', 'log[0]', 'inverse[1]', 'exp[2]']
    """
    return apply(builder, "exp", builder.product(exponent, apply(builder, "log", base)))


def _minus(builder: ProgramBuilder, u: int) -> int:
    return builder.linear([(u, -ONE)])


def _root(builder: ProgramBuilder, u: int, square: Fraction, constant: Fraction) -> int:
    """Return the node of ``sqrt(square*u**2 + constant)``."""
    return apply(builder, "sqrt", builder.linear([(power(builder, u, 2), square)], constant))
