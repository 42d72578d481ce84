"""The state of the neurons in the early race, and the names of its numbers, modes and failures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Columns of ``number``: read-out v, work w.gamma, |gamma|^2, time, total displacement, |w|^2 - v^2, |w|^2 at the start.
READ_OUT, WORK, RATE_SQUARED, TIME, DISPLACEMENT, BALANCE, START_SQUARE = range(7)
# Columns of ``count``: status, events, slides, ambiguous releases, events in a row at one point, released there,
# whether at rest for ever, number sliding now, changes of the drive since it was last recomputed.
STATUS, EVENTS, SLIDES, AMBIGUOUS, STANDSTILL, RELEASED, FROZEN, SLIDING_NOW, STALE = range(9)
NUMBERS, COUNTS = 7, 9
# Values of ``gate``.
ON, SLIDING, OFF = 1.0, 0.0, -1.0
# Kinds of recorded events.
KINDS = ("on", "off", "slide", "release on", "release off", "turn", "collapse")
KIND_ON, KIND_OFF, KIND_SLIDE, KIND_RELEASE_ON, KIND_RELEASE_OFF, KIND_TURN, KIND_COLLAPSE = range(7)
# Values of ``count[STATUS]``.
REASONS = (
    "resolved",
    "a gate contradicts the sign of w.x",
    "the sliding problem at an event was not solved",
    "events repeat at one point without end",
    "more events than allowed",
    "a number is not finite",
    "the propagated state differs from the one recomputed from the initial weights",
)
OK, INCONSISTENT, UNSOLVED, CYCLING, TOO_MANY, NOT_FINITE, DRIFTED = range(7)


class Neurons(NamedTuple):
    """All neurons, one a row: m neurons, n samples.

    ``z`` (m, n) is ``w.x``; ``c`` (m, n) is ``gamma.x``; ``push`` (m, n) the coefficients of ``gamma``; ``gate``
    (m, n) is `ON`, `OFF` or `SLIDING`; ``travel`` (m, n) is such that ``w = w0 + (travel + displacement push) X``;
    ``number`` and ``count`` hold the scalars named in this module.
    """

    z: np.ndarray
    c: np.ndarray
    push: np.ndarray
    gate: np.ndarray
    travel: np.ndarray
    number: np.ndarray
    count: np.ndarray


class Neuron(NamedTuple):
    """One row of `Neurons`, as the kernel sees it."""

    z: np.ndarray
    c: np.ndarray
    push: np.ndarray
    gate: np.ndarray
    travel: np.ndarray
    number: np.ndarray
    count: np.ndarray


class Work(NamedTuple):
    """Scratch memory of the kernel: nothing in it outlives an event, except the released samples.

    ``speed`` (n,) inverse displacement to each gate event, ``speed_bits`` the same memory as integers; ``pending``
    (2,) a displacement not yet carried out on ``z`` and a change of gamma not yet carried out on ``c``, along the
    sample ``pending_row`` (1,); ``chosen``, ``released`` (n,) sample indices; the rest is
    the small problem of the sliding set, see `numerics.early_race.sliding`.
    """

    speed: np.ndarray
    speed_bits: np.ndarray
    pending: np.ndarray
    pending_row: np.ndarray
    chosen: np.ndarray
    released: np.ndarray
    gram: np.ndarray
    factor: np.ndarray
    low: np.ndarray
    high: np.ndarray
    value: np.ndarray
    slope: np.ndarray
    step: np.ndarray
    free: np.ndarray


class Timeline(NamedTuple):
    """A buffer of events, ``time`` (cap,) and ``what`` (cap, 3): neuron, sample, kind; ``used`` (1,) goes past cap."""

    time: np.ndarray
    what: np.ndarray
    used: np.ndarray


def make_work(n: int) -> Work:
    """Return scratch memory for n samples.

    Examples
    --------
    >>> make_work(3).speed.shape
    (3,)
    """
    whole, speed = np.zeros(n, dtype=np.int64), np.zeros(n)
    return Work(
        speed, speed.view(np.int64), np.zeros(2), whole[:1].copy(), whole, whole.copy(),
        np.zeros((n, n)), np.zeros((n, n)),
        np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), whole.copy(),
    )  # fmt: skip


def make_timeline(cap: int) -> Timeline:
    """Return an empty event buffer for ``cap`` events.

    Examples
    --------
    >>> int(make_timeline(4).used[0])
    0
    """
    return Timeline(np.zeros(cap), np.zeros((cap, 3), dtype=np.int64), np.zeros(1, dtype=np.int64))


def copy_neurons(neurons: Neurons) -> Neurons:
    """Return an independent copy of a state.

    Examples
    --------
    >>> one = Neurons(*[np.zeros((1, 7)) for _ in range(7)])
    >>> copy_neurons(one).z is one.z
    False
    """
    return Neurons(*[part.copy() for part in neurons])
