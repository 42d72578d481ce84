"""Storing a race so that a stranger can check it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np

from numerics.race import RaceResult


def save_race(path: str | Path, result: RaceResult) -> None:
    """Write the data, the start and both norm products to an ``.npz`` file, all or nothing.

    Its arrays are ``x, y, w0, v0, predicted_norm_product, final_norm_product``: ``descent_steps`` plain
    gradient-descent steps of size ``eta`` on the mean loss from ``w0, v0`` give the final norm products.

    Parameters
    ----------
    path : file to write; an existing one is replaced at once at the end.
    result : the race.

    Raises
    ------
    ValueError
        When the folder does not exist.

    Examples
    --------
    >>> save_race.__name__
    'save_race'
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise ValueError(f"save: no folder {path.parent} for {path.name}; create it first")
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(
                file, x=result.problem.x, y=result.problem.y, w0=result.w0, v0=result.v0,
                predicted_norm_product=result.early.predicted_norm_product,
                final_norm_product=result.final_norm_product,
            )  # fmt: skip
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise
