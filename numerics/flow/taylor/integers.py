"""Taylor coefficients in plain Python integers (gmpy2's when importable): any size of number, and the slower oracle.

Coefficient k + 1 of a state is the coefficient k of its velocity times ``length / (k + 1)``. Products of series are
convolutions, done block by block: what finished blocks contribute is one product of polynomials in FLINT.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from operator import mul
from typing import Any

from flint import fmpz_poly

from numerics.flow.program import Product
from numerics.flow.taylor.form import Form

BLOCK = 48


def big_integer() -> Callable[[int], Any]:
    """Return gmpy2's integer type when importable, otherwise Python's."""
    return import_module("gmpy2").mpz if find_spec("gmpy2") else int


class Convolution:
    """The coefficients of a product of two series that grow while it is asked, one order after the other."""

    def __init__(self, left: list[Any], right: list[Any], block: int) -> None:
        self.left, self.right, self.block = left, right, block
        self.done = 0
        self.ready: list[int] = []

    def coefficient(self, k: int) -> Any:
        """Return ``sum_i left_i right_(k-i)``; both series must have k + 1 coefficients."""
        left, right = self.left, self.right
        if k < 2 * self.block:
            return sum(map(mul, left, right[k::-1]))
        if k % self.block == 0:
            # pairs with both orders below k; the others are added one by one until the next block
            product = fmpz_poly([int(c) for c in left[:k]]) * fmpz_poly([int(c) for c in right[:k]])
            self.ready = [int(product[i]) for i in range(k, k + self.block)]
            self.done = k
        first, rest = self.done, k - self.done
        total = self.ready[rest] + sum(map(mul, left[first:], right[rest::-1]))
        return total + sum(map(mul, right[first : k + 1], left[rest::-1]))


def series(
    form: Form, state: Sequence[int], bits: int, length: tuple[int, int], order: int, largest: int, block: int = BLOCK
) -> list[list[int]]:
    """Return the Taylor coefficients of every state in steps of ``length = (m, e)``, that is ``m / 2**e``.

    Parameters
    ----------
    state : integers over ``2**bits``, as all coefficients.    order : the highest order.
    largest : stop at the first coefficient (of any node) beyond ``2**largest``; the lists are shorter then.

    Examples
    --------
    >>> from numerics.flow.program import Product
    >>> series(Form(1, (Product(0, 0),), (1,)), [1 << 10], 10, (1, 2), 3, 64)
    [[1024, 256, 64, 16]]
    """
    number = big_integer()
    grown: list[list[Any]] = [[number(value)] for value in state] + [[] for _ in form.nodes]
    convolutions = {
        place: Convolution(grown[node.left], grown[node.right], block)
        for place, node in enumerate(form.nodes, form.states)
        if isinstance(node, Product)
    }
    bound = number(1) << (bits + largest)
    half = number(1) << (bits - 1)
    m, e = length
    for k in range(order):
        for place, node in enumerate(form.nodes, form.states):
            if isinstance(node, Product):
                value = (convolutions[place].coefficient(k) + half) >> bits
            else:
                value = sum(factor * grown[inner][k] for inner, factor in node.terms)
                if k == 0:
                    value += number(node.constant) << bits
                if node.divisor != 1:
                    value = (value + (node.divisor >> 1)) // node.divisor
            if abs(value) > bound:
                return _states(grown[: form.states])
            grown[place].append(value)
        divisor = (k + 1) << max(e, 0)
        for place, source in enumerate(form.velocity):
            value = ((grown[source][k] * m << max(-e, 0)) + (divisor >> 1)) // divisor
            if abs(value) > bound:
                return _states([row[: k + 1] for row in grown[: form.states]])
            grown[place].append(value)
    return _states(grown[: form.states])


def _states(rows: list[list[Any]]) -> list[list[int]]:
    return [[int(value) for value in row] for row in rows]
