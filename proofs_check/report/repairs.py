"""Repairs of refuted claims as a report keeps them: what is called true has a certificate that replays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from proofs_check import cache
from proofs_check.checker import replay
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.lemma import Lemma
from proofs_check.repair.constants import Constant
from proofs_check.repair.ends import shown
from proofs_check.repair.hypotheses import Extra
from proofs_check.repair.lemma_repair import siblings_of
from proofs_check.repair.repair import Repair, Repaired, repair
from proofs_check.running import Progress, Running
from proofs_check.verdict import PROVED, REFUTED

KEPT = "report-repair/2"
MOST_TRUE, MOST_OPEN = 4, 2


def with_repairs(
    suite: Mapping[str, Any], lemmas: Sequence[Lemma], seconds: float, jobs: int = 1, progress: Progress | None = None
) -> dict[str, Any]:
    """Return what `verify --json` prints with the key `repair` in every refuted claim that has a counterexample.

    Parameters
    ----------
    suite, lemmas : the verified suite and its lemmas; those about a trajectory are left out.
    seconds : for each claim; what is not finished by then is left out.
    jobs : worker processes; 1 works in this process.
    progress : called with (done, total, names of the lemmas being worked on) at the start and after each lemma.

    Guarantee: what stands under `true` is PROVED by a certificate that the small checker accepted twice, the second
    time here, as a proof of exactly that claim under exactly those hypotheses.

    Examples
    --------
    >>> with_repairs({"lemmas": []}, [], 1.0)
    {'lemmas': []}
    """
    read = {lemma.name: lemma for lemma in lemmas}
    tasks = {}
    for verified in suite["lemmas"]:
        lemma = read.get(verified["name"])
        points = [_point(claim) for claim in verified["claims"]]
        if lemma is not None and lemma.trajectory is None and any(point is not None for point in points):
            tasks[lemma.name] = (lemma, points, siblings_of(lemma, lemmas), seconds)
    found = _done(tasks, jobs, progress)
    return {**suite, "lemmas": [_repaired(verified, found.get(verified["name"], [])) for verified in suite["lemmas"]]}


def repairs_of(
    lemma: Lemma, points: Sequence[Mapping[str, Any] | None], siblings: Sequence[str], seconds: float
) -> dict[str, Any]:
    """Return `{"claims": [...]}`: the repair of each claim that has a counterexample, None for the others.

    Examples
    --------
    >>> from pathlib import Path
    >>> from proofs_check.lemma import from_text
    >>> lemma = from_text('[variables]\\nx = "real"\\n[[claim]]\\ntext = "x**2 <= 3"', Path("a.toml"))
    >>> repairs_of(lemma, [{"x": "7/2"}], [], 5.0)["claims"][0]["smallest"]["point"]
    {'x': '2'}
    """
    from hypothesis.errors import HypothesisException  # what a time limit may become inside a search

    from proofs_check.evidence.balls import Undecided, Undefined

    found: list[dict[str, Any] | None] = []
    for claim, point in zip(lemma.claims, points, strict=True):
        try:
            known = None if point is None else repair(claim.statement, point, seconds, siblings)
            found.append(None if known is None else neutral(known, claim.statement))
        except (ClaimError, HypothesisException, Undefined, Undecided):  # a point that cannot be taken up again
            found.append(None)
    return {"claims": found}


def neutral(found: Repair, statement: Statement) -> dict[str, Any]:
    """Return a repair as `report.json` has it: exact numbers as text, and `true` for nothing but replayed proofs.

    Examples
    --------
    >>> neutral(Repair("x > x", (), None, (), (), (), ()), Statement("x > x", {"x": "real"}))["true"]
    []
    """
    true = [item for item in found.changed() if replayed(item, statement)]
    others = [item for item in found.changed() if item not in true]
    least = found.smallest
    return {
        "smallest": None if least is None
        else {"point": dict(least.point), "how": least.how(), "certificate": dict(least.certificate)},
        "fails_on": ["; ".join([region.text(), *region.notes()]) for region in found.regions],
        "true": [{**_said(item), "certificate": item.trial.certificate} for item in true[:MOST_TRUE]],
        "not_proved": [] if true else [{**_said(item), "verdict": item.trial.verdict} for item in others[:MOST_OPEN]],
    }  # fmt: skip


def replayed(item: Repaired, statement: Statement) -> bool:
    """Return True when the changed claim is PROVED and the checker accepts, here and now, its certificate.

    What two solvers or Coq decided without one is not shown as true: a reader could not replay it.
    """
    trial, certificate = item.trial, item.trial.certificate
    if not trial.proved or trial.verdict != PROVED or certificate is None:
        return False
    if certificate.get("kind") == "counterexample":
        return False
    changed = replace(statement, text=trial.text, hypotheses=trial.conditions)
    return certificate.get("statement") == changed.to_json() and replay(dict(certificate)).accepted


def _said(item: Repaired) -> dict[str, Any]:
    trial = item.trial
    said = {
        "change": "with " + " and ".join(item.added) if isinstance(item, Extra) else trial.change,
        "text": trial.text, "conditions": list(trial.conditions), "level": trial.level,
    }  # fmt: skip
    worse = item.worse if isinstance(item, Constant) else None
    if isinstance(item, Constant) and worse is not None and worse.verdict == REFUTED and worse.counterexample:
        said["refuted_with"] = {"value": shown(item.bound), "point": dict(worse.counterexample)}
    return said


def _point(claim: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return claim.get("counterexample") if claim["verdict"] == REFUTED else None


def _repaired(verified: Mapping[str, Any], found: Sequence[dict[str, Any] | None]) -> dict[str, Any]:
    if not found:
        return dict(verified)
    pairs = zip(verified["claims"], found, strict=True)
    return {**verified, "claims": [claim if known is None else {**claim, "repair": known} for claim, known in pairs]}


def _done(
    tasks: Mapping[str, tuple[Any, ...]], jobs: int, progress: Progress | None
) -> dict[str, list[dict[str, Any] | None]]:
    """Return the repairs by lemma, from the cache where they are kept."""
    from proofs_check.workers import in_parallel

    names = {name: cache.key(KEPT, task[0].text, json.dumps(task[1:])) for name, task in tasks.items()}
    found: dict[str, list[dict[str, Any] | None]] = {}
    for name in tasks:
        kept = cache.load(names[name])
        if kept is not None and isinstance(kept.get("claims"), list):
            found[name] = kept["claims"]

    missing = {name: task for name, task in tasks.items() if name not in found}
    running = Running(progress, missing, len(tasks), jobs)

    def finished(lemma: Lemma, result: dict[str, Any]) -> None:
        cache.store(names[lemma.name], result)
        found[lemma.name] = result["claims"]
        running.finished(lemma.name)

    if jobs > 1 and len(missing) > 1:
        in_parallel(repairs_of, missing, min(jobs, len(missing)), finished)
    else:
        for task in missing.values():
            finished(task[0], repairs_of(*task))
    return found
