"""Saturation of the race: aligned neurons that share one target of strength lam."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step, named
from theory.flow import along_flow
from theory.linear_flow import T
from theory.saturated_race import escape_time, shared_target_flow, total_strength
from theory.symbols import Expr, FlowDerivative, positive, real


def derivation() -> Derivation:
    """Derive the logistic growth of S = s_1 + s_2, the constant shares and the escape time.

    Examples
    --------
    >>> derivation().steps[0].rhs
    2*s1*(lam - s1 - s2)
    """
    flow = shared_target_flow()
    s1, s2 = flow
    total = s1 + s2
    lam, start, fraction = positive("lam"), positive("S0"), real("r")
    growth = (lam - total) * sympy.factor(sympy.cancel(along_flow(total, flow) / (lam - total)))
    closed = total_strength()
    velocity = 2 * closed * (lam - closed)
    steps = [
        Step(FlowDerivative(s1), "==", flow[s1], "s = |w||v|, aligned and balanced, orthogonal data"),
        Step(FlowDerivative(total), "==", growth, "the total is logistic"),
        Step(
            FlowDerivative(s1 / total),
            "==",
            sympy.cancel(along_flow(s1 / total, flow)),
            "the shares are constant",
        ),
        Step(FlowDerivative(1 / total), "==", _inverse_rate(total, flow), "1/S has a linear equation"),
        Step(sympy.Derivative(closed, T), "==", velocity, "its solution"),
        Step(sympy.Subs(closed, T, 0), "==", start, "initial value"),
        Step(sympy.Subs(closed, T, escape_time()), "==", fraction * lam, "time to the fraction r of the target"),
    ]
    return Derivation(
        name="saturation",
        title="Saturation of the race",
        statement=r"$s_j'=2s_j(\lambda-S)$, $S=\sum_js_j$: $S(t)=\lambda/(1+(\lambda/S_0-1)e^{-2\lambda "
        r"t})$, shares "
        r"$s_j/S$ are constant, and $S=r\lambda$ at $\frac{1}{2\lambda}\ln\frac{(\lambda/S_0-1)r}{1-r}$.",
        variables={
            "s1": "positive",
            "s2": "positive",
            "lam": "positive",
            "S0": {"real": "0 < S0 and S0 < lam"},
            "t": "nonnegative",
            "r": {"real": "0 < r and r < 1"},
        },
        flow=named(flow),
        steps=tuple(steps),
        witness={"s1": 1, "s2": 2, "lam": 1, "S0": "1/10", "t": 1, "r": "1/2"},
        assumes=("aligned, balanced neurons with one target; whitened inputs or orthogonal data",),
        sizes="two neurons",
    )


def _inverse_rate(total: Expr, flow) -> Expr:
    """Return 2 - 2 lam/S, affine in 1/S."""
    name = positive("S")
    s1, s2 = flow
    rate = along_flow(1 / total, flow).subs(s2, name - s1)
    return sympy.expand(sympy.cancel(rate)).subs(name, total)
