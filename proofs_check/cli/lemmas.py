"""`raceproof lemmas`: what there is to verify."""

from __future__ import annotations

import argparse
from typing import Any

from proofs_check.cli import engine
from proofs_check.cli.output import print_json, room_beside, shorten, table

SUMMARY = "list the lemmas, without verifying them"
EXAMPLE = "raceproof lemmas"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `lemmas`."""
    parser.add_argument("names", nargs="*", metavar="NAME|FILE|FOLDER", help="default: the packaged suite")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(arguments: argparse.Namespace) -> int:
    """List the lemmas."""
    lemmas = [_entry(lemma) for lemma in engine.find_lemmas(arguments.names)]
    if arguments.json:
        print_json({"schema": "raceproof-lemmas/1", "lemmas": lemmas})
        return 0
    header = ["lemma", "claims", "twins", "title"]
    rows = [[entry["name"], str(entry["claims"]), str(entry["twins"]), entry["title"]] for entry in lemmas]
    room = room_beside(header, rows, 3)
    print(table(header, [[*row[:3], shorten(row[3], room)] for row in rows], right=[1, 2]))
    return 0


def _entry(lemma: Any) -> dict[str, Any]:
    return {
        "name": lemma.name,
        "title": lemma.title,
        "source": dict(lemma.source),
        "statement": lemma.statement,
        "uses": list(lemma.uses),
        "claims": len(lemma.claims),
        "twins": len(lemma.twins),
    }
