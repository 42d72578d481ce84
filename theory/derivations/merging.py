"""Proportional neurons merge into one, exactly."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.flow import along_flow, correlation_flow
from theory.readout import network_of
from theory.symbols import Expr, dot, positive, real, relu, step, vector


def derivation() -> Derivation:
    """Derive that w_j = c_j u, v_j = c_j b act, flow and step as one neuron sqrt(c_1^2 + c_2^2) (u, b).

    Examples
    --------
    >>> len(derivation().steps)
    8
    """
    network = network_of("scalar", width=2)
    u, x, g = vector("u", 2), vector("x1", 2), vector("g", 2)
    b, eta = real("b"), positive("eta")
    c = positive("c1"), positive("c2")
    scale = sympy.sqrt(c[0] ** 2 + c[1] ** 2)
    z = dot(u, x)
    apart = sympy.Add(*(factor * b * relu(dot([factor * entry for entry in u], x)) for factor in c))
    together = scale * b * relu(dot([scale * entry for entry in u], x))
    steps = [
        Step(step(dot([c[0] * entry for entry in u], x)), "==", step(z), "c > 0 does not move the gate"),
        Step(relu(dot([c[0] * entry for entry in u], x)), "==", c[0] * relu(z), "the rectifier is homogeneous"),
        Step(apart, "==", together, "same function"),
    ]
    flow, shape = correlation_flow(network, 0), (u, b)
    base = _velocities(flow, network, sympy.S.One, shape, g)
    for factor, name in ((c[0], "neuron"), (scale, "merged neuron")):
        read_out = _velocities(flow, network, factor, shape, g)[-1]
        steps.append(Step(read_out, "==", factor * base[-1], f"the read-out velocity of the {name} is c times b'"))
    for old, rate, moved in zip((*u, b), base, _velocities(flow, network, scale, shape, g), strict=True):
        merged = scale * (old + eta * rate)
        steps.append(Step(scale * old + eta * moved, "==", merged, "so is a step of descent, at every step size"))
    return Derivation(
        name="merging",
        title="Proportional neurons merge exactly",
        statement=r"$w_j=c_ju$, $v_j=c_jb$ with $c_j>0$: one neuron $\sqrt{\sum_jc_j^2}\,(u,b)$ has the "
        r"same function "
        r"and the same trajectory, in flow and in descent at every step size.",
        variables={"u": {"vector": 2}, "x1": {"vector": 2}, "g": {"vector": 2}, "b": "real"}
        | {"c1": "positive", "c2": "positive", "eta": "positive"},
        steps=tuple(steps),
        witness={"u": [1, 2], "x1": [1, 1], "g": [1, -1], "b": 1, "c1": 1, "c2": 2, "eta": "1/10"},
        assumes=("g is the gated correlation of u, the same for all these neurons because their gates are",),
        sizes="two neurons, d = 2 inputs, one sample shown",
    )


def _velocities(flow, network, factor: Expr, shape, g) -> list[Expr]:
    """Return w' and v' of the neuron factor*(u, b) with correlation g."""
    u, b = shape
    place = dict(zip(network.w(0), [factor * entry for entry in u], strict=True))
    place |= {network.v(0)[0]: factor * b} | dict(zip(network.gamma(0), g, strict=True))
    return [along_flow(name, flow).xreplace(place) for name in (*network.w(0), *network.v(0))]
