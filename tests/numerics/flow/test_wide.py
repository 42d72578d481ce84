"""Wide flows: second order, agreement with an integrator that locates every event, with descent, and honest ends."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from numerics.data import load_problem
from numerics.descent import descend
from numerics.early_race.samples import make_samples
from numerics.early_race.state import make_neurons
from numerics.flow.double.integrate import network_in_double
from numerics.flow.network import Network, exact_rows
from numerics.flow.wide import stepper
from numerics.flow.wide.integrate import wide_flow
from numerics.initial import initial_weights
from tests.numerics.oracle import mean_loss, residual

PAIR = Path(__file__).parents[4] / "shared" / "data" / "cifar10_airplane_automobile_200.npz"
LOSSES = ("squared", "logistic", "exponential")


def draw(seed, n=6, d=3, m=4, scale=0.5):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((n, d)), rng.choice([-1.0, 1.0], n)
    return x, y, scale * rng.standard_normal((m, d)), scale * rng.standard_normal(m)


def located(x, y, w, v, loss, until):
    x_rows, y_rows, w_rows, v_rows = (exact_rows(part.tolist()) for part in (x, y[:, None], w, v[:, None]))
    return network_in_double(Network(x_rows, y_rows, w_rows, v_rows, loss), [Fraction(until)])


def windows(x, y, w, v, loss, until, count):
    samples, merging = make_samples(x, y, loss)
    state, _ = make_neurons(samples, x, w, v)
    flow = stepper.make_flow(samples, merging, y, loss, 1000)
    stepper.refresh(flow, state)
    for _ in range(count):
        state = stepper.window(flow, state, until / count)
    return state


# seeds with sliding: 3 comes to rest on a kink whose residual changes its sign later; 7, 14 slide 4 and 6 times
@pytest.mark.parametrize("seed", [1, 3, 7, 10, 14, 29])
def test_wide_flow_agrees_with_located_events(seed):
    x, y, w, v = draw(seed)
    loss = LOSSES[seed % 3]
    flow, truth = wide_flow(x, y, w, v, loss, until=20.0, tolerance=1e-5), located(x, y, w, v, loss, 20)
    state = np.array([float(value) for value in truth.states[0]])
    error = np.linalg.norm(np.concatenate([flow.w.ravel(), flow.v]) - state) / np.linalg.norm(state)
    assert not flow.reason and not truth.reason
    assert error <= flow.error < 1e-3


@pytest.mark.parametrize("loss", LOSSES)
def test_wide_flow_converges_with_second_order(loss):
    x, y, w, v = draw(14)
    ends = [windows(x, y, w, v, loss, 4.0, count) for count in (64, 128, 256, 512, 4096)]
    errors = [stepper.distance(end, ends[-1]) for end in ends[:-1]]
    order = -np.polyfit(np.log([64, 128, 256, 512]), np.log(errors), 1)[0]
    assert 1.7 < order < 2.5


def test_wide_flow_order_test_notices_residuals_held_from_the_start_of_a_window(monkeypatch):
    x, y, w, v = draw(14)
    truth = windows(x, y, w, v, "squared", 4.0, 2048)
    predict = stepper.prediction
    monkeypatch.setattr(stepper, "prediction", lambda *a: (predict(*a)[0], 0.0 * predict(*a)[1]))
    errors = [stepper.distance(windows(x, y, w, v, "squared", 4.0, count), truth) for count in (64, 128, 256)]
    assert 0.8 < np.log2(errors[0] / errors[2]) / 2 < 1.3


@pytest.mark.parametrize("loss", LOSSES)
def test_wide_flow_loss_and_drop_are_those_of_the_network(loss):
    x, y, w, v = draw(5, n=30, d=10, m=20, scale=0.1)
    flow = wide_flow(x, y, w, v, loss, loss_level=0.3 * mean_loss(np.zeros(30), y, loss), tolerance=1e-5)
    f = flow.v @ np.maximum(flow.w @ x.T, 0)
    assert flow.losses[-1] == pytest.approx(mean_loss(f, y, loss), rel=1e-12)
    assert flow.losses[-1] == pytest.approx(0.3 * mean_loss(np.zeros(30), y, loss), rel=1e-12)
    assert flow.drop_time is not None
    at_drop = wide_flow(x, y, w, v, loss, until=flow.drop_time, tolerance=1e-5)
    assert at_drop.losses[-1] / flow.losses[0] == pytest.approx(0.8, abs=2e-3)
    assert (np.diff(flow.losses) < 0).all() and (np.diff(flow.times) > 0).all()
    z = flow.w @ x.T
    settled = np.abs(z) > 1e-9
    assert ((flow.gates == 1) == (z > 0))[settled].all() and (flow.gates == 2)[~settled].all()


def test_wide_flow_agrees_with_descent_on_parallel_and_zero_inputs():
    x, y, w, v = draw(8, n=8, d=3, m=6)
    x[3], x[5], x[6] = 0.0, -2 * x[1], 3 * x[0]
    flow = wide_flow(x, y, w, v, "logistic", until=8.0)
    errors = []
    for steps in (4000, 16000):
        trained = descend(x, y, w, v, "logistic", eta=8.0 / steps, stop=0.0, max_steps=steps)
        errors.append(np.linalg.norm(trained.w - flow.w))
    assert errors[1] < 2e-3 and errors[1] < 0.5 * errors[0]


def test_wide_flow_scaling_inputs_by_orthogonal_map_changes_nothing():
    x, y, w, v = draw(11, n=12, d=5, m=8)
    turn, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((5, 5)))
    one, two = wide_flow(x, y, w, v, until=5.0), wide_flow(x @ turn, y, w @ turn, v, until=5.0)
    assert np.allclose(one.w @ turn, two.w, atol=1e-9) and one.events.tolist() == two.events.tolist()


def test_wide_flow_keeps_the_balance_and_the_part_outside_the_data():
    rng = np.random.default_rng(2)
    x, y, w, v = rng.standard_normal((5, 40)), rng.choice([-1.0, 1.0], 5), rng.standard_normal((7, 40)), np.ones(7)
    flow = wide_flow(x, y, 0.1 * w, 0.1 * v, until=10.0)
    basis = np.linalg.qr(x.T)[0]
    outside = (flow.w - 0.1 * w) - (flow.w - 0.1 * w) @ basis @ basis.T
    assert np.abs(outside).max() < 1e-13
    before, after = 0.01 * ((w * w).sum(axis=1) - v * v), (flow.w * flow.w).sum(axis=1) - flow.v * flow.v
    assert np.allclose(before, after, atol=1e-12)


def test_wide_flow_ends_with_a_reason():
    x, y, w, v = draw(1)
    assert "max_windows=3" in wide_flow(x, y, w, v, until=20.0, max_windows=3).reason
    assert "max_seconds" in wide_flow(x, y, w, v, until=1e9, max_seconds=0.05).reason
    dead = wide_flow(x[:1], y[:1], -x[:1], np.ones(1), loss_level=0.01)
    assert dead.reason.startswith("no neuron moves") and dead.windows == 0
    assert "more events than allowed" in wide_flow(x, y, w, v, until=20.0, max_events=1).reason


def test_wide_flow_of_zero_neurons_stays():
    x, y, w, v = draw(1)
    flow = wide_flow(x, y, 0 * w, 0 * v, until=3.0)
    assert not flow.reason and not flow.w.any() and flow.time == 3.0


def test_wide_flow_counts_a_start_on_a_kink_that_pushes_away():
    x, w = np.array([[1.0, 0.0], [-1.0, 1.0]]), np.array([[0.0, 1.0]])
    flow = wide_flow(x, np.ones(2), w, np.ones(1), until=0.1)
    assert flow.ambiguous.tolist() == [1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"until": -1.0}, "until=-1.0"),
        ({"until": np.inf}, "give a time"),
        ({"loss": "softmax"}, "softmax"),
        ({"y": np.arange(6.0)}, "y must hold"),
        ({"tolerance": 0.0}, "tolerance=0.0"),
        ({"w0": np.ones((4, 2))}, r"w0=\(4, 2\)"),
        ({"v0": np.array([1.0, np.nan, 1.0, 1.0])}, "v0 has a value"),
        ({"x": np.zeros((6, 3))}, "only zeros"),
        ({"max_windows": 0}, "max_windows=0"),
    ],
)
def test_wide_flow_refuses_bad_input(change, words):
    x, y, w, v = draw(1)
    with pytest.raises(ValueError, match=words):
        wide_flow(**({"x": x, "y": y, "w0": w, "v0": v, "until": 1.0} | change))


def test_residuals_and_losses_equal_their_definitions():
    f, y = np.linspace(-3, 3, 7), np.array([1.0, -1, 1, -1, 1, -1, 1])
    for loss in LOSSES:
        assert np.allclose(stepper.residuals(f, y, loss), residual(f, y, loss), rtol=1e-15)
        assert stepper.mean_loss(f, y, loss) == pytest.approx(mean_loss(f, y, loss), rel=1e-15)


@pytest.mark.slow
@pytest.mark.skipif(not PAIR.exists(), reason="the CIFAR-10 pair is not here")
def test_wide_flow_of_300_neurons_on_200_images_is_the_limit_of_descent():
    problem = load_problem(PAIR)
    w, v = initial_weights(300, problem.x.shape[1], 1e-2, 0)
    flow = wide_flow(problem.x, problem.y, w, v, "logistic", loss_level=0.8 * np.log(2))
    assert not flow.reason and flow.seconds < 60 and flow.events.sum() > 10_000
    product, errors = np.linalg.norm(flow.w, axis=1) * np.abs(flow.v), []
    for eta in (0.1, 0.05):
        steps = round(flow.time / eta)
        end = descend(problem.x, problem.y, w, v, "logistic", eta=flow.time / steps, stop=0.0, max_steps=steps)
        errors.append(np.abs(np.linalg.norm(end.w, axis=1) * np.abs(end.v) - product).max() / product.max())
    assert errors[0] < 0.03 and 1.8 < errors[0] / errors[1] < 2.2
