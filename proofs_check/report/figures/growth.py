"""Norm products against time: predicted and along descent, the winner of each group in front."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from proofs_check.report.figures.style import FAINT, OTHER_COLOUR, decades, group_look, new_figure
from proofs_check.report.race_arrays import RaceArrays

SHADES = (1.0, 0.75, 0.55)


def draw(arrays: RaceArrays) -> Figure:
    """Draw one panel a group: lines are descent, dots the prediction, a tick the last gate event of a neuron."""
    groups = list(dict.fromkeys(arrays.group[arrays.growth_neuron].tolist()))
    figure, panels = new_figure(3.0, ncols=max(len(groups), 1), sharey=True)
    for axes, group in zip(panels, groups or [-1], strict=True):
        columns = [k for k, neuron in enumerate(arrays.growth_neuron) if arrays.group[neuron] == group]
        for rank, column in enumerate(columns):
            _line(axes, arrays, column, rank, group)
        axes.axvline(float(arrays.horizon[0]), color=FAINT, linestyle="--", linewidth=1.2)
        axes.set_xlabel("time (steps × η)")
        axes.set_title(
            f"group {group + 1}: neuron {arrays.growth_neuron[columns[0]]} wins" if groups else "no large group"
        )
        if (arrays.growth_descent[:, columns] > 0).any():
            decades(axes.yaxis)
            axes.yaxis.set_minor_locator(NullLocator())
    panels[0].set_ylabel("norm product ‖w‖|v|")
    return figure


def _line(axes: object, arrays: RaceArrays, column: int, rank: int, group: int) -> None:
    """Draw one neuron; the three largest have the colour of their group, the others stay grey."""
    time, neuron = arrays.growth_time, arrays.growth_neuron[column]
    named = rank < len(SHADES)
    colour, marker = group_look(group) if named else (OTHER_COLOUR, ".")
    style = {"color": colour, "alpha": SHADES[rank] if named else 0.8}
    axes.plot(time, arrays.growth_descent[:, column], linewidth=2.2 if rank == 0 else 1.1, **style)  # type: ignore[attr-defined]
    predicted = arrays.growth_predicted[:, column]
    if rank == 0 or not named:  # the second and third lie too near to the first
        axes.plot(time[::3], predicted[::3], linestyle="none", marker=marker, markersize=4, **style)  # type: ignore[attr-defined]
    events = arrays.event_time[arrays.event_neuron == neuron]
    known = np.flatnonzero(np.isfinite(predicted) & (predicted > 0))
    if len(events) and len(known) > 1:
        height = np.exp(np.interp(events.max(), time[known], np.log(predicted[known])))
        axes.plot([events.max()], [height], marker="|", markersize=11, markeredgewidth=1.6, **style)  # type: ignore[attr-defined]
