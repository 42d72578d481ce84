"""Sliding along a kink: the projected drive and its multipliers."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.gate_events import gram_multipliers, sliding_conditions, sliding_drive, sliding_multipliers
from theory.symbols import dot, real, vector

STATEMENT = (
    r"While the samples $S$ slide, $w'=v(I-P_S)\gamma_A$ and $v'=w\cdot\gamma_A$, with multipliers "
    r"$\lambda=-n K_{SS}^{-1}X_S\gamma_A$; sample $k$ leaves when $\lambda_k$ would be $0$ or $e_k$."
)


def derivation(sliding: int = 1) -> Derivation:
    """Derive the drive of a neuron on which one or two samples slide, from requiring w.x_k constant.

    One sample is written in components, two in the inner products K_kl = x_k.x_l and c_k = x_k.gamma_A.

    Raises
    ------
    ValueError
        If the number of sliding samples is neither 1 nor 2.

    Examples
    --------
    >>> derivation().steps[0].rhs
    0
    """
    if sliding not in (1, 2):
        raise ValueError(f"sliding: sliding={sliding!r} must be 1 or 2 samples")
    return _one() if sliding == 1 else _two()


def _one() -> Derivation:
    x, g, length, multiplier = vector("x1", 2), vector("g", 2), real("b"), real("lambda1")
    (value,) = sliding_multipliers(1, 2, 2)
    free, drive = sliding_drive([x], [multiplier], 2), sliding_drive([x], [value], 2)
    # in two dimensions every w orthogonal to x is a multiple of x turned by a right angle
    normal = (-x[1], x[0])
    w = tuple(length * component for component in normal)
    steps = [Step(sympy.Subs(dot(x, free), multiplier, value), "==", sympy.S.Zero, "w.x_1 stays constant")]
    steps += [
        Step(component, "==", dot(g, normal) * normal[i] / dot(x, x), f"component {i + 1} of (I - P_S) gamma_A")
        for i, component in enumerate(drive)
    ]
    steps.append(Step(dot(w, drive), "==", dot(w, g), "v' = w.gamma_A = w.drive: the closed forms hold"))
    return Derivation(
        name="sliding",
        title="Sliding on one kink of the network",
        statement=STATEMENT,
        variables={"g": {"vector": 2}, "x1": {"vector": 2}, "b": "real", "lambda1": "real"},
        hypotheses=("dot(x1, x1) > 0",),
        steps=tuple(steps),
        witness={"g": [1, 2], "x1": [1, -1], "b": 1, "lambda1": 0},
        assumes=("the flow at a kink is Filippov's",),
        sizes="one neuron, d = 2 inputs, n = 2 samples, 1 of them sliding; w = b (-x_2, x_1)",
    )


def _two() -> Derivation:
    names, values = [real("lambda1"), real("lambda2")], gram_multipliers(2, 3)
    c, square = (real("c1"), real("c2")), real("gg")
    conditions = sliding_conditions(2, 3)
    steps = [
        Step(sympy.Subs(condition, names, values), "==", sympy.S.Zero, f"w.x_{k + 1} stays constant")
        for k, condition in enumerate(conditions)
    ]
    # the drive is a projection of gamma_A, so |drive|^2 = drive.gamma_A = gg + (1/n) lambda.c
    strength = square + dot(names, c) / 3
    eliminated = strength.subs(dict(zip(names, values, strict=True)))
    removed = sympy.factor(sympy.together(square - eliminated))
    steps.append(Step(sympy.Subs(strength, names, values), "==", square - removed, "the squared strength of the drive"))
    return Derivation(
        name="sliding",
        title="Sliding on two kinks of the network",
        statement=STATEMENT,
        variables=dict.fromkeys(("K11", "K12", "K22", "c1", "c2", "gg", "lambda1", "lambda2"), "real"),
        hypotheses=("K11*K22 - K12**2 > 0",),
        steps=tuple(steps),
        witness={"K11": 2, "K12": 1, "K22": 2, "c1": 1, "c2": -1, "gg": 3, "lambda1": 0, "lambda2": 0},
        assumes=("the flow at a kink is Filippov's",),
        sizes="one neuron, any dimension, n = 3 samples, 2 sliding; K_kl = x_k.x_l, c_k = x_k.gamma_A",
    )
