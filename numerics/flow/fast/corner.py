"""Which sides of its kinks a neuron goes to, where some of them are at zero; all combinations are tried.

The compiled counterpart of `numerics.flow.events.resolve`, whose order of preference it keeps: see there.
"""

from __future__ import annotations

import numpy as np

from numerics.early_race.compiled import compiled
from numerics.flow.fast.layout import AMBIGUOUS, Data, Mode, Work

ZERO = 1e-9


@compiled()
def resolve(data: Data, mode: Mode, work: Work, count: np.ndarray, j: int, size: int, first: int) -> bool:
    """Write the sides of the ``size`` kinks ``work.chosen`` to ``work.best`` and their rates to ``work.rate``.

    Parameters
    ----------
    work : ``push`` (n,) is ``v_j.e_k`` up to a positive factor.
    count : the number of events that are not unique is counted there.
    first : the side that is preferred where both are possible.

    Returns
    -------
    Whether a velocity was found.

    Examples
    --------
    >>> resolve.__name__
    'resolve'
    """
    combinations, worst, sure, found = 3**size, 4, 0, 4
    for number in range(combinations):
        rest = number
        for a in range(size - 1, -1, -1):
            digit = rest % 3
            work.trial[a] = first if digit == 0 else (-first if digit == 1 else 0)
            rest //= 3
        quality = _checked(data, mode, work, j, size)
        sure += quality == 0
        if quality < min(worst, found):
            found = quality
            for a in range(size):
                work.best[a] = work.trial[a]
    if found == worst:
        return False
    if sure > 1:
        count[AMBIGUOUS] += 1
    for a in range(size):
        work.trial[a] = work.best[a]
    _checked(data, mode, work, j, size)
    return True


@compiled()
def coefficient(data: Data, work: Work, h: int, side: int) -> tuple[float, float]:
    """Return the coefficient of a kink's direction in n w' on a side, and its size.

    Examples
    --------
    >>> coefficient.__name__
    'coefficient'
    """
    value, size = 0.0, 0.0
    for k in range(len(data.member)):
        if data.member[k] == h:
            part = work.push[k] * data.factor[k]
            size += abs(part)
            if data.factor[k] * side > 0.0:
                value += part
    return value, size


@compiled()
def _checked(data: Data, mode: Mode, work: Work, j: int, size: int) -> int:
    """Return 0 for sides that a velocity allows, 1 when that is not decided, 2 or 3 for unstable sliding, 4 else."""
    kinks, sliding = len(data.line), 0
    largest = 0.0
    for a in range(size):
        value, scale = coefficient(data, work, work.chosen[a], work.trial[a])
        work.beta[a] = value
        sliding += work.trial[a] == 0
    for a in range(size):
        rate = 0.0
        largest = 0.0
        for h in range(kinks):
            inside, value, scale = -1, 0.0, 0.0
            for b in range(size):
                if work.chosen[b] == h:
                    inside = b
            if inside >= 0 and work.trial[inside] == 0:
                value, scale = coefficient(data, work, h, 1)
                value = 0.0
            else:
                side = work.trial[inside] if inside >= 0 else mode.side[j, h]
                value, scale = coefficient(data, work, h, side)
            rate += value * data.gram[h, work.chosen[a]]
            largest += scale * abs(data.gram[h, work.chosen[a]])
        work.rate[a] = rate
        work.rows[a, size] = largest
    if sliding > 0 and not _multipliers(data, work, size):
        return 4
    decided, stable = True, True
    for a in range(size):
        if work.trial[a] != 0:
            floor = ZERO * work.rows[a, size]
            if work.trial[a] * work.rate[a] < -floor:
                return 4
            decided = decided and work.trial[a] * work.rate[a] > floor
            continue
        plus, scale = coefficient(data, work, work.chosen[a], 1)
        minus, _ = coefficient(data, work, work.chosen[a], -1)
        above, below = work.beta[a] - plus, minus - work.beta[a]
        if above >= -ZERO * scale and below >= -ZERO * scale:
            decided = decided and above > ZERO * scale and below > ZERO * scale
        elif above <= ZERO * scale and below <= ZERO * scale:
            stable = False
        else:
            return 4
    return (0 if decided else 1) + (0 if stable else 2)


@compiled()
def _multipliers(data: Data, work: Work, size: int) -> bool:
    """Solve z' = 0 for the sliding kinks by elimination and update the rates; False when they are dependent."""
    rows, wide = work.rows, size + 1
    for a in range(size):
        for b in range(size):
            both = work.trial[a] == 0 and work.trial[b] == 0
            rows[a, b] = data.gram[work.chosen[a], work.chosen[b]] if both else (1.0 if a == b else 0.0)
        rows[a, wide] = -work.rate[a] if work.trial[a] == 0 else 0.0
    for a in range(size):
        if not rows[a, a] > ZERO * data.gram[work.chosen[a], work.chosen[a]] and work.trial[a] == 0:
            return False
        for b in range(size):
            if b == a:
                continue
            ratio = rows[b, a] / rows[a, a]
            if ratio != 0.0:
                for i in range(size):
                    rows[b, i] -= ratio * rows[a, i]
                rows[b, wide] -= ratio * rows[a, wide]
    for a in range(size):
        if work.trial[a] == 0:
            work.beta[a] = rows[a, wide] / rows[a, a]
    for a in range(size):
        for b in range(size):
            if work.trial[b] == 0:
                work.rate[a] += work.beta[b] * data.gram[work.chosen[b], work.chosen[a]]
    return True
