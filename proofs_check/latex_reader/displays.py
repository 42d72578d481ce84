r"""Where the mathematics of a text stands: between dollars, in ``\[...\]``, and in environments such as ``align``."""

from __future__ import annotations

import re

OUTER = "equation|align|gather|multline|eqnarray|flalign|alignat|displaymath|math|aligned|gathered|split|alignedat"
INNER = {"aligned", "gathered", "split", "alignedat"}  # these stand within a formula
MATH = re.compile(
    r"\$\$(.+?)\$\$|\$(.+?)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]"
    rf"|\\begin\{{({OUTER})(\*?)\}}(?:\{{\d+\}})?(.*?)\\end\{{\5\6\}}",
    re.DOTALL,
)
LAYOUT = (
    re.compile(rf"\\begin\{{(?:{OUTER})\*?\}}(?:\[[tbc]\])?(?:\{{\d+\}})?|\\end\{{(?:{OUTER})\*?\}}"),
    re.compile(r"(?<=\\\\)\*?\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in)\s*\]"),  # the space after a row
)


def displays(latex: str) -> list[tuple[int, int, tuple[int, int]]]:
    r"""Return where each formula begins and ends, and where its inside does; nothing when the whole is one formula.

    Examples
    --------
    >>> displays(r"If $x$")
    [(3, 6, (4, 5))]
    """
    found = []
    pieces = list(MATH.finditer(latex))
    if all(piece[5] in INNER for piece in pieces):
        return []  # what is around them is the formula
    for piece in pieces:
        number = next(i for i in (1, 2, 3, 4, 7) if piece[i] is not None)
        found.append((*piece.span(), piece.span(number)))
    return found


def without_layout(latex: str) -> str:
    """Blank out the environments around rows and the space between rows; every other character keeps its place."""
    for layout in LAYOUT:
        latex = layout.sub(lambda found: " " * len(found[0]), latex)
    return latex
