"""Audit many lemmas: in worker processes, with results kept by content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from proofs_check import cache
from proofs_check.lemma import Lemma
from proofs_check.repair.audit import audit_lemma
from proofs_check.running import Progress, Running
from proofs_check.verdict import PROVED
from proofs_check.verify import verify_lemmas
from proofs_check.workers import in_parallel

Finished = Callable[[Lemma, dict[str, Any]], None]


def audit_lemmas(
    lemmas: Sequence[Lemma], jobs: int = 1, progress: Progress | None = None, use_cache: bool = True
) -> list[dict[str, Any]]:
    """Verify the lemmas and audit each, in the order given; only claims that come out PROVED are audited.

    Parameters
    ----------
    jobs : worker processes; 1 works in this process.
    progress : called with (done, total, names of the lemmas being worked on), while verifying, then while auditing.
    use_cache : read and keep results by content.

    Raises
    ------
    LemmaError
        When a lemma file cannot be used.

    Examples
    --------
    >>> from proofs_check.registry import find
    >>> audit_lemmas(find(["dead_neuron_const"]), use_cache=False)[0]["drops"][0]["outcome"]
    'needed'
    """
    results = verify_lemmas(lemmas, jobs=jobs, progress=progress, use_cache=use_cache)
    verdicts = {
        lemma.name: [claim["verdict"] for claim in result.to_json()["claims"]]
        for lemma, result in zip(lemmas, results, strict=True)
    }
    keys = {lemma.name: cache.key("audit/1", lemma.text, *verdicts[lemma.name]) for lemma in lemmas}
    kept = {lemma.name: cache.load(keys[lemma.name]) if use_cache else None for lemma in lemmas}
    audits = {name: {**value, "cached": True} for name, value in kept.items() if value is not None}
    missing = [lemma for lemma in lemmas if lemma.name not in audits]

    running = Running(progress, [lemma.name for lemma in missing], len(lemmas), jobs)

    def finished(lemma: Lemma, audit: dict[str, Any]) -> None:
        if use_cache:
            cache.store(keys[lemma.name], audit)
        audits[lemma.name] = {**audit, "cached": False}
        running.finished(lemma.name)

    if jobs > 1 and len(missing) > 1:
        tasks = {lemma.name: (lemma, verdicts[lemma.name]) for lemma in missing}
        in_parallel(audit_lemma, tasks, min(jobs, len(missing)), finished)
    else:
        for lemma in missing:
            finished(lemma, audit_lemma(lemma, verdicts[lemma.name]))
    return [
        {**audits[lemma.name], "verdicts": verdicts[lemma.name], "unproved": _unproved(lemma, verdicts[lemma.name])}
        for lemma in lemmas
    ]


def _unproved(lemma: Lemma, verdicts: list[str]) -> list[str]:
    """Return the claims that should be PROVED and are not: they could not be audited."""
    pairs = zip(lemma.claims, verdicts, strict=True)
    return [claim.name for claim, verdict in pairs if claim.expect == PROVED and verdict != PROVED]
