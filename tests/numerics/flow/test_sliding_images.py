"""Sliding on images: single neurons at a tiny scale against the early race, and against descent at O(eta)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from numerics.data import load_problem
from numerics.early_race.predict import predict
from numerics.flow.double.integrate import network_in_double
from numerics.flow.network import Network
from numerics.initial import initial_weights

CIFAR = Path(__file__).parents[4] / "shared" / "data" / "cifar10_airplane_automobile_200.npz"
SCALE = 1e-7
NEURONS = 3


def images() -> tuple[np.ndarray, np.ndarray]:
    """Return the pair in the coordinates of its own span: the same inner products in as many dimensions as samples."""
    problem = load_problem(CIFAR)
    triangle = np.asarray(np.linalg.qr(problem.x.T, mode="r"))
    return np.ascontiguousarray(triangle.T), problem.y


def exact(rows: np.ndarray) -> tuple[tuple[Fraction, ...], ...]:
    """Return doubles as fractions."""
    return tuple(tuple(map(Fraction, row)) for row in np.atleast_2d(rows).tolist())


@pytest.mark.slow
@pytest.mark.skipif(not CIFAR.is_file(), reason="the CIFAR-10 pair is not here")
def test_neurons_on_images_slide_as_in_the_early_race_and_in_descent() -> None:
    x, y = images()
    w, v = initial_weights(NEURONS, x.shape[1], SCALE, 0)
    race = predict(x, y, w, v, level=1e-9, timeline_cap=100_000)
    assert race.horizon is not None and not race.failures()
    network = Network(exact(x), exact(y[:, None]), exact(w), exact(v[:, None]), "logistic")
    flow = network_in_double(network, [Fraction(race.horizon)], 12)
    assert not flow.reason
    ours = [(e.neuron, e.kind, float(e.time), e.sample) for e in flow.events]
    theirs = [(e.neuron, e.kind, e.time, e.sample) for e in race.timeline if e.time <= race.horizon]
    print(len(ours), len(theirs), sum(kind == "slide" for _, kind, _, _ in ours))
    for kind in ("slide", "turn"):
        a, b = (sorted((j, k, t) for j, what, t, k in found if what == kind) for found in (ours, theirs))
        assert len(a) == len(b)
        assert all(p[:2] == q[:2] and abs(p[2] - q[2]) < 1e-6 * race.horizon for p, q in zip(a, b, strict=True))
    state = np.array([float(value) for value in flow.states[0]])
    end = state[: w.size].reshape(w.shape)
    assert np.abs(np.linalg.norm(end, axis=1) / race.norm - 1).max() < 1e-6
    errors = []
    etas = race.horizon / np.array([500, 1000, 2000, 4000])
    for eta in etas:
        w1, v1 = w.copy(), v.copy()
        for _ in range(round(race.horizon / eta)):
            z = w1 @ x.T
            f = np.maximum(z, 0).T @ v1
            e = y / (1 + np.exp(y * f)) / len(y)
            change = (z > 0) * e
            w1, v1 = w1 + eta * v1[:, None] * (change @ x), v1 + eta * (np.maximum(z, 0) @ e)
        errors.append(np.abs(w1 - end).max() / np.abs(end).max())
    slope = np.polyfit(np.log(etas), np.log(errors), 1)[0]
    print(f"errors {errors}, slope {slope:.2f}")
    assert 0.7 < slope < 1.4 and errors[-1] < 0.05
