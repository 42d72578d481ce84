"""The three losses, their residuals, and the codes by which the kernels know them."""

from __future__ import annotations

import math
from typing import Any

LOSSES = ("squared", "logistic", "exponential")


def loss_code(loss: str) -> int:
    """Return the position of a loss in `LOSSES`, or say what is allowed.

    Raises
    ------
    ValueError
        When the name is unknown.

    Examples
    --------
    >>> loss_code("logistic")
    1
    """
    if loss not in LOSSES:
        raise ValueError(f"loss: unknown loss={loss!r}; use one of {', '.join(LOSSES)}")
    return LOSSES.index(loss)


def residual_at_zero(y: Any, loss: str) -> Any:
    """Return the residual ``-dl/df`` at ``f = 0`` for labels ``y``.

    It is ``y`` for the half squared error and the exponential loss and ``y/2`` for ``log(1 + exp(-y f))``.

    Examples
    --------
    >>> residual_at_zero(-1.0, "logistic")
    -0.5
    """
    return y / 2 if loss_code(loss) == 1 else y


def loss_value(f: float, y: float, code: int) -> float:
    """Return the loss of one prediction, stable for large ``|f|``.

    Examples
    --------
    >>> loss_value(0.0, 1.0, 0)
    0.5
    """
    if code == 0:
        return 0.5 * (f - y) * (f - y)
    margin = y * f
    if code == 1:
        if margin > 0:
            return math.log1p(math.exp(-margin))
        return math.log1p(math.exp(margin)) - margin
    return math.exp(-margin)


def residual_value(f: float, y: float, code: int) -> float:
    """Return the residual ``-dl/df`` of one prediction.

    Examples
    --------
    >>> residual_value(0.0, -1.0, 1)
    -0.5
    """
    if code == 0:
        return y - f
    if code == 1:
        return y / (1.0 + math.exp(y * f))
    return y * math.exp(-y * f)
