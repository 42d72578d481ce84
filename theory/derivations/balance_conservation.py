"""The balance |w|^2 - |v|^2 of a neuron is conserved by gradient flow."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.flow import along_flow, balance, correlation_flow
from theory.readout import network_of, network_table, network_witness
from theory.symbols import FlowDerivative


def derivation(readout: str = "scalar") -> Derivation:
    """Derive that the balance is constant, for any loss and any gates.

    Examples
    --------
    >>> derivation().steps[-1].rhs
    0
    """
    network = network_of(readout, width=1)
    quantity, flow = balance(network, 0), correlation_flow(network, 0)
    rate = along_flow(quantity, flow)
    return Derivation(
        name="balance_conservation",
        title="Gradient flow conserves the balance of a neuron",
        statement=r"$\frac{d}{dt}\left(|w_j|^2-|v_j|^2\right)=0$ for any loss and any gates.",
        variables={},
        steps=(
            Step(FlowDerivative(quantity), "==", rate, "chain rule and the flow equations"),
            Step(rate, "==", sympy.expand(rate), "both sums are the same bilinear form of w and v"),
            Step(FlowDerivative(quantity), "==", sympy.expand(rate), "so the balance is constant"),
        ),
        network=network_table(network),
        witness=network_witness(network),
        assumes=("the flow is off the gate boundaries",),
        sizes=f"m = 1 neuron, d = 2 inputs, n = 2 samples, c = {network.outputs} output(s)",
    )
