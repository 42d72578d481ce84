"""The ensemble on heyoka: several networks a step, events and modes by the same kernels as without it.

heyoka's own events would stop at each sign change of every guard and come back to Python; instead a step writes its
Taylor coefficients, on which the compiled kernels look for the first event.
"""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from numerics.early_race.compiled import compiled
from numerics.flow.fast.advance import finish_step, is_over, start
from numerics.flow.fast.heyoka_field import field_expressions, import_heyoka
from numerics.flow.fast.layout import LOSSES, ORDER, Mode, Series, Work, make_mode, make_series, make_work
from numerics.flow.fast.series import copy_state
from numerics.flow.fast.stack import Stack, network_data, network_output

IDLE = -1


class Lanes(NamedTuple):
    """Networks being integrated side by side: ``network`` (lanes,) which, or `IDLE`; ``following`` (1,) the next one to
    start; the rest are the arrays of a `Mode` with one more axis."""

    network: np.ndarray
    following: np.ndarray
    side: np.ndarray
    turned: np.ndarray
    sliding: np.ndarray
    size: np.ndarray
    forms: np.ndarray
    gated: np.ndarray
    fresh: np.ndarray
    rests: np.ndarray


@lru_cache(maxsize=32)
def compiled_field(m: int, d: int, n: int, c: int, loss: str) -> Any:
    """Return heyoka's integrator of the flow of networks of one shape; gated inputs and labels are its parameters.

    The integrals of the residuals are states too, so that their Taylor coefficients come out with the others.

    Raises
    ------
    ValueError
        When heyoka is not installed.

    Examples
    --------
    >>> compiled_field.__name__
    'compiled_field'
    """
    hy = import_heyoka("ensemble", "numba")
    expressions = field_expressions(hy, m, d, n, c, loss)
    integrals = [(hy.expression(f"i{a * n + k}"), expressions.e[a][k]) for a in range(c) for k in range(n)]
    field = [*expressions.w, *expressions.v, *integrals]
    lanes = hy.recommended_simd_size()
    return hy.taylor_adaptive_batch(field, np.zeros((len(field), lanes)), compact_mode=m * n > 64)


def run_heyoka(stack: Stack, most_steps: int) -> None:
    """Integrate every network of a stack, in place.

    Raises
    ------
    ValueError
        When heyoka is not installed.

    Examples
    --------
    >>> run_heyoka.__name__
    'run_heyoka'
    """
    m, d, n, c = stack.v.shape[2], stack.x.shape[2], stack.x.shape[1], stack.v.shape[1]
    integrator = copy.copy(compiled_field(m, d, n, c, LOSSES[stack.code[0]]))
    if integrator.order != ORDER:
        raise ValueError(f"ensemble: heyoka steps with order={integrator.order}, not {ORDER}; use engine='numba'")
    lanes = integrator.batch_size
    modes = [np.ascontiguousarray(np.broadcast_to(part, (lanes, *part.shape))).copy() for part in make_mode(m, d, n)]
    running = Lanes(np.full(lanes, IDLE), np.zeros(1, dtype=np.int64), *modes)
    series, work, limits = make_series(m, d, n, c), make_work(d, n), np.zeros(lanes)
    state, pars, coefficients = integrator.state, integrator.pars, integrator.tc
    active = _next_steps(
        stack, running, series, work, coefficients, integrator.last_h, state, pars, limits, most_steps
    )  # fmt: skip
    while active > 0:
        integrator.step(limits, write_tc=True)
        active = _next_steps(
            stack, running, series, work, integrator.tc, integrator.last_h, state, pars, limits, most_steps
        )  # fmt: skip


@compiled()
def _next_steps(
    stack: Stack, running: Lanes, series: Series, work: Work, coefficients: np.ndarray, lengths: np.ndarray,
    state: np.ndarray, pars: np.ndarray, limits: np.ndarray, most_steps: int,
) -> int:  # fmt: skip
    """Finish the step of every lane, start new networks in lanes that are free; return the number of busy lanes."""
    active = 0
    for lane in range(len(limits)):
        mode = Mode(
            running.side[lane], running.turned[lane], running.sliding[lane], running.size[lane], running.forms[lane],
            running.gated[lane], running.fresh[lane], running.rests[lane],
        )  # fmt: skip
        i = running.network[lane]
        changed, over = False, True
        if i != IDLE:
            _load(series, coefficients, lane)
            output = network_output(stack, i)
            before = output.count[1]
            finish_step(network_data(stack, i), mode, series, work, output, lengths[lane])
            changed, over = output.count[1] != before, is_over(output, most_steps)
        while over and running.following[0] < len(stack.x):
            i = running.following[0]
            running.following[0] += 1
            copy_state(stack.w[i], stack.v[i], series.w[0], series.v[0])
            output = network_output(stack, i)
            start(network_data(stack, i), mode, series, work, output)
            changed, over = True, is_over(output, most_steps)
        if over:
            running.network[lane], limits[lane] = IDLE, 1e-3
            continue
        running.network[lane], active = i, active + 1
        limits[lane] = stack.times[-1] - stack.clock[i, 0]
        _store(stack, mode, series, state, pars, lane, i, changed)
    return active


@compiled()
def _load(series: Series, coefficients: np.ndarray, lane: int) -> None:
    places, (outputs, neurons), samples = series.w.shape[1], series.v.shape[1:], series.e.shape[2]
    for order in range(ORDER + 1):
        for i in range(places):
            series.w[order, i] = coefficients[i, order, lane]
        for a in range(outputs):
            for j in range(neurons):
                series.v[order, a, j] = coefficients[places + a * neurons + j, order, lane]
            for k in range(samples):
                place = places + outputs * neurons + a * samples + k
                known = order < ORDER  # the last coefficient is that of the integral one order higher
                series.e[order, a, k] = coefficients[place, order + 1, lane] * (order + 1) if known else 0.0


@compiled()
def _store(
    stack: Stack, mode: Mode, series: Series, state: np.ndarray, pars: np.ndarray, lane: int, i: int, changed: bool
) -> None:
    places, (outputs, neurons), samples = series.w.shape[1], series.v.shape[1:], series.e.shape[2]
    for place in range(places):
        state[place, lane] = series.w[0, place]
    for a in range(outputs):
        for j in range(neurons):
            state[places + a * neurons + j, lane] = series.v[0, a, j]
        for k in range(samples):
            state[places + outputs * neurons + a * samples + k, lane] = 0.0
    if not changed:
        return
    for k in range(samples):
        for place in range(places):
            pars[k * places + place, lane] = mode.gated[k, place]
        for a in range(outputs):
            pars[samples * places + a * samples + k, lane] = stack.y[i, k, a]
