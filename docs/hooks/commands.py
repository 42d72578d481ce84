"""The reference of the command line, from the parser itself."""

from __future__ import annotations

import argparse
import os
from unittest import mock

from proofs_check.cli.parser import build_parser

WIDTH = "78"  # characters a line of help, on every machine

HEAD = """\
# The command line

Printed by the parser itself when these pages are built: what `raceproof COMMAND --help` says.

| exit code | means |
|---|---|
| 0 | every verdict is as expected |
| 1 | refuted where it should not be, or not as expected |
| 2 | undecided, under `--strict` |
| 3 | internal error: a bug of ours (`RACEPROOF_DEBUG=1` shows where) |
| 4 | wrong usage or input; one line says what and what to do |
| 130 | stopped by Ctrl-C |

Results are kept by content in the user's cache folder; `RACEPROOF_CACHE` names another one.

"""


def commands_page() -> str:
    """Return the page with every command's help."""
    with mock.patch.dict(os.environ, {"COLUMNS": WIDTH, "NO_COLOR": "1"}):
        commands = subcommands()
        rows = [f"| [`{name}`](#{name}) | {summary} |" for name, (_, summary) in commands.items()]
        table = "\n".join(["| command | does |", "|---|---|", *rows])
        parts = [f"## {name}\n\n```text\n{parser.format_help().strip()}\n```" for name, (parser, _) in commands.items()]
    return HEAD + table + "\n\n" + "\n\n".join(parts) + "\n"


def subcommands() -> dict[str, tuple[argparse.ArgumentParser, str]]:
    """Return every command with its parser and its summary.

    Examples
    --------
    >>> "verify" in subcommands()
    True
    """
    parser = build_parser()
    (action,) = (found for found in parser._actions if isinstance(found, argparse._SubParsersAction))
    said = {choice.dest: choice.help or "" for choice in action._choices_actions}
    return {name: (sub, said[name]) for name, sub in action.choices.items()}
