"""A wrong proposal, or a wrong field, is refused, or the truth is inside all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from flint import arb

from numerics.flow.field import network_program
from numerics.flow.mode import Mode
from numerics.flow.network import Network, exact_rows
from numerics.flow.program import Linear, Program
from numerics.flow.rigorous import subspace
from numerics.flow.rigorous.enclosure import Enclosure
from numerics.flow.rigorous.precision import working_precision
from numerics.flow.rigorous.validate import validate
from numerics.flow.solution import Piece, Segment
from numerics.flow.taylor.solve import solve
from tests.numerics.flow.problems import random_labels
from tests.numerics.flow.rigorous_proposals import inside, logistic, pair, proposal, prove, proved

SEED, UNTIL = 3, 4


def refused_or_true(enclosure: Enclosure, seed: int = SEED, loss: str = "squared") -> None:
    """What was proved holds against the proof of the untouched trajectory with many digits."""
    fine = proved(seed, 40, UNTIL, loss)
    assert fine.reached == UNTIL
    for number in range(60):
        time = enclosure.reached * number / 59
        if enclosure.records:
            assert inside(enclosure.at(time), fine.at(time)), time
    for event, true in zip(enclosure.events, fine.events, strict=False):
        assert (event.kind, event.neuron, event.sample) == (true.kind, true.neuron, true.sample)


def segments(seed: int = SEED, loss: str = "squared") -> list[Segment]:
    return list(proposal(seed, 20, UNTIL, loss).segments)


def changed_piece(found: Sequence[Segment], i: int, k: int, piece: Piece) -> list[Segment]:
    pieces = (*found[i].pieces[:k], piece, *found[i].pieces[k + 1 :])
    return [*found[:i], replace(found[i], pieces=pieces), *found[i + 1 :]]


@pytest.mark.parametrize("loss", ["squared", "logistic"])
@pytest.mark.parametrize("number", range(12))
def test_changed_coefficient_is_paid_for(number: int, loss: str) -> None:
    random, found = Random(number), segments(SEED, loss)
    i = random.randrange(len(found))
    k = random.randrange(len(found[i].pieces))
    piece = found[i].pieces[k]
    rows = [list(row) for row in piece.coefficients]
    state, order = random.randrange(len(rows)), random.choice([0, 0, 1, 1, 2, 5])
    rows[state][order] += random.choice((-1, 1)) << random.randint(40, piece.bits)
    wrong = replace(piece, coefficients=tuple(map(tuple, rows)))
    enclosure = prove(random_labels(SEED, loss=loss), changed_piece(found, i, k, wrong), UNTIL)
    refused_or_true(enclosure, SEED, loss)
    untouched = prove(random_labels(SEED, loss=loss), found, UNTIL)
    assert enclosure.kind or enclosure.radius(enclosure.reached) > 100 * untouched.radius(untouched.reached)


def test_swapped_modes_are_refused() -> None:
    found = segments()
    for i in range(len(found) - 1):
        swapped = list(found)
        swapped[i] = replace(found[i], mode=found[i + 1].mode)
        swapped[i + 1] = replace(found[i + 1], mode=found[i].mode)
        enclosure = prove(random_labels(SEED), swapped, UNTIL)
        assert enclosure.kind
        assert enclosure.reached <= found[i].pieces[-1].end
        refused_or_true(enclosure)


@pytest.mark.parametrize("number", range(20))
def test_mode_with_one_side_changed_is_refused(number: int) -> None:
    random, found = Random(number), segments()
    i, j = random.randrange(len(found)), random.randrange(4)
    segment, mode = found[i], found[i].mode
    assert mode is not None
    row, h = mode.sides[j], random.randrange(6)
    other = random.choice(sorted({-1, 0, 1} - {row[h]}))
    sides = (*mode.sides[:j], (*row[:h], other, *row[h + 1 :]), *mode.sides[j + 1 :])
    for sign in (-1, 1):
        turned = (*mode.turned[:j], mode.turned[j] or sign, *mode.turned[j + 1 :])
        wrong = [*found[:i], replace(segment, mode=Mode(sides, turned)), *found[i + 1 :]]
        enclosure = prove(random_labels(SEED), wrong, UNTIL)
        assert enclosure.kind
        assert enclosure.reached <= segment.pieces[0].start
        refused_or_true(enclosure)


@pytest.mark.parametrize("shift", [Fraction(sign, 1 << bits) for bits in (10, 40) for sign in (1, -1)])
def test_shifted_event_is_refused_or_paid_for(shift: Fraction) -> None:
    found = segments()
    for i in range(0, len(found) - 1, 2):
        last = found[i].pieces[-1]
        moved = changed_piece(found, i, len(found[i].pieces) - 1, replace(last, used=last.used * (1 + shift)))
        # everything later starts later too, so that the times still fit together
        for k in range(i + 1, len(found)):
            pieces = tuple(replace(p, start=p.start + last.used * shift * last.length) for p in found[k].pieces)
            moved[k] = replace(found[k], pieces=pieces)
        refused_or_true(prove(random_labels(SEED), moved, UNTIL))


def test_piece_that_does_not_start_where_the_last_ends_is_refused() -> None:
    found = segments()
    piece = found[1].pieces[0]
    enclosure = prove(random_labels(SEED), changed_piece(found, 1, 0, replace(piece, start=piece.start + 1)), UNTIL)
    assert enclosure.kind == "refused"
    assert enclosure.reached == found[0].pieces[-1].end


def test_dropped_event_is_refused() -> None:
    """The trajectory that goes on in the old mode solves the old field exactly, and no guard is looked at by it."""
    network, found = random_labels(SEED), segments()
    for i in range(len(found) - 1):
        mode = found[i].mode
        assert mode is not None
        first = found[i].pieces[0]
        state = [Fraction(row[0], 1 << first.bits) for row in first.coefficients]
        alone = solve(network_program(network, mode), state, [UNTIL - first.start], 20)
        pieces = tuple(replace(p, start=p.start + first.start) for p in alone.segments[0].pieces)
        enclosure = prove(network, [*found[:i], Segment(mode, found[i].program, pieces)], UNTIL)
        assert enclosure.kind
        assert enclosure.reached < found[i].pieces[-1].end
        refused_or_true(enclosure)


def test_order_of_two_events_matters() -> None:
    found = segments()
    for i in range(1, len(found) - 1):
        modes = [segment.mode for segment in found]
        modes[i] = Mode(
            tuple(
                after if before == middle else before
                for before, middle, after in zip(
                    *(mode.sides for mode in modes[i - 1 : i + 2] if mode is not None), strict=True
                )
            ),
            modes[i].turned,  # pyright: ignore[reportOptionalMemberAccess]
        )
        if modes[i] in (found[i - 1].mode, found[i].mode, found[i + 1].mode):
            continue
        enclosure = prove(random_labels(SEED), [replace(s, mode=m) for s, m in zip(found, modes, strict=True)], UNTIL)
        assert enclosure.kind
        refused_or_true(enclosure)


def flipped(program: Program) -> Program:
    """The field with the sign of one velocity changed."""
    place = len(program.states) + len(program.nodes)
    nodes = (*program.nodes, Linear(((program.velocity[0], Fraction(-1)),)))
    return replace(program, nodes=nodes, velocity=(place, *program.velocity[1:]))


@pytest.mark.parametrize("program", [pair(Fraction(1)), logistic()])
def test_trajectory_of_another_field_is_refused(program: Program) -> None:
    start = [Fraction(1, 2)] * program.size
    found = solve(program, start, [Fraction(2)], 20)
    good = validate(found.segments, None, program, start, None, Fraction(2), 0)
    bad = validate(found.segments, None, flipped(program), start, None, Fraction(2), 0)
    assert good.reason == ""
    assert bad.kind == "precision" or bad.radius(bad.reached) > Fraction(1, 2)


def test_program_of_a_segment_is_not_believed() -> None:
    network, found = random_labels(SEED), segments()
    wrong = [replace(segment, program=flipped(segment.program)) for segment in found]
    assert prove(network, wrong, UNTIL).radius(Fraction(UNTIL)) == prove(network, found, UNTIL).radius(Fraction(UNTIL))


def test_field_with_a_wrong_sign_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    network, found = random_labels(SEED), segments()
    monkeypatch.setattr(subspace, "network_program", lambda net, mode: flipped(network_program(net, mode)))
    enclosure = prove(network, found, UNTIL)
    assert enclosure.kind == "precision"
    assert enclosure.reached < 2


def test_start_that_is_not_the_start_is_paid_for() -> None:
    network, found = random_labels(SEED), segments()
    start = [value + Fraction(1, 1000) for value in network.state()]
    enclosure = validate(found, network, None, start, None, Fraction(UNTIL), 0)
    assert enclosure.kind or enclosure.radius(Fraction(0)) >= Fraction(1, 1000)


def test_radius_is_not_smaller_than_the_error() -> None:
    """Polynomials cut off too early are off by more than rounding; the radius knows."""
    found, network = proposal(SEED, 20, UNTIL), random_labels(SEED)
    cut = [
        replace(s, pieces=tuple(replace(p, coefficients=tuple(row[:16] for row in p.coefficients)) for p in s.pieces))
        for s in found.segments
    ]
    enclosure, fine = prove(network, cut, UNTIL), proved(SEED, 40, UNTIL)
    piece = cut[0].pieces[0]
    assert enclosure.reached >= piece.end
    worst = Fraction(0)
    for part in range(1, 9):
        time = piece.start + piece.used * piece.length * part / 8
        with working_precision(300):
            gaps = [abs(a.mid() - b) for a, b in zip(enclosure.at(time), fine.at(time), strict=True)]
            assert all(gap <= arb(r.numerator) / r.denominator for r in [enclosure.radius(time)] for gap in gaps)
        worst = max(worst, enclosure.radius(time))
        assert max(gap.mid() for gap in gaps) > 0
    assert worst > Fraction(1, 10**18)
    refused_or_true(enclosure)


def dead_corner() -> tuple[Network, Mode]:
    """One neuron that starts exactly on the kink of its only sample."""
    network = Network(exact_rows([[1, 0]]), exact_rows([[1]]), exact_rows([[0, 1]]), exact_rows([[1]]))
    return network, Mode(((1,),), (0,))


@pytest.mark.parametrize("side", [1, -1, 0])
def test_start_on_a_kink_that_pushes_apart_is_not_unique(side: int) -> None:
    network, _ = dead_corner()
    mode = Mode(((side,),), (1 if side == 0 else 0,))
    found = solve(network_program(network, mode), network.state(), [Fraction(1, 2)], 20)
    segment = Segment(mode, found.segments[0].program, found.segments[0].pieces)
    enclosure = prove(network, [segment], 1)
    assert enclosure.kind in ("not unique", "tangency")
    assert enclosure.reached == 0


def test_box_around_a_kink_does_not_slide() -> None:
    network = Network(
        exact_rows([[1, 0], [-1, 0], [0, 1]]), exact_rows([[-1], [-1], [1]]), exact_rows([[0, 1]]), exact_rows([[1]])
    )
    for mode in (Mode(((0, 1),), (1,)), Mode(((1, 1),), (0,))):
        found = solve(network_program(network, mode), network.state(), [Fraction(1)], 20)
        segment = Segment(mode, found.segments[0].program, found.segments[0].pieces)
        enclosure = validate([segment], network, None, network.state(), [Fraction(1, 100)] * 3, Fraction(1), 0)
        assert enclosure.kind == "too wide"
        assert enclosure.reached == 0


def test_start_on_a_kink_that_pushes_back_slides() -> None:
    # the residual pushes down on the active side, and a second sample pushes up behind the kink
    network = Network(
        exact_rows([[1, 0], [-1, 0], [0, 1]]), exact_rows([[-1], [-1], [1]]), exact_rows([[0, 1]]), exact_rows([[1]])
    )
    mode = Mode(((0, 1),), (1,))
    found = solve(network_program(network, mode), network.state(), [Fraction(1)], 20)
    right = prove(network, [Segment(mode, found.segments[0].program, found.segments[0].pieces)], 1)
    assert right.reason == ""
    for side in (1, -1):
        wrong = Mode(((side, 1),), (0,))
        found = solve(network_program(network, wrong), network.state(), [Fraction(1)], 20)
        assert prove(network, [Segment(wrong, found.segments[0].program, found.segments[0].pieces)], 1).kind
