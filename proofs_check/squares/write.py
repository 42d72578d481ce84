"""Terms and polynomials as text of the claim language, whole and without a limit on their depth of printing."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mpoly

from proofs_check.language.term import Term

BINDING = {"add": 1, "sub": 1, "mul": 2, "div": 2, "neg": 3, "pow": 4, "rpow": 4}
SIGNS = {"add": " + ", "sub": " - ", "mul": "*", "div": "/"}
CHUNK = 40  # monomials in one pair of brackets: a long sum without brackets is a deep syntax tree


def term_text(term: Term, binding: int = 0) -> str:
    """Return the term as text; a derivative is written as its value.

    Examples
    --------
    >>> from proofs_check.language.term import div, num, sub, var
    >>> term_text(sub(var("w[0,1]"), div(num(1), sub(var("y"), num(2)))))
    'w[0][1] - 1/(y - 2)'
    """
    op = term.op
    if op == "num":
        text = str(term.value)
        return f"({text})" if "/" in text or text.startswith("-") else text
    if op == "var":
        return str(term.value).replace(",", "][")
    if op == "pi":
        return op
    if op in ("also", "smooth"):
        return term_text(term.args[0], binding)
    if op not in BINDING:
        return f"{op}({', '.join(map(term_text, term.args))})"
    own = BINDING[op]
    left = term_text(term.args[0], own + (op in ("pow", "rpow")))
    if op == "neg":
        text = f"-{left}"
    elif op == "pow":
        text = f"{left}**{term.value}" if int(term.value) >= 0 else f"{left}**({term.value})"  # type: ignore[arg-type]
    elif op == "rpow":
        text = f"{left}**({term_text(term.args[1])})"
    else:
        text = left + SIGNS[op] + term_text(term.args[1], own + (op in ("sub", "div")))
    return f"({text})" if own < binding or op == "neg" else text


def polynomial_text(poly: fmpq_mpoly, names: Sequence[str]) -> str:
    """Return the polynomial as text, its generators written by their names.

    Examples
    --------
    >>> from flint import Ordering, fmpq_mpoly_ctx
    >>> a, b = fmpq_mpoly_ctx.get(["a", "b"], Ordering.degrevlex).gens()
    >>> polynomial_text(a**2 - 3 * b / 4, ["x", "y"])
    'x**2 - 3/4*y'
    """
    parts = [_monomial(c, m, names) for m, c in poly.to_dict().items()]
    if len(parts) <= CHUNK:
        return _joined(parts) or "0"
    return " + ".join(f"({_joined(parts[i : i + CHUNK])})" for i in range(0, len(parts), CHUNK))


def _joined(parts: list[str]) -> str:
    return " + ".join(parts).replace("+ -", "- ")


def _monomial(c: fmpq, exponents: Sequence[int], names: Sequence[str]) -> str:
    powers = [names[i] if e == 1 else f"{names[i]}**{int(e)}" for i, e in enumerate(exponents) if e]
    if not powers:
        return str(c)
    if abs(c) == 1:
        return ("-" if c < 0 else "") + "*".join(powers)
    return "*".join([str(c), *powers])
