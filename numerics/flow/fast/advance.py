"""One network from its start to the last time asked for: Taylor steps, each cut at its first event."""

from __future__ import annotations

import math

from numerics.early_race.compiled import compiled
from numerics.flow.fast.events import first_event
from numerics.flow.fast.layout import (
    BLOWN_UP,
    CULPRIT,
    CYCLING,
    EVENTS,
    INCONSISTENT,
    MINUS,
    NOTHING,
    OK,
    PLUS,
    STANDSTILL,
    STATUS,
    STEPS,
    TOO_MANY,
    WRITTEN,
    Data,
    Mode,
    Output,
    Series,
    Work,
)
from numerics.flow.fast.modes import change_mode, start_mode
from numerics.flow.fast.series import copy_state, evaluate, expand, step_length

SAME_TIME = 1e-13
AHEAD = 1e-3  # of a step: a multiplier at its end decides nothing, a little later it does


@compiled()
def advance(data: Data, mode: Mode, series: Series, work: Work, output: Output, most_steps: int) -> None:
    """Integrate one network from row 0 of ``w`` and ``v`` in the series; fill its output.

    Examples
    --------
    >>> advance.__name__
    'advance'
    """
    start(data, mode, series, work, output)
    while not is_over(output, most_steps):
        expand(data, mode, series)
        left = output.times[-1] - output.clock[0]
        finish_step(data, mode, series, work, output, min(step_length(series), left))


@compiled()
def start(data: Data, mode: Mode, series: Series, work: Work, output: Output) -> None:
    """Choose the first mode, and write the states at time 0 that were asked for.

    Examples
    --------
    >>> start.__name__
    'start'
    """
    start_mode(data, mode, series, work, output.count)
    while output.count[WRITTEN] < len(output.times) and output.times[output.count[WRITTEN]] == 0.0:
        at = output.count[WRITTEN]
        copy_state(series.w[0], series.v[0], output.w[at], output.v[at])
        output.count[WRITTEN] += 1


@compiled()
def is_over(output: Output, most_steps: int) -> bool:
    """Whether the last time was reached, or something failed; one more step is counted.

    Examples
    --------
    >>> is_over.__name__
    'is_over'
    """
    count = output.count
    if count[STATUS] != OK or count[WRITTEN] == len(output.times):
        return True
    count[STEPS] += 1
    if count[STEPS] > most_steps:
        count[STATUS] = TOO_MANY
    return count[STATUS] != OK


@compiled()
def finish_step(data: Data, mode: Mode, series: Series, work: Work, output: Output, length: float) -> None:
    """Cut a step at its first event; write the states asked for in it; leave its end in row 0 of the series.

    Examples
    --------
    >>> finish_step.__name__
    'finish_step'
    """
    time, count = output.clock[0], output.count
    left = output.times[-1] - time
    if not (length > 1e-15 * time and length > 0.0):
        count[STATUS] = BLOWN_UP
        return
    used, kind, j, kink = first_event(data, mode, series, work, length)
    if used < 0.0:
        count[STATUS], count[CULPRIT] = INCONSISTENT, j
        return
    ends = kind == NOTHING and length >= left
    while count[WRITTEN] < len(output.times) and (ends or output.times[count[WRITTEN]] < time + used):
        _write(series, output, count[WRITTEN], min(output.times[count[WRITTEN]] - time, used))
    if kind in (PLUS, MINUS):
        evaluate(series, used + AHEAD * length, series.total[0], series.spare)
    evaluate(series, used, series.w[0], series.v[0])
    output.clock[0] = output.times[-1] if ends else time + used
    if not math.isfinite(series.w[0].sum() + series.v[0].sum()):
        count[STATUS] = BLOWN_UP
        return
    if used > SAME_TIME * time or kind == NOTHING:
        mode.fresh[:] = 0
        count[STANDSTILL] = 0
    if kind != NOTHING:
        _handle(data, mode, series, work, output, kind, j, kink)


@compiled()
def _write(series: Series, output: Output, at: int, after: float) -> None:
    evaluate(series, after, output.w[at], output.v[at])
    output.count[WRITTEN] += 1


@compiled()
def _handle(data: Data, mode: Mode, series: Series, work: Work, output: Output, kind: int, j: int, kink: int) -> None:
    """Log an event, and change the mode of its neuron."""
    count, at = output.count, output.count[EVENTS]
    if at < len(output.log):
        output.log[at, 0], output.log[at, 1], output.log[at, 2], output.log[at, 3] = output.clock[0], kind, j, kink
    count[EVENTS] += 1
    count[STANDSTILL] += 1
    if count[STANDSTILL] > 20 + 4 * len(data.line):
        count[STATUS], count[CULPRIT] = CYCLING, j
        return
    change_mode(data, mode, series, work, count, kind, j, kink)
    if count[STATUS] != OK:
        count[CULPRIT] = j
