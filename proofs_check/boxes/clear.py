"""An expression as a product of powers of polynomials over its functions, so that their signs can be told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from proofs_check.boxes.span import fraction, rational
from proofs_check.language.term import Term, call, div, mul, num, rebuild, subterms
from proofs_check.printers.text import to_text

MAX_TERMS = 400
MAX_ATOMS = 12
LIMIT = 4_000
RINGS = ("num", "add", "sub", "neg", "mul", "div", "pow", "also", "smooth")


class TooLarge(Exception):
    """The expression is not worth multiplying out."""


@dataclass(frozen=True)
class Product:
    """constant * product of texts to powers."""

    constant: Fraction
    factors: tuple[tuple[str, int], ...]


def factored(term: Term, tanh_as_quotient: bool = False) -> Product | None:
    """Return the expression as a product of factors, None when it is too large.

    It is equal to the term wherever the term has a value. With `tanh_as_quotient` tanh is sinh/cosh: its derivatives
    stay short then, where those of tanh double.

    Examples
    --------
    >>> from proofs_check.language.term import div, sub, var
    >>> x = var("x")
    >>> factored(sub(div(num(1), x), num(1)))
    Product(constant=Fraction(-1, 1), factors=(('(x - 1)', 1), ('x', -1)))
    """
    try:
        if tanh_as_quotient:
            term = _quotients_of_tanh(term)
        atoms = _atoms(term)
        if not atoms or len(atoms) > MAX_ATOMS:
            return None
        texts = [to_text(atom, LIMIT) for atom in atoms]
        if any("..." in text for text in texts):
            return None
        ring = fmpq_mpoly_ctx.get([f"g{i}" for i in range(len(atoms))], Ordering.lex)
        top, below = _quotient(term, dict(zip(atoms, ring.gens(), strict=True)), ring)
        return _product(top, below, texts)
    except (TooLarge, ArithmeticError, ValueError):
        return None


def _quotients_of_tanh(term: Term) -> Term:
    def change(node: Term, args: tuple[Term, ...]) -> Term | None:
        return div(call("sinh", args[0]), call("cosh", args[0])) if node.op == "tanh" else None

    return rebuild(term, change)


def _product(top: fmpq_mpoly, below: fmpq_mpoly, texts: list[str]) -> Product | None:
    if not len(top):
        return None
    common = top.gcd(below)
    top, below = top / common, below / common
    constant, powers = fmpq(1), dict[str, int]()
    for poly, sign in ((top, 1), (below, -1)):
        unit, factors = poly.factor()
        constant = constant * unit if sign > 0 else constant / unit
        for factor, power in factors:
            text = _text(factor, texts)
            powers[text] = powers.get(text, 0) + sign * int(power)
    if sum(map(len, powers)) > LIMIT:
        return None
    return Product(fraction(constant), tuple(powers.items()))


def unit_of(u: Term) -> tuple[int, Term | None]:
    """Return (n, v) with u = n * v for a whole number n; v is None for 1."""
    if u.op == "num" and Fraction(u.value).denominator == 1:  # type: ignore[arg-type]
        return int(u.value), None  # type: ignore[arg-type]
    if u.op == "neg":
        n, v = unit_of(u.args[0])
        return -n, v
    if u.op == "mul":
        (n, v), (k, w) = unit_of(u.args[0]), unit_of(u.args[1])
        return n * k, w if v is None else v if w is None else mul(v, w)
    return 1, u


def _exp(u: Term) -> tuple[Term | None, int]:
    """Return the atom and the exponent of exp(u)."""
    n, v = unit_of(u)
    if n == 0:
        return None, 0
    if v is None:
        return call("exp", num(1)), n
    return call("exp", v), n


def _atoms(term: Term) -> list[Term]:
    found: dict[Term, None] = {}
    stack = [term]
    for count in range(200_000):
        if not stack:
            break
        node = stack.pop()
        if node.op == "exp":
            atom, _ = _exp(node.args[0])
            if atom is not None:
                found[atom] = None
        elif node.op in ("also", "smooth"):
            stack.append(node.args[0])
        elif node.op in RINGS:
            stack.extend(node.args)
        else:
            found[node] = None
        if count > 20_000:
            raise TooLarge
    return sorted(found, key=repr)


def _quotient(term: Term, atoms: dict[Term, Any], ring: Any) -> tuple[fmpq_mpoly, fmpq_mpoly]:
    one = ring.constant(fmpq(1))
    done: dict[Term, tuple[Any, Any]] = {}
    for node in subterms(term):
        done[node] = _node(node, [done.get(a, (one, one)) for a in node.args], atoms, ring, one)
        if len(done[node][0]) > MAX_TERMS or len(done[node][1]) > MAX_TERMS:
            raise TooLarge
    return done[term]


def _node(node: Term, args: list[tuple[Any, Any]], atoms: dict[Term, Any], ring: Any, one: Any) -> tuple[Any, Any]:
    op = node.op
    if op == "num":
        return ring.constant(rational(node.value)), one  # type: ignore[arg-type]
    if op == "exp":
        atom, n = _exp(node.args[0])
        if atom is None or atom not in atoms:
            return one, one
        if abs(n) > 24:
            raise TooLarge
        return (atoms[atom] ** n, one) if n >= 0 else (one, atoms[atom] ** -n)
    if op not in RINGS:
        return atoms.get(node, one), one
    (a, p) = args[0]
    if op in ("also", "smooth"):
        return a, p
    if op == "neg":
        return -a, p
    if op == "pow":
        n = int(node.value)  # type: ignore[arg-type]
        if abs(n) > 40:
            raise TooLarge
        return (a**n, p**n) if n >= 0 else (p**-n, a**-n)
    b, q = args[1]
    if op == "mul":
        return _short(a * b, p * q)
    if op == "div":
        if not len(b):
            raise TooLarge
        return _short(a * q, p * b)
    common = p.gcd(q)
    left, right = q / common, p / common
    return a * left + (b * right if op == "add" else -(b * right)), p * left


def _short(top: Any, below: Any) -> tuple[Any, Any]:
    if not len(top):
        return top, below**0
    common = top.gcd(below)
    return top / common, below / common


def _text(poly: fmpq_mpoly, texts: list[str]) -> str:
    """Return the polynomial as text; more than one summand in brackets."""
    parts = []
    for exponents, c in sorted(poly.to_dict().items(), reverse=True):
        used = [(_wrapped(text), e) for text, e in zip(texts, exponents, strict=True) if e]
        names = [f"{text}**{e}" if e > 1 else text for text, e in used]
        size = fraction(abs(c))
        coefficient = [str(size)] if size.denominator == 1 else [f"{size.numerator}/{size.denominator}"]
        shown = "*".join(names if size == 1 and names else coefficient + names)
        parts.append(("-" if c < 0 else "+") + " " + shown)
    text = " ".join(parts).removeprefix("+ ")
    text = "-" + text[2:] if text.startswith("- ") else text
    return text if len(parts) == 1 and c > 0 else f"({text})"


def _wrapped(text: str) -> str:
    called = text.endswith(")") and text.split("(")[0].isidentifier()
    return text if text.isidentifier() or called else f"({text})"


def joined(constant: Fraction, factors: list[tuple[str, int]]) -> str:
    """Return the product as text."""
    above = [f"{text}**{n}" if n > 1 else text for text, n in factors if n > 0]
    below = [f"{text}**{-n}" if n < -1 else text for text, n in factors if n < 0]
    if constant != 1 or not above:
        above = [f"({constant})" if constant < 0 or constant.denominator > 1 else str(constant), *above]
    return reduce(lambda text, part: f"{text}/{part}", below, "*".join(above))


def simplified(term: Term, read: Callable[[str], Term]) -> str | None:
    """Return the expression with every quotient in it cleared, as text; None when it is too large."""
    done: dict[Term, Term] = {}
    for node in subterms(term):
        args = tuple(done[a] for a in node.args)
        if node.op not in RINGS:
            cleared = [factored(a) for a in args]
            args = tuple(
                a if found is None else read(joined(found.constant, list(found.factors)))
                for a, found in zip(args, cleared, strict=True)
            )
        done[node] = Term(node.op, args, node.value)
    found = factored(done[term])
    return None if found is None else joined(found.constant, list(found.factors))
