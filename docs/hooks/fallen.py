"""A page for each claim that fell: what was claimed, where it fails, how to replay that, and what is true instead."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape
from parts import badge, claim_block, lower_first, plain, point_table, statement_block, upper_first
from verified import Verified, named_in

from proofs_check.lemma import Lemma
from proofs_check.registry import sources
from proofs_check.report import views
from proofs_check.report.numbers import numbers_at
from proofs_check.verdict import REFUTED

FOLDER = "fallen"
TEMPTING = "folklore"  # readings that no cited paper claims
RELATIONS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}
INDEX = """\
# Claims that fell

Each page below is made when these pages are built, from the lemma file that states the claim and from what the verifier
found: an exact counterexample, recomputed by the small checker from the claim's text. A claim is stated **as its source
states it**, or as the text at hand has it: the page says which. Where the fault may be in the text (a lost sign, a
misread letter) and not in the paper, it says so.

A false sentence in a paper is not a false paper. Most of these concern one constant, one missing condition or one
border case, and each page says what is true instead.
"""


def title(lemma: Lemma) -> str:
    """Return the claim that a title calls false."""
    return upper_first(lemma.title.removeprefix("FALSE:").strip())


def page(lemma: Lemma, known: Verified) -> str:
    """Return the page of one claim that fell, in Markdown."""
    result = known.results[lemma.name]
    instead = named_in(lemma, known.lemmas)
    parts = [f"# {plain(title(lemma))}", badge(result), "## What was claimed"]
    for claim in result["claims"]:
        parts.append(claim_block(claim["text"]))
    parts += [_setting(result), "## Where it comes from", _origin(lemma), "## Where it fails"]
    parts += [_failure(claim) for claim in result["claims"] if claim["verdict"] == REFUTED]
    parts += ["## What is wrong", statement_block(_said(lemma), {name: f"#{name}" for name in instead})]
    parts += ["## What is true instead", *_instead(instead, known)]
    parts += ["## Replay it", _replay(lemma, result)]
    return "\n\n".join(part for part in parts if part) + "\n"


def index(known: Verified) -> str:
    """Return the page that lists all claims that fell."""
    published = [lemma for lemma in known.fallen if lemma.source.get("key") != TEMPTING]
    tempting = [lemma for lemma in known.fallen if lemma.source.get("key") == TEMPTING]
    said = [INDEX, f"## From papers ({len(published)})", _table(published, known, with_source=True)]
    note = plain(str(sources()[TEMPTING]["note"]))
    return "\n\n".join([*said, f"## Tempting readings ({len(tempting)})", note, _table(tempting, known)]) + "\n"


def _table(lemmas: list[Lemma], known: Verified, with_source: bool = False) -> str:
    rows = []
    for lemma in lemmas:
        claim = next(c for c in known.results[lemma.name]["claims"] if c["verdict"] == REFUTED)
        point = ", ".join(f"{name} = {value}" for name, value in views.point_items(claim["counterexample"]))
        paper, locator = views.paper(lemma.source["key"], sources()), lemma.source.get("locator", "")
        where = f"<br>*{plain(paper)}: {plain(locator)}*" if with_source else ""
        rows.append(f"| [{plain(title(lemma))}]({lemma.name}.md){where} | `{_short(point)}` |")
    return "\n".join(["| claim | falls at |", "|---|---|", *rows])


def _short(text: str, room: int = 60) -> str:
    return text if len(text) <= room else text[: room - 2].rstrip(", ") + " …"


def _setting(result: Mapping[str, Any]) -> str:
    items = [("for", result["scope"].split("; with ")[0].removeprefix("for "))]
    items += [("where", text) for text in result["hypotheses"]]
    items += [(name, f"= {text}") for name, text in result["define"]]
    items += [("assumed", text) for text in result["assumes"]]
    rows = Markup("").join(Markup("<dt>{}</dt><dd><code>{}</code></dd>").format(*item) for item in items)
    return f'<dl class="setting">{rows}</dl>'


def _origin(lemma: Lemma) -> str:
    key = lemma.source.get("key", "")
    paper = sources().get(key, {})
    known = how_known(lemma.source.get("locator", ""), str(paper.get("note", "")))
    said = [plain(views.source_text({"source": lemma.source}, sources())) + "."]
    if key == TEMPTING:
        return f"{upper_first(str(lemma.source.get('locator', '')))}. {plain(str(paper.get('note', '')))}"
    if "arxiv" in paper:
        said.append(f"[arXiv:{paper['arxiv']}](https://arxiv.org/abs/{paper['arxiv']})")
    elif "venue" in paper:
        said.append(f"{plain(str(paper['venue']))}.")
    said.append(f"\n\nThe text of the claim is **{known}**.")
    if "note" in paper:
        said.append(f"On this source: {plain(lower_first(str(paper['note'])))}")
    return " ".join(said)


def how_known(locator: str, note: str) -> str:
    """Say whether a claim's text was read, comes from a copy that may have lost signs, or was recalled.

    Examples
    --------
    >>> how_known("Lemma 2, recalled", ""), how_known("Theorem 4 as extracted", ""), how_known("Lemma 2", "")
    ('recalled, not read', 'second-hand: quoted, transcribed or extracted', 'as read')
    """
    if "recalled" in locator.lower() or note.startswith("Recalled"):
        return "recalled, not read"
    second_hand = ("quoted", "transcribed", "extracted", "transcription")
    if any(word in f"{locator} {note}".lower() for word in second_hand):
        return "second-hand: quoted, transcribed or extracted"
    return "as read"


def _failure(claim: Mapping[str, Any]) -> str:
    parts = [point_table(claim["counterexample"])]
    numbers = numbers_at(claim["certificate"])
    for sides in numbers:
        sign = RELATIONS.get(sides["relation"], sides["relation"])
        text = Markup('<p class="numbers">The claim asks for <b>{} {} {}</b>, which is false.</p>')
        parts.append(text.format(sides["left"], sign, sides["right"]))
    if claim["reason"]:
        parts.append(Markup('<p class="numbers">The claim is <b>{}</b>.</p>').format(claim["reason"]))
    elif not numbers:
        parts.append(Markup('<p class="numbers">Recomputed there, the claim is <b>false</b>.</p>'))
    return "\n\n".join(parts)


def _said(lemma: Lemma) -> str:
    """Return the statement without the word that its page has as a verdict."""
    return upper_first(lemma.statement.removeprefix("FALSE.").strip())


def _instead(names: list[str], known: Verified) -> list[str]:
    if not names:
        return ["The suite has no lemma of its own for the corrected form; the text above names it."]
    parts = []
    for name in names:
        lemma, result = known.lemmas[name], known.results[name]
        parts += [
            f"### {plain(lemma.title)} {{ #{name} }}",
            badge(result),
            statement_block(lemma.statement, {}),
            _setting(result),
        ]
        parts += [claim_block(claim["text"]) for claim in result["claims"][:4]]
        more = len(result["claims"]) - 4
        parts.append(f"and {more} more in `raceproof verify {name}`." if more > 0 else "")
    return parts


def _replay(lemma: Lemma, result: Mapping[str, Any]) -> str:
    certificate = next(claim["certificate"] for claim in result["claims"] if claim["verdict"] == REFUTED)
    text = escape(json.dumps(certificate, indent=1))
    file = escape(lemma.text.strip())
    return f"""\
```console
$ raceproof verify {lemma.name} --json > result.json
$ raceproof replay result.json
```

The first line examines the claim, the second recomputes the counterexample with
[the small checker](../certificates.md), which reads the claim again from its text. The certificate and the
lemma file in full:

<details><summary>certificate</summary><pre><code>{text}</code></pre></details>

<details><summary>lemma file</summary><pre><code>{file}</code></pre></details>"""
