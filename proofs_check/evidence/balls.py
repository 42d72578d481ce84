"""The value of a term at a rational point: exact where it is rational, a rigorous ball (python-flint) elsewhere.

Three outcomes besides a value: `Undefined` (the expression has no value there, certainly), `Undecided` (a kink under a
derivative, or a ball too wide at this precision). Only certain answers are ever used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from math import isqrt

from flint import arb, ctx, fmpq

from proofs_check.language.term import Formula, Term, subterms

Number = Fraction | arb
MAX_BITS = 1 << 16
PRECISIONS = (64, 192, 512)
NARROW = Fraction(1, 1 << 300)


class Undefined(Exception):
    """The expression certainly has no value at the point."""


class Undecided(Exception):
    """Neither a value nor its absence is certain at this precision."""


class Close(Undecided):
    """Both sides of a relation have values, and they agree as far as this precision goes."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Set python-flint's global precision and restore it, also after an exception.

    Examples
    --------
    >>> with precision(100):
    ...     arb("0.1").rel_accuracy_bits() > 90
    True
    """
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def ball(value: Number) -> arb:
    """Return a ball that contains the number.

    Examples
    --------
    >>> bool(ball(Fraction(1, 2)) == 0.5)
    True
    """
    return arb(fmpq(value.numerator, value.denominator)) if isinstance(value, Fraction) else value


def evaluate(root: Term, point: Mapping[str, Fraction], relu_at_zero: int = 0) -> Number:
    """Return the value at the point, exact or as a ball at the current precision.

    Raises
    ------
    Undefined, Undecided
        See the module's text.

    Examples
    --------
    >>> from proofs_check.language.term import call, num
    >>> evaluate(call("sqrt", num(4)), {})
    Fraction(2, 1)
    """
    done: dict[Term, Number | Undefined | Undecided] = {}
    for node in _order(root):
        done[node] = _outcome(node, [done[a] for a in node.args], point, relu_at_zero)
    result = done[root]
    if isinstance(result, (Undefined, Undecided)):
        raise result
    return result


@lru_cache(maxsize=1_000)
def _order(root: Term) -> tuple[Term, ...]:
    """Return the subterms, arguments first; a search evaluates the same few terms at thousands of points."""
    return tuple(subterms(root))


def _outcome(
    node: Term, args: list[Number | Undefined | Undecided], point: Mapping[str, Fraction], relu_at_zero: int
) -> Number | Undefined | Undecided:
    """Return the node's value, or why there is none; at a kink a derivative is undecided whatever its terms do."""
    if node.op == "smooth":
        u = args[1]
        if isinstance(u, (Undefined, Undecided)):
            return u
        if isinstance(u, Fraction) and u == 0:
            return Undecided("a derivative at a kink")
        if not isinstance(u, Fraction) and not (u > 0 or u < 0):
            return Undecided("a derivative near a kink")
        return args[0]
    for kind in (Undefined, Undecided):
        for a in args:
            if isinstance(a, kind):
                return a
    try:
        return node_value(node, args, point, relu_at_zero)  # type: ignore[arg-type]
    except (Undefined, Undecided) as reason:
        return reason


def holds(formula: Formula, point: Mapping[str, Fraction], relu_at_zero: int = 0) -> bool:
    """Return the truth of the formula at the point, left to right with short circuit.

    Raises
    ------
    Undefined, Undecided
        See the module's text.

    Examples
    --------
    >>> from proofs_check.language.term import num, relation, var
    >>> holds(relation("<", var("x"), num(1)), {"x": Fraction(1, 2)})
    True
    """
    if formula.op == "true":
        return True
    if formula.op in ("and", "or"):
        return _junction(formula, point, relu_at_zero)
    if formula.op == "not":
        return not holds(formula.args[0], point, relu_at_zero)
    if formula.op == "implies":
        return not holds(formula.args[0], point, relu_at_zero) or holds(formula.args[1], point, relu_at_zero)
    a, b = (evaluate(term, point, relu_at_zero) for term in formula.terms)
    return _compare(formula.op, a, b)


def _junction(formula: Formula, point: Mapping[str, Fraction], relu_at_zero: int) -> bool:
    """Return the truth of a conjunction or disjunction.

    A part that is close is true or false: a later part that ends a conjunction as false ends it either way.
    """
    ending, close = formula.op == "or", None
    for part in formula.args:
        try:
            if holds(part, point, relu_at_zero) is ending:
                return ending
        except Close as reason:
            close = reason
        except Undefined:
            if close is not None:
                raise Undecided("false or undefined") from None
            raise
    if close is not None:
        raise close
    return not ending


def _compare(op: str, a: Number, b: Number) -> bool:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]
    gap = ball(a) - ball(b)
    if not gap.is_finite():
        raise Undecided("not finite")
    if gap > 0:
        return op in (">", ">=", "!=")
    if gap < 0:
        return op in ("<", "<=", "!=")
    raise Close("the two sides agree as far as this precision goes")


def decide(formula: Formula, point: Mapping[str, Fraction], relu_at_zero: int = 0) -> str:
    """Return "true", "false", "undefined" or "undecided", raising the precision up to 512 bits.

    Examples
    --------
    >>> from proofs_check.language.term import call, div, num, relation, var
    >>> decide(relation("==", div(var("x"), var("x")), num(1)), {"x": Fraction(0)})
    'undefined'
    """
    for bits in PRECISIONS:
        with precision(bits):
            try:
                return "true" if holds(formula, point, relu_at_zero) else "false"
            except Undefined:
                return "undefined"
            except Undecided:
                continue
    return "undecided"


def agrees(formula: Formula, point: Mapping[str, Fraction], relu_at_zero: int = 0) -> bool:
    """Return True when the formula is true, or holds with equality as far as 512 bits can tell.

    A strict relation between numbers that agree to 512 bits, and a derivative at a kink, are unknown: not agreement.

    Examples
    --------
    >>> from proofs_check.language.term import call, num, power, relation
    >>> two = power(call("sqrt", num(2)), 2)
    >>> agrees(relation("==", two, num(2)), {}), agrees(relation("<", two, num(2)), {})
    (True, False)
    """
    outcome = decide(formula, point, relu_at_zero)
    if outcome != "undecided":
        return outcome == "true"
    if formula.op == "and":
        return all(agrees(part, point, relu_at_zero) for part in formula.args)
    if formula.op == "implies" and decide(formula.args[0], point, relu_at_zero) == "true":
        return agrees(formula.args[1], point, relu_at_zero)
    if formula.op not in ("==", "<=", ">="):
        return False
    with precision(PRECISIONS[-1]):
        try:
            a, b = (ball(evaluate(term, point, relu_at_zero)) for term in formula.terms)
        except (Undefined, Undecided):
            return False
        gap = a - b
        return gap.is_finite() and gap.contains(0) and bool(gap.rad() < (1 + abs(a)) * ball(NARROW))


def _small(value: Fraction) -> Number:
    if value.numerator.bit_length() + value.denominator.bit_length() > MAX_BITS:
        return ball(value)
    return value


def _nonzero(value: Number, what: str) -> None:
    if isinstance(value, Fraction):
        if value == 0:
            raise Undefined(f"{what} is 0")
    elif not (value > 0 or value < 0):
        raise Undecided(what)


def _needs(value: Number, lower: int, strict: bool, what: str) -> None:
    """Raise unless value > lower (or >= lower) is certain."""
    if isinstance(value, Fraction):
        if value < lower or (strict and value == lower):
            raise Undefined(what)
    elif value < lower:
        raise Undefined(what)
    elif not (value > lower):
        raise Undecided(what)


def _sign(value: Number) -> int:
    if isinstance(value, Fraction):
        return (value > 0) - (value < 0)
    if value > 0:
        return 1
    if value < 0:
        return -1
    raise Undecided("sign")


def node_value(node: Term, args: list[Number], point: Mapping[str, Number], relu_at_zero: int) -> Number:
    """Return the value of a node from those of its arguments; raises `Undefined` or `Undecided`."""
    op = node.op
    if op == "num":
        return node.value  # type: ignore[return-value]
    if op == "var":
        return point[str(node.value)]
    if op == "pi":
        return arb.pi()
    if op in ARITHMETIC:
        return ARITHMETIC[op](args[0], args[-1])
    if op == "pow":
        return _power(args[0], int(node.value))  # type: ignore[arg-type]
    if op == "also":
        return args[0]
    if op in ("abs", "relu", "step", "sign", "max", "min"):
        return _kinked(op, args, relu_at_zero)
    return _function(op, args)


def _arithmetic(combine: Callable[[Number, Number], Number]) -> Callable[[Number, Number], Number]:
    def apply(a: Number, b: Number) -> Number:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return _small(combine(a, b))  # type: ignore[arg-type]
        return combine(ball(a), ball(b))

    return apply


def _divide(a: Number, b: Number) -> Number:
    _nonzero(b, "a denominator")
    return _arithmetic(lambda p, q: p / q)(a, b)  # type: ignore[operator]


def _times(a: Number, b: Number) -> Number:
    if (a == 0 and isinstance(a, Fraction)) or (isinstance(b, Fraction) and b == 0):
        return Fraction(0)
    return _arithmetic(lambda p, q: p * q)(a, b)  # type: ignore[operator]


ARITHMETIC: dict[str, Callable[[Number, Number], Number]] = {
    "add": _arithmetic(lambda p, q: p + q),  # type: ignore[operator]
    "sub": _arithmetic(lambda p, q: p - q),  # type: ignore[operator]
    "mul": _times,
    "div": _divide,
    "neg": lambda a, _: -a,
}


def _power(a: Number, n: int) -> Number:
    if n < 0:
        _nonzero(a, "the base of a negative power")
    if n == 0:
        return Fraction(1)
    if isinstance(a, Fraction):
        if (a.numerator.bit_length() + a.denominator.bit_length()) * abs(n) <= MAX_BITS:
            return a**n
        a = ball(a)
    return a**n


def _kinked(op: str, args: list[Number], relu_at_zero: int) -> Number:
    if op in ("max", "min"):
        gap = ARITHMETIC["sub"](args[0], args[1])
        if isinstance(gap, Fraction):
            return args[0] if (gap >= 0) == (op == "max") else args[1]
        a, b = ball(args[0]), ball(args[1])
        return a.max(b) if op == "max" else a.min(b)
    u = args[0]
    if op == "abs":
        return abs(u)
    if op == "relu":
        return max(u, Fraction(0)) if isinstance(u, Fraction) else u.max(arb(0))
    s = _sign(u)
    if op == "sign":
        return Fraction(s)
    return Fraction(relu_at_zero if s == 0 else int(s > 0))


EXACT_AT_ZERO = {
    "exp": 1,
    "sin": 0,
    "cos": 1,
    "tan": 0,
    "asin": 0,
    "atan": 0,
    "sinh": 0,
    "cosh": 1,
    "tanh": 0,
    "asinh": 0,
    "atanh": 0,
}


def _function(op: str, args: list[Number]) -> Number:
    u = args[0]
    if op == "rpow":
        _needs(u, 0, True, "the base of a real power is not positive")
        if (args[1] == 0 and isinstance(args[1], Fraction)) or (u == 1 and isinstance(u, Fraction)):
            return Fraction(1)
        return (ball(args[1]) * ball(u).log()).exp()
    if op in ("sqrt", "acosh"):
        _needs(u, 0 if op == "sqrt" else 1, False, f"{op} outside its domain")
    elif op == "log":
        _needs(u, 0, True, "log of a number that is not positive")
    elif op in ("asin", "acos", "atanh"):
        strict = op == "atanh"
        _needs(u, -1, strict, f"{op} outside its domain")
        _needs(-u, -1, strict, f"{op} outside its domain")
    if isinstance(u, Fraction):
        if u == 0 and op in EXACT_AT_ZERO:
            return Fraction(EXACT_AT_ZERO[op])
        if u == 1 and op in ("log", "acosh", "acos"):
            return Fraction(0)
        if op == "sqrt":
            p, q = isqrt(u.numerator), isqrt(u.denominator)
            if p * p == u.numerator and q * q == u.denominator:
                return Fraction(p, q)
    result = getattr(ball(u), op)()
    if op == "tan" and not result.is_finite():
        raise Undecided("tan near a pole")
    return result
