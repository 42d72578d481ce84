"""The closed-form licence: what a lemma defines solves a differential equation from a start, and nothing else does."""

from __future__ import annotations

import ast
from dataclasses import replace

from proofs_check.language.names import KINDS
from proofs_check.language.parse import parse
from proofs_check.language.statement import Statement
from proofs_check.licence.indexed import Refused
from proofs_check.licence.invariant import CONTINUOUS
from proofs_check.licence.parts import Part, calls_in, names_in
from proofs_check.licence.table import General

SMOOTH = CONTINUOUS - {"abs", "relu", "min", "max"}
OPEN = ("real", "positive", "negative", "nonzero")


def closed_form_parts(statement: Statement, general: General) -> tuple[Part, ...]:
    """Return what has to be proved so that the definitions are the only solution from the start, from t = 0 on.

    They start right, their derivatives are the field along them, they stay in the open set of the given kinds, and
    there every partial derivative of the field exists, so that the field is locally Lipschitz.

    Guarantee: if all parts are proved, then by Picard and Lindelöf every solution from the start is the closed form, as
    long as the time is in its declared range (docs/soundness.md, "Closed forms").

    Raises
    ------
    Refused
        With the reason why the principle does not cover the lemma.

    Examples
    --------
    >>> grows = Statement("", {"t": "real", "x0": "real"}, define=(("x", "x0*exp(t)"),))
    >>> general = General("closed form", start={"x": "x0"}, flow={"x": "x"}, time="t")
    >>> [part.name for part in closed_form_parts(grows, general)]
    ['start: at(x, t=0) == x0', 'solves: d(x, t) == x', 'Lipschitz: d(x, x)']
    """
    time = general.time
    ends = _check(statement, general)
    along = replace(statement, flow={}, step={})
    found = [Part(f"range: 0 < {end}", _without_time(along, time).with_text(f"0 < {end}")) for end in ends]
    for name, field in general.flow.items():
        started, solves = f"at({name}, {time}=0) == {general.start[name]}", f"d({name}, {time}) == {field}"
        found += [
            Part(f"start: {started}", along.with_text(started)),
            Part(f"solves: {solves}", along.with_text(solves)),
        ]
        if sign := KINDS[general.kinds.get(name, "real")]:
            found.append(Part(f"inside: {name} {sign} 0", along.with_text(f"{name} {sign} 0")))
    anywhere = _freed(_without_time(along, time), general)
    for field in general.flow.values():
        for other in general.flow:
            slope = f"d({field}, {other})"
            found.append(Part(f"Lipschitz: {slope}", anywhere.with_text(f"{slope} == {slope}")))
    return tuple(found)


def _check(statement: Statement, general: General) -> list[str]:
    """Refuse what the principle does not cover; return the ends of the range of time."""
    time, defined = general.time, dict(statement.define)
    if statement.network is not None:
        raise Refused("it is not about networks: state the equation of one neuron")
    if set(general.start) != set(general.flow) or not set(general.kinds) <= set(general.flow):
        raise Refused("start has to give every unknown of flow, and no other, its first value; kinds are theirs alone")
    for name in general.flow:
        if name not in defined:
            raise Refused(f"{name} has no closed form: define it")
        if general.kinds.get(name, "real") not in OPEN:
            raise Refused(f"the kind of {name} has to be one of {', '.join(OPEN)}")
    if statement.variables.get(time) not in ("real", "nonnegative"):
        raise Refused(f"the time {time} has to be a variable, real or nonnegative")
    for name, spec in statement.variables.items():
        if isinstance(spec, dict) and "real" in spec and time in names_in(spec["real"], statement):
            raise Refused(f"the condition on {name} is about the time")
    anywhere = _freed(statement, general)
    for text in statement.hypotheses:
        if names_in(text, anywhere) & set(general.flow):
            raise Refused(f"the hypothesis {text} is about an unknown: give it a kind, or its constants a hypothesis")
    for text in (*general.start.values(), *general.flow.values()):
        if time in names_in(text, anywhere):
            raise Refused(f"{text} is about the time")
    for text in general.start.values():
        if names_in(text, anywhere) & set(general.flow):
            raise Refused(f"the first value {text} is about an unknown")
    for text in general.flow.values():
        _refuse_rough(text, anywhere)
    return [_end(text, statement, time) for text in statement.hypotheses if time in names_in(text, statement)]


def _freed(statement: Statement, general: General) -> Statement:
    """Return the statement in which the unknowns are variables, not what they are defined to be."""
    unknown = {name: general.kinds.get(name, "real") for name in general.flow}
    define = tuple(entry for entry in statement.define if entry[0] not in unknown)
    return replace(statement, variables={**statement.variables, **unknown}, define=define)


def _end(text: str, statement: Statement, time: str) -> str:
    """Return E of a hypothesis `t < E` or `t <= E`."""
    line = " ".join(text.split())
    tree = parse(line)
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1:
        low, high = tree.left, tree.comparators[0]
        if isinstance(tree.ops[0], ast.Gt | ast.GtE):
            low, high = high, low
        end = ast.get_source_segment(line, high) or ""  # as it is written: numbers are exact
        ordered = isinstance(tree.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE)
        if ordered and isinstance(low, ast.Name) and low.id == time and time not in names_in(end, statement):
            return end
    raise Refused(f"the hypothesis {text} on the time is not of the form {time} < end")


def _without_time(statement: Statement, time: str) -> Statement:
    """Return the statement without its hypotheses on the time."""
    kept = tuple(text for text in statement.hypotheses if time not in names_in(text, statement))
    return replace(statement, hypotheses=kept)


def _refuse_rough(text: str, statement: Statement) -> None:
    """Refuse a field that is not made of functions that are smooth wherever their derivative rule applies."""
    defined = dict(statement.define)
    for part in (text, *(defined[name] for name in names_in(text, statement) if name in defined)):
        if rough := calls_in(part) - SMOOTH:
            raise Refused(f"{', '.join(sorted(rough))} in the field: only smooth functions are covered")


__all__ = ["closed_form_parts"]
