"""`raceproof refute`: look for an exact counterexample of one claim."""

from __future__ import annotations

import argparse

from proofs_check.cli import claim

SUMMARY = "decide one claim; exit 0 when an exact counterexample is found"
EXAMPLE = 'raceproof refute "tanh(x) >= x - x**3/4" --for "0 <= x <= 1"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `refute`."""
    claim.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Decide the claim; only REFUTED is what was asked for."""
    return claim.run(arguments, wanted=frozenset({"REFUTED"}))
