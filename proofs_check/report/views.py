"""From the verifier's JSON to what the templates show: grouping, anchors, counts; no words of mathematics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from proofs_check.language.errors import ClaimError
from proofs_check.printers.latex import to_latex
from proofs_check.report.mathml import formula

Sources = Mapping[str, Mapping[str, Any]]
SECTIONS = (
    ("unexpected", "Not as expected", "These need attention: the verdict is not the one the lemma file states."),
    ("refuted", "False", "Claims that are wrong, each with an exact counterexample to replay by hand."),
    ("undecided", "Not decided", "Nothing is claimed for these beyond what the verdict says."),
    ("proved", "Holds", "Each false twin (the same lemma with a sign, factor or hypothesis changed) was refuted."),
)


def section_of(lemma: dict[str, Any]) -> str:
    """Return the section of the verdict table that a lemma belongs to.

    Examples
    --------
    >>> section_of({"expected": True, "verdict": "REFUTED"})
    'refuted'
    """
    if not lemma["expected"]:
        return "unexpected"
    groups = {"PROVED": "proved", "CERTIFIED": "proved", "REFUTED": "refuted"}
    return groups.get(lemma["verdict"], "undecided")


def totals(lemmas: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return how many lemmas hold as expected, how many are refuted and how many are not decided.

    What is refuted or not decided counts also where it is not as expected: a false lemma of a submission is false.

    Examples
    --------
    >>> totals([{"expected": False, "verdict": "REFUTED"}, {"expected": True, "verdict": "OPEN"}])
    {'proved': 0, 'refuted': 1, 'undecided': 1}
    """
    lemmas = list(lemmas)
    decided = ("PROVED", "CERTIFIED", "REFUTED")
    return {
        "proved": sum(section_of(lemma) == "proved" for lemma in lemmas),
        "refuted": sum(lemma["verdict"] == "REFUTED" for lemma in lemmas),
        "undecided": sum(lemma["verdict"] not in decided for lemma in lemmas),
    }


def sections(lemmas: Iterable[dict[str, Any]], sources: Sources) -> list[dict[str, Any]]:
    """Return the non-empty sections of the verdict table, each with its lemmas grouped by topic.

    Examples
    --------
    >>> sections([], {})
    []
    """
    found = []
    lemmas = list(lemmas)
    for key, title, note in SECTIONS:
        members = [lemma for lemma in lemmas if section_of(lemma) == key]
        if members:
            found.append({"key": key, "title": title, "note": note, "topics": topics(members, sources)})
    return found


def topics(lemmas: Iterable[dict[str, Any]], sources: Sources) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return lemmas grouped by their paper, the largest group first.

    Examples
    --------
    >>> topics([{"source": {"key": "a2014"}}], {"a2014": {"authors": ["A. B. Saxe"], "year": 2014}})[0][0]
    'Saxe 2014'
    """
    grouped: dict[str, list[dict[str, Any]]] = {}
    for lemma in lemmas:
        grouped.setdefault(paper(lemma["source"].get("key", ""), sources), []).append(lemma)
    return sorted(grouped.items(), key=lambda group: -len(group[1]))


def paper(key: str, sources: Sources) -> str:
    """Return a paper as its authors' last names and the year, or the key itself.

    Examples
    --------
    >>> paper("unknown", {}), paper("", {})
    ('unknown', 'No source')
    """
    known = sources.get(key, {})
    authors = known.get("authors")
    if not isinstance(authors, list) or not authors:
        return (key[:1].upper() + key[1:] if known else key) or "No source"
    names = [(str(author).split() or [""])[-1] for author in authors]
    named = ", ".join(names[:3]) + (" and others" if len(names) > 3 or "others" in names else "")
    return f"{named.replace(', others', '')} {known.get('year', '')}".strip()


def anchor(name: str) -> str:
    """Return an HTML id made of safe characters only.

    Examples
    --------
    >>> anchor("a b<c>")
    'lemma-a-b-c-'
    """
    return "lemma-" + re.sub(r"[^A-Za-z0-9_-]", "-", name)


def claim_math(text: str) -> Markup:
    """Return a claim as MathML, or as escaped text when it is not in the claim language.

    Examples
    --------
    >>> str(claim_math("x +"))
    '<code>x +</code>'
    """
    try:
        latex = to_latex(text)
    except (ClaimError, ValueError, RecursionError):
        return Markup("<code>{}</code>").format(text)
    math = formula(latex)
    return math if math.startswith("<math") else Markup("<code>{}</code>").format(text)


def point_items(point: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Return a counterexample as (name, value) pairs, vectors in brackets.

    Examples
    --------
    >>> point_items({"x": "1/2", "u": ["1", "0"]})
    [('x', '1/2'), ('u', '(1, 0)')]
    """
    return [(name, point_value(value)) for name, value in (point or {}).items()]


def point_value(value: Any) -> str:
    """Return one exact value of a counterexample as text.

    Examples
    --------
    >>> point_value([["1", "0"], ["0", "1/2"]])
    '((1, 0), (0, 1/2))'
    """
    if isinstance(value, list | tuple):
        return "(" + ", ".join(point_value(item) for item in value) + ")"
    return str(value)


def variable_kind(kind: Any) -> str:
    """Return a variable's declaration in words.

    Examples
    --------
    >>> variable_kind({"values": [-1, 1]}), variable_kind({"vector": 3}), variable_kind("positive")
    ('one of -1, 1', 'vector of 3 reals', 'positive')
    """
    if not isinstance(kind, dict):
        return str(kind)
    if "values" in kind:
        return "one of " + ", ".join(str(value) for value in kind["values"])
    if "vector" in kind:
        return f"vector of {kind['vector']} reals"
    if "real" in kind:
        return f"real with {kind['real']}"
    return str(kind)


def source_text(lemma: dict[str, Any], sources: Sources) -> str:
    """Return where a lemma comes from: authors, year, title and place, as far as they are known.

    Examples
    --------
    >>> source_text({"source": {"key": "nobody", "locator": "Lemma 1"}}, {})
    'nobody, Lemma 1'
    """
    key, locator = lemma["source"].get("key", ""), lemma["source"].get("locator", "")
    known = sources.get(key, {})
    authors, year, title = known.get("authors"), known.get("year"), known.get("title")
    named = ", ".join(str(a) for a in authors) if isinstance(authors, list) and authors else key
    parts = [f"{named} {year}" if year else named, f"“{title}”" if title else "", locator]
    return ", ".join(str(part) for part in parts if part)


def source_place(lemma: Mapping[str, Any], sources: Sources) -> str:
    """Return where a lemma stands, in short: authors' last names, year and place; `reference` has the rest.

    Examples
    --------
    >>> source_place({"source": {"key": "nobody", "locator": "Lemma 1"}}, {})
    'nobody, Lemma 1'
    """
    key, locator = lemma["source"].get("key", ""), lemma["source"].get("locator", "")
    return ", ".join(part for part in (paper(key, sources) if key else "", locator) if part)


def reference(key: str, known: Mapping[str, Any]) -> str:
    """Return a paper as a list of sources has it.

    Examples
    --------
    >>> reference("a", {"title": "On x", "authors": ["A. B", "C. D"], "year": 2020, "arxiv": "1"})
    'A. B, C. D 2020, “On x”, arXiv:1'
    """
    authors, year, title = known.get("authors"), known.get("year"), known.get("title")
    named = ", ".join(map(str, authors)) if isinstance(authors, list) and authors else key
    arxiv = f"arXiv:{known['arxiv']}" if known.get("arxiv") else ""
    parts = [f"{named} {year}" if year else named, f"“{title}”" if title else "", known.get("venue"), arxiv]
    return ", ".join(str(part) for part in [*parts, known.get("note")] if part)


def source_anchors(sources: Sources) -> dict[str, str]:
    """Return an HTML id for each source, all different.

    Examples
    --------
    >>> source_anchors({"a b": {}, "a-b": {}})
    {'a b': 'source-a-b', 'a-b': 'source-a-b-2'}
    """
    return {name: f"source-{place[6:]}" for name, place in anchors({"name": key} for key in sources).items()}


def anchors(lemmas: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return an HTML id for each lemma, all different.

    Examples
    --------
    >>> anchors([{"name": "a b"}, {"name": "a-b"}])
    {'a b': 'lemma-a-b', 'a-b': 'lemma-a-b-2'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for lemma in lemmas:
        if lemma["name"] in found:  # only a model from elsewhere holds two of one name
            continue
        wish, number = anchor(lemma["name"]), 1
        while (name := wish if number == 1 else f"{wish}-{number}") in taken:
            number += 1
        taken.add(name)
        found[lemma["name"]] = name
    return found
