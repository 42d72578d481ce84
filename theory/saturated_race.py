"""Saturation of the race: neurons that share one target of strength lam."""

from __future__ import annotations

import sympy

from theory.flow import along_flow, gradient_flow
from theory.linear_flow import T
from theory.network import Network, freeze_gates, predictions, residuals
from theory.symbols import Expr, dot, positive, real


def total_strength() -> Expr:
    """Return S(t) solving S' = 2 S (lam - S) from the linear equation of 1/S.

    Examples
    --------
    >>> total_strength()
    lam/((-1 + lam/S0)*exp(-2*lam*t) + 1)
    """
    strength, start, value = positive("lam"), positive("S0"), positive("S")
    velocity = 2 * value * (strength - value)
    inverse = positive("R")
    # R = 1/S has the affine rate R' = -S'/S^2
    rate = sympy.expand((-velocity / value**2).subs(value, 1 / inverse))
    slope = sympy.diff(rate, inverse)
    fixed = sympy.cancel(-rate.subs(inverse, 0) / slope)
    # R(t) = fixed + (1/S0 - fixed) exp(slope t), and S = 1/R
    excess = sympy.expand((1 / start - fixed) / fixed)
    return (1 / fixed) / (1 + excess * sympy.exp(slope * T))


def escape_time() -> Expr:
    """Return the time at which S reaches the fraction r of its limit lam.

    Examples
    --------
    >>> escape_time()
    log(r*(S0 - lam)/(S0*(r - 1)))/(2*lam)
    """
    strength, fraction, growth = positive("lam"), real("r"), positive("E")
    value = total_strength().subs(sympy.exp(-2 * strength * T), growth)
    equation = sympy.numer(sympy.together(value - fraction * strength))
    slope = sympy.diff(equation, growth)
    root = sympy.factor(-equation.subs(growth, 0) / slope)
    return sympy.log(1 / root) / (2 * strength)


def shared_target_flow() -> dict[sympy.Symbol, Expr]:
    """Return the flow of s_j = |w_j||v_j| for two aligned, balanced neurons with one target.

    From the network: orthogonal data x_k = sqrt(2) times a unit vector, labels lam u.x_k for a unit vector u,
    the loss is the half squared error and both gates are on where u.x_k is positive.

    Examples
    --------
    >>> shared_target_flow()
    {s1: 2*s1*(lam - s1 - s2), s2: 2*s2*(lam - s1 - s2)}
    """
    network, lam = Network(loss="squared"), positive("lam")
    s, angle, root = (positive("s1"), positive("s2")), real("angle"), sympy.sqrt(2)
    target = (sympy.cos(angle), sympy.sin(angle))
    place: dict = {}
    for k in range(network.samples):
        unit = [sympy.Integer(int(i == k)) for i in range(network.dimension)]
        place |= dict(zip(network.x(k), [root * entry for entry in unit], strict=True))
        place[network.y(k)[0]] = lam * root * target[k]
    for j, product in enumerate(s):
        # w_j = sqrt(s_j) u and v_j = sqrt(s_j); with u in the open quadrant every gate is on
        place |= {name: sympy.sqrt(product) * entry for name, entry in zip(network.w(j), target, strict=True)}
        place[network.v(j)[0]] = sympy.sqrt(product)
        place |= {network.gate(j, k): sympy.S.One for k in range(network.samples)}
    errors = {
        network.e(k)[0]: residuals(network, k)[0].xreplace(
            {network.f(k)[0]: freeze_gates(predictions(network, k)[0], network)}
        )
        for k in range(network.samples)
    }
    flow = {}
    for j, product in enumerate(s):
        velocities = gradient_flow(network, j)
        norm, read_out = sympy.sqrt(dot(network.w(j), network.w(j))), network.v(j)[0]
        rate = along_flow(norm * read_out, velocities).xreplace(errors).subs(place)
        pull = lam - s[0] - s[1]
        flow[product] = pull * sympy.cancel(sympy.trigsimp(sympy.expand(rate)) / pull)
    return flow
