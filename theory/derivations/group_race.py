"""Between groups the stronger correlation wins exponentially."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.linear_flow import GAMMA, P0, V0, T, exponential_solution
from theory.symbols import Expr, positive, real


def derivation() -> Derivation:
    """Derive that the ratio of growing modes of two groups is exponential in the gap of their strengths.

    Examples
    --------
    >>> derivation().steps[-1].rhs
    (p1 + v1)**2*exp(t*(2*Gamma1 - 2*Gamma2))/(p2 + v2)**2
    """
    squares = []
    for k in (1, 2):
        mode: Expr = sympy.factor(sympy.expand(sum(exponential_solution()) / 2))
        names = {GAMMA: positive(f"Gamma{k}"), P0: real(f"p{k}"), V0: real(f"v{k}")}
        growing: Expr = mode.xreplace(names)
        squares.append(growing**2)
    gap = positive("Gamma1") - positive("Gamma2")
    prefactor = (squares[0] / squares[1]).subs(T, 0)
    ratio = squares[0] / squares[1]
    return Derivation(
        name="group_race",
        title="Between groups the race is exponential",
        statement=r"The squared growing modes of two groups have the ratio "
        r"$\frac{(p_1+v_1)^2}{(p_2+v_2)^2}e^{2(\Gamma_1-\Gamma_2)t}$.",
        variables={"t": "real"}
        | {f"Gamma{k}": "positive" for k in (1, 2)}
        | {f"{name}{k}": "real" for name in "pv" for k in (1, 2)},
        hypotheses=("p2 + v2 != 0",),
        steps=(
            Step(squares[0], "==", sympy.expand(squares[0]), "growing mode u+ = (p + v)/2"),
            Step(ratio, "==", prefactor * sympy.exp(2 * gap * T), "divide the exponentials"),
        ),
        witness={"t": 1, "Gamma1": 1, "Gamma2": 2, "p1": 1, "v1": 1, "p2": 1, "v2": 1},
        assumes=("gates and residuals are constant",),
        sizes="two neurons, any dimension",
        source={"key": "pinson2026", "locator": "racing"},
    )
