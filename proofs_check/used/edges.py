"""The edges of a suite: what is declared, what the proofs used of it, and what they used without its being declared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from proofs_check import cache
from proofs_check.derived import PREFIX
from proofs_check.used.motions import derivations_run_on
from proofs_check.used.premises import Stated, established, names_read, premises, proved
from proofs_check.used.statements import Shape, literal, numbered, same_for_any_names

DERIVED = ("step", "claim", "definition")  # what may lead to a derivation that nobody declared


@dataclass(frozen=True)
class Edge:
    """That a lemma rests on another one.

    `used`, `user` : names of lemmas.    `declared` : the lemma file says it.    `shown` : a statement that proofs of
    the user rest on and that the used one establishes; empty when none was found.
    """

    used: str
    user: str
    declared: bool
    shown: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the report."""
        return {"used": self.used, "user": self.user, "declared": self.declared, "shown": self.shown}


class Known:
    """What one lemma rests on and establishes, read when it is first asked for."""

    def __init__(self, lemma: Mapping[str, Any]) -> None:
        self.lemma = lemma

    @cached_property
    def premises(self) -> list[Stated]:
        """What its proofs rest on."""
        return premises(self.lemma)

    @cached_property
    def established(self) -> list[Shape]:
        """What its claims establish."""
        return [shape for stated in established(self.lemma) for shape in stated.shapes]

    @cached_property
    def quick(self) -> dict[str, list[Shape]]:
        """What it establishes, by a text without names."""
        found: dict[str, list[Shape]] = {}
        for shape in self.established:
            found.setdefault(same_for_any_names(shape), []).append(shape)
        return found

    @cached_property
    def numbered(self) -> dict[Shape, str]:
        """Texts with numbered names, of what was asked for."""
        return {}

    def states(self, shape: Shape) -> bool:
        """Return whether it establishes a statement, names aside."""
        near = self.quick.get(same_for_any_names(shape), [])
        wanted = numbered(shape) if near else ""
        return any(self._number(other) == wanted for other in near)

    def _number(self, shape: Shape) -> str:
        if shape not in self.numbered:
            self.numbered[shape] = numbered(shape)
        return self.numbered[shape]


def edges_of_suite(lemmas: Sequence[Mapping[str, Any]]) -> list[Edge]:
    """Return the edges between lemmas that are there: those declared, in order, then those found.

    Parameters
    ----------
    lemmas : results as in `verify --json`; those without claims have declared edges only.

    Guarantee: a verdict rests on none of this. `shown` names a statement of the user that stands in the used lemma
    too, variables renamed; their ranges and further hypotheses are not compared.

    Examples
    --------
    >>> [edge.declared for edge in edges_of_suite([{"name": "a", "uses": []}, {"name": "b", "uses": ["a"]}])]
    [True]
    """
    known = {lemma["name"]: Known(lemma) for lemma in lemmas}
    edges: dict[tuple[str, str], Edge] = {}
    for lemma in lemmas:
        for used in lemma["uses"]:
            if used in known:
                shown = _declared(known[lemma["name"]], known[used])
                edges[used, lemma["name"]] = Edge(used, lemma["name"], True, shown)
    for edge in _found(known):
        pair = (edge.used, edge.user)
        if pair in edges and not edges[pair].shown:
            edges[pair] = Edge(*pair, True, edge.shown)
        elif pair not in edges and edge.used != edge.user and not _reaches(edge.user, edge.used, edges):
            edges[pair] = edge
    return list(edges.values())


def suite_edges(lemmas: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the edges of a suite as JSON objects, kept by content.

    Examples
    --------
    >>> suite_edges([{"name": "a", "uses": []}, {"name": "b", "uses": ["a"]}])
    [{'used': 'a', 'user': 'b', 'declared': True, 'shown': ''}]
    """
    seen = [[lemma["name"], lemma["uses"], [_seen(claim) for claim in proved(lemma)]] for lemma in lemmas]
    key = cache.key("edges/1", cache.digest(json.dumps(seen, sort_keys=True).encode()))
    kept = cache.load(key)
    if kept is None:
        kept = {"edges": [edge.to_json() for edge in edges_of_suite(lemmas)]}
        cache.store(key, kept)
    return kept["edges"]


def _seen(claim: Mapping[str, Any]) -> list[Any]:
    """Return what the edges depend on of a proved claim."""
    return [claim["text"], claim["steps"], claim["certificate"]["statement"], claim.get("used")]


def _declared(user: Known, used: Known) -> str:
    for stated in user.premises:
        if any(used.states(shape) for shape in stated.shapes):
            return f"{stated.kind}: {stated.text}"
    return ""


def _found(known: Mapping[str, Known]) -> Iterator[Edge]:
    """Yield what rests on another lemma by the same names: hypotheses on any, the rest on derivations."""
    where: dict[str, list[str]] = {}
    for name, facts in known.items():
        for text in dict.fromkeys(map(literal, facts.established)):
            where.setdefault(text, []).append(name)
    for name, facts in known.items():
        if name.startswith(PREFIX):
            continue
        for stated in facts.premises:
            for shape in stated.shapes:
                for used in where.get(literal(shape), []):
                    if stated.kind == "hypothesis" or (stated.kind in DERIVED and used.startswith(PREFIX)):
                        yield Edge(used, name, False, f"{stated.kind}: {stated.text}")
        for used, text in _motions(facts.lemma).items():
            if used in known:
                yield Edge(used, name, False, f"motion: {text}")


def _motions(lemma: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for claim in proved(lemma):
        if claim.get("used") is not None:
            found = {**derivations_run_on(claim["certificate"]["statement"], names_read(claim)), **found}
    return found


def _reaches(start: str, goal: str, edges: Mapping[tuple[str, str], Edge]) -> bool:
    """Return whether a lemma is used by another, directly or through others: an edge back would close a circle."""
    users: dict[str, list[str]] = {}
    for used, user in edges:
        users.setdefault(used, []).append(user)
    waiting, seen = [start], {start}
    while waiting:
        for user in users.get(waiting.pop(), []):
            if user == goal:
                return True
            if user not in seen:
                seen.add(user)
                waiting.append(user)
    return False
