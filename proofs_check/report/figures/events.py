"""The time line of gate events of the early race: how many of each kind, and in which neuron."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from proofs_check.report.figures.style import GROUP_COLOURS, new_figure
from proofs_check.report.race_arrays import EVENT_KINDS, RaceArrays

BINS = 60
HATCHES = ("", "////", "....", "xxxx")
MOST_DOTS = 20_000


def draw(arrays: RaceArrays) -> Figure:
    """Draw stacked counts over time, and below them events as dots, thinned evenly when there are very many."""
    figure, (counts, rows) = new_figure(5.0, nrows=2, sharex=True, height_ratios=(1, 1.5))  # type: ignore[arg-type]
    # a race whose horizon was not found has no time line; the axes still need a width
    end = float(arrays.horizon[0]) or 1.0
    edges = np.linspace(0.0, end, BINS + 1)
    bottom = np.zeros(BINS)
    order = np.lexsort((-arrays.final, np.where(arrays.group < 0, len(arrays.group), arrays.group)))
    row_of = np.empty(len(order), dtype=int)
    row_of[order] = np.arange(len(order))
    stride = -(-len(arrays.event_time) // MOST_DOTS) or 1
    for kind, name in enumerate(EVENT_KINDS):
        chosen = arrays.event_kind == kind
        height, _ = np.histogram(arrays.event_time[chosen], edges)
        if not chosen.any():
            continue
        counts.bar(
            edges[:-1],
            height,
            width=np.diff(edges),
            bottom=bottom,
            align="edge",
            color=GROUP_COLOURS[kind],
            hatch=HATCHES[kind],
            edgecolor="white",
            linewidth=0,
            label=f"{name} ({int(chosen.sum()):,})",
        )
        bottom += height
        dots = np.flatnonzero(chosen)[::stride]
        rows.scatter(
            arrays.event_time[dots],
            row_of[arrays.event_neuron[dots]],
            s=1.5,
            color=GROUP_COLOURS[kind],
            linewidths=0,
            rasterized=True,
        )
    counts.set_ylabel("events")
    if bottom.any():
        counts.legend(ncols=2, loc="upper right", handlelength=1.4)
    if stride > 1:
        rows.set_title(f"one dot for {stride} events", loc="right")
    rows.set_ylabel("neuron, by group")
    rows.set_xlabel("time (steps × η); the horizon is the right edge")
    rows.set_xlim(0.0, end)
    rows.invert_yaxis()
    return figure
