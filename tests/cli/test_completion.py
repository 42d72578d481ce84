"""Shell completion: scripts that shells accept, and answers that name commands, options and lemmas."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from proofs_check.cli import exits
from tests.cli.conftest import COMMAND, Run

pytest.importorskip("argcomplete")


def answers(environment: dict[str, str], folder: Path, line: str) -> list[str]:
    """Return what is offered after a command line, as the script of bash asks for it."""
    out = folder / "answers"
    asked = {
        "_ARGCOMPLETE": "1", "_ARGCOMPLETE_SHELL": "bash", "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line,
        "COMP_POINT": str(len(line)), "_ARGCOMPLETE_STDOUT_FILENAME": str(out),
    }  # fmt: skip
    subprocess.run(list(COMMAND), env={**environment, **asked}, cwd=folder, check=True, timeout=60)
    return [word.strip() for word in out.read_text().split("\n")]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("raceproof ver", "verify"),
        ("raceproof verify --pro", "--profile"),
        ("raceproof verify --profile ", "quick"),
        ("raceproof verify balance_cons", "balance_const"),
        ("raceproof report --lemmas balance_cons", "balance_const"),
        ("raceproof race digits --loss log", "logistic"),
        ("raceproof watch my", "mypaper/"),
    ],
)
def test_completion_offers(environment: dict[str, str], tmp_path: Path, line: str, offered: str) -> None:
    (tmp_path / "mypaper").mkdir()
    assert offered in answers(environment, tmp_path, line)


def test_completion_runs_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    answers(environment, tmp_path, "raceproof init newfolder")
    assert os.listdir(tmp_path) == ["answers"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_is_accepted_by_its_shell(raceproof: Run, tmp_path: Path, shell: str) -> None:
    result = raceproof("completion", shell)
    assert result.returncode == exits.AS_EXPECTED and "raceproof" in result.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed: its script was printed but not tried")
    (tmp_path / "script").write_text(result.stdout)
    assert subprocess.run([shell, "-n", str(tmp_path / "script")], capture_output=True).returncode == 0
