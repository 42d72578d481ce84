"""How a statement is read, and what moves in it: the equations that belong to `d` and `next`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from proofs_check.language.parse import parse
from proofs_check.used.renaming import names_of
from proofs_check.used.shapes import Reading, Sum, added, frozen, scaled, sum_of

Table = Mapping[str, Any]
NETWORK = frozenset(("w", "v", "x", "y", "f", "e", "gate", "gamma", "C", "grad_w", "grad_v", "loss", "m", "n", "eta"))
MOTIONS = (("d", "flow", "flow"), ("next", "step", "map"))


def reading_of(statement: Table, expand: bool) -> Reading:
    """Return how names of a certificate's statement are read: its definitions are put in, or stay names."""
    pairs = statement.get("define", []) if expand else []
    fixed = NETWORK if statement.get("network") is not None else frozenset()
    return Reading({name: tree_of(text) for name, text in pairs}, fixed)


@lru_cache(maxsize=4096)
def tree_of(text: str) -> ast.expr:
    """Return the syntax tree of an expression, for reading only."""
    return parse(text)


def motion_of(value: Sum, statement: Table) -> Sum:
    """Return the equations of motion of all that moves in a sum, as one more product of it; empty without `d`, `next`.

    Examples
    --------
    >>> statement = {"variables": {}, "flow": {"x": "a*y", "y": "a*x", "z": "1"}}
    >>> (((atom, _),),) = motion_of(sum_of(parse("d(x)"), Reading()), statement)
    >>> atom[:2], len(atom[2])
    (('call', 'flow'), 2)
    """
    calls = [part for part in parts(frozen(value)) if len(part) == 4 and part[0] == "call" and len(part[2]) == 1]
    said = {part[1] for part in calls if not part[3]}
    found: Sum = {}
    for operator, key, name in MOTIONS:
        if operator in said:
            atom = ("call", name, tuple(sorted(_equations(value, statement, operator, key), key=repr)), ())
            found[((atom, 1),)] = Fraction(1)
    return found


def _equations(value: Sum, statement: Table, operator: str, key: str) -> list[Any]:
    network = statement.get("network")
    if network is not None:
        about = " ".join(f"{name}={network.get(name)}" for name in ("loss", "early", "outputs"))
        return [frozen({((("fixed", about), 1),): Fraction(1)})]
    equations: dict[str, Any] = {}
    waiting = sorted(names_of(frozen(value)))
    while waiting:
        name = waiting.pop()
        if name in equations or name not in statement.get(key, {}):
            continue
        reading = reading_of(statement, True)
        left, right = sum_of(tree_of(f"{operator}({name})"), reading), sum_of(tree_of(statement[key][name]), reading)
        equations[name] = frozen(added(left, scaled(right, Fraction(-1))))
        waiting += sorted(names_of(equations[name]))
    return list(equations.values())


def parts(shape: Any) -> Iterator[tuple[Any, ...]]:
    """Yield a shape and every tuple inside it."""
    if isinstance(shape, tuple):
        yield shape
        for part in shape:
            yield from parts(part)
