"""The truth is inside every enclosure: closed forms, far more digits, initial boxes, random times."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random
from threading import Thread

import pytest
from flint import ctx

from numerics.flow.field import network_program
from numerics.flow.hybrid.integrate import network_by_taylor
from numerics.flow.mode import Mode
from numerics.flow.network import Network
from numerics.flow.rigorous.validate import validate
from numerics.flow.solution import Segment
from numerics.flow.taylor.solve import solve
from tests.numerics.flow.problems import random_labels
from tests.numerics.flow.rigorous_proposals import (
    inside,
    logarithm,
    logarithm_at,
    logistic,
    logistic_at,
    pair,
    pair_at,
    proposal,
    prove,
    prove_field,
    proved,
)


def some_time(random: Random, until: Fraction) -> Fraction:
    return until * random.randint(0, 10**6) / 10**6


@pytest.mark.parametrize("seed", range(4))
def test_closed_forms_are_inside_at_random_times(seed: int) -> None:
    random = Random(seed)
    rate, x = Fraction(random.randint(1, 20), 10), Fraction(random.randint(1, 15), 10)
    start = [Fraction(random.randint(-20, 20), 10) for _ in range(2)]
    cases = [
        (prove_field(pair(rate), start, Fraction(3)), lambda t: pair_at(rate, start, t)),
        (prove_field(logistic(), [x], Fraction(5)), lambda t: logistic_at(x, t)),
        (prove_field(logarithm(), [x], Fraction(5)), lambda t: logarithm_at(x, t)),
    ]
    for enclosure, truth in cases:
        assert enclosure.reason == ""
        assert enclosure.radius(enclosure.reached) < Fraction(1, 10**15)
        for _ in range(20):
            time = some_time(random, enclosure.reached)
            assert inside(enclosure.at(time), truth(time))


@pytest.mark.parametrize("seed", range(4))
def test_flows_from_a_box_are_inside(seed: int) -> None:
    random = Random(100 + seed)
    half = Fraction(random.randint(1, 50), 5000)
    x, start = Fraction(random.randint(5, 15), 10), [Fraction(random.randint(-20, 20), 10) for _ in range(2)]
    linear = prove_field(pair(Fraction(1)), start, Fraction(2), [half, half])
    curved = prove_field(logistic(), [x], Fraction(5), [half])
    adjoined = prove_field(logarithm(), [x], Fraction(2), [half])
    assert not linear.reason + curved.reason + adjoined.reason
    for _ in range(20):
        moved = [value + half * random.choice((-1, 1, 0)) for value in start]
        other = x + half * random.randint(-100, 100) / 100
        for enclosure, truth in (
            (linear, lambda t, at=moved: pair_at(Fraction(1), at, t)),
            (curved, lambda t, at=other: logistic_at(at, t)),
            (adjoined, lambda t, at=other: logarithm_at(at, t)),
        ):
            time = some_time(random, enclosure.reached)
            assert inside(enclosure.at(time), truth(time))
    # and the box is no wider than it has to be: the corner that grows most comes near the bound
    corner = pair_at(Fraction(1), [start[0] + half, start[1] + half], Fraction(2))
    middle = pair_at(Fraction(1), start, Fraction(2))
    assert float(linear.radius(Fraction(2))) <= 1.01 * 2**0.5 * abs(float(corner[0]) - float(middle[0]))


@pytest.mark.parametrize("loss", ["squared", "logistic", "exponential"])
@pytest.mark.parametrize("seed", [0, 3, 12])
def test_flow_with_events_agrees_with_far_more_digits(seed: int, loss: str) -> None:
    random = Random(seed)
    rough, fine = proved(seed, 15, 4, loss), proved(seed, 40, 4, loss)
    assert rough.reached == fine.reached == 4
    assert rough.radius(Fraction(4)) < Fraction(1, 10**10)
    assert fine.radius(Fraction(4)) < Fraction(1, 10**35)
    assert len(rough.events) == len(fine.events)
    for a, b in zip(rough.events, fine.events, strict=True):
        assert (a.kind, a.neuron, a.sample) == (b.kind, b.neuron, b.sample)
        assert a.earliest is not None and a.latest is not None and b.earliest is not None and b.latest is not None
        assert a.earliest < b.latest and b.earliest < a.latest
        assert b.latest - b.earliest < Fraction(1, 10**30)
    times = [some_time(random, Fraction(4)) for _ in range(30)]
    times += [t for e in rough.events for t in (e.time, e.earliest, e.latest) if t is not None]
    for time in times:
        assert inside(rough.at(time), fine.at(time))


def test_network_from_a_box_holds_the_flows_from_inside() -> None:
    random, network = Random(5), random_labels(3)
    half = [Fraction(1, 10**7)] * 16
    box = validate(proposal(3, 15, 4).segments, network, None, network.state(), half, Fraction(4), 0)
    assert box.reached > Fraction(3, 2) and len(box.events) >= 2, (box.reached, box.reason)
    for _ in range(3):
        state = [value + h * random.randint(-100, 100) / 100 for value, h in zip(network.state(), half, strict=True)]
        w = tuple(tuple(state[3 * j : 3 * j + 3]) for j in range(4))
        other = Network(network.x, network.y, w, tuple((v,) for v in state[12:]))
        truth = prove(other, network_by_taylor(other, [Fraction(4)], 20).segments, 4)
        for _ in range(10):
            time = some_time(random, min(box.reached, truth.reached))
            assert inside(box.at(time), truth.at(time))


def test_over_encloses_every_time_between_and_is_tight() -> None:
    random, enclosure = Random(9), proved(3, 15, 4)
    for width in (Fraction(1, 10**6), Fraction(1, 10), Fraction(2)):
        first = some_time(random, 4 - width)
        hull = enclosure.over(first, first + width)
        for _ in range(5):
            at = enclosure.at(first + some_time(random, width))
            assert all(a.contains(b.mid()) for a, b in zip(hull, at, strict=True))
        stretches = enclosure.polynomials(first, first + width)
        assert stretches[0].first <= first <= stretches[0].last
        assert all(a.last == b.first for a, b in pairwise(stretches))
    speed = enclosure.over(Fraction(1), 1 + Fraction(1, 10**6))
    assert all(float(ball.rad()) < 5e-6 for ball in speed)
    with pytest.raises(ValueError, match="not in"):
        enclosure.at(Fraction(5))


def test_modes_change_at_the_events() -> None:
    enclosure = proved(3, 15, 4)
    event, following = enclosure.events[:2]
    assert event.earliest is not None and event.latest is not None
    middle = (event.time + following.time) / 2
    before, after = enclosure.modes(Fraction(0), event.earliest / 2), enclosure.modes(middle, middle)
    assert len(before) == len(after) == 1
    assert before != after
    assert enclosure.modes(event.earliest, event.latest) == before + after
    assert len(enclosure.modes(Fraction(0), Fraction(4))) == len(enclosure.events) + 1


@pytest.mark.parametrize("digits", [30, 50, 100])
def test_linear_cell_is_as_sharp_as_asked(digits: int) -> None:
    drawn = random_labels(1)
    network = Network(drawn.x, drawn.y, drawn.w, drawn.v, "squared", "on")
    mode = Mode(((),) * 4, (0,) * 4)
    found = solve(network_program(network, mode), network.state(), [Fraction(20)], digits)
    enclosure = prove(network, [Segment(mode, s.program, s.pieces) for s in found.segments], 20)
    assert enclosure.reason == ""
    assert enclosure.radius(Fraction(20)) <= Fraction(1, 10 ** (digits - 2))


def test_precision_of_flint_is_left_alone_by_threads() -> None:
    before, network, found = ctx.prec, random_labels(3), proposal(3, 15, 4)
    reached = []

    def work() -> None:
        reached.append(prove(network, found.segments, 4).radius(Fraction(4)))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ctx.prec == before
    assert reached[0] == reached[1] == proved(3, 15, 4).radius(Fraction(4))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": [Fraction(1)]}, "starting numbers"),
        ({"half_widths": [Fraction(-1)] * 2}, "half_widths"),
        ({"until": Fraction(-1)}, "until"),
        ({"program": None}, "neither"),
    ],
)
def test_misuse_is_refused(change: dict[str, object], message: str) -> None:
    program = pair(Fraction(1))
    arguments: dict[str, object] = {
        "network": None, "program": program, "start": [Fraction(1), Fraction(0)], "half_widths": None,
        "until": Fraction(1), "bits": 64,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        validate([], **(arguments | change))  # pyright: ignore[reportArgumentType]


def test_box_too_wide_says_when() -> None:
    box = prove_field(logistic(), [Fraction(1, 10)], Fraction(20), [Fraction(1, 2)])
    assert box.kind == "too wide"
    assert "t = " in box.reason
    assert box.reached < 20


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_truth_is_inside_a_hundred_times(block: int) -> None:
    random = Random(1000 + block)
    for number in range(100):
        kind = number % 4
        half = Fraction(random.choice((0, 0, 1, 10, 100)), 10**5)
        at = [Fraction(random.randint(2, 20), 10) + half * random.randint(-100, 100) / 100 for _ in range(2)]
        start = [value - half * random.randint(0, 1) / 2 for value in at]
        widths = [abs(a - b) + Fraction(random.randint(0, 3), 10**6) for a, b in zip(at, start, strict=True)]
        if kind == 0:
            rate = Fraction(random.randint(1, 20), 10)
            enclosure, truth = prove_field(pair(rate), start, Fraction(3), widths), lambda t: pair_at(rate, at, t)  # noqa: B023
        elif kind == 1:
            enclosure, truth = prove_field(logistic(), start[:1], Fraction(4), widths[:1]), lambda t: logistic_at(at[0], t)  # noqa: B023, E501
        elif kind == 2:
            enclosure, truth = prove_field(logarithm(), start[:1], Fraction(3), widths[:1]), lambda t: logarithm_at(at[0], t)  # noqa: B023, E501
        else:
            seed = 10 * block + number // 40
            enclosure, fine = proved(seed, 15, 6), proved(seed, 40, 6)
            truth = fine.at
            if fine.reached == 0 or enclosure.reached == 0:
                continue
        reached = min(enclosure.reached, fine.reached) if kind == 3 else enclosure.reached
        for _ in range(3):
            time = some_time(random, reached)
            assert inside(enclosure.at(time), truth(time)), (block, number, time)
