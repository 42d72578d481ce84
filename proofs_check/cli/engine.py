"""Every call from the command line into the verifier, in one place; imported only when a command runs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

from proofs_check.cli.output import Progress

VERIFY_SCHEMA = "raceproof-verify/1"
CLAIM_SCHEMA = "raceproof-claim/1"
DEFAULT_LEVEL, TOP_LEVEL = 6, 7
VERDICT_ORDER = ("PROVED", "CERTIFIED", "SUPPORTED", "OPEN", "VACUOUS", "REFUTED")


def find_lemmas(names: Sequence[str]) -> list[Any]:
    """Return the lemmas named, or in the files and folders named; the packaged suite when nothing is."""
    from proofs_check.registry import find

    return find(list(names))


def verify_suite(
    names: Sequence[str],
    jobs: int | None = None,
    level: int = DEFAULT_LEVEL,
    use_cache: bool = True,
    profile: str | None = None,
) -> dict[str, Any]:
    """Verify lemmas, as hard as the profile or their folder's settings say, and return what `verify --json` prints."""
    from proofs_check.project import find_project
    from proofs_check.verify import jobs_available, verify_lemmas

    keep_search_files_out_of_the_way()
    lemmas = find_lemmas(names)
    profile = profile or find_project(names).profile
    progress = Progress("verifying")
    try:
        results = verify_lemmas(
            lemmas, jobs or jobs_available(), level, progress=progress, use_cache=use_cache, profile=profile
        )
    finally:
        progress.close()
    return suite_json([result.to_json() for result in results])


def suite_json(lemmas: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the versioned object of a verified suite: a count per verdict, then the lemmas.

    Examples
    --------
    >>> suite_json([{"verdict": "PROVED"}])["summary"]
    {'PROVED': 1}
    """
    counts = Counter(lemma["verdict"] for lemma in lemmas)
    summary = {verdict: counts[verdict] for verdict in VERDICT_ORDER if counts[verdict]}
    return {"schema": VERIFY_SCHEMA, "summary": summary, "lemmas": lemmas}


def decide_claim(text: str, conditions: Sequence[str], seconds: float) -> dict[str, Any]:
    """Search for a proof and for a counterexample of one claim; return what `refute --json` prints."""
    from proofs_check.verify import decide

    keep_search_files_out_of_the_way()
    result = decide(text, list(conditions), seconds)
    return {"schema": CLAIM_SCHEMA, "conditions": list(conditions), **result.to_json()}


def cache_problem() -> str:
    """Return why results cannot be kept, "" when they can."""
    from proofs_check import cache

    return cache.problem()


def keep_search_files_out_of_the_way() -> None:
    """Let Hypothesis, also in worker processes, write beside our cache and not into the user's folder."""
    from proofs_check import cache

    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(cache.folder() / "hypothesis"))


def replay_certificate(certificate: dict[str, Any]) -> tuple[bool, str]:
    """Re-check one certificate: accepted or not, and what to know about it.

    The small checker decides those of claims. It cannot enclose a flow: a certificate about a trajectory is enclosed
    again from its own data, to more digits, and says so.
    """
    from proofs_check.checker import replay
    from proofs_check.language.errors import ClaimError
    from proofs_check.trajectory.certificate import FORMAT

    if certificate.get("format") != FORMAT:
        result = replay(certificate)
        return result.accepted, result.reason
    from proofs_check.trajectory.replay import replayed

    try:
        accepted = replayed(certificate)
    except (ClaimError, ValueError, KeyError, TypeError, AttributeError) as error:
        return False, f"not a certificate about a trajectory: {error}"
    how = "enclosed again to 10 more digits, not by the small checker"
    return accepted, how if accepted else f"{how}: the claim is not excluded"
