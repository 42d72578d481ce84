"""Whether an accepted certificate is false, by mpmath: nothing here asks the checker or a prover."""

from __future__ import annotations

import ast
import random
import re
from itertools import islice
from typing import Any

import mpmath

from proofs_check.certificate import nested
from proofs_check.evidence.points import Domain
from proofs_check.language.elaborate import elaborate
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from tests.quality.claim_truth import CLOSE, Reader, Unknown
from tests.quality.network_place import network_of, place
from tests.quality.test_checker_tamper import random_point
from tests.theory.claim_oracle import DIGITS, Point, Undefined

SEED = 77_001  # of the points: not the search's
POINTS, LOOKED_AT, ANYWHERE = 12, 120, 6
LONG = re.compile(r"[\d.]{16,}")  # Python's own numbers would round these
NO_VERDICT = (Unknown, OverflowError, ValueError, TypeError, KeyError, IndexError, AttributeError)


class Strict(Reader):
    """The reader of claims, for which a logarithm of 0 has no value, and a network on a gate boundary no verdict."""

    def inside(self, point: Point) -> bool:
        rows, inputs = (point.values["w"], point.values["x"]) if point.network else ([], [])
        reaches = [sum(a * b for a, b in zip(row, x, strict=True)) for row in rows for x in inputs]
        if any(abs(reach) < CLOSE for reach in reaches):
            raise Unknown("a gate boundary")  # whether it is in the domain depends on what the claim takes
        return super().inside(point)

    def _call(self, node: ast.Call, point: Point, bound: dict[str, int]) -> Any:
        value = super()._call(node, point, bound)
        if not isinstance(value, (list, tuple)) and not mpmath.isfinite(value):
            raise Undefined(ast.unparse(node))
        return value


def statement_of(table: dict[str, Any]) -> Statement:
    """Return the statement of a certificate as the toolkit keeps it."""
    more = {key: table[key] for key in ("flow", "step", "network") if table.get(key)}
    return Statement(table["text"], table["variables"], tuple(table.get("hypotheses", ())),
                     tuple((name, text) for name, text in table.get("define", ())), **more,
                     relu_at_zero=table.get("relu_at_zero", 0))  # fmt: skip


def standing(statement: Statement, values: dict[str, Any]) -> tuple[str, str]:
    """Return ("inside", "outside" or "unknown", "true", "false", "undefined" or "unknown") at a point."""
    try:
        network = network_of(statement)
        reader, point = Strict(statement, network), place(statement, network, values)
    except (*NO_VERDICT, SyntaxError):
        return "unknown", "unknown"
    with mpmath.workdps(DIGITS):
        try:
            where = "inside" if reader.inside(point) else "outside"
        except (*NO_VERDICT, Undefined, ZeroDivisionError):
            where = "unknown"
        try:
            return where, "true" if reader.truth(statement.text, point) else "false"
        except (Undefined, ZeroDivisionError):
            return where, "undefined"
        except NO_VERDICT:
            return where, "unknown"


def wrong(certificate: dict[str, Any], rng: random.Random) -> tuple[str, int]:
    """Return why an accepted certificate is false, or "", and the number of points that were judged."""
    statement = statement_of(certificate["statement"])
    texts = [statement.text, *statement.hypotheses, *(text for _, text in statement.define)]
    if any(LONG.search(text) for text in texts):
        return "", 0
    if certificate["kind"] == "counterexample":
        where, what = standing(statement, certificate["point"])
        bad = where == "outside" or (where == "inside" and what == "true")
        return (f"the claim is {what} {where} of the domain" if bad else ""), int("unknown" not in (where, what))
    judged = 0
    for values in _points(statement, certificate["statement"], rng):
        where, what = standing(statement, values)
        judged += where == "inside" and what != "unknown"
        if where == "inside" and what in ("false", "undefined"):
            return f"the claim is {what} at {values}", judged
    return "", judged


def _points(statement: Statement, table: dict[str, Any], rng: random.Random) -> list[dict[str, Any]]:
    """Return points to judge at: candidates only, inside the domain or not."""
    found: list[dict[str, Any]] = []
    try:
        problem = elaborate(statement)
        domain = Domain.of(problem, statement.relu_at_zero)
        if all(domain.pools.values()):
            points = islice(domain.points(SEED, None, LOOKED_AT), POINTS)
            found = [nested(statement, problem, point) for point in points]
    except ClaimError:
        pass
    return found + [random_point(rng, table) for _ in range(ANYWHERE)]
