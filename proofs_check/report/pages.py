"""The two files of a report, kept by content: drawing figures and formulas again takes seconds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from proofs_check import cache
from proofs_check.report.race_arrays import RaceArrays
from proofs_check.report.race_record import RaceRecord

FOLDER = Path(__file__).resolve().parent
NOT_SHOWN = ("seconds", "cached")  # of a lemma: they change from run to run and are not in the report


def report_pages(suite: dict[str, Any], records: Sequence[RaceRecord], version: str) -> dict[str, str]:
    """Return the report's files by name, from the cache when nothing that they show has changed.

    Examples
    --------
    >>> sorted(report_pages({"summary": {}, "lemmas": []}, [], "0"))
    ['index.html', 'lemmas.tex']
    """
    name = cache.key("report/1", _content(suite, records), version, _looks())
    kept = cache.load(name)
    if kept is not None and all(isinstance(kept.get(file), str) for file in ("index.html", "lemmas.tex")):
        return kept
    from proofs_check.report.build import html_report, latex_report

    pages = {"index.html": html_report(suite, records, version), "lemmas.tex": latex_report(suite, version)}
    cache.store(name, pages)
    return pages


def _content(suite: dict[str, Any], records: Sequence[RaceRecord]) -> str:
    """Return a hash of everything that the report shows."""
    lemmas = [{k: v for k, v in lemma.items() if k not in NOT_SHOWN} for lemma in suite["lemmas"]]
    digest = hashlib.sha256(json.dumps(lemmas).encode())
    for record in records:
        digest.update(json.dumps(record.summary).encode())
        for field in fields(RaceArrays):
            array = getattr(record.arrays, field.name)
            digest.update(f"{field.name} {array.shape} {array.dtype}".encode() + array.tobytes())
    return digest.hexdigest()


def _looks() -> str:
    """Return a hash of this package's code and templates, and of what draws and prints for it."""
    from importlib.metadata import version

    digest = hashlib.sha256()
    for path in sorted(p for p in FOLDER.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        digest.update(str(path.relative_to(FOLDER)).encode() + b"\0" + path.read_bytes())
    for package in ("matplotlib", "jinja2", "latex2mathml"):
        digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()
