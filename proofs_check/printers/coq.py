"""Claims as Coq propositions over R, printed from the unevaluated term; nothing is simplified.

Division, sqrt and ln are total in Coq: what must be defined stands in the proposition itself, as a conjunct.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from proofs_check.language.calculus import derivative, towards
from proofs_check.language.elaborate import Problem
from proofs_check.language.term import Formula, Term, conjunction, rebuild, subterms, variables
from proofs_check.printers.total import holds, premise

MAX_LETTERS = 60_000
MAX_POWER = 64
BINARY = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
NAMES = {
    "sqrt": "sqrt", "exp": "exp", "log": "ln", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin", "acos": "acos",
    "atan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "abs": "Rabs", "step": "rp_step",
    "sign": "rp_sign", "min": "Rmin", "max": "Rmax",
}  # fmt: skip
RELATIONS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
CONNECTIVES = {"and": "/\\", "or": "\\/"}


class NotPrintable(ValueError):
    """A claim that is not written for Coq: one line that says why."""


@dataclass(frozen=True)
class Differentiated:
    """`value` is the derivative of `body` in the variable: stated in Coq by is_derive."""

    body: Term
    variable: str
    value: Term


def variable(name: str) -> str:
    """Return the Coq name of a scalar variable; different names stay different.

    Examples
    --------
    >>> variable("c0"), variable("w[0,1]")
    ('v_c0', "v_w'0'1")
    """
    return "v_" + name.replace("[", "'").replace(",", "'").rstrip("]")


def rational(value: Fraction) -> str:
    """Return an exact constant.

    Examples
    --------
    >>> rational(Fraction(-1, 3))
    '(- (1 / 3))'
    """
    size = str(abs(value.numerator))
    if value.denominator != 1:
        size = f"({size} / {value.denominator})"
    return f"(- {size})" if value < 0 else size


def term(root: Term) -> str:
    """Return the term, every operation in parentheses.

    Raises
    ------
    NotPrintable
        When the text would be too long.

    Examples
    --------
    >>> from proofs_check.language.term import call, div, num, var
    >>> term(div(num(1), call("relu", var("x"))))
    '(1 / (Rmax v_x 0))'
    """
    done: dict[Term, str] = {}
    for node in subterms(root):
        done[node] = _node(node, [done[a] for a in node.args])
        if len(done[node]) > MAX_LETTERS:
            raise NotPrintable(f"a term of more than {MAX_LETTERS:,} letters")
    return done[root]


def _node(node: Term, args: list[str]) -> str:
    op = node.op
    if op == "num":
        return rational(node.value)  # type: ignore[arg-type]
    if op in ("var", "pi"):
        return variable(str(node.value)) if op == "var" else "PI"
    if op in ("also", "smooth"):
        return args[0]
    if op in BINARY:
        return f"({args[0]} {BINARY[op]} {args[1]})"
    if op == "pow":
        n = int(node.value)  # type: ignore[arg-type]
        if abs(n) > MAX_POWER:
            raise NotPrintable(f"the exponent {n} is larger than {MAX_POWER}")
        return f"({args[0]} ^ {n})" if n >= 0 else f"(/ ({args[0]} ^ {-n}))"
    if op in NAMES:
        return f"({NAMES[op]} {' '.join(args)})"
    if op not in SHAPES:
        raise NotPrintable(f"{op} is not known to this printer")
    return SHAPES[op](*args)


SHAPES: dict[str, Callable[..., str]] = {
    "neg": lambda u: f"(- {u})",
    "relu": lambda u: f"(Rmax {u} 0)",
    "rpow": lambda a, b: f"(exp ({b} * (ln {a})))",
    "atanh": lambda u: f"(((ln (1 + {u})) - (ln (1 - {u}))) / 2)",
    "asinh": lambda u: f"(ln ({u} + (sqrt (({u} ^ 2) + 1))))",
    "acosh": lambda u: f"(ln ({u} + (sqrt (({u} ^ 2) - 1))))",
}


def formula(root: Formula) -> str:
    """Return a formula of total logic as a proposition.

    Examples
    --------
    >>> from proofs_check.language.term import num, relation, var
    >>> formula(Formula("not", (relation("<", var("x"), num(0)),)))
    '(~ (v_x < 0))'
    """
    if root.terms:
        return f"({term(root.terms[0])} {RELATIONS[root.op]} {term(root.terms[1])})"
    if root.op == "true":
        return "True"
    parts = [formula(part) for part in root.args]
    if root.op == "not":
        return f"(~ {parts[0]})"
    if root.op == "implies":
        return f"({parts[0]} -> {parts[1]})"
    text = parts[-1]
    for part in reversed(parts[:-1]):
        text = f"({part} {CONNECTIVES[root.op]} {text})"
    return text


def derivatives(claim: Formula) -> tuple[list[Differentiated], bool]:
    """Return the partial derivatives that the claim's terms carry, and whether every derivative in it is one of them.

    Those behind an `implies` or `or` are left out: they may be undefined where they are not reached.
    A term `also(value, body)` carries a derivative when differentiating `body` by the rules gives exactly this term.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> derivatives(elaborate(Statement("d(x**2, x) == 2*x", {"x": "real"})).claim)
    ([Differentiated(body=pow(x, 2), variable='x', value=mul(2, pow(x, 1)))], True)
    """
    found: dict[Differentiated, None] = {}
    sure = [part for part in (claim.args if claim.op == "and" else (claim,)) if part.terms]
    complete = len(sure) == len(claim.args or (claim,))
    stack, seen = [t for part in sure for t in part.terms], set()
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.op != "also":
            stack += node.args
            continue
        body = node.args[1]
        name = next((n for n in sorted(variables(body)) if derivative(body, towards(n)) == node), None)
        if name is None:
            complete = False
            stack += node.args
            continue
        found[Differentiated(plain(body), name, plain(node.args[0]))] = None
        stack.append(body)
    return list(found), complete


def plain(root: Term) -> Term:
    """Return the term without what differentiation noted beside the values."""
    return rebuild(root, lambda node, args: args[0] if node.op in ("also", "smooth") else None)


def is_derive(d: Differentiated) -> str:
    """Return the proposition that the value is the derivative of the body."""
    name = variable(d.variable)
    return f"(is_derive (fun {name} : R => {term(d.body)}) {name} {term(d.value)})"


def proposition(problem: Problem, differentiated: Sequence[Differentiated] = ()) -> str:
    """Return the claim as one closed proposition: the domain's conditions as premises, obligations as conjuncts.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> print(proposition(elaborate(Statement("1/x > 0", {"x": "positive"}))))
    forall (v_x : R),
      (v_x > 0) ->
      ((v_x <> 0) /\\ ((1 / v_x) > 0))
    """
    lines = [f"forall ({' '.join(variable(n) for n in problem.names)} : R),"] if problem.names else []
    lines += [f"  {formula(premise(f))} ->" for f in problem.domain]
    conclusion = formula(conclusion_of(problem.claim))
    for d in differentiated:
        conclusion = f"({conclusion} /\\ {is_derive(d)})"
    return "\n".join([*lines, f"  {conclusion}"])


def conclusion_of(claim: Formula) -> Formula:
    """Return the claim in total logic, flat."""
    return _flat(holds(claim))


def _flat(root: Formula) -> Formula:
    if root.op != "and":
        return Formula(root.op, tuple(_flat(part) for part in root.args), root.terms)
    parts: list[Formula] = []
    for part in (_flat(p) for p in root.args):
        parts += part.args if part.op == "and" else (part,)
    return conjunction(parts)
