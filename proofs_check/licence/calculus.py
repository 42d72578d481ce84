"""Derivatives and substitution of indexed polynomials."""

from __future__ import annotations

from collections.abc import Callable

from proofs_check.licence.indexed import (
    ZERO,
    Add,
    Expr,
    Gate,
    Leaf,
    Mul,
    Pow,
    Sum,
    add,
    const,
    mul,
    power,
    total,
)


def derivative(part: Expr, velocity: Callable[[Leaf], Expr]) -> Expr:
    """Return the derivative; gates, sizes and parameters do not move.

    Examples
    --------
    >>> derivative(power(Leaf("x", ()), 2), lambda leaf: const(1))
    Mul(parts=(Const(value=Fraction(2, 1)), Leaf(letter='x', places=())))
    """
    if isinstance(part, Leaf):
        return velocity(part)
    if isinstance(part, Add):
        return add(*(derivative(one, velocity) for one in part.parts))
    if isinstance(part, Mul):
        return add(
            *(mul(*part.parts[:i], derivative(one, velocity), *part.parts[i + 1 :]) for i, one in enumerate(part.parts))
        )
    if isinstance(part, Pow):
        rate = derivative(part.base, velocity)
        return mul(const(part.exponent), power(part.base, part.exponent - 1), rate)
    if isinstance(part, Sum):
        return total(part.index, part.conditions, derivative(part.body, velocity))
    return ZERO


def substitute(part: Expr, change: Callable[[Leaf | Gate], Expr]) -> Expr:
    """Replace variables and gates."""
    if isinstance(part, Leaf | Gate):
        return change(part)
    if isinstance(part, Add):
        return add(*(substitute(one, change) for one in part.parts))
    if isinstance(part, Mul):
        return mul(*(substitute(one, change) for one in part.parts))
    if isinstance(part, Pow):
        return power(substitute(part.base, change), part.exponent)
    if isinstance(part, Sum):
        return total(part.index, part.conditions, substitute(part.body, change))
    return part


__all__ = ["derivative", "substitute"]
