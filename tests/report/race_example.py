"""A race of 40 neurons for the report, run once a test process."""

from __future__ import annotations

from functools import cache

from numerics.data import load_problem
from numerics.race import run_race
from proofs_check.report.race_record import TIMELINE_CAP, RaceRecord, record_of


@cache
def example_record(seed: int = 0) -> RaceRecord:
    """Return the record of a small race on the iris data."""
    return record_of(run_race(load_problem("iris"), width=40, eta=0.5, seed=seed, timeline_cap=TIMELINE_CAP))
