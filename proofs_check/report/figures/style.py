"""One look for all figures: Okabe and Ito's colour-blind-safe colours, markers that differ too, deterministic SVG."""

from __future__ import annotations

import io
import math
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from proofs_check.report.figures.svg_compact import compact_svg

INK, FAINT, GRID = "#1b1c1d", "#6b6c6d", "#dcdddf"
GROUP_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
GROUP_MARKERS = ("o", "s", "^", "D", "v", "P")
OTHER_COLOUR, OTHER_MARKER = "#8a8b8c", "x"
COLOUR_MAP = "viridis"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
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


def decades(axis: Axis) -> None:
    """Make an axis logarithmic, with powers of ten in plain characters: short, and in the page's own font.

    Examples
    --------
    >>> axes = new_figure(2.0)[1][0]
    >>> decades(axes.xaxis)
    >>> axes.get_xscale()
    'log'
    """
    scale = axis.axes.set_xscale if axis is axis.axes.xaxis else axis.axes.set_yscale
    scale("log")
    axis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(value)))
    axis.set_minor_formatter(NullFormatter())


def power_of_ten(value: float) -> str:
    """Return a number on a logarithmic axis: 0.01 to 100 as it is, other powers of ten as 10⁻⁵.

    Examples
    --------
    >>> power_of_ten(1e-5), power_of_ten(0.1), power_of_ten(3e7)
    ('10⁻⁵', '0.1', '3·10⁷')
    """
    if not value > 0 or 0.009 < value < 101:
        return f"{value:g}".replace("-", "−")
    exponent = math.floor(math.log10(value) + 1e-9)
    factor = value / 10.0**exponent
    raised = str(exponent).translate(RAISED)
    return f"10{raised}" if abs(factor - 1) < 1e-6 else f"{factor:.3g}·10{raised}"


def to_svg(figure: Figure, salt: str, ids: str = "") -> str:
    """Return a figure as SVG text that depends on what is drawn only: no date, no random ids.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    salt : str
        Goes into the ids, so that two figures of one page never share any.
    ids : str
        What the ids begin with instead, when that is known to differ from figure to figure.

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
    return compact_svg(svg[svg.index("<svg") :], ids or f"{salt}-") + "\n"


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
