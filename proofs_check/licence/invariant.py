"""The invariant licence: a claim that no solution of the lemma's `[flow]` leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from proofs_check.language.statement import Statement
from proofs_check.licence.indexed import Refused
from proofs_check.licence.motion import anywhere, check_motion
from proofs_check.licence.parts import Part, calls_in, names_in, relations
from proofs_check.licence.table import General

CONTINUOUS = {
    *("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh"),
    *("atanh", "abs", "relu", "min", "max", "dot", "norm", "sum"),
}


@dataclass(frozen=True)
class Barrier:
    """One relation `gap sign 0` of the claim with its cofactors: one, or for equalities one for each equality."""

    gap: str
    sign: str
    cofactors: tuple[str, ...]


def invariant_parts(statement: Statement, general: General) -> tuple[Part, ...]:
    """Return what has to be proved so that no solution of the flow leaves the claim.

    For the gaps g of the claim's relations: g is continuous on the whole space; d(g) == C*g for the equalities together
    and d(g) >= c*g for each inequality, with continuous cofactors; the claim holds at the start if one is given.

    Guarantee: if all parts are proved, the claim holds at every later time of every solution that starts in it
    (docs/soundness.md, "Invariants of a flow").

    Raises
    ------
    Refused
        With the reason why the principle does not cover the lemma.

    Examples
    --------
    >>> flow = Statement("", {"p": "real", "v": "real"}, flow={"p": "v", "v": "p"})
    >>> general = General("invariant", claim="v**2 - p**2 == 1", cofactors=(("0",),))
    >>> [part.name for part in invariant_parts(flow, general)][-1]
    'along: d((v**2 - p**2) - (1)) == (0)*((v**2 - p**2) - (1))'
    """
    check_motion(statement, general.start)
    barriers = _barriers(statement, general)
    statement = anywhere(statement)
    found = [Part(f"start: {text}", statement.with_text(text)) for text in _start(general)]
    found += [Part(f"defined: {b.gap}", statement.with_text(f"{b.gap} == {b.gap}")) for b in barriers]
    equal = [b for b in barriers if b.sign == "=="]
    weak = [b for b in barriers if b.sign == ">="]
    strict = [b for b in barriers if b.sign == ">"]
    closed = [f"{b.gap} {'==' if b.sign == '==' else '>='} 0" for b in (*equal, *weak, *strict)]
    for barrier in equal:
        rate = " + ".join(f"({c})*({b.gap})" for c, b in zip(barrier.cofactors, equal, strict=True))
        found.append(_along(statement, f"d({barrier.gap}) == {rate}", strict))
    for i, barrier in enumerate(weak):
        found.append(_along(statement, _rate(barrier), [*strict, *equal, *weak[:i]]))
    for barrier in strict:
        cofactor = f"{barrier.cofactors[0]} == {barrier.cofactors[0]}"
        bounded = replace(statement, hypotheses=(*statement.hypotheses, *closed))
        found.append(Part(f"bounded: {barrier.cofactors[0]}", bounded.with_text(cofactor)))
        found.append(_along(statement, _rate(barrier), [*strict, *equal, *weak]))
    return tuple(found)


def _rate(barrier: Barrier) -> str:
    return f"d({barrier.gap}) >= ({barrier.cofactors[0]})*({barrier.gap})"


def _along(statement: Statement, text: str, known: Sequence[Barrier]) -> Part:
    hypotheses = (*statement.hypotheses, *(f"{b.gap} {b.sign} 0" for b in known))
    return Part(f"along: {text}", replace(statement, hypotheses=hypotheses).with_text(text))


def _start(general: General) -> list[str]:
    places = ", ".join(f"{name}={text}" for name, text in general.start.items())
    claimed = relations(general.claim, "an invariant")
    return [f"at({low}, {places}) {sign} at({high}, {places})" for low, sign, high in claimed] if places else []


def _barriers(statement: Statement, general: General) -> list[Barrier]:
    """Return the relations as gaps and signs, each with its cofactors, or refuse."""
    claimed = relations(general.claim, "an invariant")
    rows = general.cofactors or (("0",),) * len(claimed)
    if len(rows) != len(claimed):
        raise Refused(f"{len(rows)} cofactors for {len(claimed)} relations of the claim")
    texts = [general.claim, *(text for row in rows for text in row)]
    for text in texts:
        _refuse_jumps(text, statement)
    equalities = [i for i, (_, sign, _) in enumerate(claimed) if sign == "=="]
    found: list[Barrier] = []
    for i, ((low, sign, high), row) in enumerate(zip(claimed, rows, strict=True)):
        gap = f"({high}) - ({low})" if sign in ("<", "<=") else f"({low}) - ({high})"
        wanted = len(equalities) if sign == "==" else 1
        if sign == "==" and len(row) == 1:
            row = tuple(row[0] if j == i else "0" for j in equalities)
        if len(row) != wanted:
            raise Refused(f"{low} {sign} {high} needs 1 cofactor" + (f" or {wanted}" if wanted > 1 else ""))
        found.append(Barrier(gap, {"<": ">", "<=": ">="}.get(sign, sign), row))
    return found


def _refuse_jumps(text: str, statement: Statement) -> None:
    """Refuse a text that is not made of continuous functions."""
    defined = dict(statement.define)
    for part in (text, *(defined[name] for name in names_in(text, statement) if name in defined)):
        if jumping := calls_in(part) - CONTINUOUS:
            raise Refused(f"{', '.join(sorted(jumping))} in an invariant: only continuous functions are covered")


__all__ = ["CONTINUOUS", "invariant_parts"]
