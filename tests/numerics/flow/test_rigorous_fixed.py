"""Products, forms and residues in fixed point against exact integers, with limbs at their limits."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.flow.program import Linear, Product, Program
from numerics.flow.rigorous.fixed import (
    FixedValues,
    absolute_sum,
    fixed_defects,
    fixed_values,
    form_of,
    limbs_of,
    total_of,
)
from numerics.flow.rigorous.kernel import HALF, LIMB

LAWS = settings(derandomize=True, deadline=None, max_examples=60)
SQUARES = Program(("x", "y"), (Product(0, 1), Product(0, 0), Product(2, 1)), (3, 4))


def evaluated(program: Program, rows: list[list[int]], bits: int, unit: int) -> FixedValues:
    form = form_of(program, unit)
    assert form is not None
    values = fixed_values(form, rows, [sum(map(abs, row)) for row in rows], bits)
    assert values is not None
    return values


def node(values: FixedValues, place: int) -> list[int]:
    """The integers of a node, in units of the last limb."""
    return [total_of(limbs) for limbs in values.room[place, :, : values.counts[place]].T.tolist()]


def product(a: list[int], b: list[int]) -> list[int]:
    found = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for k, y in enumerate(b):
            found[i + k] += x * y
    return found


@LAWS
@given(st.integers(-(2**95) + 1, 2**95 - 1), st.lists(st.integers(-(2**60), 2**60), max_size=9))
def test_limbs_are_balanced_and_bound_sums(value: int, row: list[int]) -> None:
    limbs = limbs_of(value, 5)
    assert total_of(limbs) == value
    assert all(-HALF <= limb < HALF for limb in limbs)
    bound = absolute_sum(np.array([limbs_of(c, 4) for c in row], dtype=np.int32).reshape(len(row), 4).T)
    assert sum(map(abs, row)) <= bound <= 3 * sum(map(abs, row))


@pytest.mark.parametrize("slots", [1, 2, 7, 8, 9, 40, 139])
@pytest.mark.parametrize("unit", [64, 96, 365])
def test_products_are_off_by_less_than_two_units(slots: int, unit: int) -> None:
    random = Random(slots + unit)
    bits = LIMB * -(-unit // LIMB)
    for kind in range(4):
        # decaying, flat, all low limbs at the positive limit, all at the negative one
        if kind == 0:
            rows = [[random.randint(-(1 << bits), 1 << bits) >> (bits * k // slots) for k in range(slots)], []]
            rows[1] = [random.randint(-(1 << bits), 1 << bits) >> (bits * k // slots) for k in range(slots)]
        elif kind == 1:
            rows = [[random.randint(-(1 << bits), 1 << bits) for _ in range(slots)] for _ in range(2)]
        else:
            limb = HALF - 1 if kind == 2 else -HALF
            rows = [[sum(limb << (LIMB * p) for p in range(bits // LIMB))] * slots for _ in range(2)]
        values = evaluated(SQUARES, rows, bits, bits)
        for place, (a, b) in ((2, rows), (3, (rows[0], rows[0]))):
            for found, exact in zip(node(values, place), product(list(a), list(b)), strict=True):
                assert abs(exact - (found << bits)) < 2 << bits
        cut = node(values, 2)[:slots]
        for found, exact in zip(node(values, 4), product(cut, rows[1]), strict=True):
            assert abs(exact - (found << bits)) < 2 << bits


@LAWS
@given(st.lists(st.fractions(min_value=-40, max_value=40, max_denominator=12), min_size=3, max_size=3), st.data())
def test_linear_forms_are_exact(factors: list[Fraction], data: st.DataObject) -> None:
    rows = [data.draw(st.lists(st.integers(-(2**70), 2**70), min_size=4, max_size=4)) for _ in range(2)]
    program = Program(("x", "y"), (Linear(((0, factors[0]), (1, factors[1])), factors[2]),), (2, 2))
    values = evaluated(program, rows, 72, 72)
    found = [Fraction(c, values.form.denominators[2]) for c in node(values, 2)]
    exact = [factors[0] * a + factors[1] * b for a, b in zip(*rows, strict=True)]
    exact[0] += factors[2] * 2**72
    assert found == exact
    assert values.errors[2] == 0


@LAWS
@given(
    st.lists(st.integers(-(2**80), 2**80), min_size=5, max_size=5), st.integers(1, 31), st.integers(0, 9),
    st.fractions(min_value=-3, max_value=3, max_denominator=9),
)  # fmt: skip
def test_residue_is_exact_for_a_linear_field(row: list[int], h: int, power: int, rate: Fraction) -> None:
    program = Program(("x",), (Linear(((0, rate),), rate),), (1,))
    values = evaluated(program, [row], 72, 72)
    found = fixed_defects(values, program.velocity, Fraction(h, 1 << power))
    length = Fraction(h, 1 << power)
    gaps = [Fraction(0)] * 5
    for k in range(5):
        after = row[k + 1] * (k + 1) if k < 4 else 0
        gaps[k] = after - length * (rate * row[k] + (rate * 2**72 if k == 0 else 0))
    total = sum(map(abs, gaps))
    assert found is not None
    assert total <= found[0] <= 3 * total + 2


def test_error_counts_what_a_cut_leaves_out() -> None:
    # all coefficients positive: at s = 1 nothing cancels
    rows = [[(1 << 70) + k for k in range(6)], [(1 << 71) - k for k in range(6)]]
    values = evaluated(SQUARES, rows, 72, 72)
    exact = sum(product(product(rows[0], rows[1]), rows[1]))
    missing = Fraction(exact - (sum(node(values, 4)) << 144), 1 << 144)
    assert missing > 1 << 72
    assert missing <= values.errors[4] <= 2 * missing


def test_errors_count_the_rounding_of_products() -> None:
    rows = [[-1] * 40, [1] * 40]
    values = evaluated(SQUARES, rows, 96, 96)
    gap = sum(product(rows[0], rows[1])) - (sum(node(values, 2)) << 96)
    assert 0 < Fraction(abs(gap), 1 << 96) <= values.errors[2]
    assert values.errors[2] >= 2 * len(node(values, 2))


def test_defect_counts_the_errors_of_the_velocity() -> None:
    # all coefficients positive, the field much larger than the rate: at s = 1 nothing cancels
    rows = [[(1 << 73) + k for k in range(6)], [(1 << 73) - k for k in range(6)]]
    values = evaluated(SQUARES, rows, 72, 72)
    found = fixed_defects(values, (3, 4), Fraction(7, 2))
    exact = Fraction(sum(product(product(rows[0], rows[1]), rows[1])), 1 << 144)
    rate = sum(k * c for k, c in enumerate(rows[1]))
    assert found is not None
    assert abs(rate - Fraction(7, 2) * exact) <= found[1]
