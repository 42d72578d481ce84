"""Claims about real flows: closed forms, events, sliding, boxes, flows that end; and every lemma of this kind."""

import functools
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path as File

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.descent import descend
from numerics.flow.mode import Mode
from numerics.flow.network import Network, exact_rows
from numerics.flow.rigorous.enclosure import Stretch as Proved
from numerics.flow.solution import FlowEvent
from proofs_check.evidence.balls import precision
from proofs_check.language.statement import Statement
from proofs_check.lemma import Lemma, LemmaError, from_text
from proofs_check.registry import suite
from proofs_check.trajectory.enclose import enclose
from proofs_check.trajectory.examine import examine_trajectory, shown
from proofs_check.trajectory.flow import sliding_pairs
from proofs_check.trajectory.language import TrajectoryElaboration
from proofs_check.trajectory.path import ball_of
from proofs_check.trajectory.replay import replayed
from proofs_check.trajectory.stretch_values import StretchTerm
from proofs_check.verify import examine_lemma
from tests.proofs_check.trajectory_double import BITS, circle

LEMMAS = {found.name: found for found in suite() if found.trajectory is not None}
once = functools.lru_cache(maxsize=32)(enclose)


def user(flow: dict[str, str], start: dict[str, str], until: str, *claims: str, digits: int = 30) -> Lemma:
    lines = ['name = "a"', "[trajectory]", 'along = "flow"', f'until = "{until}"', f"digits = {digits}"]
    for title, table in (("flow", flow), ("start", start)):
        lines += [f"[trajectory.{title}]", *(f'{name} = "{value}"' for name, value in table.items())]
    for text in claims:
        lines += ["[[claim]]", f'text = "{text}"']
    return from_text("\n".join(lines), File("a.toml"))


def verdicts(found: Lemma) -> list[str]:
    return [claim.verdict for claim in examine_trajectory(found, run=once)[0]]


@pytest.mark.parametrize("name", LEMMAS)
def test_packaged_lemma_has_its_verdicts_and_its_refutations_replay(name: str) -> None:
    claims, twins, said = examine_trajectory(LEMMAS[name], run=once)
    assert twins and not any(claim.expect == "REFUTED" for claim in claims)
    for result in (*claims, *twins):
        assert result.verdict == result.expect, (result.name, result.text, result.reason)
        if result.verdict == "REFUTED":
            assert result.counterexample and result.level == 5
            assert replayed(json.loads(json.dumps(result.certificate)), run=once)
    assert said["scope"] and said["trajectory"]["reached"] == str(LEMMAS[name].trajectory.until)  # type: ignore[union-attr]


def test_the_certified_winner_passes_many_events_and_slides() -> None:
    _, _, said = examine_trajectory(LEMMAS["certified_winner"], run=once)
    assert "26 gate events, 10 sliding phases" in said["scope"]
    assert "existence and uniqueness are proved" in said["scope"]


def test_the_enclosed_flow_is_the_limit_of_descent() -> None:
    """An independent engine: descent in doubles comes nearer in proportion to its step, through all events."""
    trajectory = LEMMAS["certified_winner"].trajectory
    assert trajectory is not None and trajectory.network is not None
    net = trajectory.network
    stretch = once(trajectory, trajectory.digits).at(Fraction(6))
    assert stretch is not None
    with precision(128):
        place = ball_of((Fraction(6) - stretch.origin) / stretch.scale)
        middle = np.array([float(state(place).mid()) for state in stretch.states.values()])
    x, y, w, v = (np.array([[float(a) for a in row] for row in part]) for part in (net.x, net.y, net.w, net.v))
    gaps = []
    for steps in (3_000, 6_000):
        end = descend(x, y[:, 0], w, v[:, 0], loss="squared", eta=6 / steps, stop=0.0, max_steps=steps)
        gaps.append(np.abs(np.array([*end.w.ravel(), *end.v]) - middle).max())
    assert gaps[0] < 1e-3 and 1.6 < gaps[0] / gaps[1] < 2.4


def test_a_closed_form_meets_its_flow() -> None:
    found = user(
        {"p": "c*v", "v": "c*p"}, {"p": "1/2", "v": "1/3", "c": "2"}, "3",
        "abs(p - (cosh(2*t)/2 + sinh(2*t)/3)) <= 1e-20", "at(abs(p - (cosh(6)/2 + sinh(6)/3)), t=3) <= 1e-24",
        "abs(p**2 - v**2 - 5/36) <= 1e-22", "p <= v", "at(p, t=0) == 1/2 and c == 2", "p*c >= 2*p - 1e-20",
    )  # fmt: skip
    assert verdicts(found) == ["CERTIFIED", "CERTIFIED", "CERTIFIED", "REFUTED", "CERTIFIED", "CERTIFIED"]


def test_a_flow_that_reads_the_time_and_has_functions() -> None:
    found = user(
        {"u": "cos(t)/u"}, {"u": "2"}, "2", "abs(u**2 - 4 - 2*sin(t)) <= 1e-20", "u >= 2", "first(u >= 2.4) < 1.1"
    )
    assert verdicts(found)[0] == "CERTIFIED" and verdicts(found)[2] == "CERTIFIED"


def test_a_box_of_starts_and_of_parameters() -> None:
    """The enclosure of a box is a ball around it, which grows at most at the logarithmic norm: wider than the truth."""
    found = user(
        {"u": "-c*u"}, {"u": "1 +- 1/10", "c": "[1, 11/10]"}, "1",
        "at(u, t=1) > 1/10 and at(u, t=1) < 3/5", "u <= 5/4",
        "at(u, t=1) > 1/2", "at(u, t=1) < 36/100", "at(u, t=0) <= 105/100", "c <= 106/100",
    )  # fmt: skip
    claims, _, said = examine_trajectory(found, run=once)
    assert [claim.verdict for claim in claims] == ["CERTIFIED", "CERTIFIED", "REFUTED", "OPEN", "OPEN", "OPEN"]
    assert claims[2].counterexample == {"t": "1", "u": "1", "c": "21/20"} and "u in [9/10, 11/10]" in said["scope"]


def test_a_flow_that_blows_up_is_decided_before_and_open_after() -> None:
    claims, _, said = examine_trajectory(
        user({"u": "u**2"}, {"u": "1"}, "2", "at(abs(u - 2), t=1/2) <= 1e-20", "at(u, t=3/2) > 0", "u >= 1 - 1e-9",
             "u <= 10", "first(u >= 4) <= 0.7501"),
        run=once,
    )  # fmt: skip
    assert [claim.verdict for claim in claims] == ["CERTIFIED", "OPEN", "OPEN", "REFUTED", "CERTIFIED"]
    assert all(claim.reason for claim in claims if claim.verdict == "OPEN")
    assert "only" in said["scope"]


def network_lemma(w: str, v: str, until: str, *claims: str) -> Lemma:
    lines = [
        'name = "a"', "[trajectory]", 'along = "flow"', f'until = "{until}"', "[trajectory.network]",
        'x = [["-1.4", "-0.6"], ["0.9", "3.1"], ["-1.2", "-0.4"], ["-0.7", "0.7"]]', "y = [-1, 1, 1, 1]",
        f"w = {w}", f"v = {v}",
    ]  # fmt: skip
    for text in claims:
        lines += ["[[claim]]", f"text = '{text}'"]
    return from_text("\n".join(lines), File("a.toml"))


W, V = '[["-0.2", "0.24"], ["-0.18", "-0.12"], ["-0.04", "0.18"]]', '["-0.04", "0.18", "-0.16"]'


def test_a_box_of_networks() -> None:
    wide = W.replace('"0.24"', '"0.24 +- 1e-9"')
    found = network_lemma(wide, V, "8", "at(v[1] > 0, t=8)", "at(v[1], t=8) < 0", "abs(w[0][1]) <= 24/100")
    claims, _, said = examine_trajectory(found, run=once)
    assert [claim.verdict for claim in claims[:2]] == ["CERTIFIED", "REFUTED"]
    assert "every start in the box" in said["scope"]


def test_a_flow_that_is_not_unique_is_open_from_there_on() -> None:
    """At t = 4.5 neuron 2 meets several kinks in one state, and more than one solution goes on from there."""
    found = from_text(
        """name = "a"
[trajectory]
along = "flow"
until = 8
[trajectory.network]
x = [["0.7", "-0.3"], ["-0.7", "-0.4"], ["1", "0"], ["0.3", "1"]]
y = [1, -1, 1, -1]
w = [["-0.1", "0.14"], ["-0.32", "0.08"], ["-0.06", "0.2"]]
v = ["-0.28", "0.02", "0.32"]
[[claim]]
text = "at(norm(w[2])*abs(v[2]) < 1, t=3)"
[[claim]]
text = "at(v[2], t=8) > -100"
[[claim]]
text = "v[2] > -100"
[[claim]]
text = "v[2] > 9/10"
""",
        File("a.toml"),
    )
    claims, _, said = examine_trajectory(found, run=once)
    assert [claim.verdict for claim in claims] == ["CERTIFIED", "OPEN", "OPEN", "REFUTED"]
    assert "neuron 2" in claims[2].reason and "only" in said["scope"]


@pytest.mark.parametrize(
    ("flow", "start", "reason"),
    [
        ({"u": "1/u"}, {"u": "0"}, "division by zero"),
        ({"u": "abs(u)"}, {"u": "1"}, "kink"),
        ({"u": "u/(1 - 1)"}, {"u": "1"}, "zero"),
        ({"u": "z"}, {"u": "1"}, "unknown name"),
        ({"u": "u > 1"}, {"u": "1"}, "not a number"),
    ],
)
def test_a_flow_without_a_velocity_at_its_start_is_an_error(
    flow: dict[str, str], start: dict[str, str], reason: str
) -> None:
    with pytest.raises(LemmaError, match=reason):
        examine_lemma(user(flow, start, "1", "t >= 0"))


def _terms():
    leaf = st.sampled_from(["x", "y", "t/8", "1/3"])
    shapes = st.sampled_from(
        ["({} + {})", "({} - {})", "{} * {}", "({})/(3 + ({})**2)", "exp({} - {})", "sqrt(2 + ({})**2*({})**2)",
         "abs({} - {})", "max({}, {})", "tanh({})*({})", "atan({} + {})", "sin({})*cos({})", "log(4 + ({})*({}))",
         "asinh({} * {})", "(5 + {} * {})**(1/3)", "(5 + {} * {})**(-2)", "relu({})*({})", "step({} + {} + 9)"]
    )  # fmt: skip
    return st.recursive(
        leaf, lambda inner: st.builds(lambda s, a, b: "(" + s.format(a, b) + ")", shapes, inner, inner), max_leaves=6
    )


@settings(derandomize=True, deadline=None, max_examples=150)
@given(_terms(), st.fractions(0, 1, max_denominator=64), st.integers(0, 9))
def test_every_form_of_a_term_contains_its_values(text: str, place: Fraction, halvings: int) -> None:
    """The plain and the Taylor form over a part contain the value at every time of the part."""
    term = TrajectoryElaboration(Statement(text, {"t": "real", "x": "real", "y": "real"})).term(text)
    stretch = circle(radius=Fraction(1, 10**25)).stretches[7]
    width = Fraction(1, 2**halvings)
    start = stretch.start + (1 - width) * place
    with precision(BITS):
        ready = StretchTerm(term, stretch, {})
        plain, sharp = (arb_of(ready.over(start, start + width, sharp=sharp)) for sharp in (False, True))
        for i in range(9):
            value = arb_of(ready.over(start + width * i / 8, start + width * i / 8))
            assert plain.overlaps(value) and sharp.overlaps(value)
            assert value.rad() < 1e-15


def arb_of(value) -> arb:
    return ball_of(value) if isinstance(value, Fraction) else value


def test_what_slides_is_known_between_the_brackets_only() -> None:
    net = Network(exact_rows([[1, 0], [0, 1]]), exact_rows([[1], [1]]), exact_rows([[1, 1]]), exact_rows([[1]]))
    modes = [Mode(((1, 1),), (0,)), Mode(((0, 1),), (1,)), Mode(((0, 0),), (1,))]

    def piece(first: int, last: int, mode: Mode) -> Proved:
        return Proved(Fraction(first), Fraction(last), Fraction(first), Fraction(1), 10, (), Fraction(0), mode)

    def event(time: int, around: Fraction) -> FlowEvent:
        return FlowEvent(Fraction(time), 0, 0, "slide", time - around, time + around)

    pieces = [piece(0, 1, modes[0]), piece(1, 2, modes[1]), piece(2, 3, modes[2])]
    narrow, broad = Fraction(1, 100), Fraction(1, 10)
    events = [event(1, broad), event(1, narrow), event(2, narrow)]  # two at one time: the wider bracket counts

    def found(start: str, stop: str):
        return sorted(sliding_pairs(pieces, events, net, Fraction(start), Fraction(stop)))

    assert found("0", "0.9") == [] and found("1", "1.01") == [] and found("1.01", "1.1") == []
    assert found("1.1", "1.99") == [(0, 0)] and found("1.99", "2") == [(0, 0)]
    assert found("2", "2.01") == [(0, 0)] and found("2.01", "3") == [(0, 0), (0, 1)]
    unknown = [*events, FlowEvent(Fraction(2), 0, 0, "slide")]
    assert not sliding_pairs(pieces, unknown, net, Fraction("2.01"), Fraction(3))


def test_condition_on_the_times_is_shown_with_the_claim() -> None:
    lemma = next(lemma for lemma in suite() if lemma.name == "certified_winner")
    shown_texts = [shown(claim) for claim in lemma.claims if claim.where]
    assert shown_texts == ["implies(t >= 9, a4 > a3)"]
    claims, _, _ = examine_trajectory(replace(lemma, claims=lemma.claims[4:5], twins=()), 6)
    assert [claim.text for claim in claims] == shown_texts and claims[0].verdict == "CERTIFIED"
