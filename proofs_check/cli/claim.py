"""What `refute` and `prove` share: one claim from the shell, both searches, one verdict."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proofs_check.cli import engine, exits
from proofs_check.cli.files import require_writable_file, write_atomically
from proofs_check.cli.output import paint, print_json, ticking
from proofs_check.cli.verify import counterexample_text, values_put_in


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a command that decides one claim."""
    # "-x<=1" is a claim, not an option: argparse takes what this matches for a negative number
    parser._negative_number_matcher = re.compile(r"-[^-]")
    parser.add_argument("claim", metavar="CLAIM", help="the claim, in Python expression syntax")
    parser.add_argument(
        "--for",
        dest="conditions",
        action="append",
        default=[],
        metavar="CONDITION",
        help="a hypothesis on the variables, e.g. '0 <= x <= 1' (may be given several times)",
    )
    parser.add_argument(
        "--seconds", type=positive_seconds, default=20.0, metavar="S", help="time to search (default: 20)"
    )
    parser.add_argument("--strict", action="store_true", help="exit 2, not 1, when the claim stays undecided")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the certificate for `raceproof replay`")
    parser.add_argument(
        "--repair", action="store_true", help="when it is refuted: where it fails, and what is true instead"
    )
    parser.add_argument(
        "--repair-seconds", type=positive_seconds, default=10.0, metavar="S", help="time for --repair (default: 10)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def positive_seconds(text: str) -> float:
    """Return ``text`` as a finite number above 0.

    Examples
    --------
    >>> positive_seconds("2.5")
    2.5
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return value


def run(arguments: argparse.Namespace, wanted: frozenset[str]) -> int:
    """Decide the claim, print the verdict and return its exit code."""
    if arguments.save:
        require_writable_file(arguments.save)
    result = engine.decide_claim(arguments.claim, arguments.conditions, arguments.seconds)
    certificate = result.get("certificate")
    if arguments.save and certificate:
        write_atomically(arguments.save, (json.dumps(certificate, indent=2) + "\n").encode())
    rows: list[tuple[str, str]] = []
    if arguments.repair and result["verdict"] == "REFUTED" and result["counterexample"] is not None:
        result["repair"], rows = _repaired(result, arguments.repair_seconds)
    if arguments.json:
        print_json(result)
    else:
        print(describe_claim(result, rows))
        if arguments.save:
            print(_saved(arguments.save, certificate))
    return exits.of_verdict(result["verdict"], wanted, arguments.strict)


def _repaired(result: dict[str, Any], seconds: float) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return what is wrong with a refuted claim and what is true instead, as JSON and as labelled lines."""
    from proofs_check.language.statement import Statement
    from proofs_check.repair.repair import repair
    from proofs_check.verify import free_names

    names = [name for part in (result["text"], *result["conditions"]) for name in free_names(part)]
    statement = Statement(result["text"], dict.fromkeys(names, "real"), tuple(result["conditions"]))
    with ticking("repair") as say:
        found = repair(statement, result["counterexample"], seconds, say=say)
    return found.to_json(), found.rows()


def describe_claim(result: dict[str, Any], repair: Sequence[tuple[str, str]] = ()) -> str:
    """Return the verdict of one claim with its counterexample, reason and evidence, a line each.

    ``repair`` are labelled lines that follow the counterexample.

    Examples
    --------
    >>> print(describe_claim({"verdict": "REFUTED", "level": 6, "text": "x > 0", "conditions": ["x >= 0"],
    ...     "counterexample": {"x": "0"}, "reason": "", "evidence": []}))
    REFUTED  x > 0
      for             x >= 0
      counterexample  x = 0
      evidence        rung 6
    """
    lines = [f"{paint(result['verdict'])}  {result['text']}"]
    rows = [("for", condition) for condition in result["conditions"]]
    if result.get("counterexample") is not None:
        rows.append(("counterexample", counterexample_text(result["counterexample"]) or "any values"))
        there = values_put_in(result.get("certificate"))
        rows += [("there it says", there)] if there else []
    if result.get("reason"):
        rows.append(("reason", result["reason"]))
    rows += repair
    rows.append(("evidence", f"rung {result['level']}{_decided_by(result)}"))
    for item in sorted(result.get("evidence", []), key=lambda item: item["rung"]):
        detail = f": {item['detail']}" if item.get("detail") else ""
        rows.append((f"  rung {item['rung']}", f"{item['engine']}, {item['outcome']}{detail}"))
    return "\n".join([*lines, *(f"  {label:<14}  {text}" for label, text in rows)])


def _decided_by(result: dict[str, Any]) -> str:
    """Return ", decided by ..." with the engines whose evidence the verdict rests on."""
    deciding = [
        item["engine"]
        for item in result.get("evidence", [])
        if item["rung"] == result["level"] and item["outcome"] in ("proof", "counterexample", "encloses", "excludes")
    ]
    return f", decided by {' and '.join(dict.fromkeys(deciding))}" if deciding else ""


def _saved(path: Path, certificate: dict[str, Any] | None) -> str:
    if certificate is None:
        return "  no certificate: an undecided claim has none"
    return f"  certificate     {path} (raceproof replay {path})"
