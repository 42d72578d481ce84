"""Compiled fixed-point polynomials: products cut off at a bound that is known beforehand, linear forms, defects.

A coefficient is ``sum_l limb_l 2**(24 (l - fraction))`` with balanced limbs in ``[-2**23, 2**23)``; sums are made in
columns of 64 bits. Everything is integer arithmetic and independent of that of the Taylor method.

- A product of two limbs is at most ``2**46`` in size, so that a column stays within 64 bits while slots * limbs is at
  most ``2**16`` (`fixed` asks for that), and so does a linear form whose factors are below ``2**38`` in sum.
- A product leaves out pairs of limbs (p, q) with ``p + q < fraction - 2`` only. Column c has at most c + 1 pairs a
  term, so what is left out of a coefficient is at most ``slots * fraction * 2**46 * 2**(24 (fraction - 3))`` times
  ``1 + 2**-23``, in units ``2**(-48 fraction)``: below one unit ``2**(-24 fraction)`` as slots * fraction is below
  ``2**25``. Rounding down leaves out less than one unit more.
"""

from __future__ import annotations

from typing import Any

from numerics.early_race.compiled import compiled

LIMB = 24
HALF = 1 << (LIMB - 1)
MASK = (1 << LIMB) - 1
GUARD = 2  # columns below the point that are kept in a product
SPARE = 8  # zeros after the last coefficient, which groups of eight may read


@compiled()
def run_nodes(
    kinds: Any, first: Any, places: Any, factors: Any, constants: Any, counts: Any, slot_of: Any,
    room: Any, ahead: Any, behind: Any, reach: Any, columns: Any, states: int, slots: int, fraction: int,
) -> bool:  # fmt: skip
    """Fill in the coefficients of all nodes after the states; return whether one does not fit in its limbs.

    Node ``n`` is the product of ``places[first[n]]`` and the next (``kinds[n] == 1``) or a linear form; ``counts``
    coefficients of it are kept, factors of products (row ``slot_of`` of ``ahead`` and ``behind``) keep ``slots``.
    """
    for i in range(counts.shape[0]):
        n = i - states
        if n >= 0 and kinds[n] == 1:
            a, b = slot_of[places[first[n]]], slot_of[places[first[n] + 1]]
            for k in range(counts[i]):
                convolve(ahead[a], behind[b], reach[a], reach[b], k, slots, fraction, columns)
                if settle(columns, fraction, room[i], k):
                    return True
        elif n >= 0:
            terms, times = places[first[n] : first[n + 1]], factors[first[n] : first[n + 1]]
            for k in range(counts[i]):
                combine(room, counts, terms, times, k, columns)
                if k == 0:
                    for limb in range(constants.shape[1]):
                        columns[limb] += constants[n, limb]
                if settle(columns, 0, room[i], k):
                    return True
        if slot_of[i] >= 0:
            keep(room[i], ahead[slot_of[i]], behind[slot_of[i]], reach[slot_of[i]], min(slots, counts[i]), slots)
    return False


@compiled()
def convolve(
    left: Any, right: Any, left_reach: Any, right_reach: Any, k: int, slots: int, fraction: int, columns: Any
) -> None:
    """Set columns to ``sum_i left_i right_(k-i)``; coefficient i of ``right`` is at ``slots - 1 - i``."""
    size = left_reach.shape[0]
    for c in range(columns.shape[0]):
        columns[c] = 0
    for p in range(0, size, 4):
        last = min(k, left_reach[p])
        # the fourth row of the tile has p + 3: pairs with p + 3 + q >= fraction - GUARD are all taken
        q = max(0, fraction - GUARD - 3 - p)
        while q < size:
            begin = max(0, k - right_reach[q])
            if begin > last:
                break
            # whole groups of eight: beyond the reach there are zeros
            count = (last - begin + 8) & ~7
            tile(left, right, p, q, begin, slots - 1 - k + begin, count, columns[p + q :])
            q += 4


@compiled()
def tile(left: Any, right: Any, p: int, q: int, a: int, b: int, count: int, columns: Any) -> None:
    """Add the 16 dot products of four limbs with four."""
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
    columns[0] += s0
    columns[1] += s1
    columns[2] += s2
    columns[3] += s3
    columns[4] += s4
    columns[5] += s5
    columns[6] += s6


@compiled()
def combine(room: Any, counts: Any, terms: Any, times: Any, k: int, columns: Any) -> None:
    """Set columns to coefficient k of a linear form of nodes."""
    size = room.shape[1]
    for c in range(columns.shape[0]):
        columns[c] = 0
    for t in range(terms.shape[0]):
        place, factor = terms[t], times[t]
        if k < counts[place]:
            for limb in range(size):
                columns[limb] += factor * room[place, limb, k]


@compiled()
def settle(columns: Any, first: int, out: Any, k: int) -> bool:
    """Set coefficient k to the columns from ``first`` on, rounded down; return whether it does not fit."""
    size = out.shape[0]
    carry = 0
    for c in range(first):
        carry = (columns[c] + carry) >> LIMB
    for limb in range(size):
        total = columns[first + limb] + carry
        digit = ((total + HALF) & MASK) - HALF
        out[limb, k] = digit
        carry = (total - digit) >> LIMB
    over = False
    for c in range(first + size, columns.shape[0]):
        over = over or columns[c] != 0
    return over or carry != 0


@compiled()
def keep(row: Any, ahead: Any, behind: Any, reach: Any, count: int, slots: int) -> None:
    """Store a factor in both orders, and for every limb the last coefficient in which it or a higher one is not 0."""
    size = row.shape[0]
    last = -1
    for limb in range(size - 1, -1, -1):
        for k in range(slots + SPARE):
            value = row[limb, k] if k < count else 0
            ahead[limb, k] = value
            if k < slots:
                behind[limb, slots - 1 - k] = value
            else:
                behind[limb, k] = 0
            if value != 0 and k > last:
                last = k
        reach[limb] = last


@compiled()
def residue(
    room: Any, counts: Any, velocity: Any, denominators: Any, h: int, power: int, slots: int, columns: Any, out: Any
) -> bool:
    """Set ``out`` to ``(k + 1) p_(k+1) 2**power d - h P_k`` for all states; return whether one does not fit."""
    size = room.shape[1]
    for i in range(velocity.shape[0]):
        place = velocity[i]
        for k in range(out.shape[2]):
            for c in range(columns.shape[0]):
                columns[c] = 0
            if k + 1 < slots:
                factor = ((k + 1) * denominators[i]) << power
                for limb in range(size):
                    columns[limb] += factor * room[i, limb, k + 1]
            if k < counts[place]:
                for limb in range(size):
                    columns[limb] -= h * room[place, limb, k]
            if settle(columns, 0, out[i], k):
                return True
    return False
