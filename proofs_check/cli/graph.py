"""`raceproof graph`: which lemma uses which, as one SVG coloured by verdict."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from proofs_check.cli import engine, exits
from proofs_check.cli.files import require_writable_file, write_atomically
from proofs_check.cli.verify import positive_int
from proofs_check.plural import counted

SUMMARY = "draw which lemma uses which, coloured by verdict"
EXAMPLE = "raceproof graph -o graph.svg"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `graph`."""
    parser.add_argument("names", nargs="*", metavar="NAME|FILE|FOLDER", help="default: the packaged suite")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("graph.svg"), metavar="FILE", help="default: graph.svg"
    )
    parser.add_argument("--unverified", action="store_true", help="draw at once, without verdicts")
    parser.add_argument(
        "--link", default="", metavar="PAGE", help="let each lemma lead into this page of a report: index.html"
    )
    parser.add_argument("--jobs", type=positive_int, metavar="N", help="processes (default: one a core)")


def run(arguments: argparse.Namespace) -> int:
    """Write the drawing and say where it is."""
    require_writable_file(arguments.output)
    from proofs_check.report.build import standalone_graph
    from proofs_check.report.sources import known_sources
    from proofs_check.used.edges import suite_edges

    lemmas = (
        _listed(arguments) if arguments.unverified else engine.verify_suite(arguments.names, arguments.jobs)["lemmas"]
    )
    edges = None if arguments.unverified else suite_edges(lemmas)
    model = {"lemmas": lemmas, "edges": edges, "sources": known_sources(arguments.names)}
    drawing = standalone_graph(model, arguments.link)
    write_atomically(arguments.output, drawing.encode("utf-8", "replace"))
    print(f"graph    {arguments.output.resolve()}: {counted(len(lemmas), 'lemma')}, {_counted(lemmas, edges)}")
    return exits.AS_EXPECTED if arguments.unverified else exits.of_suite(lemmas, strict=False)


def _counted(lemmas: list[dict[str, Any]], edges: list[dict[str, Any]] | None) -> str:
    """Return how many uses are drawn, and how."""
    if edges is None:
        return counted(sum(len(lemma["uses"]) for lemma in lemmas), "use")
    declared = [edge for edge in edges if edge["declared"]]
    used = sum(bool(edge["shown"]) for edge in declared)
    more = f", {len(edges) - len(declared)} more found" if len(edges) > len(declared) else ""
    return f"{counted(len(declared), 'use')}{f', {used} of them used by the proof' if declared else ''}{more}"


def _listed(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    return [
        {"name": lemma.name, "title": lemma.title, "source": dict(lemma.source), "uses": list(lemma.uses)}
        for lemma in engine.find_lemmas(arguments.names)
    ]
