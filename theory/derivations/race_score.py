"""The score that decides the race inside a group."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.linear_flow import P0, V0, scaled_solution
from theory.norm_products import race_score
from theory.symbols import positive, real


def derivation() -> Derivation:
    """Derive the score (p0 + |v0|)^2/4 and its balanced form a0 cos^4(delta_0/2).

    Examples
    --------
    >>> derivation().steps[-1].rhs
    a0*cos(delta/2)**4
    """
    decay, a0, angle = positive("E"), positive("a0"), real("delta")
    score = race_score()
    p, v = (entry.subs(V0, sympy.Abs(V0)) for entry in scaled_solution())
    balanced = score.subs({P0: sympy.sqrt(a0) * sympy.cos(angle), V0: sympy.sqrt(a0)}, simultaneous=True)
    factored = sympy.factor(balanced)
    half = sympy.factor(sympy.expand_trig(factored.subs(angle, 2 * angle)).rewrite(sympy.cos))
    return Derivation(
        name="race_score",
        title="The score of a racing neuron",
        statement=r"$a(t)e^{-2\Gamma t}\to(p_0+|v_0|)^2/4$; for a balanced neuron this is "
        r"$a_0\cos^4(\delta_0/2)$.",
        variables={"p0": "real", "v0": "real", "a0": "positive", "delta": "real"},
        steps=(
            Step((p * v).subs(decay, 0), "==", score, "p v exp(-2 Gamma t) at E = exp(-2 Gamma t) = 0"),
            Step(balanced, "==", factored, "balanced: |w| = |v| = sqrt(a0) and p0 = |w| cos delta_0"),
            Step(factored, "==", half.subs(angle, angle / 2), "1 + cos delta = 2 cos^2(delta/2)"),
        ),
        witness={"p0": 1, "v0": "-1/2", "a0": 2, "delta": 1},
        assumes=(
            "gates and residuals are constant",
            "p0 is the projection on sign(v) gamma",
            "exp(-2 Gamma t) tends to 0 as t tends to infinity",
        ),
        sizes="one neuron, any dimension",
        source={"key": "pinson2026", "locator": "racing"},
    )
