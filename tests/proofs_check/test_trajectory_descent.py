"""Descent in balls: the exact steps are inside, gates are certain, and what cannot be told ends with a reason."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.descent import descend as descend_in_doubles
from numerics.flow.network import Network, exact_rows
from proofs_check.evidence.balls import precision
from proofs_check.trajectory import descent as module
from proofs_check.trajectory.descent import descend
from proofs_check.trajectory.path import Path, ball_of

Weights = tuple[list[list[Fraction]], list[list[Fraction]]]


def network(rng: random.Random, m: int = 3, n: int = 3, d: int = 2, c: int = 1, **options) -> Network:
    """Return a small network whose numbers are so few that neurons on kinks and repeated inputs are common."""

    def rows(count: int, size: int, ends: int = 2, over: int = 2) -> list[list[Fraction]]:
        return [[Fraction(rng.randint(-ends, ends), over) for _ in range(size)] for _ in range(count)]

    return Network(
        exact_rows(rows(n, d)), exact_rows(rows(n, c)), exact_rows(rows(m, d)), exact_rows(rows(m, c)), **options
    )


def point(net: Network) -> dict[str, tuple[Fraction, Fraction]]:
    return {name: (value, value) for name, value in zip(net.state_names(), net.state(), strict=True)}


def textbook_step(net: Network, weights: Weights, eta: Fraction) -> Weights:
    """Return one step of gradient descent on half the mean squared error, from the definition, in fractions."""
    w, v = weights
    size = range(net.outputs)
    z = [[sum((a * b for a, b in zip(row, x, strict=True)), Fraction(0)) for x in net.x] for row in w]
    on = [[1 if net.gates == "on" or s > 0 else net.relu_at_zero if s == 0 else 0 for s in row] for row in z]
    f = [[sum(v[j][a] * on[j][k] * z[j][k] for j in range(net.width)) for a in size] for k in range(net.samples)]
    e = [[net.y[k][a] - f[k][a] for a in size] for k in range(net.samples)]
    new_w = [list(row) for row in w]
    new_v = [list(row) for row in v]
    for j, k, a in itertools.product(range(net.width), range(net.samples), size):
        pull = eta / net.samples * on[j][k] * e[k][a]
        new_v[j][a] += pull * z[j][k]
        for i in range(net.dimension):
            new_w[j][i] += pull * v[j][a] * net.x[k][i]
    return new_w, new_v


def flat(weights: Weights) -> list[Fraction]:
    return [value for part in weights for row in part for value in row]


def inside(path: Path, step: int, truth: list[Fraction]) -> bool:
    stretch = path.at(Fraction(step))
    assert stretch is not None
    with precision(4_000):
        balls = [state(ball_of(Fraction(0))) for state in stretch.states.values()]
        return all(ball.overlaps(ball_of(value)) for ball, value in zip(balls, truth, strict=True))


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(0, 2**32))
def test_every_exact_step_is_inside(seed: int) -> None:
    rng = random.Random(seed)
    options = {"relu_at_zero": rng.randint(0, 1), "gates": rng.choice(["relu", "relu", "on"])}
    net = network(rng, c=rng.choice([1, 1, 2]), **options)
    eta, steps = Fraction(1, rng.choice([3, 10])), 7
    path = descend(net, eta, steps, point(net), digits=40)
    assert path.reached == steps and not path.reason
    weights: Weights = ([list(row) for row in net.w], [list(row) for row in net.v])
    for step in range(steps + 1):
        assert inside(path, step, flat(weights))
        known = path.exact.get(Fraction(step))
        assert known is None or list(known.values()) == flat(weights)
        weights = textbook_step(net, weights, eta)
    assert list(path.exact) == [Fraction(i) for i in range(len(path.exact))]  # exact at first, balls afterwards


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_every_start_of_a_box_stays_inside(seed: int) -> None:
    rng = random.Random(seed)
    net = network(rng, relu_at_zero=rng.randint(0, 1))
    width = Fraction(1, rng.choice([4, 100, 10**6]))
    box = {name: (low - width, low + width) for name, (low, _) in point(net).items()}
    path = descend(net, Fraction(1, 10), 4, box)
    values = [low + (high - low) * Fraction(rng.randint(0, 4), 4) for low, high in box.values()]
    inputs = net.width * net.dimension
    w = [values[i : i + net.dimension] for i in range(0, inputs, net.dimension)]
    weights: Weights = (w, [[value] for value in values[inputs:]])
    for step in range(5):
        assert inside(path, step, flat(weights))
        weights = textbook_step(net, weights, Fraction(1, 10))


@pytest.mark.parametrize("loss", ["squared", "logistic", "exponential"])
def test_descent_in_balls_agrees_with_descent_in_doubles(loss: str) -> None:
    rng = random.Random(5)
    net = network(rng, 5, 4, 3, loss=loss)
    path = descend(net, Fraction(1, 20), 100, point(net))
    x, y, w, v = (np.array([[float(a) for a in row] for row in part]) for part in (net.x, net.y, net.w, net.v))
    floats = descend_in_doubles(x, y[:, 0], w, v[:, 0], loss=loss, eta=0.05, stop=0.0, max_steps=100)
    middle = [float(state(0).mid()) for state in path.stretches[-1].states.values()]
    assert np.allclose(middle, [*floats.w.ravel(), *floats.v], atol=1e-12)


def test_softmax_is_enclosed_too() -> None:
    net = Network(exact_rows([[1]]), exact_rows([[1, 0]]), exact_rows([[1]]), exact_rows([[1, 0]]), "softmax")
    path = descend(net, Fraction(1), 1, point(net))
    share = 1 / (1 + np.exp(-1.0))
    found = [float(state(0).mid()) for state in path.stretches[-1].states.values()]
    assert np.allclose(found, [1 + (1 - share), 1 + (1 - share), -(1 - share)])


def test_precision_is_raised_until_the_radius_is_as_asked() -> None:
    net = network(random.Random(3), 4, 4, 2, loss="exponential")
    bits = []
    for digits in (5, 60, 200):
        path = descend(net, Fraction(1, 2), 60, point(net), digits)
        assert not path.reason
        radii = [state.coeffs()[0].rad() for state in path.stretches[-1].states.values() if state.degree() >= 0]
        assert all(bool(radius <= ball_of(Fraction(1, 10**digits))) for radius in radii)
        bits.append(path.bits)
    assert bits == sorted(set(bits))


SYMMETRIC = Network(
    exact_rows([[1, 1], [0, 1], [1, -1]]),
    exact_rows([[1], [1], [1]]),
    exact_rows([[1, 0]]),
    exact_rows([[1]]),
    "exponential",
)


def test_a_zero_that_no_precision_can_see_ends_with_a_reason(monkeypatch) -> None:
    """Two equal residuals cancel in w.x_1: truly zero, but not exactly known after the first step."""
    monkeypatch.setattr(module, "MOST_BITS", 1 << 11)
    path = descend(SYMMETRIC, Fraction(1, 10), 3, point(SYMMETRIC))
    assert path.reached == -1 and "w[0].x[1] after 1 steps is not certain with" in path.reason


@pytest.mark.parametrize("relu_at_zero", [0, 1])
def test_a_structural_zero_is_proved_zero_and_takes_the_stated_derivative(relu_at_zero: int) -> None:
    net = Network(
        exact_rows([[1, 0], [0, 1]]), exact_rows([[1], [1]]), exact_rows([["1/3", 0]]), exact_rows([["1/3"]]),
        "logistic", relu_at_zero=relu_at_zero,
    )  # fmt: skip
    path = descend(net, Fraction(1, 10), 20, point(net))
    assert not path.reason
    assert ((0, 1) in path.stretches[-1].zero) == (relu_at_zero == 0)
    moved = path.stretches[-1].states["w[0,1]"](0)
    assert bool(moved == 0) == (relu_at_zero == 0)


def test_descent_that_blows_up_ends_with_a_reason_or_stays_finite() -> None:
    net = network(random.Random(8), loss="exponential")
    path = descend(net, Fraction(10_000), 40, point(net), seconds=5)
    assert path.reason or all(state(0).is_finite() for state in path.stretches[-1].states.values())
