"""The loss of descent with its plateau and drop, and where the prediction stops looking."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from proofs_check.report.figures.style import FAINT, GROUP_COLOURS, decades, new_figure
from proofs_check.report.race_arrays import RaceArrays


def draw(arrays: RaceArrays) -> Figure:
    """Draw mean loss against time; the dashed line is the prediction's horizon."""
    figure, (axes,) = new_figure(2.9)
    axes.plot(arrays.loss_time, arrays.loss, color=GROUP_COLOURS[0], linewidth=1.8)
    decades(axes.yaxis)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.axvline(float(arrays.horizon[0]), color=FAINT, linestyle="--", linewidth=1.2)
    axes.annotate(
        "horizon",
        (float(arrays.horizon[0]), 0.04),
        xycoords=("data", "axes fraction"),
        xytext=(-5, 0),
        textcoords="offset points",
        horizontalalignment="right",
    )
    axes.set_xlabel("time (steps × η)")
    axes.set_ylabel("mean loss")
    axes.set_xlim(left=0)
    return figure
