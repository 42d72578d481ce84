"""From the weights of a neuron to its projection on the target direction."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.flow import along_flow, correlation_flow
from theory.readout import network_of, network_table, network_witness
from theory.symbols import FlowDerivative, dot


def derivation() -> Derivation:
    """Derive p' = Gamma v, v' = Gamma p, q' = 0 while gates and residuals are constant.

    Examples
    --------
    >>> len(derivation().steps)
    7
    """
    network = network_of("scalar", width=1)
    flow, w, gamma, v = correlation_flow(network, 0), network.w(0), network.gamma(0), network.v(0)[0]
    strength = sympy.sqrt(dot(gamma, gamma))
    p = dot(w, gamma) / strength
    steps = []
    for quantity, target, rule in (
        (p, strength * v, "the projection grows with the read-out"),
        (v, strength * p, "the read-out grows with the projection"),
    ):
        rate = along_flow(quantity, flow)
        steps.append(Step(FlowDerivative(quantity), "==", rate, "chain rule, gamma constant"))
        if rate != target:
            steps.append(Step(rate, "==", target, rule))
    for component, direction in zip(w, gamma, strict=True):
        orthogonal = component - dot(w, gamma) / dot(gamma, gamma) * direction
        rate = along_flow(orthogonal, flow)
        steps.append(Step(FlowDerivative(orthogonal), "==", rate, "chain rule, gamma constant"))
        steps.append(Step(rate, "==", sympy.simplify(rate), "nothing pushes across gamma"))
    return Derivation(
        name="reduced_flow",
        title="A neuron moves along its target direction only",
        statement=r"With $p=w\cdot\gamma/\Gamma$ and $q=w-p\,\gamma/\Gamma$: $p'=\Gamma v$, $v'=\Gamma "
        r"p$, $q'=0$.",
        variables={},
        steps=tuple(steps),
        hypotheses=("dot(gamma[0], gamma[0]) > 0",),
        network=network_table(network, early=True),
        witness=network_witness(network),
        assumes=("the flow is off the gate boundaries", "the residuals are constant: small initialisation"),
        sizes="m = 1 neuron, d = 2 inputs, n = 2 samples",
        source={"key": "pinson2026", "locator": "mutual alignment"},
    )
