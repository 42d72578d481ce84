"""Programs in processes of their own, with limits on time, memory and output; nothing they start outlives the call."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

MAX_OUTPUT = 4_000_000
POLL = 0.1  # seconds between looks at whether the answer is still wanted
LATE = 1.0  # seconds that a program may overrun its processor time before the kernel ends it
ROOT = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True)
class Limits:
    """Seconds of wall time and megabytes of address space for each process; `cancelled`, when set, ends it early."""

    seconds: float = 10.0
    megabytes: int = 4_000
    cancelled: threading.Event | None = None

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise ValueError(f"Limits: seconds={self.seconds!r} must be positive")
        if self.megabytes < 64:
            raise ValueError(f"Limits: megabytes={self.megabytes!r} must be at least 64")


@dataclass
class Outcome:
    """What a program wrote and how it ended: `stopped` is "", "time", "output" or "no longer needed"."""

    output: str = ""
    errors: str = ""
    status: int | None = None
    stopped: str = ""
    seconds: float = 0.0


@dataclass
class _Running:
    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    outcome: Outcome = field(default_factory=Outcome)
    data: bytearray = field(default_factory=bytearray)


def module_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs one of this toolkit's modules; the working directory is not searched for modules."""
    return [sys.executable, "-P", "-m", module, *arguments]


def run(command: Sequence[str], text: str = "", limits: Limits | None = None, folder: str | None = None) -> Outcome:
    """Run one program on the text and return what it wrote.

    Examples
    --------
    >>> run([sys.executable, "-c", "print(input()[::-1])"], "abc").output
    'cba\\n'
    """
    return race({"": command}, text, limits, folder=folder)[""]


def race(
    commands: Mapping[str, Sequence[str]],
    text: str = "",
    limits: Limits | None = None,
    enough: Callable[[dict[str, str]], bool] = lambda outputs: False,
    folder: str | None = None,
) -> dict[str, Outcome]:
    """Run programs side by side on the same text until all have ended, `enough(outputs so far)`, or time is over.

    Raises
    ------
    OSError
        When a program cannot be started.

    Examples
    --------
    >>> slow = [sys.executable, "-c", "import time; time.sleep(60)"]
    >>> race({"slow": slow}, limits=Limits(0.2))["slow"].stopped
    'time'
    """
    limits = limits or Limits()
    started = time.monotonic()
    running: dict[str, _Running] = {}
    with contextlib.ExitStack() as files:
        try:
            for name, command in commands.items():
                running[name] = _start(command, text, limits, folder, files)
            _watch(running, limits, enough, started)
        finally:
            for one in running.values():
                _kill(one.process)
        for one in running.values():
            one.outcome.output = bytes(one.data).decode(errors="replace")
            one.errors.seek(0)
            one.outcome.errors = one.errors.read(MAX_OUTPUT).decode(errors="replace")
            one.outcome.status = one.process.returncode
    return {name: one.outcome for name, one in running.items()}


def _start(
    command: Sequence[str], text: str, limits: Limits, folder: str | None, files: contextlib.ExitStack
) -> _Running:
    source, errors = (files.enter_context(tempfile.TemporaryFile()) for _ in "ab")  # noqa: SIM115
    source.write(text.encode())
    source.seek(0)
    limited = module_command(
        "proofs_check.engines.limited", str(limits.megabytes), str(limits.seconds + LATE), *command
    )
    path = os.pathsep.join(p for p in (ROOT, os.environ.get("PYTHONPATH")) if p)
    process = subprocess.Popen(
        limited,
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    )
    assert process.stdout is not None
    files.enter_context(process.stdout)
    return _Running(process, errors)


def _watch(
    running: dict[str, _Running], limits: Limits, enough: Callable[[dict[str, str]], bool], started: float
) -> None:
    with selectors.DefaultSelector() as selector:
        for name, one in running.items():
            selector.register(one.process.stdout, selectors.EVENT_READ, name)  # type: ignore[arg-type]
        why = "time"
        while selector.get_map():
            left = started + limits.seconds - time.monotonic()
            if left <= 0:
                break
            if limits.cancelled is not None and limits.cancelled.is_set():
                why = "no longer needed"
                break
            for key, _ in selector.select(left if limits.cancelled is None else min(left, POLL)):
                one = running[key.data]
                chunk = os.read(key.fd, 65_536)
                one.data += chunk
                if len(one.data) > MAX_OUTPUT:
                    one.outcome.stopped = "output"
                if not chunk or one.outcome.stopped:
                    selector.unregister(key.fileobj)
                    _end(one, started + limits.seconds)
                    one.outcome.seconds = time.monotonic() - started
            if enough({name: bytes(one.data).decode(errors="replace") for name, one in running.items()}):
                why = "no longer needed"
                break
        for key in list(selector.get_map().values()):
            running[key.data].outcome.stopped = why
            running[key.data].outcome.seconds = time.monotonic() - started


def _end(one: _Running, deadline: float) -> None:
    """Wait for a program that has closed its output."""
    if one.outcome.stopped:
        return
    try:
        one.process.wait(max(deadline - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        one.outcome.stopped = "time"


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the program's whole session: also what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
