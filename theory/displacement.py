"""The flow of a neuron in its displacement u along gamma: w(t) = w(0) + u gamma, u the integral of v.

In this variable the read-out squared is a quadratic, so crossings need no logarithm and no hyperbolic function.
"""

from __future__ import annotations

import sympy

from theory.flow import along_flow, projected_flow
from theory.linear_flow import GAMMA, P0, V0, projection_and_read_out
from theory.symbols import Expr, real

U = real("u")


def displacement() -> Expr:
    """Return u(t) = (p(t) - p0)/Gamma, since p changes by u |gamma|.

    Examples
    --------
    >>> displacement().subs(real("t"), 0)
    0
    """
    return (projection_and_read_out()[0] - P0) / GAMMA


def pre_activation_after() -> Expr:
    """Return w.x after a displacement u, with z0 = w(0).x and g = gamma.x.

    Examples
    --------
    >>> pre_activation_after()
    g*u + z0
    """
    return real("z0") + U * real("g")


def read_out_squared_after() -> Expr:
    """Return v^2 after a displacement u, from the conserved imbalance v^2 - p^2.

    Raises
    ------
    ArithmeticError
        If the imbalance were not conserved by the derived flow.

    Examples
    --------
    >>> read_out_squared_after()
    Gamma**2*u**2 + 2*Gamma*p0*u + v0**2
    """
    flow = projected_flow()
    p, v, _ = flow
    if along_flow(v**2 - p**2, flow) != 0:
        raise ArithmeticError("read_out_squared_after: the flow does not conserve v^2 - p^2")
    return sympy.expand(V0**2 - P0**2 + (P0 + GAMMA * U) ** 2)


def turn_displacements() -> tuple[Expr, Expr]:
    """Return the two displacements at which v = 0; they are real when |p0| >= |v0|.

    Examples
    --------
    >>> turn_displacements()
    ((-p0 - sqrt(p0**2 - v0**2))/Gamma, (-p0 + sqrt(p0**2 - v0**2))/Gamma)
    """
    leading, middle, constant = sympy.Poly(read_out_squared_after(), U).all_coeffs()
    root = sympy.sqrt(sympy.expand((middle**2 - 4 * leading * constant) / (2 * GAMMA) ** 2)) * 2 * GAMMA
    half = sympy.expand(middle / (2 * GAMMA)), sympy.expand(root / (2 * GAMMA)), sympy.expand(leading / GAMMA)
    return (-half[0] - half[1]) / half[2], (-half[0] + half[1]) / half[2]
