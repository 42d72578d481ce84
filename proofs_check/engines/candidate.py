"""A solver's model as a point that can be replayed: all weights and data of a network, residuals as targets."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from proofs_check.evidence.balls import Undecided, Undefined, decide, evaluate
from proofs_check.evidence.points import Domain, Point
from proofs_check.language.elaborate import Problem


def candidate(problem: Problem, relu_at_zero: int, model: Mapping[str, Fraction]) -> tuple[Point, str] | None:
    """Return the completed point and why the claim fails there ("false" or "undefined"); None when it does not.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> candidate(elaborate(Statement("1/x > 0", {"x": "real"})), 0, {"x": Fraction(0)})
    ({'x': Fraction(0, 1)}, 'undefined')
    """
    domain = Domain.of(problem, relu_at_zero)
    full: Point = {name: model.get(name, Fraction(0)) for name in domain.free}
    full |= {name: value for name, value in model.items() if name not in full}
    try:
        for name, (target, prediction) in domain.residuals.items():
            value = evaluate(prediction, full, relu_at_zero)
            if not isinstance(value, Fraction):
                return None
            full[name] = model.get(name, Fraction(0))
            full[target] = value + full[name]
        if not domain.contains(full):
            return None
        why = decide(problem.claim, full, relu_at_zero)
    except (Undefined, Undecided, KeyError):
        return None
    return (full, why) if why in ("false", "undefined") else None
