"""What the lemmas of the suite assume, by name: collected from their files."""

from __future__ import annotations

from parts import plain, upper_first
from verified import Verified

HEAD = """\
# What is assumed

A verdict is about the claims of a lemma, on its scope. What leads from the paper's setting to those claims and is not
decided stands in the lemma file under `assumes`, and is printed with every verdict. This page collects all of it from
the suite: {assumed} of {total} lemmas assume something, {different} different things in all.

Two more things stand behind every verdict, and are argued in [soundness](../soundness.md#what-is-trusted): what is
trusted (Python's integers, `ast`, the files of the checker), and the meaning of a claim
([the claim language](../claims.md)). Each lemma about a ReLU network also states its convention for relu'(0).

| assumed | lemmas |
|---|---|
"""


def assumptions_page(known: Verified) -> str:
    """Return the page that lists every named assumption with the lemmas that make it."""
    users: dict[str, list[str]] = {}
    for name, lemma in known.lemmas.items():
        for assumption in lemma.assumes:
            users.setdefault(assumption, []).append(name)
    ordered = sorted(users.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = [f"| {plain(upper_first(assumption))} | {_names(names)} |" for assumption, names in ordered]
    assumed = sum(bool(lemma.assumes) for lemma in known.lemmas.values())
    head = HEAD.format(assumed=assumed, total=len(known.lemmas), different=len(users))
    return head + "\n".join(rows) + "\n"


def _names(names: list[str], most: int = 4) -> str:
    said = ", ".join(f"`{name}`" for name in names[:most])
    return said if len(names) <= most else f"{said} and {len(names) - most} more"
