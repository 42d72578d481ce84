"""Polynomials with integer coefficients packed into one integer each (Kronecker substitution), exactly.

A polynomial ``sum c_k X**k`` with ``|c_k| < 2**(64*words - 1)`` is the integer that it takes at ``X = 2**(64*words)``.
Sums, integer multiples and products of polynomials are those of the integers, as long as every coefficient of the
result obeys the same bound: `plan` proves that in advance.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from flint import fmpz

Limbs = np.ndarray[Any, Any]
SMALL = 1 << 50


@lru_cache(maxsize=64)
def offset(words: int, slots: int) -> int:
    """Return the packed polynomial whose coefficients are all ``2**(64*words - 1)``."""
    return int.from_bytes((1 << (64 * words - 1)).to_bytes(8 * words, "little") * slots, "little")


def pack(row: Sequence[int], words: int) -> fmpz:
    """Return the packed polynomial of the coefficients in a row.

    Raises
    ------
    OverflowError
        When a coefficient does not fit.

    Examples
    --------
    >>> pack([3, -1], 1) == 3 - 2**64
    True
    """
    half = 1 << (64 * words - 1)
    size = 8 * words
    data = b"".join([(c + half).to_bytes(size, "little") for c in row])
    return fmpz(int.from_bytes(data, "little") - offset(words, len(row)))


def limbs(packed: Sequence[fmpz], words: int, slots: int) -> Limbs:
    """Return the coefficients in two's complement, (polynomials, slots, words), the low word first.

    Examples
    --------
    >>> limbs([pack([3, -1], 1)], 1, 2).tolist()
    [[[3], [-1]]]
    """
    shift = offset(words, slots)
    size = 8 * words * slots
    data = b"".join([int(value + shift).to_bytes(size, "little") for value in packed])
    found = np.frombuffer(bytearray(data), dtype="<u8").reshape(len(packed), slots, words)
    found[..., -1] ^= np.uint64(1 << 63)
    return found.view("<i8")


def shifted(found: Limbs, drop: int) -> Limbs:
    """Return ``floor(c / 2**drop)`` for coefficients in two's complement, in as many words."""
    low, rest = divmod(drop, 64)
    words = found.shape[-1]
    moved = np.empty_like(found)
    moved[..., : words - low] = found[..., low:]
    moved[..., words - low :] = (found[..., -1] >> 63)[..., None]
    if rest:
        plain = moved.view("<u8") >> np.uint64(rest)
        plain[..., :-1] |= moved[..., 1:].view("<u8") << np.uint64(64 - rest)
        top = moved[..., -1] >> rest
        moved = plain.view("<i8")
        moved[..., -1] = top
    return moved


def repacked(kept: Limbs, drop: int, words: int) -> fmpz:
    """Return the packed polynomial of ``floor(c_k / 2**drop)`` for coefficients given as (slots, words)."""
    moved = np.ascontiguousarray(shifted(kept, drop)).view("<u8")
    moved[:, -1] ^= np.uint64(1 << 63)
    return fmpz(int.from_bytes(moved.tobytes(), "little") - offset(words, kept.shape[0]))


def absolute_sums(found: Limbs, drop: int) -> list[int]:
    """Return upper bounds of ``sum_k |c_k| / 2**drop``, at most the number of slots above it, one a polynomial.

    Examples
    --------
    >>> absolute_sums(limbs([pack([3, -1], 1)], 1, 2), 0)
    [6]
    """
    if found.shape[1] == 0:
        return [0] * found.shape[0]
    moved = shifted(found, drop)
    column = moved[..., 0]
    small = (column < SMALL) & (column > -SMALL)
    fits = small.all(axis=-1) & (moved[..., 1:] == (column >> 63)[..., None]).all(axis=(1, 2))
    sums = np.abs(np.where(fits[:, None], column, 0)).sum(axis=-1) + found.shape[1]
    totals = [int(value) for value in sums]
    for i in np.flatnonzero(~fits):
        rows = [int.from_bytes(slot.tobytes(), "little", signed=True) for slot in moved[i]]
        totals[i] = sum(abs(value) + 1 for value in rows)
    return totals
