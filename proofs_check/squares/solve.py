"""Floating-point solutions of a program, by cvxpy and clarabel (the extra `sos`)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import qr
from scipy.sparse import csr_matrix

from proofs_check.evidence.derivation import undisturbed
from proofs_check.squares.program import Program


@dataclass
class Approximation:
    """Gram matrices and free coefficients; `margin` bounds the smallest eigenvalue from below (at most 1)."""

    matrices: list[np.ndarray]
    free: np.ndarray
    margin: float


def equations(program: Program) -> tuple[csr_matrix, np.ndarray]:
    """Return the matrix (equations by unknowns) and the right side in double precision."""
    place = {m: i for i, m in enumerate(program.monomials)}
    entries = [(place[m], j, float(c)) for j, column in enumerate(program.columns) for m, c in column.items()]
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (len(program.monomials), len(program.columns))
    right = np.zeros(shape[0])
    for m, c in program.target.items():
        right[place[m]] = float(c)
    return csr_matrix((values, (rows, columns)), shape=shape), right


def independent(matrix: np.ndarray) -> list[int]:
    """Return columns on which all others depend, up to rounding: interior points fail on equations said twice.

    Examples
    --------
    >>> independent(np.array([[1.0, 2.0, 0.0], [0.0, 0.0, 1.0]]))
    [1, 2]
    """
    _, upper, order = qr(matrix, mode="economic", pivoting=True)  # type: ignore[misc]
    sizes = np.abs(np.diag(upper))
    rank = int((sizes > 1e-9 * max(sizes[0], 1e-300)).sum())
    return sorted(int(i) for i in order[:rank])


def approximate(program: Program, seconds: float) -> Approximation | None:
    """Return Gram matrices whose smallest eigenvalue is as large as possible, None when the solver has none."""
    with undisturbed():
        import cvxpy as cp

    try:
        matrix, right = equations(program)
    except OverflowError:  # no double is that large
        return None
    if not program.blocks or not program.monomials or any(not matrix[[i]].nnz for i in np.nonzero(right)[0]):
        return None
    rows = independent(matrix.toarray().T)
    matrix, right = matrix[rows], right[rows]
    margin = cp.Variable()
    singles = cp.Variable(max(sum(len(b.basis) == 1 for b in program.blocks), 1))
    constraints: list[Any] = [margin <= 1, singles >= margin]
    parts, shown, single = [], [], 0
    for block in program.blocks:
        n = len(block.basis)
        if n == 1:
            parts.append(singles[single : single + 1])
            shown.append(singles[single : single + 1])
            single += 1
            continue
        gram = cp.Variable((n, n), symmetric=True)
        constraints.append(gram - margin * np.eye(n) >> 0)
        upper = np.triu_indices(n)
        parts.append(cp.vec(gram, order="C")[upper[0] * n + upper[1]])
        shown.append(gram)
    free = cp.Variable(len(program.free)) if program.free else None
    if free is not None:
        parts.append(free)
    constraints.append(matrix @ cp.hstack(parts) == right)
    problem = cp.Problem(cp.Maximize(margin), constraints)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an inaccurate solution is as good as another: it is rounded and checked
            problem.solve(solver=cp.CLARABEL, time_limit=max(seconds, 0.1))
    except (cp.SolverError, ArithmeticError, ValueError):
        return None
    if margin.value is None:
        return None
    matrices = [np.atleast_2d(v.value) for v in shown]
    loose = np.zeros(0) if free is None else np.asarray(free.value)
    return Approximation(matrices, loose, float(np.asarray(margin.value)))
