"""Parse, run one command, and turn every way it can end into one line and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from proofs_check.cli import exits
from proofs_check.cli.completion import complete
from proofs_check.cli.interrupts import kept_interrupts
from proofs_check.cli.parser import build_parser

OURS = ("theory", "numerics", "proofs_check")


def run(argv: Sequence[str] | None = None) -> int:
    """Run `raceproof` with ``argv`` and return the exit code; no exception leaves this function.

    Examples
    --------
    >>> run(["--version"])  # doctest: +ELLIPSIS
    raceproof ...
    0
    """
    _open_what_is_closed()
    try:
        parser = build_parser()
        complete(parser)
        arguments = parser.parse_args(argv)
        with kept_interrupts():
            code = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except SystemExit as stop:  # argparse: --help, --version and its own errors
        return stop.code if isinstance(stop.code, int) else exits.USAGE
    except KeyboardInterrupt:
        return _say("stopped by Ctrl-C; nothing half-written is left", exits.INTERRUPTED)
    except BrokenPipeError:  # the reader of a pipe left: not our error, and nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.AS_EXPECTED
    except exits.UsageError as error:
        return _say(f"error: {error}", exits.USAGE)
    except OSError as error:
        place = f" '{error.filename}'" if error.filename else ""
        return _say(f"error: {error.strerror or error}{place}", exits.USAGE)
    except Exception as error:
        return _unexpected(error)


def _open_what_is_closed() -> None:
    """Stand an empty file in for each standard stream that the shell closed (`>&-`): Python has None there."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  (open until the process ends)


def _unexpected(error: Exception) -> int:
    """Tell a misuse that our own code names (ValueError in one line) from a bug."""
    if os.environ.get("RACEPROOF_DEBUG"):
        traceback.print_exc()
    text = str(error)
    if isinstance(error, ValueError) and "\n" not in text and (_is_ours(error) or _raised_by_us(error.__traceback__)):
        return _say(f"error: {text}", exits.USAGE)
    summary = text.splitlines()[0] if text else "no message"
    return _say(
        f"internal error: {type(error).__name__}: {summary} (set RACEPROOF_DEBUG=1 for the traceback)",
        exits.INTERNAL,
    )


def _is_ours(error: Exception) -> bool:
    """Say whether one of our packages defines this kind of error: one from a worker process ends elsewhere."""
    return type(error).__module__.split(".")[0] in OURS


def _raised_by_us(trace: TracebackType | None) -> bool:
    """Say whether the innermost frame of ``trace`` lies in one of our packages."""
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    root = Path(__file__).resolve().parents[2]
    source = Path(trace.tb_frame.f_code.co_filename).resolve()
    return any(source.is_relative_to(root / package) for package in OURS)


def _say(line: str, code: int) -> int:
    print(f"raceproof: {' '.join(line.split())}", file=sys.stderr)
    return code
