"""Another relation in place of a wrong one: weak for strict, strict for weak in a premise, the other way round."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from proofs_check.evidence.balls import decide as decide_at
from proofs_check.evidence.points import Domain, Point
from proofs_check.language.elaborate import Elaboration, Problem, elaborate
from proofs_check.language.errors import ClaimError
from proofs_check.language.parse import parse
from proofs_check.language.statement import Statement
from proofs_check.repair.literals import one_line
from proofs_check.repair.samples import sampled
from proofs_check.repair.trial import Clock, Decide, Trial, attempt, decide_statement

POINTS = 400
SECONDS = 0.3
SIGN = re.compile(r"<=|>=|==|!=|<|>")
NEXT = {"<": ("<=",), "<=": ("<",), ">": (">=",), ">=": (">",), "==": ("<=", ">="), "!=": ()}
TURNED = {"<": (">", ">="), "<=": (">=",), ">": ("<", "<="), ">=": ("<=",), "==": ("!=",), "!=": ("==",)}
"""What may stand instead of a relation that is the whole claim: turned round, the stronger first."""


@dataclass(frozen=True)
class Relation:
    """A relation of the claim, what may stand there instead, and what the verifier says of the claim with it.

    Attributes
    ----------
    old, new : the relation and its replacement.    trial : true only when `trial.proved`.
    """

    old: str
    new: str
    trial: Trial

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the report."""
        return {"old": self.old, "new": self.new, **self.trial.to_json()}


def relations(
    statement: Statement,
    problem: Problem,
    point: Mapping[str, Fraction],
    clock: Clock,
    decide: Decide = decide_statement,
) -> list[Relation]:
    """Return the claims with one other relation that no known point refutes, those that are proved first.

    Guarantee: none beyond that of each `trial`.

    Examples
    --------
    >>> s = Statement("x**2 > 0", {"x": "real"})
    >>> best = relations(s, elaborate(s), {"x": Fraction(0)}, Clock(20))[0]
    >>> best.trial.text, best.trial.proved
    ('x**2 >= 0', True)
    """
    domain = Domain.of(problem, statement.relu_at_zero)
    points = [domain.complete({n: point[n] for n in domain.free}), *sampled(domain, point, POINTS)]
    found: list[Relation] = []
    for old, new, text in changes(statement.text):
        changed = statement.with_text(text)
        try:
            claim = elaborate(changed).claim
        except ClaimError:  # an order between vectors
            continue
        outcomes = (decide_at(claim, at, statement.relu_at_zero) for at in points)
        if clock.left() == 0 or any(outcome in ("false", "undefined") for outcome in outcomes):
            continue
        if not _says_something(changed, points):
            continue
        trial = attempt(changed, f"{new} instead of {old}", min(SECONDS, clock.left()), decide)
        if trial.proved or trial.verdict == "SUPPORTED":
            found.append(Relation(old, new, trial))
    return sorted(found, key=lambda relation: not relation.trial.proved)


def _says_something(statement: Statement, points: Sequence[Point]) -> bool:
    """Return True unless the claim is an implication whose premise holds at no known point."""
    line = one_line(statement.text)
    tree = parse(line)
    if not (isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "implies"):
        return True
    premise = Elaboration(statement).formula(ast.unparse(tree.args[0]))
    return any(decide_at(premise, at, statement.relu_at_zero) == "true" for at in points)


def changes(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (relation, replacement, the claim with it), what is nearest to the claim first.

    Within a larger formula only the equality is taken in or out: a premise turned round says nothing of the claim.

    Examples
    --------
    >>> [changed for _, _, changed in changes("x < y")]
    ['x <= y', 'x > y', 'x >= y']
    >>> [changed for _, _, changed in changes("implies(x >= 0, x > 0)")]
    ['implies(x > 0, x > 0)', 'implies(x >= 0, x >= 0)']
    """
    line = one_line(text)
    if not line.isascii():  # columns of the parser are bytes
        return
    tree = parse(line)
    for start, end, sign in _signs(tree, line):
        alone = isinstance(tree, ast.Compare) and len(tree.ops) == 1
        for new in (*NEXT[sign], *(TURNED[sign] if alone else ())):
            yield sign, new, line[:start] + new + line[end:]


def _signs(tree: ast.AST, line: str) -> Iterator[tuple[int, int, str]]:
    """Yield the place of every relation and its sign, in order."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, right in pairwise(sides):
                assert left.end_col_offset is not None
                sign = SIGN.search(line, left.end_col_offset, right.col_offset)
                if sign is not None:
                    found.append((sign.start(), sign.end(), sign.group()))
    yield from sorted(found)
