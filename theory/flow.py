"""Gradient flow of the symbolic network, its correlations, balance and reduced systems."""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from theory.network import Network, loss_gradient
from theory.symbols import Expr, dot, positive, real

Flow = Mapping[sympy.Symbol, Expr]


def along_flow(expression: Expr, flow: Flow) -> Expr:
    """Return the time derivative of an expression along a flow, by the chain rule.

    Examples
    --------
    >>> p, v = real("p"), real("v")
    >>> along_flow(v**2 - p**2, {p: v, v: p})
    0
    """
    return sympy.Add(*(sympy.diff(expression, name) * velocity for name, velocity in flow.items()))


def weights(network: Network, j: int) -> tuple[sympy.Symbol, ...]:
    """Return all weights of neuron j, input weights first.

    Examples
    --------
    >>> weights(Network(), 1)
    (w[1,0], w[1,1], v[1])
    """
    return (*network.w(j), *network.v(j))


def gradient_flow(network: Network, j: int) -> dict[sympy.Symbol, Expr]:
    """Return the velocities -dL/dw and -dL/dv of neuron j in gates, residuals and data.

    Examples
    --------
    >>> gradient_flow(Network(width=1, dimension=1, samples=1), 0)[real("v[0]")]
    e[0]*gate[0,0]*w[0,0]*x[0,0]
    """
    return {weight: sympy.expand(-loss_gradient(network, weight)) for weight in weights(network, j)}


def correlations(network: Network, j: int) -> dict[sympy.Symbol, Expr]:
    """Return the definitions of gamma_j, or of the rows of C_j, as sums over the samples.

    Examples
    --------
    >>> correlations(Network(dimension=1, samples=1), 0)
    {gamma[0,0]: e[0]*gate[0,0]*x[0,0]}
    """
    rows = [network.gamma(j)] if network.outputs == 1 else [network.correlation(j, a) for a in range(network.outputs)]
    samples = range(network.samples)
    return {
        name: sympy.Add(*(network.gate(j, k) * network.e(k)[a] * network.x(k)[i] for k in samples)) / network.samples
        for a, row in enumerate(rows)
        for i, name in enumerate(row)
    }


def correlation_flow(network: Network, j: int) -> dict[sympy.Symbol, Expr]:
    """Return the flow of neuron j written in the names gamma_j (scalar) or C_j (vector read-out).

    The form w_j' = v_j gamma_j, v_j' = w_j.gamma_j (vector: w_j' = C_j^T v_j, v_j' = C_j w_j) is
    compared with `gradient_flow` before it is returned.

    Raises
    ------
    ArithmeticError
        If the two disagree, which would be a defect of this module.

    Examples
    --------
    >>> correlation_flow(Network(), 0)[real("v[0]")]
    gamma[0,0]*w[0,0] + gamma[0,1]*w[0,1]
    """
    outputs = range(network.outputs)
    rows = [network.gamma(j)] if network.outputs == 1 else [network.correlation(j, a) for a in outputs]
    flow = {
        weight: sympy.Add(*(network.v(j)[a] * rows[a][i] for a in outputs)) for i, weight in enumerate(network.w(j))
    }
    flow |= {weight: dot(network.w(j), rows[a]) for a, weight in enumerate(network.v(j))}
    definitions, direct = correlations(network, j), gradient_flow(network, j)
    for weight, velocity in flow.items():
        if sympy.expand(velocity.xreplace(definitions) - direct[weight]) != 0:
            raise ArithmeticError(f"correlation_flow: the velocity of {weight} differs from -dL/d({weight})")
    return flow


def balance(network: Network, j: int) -> Expr:
    """Return |w_j|^2 - |v_j|^2.

    Examples
    --------
    >>> balance(Network(), 0)
    -v[0]**2 + w[0,0]**2 + w[0,1]**2
    """
    return dot(network.w(j), network.w(j)) - dot(network.v(j), network.v(j))


def projected_flow() -> dict[sympy.Symbol, Expr]:
    """Return the flow of p = w.gamma/Gamma, v and the orthogonal part q of w, for a constant gamma.

    Derived in two dimensions, where w = p u + q u_perp with u = gamma/Gamma: the plane that w and gamma span.

    Examples
    --------
    >>> projected_flow()
    {p: Gamma*v, v: Gamma*p, q: 0}
    """
    network = Network(width=1)
    flow, gamma, w = correlation_flow(network, 0), network.gamma(0), network.w(0)
    p, v, q, strength = real("p"), real("v"), real("q"), positive("Gamma")
    angle = real("angle")
    direction = (sympy.cos(angle), sympy.sin(angle))
    orthogonal = (-sympy.sin(angle), sympy.cos(angle))
    target = {name: strength * component for name, component in zip(gamma, direction, strict=True)}
    # w = p u + q u_perp, v[0] = v, gamma = Gamma u
    place = {name: p * a + q * b for name, a, b in zip(w, direction, orthogonal, strict=True)} | {network.v(0)[0]: v}

    def rate(expression: Expr) -> Expr:
        return sympy.trigsimp(sympy.expand(along_flow(expression, flow).xreplace(target).xreplace(place)))

    return {p: rate(dot(w, direction)), v: rate(network.v(0)[0]), q: rate(dot(w, orthogonal))}


def polar_flow() -> dict[sympy.Symbol, Expr]:
    """Return the flow of r = |w|, c = cos delta and v, for a constant gamma.

    Examples
    --------
    >>> polar_flow()
    {r: Gamma*c*v, c: Gamma*v*(1 - c**2)/r, v: Gamma*c*r}
    """
    flow = projected_flow()
    p, v, q = flow
    r, c = positive("r"), real("c")
    norm = sympy.sqrt(p**2 + q**2)

    def rate(expression: Expr) -> Expr:
        # p = r c and q^2 = r^2 (1 - c^2); q enters through its square only
        square = sympy.Dummy("square", real=True)
        value = along_flow(expression, flow).subs(q**2, square).subs(p, r * c).subs(square, r**2 * (1 - c**2))
        return sympy.factor(sympy.simplify(value))

    sine_squared = 1 - c**2
    turning = sine_squared * sympy.cancel(rate(p / norm) / sine_squared)
    return {r: rate(norm), c: turning, v: rate(v)}


def balanced_polar_flow() -> dict[sympy.Symbol, Expr]:
    """Return the flow of r = |w| and c = cos delta of a balanced neuron, v = s r with s = sign v.

    Examples
    --------
    >>> balanced_polar_flow()
    {r: Gamma*c*r*s, c: Gamma*s*(1 - c**2)}
    """
    flow = polar_flow()
    r, c, v = flow
    balanced = {v: real("s") * r}
    return {name: flow[name].xreplace(balanced) for name in (r, c)}


def one_step(flow: Flow, eta: sympy.Symbol) -> dict[sympy.Symbol, Expr]:
    """Return the values after one gradient-descent step of size eta: old value plus eta times velocity.

    Examples
    --------
    >>> p, v = real("p"), real("v")
    >>> one_step({p: v}, positive("eta"))
    {p: eta*v + p}
    """
    return {name: name + eta * velocity for name, velocity in flow.items()}
