"""Claim text as LaTeX and MathML, printed from the `ast` so that the reader sees the expression as it was written."""

from __future__ import annotations

import ast

from proofs_check.language.parse import number, parse

GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi rho sigma tau phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega "
).split()
RELATIONS = {ast.Eq: "=", ast.NotEq: r"\neq", ast.Lt: "<", ast.LtE: r"\le", ast.Gt: ">", ast.GtE: r"\ge"}
NAMED = {
    "exp": r"\exp", "log": r"\ln", "sin": r"\sin", "cos": r"\cos", "tan": r"\tan", "sinh": r"\sinh", "cosh": r"\cosh",
    "tanh": r"\tanh", "asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan", "max": r"\max", "min": r"\min",
    "asinh": r"\operatorname{arsinh}", "acosh": r"\operatorname{arcosh}", "atanh": r"\operatorname{artanh}",
    "relu": r"\operatorname{relu}", "step": r"\mathbf{1}_{>0}", "sign": r"\operatorname{sign}",
    "next": r"\operatorname{next}",
}  # fmt: skip
SPECIAL = {"lam": r"\lambda", "grad_w": r"\nabla_{w}L", "grad_v": r"\nabla_{v}L", "gate": "g", "pi": r"\pi"}
SUM, PRODUCT, UNARY, POWER, ATOM = 1, 2, 3, 4, 5


def to_latex(text: str) -> str:
    """Return the claim or expression as LaTeX mathematics (no dollar signs).

    Examples
    --------
    >>> to_latex("x/2 <= tanh(x)")
    '\\\\frac{x}{2} \\\\le \\\\tanh(x)'
    """
    return _print(parse(text))[0]


def to_mathml(text: str) -> str:
    """Return the claim or expression as MathML.

    Examples
    --------
    >>> to_mathml("x < 1").startswith("<math")
    True
    """
    from latex2mathml.converter import convert

    return convert(to_latex(text))


def name(identifier: str) -> str:
    """Return a variable name as LaTeX: Greek letters, and digits or what follows an underscore as an index.

    Examples
    --------
    >>> name("Gamma"), name("c0"), name("t_u")
    ('\\\\Gamma', 'c_{0}', 't_{u}')
    """
    if identifier in SPECIAL:
        return SPECIAL[identifier]
    head, _, tail = identifier.partition("_")
    stem = head.rstrip("0123456789")
    digits = head[len(stem) :]
    index = ",".join(part for part in (digits, *tail.split("_")) if part)
    stem = SPECIAL.get(stem, stem)
    letter = (
        "\\" + stem if stem in GREEK else stem if len(stem) == 1 or stem.startswith("\\") else rf"\mathrm{{{stem}}}"
    )
    return f"{letter}_{{{index}}}" if index else letter


TALL = (r"\frac", r"\left", r"\sum", r"\sqrt")


def brackets(inside: str) -> str:
    """Return text in round brackets: plain ones where nothing inside is tall, so that spacing stays that of a line.

    Examples
    --------
    >>> brackets("x + 1"), brackets(r"\\frac{1}{2}")
    ('(x + 1)', '\\\\left(\\\\frac{1}{2}\\\\right)')
    """
    return rf"\left({inside}\right)" if any(part in inside for part in TALL) else f"({inside})"


def _wrap(printed: tuple[str, int], level: int) -> str:
    text, binding = printed
    return text if binding >= level else brackets(text)


def _print(node: ast.expr) -> tuple[str, int]:
    for kind, printer in PRINTERS.items():
        if isinstance(node, kind):
            return printer(node)
    return ast.unparse(node), ATOM


def _constant(node: ast.Constant) -> tuple[str, int]:
    exact = number(node)
    if exact.denominator == 1:
        return str(exact.numerator), ATOM
    if exact.numerator == 1 and str(exact.denominator).strip("0") == "1" and exact.denominator > 10**4:
        return f"10^{{-{len(str(exact.denominator)) - 1}}}", POWER
    digits = ast.unparse(node)
    return (digits, ATOM) if "e" not in digits else (rf"\frac{{{exact.numerator}}}{{{exact.denominator}}}", ATOM)


def _binary(node: ast.BinOp) -> tuple[str, int]:
    left, right = _print(node.left), _print(node.right)
    if isinstance(node.op, ast.Add):
        return f"{left[0]} + {_wrap(right, SUM)}", SUM
    if isinstance(node.op, ast.Sub):
        return f"{left[0]} - {_wrap(right, PRODUCT)}", SUM
    if isinstance(node.op, ast.Mult):
        a, b = _wrap(left, PRODUCT), _wrap(right, PRODUCT)
        if right[1] == UNARY:
            b = brackets(right[0])
        joint = r" \cdot " if b[:1].isdigit() or (b.startswith(r"\frac") and a[-1:].isdigit()) else r"\,"
        if joint == r"\," and _letter_last(node.left) and _letter(node.right):
            joint = " "
        return f"{a}{joint}{b}", PRODUCT
    if isinstance(node.op, ast.Div):
        return rf"\frac{{{left[0]}}}{{{right[0]}}}", PRODUCT
    base = _wrap(left, ATOM)
    return f"{{{base}}}^{{{right[0]}}}", POWER


def _letter(node: ast.expr) -> bool:
    """Say whether a factor is one letter, with an index or a power at most: such factors stand close together."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return _letter(node.left)
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and node.value.id not in ("grad_w", "grad_v") and _letter(node.value)
    return isinstance(node, ast.Name) and not name(node.id).startswith((r"\mathrm", r"\nabla"))


def _letter_last(node: ast.expr) -> bool:
    """Say whether the last factor of a product is a letter or a number."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _letter(node.right)
    return _letter(node) or isinstance(node, ast.Constant)


def _unary(node: ast.UnaryOp) -> tuple[str, int]:
    inner = _print(node.operand)
    if isinstance(node.op, ast.Not):
        return rf"\neg {brackets(inner[0])}", ATOM
    sign = "-" if isinstance(node.op, ast.USub) else ""
    return f"{sign}{_wrap(inner, PRODUCT)}", UNARY


def _compare(node: ast.Compare) -> tuple[str, int]:
    parts = [_print(node.left)[0]]
    for op, side in zip(node.ops, node.comparators, strict=True):
        parts += [RELATIONS[type(op)], _print(side)[0]]
    return " ".join(parts), 0


def _logic(node: ast.BoolOp) -> tuple[str, int]:
    word = r" \;\wedge\; " if isinstance(node.op, ast.And) else r" \;\vee\; "
    return word.join(_wrap(_print(part), 0) for part in node.values), -1


def _subscript(node: ast.Subscript) -> tuple[str, int]:
    indices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    printed = ",".join(_print(i)[0] for i in indices)
    if isinstance(node.value, ast.Name) and node.value.id in ("grad_w", "grad_v"):
        # the gradient in w_j: the index belongs to the letter, and a power needs brackets
        return rf"\nabla_{{{node.value.id[-1]}_{{{printed}}}}}L", POWER
    if isinstance(node.value, ast.Name):
        base = name(node.value.id)
        return f"{base}_{{{printed}}}" if "_{" not in base else f"({base})_{{{printed}}}", ATOM
    return f"{brackets(_print(node.value)[0])}_{{{printed}}}", ATOM


def _fold(symbol: str, node: ast.Call) -> tuple[str, int]:
    generator = node.args[0]
    assert isinstance(generator, ast.GeneratorExp)
    ranges = ",\\, ".join(
        rf"{g.target.id} \in \mathrm{{{ast.unparse(g.iter)}}}"  # type: ignore[attr-defined]
        + "".join(",\\, " + _print(c)[0] for c in g.ifs)
        for g in generator.generators
    )
    body = _print(generator.elt)
    if symbol == "all":
        return rf"{body[0]} \quad \forall\, {ranges}", -1
    return rf"\sum_{{{ranges}}} {_wrap(body, PRODUCT)}", PRODUCT


def _call(node: ast.Call) -> tuple[str, int]:
    function = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
    if function in ("sum", "all") and node.args and isinstance(node.args[0], ast.GeneratorExp):
        return _fold(function, node)
    args = [_print(a) for a in node.args]
    first = args[0][0] if args else ""
    if function == "sqrt":
        return rf"\sqrt{{{first}}}", ATOM
    if function == "abs":
        return rf"\left|{first}\right|", ATOM
    if function == "norm":
        return rf"\left\|{first}\right\|", ATOM
    if function == "dot":
        return rf"\left\langle {first}, {args[1][0]}\right\rangle", ATOM
    if function == "implies":
        return rf"{_wrap(args[0], 0)} \implies {_wrap(args[1], 0)}", -1
    if function == "d":
        variable = args[1][0] if len(args) > 1 else "t"
        head = r"\frac{\partial}{\partial " + variable + "}" if len(args) > 1 else r"\frac{d}{dt}"
        tall = any(part in first for part in TALL)
        return rf"{head}\left[{first}\right]" if tall else f"{head}[{first}]", PRODUCT
    if function == "at":
        where = ",\\, ".join(f"{name(k.arg or '')}={_print(k.value)[0]}" for k in node.keywords)
        return rf"\left.{_wrap(args[0], PRODUCT)}\right|_{{{where}}}", PRODUCT
    inside = ", ".join(a[0] for a in args)
    head = NAMED.get(function, rf"\operatorname{{{function}}}")
    return f"{head}{brackets(inside)}", POWER


PRINTERS = {
    ast.Constant: _constant,
    ast.Name: lambda node: (name(node.id), ATOM),
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _logic,
    ast.Subscript: _subscript,
    ast.Call: _call,
    ast.Tuple: lambda node: (brackets(", ".join(_print(e)[0] for e in node.elts)), ATOM),
}
