"""What a network has at a counterexample besides its weights and data: gates, outputs, residuals and drives."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from proofs_check.report.numbers import at_counterexample, shown

MOST = 24  # numbers of one quantity; nobody would follow more by hand


def quantities_at(certificate: Mapping[str, Any] | None) -> dict[str, str]:
    """Return gates, outputs, residuals and drives at the point of a certificate about a network, by the checker.

    Lists over neurons and samples are shown as "(1, 0)"; what has more than 24 numbers is left out. What is not
    rational is rounded and begins with the sign for "about". Empty without a network.

    Examples
    --------
    >>> from proofs_check.report.numbers import FORMAT
    >>> from proofs_check.language.statement import Statement
    >>> network = {"width": 1, "dimension": 1, "samples": 1, "outputs": 1, "loss": "squared", "early": False}
    >>> statement = Statement("e[0] == 0", {}, network=network).to_json()
    >>> point = {"w": [["1"]], "v": ["2"], "x": [["1"]], "y": ["3"]}
    >>> quantities_at({"format": FORMAT, "kind": "counterexample", "statement": statement, "point": point})
    {'gate': '((1))', 'f': '(2)', 'e': '(1)', 'gamma': '((1))'}
    """
    return at_counterexample(certificate, _quantities) or {}


def _quantities(statement: Any, point: dict[str, Fraction]) -> dict[str, str]:
    from proofs_check.checker.evaluate import evaluate
    from proofs_check.checker.limits import PRECISIONS

    net = statement.net
    if net is None:
        return {}
    shapes: dict[str, tuple[int, ...]] = {"gate": (net.width, net.samples), "f": (net.samples,), "e": (net.samples,)}
    shapes |= {"gamma": (net.width,)} if net.outputs == 1 else {"C": (net.width, net.outputs)}
    built = {name: _built(statement, name, shape) for name, shape in shapes.items()}
    few = {name: nested for name, nested in built.items() if len(_terms(nested)) <= MOST}
    memo: dict[Any, Any] = {}
    terms = [term for nested in few.values() for term in _terms(nested)]
    evaluate(terms, point, PRECISIONS[0], statement.corner, memo, statement.clock)
    known = {name: nested for name, nested in few.items() if all(isinstance(memo[t], tuple) for t in _terms(nested))}
    return {name: _text(nested, memo) for name, nested in known.items()}


def _built(statement: Any, name: str, shape: tuple[int, ...], index: tuple[int, ...] = ()) -> Any:
    """Return the terms of a quantity as nested tuples."""
    if not shape:
        return statement.network(name, *index)
    return tuple(_built(statement, name, shape[1:], (*index, i)) for i in range(shape[0]))


def _terms(nested: Any) -> list[Any]:
    return [term for part in nested for term in _terms(part)] if isinstance(nested, tuple) else [nested]


def _text(nested: Any, memo: Mapping[Any, Any]) -> str:
    if isinstance(nested, tuple):
        return f"({', '.join(_text(part, memo) for part in nested)})"
    return shown(*memo[nested])
