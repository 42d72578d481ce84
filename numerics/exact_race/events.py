"""What happens at an event of the exact early race: a gate flips, slides or is released, or the read-out turns."""

from __future__ import annotations

from typing import Any

from numerics.exact_race.box import Box, minimise, release
from numerics.exact_race.fields import Field, Undecided
from numerics.exact_race.state import OFF, ON, SLIDING, FieldData, FieldNeuron, NotUnique


def turn_event(field: Field, data: FieldData, neuron: FieldNeuron) -> None:
    """Let the read-out pass through zero; samples that slide then push apart and are released.

    Raises
    ------
    NotUnique
        In a rigorous field, when a sample slides.

    Examples
    --------
    >>> turn_event.__name__
    'turn_event'
    """
    neuron.v = data.zero
    neuron.released, neuron.standstill = [], 0
    neuron.events.append((neuron.time, -1, "turn"))
    sliding = [k for k, gate in enumerate(neuron.gate) if gate == SLIDING]
    if not sliding:
        return
    neuron.ambiguous += 1
    if field.rigorous:
        raise NotUnique(
            f"the read-out of a sliding neuron changes sign at t = {field.middle(neuron.time):.6g}"
        )
    box = _box(field, data, neuron, sliding)
    release(field, box)
    _apply(data, neuron, sliding, box)
    neuron.released = []


def gate_event(
    field: Field, data: FieldData, neuron: FieldNeuron, k: int, sign: int, u: Any, size: Any
) -> None:
    """Decide what line ``k``, which has just reached its kink, does, and change the drive accordingly.

    Raises
    ------
    Undecided
        When a comparison is not decided, or events repeat at one point.

    Examples
    --------
    >>> gate_event.__name__
    'gate_event'
    """
    if field.sign(u * data.drive, size) != 0:
        neuron.released, neuron.standstill = [], 0
    neuron.standstill += 1
    if neuron.standstill > 20 + 4 * len(neuron.z):
        raise Undecided("events repeat at one point without end")
    neuron.z[k] = data.zero
    gate = neuron.gate[k]
    # Turning the gate on raises the coefficient or not, by exact comparison; the sample moves towards -gate.
    jump = 0 if data.flat[k] else (1 if data.rises[k] == (gate == OFF) else -1)
    at_kink = [i for i, state in enumerate(neuron.gate) if state == SLIDING]
    at_kink += [i for i in neuron.released if neuron.gate[i] != SLIDING and i != k]
    if -sign * gate * jump >= 0:
        neuron.gate[k] = -gate
        neuron.push[k] = data.push_on[k] if gate == OFF else data.push_off[k]
        neuron.events.append((neuron.time, k, "on" if gate == OFF else "off"))
    else:
        at_kink.append(k)
    if at_kink and _dies(data, neuron, at_kink):
        for i in at_kink:
            rests_off = data.silent[i][0]
            neuron.push[i], neuron.gate[i] = data.zero, OFF if rests_off else ON
        neuron.events.append((neuron.time, k, "off" if data.silent[k][0] else "on"))
    elif at_kink:
        box = _box(field, data, neuron, at_kink)
        minimise(field, box)
        _apply(data, neuron, at_kink, box)


def _dies(data: FieldData, neuron: FieldNeuron, at_kink: list[int]) -> bool:
    """Whether no other line pushes and those at their kink need not: the shortest drive is then exactly zero."""
    for k, gate in enumerate(neuron.gate):
        off, on = data.silent[k]
        if not ((off or on) if k in at_kink else (on if gate == ON else off)):
            return False
    return True


def _box(field: Field, data: FieldData, neuron: FieldNeuron, chosen: list[int]) -> Box:
    zero = data.zero
    slope = [sum((b * row for b, row in zip(neuron.push, data.gram[k], strict=True)), zero) for k in chosen]
    return Box(
        gram=[[data.gram[i][k] for k in chosen] for i in chosen],
        low=[data.push_off[k] if data.rises[k] else data.push_on[k] for k in chosen],
        high=[data.push_on[k] if data.rises[k] else data.push_off[k] for k in chosen],
        value=[neuron.push[k] for k in chosen],
        slope=slope,
        free=[neuron.gate[k] == SLIDING for k in chosen],
        scale=data.drive * field.sqrt(max((data.gram[k][k] for k in chosen), key=field.middle)),
    )


def _apply(data: FieldData, neuron: FieldNeuron, chosen: list[int], box: Box) -> None:
    """Carry the solution of the sliding problem over to the neuron."""
    for i, k in enumerate(chosen):
        before = neuron.gate[k]
        neuron.push[k] = box.value[i]
        if box.free[i]:
            neuron.gate[k], neuron.z[k] = SLIDING, data.zero
        else:
            neuron.gate[k] = ON if (box.value[i] is box.high[i]) == data.rises[k] else OFF
        if neuron.gate[k] == before:
            continue
        if neuron.gate[k] == SLIDING:
            neuron.slides += 1
            neuron.events.append((neuron.time, k, "slide"))
            continue
        neuron.released.append(k)
        kind = "on" if neuron.gate[k] == ON else "off"
        neuron.events.append((neuron.time, k, f"release {kind}" if before == SLIDING else kind))
