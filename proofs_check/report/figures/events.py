"""The gate events of the early race: how many of each kind over time, and when each neuron has had its last."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from proofs_check.report.figures.style import GROUP_COLOURS, INK, group_look, new_figure
from proofs_check.report.race_arrays import EVENT_KINDS, RaceArrays, large_groups

BINS = 60
HATCHES = ("", "////", "----", "xxxx")  # lines only: dots make a pattern of 180 kB
MAX_GROUPS = 6


def draw(arrays: RaceArrays) -> Figure:
    """Draw stacked counts over time, and below them each neuron's last event, neurons ordered by final norm product."""
    figure, (counts, rows) = new_figure(5.0, nrows=2, sharex=True, height_ratios=(1, 1.5))  # type: ignore[arg-type]
    # a race whose horizon was not found has no time line; the axes still need a width
    end = float(arrays.horizon[0]) or 1.0
    edges = np.linspace(0.0, end, BINS + 1)
    bottom = np.zeros(BINS)
    for kind, name in enumerate(EVENT_KINDS):
        chosen = arrays.event_kind == kind
        if not chosen.any():
            continue
        top = bottom + np.histogram(arrays.event_time[chosen], edges)[0]
        counts.stairs(
            top, edges, baseline=bottom, fill=True, color=GROUP_COLOURS[kind], hatch=HATCHES[kind],
            edgecolor="white", linewidth=0, label=f"{name} ({int(chosen.sum()):,})",
        )  # fmt: skip
        bottom = top
    counts.set_ylabel(f"events in {end / BINS:.2g}")
    if bottom.any():
        counts.legend(ncols=2, loc="upper right", handlelength=1.4)
    _last(rows, arrays)
    rows.set_xlabel("time (steps × η); the horizon is the right edge")
    rows.set_xlim(0.0, end)
    return figure


def _last(axes: object, arrays: RaceArrays) -> None:
    """Draw a dot a neuron at its last gate event: from there on it grows in closed form; winners are ringed."""
    last = np.zeros(len(arrays.group))
    np.maximum.at(last, arrays.event_neuron, arrays.event_time)
    for position, group in enumerate(large_groups(arrays.group)[:MAX_GROUPS]):
        members = np.flatnonzero(arrays.group == group)
        order = members[np.argsort(-arrays.final[members], kind="stable")]
        colour, marker = group_look(position)
        axes.scatter(  # type: ignore[attr-defined]
            last[order], np.arange(1, len(order) + 1), s=11, color=colour, marker=marker, linewidths=0,
            label=f"group {group + 1}",
        )  # fmt: skip
        axes.scatter([last[order[0]]], [1], s=90, facecolors="none", edgecolors=INK, linewidths=1.2)  # type: ignore[attr-defined]
    axes.set_ylabel("place in its group after descent")  # type: ignore[attr-defined]
    if axes.get_legend_handles_labels()[0]:  # type: ignore[attr-defined]
        axes.legend(loc="lower left", handletextpad=0.3)  # type: ignore[attr-defined]
    axes.invert_yaxis()  # type: ignore[attr-defined]
