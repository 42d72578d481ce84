"""A neuron that stopped on a kink is said to have a choice once nothing pushes it back any more."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from numerics.flow.double.integrate import network_in_double
from numerics.flow.hybrid.integrate import network_by_taylor
from numerics.flow.network import Network, exact_rows
from numerics.flow.proved import proved_flow
from numerics.flow.solution import FlowResult
from tests.numerics.flow.problems import descent, disagreement, random_labels


def both(network: Network, end: Fraction, choice: int = 0) -> tuple[FlowResult, FlowResult]:
    """Return a flow by Taylor's method and in doubles, with the same choice wherever there is one."""
    follow: Callable[[int], int] = lambda _: choice  # noqa: E731
    return network_by_taylor(network, [end], 20, follow), network_in_double(network, [end], 12, follow)


CASES = [(7, 10.288654713861712, 0, 3), (12, 5.262442415354409, 2, 4), (20, 6.666944066506428, 0, 2)]


@pytest.mark.parametrize(("seed", "time", "neuron", "sample"), CASES)
def test_the_end_of_a_rest_is_an_event_with_two_choices(seed: int, time: float, neuron: int, sample: int) -> None:
    network = random_labels(seed)
    for choice in (0, 1):
        taylor, double = both(network, Fraction(20), choice)
        assert not taylor.reason and not double.reason
        assert [(e.neuron, e.sample, e.kind) for e in taylor.events] == [
            (e.neuron, e.sample, e.kind) for e in double.events
        ]
        assert max(abs(float(a - b)) for a, b in zip(taylor.states[0], double.states[0], strict=True)) < 1e-11
        for flow in (taylor, double):
            (event,) = (e for e in flow.events if e.kind == "not unique")
            assert abs(float(event.time) - time) < 1e-9 and (event.neuron, event.sample) == (neuron, sample)
            first, second = (mode.sides[neuron][sample] for mode in event.choices)
            assert first == -second and all(not mode.rests for mode in event.choices)
            leaves = any(e.kind in ("on", "off") and e.time == event.time for e in flow.events)
            assert leaves == (choice == 1)
    # staying is what descent does
    (run,) = descent([network], 1e-3, (20,))
    assert disagreement(both(network, Fraction(20))[1], run) < 2.5e-3
    assert disagreement(double, run) > 0.01


@pytest.mark.parametrize(("seed", "time", "neuron", "sample"), CASES)
def test_the_proof_ends_where_the_event_is(seed: int, time: float, neuron: int, sample: int) -> None:
    network = random_labels(seed)
    proof = proved_flow(network, network.state(), [Fraction(20)], 20)
    assert proof.extra["enclosure"].kind == "not unique" and f"of neuron {neuron}" in proof.reason
    assert time - 1 < proof.ended < time
    before = proved_flow(network, network.state(), [Fraction(time) - Fraction(1, 10**6)], 20)
    assert not before.reason


def test_a_neuron_that_starts_at_rest() -> None:
    # neuron 0 stands on the kink of sample 0, whose residual goes from -1/10 to positive values
    network = Network(exact_rows([[1, 0], [1, 2]]), exact_rows([[1], [0]]), exact_rows([[0, -1], ["11/10", 0]]),
                      exact_rows([[1], [1]]))
    for choice in (0, 1):
        for flow in both(network, Fraction(1), choice):
            event = flow.events[0]
            assert (event.kind, event.neuron, event.sample) == ("not unique", 0, 0) and event.time > 0
            assert event.choices[choice].sides[0] == (-1, -1) and event.choices[1 - choice].sides[0] == (1, -1)
            assert (flow.states[0][0] > Fraction(1, 1000)) == (choice == 1)
            residual = network_by_taylor(network, [event.time], 20).states[0]
            assert abs(1 - residual[5] * residual[2]) < 1e-9


def test_a_choice_that_does_not_exist_ends_the_flow() -> None:
    for flow in both(random_labels(20), Fraction(20), 2):
        assert "choice 2 of 2" in flow.reason and 6.6 < flow.ended < 6.7


def test_several_outputs_rest_too() -> None:
    # as above: both outputs of neuron 0 read the same residual
    network = Network(exact_rows([[1, 0], [1, 2]]), exact_rows([[1, 1], [0, 0]]), exact_rows([[0, -1], ["11/10", 0]]),
                      exact_rows([[1, 1], [1, 1]]))
    stories = []
    for flow in both(network, Fraction(1)):
        stories.append([(e.neuron, e.sample, e.kind, round(float(e.time), 9)) for e in flow.events])
    assert stories[0] == stories[1] and stories[0][0][:3] == (0, 0, "not unique")
