"""False twins of the suite's true claims: one small error each, of the kinds that papers have.

Whether a twin is false is decided by `claim_truth` alone, at points that are candidates only: what it cannot show false
is left out.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from proofs_check.certificate import nested
from proofs_check.evidence.points import Domain
from proofs_check.language.elaborate import elaborate
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.lemma import Claim, Lemma
from proofs_check.witness import witness_point
from tests.quality.claim_truth import false_at

POINTS = 30
SEED = 90_001  # not the search's: the twin is judged at points of its own
WEAKER = {"positive": "real", "nonnegative": "real", "negative": "real", "nonpositive": "real", "nonzero": "real"}
AXES = ("neurons", "samples", "dims")
OPPOSITE = {ast.Add: ast.Sub, ast.Sub: ast.Add}
Change = Callable[[ast.AST, random.Random], bool]


@dataclass(frozen=True)
class Twin:
    """A false statement, the kind of error in it and the claim it came from."""

    lemma: Lemma
    claim: Claim
    kind: str
    statement: Statement


def sign(node: ast.AST, rng: random.Random) -> bool:
    """Turn a plus into a minus, or lose a minus."""
    if isinstance(node, ast.BinOp) and type(node.op) in OPPOSITE:
        node.op = OPPOSITE[type(node.op)]()
        return True
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node.op = ast.UAdd()
        return True
    return False


def factor(node: ast.AST, rng: random.Random) -> bool:
    """Give one factor of a product another factor of 2 or 1/2."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        node.left = ast.BinOp(ast.Constant(2), rng.choice([ast.Mult(), ast.Div()]), node.left)
        return True
    return False


def exponent(node: ast.AST, rng: random.Random) -> bool:
    """Change an exponent by one."""
    match node:
        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=int(power))):
            node.right = ast.Constant(power + rng.choice([1, -1]))
            return True
    return False


def relation(node: ast.AST, rng: random.Random) -> bool:
    """State another relation."""
    if isinstance(node, ast.Compare):
        place = rng.randrange(len(node.ops))
        others = [op for op in (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq) if not isinstance(node.ops[place], op)]
        node.ops[place] = rng.choice(others)()
        return True
    return False


def index(node: ast.AST, rng: random.Random) -> bool:
    """Shift a written index by one, or write one in the place of a running one."""
    if isinstance(node, ast.Subscript):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        place = rng.randrange(len(parts))
        part = parts[place]
        if isinstance(part, ast.Constant) and isinstance(part.value, int):
            shifted = part.value + rng.choice([1, -1])
            moved: ast.expr = ast.Constant(shifted if shifted >= 0 else 1)
        elif isinstance(part, ast.Name):
            moved = ast.Constant(rng.choice([0, 1]))
        else:
            return False
        if isinstance(node.slice, ast.Tuple):
            node.slice.elts[place] = moved
        else:
            node.slice = moved
        return True
    return False


def size(node: ast.AST, rng: random.Random) -> bool:
    """Leave one term out of a sum, count one term more or less, run over another axis, or divide by a wrong number."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant):
        node.right = ast.Constant(node.right.value + 1)  # type: ignore[operator]
        return True
    if not (isinstance(node, ast.comprehension) and isinstance(node.target, ast.Name)):
        return False
    if isinstance(node.iter, ast.Name) and rng.random() < 0.4:
        node.iter = ast.Name(rng.choice([axis for axis in AXES if axis != node.iter.id]))
    elif isinstance(node.iter, ast.Call) and isinstance(node.iter.args[0], ast.Constant):
        node.iter.args[0] = ast.Constant(node.iter.args[0].value + rng.choice([1, -1]))  # type: ignore[operator]
    else:
        node.ifs.append(ast.Compare(ast.Name(node.target.id), [ast.NotEq()], [ast.Constant(rng.choice([0, 1]))]))
    return True


def absolute(node: ast.AST, rng: random.Random) -> bool:
    """Lose an absolute value, a rectifier or a root of a square, or put an absolute value where there is none."""
    for name, child in ast.iter_fields(node):
        children = child if isinstance(child, list) else [child]
        for i, part in enumerate(children):
            new = _other_size(part, rng)
            if new is not None and rng.random() < 0.5:
                if isinstance(child, list):
                    child[i] = new
                else:
                    setattr(node, name, new)
                return True
    return False


def _other_size(part: ast.AST, rng: random.Random) -> ast.expr | None:
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
        if part.func.id in ("abs", "relu"):
            return part.args[0]
        if part.func.id == "norm":
            return ast.Call(ast.Name("dot"), [part.args[0], part.args[0]], [])
        if part.func.id == "dot" and rng.random() < 0.3:
            return ast.Call(ast.Name("abs"), [part], [])
    return None


TEXT_CHANGES: dict[str, Change] = {
    "sign": sign, "factor": factor, "exponent": exponent, "relation": relation, "index": index, "size": size,
    "absolute": absolute,
}  # fmt: skip
RARE = ("index", "size", "absolute")  # few claims admit them: tried more often
IN_DEFINITIONS = ("sign", "factor", "exponent", *RARE)
KINDS = {*TEXT_CHANGES, "swap", "hypothesis"}


def _changed_text(text: str, change: Change, rng: random.Random) -> str | None:
    tree = ast.parse(text.strip(), mode="eval")
    nodes = list(ast.walk(tree))
    rng.shuffle(nodes)
    for node in nodes:
        if change(node, rng):
            return ast.unparse(ast.fix_missing_locations(tree))
    return None


def _swapped(text: str, statement: Statement, rng: random.Random) -> str | None:
    tree = ast.parse(text.strip(), mode="eval")
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in statement.variables]
    kinds = statement.variables
    pairs = [(n, o) for n in names for o in kinds if o != n.id and isinstance(kinds[o], type(kinds[n.id]))]
    if not pairs:
        return None
    node, other = rng.choice(pairs)
    node.id = other
    return ast.unparse(tree)


def _weakened(statement: Statement, rng: random.Random) -> Statement | None:
    ways: list[Statement] = [
        replace(statement, hypotheses=statement.hypotheses[:i] + statement.hypotheses[i + 1 :])
        for i in range(len(statement.hypotheses))
    ]
    for name, kind in statement.variables.items():
        if (isinstance(kind, str) and kind in WEAKER) or (isinstance(kind, dict) and "real" in kind):
            ways.append(replace(statement, variables=statement.variables | {name: "real"}))
    return rng.choice(ways) if ways else None


def variants(claim: Claim, rng: random.Random, tries: int) -> Iterator[tuple[str, Statement]]:
    """Yield changed statements of every kind, true or false; of the rare kinds `tries` times as many."""
    statement = claim.statement
    for kind, change in TEXT_CHANGES.items():
        for _ in range(tries if kind in RARE else 1):
            text = _changed_text(statement.text, change, rng)
            if text is not None:
                yield kind, statement.with_text(text)
            for i, (name, body) in enumerate(statement.define[:1]):
                changed = _changed_text(body, change, rng) if kind in IN_DEFINITIONS else None
                if changed is not None:
                    yield kind, replace(statement, define=((name, changed), *statement.define[i + 1 :]))
    larger = _larger(statement, rng)
    if larger is not None:
        yield "size", larger
    swapped = _swapped(statement.text, statement, rng)
    if swapped is not None:
        yield "swap", statement.with_text(swapped)
    weaker = _weakened(statement, rng)
    if weaker is not None:
        yield "hypothesis", weaker


def _larger(statement: Statement, rng: random.Random) -> Statement | None:
    """State the claim with one neuron, sample or dimension more: false where it is written out for its size."""
    if statement.network is not None:
        axis = rng.choice(["width", "samples", "dimension"])
        return replace(statement, network=statement.network | {axis: statement.network.get(axis, 1) + 1})
    vectors = {n: k for n, k in statement.variables.items() if isinstance(k, dict) and "vector" in k}
    longer = {name: {"vector": kind["vector"] + 1} for name, kind in vectors.items()}
    return replace(statement, variables=statement.variables | longer) if longer else None


def false_twins(lemma: Lemma, seed: int, rounds: int = 1, tries: int = 1) -> Iterator[Twin]:
    """Yield the variants of a lemma's true claims that the oracle finds false somewhere."""
    for place, claim in enumerate(lemma.claims):
        if claim.expect in ("REFUTED", "OPEN", "VACUOUS"):
            continue
        rng, seen = random.Random(f"{seed} {lemma.name} {place}"), {claim.statement.text}
        for _ in range(rounds):
            for kind, statement in variants(claim, rng, tries):
                mark = f"{statement.text} {statement.define} {statement.hypotheses} {statement.variables}"
                if mark not in seen and statement != claim.statement and is_false(lemma, statement):
                    yield Twin(lemma, claim, kind, statement)
                seen.add(mark)


def has_witness(lemma: Lemma, statement: Statement) -> bool:
    """Return whether the lemma's witness has the shape of the statement: a larger network has none."""
    shapes = [(claim.statement.network, _vectors(claim.statement)) for claim in lemma.claims]
    return lemma.witness is not None and (statement.network, _vectors(statement)) in shapes


def _vectors(statement: Statement) -> dict[str, object]:
    return {name: kind for name, kind in statement.variables.items() if isinstance(kind, dict) and "vector" in kind}


def is_false(lemma: Lemma, statement: Statement) -> bool:
    """Return whether the oracle finds the statement false at one of a few points."""
    try:
        problem = elaborate(statement)
        domain = Domain.of(problem, statement.relu_at_zero)
        start = None if not has_witness(lemma, statement) else witness_point(problem, statement, lemma.witness or {})
        if any(not pool for pool in domain.pools.values()):
            return False
        points = islice(domain.points(SEED, start, 200), POINTS)
        return any(false_at(statement, nested(statement, problem, point)) for point in points)
    except ClaimError:
        return False
