"""The sliding problem at an event: which samples at their kink slide, and with what weight.

The velocity of a neuron held at the kink of several samples is the shortest vector ``gamma_A + sum_k b_k x_k`` with
every ``b_k`` between its value with the gate off and its value with the gate on (Filippov's convention; unique when all
of them push back). It is found by an active-set method: free variables solve ``K_FF b_F = ...``, one variable leaves at
a bound, one enters where the slope points inwards. A free variable whose sample depends linearly on the others is
left where it is: its slope is zero whatever it does.
"""

from __future__ import annotations

import numpy as np

from numerics.early_race.compiled import compiled
from numerics.early_race.neuron import Work

PIVOT = 1e-12


@compiled()
def box_minimum(size: int, work: Work, slope_floor: float) -> bool:
    """Minimise ``|gamma|**2 / 2`` over the box of the chosen samples; the answer replaces ``work.value``.

    Parameters
    ----------
    size : number of chosen samples; the leading parts of the arrays in ``work`` hold the problem.
    work : ``gram``, ``low``, ``high``, a feasible ``value``, its ``slope`` (``gamma.x_k``), ``free`` (1 or 0).
    slope_floor : a slope below ``slope_floor * |x_k|`` counts as zero.

    Returns
    -------
    Whether the optimality conditions hold at the end.

    Source: C. L. Lawson, R. J. Hanson, "Solving Least Squares Problems" (1974), bounded variables as in P. B. Stark
    and R. L. Parker, Computational Statistics 10 (1995); A. F. Filippov (1988) for the convention.

    Examples
    --------
    >>> from numerics.early_race.neuron import make_work
    >>> work = make_work(1)
    >>> work.gram[0, 0], work.low[0], work.value[0], work.slope[0] = 1.0, -1.0, 0.0, 0.25
    >>> bool(box_minimum(1, work, 1e-12)), float(work.value[0])
    (True, -0.25)
    """
    for _ in range(20 + 10 * size):
        if _solve_free(size, work, slope_floor):
            continue
        enters = _worst_bound(size, work, slope_floor)
        if enters < 0:
            return _is_stationary(size, work, slope_floor)
        work.free[enters] = 1
    return False


@compiled()
def _solve_free(size: int, work: Work, slope_floor: float) -> bool:
    """Move the free variables towards their minimum; True when one of them was stopped by a bound."""
    _factorise(size, work)
    _substitute(size, work)
    reach, stopped = 1.0, -1
    for i in range(size):
        if work.free[i] == 0 or work.step[i] == 0.0:
            continue
        bound = work.high[i] if work.step[i] > 0.0 else work.low[i]
        room = (bound - work.value[i]) / work.step[i]
        if room < reach:
            reach, stopped = max(room, 0.0), i
    for i in range(size):
        work.value[i] += reach * work.step[i]
    for i in range(size):
        for k in range(size):
            work.slope[i] += reach * work.step[k] * work.gram[i, k]
    if stopped < 0:
        return False
    work.value[stopped] = work.high[stopped] if work.step[stopped] > 0.0 else work.low[stopped]
    work.free[stopped] = 0
    return True


@compiled()
def _factorise(size: int, work: Work) -> None:
    """Cholesky factor of the free block; a dependent sample gets a zero pivot."""
    low = work.factor
    for i in range(size):
        for k in range(i + 1):
            if work.free[i] == 0 or work.free[k] == 0:
                low[i, k] = 0.0
                continue
            total = work.gram[i, k]
            for l in range(k):  # noqa: E741
                total -= low[i, l] * low[k, l]
            if k < i:
                low[i, k] = total / low[k, k] if low[k, k] > 0.0 else 0.0
            else:
                low[i, i] = np.sqrt(total) if total > PIVOT * work.gram[i, i] else 0.0


@compiled()
def _substitute(size: int, work: Work) -> None:
    """Solve for the step of the free variables; the others get zero."""
    low = work.factor
    for i in range(size):
        total = -work.slope[i]
        for k in range(i):
            total -= low[i, k] * work.step[k]
        work.step[i] = total / low[i, i] if low[i, i] > 0.0 else 0.0
    for i in range(size - 1, -1, -1):
        total = work.step[i]
        for k in range(i + 1, size):
            total -= low[k, i] * work.step[k]
        work.step[i] = total / low[i, i] if low[i, i] > 0.0 else 0.0


@compiled()
def _worst_bound(size: int, work: Work, slope_floor: float) -> int:
    """Return the variable at a bound whose slope points inwards most, or -1."""
    worst, enters = slope_floor, -1
    for i in range(size):
        if work.free[i] == 1 or work.low[i] == work.high[i]:
            continue
        inwards = -work.slope[i] if work.value[i] <= work.low[i] else work.slope[i]
        inwards /= np.sqrt(work.gram[i, i])
        if inwards > worst:
            worst, enters = inwards, i
    return enters


@compiled()
def _is_stationary(size: int, work: Work, slope_floor: float) -> bool:
    """Whether every free slope is zero: false only when a sample was wrongly taken as dependent."""
    for i in range(size):
        if work.free[i] == 1 and abs(work.slope[i]) > 100.0 * slope_floor * np.sqrt(work.gram[i, i]):
            return False
    return True


@compiled()
def release_vertex(size: int, work: Work) -> None:
    """Put every chosen sample at the bound to which the drive carries it, for samples that push apart.

    Starts from the nearer bound and flips one sample at a time while that lengthens ``gamma``: a vertex where
    no flip does is consistent (each sample leaves to the side of its gate). Other vertices may be consistent too.

    Examples
    --------
    >>> from numerics.early_race.neuron import make_work
    >>> work = make_work(1)
    >>> work.gram[0, 0], work.high[0], work.value[0], work.slope[0] = 1.0, 1.0, 0.25, 0.0
    >>> release_vertex(1, work); float(work.value[0])
    1.0
    """
    for i in range(size):
        middle = 0.5 * (work.low[i] + work.high[i])
        _shift(size, work, i, work.high[i] if work.value[i] >= middle else work.low[i])
    for _ in range(20 + 10 * size):
        gain, flip = 0.0, -1
        for i in range(size):
            change = work.low[i] + work.high[i] - 2.0 * work.value[i]
            longer = change * (2.0 * work.slope[i] + change * work.gram[i, i])
            if longer > gain + 1e-15 * change * change * work.gram[i, i]:
                gain, flip = longer, i
        if flip < 0:
            return
        _shift(size, work, flip, work.high[flip] if work.value[flip] <= work.low[flip] else work.low[flip])


@compiled()
def _shift(size: int, work: Work, i: int, target: float) -> None:
    change = target - work.value[i]
    work.value[i] = target
    for k in range(size):
        work.slope[k] += change * work.gram[i, k]
