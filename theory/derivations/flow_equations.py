"""Gradient flow of one neuron from the definition of the network."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.flow import correlation_flow, correlations, gradient_flow
from theory.losses import loss_named
from theory.network import Network, freeze_gates, preactivation, predictions, residuals
from theory.readout import network_of, network_table, network_witness
from theory.symbols import FlowDerivative, indexed, relu, step

SCALAR = r"$w_j'=v_j\gamma_j$ and $v_j'=w_j\cdot\gamma_j$ with $\gamma_j=\frac1n\sum_k g_{jk}e_kx_k$."
VECTOR = r"$w_j'=C_j^{\mathsf T}v_j$ and $v_j'=C_jw_j$ with $C_j=\frac1n\sum_k g_{jk}e_kx_k^{\mathsf T}$."


def derivation(readout: str = "scalar", loss: str = "any", width: int = 2, dimension: int = 2, samples: int = 2):
    """Derive w' and v' of the first neuron off the gate boundaries.

    Examples
    --------
    >>> derivation().steps[-1].rhs
    gamma[0,0]*w[0,0] + gamma[0,1]*w[0,1]
    """
    network = network_of(readout, width=width, dimension=dimension, samples=samples, loss=loss)
    steps = [*_definitions(network), *_correlations(network), *_velocities(network)]
    return Derivation(
        name="flow_equations",
        title=f"Gradient flow of a neuron, {readout} read-out",
        statement=SCALAR if readout == "scalar" else VECTOR,
        variables={},
        steps=tuple(steps),
        network=network_table(network),
        witness=network_witness(network),
        assumes=("the flow is off the gate boundaries",),
        sizes=f"m = {width} neurons, d = {dimension} inputs, n = {samples} samples, c = {network.outputs} output(s)",
    )


def _definitions(network: Network) -> list[Step]:
    steps = [
        Step(name, "==", value, "definition of the network")
        for name, value in zip(network.f(0), predictions(network, 0), strict=True)
    ]
    z = preactivation(network, 0, 0)
    steps.append(Step(network.gate(0, 0), "==", step(z), "the gate is the derivative of the rectifier"))
    steps.append(Step(relu(z), "==", freeze_gates(relu(z), network), "the rectifier is gate times pre-activation"))
    if network.loss != "any" and loss_named(network.loss, network.outputs).in_claims:
        pairs = zip(network.e(0), residuals(network, 0), strict=True)
        steps += [Step(name, "==", value, "the residual is minus dl/df") for name, value in pairs]
    return steps


def _correlations(network: Network) -> list[Step]:
    rule = "definition of the gated correlation"
    return [Step(name, "==", sum_, rule) for name, sum_ in correlations(network, 0).items()]


def _velocities(network: Network) -> list[Step]:
    """For each weight: the gradient by the chain rule, minus it as velocity, and the sum collected."""
    steps = []
    direct, collected = gradient_flow(network, 0), correlation_flow(network, 0)
    for weight, velocity in direct.items():
        gradient = indexed(*_gradient_name(weight))
        steps.append(Step(gradient, "==", -velocity, "chain rule through the predictions, gates constant"))
        steps.append(Step(FlowDerivative(weight), "==", -gradient, "gradient flow"))
        steps.append(Step(FlowDerivative(weight), "==", collected[weight], "collect the gated correlation"))
    return steps


def _gradient_name(weight: sympy.Symbol) -> tuple:
    letter, indices = weight.name.rstrip("]").split("[")
    return (f"grad_{letter}", *(int(index) for index in indices.split(",")))
