"""The residual of a loss, by differentiation."""

from __future__ import annotations

import sympy

from theory.derivation import Derivation, Step
from theory.losses import loss_named, prediction_symbols, residual, residual_at_zero


def derivation(loss: str = "logistic", outputs: int = 1) -> Derivation:
    """Derive e = -dl/df and its value at f = 0.

    Examples
    --------
    >>> derivation(loss="squared").steps[0].rhs
    label - prediction
    """
    chosen = loss_named(loss, outputs)
    f, y = prediction_symbols(outputs)
    value = chosen.expression(f, y)
    steps = []
    for output, slope, initial in zip(f, residual(chosen, f, y), residual_at_zero(chosen, outputs), strict=True):
        steps.append(Step(-sympy.Derivative(value, output), "==", slope, "the residual is minus dl/df"))
        steps.append(Step(sympy.Subs(slope, f, [0] * outputs), "==", initial, "a small network starts at f = 0"))
    return Derivation(
        name="residuals",
        title=f"The residual of the {loss} loss",
        statement=rf"$e=-\partial\ell/\partial f$; at $f=0$: {', '.join(_initial(chosen, outputs))}.",
        variables={symbol.name: "real" for symbol in (*f, *y)},
        witness={symbol.name: f"1/{index + 2}" for index, symbol in enumerate((*f, *y))},
        steps=tuple(steps),
        sizes=f"{outputs} output(s)",
    )


def _initial(chosen, outputs: int) -> list[str]:
    _, y = prediction_symbols(outputs)
    names = {name: sympy.Symbol(name.name.replace("label", "y")) for name in y}
    return [f"$e={sympy.latex(value.xreplace(names))}$" for value in residual_at_zero(chosen, outputs)]
