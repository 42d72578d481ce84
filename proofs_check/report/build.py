"""The page and the LaTeX file from the model: templates filled in, and nothing decided here."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from proofs_check.derived import PREFIX
from proofs_check.report import views
from proofs_check.report.captions import CAPTIONS
from proofs_check.report.characters import holdable
from proofs_check.report.evidence_words import disagreements, evidence_text, same_evidence
from proofs_check.report.failing import how_it_fails
from proofs_check.report.graph.draw import STYLE, graph_svg, sign
from proofs_check.report.graph.lines import uses_in_words
from proofs_check.report.html_compact import squeezed
from proofs_check.report.lemma_notes import lemma_notes
from proofs_check.report.mathml import prose
from proofs_check.report.race_arrays import MIN_LARGE_GROUP
from proofs_check.report.race_record import TIMELINE_CAP
from proofs_check.report.verdicts import RUNGS, SIGNS, VERDICTS
from proofs_check.used.needed import hypotheses_not_used

TEMPLATES = Path(__file__).parent / "templates"
POLICY = "default-src 'none'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'"


def html_report(model: Mapping[str, Any], figures: Mapping[str, str] | None = None) -> str:
    """Return the report as one HTML page: no JavaScript, no network, every text escaped.

    Parameters
    ----------
    model : what `report_model` returns, or a `report.json` that was read.
    figures : SVG text by the names that the model's races give; one that is missing is named in its place.

    Examples
    --------
    >>> from proofs_check.report.model import report_model
    >>> page = html_report(report_model({"lemmas": []}))
    >>> "<script" in page, page.startswith("<!DOCTYPE html>")
    (False, True)
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    everything, sources = model["lemmas"], model["sources"]
    lemmas = [lemma for lemma in everything if not lemma["name"].startswith(PREFIX)]
    derivations = [lemma for lemma in everything if lemma["name"].startswith(PREFIX)]
    anchors = views.anchors(everything)
    links = {name: f"#{anchor}" for name, anchor in anchors.items()}
    css = (TEMPLATES / "style.css").read_text(encoding="utf-8") + STYLE
    page = environment.get_template("report.html.jinja").render(
        css=Markup(css),
        policy=POLICY.format(_fingerprint(css)),
        model=model,
        totals=views.totals(everything),
        sections=views.sections(lemmas + [lemma for lemma in derivations if not lemma["expected"]], sources),
        groups=views.topics(lemmas, sources),
        derivations=derivations,
        graph=Markup(graph_svg(_groups(everything, sources), links, edges=model.get("edges"))) if everything else None,
        races=[_race(race, figures or {}) for race in model["races"]],
        captions=CAPTIONS,
        timeline_cap=TIMELINE_CAP,
        signs=SIGNS,
        sign=cache(lambda verdict: Markup(sign(verdict))),
        verdict_words=VERDICTS,
        rungs=RUNGS,
        prose=cache(prose),
        anchors=anchors,
        uses=uses_in_words(everything, model.get("edges")),
        not_used=hypotheses_not_used,
        own_id=_ids(anchors),
        claim_math=cache(views.claim_math),
        point_items=views.point_items,
        variable_kind=views.variable_kind,
        disagreements=disagreements,
        how_it_fails=how_it_fails,
        lemma_notes=lemma_notes,
        evidence_text=evidence_text,
        same_evidence=same_evidence,
        place=lambda lemma: views.source_place(lemma, sources),
        reference=lambda key: views.reference(key, sources[key]),
        source_anchors=views.source_anchors(sources),
        number=lambda value, digits: "–" if value is None else f"{value:.{digits}f}",
    )
    return squeezed(holdable(page))


def standalone_graph(model: Mapping[str, Any], page: str = "index.html") -> str:
    """Return the graph of lemmas as an SVG file whose links lead into a page beside it.

    Examples
    --------
    >>> standalone_graph({"lemmas": [], "sources": {}}).startswith("<svg")
    True
    """
    links = {name: f"{page}#{anchor}" for name, anchor in views.anchors(model["lemmas"]).items()}
    groups = _groups(model["lemmas"], model["sources"])
    return graph_svg(groups, links if page else {}, standalone=True, edges=model.get("edges"))


def _groups(lemmas: list[dict[str, Any]], sources: views.Sources) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the bands of the graph: the derivations of `theory`, then the papers, which run on them."""
    derivations = [lemma for lemma in lemmas if lemma["name"].startswith(PREFIX)]
    papers = views.topics([lemma for lemma in lemmas if not lemma["name"].startswith(PREFIX)], sources)
    return ([("Derivations", derivations)] if derivations else []) + papers


def _ids(anchors: Mapping[str, str]) -> Callable[[str], str]:
    """Return what gives each lemma its id: the one that links lead to, and another to the next lemma of that name."""
    shown: dict[str, int] = {}

    def own(name: str) -> str:
        shown[name] = shown.get(name, 0) + 1
        return anchors[name] + "_" * (shown[name] - 1) + ("again" if shown[name] > 1 else "")

    return own


def _fingerprint(css: str) -> str:
    """Return the hash by which the page's policy allows this style and no other."""
    return base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()


def _race(race: Mapping[str, Any], figures: Mapping[str, str]) -> dict[str, Any]:
    large = [group for group in race["groups"] if group["size"] >= MIN_LARGE_GROUP]
    large.sort(key=lambda group: -group["size"])
    return {
        "summary": race,
        "large": large,
        "right": sum(group["predicted_winner"] == group["descent_winner"] for group in large),
        "figures": {key: Markup(figures[name]) for key, name in race["figures"].items() if name in figures},
    }
