"""`raceproof flow`: every digit at every time, exact input, events, and how a run ends."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest

from proofs_check.cli import exits
from proofs_check.flows.record import GUARD_DIGITS
from tests.cli.conftest import Run
from tests.cli.flow_examples import CROSSING, PAIR, significant, solved, write


@pytest.mark.parametrize("digits", [1, 7, 30, 50, 120])
def test_every_digit_of_the_closed_form_at_every_time(raceproof: Run, digits: int) -> None:
    """p = p0 cosh 2t + v0 sinh 2t, v = v0 cosh 2t + p0 sinh 2t."""
    found = solved(raceproof, *PAIR, "--times", "0,1/3,1,2,5", "--digits", str(digits))
    assert (found["schema"], found["guarantee"], found["digits"]) == ("raceproof-flow/1", "ESTIMATED", digits)
    assert [state["t"] for state in found["states"]][2:] == ["1", "2", "5"]
    for state, t in zip(found["states"], [Fraction(0), Fraction(1, 3), 1, 2, 5], strict=True):
        with mpmath.workdps(digits + 20):
            angle = 2 * mpmath.mpf(Fraction(t).numerator) / Fraction(t).denominator
            half, third = mpmath.mpf(1) / 2, mpmath.mpf(1) / 3
            exact = {
                "p": half * mpmath.cosh(angle) + third * mpmath.sinh(angle),
                "v": third * mpmath.cosh(angle) + half * mpmath.sinh(angle),
            }
            for name, text in state["values"].items():
                assert significant(text) == digits + GUARD_DIGITS, text
                assert abs(mpmath.mpf(text) - exact[name]) <= abs(exact[name]) * mpmath.mpf(10) ** -digits
                assert abs(mpmath.mpf(text) - exact[name]) <= mpmath.mpf(state["error"])


def test_numbers_are_read_exactly(raceproof: Run) -> None:
    """0.1 as a text, as a JSON number and as 1/10 are the same start; the double nearest to it is another one."""
    found = [
        solved(raceproof, "--define", "p' = 0", "--start", f"p={text}", "--times", "1", "--digits", "40")["states"][0]
        for text in ("0.1", "1/10", "0.1000000000000000055511151231257827")
    ]
    assert found[0] == found[1] != found[2]
    assert found[0]["values"]["p"] == "0.1000000000000000000000000000000000000000000"


def test_json_numbers_never_pass_through_a_float(raceproof: Run, tmp_path: Path) -> None:
    texts = solved(raceproof, "--network", write(tmp_path, CROSSING), "--times", "1/2", "--digits", "40")
    plain = json.dumps(CROSSING).replace('"-1/5"', "-0.2").replace('"1/2"', "0.5").replace('"1"', "1.0")
    (tmp_path / "net.json").write_text(plain)
    numbers = solved(raceproof, "--network", "net.json", "--times", "1/2", "--digits", "40")
    assert numbers["states"] == texts["states"]


def test_network_with_an_event_agrees_across_precisions(raceproof: Run, tmp_path: Path) -> None:
    name = write(tmp_path, CROSSING)
    low, high = (solved(raceproof, "--network", name, "--times", "1,2,4", "--digits", d) for d in ("30", "60"))
    assert [(e["neuron"], e["sample"], e["kind"]) for e in low["events"]] == [(0, 0, "on")]
    assert abs(Fraction(low["events"][0]["time"]) - Fraction(high["events"][0]["time"])) < Fraction(1, 10**30)
    for a, b in zip(low["states"], high["states"], strict=True):
        assert (len(a["v"]), [len(row) for row in a["w"]]) == (1, [2])
        for x, y in zip([*a["w"][0], *a["v"]], [*b["w"][0], *b["v"]], strict=True):
            assert significant(x) == 33 and significant(y) == 63
            assert abs(Fraction(x) - Fraction(y)) <= Fraction(a["error"]) + Fraction(b["error"])
            assert abs(Fraction(x) - Fraction(y)) <= Fraction(1, 10**31)


def test_small_weights_have_all_their_digits(raceproof: Run, tmp_path: Path) -> None:
    """The digits asked for are those of each number, not those after the point."""
    small = {**CROSSING, "w": [["-2e-9", "5e-9"]], "v": ["1e-9"]}
    low, high = (
        solved(raceproof, "--network", write(tmp_path, small), "--times", "1,20", "--digits", d) for d in ("30", "60")
    )
    for a, b in zip(low["states"], high["states"], strict=True):
        for x, y in zip([*a["w"][0], *a["v"]], [*b["w"][0], *b["v"]], strict=True):
            assert significant(x) == 33
            assert abs(Fraction(x) - Fraction(y)) <= abs(Fraction(y)) / 10**31


def test_vector_read_out_has_rows(raceproof: Run, tmp_path: Path) -> None:
    network = {
        "x": [["1", "1/2"]],
        "y": [["1", "0", "0"]],
        "w": [["1", "1"]],
        "v": [["1", "0", "-1"]],
        "loss": "softmax",
    }
    found = solved(raceproof, "--network", write(tmp_path, network), "--times", "1")
    assert [len(row) for row in found["states"][0]["v"]] == [3]
    # with softmax the read-outs of a neuron keep their sum
    assert abs(sum(map(Fraction, found["states"][0]["v"][0]))) < Fraction(1, 10**28)


def test_double_agrees_with_high_precision(raceproof: Run, tmp_path: Path) -> None:
    name = write(tmp_path, CROSSING)
    quick = solved(raceproof, "--network", name, "--times", "1,4", "--double")
    exact = solved(raceproof, "--network", name, "--times", "1,4", "--digits", "30")
    assert (quick["method"], quick["guarantee"]) == ("double", "ESTIMATED")
    for a, b in zip(quick["states"], exact["states"], strict=True):
        for x, y in zip([*a["w"][0], *a["v"]], [*b["w"][0], *b["v"]], strict=True):
            assert 0 < abs(Fraction(x) - Fraction(y)) < Fraction(1, 10**9)


def test_rigorous_radius_holds_the_truth(raceproof: Run, tmp_path: Path) -> None:
    name = write(tmp_path, CROSSING)
    proved = solved(raceproof, "--network", name, "--times", "1,4", "--digits", "30", "--rigorous")
    finer = solved(raceproof, "--network", name, "--times", "1,4", "--digits", "60")
    assert proved["guarantee"] == "RIGOROUS"
    (event,) = proved["events"]
    assert Fraction(event["earliest"]) <= Fraction(finer["events"][0]["time"]) <= Fraction(event["latest"])
    assert Fraction(event["latest"]) - Fraction(event["earliest"]) < Fraction(1, 10**20)
    for a, b in zip(proved["states"], finer["states"], strict=True):
        pairs = zip([*a["w"][0], *a["v"]], [*b["w"][0], *b["v"]], strict=True)
        distance = sum((Fraction(x) - Fraction(y)) ** 2 for x, y in pairs)
        assert distance <= Fraction(a["radius"]) ** 2 <= Fraction(1, 10**50)


@pytest.mark.parametrize("start", ["p=1/2+-1/100, v=1/3", "p in [0.49, 0.51], v=1/3"])
def test_box_of_equations_holds_its_corners(raceproof: Run, start: str) -> None:
    define = PAIR[:4]
    box = solved(raceproof, *define, "--start", start, "--times", "1", "--rigorous", "--digits", "20")["states"][0]
    for corner in ("0.49", "0.51"):
        point = solved(raceproof, *define, "--start", f"p={corner}, v=1/3", "--times", "1")["states"][0]
        square = sum((Fraction(box["values"][n]) - Fraction(point["values"][n])) ** 2 for n in "pv")
        assert Fraction(1, 100) ** 2 < square < Fraction(box["radius"]) ** 2 < Fraction(1, 5) ** 2


def test_radius_and_box_file_of_a_network(raceproof: Run, tmp_path: Path) -> None:
    name = write(tmp_path, {**CROSSING, "gates": "on"})
    options = ("--network", name, "--times", "1", "--digits", "20", "--rigorous")
    point = solved(raceproof, *options)["states"][0]
    ball = solved(raceproof, *options, "--radius", "1/1000")["states"][0]
    (tmp_path / "box.json").write_text('{"w": [["0", "0"]], "v": [1e-3]}')
    box = solved(raceproof, *options, "--box", "box.json")["states"][0]
    radii = [Fraction(state["radius"]) for state in (point, box, ball)]
    assert radii[0] < Fraction(1, 10**15) < radii[1] < radii[2] < Fraction(1, 50)


def test_time_is_a_name_of_equations(raceproof: Run) -> None:
    found = solved(raceproof, "--define", "x' = 2*t", "--start", "x=3", "--times", "1,2", "--digits", "20")
    assert [state["values"] for state in found["states"]] == [
        {"x": "4." + "0" * 22},
        {"x": "7." + "0" * 22},
    ]


def test_blow_up_ends_with_its_time_and_reason(raceproof: Run) -> None:
    done = raceproof("flow", "--define", "x' = x**2", "--start", "x=1", "--times", "1/2,2", "--json")
    assert (done.returncode, done.stderr) == (exits.UNEXPECTED, "")
    found = json.loads(done.stdout)
    assert [state["t"] for state in found["states"]] == ["0.5"]
    assert abs(Fraction(found["ended"]) - 1) < Fraction(1, 10**6)
    assert "t = " in found["reason"] and "\n" not in found["reason"]


def test_pole_on_the_path_of_a_cancelling_quotient_ends_early(raceproof: Run) -> None:
    """x' = -x/x would be -1 after cancelling; as it stands the flow ends at x = 0, at t = 1."""
    done = raceproof("flow", "--define", "x' = -x/x", "--start", "x=1", "--times", "1/2,2", "--json")
    assert done.returncode == exits.UNEXPECTED
    found = json.loads(done.stdout)
    assert found["states"][0]["values"]["x"].startswith("0.5000")
    assert abs(Fraction(found["ended"]) - 1) < Fraction(1, 10**6)
