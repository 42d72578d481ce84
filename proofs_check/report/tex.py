"""Text and claims for the LaTeX file: specials escaped, long formulas and words breakable, unknown signs named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from proofs_check.language.errors import ClaimError
from proofs_check.printers.latex import GREEK, to_latex
from proofs_check.report.mathml import PIECE
from proofs_check.report.tex_math import breakable
from proofs_check.report.views import point_items

SPECIALS = {
    "\\": r"\ensuremath{\backslash}", "{": r"\ensuremath{\{}", "}": r"\ensuremath{\}}", "&": r"\&", "#": r"\#",
    "$": r"\ensuremath{\mathdollar}", "_": r"\_\allowbreak{}", "%": r"\%", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "<": r"\ensuremath{<}", ">": r"\ensuremath{>}", "|": r"\ensuremath{|}", '"': "''",
    "“": "``", "”": "''", "‘": "`", "’": "'", "–": "--", "—": "---", "…": r"\dots{}", "§": r"\ensuremath{\mathsection}",
    "ß": r"\ss{}", "ø": r"\o{}", "Ø": r"\O{}", "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}",
    "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "å": r"\aa{}", "Å": r"\AA{}", "\u00a0": "~",
}  # fmt: skip
SIGNS = {
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "×": r"\times", "÷": r"\div", "±": r"\pm", "·": r"\cdot", "∞": r"\infty",
    "→": r"\to", "∂": r"\partial", "∇": r"\nabla", "∈": r"\in", "√": r"\surd", "∑": r"\sum", "≈": r"\approx", "−": "-",
    "‖": r"\|", "∀": r"\forall", "∃": r"\exists", "²": "^2", "³": "^3", "°": r"^\circ", "∧": r"\wedge", "∨": r"\vee",
    "⟨": r"\langle", "⟩": r"\rangle", "∅": r"\emptyset", "←": r"\gets", "⇒": r"\Rightarrow", "≡": r"\equiv",
    "π": r"\pi", "ϵ": r"\epsilon", "ϕ": r"\phi", "ϑ": r"\vartheta", "υ": r"\upsilon", "Υ": r"\Upsilon", "ℓ": r"\ell",
    "ℏ": r"\hbar", "ℝ": r"\mathbb{R}", "ℕ": r"\mathbb{N}", "ℤ": r"\mathbb{Z}", "ℚ": r"\mathbb{Q}", "ℂ": r"\mathbb{C}",
    "𝔼": r"\mathbb{E}", "ℙ": r"\mathbb{P}", "𝟙": r"\mathbf{1}", "½": r"\frac{1}{2}", "⅓": r"\frac{1}{3}",
    "⅔": r"\frac{2}{3}", "¼": r"\frac{1}{4}", "¾": r"\frac{3}{4}", "∏": r"\prod", "∫": r"\int", "∘": r"\circ",
    "⊗": r"\otimes", "⊕": r"\oplus", "⊙": r"\odot", "⊥": r"\perp", "⊤": r"\top", "∥": r"\parallel", "∣": r"\mid",
    "∉": r"\notin", "⊂": r"\subset", "⊆": r"\subseteq", "⊃": r"\supset", "∪": r"\cup", "∩": r"\cap", "∖": r"\setminus",
    "¬": r"\neg", "∼": r"\sim", "≃": r"\simeq", "≅": r"\cong", "∝": r"\propto", "≪": r"\ll", "≫": r"\gg",
    "↔": r"\leftrightarrow", "⇔": r"\Leftrightarrow", "↦": r"\mapsto", "⟹": r"\Longrightarrow", "⟶": r"\longrightarrow",
    "↑": r"\uparrow", "↓": r"\downarrow", "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil",
    "′": r"^{\prime}", "″": r"^{\prime\prime}", "∗": r"\ast", "⋅": r"\cdot", "⋯": r"\cdots", "†": r"\dagger",
    "¹": "^1", "⁰": "^0", "⁻": "^{-}", "⁺": "^{+}", "ⁿ": "^n", "ᵀ": "^{T}",
}  # fmt: skip
SIGNS |= {sign: f"^{power}" for power, sign in enumerate("⁴⁵⁶⁷⁸⁹", 4)}
SIGNS |= {sign: f"_{index}" for index, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")}
ACCENTS = {0x300: "`", 0x301: "'", 0x302: "^", 0x303: "~", 0x304: "=", 0x306: "u", 0x307: ".", 0x308: '"', 0x30A: "r",
           0x30B: "H", 0x30C: "v", 0x327: "c", 0x328: "k", 0x323: "d", 0x331: "b"}  # fmt: skip
LONG_WORD, PART = 18, 8  # letters: a longer word without a hyphenation may be broken after every few


def words(text: str) -> str:
    r"""Return plain text as ASCII LaTeX: specials escaped, accents as commands, other alphabets by code point.

    Examples
    --------
    >>> words("50 % of w_1"), words("Šárka ≤ Γ 日")
    ('50 \\% of w\\_\\allowbreak{}1', "\\v{S}\\'{a}rka \\ensuremath{\\le} \\ensuremath{\\Gamma} [U+65E5]")
    """
    return "".join(_word(piece) for piece in re.split(r"(\s+)", text))


def _word(text: str) -> str:
    if text.isspace():
        return " "
    letters = [_letter(char) for char in unicodedata.normalize("NFC", text)]
    if len(letters) <= LONG_WORD:
        return "".join(letters)
    return r"\allowbreak{}".join("".join(letters[k : k + PART]) for k in range(0, len(letters), PART))


def _letter(char: str) -> str:
    if char in SPECIALS:
        return SPECIALS[char]
    if " " <= char <= "~":
        return char
    if char in SIGNS:
        return rf"\ensuremath{{{SIGNS[char]}}}"
    name = unicodedata.name(char, "")
    greek = name.removeprefix("GREEK SMALL LETTER ").lower().replace("lamda", "lambda")
    if name.startswith("GREEK CAPITAL LETTER "):
        greek = name.removeprefix("GREEK CAPITAL LETTER ").capitalize().replace("Lamda", "Lambda")
    if greek in GREEK:
        return rf"\ensuremath{{\{greek}}}"
    base, *marks = unicodedata.normalize("NFD", char)
    if len(marks) == 1 and base.isascii() and ord(marks[0]) in ACCENTS:
        return rf"\{ACCENTS[ord(marks[0])]}{{{base}}}"
    return f"[U+{ord(char):04X}]"


def prose(text: str) -> str:
    r"""Return LaTeX text of a lemma file: formulas stay, words are escaped, except commands that mark emphasis.

    Examples
    --------
    >>> prose("rate $x_1$ & more")
    'rate $x_1$ \\& more'
    """
    parts, position = [], 0
    for piece in PIECE.finditer(text):
        parts += [_marked(text[position : piece.start()]), _formula(piece)]
        position = piece.end()
    parts.append(_marked(text[position:]))
    return "".join(parts)


def _formula(piece: re.Match[str]) -> str:
    """Return a formula of a lemma file, which anybody may have written: mathematics only, or its source as text."""
    inside = next(part for part in piece.groups() if part is not None)
    if not harmless(inside):
        return rf"\texttt{{{words(piece[0])}}}"
    formula = breakable(inside)
    return f"${formula}$" if formula else ""  # two dollar signs in a row would begin a display


MATHEMATICS = frozenset(
    (
        "frac dfrac tfrac sqrt left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr sum prod int lim sup "
        "inf max min log ln exp sin cos tan sinh cosh tanh arcsin arccos arctan cot sec csc det deg dim ker Pr "
        "gcd arg operatorname mathrm mathbf mathcal mathbb mathit mathsf boldsymbol text textrm quad qquad cdot "
        "cdots ldots dots vdots times pm mp div circ bullet star ast le leq ge geq ne neq equiv approx sim simeq "
        "cong propto ll gg in notin ni subset subseteq supset cup cap setminus emptyset forall exists neg lnot "
        "land lor wedge vee implies iff to rightarrow leftarrow Rightarrow Leftarrow leftrightarrow "
        "Leftrightarrow mapsto longrightarrow uparrow downarrow infty partial nabla hat bar tilde vec dot ddot "
        "overline underline widehat widetilde overbrace underbrace langle rangle lvert rvert lVert rVert vert "
        "Vert mid parallel perp top bot ell hbar Re Im prime dagger otimes oplus odot binom stackrel overset "
        "underset displaystyle textstyle lfloor rfloor lceil rceil colon not varepsilon varphi vartheta varrho "
        "varsigma limsup liminf iota upsilon Upsilon lbrace rbrace surd angle triangle mathop mathrel mathbin "
        "mathord mathopen mathclose limits nolimits "
    ).split()
) | frozenset(GREEK)
PLAIN = frozenset([*r"\, \; \: \! \{ \} \| \_ \& \% \# \$".split(), "\\ "])


def harmless(latex: str) -> bool:
    r"""Say whether a formula has known commands only and balanced braces, so that it cannot stop a document.

    Examples
    --------
    >>> harmless(r"\frac{a}{b}"), harmless(r"\input{x}"), harmless("{a")
    (True, False, False)
    """
    if not latex.isascii() or re.search(r"(?<!\\)[&#%$]|\^\^|\\$", latex):
        return False
    depth = 0
    for token in re.findall(r"\\[A-Za-z]+|\\.|[{}]", latex, re.DOTALL):
        depth += (token == "{") - (token == "}")
        known = token in "{}" or token in PLAIN or token[1:] in MATHEMATICS
        if depth < 0 or not known:
            return False
    double = re.search(r"(_|\^)\s*(?:\w|\{[^{}]*\})\s*\1", latex) or re.search(r"[_^]\s*($|[_^}])", latex)
    pairs = len(re.findall(r"\\left(?![A-Za-z])", latex)) == len(re.findall(r"\\right(?![A-Za-z])", latex))
    return depth == 0 and pairs and not double


def _marked(text: str) -> str:
    parts, position = [], 0
    for piece in re.finditer(r"\\emph\{([^{}]*)\}", text):
        parts += [words(text[position : piece.start()]), rf"\emph{{{words(piece[1])}}}"]
        position = piece.end()
    return "".join([*parts, words(text[position:])])


def display(text: str) -> str:
    r"""Return a claim as mathematics for a paragraph of its own, which TeX may break into lines.

    Examples
    --------
    >>> display("x/2 <= 1")
    '$\\displaystyle \\frac{x}{2} \\le  1$'
    """
    try:
        latex = to_latex(text)
    except (ClaimError, ValueError, RecursionError):
        return code(text)
    return rf"$\displaystyle {breakable(latex)}$" if latex.isascii() else code(text)


def code(text: str) -> str:
    r"""Return text in a fixed-width font that may be broken after its signs.

    Examples
    --------
    >>> code("a_1+b")
    '\\texttt{a\\_\\allowbreak{}1+\\allowbreak{}b}'
    """
    broken = re.sub(r"([-+*/=,()])", r"\1\\allowbreak{}", words(text))
    return rf"\texttt{{{broken}}}"


def point(where: dict[str, Any]) -> str:
    r"""Return a counterexample as text.

    Examples
    --------
    >>> point({"x": "1/2"})
    '$x = 1/2$'
    >>> point({"e": "(≈ 0.268941, 1)"})
    '$e = ({}\\approx 0.268941,\\allowbreak 1)$'
    """
    shown = ", ".join(f"${_name(name)} = {_value(value)}$" for name, value in point_items(where))
    return shown or "every point"


NUMBERS = re.compile(r"(?:[\w\s,()/.+-]|≈ )*", re.ASCII)
RELATIONS = {"==": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">"}


def relation(sides: Mapping[str, str]) -> str:
    r"""Return a relation between two numbers that does not hold.

    Examples
    --------
    >>> relation({"left": "≈ 0.5", "relation": ">=", "right": "1"})
    '${}\\approx 0.5 \\ge 1$'
    >>> relation({"left": "(1, 2)", "relation": "==", "right": "(0, 0)"})
    '$(1,\\allowbreak 2) = (0,\\allowbreak 0)$'
    """
    left, right = (_numbers(sides[key]) for key in ("left", "right"))
    sign = RELATIONS.get(sides["relation"], ",")
    if left is None or right is None:
        return words(f"{sides['left']} {sides['relation']} {sides['right']}")
    return f"${left} {sign} {right}$"


def _value(value: str) -> str:
    shown = _numbers(value)
    return rf"\text{{{words(value)}}}" if shown is None else shown


def _numbers(value: str) -> str | None:
    """Return numbers with places to break, after commas and within very long ones; None for what is no numbers."""
    if not NUMBERS.fullmatch(value):
        return None
    broken = value.replace("≈ ", r"{}\approx ").replace(", ", r",\allowbreak ")
    return re.sub(r"\d{13,}", lambda match: r"\allowbreak ".join(re.findall(r"\d{1,9}", match[0])), broken)


def _name(name: str) -> str:
    try:
        latex = to_latex(name)
    except (ClaimError, ValueError):
        latex = ""
    return latex if latex and latex.isascii() else rf"\text{{\texttt{{{words(name)}}}}}"
