"""The race of aligned modes in a deep linear network."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step, named
from theory.flow import along_flow
from theory.symbols import Expr, FlowDerivative, positive


def derivation(depth: int = 3) -> Derivation:
    """Derive s_j' and the rate of the lead log(s_1/s_2) of two modes, each a product of ``depth`` equal weights.

    Raises
    ------
    ValueError
        If the depth is not 2, 3 or 4.

    Examples
    --------
    >>> derivation(depth=2).steps[-1].rhs
    0
    """
    if depth not in (2, 3, 4):
        raise ValueError(f"deep_race: depth={depth!r} must be 2, 3 or 4")
    flow = _weight_flow(depth)
    r1, r2 = flow
    lam, total = positive("lam"), r1**depth + r2**depth
    lead = sympy.log(r1**depth / r2**depth)
    rate = sympy.factor(sympy.cancel(along_flow(lead, flow) / (lam - total))) * (lam - total)
    growth = sympy.cancel(along_flow(r1**depth, flow) / (lam - total)) * (lam - total)
    return Derivation(
        name="deep_race",
        title="In deeper networks the leader's share grows",
        statement=r"With $s_j=r_j^L$: $s_j'=Ls_j^{2-2/L}(\lambda-S)$ and "
        r"$(\ln s_1/s_2)'=L(\lambda-S)(r_1^{L-2}-r_2^{L-2})$: zero for $L=2$, positive for the leader beyond.",
        variables={"r1": "positive", "r2": "positive", "lam": "positive"},
        flow=named(flow),
        steps=(
            Step(FlowDerivative(r1**depth), "==", growth, "chain rule: the growth of one mode"),
            Step(FlowDerivative(lead), "==", rate, "the rate of the lead"),
        ),
        witness={"r1": 1, "r2": "1/2", "lam": 3},
        assumes=("aligned, balanced modes with one target lam",),
        sizes=f"two modes, depth L = {depth}",
    )


def _weight_flow(depth: int) -> dict[sympy.Symbol, Expr]:
    """Return the flow of the weights of L = (lam - S)^2/2, S = sum_j prod_l a_jl, when all layers agree."""
    lam, layers = positive("lam"), [[positive(f"a{j}{k}") for k in range(depth)] for j in (1, 2)]
    loss: Expr = (lam - sympy.Add(*(sympy.Mul(*mode) for mode in layers))) ** 2 / 2
    r = positive("r1"), positive("r2")
    equal = {weight: size for mode, size in zip(layers, r, strict=True) for weight in mode}
    slopes: list[Expr] = [sympy.diff(loss, mode[0]) for mode in layers]
    return {size: -slope.xreplace(equal) for slope, size in zip(slopes, r, strict=True)}
