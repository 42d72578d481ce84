"""The early race in mpmath floats and Arb balls against double precision and each other."""

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.early_race.predict import predict
from numerics.exact_race.fields import BallField, FloatField, Undecided
from numerics.exact_race.lines import to_rational
from numerics.exact_race.solve import exact_race


def draw(seed, n, d, m=3):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((n, d)), rng.choice([-1.0, 1.0], n)
    return x, y, rng.standard_normal((m, d)), rng.standard_normal(m) * rng.choice([0.3, 1, 2])


def holds(ball, value):
    """Whether a ball holds an mpmath number, in exact arithmetic, up to the error of that number."""
    man, exp = ball.mid().man_exp()
    rad_man, rad_exp = ball.rad().man_exp()
    middle, radius = (Fraction(int(a)) * Fraction(2) ** int(b) for a, b in ((man, exp), (rad_man, rad_exp)))
    sign, mantissa, exponent, _ = value._mpf_
    number = Fraction(-1 if sign else 1) * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return abs(middle - number) <= radius + Fraction(1, 10**38) * (1 + abs(number))


@given(seed=st.integers(0, 10**6), n=st.integers(1, 8), d=st.integers(1, 5), time=st.floats(0.5, 15))
@settings(derandomize=True, deadline=None, max_examples=80)
def test_double_float_and_ball_agree(seed, n, d, time):
    x, y, w0, v0 = draw(seed, n, d)
    race = predict(x, y, w0, v0, "squared", horizon=time, timeline_cap=1000)
    assert not race.status.any()
    slow = exact_race(x, y, w0, v0, time, "squared", digits=40)
    for j, neuron in enumerate(slow):
        assert neuron.resolved
        size = float(neuron.norm) + abs(float(neuron.v))
        assert np.abs([float(z) for z in neuron.z] - race.z[j]).max() <= 1e-9 * size * (1 + np.abs(x).max() * d)
        assert abs(float(neuron.v) - race.v[j]) <= 1e-9 * size
        assert float(neuron.norm_product) == pytest.approx(race.norm_product[j], rel=1e-6, abs=1e-7 * size**2)
        if race.cos_horizon[j] != 0:  # at rest, a sample at its kink may carry either name
            assert neuron.gates == tuple(race.gates[j].tolist())


@given(seed=st.integers(0, 10**6), n=st.integers(1, 8), d=st.integers(2, 5), time=st.floats(0.5, 15))
@settings(derandomize=True, deadline=None, max_examples=80)
def test_ball_holds_the_float_and_orders_events_the_same(seed, n, d, time):
    x, y, w0, v0 = draw(seed, n, d)
    slow = exact_race(x, y, w0, v0, time, "logistic", digits=40)
    balls = exact_race(x, y, w0, v0, time, "logistic", digits=40, rigorous=True, max_bits=2048)
    for a, b in zip(slow, balls, strict=True):
        if not b.resolved:
            assert a.ambiguous or "told apart" in b.reason
            continue
        pairs = zip((*b.z, *b.w, b.v, b.norm), (*a.z, *a.w, a.v, a.norm), strict=True)
        assert all(holds(ball, value) for ball, value in pairs)
        assert [(e.sample, e.kind) for e in a.events] == [(e.sample, e.kind) for e in b.events]
        assert all(holds(p.time, q.time) for p, q in zip(b.events, a.events, strict=True))
        assert a.gates == b.gates


def test_ball_decides_nearly_all_random_flows():
    decided = [
        neuron.resolved or "not unique" in neuron.reason
        for seed in range(40)
        for neuron in exact_race(*draw(seed, 6, 4), 8, rigorous=True, digits=20, max_bits=2048)
    ]
    assert np.mean(decided) > 0.97


def test_a_false_value_is_not_in_the_ball():
    args = draw(0, 5, 4, 1)
    ball = exact_race(*args, 3, rigorous=True)[0]
    value = exact_race(*args, 3, digits=60)[0].v
    with mpmath.workdps(60):
        assert holds(ball.v, value) and not holds(ball.v, value * (1 + mpmath.mpf(10) ** -30))


def test_exact_tie_ends_with_a_reason_in_balls():
    # Mirror images: both gates are reached at the same time, which no precision can decide.
    x, y = [[1, "1/3"], [1, "-1/3"]], [-1, -1]
    neuron = exact_race(x, y, [[1, 0]], [3], 50, rigorous=True, max_bits=512)[0]
    assert not neuron.resolved and "512 bits" in neuron.reason
    assert exact_race(x, y, [[1, 0]], [3], 50, digits=30)[0].resolved


def test_neuron_that_reaches_zero_has_a_norm_that_holds_zero():
    neuron = exact_race([[1, "1/2"], [1, "-1/2"]], [-1, -1], [[1, 0]], [3], 50, rigorous=True)[0]
    assert neuron.resolved and neuron.norm.contains(0) and neuron.norm.is_finite()


def test_read_out_turning_while_sliding_is_not_unique_in_balls():
    found = [
        neuron.reason
        for seed in range(60)
        for neuron in exact_race(*draw(seed, 6, 3), 10, rigorous=True, digits=15, max_bits=512)
        if "not unique" in neuron.reason
    ]
    assert found and all("t = " in reason for reason in found)


def test_balls_are_as_sharp_as_asked():
    args = draw(1, 6, 4, 1)
    for digits in (20, 200):
        neuron = exact_race(*args, 6, rigorous=True, digits=digits)[0]
        assert float(neuron.v.rad()) <= 10.0**-digits * max(1.0, float(abs(neuron.norm)))


def test_opposite_and_proportional_inputs_need_no_tie():
    x, y = [[1, 1], [-1, -1], [2, 2], ["1/3", -1], [0, 0]], [1, -1, 1, -1, 1]
    args = (x, y, [["-1/2", "1/7"]], ["1/3"], 4, "squared")
    (ball,) = exact_race(*args, rigorous=True)
    (slow,) = exact_race(*args)
    assert ball.resolved and holds(ball.v, slow.v) and ball.gates == slow.gates


@pytest.mark.parametrize("fails", [False, True])
def test_global_precision_is_restored(fails):
    before = flint.ctx.prec, mpmath.mp.prec
    for field in (BallField(777), FloatField(99)):
        try:
            with field.precision():
                assert (flint.ctx.prec, mpmath.mp.prec) != before
                if fails:
                    raise Undecided("on purpose")
        except Undecided:
            pass
        assert (flint.ctx.prec, mpmath.mp.prec) == before


def test_inputs_are_taken_exactly():
    assert to_rational("0.1") == Fraction(1, 10) != to_rational(0.1) == Fraction(0.1)
    for bad in ("x", float("nan"), float("inf"), "1/0", None):
        with pytest.raises(ValueError, match="not a finite number"):
            to_rational(bad)
