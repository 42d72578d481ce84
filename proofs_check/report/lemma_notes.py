"""What there is to say about a lemma as a whole, beside the verdicts on its claims; a line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def lemma_notes(lemma: Mapping[str, Any]) -> list[str]:
    """Return why a lemma is not as good as its claims, in words.

    Examples
    --------
    >>> lemma_notes({"limited_by": [{"name": "a", "verdict": "OPEN"}, {"name": "b", "verdict": "OPEN"}]})
    ['limited by a, which is OPEN, and by b, which is OPEN']
    """
    limits = [f"by {used['name']}, which is {used['verdict']}" for used in lemma.get("limited_by") or ()]
    notes = [f"limited {', and '.join(limits)}"] if limits else []
    return [*notes, lemma["witness_outside"]] if lemma.get("witness_outside") else notes
