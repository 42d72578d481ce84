"""What the proofs of a lemma rest on, and what its claims establish, as statements that can be compared."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from proofs_check.used.definitions import names_in
from proofs_check.used.moving import tree_of
from proofs_check.used.statements import UNREADABLE, Shape, closed_forms, relations
from proofs_check.verdict import PROVED

Lemma = Mapping[str, Any]
MAX_CASES = 8


@dataclass(frozen=True)
class Stated:
    """A statement of a lemma: the part it plays there, its text, and its shapes."""

    kind: str  # of a premise: hypothesis, hint, step, claim, definition, motion; of what is established: claim, form
    text: str
    shapes: tuple[Shape, ...]


def premises(lemma: Lemma) -> list[Stated]:
    """Return what the proofs of a lemma's PROVED claims rest on; definitions are put in.

    Hypotheses and hints that a proof used, displayed steps, the claim itself as the last step, closed forms that it
    reads in definitions, and the motion (`d(x) == ...`) when it speaks of it.

    Examples
    --------
    >>> premises({"claims": []})
    []
    """
    found: dict[tuple[str, str], Stated] = {}
    for claim in proved(lemma):
        if claim.get("used") is None:
            continue
        statement = claim["certificate"]["statement"]
        for kind, text in _resting(claim, statement):
            if (kind, text) in found:
                continue
            if kind == "definition":
                shapes = closed_forms(text.partition(" == ")[2], statement, inner=True)
            else:
                shapes = relations(text, statement, expand=True, moving=kind != "motion")
            found[kind, text] = Stated(kind, text, tuple(shapes))
    return [stated for stated in found.values() if stated.shapes]


def _resting(claim: Lemma, statement: Lemma) -> Iterator[tuple[str, str]]:
    used, define = claim["used"], dict(statement.get("define", []))
    yield from (("hypothesis", text) for text in used["hypotheses"])
    for left, right in _sides(claim["text"]) if used["hints"] else ():
        # the proof puts a hint in the place of the difference of both sides
        yield from (("hint", f"({left}) - ({right}) == {hint}") for hint in used["hints"])
    yield from (("step", step["text"]) for step in claim["steps"])
    yield "claim", claim["text"]
    yield from (("definition", f"{name} == {define[name]}") for name in used["definitions"])
    read = names_read(claim)
    for table, operator in (("flow", "d"), ("step", "next")):
        if operator in read:
            moved = statement.get(table, {}).items()
            yield from (("motion", f"{operator}({name}) == {text}") for name, text in moved)


def names_read(claim: Lemma) -> set[str]:
    """Return the names that a claim reads, with the hypotheses and definitions that its proof used."""
    used, define = claim["used"], dict(claim["certificate"]["statement"].get("define", []))
    texts = [claim["text"], *used["hypotheses"], *(define[name] for name in used["definitions"])]
    return set().union(*map(names_in, texts))


def _sides(text: str) -> list[tuple[str, str]]:
    try:
        tree = tree_of(text)
    except UNREADABLE:
        return []
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
        return []
    return [(ast.unparse(tree.left), ast.unparse(tree.comparators[0]))]


def established(lemma: Lemma) -> list[Stated]:
    """Return what a lemma establishes: its PROVED claims, and closed forms that one of them is about.

    Names of definitions stand for what they define, or stay names; a variable with finitely many values stands for
    each of them too.

    Examples
    --------
    >>> established({"claims": []})
    []
    """
    found = []
    for claim in proved(lemma):
        statement = claim["certificate"]["statement"]
        cases = _cases(statement)
        readings = [(statement, True), *((case, True) for case in cases)]
        readings += [(statement, False)] if statement.get("define") else []
        shapes = [shape for table, expand in readings for shape in relations(claim["text"], table, expand)]
        shapes += [s for table in (statement, *cases) for s in relations(claim["text"], table, True, moving=True)]
        found.append(Stated("claim", claim["text"], tuple(dict.fromkeys(shapes))))
        places = itertools.product(_about(claim["text"]), (statement, *cases))
        forms = [form for text, table in places for form in closed_forms(text, table)]
        found.append(Stated("form", claim["text"], tuple(dict.fromkeys(forms))))
    return [stated for stated in found if stated.shapes]


def _cases(statement: Lemma) -> list[dict[str, Any]]:
    """Return the statement with each choice of its variables with finitely many values put in as definitions."""
    kinds = statement.get("variables", {}).items()
    values = {name: kind["values"] for name, kind in kinds if isinstance(kind, dict) and "values" in kind}
    choices = list(itertools.islice(itertools.product(*values.values()), MAX_CASES)) if values else []
    define = statement.get("define", [])
    return [{**statement, "define": [*([n, f"({q})"] for n, q in zip(values, choice, strict=True)), *define]}
            for choice in choices]  # fmt: skip


def _about(text: str) -> list[str]:
    """Return the expressions that a relation of a claim has alone on a side, or alone under `d` or `at`."""
    try:
        nodes = [node for node in ast.walk(tree_of(text)) if isinstance(node, ast.Compare)]
    except UNREADABLE:
        return []
    found = []
    for side in (side for node in nodes for side in (node.left, *node.comparators)):
        while isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id in ("d", "at"):
            side = side.args[0]
        found.append(ast.unparse(side))
    return list(dict.fromkeys(found))


def proved(lemma: Lemma) -> list[Lemma]:
    """Return the claims of a lemma that are PROVED and have a certificate with a statement.

    Examples
    --------
    >>> proved({"claims": [{"verdict": "OPEN", "certificate": None}]})
    []
    """
    claims = [claim for claim in lemma.get("claims", []) if claim["verdict"] == PROVED and claim["certificate"]]
    return [claim for claim in claims if "statement" in claim["certificate"]]
