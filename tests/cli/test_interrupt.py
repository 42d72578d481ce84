"""Ctrl-C in a long run: exit code 130 soon, one line, no child left behind, nothing half-written."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from proofs_check.cli import engine, main
from tests.cli.conftest import COMMAND

PROC = Path("/proc")
SOON = 5.0
needs_proc = pytest.mark.skipif(not (PROC / "self" / "stat").exists(), reason="reads /proc to see the processes")


def members(group: int) -> list[int]:
    """Return the living processes of a process group."""
    found = []
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            state, _, process_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(process_group) == group and state != "Z":
                found.append(int(entry.name))
    return found


def until(condition, seconds: float) -> bool:
    """Wait until ``condition`` holds; say whether it did in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def private(environment: dict[str, str], folder: Path) -> dict[str, str]:
    """Return an environment with an empty cache, so that nothing ends early."""
    return {**environment, "RACEPROOF_CACHE": str(folder / "cache")}


@contextlib.contextmanager
def started(*arguments: object, environment: dict[str, str], cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Start `raceproof` in a process group of its own, as a shell does; end all of it in any case."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environment,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def assert_interrupted(process: subprocess.Popen[str], whole_group: bool) -> None:
    """Send Ctrl-C and check how the process ends."""
    assert process.poll() is None, "the run was over before it could be interrupted"
    (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
    start = time.monotonic()
    out, error = process.communicate(timeout=4 * SOON)
    assert process.returncode == 130, (process.returncode, error[-2000:])
    assert time.monotonic() - start < SOON
    assert error == "raceproof: stopped by Ctrl-C; nothing half-written is left\n"
    assert out == ""
    assert until(lambda: not members(process.pid), SOON), "a child process was left behind"


@needs_proc
@pytest.mark.parametrize("whole_group", [True, False])
def test_ctrl_c_ends_verify_and_its_workers(environment: dict[str, str], tmp_path: Path, whole_group: bool) -> None:
    junit = tmp_path / "out" / "verdicts.xml"
    with started(
        "verify", "--jobs", 2, "--junit", junit, environment=private(environment, tmp_path), cwd=tmp_path
    ) as process:
        # the process itself, multiprocessing's resource tracker and two workers
        assert until(lambda: len(members(process.pid)) >= 4, 30)
        time.sleep(0.5)
        assert_interrupted(process, whole_group)
    assert list(junit.parent.iterdir()) == []
    assert not list((tmp_path / "cache").glob("*.tmp"))


@needs_proc
def test_ctrl_c_ends_a_race_and_leaves_no_file(environment: dict[str, str], tmp_path: Path) -> None:
    saved = tmp_path / "out" / "race.npz"
    with started(
        "race", "digits", "--width", 3000, "--save", saved, environment=private(environment, tmp_path), cwd=tmp_path
    ) as process:
        assert until(saved.parent.exists, 30)
        time.sleep(3.0)
        assert_interrupted(process, whole_group=True)
    assert list(saved.parent.iterdir()) == []


@needs_proc
def test_ctrl_c_ends_a_report_and_leaves_no_page(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "report"
    with started(
        "report", "-o", folder, "--jobs", 1, environment=private(environment, tmp_path), cwd=tmp_path
    ) as process:
        assert until(folder.exists, 30)
        time.sleep(1.0)
        assert_interrupted(process, whole_group=True)
    assert list(folder.iterdir()) == []


def test_ctrl_c_that_python_dropped_is_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hypothesis has a garbage-collection callback, and an exception in one is printed and forgotten."""

    def interrupted_while_collecting(*_: object) -> None:
        def callback(phase: str, _: object) -> None:
            if phase == "start":
                gc.callbacks.remove(callback)
                raise KeyboardInterrupt

        gc.callbacks.append(callback)
        gc.collect()
        time.sleep(10)

    monkeypatch.setattr(engine, "decide_claim", interrupted_while_collecting)
    start = time.monotonic()
    assert main(["refute", "x > 0"]) == 130
    assert time.monotonic() - start < SOON
    assert capsys.readouterr().err == "raceproof: stopped by Ctrl-C; nothing half-written is left\n"
