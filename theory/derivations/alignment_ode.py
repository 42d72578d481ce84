"""The angle between a neuron and its target direction."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step, named
from theory.flow import along_flow, polar_flow, projected_flow
from theory.symbols import FlowDerivative


def derivation() -> Derivation:
    """Derive the alignment equation and the growth of |w| and v from the flow of (p, v, q).

    Examples
    --------
    >>> [step.rhs for step in derivation().steps][-1]
    Gamma*p
    """
    flow, polar = projected_flow(), polar_flow()
    p, v, q = flow
    r, c, _ = polar
    norm = sympy.sqrt(p**2 + q**2)
    place = {r: norm, c: p / norm}
    steps = []
    for quantity, name, rule in (
        (norm, r, "|w|' = v Gamma cos delta"),
        (p / norm, c, "(cos delta)' = v Gamma/|w| (1 - cos^2 delta)"),
        (v, v, "v' = |w| Gamma cos delta"),
    ):
        rate, target = along_flow(quantity, flow), polar[name].xreplace(place)
        steps.append(Step(FlowDerivative(quantity), "==", rate, "chain rule"))
        if target != rate:
            steps.append(Step(rate, "==", target, rule))
    return Derivation(
        name="alignment_ode",
        title="The alignment equation",
        statement=r"$(\cos\delta)'=\frac{v\Gamma}{|w|}(1-\cos^2\delta)$, $|w|'=v\Gamma\cos\delta$, "
        r"$v'=|w|\Gamma\cos\delta$, with $|w|=\sqrt{p^2+q^2}$ and $\cos\delta=p/|w|$.",
        variables={"p": "real", "v": "real", "q": "real", "Gamma": "positive"},
        flow=named(flow),
        steps=tuple(steps),
        hypotheses=("p**2 + q**2 > 0",),
        witness={"p": 1, "v": 2, "q": "1/2", "Gamma": "1/3"},
        assumes=("gates and residuals are constant",),
        sizes="one neuron; q is the length of the part of w orthogonal to gamma, in any dimension",
        source={"key": "pinson2026", "locator": "mutual alignment"},
    )
