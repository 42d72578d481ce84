"""`raceproof report`: verify the suite, run the race, and write the page, the LaTeX files and what goes beside them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from proofs_check.cli import engine, exits
from proofs_check.cli.claim import positive_seconds
from proofs_check.cli.files import write_atomically
from proofs_check.cli.output import Progress
from proofs_check.cli.race import add_race_arguments, describe_race, load, race_options, seeds
from proofs_check.cli.report_folder import require_report_folder
from proofs_check.cli.verify import add_level, add_profile, positive_int, state_of
from proofs_check.plural import counted

SUMMARY = "write the report: verdicts, lemmas with their steps and counterexamples, and the race"
EXAMPLE = "raceproof report -o report --level 6 --profile ci"
SHOWN = (("report", "index.html"), ("LaTeX", "lemmas.tex"), ("PDF", "appendix.pdf"), ("data", "report.json"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `report`."""
    parser.add_argument("-o", "--output", type=Path, default=Path("report"), metavar="DIR", help="default: report")
    parser.add_argument(
        "--lemmas", nargs="+", default=[], metavar="NAME", help="names, files or folders (default: the suite)"
    )
    add_level(parser)
    add_profile(parser)
    parser.add_argument("--no-race", action="store_true", help="lemmas only")
    parser.add_argument("--against", type=Path, metavar="OLD", help="show the differences to an older report's folder")
    parser.add_argument(
        "--repair", action="store_true", help="also: where refuted claims fail, and what is true instead (slow)"
    )
    parser.add_argument(
        "--repair-seconds", type=positive_seconds, default=10.0, metavar="S", help="for each claim (default: 10)"
    )
    parser.add_argument("--pdf", action="store_true", help="also the appendix as PDF (pdflatex, or the typst package)")
    parser.add_argument(
        "--theorem-within", default="", metavar="COUNTER", help="number the lemmas of lemmas.tex within it: section"
    )
    parser.add_argument("--label-prefix", metavar="TEXT", help="what labels in lemmas.tex begin with (default: lem:)")
    parser.add_argument("--jobs", type=positive_int, metavar="N", help="processes (default: one a core)")
    add_race_arguments(parser, level="--race-level")
    parser.add_argument("--seed", type=seeds, default=[0], metavar="S", help="seed, list or range (default: 0)")


def run(arguments: argparse.Namespace) -> int:
    """Write the report and say where it is."""
    from proofs_check.project import find_project

    require_report_folder(arguments.output)
    project = find_project(arguments.lemmas)
    profile = arguments.profile or project.profile
    options = _options(arguments, project.labels, profile)
    suite = engine.verify_suite(arguments.lemmas, arguments.jobs, arguments.level, profile=profile)
    suite = _with_repairs(arguments, suite) if arguments.repair else suite
    records = [] if arguments.no_race else _races(arguments)
    files = _pages(suite, records, options, arguments.against)
    made, why = _pdf(files) if arguments.pdf else (b"", "")
    files |= {"appendix.pdf": made} if made else {}
    for name, content in sorted(files.items(), key=lambda file: file[0] != "report.json"):
        write_atomically(arguments.output / name, content)
    for record in records:
        print(describe_race(record.summary, record.cached) + "\n")
    for word, name in SHOWN:
        if name in files:
            print(f"{word:<8} {(arguments.output / name).resolve()}")
    if arguments.pdf and not made:
        print(why)
    cached = sum(lemma["cached"] for lemma in suite["lemmas"])
    races = f" and {sum(record.cached for record in records)} of {counted(len(records), 'race')}" if records else ""
    print(f"from the cache: {cached} of {counted(len(suite['lemmas']), 'lemma')}{races}")
    unexpected = [lemma["name"] for lemma in suite["lemmas"] if not lemma["expected"]]
    if unexpected:
        print(state_of(unexpected))
    return exits.of_suite(suite["lemmas"], strict=False, on_supported=project.on_supported)


def _options(arguments: argparse.Namespace, labels: str, profile: str) -> Any:
    """Return what is set about the report; what cannot be used is said before the long run."""
    from proofs_check.report.differences import read_report
    from proofs_check.report.latex_file import require_latex_options
    from proofs_check.report.pages import PageOptions
    from proofs_check.report.sources import known_sources

    prefix = labels if arguments.label_prefix is None else arguments.label_prefix
    require_latex_options(arguments.theorem_within, prefix)
    if arguments.against is not None:
        read_report(arguments.against)
    seconds = {"repair_seconds": arguments.repair_seconds} if arguments.repair else {}
    settings = {"level": arguments.level, "profile": profile, **seconds}
    return PageOptions(arguments.theorem_within, prefix, known_sources(arguments.lemmas), settings=settings)


def _with_repairs(arguments: argparse.Namespace, suite: dict[str, Any]) -> dict[str, Any]:
    from proofs_check.report.repairs import with_repairs
    from proofs_check.verify import jobs_available

    progress = Progress("repairing")
    lemmas = engine.find_lemmas(arguments.lemmas)
    try:
        return with_repairs(suite, lemmas, arguments.repair_seconds, arguments.jobs or jobs_available(), progress)
    finally:
        progress.close()


def _pages(suite: dict[str, Any], records: list[Any], options: Any, against: Path | None) -> dict[str, bytes]:
    """Return every file of the report by its name."""
    from dataclasses import replace

    from proofs_check.cli.junit import junit_xml
    from proofs_check.cli.parser import version
    from proofs_check.report.differences import compared, read_report
    from proofs_check.report.pages import report_pages

    if against is not None:
        options = replace(options, differences=compared(read_report(against), suite))
    return {**report_pages(suite, records, version(), options), "junit.xml": junit_xml(suite, times=False)}


def _pdf(files: dict[str, bytes]) -> tuple[bytes, str]:
    from proofs_check.report.pages import report_pdf

    return report_pdf(files)


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
