"""Gradient descent keeps the order of the race at every step size."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step, named
from theory.flow import one_step, projected_flow
from theory.symbols import NextValue, positive, real


def derivation() -> Derivation:
    """Derive that the lead of one growing mode over another is multiplied by 1 + eta Gamma > 0.

    Examples
    --------
    >>> derivation().steps[-1].rhs
    (Gamma*eta + 1)*(p1/2 - p2/2 + v1/2 - v2/2)
    """
    eta = positive("eta")
    p, v, _ = flow = projected_flow()
    update, modes = {}, []
    for k in (1, 2):
        names = {p: real(f"p{k}"), v: real(f"v{k}")}
        velocities = {names[name]: flow[name].xreplace(names) for name in (p, v)}
        update |= one_step(velocities, eta)
        modes.append((names[p] + names[v]) / 2)
    lead = modes[0] - modes[1]
    value = lead.xreplace(update)
    return Derivation(
        name="descent_order",
        title="Descent keeps the order of the race",
        statement=r"For two neurons with the same $\gamma$ the lead $u_1^+-u_2^+$, $u^+=(p+v)/2$, is "
        r"multiplied by "
        r"$1+\eta\Gamma>0$ in every step.",
        variables={f"{name}{k}": "real" for name in "pv" for k in (1, 2)} | {"Gamma": "positive", "eta": "positive"},
        update=named(update),
        steps=(
            Step(NextValue(lead), "==", value, "one step of descent"),
            Step(NextValue(lead), "==", sympy.cancel(value / lead) * lead, "a positive multiple of the lead"),
        ),
        witness={"p1": 1, "v1": 2, "p2": 1, "v2": 1, "Gamma": "1/2", "eta": "1/10"},
        assumes=("gates and residuals are constant during the step",),
        sizes="two neurons, any dimension",
        source={"key": "pinson2026", "locator": "racing"},
    )
