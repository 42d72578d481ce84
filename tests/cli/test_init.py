"""`raceproof init`: a folder that works at once, and never somebody else's files."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path

import pytest

from proofs_check.cli import exits
from proofs_check.lemma import LemmaError
from proofs_check.project import Project, find_project, read_project
from tests.cli.conftest import Run, one_line_error

WEAK = 'name = "weak"\n[variables]\nx = "real"\n[[claim]]\ntext = "exp(x) >= 1/2 + x"\n'
SEARCH = ("--level", "1")  # the search alone refutes and supports, and never proves


@pytest.fixture
def paper(raceproof: Run, tmp_path: Path) -> Path:
    assert raceproof("init", "mypaper").returncode == exits.AS_EXPECTED
    return tmp_path / "mypaper"


def commands(paper: Path) -> list[str]:
    """Return the shell commands of the project's README and of its workflow."""
    readme = (paper / "README.md").read_text()
    blocks = re.findall(r"```\n(.*?)```", readme, re.DOTALL)
    workflow = (paper / ".github/workflows/lemmas.yml").read_text()
    lines = "".join(blocks).splitlines() + re.findall(r"- run: (raceproof .*)", workflow)
    return [line.split("  #")[0].replace('"$FOLDER"', ".") for line in lines]


def test_new_folder_verifies_at_once(raceproof: Run, paper: Path) -> None:
    result = raceproof("verify", "mypaper/", "--json", "--no-cache", "--jobs", "1")
    assert result.returncode == exits.AS_EXPECTED, result.stderr
    lemmas = json.loads(result.stdout)["lemmas"]
    assert [lemma["verdict"] for lemma in lemmas] == ["PROVED"] * 3
    assert all(lemma["twins"] and lemma["expected"] for lemma in lemmas)
    assert sum(lemma["seconds"] for lemma in lemmas) < 20


def test_every_command_of_the_new_folder_runs(raceproof: Run, paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(paper)
    found = commands(paper)
    assert len(found) >= 6
    for command in found:
        words = shlex.split(command)
        assert words[0] == "raceproof"
        if words[1] == "watch":  # it does not end by itself; its own tests run it
            continue
        expected = exits.AS_EXPECTED
        result = raceproof(*words[1:])
        assert result.returncode == expected, (command, result.stderr)
        if words[1] == "new":  # a draft is never as expected
            Path(words[words.index("-o") + 1]).unlink()


def test_verdict_of_a_spoiled_lemma_is_not_as_expected(raceproof: Run, paper: Path) -> None:
    path = paper / "lemma_flow.toml"
    path.write_text(path.read_text().replace("d(p**2 - v**2) == 0", "d(p**2 - 2*v**2) == 0"))
    result = raceproof("verify", "mypaper")
    assert result.returncode == exits.UNEXPECTED and "is false at" in result.stdout


def test_init_never_overwrites(raceproof: Run, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "raceproof.toml").write_text("mine")
    (tmp_path / "file").write_text("mine")
    assert "never overwrites" in one_line_error(raceproof("init", "full"), exits.USAGE)
    assert "is a file" in one_line_error(raceproof("init", "file"), exits.USAGE)
    assert (tmp_path / "full" / "raceproof.toml").read_text() == "mine"
    assert os.listdir(tmp_path / "full") == ["raceproof.toml"]
    assert (tmp_path / "file").read_text() == "mine"


def test_init_takes_an_empty_folder_and_any_printable_name(raceproof: Run, tmp_path: Path) -> None:
    for name in ("leer", 'λ & "Arbeit" $(x)'):
        (tmp_path / name).mkdir()
        result = raceproof("init", name)
        assert result.returncode == exits.AS_EXPECTED
        told = shlex.split(result.stdout.splitlines()[-1].removeprefix("now:  "))
        assert told == ["raceproof", "verify", name]
        assert name in (tmp_path / name / "README.md").read_text(encoding="utf-8")
    assert "cannot be printed" in one_line_error(raceproof("init", "a\x1b[2J"), exits.USAGE)


def test_init_where_nothing_can_be_written_is_one_line(raceproof: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "file" in one_line_error(raceproof("init", "file/paper"), exits.USAGE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[verify]\nprofile = 'quik'\n", "is none of quick, ci, deep"),
        ("[verify]\non_supported = true\n", "must be text"),
        ("[verify]\nprofil = 'ci'\n", "did you mean 'profile'"),
        ("[report]\nlabels = '}\\input{x'\n", "must be letters"),
        ("verify = 3\n", "must be a table"),
        ("[verify\n", "not TOML"),
    ],
)
def test_wrong_settings_are_one_line(raceproof: Run, paper: Path, text: str, reason: str) -> None:
    (paper / "raceproof.toml").write_text(text)
    error = one_line_error(raceproof("verify", "mypaper"), exits.USAGE)
    assert "raceproof.toml" in error and reason in error


@pytest.mark.parametrize(
    ("setting", "expect", "code"),
    [
        ("expect", "PROVED", exits.UNEXPECTED),
        ("accept", "PROVED", exits.AS_EXPECTED),
        ("fail", "SUPPORTED", exits.UNDECIDED),
        ("expect", "SUPPORTED", exits.AS_EXPECTED),
        ("accept", "REFUTED", exits.UNEXPECTED),
    ],
)
def test_setting_says_what_a_supported_claim_does_to_the_exit_code(
    raceproof: Run, tmp_path: Path, setting: str, expect: str, code: int
) -> None:
    folder = tmp_path / "weak"
    folder.mkdir()
    (folder / "weak.toml").write_text(WEAK + f'expect = "{expect}"\n')
    (folder / "raceproof.toml").write_text(f'[verify]\nprofile = "quick"\non_supported = "{setting}"\n')
    result = raceproof("verify", "weak", "--json", *SEARCH)
    assert result.stderr == ""
    assert json.loads(result.stdout)["lemmas"][0]["verdict"] == "SUPPORTED"
    assert result.returncode == code


def test_accepting_support_does_not_accept_a_false_lemma(raceproof: Run, tmp_path: Path) -> None:
    folder = tmp_path / "false"
    folder.mkdir()
    (folder / "false.toml").write_text(WEAK.replace("1/2 + x", "2 + x"))
    (folder / "raceproof.toml").write_text('[verify]\non_supported = "accept"\n')
    assert raceproof("verify", "false").returncode == exits.UNEXPECTED


def test_settings_of_two_folders_must_agree(tmp_path: Path) -> None:
    for name, profile in (("a", "quick"), ("b", "deep")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "raceproof.toml").write_text(f'[verify]\nprofile = "{profile}"\n')
    assert find_project([str(tmp_path / "a")]).profile == "quick"
    assert find_project([str(tmp_path)]) == Project()
    with pytest.raises(LemmaError, match="disagree"):
        find_project([str(tmp_path / "a"), str(tmp_path / "b")])


def test_every_setting_is_read(tmp_path: Path) -> None:
    path = tmp_path / "raceproof.toml"
    path.write_text('[verify]\nprofile = "deep"\non_supported = "fail"\n[report]\nlabels = "app:"\n')
    assert read_project(path) == Project("deep", "fail", "app:")
