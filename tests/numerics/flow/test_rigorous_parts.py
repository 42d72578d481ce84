"""The pieces of a proof: packed polynomials, defects, ranges, eigenvalues, precision."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from threading import Thread

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.flow.field import network_program
from numerics.flow.mode import Mode
from numerics.flow.network import exact_rows
from numerics.flow.program import Linear, Product, Program
from numerics.flow.rigorous.amounts import exact_ball, exponential_up, norm_up, root_up
from numerics.flow.rigorous.derivative import gradients
from numerics.flow.rigorous.fixed import FixedValues
from numerics.flow.rigorous.functions import full_state
from numerics.flow.rigorous.growth import Inputs, correlation_bound
from numerics.flow.rigorous.horner import horner, positive, spread
from numerics.flow.rigorous.precision import working_precision
from numerics.flow.rigorous.spectrum import largest_eigenvalue
from numerics.flow.rigorous.step import Measured, Plans, Step
from numerics.flow.rigorous.subspace import System, projector, system_of
from tests.numerics.flow.problems import random_labels

LAWS = settings(derandomize=True, deadline=None, max_examples=60)
COEFFICIENTS = st.lists(st.integers(-(2**90), 2**90), min_size=1, max_size=9)


def at(row: list[int] | tuple[int, ...], s: Fraction) -> Fraction:
    total = Fraction(0)
    for c in reversed(row):
        total = total * s + c
    return total


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Random programs of two states with awkward denominators and nodes that must be cut back."""
    nodes: list[Linear | Product] = []
    factor = st.fractions(min_value=-3, max_value=3, max_denominator=97).filter(bool)
    for _ in range(draw(st.integers(3, 9))):
        place = st.integers(0, 1 + len(nodes))
        if draw(st.booleans()):
            nodes.append(Product(draw(place), draw(place)))
        else:
            terms = draw(st.dictionaries(place, factor, min_size=1, max_size=3))
            nodes.append(Linear(tuple(sorted(terms.items())), draw(factor)))
    last = len(nodes) + 1
    return Program(("x", "y"), tuple(nodes), (last, last - 1))


ROWS = st.lists(st.integers(-(2**40), 2**40), min_size=6, max_size=6).map(
    lambda row: tuple(c >> (4 * k) for k, c in enumerate(row))
)
PLACES = st.fractions(min_value=0, max_value=1, max_denominator=50)


def measured_both_ways(program: Program, step: Step, unit: int = 64) -> list[Measured]:
    """The step measured in exact integers, and in fixed point where the numbers of the program are small enough."""
    exact = Plans(System(program), unit)
    exact.form = None
    return [exact.measure(step), Plans(System(program), unit).measure(step)]


@LAWS
@given(programs(), ROWS, ROWS, PLACES)
def test_defect_bounds_the_distance_from_the_field(
    program: Program, x: tuple[int, ...], y: tuple[int, ...], s: Fraction
) -> None:
    step = Step(Fraction(0), Fraction(3, 8), 40, (x, y), Fraction(1))
    state = [at(row, s) / 2**40 for row in (x, y)]
    nodes = program.values(state, Fraction)
    for measured in measured_both_ways(program, step):
        for row, place, bound in zip((x, y), program.velocity, measured.defect, strict=True):
            rate = at([k * c for k, c in enumerate(row)][1:], s) / 2**40
            assert abs(rate - nodes[place] * Fraction(3, 8)) <= Fraction(bound, 1 << 64)


@LAWS
@given(programs(), ROWS, ROWS, PLACES)
def test_ranges_and_coefficients_enclose_the_nodes(
    program: Program, x: tuple[int, ...], y: tuple[int, ...], s: Fraction
) -> None:
    step = Step(Fraction(0), Fraction(3, 8), 40, (x, y), Fraction(1))
    places = range(2, 2 + len(program.nodes))
    exact = program.values([at(row, s) / 2**40 for row in (x, y)], Fraction)
    first = program.values([Fraction(row[0], 2**40) for row in (x, y)], Fraction)
    for measured in measured_both_ways(program, step):
        values = measured.values
        for place, (value, change) in zip(places, values.ranges(places, 30), strict=True):
            assert abs(exact[place] * 2**30 - value) <= change
            assert abs(first[place] * 2**30 - value) <= change
            row, slack = values.coefficients(place)
            assert abs(at(row, s) - exact[place] * 2**64) <= slack
            assert abs(exact[place]) * 2**20 <= values.norms[place]


@LAWS
@given(ROWS, ROWS)
def test_both_ways_bound_a_defect_alike(x: tuple[int, ...], y: tuple[int, ...]) -> None:
    program = Program(("x", "y"), (Product(0, 1), Linear(((0, Fraction(-3, 7)), (2, Fraction(5, 6))))), (2, 3))
    exact, fixed = measured_both_ways(program, Step(Fraction(0), Fraction(3, 8), 40, (x, y), Fraction(1)))
    assert isinstance(fixed.values, FixedValues)
    for one, other in zip(exact.defect, fixed.defect, strict=True):
        assert one <= other + 64 and other <= 3 * one + 64


def test_numbers_beyond_the_fixed_point_are_left_to_exact_integers() -> None:
    step = Step(Fraction(0), Fraction(1, 8), 40, ((1 << 40, 1 << 38),), Fraction(1))
    small, large = Fraction(1, 1 << 30), Fraction(1 << 40)
    for node in (Linear(((0, small),)), Linear(((0, large),)), Linear((), large * large)):
        measured = Plans(System(Program(("x",), (node,), (1,))), 64).measure(step)
        assert not isinstance(measured.values, FixedValues)
    huge = replace(step, rows=((1 << 90, 1),))
    assert not isinstance(Plans(System(Program(("x",), (), (0,))), 64).measure(huge).values, FixedValues)
    # the square of a state below 2**47 is beyond it
    square = Plans(System(Program(("x",), (Product(0, 0),), (1,))), 64)
    assert not isinstance(square.measure(replace(step, rows=((1 << 80, 1),))).values, FixedValues)
    assert isinstance(square.measure(step).values, FixedValues)


@LAWS
@given(COEFFICIENTS, st.integers(0, 64), st.integers(0, 64), st.integers(0, 64))
def test_ranges_hold_every_value(row: list[int], a: int, b: int, c: int) -> None:
    low, middle, high = sorted((a, b, c))
    value = at(row, Fraction(middle, 64))
    for bottom, top in (spread(row, low, high, 6), horner(row, low, high, 6)):
        assert bottom <= value <= top
    assert not positive(row, low, high, 6, 0) or value > 0


def test_positive_proves_what_is_positive_near_a_zero() -> None:
    # (s - 1/2)**2 + 2**-20 is positive, (s - 1/2)**2 - 2**-20 is not
    square = [1 << 58, -(1 << 60), 1 << 60]
    assert positive([square[0] + (1 << 40), *square[1:]], 0, 1 << 60, 60, 0)
    assert not positive([square[0] - (1 << 40), *square[1:]], 0, 1 << 60, 60, 0)


@LAWS
@given(st.integers(1, 5), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1e-3, 1.0]))
def test_largest_eigenvalue_is_an_upper_bound(size: int, seed: int, radius: float) -> None:
    generator = np.random.default_rng(seed)
    half = generator.normal(size=(size, size))
    middle, change = half + half.T, generator.uniform(-radius, radius, size=(size, size))
    balls = [[arb(float(middle[i, k])) + arb(0, radius) for k in range(size)] for i in range(size)]
    bound = largest_eigenvalue(balls)
    assert bound is not None
    true = float(np.linalg.eigvalsh(middle + (change + change.T) / 2)[-1])
    assert true <= float(bound) + 1e-12
    assert float(bound) <= float(np.linalg.eigvalsh(middle)[-1]) + 3 * size * radius + 1e-2 * abs(middle).max()


def test_largest_eigenvalue_does_not_believe_the_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np.linalg, "eigvalsh", lambda matrix: np.array([-5.0]))
    bound = largest_eigenvalue([[arb(0), arb(1)], [arb(1), arb(0)]])
    assert bound is not None
    assert bound >= 1


@LAWS
@given(st.fractions(min_value=-50, max_value=50, max_denominator=1000), st.sampled_from([2, 53, 300]))
def test_exponential_is_rounded_up_at_any_precision(u: Fraction, bits: int) -> None:
    with working_precision(bits):
        found = exponential_up(u)
    assert found is not None
    with working_precision(500):
        assert (arb(u.numerator) / u.denominator).exp() * 2**40 <= found


@LAWS
@given(st.integers(0, 2**200), st.integers(-(2**200), 2**200), st.integers(0, 2**100))
def test_amounts_are_rounded_outwards(square: int, middle: int, radius: int) -> None:
    assert (root_up(square) - 1) ** 2 < square <= root_up(square) ** 2 or square == 0
    assert norm_up([middle, radius]) ** 2 >= middle**2 + radius**2
    ball = exact_ball(middle, radius, 80)
    with working_precision(500):
        assert ball.contains(arb((middle + radius, -80)))
        assert ball.contains(arb((middle - radius, -80)))
        assert not ball.contains(arb((middle + radius + radius // 2**20 + 1, -80)))


def test_projector_is_orthogonal_and_kills_the_directions() -> None:
    directions = list(exact_rows([[1, 2, 3], ["1/3", 0, 1]]))
    rows = projector(directions)
    for direction in directions:
        assert all(sum(a * b for a, b in zip(row, direction, strict=True)) == 0 for row in rows)
    assert [[rows[k][i] for k in range(3)] for i in range(3)] == [list(row) for row in rows]
    assert sum(rows[i][i] for i in range(3)) == 1


def test_precision_is_put_back_after_errors_and_in_threads() -> None:
    before = ctx.prec
    with pytest.raises(ZeroDivisionError), working_precision(999):
        raise ZeroDivisionError
    assert ctx.prec == before
    seen = []

    def work(bits: int) -> None:
        for _ in range(200):
            with working_precision(bits):
                third = arb(1) / 3
            seen.append(third.rel_accuracy_bits() >= bits - 3)

    threads = [Thread(target=work, args=(bits,)) for bits in (80, 200, 700)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ctx.prec == before
    assert len(seen) == 600
    assert all(seen)


@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_field_of_a_sliding_mode_has_a_symmetric_derivative_off_its_subspace(loss: str) -> None:
    network = random_labels(2, loss=loss)
    mode = Mode(((0, 1, -1, 1, 0, 1), (1, 1, 1, -1, -1, 1), (1, 0, -1, 1, 1, 1), (1, 1, 1, 1, 1, 1)), (1, 0, -1, 0))
    system = system_of(network, mode)
    state = [arb(value.numerator) / value.denominator for value in network.state()]
    full = full_state(system.program, state)
    _, rows = gradients(system.program, full)
    size = system.program.size
    # the derivative by the adjoined states times theirs by the others: a' = a (1 - a) u' for the logistic function
    table = [[rows[place].get(k, arb(0)) for k in range(len(full))] for place in system.program.velocity[:size]]
    for i, entry in enumerate(system.program.adjoined, size):
        for k in range(size):
            inner = full[i] * (1 - full[i]) * rows[entry.arguments[0]].get(k, arb(0))
            for row in table:
                row[k] = row[k] + row[i] * inner
    for i in range(size):
        for k in range(size):
            assert table[i][k].overlaps(table[k][i])
            assert float(table[i][k].rad()) < 1e-12
    # minus the Hessian is at most the largest |C_j|
    half = [[(table[i][k] + table[k][i]) / 2 for k in range(size)] for i in range(size)]
    nodes = system.program.values(full, lambda value: arb(value.numerator) / value.denominator)
    pairs = [[(round(float(nodes[p]) * 2**30), 1) for p in row] for row in system.residuals]
    bound = correlation_bound(Inputs(network), system.gates, pairs)
    largest = largest_eigenvalue(half)
    assert largest is not None
    assert float(largest) <= bound / 2**30 + 1e-6


@pytest.mark.parametrize("loss", ["squared", "exponential"])
def test_system_agrees_with_the_mode_on_its_subspace(loss: str) -> None:
    network = random_labels(4, loss=loss)
    mode = Mode(((0, 1, -1, 1, 0, 1), (1, 1, 1, -1, -1, 1), (1, 0, -1, 1, 1, 1), (1, 1, 1, 1, 1, 1)), (1, 0, -1, 0))
    system, plain = system_of(network, mode), network_program(network, mode)
    state = list(network.state())
    for j in range(4):
        sliding = mode.sliding(j)
        if sliding:
            rows = projector([network.kinks[h].direction for h in sliding])
            w = state[3 * j : 3 * j + 3]
            state[3 * j : 3 * j + 3] = [sum((a * b for a, b in zip(row, w, strict=True)), Fraction(0)) for row in rows]
    state += [Fraction(1, 2 + k) for k in range(len(plain.adjoined))]
    ours, theirs = system.program.values(state, Fraction), plain.values(state, Fraction)
    assert [ours[p] for p in system.program.velocity] == [theirs[p] for p in plain.velocity]
    assert [ours[p] for _, p in system.program.guards] == [theirs[p] for _, p in plain.guards]
