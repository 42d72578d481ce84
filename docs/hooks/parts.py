"""Pieces of pages that several generated pages share, as HTML that Markdown leaves alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from proofs_check.printers.latex import to_latex
from proofs_check.report import views
from proofs_check.report.mathml import formula, prose
from proofs_check.report.verdicts import RUNGS, SIGNS


def badge(result: Mapping[str, Any]) -> str:
    """Return a verdict with its sign, its rung and what it is about."""
    verdict, level = result["verdict"], result["level"]
    head = Markup('<p class="verdict {0}"><b>{1} {0}</b> at rung {2}: {3}.<br><span>Scope: {4}.</span></p>')
    return head.format(verdict, SIGNS[verdict], level, RUNGS[level], result["scope"])


def claim_block(text: str) -> str:
    """Return a claim as a formula with its source text below it."""
    return Markup('<div class="claim" tabindex="0">{}<code>{}</code></div>').format(display(text), text)


def display(text: str) -> Markup:
    """Return a claim as a formula of its own line; nothing when it cannot be shown as one."""
    try:
        shown = formula(to_latex(text), display=True)
    except (ValueError, RecursionError):
        return Markup("")
    return shown if shown.startswith("<math") else Markup("")


def statement_block(text: str, links: Mapping[str, str]) -> str:
    """Return a statement of a lemma file as HTML, with the lemmas that it names as links."""
    said = str(prose(text))
    for name, target in links.items():
        said = re.sub(rf"\b{name}\b", f'<a href="{target}"><code>{name}</code></a>', said)
    return f'<div class="statement">{said}</div>'


def point_table(point: Mapping[str, Any] | None) -> str:
    """Return a counterexample as a table of exact values."""
    rows = Markup("").join(
        Markup("<tr><th scope='row'>{}</th><td><code>{}</code></td></tr>").format(name, value)
        for name, value in views.point_items(dict(point or {}))
    )
    return Markup('<div class="scroll" tabindex="0"><table class="point">{}</table></div>').format(rows)


def plain(text: str) -> str:
    """Return text for Markdown, with the signs that mean something there escaped."""
    return re.sub(r"([\\`*_{}\[\]<>#|$])", r"\\\1", text)


def lower_first(text: str) -> str:
    """Return text that begins with a small letter, unless its first word is written in capitals."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return text that begins with a capital letter."""
    return text[:1].upper() + text[1:]
