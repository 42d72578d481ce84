"""Hypothesis strategies for networks, data, gates and weights, for property tests against the simulator.

Numbers are exact by default and degenerate cases come often: parallel, opposite and zero inputs, zero weights, balanced
neurons, neurons that stand on a kink. Failing examples shrink to small whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from numerics.flow.network import LOSSES, Network

Rows = tuple[tuple[Fraction, ...], ...]
Size = int | SearchStrategy[int]
DENOMINATOR = 8
LISTED = 100  # the widest interval whose fractions are listed


@cache
def numbers(low: float = -2, high: float = 2, exact: bool = True) -> SearchStrategy[Fraction]:
    """Return a strategy for numbers of an interval.

    Parameters
    ----------
    low, high : the ends, both possible where they are numbers of the kind that is drawn.
    exact : fractions with a denominator of at most 8; False: any double, as the fraction that it is.

    Raises
    ------
    ValueError
        When no such number lies in the interval.

    Examples
    --------
    >>> numbers(0, 1).filter(lambda q: 0 <= q <= 1).is_empty
    False
    """
    if not low <= high:
        raise ValueError(f"numbers: low={low!r} must not exceed high={high!r}")
    if exact:
        return _fractions(Fraction(low), Fraction(high))
    doubles = st.floats(low, high, allow_nan=False, allow_subnormal=False)
    return doubles.map(Fraction)


def data(
    samples: Size = 2,
    dimension: Size = 2,
    outputs: int = 1,
    loss: str = "squared",
    exact: bool = True,
    degenerate: bool = True,
) -> SearchStrategy[tuple[Rows, Rows]]:
    """Return a strategy for data (x, y): n rows of d inputs and n rows of c labels that fit the loss.

    Parameters
    ----------
    samples, dimension : a number, or a strategy for one.    outputs : the number c of labels of a sample.
    loss : squared (any labels), logistic or exponential (labels -1 and 1) or softmax (probabilities).
    exact : see `numbers`.    degenerate : also inputs that are zero, equal, parallel or opposite to another.

    Raises
    ------
    ValueError
        When the loss is unknown.

    Examples
    --------
    >>> from hypothesis import find, settings
    >>> x, y = find(data(samples=3), lambda drawn: True, settings=settings(database=None))
    >>> len(x), len(x[0]), len(y), len(y[0])
    (3, 2, 3, 1)
    """
    _check_loss(loss)
    return _data(_size(samples), _size(dimension), outputs, loss, exact, degenerate)


def weights(
    width: Size = 2,
    dimension: Size = 2,
    outputs: int = 1,
    x: Rows = (),
    scale: float = 1,
    exact: bool = True,
    degenerate: bool = True,
) -> SearchStrategy[tuple[Rows, Rows]]:
    """Return a strategy for weights (w, v): m rows of d input weights and m rows of c read-outs.

    Parameters
    ----------
    width, dimension : a number, or a strategy for one (with ``x`` the dimension is that of its rows).
    x : inputs; with them some neurons stand exactly on the kink of a sample.
    scale : every weight lies between -scale and scale.
    exact : see `numbers`.    degenerate : also zero weights, equal neurons and neurons on a kink.

    Examples
    --------
    >>> from hypothesis import find, settings
    >>> on_kink = lambda drawn: any(w[0] * 3 + w[1] * 4 == 0 and any(w) for w in drawn[0])
    >>> drawn = find(weights(x=((Fraction(3), Fraction(4)),), scale=8), on_kink, settings=settings(database=None))
    >>> len(drawn[0])
    2
    """
    dimensions = _size(dimension) if not x else st.just(len(x[0]))
    return _weights(_size(width), dimensions, outputs, x, scale, exact, degenerate)


def gates(width: Size = 2, samples: Size = 2) -> SearchStrategy[tuple[tuple[int, ...], ...]]:
    """Return a strategy for gate patterns: m rows of n zeros and ones (not every one belongs to a network).

    Examples
    --------
    >>> from hypothesis import find, settings
    >>> find(gates(1, 2), lambda g: sum(g[0]) == 1, settings=settings(database=None))
    ((0, 1),)
    """
    return _gates(_size(width), _size(samples))


def networks(
    width: Size = 2,
    dimension: Size = 2,
    samples: Size = 2,
    outputs: int = 1,
    loss: str | SearchStrategy[str] = "squared",
    scale: float = 1,
    exact: bool = True,
    degenerate: bool = True,
) -> SearchStrategy[Network]:
    """Return a strategy for networks with their data, as `numerics.integrate` takes them.

    Parameters
    ----------
    width, dimension, samples : numbers, or strategies for them.    outputs : the number of read-outs of a neuron.
    loss : a loss, or a strategy for one.    scale : every weight lies between -scale and scale.
    exact : see `numbers`.    degenerate : see `data` and `weights`.

    Raises
    ------
    ValueError
        When the loss is unknown.

    Examples
    --------
    >>> from hypothesis import find, settings
    >>> network = find(networks(width=3), lambda drawn: True, settings=settings(database=None))
    >>> network.width, network.dimension, network.samples
    (3, 2, 2)
    """
    if isinstance(loss, str):
        _check_loss(loss)
    losses = st.just(loss) if isinstance(loss, str) else loss
    return _networks(_size(width), _size(dimension), _size(samples), outputs, losses, scale, exact, degenerate)


# -- how they are drawn ----------------------------------------------------------------------------------------------


def _fractions(low: Fraction, high: Fraction) -> SearchStrategy[Fraction]:
    """Return a strategy that shrinks to a small denominator; a list of the numbers draws five times as fast."""
    ends = {q: (ceil(low * q), floor(high * q)) for q in range(1, DENOMINATOR + 1)}
    if high - low > LISTED:
        first, last = ends[DENOMINATOR]
        return st.fractions(Fraction(first, DENOMINATOR), Fraction(last, DENOMINATOR), max_denominator=DENOMINATOR)
    found = {Fraction(k, q) for q, (first, last) in ends.items() for k in range(first, last + 1)}
    if not found:
        raise ValueError(f"numbers: no fraction of denominator at most {DENOMINATOR} lies in [{low}, {high}]")
    return st.sampled_from(sorted(found, key=lambda q: (q.denominator, abs(q), q < 0)))


@st.composite
def _data(
    draw: DrawFn, samples: Any, dimension: Any, outputs: int, loss: str, exact: bool, degenerate: bool
) -> tuple[Rows, Rows]:
    n, d = draw(samples), draw(dimension)
    x: list[tuple[Fraction, ...]] = []
    for _ in range(n):
        fresh = st.tuples(*[numbers(exact=exact)] * d)
        factors = st.sampled_from([1, 2, -1, -2, 0] if degenerate and x else [None])
        factor = draw(st.one_of(st.none(), factors))
        x.append(draw(fresh) if factor is None else tuple(factor * q for q in draw(st.sampled_from(x))))
    y = tuple(draw(_labels(outputs, loss, exact)) for _ in range(n))
    return tuple(x), y


def _labels(outputs: int, loss: str, exact: bool) -> SearchStrategy[tuple[Fraction, ...]]:
    if loss in ("logistic", "exponential"):
        return st.tuples(*[st.sampled_from([Fraction(1), Fraction(-1)])] * outputs)
    if loss == "softmax":
        counts = st.tuples(*[st.integers(0, 4)] * outputs).filter(any)
        return counts.map(lambda parts: tuple(Fraction(part, sum(parts)) for part in parts))
    return st.tuples(*[numbers(exact=exact)] * outputs)


@st.composite
def _weights(
    draw: DrawFn, width: Any, dimension: Any, outputs: int, x: Rows, scale: float, exact: bool, degenerate: bool
) -> tuple[Rows, Rows]:
    m, d = draw(width), draw(dimension)
    own = numbers(-scale, scale, exact)
    inputs, read_outs = st.tuples(*[own] * d), st.tuples(*[own] * outputs)
    w: list[tuple[Fraction, ...]] = []
    v: list[tuple[Fraction, ...]] = []
    for _ in range(m):
        kinds: list[Callable[[], SearchStrategy[tuple[Fraction, ...]]]] = [lambda: inputs]
        if degenerate:
            kinds.append(lambda: st.just((Fraction(0),) * d))
            if w:
                kinds.append(lambda: st.sampled_from(w))
            if x and d > 1:
                kinds.append(lambda: _on_a_kink(x, scale))
        w.append(draw(draw(st.sampled_from(kinds))()))
        zero = degenerate and draw(st.integers(0, 5)) == 5
        v.append((Fraction(0),) * outputs if zero else draw(read_outs))
    return tuple(w), tuple(v)


@st.composite
def _on_a_kink(draw: DrawFn, x: Rows, scale: float) -> tuple[Fraction, ...]:
    """Draw weights that are orthogonal to a sample: (-b, a) in two coordinates where it has (a, b), made to fit."""
    row = draw(st.sampled_from(x))
    i, j = draw(st.permutations(range(len(row))).map(lambda order: order[:2]))
    found = [Fraction(0)] * len(row)
    found[i], found[j] = -row[j], row[i]
    while any(abs(q) > scale for q in found):  # halving keeps doubles doubles
        found = [q / 2 for q in found]
    return tuple(found)


@st.composite
def _gates(draw: DrawFn, width: Any, samples: Any) -> tuple[tuple[int, ...], ...]:
    m, n = draw(width), draw(samples)
    return tuple(tuple(draw(st.integers(0, 1)) for _ in range(n)) for _ in range(m))


@st.composite
def _networks(
    draw: DrawFn,
    width: Any,
    dimension: Any,
    samples: Any,
    outputs: int,
    losses: Any,
    scale: float,
    exact: bool,
    degenerate: bool,
) -> Network:
    loss = draw(losses)
    x, y = draw(data(draw(samples), draw(dimension), outputs, loss, exact, degenerate))
    w, v = draw(weights(draw(width), len(x[0]), outputs, x, scale, exact, degenerate))
    return Network(x, y, w, v, loss=loss)


def _size(size: Size) -> SearchStrategy[int]:
    if isinstance(size, int):
        if size < 1:
            raise ValueError(f"size={size!r} must be at least 1")
        return st.just(size)
    return size


def _check_loss(loss: str, known: Sequence[str] = LOSSES) -> None:
    if loss not in known:
        raise ValueError(f"loss={loss!r} is none of {', '.join(known)}")


__all__ = ["data", "gates", "networks", "numbers", "weights"]
