"""Velocities as terms of the claim language, straight to a program: SymPy would cancel ``x/x`` on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from numerics.flow.composed import COMPOSED, pi, real_power
from numerics.flow.elementary import apply, power, quotient, smooth_program
from numerics.flow.program import Program, ProgramBuilder
from proofs_check.evidence.balls import Undecided, Undefined, evaluate, precision
from proofs_check.language.errors import ClaimError, shorten
from proofs_check.language.term import ONE, Term, sub, subterms
from proofs_check.language.term import power as power_of
from proofs_check.printers.text import to_text

KINKS = ("abs", "relu", "step", "sign", "min", "max")
DIRECT = ("exp", "log", "sqrt", "tanh", "sin", "cos", "atan")
START_BITS = 512
# where a function has a value but no derivative: the zero of this term of its argument
ENDS: dict[str, Callable[[Term], Term]] = {
    "sqrt": lambda u: u,
    "acosh": lambda u: sub(u, ONE),
    "asin": lambda u: sub(power_of(u, 2), ONE),
    "acos": lambda u: sub(power_of(u, 2), ONE),
}


def term_program(field: Mapping[str, Term]) -> Program:
    """Return the program of a field whose velocities are terms in its variables.

    Raises
    ------
    ValueError
        When a function has a kink, or is not defined at a constant.

    Examples
    --------
    >>> from proofs_check.language.term import div, var
    >>> term_program({"x": div(var("x"), var("x"))}).states
    ('x', 'inverse[0]')
    """
    require_smooth(field)
    places = {name: place for place, name in enumerate(field)}

    def make(builder: ProgramBuilder) -> list[int]:
        done: dict[Term, int] = {}
        for node in subterms(*field.values()):
            done[node] = _node(builder, node, done, places)
        return [done[velocity] for velocity in field.values()]

    return smooth_program(list(field), make)


def _node(builder: ProgramBuilder, node: Term, done: dict[Term, int], places: dict[str, int]) -> int:
    op, args, one = node.op, [done[a] for a in node.args], Fraction(1)
    if op in ("add", "sub"):
        return builder.linear([(args[0], one), (args[1], one if op == "add" else -one)])
    if op == "num":
        return builder.constant(Fraction(node.value))  # type: ignore[arg-type]
    if op == "var":
        return places[str(node.value)]
    if op == "pi":
        return pi(builder)
    if op == "neg":
        return builder.linear([(args[0], -one)])
    if op == "mul":
        return builder.product(*args)
    if op in ("div", "rpow"):
        return (quotient if op == "div" else real_power)(builder, *args)
    if op == "pow":
        return power(builder, args[0], int(node.value))  # type: ignore[arg-type]
    if op in ("also", "smooth"):
        if op == "smooth":
            apply(builder, "inverse", args[1])  # the pole of 1/u keeps the flow off u = 0, where the rule fails
        return args[0]
    if op in DIRECT:
        return apply(builder, op, args[0])
    return COMPOSED[op](builder, args[0])


def require_smooth(field: Mapping[str, Term]) -> None:
    """Raise ClaimError when a function with a kink occurs.

    Examples
    --------
    >>> from proofs_check.language.term import var
    >>> require_smooth({"x": var("x")})
    """
    for node in subterms(*field.values()):
        if node.op in KINKS:
            raise ClaimError(
                f"{_shown(node)}: {node.op} has a kink, and a flow given as text must be smooth; "
                "solve a network (--network), or write the formula of one side"
            )


def require_start(field: Mapping[str, Term], start: Mapping[str, Fraction]) -> None:
    """Raise ClaimError where a velocity is not defined, or not smooth, at the start; the smallest such part is named.

    Examples
    --------
    >>> from proofs_check.language.term import div, var
    >>> require_start({"x": div(var("x"), var("x"))}, {"x": Fraction(1)})
    """
    with precision(START_BITS):
        for node in subterms(*field.values()):
            # not smooth where the argument of a root vanishes, though the function has a value there
            if node.op in ENDS and _value(ENDS[node.op](node.args[0]), start) == 0:
                raise ClaimError(
                    f"the flow is not smooth at the start: {_shown(node)} is at the end of its domain; start inside"
                )
        try:
            for velocity in field.values():
                evaluate(velocity, start)
        except (Undefined, Undecided):
            for node in subterms(*field.values()):
                _value(node, start)


def _value(node: Term, start: Mapping[str, Fraction]) -> object:
    try:
        return evaluate(node, start)
    except Undefined:
        zero = "division by zero in" if node.op in ("div", "pow") else "outside its domain:"
        raise ClaimError(f"the flow is not defined at the start: {zero} {_shown(node)}") from None
    except Undecided:
        raise ClaimError(f"{START_BITS} bits do not decide whether {_shown(node)} is defined at the start") from None


def _shown(node: Term) -> str:
    return shorten(to_text(node), 60)
