"""Cosines between the total weight vectors at the end of descent, neurons ordered by group."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from proofs_check.report.figures.style import FAINT, new_figure
from proofs_check.report.race_arrays import RaceArrays


def draw(arrays: RaceArrays) -> Figure:
    """Draw the cosine matrix as an image; lines part the groups."""
    last = len(arrays.group)
    key = np.where(arrays.group < 0, last, arrays.group)
    order = np.lexsort((-arrays.final, key))
    figure, (axes,) = new_figure(5.2)
    image = axes.imshow(arrays.cosine[np.ix_(order, order)], cmap="PuOr", vmin=-1, vmax=1, interpolation="nearest")
    axes.grid(False)
    for border in np.flatnonzero(np.diff(key[order])) + 0.5:
        axes.axhline(border, color=FAINT, linewidth=0.5)
        axes.axvline(border, color=FAINT, linewidth=0.5)
    axes.set_xlabel("neuron, ordered by group and final norm product")
    axes.set_ylabel("neuron, same order")
    bar = figure.colorbar(image, ax=axes, label="cosine", aspect=30)
    bar.outline.set_visible(False)
    return figure
