"""Predicted against final norm product: what the initial weights said, and what descent did."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from numerics.groups import spearman
from proofs_check.report.figures.style import INK, decades, group_look, new_figure
from proofs_check.report.race_arrays import MIN_LARGE_GROUP, RaceArrays, large_groups

MAX_GROUPS = 6


def draw(arrays: RaceArrays) -> Figure:
    """Draw both norm products on logarithmic axes, a colour and a marker for each large group, its winner ringed."""
    figure, (axes,) = new_figure(4.0)
    groups = large_groups(arrays.group)[:MAX_GROUPS]
    others = np.flatnonzero(~np.isin(arrays.group, groups))
    for position in [-1, *groups]:
        members = others if position < 0 else np.flatnonzero(arrays.group == position)
        inside = members[(arrays.predicted[members] > 0) & (arrays.final[members] > 0)]
        if not len(inside):
            continue
        colour, marker = group_look(groups.index(position) if position >= 0 else -1)
        axes.scatter(
            arrays.predicted[inside],
            arrays.final[inside],
            s=14,
            color=colour,
            marker=marker,
            label=_named(arrays, position, members),
            linewidths=0 if marker != "x" else 0.8,
        )
        if position >= 0:
            winner = inside[np.argmax(arrays.final[inside])]
            at = [arrays.predicted[winner]], [arrays.final[winner]]
            axes.scatter(*at, s=90, facecolors="none", edgecolors=INK, linewidths=1.2)
    decades(axes.xaxis)
    decades(axes.yaxis)
    axes.set_xlabel("predicted norm product ‖w‖|v|, from the initial weights")
    axes.set_ylabel("final norm product ‖w‖|v|, after descent")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", handletextpad=0.3)
    return figure


def _named(arrays: RaceArrays, position: int, members: np.ndarray) -> str:
    if position < 0:
        return f"smaller groups ({len(members)} neurons)"
    said = f"group {position + 1} ({len(members)} neurons)"
    rank = spearman(arrays.predicted[members], arrays.final[members]) if len(members) >= MIN_LARGE_GROUP else None
    return said if rank is None else f"{said}, Spearman {rank:.5f}"
