"""What is not as expected about a lemma, in plain lines: each names the claim, its counterexample or the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from proofs_check.report.failing import how_it_fails
from proofs_check.report.lemma_notes import lemma_notes
from proofs_check.report.numbers import numbers_at
from proofs_check.report.views import point_items


def unexpected_lines(lemma: Mapping[str, Any]) -> list[str]:
    """Return a line for each claim, twin, licence and note for which a lemma is not as expected.

    Examples
    --------
    >>> claim = {"name": "claim 1", "text": "x > 0", "verdict": "OPEN", "expect": "PROVED", "reason": "no time"}
    >>> unexpected_lines({"claims": [claim], "twins": []})
    ['claim 1: x > 0 is OPEN, not PROVED: no time']
    """
    claims = [*lemma["claims"], *lemma["twins"]]
    lines = [f"{_called(claim)}{claim['text']} is {_found(claim)}" for claim in claims if not as_expected(claim)]
    licence = lemma.get("licence")
    if licence and not licence["granted"]:
        lines.append(f"no licence ({licence['kind']}): {licence['reason']}")
    return lines + lemma_notes(lemma)


def as_expected(claim: Mapping[str, Any]) -> bool:
    """Say whether a claim or twin has its expected verdict, and the steps of its proof theirs.

    Examples
    --------
    >>> as_expected({"verdict": "PROVED", "expect": "PROVED", "expected": False})
    False
    """
    return claim["verdict"] == claim["expect"] and claim.get("expected", True)


def why(claim: Mapping[str, Any]) -> str:
    """Return where a claim fails, with its values put in, or why it is not decided.

    Examples
    --------
    >>> why({"counterexample": {"x": "0"}, "reason": "", "numbers": [{"left": "0", "relation": ">", "right": "1"}]})
    'false at x = 0, where it says 0 > 1'
    """
    if claim.get("counterexample") is None:
        return claim.get("reason") or ""
    point = ", ".join(f"{name} = {value}" for name, value in point_items(claim["counterexample"])) or "every point"
    numbers = claim["numbers"] if "numbers" in claim else numbers_at(claim.get("certificate"))
    there = " and ".join(f"{part['left']} {part['relation']} {part['right']}" for part in numbers)
    has = ", ".join(f"{name} = {value}" for name, value in claim.get("quantities", {}).items())
    where = f"{point}, with {has}" if has else point
    return f"{how_it_fails(claim)} at {where}" + (f", where it says {there}" if there else "")


def _called(claim: Mapping[str, Any]) -> str:
    return f"{claim['name']}: " if claim.get("name") else ""


def _found(claim: Mapping[str, Any]) -> str:
    expected = "" if claim["verdict"] == claim["expect"] else f", not {claim['expect']}"
    reason = why(claim)
    return f"{claim['verdict']}{expected}" + (f": {reason}" if reason else "")
