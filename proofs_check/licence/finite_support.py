"""The finite support licence: from a lemma file to the instances that decide it for every size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from proofs_check.language.network import LARGEST
from proofs_check.language.statement import NETWORK_DEFAULTS, Statement
from proofs_check.licence.gates import gate_hypotheses, indices_of
from proofs_check.licence.indexed import Fixed, Refused
from proofs_check.licence.reading import Equality, Reader
from proofs_check.licence.squares import Squares, as_identity
from proofs_check.licence.support import Support, support
from proofs_check.licence.table import General

KEYS = {"neurons": "width", "samples": "samples", "dims": "dimension", "outputs": "outputs"}
MAX_INSTANCES = 24


@dataclass(frozen=True)
class Sizes:
    """What decides a claim for every size.

    Attributes
    ----------
    least : by axis, the smallest size for which the claim has a meaning.
    checked : every choice of sizes at which the claim has to be proved, as `[network]` keys.
    identity : the equality to prove: the claim, or for an inequality what its sum of squares says.
    """

    least: dict[str, int]
    checked: tuple[dict[str, int], ...]
    identity: str


def needed(statement: Statement, general: General, squares: str | None = None) -> Sizes:
    """Return the sizes that decide a statement for every size along the axes that the licence names.

    Guarantee: if the identity is proved at every one of them, without hypotheses other than those that fix gates, the
    statement holds for all sizes from `least` on (docs/soundness.md, "Finite support").

    Raises
    ------
    Refused
        With the reason why the theorem does not cover the statement.

    Examples
    --------
    >>> balance = Statement("d(dot(w[0], w[0]) - v[0]**2) == 0", network={"width": 2, "dimension": 3, "samples": 3})
    >>> needed(balance, General("finite support", ("neurons", "samples", "dims"))).checked
    ({'width': 1, 'samples': 1, 'dimension': 1, 'outputs': 1},)
    """
    _check_axes(statement, general)
    identity = statement.text if squares is None else as_identity(statement.text, squares)
    if squares is not None:
        holder = Squares(statement.variables, statement.hypotheses, statement.network is not None)
        if "d(" in squares or "next(" in squares:
            raise Refused("its sum of squares uses d or next: write out what they are")
        if not holder.holds(squares, statement.text):
            raise Refused("its sum of squares is not plainly one: squares, hypotheses, sums and products of them")
    reader = Reader(statement, _vectors(statement, general))
    equalities = reader.equalities(identity)
    gates = _gates(statement)
    fixed = _fixed(reader.fixed, gates)
    supports = [support(equality, general.sizes) for equality in equalities]
    least = {axis: max(fixed[axis], default=-1) + 1 for axis in general.sizes}
    least = {axis: max(size, 2 if axis == "outputs" else 1) for axis, size in least.items()}
    return Sizes(least, _instances(statement, general, equalities, supports, fixed, least, bool(gates)), identity)


def restated(statement: Statement, general: General, sizes: dict[str, int], identity: str) -> Statement:
    """Return the identity at the given sizes, with no hypotheses but those that fix gates.

    Examples
    --------
    >>> at = restated(Statement("dot(u, u) == 0", {"u": {"vector": 3}}),
    ...               General("finite support", ("dims",), {"u": "dims"}), {"dimension": 2}, "dot(u, u) == 0")
    >>> at.variables
    {'u': {'vector': 2}}
    """
    variables = dict(statement.variables)
    for name, axis in general.vectors.items():
        variables[name] = {"vector": sizes[KEYS[axis]]}
    network = None if statement.network is None else {**statement.network, **sizes}
    return replace(statement, text=identity, variables=variables, network=network, hypotheses=_gates(statement))


def _gates(statement: Statement) -> tuple[str, ...]:
    return () if statement.network is None else gate_hypotheses(statement.hypotheses)


def _check_axes(statement: Statement, general: General) -> None:
    if statement.network is None:
        if set(general.sizes) != {"dims"}:
            raise Refused("without a [network] the only size is dims, the length of the vectors")
    elif "outputs" in general.sizes and statement.network.get("outputs", 1) < 2:
        raise Refused("a scalar read-out is written without output index: declare outputs = 2 or more")


def _vectors(statement: Statement, general: General) -> dict[str, str]:
    """Return the axis of every vector variable, lengths checked."""
    for name, axis in general.vectors.items():
        spec: Any = statement.variables.get(name)
        if not isinstance(spec, dict) or "vector" not in spec:
            raise Refused(f"vectors names {name}, which is no vector variable")
        if statement.network is not None and spec["vector"] != _declared(statement)[KEYS[axis]]:
            raise Refused(f"the vector {name} of {spec['vector']} numbers has not the length that {axis} has")
    lengths = {statement.variables[name]["vector"] for name in general.vectors}
    if statement.network is None and (len(lengths) > 1 or set(general.vectors.values()) - {"dims"}):
        raise Refused("without a [network] all vectors lie along dims and have one length")
    return dict(general.vectors)


def _declared(statement: Statement) -> dict[str, int]:
    merged = {**NETWORK_DEFAULTS, **(statement.network or {})}
    return {key: merged[key] for key in KEYS.values()}


def _fixed(written: set[Fixed], gates: Sequence[str]) -> dict[str, set[int]]:
    fixed: dict[str, set[int]] = {axis: set() for axis in KEYS}
    for place in written:
        fixed[place.axis].add(place.value)
    for axis, values in indices_of(gates).items():
        fixed[axis] |= values
    return fixed


def _instances(
    statement: Statement,
    general: General,
    equalities: Sequence[Equality],
    supports: Sequence[Support],
    fixed: dict[str, set[int]],
    least: dict[str, int],
    gates: bool,
) -> tuple[dict[str, int], ...]:
    """Return every choice of sizes to prove: enough indices, enough values of n and m, enough room for the gates."""
    declared = _declared(statement)
    ranges: dict[str, list[int]] = {}
    for axis, key in KEYS.items():
        if axis not in general.sizes:
            ranges[key] = [declared[key]]
            continue
        base = max([least[axis], *(len(fixed[axis]) + found.indices[axis] for found in supports)])
        more = max([found.sizes.get(axis, 1) for found in supports], default=1)
        first = least[axis] if gates and axis in ("neurons", "samples") else base
        ranges[key] = list(range(first, base + more))
    if statement.network is None:
        return tuple({"dimension": size} for size in ranges["dimension"])
    room = room_for(max(ranges["width"]), max(ranges["samples"]))
    if "dims" in general.sizes:
        ranges["dimension"] = [max(ranges["dimension"][-1], room)]
    elif declared["dimension"] < room:
        raise Refused(f"some gate patterns need dimension {room}: declare it, or make dims general")
    for key, sizes in ranges.items():
        if max(sizes) > LARGEST:
            raise Refused(f"it has to be proved at {key} {max(sizes)}, and {LARGEST} is the most")
    found = tuple(dict(zip(ranges, choice, strict=True)) for choice in product(*ranges.values()))
    if len(found) > MAX_INSTANCES:
        raise Refused(f"it has to be proved at {len(found)} choices of sizes, and {MAX_INSTANCES} is the most")
    return found


def room_for(width: int, samples: int) -> int:
    """Return a dimension in which every gate pattern of so many neurons on so many samples occurs on an open set.

    With that many dimensions the weights, or the samples, can be linearly independent; then all signs are possible.
    """
    return min(width, samples)


__all__ = ["Sizes", "needed", "restated"]
