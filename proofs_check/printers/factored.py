"""Terms as a product of irreducible factors over a product of such: a guess at a form whose sign is plain to see."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from proofs_check.language.term import ONE, Term, add, div, mul, num, power, subterms
from proofs_check.printers.cleared import cleared

MAX_ATOMS = 24
MAX_PARTS = 400
MAX_POWER = 100
RING = ("num", "add", "sub", "neg", "mul", "pow")


def factored(root: Term) -> Term | None:
    """Return the term as constant times factors over factors; None when it is too large to try.

    The result equals the term where that is defined; whoever uses it proves so again.

    Examples
    --------
    >>> from proofs_check.language.term import sub, var
    >>> factored(sub(power(var("x"), 2), mul(var("x"), var("y"))))
    mul(x, add(x, mul(-1, y)))
    """
    read = _read(root)
    if read is None or read[1].is_zero():
        return None
    above, below, atoms = read
    common = above.gcd(below) if not above.is_zero() else below
    return _quotient(above / common, below / common, atoms)


def solved(root: Term) -> tuple[Term, Term] | None:
    """Return (a product of powers, what it is equal to where the term is 0); None when the term is no polynomial.

    Examples
    --------
    >>> from proofs_check.language.term import var
    >>> solved(add(mul(var("x"), var("y")), mul(num(2), var("z"))))
    (mul(x, y), mul(-2, z))
    """
    read = _read(root)
    if read is None or not read[1].is_one() or len(read[0]) < 2:
        return None
    polynomial, _, atoms = read
    (exponents, coefficient) = next(iter(polynomial.terms()))
    lead = polynomial.context().from_dict({exponents: coefficient})
    return _sum(lead / coefficient, atoms), _sum((lead - polynomial) / coefficient, atoms)


def _read(root: Term) -> tuple[fmpq_mpoly, fmpq_mpoly, list[Term]] | None:
    """Return numerator and denominator as polynomials in the atoms."""
    flat = cleared(root)
    top, bottom = flat.args if flat.op == "div" else (flat, ONE)
    atoms: list[Term] = []
    for node in subterms(top, bottom):
        if not _is_ring(node) and node not in atoms:
            atoms.append(node)
    if not atoms or len(atoms) > MAX_ATOMS:
        return None
    ctx = fmpq_mpoly_ctx.get(tuple(f"x{i}" for i in range(len(atoms))), "lex")
    try:
        above, below = _polynomial(top, atoms, ctx), _polynomial(bottom, atoms, ctx)
    except OverflowError:
        return None
    small = all(degree <= MAX_POWER for part in (above, below) for degree in part.degrees())
    return (above, below, atoms) if small else None


def _is_ring(node: Term) -> bool:
    return node.op in RING and not (node.op == "pow" and int(node.value) < 0)  # type: ignore[arg-type]


def _polynomial(root: Term, atoms: list[Term], ctx: fmpq_mpoly_ctx) -> fmpq_mpoly:
    done: dict[Term, fmpq_mpoly] = {}
    for node in subterms(root):
        done[node] = _node(node, [done[a] for a in node.args], atoms, ctx)
        if len(done[node]) > MAX_PARTS:
            raise OverflowError("too many parts")
    return done[root]


def _node(node: Term, args: list[fmpq_mpoly], atoms: list[Term], ctx: fmpq_mpoly_ctx) -> fmpq_mpoly:
    if not _is_ring(node):
        return ctx.gens()[atoms.index(node)]
    if node.op == "num":
        value = Fraction(node.value)  # type: ignore[arg-type]
        return ctx.constant(fmpq(value.numerator, value.denominator))
    if node.op == "neg":
        return -args[0]
    if node.op == "pow":
        return _power(args[0], int(node.value))  # type: ignore[arg-type]
    a, b = args
    return a + b if node.op == "add" else a - b if node.op == "sub" else a * b


def _power(base: fmpq_mpoly, n: int) -> fmpq_mpoly:
    """Return a power that stays small: tanh(10**10*x) is a quotient of exp(x)**(2*10**10) plus and minus 1."""
    if n > MAX_POWER and not (len(base) == 1 and abs(base.leading_coefficient()) == 1):
        raise OverflowError("too high a power")
    return base**n


def _quotient(above: fmpq_mpoly, below: fmpq_mpoly, atoms: list[Term]) -> Term:
    top, bottom = _product(above, atoms), _product(below, atoms)
    return top if bottom == ONE else div(top, bottom)


def _product(polynomial: fmpq_mpoly, atoms: list[Term]) -> Term:
    constant, factors = polynomial.factor()
    value = Fraction(int(constant.p), int(constant.q))
    result = None if value == 1 else num(value)
    for factor, count in factors:
        part = _sum(factor, atoms)
        part = part if count == 1 else power(part, int(count))
        result = part if result is None else mul(result, part)
    return result or ONE


def _sum(polynomial: fmpq_mpoly, atoms: list[Term]) -> Term:
    result: Term | None = None
    for exponents, coefficient in polynomial.terms():
        value = Fraction(int(coefficient.p), int(coefficient.q))
        part = None if value == 1 else num(value)
        for atom, n in zip(atoms, exponents, strict=True):
            if n:
                factor = atom if n == 1 else power(atom, int(n))
                part = factor if part is None else mul(part, factor)
        part = part or ONE
        result = part if result is None else add(result, part)
    return result or num(0)
