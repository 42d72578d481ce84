"""The derivative of the flow in its start: closed forms, finite differences, and what the saltation matrix is for."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from numerics.flow.elementary import apply, smooth_program
from numerics.flow.integrate import integrate
from numerics.flow.network import Network, exact_rows
from numerics.flow.program import Program, ProgramBuilder
from numerics.flow.sensitivity import flow_derivative, sensitivity
from numerics.flow.solution import FlowResult, Segment
from numerics.flow.taylor.solve import solve
from numerics.flow.variation import vary

ONE = Fraction(1)
DIGITS = 30
CLOSE = Fraction(1, 10**24)


def affine(slope: Fraction, constant: Fraction) -> Program:
    """Return theta' = constant + slope theta."""
    builder = ProgramBuilder(["theta"])
    return builder.program([builder.linear([(0, slope)], constant)])


def exact(value: Any) -> Fraction:
    """Return an mpf as the fraction it is."""
    mantissa, exponent = value.man_exp
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


@pytest.mark.parametrize(("m", "c", "theta"), [("1", "1/2", "-1/3"), ("3/2", "-5/4", "-2"), ("1/7", "2", "-1/9")])
def test_one_kink_gains_the_ratio_of_the_two_speeds(m: str, c: str, theta: str) -> None:
    """L = (theta-m)^2/2 + (relu(theta)-c)^2/2, with theta(0) < 0 < m and m + c > 0, worked out by hand.

    Before the kink theta - m = (theta0-m) exp(-t), so the kink is met at t* = log((m-theta0)/m) with the speed m; after
    it theta' = m + c - 2 theta begins with the speed m + c. The derivative is therefore
    exp(-t*) ((m+c)/m) exp(-2 (T-t*)); without the factor (m+c)/m it is what descent's own derivative tends to.
    """
    target, pull, start, end = Fraction(m), Fraction(c), Fraction(theta), Fraction(5, 2)
    with mpmath.workdps(60):
        kink = mpmath.log(mpmath.mpf(str(float(1))) * (target - start).numerator / (target - start).denominator)
        kink -= mpmath.log(mpmath.mpf(target.numerator) / target.denominator)
        ratio = (
            mpmath.mpf((target + pull).numerator) / (target + pull).denominator / target.numerator * target.denominator
        )
        expected = exact(ratio * mpmath.exp(-kink) * mpmath.exp(-2 * (mpmath.mpf(5) / 2 - kink)))
        event = exact(kink)
    before = solve(affine(-ONE, target), [start], [event], DIGITS + 5)
    after = solve(affine(-2 * ONE, target + pull), [Fraction(0)], [end - event], DIGITS + 5)
    first, second = before.segments[0], after.segments[0]
    pieces = [type(p)(p.start + event, p.length, p.bits, p.coefficients, p.used) for p in second.pieces]
    segments = [first, Segment(None, second.program, tuple(pieces))]
    found = flow_derivative(segments, [[ONE]], end, DIGITS)
    assert not isinstance(found, str)
    assert abs(found[0][0] - expected) < CLOSE
    naive = flow_derivative(segments, [None], end, DIGITS)
    assert isinstance(naive, str) and "velocity jumps" in naive


def test_smooth_flow_is_differentiated_through_adjoined_functions() -> None:
    """p' = sin(v)/sqrt(1 + p^2), v' = tanh(p) - exp(-v): against central differences of the flow itself."""

    def make(builder: ProgramBuilder) -> list[int]:
        root = apply(builder, "sqrt", builder.linear([(builder.product(0, 0), ONE)], ONE))
        p = builder.product(apply(builder, "sin", 1), apply(builder, "inverse", root))
        decay = apply(builder, "exp", builder.linear([(1, -ONE)]))
        return [p, builder.linear([(apply(builder, "tanh", 0), ONE), (decay, -ONE)])]

    program = smooth_program(["p", "v"], make)
    start, end, step = [Fraction(2, 5), Fraction(7, 3)], Fraction(3, 2), Fraction(1, 10**12)
    found = vary(program, start, [[ONE, Fraction(0)], [Fraction(0), ONE]], (Fraction(0), end), 40)
    for k in range(2):
        ends = []
        for sign in (1, -1):
            moved = [value + sign * step * (i == k) for i, value in enumerate(start)]
            ends.append(solve(program, moved, [end], 40).states[0])
        for i in range(2):
            difference = (ends[0][i] - ends[1][i]) / (2 * step)
            assert abs(found.matrix[i][k] - difference) < Fraction(1, 10**20), (i, k)
    reached = solve(program, start, [end], 40).states[0][:2]
    assert all(abs(a - b) < Fraction(1, 10**38) for a, b in zip(found.state, reached, strict=True))


def test_blow_up_ends_the_derivative_with_a_reason() -> None:
    builder = ProgramBuilder(["u"])
    found = vary(builder.program([builder.product(0, 0)]), [ONE], [[ONE]], (Fraction(0), Fraction(2)), 20)
    assert "t = 1" in found.reason or "t = 0.999" in found.reason
    assert found.time < 1 + Fraction(1, 10**6)


def network_of(x: list, y: list, w: list, v: list) -> Network:
    """Return a network of exact numbers with one output."""
    rows = (exact_rows(x), exact_rows([[value] for value in y]), exact_rows(w), exact_rows([[value] for value in v]))
    return Network(*rows)


def moved(network: Network, k: int, step: Fraction) -> Network:
    """Return the network with entry k of its start moved."""
    state = list(network.state())
    state[k] += step
    d, m = network.dimension, network.width
    w = tuple(tuple(state[j * d : (j + 1) * d]) for j in range(m))
    return replace(network, w=w, v=tuple((value,) for value in state[m * d :]))


def assert_is_the_difference_quotient(network: Network, time: Fraction, kinds: list[str]) -> FlowResult:
    """Compare with central differences of flows of 60 digits, whose own error is of the order of the step squared."""
    step = Fraction(1, 10**12)
    result = integrate(network, [time], 60)
    assert [event.kind for event in result.events] == kinds, result.events
    found = sensitivity(network, result, time)
    assert (found.guarantee, found.reason) == ("ESTIMATED", "")
    for k in range(len(network.state())):
        ends = [integrate(moved(network, k, sign * step), [time], 60).states[0] for sign in (1, -1)]
        for i, (up, down) in enumerate(zip(*ends, strict=True)):
            quotient = (up - down) / (2 * step)
            assert abs(found.matrix[i][k] - quotient) < Fraction(1, 10**18), (
                i,
                k,
                float(found.matrix[i][k] - quotient),
            )
    return result


CROSSING = network_of([[1, 0], ["1/2", 1]], [2, 2], [["-1/5", "1/2"]], [1])


def test_crossing_gate_agrees_with_differences_of_flows() -> None:
    assert_is_the_difference_quotient(CROSSING, Fraction(3, 2), ["on"])


def test_crossing_without_saltation_is_wrong() -> None:
    """The same product without the jump is off by far more than the tolerance of the test above."""
    time = Fraction(3, 2)
    result = integrate(CROSSING, [time], 40)
    found = sensitivity(CROSSING, result, time)
    first, second = result.segments
    matrix = found.matrix
    for segment, span in ((first, (Fraction(0), second.pieces[0].start)), (second, (second.pieces[0].start, time))):
        start = [Fraction(row[0], 1 << segment.pieces[0].bits) for row in segment.pieces[0].coefficients[:3]]
        before = [[ONE * (i == k) for k in range(3)] for i in range(3)] if segment is first else matrix
        matrix = vary(segment.program, start, before, span, 40).matrix
    gaps = [
        abs(a - b) for row, other in zip(matrix, found.matrix, strict=True) for a, b in zip(row, other, strict=True)
    ]
    assert max(gaps) > Fraction(1, 20)


@pytest.mark.parametrize("loss", ["squared", "logistic", "exponential"])
def test_smooth_network_agrees_with_differences_of_flows(loss: str) -> None:
    labels = ["1", "-1"]
    network = network_of([[1, "1/2"], ["-1/3", 1]], labels, [["1/2", "1/3"], ["-1/4", "2/3"]], ["1/2", "-1/3"])
    assert_is_the_difference_quotient(replace(network, loss=loss, gates="on"), Fraction(2), [])


SLIDES = {
    "slide": (
        network_of([[-1, "1/5"], ["3/10", "9/10"], [-1, "2/5"]], ["-3/10", "-3/5", "17/10"], [["-7/10", 0]], [-1]),
        "3/2",
        ["slide"],
    ),
    "slide, then another gate": (
        network_of([["4/5", "1/5"], ["-2/5", "-1/10"], ["-7/10", -1]], ["-13/10", "8/5", -2], [["7/10", "-1/10"]], [1]),
        "7/2",
        ["slide", "off"],
    ),
    "two neurons, slide and release": (
        network_of(
            [["2/5", "-3/5"], ["2/5", "-3/10"], ["-4/5", "1/10"]],
            ["19/10", "-19/10", -2],
            [["-1/2", "3/10"], ["-4/5", "-1/5"]],
            ["-3/5", 1],
        ),
        "5",
        ["on", "on", "slide", "release on"],
    ),
}


@pytest.mark.parametrize("name", SLIDES)
def test_sliding_network_agrees_with_differences_of_flows(name: str) -> None:
    network, time, kinds = SLIDES[name]
    assert_is_the_difference_quotient(network, Fraction(time), kinds)


def test_image_is_tangent_to_the_kink_while_sliding() -> None:
    network, time, _ = SLIDES["slide"]
    result = integrate(network, [Fraction(time)], 40)
    found = sensitivity(network, result, Fraction(time))
    (event,) = result.events
    kink = next(kink for kink in network.kinks if kink.members[0][0] == event.sample)
    for k in range(3):
        across = sum(a * found.matrix[i][k] for i, a in enumerate(kink.direction))
        assert abs(across) < Fraction(1, 10**35)
    earlier = sensitivity(network, result, event.time - Fraction(1, 10))
    assert abs(sum(a * earlier.matrix[i][0] for i, a in enumerate(kink.direction))) > Fraction(1, 10)


def test_no_derivative_where_the_flow_branches() -> None:
    network = network_of(
        [["1/10", "-7/10"], ["-2/5", "4/5"], ["3/10", "4/5"]], ["-4/5", "11/10", "-7/5"], [["1/5", "-1/10"]], ["3/5"]
    )
    result = integrate(network, [Fraction(5)], 30)
    branching = next(event for event in result.events if event.kind == "not unique")
    after = sensitivity(network, result, Fraction(5))
    assert (after.guarantee, after.matrix) == ("NONE", ())
    assert "not unique" in after.reason or "turn" in after.reason
    assert sensitivity(network, result, branching.time - Fraction(1, 5)).guarantee == "ESTIMATED"


def test_no_derivative_from_a_start_on_a_kink() -> None:
    network = network_of([[1, 0], [0, 1]], [1, 1], [[0, 1]], [1])
    found = sensitivity(network, integrate(network, [ONE], 20), ONE)
    assert (found.guarantee, found.matrix) == ("NONE", ())
    assert "starts on a kink" in found.reason


def test_no_derivative_where_two_kinks_are_reached_at_once() -> None:
    twins = replace(CROSSING, w=CROSSING.w * 2, v=CROSSING.v * 2, y=((Fraction(4),), (Fraction(4),)))
    found = sensitivity(twins, integrate(twins, [ONE], 30), ONE)
    assert found.guarantee == "NONE"
    assert "2 kinks are reached at once" in found.reason


@pytest.mark.parametrize(("time", "part"), [(Fraction(-1), "outside"), (Fraction(2), "outside")])
def test_time_outside_the_flow_is_refused(time: Fraction, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        sensitivity(CROSSING, integrate(CROSSING, [ONE], 20), time)


def test_result_without_dense_output_is_refused() -> None:
    bare = replace(integrate(CROSSING, [ONE], 20), segments=())
    with pytest.raises(ValueError, match="no dense output"):
        sensitivity(CROSSING, bare, ONE)


def test_no_derivative_where_the_order_of_two_events_is_not_clear() -> None:
    (row,), (read_out,) = CROSSING.w, CROSSING.v
    near = (row[0] + Fraction(1, 10**14), row[1])
    pair = replace(CROSSING, w=(row, near), v=(read_out, read_out), y=((Fraction(4),), (Fraction(4),)))
    result = integrate(pair, [ONE], 30)
    assert len(result.events) == 2 and result.events[0].time != result.events[1].time
    assert "too close" in sensitivity(pair, result, ONE).reason
