"""`raceproof new`: a draft that says it is one, never over another file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from proofs_check.cli import exits
from tests.cli.conftest import Run, one_line_error

STATEMENT = r"For $x > 0$, $\log(x) \le x - 1$"


def test_draft_is_written_and_says_what_to_do(raceproof: Run, tmp_path: Path) -> None:
    result = raceproof("new", STATEMENT, "-o", "lemma_log.toml")
    assert (result.returncode, result.stderr) == (exits.AS_EXPECTED, "")
    assert "remove `reviewed = false`" in result.stdout
    table = tomllib.loads((tmp_path / "lemma_log.toml").read_text())
    assert table["name"] == "lemma_log" and table["reviewed"] is False
    assert table["claim"] == [{"text": "log(x) <= x - 1"}] and table["hypotheses"] == ["x > 0"]


def test_draft_is_not_as_expected_until_it_is_reviewed(raceproof: Run, tmp_path: Path) -> None:
    path = tmp_path / "lemma_square.toml"
    raceproof("new", r"x^2 \ge 0", "-o", path.name)
    result = raceproof("verify", path.name)
    assert result.returncode == exits.UNEXPECTED
    assert "OPEN (not yet reviewed by its author" in result.stdout and "PROVED" not in result.stdout
    assert raceproof("verify", path.name, "--strict").returncode == exits.UNEXPECTED
    path.write_text(path.read_text().replace("reviewed = false\n", ""))
    assert raceproof("verify", path.name).returncode == exits.AS_EXPECTED


def test_draft_is_printed_where_no_file_is_named(raceproof: Run, tmp_path: Path) -> None:
    result = raceproof("new", r"x^2 \ge 0")
    assert tomllib.loads(result.stdout)["claim"] == [{"text": "x**2 >= 0"}]
    assert list(tmp_path.iterdir()) == []
    assert raceproof("new", "-", stdin="x^2 \\ge 0\n").stdout == result.stdout


def test_what_was_not_read_is_told_and_marked(raceproof: Run) -> None:
    result = raceproof("new", r"x^2 \ge 0, \quad \int f = 1")
    assert result.returncode == exits.AS_EXPECTED
    assert r"not read: \int f = 1 (the command \int is not known)" in result.stderr
    assert r"# TODO not read: \int f = 1" in result.stdout


def test_new_never_overwrites(raceproof: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("mine")
    assert "never overwrites" in one_line_error(raceproof("new", "x > 0", "-o", "mine.toml"), exits.USAGE)
    assert (tmp_path / "mine.toml").read_text() == "mine"


def test_wrong_names_and_statements_are_one_line(raceproof: Run) -> None:
    assert ".toml" in one_line_error(raceproof("new", "x > 0", "-o", "a.txt"), exits.USAGE)
    assert "underscores" in one_line_error(raceproof("new", "x > 0", "-o", "a b.toml"), exits.USAGE)
    assert "empty" in one_line_error(raceproof("new", " "), exits.USAGE)
    assert "U+001B" in one_line_error(raceproof("new", "x\x1b > 0"), exits.USAGE)
    assert "10,000" in one_line_error(raceproof("new", "x" * 20_000), exits.USAGE)


def test_schema_beside_the_file_is_named(raceproof: Run, tmp_path: Path) -> None:
    raceproof("init", "paper")
    raceproof("new", r"x^2 \ge 0", "-o", "paper/lemma_mine.toml")
    assert (tmp_path / "paper" / "lemma_mine.toml").read_text().startswith("#:schema ./lemma.schema.json\n")
