"""Norm products of racing neurons and the score that decides the race."""

from __future__ import annotations

import sympy

from theory.linear_flow import P0, V0, projection_and_read_out, scaled_solution
from theory.symbols import Expr, positive, real


def balanced_norm_product() -> Expr:
    """Return a(t) = |w||v| = v(t)^2 of a balanced neuron with p0 = |w| c0 and v0 = s |w|.

    Examples
    --------
    >>> balanced_norm_product()
    a0*(c0*s*sinh(Gamma*t) + cosh(Gamma*t))**2
    """
    a0, c0, s = positive("a0"), real("c0"), real("s")
    norm = sympy.sqrt(a0)
    v = projection_and_read_out()[1].subs({P0: norm * c0, V0: s * norm}, simultaneous=True)
    # s = -1 or 1, so v^2 = (s v)^2 with s^2 = 1
    return a0 * sympy.expand(s * v / norm).subs(s**2, 1) ** 2


def squared_norm_product() -> Expr:
    """Return a(t)^2 = |w|^2 v^2 = (p(t)^2 + q^2) v(t)^2 for any imbalance; q = |q| is constant.

    Examples
    --------
    >>> squared_norm_product().subs(real("t"), 0)
    v0**2*(p0**2 + q**2)
    """
    p, v = projection_and_read_out()
    return (p**2 + real("q") ** 2) * v**2


def scaled_squared_norm_product() -> Expr:
    """Return a(t)^2 exp(-4 Gamma t) as a polynomial in E = exp(-2 Gamma t).

    Examples
    --------
    >>> sympy.factor(scaled_squared_norm_product().subs(positive("E"), 0))
    (p0 + v0)**4/16
    """
    p, v = scaled_solution()
    # q exp(-Gamma t) squares to q^2 E
    return (p**2 + real("q") ** 2 * positive("E")) * v**2


def race_score() -> Expr:
    """Return (p0 + |v0|)^2/4, the limit E -> 0 of a(t) exp(-2 Gamma t) for a growing neuron.

    The projection p0 is taken on the direction that the read-out grows along, so v0 enters as |v0|.

    Examples
    --------
    >>> race_score()
    (p0 + Abs(v0))**2/4
    """
    p, v = (entry.subs(positive("E"), 0) for entry in scaled_solution())
    return sympy.factor(p * v).subs(V0, sympy.Abs(V0))
