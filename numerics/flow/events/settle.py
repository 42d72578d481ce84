"""The mode that follows an event: velocities first, later derivatives where velocities leave it open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from numerics.exact_race.fields import Field, Undecided
from numerics.flow.events.at_event import Change, Point, Settled, guard_orders, leading, side_changes
from numerics.flow.events.resolve import Corner, Option, coefficient, make_corner, options, rates, sign_or_zero
from numerics.flow.events.rest import ways_out, with_rests
from numerics.flow.mode import Guard, Mode

OPEN_OPTIONS = 81


def settle(point: Point, mode: Mode, fired: Iterable[Guard], follow: Callable[[int], int]) -> Settled:
    """Return the mode that follows at a point where guards of a mode are zero.

    Parameters
    ----------
    fired : guards known to be zero here.    follow : is asked which of so many choices to follow.

    Examples
    --------
    >>> settle.__name__
    'settle'
    """
    changes: list[Change] = []
    mode, ended = mode.bare(), [guard for guard in fired if guard.kind == "rest"]
    fired = [guard for guard in fired if guard.kind != "rest"]
    pending = {guard.neuron for guard in fired}
    turns = {guard.neuron for guard in fired if guard.kind == "turn"}
    known = {(guard.neuron, guard.kink) for guard in fired}
    left: set[Guard] = set()
    for guard in ended:
        if any(other.neuron == guard.neuron for other in left):
            continue  # it left at once through another kink
        before = mode.sides[guard.neuron]
        try:
            mode, found = _ended_rest(point, mode, guard, follow)
        except Undecided as error:
            return Settled(None, tuple(changes), None, f"neuron {guard.neuron}: {error}")
        after = mode.sides[guard.neuron]
        changes += found + side_changes(guard.neuron, before, after, known, True)
        left |= {Guard("kink", guard.neuron, h) for h in range(len(after)) if after[h] != before[h] and after[h] != 0}
    done: set[int] = set()
    while True:
        for j in sorted(pending):
            try:
                row, turned, found = _neuron(point, mode, j, known, j in turns, follow)
            except Undecided as error:
                return Settled(None, tuple(changes), None, f"neuron {j}: {error}")
            before = mode.sides[j]
            mode = _replaced(mode, j, row, turned)
            changes += found + side_changes(j, before, row, known, bool(found))
        done |= pending
        orders, broken = guard_orders(point, mode, left)
        pending = {guard.neuron for guard in broken} - done
        if not broken:
            mode, orders = with_rests(point, mode, orders, ended)
            return Settled(mode, tuple(changes), orders)
        if not pending:
            guard = broken[0]
            return Settled(None, tuple(changes), None, f"neuron {guard.neuron}: no mode goes on ({guard.kind} guard)")
        known |= {(guard.neuron, guard.kink) for guard in broken}


def _ended_rest(
    point: Point, mode: Mode, guard: Guard, follow: Callable[[int], int]
) -> tuple[Mode, list[Change]]:
    """Return the mode that follows where a neuron is pushed back no more: staying comes first."""
    j = guard.neuron
    kinks = _at_zero(point, mode, j, {(j, guard.kink)})
    turned, push = _push(point, mode, j, kinks)
    ways = ways_out(point, mode, guard, kinks, push)
    if not ways:
        return mode, []
    modes = [mode, *(_replaced(mode, j, _row(mode, j, kinks, way), turned) for way in ways)]
    place = follow(len(modes))
    if not 0 <= place < len(modes):
        raise Undecided(f"choice {place} of {len(modes)} cannot be followed")
    others = (other for i, other in enumerate(modes) if i != place)
    return modes[place], [Change(j, guard.kink, "not unique", (modes[place], *others))]


def _replaced(mode: Mode, j: int, row: tuple[int, ...], turned: int) -> Mode:
    sides = (*mode.sides[:j], row, *mode.sides[j + 1 :])
    return Mode(sides, (*mode.turned[:j], turned if 0 in row else 0, *mode.turned[j + 1 :]))


def _neuron(
    point: Point, mode: Mode, j: int, known: set[tuple[int, int]], turn: bool, follow: Callable[[int], int]
) -> tuple[tuple[int, ...], int, list[Change]]:
    """Return the sides of a neuron, the sign of its read-out, and changes that are not of one kink."""
    kinks = _at_zero(point, mode, j, known)
    turned, push = _push(point, mode, j, kinks)
    found = [Change(j, -1, "turn")] if turn else []
    if not kinks:
        return mode.sides[j], turned, found
    allowed = _allowed(point, mode, j, kinks, turned, push)
    if not allowed:
        raise Undecided(f"no mode goes on from {_named(point, kinks)}: a tangency, or too little precision")
    # a neuron that nothing happened to stays as it is, also where the choice was not unique before
    current = tuple(mode.sides[j][h] for h in kinks)
    happened = turn or any((j, h) in known for h in kinks)
    rows = [_row(mode, j, kinks, option.sides) for option in allowed]
    if not happened and mode.sides[j] in rows:
        return mode.sides[j], turned, found
    place = 0
    if len(allowed) > 1:
        place = follow(len(allowed))
        if not 0 <= place < len(allowed) or not (
            allowed[place].stable or _rests(point, allowed[place], kinks)
        ):
            raise Undecided(f"choice {place} of {len(allowed)} cannot be followed")
        modes = tuple(_replaced(mode, j, row, turned) for row in rows)
        first = next((h for h, side in zip(kinks, current, strict=True) if rows[place][h] != side), kinks[0])
        found.append(Change(j, first, "not unique", (modes[place], *(m for i, m in enumerate(modes) if i != place))))
    return rows[place], turned, found


def _named(point: Point, kinks: Sequence[int]) -> str:
    return "sample " + ", ".join(str(point.network.kinks[h].members[0][0]) for h in kinks)


def _row(mode: Mode, j: int, kinks: Sequence[int], sides: Sequence[int]) -> tuple[int, ...]:
    row = list(mode.sides[j])
    for h, side in zip(kinks, sides, strict=True):
        row[h] = side
    return tuple(row)


def _at_zero(point: Point, mode: Mode, j: int, known: set[tuple[int, int]]) -> list[int]:
    # the read-out counts in the size: where w vanishes all of its kinks are at zero
    size = sum(map(abs, (*point.w[j], *point.v[j])), start=0 * point.w[j][0])
    found = []
    for h, z in enumerate(point.z(j)):
        at_kink = mode.sides[j][h] == 0 or (j, h) in known
        if at_kink or sign_or_zero(point.field, z, size * point.largest[h]) == 0:
            found.append(h)
    return found


def _push(point: Point, mode: Mode, j: int, kinks: Sequence[int]) -> tuple[int, list[Any]]:
    """Return the sign of the read-out just after the point (0 with several outputs), and v_j.e_k for all samples.

    With one output only the sign of v counts: where v = 0 it is that of v' = w.gamma, which no kink at zero enters.
    """
    v = point.v[j]
    if len(v) > 1:
        return 0, [sum((a * b for a, b in zip(v, row, strict=True)), start=0 * v[0]) for row in point.e]
    size = sum(map(abs, point.w[j]), start=abs(v[0]))
    sign = sign_or_zero(point.field, v[0], size)
    if sign == 0:
        e = [row[0] for row in point.e]
        parts = [
            z * coefficient(point.members[h], mode.sides[j][h], e)
            for h, z in enumerate(point.z(j))
            if h not in kinks
        ]
        sign = sign_or_zero(point.field, sum(parts, start=0 * v[0]), sum(map(abs, parts), start=0 * v[0]))
    return sign, [sign * row[0] for row in point.e]


def _allowed(
    point: Point, mode: Mode, j: int, kinks: Sequence[int], turned: int, push: Sequence[Any]
) -> list[Option]:
    corner = make_corner(point.members, point.gram, mode.sides[j], kinks, push)
    found = options(point.field, corner)
    if sum(not option.decided for option in found) > OPEN_OPTIONS:
        raise Undecided(f"{len(found)} modes to choose from at {_named(point, kinks)}")
    kept: list[Option] = []
    weak: list[Option] = []
    for option in found:
        if option.dependent:
            if _rests(point, option, kinks):
                kept.append(option)
            elif option.stable and not _same(point.field, option.rates, [0] * len(kinks), corner.rate_scale):
                raise Undecided(f"{_named(point, kinks)}: it would slide along linearly dependent directions")
            continue
        if option.decided:
            kept.append(option)
            continue
        verdict = _verdict(point, _replaced(mode, j, _row(mode, j, kinks, option.sides), turned), j)
        if verdict > 0:
            kept.append(option)
        elif verdict == 0:
            weak.append(option)
    for option in weak:
        if not any(_same(point.field, option.rates, other.rates, corner.rate_scale) for other in kept):
            kept.append(option)
    return _ranked(point, j, corner, kinks, push, kept)


def _rests(point: Point, option: Option, kinks: Sequence[int]) -> bool:
    """Return whether w stays orthogonal to all samples: it may always, as relu'(0) = 0 is among the choices."""
    return not any(option.sides) and len(kinks) == len(point.network.kinks)


def _same(field: Field, a: Sequence[Any], b: Sequence[Any], scale: Sequence[Any]) -> bool:
    return all(sign_or_zero(field, p - q, s) == 0 for p, q, s in zip(a, b, scale, strict=True))


def _ranked(
    point: Point, j: int, corner: Corner, kinks: Sequence[int], push: Sequence[Any], found: list[Option]
) -> list[Option]:
    """Put first what a step of descent with relu'(0) = relu_at_zero would enter, unstable sliding last."""
    if len(found) < 2:
        return found
    gate = point.network.relu_at_zero
    beta = [sum((gate * push[k] * f for k, f in point.members[h]), start=0 * push[0]) for h in kinks]
    entered = [sign_or_zero(point.field, a, b) for a, b in zip(rates(corner, beta), corner.rate_scale, strict=True)]
    exactly = all(value == 0 for value in point.w[j])

    def rank(option: Option) -> tuple[bool, int]:
        stable = option.stable or (exactly and gate == 0 and _rests(point, option, kinks))
        moves = [sign_or_zero(point.field, a, b) for a, b in zip(option.rates, corner.rate_scale, strict=True)]
        return not stable, sum(a != b for a, b in zip(moves, entered, strict=True))

    return sorted(found, key=rank)


def _verdict(point: Point, mode: Mode, j: int) -> int:
    """Return 1 when all guards of a neuron become positive in a mode, 0 when some stay zero, -1 otherwise."""
    verdict = 1
    for entry in point.expand(mode):
        if entry.guard.neuron != j:
            continue
        _, sign = leading(point.field, entry)
        if sign < 0 or (sign == 0 and entry.guard.kind != "kink"):
            return -1
        verdict = min(verdict, sign)
    return verdict
