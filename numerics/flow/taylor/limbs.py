"""Fixed-point numbers in machine words: kernels that carry, divide, multiply and convert them.

A number is ``sum_l limb_l 2**(24 (l - fraction))`` with ``size`` limbs, each in ``[-2**23, 2**23)``: balanced limbs
treat both signs alike, and the high limbs of a small number are zero. Sums are made in columns of 64 bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.early_race.compiled import compiled

LIMB = 24
BASE = 1 << LIMB
HALF = BASE >> 1
MASK = BASE - 1


@compiled()
def settle(columns: Any, first: int, last: int, out: Any) -> bool:
    """Round columns ``first`` to ``last`` (excluded) to the limbs ``out``; return whether they do not fit."""
    size = out.shape[0]
    carry = 0
    if first > 0:
        carry = (columns[first - 1] + HALF) >> LIMB
    for i in range(size):
        total = columns[first + i] + carry
        limb = ((total + HALF) & MASK) - HALF
        out[i] = limb
        carry = (total - limb) >> LIMB
    over = False
    for c in range(first + size, last):
        total = columns[c] + carry
        limb = ((total + HALF) & MASK) - HALF
        over = over or limb != 0
        carry = (total - limb) >> LIMB
    return over or carry != 0


@compiled()
def divide(columns: Any, size: int, divisor: int, shift: int, quotient: Any) -> bool:
    """Set ``quotient = columns / (divisor * 2**(24 shift))``, rounded; return whether a limb is lost at the top.

    The quotient is in columns again. The divisor is below ``2**36``, columns are below ``2**52``.
    """
    for i in range(size):
        quotient[i] = 0
    rest = 0
    over = False
    inverse = 1.0 / divisor
    for i in range(size - 1, shift - 1, -1):
        total = rest * BASE
        if i >= 0:
            total += columns[i]
        part = int(total * inverse)  # off by one at most: the quotient is below 2**52
        rest = total - part * divisor
        if rest < 0:
            part -= 1
            rest += divisor
        if rest < 0:
            part -= 1
            rest += divisor
        if rest >= divisor:
            part += 1
            rest -= divisor
        if i - shift < size:
            quotient[i - shift] = part
        else:
            over = over or part != 0
    if 0 < shift <= size:
        # the limb below decides how to round
        rest, divisor = rest * BASE + columns[shift - 1], divisor * BASE
    if 2 * rest >= divisor and shift <= size:
        quotient[0] += 1
    return over


@compiled()
def convolve(
    left: Any, right: Any, k: int, left_reach: Any, right_reach: Any, fraction: int, cap: int, columns: Any
) -> None:
    """Set columns to ``sum_i left_i right_(k-i)``, without the products of low limbs that cannot matter.

    Parameters
    ----------
    left : (rows, orders), limb l of coefficient i at ``[l, i]``.    right : the same, coefficient i at ``cap - i``.
    left_reach, right_reach : (size,), for every limb the last order at which it or a higher one is not zero.
    """
    size = left_reach.shape[0]
    for c in range(columns.shape[0]):
        columns[c] = 0
    for p in range(0, size, 4):
        last = left_reach[p]
        q = max(0, fraction - 4 - p)
        while q < size:
            first = max(0, k - right_reach[q])
            if first > last:
                break
            # whole groups of eight: beyond the reach there are zeros
            count = (last - first + 8) & ~7
            start = cap - k + first
            _tile(left, right, p, q, first, start, count, columns[p + q :])
            q += 4


@compiled()
def _tile(left: Any, right: Any, p: int, q: int, a: int, b: int, count: int, columns: Any) -> None:
    """Add the 16 dot products of four limbs with four: each number read serves four of them."""
    # one-dimensional views: only of these does the compiler know that they are contiguous and never read from the end
    left0, left1, left2, left3 = left[p, a:], left[p + 1, a:], left[p + 2, a:], left[p + 3, a:]
    right0, right1, right2, right3 = right[q, b:], right[q + 1, b:], right[q + 2, b:], right[q + 3, b:]
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = 0
    for i in range(count):
        l0, l1, l2, l3 = left0[i], left1[i], left2[i], left3[i]
        r0, r1, r2, r3 = right0[i], right1[i], right2[i], right3[i]
        s0 += l0 * r0
        s1 += l0 * r1 + l1 * r0
        s2 += l0 * r2 + l1 * r1 + l2 * r0
        s3 += l0 * r3 + l1 * r2 + l2 * r1 + l3 * r0
        s4 += l1 * r3 + l2 * r2 + l3 * r1
        s5 += l2 * r3 + l3 * r2
        s6 += l3 * r3
    # split, so that the sums of many tiles stay within 64 bits
    columns[0] += s0 & MASK
    columns[1] += (s0 >> LIMB) + (s1 & MASK)
    columns[2] += (s1 >> LIMB) + (s2 & MASK)
    columns[3] += (s2 >> LIMB) + (s3 & MASK)
    columns[4] += (s3 >> LIMB) + (s4 & MASK)
    columns[5] += (s4 >> LIMB) + (s5 & MASK)
    columns[6] += (s5 >> LIMB) + (s6 & MASK)
    columns[7] += s6 >> LIMB


@compiled()
def to_limbs(data: Any, out: Any) -> bool:
    """Read a number in two's complement, little end first, three bytes a limb; return whether it does not fit."""
    size = out.shape[0]
    carry = 0
    for i in range(size):
        low, middle, high = np.int64(data[3 * i]), np.int64(data[3 * i + 1]), np.int64(data[3 * i + 2])
        total = low + (middle << 8) + (high << 16) + carry
        if i == size - 1 and high >= 128:
            total -= BASE
        limb = ((total + HALF) & MASK) - HALF
        out[i] = limb
        carry = (total - limb) >> LIMB
    return carry != 0


@compiled()
def to_bytes(limbs: Any, data: Any) -> None:
    """Write a number in two's complement, little end first, three bytes a limb and one more limb for the sign."""
    borrow = 0
    size = limbs.shape[0]
    for i in range(size + 1):
        total = borrow
        if i < size:
            total += limbs[i]
        digit = total & MASK
        borrow = (total - digit) >> LIMB
        data[3 * i] = digit & 255
        data[3 * i + 1] = (digit >> 8) & 255
        data[3 * i + 2] = digit >> 16
