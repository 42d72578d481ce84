"""The nodes of a program along the polynomials of one step in fixed point: a compiled way to what `values` computes.

Node i is the polynomial ``P / (2**(24 fraction) * denominator)`` in balanced limbs (`kernel`), with an error in units
``2**-unit``. Linear forms are exact; a product is off by at most two units of the last limb in every coefficient.
What does not fit, a large denominator, factor or value, is left to `values`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from numerics.flow.program import Linear, Product, Program
from numerics.flow.rigorous.amounts import ceil_div
from numerics.flow.rigorous.kernel import LIMB, SPARE, residue, run_nodes
from numerics.flow.rigorous.limbs import absolute_sum, limbs_of, state_limbs, total_of
from numerics.flow.rigorous.plan import NORM_BITS, up

WHOLE = 2  # limbs before the point
FACTORS = 1 << 38
DENOMINATOR = 1 << 24
COLUMN = 1 << 16


@dataclass(frozen=True)
class Form:
    """A program in integer factors: node ``n`` after the states reads ``places[first[n]:first[n + 1]]``."""

    unit: int
    fraction: int
    states: int
    denominators: tuple[int, ...]
    sizes: tuple[tuple[int, ...], ...]
    constant_sizes: tuple[int, ...]
    kinds: Any
    first: Any
    places: Any
    factors: Any
    constants: Any
    slot_of: Any


def form_of(program: Program, unit: int) -> Form | None:
    """Return a program in fixed point; None when its numbers are too large for that."""
    fraction, states = -(-unit // LIMB), len(program.states)
    size = fraction + WHOLE
    denominators = [1] * states
    places: list[int] = []
    factors: list[int] = []
    first, sizes, constants, constant_sizes, used = [0], [], [], [], set()
    for node in program.nodes:
        if isinstance(node, Product):
            used |= {node.left, node.right}
            places += [node.left, node.right]
            factors += [0, 0]
            denominators.append(denominators[node.left] * denominators[node.right])
            sizes.append(())
            constants.append(limbs_of(0, size))
            constant_sizes.append(0)
        else:
            weights, common = _weights(node, denominators)
            constant = node.constant * common * (1 << (LIMB * fraction))
            if sum(map(abs, weights)) >= FACTORS or abs(constant) >= 1 << (LIMB * size - 2):
                return None
            places += [place for place, _ in node.terms]
            factors += weights
            denominators.append(common)
            sizes.append(tuple(up(abs(factor)) for _, factor in node.terms))
            constants.append(limbs_of(int(constant), size))
            constant_sizes.append(up(abs(node.constant)))
        first.append(len(places))
        if denominators[-1] >= DENOMINATOR:
            return None
    rows = {place: row for row, place in enumerate(sorted(used))}
    return Form(
        unit,
        fraction,
        states,
        tuple(denominators),
        tuple(sizes),
        tuple(constant_sizes),
        np.array([isinstance(node, Product) for node in program.nodes], dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(places, dtype=np.int64),
        np.array(factors, dtype=np.int64),
        np.array(constants, dtype=np.int64).reshape(len(constants), size),
        np.array([rows.get(i, -1) for i in range(len(denominators))], dtype=np.int64),
    )


def _weights(node: Linear, denominators: Sequence[int]) -> tuple[list[int], int]:
    factors = [factor / denominators[place] for place, factor in node.terms]
    common = lcm(node.constant.denominator, *(factor.denominator for factor in factors))
    return [int(factor * common) for factor in factors], common


@dataclass
class FixedValues:
    """Limbs (nodes, limbs, slots), error (units ``2**-unit``) and bound of the size (units ``2**-20``) a node."""

    form: Form
    slots: int
    counts: Any
    room: Any
    errors: list[int]
    norms: list[int]

    def coefficients(self, place: int) -> tuple[list[int], int]:
        """Return the coefficients of a node, each rounded down to a unit ``2**-unit``, and a bound of what is left out
        for all s in [0, 1] (rounding and error) in the same units."""
        over = self._over(place, self.form.unit)
        block = self.room[place, :, : self.counts[place]].T.tolist()
        row = [total_of(limbs) // over for limbs in block]
        return row, len(row) + self.errors[place]

    def ranges(self, places: Sequence[int], bits: int) -> list[tuple[int, int]]:
        """Return (value at s = 0, bound of the distance from it on [0, 1]) of nodes, in units of ``2**-bits``, where
        ``bits <= unit``."""
        pairs = []
        for place in places:
            over = self._over(place, bits)
            change = ceil_div(absolute_sum(self.room[place, :, 1 : self.counts[place]]), over)
            value = total_of(self.room[place, :, 0].tolist()) // over
            # the value at 0 is rounded down, and an error below one unit
            pairs.append((value, change + 1 + (self.errors[place] >> (self.form.unit - bits)) + 1))
        return pairs

    def _over(self, place: int, bits: int) -> int:
        return self.form.denominators[place] << (LIMB * self.form.fraction - bits)


def fixed_values(form: Form, rows: Sequence[Sequence[int]], sizes: Sequence[int], bits: int) -> FixedValues | None:
    """Return the values of all nodes at the polynomials of a step (units ``2**-bits``, ``bits <= unit``), which count
    as exact; ``sizes`` are the sums of the sizes of their coefficients. None when a value does not fit."""
    slots, size = len(rows[0]), form.fraction + WHOLE
    if slots * (size + 4) > COLUMN:
        return None
    wide = 2 * slots - 1
    room = np.empty((len(form.denominators), size, wide), dtype=np.int32)
    try:
        room[: form.states, :, :slots] = state_limbs(rows, LIMB * form.fraction - bits, size)
    except OverflowError:
        return None
    counts = _counts(form, slots)
    factors = int(form.slot_of.max(initial=-1)) + 1
    ahead, behind = (np.zeros((factors, size + 4, slots + SPARE), dtype=np.int32) for _ in range(2))
    if run_nodes(
        form.kinds, form.first, form.places, form.factors, form.constants, counts, form.slot_of, room, ahead, behind,
        np.empty((factors, size), dtype=np.int64), np.empty(2 * size + 8, dtype=np.int64), form.states, slots,
        form.fraction,
    ):  # fmt: skip
        return None
    norms = [ceil_div(total << NORM_BITS, 1 << bits) for total in sizes]
    values = FixedValues(form, slots, counts, room, [0] * form.states, norms)
    _bound(values)
    return values


def _counts(form: Form, slots: int) -> Any:
    counts = [slots] * form.states
    for n, product in enumerate(form.kinds):
        read = form.places[form.first[n] : form.first[n + 1]].tolist()
        counts.append(2 * slots - 1 if product else max((counts[place] for place in read), default=1))
    return np.array(counts, dtype=np.int64)


def _bound(values: FixedValues) -> None:
    """Fill in errors and norms of the nodes after the states."""
    form, norms, errors = values.form, values.norms, values.errors
    # a product is off by two units of the last limb in each of at most 2 slots - 1 coefficients
    grain = ceil_div(4 * values.slots, 1 << (LIMB * form.fraction - form.unit))
    cut: dict[int, int] = {}
    ends, reads = form.first.tolist(), form.places.tolist()
    for n, product in enumerate(form.kinds.tolist()):
        places = reads[ends[n] : ends[n + 1]]
        if product:
            (a, e), (b, f) = ((norms[place], _factor_error(values, cut, place)) for place in places)
            # |uv - UV| <= |u||v - V| + |v||u - U| + |u - U||v - V|
            errors.append(((a * f + b * e) >> NORM_BITS) + (e * f >> form.unit) + 2 + grain)
            norms.append((a * b >> NORM_BITS) + 1)
            continue
        error, norm = 0, form.constant_sizes[n]
        for place, size in zip(places, form.sizes[n], strict=True):
            error += (size * errors[place] >> NORM_BITS) + 1 if errors[place] else 0
            norm += (size * norms[place] >> NORM_BITS) + 1
        errors.append(error)
        norms.append(norm)


def _factor_error(values: FixedValues, known: dict[int, int], place: int) -> int:
    """Return the error of a node of which the first ``slots`` coefficients are kept."""
    if place not in known:
        tail = absolute_sum(values.room[place, :, values.slots : values.counts[place]])
        known[place] = values.errors[place] + ceil_div(tail, values._over(place, values.form.unit))
    return known[place]


def fixed_defects(values: FixedValues, velocity: Sequence[int], length: Fraction) -> list[int] | None:
    """Return bounds of ``|p_i'(s) - length * F_i(p(s))|`` on [0, 1], in units ``2**-unit``, one a state."""
    form, slots = values.form, values.slots
    h, power = length.numerator, length.denominator.bit_length() - 1
    denominators = [form.denominators[place] for place in velocity]
    if ((slots * max(denominators, default=1)) << power) + h >= FACTORS:
        return None
    size = values.room.shape[1]
    out = np.empty((len(velocity), size + 3, 2 * slots - 1), dtype=np.int32)
    columns = np.empty(size + 3, dtype=np.int64)
    if residue(
        values.room, values.counts, np.array(velocity, dtype=np.int64), np.array(denominators, dtype=np.int64), h,
        power, slots, columns, out,
    ):  # fmt: skip
        return None
    return [
        ceil_div(absolute_sum(row), values._over(place, form.unit) << power)
        + ceil_div(values.errors[place] * h, 1 << power)
        for row, place in zip(out, velocity, strict=True)
    ]
