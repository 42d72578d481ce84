"""`raceproof audit`: drop each assumption of a lemma in turn; is it needed?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from proofs_check.cli import engine, exits
from proofs_check.cli.output import Progress, paint, print_json, room_beside, shorten, table, ticking
from proofs_check.cli.verify import counterexample_text, positive_int

SUMMARY = "drop each hypothesis of a lemma in turn, and tell whether it is needed"
EXAMPLE = "raceproof audit dead_neuron_const"
SCHEMA = "raceproof-audit/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `audit`."""
    parser.add_argument("names", nargs="+", metavar="NAME|FILE|FOLDER", help="lemmas, or a paper's key")
    parser.add_argument("--jobs", type=positive_int, metavar="N", help="processes (default: one a core)")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="exit 1 when an assumption is not needed, 2 when it is unknown or a claim that should be proved is not",
    )
    parser.add_argument(
        "--repair", action="store_true", help="also: where refuted claims fail, and what is true instead"
    )
    parser.add_argument("--no-cache", action="store_true", help="examine everything again, keep nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(arguments: argparse.Namespace) -> int:
    """Audit, print and return the exit code."""
    from proofs_check.repair.audit import summary
    from proofs_check.repair.audit_run import audit_lemmas
    from proofs_check.verify import jobs_available

    engine.keep_search_files_out_of_the_way()
    lemmas = engine.find_lemmas(arguments.names)
    progress = Progress("auditing")
    try:
        audits = audit_lemmas(lemmas, arguments.jobs or jobs_available(), progress, not arguments.no_cache)
    finally:
        progress.close()
    repairs = _repairs(lemmas, audits) if arguments.repair else []
    audit = {"schema": SCHEMA, "summary": summary(audits), "lemmas": audits}
    if arguments.json:
        print_json(audit)
    else:
        print("\n\n".join([describe_audit(audit), *repairs]))
    return exit_code(audit, arguments.strict)


def _repairs(lemmas: Sequence[Any], audits: list[dict[str, Any]]) -> list[str]:
    """Repair the refuted claims: add them to the audits, and return them as text."""
    from proofs_check.repair.lemma_repair import repair_lemma

    texts = []
    with ticking("repairing") as say:
        for lemma, audit in zip(lemmas, audits, strict=True):
            found = repair_lemma(lemma, audit["verdicts"], lemmas, say=say)
            audit["repairs"] = [{"claim": name, **repaired.to_json()} for name, repaired in found]
            texts += [f"{paint('REFUTED')}  {lemma.name}: {r.text}\n{r.text_lines()}" for _, r in found]
    return texts


def exit_code(audit: dict[str, Any], strict: bool) -> int:
    """Return 0 when everything was audited; under `--strict` 1 for a finding, 2 for what is unknown.

    Examples
    --------
    >>> exit_code({"summary": {"not needed": 1, "not used": 0, "unknown": 2}, "lemmas": []}, strict=True)
    1
    """
    counts = audit["summary"]
    if strict and counts["not needed"] + counts["not used"]:
        return exits.UNEXPECTED
    if strict and (counts["unknown"] or any(lemma["unproved"] for lemma in audit["lemmas"])):
        return exits.UNDECIDED
    return exits.AS_EXPECTED


def describe_audit(audit: dict[str, Any]) -> str:
    """Return an audit as a table of assumptions and a summary.

    Examples
    --------
    >>> print(describe_audit({"summary": {"needed": 0}, "lemmas": []}))
    nothing to drop
    <BLANKLINE>
    0 lemmas: 0 needed
    """
    header = ["outcome", "lemma", "without", "shown by"]
    rows = [_row(lemma["name"], row) for lemma in audit["lemmas"] for row in lemma["drops"]]
    room = max(room_beside(header, rows, 2), 40)
    rows = [[row[0], row[1], shorten(row[2], room // 2 - 2), shorten(row[3], room // 2)] for row in rows]
    parts = [table(header, rows)] if rows else ["nothing to drop"]
    notes = [
        f"{lemma['name']}: not audited, since not proved: {', '.join(lemma['unproved'])}"
        for lemma in audit["lemmas"]
        if lemma["unproved"]
    ]
    notes += [
        f"{lemma['name']}: nothing to audit, no claim of it is PROVED"
        for lemma in audit["lemmas"]
        if not lemma["audited"] and not lemma["unproved"]
    ]
    if notes:
        parts.append("\n".join(notes))
    count = len(audit["lemmas"])
    counts = ", ".join(f"{n} {word}" for word, n in audit["summary"].items() if n or word == "needed")
    last = f"{count} lemma{'s' * (count != 1)}: {counts}"
    if audit["summary"].get("not needed", 0) > 1:
        last += "\neach was dropped alone: two that are not needed may not both be left out"
    parts.append(last)
    return "\n\n".join(parts)


def _row(name: str, row: dict[str, Any]) -> list[str]:
    claims = row["claims"]
    needing = [claim for claim in claims if claim["outcome"] == "needed"]
    open_claims = [claim for claim in claims if claim["outcome"] == "unknown"]
    if needing:
        shown = f"{counterexample_text(needing[0]['counterexample']) or 'any values'} ({needing[0]['claim']})"
    elif open_claims:
        shown = f"{open_claims[0]['verdict']} ({open_claims[0]['claim']})"
    else:
        proved = sum(claim["outcome"] == "not needed" for claim in claims)
        shown = f"{proved} claim{'s' * (proved != 1)} proved without it" if proved else "it stands nowhere"
        if row["outcome"] == "unknown":
            shown = "a claim that is not proved may need it"
    return [row["outcome"], name, row["dropped"], shown]
