"""The kernel behind the error estimate: small errors carried along a piece by the linearised flow, in doubles."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.early_race.compiled import compiled

VECTORS = 8
MOST_SUBSTEPS = 1000


@compiled()
def states_at(rows: Any, s: float, found: Any) -> None:
    """Set ``found[i] = sum_k rows[i, k] s**k``."""
    for i in range(rows.shape[0]):
        total = 0.0
        for k in range(rows.shape[1] - 1, -1, -1):
            total = total * s + rows[i, k]
        found[i] = total


@compiled()
def node_values(arrays: Any, values: Any) -> None:
    """Fill in the nodes after the states."""
    left, right, first, places, factors, constants, _ = arrays
    states = values.shape[0] - left.shape[0]
    for i in range(left.shape[0]):
        if left[i] >= 0:
            values[states + i] = values[left[i]] * values[right[i]]
            continue
        total = constants[i]
        for t in range(first[i], first[i + 1]):
            total += factors[t] * values[places[t]]
        values[states + i] = total


@compiled()
def sensitivities(arrays: Any, values: Any, tangents: Any) -> None:
    """Fill in the derivative of every node along the tangent vectors, ``tangents[node, vector]``."""
    left, right, first, places, factors, _, _ = arrays
    states = values.shape[0] - left.shape[0]
    width = tangents.shape[1]
    for i in range(left.shape[0]):
        if left[i] >= 0:
            for c in range(width):
                tangents[states + i, c] = (
                    values[left[i]] * tangents[right[i], c] + values[right[i]] * tangents[left[i], c]
                )
            continue
        for c in range(width):
            tangents[states + i, c] = 0.0
        for t in range(first[i], first[i + 1]):
            for c in range(width):
                tangents[states + i, c] += factors[t] * tangents[places[t], c]


@compiled()
def gains(arrays: Any, values: Any, start: float, added: float, found: Any) -> None:
    """Bound how a change of ``start`` in all states, and of ``added`` made anew in every node, reaches each node."""
    left, right, first, places, factors, _, _ = arrays
    states = values.shape[0] - left.shape[0]
    for i in range(states):
        found[i] = start
    for i in range(left.shape[0]):
        total = added
        if left[i] >= 0:
            total += abs(values[left[i]]) * found[right[i]] + abs(values[right[i]]) * found[left[i]]
        for t in range(first[i], first[i + 1]):
            total += abs(factors[t]) * found[places[t]]
        found[states + i] = total


@compiled()
def carried(arrays: Any, rows: Any, length: float, used: float, errors: Any, work: Any, values: Any) -> float:
    """Carry error vectors (states, vectors) along a piece with Runge and Kutta's method; return their largest size.

    ``work`` is (nodes + 4 * states, vectors), ``values`` (2 * nodes,), both with the states counted as nodes.
    """
    velocity = arrays[6]
    states, width = errors.shape
    nodes = values.shape[0] // 2
    now, bound = values[:nodes], values[nodes:]
    tangents, slopes = work[:nodes], work[nodes:]
    largest = _size(errors)
    s = 0.0
    taken = 0
    while s < used and taken < MOST_SUBSTEPS:
        states_at(rows, s, now)
        node_values(arrays, now)
        gains(arrays, now, 1.0, 0.0, bound)
        rate = 0.0
        for i in range(states):
            rate = max(rate, bound[velocity[i]])
        # short enough to keep the size of errors that only rotate, over thousands of turns
        step = min(used / 4, 0.4 / (abs(length) * rate + 1e-300), used - s)
        step = max(step, used / MOST_SUBSTEPS)
        for stage in range(4):
            place = s + (0.0, 0.5, 0.5, 1.0)[stage] * step
            if stage == 1 or stage == 3:
                states_at(rows, place, now)
                node_values(arrays, now)
            for i in range(states):
                for c in range(width):
                    tangents[i, c] = errors[i, c]
                    if stage > 0:
                        share = 1.0 if stage == 3 else 0.5
                        tangents[i, c] += share * step * length * slopes[(stage - 1) * states + i, c]
            sensitivities(arrays, now, tangents)
            for i in range(states):
                for c in range(width):
                    slopes[stage * states + i, c] = tangents[velocity[i], c]
        for i in range(states):
            for c in range(width):
                total = slopes[i, c] + 2 * slopes[states + i, c] + 2 * slopes[2 * states + i, c]
                errors[i, c] += step * length / 6 * (total + slopes[3 * states + i, c])
        s += step
        taken += 1
        largest = max(largest, _size(errors))
    return largest


@compiled()
def _size(errors: Any) -> float:
    total = 0.0
    for i in range(errors.shape[0]):
        for c in range(errors.shape[1]):
            total += errors[i, c] * errors[i, c]
    return np.sqrt(total / errors.shape[1])
