"""What the exit codes of `raceproof` mean, and the two errors that a command may raise to choose one."""

from __future__ import annotations

AS_EXPECTED = 0
UNEXPECTED = 1  # something was refuted, rejected or not as expected
UNDECIDED = 2  # under --strict: a verdict is open or only supported
INTERNAL = 3  # a bug of ours
USAGE = 4  # the command line or an input file is wrong
INTERRUPTED = 130  # Ctrl-C, as shells count it

UNDECIDED_VERDICTS = frozenset({"OPEN", "SUPPORTED"})


class UsageError(Exception):
    """The command line or an input file is wrong: one line that says what, where and what to do."""


def of_verdict(verdict: str, wanted: frozenset[str], strict: bool) -> int:
    """Return the exit code of one verdict when only those in ``wanted`` count as expected.

    Examples
    --------
    >>> of_verdict("REFUTED", frozenset({"REFUTED"}), strict=False)
    0
    >>> of_verdict("OPEN", frozenset({"REFUTED"}), strict=True)
    2
    """
    if verdict in wanted:
        return AS_EXPECTED
    if strict and verdict in UNDECIDED_VERDICTS:
        return UNDECIDED
    return UNEXPECTED


def of_suite(lemmas: list[dict], strict: bool, on_supported: str = "expect") -> int:
    """Return the exit code of a verified suite: an unexpected verdict weighs more than an undecided one.

    ``on_supported`` is the setting of the lemmas' folder: "expect", "accept" or "fail" (see `proofs_check.project`).

    Examples
    --------
    >>> of_suite([{"expected": True, "verdict": "PROVED"}, {"expected": True, "verdict": "OPEN"}], strict=True)
    2
    """
    accepts = on_supported == "accept"
    if any(not (lemma["expected"] or (accepts and _only_supported(lemma))) for lemma in lemmas):
        return UNEXPECTED
    if (strict or on_supported == "fail") and any(lemma["verdict"] in UNDECIDED_VERDICTS for lemma in lemmas):
        return UNDECIDED
    return AS_EXPECTED


def _only_supported(lemma: dict) -> bool:
    """Say whether nothing else is wrong with a lemma than claims that are SUPPORTED and should be better."""
    better = ("PROVED", "CERTIFIED")
    claims_pass = all(
        claim["expected"] or (claim["verdict"] == "SUPPORTED" and claim["expect"] in better)
        for claim in lemma["claims"]
    )
    if lemma.get("witness_outside"):
        return False
    return lemma["verdict"] == "SUPPORTED" and claims_pass and all(twin["expected"] for twin in lemma["twins"])
