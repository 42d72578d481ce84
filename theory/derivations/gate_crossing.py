"""What is continuous when a gate flips."""

from __future__ import annotations

from theory.derivation import Derivation, Step
from theory.symbols import dot, real, vector


def derivation() -> Derivation:
    """Derive that w.gamma, and with it Gamma cos delta and the speeds of |w| and v, does not jump.

    Examples
    --------
    >>> len(derivation().steps)
    2
    """
    x, g = vector("x1", 2), vector("g", 2)
    length, residual = real("b"), real("e1")
    # in two dimensions every w orthogonal to x is a multiple of x turned by a right angle
    w = (-length * x[1], length * x[0])
    after = tuple(component + residual * entry / 2 for component, entry in zip(g, x, strict=True))
    jump = dot(after, after) - dot(g, g)
    size = residual * dot(g, x) + residual**2 * dot(x, x) / 4
    return Derivation(
        name="gate_crossing",
        title="Continuity at a gate crossing",
        statement=r"At $w\cdot x_k=0$ the correlation jumps by $e_kx_k/n$ but "
        r"$w\cdot\gamma=|w|\Gamma\cos\delta$ "
        r"does not, while $\Gamma^2$ jumps by $2e_k\gamma\cdot x_k/n+e_k^2|x_k|^2/n^2$.",
        variables={"x1": {"vector": 2}, "g": {"vector": 2}, "b": "real", "e1": "real"},
        steps=(
            Step(dot(w, after), "==", dot(w, g), "w is orthogonal to the jump of gamma"),
            Step(jump, "==", size, "the strength itself jumps"),
        ),
        witness={"x1": [1, 2], "g": [3, 1], "b": 1, "e1": "1/2"},
        sizes="one neuron, d = 2 inputs, n = 2 samples; w = b (-x_2, x_1)",
    )
