"""A certificate about a trajectory, enclosed again from its own data."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from proofs_check.evidence.balls import precision
from proofs_check.trajectory.certificate import FORMAT, statement_of
from proofs_check.trajectory.decide import FAILS, decide
from proofs_check.trajectory.enclose import Enclose, enclose
from proofs_check.trajectory.examine import Enclosed
from proofs_check.trajectory.outcomes import within
from proofs_check.trajectory.table import read_trajectory


def replayed(certificate: Mapping[str, Any], more_digits: int = 10, run: Enclose = enclose) -> bool:
    """Return True when an enclosure from the certificate's start, to more digits, excludes its claim again.

    Raises
    ------
    ClaimError
        When the certificate is not of this format, or its texts are not in the claim language.

    Examples
    --------
    >>> replayed({"format": "something else"})
    False
    """
    if certificate.get("format") != FORMAT or certificate.get("kind") != "counterexample":
        return False
    trajectory = read_trajectory(certificate["trajectory"], certificate["relu_at_zero"])
    if not trajectory.single:
        return False
    enclosed = Enclosed(trajectory, run(trajectory, trajectory.digits + more_digits))
    question, _ = enclosed.question(statement_of(certificate), certificate["where"])
    scan, time = enclosed.moments.scan, certificate["t"]
    with precision(enclosed.path.bits):
        if time is None:
            return not question.free and decide(scan, question).outcome == FAILS
        when = Fraction(time)
        found = within(scan.at(question.where, when), lambda: scan.at(question.claim, when))
        return question.free and 0 <= when <= trajectory.until and "true" not in found
