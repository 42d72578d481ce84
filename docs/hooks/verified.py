"""What the verifier says about the lemmas that pages show; results come from its cache where they are there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from proofs_check.derived import PREFIX
from proofs_check.lemma import Lemma
from proofs_check.registry import suite
from proofs_check.verdict import REFUTED
from proofs_check.verify import jobs_available, verify_lemmas

NAME = re.compile(r"[a-z][a-z0-9_]+")


@dataclass(frozen=True)
class Verified:
    """Lemmas that pages speak about, and the verifier's result for each.

    Attributes
    ----------
    lemmas : the suite, by name.    results : the JSON object of `verify --json`, by name.
    """

    lemmas: dict[str, Lemma]
    results: dict[str, dict[str, Any]]

    @property
    def fallen(self) -> list[Lemma]:
        """The lemmas with a claim that is stated to be false."""
        return [lemma for lemma in self.lemmas.values() if is_fallen(lemma)]

    @property
    def derived(self) -> list[Lemma]:
        """The derivations of `theory`."""
        return [lemma for name, lemma in self.lemmas.items() if name.startswith(PREFIX)]


def is_fallen(lemma: Lemma) -> bool:
    """Say whether a lemma states that one of its claims is false."""
    return any(claim.expect == REFUTED for claim in lemma.claims)


def named_in(lemma: Lemma, lemmas: Iterable[str]) -> list[str]:
    """Return the other lemmas that a statement names, in order: those that say what is true instead."""
    known = set(lemmas) - {lemma.name}
    words = NAME.findall(lemma.statement.replace("\\_", "_"))
    return [name for name in dict.fromkeys(words) if name in known]


@cache
def verified() -> Verified:
    """Verify what the pages show and return it.

    Raises
    ------
    ValueError
        When a verdict is not the one its file states: such a thing is not published.
    """
    lemmas = {lemma.name: lemma for lemma in suite()}
    shown = [lemma for lemma in lemmas.values() if is_fallen(lemma) or lemma.name.startswith(PREFIX)]
    instead = [lemmas[name] for lemma in shown if is_fallen(lemma) for name in named_in(lemma, lemmas)]
    wanted = list({lemma.name: lemma for lemma in [*shown, *instead]}.values())
    results = {found.data["name"]: found.data for found in verify_lemmas(wanted, jobs_available())}
    for name, result in results.items():
        if not result["expected"]:
            raise ValueError(f"docs: {name} is {result['verdict']}, which its file does not expect: repair it first")
    return Verified(lemmas, results)
