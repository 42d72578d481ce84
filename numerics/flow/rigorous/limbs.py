"""Whole numbers in balanced limbs of 24 bits, each in ``[-2**23, 2**23)``, and bounds of sums of their sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics.flow.rigorous.kernel import HALF, LIMB


def limbs_of(value: int, size: int) -> list[int]:
    """Return a number in balanced limbs.

    Raises
    ------
    OverflowError
        When it does not fit.

    Examples
    --------
    >>> limbs_of(-1, 2), limbs_of(2**23, 2)
    ([-1, 0], [-8388608, 1])
    """
    data = (value + offset(size)).to_bytes(3 * size, "little")
    return [int.from_bytes(data[i : i + 3], "little") - HALF for i in range(0, 3 * size, 3)]


def offset(size: int) -> int:
    """Return the number all of whose limbs are ``2**23``: added to a number it makes its digits limbs + 2**23."""
    return sum(HALF << (LIMB * limb) for limb in range(size))


def total_of(limbs: Sequence[int]) -> int:
    """Return ``sum limb_l 2**(24 l)``."""
    return sum(int(limb) << (LIMB * place) for place, limb in enumerate(limbs) if limb)


def absolute_sum(limbs: Any) -> int:
    """Return a bound of the sum of the sizes of coefficients given as (limbs, slots): the sum over their limbs.

    Examples
    --------
    >>> absolute_sum(np.array([[3, -1], [0, 1]]))
    16777220
    """
    return total_of(np.abs(limbs).sum(axis=-1, dtype=np.int64).tolist())


def state_limbs(rows: Sequence[Sequence[int]], shift: int, size: int) -> Any:
    """Return rows of coefficients times ``2**shift`` as (rows, limbs, slots); OverflowError when one does not fit."""
    zero, count = offset(size), 3 * size
    data = b"".join([((c << shift) + zero).to_bytes(count, "little") for row in rows for c in row])
    digits = np.frombuffer(data, dtype=np.uint8).reshape(len(rows), -1, size, 3).astype(np.int32)
    return (digits[..., 0] + (digits[..., 1] << 8) + (digits[..., 2] << 16) - HALF).transpose(0, 2, 1)
