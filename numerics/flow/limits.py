"""Bounds on the work of one flow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds on one flow: events, steps, bytes of dense output and seconds; reaching one ends it with a reason."""

    events: int = 10_000
    steps: int = 1_000_000
    bytes: int = 2**31
    seconds: float = 3600.0
