"""What all commands share: help, wrong usage in one line, what starting imports, atomic files."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from proofs_check.cli import exits, files
from proofs_check.cli.parser import COMMANDS
from tests.cli.conftest import COMMAND, Run, one_line_error

HEAVY = ("sympy", "numba", "matplotlib", "flint", "sklearn", "numpy", "hypothesis", "jinja2", "importlib.metadata")
NAMES = [module.__name__.rsplit(".", 1)[1] for module in COMMANDS]


@pytest.mark.parametrize("name", NAMES)
def test_help_has_an_example_of_its_command(raceproof: Run, name: str) -> None:
    result = raceproof(name, "--help")
    assert result.returncode == exits.AS_EXPECTED
    assert "example:\n  raceproof " in result.stdout
    assert result.stdout.startswith(f"usage: raceproof {name}")


def first_command(example: str) -> list[str]:
    """Return the words after `raceproof` up to a pipe."""
    words = shlex.split(example)
    return words[1 : words.index("|")] if "|" in words else words[1:]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("graph", "report", "race", "watch")])
def test_help_example_runs(raceproof: Run, name: str) -> None:
    module = next(module for module in COMMANDS if module.__name__.endswith(f".{name}"))
    result = raceproof(*first_command(module.EXAMPLE))
    if name == "doctor":  # exit 4 in a checkout that was not installed
        assert result.returncode in (exits.AS_EXPECTED, exits.USAGE)
    else:
        assert result.returncode == exits.AS_EXPECTED, result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["graph", "report", "race"])
def test_help_example_of_a_long_command_runs(raceproof: Run, name: str) -> None:
    module = next(module for module in COMMANDS if module.__name__.endswith(f".{name}"))
    assert raceproof(*first_command(module.EXAMPLE)).returncode == exits.AS_EXPECTED


def test_graph_is_coloured_by_what_is_verified(raceproof: Run, tmp_path: Path) -> None:
    result = raceproof("graph", "softmax_residuals_sum_zero", "-o", "g.svg")
    assert result.returncode == exits.AS_EXPECTED, result.stderr
    assert (
        "softmax_residuals_sum_zero" in (drawn := (tmp_path / "g.svg").read_text(encoding="utf-8"))
        and "PROVED" in drawn
    )


def test_starting_imports_no_engine() -> None:
    code = "import sys; from proofs_check.cli.parser import build_parser; build_parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not set(HEAVY) & set(loaded)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["verfy"], "did you mean 'verify'"),
        ([], "required"),
        (["verify", "--jobs", "0"], "'0' is not a whole number of at least 1"),
        (["verify", "--level", "9"], "unknown '9'"),
        (["refute"], "CLAIM"),
        (["refute", "x > 0", "--seconds", "nan"], "'nan' is not a number above 0"),
        (["race", "--seed", "4-0"], "empty range"),
        (["race", "--loss", "logistc"], "did you mean 'logistic'"),
        (["race", "--width", "0"], "'0' is not a whole number"),
        (["race", "--scale", "0"], "scale=0"),
        (["race", "--scale", "nan"], "scale=nan"),
        (["race", "--eta", "-1"], "eta=-1"),
        (["race", "--classes", "3", "3"], "the same class"),
        (["race", "--classes", "3", "cat"], "no class 'cat'"),
        (["race", "nothing.npz"], "no file nothing.npz"),
        (["race", "--seed", "0-1", "--save", "race.npz"], "one --seed"),
        (["derive", "balance_conservtion"], "did you mean 'balance_conservation'"),
        (["derive", "balance_conservation", "--set", "x"], "OPTION=VALUE"),
        (["derive", "sliding", "--set", "sliding=two"], "whole number"),
        (["replay", "nothing.json"], "cannot read 'nothing.json'"),
        (["lemmas", "--bogus"], "unrecognized arguments: --bogus (see raceproof lemmas --help)"),
        (["refute", "x > 0", "--fr", "x > 1"], "did you mean '--for'? (see raceproof refute --help)"),
        (["verify", "--stric"], "did you mean '--strict'?"),
        (["verify", "--version"], "--version (see raceproof verify --help)"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_four(raceproof: Run, arguments: list[str], part: str) -> None:
    assert part in one_line_error(raceproof(*arguments), exits.USAGE)


@pytest.mark.parametrize("arguments", [["--json"], []])
def test_failure_keeps_standard_output_empty(process: Run, arguments: list[str]) -> None:
    one_line_error(process("verify", "no_such_lemma_at_all", *arguments), exits.USAGE)


def test_output_folder_that_cannot_be_written_stops_before_the_work(raceproof: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    started = time.monotonic()
    assert "file" in one_line_error(raceproof("report", "-o", "file/report"), exits.USAGE)
    assert "file" in one_line_error(raceproof("race", "--figures", "file/figures"), exits.USAGE)
    assert "file" in one_line_error(raceproof("race", "--save", "file/race.npz"), exits.USAGE)
    assert "folder" in one_line_error(raceproof("refute", "x > 0", "--save", str(tmp_path)), exits.USAGE)
    assert time.monotonic() - started < 20
    assert (tmp_path / "file").read_text() == "in the way"


def test_reader_that_leaves_a_pipe_is_no_error(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, "lemmas", "--json"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == exits.AS_EXPECTED
    assert errors == b""


@pytest.mark.parametrize(("closed", "code"), [(">&-", 0), ("2>&-", 0), ("<&-", 0), ("<&- >&- 2>&-", 0)])
def test_closed_standard_stream_is_no_error(environment: dict[str, str], closed: str, code: int) -> None:
    command = f'"$0" -m proofs_check.cli refute "x**2 > 0" {closed}'
    done = subprocess.run(["sh", "-c", command, sys.executable], env=environment, capture_output=True, timeout=240)
    assert done.returncode == code, done.stderr
    assert done.stderr == b""


def test_closed_standard_input_is_an_empty_statement(environment: dict[str, str]) -> None:
    command = ["sh", "-c", '"$0" -m proofs_check.cli new - <&-', sys.executable]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=240)
    assert (done.returncode, done.stderr) == (exits.USAGE, b"raceproof: error: the statement is empty\n")


def test_write_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    files.write_atomically(target, b"before")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        files.write_atomically(target, b"after")
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_json_larger_than_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b" " * (files.MAX_JSON_BYTES + 1))
    with pytest.raises(exits.UsageError, match="larger than 16 MiB"):
        files.read_json(str(path))


def test_doctor_json_lists_every_dependency(raceproof: Run) -> None:
    result = raceproof("doctor", "--json")
    if result.returncode == exits.USAGE:
        pytest.skip("raceproof is not installed in this environment")
    checks = {check["name"]: check["ok"] for check in json.loads(result.stdout)["checks"]}
    assert {"python", "sympy", "numba", "python-flint", "scikit-learn"} <= set(checks)
    assert all(checks.values())
