"""Which column a lemma stands in: one to the right of everything it uses. Circles are cut where they close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def edges_of(lemmas: Sequence[Mapping[str, object]]) -> list[tuple[str, str]]:
    """Return (used, user) for each pair of lemmas that are both there, in the order of the lemmas.

    Examples
    --------
    >>> edges_of([{"name": "a", "uses": []}, {"name": "b", "uses": ["a", "elsewhere"]}])
    [('a', 'b')]
    """
    names = {str(lemma["name"]) for lemma in lemmas}
    found: dict[tuple[str, str], None] = {}
    for lemma in lemmas:
        uses = lemma.get("uses")
        for used in uses if isinstance(uses, list | tuple) else ():
            if used in names:
                found[(str(used), str(lemma["name"]))] = None
    return list(found)


def layers(edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return the length of the longest chain of uses that ends at each lemma with an edge; a circle counts once round.

    Examples
    --------
    >>> layers([("a", "b"), ("b", "c"), ("a", "c")])
    {'a': 0, 'b': 1, 'c': 2}
    >>> sorted(layers([("a", "b"), ("b", "a")]).values())
    [0, 1]
    """
    used_by: dict[str, list[str]] = {}
    for used, user in edges:
        used_by.setdefault(used, [])
        used_by.setdefault(user, []).append(used)
    layer: dict[str, int] = {}
    for start in used_by:
        _visit(start, used_by, layer)
    return {name: layer[name] for name in used_by}


def _visit(start: str, used_by: Mapping[str, list[str]], layer: dict[str, int]) -> None:
    """Walk down from one lemma without recursion; what is still open closes a circle and counts as the ground."""
    stack = [start]
    opened = set()
    while stack:
        name = stack[-1]
        if name in layer:
            stack.pop()
        elif name in opened:
            layer[name] = 1 + max((layer.get(used, -1) for used in used_by[name]), default=-1)
            stack.pop()
        else:
            opened.add(name)
            stack += [used for used in used_by[name] if used not in layer and used not in opened]
