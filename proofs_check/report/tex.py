"""Text and claims for the LaTeX file: specials escaped, long formulas broken, unknown signs named."""

from __future__ import annotations

import re
from typing import Any

from proofs_check.language.errors import ClaimError
from proofs_check.printers.latex import to_latex
from proofs_check.report.mathml import PIECE
from proofs_check.report.views import point_items

SPECIALS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_",
    "%": r"\%", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
}  # fmt: skip
LINE = 110
BREAKS = re.compile(r" (=|\\le|\\ge|<|>|\\neq|\\;\\wedge\\;|\\;\\vee\\;|\\implies|\+|-) ")


def words(text: str) -> str:
    r"""Return plain text with LaTeX's special characters escaped and other alphabets named by code point.

    Examples
    --------
    >>> words("50 % of w_1")
    '50 \\% of w\\_1'
    """
    escaped = "".join(SPECIALS.get(char, char) for char in text)
    return "".join(char if ord(char) < 0x250 else rf"[U+{ord(char):04X}]" for char in escaped)


def prose(text: str) -> str:
    r"""Return LaTeX text of a lemma file: formulas stay, words are escaped, except commands that mark emphasis.

    Examples
    --------
    >>> prose("rate $x_1$ & more")
    'rate $x_1$ \\& more'
    """
    parts, position = [], 0
    for piece in PIECE.finditer(text):
        parts += [_marked(text[position : piece.start()]), piece[0]]
        position = piece.end()
    parts.append(_marked(text[position:]))
    return "".join(parts)


def _marked(text: str) -> str:
    return re.sub(r"\\textbackslash\{\}emph\\\{(.*?)\\\}", r"\\emph{\1}", words(text))


def display(text: str) -> str:
    r"""Return a claim as display mathematics, broken at relations and signs outside brackets when it is long.

    Examples
    --------
    >>> display("x/2 <= 1")
    '\\frac{x}{2} \\le 1'
    """
    try:
        latex = to_latex(text)
    except (ClaimError, ValueError, RecursionError):
        return rf"\text{{\texttt{{{words(text)}}}}}"
    return _broken(latex)


def _broken(latex: str) -> str:
    """Break where no bracket is open, so that every line is a formula by itself."""
    lines, start, depth = [], 0, 0
    width = 0
    for match in re.finditer(r"\\left|\\right|[{}]|" + BREAKS.pattern + r"|\S", latex):
        token = match[0]
        depth += (token in (r"\left", "{")) - (token in (r"\right", "}"))
        width += 1
        if depth == 0 and width > LINE // 2 and BREAKS.fullmatch(token):
            lines.append(latex[start : match.start()])
            start, width = match.start(), 0
    lines.append(latex[start:])
    return " \\\\\n{} ".join(lines)


def point(where: dict[str, Any]) -> str:
    r"""Return a counterexample as text.

    Examples
    --------
    >>> point({"x": "1/2"})
    '$x = 1/2$'
    """
    return ", ".join(f"${_name(name)} = {value}$" for name, value in point_items(where)) or "every point"


def _name(name: str) -> str:
    try:
        return to_latex(name)
    except (ClaimError, ValueError):
        return rf"\texttt{{{words(name)}}}"
