"""One look for all figures: Okabe and Ito's colour-blind-safe colours, markers that differ too, deterministic SVG."""

from __future__ import annotations

import io
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proofs_check.report.figures.svg_compact import compact_svg

INK, FAINT, GRID = "#1b1c1d", "#6b6c6d", "#dcdddf"
GROUP_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
GROUP_MARKERS = ("o", "s", "^", "D", "v", "P")
OTHER_COLOUR, OTHER_MARKER = "#8a8b8c", "x"
COLOUR_MAP = "viridis"
WIDTH = 6.4  # inches; SVG scales to its column
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: small files, and the page's own font and colour
    "font.family": "sans-serif",
    "font.size": 10.0,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlesize": 10.0,
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.formatter.use_mathtext": False,
    "axes.unicode_minus": True,
}


def new_figure(height: float, **grid: Any) -> tuple[Figure, list[Axes]]:
    """Return a figure of the common width and its axes, row by row.

    Examples
    --------
    >>> figure, axes = new_figure(3.0, ncols=2)
    >>> len(axes)
    2
    """
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.subplots(squeeze=False, **grid)
    return figure, list(axes.flat)


def to_svg(figure: Figure, salt: str) -> str:
    """Return a figure as SVG text that depends on what is drawn only: no date, no random ids.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    salt : str
        Goes into the ids, so that two figures of one page never share any.

    Examples
    --------
    >>> to_svg(new_figure(2.0)[0], "a") == to_svg(new_figure(2.0)[0], "a")
    True
    """
    buffer = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with matplotlib.rc_context({**SETTINGS, "svg.hashsalt": salt}):
        figure.savefig(buffer, format="svg", metadata=nothing)
    svg = buffer.getvalue()
    return compact_svg(svg[svg.index("<svg") :], f"{salt}-") + "\n"


def to_pdf(figure: Figure) -> bytes:
    """Return a figure as PDF without a date, for LaTeX.

    Examples
    --------
    >>> to_pdf(new_figure(2.0)[0])[:5]
    b'%PDF-'
    """
    buffer = io.BytesIO()
    with matplotlib.rc_context({**SETTINGS, "pdf.fonttype": 42}):
        figure.savefig(buffer, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
    return buffer.getvalue()


def group_look(position: int) -> tuple[str, str]:
    """Return (colour, marker) of the group at ``position``; -1 is the neurons outside the large groups.

    Examples
    --------
    >>> group_look(0)
    ('#0072b2', 'o')
    """
    if not 0 <= position < len(GROUP_COLOURS):
        return OTHER_COLOUR, OTHER_MARKER
    return GROUP_COLOURS[position], GROUP_MARKERS[position]
