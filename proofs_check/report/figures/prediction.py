"""Predicted against final norm product: what the initial weights said, and what descent did."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from proofs_check.report.figures.style import group_look, new_figure
from proofs_check.report.race_arrays import RaceArrays, large_groups

MAX_GROUPS = 6


def draw(arrays: RaceArrays) -> Figure:
    """Draw both norm products on logarithmic axes, a colour and a marker for each large group."""
    figure, (axes,) = new_figure(4.2)
    groups = large_groups(arrays.group)[:MAX_GROUPS]
    others = np.flatnonzero(~np.isin(arrays.group, groups))
    for position in [-1, *groups]:
        inside = others if position < 0 else np.flatnonzero(arrays.group == position)
        inside = inside[(arrays.predicted[inside] > 0) & (arrays.final[inside] > 0)]
        if not len(inside):
            continue
        colour, marker = group_look(groups.index(position) if position >= 0 else -1)
        label = f"group {position + 1}" if position >= 0 else "smaller groups"
        axes.scatter(
            arrays.predicted[inside],
            arrays.final[inside],
            s=14,
            color=colour,
            marker=marker,
            label=f"{label} ({len(inside)})",
            linewidths=0 if marker != "x" else 0.8,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("predicted norm product, from the initial weights")
    axes.set_ylabel("final norm product, after descent")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", handletextpad=0.3)
    return figure
