"""Facial reduction: where a claim touches zero its Gram matrices have a kernel; guess it and take it out."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import fmpq

from proofs_check.squares.program import Block, Program
from proofs_check.squares.solve import Approximation

LARGEST = 60  # denominators of a kernel that is read off numbers


def smaller(program: Program, near: Approximation, threshold: float) -> list[Block] | None:
    """Return the blocks without the directions in which their matrices (nearly) vanish; None when there are none."""
    scale = max([1.0, *(float(np.abs(m).max()) for m in near.matrices)])
    found, changed = [], False
    for block, matrix in zip(program.blocks, near.matrices, strict=True):
        values, vectors = np.linalg.eigh(matrix)
        null = vectors[:, values < threshold * scale].T
        if not len(null):
            found.append(block)
            continue
        changed = True
        if len(null) < len(block.basis):
            basis = _complement(block, null)
            if basis is None:
                return None
            found.append(Block(block.facts, basis, block.strict))
    return found if changed else None


def _complement(block: Block, null: np.ndarray) -> list | None:
    """Return basis elements orthogonal to the rational space near the rows of `null`."""
    rows, pivots = _echelon(null)
    free = [j for j in range(rows.shape[1]) if j not in pivots]
    basis = []
    for j in free:
        element = block.basis[j]
        for row, p in zip(rows, pivots, strict=True):
            c = Fraction(float(row[j])).limit_denominator(LARGEST)
            if abs(float(c) - row[j]) > 1e-2:
                return None
            if c:
                element = element - fmpq(c.numerator, c.denominator) * block.basis[p]
        basis.append(element)
    return basis


def _echelon(null: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """Return the reduced echelon form and its pivots, each the largest entry of its row."""
    rows, pivots = null.copy(), []
    for i in range(len(rows)):
        rest = np.abs(rows[i:])
        k, j = np.unravel_index(int(rest.argmax()), rest.shape)
        rows[[i, i + int(k)]] = rows[[i + int(k), i]]
        rows[i] /= rows[i, j]
        for other in range(len(rows)):
            if other != i:
                rows[other] -= rows[other, j] * rows[i]
        pivots.append(int(j))
    return rows, pivots
