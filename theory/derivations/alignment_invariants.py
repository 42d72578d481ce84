"""What alignment keeps constant."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step, named
from theory.flow import along_flow, balanced_polar_flow, polar_flow
from theory.symbols import Expr, FlowDerivative, real


def derivation(balanced: bool = False) -> Derivation:
    """Derive that |w| sin delta is constant, and a sin^2 delta too for a balanced neuron.

    Examples
    --------
    >>> [step.rhs for step in derivation(balanced=True).steps][-1]
    0
    """
    flow = balanced_polar_flow() if balanced else polar_flow()
    r, c = list(flow)[:2]
    # the squares, because sin delta = sqrt(1 - c^2) has no derivative at the aligned end
    size, sine_squared = (r * abs_read_out(r) if balanced else r**2), 1 - c**2
    rates = [sympy.expand(along_flow(factor, flow)) for factor in (size, sine_squared)]
    names = ("a = |w||v| = |w|^2", "a sin^2 delta") if balanced else ("|w|^2", "|w|^2 sin^2 delta")
    read_out = {"s": {"values": [-1, 1]}} if balanced else {"v": "real"}
    return Derivation(
        name="alignment_invariants",
        title="Invariants of alignment",
        statement=r"$|w|\sin\delta$ is constant; for a balanced neuron $a\sin^2\delta$ is constant.",
        variables={"r": "positive", "c": {"real": "-1 <= c and c <= 1"}, "Gamma": "positive"} | read_out,
        flow=named(flow),
        steps=(
            Step(FlowDerivative(size), "==", rates[0], f"{names[0]} grows"),
            Step(FlowDerivative(sine_squared), "==", sympy.factor(rates[1]), "and sin^2 delta falls"),
            Step(
                FlowDerivative(size * sine_squared),
                "==",
                sympy.expand(rates[0] * sine_squared + size * rates[1]),
                f"product rule: {names[1]} is constant",
            ),
        ),
        witness={"r": 1, "c": "1/3", "Gamma": "1/2"} | ({"s": 1} if balanced else {"v": 1}),
        assumes=("gates and residuals are constant",),
        sizes="one neuron, any dimension",
        source={"key": "pinson2026", "locator": "mutual alignment"},
    )


def abs_read_out(r: sympy.Symbol) -> Expr:
    """Return |v| of a balanced neuron, v = s r, written s v with s = -1 or 1 so that it has a derivative.

    Examples
    --------
    >>> abs_read_out(sympy.Symbol("r"))
    r
    """
    s = real("s")
    return sympy.expand(s * (s * r)).subs(s**2, 1)
