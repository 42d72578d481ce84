"""A derivation of `theory` as JSON: what `derive --json` prints and what the report shows."""

from __future__ import annotations

from typing import Any

from theory import derivation_names, derive
from theory.derivation import Derivation, steps_as_claims
from theory.latex import expression_latex

SCHEMA = "raceproof-derivation/1"


def derivation_json(derivation: Derivation) -> dict[str, Any]:
    """Return a derivation with every step as a claim, its two sides as LaTeX, and its reason.

    Examples
    --------
    >>> derivation_json(derive("balance_conservation"))["schema"]
    'raceproof-derivation/1'
    """
    steps = [
        {
            "text": text,
            "reason": rule,
            "lhs": expression_latex(step.lhs),
            "relation": step.relation,
            "rhs": expression_latex(step.rhs),
        }
        for step, (text, rule) in zip(derivation.steps, steps_as_claims(derivation), strict=True)
    ]
    return {
        "schema": SCHEMA,
        "name": derivation.name,
        "title": derivation.title,
        "source": dict(derivation.source),
        "statement": derivation.statement,
        "sizes": derivation.sizes,
        "assumes": list(derivation.assumes),
        "hypotheses": list(derivation.hypotheses),
        "steps": steps,
    }


def all_derivations() -> list[dict[str, Any]]:
    """Return every derivation with its default options, in the order of their names.

    Examples
    --------
    >>> all_derivations.__name__
    'all_derivations'
    """
    return [derivation_json(derive(name)) for name in derivation_names()]
