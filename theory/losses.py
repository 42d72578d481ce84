"""Losses, one declaration each; residuals are derived from them by differentiation.

To add a loss, add one module-level ``Loss`` to this file: ``losses()`` finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import sympy

from theory.symbols import Expr, real

Symbols = Sequence[sympy.Symbol]


@dataclass(frozen=True)
class Loss:
    """A loss l(f, y) of one sample.

    Parameters
    ----------
    name : str
        Name used by options and by the claim language.
    expression : callable
        Maps the predictions f and the labels y (sequences of c symbols) to l(f, y).
    outputs : {"one", "any"}
        Whether the read-out must be scalar or may have any number of outputs.
    in_claims : bool
        Whether the claim language knows this loss by name.

    Examples
    --------
    >>> SQUARED.expression([real("f")], [real("y")])
    (f - y)**2/2
    """

    name: str
    expression: Callable[[Symbols, Symbols], Expr]
    outputs: Literal["one", "any"]
    in_claims: bool = True


SQUARED = Loss("squared", lambda f, y: sympy.Add(*((a - b) ** 2 / 2 for a, b in zip(f, y, strict=True))), "any")
LOGISTIC = Loss("logistic", lambda f, y: sympy.log(1 + sympy.exp(-y[0] * f[0])), "one")
EXPONENTIAL = Loss("exponential", lambda f, y: sympy.exp(-y[0] * f[0]), "one")
# The labels of the softmax cross-entropy are class probabilities, one-hot vectors in practice.
SOFTMAX = Loss(
    "softmax",
    lambda f, y: sympy.log(sympy.Add(*map(sympy.exp, f))) - sympy.Add(*(a * b for a, b in zip(f, y, strict=True))),
    "any",
    in_claims=False,
)


def losses() -> dict[str, Loss]:
    """Return every loss declared in this module, by name.

    Examples
    --------
    >>> sorted(losses())
    ['exponential', 'logistic', 'softmax', 'squared']
    """
    return {value.name: value for value in globals().values() if isinstance(value, Loss)}


def loss_named(name: str, outputs: int = 1) -> Loss:
    """Return the loss called ``name`` for a read-out with ``outputs`` outputs.

    Raises
    ------
    ValueError
        If there is no such loss or it has one output only.

    Examples
    --------
    >>> loss_named("logistic").outputs
    'one'
    """
    known = losses()
    if name not in known:
        raise ValueError(f"loss_named: unknown loss name={name!r}; use one of {', '.join(sorted(known))}")
    if known[name].outputs == "one" and outputs != 1:
        raise ValueError(f"loss_named: the {name} loss has one output, got outputs={outputs}; use 'squared'")
    return known[name]


def prediction_symbols(outputs: int = 1) -> tuple[tuple[sympy.Symbol, ...], tuple[sympy.Symbol, ...]]:
    """Return free symbols (predictions, labels), each a tuple of ``outputs`` symbols.

    Examples
    --------
    >>> prediction_symbols()
    ((prediction,), (label,))
    """
    if outputs == 1:
        return (real("prediction"),), (real("label"),)
    indices = range(outputs)
    return tuple(real(f"prediction_{a}") for a in indices), tuple(real(f"label_{a}") for a in indices)


def residual(loss: Loss, f: Symbols, y: Symbols) -> tuple[Expr, ...]:
    """Return the residual e = -dl/df, one expression an output, by differentiation.

    Examples
    --------
    >>> residual(LOGISTIC, *prediction_symbols())
    (label/(exp(label*prediction) + 1),)
    >>> residual(SQUARED, *prediction_symbols())
    (label - prediction,)
    """
    value = loss.expression(f, y)
    return tuple(sympy.simplify(-sympy.diff(value, output)) for output in f)


def residual_at_zero(loss: Loss, outputs: int = 1) -> tuple[Expr, ...]:
    """Return the residual at f = 0, where a small initialisation starts.

    Examples
    --------
    >>> residual_at_zero(LOGISTIC)
    (label/2,)
    """
    f, y = prediction_symbols(outputs)
    start = dict.fromkeys(f, sympy.S.Zero)
    return tuple(sympy.expand(component.subs(start)) for component in residual(loss, f, y))
