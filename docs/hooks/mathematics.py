"""Formulas as MathML when the pages are built: no script in the reader's browser."""

from __future__ import annotations

import html
import re

from proofs_check.report.mathml import formula

# what pymdownx.arithmatex leaves in its generic form
PIECE = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\s*(?P<open>\\\(|\\\[)(?P<latex>.*?)(?:\\\)|\\\])\s*</(?P=tag)>', re.DOTALL
)


def with_mathml(page: str) -> str:
    """Return a page with every formula replaced by MathML.

    Raises
    ------
    ValueError
        For a formula that cannot be converted: a page never shows raw LaTeX.

    Examples
    --------
    >>> with_mathml(r'<span class="arithmatex">\\(x&lt;y\\)</span>')
    '<span class="math"><math><mi>x</mi><mo>&lt;</mo><mi>y</mi></math></span>'
    """
    return PIECE.sub(_converted, page)


def _converted(piece: re.Match[str]) -> str:
    latex = html.unescape(piece["latex"]).strip()
    display = piece["open"] == r"\["
    math = formula(latex, display)
    if not math.startswith("<math"):
        raise ValueError(f"docs: this formula cannot be shown, write it otherwise: {latex}")
    reachable = ' tabindex="0"' if display else ""  # so that a keyboard can scroll a long one
    return f'<{piece["tag"]} class="math"{reachable}>{math}</{piece["tag"]}>'
