"""`raceproof prove`: look for a proof of one claim."""

from __future__ import annotations

import argparse

from proofs_check.cli import claim

SUMMARY = "decide one claim; exit 0 when it is proved"
EXAMPLE = 'raceproof prove "cosh(t)**2 - sinh(t)**2 == 1"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `prove`."""
    claim.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Decide the claim; PROVED, or CERTIFIED on its stated domain, is what was asked for."""
    return claim.run(arguments, wanted=frozenset({"PROVED", "CERTIFIED"}))
