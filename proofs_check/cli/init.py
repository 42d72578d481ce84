"""`raceproof init`: a folder for the lemmas of a user's own paper."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from proofs_check.cli.exits import AS_EXPECTED, UsageError
from proofs_check.cli.files import write_atomically

SUMMARY = "make a folder for the lemmas of your own paper"
EXAMPLE = "raceproof init mypaper"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `init`."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that does not exist yet, or an empty one")


def run(arguments: argparse.Namespace) -> int:
    """Write the files and say what to do next; nothing that exists is touched."""
    from proofs_check.cli.parser import version
    from proofs_check.project import project_files

    folder = arguments.folder
    if not folder.resolve().name.isprintable():
        raise UsageError(f"{str(folder)!r} holds a character that cannot be printed; choose another name")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"'{folder}' is a file; name a new folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"'{folder}' is not empty and init never overwrites; name a new folder")
    try:
        for place, text in project_files(folder.resolve().name, version()).items():
            write_atomically(folder / place, text.encode())
            print(folder / place)
    except OSError as error:
        raise UsageError(f"cannot write into folder '{folder}': {error.strerror or error}; name another") from error
    print(f"\nnow:  raceproof verify {shlex.quote(str(folder))}")
    return AS_EXPECTED
