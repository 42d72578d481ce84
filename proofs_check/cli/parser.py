"""The argument parser: every command adds its own part, and every mistake is one line and exit code 4."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from proofs_check.cli import (
    audit,
    completion,
    derive,
    doctor,
    flow,
    graph,
    init,
    lemmas,
    new,
    prove,
    race,
    refute,
    replay,
    report,
    verify,
    watch,
)
from proofs_check.cli.exits import USAGE

COMMANDS = (
    verify, watch, refute, prove, audit, race, flow, derive, report, graph, replay, lemmas, init, new, doctor,
    completion,
)  # fmt: skip

DESCRIPTION = """\
Machine-check the lemmas of a deep-learning-theory paper about gradient flow, and predict from the
initial weights alone which neurons win the race."""

EPILOG = """\
exit codes: 0 as expected, 1 refuted or unexpected, 2 undecided under --strict, 3 internal error,
4 wrong usage or input, 130 stopped by Ctrl-C

examples:
  raceproof verify
  raceproof refute "tanh(x) >= x - x**3/4" --for "0 <= x <= 1"
  raceproof race digits --classes 0 1"""


class ShowVersion(argparse.Action):
    """`--version`: looks the version up only when it is asked for, since that takes a fifth of every start."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        """Print the version and exit."""
        print(f"raceproof {version()}")
        parser.exit()


class OneLineParser(argparse.ArgumentParser):
    """An `argparse` parser whose errors are one line with the nearest known name, and exit with code 4."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: dict[str, OneLineParser] = {}

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:
        """Parse; what is left over is an error of the command that it was given to, which knows its options."""
        arguments, extra = self.parse_known_args(args, namespace)
        if extra:
            self.commands.get(getattr(arguments, "command", ""), self)._refuse(extra)
        return arguments

    def _refuse(self, extra: Sequence[str]) -> NoReturn:
        option = next((text.split("=")[0] for text in extra if text.startswith("-")), "")
        near = difflib.get_close_matches(option, self._option_string_actions, n=1, cutoff=0.75) if option else []
        starts = [known for known in self._option_string_actions if option[2:] and known.startswith(option)]
        hint = f": did you mean '{(starts or near)[0]}'?" if starts or near else ""
        self.error(f"unrecognized arguments: {' '.join(extra)}{hint}")

    def error(self, message: str) -> NoReturn:
        """Print ``message`` in one line and leave with exit code 4."""
        line = f"{self.prog}: error: {_with_suggestion(message)} (see {self.prog} --help)"
        print(" ".join(line.split()), file=sys.stderr)
        sys.exit(USAGE)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of `raceproof` with all its commands.

    Examples
    --------
    >>> build_parser().parse_args(["lemmas"]).json
    False
    """
    parser = OneLineParser(
        prog="raceproof",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="show the installed version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="command")
    for module in COMMANDS:
        name = module.__name__.rsplit(".", 1)[1]
        summary, example = module.SUMMARY, module.EXAMPLE
        sub = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
        parser.commands[name] = sub
    return parser


def _with_suggestion(message: str) -> str:
    """Replace argparse's list of all choices by the nearest one, when there is one."""
    found = re.search(r"invalid choice: '?(.*?)'? \(choose from (.*)\)", message)
    if not found:
        return message
    given, choices = found[1], [choice.strip(" '") for choice in found[2].split(",")]
    near = difflib.get_close_matches(given, choices, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"choose from {', '.join(choices)}"
    return f"{message[: found.start()]}unknown '{given}': {hint}"


def version() -> str:
    """Return the installed version.

    Examples
    --------
    >>> version() != ""
    True
    """
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("raceproof")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return "(not installed)"
