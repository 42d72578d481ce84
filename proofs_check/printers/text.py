"""Terms as one-line text in the claim language, for messages and obligations."""

from __future__ import annotations

from proofs_check.language.term import Term

BINDING = {"add": 1, "sub": 1, "mul": 2, "div": 2, "neg": 3, "pow": 4, "rpow": 4}
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
LIMIT = 160


def to_text(term: Term, limit: int = LIMIT) -> str:
    """Return the term as text, cut to the limit.

    Examples
    --------
    >>> from proofs_check.language.term import add, div, num, var
    >>> to_text(div(num(1), add(var("x"), num(1))))
    '1/(x + 1)'
    """
    text = _print(term, 0, 30)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _print(term: Term, binding: int, depth: int) -> str:
    if depth == 0:
        return "..."
    op = term.op
    if op == "num":
        value = term.value
        text = str(value)
        return f"({text})" if binding > 1 and ("/" in text or text.startswith("-")) else text
    if op == "var":
        return str(term.value)
    if op == "pi":
        return "pi"
    if op in ("also", "smooth"):
        return _print(term.args[0], binding, depth)
    if op in BINDING:
        own = BINDING[op]
        text = _operator(term, own, depth - 1)
        return f"({text})" if own < binding else text
    return f"{op}({', '.join(_print(a, 0, depth - 1) for a in term.args)})"


def _operator(term: Term, own: int, depth: int) -> str:
    op = term.op
    left = _print(term.args[0], own + (op in ("pow", "rpow")), depth)
    if op == "neg":
        return f"-{left}"
    if op == "pow":
        exponent = str(term.value)
        return f"{left}**{exponent}" if not exponent.startswith("-") else f"{left}**({exponent})"
    right = _print(term.args[1], own + (op in ("sub", "div", "rpow")), depth)
    if op == "rpow":
        return f"{left}**{right}"
    sign = SIGNS[op]
    return f"{left} {sign} {right}" if own == 1 else f"{left}{sign}{right}"
