"""Changed claims: what is still proved must hold for an oracle that shares nothing with the provers."""

import ast
import random
from dataclasses import replace

import pytest

from proofs_check.derived import PREFIX, derived_lemmas
from proofs_check.examine import Effort, examine
from proofs_check.language.errors import ClaimError
from tests.theory.claim_oracle import Undefined, holds
from tests.theory.domain import random_points
from theory import derive

LEMMAS = {lemma.name: lemma for lemma in derived_lemmas()}
EFFORT = Effort(seconds=1.5, candidates=300, sympy=False)
QUICK = ["derived_alignment_ode", "derived_saturation", "derived_gate_opening"]
OTHER_FUNCTION = {"sinh": "cosh", "cosh": "sinh", "tanh": "sinh", "exp": "cosh", "sqrt": "abs"}
RELATIONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq)


def mutants(text: str, count: int, rng: random.Random) -> list[str]:
    """Return claims with one sign, factor, exponent, relation, variable or function changed."""
    found: list[str] = []
    for _ in range(20 * count):
        tree = ast.parse(text, mode="eval")
        changed = _change(rng.choice([n for n in ast.walk(tree) if isinstance(n, ast.expr)]), tree, rng)
        mutant = ast.unparse(tree)
        if changed and mutant not in found and mutant != ast.unparse(ast.parse(text, mode="eval")):
            found.append(mutant)
        if len(found) == count:
            break
    return found


def _change(node: ast.expr, tree: ast.Expression, rng: random.Random) -> bool:
    match node:
        case ast.BinOp(op=ast.Add()):
            node.op = ast.Sub()
        case ast.BinOp(op=ast.Sub()):
            node.op = ast.Add()
        case ast.BinOp(op=ast.Mult()):
            node.op = ast.Div()
        case ast.Constant(value=int(value)):
            node.value = value + rng.choice([1, -1, 2])
        case ast.Compare():
            node.ops[0] = rng.choice(RELATIONS)()
        case ast.Name():
            node.id = rng.choice([n.id for n in ast.walk(tree) if isinstance(n, ast.Name)])
        case ast.Call(func=ast.Name(id=name)) if name in OTHER_FUNCTION:
            node.func.id = OTHER_FUNCTION[name]  # type: ignore[attr-defined]
        case _:
            return False
    return True


def _survivors(name: str, count: int) -> tuple[int, list[str]]:
    """Return how many mutants were refuted and which were proved although the oracle refutes them."""
    lemma, rng = LEMMAS[name], random.Random(7)
    points = random_points(derive(name.removeprefix(PREFIX)), 24, seed=3)
    fallen, wrong = 0, []
    for claim in lemma.claims:
        for text in mutants(claim.statement.text, count, rng):
            try:
                result = examine(replace(claim.statement, text=text), lemma.witness, effort=EFFORT, expect="REFUTED")
            except ClaimError:
                continue
            fallen += result.verdict == "REFUTED"
            if result.verdict == "PROVED" and any(_violates(text, point) for point in points):
                wrong.append(text)
    return fallen, wrong


def _violates(text: str, point) -> bool:
    try:
        return not holds(text, point)
    except (Undefined, ValueError, OverflowError):
        return True


@pytest.mark.parametrize("name", QUICK)
def test_proved_mutants_hold_for_the_oracle(name: str) -> None:
    fallen, wrong = _survivors(name, 2)
    assert wrong == []
    assert fallen >= 4


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", LEMMAS)
def test_proved_mutants_of_every_derivation_hold_for_the_oracle(name: str) -> None:
    fallen, wrong = _survivors(name, 6)
    assert wrong == []
    assert fallen >= 2
