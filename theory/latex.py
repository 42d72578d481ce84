"""Derivations as LaTeX (``align*``, the rule beside each line) and as plain text for a terminal."""

from __future__ import annotations

import re

import sympy

from theory.derivation import Derivation, Step, steps_as_claims
from theory.symbols import Expr

# Characters on a line of an article page.
WIDTH = 72
# Names of the claim language that are printed by another letter.
LETTERS = {
    "gate": "g",
    "gamma": r"\gamma",
    "prediction": "f",
    "label": "y",
    "lam": r"\lambda",
    "e1": "e_{1}",
    "grad_w": r"(\partial L/\partial w)",
    "grad_v": r"(\partial L/\partial v)",
}


def symbol_latex(name: str) -> str:
    r"""Return the LaTeX of a symbol; indices print 1-based: ``w[0,1]`` is w_{1,2}.

    Examples
    --------
    >>> symbol_latex("w[0,1]"), symbol_latex("x1[0]"), symbol_latex("prediction_0")
    ('w_{1,2}', 'x_{1,1}', 'f_{1}')
    """
    match = re.fullmatch(r"([A-Za-z_]+)(\d*)\[([\d,]+)\]", name)
    if match:
        letter, number, indices = match.groups()
        places = [number] if number else []
        places += [str(int(index) + 1) for index in indices.split(",")]
        return f"{LETTERS.get(letter, letter)}_{{{','.join(places)}}}"
    match = re.fullmatch(r"(prediction|label)_(\d+)", name)
    if match:
        return f"{LETTERS[match.group(1)]}_{{{int(match.group(2)) + 1}}}"
    return LETTERS.get(name, str(sympy.latex(sympy.Symbol(name))))


def expression_latex(expression: Expr) -> str:
    r"""Return the LaTeX of an expression with the symbols of the claim language.

    Examples
    --------
    >>> expression_latex(sympy.Symbol("w[0,1]") ** 2)
    'w_{1,2}^{2}'
    """
    symbols = expression.atoms(sympy.Symbol)
    names = {symbol: symbol_latex(symbol.name) for symbol in symbols}
    return str(sympy.latex(expression, symbol_names=names, inv_trig_style="full"))


def as_latex(derivation: Derivation) -> str:
    r"""Return the statement, sizes and assumptions, and the steps in an ``align*``.

    A step that continues the one before it is written without its left side; long lines are broken.

    Examples
    --------
    >>> from theory import derive
    >>> print(as_latex(derive("balance_conservation")).splitlines()[-1])
    \end{align*}
    """
    lines, previous = [], None
    for step in derivation.steps:
        lines += _step_lines(step, continues=previous is not None and step.lhs == previous.rhs)
        previous = step
    notes = [f"Written for {derivation.sizes}; indices count from 1."]
    notes += [f"Assumed: {assumption}." for assumption in derivation.assumes]
    body = " \\\\\n".join(lines)
    text = escape(" ".join(notes))
    return f"{derivation.statement}\n\n{text}\n\\begin{{align*}}\n{body}\n\\end{{align*}}"


def _step_lines(step: Step, continues: bool) -> list[str]:
    """Return the step on one line where it fits, else left side, right side and rule below one another."""
    relation = {"==": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge"}.get(step.relation, step.relation)
    left = "" if continues else expression_latex(step.lhs)
    right, rule = expression_latex(step.rhs), rf"\text{{{escape(step.rule)}}}"
    indent = r"\quad " if continues else ""
    if visible_length(left + right) + len(step.rule) <= WIDTH:
        return [rf"&{indent}{left} {relation} {right} \qquad {rule}"]
    if visible_length(left + right) <= WIDTH:
        return [rf"&{indent}{left} {relation} {right}", rf"&\qquad {rule}"]
    parts = _broken(step.rhs)
    lines = [rf"&{left}"] if left else []
    lines += [rf"&\quad {relation} {parts[0]}", *(rf"&\qquad {part}" for part in parts[1:])]
    return [*lines, rf"&\qquad {rule}"]


def _broken(expression: Expr) -> list[str]:
    """Return a long sum as several lines of whole terms."""
    text = expression_latex(expression)
    if not expression.is_Add or visible_length(text) <= WIDTH:
        return [text]
    lines = [""]
    for term in expression.as_ordered_terms():
        part = expression_latex(term)
        if lines != [""] and not part.startswith("-"):
            part = f"+ {part}"
        if lines[-1] and visible_length(lines[-1] + part) > WIDTH:
            lines.append("")
        lines[-1] += f" {part}"
    return lines


def visible_length(text: str) -> int:
    r"""Return about how many characters a formula takes on paper.

    Examples
    --------
    >>> visible_length(r"\gamma_{1} + \frac{a}{b}")
    5
    """
    plain = re.sub(r"\\(left|right|frac|sqrt|operatorname|quad|,)|[{}^_\s]", "", text)
    return len(re.sub(r"\\[A-Za-z]+", "x", plain))


def escape(text: str) -> str:
    r"""Return plain text with the characters that LaTeX would read as commands escaped.

    Examples
    --------
    >>> escape("50 % of x_1^2")
    '50 \\% of x\\_1\\textsuperscript{2}'
    """
    parts = re.split(r"\^(\d)", text)
    if len(parts) > 1:
        plain, digits = parts[::2], [rf"\textsuperscript{{{digit}}}" for digit in parts[1::2]]
        return "".join(escape(part) + digit for part, digit in zip(plain, [*digits, ""], strict=True))
    special = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
    special |= {character: "\\" + character for character in "&%$#_{}"}
    special |= {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"}
    return "".join(special.get(character, character) for character in text)


def as_text(derivation: Derivation) -> str:
    """Return the derivation for a terminal; indices count from 0, as in claims.

    Examples
    --------
    >>> from theory import derive
    >>> print(as_text(derive("balance_conservation")).splitlines()[0])
    Gradient flow conserves the balance of a neuron
    """
    lines = [derivation.title, f"  for {derivation.sizes}; indices count from 0"]
    lines += [f"  hypothesis: {hypothesis}" for hypothesis in derivation.hypotheses]
    lines += [f"  assumed: {assumption}" for assumption in derivation.assumes]
    for number, (claim, rule) in enumerate(steps_as_claims(derivation), start=1):
        lines += [f"{number:3}. {claim}", f"     {rule}"]
    return "\n".join(lines)
