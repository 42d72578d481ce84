"""How the tests run `raceproof`: a process of its own, in a folder of its own, with one cache for the whole run."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from proofs_check.cli import main

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "proofs_check.cli")
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder that all calls of this test run share, empty at its start."""
    return tmp_path_factory.mktemp("raceproof-cache")


@pytest.fixture(scope="session")
def environment(cache: Path) -> dict[str, str]:
    """The environment of a call: the shared cache, no debugging, no colours."""
    kept = {name: value for name, value in os.environ.items() if name not in ("RACEPROOF_DEBUG", "FORCE_COLOR")}
    path = os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])
    return {**kept, "PYTHONPATH": path, "RACEPROOF_CACHE": str(cache), "COLUMNS": "100"}


@pytest.fixture
def process(environment: dict[str, str], tmp_path: Path) -> Run:
    """Return a function that runs `raceproof` as a process of its own in an empty folder."""

    def run(*arguments: str, stdin: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**environment, **changes},
            timeout=240,
            check=False,
        )

    return run


@pytest.fixture
def raceproof(
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Return a function that runs `raceproof` in this process, which loads the engines once, in an empty folder."""
    monkeypatch.setenv("RACEPROOF_CACHE", environment["RACEPROOF_CACHE"])
    # the command line sets this for its own process; here it must not outlive the test
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", environment["RACEPROOF_CACHE"] + "/hypothesis")
    monkeypatch.setenv("COLUMNS", environment["COLUMNS"])
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsys.readouterr()
        code = main(list(arguments))
        output, errors = capsys.readouterr()
        return subprocess.CompletedProcess(list(arguments), code, output, errors)

    return run


def one_line_error(result: subprocess.CompletedProcess[str], code: int) -> str:
    """Return the one line of an error after checking its form, its exit code, and that nothing else was printed."""
    assert result.returncode == code, (result.returncode, result.stdout[-500:], result.stderr[-500:])
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr[:2000]
    assert lines[0].startswith("raceproof") and len(lines[0]) < 1000, lines[0][:1200]
    return lines[0]
