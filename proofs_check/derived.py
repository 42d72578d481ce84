"""The derivations of `theory` as lemmas: every step is a claim and is verified like any claim."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from proofs_check import cache
from proofs_check.lemma import Lemma, from_table

FOLDER = Path(__file__).resolve().parents[1] / "theory"
PREFIX = "derived_"


def derived_tables() -> list[dict[str, Any]]:
    """Return the lemma tables of every derivation, kept until the code of `theory` changes."""
    name = cache.key("derived/1", cache.code_hash(FOLDER))
    kept = cache.load(name)
    if kept is None:
        from theory import derivation_names, derive
        from theory.derivation import as_lemma

        kept = {"tables": [as_lemma(derive(d)) for d in derivation_names()]}
        cache.store(name, kept)
    return kept["tables"]


def derived_lemmas() -> list[Lemma]:
    """Return every derivation as a lemma named with the prefix `derived_`.

    Examples
    --------
    >>> "derived_balance_conservation" in [lemma.name for lemma in derived_lemmas()]
    True
    """
    lemmas = []
    for table in derived_tables():
        path = FOLDER / "derivations" / f"{table['name']}.py"
        lemmas.append(from_table({**table, "name": PREFIX + table["name"]}, path, json.dumps(table)))
    return lemmas
