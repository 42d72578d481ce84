"""Each bound of the validator, asked for directly: dropping any of them fails here within a second."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from flint import arb

from numerics.flow.field import network_program
from numerics.flow.hybrid.integrate import network_by_taylor
from numerics.flow.mode import Mode
from numerics.flow.network import Network, exact_rows
from numerics.flow.program import Linear, Product, Program, ProgramBuilder
from numerics.flow.rigorous.adjoined import Drift, drifts
from numerics.flow.rigorous.enclosure import Enclosure
from numerics.flow.rigorous.functions import ball, full_state
from numerics.flow.rigorous.general import general_tube
from numerics.flow.rigorous.growth import Inputs, correlation_bound, shift_bound
from numerics.flow.rigorous.guards import watch
from numerics.flow.rigorous.kernel import settle
from numerics.flow.rigorous.opening import starting_guards
from numerics.flow.rigorous.passage import pass_event
from numerics.flow.rigorous.precision import working_precision
from numerics.flow.rigorous.step import Failure, Measured, Plans, Step, step_of
from numerics.flow.rigorous.subspace import System, system_of
from numerics.flow.rigorous.transition import resting
from numerics.flow.rigorous.tube import Span, Tube, grown, network_tube
from numerics.flow.rigorous.validate import validate
from numerics.flow.taylor.solve import solve
from tests.numerics.flow.problems import random_labels
from tests.numerics.flow.rigorous_proposals import inside, logistic, proposal, prove, prove_field


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


def measured_start(loss: str = "squared", seed: int = 3, sliding: bool = False) -> tuple[System, Measured]:
    """The first step of a random network, or the first in which a neuron slides."""
    network = random_labels(seed, loss=loss)
    for segment in proposal(seed, 20, 4, loss).segments:
        assert segment.mode is not None
        if not sliding or any(0 in row for row in segment.mode.sides):
            system = system_of(network, segment.mode)
            piece = segment.pieces[0]
            return system, Plans(system, piece.bits + 16).measure(step_of(piece))
    raise AssertionError("no neuron slides")


def tube_of(system: System, measured: Measured, drop: int, first: int = 0) -> Tube | Failure:
    """The tube that starts with a radius of ``2**-drop`` and adjoined states with errors of ``first`` units."""
    assert system.network is not None
    errors = [first] * len(system.program.adjoined)
    return network_tube(system, Inputs(system.network), measured, 1 << (measured.unit - drop), errors)


def norm(values: list[Fraction]) -> Fraction:
    return sum((value * value for value in values), Fraction(0))


def nearby(measured: Measured, tube: Tube, random: Random, size: int) -> tuple[list[Fraction], list[Fraction]]:
    """A point of the polynomials, and one at the edge of the tube (to 1 in 1000)."""
    s = Fraction(random.randint(0, 100), 100)
    step = measured.step
    point = [sum((c * s**k for k, c in enumerate(row)), Fraction(0)) / 2**step.bits for row in step.rows]
    aim = [Fraction(random.randint(-9, 9)) if random.random() < 0.5 else Fraction(0) for _ in range(size)]
    aim[random.randrange(size)] = Fraction(9)
    length = Fraction(int(float(norm(aim)) ** 0.5 * 1001) + 1, 1000)
    far = Fraction(tube.radius, 1 << tube.unit)
    return point, [value + far * a / length for value, a in zip(point, aim, strict=False)]


def test_logarithmic_norm_holds_in_the_whole_tube() -> None:
    random = Random(1)
    system, measured = measured_start()
    tube, narrow = tube_of(system, measured, 6), tube_of(system, measured, 60)
    network, size = system.network, system.program.size
    assert network is not None and isinstance(tube, Tube) and isinstance(narrow, Tube)
    (span,), (other,) = tube.spans, narrow.spans
    # the residuals change by at least 1/2**6 of a state somewhere: mu cannot be that of the polynomials alone
    assert span.mu > other.mu + Fraction(1, 1 << 10)
    for _ in range(40):
        _, point = nearby(measured, tube, random, size)
        nodes = system.program.values(point, Fraction)
        for row in system.gates:
            entries = [
                sum(g * nodes[e[0]] * x[i] for g, e, x in zip(row, system.residuals, network.x, strict=True) if g == 1)
                / network.samples
                for i in range(network.dimension)
            ]
            assert norm([Fraction(value) for value in entries]) <= span.mu**2


def test_tube_that_does_not_hold_itself_is_refused() -> None:
    system, measured = measured_start()
    longer = replace(measured, step=replace(measured.step, length=measured.step.length * 64))
    assert isinstance(tube_of(system, measured, 12), Tube)
    assert isinstance(tube_of(system, longer, 12), Failure)


@pytest.mark.parametrize("loss", ["logistic", "exponential"])
def test_error_of_adjoined_states_is_a_defect(loss: str) -> None:
    system, measured = measured_start(loss)
    rough, fine = tube_of(system, measured, 80, 1 << (measured.unit - 30)), tube_of(system, measured, 80)
    assert isinstance(rough, Tube) and isinstance(fine, Tube)
    assert rough.defect > fine.defect + (1 << (measured.unit - 45))
    assert all(a > b for a, b in zip(rough.loose, fine.loose, strict=True))


@pytest.mark.parametrize(
    ("loss", "seed", "sliding"), [("squared", 3, False), ("logistic", 3, False), ("squared", 3, True)]
)
def test_guards_in_the_tube_are_within_their_margins(loss: str, seed: int, sliding: bool) -> None:
    random = Random(2)
    system, measured = measured_start(loss, seed, sliding)
    tube = tube_of(system, measured, 40)
    assert isinstance(tube, Tube)
    guards = watch(system, measured, tube, Fraction(1))
    size = system.program.size
    kinds = {guard.kind for guard, _ in system.program.guards}
    assert not sliding or kinds & {"plus", "minus"}
    tight = False
    for _ in range(40):
        point, other = nearby(measured, tube, random, size)
        full = [*other, *point[size:]]
        before, after = (system.program.values(state, Fraction) for state in (point, full))
        for guard, place in system.program.guards:
            gap = abs(after[place] - before[place]) * 2**tube.unit
            assert gap <= guards.margins[guard]
            tight = tight or gap * 4 > guards.margins[guard]
    assert tight


def test_growth_is_the_solution_of_its_equation() -> None:
    unit = 1 << 60
    for mu in (Fraction(-3), Fraction(0), Fraction(2)):
        for s in (Fraction(1, 3), Fraction(1)):
            found = grown(Span(Fraction(0), unit, mu), 5 * unit, Fraction(1, 2), s)
            with working_precision(100):
                rate = arb(mu.numerator) / 2
                part = arb(s.numerator) / s.denominator
                if mu == 0:
                    exact = 1 + 5 * part
                else:
                    exact = (rate * part).exp() + 5 * ((rate * part).exp() - 1) / rate
                assert found is not None
                assert exact * unit <= found


def test_enclosure_over_an_interval_holds_what_shrinks_in_it() -> None:
    field = Program(("u",), (Linear(((0, Fraction(-1)),)),), (1,))
    decay = prove_field(field, [Fraction(1)], Fraction(1), [Fraction(1, 10)])
    over = decay.over(Fraction(0), Fraction(1))
    for k in range(9):
        with working_precision(300):
            for whole, part in zip(over, decay.at(Fraction(k, 8)), strict=True):
                assert whole.contains(part)


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


def test_flow_that_does_not_exist_to_the_end_has_no_tube() -> None:
    # x' = a x + b x**17 from x0 = c exp(-2 a) is infinite before t = 2 if c**16 > a/b; a bound that takes the field
    # near zero for the field everywhere says that x is c there
    a, b = Fraction(13, 10), Fraction(1, 1000)
    builder = ProgramBuilder(["x"])
    power = 0
    for _ in range(4):
        power = builder.product(power, power)
    program = builder.program([builder.linear([(0, a), (builder.product(power, 0), b)])])
    step = Step(Fraction(0), Fraction(2), 40, ((0, 0),), Fraction(1))
    measured = Plans(System(program), 64).measure(step)
    for c, exists in ((Fraction(19, 10), False), (Fraction(1, 10), True)):
        start = int(c * Fraction(743, 10000) * 2**64)
        assert isinstance(general_tube(program, measured, start), Tube) == exists


@pytest.mark.parametrize("loss", ["logistic", "exponential"])
def test_adjoined_functions_have_room_for_the_tube(loss: str) -> None:
    # one neuron, one sample, w = v: the gradient of f = w v is as long as the state, and phi'(u) near that of 0
    network = Network(exact_rows([[1]]), exact_rows([[1]]), exact_rows([["1/8"]]), exact_rows([["1/8"]]), loss)
    mode = Mode(((1,),), (0,))
    program = network_program(network, mode)
    piece = solve(program, network.state(), [Fraction(1, 16)], 20).segments[0].pieces[0]
    system = system_of(network, mode)
    measured = Plans(system, piece.bits + 16).measure(step_of(piece))
    tube = tube_of(system, measured, 20)
    assert isinstance(tube, Tube)
    near, far = (
        full_state(program, [ball(value + shift) for value in network.state()]) for shift in (0, Fraction(-7, 10 << 20))
    )
    gap = abs(near[2] - far[2]) * 2**tube.unit
    assert gap <= tube.loose[0]
    assert gap > tube.loose[0] / (3 if loss == "logistic" else 10)


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
