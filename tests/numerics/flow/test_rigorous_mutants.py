"""Each bound of the validator, asked for directly: dropping any of them fails here within a second."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from numerics.flow.hybrid.integrate import network_by_taylor
from numerics.flow.mode import Mode
from numerics.flow.network import Network, exact_rows
from numerics.flow.program import Product, Program
from numerics.flow.rigorous.adjoined import Drift, drifts
from numerics.flow.rigorous.enclosure import Enclosure
from numerics.flow.rigorous.growth import Inputs, correlation_bound, shift_bound
from numerics.flow.rigorous.guards import watch
from numerics.flow.rigorous.kernel import settle
from numerics.flow.rigorous.opening import starting_guards
from numerics.flow.rigorous.passage import pass_event
from numerics.flow.rigorous.step import Failure, Plans, Step
from numerics.flow.rigorous.subspace import System, system_of
from numerics.flow.rigorous.transition import resting
from numerics.flow.rigorous.tube import Span, Tube
from numerics.flow.rigorous.validate import validate
from numerics.flow.taylor.solve import solve
from tests.numerics.flow.problems import random_labels
from tests.numerics.flow.rigorous_proposals import inside, logistic, prove
from tests.numerics.flow.rigorous_tubes import measured_start, norm


def from_box(network: Network, half: Fraction, until: Fraction) -> Enclosure:
    found = network_by_taylor(network, [until], 20)
    return validate(found.segments, network, None, network.state(), [half] * 2, until, 0)


def moved(network: Network, w: Fraction, v: Fraction) -> Network:
    return replace(network, w=((network.w[0][0] + w,),), v=((network.v[0][0] + v,),))


def test_box_through_an_event_holds_the_flows_of_its_corners() -> None:
    network = Network(exact_rows([[1], [-1]]), exact_rows([[-2], [8]]), exact_rows([["1/8"]]), exact_rows([["1/2"]]))
    half, until = Fraction(1, 10**6), Fraction(1)
    enclosure = from_box(network, half, until)
    assert enclosure.reason == ""
    (event,) = enclosure.events
    assert event.earliest is not None and event.latest is not None
    width = event.latest - event.earliest
    times = [event.time + width * k / 4 for k in range(-4, 5)] + [until * k / 8 for k in range(9)]
    for a, b in ((-1, 0), (1, 0), (0, 1), (0, -1), (-1, -1), (1, 1)):
        corner = moved(network, a * half, b * half)
        found = network_by_taylor(corner, [until], 20)
        truth = prove(corner, found.segments, 1)
        assert truth.reason == ""
        assert event.earliest <= truth.events[0].time <= event.latest
        for time in times:
            assert inside(enclosure.at(time), truth.at(time)), (a, b, time)


def test_start_off_the_kink_does_not_slide() -> None:
    network = Network(exact_rows([[1, 0], [-1, 0]]), exact_rows([[-1], [-1]]), exact_rows([[1, 1]]), exact_rows([[1]]))
    system = system_of(network, Mode(((0,),), (1,)))
    found = starting_guards(system, network.state(), [Fraction(0)] * 3)
    assert isinstance(found, Failure) and found.kind == "refused"


def test_start_on_two_free_kinks_is_not_unique() -> None:
    network = Network(exact_rows([[1, 0], [0, 1]]), exact_rows([[1], [1]]), exact_rows([[0, 0]]), exact_rows([[1]]))
    system = system_of(network, Mode(((1, 1),), (0,)))
    found = starting_guards(system, network.state(), [Fraction(0)] * 3)
    assert isinstance(found, Failure) and found.kind == "not unique"


def test_neuron_that_rests_may_not_move_on() -> None:
    network = Network(exact_rows([[1, 0], [0, 1]]), exact_rows([[1], [1]]), exact_rows([[1, -1]]), exact_rows([[1]]))
    old = system_of(network, Mode(((1, -1),), (0,)))
    rests = resting(network, old, Mode(((-1, -1),), (0,)))
    assert not isinstance(rests, Failure)
    assert rests == frozenset({(0, 0)})
    still = system_of(network, Mode(((-1, -1),), (0,)), rests)
    gone = resting(network, still, Mode(((-1, 1),), (0,)))
    assert isinstance(gone, Failure) and gone.kind == "not unique"
    assert resting(network, still, Mode(((-1, -1),), (0,))) == rests


def test_a_jump_between_pieces_is_paid_for() -> None:
    field, start, until = logistic(), [Fraction(1, 2)], Fraction(5)
    segment = solve(field, start, [until], 20).segments[0]
    first, after, *others = segment.pieces
    (row,) = after.coefficients
    lifted = replace(after, coefficients=((row[0] + (1 << (after.bits - 30)), *row[1:]),))
    wrong = replace(segment, pieces=(first, lifted, *others))
    enclosure = validate([wrong], None, field, start, None, until, 0)
    assert enclosure.reached > after.start
    assert enclosure.radius(after.start + after.length / 2**30) >= Fraction(1, 1 << 30)


def test_correlation_bounds_hold_at_the_ends_of_the_residuals() -> None:
    network = random_labels(3)
    inputs, n, r = Inputs(network), network.samples, 1 << 28
    ends = [sum((abs(x[i]) for x in network.x), Fraction(0)) * r / n for i in range(network.dimension)]
    found = correlation_bound(inputs, ((1,) * n,), [[(0, r)]] * n)
    assert norm(ends) <= found**2 <= norm(ends) * Fraction(11, 10)
    shift = shift_bound(inputs, [r] * n)
    sizes = [Fraction(int(float(norm(list(x))) ** 0.5 * 2**40), 2**40) for x in network.x]
    assert sum(sizes, Fraction(0)) * r * 999 / 1000 / n <= shift <= sum(sizes, Fraction(0)) * r * 11 / 10 / n


@pytest.mark.parametrize("loss", ["logistic", "exponential"])
def test_adjoined_states_drift_with_the_defect_and_from_their_start(loss: str) -> None:
    system, measured = measured_start(loss)
    network, large = system.network, 1 << (measured.unit - 20)
    assert network is not None
    none = [0] * len(system.program.adjoined)
    found = [
        drifts(system, Inputs(network), measured, own, first)
        for own, first in ((0, none), (large, none), (0, [large] * len(none)))
    ]
    still, *others = (entry.adjoined for entry in found if isinstance(entry, Drift))
    assert len(others) == 2
    for other in others:
        assert all(b > a + (large >> 8) for a, b in zip(still, other, strict=True))


def test_event_after_a_dip_below_the_kink_is_refused() -> None:
    network = Network(exact_rows([[1], [-1]]), exact_rows([[-2], [8]]), exact_rows([["1/8"]]), exact_rows([["1/2"]]))
    unit, until = 96, Fraction(4, 5)
    side = 1 if network.kinks[0].direction[0] > 0 else -1
    old, new = (system_of(network, Mode(((sign * side,),), (0,))) for sign in (1, -1))
    # (s - 1/5)(s - 2/5)(4/5 - s) is below zero between the first two places, and proved so
    weights = [Fraction(8, 125), Fraction(-14, 25), Fraction(7, 5), Fraction(-1)]
    rows = tuple(tuple(int(c * 2**80) for c in row) for row in (weights, [Fraction(1, 2), 0, 0, 0]))
    measured = Plans(old, unit).measure(Step(Fraction(0), Fraction(1, 8), 80, rows, until))
    tube = Tube(unit, Fraction(1, 8), 1, (Span(Fraction(0), 1, Fraction(0)),), 1 << 20, 1 << 20)
    found = pass_event(watch(old, measured, tube, Fraction(1)), {}, new)
    assert isinstance(found, Failure)
    assert "not proved positive up to" in found.text


def test_event_is_refused_when_another_neuron_left_its_mode_before() -> None:
    network = Network(
        exact_rows([[1], [-1]]), exact_rows([[-2], [8]]), exact_rows([["1/8"], ["1/8"]]), exact_rows([["1/2"], ["1/2"]])
    )
    unit, until = 96, Fraction(4, 5)
    side = 1 if network.kinks[0].direction[0] > 0 else -1
    old, new = (system_of(network, Mode(((sign * side,), (side,)), (0, 0))) for sign in (1, -1))
    # the first crosses at 4/5, the second was below zero between 1/5 and 2/5
    polynomials = [until, Fraction(-1), 0], [Fraction(2, 25), Fraction(-3, 5), Fraction(1)], [0.5, 0, 0], [0.5, 0, 0]
    rows = tuple(tuple(int(c * 2**80) for c in row) for row in polynomials)
    measured = Plans(old, unit).measure(Step(Fraction(0), Fraction(1, 8), 80, rows, until))
    tube = Tube(unit, Fraction(1, 8), 1, (Span(Fraction(0), 1, Fraction(0)),), 1 << 20, 1 << 20)
    found = pass_event(watch(old, measured, tube, Fraction(1)), {}, new)
    assert isinstance(found, Failure)
    assert "the order of the events" in found.text


def test_pieces_with_a_gap_in_time_are_refused() -> None:
    field, start, until = logistic(), [Fraction(1, 2)], Fraction(5)
    segment = solve(field, start, [until], 20).segments[0]
    first, after, *others = segment.pieces
    for shift in (-first.length / 2, first.length / 2):
        wrong = replace(segment, pieces=(first, replace(after, start=after.start + shift), *others))
        enclosure = validate([wrong], None, field, start, None, until, 0)
        assert enclosure.kind == "refused" and enclosure.reached == first.end


@pytest.mark.parametrize("node", [Product(2, 1), Product(1, 2)])
def test_error_of_a_factor_counts_on_either_side_and_in_the_defect(node: Product) -> None:
    # x = s**5, y = 1: x**2 is cut to nothing, so that x**2 y is 0 up to an error of 1, and so is the defect of y
    rows = (0, 0, 0, 0, 0, 1 << 40), (1 << 40, 0, 0, 0, 0, 0)
    program = Program(("x", "y"), (Product(0, 0), node), (0, 3))
    plans = Plans(System(program), 64)
    for form in (plans.form, None):
        plans.form = form
        measured = plans.measure(Step(Fraction(0), Fraction(3, 8), 40, rows, Fraction(1)))
        row, missing = measured.values.coefficients(3)
        assert sum(row) + missing >= 1 << 64
        assert measured.defect[1] >= Fraction(3, 8) * 2**64


def test_sum_that_does_not_fit_in_the_fixed_point_is_left_to_exact_integers() -> None:
    out = np.zeros((2, 1), dtype=np.int32)
    for top, over in ((5, False), (-5, False), (1 << 23, True), (-(1 << 23) - 1, True), (1 << 40, True)):
        assert settle(np.array([3, top], dtype=np.int64), 0, out, 0) == over
