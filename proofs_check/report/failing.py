"""How a claim fails at its counterexample, in words: it is false there, or it is undefined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def how_it_fails(claim: Mapping[str, Any]) -> str:
    """Return "undefined" or "false": what a refuted claim is at its counterexample.

    Examples
    --------
    >>> how_it_fails({"reason": "undefined at x = 0"}), how_it_fails({"reason": ""})
    ('undefined', 'false')
    """
    return "undefined" if (claim.get("reason") or "").startswith("undefined") else "false"
