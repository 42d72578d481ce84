"""The JSON schema of lemma files, for editors: made from the reader's own lists of keys, so that the two agree."""

from __future__ import annotations

import json
from typing import Any

from numerics.flow.network import LOSSES as FLOW_LOSSES
from proofs_check.language.names import KINDS
from proofs_check.language.network import LARGEST, LOSSES
from proofs_check.language.statement import NETWORK_DEFAULTS
from proofs_check.lemma import (
    CLAIM_KEYS,
    ENCLOSED_CLAIM_KEYS,
    ENCLOSED_TWIN_KEYS,
    KEYS,
    MAX_NAME,
    STEP_RELATIONS,
    TWIN_KEYS,
)
from proofs_check.licence.table import (
    AXES,
    CLOSED_FORM,
    CLOSED_FORM_KEYS,
    FINITE_SUPPORT,
    FINITE_SUPPORT_KEYS,
    INDUCTION,
    INDUCTION_KEYS,
    INVARIANT,
    INVARIANT_KEYS,
)
from proofs_check.trajectory.table import DESCENT, FLOW, LATEST, MOST_DIGITS, MOST_STEPS, NETWORK_KEYS
from proofs_check.trajectory.table import KEYS as TRAJECTORY_KEYS
from proofs_check.verdict import WORST_FIRST

DIALECT = "http://json-schema.org/draft-07/schema#"  # the one that TOML editors read
Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
EXPRESSION: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": "array", "items": TEXT}
EXACT: Schema = {"type": ["integer", "number", "string"], "description": 'An exact number: 2, 0.1 or "1/3".'}
NUMBERS: Schema = {"anyOf": [EXACT, {"type": "array", "items": {"$ref": "#/definitions/numbers"}}]}

ABOUT = {
    "name": "The lemma's name in `uses`: letters, digits and underscores; the file name without .toml if left out.",
    "title": "One line that says what the lemma states.",
    "source": "Where it stands: { key = paper, locator = place in it }.",
    "statement": "The statement in LaTeX, as it is printed.",
    "reviewed": "false: drafted by a program and not read by its author; every verdict is then at most OPEN.",
    "uses": "Names of lemmas this one rests on; it is never better than they are.",
    "assumes": "Named assumptions, printed with the verdict.",
    "relu_at_zero": "The convention for the derivative of relu at 0.",
    "hypotheses": "Conditions under which every claim must hold.",
    "variables": "The variables and their kinds.",
    "network": "Sizes and loss of a ReLU network whose quantities have names.",
    "flow": "The time derivative of variables, as expressions.",
    "step": "The values of variables after one step, as expressions.",
    "trajectory": "One concrete trajectory that the claims speak about.",
    "general": "What makes the lemma hold for every size, or after every number of steps.",
    "witness": "A point of the domain, exact.",
    "define": "Names for expressions, in order.",
    "claim": "What must hold.",
    "twin": "A false variant: must be refuted.",
    "text": "The claim, in Python expression syntax.",
    "expect": "The verdict that is expected.",
    "steps": "A chain from the left side to the right side: [expression, reason] or [expression, reason, relation].",
    "hints": "Expressions whose sign is plain to see.",
    "without": "Hypotheses that this twin drops.",
    "where": "The times the claim is about.",
}


def lemma_schema() -> Schema:
    """Return the JSON schema (draft 7) of a lemma file.

    Examples
    --------
    >>> sorted(lemma_schema()["properties"]) == sorted(KEYS)
    True
    """
    values: dict[str, Schema] = {
        "name": {"type": "string", "maxLength": MAX_NAME},
        "title": TEXT,
        "source": {"type": "object", "additionalProperties": TEXT},
        "statement": TEXT,
        "reviewed": {"type": "boolean"},
        "uses": TEXTS,
        "assumes": TEXTS,
        "relu_at_zero": {"enum": [0, 1]},
        "hypotheses": TEXTS,
        "variables": {"type": "object", "additionalProperties": {"$ref": "#/definitions/kind"}},
        "network": _network(),
        "flow": {"type": "object", "additionalProperties": EXPRESSION},
        "step": {"type": "object", "additionalProperties": EXPRESSION},
        "trajectory": _trajectory(),
        "general": _general(),
        "witness": {"type": "object", "additionalProperties": {"$ref": "#/definitions/numbers"}},
        "define": {"type": "object", "additionalProperties": EXPRESSION},
        "claim": {"type": "array", "minItems": 1, "items": _claim((*CLAIM_KEYS, *ENCLOSED_CLAIM_KEYS))},
        "twin": {"type": "array", "items": _claim((*TWIN_KEYS, *ENCLOSED_TWIN_KEYS))},
    }
    return {
        "$schema": DIALECT,
        "title": "A lemma of raceproof",
        **_table({key: {**values[key], "description": ABOUT[key]} for key in KEYS}),
        "required": ["claim"],
        "definitions": {"kind": _kind(), "numbers": NUMBERS},
    }


def _table(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _claim(keys: tuple[str, ...]) -> Schema:
    step = {"type": "array", "minItems": 2, "maxItems": 3, "items": [TEXT, TEXT, {"enum": list(STEP_RELATIONS)}]}
    values: dict[str, Schema] = {
        "name": TEXT,
        "text": EXPRESSION,
        "expect": {"enum": list(WORST_FIRST)},
        "steps": {"type": "array", "items": step},
        "hints": TEXTS,
        "without": TEXTS,
        "variables": {"type": "object", "additionalProperties": {"$ref": "#/definitions/kind"}},
        "where": TEXT,
    }
    about = {key: ABOUT[key] for key in values if key not in ("name", "variables")}
    about |= {"name": "What the claim says, in words.", "variables": "Variables declared anew for this twin."}
    listed = dict.fromkeys(keys)
    return {**_table({key: {**values[key], "description": about[key]} for key in listed}), "required": ["text"]}


def _kind() -> Schema:
    """Return the schema of the kind of a variable."""
    return {
        "anyOf": [
            {"enum": list(KINDS), "description": "A real number of that sign."},
            {**_table({"real": EXPRESSION}), "required": ["real"], "description": "A real number with a condition."},
            {
                **_table({"values": {"type": "array", "minItems": 1, "items": EXACT}}),
                "required": ["values"],
                "description": "Finitely many exact values, every one of them a case.",
            },
            {
                **_table({"vector": {"type": "integer", "minimum": 1, "maximum": 64}}),
                "required": ["vector"],
                "description": "A vector of real numbers of that length.",
            },
        ]
    }


def _network() -> Schema:
    values: dict[str, Schema] = {"loss": {"enum": list(LOSSES)}, "early": {"type": "boolean"}}
    size = {"type": "integer", "minimum": 1, "maximum": LARGEST}
    return _table({key: values.get(key, size) for key in NETWORK_DEFAULTS})


def _trajectory() -> Schema:
    network: dict[str, Schema] = {key: {"$ref": "#/definitions/numbers"} for key in ("x", "y", "w", "v")}
    network |= {"loss": {"enum": list(FLOW_LOSSES)}, "gates": {"enum": ["relu", "on"]}}
    values: dict[str, Schema] = {
        "along": {"enum": [FLOW, DESCENT]},
        "until": {**EXACT, "maximum": LATEST},
        "steps": {**EXACT, "maximum": MOST_STEPS},
        "eta": EXACT,
        "digits": {"type": "integer", "minimum": 1, "maximum": MOST_DIGITS},
        "network": _table({key: network[key] for key in NETWORK_KEYS}),
        "flow": {"type": "object", "additionalProperties": EXPRESSION},
        "start": {"type": "object", "additionalProperties": EXACT},
    }
    keys = dict.fromkeys(("along", *TRAJECTORY_KEYS[FLOW], *TRAJECTORY_KEYS[DESCENT]))
    return {**_table({key: values[key] for key in keys}), "required": ["along"]}


def _general() -> Schema:
    texts: Schema = {"type": "object", "additionalProperties": EXPRESSION}
    values: dict[str, Schema] = {
        "licence": {"enum": [FINITE_SUPPORT, INDUCTION, INVARIANT, CLOSED_FORM]},
        "sizes": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": list(AXES)}},
        "vectors": {"type": "object", "additionalProperties": {"enum": list(AXES)}},
        "squares": texts,
        "claim": EXPRESSION,
        "start": {"type": "object", "minProperties": 1, "additionalProperties": {"type": ["integer", "string"]}},
        "items": TEXTS,
        "hints": TEXTS,
        "cofactors": {"type": "array", "items": {"anyOf": [EXPRESSION, {"type": "array", "items": EXPRESSION}]}},
        "flow": {**texts, "minProperties": 1},
        "time": {"type": "string"},
        "kinds": {"type": "object", "additionalProperties": {"enum": list(KINDS)}},
    }
    keys = dict.fromkeys((*FINITE_SUPPORT_KEYS, *INDUCTION_KEYS, *INVARIANT_KEYS, *CLOSED_FORM_KEYS))
    return {**_table({key: values[key] for key in keys}), "required": ["licence"]}


def schema_text() -> str:
    """Return the schema as the text of its file.

    Examples
    --------
    >>> schema_text().endswith("}\\n")
    True
    """
    return json.dumps(lemma_schema(), indent=2) + "\n"
