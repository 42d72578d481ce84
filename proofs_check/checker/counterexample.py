"""Certificates of kind counterexample: the point is in the domain, and the claim is not true there."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofs_check.checker.evaluate import Evaluation, evaluate
from proofs_check.checker.fields import fields, items, rational
from proofs_check.checker.formulas import Formula
from proofs_check.checker.intervals import ONE, UNDECIDED, UNDEFINED, Value
from proofs_check.checker.limits import PRECISIONS, Reject, need
from proofs_check.checker.network import Network
from proofs_check.checker.statement import Statement
from proofs_check.checker.terms import Term, order


def realise(statement: Statement, net: Network, point: dict[str, Fraction]) -> None:
    """The residuals of the squared loss at the point: e = y - f."""
    for k in range(net.samples):
        outputs, names = statement.network("f", k), statement.network("e", k)
        pairs = zip(outputs, names, strict=True) if net.outputs > 1 else [(outputs, names)]
        for f, e in pairs:
            memo: dict[Term, Value] = {}
            evaluate([f], point, PRECISIONS[0], statement.corner, memo, statement.clock)
            value = memo[f]
            need(not isinstance(value, str) and value[0] == value[1], "the predictions at the point are not exact")
            point[e.data] = point["y" + e.data[1:]] - value[0]  # type: ignore[operator]


def read_point(statement: Statement, value: object) -> dict[str, Fraction]:
    """The values of all variables at a point, of the right shapes and nothing else."""
    net, point = statement.net, {}
    shapes: dict[str, tuple[int, ...]] = {}
    for name, target in statement.variables.items():
        shapes[name] = (len(target),) if isinstance(target, tuple) else ()
    optional: tuple[str, ...] = ()
    if net:
        outputs = (net.outputs,) if net.outputs > 1 else ()
        shapes |= {"w": (net.width, net.dimension), "v": (net.width, *outputs)}
        shapes |= {"x": (net.samples, net.dimension), "y": (net.samples, *outputs), "eta": ()}
        terms = [term for part in (*statement.hypotheses, statement.claim) for term in part.terms()]
        used = statement.variable("eta") in order(terms, statement.clock)
        optional = () if used else ("eta",)
    table = fields(value, "point", [name for name in shapes if name not in optional], optional)

    def fill(name: str, entry: object, shape: tuple[int, ...]) -> None:
        if shape:
            for i, part in enumerate(items(entry, f"the value of {name}", shape[0])):
                fill(f"{name}[{i}]", part, shape[1:])
        else:
            point[name] = rational(entry, f"the value of {name}")

    for name, entry in table.items():
        fill(name, entry, shapes[name])
    if net:
        point.setdefault("eta", ONE)
        if net.loss == "any":
            realise(statement, net, point)
    return point


def standing(statement: Statement, certificate: dict[str, Any]) -> tuple[bool | str, bool | str, list[Value]]:
    """The truth of domain and claim at the point, as far as the highest precision tells, and the claim's differences.

    A difference is that of the two sides of one relation of the claim, up to sign: an enclosure, or why there is none.
    """
    point = read_point(statement, certificate["point"])
    inside = all(point[term.data] in values for term, values in statement.cases.items())
    domain: bool | str = UNDECIDED
    claim: bool | str = UNDECIDED
    differences: list[Value] = []
    for precision in PRECISIONS:
        at = Evaluation(statement, point, precision)
        domain, claim = at.truth(Formula("and", tuple(statement.domain))), at.truth(statement.claim)
        differences = at.differences(statement.claim)
        if UNDECIDED not in (domain, claim):
            break
    return (domain if inside else False), claim, differences


def refute(statement: Statement, certificate: dict[str, Any]) -> str:
    """Check a certificate of kind counterexample."""
    why = certificate["why"]
    need(why in ("false", "undefined"), "why is neither 'false' nor 'undefined'")
    point = read_point(statement, certificate["point"])
    for term, values in statement.cases.items():
        need(point[term.data] in values, f"{term.data} is not one of its values")
    for precision in PRECISIONS:
        at = Evaluation(statement, point, precision)
        domain = at.truth(Formula("and", tuple(statement.domain)))
        need(domain in (True, UNDECIDED), "the point is not in the domain of the claim")
        if domain is not True:
            continue
        claim = at.truth(statement.claim)
        need(claim is not True, "the claim is true at the point")
        if claim != UNDECIDED:
            found = "undefined" if claim == UNDEFINED else "false"
            need(found == why, f"the claim is {found} at the point, not {why}")
            return f"the claim is {found} at a point of its domain"
    raise Reject(f"not decided at the point with {PRECISIONS[-1]} bits")
