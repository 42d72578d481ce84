"""A statement as data: the claim's text with everything needed to read it. This is what certificates carry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from proofs_check.language.numbers import constant_value

NETWORK_DEFAULTS = {"width": 1, "dimension": 1, "samples": 1, "outputs": 1, "loss": "any", "early": False}


@dataclass(frozen=True)
class Statement:
    """One claim with its variables, hypotheses, definitions and dynamics, all as text (docs/claims.md).

    Examples
    --------
    >>> Statement("x**2 >= 0", {"x": "real"}).to_json()["text"]
    'x**2 >= 0'
    """

    text: str
    variables: dict[str, Any] = field(default_factory=dict)
    hypotheses: tuple[str, ...] = ()
    define: tuple[tuple[str, str], ...] = ()
    flow: dict[str, str] = field(default_factory=dict)
    step: dict[str, str] = field(default_factory=dict)
    network: dict[str, Any] | None = None
    relu_at_zero: int = 0

    def with_text(self, text: str) -> Statement:
        """Return the same context around another claim."""
        return replace(self, text=text)

    def to_json(self) -> dict[str, Any]:
        """Return the statement as the JSON object of docs/certificates.md."""
        return {
            "text": self.text,
            "variables": {name: _exact_values(kind) for name, kind in self.variables.items()},
            "hypotheses": list(self.hypotheses),
            "define": [list(pair) for pair in self.define],
            "flow": self.flow,
            "step": self.step,
            "network": None if self.network is None else {**NETWORK_DEFAULTS, **self.network},
            "relu_at_zero": self.relu_at_zero,
        }


def _exact_values(kind: Any) -> Any:
    """Return a kind with its values as integers and "p/q", the only numbers of a certificate: "0.5" is "1/2" there."""
    if not isinstance(kind, dict) or not isinstance(kind.get("values"), (list, tuple)):
        return kind
    exact = [(value, constant_value(value)) for value in kind["values"]]
    return {**kind, "values": [value if number is None or number == value else str(number) for value, number in exact]}
