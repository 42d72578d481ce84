"""Programs of SymPy fields: any polynomial, rational or elementary field with exact numbers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy

from numerics.flow.composed import COMPOSED, pi, real_power
from numerics.flow.elementary import apply, power, smooth_program
from numerics.flow.program import Program, ProgramBuilder

# SymPy ships no types, and those that a checker infers from its source are wrong
Expr = Any
NAMED: dict[Any, str] = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.tanh: "tanh",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.atan: "atan",
}


def program_from_sympy(flow: Mapping[Expr, Expr]) -> Program:
    """Return the program of a field given as SymPy expressions.

    Parameters
    ----------
    flow : the velocity of every symbol. Rational numbers, ``+ - * /``, powers, exp, log, sqrt, the trigonometric and
        hyperbolic functions and their inverses may occur. A non-integer power ``b**a`` is ``exp(a*log(b))``: its base
        must stay positive.

    Returns
    -------
    A program whose states are the symbols in the order given, then the adjoined ones. SymPy has cancelled what it
    cancels by itself (``x/x`` is 1 before it comes here): for a field whose poles matter use the claim language.

    Raises
    ------
    ValueError
        When a symbol has no velocity, a number is a Float, or a function is not smooth or not known.

    Examples
    --------
    >>> p, v = sympy.symbols("p v")
    >>> program = program_from_sympy({p: 2*v, v: 2*p})
    >>> [str(program.values([Fraction(1), Fraction(3)], Fraction)[place]) for place in program.velocity]
    ['6', '2']
    """
    if not flow:
        raise ValueError("program_from_sympy: the flow is empty; give at least one symbol and its velocity")
    symbols = list(flow)
    for symbol in symbols:
        if not isinstance(symbol, sympy.Symbol):
            raise ValueError(f"program_from_sympy: the key {symbol} is not a symbol")
    names = [str(symbol) for symbol in symbols]
    if len(set(names)) != len(names):
        raise ValueError("program_from_sympy: two symbols have the same name; rename one")
    velocities = [_expression(flow[symbol]) for symbol in symbols]
    free = sorted({str(s) for e in velocities for s in e.free_symbols} - set(names))
    if free:
        raise ValueError(f"program_from_sympy: no velocity for {', '.join(free)}; add it, or put a number for it")
    places = {symbol: place for place, symbol in enumerate(symbols)}

    def make(builder: ProgramBuilder) -> list[int]:
        done = dict(places)
        return [_node(builder, velocity, done) for velocity in velocities]

    return smooth_program(names, make)


def _expression(velocity: object) -> Expr:
    """Return a velocity as a SymPy expression; text is refused, for SymPy would execute it."""
    if isinstance(velocity, (int, Fraction)):
        return sympy.Rational(velocity.numerator, velocity.denominator)
    if isinstance(velocity, float):
        raise ValueError(f"program_from_sympy: the velocity {velocity} is a float; give an exact number")
    if not isinstance(velocity, sympy.Expr):
        kind = type(velocity).__name__
        raise ValueError(f"program_from_sympy: a velocity is a {kind}; give a SymPy expression or an exact number")
    return velocity


def _node(builder: ProgramBuilder, expression: Expr, done: dict[Expr, int]) -> int:
    """Return the node of an expression; ``done`` keeps the node of every sub-expression met before."""
    if expression in done:
        return done[expression]
    if expression.is_Rational:
        found = builder.constant(Fraction(int(expression.p), int(expression.q)))
    elif expression.is_Add:
        # a number times something is a term of the linear form itself
        parts = [argument.as_coeff_Mul(rational=True) for argument in expression.args]
        found = builder.linear(
            (_node(builder, rest, done), Fraction(int(factor.p), int(factor.q))) for factor, rest in parts
        )
    elif expression.is_Mul:
        factor, rest = expression.as_coeff_Mul(rational=True)
        factors = sympy.Mul.make_args(rest)
        found = _node(builder, factors[0], done)
        for argument in factors[1:]:
            found = builder.product(found, _node(builder, argument, done))
        found = builder.linear([(found, Fraction(int(factor.p), int(factor.q)))])
    elif expression.is_Pow:
        base, exponent = expression.as_base_exp()
        found = _power(builder, base, exponent, done)
    else:
        found = _function(builder, expression, done)
    done[expression] = found
    return found


def _power(builder: ProgramBuilder, base: Expr, exponent: Expr, done: dict[Expr, int]) -> int:
    if base is sympy.E:
        return apply(builder, "exp", _node(builder, exponent, done))
    inner = _node(builder, base, done)
    if exponent.is_Integer:
        return power(builder, inner, int(exponent))
    if exponent.is_Rational and exponent.q == 2:
        return power(builder, apply(builder, "sqrt", inner), int(exponent.p))
    return real_power(builder, inner, _node(builder, exponent, done))


def _function(builder: ProgramBuilder, expression: Expr, done: dict[Expr, int]) -> int:
    if expression.is_Float:
        raise ValueError(
            f"program_from_sympy: the Float {expression} is not exact; write sympy.Rational('0.1'), not 0.1"
        )
    if expression is sympy.E:
        return apply(builder, "exp", builder.constant(Fraction(1)))
    if expression is sympy.pi:
        return pi(builder)
    if expression.func in NAMED:
        return apply(builder, NAMED[expression.func], _node(builder, expression.args[0], done))
    name = expression.func.__name__
    if expression.func is getattr(sympy, name, None) and name in COMPOSED:
        return COMPOSED[name](builder, _node(builder, expression.args[0], done))
    raise ValueError(
        f"program_from_sympy: {name} in {str(expression)[:60]} is not supported; a smooth flow has rational numbers, "
        "+ - * /, powers, exp, log, sqrt, the trigonometric and hyperbolic functions and their inverses (relu, abs, "
        "min and max have kinks: solve a network instead)"
    )
