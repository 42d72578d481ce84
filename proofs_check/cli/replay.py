"""`raceproof replay`: re-check certificates with the small checker."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from proofs_check.cli import engine, exits
from proofs_check.cli.files import MAX_RESULTS_BYTES, read_json
from proofs_check.cli.output import print_json, shorten

SUMMARY = "re-check certificates with the small checker, which shares no code with the search"
EXAMPLE = 'raceproof refute "x**2 > 0" --json | raceproof replay -   (with --core: by the checker of one file)'
SHOWN = 500  # characters of a claim or a reason


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `replay`."""
    parser.add_argument(
        "certificates",
        nargs="+",
        metavar="CERTIFICATE",
        help="a certificate, or the JSON of `verify`, `refute` or `prove`; - reads standard input",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument(
        "--core",
        action="store_true",
        help="ask the second checker, one file to be read in one sitting: it accepts, rejects or does not decide",
    )


def run(arguments: argparse.Namespace) -> int:
    """Replay every certificate; exit 1 when one is not accepted, with `--core` when one is rejected."""
    if arguments.core:
        return _run_core(arguments)
    results = []
    for name in arguments.certificates:
        for label, certificate in _certificates(name, read_json(name, limit=MAX_RESULTS_BYTES)):
            accepted, reason = engine.replay_certificate(certificate)
            results.append({"file": name, "claim": label, "accepted": accepted, "reason": reason})
    if arguments.json:
        print_json({"schema": "raceproof-replay/1", "results": results})
    else:
        for result in results:
            word = "accepted" if result["accepted"] else "REJECTED"
            # the claim of a stranger's certificate is as long as its file allows: show its beginning, on one line
            print(f"{word}  {shorten(' '.join(result['claim'].split()), SHOWN) or result['file']}")
            if result.get("reason"):
                print(f"          {shorten(' '.join(result['reason'].split()), SHOWN)}")
    sys.stdout.flush()
    return exits.AS_EXPECTED if all(result["accepted"] for result in results) else exits.UNEXPECTED


def _run_core(arguments: argparse.Namespace) -> int:
    """Replay every certificate by the checker of one file."""
    from proofs_check import core

    results = []
    for name in arguments.certificates:
        for label, certificate in _certificates(name, read_json(name)):
            verdict, reason = core.replay(certificate)
            results.append({"file": name, "claim": label, "verdict": verdict, "reason": reason})
    counts = {word: sum(one["verdict"] == word for one in results) for word in ("accepted", "rejected", "not decided")}
    if arguments.json:
        print_json({"schema": "raceproof-replay-core/1", "counts": counts, "results": results})
    else:
        for one in results:
            if one["verdict"] != "accepted":
                word = "REJECTED" if one["verdict"] == "rejected" else "not decided"
                print(f"{word}  {shorten(' '.join(one['claim'].split()), SHOWN) or one['file']}")
                print(f"          {shorten(' '.join(one['reason'].split()), SHOWN)}")
        print(", ".join(f"{count} {word}" for word, count in counts.items()))
    sys.stdout.flush()
    return exits.UNEXPECTED if counts["rejected"] else exits.AS_EXPECTED


def _certificates(name: str, value: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return every certificate in a JSON value with the claim it is for.

    Raises
    ------
    UsageError
        If there is none.
    """
    if isinstance(value, dict) and "format" in value:
        return [(_claim_text(value), value)]
    if not isinstance(value, dict):
        raise exits.UsageError(f"'{name}' is not a certificate: a JSON object with \"format\" is needed")
    claims = [value]
    lemmas = value.get("lemmas")
    for lemma in lemmas if isinstance(lemmas, list) else []:
        for key in ("claims", "twins"):
            claims += lemma.get(key, []) if isinstance(lemma, dict) else []
        licence = lemma.get("licence") if isinstance(lemma, dict) else None
        claims += licence.get("checks", []) if isinstance(licence, dict) else []
    claims += [part for claim in claims if isinstance(claim, dict) for part in _repair(claim.get("repair"))]
    found = [claim["certificate"] for claim in claims if isinstance(claim, dict) and claim.get("certificate")]
    if not found or not all(isinstance(item, dict) for item in found):
        raise exits.UsageError(f"'{name}' holds no certificate; undecided claims have none")
    return [(_claim_text(item), item) for item in found]


def _repair(repair: Any) -> list[Any]:
    """Return what holds certificates in the repair of a claim: the smallest counterexample and the true versions."""
    if not isinstance(repair, dict):
        return []
    true = repair.get("true")
    return [repair.get("smallest"), *(true if isinstance(true, list) else [])]


def _claim_text(certificate: dict[str, Any]) -> str:
    """Return what a certificate claims to show, as far as it can be read."""
    statement, kind = certificate.get("statement"), certificate.get("kind")
    text = statement.get("text") if isinstance(statement, dict) else certificate.get("claim")
    if not isinstance(text, str):
        return ""
    return f"{'counterexample to' if kind == 'counterexample' else 'proof of'}: {text}"
