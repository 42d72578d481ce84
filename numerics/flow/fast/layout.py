"""The arrays of the compiled flow: data of one network, its mode, the Taylor series of a step, and the names of codes.

m neurons, d inputs, n samples, c outputs, H kinks (lines through zero on which samples lie), P the order of a step.
A pair (neuron j, input i) is the place ``j*d + i``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

ORDER = 20  # of a Taylor step: -log(2**-53)/2 + 1, where steps of exp(-2) radii of convergence lose nothing
SQUARED, LOGISTIC, EXPONENTIAL, SOFTMAX = range(4)
LOSSES = ("squared", "logistic", "exponential", "softmax")
MOST_AT_ZERO = 5
# Kinds of events.
KINK, PLUS, MINUS, TURN, REST, NOTHING = range(6)
# Columns of ``count``: status, events, slides, events at which the flow is not unique, steps, events in a row at one
# time, neuron of the failure, and states written.
STATUS, EVENTS, SLIDES, AMBIGUOUS, STEPS, STANDSTILL, CULPRIT, WRITTEN = range(8)
COUNTS = 8
REASONS = (
    "",
    "a gate contradicts the sign of w.x",
    "no velocity solves the sliding problem of an event",
    "events repeat at one time without end",
    "more steps than allowed",
    "the flow left the range of doubles, or its step shrank to nothing",
    "more kinks than supported are at zero at once",
)
OK, INCONSISTENT, UNSOLVED, CYCLING, TOO_MANY, BLOWN_UP, CROWDED = range(7)


class Data(NamedTuple):
    """One network: ``x`` (n, d), ``y`` (n, c); ``line`` (H,) the first sample of a kink, ``member`` (n,) the kink of a
    sample (-1: zero input), ``factor`` (n,) with ``x_k = factor_k x_line``; ``gram`` (H, H) of the first samples;
    ``length`` (H,) their norms; ``code`` (1,) the loss."""

    x: np.ndarray
    y: np.ndarray
    line: np.ndarray
    member: np.ndarray
    factor: np.ndarray
    gram: np.ndarray
    length: np.ndarray
    code: np.ndarray


class Mode(NamedTuple):
    """``side`` (m, H) +1, -1, or 0 sliding; ``turned`` (m,) sign of a scalar read-out while sliding; ``sliding``
    (m, d) kinks and ``size`` (m,) how many; ``forms`` (m, d, 2, n) the room of each multiplier to its two ends, linear
    in ``v.e``; ``gated`` (n, m*d) inputs times gates, projected; ``fresh`` (m, H) how many leading coefficients of
    ``w.x`` are zero; ``rests`` (m, H) 1 where a neuron without active samples stands on a kink and is pushed back."""

    side: np.ndarray
    turned: np.ndarray
    sliding: np.ndarray
    size: np.ndarray
    forms: np.ndarray
    gated: np.ndarray
    fresh: np.ndarray
    rests: np.ndarray


class Series(NamedTuple):
    """Taylor coefficients, one row an order: ``w`` (P+1, m*d), ``v`` (P+1, c, m), ``tiled`` (P+1, c, m*d) v repeated,
    ``part`` (P+1, c, m*d) products v w, ``f``, ``e`` (P+1, c, n), ``drive`` (P+1, c, m*d) the gated correlation,
    ``aid`` (P+1, c, n) and ``aid2`` (P+1, n) what a loss needs, ``total`` (2, m*d) and ``spare`` (c, m) scratch."""

    w: np.ndarray
    v: np.ndarray
    tiled: np.ndarray
    part: np.ndarray
    f: np.ndarray
    e: np.ndarray
    drive: np.ndarray
    aid: np.ndarray
    aid2: np.ndarray
    total: np.ndarray
    spare: np.ndarray


class Work(NamedTuple):
    """Scratch memory of events: a polynomial, its Bernstein form and a stack of halves, and the corner of a neuron."""

    poly: np.ndarray
    bernstein: np.ndarray
    stack: np.ndarray
    span: np.ndarray
    change: np.ndarray
    push: np.ndarray
    beta: np.ndarray
    rows: np.ndarray
    chosen: np.ndarray
    trial: np.ndarray
    best: np.ndarray
    rate: np.ndarray


class Output(NamedTuple):
    """What is known of one flow: ``times`` (q,) asked for, ``w`` (q, m*d) and ``v`` (q, c, m) there, ``clock`` (1,) the
    time reached, ``count`` see above, ``log`` (cap, 4) time, kind, neuron and kink of the first events."""

    times: np.ndarray
    w: np.ndarray
    v: np.ndarray
    clock: np.ndarray
    count: np.ndarray
    log: np.ndarray


def make_mode(m: int, d: int, n: int) -> Mode:
    """Return memory for a mode, with room for a kink a sample.

    Examples
    --------
    >>> make_mode(2, 3, 4).gated.shape
    (4, 6)
    """
    whole = np.zeros((m, n), dtype=np.int64)
    return Mode(
        whole, np.zeros(m), np.zeros((m, d), dtype=np.int64), np.zeros(m, dtype=np.int64), np.zeros((m, d, 2, n)),
        np.zeros((n, m * d)), whole.copy(), whole.copy(),
    )  # fmt: skip


def make_series(m: int, d: int, n: int, c: int) -> Series:
    """Return memory for the series of a step.

    Examples
    --------
    >>> make_series(2, 3, 4, 1).w.shape
    (21, 6)
    """
    size, place = ORDER + 1, m * d
    return Series(
        np.zeros((size, place)), np.zeros((size, c, m)), np.zeros((size, c, place)), np.zeros((size, c, place)),
        np.zeros((size, c, n)), np.zeros((size, c, n)), np.zeros((size, c, place)), np.zeros((size, c, n)),
        np.zeros((size, n)), np.zeros((2, place)), np.zeros((c, m)),
    )  # fmt: skip


def make_work(d: int, n: int) -> Work:
    """Return scratch memory for events.

    Examples
    --------
    >>> make_work(3, 4).poly.shape
    (21,)
    """
    size, most = ORDER + 1, MOST_AT_ZERO
    change = np.array([[math.comb(i, k) / math.comb(ORDER, k) for k in range(size)] for i in range(size)])
    whole = np.zeros(most, dtype=np.int64)
    return Work(
        np.zeros(size), np.zeros(size), np.zeros((64, size)), np.zeros((64, 2)), change, np.zeros(n), np.zeros(most),
        np.zeros((max(most, d), max(most, d) + n + 1)), whole, whole.copy(), whole.copy(),
        np.zeros(most),
    )  # fmt: skip
