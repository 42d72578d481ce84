"""The symbolic network: names, gates, and the gradient against differentiating the whole loss."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy

from theory.flow import (
    along_flow,
    balance,
    balanced_polar_flow,
    correlation_flow,
    correlations,
    gradient_flow,
    polar_flow,
    projected_flow,
    weights,
)
from theory.network import Network, freeze_gates, loss_gradient, mean_loss, predictions, residuals
from theory.symbols import indexed, positive, real, relu

NETWORKS = [
    Network(loss="squared"),
    Network(loss="logistic"),
    Network(loss="exponential", width=1, dimension=1, samples=3),
    Network(loss="squared", outputs=2),
    Network(loss="softmax", outputs=3, width=1),
]


def names(network: Network) -> str:
    return f"{network.loss}-{network.outputs}"


@pytest.mark.parametrize("network", NETWORKS, ids=names)
def test_loss_gradient_is_the_derivative_of_the_whole_loss(network):
    frozen = freeze_gates(mean_loss(network), network)
    errors = {}
    for k in range(network.samples):
        outputs = [freeze_gates(output, network) for output in predictions(network, k)]
        place = dict(zip(network.f(k), outputs, strict=True))
        errors |= dict(zip(network.e(k), [e.subs(place) for e in residuals(network, k)], strict=True))
    for weight in weights(network, 0):
        gap = sympy.diff(frozen, weight) - loss_gradient(network, weight).subs(errors)
        symbols = sorted(gap.free_symbols, key=str)
        values = {
            s: sympy.Rational(k % 5 - 2, k % 7 + 3) if "gate" not in s.name else k % 2 for k, s in enumerate(symbols)
        }
        assert abs(gap.subs(values).evalf(40)) < sympy.Rational(1, 10**30)


def test_loss_gradient_differs_when_a_residual_is_dropped():
    network = Network(loss="squared", width=1, dimension=1, samples=2)
    weight = network.v(0)[0]
    full = loss_gradient(network, weight)
    assert sympy.expand(full - full.subs(network.e(1)[0], 0)) != 0


@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_correlation_flow_equals_the_gradient_flow(outputs):
    network = Network(outputs=outputs)
    definitions, direct = correlations(network, 1), gradient_flow(network, 1)
    for weight, velocity in correlation_flow(network, 1).items():
        assert sympy.expand(velocity.subs(definitions) - direct[weight]) == 0


def test_scalar_read_out_flow_is_read_out_times_correlation():
    network = Network()
    flow = correlation_flow(network, 0)
    assert flow[network.w(0)[1]] == network.v(0)[0] * network.gamma(0)[1]
    assert flow[network.v(0)[0]] == sum(a * b for a, b in zip(network.w(0), network.gamma(0), strict=True))


def test_vector_read_out_flow_is_the_correlation_matrix():
    network = Network(outputs=2)
    flow = correlation_flow(network, 0)
    rows = [network.correlation(0, a) for a in range(2)]
    assert flow[network.w(0)[0]] == sum(network.v(0)[a] * rows[a][0] for a in range(2))
    assert flow[network.v(0)[1]] == sum(a * b for a, b in zip(network.w(0), rows[1], strict=True))


@pytest.mark.parametrize("outputs", [1, 2])
def test_balance_is_constant_in_terms_of_the_data(outputs):
    network = Network(outputs=outputs, samples=3)
    assert sympy.expand(along_flow(balance(network, 0), gradient_flow(network, 0))) == 0


def test_balance_with_the_wrong_sign_is_not_constant():
    network = Network()
    wrong = sum(weight**2 for weight in weights(network, 0))
    assert sympy.expand(along_flow(wrong, gradient_flow(network, 0))) != 0


def test_reduced_systems_are_the_known_ones():
    p, v, q, strength = real("p"), real("v"), real("q"), positive("Gamma")
    r, c, s = positive("r"), real("c"), real("s")
    assert projected_flow() == {p: strength * v, v: strength * p, q: 0}
    assert polar_flow() == {
        r: strength * c * v,
        c: strength * v * (1 - c**2) / r,
        v: strength * c * r,
    }
    assert balanced_polar_flow() == {r: s * strength * c * r, c: s * strength * (1 - c**2)}


def test_dead_neuron_does_not_move():
    network = Network()
    dead = {network.gate(0, k): 0 for k in range(network.samples)}
    assert {velocity.subs(dead) for velocity in gradient_flow(network, 0).values()} == {0}


def test_gates_and_residuals_of_other_neurons_do_not_enter():
    network = Network(width=3)
    used = set().union(*(velocity.free_symbols for velocity in gradient_flow(network, 1).values()))
    assert not {symbol for symbol in used if symbol.name.startswith(("w[0", "w[2", "gate[0", "gate[2"))}


def test_indexed_symbols_do_not_merge():
    assert indexed("w", 1, 11) != indexed("w", 11, 1)
    assert len({indexed("w", *pair) for pair in ((1, 11), (11, 1), (1, 1), (111,))}) == 4


def test_freeze_gates_leaves_no_rectifier():
    network = Network()
    assert not freeze_gates(predictions(network, 0)[0], network).has(relu)


@pytest.mark.parametrize("size", ["width", "dimension", "samples", "outputs"])
def test_network_rejects_an_empty_size(size):
    with pytest.raises(ValueError, match=f"{size}=0 must be an integer"):
        replace(Network(), **{size: 0})


def test_network_rejects_a_loss_that_does_not_fit():
    with pytest.raises(ValueError, match="outputs=2"):
        Network(loss="exponential", outputs=2)


def test_open_loss_has_no_expression():
    with pytest.raises(ValueError, match="loss='any'"):
        mean_loss(Network())
    with pytest.raises(ValueError, match="loss='any'"):
        residuals(Network(), 0)
