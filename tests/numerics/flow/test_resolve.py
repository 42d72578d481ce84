"""The complementarity problem at an event: enumeration, active set, and what is not unique."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.exact_race.box import Box, minimise
from numerics.exact_race.fields import BallField, FloatField, Undecided
from numerics.flow.events import resolve
from numerics.flow.events.numbers import DoubleNumbers
from numerics.flow.events.resolve import Corner, make_corner, options

FIELDS = [DoubleNumbers(1e-9), FloatField(20), BallField(100)]


def corner_of(slope: list, gram: list, plus: list, minus: list, field=None) -> Corner:
    """Return a corner of numbers in a field."""
    number = (lambda value: value) if field is None else (lambda value: field.exact(Fraction(value)))
    rows = [tuple(map(number, part)) for part in (slope, plus, minus)]
    size = [number(10)] * len(slope)
    return Corner(rows[0], tuple(tuple(map(number, row)) for row in gram), rows[1], rows[2], tuple(size), tuple(size))


@pytest.mark.parametrize("field", FIELDS, ids=["double", "mpmath", "balls"])
@pytest.mark.parametrize(
    ("slope", "plus", "minus", "expected"),
    [
        (3, -1, 0, [1]),  # carried through to the positive side
        (-3, 1, 0, [-1]),
        (0, -1, 1, [0]),  # pushed back on both sides
        (0, 1, -1, [1, -1, 0]),  # pushed away on both sides
        (3, 1, -1, [1]),
    ],
)
def test_one_kink_has_the_sides_of_filippov(field, slope: int, plus: int, minus: int, expected: list[int]) -> None:
    with field.precision():
        found = options(field, corner_of([slope], [[1]], [plus], [minus], field))
    assert [option.sides[0] for option in found] == expected
    assert [option.stable for option in found] == [side != 0 or len(expected) == 1 for side in expected]
    assert all(option.decided for option in found)


@pytest.mark.parametrize("field", FIELDS, ids=["double", "mpmath", "balls"])
def test_a_rate_of_zero_is_left_open(field) -> None:
    with field.precision():
        found = options(field, corner_of([1], [[1]], [-1], [2], field))
    assert {(option.sides, option.decided) for option in found} == {((1,), False), ((0,), False)}


def random_corner(seed: int, size: int, dimension: int) -> Corner:
    """Return a corner whose kinks all push back."""
    source = np.random.default_rng(seed)
    u = source.normal(size=(size, dimension))
    low = source.normal(size=size)
    high = low + source.exponential(size=size)
    return corner_of(source.normal(size=size).tolist(), (u @ u.T).tolist(), low.tolist(), high.tolist())


@pytest.mark.parametrize("seed", range(12))
def test_pushing_back_has_one_solution_that_of_the_box(seed: int) -> None:
    field, corner = DoubleNumbers(1e-9), random_corner(seed, 4, 5)
    (found,) = options(field, corner)
    slope = [s + sum(a * b for a, b in zip(row, corner.plus, strict=True))
             for s, row in zip(corner.slope, corner.gram, strict=True)]
    low = list(corner.plus)
    box = Box(list(map(list, corner.gram)), low, list(corner.minus), list(low), slope, [False] * 4, 10)
    minimise(field, box)
    expected = [0 if free else 1 if value == low else -1
                for free, value, low in zip(box.free, box.value, corner.plus, strict=True)]
    assert list(found.sides) == expected


@pytest.mark.parametrize("seed", range(6))
def test_active_set_agrees_with_enumeration(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    field, corner = DoubleNumbers(1e-9), random_corner(seed, 5, 6)
    expected = options(field, corner)
    monkeypatch.setattr(resolve, "ENUMERATED", 0)
    assert [option.sides for option in options(field, corner)] == [option.sides for option in expected]


def test_active_set_names_both_sides_of_a_kink_that_pushes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    field = DoubleNumbers(1e-9)
    corner = corner_of([0, 0], [[1, 0], [0, 1]], [1, -1], [-1, 1])
    monkeypatch.setattr(resolve, "ENUMERATED", 0)
    assert {option.sides for option in options(field, corner)} == {(1, 0), (-1, 0)}


def test_many_kinks_that_push_away_are_undecided() -> None:
    size = resolve.REPELLING + 1
    corner = corner_of([0] * size, np.eye(size).tolist(), [1] * size, [-1] * size)
    with pytest.raises(Undecided, match="push away"):
        options(DoubleNumbers(1e-9), corner)


def test_dependent_directions_slide_together_when_they_can() -> None:
    u = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    found = options(DoubleNumbers(1e-9), corner_of([0, 0, 0], (u @ u.T).tolist(), [-1] * 3, [1] * 3))
    # those that leave a kink do so with velocity zero: not decided
    assert [(option.sides, option.dependent) for option in found if option.decided] == [((0, 0, 0), True)]


def test_corner_of_parallel_and_antiparallel_samples() -> None:
    # samples 0, 1 on one line (factors 1, -2), sample 2 elsewhere and on
    corner = make_corner([[(0, 1), (1, -2)], [(2, 1)]], lambda a, b: [[1, 3], [3, 5]][a][b], (0, 1), [0], [5, 7, 2])
    assert (corner.slope, corner.plus, corner.minus) == ((6,), (5,), (-14,))
