"""LaTeX of lemma files to MathML that is safe to embed: parsed, white-listed, or shown as escaped source."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from latex2mathml.converter import convert
from markupsafe import Markup, escape

from proofs_check.report.math_compact import compact
from proofs_check.report.math_spacing import NAMESPACE, space

MAX_LATEX = 4_000
# What latex2mathml needs for mathematics; nothing that links, styles, scripts or loads.
ELEMENTS = frozenset(
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd "
    "mstyle mpadded mphantom".split()
)
ATTRIBUTES = frozenset(
    "display stretchy fence form separator lspace rspace minsize maxsize symmetric largeop movablelimits accent "
    "accentunder mathvariant width height depth linethickness displaystyle scriptlevel columnalign rowspacing "
    "columnspacing".split()
)
PIECE = re.compile(
    r"\$\$(?P<d1>.+?)\$\$|\\\[(?P<d2>.+?)\\\]|\$(?P<i1>(?:\\.|[^$\\])+?)\$|\\\((?P<i2>.+?)\\\)", re.DOTALL
)
PROSE_COMMAND = re.compile(r"\\(emph|textit|textbf|text|mathrm)\{([^{}]*)\}")


def formula(latex: str, display: bool = False) -> Markup:
    """Return a formula as MathML, or as escaped source when it cannot be converted safely.

    Parameters
    ----------
    latex : str
        The formula without dollar signs.
    display : bool
        A line of its own.

    Examples
    --------
    >>> str(formula("x<y"))
    '<math><mi>x</mi><mo>&lt;</mo><mi>y</mi></math>'
    >>> str(formula(r"\\text{<script>}"))
    '<code class="tex">\\\\text{&lt;script&gt;}</code>'
    """
    tree = tree_of(latex, display)
    if tree is None:
        return Markup('<code class="tex">{}</code>').format(latex)
    space(tree)
    for element in tree.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    return Markup(compact(tree))


def prose(text: str) -> Markup:
    """Return LaTeX text with formulas between dollar signs as HTML; everything else is escaped.

    Examples
    --------
    >>> str(prose("a <b> and \\\\emph{c}"))
    'a &lt;b&gt; and <em>c</em>'
    """
    parts, position = [], 0
    for piece in PIECE.finditer(text):
        parts.append(_words(text[position : piece.start()]))
        display = piece["d1"] or piece["d2"]
        parts.append(formula(display or piece["i1"] or piece["i2"], display=bool(display)))
        position = piece.end()
    parts.append(_words(text[position:]))
    return Markup("").join(parts)


def _words(text: str) -> Markup:
    """Escape words between formulas, with LaTeX's dashes, quotes and emphasis."""
    for latex, sign in (("---", "\u2014"), ("--", "\u2013"), ("``", "\u201c"), ("''", "\u201d"), ("~", "\u00a0")):
        text = text.replace(latex, sign)
    parts, position = [], 0
    for piece in PROSE_COMMAND.finditer(text):
        parts.append(escape(text[position : piece.start()]))
        tag = {"emph": "em", "textit": "em", "textbf": "strong"}.get(piece[1], "span")
        parts.append(Markup(f"<{tag}>{{}}</{tag}>").format(piece[2]))
        position = piece.end()
    parts.append(escape(text[position:]))
    return Markup("").join(parts)


def tree_of(latex: str, display: bool = False) -> ElementTree.Element | None:
    """Return the MathML tree of a formula when conversion succeeds and it holds only white-listed parts.

    Examples
    --------
    >>> tree_of(r"\\href{javascript:alert(1)}{x}") is None
    True
    """
    if len(latex) > MAX_LATEX:
        return None
    try:
        # latex2mathml does not escape: parsing what it returns is what makes it safe
        tree = ElementTree.fromstring(convert(latex, display="block" if display else "inline"))
    except Exception:  # it raises whatever its tokenizer meets (IndexError, StopIteration, its own errors)
        return None
    for element in tree.iter():
        known = element.tag.removeprefix(f"{{{NAMESPACE}}}") in ELEMENTS and set(element.attrib) <= ATTRIBUTES
        # an unknown command comes back as its own name: show the source instead
        if not known or "\\" in (element.text or "") or (element.tail or "").strip():
            return None
    return tree
