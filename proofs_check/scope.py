"""What a verdict covers, in words: every verdict prints its scope."""

from __future__ import annotations

from typing import Any

from proofs_check.language.statement import Statement
from proofs_check.licence.table import CLOSED_FORM, FINITE_SUPPORT, INDUCTION, INVARIANT

BEYOND = {
    FINITE_SUPPORT: "other sizes",
    INDUCTION: "every number of steps",
    INVARIANT: "every time",
    CLOSED_FORM: "the closed form",
}
LOSSES = {
    "any": "any loss",
    "squared": "half squared error",
    "logistic": "logistic loss",
    "exponential": "exponential loss",
}


def scope(statement: Statement, flow_used: bool = False, licence: dict[str, Any] | None = None) -> str:
    """Return the scope of a statement: for which values, for which networks, under which hypotheses.

    `licence` is what was found of the licence that the lemma asks for (`Licence.to_json`): a licence that is granted
    makes the sizes arbitrary; otherwise the statement is for the sizes it is written for.

    Examples
    --------
    >>> scope(Statement("x**2 >= 0", {"x": "real"}))
    'for every real x'
    """
    granted = licence if licence is not None and licence["granted"] else {"least": {}, "vectors": {}}
    least = granted["least"]
    parts = [_variables(statement.variables, {v for v, axis in granted["vectors"].items() if axis in least})]
    if statement.network is not None:
        parts.append(_network(statement.network, statement.relu_at_zero, flow_used, least))
    if statement.hypotheses:
        parts.append("with " + " and ".join(statement.hypotheses))
    if licence is not None:
        parts.append(_licence(licence, statement))
    return "; ".join(p for p in parts if p) or "no variables"


def _variables(variables: dict[str, Any], growing: set[str]) -> str:
    words: list[str] = []
    for name, spec in variables.items():
        if isinstance(spec, str):
            words.append(f"{spec} {name}")
        elif "values" in spec:
            words.append(f"{name} in {{{', '.join(map(str, spec['values']))}}}")
        elif "vector" in spec:
            words.append(f"vector {name}" + ("" if name in growing else f" of {spec['vector']} numbers"))
        else:
            words.append(f"real {name} with {spec.get('real')}")
    return "for every " + ", ".join(words) if words else ""


def _network(table: dict[str, Any], relu_at_zero: int, flow_used: bool, least: dict[str, int]) -> str:
    width, dimension, samples = (table.get(key, 1) for key in ("width", "dimension", "samples"))
    outputs = table.get("outputs", 1)
    wide = _any(least, "neurons", "every width") or f"width {width}"
    on = _any(least, "samples", "every number of samples") or f"{samples} sample{'s' * (samples != 1)}"
    into = _any(least, "dims", "every dimension") or f"dimension {dimension}"
    text = f"for every network of {wide} on {on} in {into}"
    out = _any(least, "outputs", "every number of outputs") or f"{outputs} outputs"
    text += f" with {out}" if outputs > 1 else ""
    text += f", every gate pattern, {LOSSES[table.get('loss', 'any')]}, relu'(0) = {relu_at_zero}"
    text += ", residuals constant (early phase)" if table.get("early") else ""
    text += ", off the gate boundaries" if flow_used else ""
    return text if least else f"{text}, for these sizes"


def _any(least: dict[str, int], axis: str, words: str) -> str:
    size = least.get(axis, 0)
    return f"{words} >= {size}" if size > 1 else words if size else ""


def _licence(licence: dict[str, Any], statement: Statement) -> str:
    kind, claim = licence["kind"], licence["claim"]
    if not licence["granted"]:
        return f"no licence for {BEYOND[kind]}: {licence['reason']}"
    start, motion = licence["start"], licence["motion"]
    if kind == INDUCTION:
        return f"after every number of steps of {motion} from {start}: {claim}; licence: {kind}"
    if kind == INVARIANT:
        begins = f"from {start}" if start else "that starts in it"
        return f"always, along every solution of {motion} {begins}: {claim}; licence: {kind}"
    if kind == CLOSED_FORM:
        return f"the only solution of {motion} from {start}: {claim}; licence: {kind}"
    sizes = ", ".join(f"{key} {size}" for key, size in licence["checked"].items() if key != "outputs" or size > 1)
    length = "" if statement.network is not None else f"{_any(licence['least'], 'dims', 'every length')}; "
    return f"{length}licence: finite support, checked up to {sizes}"
