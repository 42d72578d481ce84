"""A program as flat arrays, for kernels in double precision."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from numerics.flow.program import Product, Program


class Arrays(NamedTuple):
    """``left[i] < 0`` marks a linear form, whose terms are ``places[first[i]:first[i + 1]]`` with their factors."""

    left: np.ndarray
    right: np.ndarray
    first: np.ndarray
    places: np.ndarray
    factors: np.ndarray
    constants: np.ndarray
    velocity: np.ndarray


def double_arrays(program: Program) -> Arrays:
    """Return a program as arrays of doubles.

    Examples
    --------
    >>> double_arrays(Program(("u",), (Product(0, 0),), (1,))).left.tolist()
    [0]
    """
    left, right, first, places, factors, constants = [], [], [0], [], [], []
    for node in program.nodes:
        if isinstance(node, Product):
            left.append(node.left)
            right.append(node.right)
            constants.append(0.0)
        else:
            left.append(-1)
            right.append(-1)
            constants.append(float(node.constant))
            places += [place for place, _ in node.terms]
            factors += [float(factor) for _, factor in node.terms]
        first.append(len(places))
    return Arrays(
        np.array(left, dtype=np.int64),
        np.array(right, dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(places, dtype=np.int64),
        np.array(factors, dtype=np.float64),
        np.array(constants, dtype=np.float64),
        np.array(program.velocity, dtype=np.int64),
    )
