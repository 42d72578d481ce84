"""What the commands print: one JSON object, plain tables, verdict words in colour, a progress line on terminals."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

COLOURS = {
    "PROVED": "32",
    "CERTIFIED": "32",
    "REFUTED": "35",
    "SUPPORTED": "33",
    "OPEN": "33",
    "VACUOUS": "31",
}
PATIENCE = 2.0  # seconds before a run says that it goes on


def print_json(value: Any) -> None:
    """Print one JSON object on standard output.

    Examples
    --------
    >>> print_json({"schema": "example/1"})
    {
      "schema": "example/1"
    }
    """
    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def paint(word: str, width: int = 0) -> str:
    """Return ``word`` padded to ``width``, coloured as a verdict when standard output is a terminal.

    Examples
    --------
    >>> paint("OPEN", 6)
    'OPEN  '
    """
    text = word.ljust(width)
    if word in COLOURS and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return f"\033[{COLOURS[word]}m{text}\033[0m"
    return text


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Return a plain table, the columns in ``right`` aligned to the right; verdict words are painted.

    Examples
    --------
    >>> print(table(["verdict", "n"], [["OPEN", "12"]], right=[1]))
    verdict   n
    OPEN     12
    """
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(row: Sequence[str]) -> str:
        cells = [cell.rjust(widths[i]) if i in right else paint(cell, widths[i]) for i, cell in enumerate(row)]
        return "  ".join(cells).rstrip()

    return "\n".join(line(row) for row in [header, *rows])


def shorten(text: str, width: int) -> str:
    """Return ``text`` in at most ``width`` characters, an ellipsis marking what was cut.

    Examples
    --------
    >>> shorten("gradient flow", 9)
    'gradient…'
    """
    return text if len(text) <= width else text[: max(width - 1, 0)].rstrip() + "…"


def terminal_width() -> int:
    """Return the columns to fill: the terminal's, or 100 when there is none.

    Examples
    --------
    >>> terminal_width() > 0
    True
    """
    return shutil.get_terminal_size((100, 24)).columns


def room_beside(header: Sequence[str], rows: Sequence[Sequence[str]], columns: int) -> int:
    """Return the characters left on a line beside the first ``columns`` columns of a table, at least 20.

    A file or a pipe has room for everything, unless COLUMNS says how much.

    Examples
    --------
    >>> room_beside(["lemma", "title"], [["balance_const", "The balance is conserved"]], 1) >= 20
    True
    """
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS"):
        return sys.maxsize
    return max(terminal_width() - sum(max(len(row[i]) for row in [header, *rows]) + 2 for i in range(columns)), 20)


class Progress:
    """A line on standard error that says how far a run is; silent unless standard error is a terminal.

    Examples
    --------
    >>> progress = Progress("verifying")
    >>> progress(1, 2, "balance_const")
    >>> progress.close()
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self.shown = sys.stderr.isatty()
        self.started = time.monotonic()

    def __call__(self, done: int, total: int, name: str = "") -> None:
        """Show that ``done`` of ``total`` parts are finished and ``name`` is being worked on."""
        if not self.shown:
            return
        filled = round(20 * done / max(total, 1))
        seconds = time.monotonic() - self.started
        text = f"{self.label} [{'#' * filled}{'.' * (20 - filled)}] {done}/{total} {seconds:.0f} s {name}"
        print(f"\r\033[2K{shorten(text, terminal_width() - 1)}", end="", file=sys.stderr, flush=True)

    def note(self, text: str) -> None:
        """Show how far a run of unknown length is."""
        if self.shown:
            seconds = time.monotonic() - self.started
            line = f"{self.label} {seconds:.0f} s {text}"
            print(f"\r\033[2K{shorten(line, terminal_width() - 1)}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Remove the line."""
        if self.shown:
            print("\r\033[2K", end="", file=sys.stderr, flush=True)


@contextmanager
def ticking(label: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal, once a second after the first two, that a run goes on, and the last text it told.

    Examples
    --------
    >>> with ticking("flow") as say:
    ...     say("t = 1")
    """
    progress, done, told = Progress(label), threading.Event(), [""]

    def say(text: str) -> None:
        told[0] = text

    def tick() -> None:
        wait = PATIENCE
        while not done.wait(wait):
            progress.note(f"{told[0]} (Ctrl-C stops it)")
            wait = 1.0

    thread = threading.Thread(target=tick, daemon=True)
    if progress.shown:
        thread.start()
    try:
        yield say
    finally:
        done.set()
        if progress.shown:
            thread.join()
        progress.close()
