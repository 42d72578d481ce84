"""Figures of the race as SVG text, one file a figure; the same arrays always give the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from proofs_check.report.race_arrays import RaceArrays


def race_figures(arrays: RaceArrays, prefix: str = "") -> dict[str, str]:
    """Return the figures of one race by name, as standalone SVG text; ids begin with ``prefix`` and the name.

    Examples
    --------
    >>> race_figures.__name__
    'race_figures'
    """
    from proofs_check.report.figures.style import to_svg

    return {name: to_svg(figure, prefix + name, _ids(prefix, name)) for name, figure in drawn_figures(arrays).items()}


def race_files(arrays: RaceArrays, prefix: str) -> dict[str, bytes]:
    """Return the figures of one race as SVG and as PDF, by file name.

    Examples
    --------
    >>> race_files.__name__
    'race_files'
    """
    from proofs_check.report.figures.style import to_pdf, to_svg

    files: dict[str, bytes] = {}
    for name, figure in drawn_figures(arrays).items():
        files[f"{prefix}{name}.svg"] = to_svg(figure, prefix + name, _ids(prefix, name)).encode()
        files[f"{prefix}{name}.pdf"] = to_pdf(figure)
    return files


def _ids(prefix: str, name: str) -> str:
    """Return what the ids of a figure begin with: "r1l" for the loss of race 1; no two names begin alike."""
    return prefix[:1] + "".join(letter for letter in prefix if letter.isdigit()) + name[0]


def drawn_figures(arrays: RaceArrays) -> dict[str, Figure]:
    """Return the figures of one race by name, in the order of the report.

    Examples
    --------
    >>> drawn_figures.__name__
    'drawn_figures'
    """
    import matplotlib

    from proofs_check.report.figures import alignment, cosines, events, growth, loss, prediction
    from proofs_check.report.figures.style import SETTINGS

    with matplotlib.rc_context(SETTINGS):
        return {
            "loss": loss.draw(arrays),
            "growth": growth.draw(arrays),
            "prediction": prediction.draw(arrays),
            "alignment": alignment.draw(arrays),
            "cosines": cosines.draw(arrays),
            "events": events.draw(arrays),
        }
