"""What happens at an event of the early race: a gate flips, slides or is released, or the read-out turns."""

from __future__ import annotations

from numerics import closed_forms
from numerics.early_race.compiled import compiled
from numerics.early_race.moves import flush, record
from numerics.early_race.neuron import (
    AMBIGUOUS,
    BALANCE,
    CYCLING,
    DISPLACEMENT,
    KIND_OFF,
    KIND_ON,
    KIND_RELEASE_OFF,
    KIND_RELEASE_ON,
    KIND_SLIDE,
    KIND_TURN,
    OFF,
    ON,
    RATE_SQUARED,
    READ_OUT,
    RELEASED,
    SLIDES,
    SLIDING,
    SLIDING_NOW,
    STALE,
    STANDSTILL,
    STATUS,
    TIME,
    UNSOLVED,
    Neuron,
    Timeline,
    Work,
)
from numerics.early_race.samples import Samples
from numerics.early_race.sliding import box_minimum, release_vertex

SAME_POINT = 1e-12

_jumped_rate_squared = compiled()(closed_forms.jumped_rate_squared)


@compiled()
def gate_event(
    samples: Samples,
    neuron: Neuron,
    work: Work,
    timeline: Timeline,
    j: int,
    k: int,
    sign: float,
    moved: float,
) -> None:
    """Decide what sample ``k``, which has just reached its kink, does, and change the drive accordingly.

    Examples
    --------
    >>> gate_event.__name__
    'gate_event'
    """
    _count_standstill(neuron, moved)
    if neuron.count[STATUS] != 0:
        return
    neuron.z[k] = -work.pending[0] * neuron.c[k]  # so that it is zero once the pending move is carried out
    target = samples.push_off[k] if neuron.gate[k] == ON else samples.push_on[k]
    jump = target - neuron.push[k]
    # The sample moves in the direction -gate; a jump along it speeds it up, a jump against it may stop it.
    helps = -sign * neuron.gate[k] * jump >= 0.0
    after = neuron.c[k] + jump * samples.gram[k, k]
    alone = neuron.count[SLIDING_NOW] == 0 and neuron.count[RELEASED] == 0
    if helps or (alone and -sign * neuron.gate[k] * after > samples.dead_zone[k]):
        _change_push(samples, neuron, work, k, target)
        neuron.gate[k] = -neuron.gate[k]
        record(timeline, neuron.number[TIME], j, k, KIND_ON if neuron.gate[k] == ON else KIND_OFF)
        if not helps:
            _note_release(neuron, work, k)
        elif not alone:
            flush(samples, neuron, work)
            _settle(samples, neuron, work, timeline, j, _choose(neuron, work))
    else:
        flush(samples, neuron, work)
        _settle(samples, neuron, work, timeline, j, _include(work, _choose(neuron, work), k))


@compiled()
def turn_event(samples: Samples, neuron: Neuron, work: Work, timeline: Timeline, j: int, sign: float) -> None:
    """Let the read-out pass through zero; samples that slide then push apart and are released.

    Examples
    --------
    >>> turn_event.__name__
    'turn_event'
    """
    neuron.number[READ_OUT] = 0.0
    neuron.count[STANDSTILL], neuron.count[RELEASED] = 0, 0
    record(timeline, neuron.number[TIME], j, -1, KIND_TURN)
    flush(samples, neuron, work)
    size = _choose(neuron, work)
    if size == 0:
        return
    _set_up(samples, neuron, work, size)
    neuron.count[AMBIGUOUS] += 1
    release_vertex(size, work)
    for a in range(size):
        work.free[a] = 0
    _apply(samples, neuron, work, timeline, j, size)
    neuron.count[RELEASED] = 0


@compiled()
def _count_standstill(neuron: Neuron, moved: float) -> None:
    """Forget the samples released at an earlier point; fail when events repeat without end at one point."""
    number, count = neuron.number, neuron.count
    square = moved * moved * number[RATE_SQUARED]
    if square > SAME_POINT**2 * (number[BALANCE] + number[READ_OUT] ** 2):
        count[STANDSTILL], count[RELEASED] = 0, 0
        return
    count[STANDSTILL] += 1
    if count[STANDSTILL] > 20 + 4 * len(neuron.z):
        count[STATUS] = CYCLING


@compiled()
def _settle(samples: Samples, neuron: Neuron, work: Work, timeline: Timeline, j: int, size: int) -> None:
    """Solve the sliding problem of the chosen samples and carry the solution over."""
    _set_up(samples, neuron, work, size)
    if not box_minimum(size, work, samples.dead_zone[0] / samples.length[0]):
        neuron.count[STATUS] = UNSOLVED
        return
    _apply(samples, neuron, work, timeline, j, size)


@compiled()
def _choose(neuron: Neuron, work: Work) -> int:
    """List the samples that slide and those released at this very point."""
    size = 0
    for i in range(len(neuron.gate)):
        if size == neuron.count[SLIDING_NOW]:
            break
        if neuron.gate[i] == SLIDING:
            work.chosen[size] = i
            size += 1
    for r in range(neuron.count[RELEASED]):
        i = work.released[r]
        if neuron.gate[i] != SLIDING:
            work.chosen[size] = i
            size += 1
    return size


@compiled()
def _include(work: Work, size: int, k: int) -> int:
    """Add ``k`` to the chosen samples unless it is there."""
    for a in range(size):
        if work.chosen[a] == k:
            return size
    work.chosen[size] = k
    return size + 1


@compiled()
def _set_up(samples: Samples, neuron: Neuron, work: Work, size: int) -> None:
    """Write the sliding problem of the chosen samples."""
    for a in range(size):
        i = work.chosen[a]
        work.low[a] = min(samples.push_on[i], samples.push_off[i])
        work.high[a] = max(samples.push_on[i], samples.push_off[i])
        work.value[a], work.slope[a] = neuron.push[i], neuron.c[i]
        work.free[a] = 1 if neuron.gate[i] == SLIDING else 0
        for b in range(size):
            work.gram[a, b] = samples.gram[i, work.chosen[b]]


@compiled()
def _apply(samples: Samples, neuron: Neuron, work: Work, timeline: Timeline, j: int, size: int) -> None:
    """Carry the solution of the sliding problem over to the neuron."""
    for a in range(size):
        _change_push(samples, neuron, work, work.chosen[a], work.value[a])
    flush(samples, neuron, work)
    for a in range(size):
        i = work.chosen[a]
        before = neuron.gate[i]
        if work.free[a] == 1:
            neuron.gate[i], neuron.z[i], neuron.c[i] = SLIDING, 0.0, 0.0
        else:
            neuron.gate[i] = ON if work.value[a] == samples.push_on[i] else OFF
        neuron.count[SLIDING_NOW] += (neuron.gate[i] == SLIDING) - (before == SLIDING)
        if neuron.gate[i] == before:
            continue
        if neuron.gate[i] == SLIDING:
            neuron.count[SLIDES] += 1
            record(timeline, neuron.number[TIME], j, i, KIND_SLIDE)
        else:
            _note_release(neuron, work, i)
            _record_release(neuron, timeline, j, i, before)


@compiled()
def _note_release(neuron: Neuron, work: Work, i: int) -> None:
    for r in range(neuron.count[RELEASED]):
        if work.released[r] == i:
            return
    work.released[neuron.count[RELEASED]] = i
    neuron.count[RELEASED] += 1


@compiled()
def _record_release(neuron: Neuron, timeline: Timeline, j: int, i: int, before: float) -> None:
    if before == SLIDING:
        kind = KIND_RELEASE_ON if neuron.gate[i] == ON else KIND_RELEASE_OFF
    else:
        kind = KIND_ON if neuron.gate[i] == ON else KIND_OFF
    record(timeline, neuron.number[TIME], j, i, kind)


@compiled()
def _change_push(samples: Samples, neuron: Neuron, work: Work, k: int, target: float) -> None:
    """Give sample ``k`` another coefficient in gamma: a rank-one change of ``c``, and of |gamma|**2.

    ``w.gamma`` is continuous because ``w.x_k = 0``. The change of ``c`` is left pending.
    """
    jump = target - neuron.push[k]
    if jump == 0.0:
        return
    if work.pending[1] != 0.0:
        flush(samples, neuron, work)
    number, square = neuron.number, samples.gram[k, k]
    number[RATE_SQUARED] = max(_jumped_rate_squared(number[RATE_SQUARED], neuron.c[k], jump, square), 0.0)
    neuron.push[k] = target
    neuron.travel[k] -= jump * number[DISPLACEMENT]
    neuron.count[STALE] += 1
    work.pending[1], work.pending_row[0] = jump, k
