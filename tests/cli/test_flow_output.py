"""What `raceproof flow` prints for people, what it saves, its progress line, and Ctrl-C."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import time
from pathlib import Path

import mpmath
import pytest

from proofs_check.cli import exits, output
from tests.cli.conftest import COMMAND, Run
from tests.cli.flow_examples import CROSSING, PAIR, solved, write


def test_human_output_says_what_is_sure_and_how_to_get_more(raceproof: Run, tmp_path: Path) -> None:
    done = raceproof("flow", "--network", write(tmp_path, CROSSING), "--times", "1,4")
    assert (done.returncode, done.stderr) == (exits.AS_EXPECTED, "")
    for part in ("m = 1, d = 2, c = 1, n = 2", "ESTIMATED", "v[0]", "event at t", "--json", "--rigorous"):
        assert part in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 110


def test_human_output_of_many_neurons_is_short(raceproof: Run, tmp_path: Path) -> None:
    network = {**CROSSING, "w": [["1", "1/2"]] * 20, "v": ["1/9"] * 20, "gates": "on"}
    done = raceproof("flow", "--network", write(tmp_path, network), "--times", "1", "--digits", "15")
    assert done.returncode == exits.AS_EXPECTED
    assert "8 more neurons" in done.stdout and len(done.stdout.splitlines()) < 25


def test_save_writes_what_json_prints(raceproof: Run, tmp_path: Path) -> None:
    done = raceproof("flow", *PAIR, "--times", "1", "--json", "--save", "out/flow.json")
    assert json.loads((tmp_path / "out" / "flow.json").read_text()) == json.loads(done.stdout)


def test_example_is_a_network_that_runs(raceproof: Run, tmp_path: Path) -> None:
    done = raceproof("flow", "--example")
    assert (done.returncode, done.stderr) == (exits.AS_EXPECTED, "")
    (tmp_path / "net.json").write_text(done.stdout)
    assert len(solved(raceproof, "--network", "net.json", "--times", "2,4,20")["states"]) == 3
    again = raceproof("flow", "--network", "-", "--times", "1", "--json", stdin=done.stdout)
    assert again.returncode == exits.AS_EXPECTED


def test_precision_of_mpmath_and_flint_is_left_alone(raceproof: Run) -> None:
    import flint

    before = mpmath.mp.prec, flint.ctx.prec
    solved(raceproof, *PAIR, "--times", "1", "--digits", "100")
    assert (mpmath.mp.prec, flint.ctx.prec) == before


def test_ctrl_c_ends_a_long_run_in_one_line(environment: dict[str, str], tmp_path: Path) -> None:
    network = write(tmp_path, {**CROSSING, "w": [["1", "1/2"]] * 12, "v": ["1/9"] * 12})
    command = [*COMMAND, "flow", "--network", network, "--times", "1000000", "--digits", "300", "--save", "out.json"]
    child = subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        time.sleep(3)
        assert child.poll() is None
        child.send_signal(signal.SIGINT)
        out, error = child.communicate(timeout=10)
    finally:
        child.kill()
    assert (child.returncode, out) == (exits.INTERRUPTED, "")
    assert error.count("\n") == 1 and "Ctrl-C" in error
    assert not (tmp_path / "out.json").exists()


class Terminal(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_shows_on_a_terminal_what_was_told_and_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "PATIENCE", 0.01)
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    with output.ticking("flow") as say:
        say("t = 0.25")
        time.sleep(0.3)
    assert "flow 0 s t = 0.25" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\033[2K")


def test_progress_is_silent_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "PATIENCE", 0.01)
    monkeypatch.setattr("sys.stderr", plain := io.StringIO())
    with output.ticking("flow") as say:
        say("t = 0.25")
        time.sleep(0.1)
    assert plain.getvalue() == ""


def test_human_output_of_a_proof_says_how_narrow_the_events_are(raceproof: Run, tmp_path: Path) -> None:
    done = raceproof("flow", "--network", write(tmp_path, CROSSING), "--times", "4", "--rigorous")
    assert done.returncode == exits.AS_EXPECTED
    assert "RIGOROUS" in done.stdout and "radius" in done.stdout and "proved within " in done.stdout
    assert "a proof: --rigorous" not in done.stdout
