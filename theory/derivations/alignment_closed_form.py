"""The angle of a balanced neuron closes as a hyperbolic tangent."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step, named
from theory.flow import along_flow, balanced_polar_flow
from theory.linear_flow import P0, V0, T, alignment_cosine, projection_and_read_out
from theory.symbols import FlowDerivative, real


def derivation() -> Derivation:
    """Derive cos delta(t) twice: from the constant rate of atanh(c), and as s p(t)/v(t).

    Examples
    --------
    >>> derivation().steps[0].rhs
    Gamma*s
    """
    flow = balanced_polar_flow()
    _, c = flow
    c0, s = real("c0"), real("s")
    flow = {c: flow[c]}
    cosine = alignment_cosine()
    velocity = flow[c].xreplace({c: cosine})
    # balanced with |w| = 1, which drops out of the quotient: p0 = c0 and v0 = s
    p, v = (form.subs({P0: c0, V0: s}, simultaneous=True) for form in projection_and_read_out())
    half_angle = (1 - c) / (1 + c)
    rate = sympy.factor(along_flow(half_angle, flow) / half_angle)
    closed = half_angle.xreplace({c: c0}) * sympy.exp(rate * T)
    substitution = sympy.cancel(along_flow(sympy.atanh(c), flow))
    return Derivation(
        name="alignment_closed_form",
        title="The angle to the target closes as a hyperbolic tangent",
        statement=r"$\cos\delta(t)=\tanh(\operatorname{artanh}\cos\delta_0+s\Gamma t)$, that is "
        r"$\tan^2\frac{\delta}{2}=\tan^2\frac{\delta_0}{2}\,e^{-2s\Gamma t}$, for a balanced "
        r"neuron, $v=s|w|$.",
        variables={
            "t": "real",
            "Gamma": "positive",
            "s": {"values": [-1, 1]},
            "c0": {"real": "-1 < c0 and c0 < 1"},
            "c": {"real": "-1 < c and c < 1"},
        },
        flow=named(flow),
        steps=(
            Step(FlowDerivative(sympy.atanh(c)), "==", substitution, "atanh(c) has a constant rate"),
            Step(sympy.Derivative(cosine, T), "==", velocity, "so its tanh solves the alignment equation"),
            Step(sympy.Subs(cosine, T, 0), "==", c0, "it starts at the initial angle"),
            Step(s * p, "==", cosine * v, "the same as p/|w| = s p/v, by the addition theorem"),
            Step(FlowDerivative(half_angle), "==", rate * half_angle, "the squared half-angle tangent decays"),
            Step(half_angle.xreplace({c: cosine}), "==", closed, "and is an exponential"),
        ),
        witness={"t": 1, "Gamma": "1/2", "s": 1, "c0": "1/3", "c": "1/4"},
        assumes=("gates and residuals are constant", "the neuron is balanced: v = s|w|"),
        sizes="one neuron, any dimension",
        source={"key": "pinson2026", "locator": "mutual alignment"},
    )
