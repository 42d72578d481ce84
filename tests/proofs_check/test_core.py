"""The small checker in one file: it never accepts what the checker rejects, nor rejects what the checker accepts."""

from __future__ import annotations

import ast
import json
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from proofs_check import core
from proofs_check.certificate import proof
from proofs_check.checker import replay, replay_text
from proofs_check.cli import exits, main
from proofs_check.examine import examine
from proofs_check.language.statement import Statement
from proofs_check.registry import suite
from tests.quality.certificate_bank import of_lemmas, stored
from tests.quality.certificate_mutations import mutations
from tests.quality.certificate_truth import wrong
from tests.quality.test_mutants import mutants
from tests.quality.twin_generator import false_twins

FILE = Path(core.__file__)
LINES = 990  # what is read in one sitting
CHUNKS = 8
CORE = {"counterexample", "proof", "chain"}


def certificate(text: str, variables: dict[str, Any] | None = None, /, **more: Any) -> dict[str, Any]:
    """Return a certificate of kind proof without hints, or another kind by `more`; other keys go to the statement."""
    evidence = {key: more.pop(key) for key in ("kind", "hints", "links", "point", "why") if key in more}
    evidence = evidence or {"kind": "proof", "hints": []}
    statement = {"text": text, "variables": {"x": "real"} if variables is None else variables, **more}
    return {"format": "raceproof-certificate/1", "statement": statement, **evidence}


def point(text: str, at: dict[str, Any], why: str = "false", variables: Any = None, /, **more: Any) -> dict[str, Any]:
    return certificate(text, variables, kind="counterexample", point=at, why=why, **more)


def verdict(one: dict[str, Any]) -> str:
    return core.replay(one)[0]


def against(text: str) -> tuple[str, bool]:
    """Return the verdicts of both checkers on a JSON text."""
    try:
        found = core.replay(core.load(text))[0]
    except (core.Rejected, ValueError, RecursionError):
        found = "rejected"
    return found, replay_text(text).accepted


def without_unused(statement: dict[str, Any]) -> dict[str, Any]:
    """Return a statement without the definitions that no other text names: the small checker reads only their names."""
    kept = list(statement.get("define", ()))
    while True:
        others = json.dumps(statement | {"define": [text for _, text in kept]})
        used = [pair for pair in kept if re.search(rf"\b{re.escape(pair[0])}\b", others)]
        if used == kept:
            return statement | {"define": kept}
        kept = used


def disagreements(texts: list[str]) -> tuple[list[str], Counter[tuple[str, bool]]]:
    """Return the texts that one checker accepts and the other rejects, and how often each pair of verdicts came."""
    pairs = [against(text) for text in texts]
    found = [text for text, pair in zip(texts, pairs, strict=True) if pair == ("rejected", True)]
    for text in (text for text, pair in zip(texts, pairs, strict=True) if pair == ("accepted", False)):
        # the rules differ: what only one can prove must be true at points, and read alike
        one = json.loads(text)
        result = replay(one | {"statement": without_unused(one["statement"])})
        if not (result.accepted or "proved" in result.reason) or wrong(one, random.Random(0))[0]:
            found.append(text)
    return found, Counter(pairs)


def test_the_file_stands_alone_and_is_short() -> None:
    tree = ast.parse(FILE.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    assert len(FILE.read_text(encoding="utf-8").splitlines()) <= LINES


def test_the_file_works_when_copied_alone(tmp_path: Path) -> None:
    copy, data = tmp_path / "core.py", tmp_path / "one.json"
    copy.write_bytes(FILE.read_bytes())
    good, bad = point("x**2 > 0", {"x": "0"}), point("x**2 >= 0", {"x": "0"})

    def run(value: Any) -> tuple[int, str]:
        data.write_text(json.dumps(value), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", copy, data], capture_output=True, text=True, cwd=tmp_path, check=False
        )
        return done.returncode, done.stdout

    assert run(good) == (0, "1 accepted, 0 rejected, 0 not decided\n")
    code, text = run({"lemmas": [{"claims": [{"certificate": bad}, {"certificate": good}]}]})
    assert code == 1 and text.endswith("1 accepted, 1 rejected, 0 not decided\n")
    assert run({})[0] == 2


NETWORK = {"width": 1, "dimension": 1, "samples": 1, "loss": "any"}
VECTORS = {"u": {"vector": 2}, "v": {"vector": 2}}
DATA = {"w": [["1"]], "v": ["0"], "x": [["1"]], "y": ["0"]}
TRUE = [
    certificate("(x + 1)**2 == x**2 + 2*x + 1"),
    certificate("x/x == 1", {"x": "nonzero"}),
    certificate("sqrt(x**2) == x", {"x": "nonnegative"}),
    certificate("d(tanh(x), x) == 1 - tanh(x)**2"),
    certificate("d(x**3 + 1/x, x) == 3*x**2 - x**-2", {"x": "positive"}),
    certificate("log(6*x) == log(2) + log(3) + log(x)", {"x": "positive"}),
    certificate("exp(x + 1)*exp(-x) == exp(1)"),
    certificate("x**(1/2) == sqrt(x)", {"x": "positive"}),
    certificate("d(relu(x), x) == step(x)", {"x": "nonzero"}),
    certificate("max(x, -x) == abs(x)"),
    certificate("cos(x)**2 + sin(x)**2 == 1"),
    certificate("d(x**2 + y**2) == 0", {"x": "real", "y": "real"}, flow={"x": "y", "y": "-x"}),
    certificate("next(x) == 4*x", {"x": "real"}, step={"x": "x + y"}, define=[["y", "3*x"]]),
    certificate("at(d(x**2, x), x=y) == 2*y", {"x": "real", "y": "real"}),
    certificate("at(d(d(x*y), x), y=0) == 2*x", {"x": "real", "y": "real"}, flow={"x": "y", "y": "x"}),
    certificate("implies(x > 0, 1/x > 0)"),
    certificate("x <= 0 or log(x) == log(x)"),
    certificate("not (x**2 < 0)"),
    certificate("s**2 == 1", {"s": {"values": [-1, 1]}}),
    certificate("1 - x > 0", {"x": {"real": "x < 1"}}),
    certificate("x*y > 0", {"x": "real", "y": "real"}, hypotheses=["x > 0", "y > 0"]),
    certificate("y == 2*x + 2", {"x": "real", "y": "real"}, hypotheses=["y - 2*x == 2"]),
    certificate("dot(u, u) >= 0", {"u": {"vector": 3}}),
    certificate("all(u[i]*2 == v[i] for i in range(2))", VECTORS, hypotheses=["v == 2*u"]),
    certificate("d(dot(w[0], w[0]) - v[0]**2) == 0", {}, network=NETWORK | {"dimension": 2}),
    certificate("x**2 + 1 > 0", kind="chain", hints=[], links=[[">=", "1"], [">", "0"]]),
    point("x > 0", {"x": "0"}),
    point("1/x == 1/x", {"x": "0"}, "undefined"),
    point("tanh(x) >= x - x**3/4", {"x": "1/2"}, hypotheses=["0 <= x", "x <= 1"]),
    point("log(x) <= 7/10", {"x": "2014/1000"}, "false", {"x": "positive"}),
    point("sqrt(x) != 3/2", {"x": "9/4"}),
    point("exp(x) < 1 + x + x**2/2", {"x": "1/1000"}, "false", {"x": "positive"}),
    point("sin(x) >= x - x**3/7", {"x": "1"}),
]  # fmt: skip


@pytest.mark.parametrize("one", TRUE, ids=lambda one: one["statement"]["text"])
def test_what_is_right_is_accepted(one: dict[str, Any]) -> None:
    assert core.replay(one)[0] == "accepted", core.replay(one)
    assert replay(one).accepted


FLOW = {"flow": {"x": "1"}}
DEEP, LONG = "d(" * 30 + "x" + ", x)" * 30, " ".join(f"for {i} in range(12)" for i in "ijkl")
HUGE = "9" * 60
FALSE = [
    certificate("x/x == 1"),
    certificate("0*(1/x) == 0"),
    certificate("(1/x)**0 == 1"),
    certificate("x - x == 0/x"),
    certificate("0/0 == 0/0"),
    certificate("1/(x - x) == 1/(x - x)"),
    certificate("sqrt(x**2) == x"),
    certificate("sqrt(x)**2 == x"),
    certificate("exp(log(x)) == x"),
    certificate("log(x**2) == 2*log(x)"),
    certificate("log(-1) == log(-1)"),
    certificate("log(x*y) == log(x) + log(y)", {"x": "nonzero", "y": "nonzero"}),
    certificate("x**(1/2)*x**(1/2) == x", {"x": "nonnegative"}),
    certificate("(x**2)**(1/2) == abs(x)"),
    certificate("sqrt(x*y) == sqrt(x)*sqrt(y)", {"x": "real", "y": "real"}, hypotheses=["x*y >= 0"]),
    certificate("sqrt(x*y) == x*sqrt(y/x)", {"x": "nonzero", "y": "real"}, hypotheses=["x*y > 0"]),
    certificate("d(abs(x), x) == sign(x)"),
    certificate("d(relu(x), x) == step(x)"),
    certificate("d(step(x), x) == 0"),
    certificate("d(step(step(x) - 1/2), x) == 0"),
    certificate("d(sqrt(x), x)*2*sqrt(x) == 1", {"x": "nonnegative"}),
    certificate("d(x*0*abs(x), x) == 0"),
    certificate("d(norm(u)**2, x) == 0", {"x": "real", "u": {"vector": 2}}),
    certificate("d(d(abs(x), x), x) == 0"),
    certificate("at(d(abs(x), x), x=0) == 0"),
    certificate("d(0*x) == 0", flow={"x": "1/x"}),
    certificate("step(x) + step(-x) == 1"),
    certificate("step(x)*x > 0", {"x": "nonnegative"}),
    certificate("step(x) == step(x**3)*1 + 0*log(x)"),
    certificate("max(x, y) > x", {"x": "real", "y": "real"}),
    certificate("x**2 > 0"),
    certificate("x < 1", {"x": {"real": "x <= 1"}}),
    certificate("x > 0", hypotheses=["x*x > 0"]),
    certificate("x == 0", hypotheses=["x*y == 0"]),
    certificate("x == y", {"x": "real", "y": "real"}, hypotheses=["x**2 == y**2"]),
    certificate("y == 1", {"x": "real", "y": "real"}, hypotheses=["x*y == x"]),
    certificate("x != 0", hypotheses=["not (x != 0)"]),
    certificate("x > 0", hypotheses=["x > 0 or x < 0"]),
    certificate("x > 0", hypotheses=["implies(x > 0, x > 1)"]),
    certificate("implies(1/x > 0, x > 0)"),
    certificate("log(x) > 0 or x <= 0"),
    certificate("1/x == 1/x and x != 0"),
    certificate("implies(x != 0, 1 == 1) and 1/x == 1/x"),
    certificate("u == v", VECTORS, hypotheses=["u[0] == v[0]"]),
    certificate("u[0] != v[0]", VECTORS, hypotheses=["u != v"]),
    certificate("s == 1", {"s": {"values": [-1, 1]}}),
    certificate("tan(x)*cos(x) == sin(x)"),
    certificate("sin(2*x) == 2*sin(x)"),
    certificate("tanh(atanh(x)) == x"),
    certificate("next(x) == x", **FLOW, step={"x": "x + 1"}),
    certificate("d(dot(w[0], w[0]) - 2*v[0]**2) == 0", {}, network=NETWORK),
    certificate("next(w[0]) == w[0]", {}, network=NETWORK),
    certificate("d(e[0]) == 0", {}, network=NETWORK),
    certificate("dot(w[0], x[0]) != 0", {}, network=NETWORK),
    certificate("x > 0", kind="proof", hints=["1/x", "x/x", "sqrt(x)", "log(x)", "x*x/x"]),
    certificate("x >= 0", kind="proof", hints=["abs(x)", "sqrt(x)**2", "exp(log(x))"]),
    certificate("x > 0", kind="chain", hints=[], links=[[">=", "0"]]),
    certificate("x**2 > 0", kind="chain", hints=[], links=[[">=", "0"], ["==", "0"]]),
    certificate("x**2 == x", kind="chain", hints=[], links=[["!=", "x + 1/2"], ["!=", "x"]]),
    certificate("x == x", kind="chain", hints=[], links=[["==", "x*x/x"]]),
    certificate("zz == zz"),
    certificate("x == x", define=[["f", "f"]]),
    certificate("f == f", define=[["f", "g"], ["g", "x"]]),
    certificate("x == x and x", define=[]),
    certificate("True == True"),
    certificate("x == 0x10 - 16 + x"),
    certificate("1_0 == 10"),
    certificate("x.real == x"),
    certificate("__import__('os') == 0"),
    certificate("x ** 2 ** 99 == x ** 2 ** 99"),
    certificate("u == u", {"u": {"vector": True}}),
    certificate("s == 1", {"s": {"values": [True]}}),
    certificate("x == x", relu_at_zero=True),
    certificate("x == x", {"x": "complex"}),
    certificate("x == x", {"x": {"positive": "x > 0"}}),
    certificate("sum == sum", {"sum": "real"}),
    certificate("\u0445 == \u0445", {"\u0445": "real"}),
    certificate("x == x", {"x": "real"}, further=1),
    certificate("0 == 1", hypotheses=["x > 0", "x < 0"]),
    certificate("0 == 1", hypotheses=["0 == 1"]),
    certificate("0 == 1", hypotheses=["zz > 0"]),
    certificate("x == x", hypotheses=["zz > 0"]),
    certificate("x >= 0", hypotheses=["d(abs(x), x) == d(abs(x), x)"]),
    certificate("x != 0", hypotheses=["d(abs(x), x)**2 >= 0"]),
    certificate("x != 0", hypotheses=["d(abs(x), x) > 0"]),
    certificate("x > 0", hypotheses=["d(relu(x), x) == 1"], relu_at_zero=1),
    certificate("implies(x == 1, sqrt(x) > 0) and sqrt(x)**2 == 1", {"x": "positive"}),
    certificate("sqrt(x**2) == -x"),
    certificate("sqrt(x**2*y) == -x*sqrt(y)", {"x": "real", "y": "positive"}),
    certificate("x == 1 or sqrt(x)**2 == 1 or sqrt(x)**2 == x*x", {"x": "positive"}),
    certificate("implies(x == 1, x*y == y) and x*y == y", {"x": "real", "y": "real"}),
    certificate("implies(x > 0, sqrt(x**2) == x) and abs(x) == x"),
    certificate("dot(w[0], x[0]) != 0", {}, network=NETWORK, define=[["z", "d(v[0])"]]),
    certificate("x == x", flow={"x": "d(x)"}),
    certificate("x == x", define=[["z", "zz"]]),
    certificate("x == x", flow={"x": "zz"}),
    certificate("x == x", flow={"q": "x"}),
    certificate("__x == __x", {"__x": "real"}),
    certificate("x != 2", kind="chain", hints=[], links=[["!=", "2"]]),
    point("x**k > 2", {"x": "-1"}, "undefined", None, define=[["k", "2"]]),
    point("x**sum(1 for k in range(2)) > 2", {"x": "-1"}, "undefined"),
    point("at(x**y, y=2) > 2", {"x": "-1", "y": "1"}, "undefined", {"x": "real", "y": "real"}),
    point("next(x**y) > 2", {"x": "-1", "y": "1"}, "undefined", {"x": "real", "y": "real"}, step={"y": "2"}),
    certificate("d(log(x), x) > 0", hypotheses=["d(log(x), x) == d(log(x), x)"]),
    point("x >= 0", {"x": "0"}),
    point("x > 0", {"x": "-1"}, "false", {"x": "nonnegative"}),
    point("x > 0", {"x": True}),
    point("x > 0", {"x": -0.5}),
    point("x > 0", {"x": "0", "y": "0"}),
    point("x > 0", {}),
    point("x > 0", {"x": "0"}, "undefined"),
    point("1/x > 0", {"x": "0"}, "false"),
    point("s > 0", {"s": "0"}, "false", {"s": {"values": [-1, 1]}}),
    point("d(abs(x), x) == 5", {"x": "0"}, "undefined"),
    point("1/x + d(abs(x), x) == 5", {"x": "0"}, "undefined"),
    point("d(sqrt(x), x) == 5", {"x": "0"}, "undefined"),
    point("d(step(step(x) - 1/2), x) != 0", {"x": "0"}),
    point("implies(x > 0, 1/x > 0)", {"x": "0"}, "undefined"),
    point("x <= 0 or log(x) < 0", {"x": "0"}, "undefined"),
    point("exp(log(x)) == x", {"x": "3"}),
    point("exp(x) - exp(x) == 0", {"x": "1"}),
    point("sqrt(2)**2 == 2", {"x": "1"}),
    point("x > 1", {"x": "0"}, hypotheses=["1/x > 0"]),
    point("x > 1", {"x": "0"}, hypotheses=["x > 0 or log(x) > 0"]),
    point("d(dot(w[0], w[0])) == 1", DATA | {"w": [["0"]]}, "false", {}, network=NETWORK),
    point("dot(w[0], w[0]) == 1", DATA | {"w": [["0", "0"]]}, "false", {}, network=NETWORK),
]  # fmt: skip


@pytest.mark.parametrize("one", FALSE, ids=lambda one: ascii(one["statement"]["text"]))
def test_what_is_false_or_not_said_is_never_accepted(one: dict[str, Any]) -> None:
    assert core.replay(one)[0] != "accepted"
    assert not replay(one).accepted or core.replay(one)[0] == "not decided"


@pytest.mark.parametrize(
    "one",
    [
        point("implies(1/x > 0, unknown > 0)", {"x": "0"}, "undefined"),
        point("x > 0 and unknown > 0", {"x": "0"}),
        point("x > 0 or x < 7", {"x": "0"}, hypotheses=["x > -1 or unknown > 0"]),
    ],
)
def test_a_name_that_is_not_known_is_seen_where_nothing_reads_it(one: dict[str, Any]) -> None:
    assert verdict(one) == "rejected" and not replay_text(json.dumps(one)).accepted


MOTION = {"r": "c", "c": "1/r"}
ROOT = {"r": {"real": "r >= 0"}, "c": "real"}


@pytest.mark.parametrize(("text", "table"), [("d(r**2) == 2*r*c", "flow"), ("next(r) == c", "step")])
def test_nothing_moves_where_an_entry_of_the_motion_is_undefined(text: str, table: str) -> None:
    """At r = 0 the other variable has no velocity, so that neither has a derivative along the flow."""
    for variables, accepted in ((ROOT, False), ({"r": "positive", "c": "real"}, True)):
        one = certificate(text, variables, **{table: MOTION})
        assert (verdict(one) == "accepted", replay_text(json.dumps(one)).accepted) == (accepted, accepted)
        flow, step = ({}, MOTION) if table == "step" else (MOTION, {})
        result = examine(Statement(text, variables, flow=flow, step=step))
        assert result.verdict == ("PROVED" if accepted else "REFUTED"), result
    assert result.counterexample is None
    assert replay_text(json.dumps(point(text, {"r": "0", "c": "1"}, "undefined", ROOT, **{table: MOTION}))).accepted


def test_pi_is_not_decided_and_a_name_given_twice_is_rejected() -> None:
    assert verdict(certificate("pi > 3")) == "not decided"
    assert verdict(certificate("at(x, x=1, x=2) == 2")) == "rejected"


def test_a_key_that_stands_twice_is_rejected() -> None:
    text = json.dumps(point("x > 0", {"x": "0"}))
    assert core.replay(core.load(text))[0] == "accepted"
    with pytest.raises(core.Rejected, match="twice"):
        core.load(text.replace('"why"', '"kind": "counterexample", "why"'))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [f"x**{HUGE} == x**{HUGE}", "((x + 1)**1000 + (x + 2)**1000)*x == 0*log(-x**2)", f"{HUGE}e-9999 > x**2",
     "(2**1000)**1000 < x", "exp(exp(exp(x))) > exp(99999)", "-" * 3000 + "x == x", "sum(x for i in range(9999)) == x",
     "x**1000**1000 == x", f"all(x == 1 {LONG})", f"{DEEP} == 5"],
)  # fmt: skip
def test_large_texts_end_soon_and_are_not_accepted(text: str) -> None:
    assert verdict(certificate(text)) != "accepted"
    assert verdict(point(text, {"x": "9/7"})) != "accepted"


def test_the_command_line_counts_and_fails_on_a_rejection(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, far = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "far.json"
    good.write_text(json.dumps(point("x > 0", {"x": "0"})), encoding="utf-8")
    bad.write_text(json.dumps(point("x > 0", {"x": "1"})), encoding="utf-8")
    far.write_text(json.dumps(certificate("atan(x) == atan(x)")), encoding="utf-8")
    assert main(["replay", "--core", str(good), str(far)]) == exits.AS_EXPECTED
    assert capsys.readouterr().out.endswith("1 accepted, 0 rejected, 1 not decided\n")
    assert main(["replay", "--core", "--json", str(good), str(bad)]) == exits.UNEXPECTED
    shown = json.loads(capsys.readouterr().out)
    assert shown["counts"] == {"accepted": 1, "rejected": 1, "not decided": 0}


def bank(lemmas: list[Any]) -> list[dict[str, Any]]:
    return [one for one in stored() + of_lemmas(lemmas) if one["kind"] in CORE]


def plain(step: int, start: int = 0) -> list[Any]:
    return [lemma for lemma in suite()[start::step] if lemma.trajectory is None]


def check_bank(lemmas: list[Any], share: float) -> None:
    certificates = bank(lemmas)
    differ, pairs = disagreements([json.dumps(one) for one in certificates])
    assert differ == []
    assert pairs["accepted", True] >= share * len(certificates) > 0, pairs


def check_damaged(seed: int, count: int, lemmas: list[Any]) -> None:
    texts = [text for _, _, text in mutations(bank(lemmas), count, random.Random(seed))]
    differ, pairs = disagreements(texts)
    assert differ == []
    assert pairs["accepted", True] > count / 20 and pairs["rejected", False] > count / 20, pairs


def forged(lemma: Any, seed: int) -> list[str]:
    """Return proofs of false neighbours of a lemma's claims: without hints, with its own, and chains to the truth."""
    made = []
    for twin in false_twins(lemma, seed):
        hints = [*twin.claim.hints, *(text for text in [twin.statement.text] if "=" not in text)]
        for kind in (proof(twin.statement, ()), proof(twin.statement, tuple(hints))):
            made.append(kind)
        sides = ast.parse(twin.claim.statement.text, mode="eval").body
        if isinstance(sides, ast.Compare) and len(sides.ops) == 1:
            links = [["==", ast.unparse(sides.left)], ["==", ast.unparse(sides.comparators[0])]]
            made.append(made[-1] | {"kind": "chain", "links": links})
    return [json.dumps(one) for one in made]


def check_forged(lemmas: list[Any], seed: int, least: int) -> None:
    texts = [text for lemma in lemmas for text in forged(lemma, seed)]
    assert len(texts) >= least
    assert [text for text in texts if against(text)[0] == "accepted"] == []


def test_certificates_of_the_suite_are_accepted_or_left_undecided() -> None:
    check_bank(plain(16), 0.9)


def test_damaged_certificates_find_both_checkers_of_one_mind() -> None:
    check_damaged(1, 300, plain(24))


def test_forged_proofs_of_false_twins_are_not_accepted() -> None:
    check_forged(plain(40, 17), 1, 80)


def test_mutants_of_what_is_right_are_judged_alike() -> None:
    texts = []
    for i, one in enumerate(TRUE):
        for text in mutants(one["statement"]["text"], 4, random.Random(i)):
            texts.append(json.dumps(one | {"statement": one["statement"] | {"text": text}}))
    differ, pairs = disagreements(texts)
    assert differ == [] and len(texts) > 80 and pairs["accepted", True], pairs


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_certificate_of_the_suite_and_thousands_damaged(chunk: int) -> None:
    lemmas = plain(CHUNKS, chunk)
    check_bank(lemmas, 0.9)
    check_damaged(100 + chunk, 600, lemmas)
    check_forged(lemmas, 2, 100)
