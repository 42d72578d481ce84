"""One race as the report needs it: the JSON object and the arrays of its figures, kept by content."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from numerics.data import Problem, load_problem
from numerics.early_race.result import EarlyRace
from numerics.race import RaceResult, run_race
from proofs_check import cache
from proofs_check.report.race_arrays import RaceArrays
from proofs_check.report.race_growth import growth

NUMERICS = Path(__file__).resolve().parents[2] / "numerics"
TIMELINE_CAP = 1_000_000


@dataclass(frozen=True)
class RaceOptions:
    """What fixes a race besides the data."""

    width: int = 300
    scale: float = 1e-3
    loss: str = "logistic"
    eta: float = 0.1
    seed: int = 0
    init: str = "normal"
    level: float = 0.1


@dataclass(frozen=True)
class RaceRecord:
    """A race that was run or kept: `summary` is what `race --json` prints."""

    summary: dict[str, Any]
    arrays: RaceArrays
    cached: bool


def race_record(
    problem: Problem, options: RaceOptions, progress: Callable[[int, float], None] | None = None
) -> RaceRecord:
    """Return the race of these options, from the cache when data, options and code are the same.

    Examples
    --------
    >>> record = race_record(load_problem("iris"), RaceOptions(width=8, eta=0.5))
    >>> record.summary["width"], record.arrays.final.shape
    (8, (8,))
    """
    data = problem.x.tobytes() + problem.y.tobytes() + repr((problem.name, problem.classes, problem.center)).encode()
    name = cache.key("race/3", cache.code_hash(NUMERICS), json.dumps(asdict(options)), cache.digest(data))
    kept = cache.load_bytes(name)
    record = None if kept is None else _unpacked(kept)
    if record is None:
        record = record_of(run_race(problem, **asdict(options), timeline_cap=TIMELINE_CAP, progress=progress))
        cache.store_bytes(name, _packed(record))
    return record


def record_of(result: RaceResult) -> RaceRecord:
    """Return the record of a race that was just run (with a time line)."""
    return RaceRecord(result.to_json(), race_arrays(result), False)


def race_arrays(result: RaceResult) -> RaceArrays:
    """Return the arrays that the figures draw."""
    early, descent = result.early, result.descent
    group = np.full(len(result.v0), -1)
    by_size = sorted(result.groups, key=lambda g: -len(g.members))
    for position, scored in enumerate(by_size):
        if len(scored.members) > 1:
            group[scored.members] = position
    total = np.column_stack([descent.w, descent.v])
    norm = np.linalg.norm(total, axis=1, keepdims=True)
    unit = np.divide(total, norm, out=np.zeros_like(total), where=norm > 0)
    time, neuron, kind = _events(early)
    # A neuron with a negative read-out is driven to the opposite of gamma, so its angle is taken to -gamma.
    cosine = early.cos_start * np.where(descent.v < 0, -1.0, 1.0)
    grown = growth(result, group)
    return RaceArrays(
        loss_time=descent.curve[:, 0] * result.eta,
        loss=descent.curve[:, 1],
        horizon=np.array([early.horizon or 0.0]),
        angle=np.arccos(np.clip(cosine, -1.0, 1.0)),
        early=early.norm_product_start,
        predicted=early.predicted_norm_product,
        final=result.final_norm_product,
        group=group,
        cosine=unit @ unit.T,
        event_time=time,
        event_neuron=neuron,
        event_kind=kind,
        growth_time=grown.time,
        growth_neuron=grown.neuron,
        growth_predicted=grown.predicted,
        growth_descent=grown.descent,
    )


def _events(early: EarlyRace) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gate events as arrays."""
    kinds = {"on": 0, "off": 1, "slide": 2, "release on": 3, "release off": 3}
    events = [event for event in early.timeline if event.kind in kinds]
    return (
        np.array([event.time for event in events]),
        np.array([event.neuron for event in events], dtype=int),
        np.array([kinds[event.kind] for event in events], dtype=int),
    )


def _packed(record: RaceRecord) -> bytes:
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {field.name: getattr(record.arrays, field.name) for field in fields(RaceArrays)}
    np.savez_compressed(buffer, summary=np.frombuffer(json.dumps(record.summary).encode(), dtype=np.uint8), **arrays)
    return buffer.getvalue()


def _unpacked(content: bytes) -> RaceRecord | None:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            summary = json.loads(stored["summary"].tobytes().decode())
            return RaceRecord(summary, RaceArrays(**{f.name: stored[f.name] for f in fields(RaceArrays)}), True)
    except (OSError, ValueError, KeyError, EOFError):
        return None


__all__ = ["RaceOptions", "RaceRecord", "load_problem", "race_arrays", "race_record", "record_of"]
