"""`raceproof watch`: verify a folder of lemmas again whenever a file is saved."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proofs_check.cli import engine
from proofs_check.cli.exits import AS_EXPECTED, UsageError
from proofs_check.cli.verify import add_profile, describe_suite, positive_int, state_of
from proofs_check.plural import counted

if TYPE_CHECKING:
    from proofs_check.fields import LemmaError
    from proofs_check.watching import Kept, Snapshot

SUMMARY = "verify your lemma files again whenever you save one (Ctrl-C ends it)"
EXAMPLE = "raceproof watch mypaper"
Told = dict[str, tuple[str, bool]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `watch`."""
    parser.add_argument("names", nargs="+", metavar="FOLDER|FILE", help="folders or files of lemmas")
    parser.add_argument("--jobs", type=positive_int, metavar="N", help="processes (default: one a core)")
    add_profile(parser)
    parser.add_argument("--poll", action="store_true", help="look every half second (for drives that tell no changes)")


def run(arguments: argparse.Namespace) -> int:
    """Verify, then wait for changes and verify again, until Ctrl-C."""
    from proofs_check.watching import changes, snapshot

    for name in arguments.names:
        if not Path(name).exists():
            raise UsageError(f"no folder or file '{name}' to watch")
    try:
        seen = snapshot(arguments.names)
        kept, told = check(arguments, seen, {}, {})
        print("waiting for changes; Ctrl-C ends it", flush=True)
        for now in changes(arguments.names, seen, arguments.poll):
            print(f"\n--- {time.strftime('%H:%M:%S')}", flush=True)
            kept, told = check(arguments, now, kept, told)
    except KeyboardInterrupt:
        print("\nstopped watching")
    return AS_EXPECTED


def check(arguments: argparse.Namespace, now: Snapshot, kept: Kept, told: Told) -> tuple[Kept, Told]:
    """Verify what a snapshot holds; print what is new about it, and the errors of files that cannot be used."""
    from proofs_check.project import Project, find_project
    from proofs_check.watching import read_changed

    kept = read_changed(now, kept)
    problems: list[Any] = []
    try:
        project = find_project(arguments.names)
    except ValueError as error:  # a settings file that is being written
        project, problems = Project(), [error]
    lemmas, errors = _verified(kept, arguments.jobs, arguments.profile or project.profile)
    problems += errors
    new = [r for r in lemmas if not r["cached"] or told.get(r["name"]) != (r["verdict"], r["expected"])]
    if new:
        print(describe_suite(engine.suite_json(new)))
    for problem in problems:
        print(f"cannot be used: {problem}")
    unexpected = [r["name"] for r in lemmas if not r["expected"]]
    state = "every other verdict as expected" if problems and not unexpected else state_of(unexpected)
    broken = f", {len(problems)} that cannot be used" if problems else ""
    state = f"; {state}" if lemmas or not problems else ""
    print(f"\n{counted(len(lemmas), 'lemma')}{broken}{state}", flush=True)
    return kept, {r["name"]: (r["verdict"], r["expected"]) for r in lemmas}


def _verified(kept: Kept, jobs: int | None, profile: str) -> tuple[list[dict[str, Any]], list[LemmaError]]:
    """Return the results of all lemmas that can be verified; a claim outside the language costs its own file only."""
    from proofs_check.fields import LemmaError
    from proofs_check.verify import jobs_available, verify_lemmas
    from proofs_check.watching import sorted_out

    engine.keep_search_files_out_of_the_way()
    refused: dict[Path, LemmaError] = {}
    while True:
        lemmas, errors = sorted_out(kept, refused)
        try:
            results = verify_lemmas(lemmas, jobs or jobs_available(), profile=profile)
            return [result.to_json() for result in results], errors
        except LemmaError as error:
            if error.path is None or error.path in refused:
                raise
            refused[error.path] = error
