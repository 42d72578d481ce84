"""Each bound of the tube around a step: dropping any of them fails here within a second."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from flint import arb

from numerics.flow.field import network_program
from numerics.flow.mode import Mode
from numerics.flow.network import Network, exact_rows
from numerics.flow.program import Linear, Program, ProgramBuilder
from numerics.flow.rigorous.functions import ball, full_state
from numerics.flow.rigorous.general import general_tube
from numerics.flow.rigorous.guards import watch
from numerics.flow.rigorous.precision import working_precision
from numerics.flow.rigorous.step import Failure, Plans, Step, step_of
from numerics.flow.rigorous.subspace import System, system_of
from numerics.flow.rigorous.tube import Span, Tube, grown
from numerics.flow.taylor.solve import solve
from tests.numerics.flow.rigorous_proposals import prove_field
from tests.numerics.flow.rigorous_tubes import measured_start, nearby, norm, tube_of


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
