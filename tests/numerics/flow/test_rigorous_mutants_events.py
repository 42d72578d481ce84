"""Each proof around an event, asked for directly: skipping any of them fails here within a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from flint import arb

from numerics.flow.field import network_program
from numerics.flow.hybrid.integrate import network_by_taylor
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network, exact_rows
from numerics.flow.rigorous import passage
from numerics.flow.rigorous.delay import delay_cost
from numerics.flow.rigorous.functions import ball
from numerics.flow.rigorous.growth import Inputs
from numerics.flow.rigorous.guards import Watch, watch
from numerics.flow.rigorous.passage import Bracket, Passage, _bracket, _others, _vanished, pass_event
from numerics.flow.rigorous.peeling import peeled
from numerics.flow.rigorous.precision import working_precision
from numerics.flow.rigorous.step import Failure, Plans, Step, step_of
from numerics.flow.rigorous.subspace import System, system_of
from numerics.flow.rigorous.transition import Change, resting
from numerics.flow.rigorous.tube import Span, Tube, network_tube
from numerics.flow.rigorous.validate import validate
from numerics.flow.solution import Segment
from numerics.flow.taylor.solve import solve
from tests.numerics.flow.kinks import ABOVE, BELOW, HALF, facing
from tests.numerics.flow.problems import random_labels
from tests.numerics.flow.rigorous_proposals import inside, proposal


def written(
    network: Network, mode: Mode, polynomials: Sequence[Sequence[Fraction | int]], until: Fraction, drop: int = 76
) -> Watch:
    """The guards of a step whose polynomials are written down, in a tube of ``2**-drop`` that is taken for granted."""
    system, slots = system_of(network, mode), max(map(len, polynomials))
    rows = tuple(tuple(int(Fraction(c) * 2**80) for c in (*row, *(0,) * (slots - len(row)))) for row in polynomials)
    measured = Plans(system, 96).measure(Step(Fraction(0), Fraction(1, 8), 80, rows, until))
    radius = 1 << (96 - drop)
    tube = Tube(96, Fraction(1, 8), 1, (Span(Fraction(0), 1, Fraction(0)),), radius, radius)
    return watch(system, measured, tube, Fraction(1))


@pytest.mark.parametrize(("label", "order", "rises"), [(2, 1, True), (-2, 1, False), (2, 2, False), (-2, 2, True)])
def test_guard_that_starts_at_zero_must_be_pushed_away_by_the_field(label: int, order: int, rises: bool) -> None:
    # w' = v e/2 and, where that is 0, w'' = -v**3 e/4, with e near the label: the polynomial rises in any case
    guards = written(facing(label, 0), ABOVE, [[0, 1, 1], [HALF]], Fraction(1))
    found = peeled(guards, {Guard("kink", 0, 0): order}, Fraction(1))
    assert (found is None) == rises
    assert rises or (isinstance(found, Failure) and "leave zero" in found.text)


def test_guard_of_a_step_without_events_is_watched() -> None:
    good, bad = ([Fraction(1, 8), Fraction(-sign, 4)] for sign in (-1, 1))
    assert peeled(written(facing(2, 0), ABOVE, [good, [HALF]], Fraction(1)), {}, Fraction(1)) is None
    found = peeled(written(facing(2, 0), ABOVE, [bad, [HALF]], Fraction(1)), {}, Fraction(1))
    assert isinstance(found, Failure) and "is not proved positive" in found.text


def test_bracket_ends_are_beyond_the_margin() -> None:
    # the guard falls with slope 1 and bends up by 10 (s - 1/2)**2, so that Newton's step ends too early
    row = [HALF + Fraction(10, 4), Fraction(-11), Fraction(10)]
    guards = written(facing(-2, 8), ABOVE, [row, [HALF]], HALF, 10)
    change = Change(0, Guard("kink", 0, 0), ())
    bracket = _bracket(guards, change, HALF)
    assert isinstance(bracket, Bracket)
    before, after = (sum(c * s**k for k, c in enumerate(row)) for s in (bracket.first, bracket.last))
    assert before > Fraction(1, 1 << 10) and after < -Fraction(1, 1 << 10)


def events_of(kind: str) -> tuple[Watch, System]:
    """The guards of the step that ends with an event of a random network, and the system after it."""
    network = random_labels(3)
    found = proposal(3, 20, 4)
    before: System | None = None
    for segment, following, event in zip(found.segments, found.segments[1:], found.events, strict=False):
        assert segment.mode is not None and following.mode is not None
        rests = resting(network, before, segment.mode)
        assert not isinstance(rests, Failure)
        system = system_of(network, segment.mode, rests)
        if event.kind.startswith(kind):
            after = resting(network, system, following.mode)
            assert not isinstance(after, Failure)
            piece = segment.pieces[-1]
            step = step_of(piece, True)
            measured = Plans(system, piece.bits + 16).measure(step)
            whole = replace(measured, step=replace(step, until=Fraction(1)))
            tube = network_tube(system, Inputs(network), whole, 1 << 20, [])
            assert isinstance(tube, Tube)
            return watch(system, measured, tube, Fraction(1)), system_of(network, following.mode, after)
        before = system
    raise AssertionError(f"no event of kind {kind}")


@pytest.mark.parametrize("kind", ["slide", "release"])
def test_event_whose_guard_is_not_proved_to_fall_is_refused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    guards, new = events_of(kind)
    assert isinstance(pass_event(guards, {}, new), Passage)
    for rate in (arb(0), arb(1), arb(0, 1)):
        monkeypatch.setattr(passage, "derivative", lambda *_, rate=rate: rate)
        found = pass_event(guards, {}, new)
        assert isinstance(found, Failure) and found.kind == "tangency"


def test_late_half_of_a_bracket_counts_when_it_is_the_longer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    guards = written(facing(-2, 8), ABOVE, [[HALF, -1], [HALF]], HALF)
    new = system_of(facing(-2, 8), BELOW)
    short, long = Fraction(1, 1 << 20), Fraction(1, 1 << 10)
    for before, after in ((short, long), (long, short)):
        bracket = Bracket(Change(0, Guard("kink", 0, 0), ()), HALF - before, HALF + after)
        monkeypatch.setattr(passage, "_bracket", lambda *_, bracket=bracket: bracket)
        found = pass_event(guards, {}, new)
        assert isinstance(found, Passage)
        # w' is -1/2 above the kink and -2 below it; a step is 1/8 long
        assert Fraction(found.extra, 1 << 96) >= Fraction(3, 2) * long / 8 * Fraction(999, 1000)


def test_place_of_the_state_around_an_event_has_room_for_the_jump() -> None:
    network = facing(-2, 8)
    guards = written(network, ABOVE, [[HALF, -1], [HALF]], HALF)
    systems = {frozenset[int](): guards.system, frozenset({0}): system_of(network, BELOW)}
    first, last = HALF - Fraction(1, 1 << 10), HALF + Fraction(1, 1 << 10)
    found = delay_cost(guards, systems, first, last, Fraction(1, 1 << 10))
    assert isinstance(found, tuple)
    # in the mode below, which may hold from the first place on, w falls by 3/2 more a unit of time
    with working_precision(200):
        for place in (first, last):
            reach = Fraction(3, 2) / 8 * (place - first) * Fraction(999, 1000)
            assert found[1][0].contains(ball(HALF - place - reach))


def test_guard_of_the_new_mode_that_may_vanish_at_the_event_is_refused() -> None:
    old, new = (system_of(facing(-2, 8, 2), Mode(((1,), (side,)), (0, 0))) for side in (1, -1))
    systems, fired = {frozenset[int](): old, frozenset({1}): new}, {Guard("kink", 1, 0)}
    for w, fine in ((arb(0.25), True), (arb(0), False), (arb(0, 0.5), False), (arb(-0.25), False)):
        found = _others(systems, [w, arb(0), arb(0.5), arb(0.5)], {Guard("kink", 1, 0): 1}, fired, 0.0)
        assert (found is None) == fine


def test_place_by_which_a_guard_has_vanished_counts_its_margin() -> None:
    guards = written(facing(-2, 8), ABOVE, [[HALF, -1], [HALF]], HALF, 10)
    first, fall = Fraction(1, 4), Fraction(4)
    place = _vanished(guards, Guard("kink", 0, 0), first, fall)
    assert (place - first) * fall / 8 >= Fraction(1, 4) + Fraction(1, 1 << 10)


def test_events_on_both_sides_of_the_change_cost_the_whole_time_between(monkeypatch: pytest.MonkeyPatch) -> None:
    network, gap = facing(-2, 8, 2), Fraction(1, 1 << 12)
    old, new = (Mode(((side,), (side,)), (0, 0)) for side in (1, -1))
    guards = written(network, old, [[HALF - gap, -1], [HALF + gap, -1], [HALF], [HALF]], HALF)
    calls = []

    def cost(*arguments: object) -> tuple[int, list[arb]] | Failure:
        calls.append(arguments[2:])
        return delay_cost(*arguments)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(passage, "delay_cost", cost)
    found = pass_event(guards, {}, system_of(network, new))
    assert isinstance(found, Passage)
    first, last, side = calls[-1]
    assert first <= HALF - gap and HALF + gap <= last and side >= last - first
    for event in found.events:
        assert event.earliest is not None and event.latest is not None
        assert event.earliest <= (HALF - gap) / 8 and (HALF + gap) / 8 <= event.latest


def released_after_a_crossing() -> Network:
    """Neuron 0 slides along the first kink, and its room above falls until neuron 1 crosses that kink at t = 0.0039,
    10**-9 before the room would vanish; from then on it falls eleven times slower."""
    return Network(
        exact_rows([[1, 0, 0], [-1, 0, 0], [1, 1, 0], [-1, 0, 1]]),
        exact_rows([[1 - Fraction(3, 1024)], ["-1/8"], ["37/10"], ["17/4"]]),
        exact_rows([[0, -1, -1], ["-0.00277162843864", 1, -1], [1, -3, "5/4"]]), exact_rows([["1/2"], [1], [1]]),
    )  # fmt: skip


@pytest.mark.parametrize("part", [Fraction(-1, 2), Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2)])
def test_event_that_another_one_delays_is_inside_its_bracket(part: Fraction) -> None:
    network, until = released_after_a_crossing(), Fraction(1, 16)
    found = network_by_taylor(network, [until], 20)
    apart = validate(found.segments, network, None, network.state(), None, until, 0)
    assert apart.reason == "" and [event.neuron for event in apart.events] == [1, 0]
    assert apart.events[1].time - apart.events[0].time > Fraction(1, 10**8)
    # both modes change at once, at a time of our choice
    modes = [mode for mode in (found.segments[0].mode, found.segments[-1].mode) if mode is not None]
    time = Fraction(int((apart.events[0].time + part / 10**9) * 2**60), 2**60)
    old, new = (network_program(network, mode) for mode in modes)
    (piece,) = solve(old, network.state(), [until], 20).segments[0].pieces[:1]
    piece = replace(piece, used=time / piece.length)
    assert piece.used < 1
    state = [sum(c * piece.used**k for k, c in enumerate(row)) / 2**piece.bits for row in piece.coefficients]
    state = [Fraction(int(value * 2**piece.bits), 2**piece.bits) for value in state]
    others = tuple(replace(p, start=p.start + time) for p in solve(new, state, [until - time], 20).segments[0].pieces)
    segments = [Segment(modes[0], old, (piece,)), Segment(modes[1], new, others)]
    merged = validate(segments, network, None, network.state(), None, until, 0)
    assert merged.reason == "" and len(merged.events) == 2
    for event in merged.events:
        assert event.earliest is not None and event.latest is not None
        (true,) = (other for other in apart.events if other.neuron == event.neuron)
        assert true.earliest is not None and true.latest is not None
        assert event.earliest <= true.earliest and true.latest <= event.latest
    for number in range(9):
        assert inside(merged.at(until * number / 8), apart.at(until * number / 8))
