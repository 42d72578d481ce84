"""`raceproof completion`: what a shell needs to complete commands, options and lemma names."""

from __future__ import annotations

import argparse
import os
from typing import Any

from proofs_check.cli.exits import AS_EXPECTED, UsageError

SUMMARY = "print the completion script of a shell"
EXAMPLE = "raceproof completion bash"
SHELLS = ("bash", "zsh", "fish")
ASKED = "_ARGCOMPLETE"  # set by the shell's script when it asks for completions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `completion`."""
    parser.add_argument("shell", choices=SHELLS, help='put it into effect with: eval "$(raceproof completion bash)"')


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    try:
        from argcomplete.shell_integration import shellcode
    except ImportError:
        raise UsageError("completion needs the package argcomplete: pip install argcomplete") from None
    shell = arguments.shell
    print(shellcode(["raceproof"], shell=shell), end="" if shell == "fish" else "\n")
    return AS_EXPECTED


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer a shell that asks for completions, and leave; do nothing when none asks."""
    if ASKED not in os.environ:
        return
    try:
        import argcomplete
    except ImportError:
        return
    for sub in _subparsers(parser):
        for action in sub._actions:
            if action.metavar in LEMMAS:
                action.completer = lemma_names  # type: ignore[attr-defined]
    argcomplete.autocomplete(parser, always_complete_options="long")


LEMMAS = ("NAME|FILE|FOLDER", "NAME", "FOLDER|FILE")


def lemma_names(prefix: str, **_: Any) -> list[str]:
    """Return the names of packaged lemmas and of files that begin so; reads no file.

    Examples
    --------
    >>> "balance_const" in lemma_names("balance_cons")
    True
    """
    from argcomplete.completers import FilesCompleter

    from proofs_check.registry import SUITE, lemma_files

    names = [path.stem for path in lemma_files(SUITE) if path.stem.startswith(prefix)]
    return names + list(FilesCompleter(allowednames=(".toml",))(prefix))


def _subparsers(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return [sub for action in found for sub in action.choices.values()]
