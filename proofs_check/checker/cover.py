"""Certificates of kind cover: leaves that tile the domain, and on each a form that proves the claim there."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

from proofs_check.checker.boxes import bounds_of, read_ends, tiles
from proofs_check.checker.fields import fields, items
from proofs_check.checker.formulas import substituted
from proofs_check.checker.leaves import Leaves, excluded
from proofs_check.checker.limits import MAX_CASES, need
from proofs_check.checker.proof import impossible
from proofs_check.checker.ranges import Range
from proofs_check.checker.statement import Statement
from proofs_check.checker.terms import Term


def _one_case(statement: Statement, change: dict[Term, Term], names: list[Term], leaves: list[Any]) -> None:
    store = statement.store
    domain = [substituted(store, part, change) for part in statement.domain]
    claim = substituted(store, statement.claim, change)
    if any(impossible(statement, part) for part in domain):
        return
    proofs = Leaves(statement, change)
    bounds = bounds_of(domain, proofs.over({}))
    region = []
    for name in names:
        low, high = bounds.get(name, Range()).low, bounds.get(name, Range()).high
        region.append((-math.inf if low is None else low, math.inf if high is None else high))
    entries = [fields(leaf, "a leaf", ("box", "form")) for leaf in leaves]
    sides = [[read_ends(pair) for pair in items(leaf["box"], "a box", len(names))] for leaf in entries]
    need(sides and tiles(region, sides, store.clock), "the leaves do not tile the domain")
    for leaf, ends in zip(entries, sides, strict=True):
        box = dict(bounds)
        for name, (low, high) in zip(names, ends, strict=True):
            side = Range(low if isinstance(low, Fraction) else None, high if isinstance(high, Fraction) else None)
            box[name] = side.tidy().meet(bounds.get(name, Range()))
        form = leaf["form"]
        if isinstance(form, list) and len(form) == 2 and form[0] == "outside":
            need(type(form[1]) is int and 0 <= form[1] < len(domain), "the domain has no such condition")
            need(excluded(domain[form[1]], proofs.over(box)), "a leaf is not outside the domain")
        else:
            proofs.formula(claim, box, form)


def cover(statement: Statement, certificate: dict[str, Any]) -> str:
    """Check a certificate of kind cover."""
    names = []
    for text in items(certificate["names"], "names"):
        need(isinstance(text, str), "a name is not a string")
        names.append(statement.store.make("var", data=text))
    need(len(set(names)) == len(names), "a name comes twice")
    need(math.prod(len(values) for values in statement.cases.values()) <= MAX_CASES, "there are too many cases")
    need(not set(names) & set(statement.cases), "a variable with finitely many values is no side of a box")
    cases = list(itertools.product(*statement.cases.values()))
    parts = items(certificate["cases"], "cases", len(cases))
    for case, leaves in zip(cases, parts, strict=True):
        change = dict(zip(statement.cases, map(statement.store.num, case), strict=True))
        _one_case(statement, change, names, items(leaves, "leaves"))
    return "the claim is proved (cover)"
