"""The files of a report, kept by content: drawing figures and formulas again takes seconds."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from proofs_check import cache
from proofs_check.report.model import model_bytes, report_model
from proofs_check.report.race_arrays import RaceArrays
from proofs_check.report.race_record import RaceRecord

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class PageOptions:
    """What may be set about a report.

    Parameters
    ----------
    theorem_within : the LaTeX counter that lemmas are numbered within, such as "section"; empty for none.
    label_prefix : what LaTeX labels begin with.
    sources : the papers by key, as in `sources.toml`.
    differences : what `compared` found against an older report; None when there is none.
    settings : how the lemmas were verified: `level`, `profile`.
    """

    theorem_within: str = ""
    label_prefix: str = "lem:"
    sources: Mapping[str, Any] = field(default_factory=dict)
    differences: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def report_pages(
    suite: Mapping[str, Any], records: Sequence[RaceRecord], version: str, options: PageOptions | None = None
) -> dict[str, bytes]:
    """Return the report's files by name, drawn anew only where something that they show has changed.

    Examples
    --------
    >>> sorted(report_pages({"lemmas": []}, [], "0"))[:3]
    ['appendix.tex', 'badge.svg', 'graph.svg']
    """
    options = options or PageOptions()
    model = report_model(suite, records, version, options.sources, options.differences, options.settings)
    written = model_bytes(model)
    figures = _kept("figures", [_arrays_hash(records)], lambda: _figures(records))
    parts = [cache.digest(written), _hash(figures), json.dumps(asdict(options), sort_keys=True)]
    pages = _kept("pages", parts, lambda: _drawn(model, figures, options))
    return {**pages, "report.json": written, **{f"figures/{name}": content for name, content in figures.items()}}


def _drawn(model: Mapping[str, Any], figures: Mapping[str, bytes], options: PageOptions) -> dict[str, bytes]:
    from proofs_check.report.badge import badge_svg
    from proofs_check.report.build import html_report, standalone_graph
    from proofs_check.report.latex_file import appendix, bibliography, latex_report
    from proofs_check.report.summary import summary_markdown

    inline = {name.removesuffix(".svg"): svg.decode() for name, svg in figures.items() if name.endswith(".svg")}
    pages = {
        "index.html": html_report(model, inline),
        "lemmas.tex": latex_report(model, options.theorem_within, options.label_prefix),
        "appendix.tex": appendix(model),
        "sources.bib": bibliography(model["sources"]),
        "graph.svg": standalone_graph(model),
        "badge.svg": badge_svg(model),
        "summary.md": summary_markdown(model),
    }
    return {name: text.encode("utf-8", "replace") for name, text in pages.items()}


def report_pdf(files: Mapping[str, bytes]) -> tuple[bytes, str]:
    """Return (the appendix as PDF, why there is none) of the files that `report_pages` returned.

    Examples
    --------
    >>> report_pdf.__name__
    'report_pdf'
    """
    from proofs_check.report.pdf import appendix_pdf, pdf_engine

    read = {name: content for name, content in files.items() if name.endswith((".tex", ".bib", ".pdf", ".json"))}
    why = ""

    def draw() -> dict[str, bytes]:
        nonlocal why
        made, why = appendix_pdf(files, json.loads(files["report.json"]))
        return {"appendix.pdf": made} if made else {}

    parts = [_hash(read), pdf_engine(), os.environ.get("SOURCE_DATE_EPOCH", "")]
    return _kept("pdf", parts, draw).get("appendix.pdf", b""), why


def _figures(records: Sequence[RaceRecord]) -> dict[str, bytes]:
    from proofs_check.report.figures import race_files

    drawn: dict[str, bytes] = {}
    for position, record in enumerate(records, 1):
        drawn |= race_files(record.arrays, f"race{position}-")
    return drawn


def _kept(kind: str, parts: Sequence[str], draw: Callable[[], dict[str, bytes]]) -> dict[str, bytes]:
    """Return what was drawn from the same parts by the same code, or draw it."""
    name = cache.key(f"report-{kind}/2", *parts, _looks())
    kept = cache.load(name)
    if kept and all(isinstance(text, str) for text in kept.values()):
        return {file: text.encode("latin-1") for file, text in kept.items()}  # bytes, one a character
    found = draw()
    if found:
        cache.store(name, {file: content.decode("latin-1") for file, content in found.items()})
    return found


def _hash(files: Mapping[str, bytes]) -> str:
    return cache.digest(b"".join(name.encode() + b"\0" + files[name] for name in sorted(files)))


def _arrays_hash(records: Sequence[RaceRecord]) -> str:
    digest = hashlib.sha256()
    for record in records:
        for item in fields(RaceArrays):
            array = getattr(record.arrays, item.name)
            digest.update(f"{item.name} {array.shape} {array.dtype}".encode() + array.tobytes())
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
