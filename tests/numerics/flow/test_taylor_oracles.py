"""The Taylor integrator against other programs: the kernel and plain integers, odefun, heyoka, and itself."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from numerics.flow.field import network_program
from numerics.flow.mode import Mode
from numerics.flow.network import Network
from numerics.flow.program import Linear, Node, Product, Program
from numerics.flow.solution import FlowResult
from numerics.flow.taylor.form import integer_form
from numerics.flow.taylor.integers import series
from numerics.flow.taylor.limbs import HALF, LIMB, MASK, divide, settle
from numerics.flow.taylor.nodes import evaluate
from numerics.flow.taylor.solve import solve
from numerics.flow.taylor.start import full_start
from numerics.flow.taylor.stepper import Stepper, Stopped

NUMBERS = st.fractions(min_value=-2, max_value=2, max_denominator=12)


def network_flow(loss: str = "squared", seed: int = 7) -> tuple[Program, tuple[Fraction, ...]]:
    """Return the flow of a linear cell (m=4, d=3, n=6) with random rational data."""
    source = random.Random(seed)

    def rows(count: int, size: int, scale: int) -> tuple[tuple[Fraction, ...], ...]:
        return tuple(tuple(Fraction(source.randint(-9, 9), 8 * scale) for _ in range(size)) for _ in range(count))

    labels = tuple((Fraction(source.choice((-1, 1))),) for _ in range(6))
    network = Network(rows(6, 3, 1), labels, rows(4, 3, 4), rows(4, 1, 4), loss, "on")
    return network_program(network, Mode(((),) * 4, (0,) * 4)), network.state()


@st.composite
def polynomial_fields(draw: st.DrawFn) -> tuple[Program, list[Fraction]]:
    """Draw a field of degree at most 4 in one to three states, with factors of every kind, and a start."""
    states = draw(st.integers(1, 3))
    nodes: list[Node] = []
    for i in range(draw(st.integers(1, 5))):
        below = st.integers(0, states + i - 1)
        if draw(st.booleans()):
            nodes.append(Product(draw(below), draw(below)))
        else:
            factor = st.one_of(NUMBERS, st.just(Fraction(10**15 + 1, 3 * 10**15 + 7)))
            terms = draw(st.lists(st.tuples(below, factor), min_size=1, max_size=3, unique_by=lambda term: term[0]))
            nodes.append(Linear(tuple(terms), draw(NUMBERS)))
    velocity = tuple(draw(st.integers(0, states + len(nodes) - 1)) for _ in range(states))
    start = [draw(NUMBERS) for _ in range(states)]
    return Program(tuple(f"u{i}" for i in range(states)), tuple(nodes), velocity), start


def off(a: tuple[Fraction, ...], b: tuple[Fraction, ...]) -> float:
    return float(sum((x - y) ** 2 for x, y in zip(a, b, strict=True))) ** 0.5


@given(polynomial_fields(), st.sampled_from([(1, 4), (-19, 8), (5, 30), (3, 0)]), st.sampled_from([20, 70]))
@settings(derandomize=True, deadline=None, max_examples=80)
def test_kernel_agrees_with_integers(problem: tuple[Program, list[Fraction]], length: tuple, digits: int) -> None:
    program, start = problem
    kernel, integers = (Stepper(program, digits, path=path) for path in ("kernel", "integers"))
    state = full_start(program, start, kernel.bits)
    ours, theirs = kernel._series(state, length), integers._series(state, length)
    # where values grow, so do the rounding errors: compare in units of the largest coefficient so far
    largest = 1
    for k in range(min(len(ours[0]), len(theirs[0]))):
        largest = max(largest, *(abs(row[k]) >> kernel.bits for row in theirs))
        assert all(abs(a[k] - b[k]) <= (k + 1) ** 2 * 30 * largest**4 for a, b in zip(ours, theirs, strict=True))


def test_kernel_is_equal_to_integers_but_for_the_last_bits_on_a_network() -> None:
    program, start = network_flow()
    for digits in (15, 60, 250):
        kernel, integers = (Stepper(program, digits, path=path) for path in ("kernel", "integers"))
        state = full_start(program, start, kernel.bits)
        ours, theirs = kernel._series(state, (9, 6)), integers._series(state, (9, 6))
        assert len(ours[0]) == kernel.order + 1
        assert max(abs(a - b) for x, y in zip(ours, theirs, strict=True) for a, b in zip(x, y, strict=True)) < 40


def test_kernel_makes_room_for_large_values() -> None:
    program = Program(("u", "v"), (Product(0, 1), Linear(((2, Fraction(-1, 3)),), Fraction(1 << 40))), (3, 2))
    start = [Fraction(-(10**9)), Fraction(10**12, 7)]
    kernel, integers = (Stepper(program, 30, path=path) for path in ("kernel", "integers"))
    state = full_start(program, start, kernel.bits)
    ours, theirs = kernel._series(state, (1, 60)), integers._series(state, (1, 60))
    assert len(ours[0]) == len(theirs[0]) == kernel.order + 1
    assert max(abs(a - b) for x, y in zip(ours, theirs, strict=True) for a, b in zip(x, y, strict=True)) < 1 << 45


def test_kernel_reports_values_out_of_range() -> None:
    program = Program(("u",), (Product(0, 0), Product(1, 1)), (2,))
    kernel = Stepper(program, 20, path="kernel")
    stopped = kernel.piece((1 << (kernel.bits + 60),), Fraction(0), Fraction(1))
    assert isinstance(stopped, Stopped) and "out of range" in stopped.reason


@given(st.integers(-(2**100), 2**100), st.integers(1, 2**36 - 1), st.integers(-1, 2))
@settings(derandomize=True, deadline=None, max_examples=300)
@example(-1, 3, 0)
@example(2**23, 1, 0)
def test_divide_rounds_to_the_nearest(value: int, divisor: int, shift: int) -> None:
    size = 8
    columns, quotient, out = (np.zeros(2 * size + 12, dtype=np.int64) for _ in range(3))
    rest = value
    for i in range(size):
        columns[i] = ((rest + HALF) & MASK) - HALF
        rest = (rest - int(columns[i])) >> LIMB
    assert not divide(columns, size, divisor, shift, quotient)
    assert not settle(quotient, 0, size, out[:size])
    found = sum(int(limb) << (24 * i) for i, limb in enumerate(out[:size]))
    assert abs(found - Fraction(value) / (divisor * Fraction(2) ** (24 * shift))) <= Fraction(1, 2) + Fraction(1, 2**20)


@pytest.mark.parametrize("block", [8, 48])
def test_blocks_do_not_change_the_series(block: int) -> None:
    program, start = network_flow()
    state = full_start(program, start, 240)
    form = integer_form(program)
    plain = series(form, state, 240, (1, 4), 120, 94, block=10**6)
    assert series(form, state, 240, (1, 4), 120, 94, block=block) == plain


@given(polynomial_fields())
@settings(derandomize=True, deadline=None, max_examples=60)
def test_error_estimate_is_honest(problem: tuple[Program, list[Fraction]]) -> None:
    program, start = problem
    times = [Fraction(k, 5) for k in (1, 4, 10, -2)]
    few = solve(program, start, times, 15)
    many = solve(program, start, times, 45, path="integers")
    assert set(many.times) >= set(few.times)
    truth = dict(zip(many.times, many.states, strict=True))
    for time, state, error in zip(few.times, few.states, few.errors, strict=True):
        assert off(state, truth[time]) <= float(error)


def worst(result: FlowResult, truth: FlowResult) -> float:
    """Return the largest error over the norm of the state, all output times."""
    pairs = zip(result.states, truth.states, strict=True)
    return max(off(a, b) / off(b, (Fraction(0),) * len(b)) for a, b in pairs)


@pytest.mark.parametrize("loss", ["squared", "logistic", "exponential"])
def test_network_flow_has_its_digits_at_every_time(loss: str) -> None:
    program, start = network_flow(loss)
    times = [Fraction(k, 7) for k in range(1, 140, 9)]
    truth = solve(program, start, times, 80, path="integers")
    for digits in (15, 30, 50):
        result = solve(program, start, times, digits)
        assert result.times == tuple(times) and result.reason == ""
        assert worst(result, truth) < 10.0**-digits
        assert max(float(e) for e in result.errors) < 10.0**-digits
        # a component may be small; it still has its own digits
        for state, exact in zip(result.states, truth.states, strict=True):
            assert max(float(abs(a / b - 1)) for a, b in zip(state, exact, strict=True)) < 10.0**-digits
        # an estimate far above the error would pass, and be of no use
        pairs = zip(result.states, truth.states, result.errors, strict=True)
        assert max(off(a, b) / float(e) for a, b, e in pairs) > 1e-4


def test_planted_error_is_seen_by_the_estimate() -> None:
    program, start = network_flow()
    times = [Fraction(1), Fraction(5)]
    result = solve(program, start, times, 20)
    moved = solve(program, (start[0] + Fraction(1, 10**22), *start[1:]), times, 20)
    assert all(off(a, b) > float(e) for a, b, e in zip(result.states, moved.states, result.errors, strict=True))


def test_dense_output_solves_the_field_inside_pieces() -> None:
    program, start = network_flow("logistic")
    result = solve(program, start, [Fraction(3)], 30)
    (segment,) = result.segments
    for piece in segment.pieces:
        stepper = Stepper(program, 30)
        (velocity,) = stepper.node_series(piece, [program.velocity[5]])
        row = piece.coefficients[5]
        for k in range(len(row) - 1):
            assert abs((k + 1) * row[k + 1] / piece.length - velocity[k]) / 2**piece.bits < 1e-30
        (value,) = evaluate([row], piece.bits, Fraction(1, 3))
        assert abs(value - sum(c * Fraction(1, 3) ** k for k, c in enumerate(row))) < 3
    assert all(a.end == b.start for a, b in zip(segment.pieces, segment.pieces[1:], strict=False))
    assert segment.pieces[-1].end == 3


def test_solve_agrees_with_odefun() -> None:
    program, start = network_flow()
    with mpmath.workdps(18):
        number = lambda q: mpmath.mpf(q.numerator) / q.denominator  # noqa: E731

        def field(_: Any, state: Any) -> list[Any]:
            values = program.values(list(state), number)
            return [values[place] for place in program.velocity]

        theirs = mpmath.odefun(field, 0, [number(value) for value in start])(2)
        ours = solve(program, start, [Fraction(2)], 20).states[0]
        assert max(abs(number(a) - b) for a, b in zip(ours, theirs, strict=True)) < mpmath.mpf(10) ** -15


def test_solve_agrees_with_heyoka() -> None:
    hy = pytest.importorskip("heyoka")
    if not hasattr(hy, "real"):
        pytest.skip("heyoka without multiple precision")
    program, start = network_flow()
    bits = 200

    def number(q: Fraction) -> Any:
        # expr / 6 would become a double and stop at 16 digits
        return hy.real(q.numerator, bits) / hy.real(q.denominator, bits)

    names = hy.make_vars(*(f"y{i}" for i in range(len(program.states))))
    values = program.values(list(names), lambda q: hy.expression(number(q)))
    system = [(name, values[place]) for name, place in zip(names, program.velocity, strict=True)]
    state = np.array([number(value) for value in start])
    integrator = hy.taylor_adaptive(system, state, tol=hy.real("1e-53", bits), fp_type=hy.real, prec=bits)
    integrator.propagate_until(hy.real(10, bits))
    ours = solve(program, start, [Fraction(10)], 45).states[0]
    with mpmath.workdps(60):
        theirs = [mpmath.mpf(str(value)) for value in integrator.state]
        found = [mpmath.mpf(value.numerator) / value.denominator for value in ours]
        assert max(abs(a - b) for a, b in zip(found, theirs, strict=True)) < mpmath.mpf(10) ** -45
