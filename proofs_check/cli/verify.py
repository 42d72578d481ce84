"""`raceproof verify`: the lemma suite, or a user's own lemma files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from proofs_check.cli import engine, exits
from proofs_check.cli.files import require_writable_file, write_atomically
from proofs_check.cli.output import print_json, room_beside, shorten, table
from proofs_check.plural import counted
from proofs_check.profiles import PROFILES
from proofs_check.report.failing import how_it_fails
from proofs_check.report.lemma_notes import lemma_notes

SUMMARY = "verify the lemma suite, or your own lemma files"
EXAMPLE = "raceproof verify balance_const alignment_ode --json"
OPEN_HELP = (
    "OPEN is neither true nor false. What may decide it: a claim for each case, `steps`, `hints`,\n"
    "tighter `hypotheses`, or more effort: raceproof verify FILE --profile deep --level 7"
)
NAMED = 20  # lemmas that are not as expected and are named in the last line; the table has them all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `verify`."""
    parser.add_argument("names", nargs="*", metavar="NAME|FILE|FOLDER", help="default: the packaged suite")
    parser.add_argument("--jobs", type=positive_int, metavar="N", help="processes (default: one a core)")
    parser.add_argument("--strict", action="store_true", help="exit 2 when a verdict is OPEN or SUPPORTED")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="also write the verdicts as JUnit XML")
    parser.add_argument("--no-cache", action="store_true", help="examine everything again, keep nothing")
    add_level(parser)
    add_profile(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def add_level(parser: argparse.ArgumentParser) -> None:
    """Add `--level`, the highest rung of the evidence ladder to climb."""
    parser.add_argument(
        "--level",
        type=int,
        choices=range(engine.TOP_LEVEL + 1),
        default=engine.DEFAULT_LEVEL,
        metavar="N",
        help=f"highest rung of evidence to try, 0 to {engine.TOP_LEVEL} (default: {engine.DEFAULT_LEVEL}; "
        f"{engine.TOP_LEVEL} asks the solvers and Coq about every claim, which takes long)",
    )


def add_profile(parser: argparse.ArgumentParser) -> None:
    """Add `--profile`, how hard to look."""
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        help="how hard to look: quick, ci or deep (default: what the folder's raceproof.toml says, else ci)",
    )


def positive_int(text: str) -> int:
    """Return ``text`` as an integer of at least 1.

    Examples
    --------
    >>> positive_int("4")
    4
    """
    if not text.isascii() or not text.isdigit() or not int(text[:9]) >= 1 or len(text) > 9:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of at least 1")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Verify, print and return the exit code."""
    from proofs_check.project import find_project

    if arguments.junit:
        require_writable_file(arguments.junit)
    project = find_project(arguments.names)
    if not arguments.no_cache and (why := engine.cache_problem()):
        print(f"raceproof: results are not kept: {why}", file=sys.stderr)
    suite = engine.verify_suite(
        arguments.names, arguments.jobs, arguments.level, not arguments.no_cache, arguments.profile or project.profile
    )
    if arguments.junit:
        from proofs_check.cli.junit import junit_xml

        write_atomically(arguments.junit, junit_xml(suite))
    if arguments.json:
        print_json(suite)
    else:
        print(describe_suite(suite))
    return exits.of_suite(suite["lemmas"], arguments.strict, project.on_supported)


def describe_suite(suite: dict[str, Any]) -> str:
    """Return a suite as a table of verdicts, a line for each counterexample, and a summary.

    Examples
    --------
    >>> print(describe_suite({"summary": {}, "lemmas": []}))
    no lemmas
    """
    lemmas = suite["lemmas"]
    if not lemmas:
        return "no lemmas"
    header = ["verdict", "rung", "lemma", "twins refuted", "time", "title"]
    rows = [_row(lemma) for lemma in lemmas]
    room = room_beside(header, rows, 5)
    rows = [[*row[:5], shorten(row[5], room)] for row in rows]
    parts = [table(header, rows, right=[1, 3, 4])]
    notes = [note for lemma in lemmas for note in _notes(lemma)]
    if notes:
        parts.append("\n".join(notes))
    if any(_undecided(claim) for lemma in lemmas for claim in lemma["claims"]):
        parts.append(OPEN_HELP)
    parts.append(_summary(suite))
    return "\n\n".join(parts)


def counterexample_text(point: dict[str, Any]) -> str:
    """Return a counterexample as "x = 1/2, w = [[1, 0]]".

    Examples
    --------
    >>> counterexample_text({"x": "1/2", "u": ["1", "0"]})
    'x = 1/2, u = (1, 0)'
    """
    return ", ".join(f"{name} = {_value(value)}" for name, value in point.items())


def values_put_in(certificate: dict[str, Any] | None) -> str:
    """Return what fails at a counterexample with its values put in, as "1/4 >= 1/2"; "" where there are none to show.

    Examples
    --------
    >>> statement = {"text": "x**2 >= x", "variables": {"x": "real"}}
    >>> values_put_in({"format": "raceproof-certificate/1", "statement": statement, "kind": "counterexample",
    ...                "point": {"x": "1/2"}, "why": "false"})
    '1/4 >= 1/2'
    """
    from proofs_check.report.numbers import numbers_at

    return " and ".join(f"{part['left']} {part['relation']} {part['right']}" for part in numbers_at(certificate))


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "(" + ", ".join(_value(item) for item in value) + ")"
    return str(value)


def _row(lemma: dict[str, Any]) -> list[str]:
    twins = lemma["twins"]
    refuted = sum(twin["verdict"] == "REFUTED" for twin in twins)
    time = "cached" if lemma["cached"] else f"{lemma['seconds']:.2f} s"
    beaten = f"{refuted}/{len(twins)}" if twins else "-"
    return [lemma["verdict"], str(lemma["level"]), lemma["name"], beaten, time, lemma["title"]]


def _undecided(claim: dict[str, Any]) -> bool:
    """Say whether a claim is OPEN that should not be, and not only because its author has not reviewed its draft."""
    draft = (claim.get("reason") or "").startswith("not yet reviewed")
    return claim["verdict"] == "OPEN" and not claim["expected"] and not draft


def _notes(lemma: dict[str, Any]) -> list[str]:
    """Return a line for every counterexample of a claim and everything that did not come out as expected."""
    from proofs_check.report.quantities import quantities_at

    lines = []
    for claim in lemma["claims"]:
        if claim["verdict"] == "REFUTED" and claim.get("counterexample"):
            where = counterexample_text(claim["counterexample"])
            there = values_put_in(claim.get("certificate"))
            has = counterexample_text(quantities_at(claim.get("certificate")))
            says = (f"\n    with {has}" if has else "") + (f"\n    where it says {there}" if there else "")
            lines.append(f"{lemma['name']}: {claim['text']}\n    is {how_it_fails(claim)} at {where}{says}")
        elif not claim["expected"]:
            reason = f" ({claim['reason']})" if claim.get("reason") else ""
            lines.append(f"{lemma['name']}: {claim['text']}\n    is {claim['verdict']}{reason}")
    for twin in lemma["twins"]:
        if twin["verdict"] != "REFUTED":
            lines.append(f"{lemma['name']}: false twin {twin['text']}\n    is {twin['verdict']}, not REFUTED")
    licence = lemma.get("licence")
    if licence and not licence["granted"]:
        lines.append(f"{lemma['name']}: no licence ({licence['kind']})\n    {licence['reason']}")
    return [*lines, *(f"{lemma['name']}: {note}" for note in lemma_notes(lemma))]


def state_of(unexpected: list[str]) -> str:
    """Return whether every verdict is as expected, else the first names of lemmas of which it is not.

    Examples
    --------
    >>> state_of([f"l{i}" for i in range(5000)])[-22:]
    'l18, l19 and 4980 more'
    """
    if not unexpected:
        return "every verdict as expected"
    more = f" and {len(unexpected) - NAMED} more" if len(unexpected) > NAMED else ""
    return f"not as expected: {', '.join(unexpected[:NAMED])}{more}"


def _summary(suite: dict[str, Any]) -> str:
    lemmas = suite["lemmas"]
    counts = ", ".join(f"{count} {verdict}" for verdict, count in suite["summary"].items())
    twins = [twin for lemma in lemmas for twin in lemma["twins"]]
    refuted = sum(twin["verdict"] == "REFUTED" for twin in twins)
    unexpected = [lemma["name"] for lemma in lemmas if not lemma["expected"]]
    expected = state_of(unexpected)
    cached = sum(lemma["cached"] for lemma in lemmas)
    source = f"{cached} from the cache, " if cached else ""
    return (
        f"{counted(len(lemmas), 'lemma')}: {counts}; {refuted} of {len(twins)} false twins refuted; {expected}\n"
        f"{source}{len(lemmas) - cached} verified now"
    )
