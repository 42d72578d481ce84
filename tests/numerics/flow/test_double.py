"""Flows in double precision: located events, estimates, user fields, and the cost beside a bare solve_ivp."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from numerics.flow.double.compiled import ProgramField
from numerics.flow.double.dop853 import BERNSTEIN, interpolant_matrix
from numerics.flow.double.field import double_data, double_field
from numerics.flow.double.integrate import network_in_double, tolerances
from numerics.flow.double.program import program_in_double
from numerics.flow.double.watch import Watch
from numerics.flow.hybrid.integrate import network_by_taylor
from numerics.flow.limits import Limits
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network, exact_rows
from numerics.flow.program import Linear, Product, Program, ProgramBuilder
from tests.numerics.flow.problems import random_labels


@pytest.mark.parametrize("seed", range(20, 28))
def test_errors_are_estimated_honestly_through_events(seed: int) -> None:
    times = [Fraction(2), Fraction(9), Fraction(20)]
    network = random_labels(seed)
    double, exact = network_in_double(network, times), network_by_taylor(network, times, 15)
    assert [e.kind for e in double.events] == [e.kind for e in exact.events]
    for one, other in zip(double.events, exact.events, strict=True):
        assert abs(one.time - other.time) < Fraction(1, 10**8)
    for a, b, error in zip(double.states, exact.states, double.errors, strict=True):
        assert sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) <= error**2
        assert error < Fraction(1, 1000)


def test_fewer_digits_give_larger_errors() -> None:
    network = random_labels(2)
    exact = network_by_taylor(network, [Fraction(10)], 15).states[0]
    errors = []
    for digits in (4, 8, 12):
        state = network_in_double(network, [Fraction(10)], digits).states[0]
        errors.append(max(abs(float(p - q)) for p, q in zip(state, exact, strict=True)))
    assert errors[0] > 100 * errors[1] > 10**4 * errors[2]


def test_the_bernstein_form_of_a_step_is_its_dense_output() -> None:
    network = random_labels(2)
    step = network_in_double(network, [Fraction(1)], 6).extra["steps"][0]
    s = 0.37
    powers = s ** np.arange(8)
    value = step.y_old + (powers @ interpolant_matrix()) @ step.F
    assert np.allclose(value, step(step.t_old + s * step.h), rtol=0, atol=1e-14)
    assert np.allclose(BERNSTEIN[0] @ step.F, 0) and np.allclose(step.y_old + BERNSTEIN[-1] @ step.F, step(step.t))


class Parabola:
    """A step whose first state is (s - a)(s - b) and whose others stay."""

    def __init__(self, a: float, b: float, size: int) -> None:
        self.t_old, self.h, self.t = 0.0, 1.0, 1.0
        self.y_old = np.zeros(size)
        self.y_old[:2] = a * b, 1.0
        wanted = np.zeros(8)
        wanted[:3] = 0.0, -(a + b), 1.0
        self.F = np.zeros((7, size))
        self.F[:, 0] = np.linalg.lstsq(interpolant_matrix(), wanted, rcond=None)[0]


DOUBLE_CROSSINGS = [(0.4, 0.45, 0.4), (0.3, 0.3001, 0.3), (0.2, 3.0, 0.2), (-1.0, -2.0, None)]


@pytest.mark.parametrize(("a", "b", "first"), DOUBLE_CROSSINGS)
def test_a_double_crossing_inside_a_step_is_not_missed(a: float, b: float, first: float | None) -> None:
    network = Network(exact_rows([[1, 0]]), exact_rows([[1]]), exact_rows([[1, 1]]), exact_rows([[1]]))
    mode = Mode(((1,),), (0,))
    watch = Watch(double_field(double_data(network), mode), {})
    hit = watch.check(Parabola(a, b, 3))
    if first is None:
        assert hit is None
    else:
        assert hit is not None and hit.guards == (Guard("kink", 0, 0),) and abs(hit.place - first) < 1e-6


def test_a_guard_that_was_zero_at_the_start_does_not_fire_again() -> None:
    network = Network(exact_rows([[1, 0]]), exact_rows([[1]]), exact_rows([[1, 1]]), exact_rows([[1]]))
    field = double_field(double_data(network), Mode(((1,),), (0,)))
    leaving = Parabola(-1e-15, -2.0, 3)
    leaving.y_old[0] = -1e-15  # the side of zero that rounding chose
    assert Watch(field, {}).check(leaving) is not None
    assert Watch(field, {Guard("kink", 0, 0): 1}).check(leaving) is None
    assert Watch(field, {Guard("kink", 0, 0): None}).check(leaving) is None


def test_an_interpolated_flow_is_that_of_solve_ivp_where_no_event_is() -> None:
    base = random_labels(5)
    network = Network(base.x, base.y, base.w, base.v, gates="on")
    field = double_field(double_data(network), Mode(((),) * 4, (0,) * 4))
    start = np.array([float(value) for value in network.state()])
    relative, absolute = tolerances(12, start)
    bare = solve_ivp(field, (0, 20), start, method="DOP853", dense_output=True, rtol=relative, atol=absolute)
    ours = network_in_double(network, [Fraction(7), Fraction(20)])
    assert np.array_equal(np.array([float(value) for value in ours.states[0]]), bare.sol(7.0))
    assert len(ours.extra["steps"]) == len(bare.t) - 1


def test_user_programs_run_compiled() -> None:
    builder = ProgramBuilder(["p", "v"], room=1)
    slope = builder.adjoin("s", "exp", [0])
    square = builder.product(0, 0)
    velocity = [builder.linear([(1, Fraction(1)), (square, Fraction(-1, 3))], Fraction(1, 5)), 0]
    program = builder.program([*velocity, builder.product(slope, velocity[0])])
    state = np.array([0.3, 0.7, np.exp(0.3)])
    values = program.values(state.tolist(), float)
    assert np.allclose(ProgramField(program)(0.0, state), [values[i] for i in program.velocity], rtol=1e-15)
    result = program_in_double(program, [Fraction(3, 10), Fraction(7, 10)], [Fraction(0), Fraction(1)], 12)
    assert result.times == (0, 1) and abs(float(result.states[1][2]) - np.exp(float(result.states[1][0]))) < 1e-10


def test_blow_up_names_the_time() -> None:
    square = Program(("u",), (Product(0, 0),), (1,))
    result = program_in_double(square, [Fraction(1)], [Fraction(1, 2), Fraction(2)])
    assert "t = 1" in result.reason or "t = 0.99999" in result.reason
    assert result.times == (Fraction(1, 2),) and abs(float(result.states[0][0]) - 2) < 1e-10


def test_limits_in_double_end_with_a_value() -> None:
    decay = Program(("u",), (Linear(((0, Fraction(-10**6)),)),), (1,))
    stiff = program_in_double(decay, [Fraction(1)], [Fraction(1000)], limits=Limits(steps=500))
    assert "500 steps" in stiff.reason and stiff.times == ()
    full = network_in_double(random_labels(1), [Fraction(20)], limits=Limits(bytes=20_000))
    assert "20000 bytes" in full.reason
    many = network_in_double(random_labels(1), [Fraction(20)], limits=Limits(events=1))
    assert "1 events" in many.reason and len(many.events) == 1


def test_a_number_too_large_for_doubles_is_refused() -> None:
    one = exact_rows([[1]])
    for x, w in ((exact_rows([[10**400]]), one), (one, exact_rows([[10**400]]))):
        with pytest.raises(ValueError, match="beyond the range of doubles"):
            network_in_double(Network(x, one, w, one), [Fraction(1)])
