"""Events to any precision: two working precisions, doubles, closed forms and degenerate starts."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from numerics.flow.double.integrate import network_in_double
from numerics.flow.hybrid.integrate import network_by_taylor
from numerics.flow.limits import Limits
from numerics.flow.network import Network, exact_rows
from numerics.flow.solution import FlowResult
from tests.numerics.flow.problems import random_labels

TIMES = [Fraction(7, 3), Fraction(10), Fraction(20)]


def distance(a: FlowResult, b: FlowResult) -> list[Fraction]:
    """Return the squared Euclidean distance of two flows at each time."""
    pairs = zip(a.states, b.states, strict=True)
    return [sum(((p - q) ** 2 for p, q in zip(x, y, strict=True)), Fraction(0)) for x, y in pairs]


def story(result: FlowResult) -> list[tuple[int, int | None, str]]:
    """Return what happened, without times."""
    return [(event.neuron, event.sample, event.kind) for event in result.events]


@pytest.mark.parametrize("seed", [1, 2, 164])
def test_two_precisions_agree_within_the_estimates(seed: int) -> None:
    low, high = (network_by_taylor(random_labels(seed), TIMES, digits) for digits in (20, 32))
    assert story(low) == story(high) and len(low.events) > 3
    assert not low.reason and low.times == tuple(TIMES)
    for square, error in zip(distance(low, high), low.errors, strict=True):
        assert square <= error**2 and error <= Fraction(1, 10**20)
    for one, other in zip(low.events, high.events, strict=True):
        assert abs(one.time - other.time) < Fraction(1, 10**20)


@pytest.mark.parametrize("loss", ["logistic", "exponential"])
def test_other_losses_agree_with_doubles(loss: str) -> None:
    network = random_labels(3, loss=loss)
    times = [Fraction(2), Fraction(6)]
    taylor, double = network_by_taylor(network, times, 18), network_in_double(network, times)
    assert story(taylor) == story(double) and len(taylor.events) > 0
    assert all(square < error**2 for square, error in zip(distance(taylor, double), double.errors, strict=True))


@pytest.mark.parametrize("loss", ["squared", "softmax"])
def test_vector_read_outs_slide_too(loss: str) -> None:
    base = random_labels(13, width=3)
    y = exact_rows([[1, 0], [0, 1], [0, 1], [1, 0], [1, 0], [0, 1]])
    v = exact_rows([["1/2", "-1/3"], ["-1/4", "2/3"], ["3/5", "1/5"]])
    network = Network(base.x, y, base.w, v, loss)
    times = [Fraction(5), Fraction(12)]
    taylor, double = network_by_taylor(network, times, 18), network_in_double(network, times)
    assert story(taylor) == story(double) and "slide" in {kind for _, _, kind in story(taylor)}
    assert all(square < error**2 for square, error in zip(distance(taylor, double), double.errors, strict=True))


def test_an_event_time_is_located_to_the_working_precision() -> None:
    """w.x on a flow of more digits vanishes there."""
    network = random_labels(3)
    event = network_by_taylor(network, [Fraction(4)], 40).events[0]
    again = network_by_taylor(network, [event.time], 60)
    w = again.states[0][event.neuron * 3 : event.neuron * 3 + 3]
    z = sum(a * b for a, b in zip(w, network.x[event.sample or 0], strict=True))
    assert abs(z) < Fraction(1, 10**40)


def test_the_linear_cell_follows_its_closed_form() -> None:
    """One neuron, one sample, balanced: p = w v obeys p' = 2 p (1 - p), so p = 1/(1 + 99 exp(-2 t))."""
    one = exact_rows([[1]])
    network = Network(one, one, exact_rows([["1/10"]]), exact_rows([["1/10"]]), gates="on")
    result = network_by_taylor(network, [Fraction(3)], 50)
    with mpmath.workdps(70):
        p = mpmath.sqrt(1 / (1 + 99 * mpmath.exp(-6)))
        w = result.states[0][0]
        assert abs(mpmath.mpf(w.numerator) / w.denominator - p) < mpmath.mpf(10) ** -50
    assert result.events == ()


def test_sliding_from_a_start_on_the_kink_keeps_w_there() -> None:
    # v e_0 < 0 pushes back from the on side, sample 1 (on) pushes back from the off side
    network = Network(exact_rows([[1, 0], [1, 1]]), exact_rows([[-5], [4]]), exact_rows([[0, 1]]), exact_rows([[1]]))
    result = network_by_taylor(network, [Fraction(1, 4)], 30)
    assert [(event.kind, event.time) for event in result.events] == [("slide", 0)]
    assert abs(result.states[0][0]) < Fraction(1, 10**35)
    free = network_by_taylor(Network(network.x[1:], network.y[1:], network.w, network.v), [Fraction(1, 4)], 30)
    assert free.states[0][0] > Fraction(1, 10)


def test_a_start_between_two_ways_names_both_and_follows_descent() -> None:
    network = Network(exact_rows([[1, 0], [-1, 0]]), exact_rows([[2], [3]]), exact_rows([[0, 1]]), exact_rows([[1]]))
    sides = {}
    for choice in (0, 1):
        result = network_by_taylor(network, [Fraction(1, 2)], 20, follow=lambda _, choice=choice: choice)
        (event,) = result.events
        assert event.kind == "not unique" and len(event.choices) == 3
        sides[choice] = event.choices[0].sides[0][0]
        assert result.states[0][0] * sides[choice] > 0
    assert {sides[0], sides[1]} == {1, -1}


@pytest.mark.parametrize("gate", [0, 1])
def test_the_first_choice_is_the_one_descent_enters(gate: int) -> None:
    """With relu'(0) = 0 a neuron on a kink of a sample that pushes away stays off, with 1 it goes on."""
    network = Network(exact_rows([[1, 0], [1, 3]]), exact_rows([[3], [2]]), exact_rows([[0, 1]]), exact_rows([[1]]),
                      relu_at_zero=gate)
    result = network_by_taylor(network, [Fraction(1, 4)], 20)
    (event,) = result.events
    assert event.kind == "not unique"
    assert event.choices[0].sides[0][0] == (1 if gate else -1)


@pytest.mark.parametrize("extra", [0, 1])
def test_a_dead_neuron_stays_where_it_is(extra: int) -> None:
    w = exact_rows([[-1, -1], [extra, 1]])
    network = Network(exact_rows([[1, 2], [2, 1]]), exact_rows([[1], [-1]]), w, exact_rows([[1], [1]]))
    result = network_by_taylor(network, [Fraction(3)], 20)
    assert not result.reason and result.states[0][:2] == (-1, -1) and result.states[0][4] == 1


def test_zero_weights_rest_as_in_descent() -> None:
    network = Network(exact_rows([[1, 2], [2, -1]]), exact_rows([[1], [1]]), exact_rows([[0, 0]]), exact_rows([[1]]))
    result = network_by_taylor(network, [Fraction(1)], 20)
    assert [event.kind for event in result.events][:1] == ["not unique"]
    assert result.states[0] == (0, 0, 1) and not result.reason


def test_repeated_parallel_and_zero_samples_share_their_kinks() -> None:
    base = random_labels(2)
    x, y = (*base.x, base.x[0], tuple(-2 * value for value in base.x[1]), (Fraction(0),) * 3), (*base.y, *base.y[:3])
    network = Network(x, y, base.w, base.v)
    times = [Fraction(4), Fraction(9)]
    taylor, double = network_by_taylor(network, times, 18), network_in_double(network, times)
    assert story(taylor) == story(double) and len(taylor.events) > 2 and not taylor.reason
    assert all(square < error**2 for square, error in zip(distance(taylor, double), double.errors, strict=True))


def test_two_equal_neurons_have_their_events_together() -> None:
    base = random_labels(2)
    network = Network(base.x, base.y, (*base.w, base.w[3]), (*base.v, base.v[3]))
    result = network_by_taylor(network, [Fraction(8)], 20)
    three, four = ([(e.time, e.sample, e.kind) for e in result.events if e.neuron == j] for j in (3, 4))
    assert three == four and not result.reason


def test_limits_end_with_a_value_that_names_them() -> None:
    network = random_labels(1)
    for limits, text in ((Limits(events=2), "2 events"), (Limits(steps=3), "3 steps"), (Limits(bytes=100), "100 bytes"),
                         (Limits(seconds=0), "0 seconds")):
        result = network_by_taylor(network, [Fraction(0), Fraction(20)], 20, limits=limits)
        assert text in result.reason and "t = " in result.reason and result.times == (0,), text
        assert len(result.reason.splitlines()) == 1


def test_progress_is_told_increasing_times() -> None:
    told: list[float] = []
    network_by_taylor(random_labels(87), [Fraction(5)], 20, progress=told.append)
    assert told == sorted(told) and told[-1] >= 5
