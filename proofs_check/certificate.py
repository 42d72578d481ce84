"""Certificates (docs/certificates.md): what the search hands to the small checker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from proofs_check.language.elaborate import Problem
from proofs_check.language.statement import Statement

FORMAT = "raceproof-certificate/1"


def counterexample(statement: Statement, problem: Problem, point: Mapping[str, Fraction], why: str) -> dict[str, Any]:
    """Return the certificate of a counterexample.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> s = Statement("x > 0", {"x": "real"})
    >>> counterexample(s, elaborate(s), {"x": Fraction(0)}, "false")["point"]
    {'x': '0'}
    """
    return {
        "format": FORMAT,
        "statement": statement.to_json(),
        "kind": "counterexample",
        "point": nested(statement, problem, point),
        "why": why,
    }


def proof(statement: Statement, hints: Sequence[str]) -> dict[str, Any]:
    """Return the certificate of a proof by normal forms and sign rules."""
    return {"format": FORMAT, "statement": statement.to_json(), "kind": "proof", "hints": list(hints)}


def chain(statement: Statement, links: Sequence[tuple[str, str]], hints: Sequence[str]) -> dict[str, Any]:
    """Return the certificate of a chain: [relation, expression] for each link, from the claim's left side."""
    return {
        "format": FORMAT,
        "statement": statement.to_json(),
        "kind": "chain",
        "links": [list(link) for link in links],
        "hints": list(hints),
    }


def nested(statement: Statement, problem: Problem, point: Mapping[str, Fraction]) -> dict[str, Any]:
    """Return the point with vectors as lists and networks as w, v, x, y (and eta)."""
    result: dict[str, Any] = {}
    for name in statement.variables:
        if name in problem.vectors:
            result[name] = [str(point[f"{name}[{i}]"]) for i in range(problem.vectors[name])]
        else:
            result[name] = str(point[name])
    net = problem.network
    if net:
        values = {name: str(value) for name, value in point.items()}
        result["w"] = [[values[str(t.value)] for t in net.w(j)] for j in range(net.width)]
        result["x"] = [[values[str(t.value)] for t in net.x(k)] for k in range(net.samples)]
        for letter, count, part in (("v", net.width, net.v), ("y", net.samples, net.y)):
            rows = [[values[str(t.value)] for t in part(i)] for i in range(count)]
            result[letter] = [row[0] for row in rows] if net.outputs == 1 else rows
        if "eta" in point:
            result["eta"] = values["eta"]
    return result
