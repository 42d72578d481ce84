"""One neuron of the exact early race: its data and its state."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

ON, SLIDING, OFF = 1, 0, -1


@dataclass(frozen=True)
class FieldData:
    """The data in a field, see `numerics.exact_race.lines.Lines`.

    ``flat`` marks lines whose gate changes nothing, ``rises`` those that gain by it, ``silent`` whether
    they push nothing when off, and when on; ``rank`` is that of the inputs;
    ``drive`` bounds the drive.
    """

    gram: list[list[Any]]
    push_on: list[Any]
    push_off: list[Any]
    flat: list[bool]
    rises: list[bool]
    silent: list[tuple[bool, bool]]
    rank: int
    drive: Any
    zero: Any


@dataclass
class FieldNeuron:
    """One neuron on its way: ``z``, ``push``, ``gate`` a line; ``travel`` the coefficients of ``w - w0``."""

    z: list[Any]
    push: list[Any]
    gate: list[int]
    v: Any
    square: Any
    travel: list[Any]
    time: Any
    released: list[int] = default(default_factory=list)
    standstill: int = 0
    events: list[tuple[Any, int, str]] = default(default_factory=list)
    ambiguous: int = 0
    slides: int = 0


@dataclass(frozen=True)
class Drive:
    """What follows from the coefficients of gamma: ``c``, ``|gamma|**2``, ``|gamma|``, ``w.gamma``."""

    c: list[Any]
    rate_squared: Any
    rate: Any
    work: Any


class NotUnique(Exception):
    """From this time on the flow is not determined by its equation."""
