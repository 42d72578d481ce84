"""Closed forms of one neuron between two gate events, in plain arithmetic.

Every function uses only ``+ - * /`` on its arguments; values of ``sqrt``, ``cosh`` and ``sinh`` are passed in.
So the same text runs compiled in float64, in mpmath, in Arb balls, and can be compared with a derivation.

Notation: drive ``gamma = sum_k b_k x_k`` constant in a segment, ``rate = |gamma|``, aligned part
``p = w.gamma/rate``, read-out ``v``, ``c = gamma.x`` of one sample, ``z = w.x``, and the *displacement*
``u = integral of v dt``, by which ``w`` has moved along ``gamma``: ``w(t) = w(0) + u gamma``.
"""

from __future__ import annotations

from typing import Any

Number = Any


def aligned_part(p: Number, v: Number, cosh: Number, sinh: Number) -> Number:
    """Return ``p(t) = p cosh(rate t) + v sinh(rate t)``.

    >>> aligned_part(3.0, 1.0, 1.0, 0.0)
    3.0
    """
    return p * cosh + v * sinh


def read_out(p: Number, v: Number, cosh: Number, sinh: Number) -> Number:
    """Return ``v(t) = v cosh(rate t) + p sinh(rate t)``.

    >>> read_out(3.0, 1.0, 1.0, 0.0)
    1.0
    """
    return v * cosh + p * sinh


def displacement(p: Number, v: Number, rate: Number, half_cosh: Number, half_sinh: Number) -> Number:
    """Return ``u(t) = (p(t) - p)/rate`` from ``cosh`` and ``sinh`` of ``rate t/2``, without cancellation.

    >>> displacement(0.0, 1.0, 1.0, 1.25, 0.75)
    1.875
    """
    return 2 * half_sinh * (p * half_sinh + v * half_cosh) / rate


def gate_position(z: Number, c: Number, u: Number) -> Number:
    """Return ``w.x`` after a displacement ``u``.

    >>> gate_position(-1.0, 2.0, 0.5)
    0.0
    """
    return z + u * c


def gate_displacement(z: Number, c: Number) -> Number:
    """Return the displacement at which ``w.x = 0``.

    >>> gate_displacement(-1.0, 2.0)
    0.5
    """
    return -z / c


def read_out_squared(v: Number, work: Number, rate_squared: Number, u: Number) -> Number:
    """Return ``v**2`` after a displacement ``u``, with ``work = w.gamma = p rate``.

    >>> read_out_squared(1.0, 0.0, 4.0, 1.0)
    5.0
    """
    return v * v + 2 * work * u + rate_squared * u * u


def turn_discriminant(v: Number, work: Number, rate_squared: Number) -> Number:
    """Return the number that is positive when the read-out can reach zero: ``(p**2 - v**2) rate**2``.

    >>> turn_discriminant(1.0, 3.0, 4.0)
    5.0
    """
    return work * work - v * v * rate_squared


def turn_displacement(v: Number, work: Number, root: Number) -> Number:
    """Return the size of the displacement at which ``v = 0``, when ``v work < 0``.

    ``work`` is ``sign(v) w.gamma < 0`` and ``root`` the square root of `turn_discriminant`.

    >>> turn_displacement(2.0, -3.0, 1.0)
    1.0
    """
    return v * v / (root - work)


def read_out_squared_before_turn(u: Number, turn: Number, v: Number, rate_squared: Number) -> Number:
    """Return ``v**2`` after a displacement of size ``u <= turn``, factored so that nothing cancels.

    >>> read_out_squared_before_turn(1.0, 1.0, 2.0, 1.0)
    0.0
    """
    return (turn - u) * (v * v / turn - rate_squared * u)


def growth(p0: Number, v0: Number, p1: Number, v1: Number) -> Number:
    """Return ``exp(rate t)`` as the ratio of the growing modes ``(p + v)/2``.

    >>> growth(1.0, 1.0, 2.0, 2.0)
    2.0
    """
    return (p1 + v1) / (p0 + v0)


def decay(p0: Number, v0: Number, p1: Number, v1: Number) -> Number:
    """Return ``exp(rate t)`` as the inverse ratio of the decaying modes ``(p - v)/2``.

    >>> decay(-2.0, 2.0, -1.0, 1.0)
    2.0
    """
    return (v0 - p0) / (v1 - p1)


def gate_quadratic(z: Number, c: Number, p: Number, v: Number, rate: Number) -> tuple[Number, Number, Number]:
    """Return ``(A, B, C)`` such that ``w.x = A E + B + C/E`` at ``E = exp(rate t)``.

    >>> gate_quadratic(1.0, 2.0, 3.0, 1.0, 1.0)
    (4.0, -5.0, 2.0)
    """
    q = c / rate
    return q * (p + v) / 2, z - q * p, q * (p - v) / 2


def jumped_rate_squared(rate_squared: Number, c: Number, jump: Number, square: Number) -> Number:
    """Return ``|gamma + jump x|**2`` from ``|gamma|**2``, ``c = gamma.x`` and ``square = |x|**2``.

    >>> jumped_rate_squared(1.0, 1.0, 2.0, 1.0)
    9.0
    """
    return rate_squared + jump * (2 * c + jump * square)


def balance_drift(eta: Number, slope_w_squared: Number, slope_v: Number) -> Number:
    """Return the exact change of ``|w|**2 - v**2`` in one descent step of size ``eta``.

    >>> balance_drift(2.0, 5.0, 1.0)
    16.0
    """
    return eta * eta * (slope_w_squared - slope_v * slope_v)
