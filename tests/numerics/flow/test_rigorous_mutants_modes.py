"""Each proof about the mode after a kink or an event: skipping any of them fails here within a second."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network, exact_rows
from numerics.flow.rigorous import transition
from numerics.flow.rigorous.functions import ball
from numerics.flow.rigorous.opening import starting_guards
from numerics.flow.rigorous.passage import _fall
from numerics.flow.rigorous.step import Failure
from numerics.flow.rigorous.subspace import system_of
from numerics.flow.rigorous.transition import Change, resting
from tests.numerics.flow.kinks import ABOVE, BELOW, HALF, ON_THE_KINK, SLIDES, facing


@pytest.mark.parametrize(
    ("up", "down", "new", "fine"),
    [
        (-2, 8, BELOW, True),  # falls above, falls below
        (2, 8, BELOW, False),  # rises above: it never came here
        (-2, -8, BELOW, False),  # rises below: it slides
        (-2, -8, SLIDES, True),
        (-2, 8, SLIDES, False),  # it crosses
        (2, -8, SLIDES, False),
    ],
)
def test_mode_after_a_kink_is_the_one_of_the_field(up: int, down: int, new: Mode, fine: bool) -> None:
    network = facing(up, down)
    change = Change(0, Guard("kink", 0, 0), ())
    found = transition.proved(system_of(network, ABOVE), system_of(network, new), change, ON_THE_KINK)
    assert isinstance(found, Failure) != fine


@pytest.mark.parametrize(("label", "fine"), [(-2, True), (2, False), (0, False)])
def test_neuron_rests_only_where_its_last_sample_pushes_it_back(label: int, fine: bool) -> None:
    network = Network(exact_rows([[1]]), exact_rows([[label]]), exact_rows([["1/8"]]), exact_rows([["1/2"]]))
    old = system_of(network, ABOVE)
    rests = resting(network, old, BELOW)
    assert not isinstance(rests, Failure) and rests == {(0, 0)}
    change = Change(0, Guard("kink", 0, 0), ())
    found = transition.proved(old, system_of(network, BELOW, rests), change, ON_THE_KINK)
    assert isinstance(found, Failure) != fine


@pytest.mark.parametrize(
    ("behind", "third", "kind"), [(-8, -3, ""), (8, -3, "not unique"), (-8, 5, "tangency"), (-8, 1, "tangency")]
)
def test_release_needs_the_other_side_and_a_second_derivative(behind: int, third: int, kind: str) -> None:
    # neuron 0 slides along the first kink, and the residual of that sample is zero: it may leave upwards. Sample 1
    # pushes it back from below or not; neuron 1 changes the residual at the rate (1 - third)/3 times a positive number
    network = Network(
        exact_rows([[1, 0], [-1, 0], [0, 1]]), exact_rows([[1], [behind], [third]]), exact_rows([[0, -1], [1, 1]]),
        exact_rows([["1/2"], [1]]),
    )  # fmt: skip
    before, after = (system_of(network, Mode(((side, -1), (1, 1)), (1, 0))) for side in (0, 1))
    state = [ball(value) for value in network.state()]
    found = transition.proved(before, after, Change(0, Guard("plus", 0, 0), ()), state)
    if kind:
        assert isinstance(found, Failure) and found.kind == kind
    else:
        assert found == {Guard("kink", 0, 0): 2}


@pytest.mark.parametrize(("behind", "fine"), [("3/4", True), (2, False)])
def test_kink_that_is_left_at_an_event_must_be_moved_away_from(behind: object, fine: bool) -> None:
    # before: along the first kink, above the second; after: above the first, below the second. There the samples 0 and
    # 3 are on, and the neuron moves by 1 - behind across the first kink and by 1 - 2 behind across the second
    network = Network(
        exact_rows([[1, 0], [-1, 0], [1, 1], [-1, -1]]), exact_rows([[1], [-8], [-3], [behind]]),
        exact_rows([[0, 0]]), exact_rows([["1/2"]]),
    )  # fmt: skip
    before, after = system_of(network, Mode(((0, 1),), (1,))), system_of(network, Mode(((1, -1),), (0,)))
    change = Change(0, Guard("kink", 0, 1), (0,))
    found = transition.proved(before, after, change, [ball(value) for value in network.state()])
    if fine:
        assert found == {Guard("kink", 0, 0): 1, Guard("kink", 0, 1): 1}
    else:
        assert isinstance(found, Failure) and "leave kink 0" in found.text


def test_box_does_not_slide() -> None:
    network = facing(-2, -8)
    start = [Fraction(0), HALF]
    assert starting_guards(system_of(network, SLIDES), start, [Fraction(0)] * 2) == {}
    found = starting_guards(system_of(network, SLIDES), start, [Fraction(1, 100)] * 2)
    assert isinstance(found, Failure) and found.kind == "too wide"


@pytest.mark.parametrize(
    ("up", "other", "slowest"), [(-2, 1, "1/2"), (-2, -1, "3/8"), (-2, -8, None), (2, 8, None), (2, 0, None)]
)
def test_guard_falls_in_every_mode_that_may_hold(up: int, other: int, slowest: str | None) -> None:
    # the residual of sample 0 is up - w[1]/2 in the first mode and up in the other; w[0]' is a quarter of it
    modes = (Mode(((1,), (side,)), (0, 0)) for side in (1, -1))
    network = facing(up, 8, 2)
    old, new = (system_of(network, mode) for mode in modes)
    systems = {frozenset[int](): old, frozenset({1}): new, frozenset({0, 1}): new}
    state = [arb(0), arb(other), arb(0.5), arb(0.5)]
    found = _fall(systems, Change(0, Guard("kink", 0, 0), ()), state)
    assert found == (None if slowest is None else Fraction(slowest))
