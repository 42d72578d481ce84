"""Exact constants: from terms, from TOML and JSON values, and as exponents."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofs_check.language.errors import ClaimError, shorten
from proofs_check.language.term import Term, power, subterms

MAX_EXPONENT = 1_000
MAX_BITS = 100_000
CONSTANT = frozenset(["num", "add", "sub", "mul", "div", "neg", "pow"])


def constant_of(term: Term) -> Fraction | None:
    """Return the exact value of a term built from literals with + - * / and integer powers, None for anything else.

    A value of more than 100,000 bits is None too.

    Examples
    --------
    >>> from proofs_check.language.term import num
    >>> constant_of(power(num(10), 3)), constant_of(power(power(num(10), 1000), 1000))
    (Fraction(1000, 1), None)
    """
    try:
        return stated_constant(term)
    except ClaimError:
        return None


def stated_constant(term: Term) -> Fraction | None:
    """Return the value of a constant that stands as an exponent, an index or a size; None when it is no constant.

    Raises
    ------
    ClaimError
        When the value is too long to be written out.
    """
    if term.op not in CONSTANT:
        return None
    nodes: list[Term] = []
    for node in subterms(term):
        if node.op not in CONSTANT:
            return None
        nodes.append(node)
    done: dict[Term, Fraction | None] = {}
    for node in nodes:
        value = done[node] = _constant(node, [done[a] for a in node.args])
        if value is not None and _bits(value) > MAX_BITS:
            raise ClaimError(f"an exponent or an index is computed from a number of more than {MAX_BITS:,} bits")
    return done[term]


def _constant(node: Term, args: list[Fraction | None]) -> Fraction | None:
    if node.op == "num":
        return node.value  # type: ignore[return-value]
    if any(a is None for a in args):
        return None
    a, b = args[0], args[-1]
    assert a is not None and b is not None
    if node.op == "div":
        return None if b == 0 else a / b
    if node.op == "pow":
        n = int(node.value)  # type: ignore[arg-type]
        if abs(n) > MAX_EXPONENT or (a == 0 and n < 0):
            return None
        if _bits(a) * abs(n) > 2 * MAX_BITS:
            raise ClaimError(f"an exponent or an index is computed from a number of more than {MAX_BITS:,} bits")
        return a**n
    return {"add": lambda: a + b, "sub": lambda: a - b, "mul": lambda: a * b, "neg": lambda: -a}[node.op]()


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def raised(base: Term, exponent: Term) -> Term:
    """Return base ** exponent: a power when the exponent is an integer constant, exp(exponent*log(base)) otherwise."""
    value = stated_constant(exponent)
    if value is not None and value.denominator == 1:
        if abs(value) > MAX_EXPONENT:
            raise ClaimError(f"the exponent {shorten(str(value), 20)} is larger than {MAX_EXPONENT}")
        return power(base, int(value))
    return Term("rpow", (base, exponent))


def constant_value(value: Any) -> Fraction | None:
    """Return an exact number from an integer or text such as "1/3" or "0.25"; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value) if abs(value) < 10**1000 else None
    if isinstance(value, str) and len(value) <= 2_000:
        try:
            text = value.strip()
            if "e" in text.lower() and len(text.lower().partition("e")[2]) > 4:
                return None
            return Fraction(text)
        except (ValueError, ZeroDivisionError):
            return None
    return None
