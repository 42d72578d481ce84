"""A badge for a README: how many lemmas, and whether every verdict is the one their files state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import escape

GOOD, BAD, WAIT = "#00694d", "#b03a00", "#7a5c00"
LETTER, PADDING = 6.6, 7  # pixels: the width of a letter at 11 px, and the room around a text


def badge_svg(model: Mapping[str, Any]) -> str:
    """Return a badge as SVG: green only when every verdict is as expected and nothing is undecided.

    Examples
    --------
    >>> model = {"counts": {"lemmas": 2, "unexpected": 0}, "summary": {"PROVED": 2}}
    >>> "2 lemmas hold" in badge_svg(model)
    True
    """
    text, colour = _said(model)
    left = 2 * PADDING + LETTER * len("raceproof")
    right = 2 * PADDING + LETTER * len(text)
    width = round(left + right)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" '
        f'aria-label="raceproof: {escape(text)}"><title>raceproof: {escape(text)}</title>'
        f'<clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath><g clip-path="url(#r)">'
        f'<rect width="{left:.1f}" height="20" fill="#3a3b3d"/>'
        f'<rect x="{left:.1f}" width="{right:.1f}" height="20" fill="{colour}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2:.1f}" y="14" textLength="{left - 2 * PADDING:.1f}">raceproof</text>'
        f'<text x="{left + right / 2:.1f}" y="14" textLength="{right - 2 * PADDING:.1f}">{escape(text)}</text>'
        "</g></svg>\n"
    )


def _said(model: Mapping[str, Any]) -> tuple[str, str]:
    summary, counts = model["summary"], model["counts"]
    if counts["unexpected"]:
        return f"{counts['unexpected']} of {counts['lemmas']} not as expected", BAD
    if not counts["lemmas"]:
        return "no lemmas", WAIT
    holds = sum(summary.get(verdict, 0) for verdict in ("PROVED", "CERTIFIED"))
    undecided = sum(summary.get(verdict, 0) for verdict in ("SUPPORTED", "OPEN", "VACUOUS"))
    parts = [f"{holds} {'lemma holds' if holds == 1 else 'lemmas hold'}"]
    if summary.get("REFUTED"):
        parts.append(f"{summary['REFUTED']} refuted")
    if undecided:
        parts.append(f"{undecided} undecided")
    return ", ".join(parts), WAIT if undecided else GOOD
