"""How a solved flow shows itself in a notebook: a table of its states and one of its events."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from numerics.flow.decimals import decimal_text
from numerics.flow.solution import FlowResult

MOST = 20  # states, times and events shown
DIGITS = 10


def flow_html(result: FlowResult) -> str:
    """Return a solved flow as HTML: what is guaranteed, a row of states for each time, the events.

    Examples
    --------
    >>> from fractions import Fraction
    >>> one = Fraction(1)
    >>> "ESTIMATED" in flow_html(FlowResult("ESTIMATED", "taylor", 20, ("p",), (one,), ((one,),), (one / 10**20,)))
    True
    """
    names = result.names[:MOST]
    head = [
        "t",
        *names,
        *(["..."] if len(result.names) > MOST else []),
        "error below" if _proved(result) else "error about",
    ]
    rows = []
    for time, state, error in list(zip(result.times, result.states, result.errors, strict=False))[:MOST]:
        more = ["..."] if len(result.names) > MOST else []
        values = [decimal_text(value, min(result.digits, DIGITS)) for value in state[:MOST]]
        rows.append([decimal_text(time, DIGITS), *values, *more, decimal_text(error, 2, "ROUND_CEILING")])
    text = f"{result.guarantee} by {result.method}, {result.digits} digits asked; {len(result.events)} events"
    text += f"; ended at t = {decimal_text(result.ended, DIGITS)}: {result.reason}" if result.reason else ""
    events = [[decimal_text(e.time, DIGITS), str(e.neuron), "" if e.sample is None else str(e.sample), e.kind]
              for e in result.events[:MOST]]  # fmt: skip
    parts = [f"<p>{escape(text)}</p>", _table(head, rows)]
    parts += [_table(["t", "neuron", "sample", "event"], events)] if events else []
    return "".join(parts)


def _proved(result: FlowResult) -> bool:
    return result.guarantee == "RIGOROUS"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    first = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    others = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{first}</tr>{others}</table>"
