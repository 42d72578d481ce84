"""A false claim is shown with its values put in; the numbers are those of fractions worked out here by hand."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from proofs_check.cli.claim import describe_claim
from proofs_check.cli.verify import describe_suite, values_put_in
from proofs_check.verify import decide
from tests.cli.conftest import Run

RATIONALS = st.fractions(min_value=-50, max_value=50, max_denominator=30)


def certificate(text: str, point: dict, **statement: object) -> dict:
    variables = dict.fromkeys(point, "real")
    return {
        "format": "raceproof-certificate/1",
        "statement": {"text": text, "variables": variables, **statement},
        "kind": "counterexample",
        "point": {name: str(value) for name, value in point.items()},
        "why": "false",
    }


@pytest.mark.parametrize(
    ("text", "point", "shown"),
    [
        ("x**2 >= 1", {"x": "1/2"}, "1/4 >= 1"),
        ("tanh(x) >= x - x**3/4", {"x": "1/2"}, "≈ 0.462117 >= 15/32"),
        ("exp(x) <= 2", {"x": 1}, "≈ 2.71828 <= 2"),
        ("not (x >= 0)", {"x": 0}, "0 < 0"),
        ("1 < x and x < 3", {"x": 5}, "5 < 3"),
        ("1 < x and x < 0", {"x": "1/2"}, "1 < 1/2 and 1/2 < 0"),
        ("implies(x > 0, x > 1)", {"x": 1}, "1 > 1"),
        ("x == 1 or x == 2", {"x": 0}, ""),
    ],
)
def test_values_are_put_in_relation_by_relation(text: str, point: dict, shown: str) -> None:
    assert values_put_in(certificate(text, point)) == shown


def test_the_flow_of_a_neuron_is_put_in() -> None:
    shown = values_put_in(
        certificate(
            "d(p**2/(p**2 + q**2)) >= 0",
            {"p": 1, "q": 1, "v": -1, "Gamma": 1},
            flow={"p": "Gamma*v", "v": "Gamma*p"},
        )
    )
    assert shown == "-1/2 >= 0"  # 2 p p' q^2 / (p^2 + q^2)^2 = 2*1*(-1)*1/4


@settings(derandomize=True, deadline=None)
@given(RATIONALS, RATIONALS)
def test_the_sides_are_the_exact_values(x: Fraction, y: Fraction) -> None:
    assume(x * y - x != y**2 + 1)
    shown = values_put_in(certificate("x*y - x == y**2 + 1", {"x": x, "y": y}))
    assert shown == f"{x * y - x} == {y**2 + 1}"


@pytest.mark.parametrize(
    "broken",
    [
        None,
        {},
        {"kind": "proof"},
        certificate("x >= 1", {"x": 0}) | {"point": {}},
        certificate("x >= 1", {"x": 0}) | {"statement": {}},
        certificate("x >= unknown", {"x": 0}),
        certificate("1/x >= 1", {"x": 0}),
    ],
)
def test_what_has_no_values_shows_none(broken: dict | None) -> None:
    assert values_put_in(broken) == ""


def test_a_refuted_claim_is_printed_with_its_values() -> None:
    result = decide("x**2 >= 1", ["x >= 0"]).to_json() | {"conditions": ["x >= 0"]}
    assert "  counterexample  x = 0\n  there it says   0 >= 1\n" in describe_claim(result)
    lemma = {"name": "l", "title": "t", "verdict": "REFUTED", "level": 6, "expected": False, "cached": True}
    suite = {"summary": {"REFUTED": 1}, "lemmas": [lemma | {"claims": [result], "twins": []}]}
    assert "l: x**2 >= 1\n    is false at x = 0\n    where it says 0 >= 1\n" in describe_suite(suite)


def test_vectors_are_put_in() -> None:
    shown = values_put_in(certificate("u[0] == 1 and u == 0*u", {"u": 1}) | {
        "statement": {"text": "u[0] == 1 and u == 0*u", "variables": {"u": {"vector": 2}}},
        "point": {"u": ["1", "1/2"]},
    })  # fmt: skip
    assert shown == "(1, 1/2) == (0, 0)"


def test_claim_that_is_undefined_says_so() -> None:
    result = decide("1/(p - 2) >= 1/(p - 2)").to_json() | {"conditions": []}
    lemma = {"name": "l", "title": "t", "verdict": "REFUTED", "level": 6, "expected": False, "cached": True}
    suite = {"summary": {"REFUTED": 1}, "lemmas": [lemma | {"claims": [result], "twins": []}]}
    assert "    is undefined at p = 2\n" in describe_suite(suite)


def test_where_a_claim_is_undefined_no_part_is_said_to_be_false() -> None:
    undefined = certificate("1/x > 0 and x > 1", {"x": 0}) | {"why": "undefined"}
    assert values_put_in(undefined) == ""


@pytest.mark.parametrize(("verdict", "expect", "helped"), [("OPEN", "PROVED", True), ("OPEN", "OPEN", False)])
def test_open_claim_that_should_be_decided_comes_with_what_to_try(verdict: str, expect: str, helped: bool) -> None:
    claim = decide("x**2 >= 1").to_json() | {"verdict": verdict, "expect": expect, "expected": verdict == expect}
    lemma = {"name": "l", "title": "t", "verdict": verdict, "level": 0, "expected": verdict == expect, "cached": True}
    suite = {"summary": {verdict: 1}, "lemmas": [lemma | {"claims": [claim], "twins": []}]}
    assert ("--profile deep --level 7" in describe_suite(suite)) == helped


def test_draft_that_is_not_reviewed_is_not_told_to_try_harder(raceproof: Run) -> None:
    raceproof("new", r"$x^2 \ge 0$", "-o", "lemma_draft.toml")
    output = raceproof("verify", "lemma_draft.toml").stdout
    assert "not yet reviewed" in output and "--profile deep" not in output
