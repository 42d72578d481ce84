"""The norm product a = |w||v| in closed form."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.linear_flow import GAMMA, P0, V0, T, alignment_cosine, projection_and_read_out
from theory.norm_products import balanced_norm_product, scaled_squared_norm_product, squared_norm_product
from theory.symbols import positive, real

VARIABLES = {"t": "real", "Gamma": "positive"}


def derivation(balanced: bool = True) -> Derivation:
    """Derive a(t) of a balanced neuron, or a(t)^2 and its growth rate for any imbalance.

    Examples
    --------
    >>> derivation().steps[-1].rhs
    a0
    """
    return _balanced() if balanced else _general()


def _balanced() -> Derivation:
    product = balanced_norm_product()
    a0, c0, s = positive("a0"), real("c0"), real("s")
    norm = sympy.sqrt(a0)
    v = projection_and_read_out()[1].subs({P0: norm * c0, V0: s * norm}, simultaneous=True)
    rate = 2 * s * GAMMA * alignment_cosine() * product
    return Derivation(
        name="norm_product",
        title="The norm product of a balanced neuron",
        statement=r"$a(t)=a_0(\cosh\Gamma t+s\cos\delta_0\sinh\Gamma t)^2$ for a balanced neuron.",
        variables=VARIABLES | {"a0": "positive", "c0": {"real": "-1 < c0 and c0 < 1"}, "s": {"values": [-1, 1]}},
        steps=(
            Step(v**2, "==", product, "a = v^2 with v0 = s |w0| and p0 = |w0| cos delta_0"),
            Step(sympy.Derivative(product, T), "==", sympy.diff(product, T), "chain rule"),
            Step(
                sympy.diff(product, T),
                "==",
                rate,
                "a' = 2 s Gamma a cos delta, with cos delta in closed form",
            ),
            Step(sympy.Subs(product, T, 0), "==", a0, "initial value"),
        ),
        witness={"t": 1, "Gamma": "1/2", "a0": 1, "c0": "1/3", "s": 1},
        assumes=("gates and residuals are constant", "the neuron is balanced: v = s|w|"),
        sizes="one neuron, any dimension",
        source={"key": "pinson2026", "locator": "racing"},
    )


def _general() -> Derivation:
    square, decay = squared_norm_product(), positive("E")
    scaled = scaled_squared_norm_product()
    limit = sympy.factor(scaled.subs(decay, 0))
    return Derivation(
        name="norm_product",
        title="The norm product for any imbalance",
        statement=r"$a(t)^2=(p(t)^2+q^2)v(t)^2$, and $a(t)e^{-2\Gamma t}\to(p_0+v_0)^2/4$.",
        variables=VARIABLES | {"p0": "real", "v0": "real", "q": "real", "E": "nonnegative"},
        steps=(
            Step(
                square * sympy.exp(-4 * GAMMA * T),
                "==",
                scaled.subs(decay, sympy.exp(-2 * GAMMA * T)),
                "a polynomial in E = exp(-2 Gamma t)",
            ),
            Step(sympy.Subs(scaled, decay, 0), "==", limit, "its value at E = 0, the square of (p0 + v0)^2/4"),
        ),
        witness={"t": 1, "Gamma": "1/2", "p0": 1, "v0": "1/3", "q": 1, "E": 0},
        assumes=("gates and residuals are constant", "exp(-2 Gamma t) tends to 0 as t tends to infinity"),
        sizes="one neuron, any dimension",
        source={"key": "pinson2026", "locator": "racing"},
    )
