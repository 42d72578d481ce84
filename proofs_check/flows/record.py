"""A solved flow as the JSON object of `raceproof flow --json`: decimal texts with every digit asked for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR
from fractions import Fraction
from math import isqrt
from typing import Any

from numerics.flow.decimals import decimal_text
from numerics.flow.network import Network
from numerics.flow.solution import FlowEvent, FlowResult

SCHEMA = "raceproof-flow/1"
ERROR_DIGITS = 3
GUARD_DIGITS = 3  # written beyond those asked for, so that rounding the text takes none of those away


def flow_record(result: FlowResult, digits: int, network: Network | None, shown: Sequence[str] = ()) -> dict[str, Any]:
    """Return a flow as the object that docs/flow.md describes.

    Parameters
    ----------
    digits : significant digits asked for; every number is written with three more.
    network : whose flow it is, None for a flow given as text, of which the states named in ``shown`` are kept.

    Examples
    --------
    >>> result = FlowResult("ESTIMATED", "taylor", 5, ("p",), (Fraction(1),), ((Fraction(1, 3),),), (Fraction(0),),
    ...                     ended=Fraction(1))
    >>> flow_record(result, 5, None, ["p"])["states"]
    [{'t': '1', 'values': {'p': '0.33333333'}, 'error': '3.34e-9'}]
    """
    written = digits + GUARD_DIGITS
    events = [_event(event, written) for event in result.events]
    states = []
    for time, state, error in zip(result.times, result.states, result.errors, strict=True):
        named = dict(zip(result.names, state, strict=True))
        kept = [named[name] for name in shown] if network is None else list(state[: len(network.state())])
        texts = [decimal_text(value, written) for value in kept]
        # what is printed is rounded: the bound is for the printed numbers
        bound = error_text(error + _distance(kept, texts))
        entry: dict[str, Any] = {"t": time_text(time, written)}
        entry |= {"values": dict(zip(shown, texts, strict=True))} if network is None else _weights(network, texts)
        entry["error"] = bound
        if result.guarantee == "RIGOROUS":
            entry["radius"] = bound
        states.append(entry)
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "guarantee": result.guarantee,
        "method": result.method,
        **({"engine": result.extra["engine"]} if "engine" in result.extra else {}),
        "digits": digits,
        "events": events,
        "states": states,
    }
    if result.reason:
        record |= {"ended": decimal_text(result.ended, written), "reason": result.reason}
    return record


def time_text(time: Fraction, digits: int) -> str:
    """Return a time exactly where it is a short decimal, else rounded.

    Examples
    --------
    >>> time_text(Fraction(2), 50), time_text(Fraction(1, 8), 50), time_text(Fraction(1, 3), 4)
    ('2', '0.125', '0.3333')
    """
    text = decimal_text(time, max(digits, 20))
    if "e" in text or Fraction(text) != time:
        return decimal_text(time, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def error_text(error: Fraction) -> str:
    """Return a bound rounded up to three digits.

    Examples
    --------
    >>> error_text(Fraction(1, 3 * 10**50)), error_text(Fraction(0))
    ('3.34e-51', '0')
    """
    return decimal_text(error, ERROR_DIGITS, ROUND_CEILING) if error else "0"


def _distance(exact: Sequence[Fraction], texts: Sequence[str]) -> Fraction:
    """Return a number not below the Euclidean distance of a state from its decimal texts."""
    square = sum(((value - Fraction(text)) ** 2 for value, text in zip(exact, texts, strict=True)), Fraction(0))
    if square == 0:
        return Fraction(0)
    # enough bits for three digits of the root
    shift = max(0, 64 + square.denominator.bit_length() - square.numerator.bit_length())
    shift += shift % 2
    return Fraction(isqrt((square.numerator << shift) // square.denominator + 1) + 1, 1 << (shift // 2))


def _weights(network: Network, texts: list[str]) -> dict[str, Any]:
    """Return v (m numbers, or m rows for several outputs) and w (m rows of d) of a state."""
    m, d, c = network.width, network.dimension, network.outputs
    w = [texts[j * d : (j + 1) * d] for j in range(m)]
    rest = texts[m * d :]
    return {"v": rest if c == 1 else [rest[j * c : (j + 1) * c] for j in range(m)], "w": w}


def _event(event: FlowEvent, digits: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "time": decimal_text(event.time, digits),
        "neuron": event.neuron,
        "sample": event.sample,
        "kind": event.kind,
    }
    if event.earliest is not None and event.latest is not None:
        # a few more digits, rounded outwards: the bracket stays proved and narrow
        found["earliest"] = decimal_text(event.earliest, digits + ERROR_DIGITS, ROUND_FLOOR)
        found["latest"] = decimal_text(event.latest, digits + ERROR_DIGITS, ROUND_CEILING)
    if event.choices:
        found["choices"] = [
            {"sides": [list(sides) for sides in mode.sides], "turned": list(mode.turned)} for mode in event.choices
        ]
    return found
