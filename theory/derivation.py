"""A derivation is data: a chain of relations, each of them true on the domain and checkable by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy

from theory.claim_text import claim_text, symbol_text
from theory.symbols import Expr

PAPER = {"key": "pinson2026", "locator": ""}


@dataclass(frozen=True)
class Step:
    """One relation with the reason it holds; a derivative stays unevaluated on the left side.

    Parameters
    ----------
    lhs, rhs : Expr
        The two sides; ``Derivative``, ``FlowDerivative``, ``NextValue``, ``Subs`` print as d, d, next, at.
    relation : str
        "==" in every derivation so far.
    rule : str
        The reason, as text.

    Examples
    --------
    >>> t = sympy.Symbol("t", real=True)
    >>> Step(sympy.Derivative(t**2, t), "==", 2 * t, "power rule").rule
    'power rule'
    """

    lhs: Expr
    relation: str
    rhs: Expr
    rule: str


@dataclass(frozen=True)
class Derivation:
    """A named chain of steps with everything a checker needs to know about its domain.

    Parameters
    ----------
    name, title : str
        File name and one-line title.
    statement : str
        What is derived, in LaTeX.
    variables : mapping of str to kind
        Kinds as in docs/claims.md: "real", "positive", {"values": [...]}, {"real": condition}, {"vector": n}.
    steps : tuple of Step
    hypotheses : tuple of str
        Claim texts.
    flow, update : mapping of str to Expr
        Velocities (``d(expr)``) and values after one descent step (``next(expr)``) of variables.
    network : mapping or None
        The ``[network]`` table when the steps speak of a network.
    witness : mapping
        An exact point of the domain; fractions as "p/q".
    assumes : tuple of str
        Named assumptions that no step proves.
    sizes : str
        The size at which the steps are written.
    source : mapping
        Key and locator of the paper.

    Examples
    --------
    >>> from theory import derive
    >>> derive("flow_closed_form").variables["Gamma"]
    'positive'
    """

    name: str
    title: str
    statement: str
    variables: Mapping[str, Any]
    steps: tuple[Step, ...]
    hypotheses: tuple[str, ...] = ()
    flow: Mapping[str, Expr] = field(default_factory=dict)
    update: Mapping[str, Expr] = field(default_factory=dict)
    network: Mapping[str, Any] | None = None
    witness: Mapping[str, Any] = field(default_factory=dict)
    assumes: tuple[str, ...] = ()
    sizes: str = "one neuron"
    source: Mapping[str, str] = field(default_factory=lambda: dict(PAPER))


def named(velocities: Mapping[sympy.Symbol, Expr]) -> dict[str, Expr]:
    """Return a flow keyed by names instead of symbols.

    Examples
    --------
    >>> p = sympy.Symbol("p", real=True)
    >>> named({p: 2 * p})
    {'p': 2*p}
    """
    return {name.name: velocity for name, velocity in velocities.items()}


def steps_as_claims(derivation: Derivation) -> list[tuple[str, str]]:
    """Return (claim text, rule) of every step.

    Examples
    --------
    >>> from theory import derive
    >>> steps_as_claims(derive("flow_closed_form"))[0][0]
    'd((1/2)*p + (1/2)*v) == Gamma*((1/2)*p + (1/2)*v)'
    """
    return [(f"{claim_text(step.lhs)} {step.relation} {claim_text(step.rhs)}", step.rule) for step in derivation.steps]


def as_lemma(derivation: Derivation) -> dict[str, Any]:
    """Return the derivation as the tables of a lemma file, every step a claim.

    Examples
    --------
    >>> from theory import derive
    >>> as_lemma(derive("flow_closed_form"))["flow"]
    {'p': 'Gamma*v', 'v': 'Gamma*p'}
    """
    lemma: dict[str, Any] = {
        "name": derivation.name,
        "title": derivation.title,
        "source": dict(derivation.source),
        "statement": derivation.statement,
        "assumes": list(derivation.assumes),
        "relu_at_zero": 0,
        "hypotheses": list(derivation.hypotheses),
        "variables": dict(derivation.variables),
    }
    tables = {
        "witness": dict(derivation.witness),
        "flow": {symbol_text(name): claim_text(value) for name, value in derivation.flow.items()},
        "step": {symbol_text(name): claim_text(value) for name, value in derivation.update.items()},
        "network": dict(derivation.network or {}),
    }
    lemma |= {key: table for key, table in tables.items() if table}
    lemma["claim"] = [
        {"name": f"step {k + 1}: {rule}", "text": text} for k, (text, rule) in enumerate(steps_as_claims(derivation))
    ]
    return lemma
