"""How much one gradient-descent step changes the balance of a neuron."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.flow import balance, correlation_flow, one_step, weights
from theory.readout import network_of, network_table, network_witness
from theory.symbols import Expr, NextValue, dot, indexed, positive


def derivation(readout: str = "scalar") -> Derivation:
    """Derive that the balance changes by exactly eta^2 (|dL/dw|^2 - |dL/dv|^2).

    Examples
    --------
    >>> derivation().steps[-1].rule
    'the part linear in eta cancels'
    """
    network = network_of(readout, width=1)
    eta, quantity = positive("eta"), balance(network, 0)
    gradients = {weight: _gradient(weight) for weight in weights(network, 0)}
    update = one_step({weight: -gradient for weight, gradient in gradients.items()}, eta)
    after = quantity.xreplace(update)
    w_part, v_part = ([gradients[weight] for weight in part] for part in (network.w(0), network.v(0)))
    drift = eta**2 * (dot(w_part, w_part) - dot(v_part, v_part))
    w_slope, v_slope = dot(network.w(0), w_part), dot(network.v(0), v_part)
    velocities = {gradients[weight]: -velocity for weight, velocity in correlation_flow(network, 0).items()}
    return Derivation(
        name="balance_drift",
        title="One step of descent drifts off the balance",
        statement=r"One step of size $\eta$ changes $|w_j|^2-|v_j|^2$ by exactly "
        r"$\eta^2\left(|\partial L/\partial w_j|^2-|\partial L/\partial v_j|^2\right)$.",
        variables={},
        steps=(
            Step(NextValue(quantity), "==", after, "one step of descent"),
            Step(w_slope, "==", _expanded(w_slope, velocities), "the loss has degree one in w"),
            Step(v_slope, "==", _expanded(v_slope, velocities), "and in v, with the same bilinear form"),
            Step(NextValue(quantity), "==", quantity + drift, "the part linear in eta cancels"),
        ),
        network=network_table(network),
        witness=network_witness(network) | {"eta": "1/10"},
        sizes=f"m = 1 neuron, d = 2 inputs, n = 2 samples, c = {network.outputs} output(s)",
    )


def _expanded(slope: Expr, velocities: dict) -> Expr:
    return sympy.expand(slope.xreplace(velocities))


def _gradient(weight: sympy.Symbol) -> sympy.Symbol:
    letter, indices = weight.name.rstrip("]").split("[")
    return indexed(f"grad_{letter}", *(int(index) for index in indices.split(",")))
