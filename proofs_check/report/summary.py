"""A report in a few lines of Markdown, for a pull request: what is not as expected, what changed, and the counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from proofs_check.plural import counted
from proofs_check.report.unexpected import as_expected, unexpected_lines, why
from proofs_check.report.verdicts import SIGNS

MOST_ROWS = 50
CLAIMS = ["lemma", "verdict", "claim", "why"]
REPAIRED = ["lemma", "false", "true instead", "verdict"]
SHOWN = 120  # characters of a title, a claim or a counterexample
SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&@-])")


def summary_markdown(model: Mapping[str, Any]) -> str:
    """Return the summary; text from lemma files is escaped, so that it cannot become a link, HTML or a mention.

    Examples
    --------
    >>> from proofs_check.report.model import report_model
    >>> print(summary_markdown(report_model({"lemmas": []})).splitlines()[0])
    ## raceproof: every verdict as expected
    """
    counts = model["counts"]
    unexpected = [lemma for lemma in model["lemmas"] if not lemma["expected"]]
    refuted = [lemma for lemma in model["lemmas"] if lemma["verdict"] == "REFUTED" and lemma["expected"]]
    head = f"{len(unexpected)} not as expected" if unexpected else "every verdict as expected"
    verdicts = ", ".join(f"{n} {SIGNS.get(word, '')} {word}" for word, n in model["summary"].items()) or "no lemmas"
    parts = [
        f"## raceproof: {head}",
        f"{counted(counts['lemmas'], 'lemma')}, {counted(counts['claims'], 'claim')}: {verdicts}. "
        f"{counts['twins_refuted']} of {counts['twins']} false twins refuted.",
    ]
    if unexpected:
        parts.append(_table("Not as expected", CLAIMS, [row for lemma in unexpected for row in _unexpected(lemma)]))
    if model["differences"] is not None:
        parts.append(_differences(model["differences"]))
    if refuted:
        parts.append(_table("Refuted, as stated", CLAIMS, [row for lemma in refuted for row in _refuted(lemma)]))
    if repaired := [row for lemma in model["lemmas"] for row in _true_instead(lemma)]:
        parts.append(_table("True instead, each by a certificate that was replayed", REPAIRED, repaired))
    for position, race in enumerate(model["races"], 1):
        large = [group for group in race["groups"] if group["size"] >= 5]
        right = sum(group["predicted_winner"] == group["descent_winner"] for group in large)
        said = f"{right} of {len(large)} winners predicted" if large else "no group of five or more neurons to compare"
        parts.append(f"Race {position} ({_plain(race['data'])}): {said}.")
    return "\n\n".join(parts) + "\n"


def _unexpected(lemma: Mapping[str, Any]) -> list[list[str]]:
    """Return a row for each claim and twin that is not as expected, and for what is wrong with the lemma as a whole."""
    wrong = [_row(lemma, claim) for claim in (*lemma["claims"], *lemma["twins"]) if not as_expected(claim)]
    about = unexpected_lines({**lemma, "claims": [], "twins": []})
    rows = [*wrong, *([_plain(lemma["name"]), _sign(lemma["verdict"]), "", _plain(line)] for line in about)]
    return rows or [[_plain(lemma["name"]), _sign(lemma["verdict"]), "", ""]]


def _refuted(lemma: Mapping[str, Any]) -> list[list[str]]:
    return [_row(lemma, claim) for claim in lemma["claims"] if claim["verdict"] == "REFUTED"]


def _row(lemma: Mapping[str, Any], claim: Mapping[str, Any]) -> list[str]:
    return [_plain(lemma["name"]), _sign(claim["verdict"]), _plain(claim["text"]), _plain(why(claim))]


def _sign(verdict: str) -> str:
    return f"{SIGNS.get(verdict, '')} {verdict}"


def _true_instead(lemma: Mapping[str, Any]) -> list[list[str]]:
    """Return the first true version of each refuted claim of a lemma."""
    found = [(claim["text"], claim["repair"]["true"][0]) for claim in lemma["claims"] if _is_repaired(claim)]
    return [
        [_plain(lemma["name"]), _plain(text), _plain(_version(true)), f"PROVED, rung {true['level']}"]
        for text, true in found
    ]


def _is_repaired(claim: Mapping[str, Any]) -> bool:
    return bool(claim.get("repair") and claim["repair"]["true"])


def _version(true: Mapping[str, Any]) -> str:
    return true["text"] + (f" for {', '.join(true['conditions'])}" if true["conditions"] else "")


def _differences(found: Mapping[str, Any]) -> str:
    rows = [[_plain(x["name"]), f"{x['old']} → {x['new']}"] for x in found["changed"]]
    for key in ("reworded", "new", "gone"):
        rows += [[_plain(x["name"]), f"{key}, {x['verdict']}"] for x in found[key]]
    if not rows:
        return "No difference to the older report."
    return _table("Differences to the older report", ["lemma", "what"], rows)


def _table(title: str, header: list[str], rows: list[list[str]]) -> str:
    lines = [f"### {title}", "", f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        lines.append(f"\n… and {len(rows) - MOST_ROWS} more")
    return "\n".join(lines)


def _plain(text: str) -> str:
    short = " ".join(str(text).split())
    short = short if len(short) <= SHOWN else short[: SHOWN - 1] + "…"
    return SPECIAL.sub(r"\\\1", short).replace("\\&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")
