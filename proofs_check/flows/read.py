"""Networks and boxes on disk: JSON whose numbers are read exactly, never through a float (docs/flow.md)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from numerics.flow.network import Network, Vector

NUMBER = re.compile(r"[+-]?(?:\d+(?:/\d+)?|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d{1,9})?)", re.ASCII)
LONGEST = 4_000  # Python converts no integer of more than 4,300 digits
LARGEST_EXPONENT = 1_000
MOST_NUMBERS = 200_000
KEYS = ("x", "y", "w", "v", "loss", "gates", "relu_at_zero")
EXAMPLE: dict[str, Any] = {
    "x": [["-3/4", "0.75"], ["-1", "-1/4"], ["-0.5", "-1"]],
    "y": ["1", "1", "-1"],
    "w": [["-1", "-0.75"], ["1/2", "-1"]],
    "v": ["-1", "-0.5"],
    "loss": "squared",
    "gates": "relu",
    "relu_at_zero": 0,
}
Rows = tuple[Vector, ...]


def network_from_json(value: Any) -> Network:
    """Return the network that a JSON object describes.

    Parameters
    ----------
    value : a mapping with ``x`` (n rows of d), ``y`` (n numbers, or rows of c), ``w`` (m rows of d), ``v`` (m numbers,
        or rows of c), and optionally ``loss`` (squared), ``gates`` (relu) and ``relu_at_zero`` (0). A number is an
        integer or a text: "p/q" or a decimal. Read JSON with ``parse_float=str`` so that 0.1 stays 1/10.

    Raises
    ------
    ValueError
        With one line that says where, when a key is missing or unknown, a shape is wrong, or a number is not exact.

    Examples
    --------
    >>> network_from_json(EXAMPLE).y
    ((Fraction(1, 1),), (Fraction(1, 1),), (Fraction(-1, 1),))
    """
    table = _table(value, KEYS, ("x", "y", "w", "v"), "network")
    numbers = sum(_count(table[name]) for name in ("x", "y", "w", "v"))
    if numbers > MOST_NUMBERS:
        raise ValueError(f"network: {numbers:,} numbers are more than the limit of {MOST_NUMBERS:,}")
    loss, gates = (_word(table.get(name, default), name) for name, default in (("loss", "squared"), ("gates", "relu")))
    at_zero = exact_number(table.get("relu_at_zero", 0), "network: relu_at_zero")
    if at_zero not in (0, 1):
        raise ValueError(f"network: relu_at_zero={at_zero} must be 0 or 1")
    rows = {name: _rows(table[name], f"network: {name}", flat=name in "yv") for name in ("x", "y", "w", "v")}
    return Network(rows["x"], rows["y"], rows["w"], rows["v"], loss, gates, int(at_zero))


def box_from_json(value: Any, network: Network) -> Vector:
    """Return the half-widths of a box around the start of a network, in the order of `Network.state`.

    Parameters
    ----------
    value : a mapping with ``w`` and ``v`` in the shapes of the network; one that is left out is exact.

    Raises
    ------
    ValueError
        When a shape differs or a half-width is negative.

    Examples
    --------
    >>> str(box_from_json({"v": ["1/100", "0"]}, network_from_json(EXAMPLE))[4])
    '1/100'
    """
    table = _table(value, ("w", "v"), (), "box")
    found: list[Fraction] = []
    for name, centre in (("w", network.w), ("v", network.v)):
        zero = tuple((Fraction(0),) * len(row) for row in centre)
        rows = _rows(table[name], f"box: {name}", flat=name == "v") if name in table else zero
        if [len(row) for row in rows] != [len(row) for row in centre]:
            raise ValueError(f"box: {name} has not the shape of the network's {name}; give one half-width a number")
        found += [entry for row in rows for entry in row]
    if any(width < 0 for width in found):
        raise ValueError("box: a half-width is negative; give the distance from the centre to the sides")
    return tuple(found)


def exact_number(value: Any, where: str) -> Fraction:
    """Return an exact number from an integer, a fraction "p/q" or a decimal text.

    Raises
    ------
    ValueError
        For anything else; ``where`` names the place.

    Examples
    --------
    >>> exact_number("-1.5e-3", "t")
    Fraction(-3, 2000)
    """
    if isinstance(value, float):
        raise ValueError(f'{where}={value!r} went through a float; write it as a text such as "0.1" or "1/3"')
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        raise ValueError(f'{where} is {_kind(value)}, not a number such as 2, "0.1" or "1/3"')
    text = text.strip()
    shown = repr(text if len(text) <= 30 else text[:27] + "...")
    if len(text) > LONGEST:
        raise ValueError(f"{where}={shown} has {len(text):,} characters; the limit is {LONGEST:,}")
    if not NUMBER.fullmatch(text):
        raise ValueError(f'{where}={shown} is not a number such as 2, "0.1" or "1/3"')
    exponent = re.split("[eE]", text)[1:]
    if exponent and abs(int(exponent[0])) > LARGEST_EXPONENT:
        raise ValueError(f"{where}={shown} has an exponent beyond {LARGEST_EXPONENT}")
    numerator, slash, denominator = text.partition("/")
    if slash and int(denominator) == 0:
        raise ValueError(f"{where}={shown} has the denominator 0")
    return Fraction(int(numerator), int(denominator)) if slash else Fraction(text)


def _table(value: Any, known: tuple[str, ...], needed: tuple[str, ...], what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{what}: {_kind(value)} where a JSON object with {', '.join(known)} is needed")
    for key in value:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(known)}"
            raise ValueError(f"{what}: unknown key {str(key)[:30]!r}: {hint}")
    missing = [key for key in needed if key not in value]
    if missing:
        raise ValueError(f"{what}: no {', '.join(missing)}; `raceproof flow --example` prints a network to start from")
    return value


def _rows(value: Any, where: str, flat: bool) -> Rows:
    """Return rows of numbers; where ``flat`` a number in place of a row is a row of one."""
    if not isinstance(value, (list, tuple)) or not value:
        raise ValueError(f"{where} is {_kind(value)}, not a list of {'numbers or ' * flat}rows of numbers")
    if flat and not any(isinstance(row, (list, tuple)) for row in value):
        return tuple((exact_number(entry, f"{where}[{i}]"),) for i, entry in enumerate(value))
    rows = []
    for i, row in enumerate(value):
        if not isinstance(row, (list, tuple)) or not row:
            raise ValueError(f"{where}[{i}] is {_kind(row)}, not a list of numbers")
        if len(row) != len(value[0]):
            raise ValueError(f"{where}[{i}] has {len(row)} numbers, the first row has {len(value[0])}")
        rows.append(tuple(exact_number(entry, f"{where}[{i}][{k}]") for k, entry in enumerate(row)))
    return tuple(rows)


def _count(value: Any) -> int:
    if not isinstance(value, (list, tuple)):
        return 1
    return sum(len(row) if isinstance(row, (list, tuple)) else 1 for row in value)


def _word(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"network: {name} is {_kind(value)}, not a text")
    return value[:40]


def _kind(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    kinds = {dict: "an object", str: "a text", bool: "a truth value", type(None): "null"}
    return kinds.get(type(value), f"{str(value)[:30]}")
