"""`verify`, `refute`, `prove`, `replay` and `lemmas`: verdicts, exit codes, JSON."""

from __future__ import annotations

import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from proofs_check.cli import exits
from proofs_check.registry import SUITE
from tests.cli.conftest import Run, one_line_error

FALSE_TANH = ("tanh(x) >= x - x**3/4", "--for", "0 <= x <= 1")
SQUARE = """
name = "square"
title = "Squares"
source = {{ key = "nobody", locator = "here" }}
statement = "$x^2\\\\ge 0$"
[variables]
{variables}
[witness]
{witness}
[[claim]]
name = "the claim"
text = "{text}"
expect = "{expect}"
[[twin]]
text = "{twin}"
"""


def lemma_file(
    folder: Path, text: str = "x**2 >= 0", expect: str = "PROVED", twin: str = "x**2 < 0", names: str = "x"
) -> str:
    path = folder / "square.toml"
    variables, witness = ("\n".join(f"{name} = {value}" for name in names) for value in ('"real"', "1"))
    path.write_text(SQUARE.format(text=text, expect=expect, twin=twin, variables=variables, witness=witness))
    return str(path)


def test_refute_finds_the_small_counterexample(process: Run) -> None:
    result = process("refute", *FALSE_TANH, "--json")
    assert result.returncode == exits.AS_EXPECTED
    assert result.stderr == ""
    value = json.loads(result.stdout)
    assert value["schema"] == "raceproof-claim/1"
    assert value["verdict"] == "REFUTED"
    assert value["counterexample"] == {"x": "1/2"}
    assert value["certificate"]["format"] == "raceproof-certificate/1"


def test_search_leaves_nothing_in_the_folder_it_ran_in(process: Run, tmp_path: Path) -> None:
    process("refute", "sin(x) <= 2*exp(x**2) - x/9", "--seconds", "3")
    assert list(tmp_path.iterdir()) == []


def test_refute_of_a_true_claim_is_unexpected(raceproof: Run) -> None:
    result = raceproof("refute", "x**2 >= 0", "--seconds", "1", "--json")
    assert json.loads(result.stdout)["verdict"] == "PROVED"
    assert result.returncode == exits.UNEXPECTED


UNDECIDED = "sin(pi/7)*sin(2*pi/7)*sin(3*pi/7) == sqrt(7)/8"  # true, and no engine has a rule for it


def test_undecided_claim_is_never_as_expected(raceproof: Run) -> None:
    claim = (UNDECIDED, "--seconds", "1")
    for command in ("refute", "prove"):
        assert raceproof(command, *claim).returncode == exits.UNEXPECTED
        assert raceproof(command, *claim, "--strict").returncode == exits.UNDECIDED


def test_prove_and_refute_give_one_verdict_and_opposite_exit_codes(raceproof: Run) -> None:
    identity = "cosh(t)**2 - sinh(t)**2 == 1"
    proved, refuted = raceproof("prove", identity, "--json"), raceproof("refute", identity, "--json")
    assert json.loads(proved.stdout)["verdict"] == json.loads(refuted.stdout)["verdict"] == "PROVED"
    assert (proved.returncode, refuted.returncode) == (exits.AS_EXPECTED, exits.UNEXPECTED)


def test_claim_that_starts_with_a_minus_sign_is_a_claim(raceproof: Run) -> None:
    result = raceproof("refute", "-x<=1", "--for", "-2<=x", "--seconds", "1", "--json")
    assert json.loads(result.stdout)["verdict"] == "REFUTED"


def test_terminal_output_names_verdict_and_counterexample(raceproof: Run) -> None:
    output = raceproof("refute", *FALSE_TANH).stdout
    assert output.startswith("REFUTED  tanh(x) >= x - x**3/4\n")
    assert "counterexample  x = 1/2" in output
    assert "\033" not in output


def test_replay_accepts_the_certificate_and_rejects_it_tampered(raceproof: Run, tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    assert raceproof("refute", *FALSE_TANH, "--save", str(path)).returncode == exits.AS_EXPECTED
    accepted = raceproof("replay", str(path))
    assert accepted.returncode == exits.AS_EXPECTED
    assert accepted.stdout.startswith("accepted  counterexample to: tanh(x)")
    path.write_text(path.read_text().replace('"1/2"', '"0"'))
    rejected = raceproof("replay", str(path), "--json")
    assert rejected.returncode == exits.UNEXPECTED
    assert json.loads(rejected.stdout)["results"][0]["accepted"] is False


def test_replay_reads_what_refute_and_verify_print(raceproof: Run, tmp_path: Path) -> None:
    claim = raceproof("refute", *FALSE_TANH, "--json")
    assert raceproof("replay", "-", stdin=claim.stdout).returncode == exits.AS_EXPECTED
    suite = raceproof("verify", lemma_file(tmp_path), "--json")
    replayed = raceproof("replay", "-", "--json", stdin=suite.stdout)
    assert replayed.returncode == exits.AS_EXPECTED
    assert len(json.loads(replayed.stdout)["results"]) == 2  # the claim and its false twin


def test_replay_of_a_truncated_certificate_is_bad_input(raceproof: Run, tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    raceproof("refute", *FALSE_TANH, "--save", str(path))
    path.write_text(path.read_text()[:100])
    assert "not JSON" in one_line_error(raceproof("replay", str(path)), exits.USAGE)


@pytest.mark.parametrize("content", ["[" * 200_000, "7", "{}", "9" * 10_000, "\\xff"])
def test_replay_of_what_is_no_certificate_is_bad_input(raceproof: Run, content: str) -> None:
    one_line_error(raceproof("replay", "-", stdin=content), exits.USAGE)


def test_verify_json_has_the_documented_keys_and_says_cached(raceproof: Run, tmp_path: Path) -> None:
    path = lemma_file(tmp_path)
    first, second = (json.loads(raceproof("verify", path, "--json").stdout) for _ in range(2))
    assert first["schema"] == "raceproof-verify/1"
    assert first["summary"] == {"PROVED": 1}
    (lemma,) = first["lemmas"]
    assert {"name", "verdict", "level", "scope", "claims", "twins", "certificate", "seconds"} <= set(lemma)
    assert {"text", "verdict", "level"} <= set(lemma["claims"][0]) & set(lemma["twins"][0])
    assert lemma["twins"][0]["verdict"] == "REFUTED"
    assert second["lemmas"][0]["cached"] is True
    assert "1 from the cache" in raceproof("verify", path).stdout


def test_verify_exit_code_follows_expectation(raceproof: Run, tmp_path: Path) -> None:
    assert raceproof("verify", lemma_file(tmp_path)).returncode == exits.AS_EXPECTED
    false = lemma_file(tmp_path, text="x**2 > 0", twin="x**2 < 0")
    assert raceproof("verify", false).returncode == exits.UNEXPECTED
    known_false = lemma_file(tmp_path, text="x**2 > 0", expect="REFUTED")
    assert raceproof("verify", known_false).returncode == exits.AS_EXPECTED
    twin_that_holds = lemma_file(tmp_path, twin="x**2 > -1")
    result = raceproof("verify", twin_that_holds)
    assert result.returncode == exits.UNEXPECTED
    assert "not REFUTED" in result.stdout


def test_verify_strict_tells_undecided_from_expected(raceproof: Run, tmp_path: Path) -> None:
    path = lemma_file(tmp_path, text=UNDECIDED + " + 0*x", expect="SUPPORTED")
    assert raceproof("verify", path).returncode == exits.AS_EXPECTED
    assert raceproof("verify", path, "--strict").returncode == exits.UNDECIDED


def test_verify_level_limits_the_evidence(raceproof: Run, tmp_path: Path) -> None:
    result = raceproof("verify", lemma_file(tmp_path, text="x**2 + 1 > 0"), "--level", "1", "--json")
    assert json.loads(result.stdout)["lemmas"][0]["claims"][0]["verdict"] == "SUPPORTED"
    assert result.returncode == exits.UNEXPECTED


def test_verify_writes_junit(raceproof: Run, tmp_path: Path) -> None:
    path = lemma_file(tmp_path, text="x**2 > 0")
    raceproof("verify", path, "--junit", "out/verdicts.xml")
    root = ElementTree.parse(tmp_path / "out" / "verdicts.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("1", "1")


def test_verify_unknown_name_suggests_the_nearest(raceproof: Run) -> None:
    assert "did you mean 'balance_const'" in one_line_error(raceproof("verify", "balanc_const"), exits.USAGE)


@pytest.mark.parametrize(
    "text",
    ["import os", "x.__class__ == 1", "open(x) == 1", "x +", "y >= 0", "(" * 5_000, "lambda: x", "x if x else 1"],
)
def test_lemma_file_outside_the_language_is_bad_input(raceproof: Run, tmp_path: Path, text: str) -> None:
    one_line_error(raceproof("verify", lemma_file(tmp_path, text=text)), exits.USAGE)


@pytest.mark.parametrize("text", ["__import__('os') == 1", "x.real >= 0", "[x for x in y]", "x == 'a'", "", "x"])
def test_claim_outside_the_language_is_bad_input(raceproof: Run, text: str) -> None:
    one_line_error(raceproof("refute", text), exits.USAGE)


def test_claim_on_an_empty_domain_is_vacuous(raceproof: Run) -> None:
    result = raceproof("prove", "x == x + 1", "--for", "x > 1", "--for", "x < 0", "--seconds", "2", "--json")
    assert json.loads(result.stdout)["verdict"] == "VACUOUS"
    assert result.returncode == exits.UNEXPECTED


def test_lemmas_lists_without_verifying(raceproof: Run) -> None:
    value = json.loads(raceproof("lemmas", "--json").stdout)
    assert value["schema"] == "raceproof-lemmas/1"
    assert "balance_const" in {lemma["name"] for lemma in value["lemmas"]}


def test_lemma_limited_by_another_says_by_which(raceproof: Run, tmp_path: Path) -> None:
    variables = '[variables]\nx = "real"\n[[claim]]\n'
    (tmp_path / "base.toml").write_text(f'{variables}text = "x >= 0"\nexpect = "REFUTED"\n')
    (tmp_path / "user.toml").write_text(f'uses = ["base"]\n{variables}text = "x**2 >= 0"\n')
    output = raceproof("verify", str(tmp_path))
    assert output.returncode == exits.UNEXPECTED
    assert "user: limited by base, which is REFUTED" in output.stdout
    found = json.loads(raceproof("verify", str(tmp_path), "--json").stdout)["lemmas"]
    assert [lemma["limited_by"] for lemma in found] == [[], [{"name": "base", "verdict": "REFUTED"}]]


def test_proved_claim_whose_step_fails_is_explained(raceproof: Run, tmp_path: Path) -> None:
    steps = 'steps = [["x**2 + 1", "wrong"]]'
    (tmp_path / "l.toml").write_text(f'[variables]\nx = "real"\n[[claim]]\ntext = "x**2 >= 0"\n{steps}\n')
    output = raceproof("verify", "l.toml").stdout
    assert "is PROVED (the claim is proved, but the step" in output


def test_witness_outside_the_domain_is_not_as_expected(raceproof: Run, tmp_path: Path) -> None:
    head = 'hypotheses = ["x >= 1"]\n[variables]\nx = "real"\n'
    claims = '[[claim]]\ntext = "x**2 >= 1"\n[[twin]]\ntext = "x**2 >= 1"\nwithout = ["x >= 1"]\n'
    (tmp_path / "l.toml").write_text(f"{head}[witness]\nx = 0\n{claims}")
    result = raceproof("verify", "l.toml")
    assert result.returncode == exits.UNEXPECTED
    assert "l: the witness is outside the domain: x >= 1 is false there" in result.stdout
    assert "not as expected: l" in result.stdout
    (tmp_path / "l.toml").write_text(f"{head}[witness]\nx = 1\n{claims}")
    assert raceproof("verify", "l.toml").returncode == exits.AS_EXPECTED


def test_verdict_says_whether_a_lemma_is_packaged(raceproof: Run, tmp_path: Path) -> None:
    text = (SUITE / "du2018" / "balance_const.toml").read_text(encoding="utf-8")
    (tmp_path / "balance_const.toml").write_text(text, encoding="utf-8")
    found = [json.loads(raceproof("verify", name, "--json").stdout) for name in ("balance_const", "balance_const.toml")]
    assert [suite["lemmas"][0]["packaged"] for suite in found] == [True, False]


class Terminal(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_names_what_is_being_worked_on_from_the_start(
    raceproof: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text('[variables]\nx = "real"\n[[claim]]\ntext = "x**2 >= 0"\n')
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    raceproof("verify", ".", "--jobs", "1", "--no-cache")
    drawn = [line.split(" s ")[-1] for line in terminal.getvalue().split("\r\033[2K") if "verifying" in line]
    assert drawn == ["a", "b", ""]
    assert terminal.getvalue().endswith("\r\033[2K")
    (tmp_path / "b.toml").unlink()
    raceproof("verify", ".")  # keeps the result
    terminal.truncate(0)
    raceproof("verify", ".")
    assert "verifying" not in terminal.getvalue()
