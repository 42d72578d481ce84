"""Which derivation of `theory` the motion of a lemma is: the gradient flow of a network, or a neuron's reduced flow."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from proofs_check.language.parse import parse
from proofs_check.used.moving import reading_of
from proofs_check.used.renaming import names_of
from proofs_check.used.shapes import Reading, Sum, frozen, sum_of, times
from proofs_check.used.statements import UNREADABLE

NETWORK_FLOW = "derived_flow_equations"
REDUCED_FLOW = "derived_reduced_flow"
STRENGTH = "Gamma"
READ = frozenset(("d", "next", "grad_w", "grad_v", "gamma", "gate", "C"))


def derivations_run_on(statement: Mapping[str, Any], read: set[str]) -> dict[str, str]:
    """Return the derivations that state the motion of a certificate's statement, each with the equations meant.

    A network moves by the derived gradient flow. So does a neuron whose `flow` says w' = v*g and v' = dot(w, g) for any
    g; p' = Gamma*v and v' = Gamma*p are the derived flow of its projection.

    Parameters
    ----------
    read : the names that the claim and what it rests on read.

    Examples
    --------
    >>> statement = {"variables": {}, "flow": {"p": "Gamma*v", "v": "Gamma*p"}}
    >>> derivations_run_on(statement, {"d", "p"})
    {'derived_reduced_flow': 'd(p) == Gamma*v and d(v) == Gamma*p'}
    """
    if statement.get("network") is not None:
        return {NETWORK_FLOW: "the equations of [network]"} if read & READ else {}
    found: dict[str, str] = {}
    flow = statement.get("flow", {}) if "d" in read else {}
    for first, second in itertools.permutations(flow, 2):
        name = _neuron(statement, first, second)
        if name is not None:
            found.setdefault(name, f"d({first}) == {flow[first]} and d({second}) == {flow[second]}")
    return found


def _neuron(statement: Mapping[str, Any], weight: str, readout: str) -> str | None:
    """Return the derivation of a neuron's flow when the two variables move by it, None when they do not."""
    try:
        w, v, moved_w, moved_v = (_sum(text, statement) for text in (weight, readout, statement["flow"][weight],
                                                                     statement["flow"][readout]))  # fmt: skip
        drive = times(moved_w, {((atom, -1),): Fraction(1) for ((atom, _),) in v})
    except UNREADABLE:
        return None
    if not drive or names_of(frozen(drive)) & {weight, readout}:
        return None
    kind = statement.get("variables", {}).get(weight)
    if isinstance(kind, dict) and "vector" in kind:
        product = ("call", "dot", tuple(sorted((frozen(w), frozen(drive)), key=repr)), ())
        return NETWORK_FLOW if moved_v == {((product, 1),): Fraction(1)} else None
    strength = sum_of(parse(STRENGTH), Reading())  # by its name: two variables that drive each other are many things
    return REDUCED_FLOW if drive == strength and moved_v == times(w, drive) else None


def _sum(text: str, statement: Mapping[str, Any]) -> Sum:
    return sum_of(parse(text), reading_of(statement, True))
