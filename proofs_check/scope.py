"""What a verdict covers, in words: every verdict prints its scope."""

from __future__ import annotations

from typing import Any

from proofs_check.language.statement import Statement

LOSSES = {
    "any": "any loss",
    "squared": "half squared error",
    "logistic": "logistic loss",
    "exponential": "exponential loss",
}


def scope(statement: Statement, flow_used: bool = False) -> str:
    """Return the scope of a statement: for which values, for which networks, under which hypotheses.

    Examples
    --------
    >>> scope(Statement("x**2 >= 0", {"x": "real"}))
    'for every real x'
    """
    parts = [_variables(statement.variables)]
    if statement.network is not None:
        parts.append(_network(statement.network, statement.relu_at_zero, flow_used))
    if statement.hypotheses:
        parts.append("with " + " and ".join(statement.hypotheses))
    return "; ".join(p for p in parts if p) or "no variables"


def _variables(variables: dict[str, Any]) -> str:
    words: list[str] = []
    for name, spec in variables.items():
        if isinstance(spec, str):
            words.append(f"{spec} {name}")
        elif "values" in spec:
            words.append(f"{name} in {{{', '.join(map(str, spec['values']))}}}")
        elif "vector" in spec:
            words.append(f"vector {name} of {spec['vector']} numbers")
        else:
            words.append(f"real {name} with {spec.get('real')}")
    return "for every " + ", ".join(words) if words else ""


def _network(table: dict[str, Any], relu_at_zero: int, flow_used: bool) -> str:
    width, dimension, samples = (table.get(key, 1) for key in ("width", "dimension", "samples"))
    outputs = table.get("outputs", 1)
    text = f"for every network of width {width} on {samples} sample{'s' * (samples != 1)} in dimension {dimension}"
    text += f" with {outputs} outputs" if outputs > 1 else ""
    text += f", every gate pattern, {LOSSES[table.get('loss', 'any')]}, relu'(0) = {relu_at_zero}"
    text += ", residuals constant (early phase)" if table.get("early") else ""
    return text + (", off the gate boundaries" if flow_used else "")
