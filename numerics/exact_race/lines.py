"""Exact data: inputs that lie on one line through zero share a gate and are merged, in rational arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from numerics.losses import residual_at_zero

Rational = Fraction
Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class Lines:
    """The data, one direction a line: l lines.

    ``direction`` (l, d); ``gram`` (l, l); ``push_on``, ``push_off`` (l,) coefficients of the direction in gamma for
    ``w.direction`` positive and negative; ``member`` (n,) the line of every sample, -1 for a zero input; ``factor``
    (n,) such that ``x_k = factor_k direction``.
    """

    direction: tuple[Vector, ...]
    gram: tuple[Vector, ...]
    push_on: Vector
    push_off: Vector
    member: tuple[int, ...]
    factor: Vector


def to_rational(value: Any) -> Fraction:
    """Return a number exactly: an integer, fraction, float (its binary value) or text such as "1/3" or "0.1".

    Raises
    ------
    ValueError
        When it is not a finite number.

    Examples
    --------
    >>> to_rational("0.1"), to_rational(0.5)
    (Fraction(1, 10), Fraction(1, 2))
    """
    try:
        return Fraction(value) if isinstance(value, (int, str, Fraction)) else Fraction(float(value))
    except (ValueError, TypeError, OverflowError, ZeroDivisionError) as error:
        raise ValueError(
            f"exact race: value={value!r} is not a finite number; give a number or 'p/q'"
        ) from error


def dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    """Return the inner product.

    Examples
    --------
    >>> dot([Fraction(1, 2), Fraction(3)], [Fraction(2), Fraction(1, 3)])
    Fraction(2, 1)
    """
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def rank(matrix: Sequence[Vector]) -> int:
    """Return the rank of a rational matrix.

    Examples
    --------
    >>> rank([(Fraction(1), Fraction(2)), (Fraction(2), Fraction(4))])
    1
    """
    if not matrix:
        return 0
    return fmpq_mat([[fmpq(value.numerator, value.denominator) for value in row] for row in matrix]).rank()


def make_lines(x: Sequence[Vector], y: Sequence[Fraction], loss: str) -> Lines:
    """Merge inputs on one line through zero.

    Parameters
    ----------
    x : inputs.    y : labels, +1 or -1.    loss : its residual at ``f = 0`` is used.

    Examples
    --------
    >>> one, two = Fraction(1), Fraction(2)
    >>> make_lines([(one, one), (-two, -two)], [one, one], "squared").push_off
    (Fraction(-1, 1),)
    """
    places: dict[Vector, int] = {}
    member, factor, push_on, push_off = [], [], [], []
    for row, label in zip(x, y, strict=True):
        first = next((value for value in row if value != 0), None)
        factor.append(Fraction(0) if first is None else first)
        if first is None:
            member.append(-1)
            continue
        place = places.setdefault(tuple(value / first for value in row), len(places))
        if place == len(push_on):
            push_on.append(Fraction(0))
            push_off.append(Fraction(0))
        side = push_on if first > 0 else push_off
        side[place] += residual_at_zero(label, loss) / len(y) * first
        member.append(place)
    direction = tuple(places)
    gram = tuple(tuple(dot(a, b) for b in direction) for a in direction)
    return Lines(direction, gram, tuple(push_on), tuple(push_off), tuple(member), tuple(factor))
