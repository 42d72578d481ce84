"""A statement cut at words, commas and arrows; the words around a part make it a condition, a claim or an aside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from proofs_check.latex_reader.layout import joined
from proofs_check.latex_reader.tokens import EQUIVALENCES, SEPARATORS, Token

CONDITION = re.compile(r"\b(for|where|if|let|with|assume|suppose|when|whenever|given|provided|under|since)\b", re.I)
RESULT = re.compile(r"\b(then|have|holds?|hence|so|thus|satisf\w+|that|we)\b|^,|,$", re.I)
ASIDE = re.compile(r"\bequality\b", re.I)
IFF = re.compile(r"^[\s,]*((holds|is true)\s+)?(iff|if,? and only if|exactly when|precisely when)[\s,:]*$", re.I)
JOINED = re.compile(r"\b(iff|only if)\b|^[\s,;.]*(or|unless|and not|but not|xor|otherwise|else)\b", re.I)
SAID = re.compile(r"^[\s,]*(implies|entails)( that)?[\s,:]*$", re.I)  # an arrow in words
IMPLIES = ("Rightarrow", "implies", "Longrightarrow")
JOINING = ("iff", "joined")


@dataclass(frozen=True)
class Part:
    """The tokens between two separators and what the words around them make of it.

    Attributes
    ----------
    role : claim, condition, aside or unknown; iff: equivalent to the part before; joined: no statement without it.
    """

    tokens: list[Token]
    role: str
    listed: bool = False  # whether a comma in the same formula stands before it: "a, b > 0"
    after: str = ""  # the words that follow it
    implies: bool = False  # whether an arrow stands behind it


def parts_of(tokens: list[Token]) -> Iterator[Part]:
    """Split at prose, commas, quads, rows and arrows that stand outside brackets."""
    tokens = list(joined(tokens))
    role, depth, now, listed, chained = "unknown", 0, list[Token](), False, False
    for at, token in enumerate(tokens):
        opens = token.text in ("(", "[", "{", "lbrace", "langle")
        depth += opens - (token.text in (")", "]", "}", "rbrace", "rangle"))
        said = token.kind == "prose" and SAID.search(token.text) is not None
        arrow = said or (token.kind == "command" and token.text in IMPLIES)
        both_ways = token.kind == "command" and token.text in EQUIVALENCES
        comma = token.kind == "sign" and token.text in (",", ";", "&", ":", ".") and depth <= 0
        if comma and _in_number(tokens, at):
            now.append(replace(token, bad="a comma between digits: write 1000, or a blank after the comma of a list"))
            continue
        ends = token.kind == "command" and token.text in SEPARATORS
        cut = token.kind == "prose" or arrow or both_ways or comma or ends
        logic = token.kind == "command" and token.text in ("land", "wedge", "forall")
        if not cut and not logic:
            now.append(token)
            continue
        first = arrow and not chained and role not in JOINING
        before = "condition" if first else role
        if now:
            yield Part(now, before, listed, token.text if token.kind == "prose" else "", arrow)
        now, listed = [], comma and token.text == ","
        chained = arrow or (chained and token.kind != "prose")
        if both_ways:
            role = "iff"
        elif arrow:
            role = "claim" if first else "joined"  # a chain of implications claims none of its parts
        elif token.text == "forall" and logic:
            role = "condition"
        elif token.text in ("quad", "qquad", "colon", ":") and role == "condition":
            role = "claim"
        elif token.kind == "prose" and ASIDE.search(token.text):
            role = "aside"
        elif token.kind == "prose" and IFF.search(token.text):
            role = "iff"
        elif token.kind == "prose" and JOINED.search(token.text):
            role = "joined"
        elif token.kind == "prose" and CONDITION.search(token.text):
            role = "condition"
        elif token.kind == "prose" and RESULT.search(token.text):
            role = "claim"
    if now:
        yield Part(now, role, listed)


def groups(parts: Iterable[Part]) -> list[list[Part]]:
    """Put together the parts that are no statements without each other: those around "iff", "or", "unless".

    What is listed before such a part may belong to it, and goes with it.
    """
    found: list[list[Part]] = []
    for part in parts:
        if part.role in JOINING and found:
            group = found.pop()
            while group[0].listed and found:
                group = found.pop() + group
            found.append([*group, part])
        else:
            if part.implies and part.listed:
                found += _conditions(found)
            found.append([part])
    return found


def _conditions(found: list[list[Part]]) -> list[list[Part]]:
    """Take off the parts of a list that stand before one with an arrow, and return them as conditions."""
    taken: list[list[Part]] = []
    while found and len(found[-1]) == 1 and (not taken or taken[0][0].listed):
        (part,) = found.pop()
        taken.insert(0, [replace(part, role="condition")])
    return taken


def _in_number(tokens: list[Token], at: int) -> bool:
    """Say whether a comma stands in a number such as 1,000."""
    if not 0 < at < len(tokens) - 1 or tokens[at].text != ",":
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    together = before.at + len(before.text) == tokens[at].at == after.at - 1
    return together and before.kind == after.kind == "number" and len(after.text.partition(".")[0]) == 3
