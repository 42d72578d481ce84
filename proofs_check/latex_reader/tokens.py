"""LaTeX as a list of tokens: prose, numbers, letters, white-listed commands and signs; anything else is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from proofs_check.latex_reader.displays import displays, without_layout

MAX_LENGTH = 10_000
GREEK = {
    name: name
    for name in (
        "alpha beta gamma delta epsilon zeta eta theta iota kappa mu nu xi rho sigma tau upsilon phi chi psi omega "
        "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell"
    ).split()
} | {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "lambda": "lam"}
FUNCTIONS = {
    name: name for name in "sin cos tan sinh cosh tanh exp log max min asin acos atan asinh acosh atanh relu".split()
} | {
    "ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "artanh": "atanh", "arctanh": "atanh",
    "arsinh": "asinh", "arcsinh": "asinh", "arcosh": "acosh", "arccosh": "acosh", "ReLU": "relu", "sign": "sign",
    "sgn": "sign", "abs": "abs", "step": "step",
}  # fmt: skip
RELATIONS = {
    "=": "==", "<": "<", ">": ">", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=",
    "geqslant": ">=", "ne": "!=", "neq": "!=", "lt": "<", "gt": ">",
}  # fmt: skip
EQUIVALENCES = {"iff", "Leftrightarrow", "Longleftrightarrow"}
DROPPED = {
    "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr",
    "displaystyle", "textstyle", "limits", "nonumber", "notag", ",", ";", ":", "!", " ", ">", "mathstrut", "thinspace",
}  # fmt: skip
SEPARATORS = {"quad", "qquad", "\\", "colon"}
WRAPPERS = {"mathbf", "boldsymbol", "bm", "vec", "mathrm", "mathit", "mathcal", "bar", "hat", "tilde"}
PROSE = {"text", "textrm", "mbox", "textnormal", "textit", "intertext", "shortintertext"}
KNOWN = {
    "frac", "tfrac", "dfrac", "sqrt", "cdot", "times", "div", "sum", "dot", "partial", "pi", "top", "intercal", "star",
    "ast", "langle", "rangle", "lvert", "rvert", "vert", "lVert", "rVert", "Vert", "|", "{", "}", "lbrace", "rbrace",
    "in", "forall", "mathbb", "R", "operatorname", "Rightarrow", "implies", "Longrightarrow", "land", "wedge", "mid",
    "hat", "prime", "lparen", "rparen", "ge", "to",
}  # fmt: skip
COMMANDS = {*GREEK, *FUNCTIONS, *RELATIONS, *DROPPED, *SEPARATORS, *WRAPPERS, *PROSE, *EQUIVALENCES, *KNOWN}
TEXTUAL = re.compile(r"\\(?:label|begin|end|url|href|[a-zA-Z]*ref|cite[a-z]*)\*?(?:\[[^\]]*\])?\{[^{}]*\}")
SYMBOLS = sorted(name for name in COMMANDS - PROSE - DROPPED - SEPARATORS if name.isalpha())
FORMULA = re.compile(rf"[=<>^_]|\\(?:{'|'.join(SYMBOLS)})(?![A-Za-z])")  # what does not stand in plain text
REASONS = {"arg": "the place of a maximum or minimum is not read"}
SIGNS = "+-*/=<>^_{}()[]|,;:.!'&"
ENVIRONMENT = re.compile(r"\\begin\{([A-Za-z]+\*?)\}.*?\\end\{\1\}", re.DOTALL)  # one that is not known, as a whole
WORD = re.compile(r"\\([A-Za-z]+)\*?|\\(.)|(\d+(?:\.\d+)?|\.\d+)|([A-Za-z])|(\s+|~)|(.)", re.DOTALL)


class NotRead(ValueError):
    """A part of a statement that could not be read: one line that says which and why.

    Examples
    --------
    >>> str(NotRead("an integral"))
    'an integral'
    """


@dataclass(frozen=True)
class Token:
    """One token: kind is prose, number, letter, command or sign; `bad` says why it cannot be used."""

    kind: str
    text: str
    at: int
    bad: str = ""


def tokens_of(latex: str) -> list[Token]:
    """Return the tokens of a statement; what stands outside ``$...$`` is prose when there is any ``$...$``.

    Raises
    ------
    NotRead
        When the statement is too long, holds characters that do not show or a $ that is never closed.

    Examples
    --------
    >>> [token.text for token in tokens_of(r"For $x \\ge 2$")]
    ['For', 'x', 'ge', '2']
    """
    if len(latex) > MAX_LENGTH:
        raise NotRead(f"the statement has {len(latex):,} characters; the limit is {MAX_LENGTH:,}")
    hidden = next((c for c in latex if not c.isprintable() and c not in "\t\n\r"), None)
    if hidden is not None:
        raise NotRead(f"the character U+{ord(hidden):04X} does not show: remove it")
    found: list[Token] = []
    outside: list[str] = []
    end, pieces = 0, displays(latex)
    for start, stop, inside in pieces:
        outside.append(latex[end:start])
        found += _prose(latex[end:start], end)
        found += _mathematics(without_layout(latex[inside[0] : inside[1]]), inside[0])
        end = stop
    if re.search(r"(?<!\\)\$", "".join([*outside, latex[end:]])):
        raise NotRead("a $ is never closed")
    found += _prose(latex[end:], end) if pieces else _mathematics(without_layout(latex), 0)
    return found


def _prose(text: str, at: int) -> list[Token]:
    shown = " ".join(text.split())
    bad = "mathematics outside $...$" if FORMULA.search(TEXTUAL.sub("", shown)) else ""
    return [Token("prose", shown, at + len(text) - len(text.lstrip()), bad)] if shown else []


def _mathematics(text: str, at: int) -> list[Token]:
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = WORD.match(text, place)
        assert match is not None  # its last alternative matches any character
        place = match.end()
        command = match[1] or match[2]
        environment = ENVIRONMENT.match(text, match.start()) if command == "begin" else None
        if environment is not None:
            place = environment.end()
            bad = f"the environment {environment[1]} is not known"
            found.append(Token("command", environment[0][1:], at + match.start(), bad))
            continue
        if command in PROSE:
            inside = re.compile(r"\s*\{([^{}]*)\}").match(text, place)
            if inside is not None:
                found += _prose(inside[1], at + match.start()) or [Token("prose", "", at)]
                place = inside.end()
                continue
        if command == "operatorname" or command in ("label", "tag"):
            inside = re.compile(r"\s*\{\s*([^{}]*)\s*\}").match(text, place)
            place = inside.end() if inside is not None else place
            if command == "operatorname":
                name = inside[1].strip() if inside is not None else ""
                bad = "" if name in FUNCTIONS else f"the function {name!r} is not known"
                found.append(Token("command", name, at + match.start(), bad))
            continue
        if match[5] is None and command not in DROPPED:
            found.append(_token(match, at + match.start()))
    return found


def _token(match: re.Match[str], at: int) -> Token:
    command = match[1] or match[2]
    if command is not None:
        bad = "" if command in COMMANDS else REASONS.get(command, f"the command \\{command} is not known")
        return Token("command", command, at, bad)
    if match[3] is not None:
        return Token("number", match[3], at)
    if match[4] is not None:
        return Token("letter", match[4], at)
    bad = "" if match[6] in SIGNS else f"the character {match[6]!r} is not known"
    return Token("sign", match[6], at, bad)
