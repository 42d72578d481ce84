"""The arrays behind the figures of one race, independent of how the race was run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

EVENT_KINDS = ("opens", "closes", "starts to slide", "stops sliding")
MIN_LARGE_GROUP = 5


@dataclass(frozen=True)
class RaceArrays:
    """What the figures draw.

    Parameters
    ----------
    loss_time, loss : (k,) arrays
        Time (steps times eta) and mean loss of descent.
    horizon : (1,) array
        Where the prediction ends.
    angle : (m,) array
        Angle to the target direction at the start, in radians.
    early : (m,) array
        Norm product at the start.
    predicted, final : (m,) arrays
        Predicted norm product, and the one at the end of descent.
    group : (m,) array of int
        Position of a neuron's group, largest first; -1 outside every group.
    cosine : (m, m) array
        Cosines between total weight vectors at the end of descent.
    event_time, event_neuron, event_kind : (events,) arrays
        Gate events of the early race; kinds are positions in `EVENT_KINDS`.
    growth_time, growth_neuron : (k,), (r,) arrays
        When, and of which neurons, the growth was recorded: a few of each large group, its winner first.
    growth_predicted, growth_descent : (k, r) arrays
        Norm products in the early race and along descent, not-a-number where unknown.

    Examples
    --------
    >>> from dataclasses import fields
    >>> [field.name for field in fields(RaceArrays)][:2]
    ['loss_time', 'loss']
    """

    loss_time: np.ndarray
    loss: np.ndarray
    horizon: np.ndarray
    angle: np.ndarray
    early: np.ndarray
    predicted: np.ndarray
    final: np.ndarray
    group: np.ndarray
    cosine: np.ndarray
    event_time: np.ndarray
    event_neuron: np.ndarray
    event_kind: np.ndarray
    growth_time: np.ndarray
    growth_neuron: np.ndarray
    growth_predicted: np.ndarray
    growth_descent: np.ndarray


def large_groups(group: np.ndarray) -> list[int]:
    """Return the positions of the groups of at least five neurons, largest first.

    Examples
    --------
    >>> large_groups(np.array([0] * 6 + [1] * 2 + [-1] * 9))
    [0]
    """
    sizes = np.bincount(group[group >= 0]) if (group >= 0).any() else np.zeros(0, dtype=int)
    order = np.argsort(-sizes, kind="stable")
    return [int(position) for position in order if sizes[position] >= MIN_LARGE_GROUP]
