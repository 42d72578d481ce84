"""Damaged certificates: flipped bits, dropped parts, foreign evidence, changed relations, numbers, boxes and orders."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.quality.test_mutants import mutants

Certificate = dict[str, Any]
RELATIONS = ["==", "!=", "<", "<=", ">", ">="]
RELATION = re.compile(r"[=!<>]=|[<>]")
NUMBER = re.compile(r"\d+")
EVIDENCE = ("hints", "links", "steps", "cases", "names", "point", "why")
WEAKER = {"positive": "nonnegative", "nonnegative": "real", "negative": "nonpositive", "nonpositive": "real",
          "nonzero": "real"}  # fmt: skip


def bits(one: Certificate, other: Certificate, rng: random.Random) -> str:
    """Flip one bit of the JSON text."""
    text = bytearray(json.dumps(one).encode())
    text[rng.randrange(len(text))] ^= 1 << rng.randrange(7)
    return text.decode()


def dropped(one: Certificate, other: Certificate, rng: random.Random) -> None:
    """Leave out a leaf, a link, a step, a summand, a hint, a hypothesis or a definition."""
    part = rng.choice([value for value in _lists(one) if value] or [[0]])
    del part[rng.randrange(len(part))]


def relations(one: Certificate, other: Certificate, rng: random.Random) -> None:
    """Put another relation in the claim, a hypothesis, a link or a goal."""
    _rewritten(one, rng, RELATION, lambda old: rng.choice([r for r in RELATIONS if r != old]))


def foreign(one: Certificate, other: Certificate, rng: random.Random) -> None:
    """Prove a statement by the evidence of another."""
    if rng.random() < 0.5:
        one["statement"] = other["statement"]
        return
    for key in (*EVIDENCE, "kind"):
        one.pop(key, None)
    one |= {key: other[key] for key in (*EVIDENCE, "kind") if key in other}


def numbers(one: Certificate, other: Certificate, rng: random.Random) -> None:
    """Change a number, in the statement or in the evidence."""
    _rewritten(one, rng, NUMBER, lambda old: str(max(0, rng.choice([int(old) + 1, int(old) - 1, 2 * int(old)]))))


def signs(one: Certificate, other: Certificate, rng: random.Random) -> None:
    """Turn a plus into a minus or the other way round, anywhere."""
    _rewritten(one, rng, re.compile(r"[+-]"), lambda old: "-" if old == "+" else "+")


def boxes(one: Certificate, other: Certificate, rng: random.Random) -> None:
    """Swap two boxes, move an end, or take another form for a leaf."""
    leaves = [leaf for case in one.get("cases", []) for leaf in case]
    if not leaves:
        return dropped(one, other, rng)
    a, b = rng.choice(leaves), rng.choice(leaves)
    match rng.randrange(4):
        case 0:
            a["box"], b["box"] = b["box"], a["box"]
        case 1:
            a["form"], b["form"] = b["form"], a["form"]
        case 2:
            rng.choice(a["box"])[rng.randrange(2)] = rng.choice(["0", "1/2", "-1", "oo", "-oo", "3"])
        case _:
            a["form"] = rng.choice(["natural", "mean", "zero", ["outside", 0], "outside"])


def orders(one: Certificate, other: Certificate, rng: random.Random) -> None:
    """Take the parts of a list in another order: links, steps, factors, the ends of a box, the sides of a form."""
    part = rng.choice([value for value in _lists(one) if len(value) > 1] or [[]])
    rng.shuffle(part)


def claims(one: Certificate, other: Certificate, rng: random.Random) -> None:
    """State a neighbouring claim (a sign, factor, exponent, relation, variable or function changed)."""
    found = mutants(one["statement"]["text"], 1, rng)
    one["statement"]["text"] = found[0] if found else "0 == 1"


def domains(one: Certificate, other: Certificate, rng: random.Random) -> None:
    """Widen the domain, or turn what is said of the point or the kind of the certificate."""
    statement = one["statement"]
    kinds = [name for name, kind in statement["variables"].items() if isinstance(kind, str) and kind in WEAKER]
    match rng.randrange(4):
        case 0 if kinds:
            name = rng.choice(kinds)
            statement["variables"][name] = WEAKER[statement["variables"][name]]
        case 1 if statement["hypotheses"]:
            del statement["hypotheses"][rng.randrange(len(statement["hypotheses"]))]
        case 2 if "why" in one:
            one["why"] = "undefined" if one["why"] == "false" else "false"
        case 3 if statement["flow"] or statement["step"]:
            moves = statement["flow"] or statement["step"]
            name = rng.choice(list(moves))
            moves[name] = f"-({moves[name]})"
        case _:
            names = list(statement["variables"])
            if names:
                statement["variables"][rng.choice(names)] = rng.choice(["real", "nonzero", "positive", "nonnegative"])


MUTATIONS: dict[str, Callable[[Certificate, Certificate, random.Random], str | None]] = {
    change.__name__: change
    for change in (bits, dropped, relations, foreign, numbers, signs, boxes, orders, claims, domains)
}


def mutations(bank: list[Certificate], count: int, rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield (kind of the certificate, kind of the damage, JSON text) for damaged certificates, none like its original.

    Every kind of certificate is drawn equally often, however few of it there are.
    """
    by_kind: dict[str, list[Certificate]] = {}
    for certificate in bank:
        by_kind.setdefault(certificate["kind"], []).append(certificate)
    made = 0
    while made < count:
        kind, name = rng.choice(sorted(by_kind)), rng.choice(sorted(MUTATIONS))
        original = rng.choice(by_kind[kind])
        damaged, other = copy.deepcopy(original), copy.deepcopy(rng.choice(by_kind[rng.choice(sorted(by_kind))]))
        text = MUTATIONS[name](damaged, other, rng)
        text = json.dumps(damaged) if text is None else text
        if text != json.dumps(original) and other["statement"] != original["statement"]:
            made += 1
            yield kind, name, text


def _lists(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, list):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lists(part)


def _texts(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (container, key) of every text that says something mathematical."""
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(part, str) and key not in ("format", "kind"):
            yield value, key
        elif isinstance(part, (dict, list)):
            yield from _texts(part)


def _rewritten(one: Certificate, rng: random.Random, pattern: re.Pattern[str], new: Callable[[str], str]) -> None:
    places = [(c, k) for c, k in _texts(one) if pattern.search(c[k])]
    if not places:
        return
    container, key = rng.choice(places)
    match = rng.choice(list(pattern.finditer(container[key])))
    container[key] = container[key][: match.start()] + new(match[0]) + container[key][match.end() :]


__all__ = ["MUTATIONS", "mutations"]
