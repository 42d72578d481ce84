"""Licences of a lemma: what has to be proved goes up the ladder, and all of it must be proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofs_check.evidence.derivation import TookTooLong, time_limit
from proofs_check.examine import examine
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.lemma import Claim, Lemma
from proofs_check.licence import finite_support, induction
from proofs_check.licence.closed_form import closed_form_parts
from proofs_check.licence.indexed import Refused
from proofs_check.licence.invariant import invariant_parts
from proofs_check.licence.table import CLOSED_FORM, FINITE_SUPPORT, INDUCTION, INVARIANT, General
from proofs_check.result import DEFAULT_LEVEL, ClaimResult, Effort
from proofs_check.verdict import PROVED

EFFORT = Effort(seconds=0.3, candidates=40, sympy=False, limit=60.0)
READING = 20.0
PRINCIPLES = {INDUCTION: induction.parts, INVARIANT: invariant_parts, CLOSED_FORM: closed_form_parts}


@dataclass(frozen=True)
class Licence:
    """Whether a lemma holds for every size, why not, and the checks it rests on.

    Attributes
    ----------
    granted : every check is proved and the theorem covers every claim.
    kind : `finite support`, `induction`, `invariant` or `closed form`.
    reason : why it is refused; empty when granted.
    least : by axis, the smallest size covered.
    checked : finite support: by key of `[network]`, the largest size that was checked.
    claim : what holds after every number of steps, or always along the flow; a closed form: the solution.
    start : where the steps or the flow start; empty when an invariant is meant from every start in it.
    motion : the map or the flow that it goes along.
    vectors : the vector variables that grow with a size.
    checks : the claims that the ladder examined.
    """

    granted: bool
    kind: str
    reason: str
    least: dict[str, int]
    checked: dict[str, int]
    claim: str
    start: str
    motion: str
    vectors: dict[str, str]
    checks: tuple[ClaimResult, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of `verify --json`."""
        return {
            "granted": self.granted,
            "kind": self.kind,
            "reason": self.reason,
            "least": self.least,
            "checked": self.checked,
            "claim": self.claim,
            "start": self.start,
            "motion": self.motion,
            "vectors": self.vectors,
            "checks": [check.to_json() for check in self.checks],
        }


def examine_licence(lemma: Lemma, level: int = DEFAULT_LEVEL) -> Licence | None:
    """Decide the licence that a lemma asks for; None when it asks for none.

    Guarantee: when granted, every claim of the lemma (for the other kinds, its general claim) holds for every size from
    `least` on, on the scope of the lemma otherwise; each check has its own certificate.
    """
    general = lemma.general
    if general is None:
        return None
    least: dict[str, int] = {}
    tops: dict[str, int] = {}
    checks: list[ClaimResult] = []
    reason = ""
    statement = lemma.claims[0].statement
    try:
        if general.licence == FINITE_SUPPORT:
            _finite_support(lemma, general, level, least, tops, checks)
        else:
            _along_motion(lemma, general, level, checks)
    except RecursionError:
        reason = "it is nested too deeply"
    except (Refused, ClaimError) as refusal:
        reason = str(refusal) or type(refusal).__name__
    closed = {name: text for name, text in statement.define if name in general.flow}
    found = (general.claim or _equations(closed), _equations(general.start), _motion(statement, general))
    return Licence(not reason, general.licence, reason, least, tops, *found, general.vectors, tuple(checks))


def _motion(statement: Statement, general: General) -> str:
    if general.licence == INDUCTION:
        return _equations({f"next({name})": text for name, text in statement.step.items()})
    rates = {INVARIANT: statement.flow, CLOSED_FORM: general.flow}.get(general.licence, {})
    return _equations({f"{name}'": text for name, text in rates.items()})


def _equations(values: dict[str, str]) -> str:
    return ", ".join(f"{name} = {text}" for name, text in values.items())


def _finite_support(
    lemma: Lemma,
    general: General,
    level: int,
    least: dict[str, int],
    tops: dict[str, int],
    checks: list[ClaimResult],
) -> None:
    for name in general.squares:
        if name not in [claim.name for claim in lemma.claims]:
            raise Refused(f"squares names {name!r}, which is no claim of the lemma")
    for claim in lemma.claims:
        try:
            with time_limit(READING):
                sizes = finite_support.needed(claim.statement, general, general.squares.get(claim.name))
        except TookTooLong:
            raise Refused(f"{claim.name}: its sizes were not found within {READING:g} s") from None
        except Refused as refusal:
            raise Refused(f"{claim.name}: {refusal}") from None
        for choice in sizes.checked:
            at = finite_support.restated(claim.statement, general, choice, sizes.identity)
            shown = ", ".join(f"{key} {size}" for key, size in choice.items())
            _prove(at, f"{claim.name} at {shown}", claim, level, checks)
            for key, size in choice.items():
                tops[key] = max(size, tops.get(key, 0))
        for axis, size in sizes.least.items():
            least[axis] = max(size, least.get(axis, 0))


def _along_motion(lemma: Lemma, general: General, level: int, checks: list[ClaimResult]) -> None:
    for part in PRINCIPLES[general.licence](lemma.claims[0].statement, general):
        _prove(part.statement, part.name, None, level, checks, general.hints)


def _prove(
    statement: Statement,
    name: str,
    claim: Claim | None,
    level: int,
    checks: list[ClaimResult],
    hints: Sequence[str] = (),
) -> None:
    """Prove one check or refuse the licence."""
    if claim is not None and claim.expect != PROVED:
        raise Refused(f"{claim.name} is not expected to be proved")
    result = examine(statement, None, (), hints, Effort(**{**vars(EFFORT), "level": level}), name)
    checks.append(result)
    if result.verdict != PROVED:
        raise Refused(f"{name} is {result.verdict}: {result.reason or result.counterexample or 'not proved'}")


__all__ = ["Licence", "examine_licence"]
