"""The Taylor series of a network's flow in one mode, by recurrences on whole rows of neurons."""

from __future__ import annotations

import math

import numpy as np

from numerics.early_race.compiled import compiled
from numerics.flow.fast.layout import EXPONENTIAL, LOGISTIC, ORDER, SQUARED, Data, Mode, Series

SAFETY = math.exp(-2.0 - 0.7 / (ORDER - 1))


@compiled("reassoc", "contract", "nsz")
def expand(data: Data, mode: Mode, series: Series) -> None:
    """Fill the series from their rows 0 of ``w`` and ``v``.

    Examples
    --------
    >>> expand.__name__
    'expand'
    """
    outputs, d, places = series.v.shape[1], data.x.shape[1], series.w.shape[1]
    total, share = series.total, 1.0 / len(data.x)
    for order in range(ORDER + 1):
        _tile(series, order, d)
        for a in range(outputs):
            part = series.part[order, a]
            part[:] = 0.0
            for q in range(order + 1):
                left, right = series.tiled[q, a], series.w[order - q]
                for i in range(places):
                    part[i] += left[i] * right[i]
            f = series.f[order, a]
            for k in range(len(f)):
                value, row = 0.0, mode.gated[k]
                for i in range(places):
                    value += row[i] * part[i]
                f[k] = value
        _residuals(data, series, order)
        if order == ORDER:
            return
        series.w[order + 1, :] = 0.0
        for a in range(outputs):
            drive, e = series.drive[order, a], series.e[order, a]
            drive[:] = 0.0
            for k in range(len(e)):
                row, value = mode.gated[k], e[k] * share
                for i in range(places):
                    drive[i] += row[i] * value
            total[0, :] = 0.0
            total[1, :] = 0.0
            for q in range(order + 1):
                left, right, other = series.tiled[order - q, a], series.drive[q, a], series.w[order - q]
                for i in range(places):
                    total[0, i] += left[i] * right[i]
                    total[1, i] += other[i] * right[i]
            for i in range(places):
                series.w[order + 1, i] += total[0, i] / (order + 1)
            for j in range(places // d):
                value = 0.0
                for i in range(d):
                    value += total[1, j * d + i]
                series.v[order + 1, a, j] = value / (order + 1)


@compiled("contract")
def start_residuals(data: Data, mode: Mode, series: Series, w: np.ndarray, v: np.ndarray) -> None:
    """Write row 0 of ``f`` and ``e`` from weights w (m*d,) and v (c, m).

    Examples
    --------
    >>> start_residuals.__name__
    'start_residuals'
    """
    d = data.x.shape[1]
    for a in range(series.v.shape[1]):
        for k in range(series.f.shape[2]):
            value = 0.0
            for i in range(series.w.shape[1]):
                value += mode.gated[k, i] * v[a, i // d] * w[i]
            series.f[0, a, k] = value
    _residuals(data, series, 0)


@compiled()
def _tile(series: Series, order: int, d: int) -> None:
    for a in range(series.v.shape[1]):
        for j in range(series.v.shape[2]):
            for i in range(d):
                series.tiled[order, a, j * d + i] = series.v[order, a, j]


@compiled("reassoc", "contract", "nsz")
def _residuals(data: Data, series: Series, order: int) -> None:
    """Write row ``order`` of e; ``aid`` holds the derivative of a margin, ``aid2`` a function of it."""
    code = data.code[0]
    if code == SQUARED:
        for a in range(series.e.shape[1]):
            for k in range(series.e.shape[2]):
                series.e[order, a, k] = -series.f[order, a, k] + (data.y[k, a] if order == 0 else 0.0)
    elif code in (EXPONENTIAL, LOGISTIC):
        _one_output(data, series, order, code)
    else:
        _softmax(data, series, order)


@compiled("reassoc", "contract", "nsz")
def _one_output(data: Data, series: Series, order: int, code: int) -> None:
    """Let ``aid`` be u = -y f, and e = y exp(u) or y s(u) with s' = s(1 - s) u', ``aid2`` being s(1 - s)."""
    for k in range(series.e.shape[2]):
        y = data.y[k, 0]
        series.aid[order, 0, k] = -y * series.f[order, 0, k]
        if order == 0:
            u = series.aid[0, 0, k]
            value = math.exp(u) if code == EXPONENTIAL else 1.0 / (1.0 + math.exp(-u))
        else:
            value = 0.0
            for q in range(1, order + 1):
                inner = series.aid2[order - q, k]
                value += q * series.aid[q, 0, k] * inner
            value /= order
        if code == EXPONENTIAL:
            series.aid2[order, k] = value
        series.e[order, 0, k] = y * value
        if code == LOGISTIC:
            square = 0.0
            for q in range(order + 1):
                square += series.e[q, 0, k] * series.e[order - q, 0, k]
            series.aid2[order, k] = value - square  # y**2 = 1


@compiled("reassoc", "contract", "nsz")
def _softmax(data: Data, series: Series, order: int) -> None:
    """Let ``aid`` be the shares s_a with s_a' = s_a (f_a' - r), r = sum_b s_b f_b', of which ``aid2`` are the rows."""
    outputs = series.e.shape[1]
    for k in range(series.e.shape[2]):
        if order == 0:
            top, total = -math.inf, 0.0
            for a in range(outputs):
                top = max(top, series.f[0, a, k])
            for a in range(outputs):
                series.aid[0, a, k] = math.exp(series.f[0, a, k] - top)
                total += series.aid[0, a, k]
            for a in range(outputs):
                series.aid[0, a, k] /= total
        else:
            value = 0.0
            for a in range(outputs):
                for q in range(1, order + 1):
                    value += q * series.f[q, a, k] * series.aid[order - q, a, k]
            series.aid2[order - 1, k] = value
            for a in range(outputs):
                value = 0.0
                for q in range(1, order + 1):
                    value += (q * series.f[q, a, k] - series.aid2[q - 1, k]) * series.aid[order - q, a, k]
                series.aid[order, a, k] = value / order
        for a in range(outputs):
            series.e[order, a, k] = -series.aid[order, a, k] + (data.y[k, a] if order == 0 else 0.0)


@compiled()
def step_length(series: Series) -> float:
    """Return the step at which the terms left out are of the size of rounding errors.

    Source: A. Jorba, M. Zou, "A software package for the numerical integration of ODEs by means of high-order Taylor
    methods", Experimental Mathematics 14 (2005).

    Examples
    --------
    >>> step_length.__name__
    'step_length'
    """
    size = max(_largest(series, 0), 1e-300)
    last, before = _largest(series, ORDER), _largest(series, ORDER - 1)
    radius = math.inf
    if last > 0.0:
        radius = (size / last) ** (1.0 / ORDER)
    if before > 0.0:
        radius = min(radius, (size / before) ** (1.0 / (ORDER - 1)))
    return radius * SAFETY


@compiled()
def _largest(series: Series, order: int) -> float:
    found = 0.0
    for i in range(series.w.shape[1]):
        found = max(found, abs(series.w[order, i]))
    for a in range(series.v.shape[1]):
        for j in range(series.v.shape[2]):
            found = max(found, abs(series.v[order, a, j]))
    return found


@compiled("contract")
def evaluate(series: Series, time: float, w: np.ndarray, v: np.ndarray) -> None:
    """Write the weights w (m*d,) and v (c, m) a ``time`` after the start of the step.

    Examples
    --------
    >>> evaluate.__name__
    'evaluate'
    """
    for i in range(len(w)):
        value = 0.0
        for order in range(ORDER, -1, -1):
            value = value * time + series.w[order, i]
        w[i] = value
    for a in range(v.shape[0]):
        for j in range(v.shape[1]):
            value = 0.0
            for order in range(ORDER, -1, -1):
                value = value * time + series.v[order, a, j]
            v[a, j] = value


@compiled()
def copy_state(from_w: np.ndarray, from_v: np.ndarray, w: np.ndarray, v: np.ndarray) -> None:
    """Copy the weights w (m*d,) and v (c, m).

    Examples
    --------
    >>> copy_state.__name__
    'copy_state'
    """
    for i in range(len(w)):
        w[i] = from_w[i]
    for a in range(v.shape[0]):
        for j in range(v.shape[1]):
            v[a, j] = from_v[a, j]
