"""The report: one self-contained HTML page and one LaTeX file, from the JSON of `verify` and the records of races."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from proofs_check.derived import PREFIX
from proofs_check.report import tex, views
from proofs_check.report.figures import race_figures
from proofs_check.report.mathml import prose
from proofs_check.report.race_arrays import MIN_LARGE_GROUP
from proofs_check.report.race_record import TIMELINE_CAP, RaceRecord
from proofs_check.report.verdicts import RUNGS, SIGNS, VERDICTS

TEMPLATES = Path(__file__).parent / "templates"
CAPTIONS = (
    (
        "loss",
        "The loss of gradient descent: a plateau, then the drop. The dashed line is the horizon of the early race, "
        "found without training; the predicted order is read from the same race, residuals constant, a little later.",
    ),
    (
        "alignment",
        "Norm product against the angle to the target direction, both at initialisation, coloured by the final norm "
        "product: within a group, closer and larger neurons win. The ring marks the winner.",
    ),
    (
        "cosines",
        "Cosines between total weight vectors after descent, neurons ordered by group: the blocks are the groups.",
    ),
    (
        "prediction",
        "Norm product predicted from the initial weights against the one that descent reached, on logarithmic axes.",
    ),
    ("events", "Gate events of the early race: how many of each kind over time, and in which neuron."),
)


def html_report(suite: dict[str, Any], races: Sequence[RaceRecord] = (), version: str = "") -> str:
    """Return the report as one HTML page: no JavaScript, no network, every text escaped.

    Examples
    --------
    >>> page = html_report({"summary": {}, "lemmas": []})
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
    lemmas = [lemma for lemma in suite["lemmas"] if not lemma["name"].startswith(PREFIX)]
    derivations = [lemma for lemma in suite["lemmas"] if lemma["name"].startswith(PREFIX)]
    table = lemmas + [lemma for lemma in derivations if not lemma["expected"]]
    return environment.get_template("report.html.jinja").render(
        css=Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),
        version=version,
        totals=_totals(suite),
        sections=views.sections(table),
        lemmas=lemmas,
        derivations=derivations,
        races=[_race(record) for record in races],
        captions=CAPTIONS,
        timeline_cap=TIMELINE_CAP,
        signs=SIGNS,
        verdict_words=VERDICTS,
        rungs=RUNGS,
        prose=prose,
        topics=views.topics,
        anchor=views.anchor,
        claim_math=cache(views.claim_math),
        point_items=views.point_items,
        source=views.source_text,
        number=lambda value, digits: "–" if value is None else f"{value:.{digits}f}",
    )


def _totals(suite: dict[str, Any]) -> dict[str, Any]:
    sections = [views.section_of(lemma) for lemma in suite["lemmas"]]
    return {**views.totals(suite), **{key: sections.count(key) for key in ("proved", "refuted", "undecided")}}


def _race(record: RaceRecord) -> dict[str, Any]:
    large = [group for group in record.summary["groups"] if group["size"] >= MIN_LARGE_GROUP]
    large.sort(key=lambda group: -group["size"])
    return {
        "summary": record.summary,
        "large": large,
        "right": sum(group["predicted_winner"] == group["descent_winner"] for group in large),
        "figures": {name: Markup(svg) for name, svg in race_figures(record.arrays).items()},
    }


def latex_report(suite: dict[str, Any], version: str = "") -> str:
    r"""Return the lemmas and their derivations as one LaTeX file to be read with ``\input``.

    Examples
    --------
    >>> latex_report({"summary": {}, "lemmas": []}).startswith("% Written by raceproof")
    True
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        block_start_string="((%",
        block_end_string="%))",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="((#",
        comment_end_string="#))",
    )
    return environment.get_template("lemmas.tex.jinja").render(
        lemmas=suite["lemmas"], version=version, words=tex.words, prose=tex.prose, display=tex.display, point=tex.point
    )
