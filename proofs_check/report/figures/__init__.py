"""Figures of the race as SVG text, one file a figure; the same arrays always give the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofs_check.report.race_arrays import RaceArrays


def race_figures(arrays: RaceArrays) -> dict[str, str]:
    """Return the figures of one race by name, as standalone SVG text.

    Examples
    --------
    >>> race_figures.__name__
    'race_figures'
    """
    from proofs_check.report.figures import alignment, cosines, events, loss, prediction
    from proofs_check.report.figures.style import to_svg

    drawn = {
        "loss": loss.draw(arrays),
        "alignment": alignment.draw(arrays),
        "cosines": cosines.draw(arrays),
        "prediction": prediction.draw(arrays),
        "events": events.draw(arrays),
    }
    return {name: to_svg(figure, name) for name, figure in drawn.items()}
