"""Rational enclosures of the elementary functions at a rational point."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from proofs_check.checker.limits import MAX_BITS

UNDEFINED, UNDECIDED = "undefined", "undecided"
Interval = tuple[Fraction, Fraction]
Value = Interval | str
ZERO, ONE = Fraction(0), Fraction(1)
MAX_ARGUMENT = 2**16


class Undecided(Exception):
    """A value is too large or too imprecise to be enclosed."""


def scaled(q: Fraction, bits: int) -> int:
    """floor(q * 2**bits)."""
    return (q.numerator << bits) // q.denominator if bits >= 0 else q.numerator // (q.denominator << -bits)


def size(q: Fraction) -> int:
    """An integer k with 2**(k-1) < |q| < 2**(k+1)."""
    return q.numerator.bit_length() - q.denominator.bit_length()


def dyadic(low: int, high: int, bits: int) -> Interval:
    return Fraction(low, 1 << bits), Fraction(high, 1 << bits)


def outward(interval: Interval, precision: int) -> Interval:
    """A wider interval with short ends; an exact value of moderate length stays exact."""
    low, high = interval
    if low == high and low.numerator.bit_length() + low.denominator.bit_length() <= MAX_BITS // 10:
        return interval

    def down(q: Fraction) -> Fraction:
        if q == 0:
            return ZERO
        shift = precision + 16 - size(q)
        if abs(shift) > 4 * MAX_BITS:
            raise Undecided
        return scaled(q, shift) * Fraction(2) ** -shift

    return down(low), -down(-high)


def atan_series(z: Fraction, bits: int, sign: int) -> tuple[int, int]:
    """atan (sign -1) or atanh (sign 1) of 0 <= z <= 1/2 times 2**bits: each term is off by less than 5."""
    power, square = scaled(z, bits), scaled(z * z, bits)
    total, k, turn = 0, 0, 1
    while power:
        total += turn * (power // (2 * k + 1))
        power = (power * square) >> bits
        k, turn = k + 1, turn * sign
    return total - 5 * k - 16, total + 5 * k + 16


@lru_cache(maxsize=64)
def pi_fixed(bits: int) -> tuple[int, int]:
    """pi times 2**bits by Machin's formula 16 atan(1/5) - 4 atan(1/239)."""
    a, b = atan_series(Fraction(1, 5), bits, -1), atan_series(Fraction(1, 239), bits, -1)
    return 16 * a[0] - 4 * b[1], 16 * a[1] - 4 * b[0]


def exp_point(q: Fraction, precision: int) -> Interval:
    """exp(q): Taylor's series of q/2**k, squared k times."""
    if q == 0:
        return ONE, ONE
    if q < 0:
        if q < -MAX_ARGUMENT:
            return ZERO, Fraction(1, 1 << MAX_ARGUMENT)
        low, high = exp_point(-q, precision)
        return 1 / high, 1 / low
    if q > MAX_ARGUMENT:
        raise Undecided
    k = max(0, size(q) + 9)
    bits = precision + k + 40
    start = scaled(q, bits - k)

    def series(x: int) -> tuple[int, int]:  # floors only: below the value by less than 3 a term, 8 for the rest
        term = total = 1 << bits
        i = 0
        while term:
            i += 1
            term = ((term * x) >> bits) // i
            total += term
        return total, total + 3 * i + 8

    low, high = series(start)[0], series(start + 1)[1]
    for _ in range(k):
        low, high = (low * low) >> bits, -((-high * high) >> bits)
    return dyadic(low, high, bits)


def log_point(q: Fraction, precision: int) -> Interval:
    """log(q) for q > 0: log(2**k m) = 2 atanh((m-1)/(m+1)) + 2 k atanh(1/3)."""
    if q == 1:
        return ZERO, ZERO
    k = size(q)
    if q <= 0 or abs(k) > MAX_BITS:
        raise Undecided
    m = q / Fraction(2) ** k
    while m > Fraction(4, 3):
        k, m = k + 1, m / 2
    while m < Fraction(2, 3):
        k, m = k - 1, m * 2
    bits = precision + k.bit_length() + 40
    z = (m - 1) / (m + 1)
    low, high = atan_series(abs(z), bits, 1)
    if z < 0:
        low, high = -high, -low
    two = atan_series(Fraction(1, 3), bits, 1)
    ends = (k * two[0], k * two[1])
    return dyadic(2 * (low + min(ends)), 2 * (high + max(ends)), bits)


def atan_point(q: Fraction, precision: int) -> Interval:
    """atan(q): about 0, about 3/4 (atan(3/4) = 2 atan(1/3)), or from pi/2."""
    if q == 0:
        return ZERO, ZERO
    if q < 0:
        low, high = atan_point(-q, precision)
        return -high, -low
    bits = precision + 40
    if q > 1:
        low, high = atan_point(1 / q, precision + 8)
        half = pi_fixed(bits)
        return Fraction(half[0], 2 << bits) - high, Fraction(half[1], 2 << bits) - low
    if 2 * q <= 1:
        return dyadic(*atan_series(q, bits, -1), bits)
    z = (q - Fraction(3, 4)) / (1 + q * Fraction(3, 4))
    base, (low, high) = atan_series(Fraction(1, 3), bits, -1), atan_series(abs(z), bits, -1)
    if z < 0:
        low, high = -high, -low
    return dyadic(2 * base[0] + low, 2 * base[1] + high, bits)


def sincos_point(q: Fraction, precision: int) -> tuple[Interval, Interval]:
    """sin(q) and cos(q): q = k pi/2 + r with |r| < 0.8, then Taylor's series."""
    if q == 0:
        return (ZERO, ZERO), (ONE, ONE)
    if size(q) > 4000:
        raise Undecided
    bits = precision + max(0, size(q)) + 40
    pi_low, pi_high = pi_fixed(bits)
    start = scaled(q, bits)
    k = (4 * start + pi_low) // (2 * pi_low)
    ends = (2 * start - k * pi_low, 2 * start - k * pi_high)
    r = min(ends) // 2
    margin = max(ends) // 2 + 3 - r
    x, square = abs(r), (r * r) >> bits

    def series(term: int, i: int) -> int:  # each term is off by less than 6, the rest is below 16
        nonlocal margin
        total, turn = 0, 1
        while term:
            total += turn * term
            term = ((term * square) >> bits) // ((i + 1) * (i + 2))
            i, turn = i + 2, -turn
        margin = max(margin, width + 8 * i + 16)
        return total

    width = margin
    sine, cosine = series(x, 1) * (1 if r >= 0 else -1), series(1 << bits, 0)
    turned = [(sine, cosine), (cosine, -sine), (-sine, -cosine), (-cosine, sine)][k % 4]
    one = 1 << bits
    a, b = (dyadic(max(-one, u - margin), min(one, u + margin), bits) for u in turned)
    return a, b


def sqrt_point(q: Fraction, precision: int) -> Interval:
    """The root of q >= 0, exact when it is rational."""
    top, below = math.isqrt(q.numerator), math.isqrt(q.denominator)
    if top * top == q.numerator and below * below == q.denominator:
        return Fraction(top, below), Fraction(top, below)
    half = precision + 40 - size(q) // 2
    root = math.isqrt(scaled(q, 2 * half))
    return Fraction(root) * Fraction(2) ** -half, Fraction(root + 1) * Fraction(2) ** -half


def tanh_point(q: Fraction, precision: int) -> Interval:
    if q == 0:
        return ZERO, ZERO
    low, high = exp_point(-2 * abs(q), precision + max(0, -size(q)))
    low, high = (1 - high) / (1 + high), (1 - low) / (1 + low)
    return (low, high) if q > 0 else (-high, -low)


def sinh_point(q: Fraction, precision: int) -> Interval:
    low, high = exp_point(q, precision + max(0, -size(q)) if q else precision)
    return (low - 1 / low) / 2, (high - 1 / high) / 2


def asin_point(q: Fraction, precision: int) -> Interval:
    if abs(q) == 1:
        low, high = pi_fixed(precision + 8)
        half = Fraction(low, 2 << (precision + 8)), Fraction(high, 2 << (precision + 8))
        return half if q > 0 else (-half[1], -half[0])
    low, high = sqrt_point(1 - q * q, precision + 8)
    ends = sorted((q / low, q / high))
    return atan_point(ends[0], precision)[0], atan_point(ends[1], precision)[1]


def acos_point(q: Fraction, precision: int) -> Interval:
    if q == 1:
        return ZERO, ZERO
    (low, high), (bottom, top) = asin_point(ONE, precision + 8), asin_point(q, precision + 8)
    return low - top, high - bottom


def asinh_point(q: Fraction, precision: int) -> Interval:
    if q < 0:
        low, high = asinh_point(-q, precision)
        return -high, -low
    low, high = sqrt_point(q * q + 1, precision + 8 + max(0, size(q)) if q else precision)
    return log_point(q + low, precision)[0], log_point(q + high, precision)[1]


def acosh_point(q: Fraction, precision: int) -> Interval:
    low, high = sqrt_point(q * q - 1, precision + 8)
    return log_point(q + low, precision)[0], log_point(q + high, precision)[1]


def atanh_point(q: Fraction, precision: int) -> Interval:
    low, high = log_point((1 + q) / (1 - q), precision)
    return low / 2, high / 2


RISING = {"exp": exp_point, "log": log_point, "sqrt": sqrt_point, "atan": atan_point, "asin": asin_point,
          "asinh": asinh_point, "acosh": acosh_point, "atanh": atanh_point, "tanh": tanh_point,
          "sinh": sinh_point}  # fmt: skip
# where the functions are defined: the bounds of the argument, and whether they belong to it
DOMAINS: dict[str, tuple[Fraction | None, Fraction | None, bool]] = {
    "log": (ZERO, None, False), "sqrt": (ZERO, None, True), "asin": (-ONE, ONE, True), "acos": (-ONE, ONE, True),
    "atanh": (-ONE, ONE, False), "acosh": (ONE, None, True)}  # fmt: skip


def in_domain(op: str, interval: Interval) -> str | None:
    """None if the function is defined on the interval, else why not."""
    low, high, closed = DOMAINS[op]
    for bound, near, far in ((low, interval[0], interval[1]), (high, interval[1], interval[0])):
        if bound is not None:
            side = 1 if bound is low else -1
            if (side * (far - bound) < 0) or (far == bound and not closed):
                return UNDEFINED
            if side * (near - bound) < 0 or (near == bound and not closed):
                return UNDECIDED
    return None
