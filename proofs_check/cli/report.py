"""`raceproof report`: verify the suite, run the race, and write the page and the LaTeX file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from proofs_check.cli import engine, exits
from proofs_check.cli.files import require_writable_folder, write_atomically
from proofs_check.cli.output import Progress
from proofs_check.cli.race import add_race_arguments, describe_race, load, race_options, seeds
from proofs_check.cli.verify import positive_int
from proofs_check.project import find_project

SUMMARY = "write the report: verdicts, lemmas with their steps and counterexamples, and the race"
EXAMPLE = "raceproof report -o report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `report`."""
    parser.add_argument("-o", "--output", type=Path, default=Path("report"), metavar="DIR", help="default: report")
    parser.add_argument(
        "--lemmas", nargs="*", default=[], metavar="NAME", help="names, files or folders (default: the suite)"
    )
    parser.add_argument("--no-race", action="store_true", help="lemmas only")
    parser.add_argument("--jobs", type=positive_int, metavar="N", help="processes (default: one a core)")
    add_race_arguments(parser)
    parser.add_argument("--seed", type=seeds, default=[0], metavar="S", help="seed, list or range (default: 0)")


def run(arguments: argparse.Namespace) -> int:
    """Write the report and say where it is."""
    require_writable_folder(arguments.output)
    suite = engine.verify_suite(arguments.lemmas, arguments.jobs)
    records = [] if arguments.no_race else _races(arguments)
    from proofs_check.cli.parser import version
    from proofs_check.report.pages import report_pages

    pages = report_pages(suite, records, version())
    for name, content in pages.items():
        write_atomically(arguments.output / name, content.encode())
    for record in records:
        print(describe_race(record.summary, record.cached) + "\n")
    cached = sum(lemma["cached"] for lemma in suite["lemmas"])
    races = f" and {sum(record.cached for record in records)} of {len(records)} races" if records else ""
    print(f"report   {(arguments.output / 'index.html').resolve()}")
    print(f"LaTeX    {(arguments.output / 'lemmas.tex').resolve()}")
    print(f"from the cache: {cached} of {len(suite['lemmas'])} lemmas{races}")
    return exits.of_suite(suite["lemmas"], strict=False, on_supported=find_project(arguments.lemmas).on_supported)


def _races(arguments: argparse.Namespace) -> list[Any]:
    from proofs_check.report.race_record import race_record

    problem = load(arguments)
    progress = Progress("descent")
    try:
        return [
            race_record(
                problem,
                race_options(arguments, seed),
                lambda step, loss: progress.note(f"step {step}, loss {loss:.4f}"),
            )
            for seed in arguments.seed
        ]
    finally:
        progress.close()
