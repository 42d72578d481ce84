"""Exact constants: from terms, from TOML and JSON values, and as exponents."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofs_check.language.errors import ClaimError
from proofs_check.language.term import Term, power

MAX_EXPONENT = 1_000


def constant_of(term: Term) -> Fraction | None:
    """Return the exact value of a term built from literals with + - * / and integer powers, None for anything else."""
    if term.op == "num":
        return term.value  # type: ignore[return-value]
    if term.op not in ("add", "sub", "mul", "div", "neg", "pow"):
        return None
    args = [constant_of(a) for a in term.args]
    if any(a is None for a in args):
        return None
    a, b = args[0], args[-1]
    assert a is not None and b is not None
    if term.op == "div":
        return None if b == 0 else a / b
    if term.op == "pow":
        n = int(term.value)  # type: ignore[arg-type]
        return None if abs(n) > MAX_EXPONENT or (a == 0 and n < 0) else a**n
    return {"add": lambda: a + b, "sub": lambda: a - b, "mul": lambda: a * b, "neg": lambda: -a}[term.op]()


def raised(base: Term, exponent: Term) -> Term:
    """Return base ** exponent: a power when the exponent is an integer constant, exp(exponent*log(base)) otherwise."""
    value = constant_of(exponent)
    if value is not None and value.denominator == 1:
        if abs(value) > MAX_EXPONENT:
            raise ClaimError(f"the exponent {value} is larger than {MAX_EXPONENT}")
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
