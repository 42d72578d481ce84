"""The lines of the graph: solid where a proof used it, dashed where it is declared only, an open tip where found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

from proofs_check.plural import counted
from proofs_check.report.graph.layers import edges_of

USED, SAID, FOUND = "used", "said", "found"
WORDS = {USED: "used by the proof", SAID: "declared only", FOUND: "used by the proof, not declared"}
TIP = 5  # pixels of an arrow's head
LEGEND = 22  # pixels above the drawing
STYLE = """.G .edge{fill:none;stroke:var(--g);stroke-width:1.3;marker-end:url(#gTip)}
.G .said{stroke:var(--l);stroke-width:1.1;stroke-dasharray:5 3;marker-end:url(#gSaid)}
.G .found{stroke-width:.9;stroke:var(--l);marker-end:url(#gFound)}.G .back{stroke-dasharray:1 3}
.G marker path{fill:var(--g)}.G #gSaid path{fill:var(--l)}.G #gFound path{fill:var(--b);stroke:var(--l)}
"""


@dataclass(frozen=True)
class Line:
    """From what is used to what uses it; `look` is one of USED, SAID, FOUND, and `shown` says what the proof used."""

    used: str
    user: str
    look: str = SAID
    shown: str = ""


def lines_of(lemmas: Sequence[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]] | None = None) -> list[Line]:
    """Return the lines between lemmas that are both there.

    Parameters
    ----------
    edges : the edges of a report's model; without them everything is declared only.

    Examples
    --------
    >>> lines_of([{"name": "a", "uses": []}, {"name": "b", "uses": ["a"]}])
    [Line(used='a', user='b', look='said', shown='')]
    """
    if edges is None:
        return [Line(used, user) for used, user in edges_of(lemmas)]
    names = {lemma["name"] for lemma in lemmas}
    return [
        Line(edge["used"], edge["user"], look(edge), edge["shown"])
        for edge in edges
        if edge["used"] in names and edge["user"] in names
    ]


def look(edge: Mapping[str, Any]) -> str:
    """Return how an edge of a report's model is drawn.

    Examples
    --------
    >>> look({"declared": True, "shown": ""}), look({"declared": False, "shown": "step: a == b"})
    ('said', 'found')
    """
    if not edge["declared"]:
        return FOUND
    return USED if edge["shown"] else SAID


def described(lines: Sequence[Line], lemmas: int) -> str:
    """Return the graph in a sentence.

    Examples
    --------
    >>> described([Line("a", "b")], 2)
    'Which lemma uses which: 2 lemmas, 1 use, 0 of them used by the proof; 0 more found'
    """
    looks = [line.look for line in lines]
    declared, found = len(looks) - looks.count(FOUND), looks.count(FOUND)
    return (
        f"Which lemma uses which: {counted(lemmas, 'lemma')}, {counted(declared, 'use')}, "
        f"{looks.count(USED)} of them used by the proof; "
        f"{found} more found"
    )


def rests_on(lines: Sequence[Line]) -> dict[str, str]:
    """Return by lemma what it uses, in words, for who does not see the lines.

    Examples
    --------
    >>> rests_on([Line("a", "b", USED, "step: x"), Line("c", "b")])
    {'b': '; used by the proof: a; declared only: c'}
    """
    found: dict[str, dict[str, list[str]]] = {}
    for line in lines:
        found.setdefault(line.user, {look: [] for look in WORDS})[line.look].append(line.used)
    return {
        user: "".join(f"; {WORDS[look]}: {', '.join(names)}" for look, names in looks.items() if names)
        for user, looks in found.items()
    }


def uses_in_words(
    lemmas: Sequence[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]] | None
) -> dict[str, list[tuple[str, str]]]:
    """Return by lemma what it uses, each with a note: empty where a proof used it, or where nothing is known.

    Examples
    --------
    >>> edge = {"used": "a", "user": "b", "declared": True, "shown": ""}
    >>> uses_in_words([{"name": "b", "uses": ["a", "elsewhere"]}], [edge])
    {'b': [('a', 'declared only'), ('elsewhere', '')]}
    """
    found = {lemma["name"]: dict.fromkeys(lemma["uses"], "") for lemma in lemmas}
    for edge in edges or ():
        found.setdefault(edge["user"], {})[edge["used"]] = {USED: "", SAID: WORDS[SAID], FOUND: "found"}[look(edge)]
    return {name: list(notes.items()) for name, notes in found.items()}


def tips() -> str:
    """Return the heads of the arrows, each defined once."""
    return "".join(
        f'<marker id="g{name}" viewBox="-1 -4 8 8" refX="0" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0-3V3L{TIP} 0z"/></marker>'
        for name in ("Tip", "Said", "Found")
    )


def legend(lines: Sequence[Line]) -> str:
    """Return what the lines mean, as a row of samples above the drawing; empty without lines.

    Examples
    --------
    >>> legend([]), "declared only" in legend([Line("a", "b")])
    ('', True)
    """
    parts, x = [], 18.0
    for kind, words in WORDS.items():
        if any(line.look == kind for line in lines):
            parts.append(f'<path class="edge {kind}" d="M{x:g} 14H{x + 30:g}"/>')
            parts.append(f'<text x="{x + 42:g}" y="18">{escape(words)}</text>')
            x += 66 + 5.6 * len(words)
    return "".join(parts)
