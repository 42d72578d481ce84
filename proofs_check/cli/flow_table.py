"""A solved flow for people: its states with a few digits, its events, what is sure about it."""

from __future__ import annotations

from fractions import Fraction
from math import hypot
from typing import Any

from proofs_check.cli.output import shorten, table, terminal_width

FEW = 10
FEWEST = 5
MOST_NEURONS = 12
MOST_COLUMNS = 8
MOST_EVENTS = 40
MEANING = {
    "RIGOROUS": "proved: the true state lies within the radius of the one printed",
    "ESTIMATED": "the error is an estimate, not a bound",
    "NONE": "nothing is sure about these numbers",
}


def describe_flow(record: dict[str, Any], title: str) -> str:
    """Return a record (`proofs_check.flows.record`) as a few lines and tables.

    Examples
    --------
    >>> print(describe_flow({"guarantee": "ESTIMATED", "method": "taylor", "digits": 30, "events": [],
    ...     "states": [{"t": "1", "values": {"p": "0.333333333333"}, "error": "1.2e-31"}]}, "flow of p"))
    flow of p
    ESTIMATED  taylor, 30 digits: the error is an estimate, not a bound
    <BLANKLINE>
    t             p    error
    1  0.3333333333  1.2e-31
    <BLANKLINE>
    all digits: --json or --save FILE; a proof: --rigorous
    """
    meaning = MEANING.get(record["guarantee"], "")
    lines = [title, f"{record['guarantee']}  {record['method']}, {record['digits']} digits: {meaning}"]
    if record["states"]:
        lines += ["", _states(record["states"])]
    if record["events"]:
        lines += ["", _events(record["events"])]
    if "reason" in record:
        lines += ["", f"ended early at t = {_few(record['ended'])}: {record['reason']}"]
    hints = ["all digits: --json or --save FILE"]
    if record["guarantee"] != "RIGOROUS":
        hints.append("a proof: --rigorous")
    return "\n".join([*lines, "", "; ".join(hints)])


def _states(states: list[dict[str, Any]]) -> str:
    named = [_named(state) for state in states]
    if len(named[0]) > MOST_COLUMNS:
        return _neurons(states)
    header = ["t", *named[0], "radius" if "radius" in states[0] else "error"]
    for digits in (FEW, 8, FEWEST):
        rows = [
            [state["t"], *(_few(text, digits) for text in values.values()), state["error"]]
            for state, values in zip(states, named, strict=True)
        ]
        rows = [[shorten(cell, 24) for cell in row] for row in rows]
        found = table(header, rows, right=range(1, len(header)))
        if len(found.splitlines()[0]) <= terminal_width():
            break
    return found


def _named(state: dict[str, Any]) -> dict[str, str]:
    """Return the numbers of a state by name."""
    if "values" in state:
        return state["values"]
    found = {f"w[{j},{i}]": text for j, row in enumerate(state["w"]) for i, text in enumerate(row)}
    for j, entry in enumerate(state["v"]):
        found |= (
            {f"v[{j},{a}]": text for a, text in enumerate(entry)} if isinstance(entry, list) else {f"v[{j}]": entry}
        )
    return found


def _neurons(states: list[dict[str, Any]]) -> str:
    """Return a row a time and neuron, the largest norm products first."""
    if "values" in states[0]:
        rows = [[s["t"], name, _few(text), s["error"]] for s in states for name, text in s["values"].items()]
        return table(["t", "state", "value", "error"], rows, right=[2, 3])
    rows, left = [], 0
    for state in states:
        read_outs = [v if isinstance(v, list) else [v] for v in state["v"]]
        norms = [(_norm(w), _norm(v)) for w, v in zip(state["w"], read_outs, strict=True)]
        order = sorted(range(len(norms)), key=lambda j: -norms[j][0] * norms[j][1])
        left = max(0, len(order) - MOST_NEURONS)
        for j in order[:MOST_NEURONS]:
            v = state["v"][j]
            read_out = f"|v| = {norms[j][1]:.6g}" if isinstance(v, list) else _few(v, 6)
            size = f"{norms[j][0] * norms[j][1]:.6g}"
            rows.append([shorten(state["t"], 24), str(j), f"{norms[j][0]:.6g}", read_out, size, state["error"]])
    last = "radius" if "radius" in states[0] else "error"
    text = table(["t", "neuron", "|w|", "v", "|w||v|", last], rows, right=range(1, 6))
    return text + (f"\n{left} more neurons of smaller norm product at each time: --json" if left else "")


def _norm(texts: list[str]) -> float:
    return hypot(*map(float, texts))


def _width(event: dict[str, Any]) -> Fraction:
    return Fraction(event["latest"]) - Fraction(event["earliest"])


def _events(events: list[dict[str, Any]]) -> str:
    rows = []
    for event in events[:MOST_EVENTS]:
        proved = ""
        if "earliest" in event:
            proved = f"proved within {_small(_width(event))}"
        kind = event["kind"]
        if "choices" in event:
            kind += f" ({len(event['choices'])} ways on, the first was followed)"
        sample = "-" if event["sample"] is None else str(event["sample"])
        rows.append([_few(event["time"]), str(event["neuron"]), sample, kind, proved])
    text = table(["event at t", "neuron", "sample", "what", ""], rows, right=[0, 1, 2])
    return text + (f"\n{len(events) - MOST_EVENTS} more events: --json" if len(events) > MOST_EVENTS else "")


def _small(width: Fraction) -> str:
    from proofs_check.flows.record import error_text

    return error_text(width)


def _few(text: str, digits: int = FEW) -> str:
    """Return a decimal text rounded to fewer digits."""
    from numerics.flow.decimals import decimal_text

    figures = text.partition("e")[0].replace(".", "").lstrip("-0")
    return decimal_text(Fraction(text), max(1, min(digits, len(figures) or 1)))
