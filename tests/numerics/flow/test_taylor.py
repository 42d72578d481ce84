"""The Taylor integrator against closed forms: digits at every output time, blow-up, and bad input."""

from __future__ import annotations

import threading
import time as clock
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import mpmath
import pytest

from numerics.flow.program import Linear, Product, Program, ProgramBuilder
from numerics.flow.solution import FlowResult
from numerics.flow.taylor.solve import solve
from numerics.flow.taylor.start import full_start
from numerics.flow.taylor.stepper import Stepper, Stopped

GROWTH = Program(("u",), (), (0,))
SQUARE = Program(("u",), (Product(0, 0),), (1,))
LOGISTIC = Program(("u",), (Product(0, 0), Linear(((0, Fraction(1)), (1, Fraction(-1))))), (2,))
TANH = Program(("u",), (Product(0, 0), Linear(((1, Fraction(-1)),), Fraction(1))), (2,))
TAN = Program(("u",), (Product(0, 0), Linear(((1, Fraction(1)),), Fraction(1))), (2,))
ROTATION = Program(("x", "y"), (Linear(((1, Fraction(-1)),)),), (2, 0))
TIMES = tuple(Fraction(k, 3) for k in range(1, 16))

Truth = Callable[[Any, Any], tuple]
CASES: dict[str, tuple[Program, list[Fraction], Truth]] = {
    "growth": (GROWTH, [Fraction(1)], lambda c, t: (c.exp(t),)),
    "logistic": (LOGISTIC, [Fraction(1, 100000)], lambda c, t: (1 / (1 + 99999 * c.exp(-t)),)),
    "tanh": (TANH, [Fraction(0)], lambda c, t: (c.tanh(t),)),
    "rotation": (ROTATION, [Fraction(1), Fraction(0)], lambda c, t: (c.cos(t), c.sin(t))),
}


def context_of(digits: int) -> mpmath.MPContext:
    context = mpmath.MPContext()
    context.dps = digits
    return context


def miss(result: FlowResult, truth: Truth, digits: int) -> list[tuple[float, float]]:
    """Return the error over the size of the component and over the estimate, for all times."""
    context = context_of(digits + 30)
    found = []
    for time, state, error in zip(result.times, result.states, result.errors, strict=True):
        exact = truth(context, context.mpf(time.numerator) / time.denominator)
        for value, right in zip(state, exact, strict=True):
            off = abs(context.mpf(value.numerator) / value.denominator - right)
            found.append((float(off / abs(right)), float(off * error.denominator / error.numerator)))
    return found


@pytest.mark.parametrize("path", ["kernel", "integers"])
@pytest.mark.parametrize("digits", [15, 40, 120])
@pytest.mark.parametrize("name", list(CASES))
def test_solve_has_its_digits_at_every_time(name: str, digits: int, path: str) -> None:
    program, start, truth = CASES[name]
    result = solve(program, start, TIMES, digits, path)
    assert (result.times, result.reason, result.guarantee) == (TIMES, "", "ESTIMATED")
    assert max(relative for relative, _ in miss(result, truth, digits)) < 10.0**-digits
    assert max(ratio for _, ratio in miss(result, truth, digits)) < 1
    assert max(float(error) for error in result.errors) < 10.0**-digits * 200


def test_solve_gives_800_digits() -> None:
    result = solve(TANH, [Fraction(0)], [Fraction(1)], 800)
    value, context = result.states[0][0], context_of(850)
    assert abs(context.mpf(value.numerator) / value.denominator - context.tanh(1)) < context.mpf(10) ** -800


def test_solve_digits_change_the_result() -> None:
    few, many = (solve(GROWTH, [Fraction(1)], [Fraction(1)], digits) for digits in (20, 60))
    off = abs(few.states[0][0] - many.states[0][0])
    assert 0 < off < few.errors[0]
    assert many.errors[0] < few.errors[0] / 10**30


@pytest.mark.parametrize("start", ["1/100000", "1/1000000000000"])
def test_solve_keeps_the_digits_of_small_starts(start: str) -> None:
    first = Fraction(start)
    result = solve(GROWTH, [first], [Fraction(-8)], 30)

    def truth(c: Any, t: Any) -> tuple:
        return (c.exp(t) * first.numerator / first.denominator,)

    assert max(relative for relative, _ in miss(result, truth, 30)) < 1e-30


def test_solve_reruns_when_the_flow_is_unstable() -> None:
    # (u - v)' = 30 (u - v): rounding errors grow by exp(60), so 20 digits need 26 more
    program = Program(("u", "v"), (Linear(((0, Fraction(31)), (1, Fraction(-30)))),), (2, 1))
    result = solve(program, [Fraction(1), Fraction(1)], [Fraction(2)], 20)
    assert max(relative for relative, _ in miss(result, lambda c, t: (c.exp(t), c.exp(t)), 20)) < 1e-20
    assert result.reason == "" and result.segments[0].pieces[0].bits > 150


def test_solve_returns_times_in_the_order_asked() -> None:
    times = [Fraction(1), Fraction(-1), Fraction(0), Fraction(1, 3), Fraction(-2)]
    result = solve(LOGISTIC, [Fraction(1, 2)], times, 25)
    assert list(result.times) == times and result.states[2] == (Fraction(1, 2),)
    assert max(relative for relative, _ in miss(result, lambda c, t: (1 / (1 + c.exp(-t)),), 25)) < 1e-25


def test_solve_reports_times_before_a_blow_up() -> None:
    result = solve(TAN, [Fraction(0)], [Fraction(1), Fraction(3, 2), Fraction(2)], 30)
    assert result.times == (Fraction(1), Fraction(3, 2))
    assert "blow-up near t = 1.570796327" in result.reason
    assert abs(float(result.ended) - 1.5707963267948966) < 1e-9
    assert max(relative for relative, _ in miss(result, lambda c, t: (c.tan(t),), 30)) < 1e-30


@pytest.mark.parametrize("path", ["kernel", "integers"])
def test_stepper_stops_at_a_pole(path: str) -> None:
    stepper = Stepper(SQUARE, 20, path=path)
    state, now = (1 << stepper.bits,), Fraction(0)
    for _ in range(5000):
        step = stepper.piece(state, now, Fraction(2))
        if isinstance(step, Stopped):
            break
        now, state = step.end, stepper.at(step, step.used)
    assert isinstance(step, Stopped) and abs(step.time - 1) < Fraction(1, 10**9) and "blow-up" in step.reason


def test_solve_stops_where_an_inverse_has_its_pole() -> None:
    # u' = 1/u with u = sqrt(1 + 2t) backwards: the inverse blows up at t = -1/2
    builder = ProgramBuilder(["u"], room=1)
    r = builder.adjoin("r", "inverse", [0])
    square = builder.product(r, r)
    program = builder.program([r, builder.linear([(builder.product(square, r), Fraction(-1))])])
    result = solve(program, [Fraction(1)], [Fraction(-1, 4), Fraction(-1)], 20)
    assert result.times == (Fraction(-1, 4),) and "t = -0.5" in result.reason


def test_solve_is_not_fooled_by_a_stiff_field() -> None:
    # u' = -200 (u - v), v' = 1: the series has terms far larger than its sum
    program = Program(("u", "v"), (Linear(((0, Fraction(-200)), (1, Fraction(200)))), Linear((), Fraction(1))), (2, 3))
    result = solve(program, [Fraction(1), Fraction(0)], [Fraction(1, 100), Fraction(1)], 60)

    def truth(c: Any, t: Any) -> tuple:
        return t - c.mpf(1) / 200 + (1 + c.mpf(1) / 200) * c.exp(-200 * t), t

    assert result.reason == "" and max(relative for relative, _ in miss(result, truth, 60)) < 1e-60


def test_solve_ends_when_its_seconds_are_over() -> None:
    # ten thousand turns
    begin = clock.monotonic()
    result = solve(ROTATION, [Fraction(1), Fraction(0)], [Fraction(1), Fraction(62832)], 40, seconds=0.3)
    assert clock.monotonic() - begin < 5
    assert result.times == (Fraction(1),) and "no time left" in result.reason and 1 < result.ended < 62832


def test_solve_says_when_the_error_grows_too_fast() -> None:
    # the error of u grows by exp(3000 * 4): no number of digits in range helps
    program = Program(("u", "v"), (Linear(((0, Fraction(3001)), (1, Fraction(-3000)))),), (2, 1))
    result = solve(program, [Fraction(1), Fraction(1)], [Fraction(4)], 20, seconds=20)
    assert "error grew too fast" in result.reason and "no digit is sure" in result.reason and result.times == ()


def test_stepper_steps_to_a_limit_however_near() -> None:
    stepper = Stepper(GROWTH, 50)
    start = Fraction(3)
    limit = start + Fraction(1, 2**200)
    piece = stepper.piece((1 << stepper.bits,), start, limit)
    assert not isinstance(piece, Stopped) and piece.end == limit
    with pytest.raises(ValueError, match="limit equals the start"):
        stepper.piece((1 << stepper.bits,), start, start)


def test_solve_keeps_its_digits_far_below_one() -> None:
    program = Program(("u",), (Linear(((0, Fraction(-1)),)),), (1,))
    result = solve(program, [Fraction(1)], [Fraction(200)], 25)
    assert result.reason == "" and max(relative for relative, _ in miss(result, lambda c, t: (c.exp(-t),), 25)) < 1e-25


def test_solve_leaves_zero_at_rest() -> None:
    result = solve(SQUARE, [Fraction(0)], [Fraction(5)], 25)
    assert result.states == ((Fraction(0),),) and result.reason == ""


def test_solve_tells_growth_out_of_range_from_a_blow_up() -> None:
    result = solve(GROWTH, [Fraction(1)], [Fraction(60), Fraction(100)], 20)
    assert result.times == (Fraction(60),) and "out of range" in result.reason and "blow-up" not in result.reason


@pytest.mark.parametrize("path", ["kernel", "integers"])
def test_error_estimate_grows_with_the_turns(path: str) -> None:
    times = [Fraction(1), Fraction(2000)]
    result = solve(ROTATION, [Fraction(1), Fraction(0)], times, 20, path)
    assert max(ratio for _, ratio in miss(result, lambda c, t: (c.cos(t), c.sin(t)), 20)) < 1
    assert result.errors[1] > 20 * result.errors[0]


@pytest.mark.parametrize("digits", [0, -3, 14, 2001, 10**6, 1.5, True])
def test_solve_refuses_digits_out_of_range(digits: int) -> None:
    with pytest.raises(ValueError, match=r"digits=.* 15 to 2000"):
        solve(GROWTH, [Fraction(1)], [Fraction(1)], digits)


def test_solve_refuses_no_times() -> None:
    with pytest.raises(ValueError, match="no times"):
        solve(GROWTH, [Fraction(1)], [], 20)


@pytest.mark.parametrize(("function", "value"), [("log", 0), ("log", -1), ("inverse", 0), ("sqrt", -1), ("exp", 10**7)])
def test_start_refuses_undefined_functions(function: str, value: int) -> None:
    builder = ProgramBuilder(["u"], room=1)
    program = builder.program([0, builder.adjoin("a", function, [0])])
    with pytest.raises(ValueError, match=function):
        full_start(program, [Fraction(value)], 100)


def test_start_gives_adjoined_states_to_the_last_bit() -> None:
    builder = ProgramBuilder(["u"], room=2)
    e = builder.adjoin("e", "exp", [0])
    # log(exp(u) - 1) at u = 10**-40: all but 40 digits cancel
    shifted = builder.linear([(e, Fraction(1))], Fraction(-1))
    program = builder.program([0, e, builder.adjoin("l", "log", [shifted])])
    found = full_start(program, [Fraction(1, 10**40)], 200)
    context = context_of(150)
    assert abs(found[2] - context.ldexp(context.log(context.expm1(context.mpf(10) ** -40)), 200)) <= 1


def test_solve_leaves_all_precisions_alone() -> None:
    builder = ProgramBuilder(["u"], room=1)
    e = builder.adjoin("e", "exp", [0])
    program = builder.program([e, builder.product(e, e)])
    seen = []

    def work(digits: int) -> None:
        result = solve(program, [Fraction(-1)], [Fraction(1)], digits)
        seen.append((digits, float(result.states[0][0])))

    before = mpmath.mp.prec, mpmath.iv.prec, flint.ctx.prec
    threads = [threading.Thread(target=work, args=(digits,)) for digits in (20, 60, 150)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (mpmath.mp.prec, mpmath.iv.prec, flint.ctx.prec) == before
    # u' = exp(u): u = -log(e - t)
    assert sorted(seen) == [(digits, pytest.approx(-0.5413248546129181, rel=1e-15)) for digits in (20, 60, 150)]
