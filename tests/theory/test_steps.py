"""Every step of every derivation is true, checked without SymPy."""

from __future__ import annotations

import ast

import pytest

from tests.theory.cases import all_cases, derived, label
from tests.theory.claim_oracle import Undefined, holds
from tests.theory.domain import in_domain, point_of, random_points
from theory.derivation import steps_as_claims

CASES = all_cases()
EVERY = pytest.mark.parametrize("case", CASES, ids=label)


def sign_flips(text: str) -> list[str]:
    """Return the claim with each + or - of its right side swapped one at a time, or that side negated."""
    left, right = text.split(" == ")
    tree = ast.parse(right, mode="eval")
    signs = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))]
    twins = []
    for node in signs:
        original = node.op
        node.op = ast.Sub() if isinstance(original, ast.Add) else ast.Add()
        twins.append(f"{left} == {ast.unparse(tree)}")
        node.op = original
    if right == "0":
        return [f"{left} == 1/7"]
    return twins or [f"{left} == -({right})"]


def refuted(text: str, points: list) -> bool:
    """Return whether the claim is false or undefined at one of the points."""
    for point in points:
        try:
            if not holds(text, point):
                return True
        except Undefined:
            return True
    return False


@EVERY
def test_steps_hold_at_random_points(case):
    derivation = derived(*case)
    points = random_points(derivation, 4)
    false = [text for text, _ in steps_as_claims(derivation) if refuted(text, points)]
    assert not false


@EVERY
def test_steps_with_a_flipped_sign_are_refuted(case):
    derivation = derived(*case)
    points = random_points(derivation, 24, seed=1)
    for text, _ in steps_as_claims(derivation):
        twins = sign_flips(text)
        assert [twin for twin in twins if not refuted(twin, points)] == []


@EVERY
def test_steps_with_a_tiny_error_are_refuted(case):
    derivation = derived(*case)
    points = random_points(derivation, 2, seed=2)
    for text, _ in steps_as_claims(derivation):
        assert refuted(f"{text} + 1/10**24", points), text


@EVERY
def test_witness_lies_in_the_domain_and_satisfies_every_step(case):
    derivation = derived(*case)
    point = point_of(derivation, dict(derivation.witness))
    assert in_domain(derivation, point)
    assert not [text for text, _ in steps_as_claims(derivation) if refuted(text, [point])]


@EVERY
def test_steps_are_not_trivial_and_say_why(case):
    derivation = derived(*case)
    assert derivation.steps
    assert all(step.lhs != step.rhs and step.rule for step in derivation.steps)


def test_refuted_sees_an_undefined_point():
    derivation = derived("flow_closed_form", ())
    point = point_of(derivation, dict(derivation.witness) | {"p": 0})
    assert refuted("p/p == 1", [point])
    assert not refuted("v/v == 1", [point])
