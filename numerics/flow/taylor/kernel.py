"""The compiled way to Taylor coefficients: one kernel for every program and precision, numbers in limbs.

The kernel reads the program as arrays; each coefficient is computed by `numerics.flow.taylor.limbs`. Factors of
products keep all their coefficients, one of the two in reverse, so that a convolution is a sum of dot products.

Numba's cache on disk looks at this file only: after a change of `limbs`, change this file too (or empty __pycache__).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from numerics.early_race.compiled import compiled
from numerics.flow.taylor.limbs import LIMB, MASK, convolve, divide, settle, to_bytes, to_limbs

PRODUCT, SMALL, WIDE = 0, 1, 2
SPARE = 16  # orders kept zero after the last, which groups of eight may read


class Code(NamedTuple):
    """A program for the kernel.

    ``kind`` of each node after the states; ``left`` and ``right`` rows of ``Room.forward`` and ``Room.backward``;
    ``forward`` and ``backward`` (all nodes) the row in which a node keeps its coefficients, or -1; terms
    ``first[i]:first[i + 1]`` of a linear form with integer ``factors`` over ``divisors``, or limbs ``wide``;
    ``constants`` in limbs or, for small ones, as the number at the point.
    """

    kind: Any
    left: Any
    right: Any
    forward: Any
    backward: Any
    first: Any
    places: Any
    factors: Any
    divisors: Any
    whole: Any
    wide: Any
    wide_constants: Any
    velocity: Any


class Room(NamedTuple):
    """Work space: current coefficients, series, their reach, columns, and the coefficients of all states as bytes."""

    current: Any
    forward: Any
    backward: Any
    forward_reach: Any
    backward_reach: Any
    columns: Any
    quotient: Any
    coefficients: Any


@compiled()
def taylor_series(code: Code, room: Room, start: Any, m: int, e: int, order: int, fraction: int) -> int:
    """Fill in the coefficients 0 to ``order`` of all states in steps of ``m / 2**e``; return how many there are.

    The functions called get single arrays: passing the whole ``code`` and ``room`` cost half of the time.
    """
    kind, left, right, forward, backward, first, places, factors, divisors, whole, wide, wide_constants, velocity = code
    current, ahead, reverse, ahead_reach, reverse_reach, columns, quotient, coefficients = room
    states = start.shape[0]
    nodes = current.shape[0] - states  # the last rows are scratch
    size = current.shape[1]
    cap = ahead.shape[2] - SPARE
    _clear(ahead, ahead_reach)
    _clear(reverse, reverse_reach)
    for i in range(states):
        if to_limbs(start[i], current[i]):
            return 0
    for k in range(order + 1):
        for i in range(states):
            to_bytes(current[i], coefficients[i, k])
        if k == order:
            break
        for i in range(nodes):
            n = i - states
            over = False
            if n >= 0 and kind[n] == PRODUCT:
                a, b = left[n], right[n]
                convolve(ahead[a], reverse[b], k, ahead_reach[a], reverse_reach[b], fraction, cap, columns)
                over = settle(columns, fraction, 2 * size, current[i])
            elif n >= 0 and kind[n] == SMALL:
                constant = whole[n] if k == 0 else 0
                terms, times = places[first[n] : first[n + 1]], factors[first[n] : first[n + 1]]
                over = _small(current, terms, times, constant, fraction, divisors[n], columns, quotient, current[i])
            elif n >= 0:
                terms, times = places[first[n] : first[n + 1]], wide[first[n] : first[n + 1]]
                over = _wide(current, terms, times, wide_constants[n], k == 0, fraction, columns, current[i])
            if over:
                return k + 1
            if forward[i] >= 0:
                _keep(current[i], ahead[forward[i]], ahead_reach[forward[i]], k, k)
            if backward[i] >= 0:
                _keep(current[i], reverse[backward[i]], reverse_reach[backward[i]], k, cap - k)
        if _next(current, velocity, k, m, e, columns, quotient):
            return k + 1
    return order + 1


@compiled()
def _clear(series: Any, reach: Any) -> None:
    for a in range(series.shape[0]):
        for limb in range(series.shape[1]):
            for k in range(series.shape[2]):
                series[a, limb, k] = 0
        for limb in range(reach.shape[1]):
            reach[a, limb] = -1


@compiled()
def _small(
    current: Any,
    terms: Any,
    times: Any,
    constant: int,
    fraction: int,
    divisor: int,
    columns: Any,
    quotient: Any,
    out: Any,
) -> bool:
    """Set a coefficient of a linear form of integer factors over a divisor; return whether it is out of range."""
    size = out.shape[0]
    for limb in range(size):
        columns[limb] = 0
    for t in range(terms.shape[0]):
        row, factor = current[terms[t]], times[t]
        for limb in range(size):
            columns[limb] += factor * row[limb]
    columns[fraction] += constant
    if divisor == 1:
        return settle(columns, 0, size, out)
    over = divide(columns, size, divisor, 0, quotient)
    return settle(quotient, 0, size, out) or over


@compiled()
def _wide(
    current: Any, terms: Any, times: Any, constant: Any, with_constant: bool, fraction: int, columns: Any, out: Any
) -> bool:
    """The same for a linear form whose factors need limbs."""
    size = out.shape[0]
    for c in range(columns.shape[0]):
        columns[c] = 0
    for t in range(terms.shape[0]):
        row, factor = current[terms[t]], times[t]
        for p in range(size):
            for q in range(max(0, fraction - 2 - p), size):
                total = row[p] * factor[q]
                columns[p + q] += total & MASK
                columns[p + q + 1] += total >> LIMB
    if with_constant:
        for limb in range(size):
            columns[fraction + limb] += constant[limb]
    return settle(columns, fraction, 2 * size, out)


@compiled()
def _keep(row: Any, series: Any, reach: Any, k: int, place: int) -> None:
    """Store coefficient k of a node where products will read it."""
    above = True
    for limb in range(row.shape[0] - 1, -1, -1):
        series[limb, place] = row[limb]
        above = above and row[limb] == 0
        if not above:
            reach[limb] = k


@compiled()
def _next(current: Any, velocity: Any, k: int, m: int, e: int, columns: Any, quotient: Any) -> bool:
    """Set the states to coefficient k + 1: the velocity times ``m / (2**e (k + 1))``; return whether out of range."""
    states, size = velocity.shape[0], current.shape[1]
    scratch = current.shape[0] - states
    shift = e // LIMB
    divisor = (k + 1) << (e - LIMB * shift)
    # velocities may be states themselves: all are read before any is written
    for i in range(states):
        row = current[velocity[i]]
        for limb in range(size):
            columns[limb] = m * row[limb]
        over = divide(columns, size, divisor, shift, quotient)
        if settle(quotient, 0, size, current[scratch + i]) or over:
            return True
    for i in range(states):
        for limb in range(size):
            current[i, limb] = current[scratch + i, limb]
    return False
