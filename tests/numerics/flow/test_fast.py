"""The ensemble in double precision: against located events one by one, both engines, conservation and bad input."""

from fractions import Fraction

import numpy as np
import pytest

from numerics.flow.double.integrate import network_in_double
from numerics.flow.fast import layout
from numerics.flow.fast.ensemble import integrate_ensemble
from numerics.flow.fast.roots import first_zero
from numerics.flow.network import Network, exact_rows


def network_of(x, y, w, v, i, loss="squared"):
    x_rows, y_rows, w_rows, v_rows = (exact_rows(part[i].tolist()) for part in (x, y, w, v))
    return Network(x_rows, y_rows, w_rows, v_rows, loss)


def draw(seeds, n=6, d=3, m=4, c=1, loss="squared"):
    parts = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        x, y = rng.standard_normal((n, d)), rng.choice([-1.0, 1.0], (n, c))
        if loss == "softmax":
            y = np.eye(c)[rng.integers(0, c, n)]
        parts.append((x, y, 0.5 * rng.standard_normal((m, d)), 0.5 * rng.standard_normal((m, c))))
    return [np.stack(part) for part in zip(*parts, strict=True)]


def state(flow, i, q=-1):
    return np.concatenate([flow.w[i, q].ravel(), flow.v[i, q].ravel()])


@pytest.mark.parametrize(
    ("loss", "c"), [("squared", 1), ("logistic", 1), ("exponential", 1), ("squared", 2), ("softmax", 3)]
)
def test_ensemble_agrees_with_located_events(loss, c):
    x, y, w, v = draw(range(4), c=c, loss=loss)
    flow = integrate_ensemble(x, y, w, v, [1.0, 8.0], loss)
    assert flow.events.sum() > 4 and flow.slides.sum() > 0
    for i in range(4):
        network = network_of(x, y, w, v, i, loss)
        truth = network_in_double(network, [Fraction(1), Fraction(8)])
        for q in range(2):
            exact = np.array([float(value) for value in truth.states[q]])
            assert np.linalg.norm(state(flow, i, q) - exact) < 1e-9 * np.linalg.norm(exact)


@pytest.mark.parametrize(("loss", "c"), [("squared", 1), ("logistic", 1), ("exponential", 1), ("softmax", 2)])
def test_ensemble_on_heyoka_agrees_with_its_own_series(loss, c):
    pytest.importorskip("heyoka")
    x, y, w, v = draw(range(12), c=c, loss=loss)
    one, two = (integrate_ensemble(x, y, w, v, [0.0, 3.0, 9.0], loss, engine) for engine in ("numba", "heyoka"))
    assert one.events.tolist() == two.events.tolist() and one.reasons == two.reasons
    assert np.allclose(one.w, two.w, rtol=0, atol=1e-12) and np.allclose(one.v, two.v, rtol=0, atol=1e-12)
    assert (one.w[:, 0] == w).all() and (two.v[:, 0] == v).all()


def test_ensemble_keeps_the_balance_and_gates_agree_with_signs():
    x, y, w, v = draw(range(40))
    flow = integrate_ensemble(x, y, w, v, [20.0])
    assert not any(flow.reasons) and (flow.slides > 0).mean() > 0.5
    assert flow.balance_drift.max() < 1e-13


def test_ensemble_of_scaled_networks_scales_with_time():
    x, y, w, v = draw([5])
    one = integrate_ensemble(x, y, w, v, [4.0])
    two = integrate_ensemble(2 * x, y, w / 2, v, [1.0], "squared")
    three = integrate_ensemble(x, 4 * y, 2 * w, 2 * v, [1.0])  # f -> 4 f, and time 4 times as fast
    assert np.allclose(three.w, 2 * one.w, atol=1e-12) and three.events.tolist() == one.events.tolist()
    assert not np.allclose(2 * two.w, one.w, atol=1e-3)


def test_ensemble_takes_parallel_and_zero_inputs():
    x, y, w, v = draw([2])
    x[0, 1], x[0, 2], x[0, 3] = -2 * x[0, 0], 0.0, 3 * x[0, 0]
    flow = integrate_ensemble(x, y, w, v, [6.0])
    network = network_of(x, y, w, v, 0)
    exact = np.array([float(value) for value in network_in_double(network, [Fraction(6)]).states[0]])
    assert np.linalg.norm(state(flow, 0) - exact) < 1e-9 * np.linalg.norm(exact)


def test_ensemble_ends_with_a_reason():
    x, y, w, v = draw([1, 2])
    flow = integrate_ensemble(x, y, w, v, [1.0, 20.0], max_steps=7)
    assert all("more steps" in reason for reason in flow.reasons) and (flow.ended < 20).all()
    assert np.isnan(flow.w[:, 1]).all()


def test_ensemble_counts_turns_at_which_sliding_ends_in_two_ways():
    x, y, w, v = draw([114])
    flow = integrate_ensemble(x, y, w, v, [20.0])
    assert flow.ambiguous.tolist() == [1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"times": [2.0, 1.0]}, "must be in order"),
        ({"times": []}, "must be in order"),
        ({"loss": "hinge"}, "loss='hinge'"),
        ({"engine": "cuda"}, "engine='cuda'"),
        ({"max_steps": 0}, "max_steps=0"),
        ({"w": np.ones((2, 4, 5))}, "disagree"),
        ({"v": np.full((2, 4, 1), np.inf)}, "not finite"),
        ({"loss": "softmax"}, "two outputs"),
    ],
)
def test_ensemble_refuses_bad_input(change, words):
    x, y, w, v = draw([1, 2])
    with pytest.raises(ValueError, match=words):
        integrate_ensemble(**({"x": x, "y": y, "w": w, "v": v, "times": [1.0]} | change))


@pytest.mark.parametrize("seed", range(30))
def test_first_zero_is_the_least_root(seed):
    rng = np.random.default_rng(seed)
    roots = rng.uniform(-2, 2, rng.integers(1, 9))
    poly = np.polynomial.polynomial.polyfromroots(roots)
    work = layout.make_work(1, 1)
    work.poly[: len(poly)] = poly * np.sign(poly[0])
    inside = roots[(roots > 0) & (roots <= 1)]
    found = first_zero(work, len(poly) - 1)
    assert found == pytest.approx(inside.min() if len(inside) else 2.0, abs=1e-9)
