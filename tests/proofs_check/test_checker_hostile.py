"""The checker: hostile texts, statements and files are rejected with one line, and in time."""

import json

import pytest

from proofs_check.checker import certificate, main, replay, replay_text
from tests.proofs_check.checker_claims import FORMAT, X, network, prove, refute, statement


@pytest.mark.parametrize("text", [
    "", "x", "x >", "x = 1", "x > 1; x", "x > 1\nx", "__import__('os')", "().__class__", "lambda: 0",
    "x if x else x", "[x]",
    "(x, x) == (x, x)", "x > y", "f(x) > 0", "x.real > 0", "x > 1j", "x > 0x1", "x > 1_0", "x > True",
    "'a' == 'a'", "x@x > 0",
    "x//2 > 0", "x%2 > 0", "x in x", "x is x", "x > 1 > (x > 2)", "d(x) == 1", "d(x, 1) == 0",
    "next(x) == x", "at(x, y=1) == x",
    "sum(x) == 0", "sum([x for i in range(2)]) == 0", "sum(x for x in range(2)) == 0",
    "sum(i for i in x) == 0",
    "sum(i for i in range(x)) == 0", "all(i for i in range(2))", "x[0] == 0", "dot(x, x) == 0",
    "sin(x, x) == 0", "sin() == 0",
    "min(x) == 0", "x**1001 == 0", "x**x**x**x == 0 > 1", "x == 1e99999", "x == " + "9"*1001,
    "("*81 + "x" + ")"*81 + " > 0",
    "-"*500 + "x > 0", "not "*2000 + "x > 0", "x" + "+x"*9000 + " > 0", "x" + "**x"*900 + " > 0",
    "sum(i for i in range(999999)) == 0",
    "sum(1 for i in range(999) for j in range(999) for k in range(999)) == 0",
    "((9**1000)**1000)**1000 == x", "abs(*x) > 0", "at(x, **x) > 0", "implies(x, x)",
    "sum(x async for i in range(2)) == 0", "x > 0 if x else 1", "neurons == 1", "w[0] == 0", "m == 2",
    "e == 1", "\u0445 > 0",
])  # fmt: skip
def test_hostile_text_is_rejected_with_one_line(text):
    for result in (prove(text, X), refute(text, X, {"x": 0})):
        assert not result.accepted
        assert result.reason and "\n" not in result.reason and "failed" not in result.reason


@pytest.mark.parametrize("more", [
    {"hypotheses": "x > 0"}, {"hypotheses": [1]}, {"define": {"a": "x"}}, {"define": [["a", "a"]]},
    {"define": [["a", "b"], ["b", "x"]]},
    {"define": [["x", "1"]]}, {"define": [["sin", "1"]]}, {"flow": {"z": "1"}}, {"flow": {"x": "x > 0"}},
    {"network": {}},
    {"network": network(width=0)}, {"network": network(loss="hinge")}, {"network": network(early=1)},
    {"network": network(width=1.0)},
    {"network": network(extra=1)}, {"relu_at_zero": 2}, {"relu_at_zero": "x"}, {"relu_at_zero": None},
    {"unknown": 1},
])  # fmt: skip
def test_malformed_statement_is_rejected(more):
    result = prove("x == x", X, **more)
    assert not result.accepted and "failed" not in result.reason


@pytest.mark.parametrize("variables", [
    [], {"x": "int"}, {"x": 1}, {"x": {"values": []}}, {"x": {"values": [0.5]}}, {"x": {"vector": 0}},
    {"x": {"vector": True}},
    {"x": {"real": "x > 0", "values": [1]}}, {"pi": "real", "x": "real"}, {"x": "real", "d": "real"},
    {"x": "real", "a b": "real"},
])  # fmt: skip
def test_malformed_variables_are_rejected(variables):
    result = prove("x == x", variables)
    assert not result.accepted and "failed" not in result.reason


def test_work_without_end_is_stopped(monkeypatch):
    monkeypatch.setattr(certificate, "SECONDS", 1.0)
    for text in ("(((x + 1)**1000)**1000)**1000 == 0", "x > 0" + " and x > 0" * 1500, "(x + y + z + 1)**200 == 1"):
        result = prove(text, {"x": "real", "y": "real", "z": "real"})
        assert not result.accepted and "failed" not in result.reason


def test_doubling_definitions_are_rejected_in_time(monkeypatch):
    monkeypatch.setattr(certificate, "SECONDS", 1.0)
    define = [["a0", "x > 0 and x > 0"]] + [[f"a{i}", f"a{i - 1} and a{i - 1}"] for i in range(1, 60)]
    assert not prove("a59", X, define=define).accepted
    define = [["a0", "x + 1"]] + [[f"a{i}", f"a{i - 1}*a{i - 1}"] for i in range(1, 60)]
    assert not prove("a59 == 1", X, define=define).accepted
    assert not refute("a59 == 0", X, {"x": "1/3"}, define=define).accepted


@pytest.mark.parametrize("text", [
    "", "{", "[]", "null", "NaN", '{"format": 1, "format": 1}', "[" * 100000, '{"kind": NaN}',
    '{"kind": 1.5}', "9" * 5000,
    '{"kind": "proof"}', '{"kind": {}}',
    '{"kind": "proof", "hints": [], "format": "raceproof-certificate/2", "statement": {}}',
])  # fmt: skip
def test_malformed_json_is_rejected(text):
    result = replay_text(text)
    assert not result.accepted and result.reason and "\n" not in result.reason


def test_command_line_prints_a_verdict_for_each_file(tmp_path, capsys):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    certificate = {"format": FORMAT, "kind": "proof", "hints": [], "statement": statement("x**2 >= 0", X)}
    good.write_text(json.dumps(certificate), encoding="utf-8")
    bad.write_bytes(b"\xff\xfe")
    assert main([str(good)]) == 0
    assert main([str(good), str(bad), str(tmp_path / "none.json")]) == 1
    assert main([]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{good}: ACCEPTED" and lines[2].startswith(f"{bad}: REJECTED ") and len(lines) == 4


@pytest.mark.parametrize(
    ("text", "why", "accepted"),
    [
        ("exp(x)*exp(-x) == 1 and x == 2", "false", True),
        ("exp(x)*exp(-x) == 1 and x == 2", "undefined", False),
        ("exp(x)*exp(-x) == 1 and x == 1", "false", False),
        ("exp(x)*exp(-x) == 1 and 1/(x - 1) == 2", "undefined", False),
        ("exp(x)*exp(-x) == 1 and 1/(x - 1) == 2", "false", False),
        ("exp(x)*exp(-x) != 1 or x == 2", "false", False),
        ("exp(x)*exp(-x) != 1 or x == 1", "false", False),
    ],
)
def test_a_part_that_is_true_or_false_does_not_hide_a_false_one(text: str, why: str, accepted: bool) -> None:
    point = {"format": "raceproof-certificate/1", "statement": {"text": text, "variables": {"x": "real"}}}
    assert replay({**point, "kind": "counterexample", "point": {"x": "1"}, "why": why}).accepted is accepted
