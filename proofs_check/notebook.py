"""How lemmas and their results show themselves in a notebook: small tables of HTML, and LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from proofs_check.language.errors import ClaimError
from proofs_check.printers.latex import to_latex

if TYPE_CHECKING:
    from proofs_check.lemma import Lemma

COLOURS = {"PROVED": "#1a7f37", "CERTIFIED": "#1a7f37", "REFUTED": "#8250df", "VACUOUS": "#b35900"}
ACTIVE = re.compile(r"\\(href|url|html|class|cssId|style|require|data|def|newcommand|let)")  # more than formulas
CELL = "text-align:left;vertical-align:top;padding:0.2em 0.6em"


def claim_html(claim: Mapping[str, Any]) -> str:
    """Return the result of one claim (the JSON object of `verify --json`) as a table.

    Examples
    --------
    >>> "REFUTED" in claim_html({"text": "x > 0", "verdict": "REFUTED", "counterexample": {"x": "0"}})
    True
    """
    rows = [("claim", _formula(claim["text"])), ("verdict", _verdict(claim["verdict"]))]
    if claim.get("counterexample"):
        rows.append(("counterexample", escape(_point(claim["counterexample"]))))
    if claim.get("reason"):
        rows.append(("reason", escape(claim["reason"])))
    for entry in claim.get("evidence", ()):
        rows.append(
            (f"rung {entry['rung']}", escape(f"{entry['engine']}, {entry['outcome']} {entry['detail']}".strip()))
        )
    return _table(rows)


def claim_latex(text: str) -> str:
    """Return a claim as LaTeX in displayed mathematics.

    Examples
    --------
    >>> claim_latex("x >= 0")
    '$\\\\displaystyle x \\\\ge 0$'
    """
    return f"$\\displaystyle {to_latex(text)}$"


def lemma_html(data: Mapping[str, Any]) -> str:
    """Return the result of a lemma (the JSON object of `verify --json`) as a table, a row for each claim and twin."""
    refuted = sum(twin["verdict"] == "REFUTED" for twin in data["twins"])
    rows = [
        ("lemma", f"<b>{escape(data['name'])}</b>: {escape(data['title'])}"),
        ("statement", _prose(data["statement"])),
    ]
    rows += [("verdict", _verdict(data["verdict"])), ("scope", escape(str(data["scope"])))]
    for claim in data["claims"]:
        where = f" at {escape(_point(claim['counterexample']))}" if claim.get("counterexample") else ""
        rows.append((escape(claim["name"]), f"{_formula(claim['text'])} {_verdict(claim['verdict'])}{where}"))
    rows.append(("false twins", f"{refuted} of {len(data['twins'])} refuted"))
    return _table(rows)


def stated_html(lemma: Lemma) -> str:
    """Return a lemma that was read and not verified as a table."""
    rows = [("lemma", f"<b>{escape(lemma.name)}</b>: {escape(lemma.title)}"), ("statement", _prose(lemma.statement))]
    rows += [(escape(claim.name), _formula(claim.statement.text)) for claim in lemma.claims]
    rows.append(("false twins", str(len(lemma.twins))))
    if not lemma.reviewed:
        rows.append(("not reviewed", "every verdict is at most OPEN"))
    return _table(rows)


def statement_latex(statement: str) -> str | None:
    """Return a statement for a notebook to typeset; None when it asks for more than formulas.

    Examples
    --------
    >>> statement_latex("$x > 0$"), statement_latex("$\\\\href{javascript:alert(1)}{x}$")
    ('$x > 0$', None)
    """
    return None if ACTIVE.search(statement) or not statement else statement


def _prose(statement: str) -> str:
    return escape(statement) if statement_latex(statement) else f"<code>{escape(statement)}</code>"


def _verdict(verdict: str) -> str:
    return f'<b style="color:{COLOURS.get(verdict, "#9a6700")}">{escape(verdict)}</b>'


def _formula(text: str) -> str:
    """Return a claim as MathJax reads it in a notebook; as plain text where it cannot be printed."""
    try:
        return f"\\({escape(to_latex(text), quote=False)}\\)"
    except (ClaimError, KeyError, RecursionError):
        return f"<code>{escape(text)}</code>"


def _point(point: Mapping[str, Any]) -> str:
    def shown(value: Any) -> str:
        return f"({', '.join(map(shown, value))})" if isinstance(value, list) else str(value)

    return ", ".join(f"{name} = {shown(value)}" for name, value in point.items())


def _table(rows: Sequence[tuple[str, str]]) -> str:
    lines = "".join(f'<tr><th style="{CELL}">{a}</th><td style="{CELL}">{b}</td></tr>' for a, b in rows)
    return f"<table>{lines}</table>"
