"""One certificate, as an object, as text or in a file, to its verdict."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from proofs_check.checker.counterexample import refute, standing
from proofs_check.checker.cover import cover
from proofs_check.checker.fields import fields
from proofs_check.checker.intervals import Value
from proofs_check.checker.limits import MAX_DIGITS, MAX_JSON, SECONDS, Clock, Reject, need
from proofs_check.checker.proof import prove
from proofs_check.checker.squares import prove_with_steps
from proofs_check.checker.statement import Statement


@dataclass(frozen=True)
class Result:
    """The verdict on a certificate: accepted or not, and why in one line."""

    accepted: bool
    reason: str


def _replay(certificate: object) -> str:
    need(isinstance(certificate, dict), "a certificate is not an object")
    assert isinstance(certificate, dict)
    more = {"counterexample": ("point", "why"), "proof": ("hints",), "chain": ("links",), "squares": ("steps",)}
    more["cover"] = ("names", "cases")
    kind = certificate.get("kind")
    need(isinstance(kind, str) and kind in more, "a certificate has an unknown kind")
    optional = ("hints",) if kind == "chain" else ()
    fields(certificate, "a certificate", ("format", "statement", "kind", *more[str(kind)]), optional)
    need(certificate["format"] == "raceproof-certificate/1", "a certificate has an unknown format")
    statement = Statement(certificate["statement"], Clock(SECONDS))
    decide = {"counterexample": refute, "squares": prove_with_steps, "cover": cover}.get(str(kind), prove)
    return decide(statement, certificate)


def replay(certificate: object) -> Result:
    """Replay a certificate: accept it, or reject it with a reason; never raise.

    Examples
    --------
    >>> statement = {"text": "x**2 >= x", "variables": {"x": "real"}}
    >>> replay({"format": "raceproof-certificate/1", "statement": statement,
    ...         "kind": "counterexample", "point": {"x": "1/2"}, "why": "false"}).accepted
    True
    """
    try:
        result = Result(True, _replay(certificate))
    except Reject as failure:
        result = Result(False, str(failure))
    except (RecursionError, MemoryError):
        result = Result(False, "the certificate is nested too deeply or too large")
    except Exception as failure:  # a defect of the checker must not look like a verdict: it rejects
        result = Result(False, f"the checker failed on this certificate ({type(failure).__name__})")
    return replace(result, reason=" ".join(ascii(result.reason)[1:-1].split()))


def truth_at(certificate: dict[str, Any]) -> tuple[bool | str, bool | str, list[Value]]:
    """Return the truth of domain and claim at a certificate's point, in the checker's own reading of the statement.

    True, False, "undefined" or "undecided"; then enclosures of left - right for every relation of the claim. What other
    engines prove counts only when their reading agrees with this.

    Raises
    ------
    Reject
        When the statement or the point cannot be read.

    Examples
    --------
    >>> statement = {"text": "x**2 >= x", "variables": {"x": "real"}}
    >>> truth_at({"statement": statement, "point": {"x": "2"}})
    (True, True, [(Fraction(2, 1), Fraction(2, 1))])
    """
    return standing(Statement(certificate["statement"], Clock(SECONDS)), certificate)


def replay_text(text: str) -> Result:
    """Replay a certificate given as JSON text; see `replay`."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len({key for key, _ in pairs}) == len(pairs), "the JSON has a key twice")
        return dict(pairs)

    def no_number(text: str) -> Any:
        raise Reject(f"the JSON has the number {text[:20]}: numbers are whole or strings p/q")

    def whole(text: str) -> int:
        need(len(text) <= MAX_DIGITS, "the JSON has a number that is too long")
        return int(text)

    try:
        need(isinstance(text, str) and len(text) <= MAX_JSON, "the JSON is not text or too long")
        return replay(
            json.loads(text, object_pairs_hook=unique, parse_float=no_number, parse_int=whole, parse_constant=no_number)
        )
    except Reject as failure:
        return Result(False, " ".join(ascii(str(failure))[1:-1].split()))
    except (ValueError, RecursionError, MemoryError):
        return Result(False, "the text is not JSON")


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay the certificates in the files named; 0 if all are accepted."""
    names = list(sys.argv[1:] if arguments is None else arguments)
    accepted = bool(names)
    for name in names:
        try:
            with open(name, encoding="utf-8") as file:
                result = replay_text(file.read(MAX_JSON + 1))
        except (OSError, ValueError) as failure:
            result = Result(False, f"the file cannot be read ({type(failure).__name__})")
        accepted &= result.accepted
        sys.stdout.write(f"{name}: ACCEPTED\n" if result.accepted else f"{name}: REJECTED {result.reason}\n")
    if not names:
        sys.stderr.write("usage: python -m proofs_check.checker FILE...\n")
    return 0 if accepted else 1
