"""The sliding problem in an exact field: the shortest drive in a box, by an active-set method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numerics.exact_race.fields import Field, Undecided


@dataclass
class Box:
    """The problem of the samples at their kink, changed as it is solved.

    ``gram`` their inner products; ``low <= value <= high`` their coefficients in gamma; ``slope`` is ``gamma.x``;
    ``free`` tells which slide; ``scale`` is the size of slopes that rounding rules.
    """

    gram: list[list[Any]]
    low: list[Any]
    high: list[Any]
    value: list[Any]
    slope: list[Any]
    free: list[bool]
    scale: Any


def minimise(field: Field, box: Box) -> None:
    """Minimise ``|gamma|**2 / 2`` over the box; optimality is decided by signs in the field.

    Raises
    ------
    Undecided
        When a sign is not decided, or the method does not end.

    Examples
    --------
    >>> from numerics.exact_race.fields import FloatField
    >>> box = Box([[1]], [-1], [0], [0], [0.25], [False], 1)
    >>> minimise(FloatField(15), box); float(box.value[0]), box.free
    (-0.25, [True])
    """
    for _ in range(20 + 10 * len(box.value)):
        if _solve_free(field, box):
            continue
        enters = _inward_bound(field, box)
        if enters is None:
            return
        box.free[enters] = True
    raise Undecided("the sliding problem at an event was not solved")


def _solve_free(field: Field, box: Box) -> bool:
    """Move the free variables to their minimum; True when one was stopped by a bound."""
    free = [i for i, is_free in enumerate(box.free) if is_free]
    if not free:
        return False
    step = dict(zip(free, _solve(field, box, free), strict=True))
    reach: Any = 1
    stopped = None
    for i in free:
        after, width = box.value[i] + step[i], box.high[i] - box.low[i]
        if field.sign(after - box.high[i], width) > 0:
            way, room = 1, (box.high[i] - box.value[i]) / step[i]
        elif field.sign(box.low[i] - after, width) > 0:
            way, room = -1, (box.low[i] - box.value[i]) / step[i]
        else:
            continue
        if field.sign(reach - room, 1) > 0:
            reach, stopped = room, (i, way)
    for i in free:
        box.value[i] = box.value[i] + reach * step[i]
    for i in range(len(box.value)):
        if stopped is None and box.free[i]:
            box.slope[i] = 0 * box.slope[i]
        else:
            box.slope[i] = box.slope[i] + sum(
                (reach * step[k] * box.gram[i][k] for k in free), start=0 * box.slope[i]
            )
    if stopped is None:
        return False
    i, way = stopped
    box.value[i] = box.high[i] if way > 0 else box.low[i]
    box.free[i] = False
    return True


def _solve(field: Field, box: Box, free: list[int]) -> list[Any]:
    """Solve ``K step = -slope`` on the free samples; one that depends on those before it gets no step."""
    rows = [[box.gram[i][k] for k in free] + [-box.slope[i]] for i in free]
    size, pivots = len(free), []
    for i in range(size):
        if field.sign(rows[i][i], box.gram[free[i]][free[i]]) <= 0:
            continue
        pivots.append(i)
        for r in range(size):
            if r != i:
                ratio = rows[r][i] / rows[i][i]
                rows[r] = [a - ratio * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [rows[i][size] / rows[i][i] if i in pivots else 0 * rows[i][size] for i in range(size)]


def _inward_bound(field: Field, box: Box) -> int | None:
    """Return a sample at a bound whose slope points inwards, the steepest by its centre, or None."""
    best, enters = 0.0, None
    for i, is_free in enumerate(box.free):
        if is_free:
            continue
        at_low = field.middle(box.value[i] - box.low[i]) <= field.middle(box.high[i] - box.value[i])
        inwards = -box.slope[i] if at_low else box.slope[i]
        if field.sign(inwards, box.scale) > 0:
            steepness = field.middle(inwards * inwards / box.gram[i][i])
            if enters is None or steepness > best:
                best, enters = steepness, i
    return enters


def release(field: Field, box: Box) -> None:
    """Put every sample at a bound to which the drive carries it, as the compiled race does.

    Examples
    --------
    >>> from numerics.exact_race.fields import FloatField
    >>> box = Box([[1]], [0], [1], [0.25], [0], [True], 1)
    >>> release(FloatField(15), box); box.value
    [1]
    """
    for i in range(len(box.value)):
        middle = field.middle(box.low[i] + box.high[i]) / 2
        _shift(box, i, box.high[i] if field.middle(box.value[i]) >= middle else box.low[i])
    for _ in range(20 + 10 * len(box.value)):
        gain, flip, target = 0.0, None, None
        for i in range(len(box.value)):
            other = box.high[i] if field.middle(box.high[i] - box.value[i]) > 0 else box.low[i]
            change = other - box.value[i]
            longer = field.middle(change * (2 * box.slope[i] + change * box.gram[i][i]))
            if longer > gain + 1e-15 * field.middle(change * change * box.gram[i][i]):
                gain, flip, target = longer, i, other
        if flip is None:
            break
        _shift(box, flip, target)
    box.free = [False] * len(box.value)


def _shift(box: Box, i: int, target: Any) -> None:
    change = target - box.value[i]
    box.value[i] = target
    for k in range(len(box.value)):
        box.slope[k] = box.slope[k] + change * box.gram[i][k]
