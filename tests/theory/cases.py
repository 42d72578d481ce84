"""Every derivation with every combination of options that the tests run."""

from __future__ import annotations

from functools import cache
from typing import Any

from theory import derivation_names, derive
from theory.derivation import Derivation

OPTIONS: dict[str, list[dict[str, Any]]] = {
    "flow_equations": [
        {},
        {"loss": "squared"},
        {"loss": "logistic"},
        {"loss": "exponential"},
        {"readout": "vector"},
        {"readout": "vector", "loss": "squared"},
        {"readout": "vector", "loss": "softmax"},
        {"width": 1, "dimension": 3, "samples": 1},
    ],
    "balance_conservation": [{}, {"readout": "vector"}],
    "balance_drift": [{}, {"readout": "vector"}],
    "alignment_invariants": [{}, {"balanced": True}],
    "norm_product": [{}, {"balanced": False}],
    "sign_unlocking": [{"case": "turn"}, {"case": "switch"}],
    "sliding": [{"sliding": 1}, {"sliding": 2}],
    "deep_race": [{"depth": depth} for depth in (2, 3, 4)],
    "residuals": [{"loss": loss} for loss in ("squared", "logistic", "exponential")]
    + [{"loss": "squared", "outputs": 2}, {"loss": "softmax", "outputs": 3}],
}


def all_cases() -> list[tuple[str, tuple]]:
    """Return (name, options) pairs; a derivation that is not listed runs with its defaults."""
    return [
        (name, tuple(sorted(options.items()))) for name in derivation_names() for options in OPTIONS.get(name, [{}])
    ]


@cache
def derived(name: str, options: tuple) -> Derivation:
    return derive(name, **dict(options))


def label(case: tuple[str, tuple]) -> str:
    return "-".join([case[0], *(str(value) for _, value in case[1])])
