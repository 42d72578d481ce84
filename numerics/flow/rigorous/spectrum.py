"""The largest eigenvalue of a symmetric matrix of balls, bounded from above."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite

import numpy as np
from flint import arb


def largest_eigenvalue(matrix: Sequence[Sequence[arb]]) -> Fraction | None:
    """Return a number that no eigenvalue of any symmetric matrix in the balls exceeds; None when a ball is not finite.

    Gershgorin's discs always give one. A smaller one is guessed in floating point and counts only if the elimination
    of ``bound*I - matrix`` has positive pivots in balls: then that matrix is positive definite.

    Examples
    --------
    >>> largest_eigenvalue([[arb(0), arb(1)], [arb(1), arb(0)]]) <= Fraction(1001, 1000)
    True
    """
    size = len(matrix)
    discs = []
    for i, row in enumerate(matrix):
        top = (row[i] + sum((row[k].abs_upper() for k in range(size) if k != i), start=arb(0))).upper()
        if not top.is_finite():
            return None
        discs.append(_exact(top))
    bound = max(discs)
    middle = np.array([[float(entry.mid()) for entry in row] for row in matrix])
    wide = float(sum(max(float(entry.rad()) for entry in row) ** 2 for row in matrix)) ** 0.5 * size**0.5
    guess = float(np.linalg.eigvalsh((middle + middle.T) / 2)[-1])
    scale = float(np.abs(middle).max()) + wide
    for pad in (1e-9 * scale, 0.5 * wide + 1e-6 * scale, wide + 1e-3 * scale):
        if not isfinite(guess + pad):
            return bound
        sigma = Fraction(guess + pad).limit_denominator(1 << 40)
        if sigma >= bound:
            return bound
        if _positive_definite(matrix, sigma):
            return sigma
    return bound


def _positive_definite(matrix: Sequence[Sequence[arb]], sigma: Fraction) -> bool:
    size = len(matrix)
    shift = arb(sigma.numerator) / sigma.denominator
    rows = [[(shift if i == k else 0) - matrix[i][k] for k in range(size)] for i in range(size)]
    for i in range(size):
        if not rows[i][i] > 0:
            return False
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            for m in range(k, size):
                rows[m][k] = rows[m][k] - factor * rows[m][i]
    return True


def _exact(value: arb) -> Fraction:
    mantissa, power = (int(part) for part in value.man_exp())
    return Fraction(mantissa) * Fraction(2) ** power
