"""Which sides of its kinks a neuron goes to, where some of them are at zero: the complementarity problem of an event.

With u_h the directions of those kinks and beta_h the coefficient of u_h in n w', the rates are
``n z_h' = slope_h + sum_l gram_hl beta_l``; beta_h is ``plus_h`` where ``z_h > 0``, ``minus_h`` where ``z_h < 0``, and
anything between them while the neuron slides, which keeps ``z_h' = 0`` (Filippov).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from numerics.exact_race.box import Box, minimise
from numerics.exact_race.fields import Field, Undecided

ENUMERATED = 6
REPELLING = 6


@dataclass(frozen=True)
class Corner:
    """The kinks of one neuron that are at zero, as numbers of a field; see the module for the letters.

    ``rate_scale``, ``push_scale`` : one a kink, the sizes of which a rounding error is a small part.
    """

    slope: tuple[Any, ...]
    gram: tuple[tuple[Any, ...], ...]
    plus: tuple[Any, ...]
    minus: tuple[Any, ...]
    rate_scale: tuple[Any, ...]
    push_scale: tuple[Any, ...]


@dataclass(frozen=True)
class Option:
    """Sides that velocities allow.

    Parameters
    ----------
    sides : +1, -1 or 0 (slides), one a kink of the corner.
    decided : False where a rate or a multiplier is zero (or not told from zero), so that later derivatives decide.
    stable : False for sliding between two sides that both push away, which no perturbed flow follows.
    dependent : the directions of the sliding kinks are linearly dependent.
    rates : ``n z'`` of the kinks.
    """

    sides: tuple[int, ...]
    decided: bool = True
    stable: bool = True
    dependent: bool = False
    rates: tuple[Any, ...] = ()


Members = Sequence[tuple[int, Any]]


def coefficient(members: Members, side: int, push: Sequence[Any]) -> Any:
    """Return the coefficient of the direction of a kink in n w' on a side, of its samples (k, factor).

    Examples
    --------
    >>> coefficient([(0, 1), (1, -2)], -1, [5, 3])
    -6
    """
    return sum((push[k] * factor for k, factor in members if factor * side > 0), start=0 * push[0])


def make_corner(
    members: Sequence[Members],
    gram: Callable[[int, int], Any],
    sides: Sequence[int],
    kinks: Sequence[int],
    push: Sequence[Any],
) -> Corner:
    """Return the corner of a neuron.

    Parameters
    ----------
    members : the samples (k, factor) of every kink.    gram : inner products of the directions of two kinks.
    sides : of all kinks of the neuron.    kinks : those at zero.    push : ``v_j.e_k``, one a sample.
    """
    inside, zero = set(kinks), 0 * push[0]
    fixed = {h: coefficient(kink, sides[h], push) for h, kink in enumerate(members) if h not in inside}
    sizes = [sum((abs(push[k] * factor) for k, factor in kink), start=zero) for kink in members]
    return Corner(
        tuple(sum((beta * gram(h, a) for h, beta in fixed.items()), start=zero) for a in kinks),
        tuple(tuple(gram(a, b) for b in kinks) for a in kinks),
        tuple(coefficient(members[a], 1, push) for a in kinks),
        tuple(coefficient(members[a], -1, push) for a in kinks),
        tuple(sum((size * abs(gram(h, a)) for h, size in enumerate(sizes)), start=zero) for a in kinks),
        tuple(sizes[a] for a in kinks),
    )


def options(field: Field, corner: Corner) -> tuple[Option, ...]:
    """Return all sides that the velocities at a corner allow, the decided ones first, unstable sliding last.

    Up to `ENUMERATED` kinks all combinations are tried; above, every choice of sides for the kinks that push away,
    the others by an active-set method (sliding between two sides that push away is then not named).

    Raises
    ------
    Undecided
        When there are more than `ENUMERATED` kinks, and the active-set method does not end, or more than
        `REPELLING` of them push away.

    Examples
    --------
    >>> from numerics.exact_race.fields import FloatField
    >>> corner = Corner((0,), ((1,),), (-1,), (2,), (1,), (1,))  # pushes back on both sides
    >>> [option.sides for option in options(FloatField(15), corner)]
    [(0,)]
    >>> corner = Corner((0,), ((1,),), (2,), (-1,), (1,), (1,))  # pushes away on both sides
    >>> [option.sides for option in options(FloatField(15), corner)]
    [(1,), (-1,), (0,)]
    """
    size = len(corner.slope)
    if size <= ENUMERATED:
        found = [option for sides in product((1, -1, 0), repeat=size) if (option := _checked(field, corner, sides))]
    else:
        found = _by_active_set(field, corner)
    return tuple(sorted(found, key=lambda option: (not option.stable, not option.decided)))


def sign_or_zero(field: Field, value: Any, scale: Any) -> int:
    """Return the sign, 0 also where the field cannot tell it."""
    try:
        return field.sign(value, scale)
    except Undecided:
        return 0


def rates(corner: Corner, beta: Sequence[Any]) -> list[Any]:
    """Return ``n z'`` for every kink of a corner."""
    return [
        slope + sum((a * b for a, b in zip(row, beta, strict=True)), start=0 * slope)
        for slope, row in zip(corner.slope, corner.gram, strict=True)
    ]


def _checked(field: Field, corner: Corner, sides: tuple[int, ...]) -> Option | None:
    free = [i for i, side in enumerate(sides) if side == 0]
    beta = [corner.plus[i] if side > 0 else corner.minus[i] for i, side in enumerate(sides)]
    dependent = False
    if free:
        solved = _multipliers(field, corner, beta, free)
        dependent = solved is None
        values = _in_box(field, corner, beta, free) if solved is None else solved
        if values is None:
            return None
        beta = [values[free.index(i)] if i in free else value for i, value in enumerate(beta)]
    decided, stable, speed = True, True, rates(corner, beta)
    for i, rate in enumerate(speed):
        if sides[i] != 0:
            sign = sign_or_zero(field, rate, corner.rate_scale[i])
            if sign == -sides[i]:
                return None
            decided = decided and sign != 0
    for i in free:
        if dependent:
            stable = stable and sign_or_zero(field, corner.minus[i] - corner.plus[i], corner.push_scale[i]) >= 0
            continue
        room = _room(field, corner, i, beta[i])
        if room is None:
            return None
        decided, stable = decided and room[0], stable and room[1]
    return Option(sides, decided, stable, dependent, tuple(speed))


def _room(field: Field, corner: Corner, i: int, beta: Any) -> tuple[bool, bool] | None:
    """Return (decided, stable) for a multiplier between those of the two sides, None when it is outside."""
    scale = corner.push_scale[i]
    above = sign_or_zero(field, beta - corner.plus[i], scale)
    below = sign_or_zero(field, corner.minus[i] - beta, scale)
    if above >= 0 and below >= 0:
        return above > 0 and below > 0, True
    if above < 0 and below < 0:
        return True, False
    return None


def _multipliers(field: Field, corner: Corner, beta: Sequence[Any], free: list[int]) -> list[Any] | None:
    """Solve z' = 0 for the sliding kinks; None when their directions are dependent."""
    held = [value * (i not in free) for i, value in enumerate(beta)]
    right = rates(corner, held)
    rows = [[corner.gram[i][k] for k in free] + [-right[i]] for i in free]
    for i, place in enumerate(free):
        if sign_or_zero(field, rows[i][i], corner.gram[place][place]) <= 0:
            return None
        for r in range(len(free)):
            if r != i:
                ratio = rows[r][i] / rows[i][i]
                rows[r] = [a - ratio * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[-1] / row[i] for i, row in enumerate(rows)]


def _in_box(field: Field, corner: Corner, beta: Sequence[Any], free: list[int]) -> list[Any] | None:
    """Return multipliers of dependent kinks that stop all of them, or None when there are none in their ranges."""
    held = [value * (i not in free) for i, value in enumerate(beta)]
    ends = [sorted((corner.plus[i], corner.minus[i]), key=field.middle) for i in free]
    low = [pair[0] for pair in ends]
    start = list(held)
    for i, value in zip(free, low, strict=True):
        start[i] = value
    slope = rates(corner, start)
    gram = [[corner.gram[i][k] for k in free] for i in free]
    scale = max((corner.rate_scale[i] for i in free), key=field.middle)
    box = Box(gram, low, [pair[1] for pair in ends], list(low), [slope[i] for i in free], [False] * len(free), scale)
    try:
        minimise(field, box)
    except Undecided:
        return None
    stopped = all(sign_or_zero(field, value, scale) == 0 for value in box.slope)
    return list(box.value) if stopped else None


def _by_active_set(field: Field, corner: Corner) -> list[Option]:
    size = range(len(corner.slope))
    away = [i for i in size if sign_or_zero(field, corner.plus[i] - corner.minus[i], corner.push_scale[i]) > 0]
    if len(away) > REPELLING:
        raise Undecided(f"{len(corner.slope)} kinks at zero at once, {len(away)} of which push away on both sides")
    back = [i for i in size if i not in away]
    found = []
    for fixed in product((1, -1), repeat=len(away)):
        beta = [corner.minus[i] for i in size]
        sides = [0 for _ in size]
        for i, side in zip(away, fixed, strict=True):
            sides[i], beta[i] = side, corner.plus[i] if side > 0 else corner.minus[i]
        slope = rates(corner, beta)
        scale = max(corner.rate_scale, key=field.middle)
        box = Box(
            [[corner.gram[i][k] for k in back] for i in back],
            [corner.plus[i] for i in back],
            [corner.minus[i] for i in back],
            [corner.minus[i] for i in back],
            [slope[i] for i in back],
            [False] * len(back),
            scale,
        )
        minimise(field, box)
        for i, free, value in zip(back, box.free, box.value, strict=True):
            low, high = field.middle(corner.plus[i]), field.middle(corner.minus[i])
            sides[i] = 0 if free else (1 if 2 * field.middle(value) < low + high else -1)
        option = _checked(field, corner, tuple(sides))
        if option is not None and option not in found:
            found.append(option)
    return found
