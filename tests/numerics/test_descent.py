"""Finite-step gradient descent against the textbook."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.closed_forms import balance_drift
from numerics.descent import descend, descend_many
from tests.numerics.oracle import mean_loss, residual, textbook_descent

LOSSES = ("squared", "logistic", "exponential")


def draw(seed, n, d, m, scale=0.3):
    rng = np.random.default_rng(seed)
    return (
        rng.standard_normal((n, d)),
        rng.choice([-1.0, 1.0], n),
        scale * rng.standard_normal((m, d)),
        scale * rng.standard_normal(m),
    )


@pytest.mark.parametrize("form", ["gram", "direct"])
@pytest.mark.parametrize("loss", LOSSES)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 12), d=st.integers(1, 9), m=st.integers(1, 11))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_descent_equals_textbook(form, loss, seed, n, d, m):
    x, y, w0, v0 = draw(seed, n, d, m)
    result = descend(x, y, w0, v0, loss, eta=0.05, stop=0.0, max_steps=30, form=form)
    w, v = textbook_descent(x, y, w0, v0, loss, 0.05, 30)
    assert result.steps == 30
    assert result.form == form
    scale = max(np.abs(w).max(), np.abs(v).max())
    assert np.abs(result.w - w).max() <= 1e-12 * scale
    assert np.abs(result.v - v).max() <= 1e-12 * scale
    f = v @ np.maximum(w @ x.T, 0)
    assert result.last_loss == pytest.approx(mean_loss(f, y, loss), rel=1e-10)


def test_descent_chooses_the_cheaper_form():
    assert descend(*draw(0, 8, 4, 3), max_steps=1).form == "gram"
    assert descend(*draw(0, 9, 4, 3), max_steps=1).form == "direct"


@pytest.mark.parametrize("loss", LOSSES)
def test_balance_drifts_by_the_identity_in_every_step(loss):
    x, y, w, v = draw(1, 7, 5, 6)
    eta = 0.07
    for _ in range(20):
        z = w @ x.T
        e = residual(v @ np.maximum(z, 0), y, loss)
        slope_w = v[:, None] * (((z > 0) * e) @ x) / len(y)
        slope_v = np.maximum(z, 0) @ e / len(y)
        after = descend(x, y, w, v, loss, eta, stop=0.0, max_steps=1)
        change = (after.w**2).sum(1) - after.v**2 - (w**2).sum(1) + v**2
        expected = balance_drift(eta, (slope_w**2).sum(1), slope_v)
        assert np.abs(change - expected).max() <= 1e-13 * max(1.0, (w**2).sum(1).max())
        assert np.abs(expected).max() > 1e-8
        w, v = after.w, after.v


def test_descent_stops_at_the_loss_and_counts_the_steps():
    x, y, w0, v0 = draw(2, 6, 8, 10)
    result = descend(x, y, w0, v0, "logistic", 0.2)
    assert result.reason == "loss reached"
    w, v = textbook_descent(x, y, w0, v0, "logistic", 0.2, result.steps)
    before = textbook_descent(x, y, w0, v0, "logistic", 0.2, result.steps - 1)
    first = mean_loss(v0 @ np.maximum(w0 @ x.T, 0), y, "logistic")
    assert mean_loss(v @ np.maximum(w @ x.T, 0), y, "logistic") < 0.1 * first
    assert mean_loss(before[1] @ np.maximum(before[0] @ x.T, 0), y, "logistic") >= 0.1 * first
    assert result.drop_step is not None and 0 < result.drop_step < result.steps
    curve = dict(map(tuple, result.curve.tolist()))
    assert curve[0.0] == result.first_loss and curve[float(result.steps)] == result.last_loss


def test_descent_keeps_few_points_of_a_long_curve():
    x, y, w0, v0 = draw(3, 3, 3, 2, 1e-6)
    result = descend(x, y, w0, v0, "squared", 1e-5, max_steps=50_000)
    assert result.reason == "step limit" and result.steps == 50_000
    assert 1000 < len(result.curve) <= 4001
    assert result.curve[0, 0] == 0 and result.curve[-1, 0] == 50_000


def test_descent_reports_divergence_as_a_reason():
    result = descend(*draw(4, 6, 4, 5), "squared", 1e3)
    assert result.diverged and "eta" in result.reason


def test_descent_stops_after_the_seconds_given():
    result = descend(*draw(5, 20, 20, 20, 1e-9), eta=1e-9, max_seconds=0.2)
    assert result.reason == "time limit" and result.seconds < 2


def test_descent_of_many_equals_one_by_one():
    x, y, *_ = draw(6, 9, 7, 5)
    starts = [draw(seed, 9, 7, 5)[2:] for seed in range(3)]
    runs = descend_many(x, y, np.array([w for w, _ in starts]), np.array([v for _, v in starts]), max_steps=40)
    for run, (w0, v0) in zip(runs, starts, strict=True):
        alone = descend(x, y, w0, v0, max_steps=40)
        assert np.array_equal(run.v, alone.v) and np.allclose(run.w, alone.w, rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    "options",
    [{"eta": 0.0}, {"eta": float("nan")}, {"stop": 1.0}, {"max_steps": 0}, {"form": "x"}, {"loss": "hinge"}],
)
def test_descent_rejects_bad_options(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        descend(*draw(7, 4, 3, 2), **options)


def test_descent_options_change_the_result():
    args = draw(8, 9, 5, 6)
    base = descend(*args, max_steps=50)
    for options in (
        {"loss": "squared"},
        {"loss": "exponential"},
        {"eta": 0.2},
        {"max_steps": 20},
        {"stop": 0.9},
    ):
        other = descend(*args, **{"max_steps": 50, **options})
        assert not np.allclose(other.w, base.w, rtol=1e-9, atol=0), options
