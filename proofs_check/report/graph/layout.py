"""Where everything of the graph stands: bands of papers, columns of layers, and rows that keep the lines short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from proofs_check.report.graph.layers import edges_of, layers
from proofs_check.report.graph.lines import LEGEND, Line

ROW, GAP, HEAD, BOX, DOT = 23, 14, 22, 18, 24  # pixels: a row, between bands, a band's title, a box's height, a dot
COLUMN, MARGIN, FONT = 38, 8, 10.5  # between columns, around everything, the size of the letters
NARROW, MEDIUM, BROAD = "iljI.,:;'|! ", "frt-()[]/_", "mwMW@%…"
LONGEST, LEAST_WIDTH, ALL_BOXES, SWEEPS = 34, 560, 40, 6


@dataclass(frozen=True)
class Node:
    """A lemma's place: its left and upper corner; `width` 0 is a lone sign without its name."""

    lemma: Mapping[str, Any]
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Band:
    """The lemmas of one paper."""

    title: str
    y: float
    height: float


@dataclass(frozen=True)
class Layout:
    """A drawing before it is drawn: sizes in pixels."""

    width: float
    height: float
    bands: tuple[Band, ...]
    nodes: Mapping[str, Node]


def label(name: str) -> str:
    """Return a name short enough for its box.

    Examples
    --------
    >>> len(label("a" * 100))
    34
    """
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def text_width(text: str) -> float:
    """Return about how wide a text is, in pixels, in a broad font: no box may be too small for its name.

    Examples
    --------
    >>> text_width("mmm") > text_width("lll")
    True
    """
    return FONT * sum(map(_em, text))


def _em(letter: str) -> float:
    """Return the width of a letter by its size, as in DejaVu Sans, the broadest of the common fonts."""
    if east_asian_width(letter) in "WF":
        return 1.0
    if letter in NARROW:
        return 0.33
    if letter in MEDIUM:
        return 0.45
    return 1.0 if letter in BROAD else 0.73 if letter.isupper() else 0.63


def layout(groups: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], lines: Sequence[Line] | None = None) -> Layout:
    """Return the places of lemmas that are given by paper; a lemma without uses is a sign in its paper's last rows.

    Parameters
    ----------
    lines : what connects them; without it what each lemma says that it uses.

    Examples
    --------
    >>> place = layout([("A paper", [{"name": "a", "uses": []}, {"name": "b", "uses": ["a"]}])])
    >>> place.nodes["a"].x < place.nodes["b"].x
    True
    """
    lemmas = [lemma for _, members in groups for lemma in members]
    edges = edges_of(lemmas) if lines is None else [(line.used, line.user) for line in lines]
    layer = layers(edges)
    if len(lemmas) <= ALL_BOXES:
        layer = {lemma["name"]: layer.get(lemma["name"], 0) for lemma in lemmas}
    left, widths, right = _columns(layer)
    width = max(right + MARGIN, LEAST_WIDTH)
    bands, nodes, y = [], {}, float(MARGIN + (LEGEND if edges else 0))
    order = _order(groups, layer, edges)
    for title, members in groups:
        top, y = y, y + HEAD
        rows: dict[int, int] = {}
        boxed = sorted((m for m in members if m["name"] in layer), key=lambda m: order[m["name"]])
        for lemma in boxed:
            column = layer[lemma["name"]]
            place = y + ROW * rows.get(column, 0)
            nodes[lemma["name"]] = Node(lemma, left[column], place, widths[column])
            rows[column] = rows.get(column, 0) + 1
        y += ROW * max(rows.values(), default=0)
        y = _dots([m for m in members if m["name"] not in layer], nodes, y, width)
        bands.append(Band(title, top, y + 4 - top))
        y += 4 + GAP
    return Layout(width, y - GAP + MARGIN, tuple(bands), nodes)


def _columns(layer: Mapping[str, int]) -> tuple[list[float], list[float], float]:
    """Return the left edges and widths of the columns, and where the last one ends."""
    count = max(layer.values(), default=-1) + 1
    widths = [
        BOX + 12 + max(text_width(label(name)) for name, place in layer.items() if place == column)
        for column in range(count)
    ]
    left, x = [], float(MARGIN + 10)
    for width in widths:
        left.append(x)
        x += width + COLUMN
    return left, widths, x - COLUMN + 10 if count else 0.0


def _dots(members: Sequence[Mapping[str, Any]], nodes: dict[str, Node], y: float, width: float) -> float:
    """Place signs in rows below the boxes and return where they end."""
    in_a_row = max(1, int((width - 2 * MARGIN - 20) // DOT))
    for position, lemma in enumerate(members):
        row, column = divmod(position, in_a_row)
        nodes[lemma["name"]] = Node(lemma, MARGIN + 10 + DOT * column, y + 2 + DOT * row, 0)
    return y + DOT * -(-len(members) // in_a_row)


def _order(
    groups: Sequence[tuple[str, Sequence[Mapping[str, Any]]]],
    layer: Mapping[str, int],
    edges: Sequence[tuple[str, str]],
) -> dict[str, float]:
    """Return the order inside each band: by the mean place of a lemma's neighbours, a few sweeps of it."""
    members = [[lemma["name"] for lemma in group if lemma["name"] in layer] for _, group in groups]
    place = {name: float(k) for k, name in enumerate(name for group in members for name in group)}
    near: dict[str, list[str]] = {name: [] for name in place}
    for used, user in edges:
        near[used].append(user)
        near[user].append(used)
    for _ in range(SWEEPS):
        wish = {n: sum(place[m] for m in near[n]) / len(near[n]) if near[n] else place[n] for n in place}
        start = 0
        for group in members:
            for k, name in enumerate(sorted(group, key=lambda n: (wish[n], n))):
                place[name] = float(start + k)
            start += len(group)
    return place
