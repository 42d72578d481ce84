"""The flow of a neuron between gate events, for any imbalance."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step, named
from theory.flow import along_flow, projected_flow
from theory.linear_flow import P0, V0, T, projection_and_read_out
from theory.symbols import Expr, FlowDerivative


def derivation() -> Derivation:
    """Derive p(t) and v(t) from the eigenmodes of the linear flow.

    Examples
    --------
    >>> derivation().steps[0].lhs
    d(p/2 + v/2)
    """
    flow = projected_flow()
    p, v, _ = flow
    flow = {p: flow[p], v: flow[v]}
    p_t, v_t = projection_and_read_out()
    solution = {p: p_t, v: v_t}
    steps = []
    for mode, rule in (((p + v) / 2, "eigenmode that grows"), ((p - v) / 2, "eigenmode that decays")):
        steps.append(Step(FlowDerivative(mode), "==", _collected(along_flow(mode, flow), mode), rule))
    for name, start in ((p, P0), (v, V0)):
        velocity = flow[name].xreplace(solution)
        steps.append(Step(sympy.Derivative(solution[name], T), "==", velocity, "solves the flow"))
        steps.append(Step(sympy.Subs(solution[name], T, 0), "==", start, "from the initial value"))
    steps.append(Step(FlowDerivative(v**2 - p**2), "==", along_flow(v**2 - p**2, flow), "the imbalance is conserved"))
    steps.append(Step(v_t**2 - p_t**2, "==", V0**2 - P0**2, "and so it is by the closed form"))
    return Derivation(
        name="flow_closed_form",
        title="The flow of a neuron between gate events",
        statement=r"$p(t)=p_0\cosh\Gamma t+v_0\sinh\Gamma t$ and $v(t)=v_0\cosh\Gamma t+p_0\sinh\Gamma t$.",
        variables={"t": "real", "Gamma": "positive", "p0": "real", "v0": "real", "p": "real", "v": "real"},
        flow=named(flow),
        steps=tuple(steps),
        witness={"t": 1, "Gamma": "1/2", "p0": "1/3", "v0": "-1/5", "p": 1, "v": 2},
        assumes=("gates and residuals are constant",),
        sizes="one neuron, any dimension",
    )


def _collected(rate: Expr, mode: Expr) -> Expr:
    return sympy.cancel(rate / mode) * mode
