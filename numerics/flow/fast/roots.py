"""The first zero of a polynomial on a step, isolated by signs in the Bernstein form."""

from __future__ import annotations

import numpy as np

from numerics.early_race.compiled import compiled
from numerics.flow.fast.layout import ORDER, Work

DEEPEST = 48


@compiled("contract")
def first_zero(work: Work, top: int) -> float:
    """Return the first zero in (0, 1] of ``sum_k poly_k s**k``, ``k <= top``, positive at 0; 2 when there is none.

    The Bernstein coefficients bound the polynomial, and their changes of sign bound the number of its zeros; halves
    are searched from left to right.

    Examples
    --------
    >>> from numerics.flow.fast.layout import make_work
    >>> work = make_work(1, 1)
    >>> work.poly[:3] = 1.0, -2.5, 1.0
    >>> first_zero(work, 2), first_zero(work, 0)
    (0.5, 2.0)
    """
    for k in range(top + 1, ORDER + 1):
        work.poly[k] = 0.0
    for i in range(ORDER + 1):
        value = 0.0
        for k in range(min(i, top) + 1):
            value += work.change[i, k] * work.poly[k]
        work.stack[0, i] = value
    work.span[0, 0], work.span[0, 1] = 0.0, 1.0
    depth = 0
    while depth >= 0:
        changes = _sign_changes(work.stack[depth])
        low, high = work.span[depth, 0], work.span[depth, 1]
        if changes == 0:
            depth -= 1
        elif changes == 1 or high - low < 1e-12 or depth >= DEEPEST:
            if changes % 2 == 1:
                return _refine(work.poly, top, low, high)
            depth -= 1  # touches zero to rounding and turns back
        else:
            _halve(work, depth)
            depth += 1
    return 2.0


@compiled()
def _sign_changes(values: np.ndarray) -> int:
    changes, sign = 0, 1.0
    for i in range(ORDER + 1):
        if values[i] * sign < 0.0:
            changes, sign = changes + 1, -sign
    return changes


@compiled("contract")
def _halve(work: Work, depth: int) -> None:
    """Replace the top of the stack by its right half, and put the left half on it."""
    right, left = work.stack[depth], work.stack[depth + 1]
    low, high = work.span[depth, 0], work.span[depth, 1]
    middle = 0.5 * (low + high)
    left[0] = right[0]
    for level in range(1, ORDER + 1):
        for i in range(ORDER + 1 - level):
            right[i] = 0.5 * (right[i] + right[i + 1])
        left[level] = right[0]
    work.span[depth, 0], work.span[depth + 1, 0], work.span[depth + 1, 1] = middle, low, middle


@compiled("contract")
def _value(poly: np.ndarray, top: int, s: float) -> float:
    value = 0.0
    for k in range(top, -1, -1):
        value = value * s + poly[k]
    return value


@compiled("contract")
def _refine(poly: np.ndarray, top: int, low: float, high: float) -> float:
    """Newton's steps kept inside a bracket, positive on its left and negative on its right."""
    s = 0.5 * (low + high)
    for _ in range(100):
        value, slope = 0.0, 0.0
        for k in range(top, -1, -1):
            slope = slope * s + value
            value = value * s + poly[k]
        if value > 0.0:
            low = s
        else:
            high = s
        step = s - value / slope if slope != 0.0 else low
        if not low < step < high:
            step = 0.5 * (low + high)
        if abs(step - s) <= 2e-16 * s or value == 0.0:
            return s if value == 0.0 else step
        s = step
    return s
