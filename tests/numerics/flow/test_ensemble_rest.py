"""Ensembles and wide flows count where a flow is not unique: at the end of a rest, and where all weights vanish."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from numerics.flow.double.integrate import network_in_double
from numerics.flow.fast.ensemble import Ensemble, integrate_ensemble
from numerics.flow.network import Network, exact_rows
from numerics.flow.wide.integrate import wide_flow
from tests.numerics.flow.problems import random_labels
from tests.numerics.flow.test_wide import draw, located

# the flow of neuron 2 of 164 passes w = 0; 88 branches twice; 8, 13, 22, 26 do not
SEEDS = [7, 8, 12, 13, 20, 22, 26, 88, 125, 147, 164]


def ensemble(networks: Sequence[Network], times: list[float], engine: str) -> Ensemble:
    def stack(name: str) -> np.ndarray:
        return np.array([[[float(value) for value in row] for row in getattr(net, name)] for net in networks])

    return integrate_ensemble(stack("x"), stack("y"), stack("w"), stack("v"), times, engine=engine)


def branchings(network: Network, end: int) -> list[Fraction]:
    return [e.time for e in network_in_double(network, [Fraction(end)]).events if e.kind == "not unique"]


@pytest.mark.parametrize("engine", ["numba", "heyoka"])
def test_an_ensemble_counts_the_ends_of_rests(engine: str) -> None:
    if engine == "heyoka":
        pytest.importorskip("heyoka")
    networks = [random_labels(seed) for seed in SEEDS]
    flow = ensemble(networks, [20.0], engine)
    truth = [branchings(network, 20) for network in networks]
    assert flow.ambiguous.tolist() == [len(times) for times in truth] == [1, 0, 1, 0, 1, 0, 0, 2, 1, 1, 1]
    assert not any(flow.reasons)
    # staying is followed, as by the located flow
    for i, network in enumerate(networks):
        exact = np.array([float(value) for value in network_in_double(network, [Fraction(20)]).states[0]])
        assert np.abs(np.concatenate([flow.w[i, 0].ravel(), flow.v[i, 0].ravel()]) - exact).max() < 1e-10


@pytest.mark.parametrize("engine", ["numba", "heyoka"])
def test_a_rest_counts_from_its_end_on(engine: str) -> None:
    if engine == "heyoka":
        pytest.importorskip("heyoka")
    network = random_labels(20)
    (time,) = branchings(network, 20)
    for away, count in ((-1e-6, 0), (1e-6, 1)):
        assert ensemble([network], [float(time) + away], engine).ambiguous.tolist() == [count]


@pytest.mark.parametrize("engine", ["numba", "heyoka"])
def test_a_rest_at_the_start_and_with_several_outputs_is_counted(engine: str) -> None:
    if engine == "heyoka":
        pytest.importorskip("heyoka")
    # neuron 0 stands on the kink of sample 0, whose residual goes from -1/10 to positive values
    for c in (1, 2):
        network = Network(
            exact_rows([[1, 0], [1, 2]]), exact_rows([[1] * c, [0] * c]), exact_rows([[0, -1], ["11/10", 0]]),
            exact_rows([[1] * c] * 2),
        )  # fmt: skip
        assert len(branchings(network, 1)) == 1
        assert ensemble([network], [1.0], engine).ambiguous.tolist() == [1]
        # with the residual negative throughout nothing ends
        low = Network(network.x, exact_rows([["-2"] * c, [0] * c]), network.w, network.v)
        assert not branchings(low, 1) and ensemble([low], [1.0], engine).ambiguous.tolist() == [0]


@pytest.mark.parametrize(("seed", "loss"), [(3, "squared"), (66, "squared"), (101, "exponential"), (112, "logistic")])
def test_a_wide_flow_counts_the_end_of_a_rest(seed: int, loss: str) -> None:
    x, y, w, v = draw(seed)
    (event,) = (e for e in located(x, y, w, v, loss, 20).events if e.kind == "not unique")
    flow = wide_flow(x, y, w, v, loss, until=20.0, tolerance=1e-4)
    assert np.flatnonzero(flow.ambiguous).tolist() == [event.neuron]
    before = wide_flow(x, y, w, v, loss, until=float(event.time) - 0.05, tolerance=1e-4)
    assert not before.ambiguous.any()


@pytest.mark.parametrize("seed", [1, 2, 10])
def test_a_wide_flow_without_a_branching_counts_none(seed: int) -> None:
    x, y, w, v = draw(seed)
    assert not [e for e in located(x, y, w, v, "squared", 20).events if e.kind == "not unique"]
    assert not wide_flow(x, y, w, v, "squared", until=20.0, tolerance=1e-4).ambiguous.any()
