"""From a floating-point solution to an exact one: round, solve the equations again over the rationals, LDL^T."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from flint import fmpq, fmpq_mat

from proofs_check.squares.program import Program
from proofs_check.squares.solve import Approximation, equations, independent

GRIDS = (1, 2, 6, 24, 120, 1000, 10**5, 10**7, 10**9)


@dataclass
class Exact:
    """For each block (weight, row) with Gram matrix = sum of weight * row row^T; the free coefficients."""

    squares: list[list[tuple[fmpq, list[fmpq]]]]
    free: list[fmpq]


def ldl(matrix: list[list[fmpq]]) -> list[tuple[fmpq, list[fmpq]]] | None:
    """Return (d, row) with matrix = sum of d * row row^T and d > 0; None when it is not positive semidefinite.

    Examples
    --------
    >>> ldl([[fmpq(2), fmpq(1)], [fmpq(1), fmpq(1, 2)]])
    [(2, [1, 1/2])]
    >>> ldl([[fmpq(0), fmpq(1)], [fmpq(1), fmpq(0)]]) is None
    True
    """
    rest = [list(row) for row in matrix]
    found: list[tuple[fmpq, list[fmpq]]] = []
    for k in range(len(rest)):
        d = rest[k][k]
        if d < 0 or (d == 0 and any(rest[k][j] != 0 for j in range(k, len(rest)))):
            return None
        if d == 0:
            continue
        row = [fmpq(0)] * k + [rest[k][j] / d for j in range(k, len(rest))]
        for i in range(k + 1, len(rest)):
            scale = d * row[i]
            if scale != 0:
                for j in range(i, len(rest)):
                    rest[i][j] = rest[j][i] = rest[i][j] - scale * row[j]
        found.append((d, row))
    return found


def exact(program: Program, near: Approximation, end: float) -> Exact | None:
    """Return an exact solution near the floating-point one, None when no grid gives one before the time `end`."""
    values = _stacked(program, near)
    matrix, _ = equations(program)
    dense = matrix.toarray()
    if min(dense.shape) == 0:
        return None
    weights = np.ones(dense.shape[1])
    weights[program.unknowns :] = 100.0  # cofactors have no sign to keep: let them absorb the rounding
    pivots = independent(dense * weights)
    rows = independent(dense[:, pivots].T)
    rank = len(pivots)
    if len(rows) != rank:
        return None
    place = {m: i for i, m in enumerate(program.monomials)}
    inverse = {m: k for k, m in enumerate(rows)}
    square = [[fmpq(0)] * rank for _ in range(rank)]
    for k, j in enumerate(pivots):
        for m, c in program.columns[j].items():
            if place[m] in inverse:
                square[inverse[place[m]]][k] = c
    for grid in GRIDS:
        if time.monotonic() > end:
            return None
        solution = _solved(program, values, grid, pivots, rows, fmpq_mat(square), place)
        found = None if solution is None else _squares(program, solution)
        if found is not None:
            return found
    return None


def _stacked(program: Program, near: Approximation) -> np.ndarray:
    parts = [m[np.triu_indices(len(m))] for m in near.matrices]
    return np.concatenate([*parts, near.free]) if parts else near.free


def _solved(program: Program, values: np.ndarray, grid: int, pivots: list[int], rows: list[int], square: fmpq_mat,
            place: dict) -> list[fmpq] | None:  # fmt: skip
    """Return the values rounded to the grid, the pivots solved exactly; None when an equation is left over."""
    solution = [fmpq(round(float(v) * grid), grid) for v in values]
    for j in pivots:
        solution[j] = fmpq(0)
    left = [fmpq(0)] * len(place)
    for m, c in program.target.items():
        left[place[m]] = c
    for column, v in zip(program.columns, solution, strict=True):
        if v != 0:
            for m, c in column.items():
                left[place[m]] -= c * v
    try:
        solved = square.solve(fmpq_mat([[left[i]] for i in rows]))
    except ZeroDivisionError:
        return None
    for k, j in enumerate(pivots):
        v = solved[k, 0]
        solution[j] = v
        if v != 0:
            for m, c in program.columns[j].items():
                left[place[m]] -= c * v
    return None if any(v != 0 for v in left) else solution


def _squares(program: Program, solution: list[fmpq]) -> Exact | None:
    found, at = [], 0
    for block in program.blocks:
        n = len(block.basis)
        gram = [[fmpq(0)] * n for _ in range(n)]
        for i in range(n):
            for j in range(i, n):
                gram[i][j] = gram[j][i] = solution[at]
                at += 1
        squares = ldl(gram)
        if squares is None or (block.strict and not squares):
            return None
        found.append(squares)
    return Exact(found, solution[at:])
