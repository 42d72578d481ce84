"""Small random initial weights."""

from __future__ import annotations

import math

import numpy as np

KINDS = ("normal", "balanced")


def initial_weights(
    width: int, dimension: int, scale: float = 1e-3, seed: int = 0, kind: str = "normal"
) -> tuple[np.ndarray, np.ndarray]:
    """Draw initial weights w (m, d) and read-outs v (m,), all normal with standard deviation ``scale/sqrt(d)``.

    Parameters
    ----------
    width : number m of neurons.    dimension : input dimension d.
    scale : root mean square norm of a weight vector.
    seed : seed of `numpy.random.default_rng`; w is drawn first, then v.
    kind : "normal", or "balanced" for ``v_j = +-|w_j|`` with the sign that was drawn.

    Raises
    ------
    ValueError
        When a number is out of range or the kind is unknown.

    Examples
    --------
    >>> w, v = initial_weights(3, 4, kind="balanced")
    >>> bool(np.allclose(np.linalg.norm(w, axis=1), np.abs(v)))
    True
    """
    if width < 1 or dimension < 1:
        raise ValueError(f"initial weights: width={width} and dimension={dimension} must be at least 1")
    if not (math.isfinite(scale) and scale > 0):
        raise ValueError(f"initial weights: scale={scale} must be positive and finite; 1e-3 is usual")
    if kind not in KINDS:
        raise ValueError(f"initial weights: unknown init={kind!r}; use one of {', '.join(KINDS)}")
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((width, dimension)) * scale / np.sqrt(dimension)
    v = rng.standard_normal(width) * scale / np.sqrt(dimension)
    if kind == "balanced":
        v = np.copysign(np.linalg.norm(w, axis=1), v)
    return w, v
