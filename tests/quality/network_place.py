"""The network of a statement and the point where it is looked at, for the oracle of claims."""

from __future__ import annotations

from typing import Any

import mpmath

from proofs_check.language.statement import Statement
from tests.theory.claim_oracle import DIGITS, Point, exact
from tests.theory.network_oracle import network_names


def network_of(statement: Statement) -> dict[str, Any] | None:
    """Return the network with every entry; free residuals are those of the squared loss."""
    if statement.network is None:
        return None
    network = {"outputs": 1, "early": False, "loss": "any", "width": 1, "samples": 1, "dimension": 1}
    network |= statement.network
    return network if network["loss"] != "any" or network["early"] else network | {"loss": "squared"}


def place(statement: Statement, network: dict[str, Any] | None, values: dict[str, Any]) -> Point:
    """Return the point; in the early phase the residuals stand still, as if the loss were linear with them."""
    exactly = {name: exact(value) for name, value in values.items()}
    if network is not None and network["early"]:
        with mpmath.workdps(DIGITS):
            free = network["loss"] == "any"  # then the residuals are those of the squared loss at the point
            loss = network | ({"loss": "squared", "early": False} if free else {})
            exactly["e"] = network_names(exactly, loss)["e"]
        network = network | {"loss": "any"}
    return Point(exactly, statement.flow, statement.step, network)
