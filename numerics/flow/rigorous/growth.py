"""An upper bound of the logarithmic norm of a network's flow, read off the residuals alone.

In a mode the flow is that of ``-grad(L o P)`` with ``L = (1/n) sum_k l(f(x_k), y_k)``, l convex in f. Minus the Hessian
is ``-(1/n) sum_k Df_k^T l'' Df_k`` (negative semidefinite) plus, for every neuron, the block that maps (w_j, v_j) to
``(P_j C_j^T v_j, C_j P_j w_j)`` with ``C_j = (1/n) sum_k g_jk e_k x_k^T``: its largest eigenvalue is the largest
singular value of ``C_j P_j``, at most the Frobenius norm of C_j. Hence mu = max_j |C_j|_F bounds the logarithmic norm.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from numerics.flow.network import Network
from numerics.flow.rigorous.amounts import ceil_div, norm_up, scaled_up

BITS = 30


@dataclass(frozen=True)
class Inputs:
    """What the bounds need of the data: inputs rounded to units of ``2**-30`` and sizes rounded up."""

    network: Network

    @cached_property
    def rounded(self) -> list[list[int]]:
        """The inputs (n, d), rounded down."""
        return [[(v.numerator << BITS) // v.denominator for v in row] for row in self.network.x]

    @cached_property
    def sizes(self) -> list[int]:
        """Upper bounds of the norms of the inputs."""
        return [norm_up(scaled_up(abs(v), BITS) for v in row) for row in self.network.x]

    @cached_property
    def labels(self) -> list[int]:
        """Upper bounds of the sizes of the first labels."""
        return [scaled_up(abs(row[0]), BITS) for row in self.network.y]


def correlation_bound(
    inputs: Inputs, gates: tuple[tuple[int, ...], ...], residuals: list[list[tuple[int, int]]]
) -> int:
    """Return an upper bound of ``max_j |C_j|_F``, for residuals (n, c) given as (middle, radius), units ``2**-30``."""
    n, d = inputs.network.samples, inputs.network.dimension
    worst = 0
    for row in set(gates):
        active = [k for k in range(n) if row[k] == 1]
        entries = []
        for a in range(inputs.network.outputs):
            pairs = [residuals[k][a] for k in active]
            for i in range(d):
                column = [inputs.rounded[k][i] for k in active]
                middle = sum(x * e for x, (e, _) in zip(column, pairs, strict=True))
                # x is between its rounded value and one unit more
                slack = sum((abs(x) + 1) * r + abs(e) for x, (e, r) in zip(column, pairs, strict=True))
                entries.append(ceil_div(abs(middle) + slack, n << BITS))
        worst = max(worst, norm_up(entries))
    return worst


def shift_bound(inputs: Inputs, changes: list[int]) -> int:
    """Return an upper bound of the change of ``|C_j|_F`` when residual k changes by at most ``changes[k]``
    (Euclidean), in the units of the changes."""
    total = sum(size * change for size, change in zip(inputs.sizes, changes, strict=True))
    return ceil_div(total, inputs.network.samples << BITS)


def as_fraction(value: int) -> Fraction:
    """Return a bound as a number."""
    return Fraction(value, 1 << BITS)
