"""Programs in processes: limits hold, children die, and what is written arrives."""

import os
import sys
import time
from pathlib import Path

import pytest

from proofs_check.engines.subprocess_run import Limits, module_command, race, run


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_run_gives_output_errors_and_status() -> None:
    code = "import sys; print(len(sys.stdin.read())); sys.stderr.write('oh'); sys.exit(3)"
    outcome = run(python(code), "a" * 200_000)
    assert (outcome.output, outcome.errors, outcome.status, outcome.stopped) == ("200000\n", "oh", 3, "")


def test_a_program_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = "import subprocess, time; p = subprocess.Popen(['sleep', '60'])\n"
    code += f"with open({str(mark)!r}, 'w') as file: file.write(str(p.pid))\ntime.sleep(60)"
    started = time.monotonic()
    outcome = run(python(code), limits=Limits(1.5))
    assert outcome.stopped == "time" and time.monotonic() - started < 10
    child = int(mark.read_text())
    for _ in range(50):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            return
        time.sleep(0.1)
    os.kill(child, 9)
    pytest.fail("the child outlived the call")


def test_memory_is_limited() -> None:
    outcome = run(python("x = bytearray(2_000_000_000); print(len(x))"), limits=Limits(20, 500))
    assert outcome.status != 0 and outcome.output == "" and "MemoryError" in outcome.errors


def test_output_is_limited() -> None:
    code = "import sys\nwhile True: sys.stdout.write('x' * 100_000)"
    outcome = run(python(code), limits=Limits(20))
    assert outcome.stopped == "output" and len(outcome.output) < 8_000_000


def test_race_ends_when_enough_was_said() -> None:
    quick = python("print('done', flush=True); import time; time.sleep(60)")
    slow = python("import time; time.sleep(60)")
    started = time.monotonic()
    outcomes = race({"quick": quick, "slow": slow}, limits=Limits(30), enough=lambda said: "done\n" in said.values())
    assert time.monotonic() - started < 20
    assert outcomes["quick"].output == "done\n" and outcomes["slow"].stopped == "no longer needed"


def test_a_missing_program_is_an_outcome() -> None:
    outcome = run(["no-such-program-anywhere"])
    assert outcome.status == 127 and "no-such-program-anywhere" in outcome.errors


def test_modules_are_not_taken_from_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken from the working directory')")
    outcome = run(module_command("proofs_check.engines.smt_runner", "none", "ALL", "1"), "", folder=str(tmp_path))
    assert "working directory" not in outcome.errors and "KeyError" in outcome.errors


@pytest.mark.parametrize(("seconds", "megabytes"), [(0, 100), (-1, 100), (1, 1)])
def test_limits_must_make_sense(seconds: float, megabytes: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        Limits(seconds, megabytes)
