"""The `[trajectory]` table of a lemma file: what is enclosed, from which start, up to when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from numerics.flow.network import Network
from proofs_check.language.errors import ClaimError
from proofs_check.language.numbers import constant_value
from proofs_check.language.statement import Statement

Ends = tuple[Fraction, Fraction]
FLOW, DESCENT = "flow", "descent"
MOST_DIGITS, MOST_STEPS, LATEST = 1_000, 20_000, 10_000
KEYS = {FLOW: ("until", "digits", "network", "flow", "start"), DESCENT: ("steps", "eta", "digits", "network")}
NETWORK_KEYS = ("x", "y", "w", "v", "loss", "gates")


@dataclass(frozen=True)
class Trajectory:
    """What a claim speaks about: gradient flow or descent of a network, or a user's flow, from a box of starts.

    Parameters
    ----------
    until : the last time (flow) or the number of steps (descent).    eta : the step size of descent.
    network : with the middle of the box as its start, or None.    flow : velocities as text of a user's flow.
    box : the least and the largest start of every state, in order.
    """

    along: str
    until: Fraction
    digits: int
    box: tuple[tuple[str, Ends], ...]
    network: Network | None = None
    flow: tuple[tuple[str, str], ...] = ()
    eta: Fraction = Fraction(0)

    @property
    def single(self) -> bool:
        """Whether the box is one start."""
        return all(low == high for _, (low, high) in self.box)

    def middle(self) -> dict[str, Fraction]:
        """Return the middle of the box."""
        return {name: (low + high) / 2 for name, (low, high) in self.box}

    def started_at(self, start: Mapping[str, Fraction]) -> Trajectory:
        """Return the same trajectory from one start."""
        box = tuple((name, (start[name], start[name])) for name, _ in self.box)
        if self.network is None:
            return replace(self, box=box)
        net, values = self.network, [start[name] for name, _ in self.box]
        inputs = net.width * net.dimension
        w = _rows(values[:inputs], net.dimension)
        return replace(self, box=box, network=replace(net, w=w, v=_rows(values[inputs:], net.outputs)))

    def statement(self, base: Statement) -> Statement:
        """Return a statement with the names that claims about this trajectory may use."""
        variables: dict[str, Any] = {"t": "real"}
        if self.network is None:
            return replace(base, variables=variables | {name: "real" for name, _ in self.box})
        net = self.network
        sizes = {"width": net.width, "dimension": net.dimension, "samples": net.samples, "outputs": net.outputs}
        return replace(base, variables=variables, network={**sizes, "loss": net.loss})

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON, exact numbers as text; one start is a number, a box is "[low, high]"."""
        shown = {name: str(low) if low == high else f"[{low}, {high}]" for name, (low, high) in self.box}
        end = {"steps": int(self.until), "eta": str(self.eta)} if self.along == DESCENT else {"until": str(self.until)}
        table: dict[str, Any] = {"along": self.along, **end, "digits": self.digits}
        if self.network is None:
            return {**table, "flow": dict(self.flow), "start": shown}
        net, values = self.network, list(shown.values())
        inputs = net.width * net.dimension
        v = [list(row) for row in _rows(values[inputs:], net.outputs)]
        y = [[str(value) for value in row] for row in net.y]
        table["network"] = {
            "x": [[str(value) for value in row] for row in net.x],
            "y": [row[0] for row in y] if net.outputs == 1 else y,
            "w": [list(row) for row in _rows(values[:inputs], net.dimension)],
            "v": [row[0] for row in v] if net.outputs == 1 else v,
            "loss": net.loss,
            "gates": net.gates,
        }
        return table


def _rows(values: Sequence[Any], size: int) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(values[i : i + size]) for i in range(0, len(values), size))


def read_trajectory(table: Mapping[str, Any], relu_at_zero: int = 0) -> Trajectory:
    """Read the table of a lemma file.

    Raises
    ------
    ClaimError
        With the key and what to mend.

    Examples
    --------
    >>> found = read_trajectory({"along": "flow", "until": 2, "flow": {"p": "-p"}, "start": {"p": "1 +- 1/10"}})
    >>> found.box
    (('p', (Fraction(9, 10), Fraction(11, 10))),)
    """
    along = table.get("along")
    if along not in KEYS:
        raise ClaimError(f'[trajectory] along={along!r} must be "flow" or "descent"')
    for key in table:
        if key != "along" and key not in KEYS[along]:
            raise ClaimError(f"[trajectory] has no key {key!r} along {along}; known: along, {', '.join(KEYS[along])}")
    end = "until" if along == FLOW else "steps"
    until = _number(table.get(end), end)
    digits = table.get("digits", 30)
    if not isinstance(digits, int) or isinstance(digits, bool) or not 1 <= digits <= MOST_DIGITS:
        raise ClaimError(f"[trajectory] digits={digits!r} must be a whole number from 1 to {MOST_DIGITS}")
    latest = LATEST if along == FLOW else MOST_STEPS
    if not 0 < until <= latest:
        raise ClaimError(f"[trajectory] {end}={until} must be above 0 and at most {latest}")
    if along == DESCENT and until.denominator != 1:
        raise ClaimError(f"[trajectory] steps={until} must be a whole number")
    eta = _number(table.get("eta"), "eta") if along == DESCENT else Fraction(0)
    if along == DESCENT and eta <= 0:
        raise ClaimError(f"[trajectory] eta={eta} must be above 0")
    if ("network" in table) == ("flow" in table):
        raise ClaimError("[trajectory] needs a network, or a flow with its start, and not both")
    if "network" in table:
        network, box = _network(_table(table, "network"), relu_at_zero)
        return Trajectory(along, until, digits, box, network, (), eta)
    flow, start = _table(table, "flow"), _table(table, "start")
    for name, text in flow.items():
        if not isinstance(text, str):
            raise ClaimError(f"[trajectory.flow] {name}={text!r} must be an expression in quotation marks")
        if name not in start:
            raise ClaimError(f"[trajectory.start] {name} is missing: every state of the flow needs a start")
    box = tuple((name, _ends(value, f"start.{name}")) for name, value in start.items())
    return Trajectory(along, until, digits, box, None, tuple(flow.items()))


def _network(table: Mapping[str, Any], relu_at_zero: int) -> tuple[Network, tuple[tuple[str, Ends], ...]]:
    for key in table:
        if key not in NETWORK_KEYS:
            raise ClaimError(f"[trajectory.network] has no key {key!r}; known: {', '.join(NETWORK_KEYS)}")
    rows = {key: _number_rows(table.get(key), key) for key in "xywv"}
    for key in "xy":
        if any(low != high for row in rows[key] for low, high in row):
            raise ClaimError(f"[trajectory.network] {key} must be exact: only w and v may be boxes")
    middle = {key: tuple(tuple((low + high) / 2 for low, high in row) for row in rows[key]) for key in "xywv"}
    try:
        network = Network(
            **middle, loss=table.get("loss", "squared"), gates=table.get("gates", "relu"), relu_at_zero=relu_at_zero
        )
    except (ValueError, TypeError) as error:
        raise ClaimError(f"[trajectory.network] {error}") from None
    ends = [end for key in "wv" for row in rows[key] for end in row]
    return network, tuple(zip(network.state_names(), ends, strict=True))


def _number_rows(value: Any, key: str) -> list[list[Ends]]:
    if not isinstance(value, list) or not value:
        raise ClaimError(f"[trajectory.network] {key} must be a list of rows of numbers")
    rows = [row if isinstance(row, list) else [row] for row in value]
    return [[_ends(entry, f"network.{key}") for entry in row] for row in rows]


def _ends(value: Any, where: str) -> Ends:
    """Return the ends of a number or of an interval "a +- r", "[a, b]"."""
    if isinstance(value, str) and "+-" in value:
        middle, radius = (_number(part.strip(), where) for part in value.split("+-", 1))
        low, high = middle - radius, middle + radius
    elif isinstance(value, str) and value.strip().startswith("[") and value.strip().endswith("]"):
        parts = value.strip()[1:-1].split(",")
        if len(parts) != 2:
            raise ClaimError(f'[trajectory] {where}={value!r}: an interval is "[low, high]"')
        low, high = (_number(part.strip(), where) for part in parts)
    else:
        low = high = _number(value, where)
    if low > high:
        raise ClaimError(f"[trajectory] {where}={value!r}: the interval is empty")
    return low, high


def _number(value: Any, where: str) -> Fraction:
    exact = constant_value(value)
    if exact is None:
        raise ClaimError(f'[trajectory] {where}={value!r} is not an exact number such as 2 or "1/3"')
    return exact


def _table(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key)
    if not isinstance(value, dict):
        raise ClaimError(f"[trajectory.{key}] must be a table")
    return value
