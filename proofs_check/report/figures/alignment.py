"""Norm product against angle at the horizon, coloured by the final norm: closer and larger neurons win their group."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure

from proofs_check.report.figures.style import COLOUR_MAP, INK, decades, group_look, new_figure, power_of_ten
from proofs_check.report.race_arrays import RaceArrays, large_groups

MAX_PANELS = 4


def draw(arrays: RaceArrays) -> Figure:
    """Draw one panel a large group; the ring marks the neuron with the largest final norm product."""
    groups = large_groups(arrays.group)[:MAX_PANELS]
    members = [np.flatnonzero(arrays.group == group) for group in groups] or [np.arange(len(arrays.final))]
    columns = min(2, len(members))
    rows = -(-len(members) // columns)
    figure, panels = new_figure(2.7 * rows + 0.4, nrows=rows, ncols=columns)
    shown = arrays.final[np.concatenate(members)]
    norm = _colour_scale(shown)
    for axes, inside, position in zip(panels, members, groups or [-1], strict=False):
        points = axes.scatter(
            np.degrees(arrays.angle[inside]),
            arrays.early[inside],
            c=arrays.final[inside],
            norm=norm,
            cmap=COLOUR_MAP,
            s=16,
            marker=group_look(position)[1],
            linewidths=0 if position >= 0 else 0.8,
        )
        winner = inside[np.argmax(arrays.final[inside])]
        axes.scatter(
            [np.degrees(arrays.angle[winner])],
            [arrays.early[winner]],
            s=90,
            facecolors="none",
            edgecolors=INK,
            linewidths=1.2,
        )
        if (arrays.early[inside] > 0).any():
            decades(axes.yaxis)
        axes.set_title(f"group {position + 1}: {len(inside)} neurons" if position >= 0 else "all neurons")
        axes.set_xlabel("angle to the target, δ (degrees)")
        axes.set_ylabel("norm product ‖w‖|v|")
    for axes in panels[len(members) :]:
        axes.set_visible(False)
    bar = figure.colorbar(points, ax=panels, label="final norm product ‖w‖|v|", aspect=30)
    bar.ax.yaxis.labelpad = 8
    bar.outline.set_visible(False)
    if isinstance(norm, LogNorm):
        bar.ax.yaxis.set_major_formatter(lambda value, _: power_of_ten(value))
    return figure


def _colour_scale(values: np.ndarray) -> Normalize:
    low, high = float(values.min()), float(values.max())
    return LogNorm(low, high) if 0 < low < high else Normalize(low, max(high, low + 1.0))
