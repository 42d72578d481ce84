"""The early race in double precision: flows, sliding, failures, horizon."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import closed_forms
from numerics.early_race import neuron as columns
from numerics.early_race.horizon import find_horizon, prediction
from numerics.early_race.kernel import advance_all
from numerics.early_race.neuron import copy_neurons, make_timeline, make_work
from numerics.early_race.predict import predict
from numerics.early_race.samples import make_samples, merge_parallel
from numerics.early_race.state import check_neurons, make_neurons
from numerics.initial import initial_weights
from tests.numerics.oracle import frozen_descent


def draw(seed, n, d, m, scale=1.0):
    rng = np.random.default_rng(seed)
    return (
        rng.standard_normal((n, d)),
        rng.choice([-1.0, 1.0], n),
        scale * rng.standard_normal((m, d)),
        scale * rng.standard_normal(m),
    )


def test_closed_forms_equal_integrated_equations_to_25_digits():
    with mpmath.workdps(40):
        p0, v0, rate, c, z0 = (mpmath.mpf(value) for value in ("-0.7", "0.9", "1.3", "0.4", "-0.2"))
        flow = mpmath.odefun(
            lambda t, s: [s[1] * rate, s[0] * rate, s[1], s[1] * c],
            0,
            [p0, v0, 0, z0],
            tol=mpmath.mpf(10) ** -32,
        )
        t = mpmath.mpf("1.25")
        p, v, u, z = flow(t)
        cosh, sinh = mpmath.cosh(rate * t), mpmath.sinh(rate * t)
        half = rate * t / 2
        moved = closed_forms.displacement(p0, v0, rate, mpmath.cosh(half), mpmath.sinh(half))
        growth = closed_forms.growth(p0, v0, p, v)
        quadratic = closed_forms.gate_quadratic(z0, c, p0, v0, rate)
        e = mpmath.exp(rate * t)
        pairs = [
            (closed_forms.aligned_part(p0, v0, cosh, sinh), p),
            (closed_forms.read_out(p0, v0, cosh, sinh), v),
            (moved, u),
            (closed_forms.gate_position(z0, c, moved), z),
            (closed_forms.read_out_squared(v0, p0 * rate, rate * rate, moved), v * v),
            (growth, e),
            (closed_forms.decay(p0, v0, p, v), e),
            (quadratic[0] * e + quadratic[1] + quadratic[2] / e, z),
        ]
        for closed, integrated in pairs:
            assert abs(closed - integrated) < mpmath.mpf(10) ** -25 * abs(integrated)


def test_turn_displacement_is_where_the_read_out_vanishes():
    v, work, rate_squared = 0.5, -1.2, 1.7
    root = math.sqrt(closed_forms.turn_discriminant(v, work, rate_squared))
    u = closed_forms.turn_displacement(v, work, root)
    assert abs(closed_forms.read_out_squared(v, work, rate_squared, u)) < 1e-15
    inside = 0.4 * u
    assert closed_forms.read_out_squared_before_turn(inside, u, v, rate_squared) == pytest.approx(
        closed_forms.read_out_squared(v, work, rate_squared, inside), rel=1e-14
    )


def test_flows_with_sliding_are_the_limit_of_descent_at_first_order():
    slopes, slid = [], 0
    for seed in range(12):
        x, y, w0, v0 = draw(seed, 6, 3, 4)
        race = predict(x, y, w0, v0, "squared", horizon=4.0)
        assert not race.status.any()
        unique = race.ambiguous == 0
        slid += int((race.slides[unique] > 0).sum())
        w = race.weights(x, w0)
        errors = []
        for eta in (1e-2, 2.5e-3, 6.25e-4):
            near, v = frozen_descent(x, y, w0, v0, "squared", eta, 4.0)
            errors.append(np.maximum(np.abs(near - w).max(axis=1), np.abs(v - race.v))[unique])
        size = np.linalg.norm(w, axis=1)[unique] + np.abs(race.v)[unique]
        assert (errors[2] <= 6e-3 * size + 1e-12).all()
        slopes.append(np.log(errors[0].sum() / errors[2].sum()) / np.log(16.0))
    assert slid >= 10
    assert 0.9 < np.median(slopes) < 1.1


@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 12),
    d=st.integers(1, 9),
    data=st.sampled_from(["normal", "lines"]),
)
@settings(derandomize=True, deadline=None, max_examples=150)
def test_every_neuron_is_resolved_and_consistent(seed, n, d, data):
    x, y, w0, v0 = draw(seed, n, d, 6)
    if data == "lines":
        x = np.round(x)  # repeated, opposite and zero inputs, and many dependent ones
        x[0, 0] = 1.0
    race = predict(x, y, w0, v0, horizon=6.0)
    assert race.failures() == []
    w = race.weights(x, w0)
    slack = 1e-8 * (1 + np.linalg.norm(w, axis=1))[:, None] * (1 + np.linalg.norm(x, axis=1))
    assert (np.abs(w @ x.T - race.z) <= slack).all()
    signs = np.where(race.gates == 1, race.z, np.where(race.gates == 0, -race.z, -np.abs(race.z)))
    assert (signs >= -slack).all()
    balance = (w**2).sum(1) - race.v**2
    assert np.allclose(balance, (w0**2).sum(1) - v0**2, atol=1e-7 * (1 + (w**2).sum(1).max()))
    assert np.allclose(race.norm, np.linalg.norm(w, axis=1), atol=1e-6 * (1 + race.norm.max()))


def test_dependent_sliding_samples_are_resolved():
    # Far more samples than dimensions, on a grid: the sliding problem is singular again and again.
    x, y, w0, v0 = draw(3, 60, 4, 40)
    race = predict(np.round(x), y, w0, v0, horizon=40.0)
    assert race.failures() == [] and race.slides.sum() > 20


def test_parallel_inputs_are_merged():
    x = np.array([[1.0, 2.0], [1.0, 2.0], [-1.0, -2.0], [0.0, 0.0], [0.5, 1.0], [1.0, 2.1]])
    merging = merge_parallel(x, x @ x.T)
    assert merging.member.tolist() == [0, 0, 0, -1, 0, 1]
    assert np.array_equal(merging.factor, [1, 1, -1, 0, 0.5, 1])
    y = np.array([1.0, 1.0, -1.0, 1.0, -1.0, 1.0])
    w0, v0 = initial_weights(8, 2, 1.0)
    race = predict(x, y, w0, v0, horizon=2.0)
    w, _ = frozen_descent(x, y, w0, v0, "logistic", 1e-3, 2.0)
    unique = race.ambiguous == 0
    assert np.abs(race.weights(x, w0) - w)[unique].max() < 2e-3
    assert np.allclose(race.z, race.weights(x, w0) @ x.T, atol=1e-12)


@pytest.mark.parametrize("scale", [1e-2, 1e-5, 1e-12])
def test_horizon_is_where_the_prediction_reaches_the_level(scale):
    x, y, w0, v0 = draw(5, 30, 20, 15, scale)
    race = predict(x, y, w0, v0, level=0.05)
    assert race.horizon is not None
    f = race.v @ np.maximum(race.weights(x, w0) @ x.T, 0)
    assert np.abs(f).max() == pytest.approx(0.05, rel=1e-8)
    earlier = predict(x, y, w0, v0, horizon=0.99 * race.horizon)
    assert np.abs(earlier.v @ np.maximum(earlier.z, 0)).max() < 0.05


def test_horizon_counts_parallel_inputs_by_their_length():
    x, y, w0, v0 = draw(5, 30, 20, 15, 1e-3)
    x[1], x[2], x[3] = 3.0 * x[0], -2.0 * x[0], 0.0
    race = predict(x, y, w0, v0, level=0.05)
    assert race.horizon is not None
    f = race.v @ np.maximum(race.weights(x, w0) @ x.T, 0)
    assert np.abs(f).max() == pytest.approx(0.05, rel=1e-8)


def test_horizon_slope_is_the_derivative_of_the_prediction():
    x, y, w0, v0 = draw(6, 10, 6, 7, 0.01)
    samples, merging = make_samples(x, y, "logistic")
    neurons, _ = make_neurons(samples, x, w0, v0)
    found = find_horizon(samples, merging, neurons, 0.1, 10**6)
    assert found.time is not None
    later = copy_neurons(found.neurons)
    advance_all(samples, later, found.time + 1e-5, 10**6, make_work(10), make_timeline(0))
    f, slope = prediction(found.neurons, merging)
    assert np.allclose((prediction(later, merging)[0] - f) / 1e-5, slope, rtol=1e-3, atol=1e-6)


def test_horizon_is_zero_when_the_prediction_starts_above_the_level():
    race = predict(*draw(7, 8, 5, 20, 3.0))
    assert race.horizon == 0.0 and "starts" in race.note


def test_horizon_is_none_when_no_neuron_can_grow():
    x, y = np.array([[1.0, 0.0], [0.5, 1.0]]), np.array([1.0, -1.0])
    race = predict(x, y, np.array([[-1.0, -1.0]]) * 1e-3, np.array([1e-3]))
    assert race.horizon is None and "never" in race.note


def test_timeline_lists_every_event_in_order():
    x, y, w0, v0 = draw(8, 20, 12, 10, 1e-3)
    race = predict(x, y, w0, v0, timeline_cap=10_000)
    times = [event.time for event in race.timeline]
    assert times == sorted(times) and len(times) >= race.events.sum() > 0
    assert {event.kind for event in race.timeline} <= set(columns.KINDS)
    assert len(predict(x, y, w0, v0, timeline_cap=3).timeline) == 3
    gates = (w0 @ x.T > 0).astype(int)
    meaning = {"on": 1, "off": 0, "slide": 2, "release on": 1, "release off": 0}
    for event in race.timeline:
        if event.sample is not None:
            gates[event.neuron, event.sample] = meaning[event.kind]
    assert np.array_equal(gates, race.gates)


def corrupt(what):
    x, y, w0, v0 = draw(9, 12, 9, 5, 1e-2)
    samples, _ = make_samples(x, y, "logistic")
    neurons, start = make_neurons(samples, x, w0, v0)
    advance_all(samples, neurons, 3.0, 10**6, make_work(12), make_timeline(0))
    check_neurons(samples, neurons, start)
    assert not neurons.count[:, columns.STATUS].any()
    if what == "gate":
        k = int(np.argmax(np.abs(neurons.z[2])))
        neurons.gate[2, k] = -neurons.gate[2, k]
    elif what == "z":
        neurons.z[2] *= 1.0 + 1e-6
    elif what == "push":
        neurons.push[2, 3] += 1e-4
    elif what == "c":
        neurons.c[2, 3] += 1e-4
    elif what == "v":
        neurons.number[2, columns.READ_OUT] *= 1.0 + 1e-5
    elif what == "nan":
        neurons.number[2, columns.WORK] = math.nan
    advance_all(samples, neurons, 3.5, 10**6, make_work(12), make_timeline(0))
    check_neurons(samples, neurons, start)
    return neurons.count[:, columns.STATUS]


@pytest.mark.parametrize("what", ["gate", "z", "push", "c", "v", "nan"])
def test_corrupted_state_is_reported(what):
    status = corrupt(what)
    assert status[2] != columns.OK
    assert not np.delete(status, 2).any()


def test_too_many_events_is_a_failure_with_a_reason():
    x, y, w0, v0 = draw(10, 20, 15, 6, 1e-3)
    samples, merging = make_samples(x, y, "logistic")
    neurons, _ = make_neurons(samples, x, w0, v0)
    found = find_horizon(samples, merging, neurons, 0.1, 2)
    assert (found.neurons.count[:, columns.STATUS] == columns.TOO_MANY).any()


def test_predict_options_change_the_result():
    x, y, w0, v0 = draw(11, 20, 15, 6, 1e-3)
    base = predict(x, y, w0, v0)
    assert predict(x, y, w0, v0, loss="squared").horizon != base.horizon
    assert predict(x, y, w0, v0, loss="exponential").horizon == pytest.approx((base.horizon or math.inf) / 2, rel=1e-6)
    assert (predict(x, y, w0, v0, level=0.2).horizon or 0) > (base.horizon or math.inf)
    assert predict(x, y, w0, v0, horizon=1.0).horizon == 1.0


@pytest.mark.parametrize(
    ("change", "word"),
    [({"level": 0.0}, "level"), ({"horizon": -1.0}, "horizon"), ({"loss": "hinge"}, "loss"),
     ({"y": [0.0, 1.0]}, "y must"),
     ({"v0": [1.0, 2.0]}, "v0"), ({"x": [[math.nan, 1.0], [0.0, 1.0]]}, "x has"), ({"w0": [[1.0]]}, "w0"),
     ({"x": [[0.0, 0.0], [0.0, 0.0]]}, "only zeros")],
)  # fmt: skip
def test_predict_rejects_bad_input(change, word):
    good = {"x": np.eye(2), "y": np.array([1.0, -1.0]), "w0": np.ones((1, 2)), "v0": np.ones(1)}
    with pytest.raises(ValueError, match=word):
        predict(
            **{
                **good,
                **{key: np.array(part) if isinstance(part, list) else part for key, part in change.items()},
            }
        )
