"""The induction licence: a claim at the start and from each step of a map to the next."""

from __future__ import annotations

from dataclasses import replace

from proofs_check.language.names import KINDS
from proofs_check.language.statement import Statement
from proofs_check.licence.indexed import Refused
from proofs_check.licence.parts import Part, calls_in, names_in, relations
from proofs_check.licence.table import General


def parts(statement: Statement, general: General) -> tuple[Part, ...]:
    """Return what has to be proved so that the claim holds after every number of steps of the `[step]` map.

    Guarantee: if all parts are proved, then for all values of the variables that satisfy kinds and hypotheses the claim
    holds at the start and after each step (docs/soundness.md, "Induction").

    Raises
    ------
    Refused
        With the reason why the principle does not cover the lemma.

    Examples
    --------
    >>> odd = Statement("", {"N": "real", "S": "real"}, step={"N": "N + 1", "S": "S + 2*N + 1"})
    >>> general = General("induction", claim="S == N**2", start={"N": "0", "S": "0"})
    >>> [part.name for part in parts(odd, general)][-1]
    'step: next(S) == next(N**2)'
    """
    _check(statement, general)
    claimed = relations(general.claim, "the claim of an induction")
    places = ", ".join(f"{name}={text}" for name, text in general.start.items())
    states = [name for name in statement.variables if name in statement.step]
    start: list[str] = []
    stay: list[str] = []
    for name in states:
        kind = _kind(statement, name)
        here, then = f"at({name}, {places})", f"next({name})"
        start.append(f"{here} {kind} 0" if kind else f"{here} == {here}")  # it has a value at all
        stay.append(f"{then} {kind} 0" if kind else f"{then} == {then}")
    start += [f"at({low}, {places}) {sign} at({high}, {places})" for low, sign, high in claimed]
    stay += [f"next({low}) {sign} next({high})" for low, sign, high in claimed]
    fixed = {name: spec for name, spec in statement.variables.items() if name not in states}
    before = replace(statement, variables={**fixed, **dict.fromkeys(states, "real")})
    after = replace(statement, hypotheses=(*statement.hypotheses, general.claim))
    first = [Part(f"start: {text}", before.with_text(text)) for text in start]
    return (*first, *(Part(f"step: {text}", after.with_text(text)) for text in stay))


def _check(statement: Statement, general: General) -> None:
    """Refuse what the principle does not cover."""
    if statement.network is not None or statement.flow:
        raise Refused("an induction goes along a [step] table alone")
    if not statement.step or set(general.start) != set(statement.step):
        raise Refused("start has to give every variable of [step], and no other, its first value")
    kinds = [spec["real"] for spec in statement.variables.values() if isinstance(spec, dict) and "real" in spec]
    for text in (general.claim, *general.start.values(), *statement.hypotheses, *kinds):
        if names_in(text) & {name for name, _ in statement.define}:
            raise Refused(f"{text} uses a name of [define]: an induction writes it out")
    moving = {*statement.step, *general.items}
    for name in general.items:
        if name not in statement.variables or name in statement.step:
            raise Refused(f"{name} of items is no variable that stands still")
    for name in statement.step:
        if not isinstance(statement.variables.get(name), str):
            raise Refused(f"the kind of {name}, which moves, is no plain sign")
    for name, spec in statement.variables.items():
        if isinstance(spec, dict) and "real" in spec and names_in(spec["real"]) & moving - {name}:
            raise Refused(f"the condition on {name} is about a variable that changes")
        if (
            name in general.items
            and isinstance(spec, dict)
            and "vector" not in spec
            and names_in(spec.get("real", "0")) - {name}
        ):
            raise Refused(f"the condition on {name}, another at every step, is about other variables")
    for text in statement.hypotheses:
        if names_in(text) & moving:
            raise Refused(f"the hypothesis {text} is about a variable that changes: put it into the claim")
    for text in (general.claim, *general.start.values()):
        if names_in(text) & set(general.items):
            raise Refused("claim and start may not name the items, which are others at every step")
    for text in general.start.values():
        if names_in(text) & set(statement.step):
            raise Refused("a first value is about a variable that changes")
    if calls_in(general.claim) & {"d", "next", "at"}:
        raise Refused("the claim of an induction is about the values, not about d, next or at")


def _kind(statement: Statement, name: str) -> str:
    return KINDS[statement.variables[name]] or ""


__all__ = ["parts"]
