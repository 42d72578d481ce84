"""The event loop of the early race for one neuron, in an exact field: slow and generic."""

from __future__ import annotations

from typing import Any

from numerics import closed_forms
from numerics.exact_race.events import gate_event, turn_event
from numerics.exact_race.fields import Field, Undecided
from numerics.exact_race.state import SLIDING, Drive, FieldData, FieldNeuron, NotUnique

MAX_EVENTS = 100_000


def advance(field: Field, data: FieldData, neuron: FieldNeuron, until: Any) -> None:
    """Advance one neuron to the time ``until``, in place.

    Raises
    ------
    Undecided
        When a comparison is not decided at the working precision.
    NotUnique
        In a rigorous field, when sliding samples are left by a read-out that changes sign.

    Examples
    --------
    >>> advance.__name__
    'advance'
    """
    for _ in range(MAX_EVENTS):
        if not field.rigorous and data.rank > 1 and _has_collapsed(field, neuron):
            _collapse(data, neuron)
            return
        drive = _drive(field, data, neuron)
        scale = data.drive
        # Independent sliding samples that span the data leave no direction for the drive: it is exactly zero.
        if neuron.gate.count(SLIDING) == data.rank or field.sign(drive.rate_squared, scale * scale) == 0:
            return
        size = field.sqrt(neuron.square + neuron.v * neuron.v) if not field.rigorous else data.zero
        sign = field.sign(neuron.v, size)
        if sign == 0:
            neuron.v = data.zero
            sign = field.sign(drive.work, size * scale)
        if sign == 0:
            return
        gate, k = _next_gate(field, data, neuron, drive, sign, size)
        turn = _turn(field, neuron, drive, sign, size)
        turns = turn is not None and (gate is None or field.sign(gate - turn, gate + turn) >= 0)
        u = turn if turns else gate
        if not _moves_before(field, neuron, drive, sign, u, turn, turns, until):
            return
        if turns:
            turn_event(field, data, neuron)
        elif k is not None:
            if field.rigorous and _collapses(data, neuron):
                raise NotUnique(f"the neuron reaches w = 0 at t = {field.middle(neuron.time):.6g}")
            gate_event(field, data, neuron, k, sign, u, size)
    raise Undecided(f"more than {MAX_EVENTS} events")


def _has_collapsed(field: Field, neuron: FieldNeuron) -> bool:
    """Whether w is zero to rounding. Balls do not decide that: there it ends as a comparison not decided."""
    square = neuron.v * neuron.v
    return field.sign(neuron.square + square, square + abs(neuron.square)) == 0


def _collapses(data: FieldData, neuron: FieldNeuron) -> bool:
    """Whether one direction is left beside the sliding ones, so that all other gates meet their kink together."""
    return data.rank > 1 and neuron.gate.count(SLIDING) == data.rank - 1


def _collapse(data: FieldData, neuron: FieldNeuron) -> None:
    """Leave a neuron that reached ``w = 0`` there: with every gate off its drive is zero."""
    count = len(neuron.z)
    neuron.z, neuron.push, neuron.gate = [data.zero] * count, [data.zero] * count, [SLIDING] * count
    neuron.ambiguous += 1
    neuron.events.append((neuron.time, -1, "collapse"))


def _drive(field: Field, data: FieldData, neuron: FieldNeuron) -> Drive:
    zero = data.zero
    c = [
        zero
        if neuron.gate[k] == SLIDING
        else sum((b * row for b, row in zip(neuron.push, data.gram[k], strict=True)), zero)
        for k in range(len(data.gram))
    ]
    rate_squared = sum((b * value for b, value in zip(neuron.push, c, strict=True)), zero)
    work = sum((b * value for b, value in zip(neuron.push, neuron.z, strict=True)), zero)
    return Drive(c, rate_squared, field.sqrt(rate_squared), work)


def _next_gate(
    field: Field, data: FieldData, neuron: FieldNeuron, drive: Drive, sign: int, size: Any
) -> tuple[Any, int | None]:
    """Return the displacement to the next gate event, and its line."""
    best, which = None, None
    for k, gate in enumerate(neuron.gate):
        if (
            gate == SLIDING
            or field.sign(-sign * gate * drive.c[k], data.drive * field.sqrt(data.gram[k][k])) <= 0
        ):
            continue
        u = sign * closed_forms.gate_displacement(neuron.z[k], drive.c[k])
        if field.sign(neuron.z[k], size * field.sqrt(data.gram[k][k])) == 0:
            u = data.zero
        if field.rigorous and best is not None and _collapses(data, neuron):
            continue
        if best is None or field.sign(best - u, best + u) > 0:
            best, which = u, k
    return best, which


def _turn(field: Field, neuron: FieldNeuron, drive: Drive, sign: int, size: Any) -> Any:
    """Return the displacement at which the read-out reaches zero, or None."""
    work = sign * drive.work
    if field.sign(neuron.v, size) == 0 or field.sign(work, size * drive.rate) >= 0:
        return None
    square = closed_forms.turn_discriminant(neuron.v, work, drive.rate_squared)
    if field.sign(square, work * work) <= 0:
        return None
    return closed_forms.turn_displacement(neuron.v, work, field.sqrt(square))


def _moves_before(
    field: Field, neuron: FieldNeuron, drive: Drive, sign: int, u: Any, turn: Any, turns: bool, until: Any
) -> bool:
    """Move to the event at displacement ``u``, or to the time ``until`` when that comes first (then False)."""
    left, v0, p0 = until - neuron.time, sign * neuron.v, sign * drive.work / drive.rate
    if u is not None:
        v1 = _read_out(field, drive, v0, p0, u, turn, turns)
        elapsed = _elapsed(field, drive.rate, v0, p0, v1, p0 + drive.rate * u)
        if field.sign(left - elapsed, left + elapsed) > 0:
            neuron.time = neuron.time + elapsed
            _move(neuron, drive, sign * u, sign * v1)
            return True
    half_cosh, half_sinh = field.cosh_sinh(drive.rate * left / 2)
    cosh, sinh = field.cosh_sinh(drive.rate * left)
    moved = closed_forms.displacement(p0, v0, drive.rate, half_cosh, half_sinh)
    neuron.time = until
    _move(neuron, drive, sign * moved, sign * closed_forms.read_out(p0, v0, cosh, sinh))
    return False


def _read_out(field: Field, drive: Drive, v0: Any, p0: Any, u: Any, turn: Any, turns: bool) -> Any:
    if turns:
        return 0 * v0
    if turn is not None:
        return field.sqrt(closed_forms.read_out_squared_before_turn(u, turn, v0, drive.rate_squared))
    return field.sqrt(closed_forms.read_out_squared(v0, p0 * drive.rate, drive.rate_squared, u))


def _elapsed(field: Field, rate: Any, v0: Any, p0: Any, v1: Any, p1: Any) -> Any:
    """Return the time of a segment; which of the equal formulas is used is no matter of proof."""
    if field.middle(p0) >= 0:
        return field.log(closed_forms.growth(p0, v0, p1, v1)) / rate
    if field.middle(p1) <= 0:
        return field.log(closed_forms.decay(p0, v0, p1, v1)) / rate
    least = field.sqrt((v0 - p0) * (v0 + p0))
    first, second = closed_forms.decay(p0, v0, 0, least), closed_forms.growth(0, least, p1, v1)
    return (field.log(first) + field.log(second)) / rate


def _move(neuron: FieldNeuron, drive: Drive, moved: Any, v: Any) -> None:
    neuron.v = v
    for k in range(len(neuron.z)):
        if neuron.gate[k] != SLIDING:
            neuron.z[k] = closed_forms.gate_position(neuron.z[k], drive.c[k], moved)
        neuron.travel[k] = neuron.travel[k] + moved * neuron.push[k]
