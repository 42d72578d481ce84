"""A loss curve thinned while it grows."""

from __future__ import annotations

import numpy as np

MOST_POINTS = 4000


class LossCurve:
    """Collects the loss before every step, keeping at most `MOST_POINTS` of them, always the first and last.

    Parameters
    ----------
    drop : the loss drop is the first step with a loss below this fraction of the first loss.

    Examples
    --------
    >>> curve = LossCurve(0.8)
    >>> curve.extend(np.array([1.0, 0.9, 0.7]), 3)
    >>> curve.drop_step, curve.steps, curve.points().tolist()
    (2, 3, [[0.0, 1.0], [1.0, 0.9], [2.0, 0.7]])
    """

    def __init__(self, drop: float) -> None:
        self.drop = drop
        self.steps = 0
        self.first = self.last = float("nan")
        self.drop_step: int | None = None
        self._stride = 1
        self._last_step = 0
        self._kept: list[tuple[int, float]] = []

    def extend(self, losses: np.ndarray, taken: int) -> None:
        """Add the losses before the steps ``self.steps``, ``self.steps + 1``, ...; ``taken`` steps were made."""
        if len(losses) == 0:
            return
        if not self._kept:
            self.first = float(losses[0])
        if self.drop_step is None:
            below = np.flatnonzero(losses < self.drop * self.first)
            self.drop_step = self.steps + int(below[0]) if len(below) else None
        offset = -self.steps % self._stride
        self._kept += [(self.steps + i, float(losses[i])) for i in range(offset, len(losses), self._stride)]
        while len(self._kept) >= MOST_POINTS:
            self._stride *= 2
            self._kept = [point for point in self._kept if point[0] % self._stride == 0]
        self._last_step, self.last = self.steps + len(losses) - 1, float(losses[-1])
        self.steps += taken

    def points(self) -> np.ndarray:
        """Return (p, 2) steps and losses."""
        points = list(self._kept)
        if points and points[-1][0] != self._last_step:
            points.append((self._last_step, self.last))
        return np.array(points).reshape(-1, 2)
