"""Lemmas about trajectories: read strictly, decided by enclosures, refuted by starts that replay."""

import json
from fractions import Fraction
from pathlib import Path as File

import pytest
from flint import arb

from proofs_check.lemma import Lemma, LemmaError, from_text
from proofs_check.registry import suite
from proofs_check.trajectory import stretch_values
from proofs_check.trajectory.examine import examine_trajectory
from proofs_check.trajectory.path import Path
from proofs_check.trajectory.replay import replayed
from proofs_check.trajectory.table import Trajectory, read_trajectory
from proofs_check.verdict import Contradiction, Evidence, judge
from proofs_check.verify import examine_lemma, verify_lemmas
from tests.proofs_check.trajectory_double import circle, circle_box

HEAD = 'name = "a"\n'
DESCENT = """
[trajectory]
along = "descent"
eta = "1/10"
steps = 30
digits = 20
[trajectory.network]
x = [["1", "0"], ["0", "1"]]
y = [1, -1]
w = [["1/10", "1/20"], ["1/10", "1/10"]]
v = ["1/10", "-1/20"]
"""
ROUND = """
[trajectory]
along = "flow"
until = 7
[trajectory.flow]
x = "-y"
y = "x"
[trajectory.start]
x = "1 +- 1/100"
y = "[-1/100, 1/100]"
"""
CLAIM = '[[claim]]\ntext = "{}"\n'


def lemma(body: str, *claims: str) -> Lemma:
    return from_text(HEAD + body + "".join(CLAIM.format(text) for text in claims), File("a.toml"))


def verdicts(found: Lemma, run=None) -> list[tuple[str, int]]:
    claims, _, _ = examine_trajectory(found, run=run) if run else examine_trajectory(found)
    return [(claim.verdict, claim.level) for claim in claims]


BAD = [
    (DESCENT.replace("steps = 30", "steps = 2.5"), "not an exact number"),
    (DESCENT.replace("steps = 30", "steps = '5/2'"), "whole number"),
    (DESCENT.replace("steps = 30", "steps = 10000000"), "at most"),
    (DESCENT.replace("steps = 30", "until = 3"), "along descent: unknown key 'until'"),
    (DESCENT.replace('eta = "1/10"', 'eta = "0"'), "above 0"),
    (DESCENT.replace('eta = "1/10"\n', ""), "eta=None"),
    (DESCENT.replace('"descent"', '"ascent"'), 'must be "flow" or "descent"'),
    (DESCENT.replace("digits = 20", "digits = 0"), "from 1 to"),
    (DESCENT.replace("digits = 20", "digits = true"), "from 1 to"),
    (DESCENT.replace("y = [1, -1]", 'y = [1, "1 +- 1/2"]'), "y must be exact"),
    (DESCENT.replace("y = [1, -1]", "y = [1]"), "one row a sample"),
    (DESCENT.replace("y = [1, -1]", "y = [1, 0.5]"), "not an exact number"),
    (DESCENT.replace("y = [1, -1]", 'y = [1, -1]\nloss = "hinge"'), "unknown loss"),
    (DESCENT.replace("y = [1, -1]", "y = [1, -1]\nwidth = 2"), "unknown key 'width'"),
    (DESCENT + "[variables]\nz = 'real'\n", "does not go with"),
    (DESCENT + "[witness]\nz = 1\n", "does not go with"),
    (ROUND.replace('"[-1/100, 1/100]"', '"[1, -1]"'), "interval is empty"),
    (ROUND.replace('"[-1/100, 1/100]"', '"[1]"'), "an interval is"),
    (ROUND.replace('y = "[-1/100, 1/100]"\n', ""), "needs a start"),
    (ROUND.replace("until = 7", "until = -1"), "above 0"),
    (ROUND.replace("until = 7", "until = 7\nsteps = 3"), "along flow: unknown key 'steps'"),
    ("[trajectory]\nalong = 'flow'\nuntil = 1\n", "a network, or a flow"),
]


@pytest.mark.parametrize(("body", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_a_malformed_trajectory_is_a_one_line_error(body: str, reason: str) -> None:
    with pytest.raises(LemmaError) as error:
        lemma(body, "t >= 0")
    assert "a.toml" in str(error.value) and reason in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("at(v[0], t=31) > 0", "between 0 and 30"), ("at(v[0], t=1/2) > 0", "whole steps"), ("d(v[0]) > 0", "not part"),
     ("w[2][0] > 0", "outside"), ("v[0]", "is a number")],
)  # fmt: skip
def test_a_claim_outside_the_language_names_the_file(text: str, reason: str) -> None:
    with pytest.raises(LemmaError, match=r"a\.toml.*" + reason):
        examine_lemma(lemma(DESCENT, text))


def test_keys_of_other_claims_are_refused() -> None:
    for extra in ('steps = [["t", "r"]]', 'hints = ["t"]'):
        with pytest.raises(LemmaError, match="unknown key"):
            from_text(HEAD + DESCENT + CLAIM.format("t >= 0") + extra, File("a.toml"))
    with pytest.raises(LemmaError, match="unknown key 'where'"):
        from_text(HEAD + '[variables]\nx = "real"\n' + CLAIM.format("x == x") + 'where = "x > 0"', File("a.toml"))


def test_enclosures_decide_claims_about_descent() -> None:
    found = lemma(
        DESCENT, "loss <= at(loss, t=0)", "at(v[0] > v[1], t=30)", "at(loss, t=30) >= at(loss, t=0)",
        "at(v[0], t=0) == 1/10", "at(v[0], t=30) == at(v[0], t=30) + 0*v[1]", "at(t, t=30)*eta == 3",
        "gate[0,1] == 0 or t < 9", "first(gate[0,1] == 0) == 9", "first(gate[0,1] == 0) == 8", "first(f[0] > 9) > 0",
        "at(gate[0,1], t=8) == 1 and at(gate[0,1], t=9) == 0",
    )  # fmt: skip
    assert verdicts(found) == [
        ("CERTIFIED", 5), ("CERTIFIED", 5), ("REFUTED", 5), ("CERTIFIED", 5), ("OPEN", 0), ("CERTIFIED", 5),
        ("CERTIFIED", 5), ("CERTIFIED", 5), ("REFUTED", 5), ("REFUTED", 5), ("CERTIFIED", 5),
    ]  # fmt: skip


def test_a_condition_that_never_holds_is_vacuous() -> None:
    found = from_text(
        HEAD + 'hypotheses = ["t >= 3"]\n' + DESCENT + CLAIM.format("loss > 9") + 'where = "t <= 2"\n', File("a")
    )
    assert verdicts(found) == [("VACUOUS", 0)]


def test_below_rung_five_nothing_is_claimed() -> None:
    claims, _, _ = examine_trajectory(lemma(DESCENT, "at(v[0] > v[1], t=30)"), level=4)
    assert (claims[0].verdict, claims[0].level) == ("OPEN", 0) and "rung 5" in claims[0].reason


def test_a_box_is_certified_as_a_whole_and_refuted_from_one_start() -> None:
    found = lemma(
        ROUND, "x**2 + y**2 <= 1.1", "x**2 + y**2 <= 1", "at(x, t=1) > 1/2", "at(y, t=0) == 0", "x > -1/2",
        "at(x, t=0) <= 1",
    )  # fmt: skip
    claims, _, said = examine_trajectory(found, run=circle_box)
    assert [claim.verdict for claim in claims] == ["CERTIFIED", "OPEN", "CERTIFIED", "OPEN", "REFUTED", "OPEN"]
    assert claims[4].counterexample is not None
    assert {name: claims[4].counterexample[name] for name in "xy"} == {"x": "1", "y": "0"}
    assert "every start" not in said["scope"] and "x in [99/100, 101/100]" in said["scope"]
    assert replayed(claims[4].certificate or {}, run=circle_box)


def test_a_false_twin_over_a_box_is_refuted_from_a_corner() -> None:
    found = from_text(
        HEAD + DESCENT.replace('v = ["1/10", "-1/20"]', 'v = ["1/10 +- 1/100", "-1/20"]')
        + CLAIM.format("at(v[0] > v[1], t=30)") + '[[twin]]\ntext = "at(v[0], t=0) <= 1/10"\n', File("a.toml"),
    )  # fmt: skip
    claims, twins, said = examine_trajectory(found)
    assert [c.verdict for c in (*claims, *twins)] == ["CERTIFIED", "REFUTED"]
    assert "every start in the box" in said["scope"]
    assert twins[0].counterexample is not None and twins[0].counterexample["v"] == ["11/100", "-1/20"]
    assert replayed(twins[0].certificate or {})


def test_an_enclosure_that_lies_about_the_box_is_our_error() -> None:
    def lying(trajectory: Trajectory, digits: int) -> Path:
        return circle(trajectory.until, turn=Fraction(0) if trajectory.single else Fraction(2))

    for text in ("at(x, t=1) > 1/2", "at(x, t=1) < 0"):
        with pytest.raises(Contradiction):
            examine_trajectory(lemma(ROUND, text), run=lying)


def test_two_enclosures_of_one_term_that_exclude_each_other_are_our_error(monkeypatch) -> None:
    """The Taylor form of a smooth term is broken on purpose."""
    start = ROUND.replace(" +- 1/100", "").replace("[-1/100, 1/100]", "0")
    assert verdicts(lemma(start, "exp(x)*exp(-x) <= 1 + 1e-25"), circle_box) == [("CERTIFIED", 5)]
    monkeypatch.setattr(stretch_values, "taylor_range", lambda *given: arb(-5))
    with pytest.raises(Contradiction):
        verdicts(lemma(start, "exp(x)*exp(-x) <= 1 + 1e-25"), circle_box)


def test_a_certificate_replays_and_a_tampered_one_does_not() -> None:
    claims, _, _ = examine_trajectory(lemma(DESCENT, "loss >= 49/100", "at(v[0] < v[1], t=30)"))
    for claim in claims:
        assert claim.verdict == "REFUTED"
        kept = json.loads(json.dumps(claim.certificate))
        assert replayed(kept)
        assert not replayed({**kept, "claim": "t >= 0"})
        assert not replayed({**kept, "format": "other"})
        assert not replayed({**kept, "where": ["t > 40"]})
        assert not replayed({**kept, "t": "0" if claim.counterexample != {} and kept["t"] else "3"})


def test_the_trajectory_survives_its_json() -> None:
    for found in suite():
        if found.trajectory is not None:
            again = read_trajectory(json.loads(json.dumps(found.trajectory.to_json())))
            assert again == found.trajectory


def test_enclosures_in_the_table_of_verdicts() -> None:
    table = [
        ([(5, "encloses")], ("CERTIFIED", 5)), ([(5, "excludes")], ("REFUTED", 5)), ([(5, "nothing")], ("OPEN", 0)),
        ([(4, "encloses")], ("OPEN", 0)), ([(6, "encloses")], ("OPEN", 0)), ([(1, "excludes")], ("OPEN", 0)),
        ([(5, "encloses"), (3, "proof"), (6, "proof")], ("PROVED", 6)),
        ([(5, "encloses"), (3, "proof"), (6, "disagrees")], ("CERTIFIED", 5)),
        ([(5, "encloses"), (1, "agrees")], ("CERTIFIED", 5)), ([(5, "encloses"), (5, "unsatisfiable")], ("VACUOUS", 0)),
    ]  # fmt: skip
    for evidence, verdict in table:
        assert judge([Evidence(rung, "engine", outcome) for rung, outcome in evidence]) == verdict
    for clash in (
        [(5, "encloses"), (5, "excludes")],
        [(5, "encloses"), (6, "counterexample")],
        [(3, "proof"), (5, "excludes")],
    ):
        with pytest.raises(Contradiction):
            judge([Evidence(rung, "engine", outcome) for rung, outcome in clash])


def test_the_command_line_shows_certified_claims_and_their_refuted_twins(tmp_path, monkeypatch, capsys) -> None:
    from proofs_check.cli import main

    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "cache"))
    file, junit = tmp_path / "a.toml", tmp_path / "a.xml"
    head = HEAD + 'source = { key = "pinson2026" }\n' + DESCENT
    file.write_text(
        head + CLAIM.format("at(v[0] > v[1], t=30)") + '[[twin]]\ntext = "loss >= 49/100"\n', encoding="utf-8"
    )
    assert main(["verify", str(file), "--strict", "--junit", str(junit), "--jobs", "1"]) == 0
    shown = capsys.readouterr().out
    assert "1 CERTIFIED" in shown and "1 of 1 false twins refuted" in shown
    assert 'failures="0" skipped="0"' in junit.read_text(encoding="utf-8")
    assert main(["verify", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["lemmas"][0]
    assert (found["verdict"], found["level"], found["expected"]) == ("CERTIFIED", 5, True)
    assert found["trajectory"]["along"] == "descent" and "relu'(0) = 0" in found["scope"]
    assert found["twins"][0]["counterexample"]["t"] and found["twins"][0]["verdict"] == "REFUTED"


def test_results_are_kept_and_depend_on_the_integrators(tmp_path, monkeypatch) -> None:
    from proofs_check import cache

    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path))
    found = lemma(DESCENT, "at(v[0] > v[1], t=30)")
    first, second = (verify_lemmas([found])[0].to_json() for _ in range(2))
    assert (first["cached"], second["cached"]) == (False, True)
    assert {**first, "cached": None} == {**second, "cached": None}
    assert first["verdict"] == "CERTIFIED" and first["level"] == 5 and first["expected"]
    assert "30 steps of size 1/10" in first["scope"] and first["trajectory"]["reached"] == "30"
    code_hash = cache.code_hash
    monkeypatch.setattr(cache, "code_hash", lambda root=cache.ROOT: code_hash(root) + "changed" * (root != cache.ROOT))
    assert verify_lemmas([found])[0].to_json()["cached"] is False
