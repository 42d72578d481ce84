"""The neutral model of a report: one JSON object that every output is made from, the same for the same results."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proofs_check.report.numbers import numbers_at
from proofs_check.report.quantities import quantities_at
from proofs_check.used.edges import suite_edges

if TYPE_CHECKING:
    from proofs_check.report.race_record import RaceRecord

SCHEMA = "raceproof-report/1"
SCHEMA_FILE = Path(__file__).parent / "schema" / "report.schema.json"
# They change from run to run: a report that shows them is never the same twice.
TIMES = frozenset({"seconds", "cached", "predict_seconds", "descent_seconds"})
FIGURES = ("loss", "growth", "prediction", "alignment", "cosines", "events")


def report_model(
    suite: Mapping[str, Any],
    races: Sequence[RaceRecord] = (),
    version: str = "",
    sources: Mapping[str, Any] | None = None,
    differences: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what a report says, as JSON that fits `report.schema.json`: no times, no paths, no random names.

    Parameters
    ----------
    suite : what `verify --json` prints.
    races : the races to show, each with its figures.
    sources : the papers by key, as in `sources.toml`; those that no lemma names are left out.
    differences : what `compared` found against an older report.
    settings : how the lemmas were verified: `level`, `profile`.

    Examples
    --------
    >>> report_model({"lemmas": []}, version="0.1.0")["counts"]["lemmas"]
    0
    """
    lemmas = [_with_numbers(_without_times(lemma)) for lemma in suite["lemmas"]]
    used = {lemma["source"].get("key", "") for lemma in lemmas}
    known = {key: dict(paper) for key, paper in (sources or {}).items() if key in used}
    return {
        "schema": SCHEMA,
        "version": version,
        "settings": dict(settings or {}),
        "summary": _summary(lemmas),
        "counts": _counts(lemmas),
        "lemmas": lemmas,
        "edges": suite_edges(lemmas),
        "sources": dict(sorted(known.items())),
        "races": [_race(record, position) for position, record in enumerate(races, 1)],
        "differences": dict(differences) if differences is not None else None,
    }


def model_bytes(model: Mapping[str, Any]) -> bytes:
    """Return a model as the bytes of `report.json`.

    Examples
    --------
    >>> model_bytes({"a": 1})
    b'{\\n "a": 1\\n}\\n'
    """
    return (json.dumps(model, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


@cache
def schema() -> dict[str, Any]:
    """Return the JSON schema of a report (draft 2020-12).

    Examples
    --------
    >>> schema()["properties"]["schema"]["const"]
    'raceproof-report/1'
    """
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def _without_times(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_times(item) for key, item in value.items() if key not in TIMES}
    if isinstance(value, list | tuple):
        return [_without_times(item) for item in value]
    return value


def _with_numbers(lemma: dict[str, Any]) -> dict[str, Any]:
    """Fill in what both sides of a claim are at its counterexample."""
    for claim in (*lemma["claims"], *lemma["twins"]):
        if claim.get("counterexample") is not None:
            claim["numbers"] = numbers_at(claim.get("certificate"))
    for claim in lemma["claims"]:
        if claim.get("counterexample") is not None and (found := quantities_at(claim.get("certificate"))):
            claim["quantities"] = found
    return lemma


def _summary(lemmas: list[dict[str, Any]]) -> dict[str, int]:
    found = [lemma["verdict"] for lemma in lemmas]
    order = ("PROVED", "CERTIFIED", "SUPPORTED", "OPEN", "VACUOUS", "REFUTED")
    return {verdict: found.count(verdict) for verdict in order if verdict in found}


def _counts(lemmas: list[dict[str, Any]]) -> dict[str, int]:
    twins = [twin for lemma in lemmas for twin in lemma["twins"]]
    return {
        "lemmas": len(lemmas),
        "claims": sum(len(lemma["claims"]) for lemma in lemmas),
        "twins": len(twins),
        "twins_refuted": sum(twin["verdict"] == "REFUTED" for twin in twins),
        "unexpected": sum(not lemma["expected"] for lemma in lemmas),
    }


def _race(record: RaceRecord, position: int) -> dict[str, Any]:
    return {**_without_times(record.summary), "figures": {name: f"race{position}-{name}" for name in FIGURES}}
