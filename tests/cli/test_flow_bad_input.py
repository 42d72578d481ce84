"""`raceproof flow` and input that cannot be used: one line that says what and where, exit code 4, soon."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from proofs_check.cli import exits
from proofs_check.flows.read import EXAMPLE
from tests.cli.conftest import Run, one_line_error

TIMES = ("--times", "1,2")
BOTH = "p' = v; v' = p"


def network(**changes: Any) -> str:
    """Return the example network as JSON with some keys changed; None removes one."""
    return json.dumps({key: value for key, value in {**EXAMPLE, **changes}.items() if value is not None})


def raw(token: str) -> str:
    """Return the example network as JSON text with w[0][0] replaced by any token."""
    return network(w=[["@", "1"], ["1", "2"]]).replace('"@"', token)


NETWORKS = {
    "no x": (network(x=None), "no x"),
    "no weights": (network(w=None, v=None), "no w, v"),
    "misspelt key": (network(gate="relu"), "did you mean 'gates'?"),
    "key twice": (network()[:-1] + ', "loss": "squared"}', "'loss' occurs twice"),
    "not an object": ("[1, 2]", "a list where a JSON object"),
    "not JSON": ('{"x": ', "is not JSON"),
    "empty file": ("", "is not JSON"),
    "zero neurons": (network(w=[], v=[]), "w is an empty list"),
    "zero samples": (network(x=[], y=[]), "x is an empty list"),
    "zero inputs": (network(x=[[], [], []]), "x[0] is an empty list"),
    "flat x": (network(x=["1", "2", "3"]), "x[0] is a text, not a list of numbers"),
    "ragged x": (network(x=[["1", "2"], ["1"], ["1", "2"]]), "x[1] has 1 numbers"),
    "ragged y": (network(y=[["1", "2"], "1", "2"]), "y[1] is a text"),
    "one label short": (network(y=["1", "2"]), "3, 2"),
    "one read-out short": (network(v=["1"]), "2, 1"),
    "w of another dimension": (network(w=[["1"], ["2"]]), "x and w need equal row lengths"),
    "v of other outputs": (network(v=[["1", "2"], ["1", "2"]]), "y and v"),
    "nested too deep": (network(w=[[["1", "2"]], [["1", "2"]]]), "w[0][0] is a list"),
    "NaN": (raw("NaN"), "w[0][0]='NaN' is not a number"),
    "Infinity": (raw("-Infinity"), "w[0][0]='-Infinity' is not a number"),
    "text NaN": (network(v=["nan", "1"]), "v[0]='nan' is not a number"),
    "null": (raw("null"), "w[0][0] is null"),
    "true": (raw("true"), "w[0][0] is a truth value"),
    "expression": (network(v=["1+1", "1"]), "v[0]='1+1' is not a number"),
    "denominator zero": (network(v=["1/0", "1"]), "v[0]='1/0' has the denominator 0"),
    "huge exponent": (network(v=["1e999999999", "1"]), "v[0]='1e999999999' has an exponent beyond"),
    "huge negative exponent": (raw("1e-999999999"), "has an exponent beyond"),
    "absurd exponent": (network(v=["1e" + "9" * 50, "1"]), "v[0]="),
    "long number": (network(v=["9" * 5_000, "1"]), "5,000 characters"),
    "long integer": (raw("9" * 5_000), "5,000 characters"),
    "unknown loss": (network(loss="hinge"), "loss='hinge'"),
    "loss that is no text": (network(loss=3), "unknown loss='3'"),
    "softmax of one output": (network(loss="softmax"), "two outputs"),
    "logistic of two outputs": (
        network(loss="logistic", y=[["1", "0"]] * 3, v=[["1", "0"]] * 2),
        "one output",
    ),
    "unknown gates": (network(gates="off"), "gates='off'"),
    "relu_at_zero": (network(relu_at_zero="1/2"), "relu_at_zero=1/2"),
    "brackets": ("[" * 200_000, "nested too deeply"),
    "too many numbers": (network(x=[["1", "2"]] * 150_000, y=["1"] * 150_000), "450,006 numbers"),
    "10 MB of one text": (network(v=["1" * 10_000_000, "1"]), "10,000,000 characters"),
    "10 MB of numbers": (network(x=[["1"] * 2_000_000]), "more than the limit"),
}


@pytest.mark.parametrize("kind", NETWORKS)
def test_network_that_cannot_be_used(kind: str, raceproof: Run, tmp_path: Path) -> None:
    text, part = NETWORKS[kind]
    (tmp_path / "net.json").write_text(text)
    start = time.monotonic()
    line = one_line_error(raceproof("flow", "--network", "net.json", *TIMES), exits.USAGE)
    assert part in line, line
    assert time.monotonic() - start < 10


def test_network_file_that_is_missing_too_large_or_no_text(raceproof: Run, tmp_path: Path) -> None:
    assert "nothing.json" in one_line_error(raceproof("flow", "--network", "nothing.json", *TIMES), exits.USAGE)
    with (tmp_path / "large.json").open("wb") as stream:
        stream.truncate(17 * 2**20)
    assert "16 MiB" in one_line_error(raceproof("flow", "--network", "large.json", *TIMES), exits.USAGE)
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in one_line_error(raceproof("flow", "--network", "bytes.json", *TIMES), exits.USAGE)


@pytest.mark.parametrize(
    ("box", "part"),
    [
        ({"w": [["1", "1"]]}, "box: w has not the shape"),
        ({"v": ["1", "-1"]}, "negative"),
        ({"u": []}, "unknown key 'u'"),
        ({"v": ["x", "1"]}, "box: v[0]='x'"),
        ({"v": [["0.1", "1"], ["1", "1"]]}, "box: v has not the shape"),
    ],
)
def test_box_that_cannot_be_used(box: dict, part: str, raceproof: Run, tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text(network())
    (tmp_path / "box.json").write_text(json.dumps(box))
    options = ("--network", "net.json", "--box", "box.json", "--rigorous", *TIMES)
    assert part in one_line_error(raceproof("flow", *options), exits.USAGE)


OPTIONS = {
    "no source": (TIMES, "required"),
    "two sources": (("--network", "a", "--define", BOTH, *TIMES), "not allowed with"),
    "no times": (("--define", BOTH, "--start", "p=1,v=1"), "no --times"),
    "empty times": (("--define", BOTH, "--start", "p=1,v=1", "--times", ""), "no --times"),
    "negative time": (("--define", BOTH, "--start", "p=1,v=1", "--times=-1,2"), "-1 is negative"),
    "unsorted times": (("--define", BOTH, "--start", "p=1,v=1", "--times", "2,1"), "1 is not after"),
    "a time twice": (("--define", BOTH, "--start", "p=1,v=1", "--times", "2,2"), "2 is not after"),
    "times of text": (("--define", BOTH, "--start", "p=1,v=1", "--times", "soon"), "'soon' is not a number"),
    "a time of nan": (("--define", BOTH, "--start", "p=1,v=1", "--times", "nan"), "'nan' is not a number"),
    "a huge time": (("--define", BOTH, "--start", "p=1,v=1", "--times", "1e30"), "later than"),
    "an absurd time": (("--define", BOTH, "--start", "p=1,v=1", "--times", "1e999999999"), "exponent beyond"),
    "a missing time": (("--define", BOTH, "--start", "p=1,v=1", "--times", "1,,2"), "'' is not a number"),
    "many times": (("--define", BOTH, "--times", ",".join(["1"] * 20_000)), "20,000 times"),
    "no digits": (("--define", BOTH, "--start", "p=1,v=1", *TIMES, "--digits", "0"), "--digits 0"),
    "a million digits": (("--define", BOTH, "--start", "p=1,v=1", *TIMES, "--digits", "1000000"), "1 to 1000"),
    "absurd digits": (("--define", BOTH, "--start", "p=1,v=1", *TIMES, "--digits", "9" * 6_000), "1 to 1000"),
    "negative digits": (("--define", BOTH, "--start", "p=1,v=1", *TIMES, "--digits=-5"), "--digits -5"),
    "half a digit": (("--define", BOTH, "--start", "p=1,v=1", *TIMES, "--digits", "1.5"), "--digits 1.5"),
    "50 digits in double": (("--define", BOTH, *TIMES, "--double", "--digits", "50"), "leave out --double"),
    "rigorous doubles": (("--define", BOTH, *TIMES, "--double", "--rigorous"), "not allowed with"),
    "box without proof": (("--define", BOTH, "--start", "p=1+-1/9,v=1", *TIMES), "needs --rigorous"),
    "radius without proof": (("--define", BOTH, "--start", "p=1,v=1", "--radius", "1/9", *TIMES), "needs --rigorous"),
    "negative radius": (("--define", BOTH, "--start", "p=1,v=1", "--radius=-1", "--rigorous", *TIMES), "negative"),
    "two boxes": (
        ("--define", BOTH, "--start", "p=1+-1/9,v=1", "--radius", "1/9", "--rigorous", *TIMES),
        "one of them",
    ),
    "start of a network": (("--network", "net.json", "--start", "p=1", *TIMES), "--start belongs to --define"),
    "parameter of a network": (("--network", "net.json", "--set", "p=1", *TIMES), "--set belongs to --define"),
    "box file of equations": (("--define", BOTH, "--box", "b.json", "--rigorous", *TIMES), "--box belongs to"),
    "misspelt option": (("--defin", BOTH, *TIMES), "required"),
    "save into nothing": (
        ("--define", BOTH, "--start", "p=1,v=1", *TIMES, "--save", "/proc/none/a.json"),
        "cannot write",
    ),
}


@pytest.mark.parametrize("kind", OPTIONS)
def test_options_that_cannot_be_used(kind: str, raceproof: Run) -> None:
    arguments, part = OPTIONS[kind]
    line = one_line_error(raceproof("flow", *arguments), exits.USAGE)
    assert part in line, line


EQUATIONS = {
    "no start": (BOTH, "", "no value for p, v"),
    "one start missing": (BOTH, "p=1", "no value for v"),
    "unknown start": (BOTH, "p=1, v=1, q=1", "'q' has no velocity"),
    "a start twice": (BOTH, "p=1, v=1, p=2", "two values for 'p'"),
    "start that is no value": (BOTH, "p, v=1", "is not NAME=VALUE"),
    "irrational start": (BOTH, "p=sqrt(2), v=1", "not an exact number"),
    "start from a state": (BOTH, "p=v, v=1", "unknown name 'v'"),
    "start by zero": (BOTH, "p=1/0, v=1", "not an exact number"),
    "empty box": (BOTH, "p in [2, 1], v=1", "box of p is empty"),
    "negative box": (BOTH, "p=1+-(0-1), v=1", "radius of p is negative"),
    "no equation": ("p + v", "p=1", "is no equation"),
    "empty equation": ("p' = ", "p=1", "is no equation"),
    "nothing": (" ; ", "p=1", "no velocity"),
    "definitions only": ("c = 3", "", "no velocity"),
    "a relation": ("p' == p", "p=1", "is no equation"),
    "a truth value": ("p' = p > 0", "p=1", "a relation is no value"),
    "two velocities": ("p' = 1; p' = 2", "p=1", "two velocities for 'p'"),
    "unknown name": ("p' = Gama*p", "p=1", "unknown name 'Gama'"),
    "unknown function": ("p' = tahn(p)", "p=1", "did you mean 'tan'"),
    "name of a function": ("exp' = 1", "exp=1", "shadows"),
    "name defined twice": ("p' = c*p; c = 1; c = 2", "p=1", "'c' is already defined"),
    "code": ("p' = p.__class__", "p=1", "attribute access"),
    "call": ("p' = eval(p)", "p=1", "unknown function 'eval'"),
    "brackets": ("p' = " + "(" * 500 + "p" + ")" * 500, "p=1", "nested deeper than 80"),
    "power tower": ("p' = 9**9**9**9", "p=1", "exponent"),
    "own derivative": ("p' = d(p)", "p=1", "cannot say how a variable moves"),
    "abs": ("p' = abs(p)", "p=1", "abs has a kink"),
    "relu": ("p' = relu(p)", "p=1", "relu has a kink"),
    "min": ("p' = min(p, 1)", "p=1", "min has a kink"),
    "sign": ("p' = sign(p)", "p=1", "sign has a kink"),
    "division by zero": ("p' = 1/(p - v); v' = 1", "p=1, v=1", "division by zero in 1/(p - v)"),
    "division that cancels": ("p' = p/p", "p=0", "division by zero in p/p"),
    "division by a constant zero": ("p' = p/(1 - 1)", "p=1", "division by zero"),
    "division by zero times zero": ("p' = 0*(1/p)", "p=0", "division by zero in 1/p"),
    "log of zero": ("p' = log(p)", "p=0", "log(p)"),
    "log of a negative constant": ("p' = p*log(-2)", "p=1", "outside its domain"),
    "root of a negative": ("p' = sqrt(p)", "p=-1", "sqrt(p)"),
    "root of zero": ("p' = sqrt(p)", "p=0", "not smooth at the start"),
    "real power of zero": ("p' = p**(1/2)", "p=0", "p**(1/2)"),
    "undecided": ("p' = p/(sqrt(2)**2 - 2)", "p=1", "512 bits do not decide"),
    "many characters": ("p' = p" + " + p" * 300_000, "p=1", "characters"),
}


@pytest.mark.parametrize("kind", EQUATIONS)
def test_equations_that_cannot_be_used(kind: str, raceproof: Run) -> None:
    define, start, part = EQUATIONS[kind]
    begun = time.monotonic()
    line = one_line_error(raceproof("flow", "--define", define, "--start", start, *TIMES), exits.USAGE)
    assert part in line, line
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("setting", "part"),
    [
        ("Gamma", "is not NAME=VALUE"),
        ("Gamma=", "is not NAME=VALUE"),
        ("Gamma=x", "unknown name 'x'"),
        ("p=1", "'p' is already defined"),
        ("exp=1", "shadows"),
    ],
)
def test_parameter_that_cannot_be_used(setting: str, part: str, raceproof: Run) -> None:
    options = ("--define", "p' = p", "--start", "p=1", "--set", setting, *TIMES)
    assert part in one_line_error(raceproof("flow", *options), exits.USAGE)
