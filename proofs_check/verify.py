"""Verify lemmas: every claim and every twin through the ladder, in parallel, with results kept by content."""

from __future__ import annotations

import ast
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from proofs_check import cache
from proofs_check.engines.installed import installed
from proofs_check.examine import ClaimResult, Effort, examine
from proofs_check.ladder.witness import outside
from proofs_check.language.errors import ClaimError
from proofs_check.language.names import RESERVED
from proofs_check.language.parse import parse
from proofs_check.language.statement import Statement
from proofs_check.lemma import Claim, Lemma
from proofs_check.licence.examine import examine_licence
from proofs_check.pointing import at_claim
from proofs_check.profiles import USUAL
from proofs_check.registry import is_packaged, with_uses
from proofs_check.result import DEFAULT_LEVEL, TOP_RUNG
from proofs_check.running import Progress, Running
from proofs_check.scope import scope
from proofs_check.trajectory.examine import examine_trajectory
from proofs_check.used.needed import with_used
from proofs_check.verdict import OPEN, PROVED, REFUTED, limited_by, limiting, worst
from proofs_check.workers import in_parallel

MOTION = [Path(__file__).resolve().parents[1] / part for part in ("numerics", "theory")]  # what trajectories run
CLAIM_EFFORT = Effort(seconds=1.0, candidates=120)
TWIN_EFFORT = Effort(seconds=4.0, candidates=1_500, sympy=False)
EFFORTS = {  # how hard to look at what should hold, and at what should fall; a verdict means the same in each
    "quick": (Effort(0.5, 100, sympy=False, limit=20.0), Effort(2.0, 800, sympy=False, limit=20.0)),
    USUAL: (CLAIM_EFFORT, TWIN_EFFORT),
    "deep": (Effort(10.0, 4_000, limit=600.0), Effort(30.0, 15_000, sympy=False, limit=600.0)),
}
NOT_REVIEWED = "not yet reviewed by its author (reviewed = false in its file)"


@dataclass(frozen=True)
class LemmaResult:
    """The verdict on a lemma: the worst of its claims, never better than what it uses."""

    data: dict[str, Any]

    @property
    def verdict(self) -> str:
        """The verdict."""
        return self.data["verdict"]

    @property
    def expected(self) -> bool:
        """True when every claim has its expected verdict and every twin is refuted."""
        return self.data["expected"]

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of `verify --json`."""
        return self.data

    def _repr_html_(self) -> str:
        from proofs_check.notebook import lemma_html

        return lemma_html(self.data)

    def _repr_latex_(self) -> str | None:
        from proofs_check.notebook import statement_latex

        return statement_latex(self.data["statement"])


def verify_lemmas(
    lemmas: Sequence[Lemma],
    jobs: int = 1,
    level: int = DEFAULT_LEVEL,
    progress: Progress | None = None,
    use_cache: bool = True,
    profile: str = USUAL,
) -> list[LemmaResult]:
    """Examine the lemmas (and what they use, for their verdicts) and return one result for each, in the order given.

    Parameters
    ----------
    lemmas : the lemmas asked for.
    jobs : worker processes; 1 works in this process.
    level : the highest rung to try (1: search only, 3: normal forms, 6: with the small checker).
    progress : called with (done, total, names of the lemmas being worked on) at the start and after each lemma.
    use_cache : read and keep results by content.
    profile : how hard to look: quick, ci or deep.

    Raises
    ------
    LemmaError
        When a lemma file cannot be used: with the file and the claim.
    """
    ordered = with_uses(lemmas)
    keys = {lemma.name: _key(lemma, level, profile) for lemma in ordered}
    parts: dict[str, dict[str, Any]] = {}
    missing: list[Lemma] = []
    for lemma in ordered:
        kept = cache.load(keys[lemma.name]) if use_cache else None
        if kept is None:
            missing.append(lemma)
        else:
            parts[lemma.name] = {**kept, "cached": True}
    running = Running(progress, [lemma.name for lemma in missing], len(ordered), jobs)

    def finished(lemma: Lemma, part: dict[str, Any]) -> None:
        if use_cache:
            cache.store(keys[lemma.name], part)
        parts[lemma.name] = {**part, "cached": False}
        running.finished(lemma.name)

    if jobs > 1 and len(missing) > 1:
        tasks = {lemma.name: (lemma, level, profile) for lemma in missing}
        in_parallel(examine_lemma, tasks, min(jobs, len(missing)), finished)
    else:
        for lemma in missing:
            finished(lemma, examine_lemma(lemma, level, profile))
    verdicts: dict[str, str] = {}
    results: dict[str, LemmaResult] = {}
    for lemma in ordered:
        results[lemma.name] = _combine(lemma, parts[lemma.name], verdicts)
        verdicts[lemma.name] = results[lemma.name].verdict
    return [results[lemma.name] for lemma in lemmas]


def _key(lemma: Lemma, level: int, profile: str) -> str:
    """Return the content hash of a lemma's results; those about a trajectory depend on the integrators too."""
    engines = [cache.code_hash(part) for part in MOTION] if lemma.trajectory is not None else []
    effort = [] if profile == USUAL else [f"profile {profile}"]
    return cache.key("verify/1", lemma.text, str(level), *installed(level), *engines, *effort)


def examine_lemma(lemma: Lemma, level: int = DEFAULT_LEVEL, profile: str = USUAL) -> dict[str, Any]:
    """Return the results of a lemma's own claims and twins (uses not yet counted)."""
    start = time.perf_counter()
    if lemma.trajectory is not None:
        return _examine_trajectory(lemma, level)
    claims = [examine_claim(lemma, claim, level, profile) for claim in lemma.claims]
    twins = [examine_claim(lemma, twin, level, profile) for twin in lemma.twins]
    licence = examine_licence(lemma, level)
    return {
        "claims": [with_used(c.to_json()) for c in claims],
        "twins": [t.to_json() for t in twins],
        "licence": None if licence is None else licence.to_json(),
        "seconds": round(time.perf_counter() - start, 3),
    }


def _examine_trajectory(lemma: Lemma, level: int) -> dict[str, Any]:
    try:
        claims, twins, said = examine_trajectory(lemma, level)
    except ClaimError as error:
        raise at_claim(error, lemma) from None
    return {
        "claims": [with_used(c.to_json()) for c in claims],
        "twins": [t.to_json() for t in twins],
        "seconds": said["trajectory"]["seconds"],
        **said,
    }


def examine_claim(lemma: Lemma, claim: Claim, level: int = DEFAULT_LEVEL, profile: str = USUAL) -> ClaimResult:
    """Examine one claim or twin of a lemma (not of one about a trajectory, whose claims share an enclosure).

    Raises
    ------
    LemmaError
        When the claim is not in the claim language: with the file and the claim.
    """
    holds, falls = EFFORTS[profile]
    effort = replace(falls if claim.expect == REFUTED else holds, level=level)
    try:
        return examine(claim.statement, lemma.witness, claim.steps, claim.hints, effort, claim.name, claim.expect)
    except ClaimError as error:
        raise at_claim(error, lemma, claim) from None


def examine_one(lemma: Lemma, kind: str, number: int, profile: str = USUAL) -> dict[str, Any]:
    """Return the result of one claim or twin of a lemma, from the lemma's kept results when there are any.

    Parameters
    ----------
    kind : "claims" or "twins".    number : which of them, from 0.

    Raises
    ------
    LemmaError
        When the claim is not in the claim language: with the file and the claim.
    """
    key = _key(lemma, DEFAULT_LEVEL, profile)
    part = cache.load(key)
    if part is None and lemma.trajectory is not None:  # its claims share one enclosure
        part = examine_lemma(lemma, DEFAULT_LEVEL, profile)
        cache.store(key, part)
    if part is not None:
        result = part[kind][number]
    else:
        claims = lemma.claims if kind == "claims" else lemma.twins
        result = examine_claim(lemma, claims[number], DEFAULT_LEVEL, profile).to_json()
    return result if lemma.reviewed or kind == "twins" else capped(result)


def licence_of(lemma: Lemma, profile: str = USUAL) -> dict[str, Any]:
    """Return what was found of the licence that a lemma asks for, from the lemma's kept results when there are any.

    Raises
    ------
    ValueError
        When the lemma asks for none.
    """
    kept = cache.load(_key(lemma, DEFAULT_LEVEL, profile))
    found = kept["licence"] if kept is not None else None
    if found is None:
        licence = examine_licence(lemma, DEFAULT_LEVEL)
        if licence is None:
            raise ValueError(f"{lemma.name} asks for no licence: it has no [general] table")
        found = licence.to_json()
    return found


def capped(claim: dict[str, Any]) -> dict[str, Any]:
    """Return a claim's result as it counts in a lemma that its author has not reviewed: at most OPEN.

    Examples
    --------
    >>> capped({"verdict": "PROVED", "expect": "PROVED", "expected": True, "level": 6})["verdict"]
    'OPEN'
    """
    verdict = limited_by(claim["verdict"], [OPEN])
    if verdict == claim["verdict"]:
        return claim
    return {**claim, "verdict": verdict, "level": 0, "expected": verdict == claim["expect"], "reason": NOT_REVIEWED}


def _combine(lemma: Lemma, part: dict[str, Any], verdicts: dict[str, str]) -> LemmaResult:
    if not lemma.reviewed:
        part = {**part, "claims": [capped(claim) for claim in part["claims"]]}
    own = worst([claim["verdict"] for claim in part["claims"]])
    used = {name: verdicts[name] for name in lemma.uses}
    verdict = limited_by(own, list(used.values()))
    level = min((claim["level"] for claim in part["claims"]), default=0)
    expected = all(c["expected"] for c in part["claims"]) and all(t["expected"] for t in part["twins"])
    licence = part.get("licence")
    expected = expected and (licence is None or licence["granted"])
    witness_outside = outside(part["claims"])
    expected = expected and not witness_outside
    wanted = worst([claim.expect for claim in lemma.claims])
    base = lemma.claims[0].statement
    flow_used = any("d(" in c.statement.text or any("d(" in t for _, t in c.statement.define) for c in lemma.claims)
    return LemmaResult(
        {
            "name": lemma.name,
            "title": lemma.title,
            "packaged": is_packaged(lemma),
            "source": lemma.source,
            "statement": lemma.statement,
            "scope": part.get("scope") or scope(base, flow_used=flow_used, licence=licence),
            "licence": licence,
            "assumes": list(lemma.assumes),
            "uses": list(lemma.uses),
            "hypotheses": list(lemma.hypotheses),
            "variables": base.variables,
            "network": base.network,
            "trajectory": part.get("trajectory"),
            "define": [list(pair) for pair in base.define],
            "verdict": verdict,
            "level": level,
            "limited_by": limiting(own, used),
            "witness_outside": witness_outside,
            "expected": expected and verdict == wanted,
            "has_twins": bool(lemma.twins),
            "seconds": part["seconds"],
            "cached": part["cached"],
            "certificate": None,
            "claims": part["claims"],
            "twins": part["twins"],
        }
    )


def decide(text: str, conditions: Sequence[str] = (), seconds: float = 20.0) -> ClaimResult:
    """Search one claim for a proof and a counterexample; every free name is a real variable.

    Raises
    ------
    ClaimError
        When the claim or a condition is not in the claim language.
    ValueError
        When the conditions are one text and not a list of texts.

    Examples
    --------
    >>> result = decide("tanh(x) >= x - x**3/4", ["0 <= x <= 1"])
    >>> result.verdict, result.counterexample
    ('REFUTED', {'x': '1/2'})
    """
    if isinstance(conditions, str):  # a text is a sequence too: of letters
        raise ValueError(f"conditions={conditions!r} must be a list of texts: write [{conditions!r}]")
    names: dict[str, None] = {}
    for part in (text, *conditions):
        for name in free_names(part):
            names[name] = None
    statement = Statement(text, dict.fromkeys(names, "real"), tuple(conditions))
    effort = Effort(seconds / 8, 400, level=TOP_RUNG, limit=6 * seconds, outside=max(seconds / 4, 1.0), race=True)
    return examine(statement, None, (), (), effort, "claim", PROVED)


def free_names(text: str) -> list[str]:
    """Return the names in an expression that stand for variables, in order of appearance.

    Examples
    --------
    >>> free_names("tanh(x) + sum(k*y for k in range(3)) < pi")
    ['x', 'y']
    """
    tree = parse(text)
    bound = {
        g.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.GeneratorExp)
        for g in node.generators
        if isinstance(g.target, ast.Name)
    }
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called]
    names.sort(key=lambda n: n.col_offset)
    return list(dict.fromkeys(n.id for n in names if n.id not in bound and n.id not in RESERVED))


def jobs_available() -> int:
    """Return the number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
