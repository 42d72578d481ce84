"""When the projection or the read-out of a locked neuron changes sign."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step, named
from theory.flow import along_flow, projected_flow
from theory.linear_flow import GAMMA, P0, V0, T, exponential_solution, projection_and_read_out
from theory.symbols import FlowDerivative, real


def derivation(case: str = "turn") -> Derivation:
    """Derive the unlocking time of a neuron that turns, or of one whose read-out switches its sign.

    The starts have opposite signs: the larger is b, the smaller -h b, 0 < h < 1; at h = 1 it stays locked.

    Raises
    ------
    ValueError
        If the case is neither "turn" nor "switch".

    Examples
    --------
    >>> derivation().steps[0].rhs
    2*Gamma*p*v*(p**2 + q**2 + v**2)
    """
    if case not in ("turn", "switch"):
        raise ValueError(f"sign_unlocking: case={case!r} must be 'turn' or 'switch'")
    flow = projected_flow()
    p, v, q = flow
    square = (p**2 + q**2) * v**2
    zero = "the projection is zero: the neuron turns" if case == "turn" else "the read-out changes its sign"
    larger, ratio = real("b"), real("h")
    starts = {P0: -ratio * larger, V0: larger} if case == "turn" else {P0: larger, V0: -ratio * larger}
    crossing = projection_and_read_out()[0 if case == "turn" else 1]
    # a cosh + b sinh vanishes where tanh(Gamma t) = -a/b
    quotient = -crossing.coeff(sympy.cosh(GAMMA * T)) / crossing.coeff(sympy.sinh(GAMMA * T))
    time = sympy.atanh(quotient.xreplace(starts)) / GAMMA
    return Derivation(
        name="sign_unlocking",
        title="Sign unlocking",
        statement=r"If $p_0v_0<0$ the norm product falls until $t_u=\operatorname{artanh}(h)/\Gamma$, "
        r"$h=\min(|p_0|,|v_0|)/\max(|p_0|,|v_0|)$, when "
        + ("$p=0$; here $|p_0|<|v_0|$." if case == "turn" else "$v=0$; here $|p_0|>|v_0|$."),
        variables=dict.fromkeys(("t", "p0", "v0", "p", "v", "q"), "real")
        | {"Gamma": "positive", "b": "nonzero", "h": {"real": "0 < h and h < 1"}},
        flow=named(flow),
        steps=(
            Step(FlowDerivative(square), "==", sympy.factor(along_flow(square, flow)), "a falls while p v < 0"),
            *_eigenmodes(),
            Step(sympy.Subs(crossing.xreplace(starts), T, time), "==", sympy.S.Zero, zero),
            *_locked(larger),
        ),
        witness={"t": 1, "Gamma": "1/2", "p": 1, "v": 2, "q": 1, "p0": 1, "v0": -2, "b": 2, "h": "1/2"},
        assumes=("gates and residuals are constant",),
        sizes="one neuron, any dimension",
        source={"key": "pinson2026", "locator": "unlocking"},
    )


def _eigenmodes() -> list[Step]:
    """u+ = (p + v)/2 grows and u- = (p - v)/2 decays: p0 + v0 decides the eventual sign of v."""
    p, v = projection_and_read_out()
    p_exp, v_exp = exponential_solution()
    grow, decay = (sympy.factor(sympy.expand(mode / 2)) for mode in (p_exp + v_exp, p_exp - v_exp))
    return [
        Step((p + v) / 2, "==", grow, "the growing mode: the eventual sign of v is that of p0 + v0"),
        Step((p - v) / 2, "==", decay, "the decaying mode"),
    ]


def _locked(larger: sympy.Symbol) -> list[Step]:
    """At the threshold p0 = -v0 both p and v only decay."""
    starts = {P0: -larger, V0: larger}
    return [
        Step(
            form.xreplace(starts),
            "==",
            sympy.expand(exponential.xreplace(starts)),
            "threshold: locked for ever",
        )
        for form, exponential in zip(projection_and_read_out(), exponential_solution(), strict=True)
    ]
