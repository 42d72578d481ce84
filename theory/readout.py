"""Networks of the derivations: the choice of read-out, the claim-language table and a witness."""

from __future__ import annotations

from typing import Any

from theory.losses import loss_named
from theory.network import Network


def network_of(readout: str, **sizes: Any) -> Network:
    """Return a network with a scalar or a vector (c = 2) read-out.

    Raises
    ------
    ValueError
        If the read-out is neither, or the loss does not fit it.

    Examples
    --------
    >>> network_of("vector", width=1).outputs
    2
    """
    if readout not in ("scalar", "vector"):
        raise ValueError(f"network_of: readout={readout!r} must be 'scalar' or 'vector'")
    return Network(outputs=1 if readout == "scalar" else 2, **sizes)


def network_table(network: Network, early: bool = False) -> dict[str, Any]:
    """Return the ``[network]`` table of the claim language; losses it does not know stay open.

    Examples
    --------
    >>> network_table(Network())["loss"]
    'any'
    """
    known = network.loss == "any" or loss_named(network.loss, network.outputs).in_claims
    return {
        "width": network.width,
        "dimension": network.dimension,
        "samples": network.samples,
        "outputs": network.outputs,
        "loss": network.loss if known else "any",
        "early": early,
    }


def network_witness(network: Network) -> dict[str, Any]:
    """Return a rational point off the gate boundaries with correlations that do not vanish.

    Inputs and weights are positive, so every gate is on; labels (or residuals) are positive.

    Examples
    --------
    >>> network_witness(Network(width=1))["w"]
    [['1/2', '1/3']]
    """

    def entry(row: int, column: int = 0) -> str:
        return f"1/{2 + 2 * row + column}"

    def rows(count: int) -> list:
        if network.outputs == 1:
            return [entry(row) for row in range(count)]
        return [[entry(row, column) for column in range(network.outputs)] for row in range(count)]

    free = "e" if network_table(network)["loss"] == "any" else "y"
    return {
        "w": [[entry(j, i) for i in range(network.dimension)] for j in range(network.width)],
        "v": rows(network.width),
        "x": [[str(k + 1 + i * (k + 2)) for i in range(network.dimension)] for k in range(network.samples)],
        free: rows(network.samples),
    }
