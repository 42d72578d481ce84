"""Within a group the advantage of alignment is bounded."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.linear_flow import GAMMA, T
from theory.norm_products import balanced_norm_product
from theory.symbols import Expr, positive, real


def derivation() -> Derivation:
    """Derive the limit of a_1(t)/a_2(t) of two balanced neurons with the same correlation.

    Examples
    --------
    >>> derivation().steps[2].rhs
    a1*(c1 + 1)**2/(a2*(c2 + 1)**2)
    """
    decay = positive("E")
    products = [_neuron(1), _neuron(2)]
    scaled = [_in_decay(product) for product in products]
    rational = scaled[0] / scaled[1]
    limit = sympy.factor(rational.subs(decay, 0))
    aligned = {real("c1"): sympy.S.One, real("c2"): sympy.S.Zero}
    angle = real("delta")
    steps = [
        Step(product * sympy.exp(-2 * GAMMA * T), "==", value.subs(decay, sympy.exp(-2 * GAMMA * T)), rule)
        for product, value, rule in zip(
            products, scaled, ("the first neuron in E = exp(-2 Gamma t)", "the second neuron"), strict=True
        )
    ]
    steps += [
        Step(sympy.Subs(rational, decay, 0), "==", limit, "the ratio is continuous in E: its value at E = 0"),
        Step(1 + sympy.cos(angle), "==", _half_angle(angle), "so (1 + cos delta)^2 = 4 cos^4(delta/2)"),
        Step(
            sympy.Subs(limit, list(aligned), list(aligned.values())),
            "==",
            limit.xreplace(aligned),
            "aligned against orthogonal: a factor of 4, however long the race",
        ),
    ]
    return Derivation(
        name="race_ratio_limit",
        title="The advantage of alignment is bounded",
        statement=r"Same $\gamma$, balanced: $\frac{a_1}{a_2}\to\frac{a_1(0)\cos^4(\delta_1/2)}"
        r"{a_2(0)\cos^4(\delta_2/2)}$; aligned against orthogonal, four times the initial ratio.",
        variables={"t": "real", "Gamma": "positive", "a1": "positive", "a2": "positive"}
        | {f"c{k}": {"real": f"-1 < c{k} and c{k} <= 1"} for k in (1, 2)}
        | {"delta": "real", "E": "nonnegative"},
        steps=tuple(steps),
        witness={
            "t": 1,
            "Gamma": "1/2",
            "a1": 1,
            "a2": 2,
            "c1": 1,
            "c2": 0,
            "delta": 1,
            "E": 0,
        },
        assumes=(
            "gates and residuals are constant and the same for both neurons",
            "both neurons are balanced with v > 0",
            "exp(-2 Gamma t) tends to 0 as t tends to infinity",
        ),
        sizes="two neurons, any dimension",
        source={"key": "pinson2026", "locator": "racing"},
    )


def _neuron(k: int) -> Expr:
    names = {positive("a0"): positive(f"a{k}"), real("c0"): real(f"c{k}"), real("s"): sympy.S.One}
    return balanced_norm_product().xreplace(names)


def _in_decay(product: Expr) -> Expr:
    """Return a exp(-2 Gamma t) as a polynomial in E = exp(-2 Gamma t)."""
    scale = product.as_independent(T)[0]
    base = (product / scale).base
    written = sympy.expand(base.rewrite(sympy.exp) * sympy.exp(-GAMMA * T))
    return scale * sympy.factor(written.subs(sympy.exp(-2 * GAMMA * T), positive("E")) ** 2)


def _half_angle(angle: sympy.Symbol) -> Expr:
    """Return 1 + cos(angle) in the half angle."""
    doubled = sympy.expand_trig(1 + sympy.cos(2 * angle))
    return sympy.factor(doubled).subs(angle, angle / 2)
