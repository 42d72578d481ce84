"""When a gate flips: a quadratic in exp(Gamma t)."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.gate_events import gate_quadratic, gate_roots, pre_activation
from theory.linear_flow import GAMMA, T
from theory.symbols import real


def derivation() -> Derivation:
    """Derive the gate quadratic, its roots and the speed of the pre-activation at the crossing.

    Examples
    --------
    >>> derivation().steps[1].rhs
    0
    """
    leading, middle, constant = gate_quadratic()
    growth, root = sympy.exp(GAMMA * T), real("E")
    z = pre_activation()
    quadratic = leading * root**2 + middle * root + constant
    steps = [Step(growth * z, "==", quadratic.subs(root, growth), "cosh and sinh in E = exp(Gamma t)")]
    steps += [
        Step(sympy.Subs(quadratic, root, value), "==", sympy.S.Zero, f"root of the quadratic, {sign} sign")
        for value, sign in zip(gate_roots(), ("minus", "plus"), strict=True)
    ]
    speed = sympy.diff(sympy.expand(quadratic / root), root) * GAMMA * root
    speed = sympy.expand(speed).collect(root).subs(root, growth)
    steps.append(Step(sympy.Derivative(z, T), "==", speed, "its sign tells whether the gate opens or closes"))
    return Derivation(
        name="gate_opening",
        title="The gate-opening quadratic",
        statement=r"With $E=e^{\Gamma t}$, $c=\gamma\cdot x_k/\Gamma$ and $z=q\cdot x_k$ the pre-activation "
        r"$w(t)\cdot x_k$ vanishes where $AE^2+zE+B=0$, $A=c(p_0+v_0)/2$, $B=c(p_0-v_0)/2$.",
        variables=dict.fromkeys(("t", "p0", "v0", "c", "z"), "real") | {"Gamma": "positive", "E": "real"},
        hypotheses=("c*(p0 + v0) != 0", "z**2 - c**2*(p0**2 - v0**2) >= 0"),
        steps=tuple(steps),
        witness={"t": 1, "p0": 1, "v0": 2, "c": -1, "z": 3, "Gamma": "1/2", "E": 2},
        assumes=("gates and residuals are constant up to the crossing",),
        sizes="one neuron, one sample, any dimension",
        source={"key": "pinson2026", "locator": "unlocking"},
    )
