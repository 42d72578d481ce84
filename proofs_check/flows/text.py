"""User flows as text: equations in the claim language, a start or a box, and values of parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from numerics.flow.program import Program
from proofs_check.flows.terms import require_smooth, require_start, term_program
from proofs_check.language.elaborate import Elaboration
from proofs_check.language.errors import ClaimError, shorten
from proofs_check.language.numbers import constant_of
from proofs_check.language.statement import Statement
from proofs_check.language.term import Term

EQUATION = re.compile(r"\s*([A-Za-z_]\w*)\s*(')?\s*=(?!=)(.*)", re.ASCII | re.DOTALL)
BOX = re.compile(r"\[([^,\[\]]+),([^,\[\]]+)\]\s*", re.ASCII)
TIME = "t"


@dataclass(frozen=True)
class UserFlow:
    """A flow given as text: its program, its start, and the half-width of the box around it (zeros: a point).

    ``shown`` are the names the user gave, without the time when the equations read it.
    """

    program: Program
    start: tuple[Fraction, ...]
    radius: tuple[Fraction, ...]
    shown: tuple[str, ...]


def read_user_flow(equations: Sequence[str], start: str, settings: Sequence[str] = ()) -> UserFlow:
    """Read a flow from text.

    Parameters
    ----------
    equations : texts such as "p' = Gamma*v; v' = Gamma*p"; ``c = expr`` without a prime defines a name. The time is
        ``t`` when nothing else has that name.
    start : "p=1/2, v=1/3"; a box is "p=1/2+-1/100" or "p in [0.4, 0.6]".
    settings : values of parameters, "Gamma=2".

    Raises
    ------
    ValueError
        With one line, when something is not in the claim language, a start is missing, or the field is not defined
        or not smooth at the start.

    Examples
    --------
    >>> flow = read_user_flow(["p' = Gamma*v; v' = Gamma*p"], "p=1/2, v=1/3", ["Gamma=2"])
    >>> flow.program.states, [str(value) for value in flow.start]
    (('p', 'v'), ['1/2', '1/3'])
    """
    given = [_pair(text, "--set") for text in settings]
    velocity, define = _equations(equations)
    names = list(velocity)
    taken = {*names, *(name for name, _ in (*given, *define))}
    if TIME not in taken and any(re.search(r"\bt\b", text) for text in (*velocity.values(), *dict(define).values())):
        velocity[TIME] = "1"
    statement = Statement("0 == 0", dict.fromkeys(velocity, "real"), (), (*given, *define), velocity)
    field = _field(statement)
    values, radii = _start(start, names, given)
    if TIME in velocity and TIME not in names:
        values[TIME], radii[TIME] = Fraction(0), Fraction(0)
    ordered = {name: field[name] for name in velocity}
    require_smooth(ordered)
    require_start(ordered, values)
    return UserFlow(
        term_program(ordered),
        tuple(values[name] for name in velocity),
        tuple(radii[name] for name in velocity),
        tuple(names),
    )


def _equations(texts: Sequence[str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    velocity: dict[str, str] = {}
    define: list[tuple[str, str]] = []
    for text in re.split(r"[;\n]", ";".join(texts)):
        if not text.strip():
            continue
        found = EQUATION.fullmatch(text)
        if not found or not found[3].strip():
            raise ClaimError(f"--define: {shorten(text)!r} is no equation: write p' = Gamma*v, or c = p**2 for a name")
        name, prime, expression = found[1], found[2], found[3].strip()
        if prime and name in velocity:
            raise ClaimError(f"--define: two velocities for {name!r}; give one")
        if prime:
            velocity[name] = expression
        else:
            define.append((name, expression))
    if not velocity:
        raise ClaimError("--define: no velocity; write at least one equation such as p' = -p")
    return velocity, define


def _field(statement: Statement) -> dict[str, Term]:
    try:
        return Elaboration(statement).field()
    except ClaimError as error:
        # the command line has no [variables]: a name is a state with a velocity, or a parameter with a value
        raise ClaimError(
            str(error)
            .replace(": declare it in [variables]", ": give its value with --set NAME=VALUE, or its velocity")
            .replace("[variables]", "--define:")
            .replace("[define]", "--define or --set:")
            .replace("[flow]", "--define:")
        ) from None
    except RecursionError:
        raise ClaimError("--define: a velocity that is defined by d(...) of itself") from None


def _pair(text: str, option: str) -> tuple[str, str]:
    found = EQUATION.fullmatch(text)
    if not found or found[2] or not found[3].strip():
        raise ClaimError(f"{option}: {shorten(text)!r} is not NAME=VALUE")
    return found[1], found[3].strip()


def _start(
    text: str, names: Sequence[str], given: Sequence[tuple[str, str]]
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Return the start and the half-widths by name."""
    reader = Elaboration(Statement("0 == 0", {}, (), tuple(given)))
    values: dict[str, Fraction] = {}
    radii: dict[str, Fraction] = {}
    for part in re.split(r",(?![^\[]*\])", text):
        if not part.strip():
            continue
        found = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*(?:=(?!=)|\bin\b)(.*)", part, re.ASCII | re.DOTALL)
        if not found:
            raise ClaimError(f"--start: {shorten(part)!r} is not NAME=VALUE, NAME=VALUE+-RADIUS or NAME in [A, B]")
        name, value = found[1], found[2].strip()
        if name not in names:
            raise ClaimError(f"--start: {name!r} has no velocity in --define; the states are {', '.join(names)}")
        if name in values:
            raise ClaimError(f"--start: two values for {name!r}; give one")
        values[name], radii[name] = _interval(reader, name, value)
    missing = [name for name in names if name not in values]
    if missing:
        raise ClaimError(f"--start: no value for {', '.join(missing)}; add {missing[0]}=VALUE")
    return values, radii


def _interval(reader: Elaboration, name: str, text: str) -> tuple[Fraction, Fraction]:
    box = BOX.fullmatch(text)
    if box:
        low, high = _exact(reader, name, box[1]), _exact(reader, name, box[2])
        if low > high:
            raise ClaimError(f"--start: the box of {name} is empty: {low} is above {high}")
        return (low + high) / 2, (high - low) / 2
    middle, sign, radius = text.partition("+-")
    width = _exact(reader, name, radius) if sign else Fraction(0)
    if width < 0:
        raise ClaimError(f"--start: the radius of {name} is negative: {width}")
    return _exact(reader, name, middle), width


def _exact(reader: Elaboration, name: str, text: str) -> Fraction:
    value = constant_of(reader.term(text))
    if value is None:
        raise ClaimError(f"--start: {name}={shorten(text, 40)} is not an exact number such as 0.1 or 1/3")
    return value
