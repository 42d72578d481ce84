"""What the early race returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.early_race.neuron import KINDS, REASONS

GATE_NAMES = ("off", "on", "sliding")


@dataclass(frozen=True)
class RaceEvent:
    """One event of one neuron: ``kind`` is one of `KINDS`; ``sample`` is None when the read-out turns."""

    time: float
    neuron: int
    sample: int | None
    kind: str


@dataclass(frozen=True)
class EarlyRace:
    """The network at the horizon as the initial weights determine it: m neurons, n samples.

    Attributes
    ----------
    horizon : time at which the prediction reaches the level, None when it never does (then see ``note``).
    z : (m, n) ``w.x`` at the horizon.    v : (m,) read-outs.
    gates : (m, n) 0 off, 1 on, 2 sliding.
    norm : (m,) ``|w|`` from the conserved ``|w|**2 - v**2``; compare with `weights`.
    norm_product : (m,) ``|w||v|`` at the horizon.
    ranking_time, predicted_norm_product : the same at a later time, with residuals still those of ``f = 0``: its
    order inside a group is the predicted order of the race.
    norm_product_start : (m,) at the start.    cos_start, cos_horizon : (m,) cosine of ``w`` and ``gamma``
    (zero where the drive is).
    coefficients : (m, n) ``C`` such that ``w = w0 + C x``.
    events, slides, ambiguous, status : (m,) per neuron; ``status`` 0 is resolved, else a position in `REASONS`.
    timeline : events in the order of time, when asked for.
    """

    horizon: float | None
    note: str
    level: float
    loss: str
    z: np.ndarray
    v: np.ndarray
    gates: np.ndarray
    norm: np.ndarray
    norm_product: np.ndarray
    ranking_time: float | None
    predicted_norm_product: np.ndarray
    norm_product_start: np.ndarray
    cos_start: np.ndarray
    cos_horizon: np.ndarray
    coefficients: np.ndarray
    events: np.ndarray
    slides: np.ndarray
    ambiguous: np.ndarray
    status: np.ndarray
    timeline: tuple[RaceEvent, ...]

    def weights(self, x: np.ndarray, w0: np.ndarray) -> np.ndarray:
        """Return the weights (m, d) at the horizon, ``w0 + C x``."""
        return w0 + self.coefficients @ x

    def failures(self) -> list[dict[str, int | str]]:
        """Return every neuron whose race was not resolved, with the reason."""
        return [{"neuron": int(j), "reason": REASONS[self.status[j]]} for j in np.flatnonzero(self.status)]


def make_event(time: float, neuron: int, sample: int, kind: int) -> RaceEvent:
    """Return an event from its codes.

    Examples
    --------
    >>> make_event(0.5, 1, -1, 5).kind
    'turn'
    """
    return RaceEvent(time, neuron, None if sample < 0 else sample, KINDS[kind])
