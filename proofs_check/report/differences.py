"""What changed since an older report: verdicts, claims reworded under the same name, lemmas new and gone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from proofs_check.report.model import SCHEMA

READABLE = (SCHEMA, "raceproof-verify/1")
MAX_BYTES = 512 * 1024 * 1024
SAID = ("define", "hypotheses", "variables", "network", "scope", "assumes")


def read_report(place: Path) -> dict[str, Any]:
    """Return an older report: a report's folder, its `report.json`, or what `verify --json` printed.

    Raises
    ------
    ValueError
        When there is none, or it has a form that this version does not read.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "report.json"
    >>> _ = path.write_text('{"schema": "raceproof-report/1", "lemmas": []}')
    >>> read_report(path.parent)["lemmas"]
    []
    """
    path = place / "report.json" if place.is_dir() else place
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"the old report '{path}' is larger than {MAX_BYTES // 2**20} MiB; not read")
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot read the old report '{path}': {error.strerror or error}") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError(f"the old report '{path}' is not JSON; name a report folder or its report.json") from None
    written = value.get("schema") if isinstance(value, dict) else None
    if written not in READABLE:
        known = ", ".join(READABLE)
        raise ValueError(f"the old report '{path}' has schema={str(written)[:40]!r}; this version reads {known}")
    _require_lemmas(path, value.get("lemmas"))
    return value


def _require_lemmas(path: Path, lemmas: Any) -> None:
    for lemma in lemmas if isinstance(lemmas, list) else [None]:
        if not isinstance(lemma, dict) or not all(isinstance(lemma.get(k), str) for k in ("name", "title", "verdict")):
            raise ValueError(f"the old report '{path}' has a lemma without name, title or verdict; write it again")


def compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the differences of two reports, in the order of the new one.

    Examples
    --------
    >>> compared({"lemmas": []}, {"lemmas": [{"name": "a", "title": "A", "verdict": "OPEN"}]})["new"]
    [{'name': 'a', 'title': 'A', 'verdict': 'OPEN'}]
    """
    before = {lemma["name"]: lemma for lemma in old["lemmas"]}
    now = {lemma["name"]: lemma for lemma in new["lemmas"]}
    both = [lemma for name, lemma in now.items() if name in before]
    return {
        "changed": [
            {"name": n["name"], "title": n["title"], "old": before[n["name"]]["verdict"], "new": n["verdict"]}
            for n in both
            if before[n["name"]]["verdict"] != n["verdict"]
        ],
        "reworded": [_named(lemma) for lemma in both if _said(before[lemma["name"]]) != _said(lemma)],
        "new": [_named(lemma) for name, lemma in now.items() if name not in before],
        "gone": [_named(lemma) for name, lemma in before.items() if name not in now],
    }


def _named(lemma: Mapping[str, Any]) -> dict[str, str]:
    return {key: lemma[key] for key in ("name", "title", "verdict")}


def _said(lemma: Mapping[str, Any]) -> str:
    """Return all that a lemma claims, as text to compare."""
    claims = [claim.get("text") for claim in lemma.get("claims", [])]
    return json.dumps([claims, *(lemma.get(key) for key in SAID)], sort_keys=True)
