"""`raceproof watch`: what was saved is verified again, broken files cost only themselves, Ctrl-C ends it cleanly."""

from __future__ import annotations

import argparse
import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from proofs_check.cli import exits, watch
from proofs_check.watching import read_changed, snapshot, sorted_out
from tests.cli.conftest import COMMAND, Run, one_line_error

TRUE = '[variables]\nx = "real"\n[[claim]]\ntext = "x**2 >= 0"\n'
FALSE = TRUE.replace("**2", "**3")


class Watcher:
    """A running `raceproof watch` and what it printed."""

    def __init__(self, environment: dict[str, str], folder: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "watch", str(folder), *options],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with contextlib.suppress(ValueError):  # closed under the reader's hands when the test is over
            for line in self.process.stdout:
                self.lines.put(line)

    def until(self, part: str, seconds: float = 60.0) -> str:
        """Return what was printed up to the line that holds the part."""
        seen, end = "", time.monotonic() + seconds
        while part not in seen:
            try:
                seen += self.lines.get(timeout=max(end - time.monotonic(), 0.01))
            except queue.Empty:
                pytest.fail(f"{part!r} was not printed; printed was:\n{seen}")
        return seen

    def interrupt(self) -> tuple[int, str]:
        """Send Ctrl-C; return the exit code and what went to standard error."""
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors


@pytest.fixture(params=["watchfiles", "poll"])
def watcher(request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path) -> Iterator[Watcher]:
    if request.param == "watchfiles":
        pytest.importorskip("watchfiles")
    (tmp_path / "one.toml").write_text(TRUE)
    (tmp_path / "two.toml").write_text('uses = ["one"]\n' + TRUE)
    (tmp_path / "three.toml").write_text(TRUE + "# three\n")
    started = Watcher(environment, tmp_path, *(["--poll"] if request.param == "poll" else []))
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.wait()


def test_saved_lemma_is_verified_again_with_what_uses_it(watcher: Watcher, tmp_path: Path) -> None:
    first = watcher.until("waiting for changes")
    assert "3 lemmas; every verdict as expected" in first
    (tmp_path / "one.toml").write_text(FALSE)
    second = watcher.until("lemmas; ")
    assert "one: x**3 >= 0\n    is false at x = -1" in second
    assert "not as expected: one, two" in second
    assert "three" not in second  # neither changed nor uses what changed
    temporary = tmp_path / ".one.swp"  # how editors save: a new file moved over the old one
    temporary.write_text(TRUE)
    os.replace(temporary, tmp_path / "one.toml")
    assert "every verdict as expected" in watcher.until("lemmas; ")
    code, errors = watcher.interrupt()
    assert (code, errors) == (exits.AS_EXPECTED, "")


def test_broken_file_is_told_and_the_others_go_on(watcher: Watcher, tmp_path: Path) -> None:
    watcher.until("waiting for changes")
    (tmp_path / "three.toml").write_text(TRUE.replace("x**2", "x**2 + zz"))
    told = watcher.until("that cannot be used")
    assert "three.toml:4:16: claim 1: unknown name 'zz'" in told
    assert "2 lemmas, 1 that cannot be used; every other verdict as expected" in told
    (tmp_path / "one.toml").write_text("name = ")
    told = watcher.until("that cannot be used")
    assert "one.toml" in told and "two uses 'one', which is no lemma" in told
    (tmp_path / "one.toml").unlink()
    (tmp_path / "raceproof.toml").write_text("[verify]\nprofil = 'ci'\n")
    assert "did you mean 'profile'" in watcher.until("raceproof.toml")
    code, errors = watcher.interrupt()
    assert (code, errors) == (exits.AS_EXPECTED, "")


def test_ctrl_c_during_a_check_ends_it_without_a_trace(environment: dict[str, str], tmp_path: Path) -> None:
    hard = TRUE.replace("x**2 >= 0", "sin(x)*exp(x) + 10**6 + x**4 >= x*cos(x**2)")
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(hard + f"# {name}\n")
    started = Watcher(environment, tmp_path, "--jobs", "2", "--profile", "deep")
    time.sleep(4)
    code, errors = started.interrupt()
    assert "Traceback" not in errors
    assert code == exits.AS_EXPECTED


def test_folder_that_is_not_there_is_one_line(raceproof: Run) -> None:
    assert "nothing" in one_line_error(raceproof("watch", "nothing"), exits.USAGE)


def test_only_changed_files_are_read_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(TRUE)
    kept = read_changed(snapshot([str(tmp_path)]), {})
    (tmp_path / "two.toml").write_text(FALSE + "# longer")
    again = read_changed(snapshot([str(tmp_path)]), kept)
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    assert again[one][1] is kept[one][1] and again[two][1] is not kept[two][1]


def test_two_lemmas_of_one_name_cost_only_the_second(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text('name = "same"\n' + TRUE)
    lemmas, errors = sorted_out(read_changed(snapshot([str(tmp_path)]), {}), {})
    assert [lemma.name for lemma in lemmas] == ["same"]
    assert len(errors) == 1 and "two lemmas of one name 'same'" in str(errors[0])


def test_unchanged_folder_is_not_examined_again(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RACEPROOF_CACHE", environment["RACEPROOF_CACHE"])
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", environment["RACEPROOF_CACHE"] + "/hypothesis")
    (tmp_path / "one.toml").write_text(TRUE + "# unchanged\n")
    arguments = argparse.Namespace(names=[str(tmp_path)], jobs=1, profile=None)
    kept, told = watch.check(arguments, snapshot([str(tmp_path)]), {}, {})
    assert "PROVED" in capsys.readouterr().out
    watch.check(arguments, snapshot([str(tmp_path)]), kept, told)
    assert capsys.readouterr().out == "\n1 lemma; every verdict as expected\n"
