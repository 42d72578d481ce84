"""What the flow of a wide network returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class WideFlow:
    """The fully coupled gradient flow of a wide network: m neurons, n samples, d inputs.

    Attributes
    ----------
    guarantee : ESTIMATED.
    time : the time reached.    reason : empty, or why it ended before what was asked for.
    w : (m, d) and v : (m,) the weights there.    z : (m, n) ``w.x``.    gates : (m, n) 0 off, 1 on, 2 sliding.
    times, losses : (p,) the mean loss at the start and at the end of every window.
    drop_time : when the loss first fell below 0.8 of the first one (between two windows), or None.
    error : estimate of the error of (w, v) at the end, relative to their norm: the distance to a second flow with
        windows twice as long, three times the error expected.
    windows : number of windows accepted.    rejected : number tried and thrown away.
    events, slides, ambiguous : (m,) events of each neuron, how many samples began to slide, and at how many events
        the solution was not unique.
    seconds : time taken.
    """

    guarantee: str
    time: float
    reason: str
    w: np.ndarray
    v: np.ndarray
    z: np.ndarray
    gates: np.ndarray
    times: np.ndarray
    losses: np.ndarray
    drop_time: float | None
    error: float
    windows: int
    rejected: int
    events: np.ndarray
    slides: np.ndarray
    ambiguous: np.ndarray
    seconds: float
