"""The LaTeX outputs: a file to be read with ``\\input``, a document around it, and the sources for BibTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from proofs_check.report import tex, views
from proofs_check.report.build import TEMPLATES
from proofs_check.report.captions import CAPTIONS
from proofs_check.report.failing import how_it_fails
from proofs_check.report.lemma_notes import lemma_notes

COUNTER = re.compile(r"[A-Za-z]{0,40}")
LABEL = re.compile(r"[A-Za-z0-9:._/-]{0,40}")
UNSAFE = re.compile(r"[^A-Za-z0-9:._-]")


def latex_report(model: Mapping[str, Any], theorem_within: str = "", label_prefix: str = "lem:") -> str:
    r"""Return the lemmas and their derivations as one LaTeX file to be read with ``\input``.

    Parameters
    ----------
    theorem_within : the counter that lemmas are numbered within, such as "section"; empty for none.
    label_prefix : what labels begin with; the lemma's name follows.

    Raises
    ------
    ValueError
        For a counter or a prefix that LaTeX could not read.

    Examples
    --------
    >>> from proofs_check.report.model import report_model
    >>> latex_report(report_model({"lemmas": []})).startswith("% Written by raceproof")
    True
    """
    require_latex_options(theorem_within, label_prefix)
    return (
        _environment()
        .get_template("lemmas.tex.jinja")
        .render(
            version=model["version"],
            summary=model["summary"],
            lemmas=model["lemmas"],
            names={lemma["name"] for lemma in model["lemmas"]},
            races=model["races"],
            captions=CAPTIONS,
            within=theorem_within,
            label=lambda name: label_prefix + UNSAFE.sub("-", name),
            key=lambda lemma: UNSAFE.sub("-", lemma["source"].get("key", "")),
            source=lambda lemma: _place(lemma, model["sources"]),
            words=tex.words,
            prose=tex.prose,
            display=tex.display,
            point=tex.point,
            relation=tex.relation,
            how_it_fails=how_it_fails,
            lemma_notes=lemma_notes,
        )
    )


def require_latex_options(theorem_within: str, label_prefix: str) -> None:
    """Check what goes into the LaTeX file as it is.

    Raises
    ------
    ValueError
        For a counter or a prefix that LaTeX could not read.

    Examples
    --------
    >>> require_latex_options("section", "lem:")
    """
    if not COUNTER.fullmatch(theorem_within):
        raise ValueError(f"theorem_within={theorem_within!r} is no LaTeX counter; give letters, such as section")
    if not LABEL.fullmatch(label_prefix):
        raise ValueError(f"label_prefix={label_prefix!r} must be letters, digits and : . _ / - (at most 40)")


def appendix(model: Mapping[str, Any]) -> str:
    r"""Return a document of its own that reads `lemmas.tex` and cites `sources.bib`.

    Examples
    --------
    >>> r"\input{lemmas}" in appendix({"version": "", "sources": {}})
    True
    """
    keys = [UNSAFE.sub("-", key) for key in model["sources"]]
    return _environment().get_template("appendix.tex.jinja").render(version=model["version"], sources=keys)


def bibliography(sources: Mapping[str, Mapping[str, Any]]) -> str:
    """Return papers as BibTeX entries, in the order of their keys.

    Examples
    --------
    >>> print(bibliography({"a": {"title": "On x", "authors": ["A. B"], "year": 2020, "arxiv": "1"}}))
    @misc{a,
      title = {{On x}},
      author = {A. B},
      year = {2020},
      note = {arXiv:1},
    }
    <BLANKLINE>
    """
    return "".join(_entry(key, paper) + "\n" for key, paper in sorted(sources.items()))


def _entry(key: str, paper: Mapping[str, Any]) -> str:
    names = paper.get("authors")
    authors = [_clean(name) for name in names] if isinstance(names, list) else []
    where = [f"arXiv:{paper['arxiv']}" if paper.get("arxiv") else "", str(paper.get("venue") or "")]
    fields = {
        "title": "{" + _clean(paper.get("title") or key) + "}",
        # "others" is BibTeX's own word for "and more"
        "author": " and ".join("others" if "others" in name else name for name in authors),
        "year": _clean(paper.get("year") or ""),
        "note": _clean(", ".join(part for part in where if part)),
    }
    # BibTeX warns of an entry without an author: the key stands in for it
    fields["author"] = fields["author"] or "{" + _clean(key) + "}"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{UNSAFE.sub('-', key)},", *lines, "}"])


def _clean(text: Any) -> str:
    return tex.words(str(text)).replace(r"\allowbreak{}", "")


def _place(lemma: Mapping[str, Any], sources: views.Sources) -> str:
    key, locator = lemma["source"].get("key", ""), lemma["source"].get("locator", "")
    return ", ".join(part for part in (views.paper(key, sources) if key else "", locator) if part)


def _environment() -> Environment:
    return Environment(
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
