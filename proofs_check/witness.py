"""A lemma's witness as a point: exact numbers, vectors and networks as lists."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from proofs_check.evidence.balls import evaluate
from proofs_check.evidence.points import Domain, Point
from proofs_check.language.elaborate import Problem
from proofs_check.language.errors import ClaimError
from proofs_check.language.numbers import constant_value
from proofs_check.language.statement import Statement


def witness_point(problem: Problem, statement: Statement, witness: Mapping[str, Any]) -> Point:
    """Return a lemma's witness as a point of the domain's free variables.

    Raises
    ------
    ClaimError
        For missing or malformed entries.
    """
    flat: Point = {}
    for name in statement.variables:
        if name not in witness:
            raise ClaimError(f"[witness] has no value for {name}")
        _flatten(flat, name, witness[name], problem.vectors.get(name))
    net = problem.network
    if net:
        letter, count = ("e", net.samples) if net.loss == "any" and "e" in witness else ("y", net.samples)
        for key, rows, part in (
            ("w", net.width, net.w),
            ("v", net.width, net.v),
            ("x", net.samples, net.x),
            (letter, count, net.e if letter == "e" else net.y),
        ):
            if key not in witness:
                raise ClaimError(f"[witness] has no value for {key}")
            _flatten_rows(flat, key, witness[key], [[str(t.value) for t in part(i)] for i in range(rows)])
        if "eta" in problem.names:
            _flatten(flat, "eta", witness.get("eta", 1), None)
        if letter == "e":
            _targets(flat, problem, statement.relu_at_zero)
    return flat


def _targets(flat: Point, problem: Problem, relu_at_zero: int) -> None:
    """Realise given residuals by targets of the squared loss: y = f + e."""
    for residual, (target, f) in Domain.of(problem, relu_at_zero).residuals.items():
        prediction = evaluate(f, flat, relu_at_zero)
        assert isinstance(prediction, Fraction)
        flat[target] = flat.pop(residual) + prediction


def _flatten(flat: Point, name: str, value: Any, size: int | None) -> None:
    values = value if isinstance(value, list) else [value]
    exact = [constant_value(v) for v in values]
    if any(v is None for v in exact) or isinstance(value, list) != (size is not None) or len(values) != (size or 1):
        shape = "a number" if size is None else f"a list of {size} numbers"
        raise ClaimError(f'[witness] {name}={value!r} must be {shape} such as 2 or "1/3"')
    for i, v in enumerate(exact):
        assert v is not None
        flat[name if size is None else f"{name}[{i}]"] = v


def _flatten_rows(flat: Point, key: str, value: Any, names: list[list[str]]) -> None:
    if not isinstance(value, list) or len(value) != len(names):
        raise ClaimError(f"[witness] {key} must be a list of {len(names)}")
    for row, row_names in zip(value, names, strict=True):
        entries = row if isinstance(row, list) else [row]
        exact = [constant_value(v) for v in entries]
        if len(entries) != len(row_names) or any(v is None for v in exact):
            raise ClaimError(f"[witness] {key}: {row!r} must hold {len(row_names)} exact number(s)")
        for name, v in zip(row_names, exact, strict=True):
            assert v is not None
            flat[name] = v
