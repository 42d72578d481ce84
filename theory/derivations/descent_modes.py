"""One gradient-descent step multiplies each mode of a neuron by a constant."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step, named
from theory.flow import one_step, projected_flow
from theory.symbols import NextValue, positive


def derivation() -> Derivation:
    """Derive the multipliers of the growing mode, the decaying mode and the orthogonal part.

    Examples
    --------
    >>> derivation().steps[1].rhs
    (p/2 + v/2)*(Gamma*eta + 1)
    """
    eta = positive("eta")
    flow = projected_flow()
    p, v, q = flow
    update = one_step(flow, eta)
    steps = []
    for mode, rule in (
        ((p + v) / 2, "the growing mode, exactly, at every eta"),
        ((p - v) / 2, "the decaying mode, exactly, at every eta"),
        (q, "the orthogonal part does not move"),
    ):
        value = mode.xreplace(update)
        factor = sympy.cancel(value / mode)
        if factor != 1:
            steps.append(Step(NextValue(mode), "==", value, "one step of descent"))
        steps.append(Step(NextValue(mode), "==", factor * mode, rule))
    return Derivation(
        name="descent_modes",
        title="The modes of gradient descent",
        statement=r"One step multiplies $(p+v)/2$ by $1+\eta\Gamma$, $(p-v)/2$ by $1-\eta\Gamma$ and $q$ "
        r"by $1$.",
        variables={"p": "real", "v": "real", "q": "real", "Gamma": "positive", "eta": "positive"},
        update=named(update),
        steps=tuple(steps),
        witness={"p": 1, "v": 2, "q": 1, "Gamma": "1/2", "eta": "1/10"},
        assumes=("gates and residuals are constant during the step",),
        sizes="one neuron, any dimension",
        source={"key": "pinson2026", "locator": "racing"},
    )
