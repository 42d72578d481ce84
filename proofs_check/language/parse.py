"""Text to a white-listed `ast` expression, with limits that stop hostile input before Python's own parser sees it."""

from __future__ import annotations

import ast
import re
import warnings
from fractions import Fraction

from proofs_check.language.errors import ClaimError, shorten
from proofs_check.language.slips import slip

MAX_LENGTH = 20_000
MAX_DEPTH = 80
MAX_DIGITS = 1_000
MAX_TREE = 200
MAX_POWERS = 500
ALLOWED = (
    ast.Expression,
    ast.Constant,
    ast.Name,
    ast.Load,
    ast.Store,
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.Pow,
    ast.UnaryOp,
    ast.USub,
    ast.UAdd,
    ast.Not,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.Compare,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.Call,
    ast.keyword,
    ast.Subscript,
    ast.Tuple,
    ast.GeneratorExp,
    ast.comprehension,
)
INSTEAD: dict[type[ast.AST], str] = {
    ast.Tuple: ": declare a vector in [variables], such as u = { vector = 2 }",
    ast.List: ": declare a vector in [variables], such as u = { vector = 2 }",
    ast.In: ": write a relation, such as 0 <= x <= 1",
    ast.MatMult: ": write dot(u, v)",
    ast.BitAnd: ": write `and`",
    ast.BitOr: ": write `or`",
    ast.Invert: ": write `not`",
}
NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE]([+-]?\d{1,4}))?\Z")
BLANKS = " \t\r\n"
LETTERS = re.compile(r"[^A-Za-z0-9_+\-*/().,<>=!\[\] ]")


def parse(text: str) -> ast.expr:
    """Return the `ast` of one expression in the claim language; nothing is evaluated.

    Parameters
    ----------
    text : str
        One expression, at most 20,000 characters and 80 brackets deep; a run of white space counts as one blank.

    Raises
    ------
    ClaimError
        With one line that says what is not allowed and at which column.

    Examples
    --------
    >>> type(parse("x/x == 1")).__name__
    'Compare'
    """
    if not isinstance(text, str):
        raise ClaimError(f"a claim must be text, got {type(text).__name__}")
    try:
        return _parsed(text)
    except ClaimError as error:
        error.text = text
        raise


def _parsed(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise ClaimError(
            f"the expression has {len(text):,} characters; the limit is {MAX_LENGTH:,}: split it with [define]"
        )
    line = re.sub(f"[{BLANKS}]+", " ", text.strip(BLANKS))
    if not line:
        raise ClaimError("empty expression: write a relation such as x**2 >= 0")
    foreign = re.search(r"[^ -~]", line)
    if foreign:  # Python would read some of them as letters that they only look like
        raise ClaimError(
            f"the character {foreign[0]!r} (U+{ord(foreign[0]):04X}) at column {foreign.start() + 1} is not part of "
            f"the claim language{_instead(foreign[0])}",
            foreign.start() + 1,
        )
    comment = line.find("#")
    if comment >= 0:
        raise ClaimError(f"a comment at column {comment + 1}: write it outside the text of the claim", comment + 1)
    _check_depth(line)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # `1and` is a warning of Python's, and an error here
            tree = ast.parse(line, mode="eval")
    except SyntaxError as error:
        where = f" at column {error.offset}" if error.offset else ""
        said = f"not an expression{where}: {error.msg} in {shorten(line, 80)!r}{slip(line)}"
        raise ClaimError(said, error.offset) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ClaimError(f"not an expression: {type(error).__name__} while reading {shorten(line, 80)!r}") from None
    _check_nodes(tree.body, line)
    strange = LETTERS.search(line)
    if strange:
        column = strange.start() + 1
        raise ClaimError(f"the character {strange[0]!r} at column {column} is not part of the claim language", column)
    return tree.body


def _instead(char: str) -> str:
    known = dict(zip("≤≥≠−·×²³√π", ["<=", ">=", "!=", "-", "*", "*", "**2", "**3", "sqrt(...)", "pi"], strict=True))
    return f": write {known[char]}" if char in known else ""


def number(node: ast.Constant, line: str | None = None) -> Fraction:
    """Return the exact value of a numeric literal, read from its source text (kept by `parse`).

    Examples
    --------
    >>> number(parse("0.1"))
    Fraction(1, 10)
    """
    return node.exact  # type: ignore[attr-defined]


def _check_depth(line: str) -> None:
    """Refuse deep nesting and long operator chains before Python's parser can run out of stack."""
    depth = 0
    for column, char in enumerate(line, 1):
        if char in "([{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ClaimError(f"nested deeper than {MAX_DEPTH} brackets at column {column}: use [define]", column)
        elif char in ")]}":
            depth -= 1
    if re.search(r"(?:(?:not\s+|[-+~]\s*)){40,}", line):
        raise ClaimError("more than 40 unary operators in a row")
    if len(re.findall(r"\*\*|\bnot\b", line)) > MAX_POWERS or len(re.findall(r"[-+*/]", line)) > 3_000:
        raise ClaimError(
            f"more operators than the limit (3,000, of them {MAX_POWERS} powers and `not`): split it with [define]"
        )


def _check_nodes(tree: ast.expr, line: str) -> None:
    stack: list[tuple[ast.AST, int]] = [(tree, 1)]
    indices: set[int] = set()
    while stack:
        node, depth = stack.pop()
        if depth > MAX_TREE:
            raise ClaimError(
                f"more than {MAX_TREE} operations within each other: use [define], or sum(... for k in range(n))"
            )
        if not isinstance(node, ALLOWED) or (isinstance(node, ast.Tuple) and id(node) not in indices):
            column = getattr(node, "col_offset", 0) + 1
            raise ClaimError(
                f"{_describe(node)} is not part of the claim language (column {column} of {shorten(line, 80)!r})"
                f"{_written_instead(node, line)}",
                column,
            )
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and len(node.slice.elts) > 1:
            indices.add(id(node.slice))
        if isinstance(node, ast.Constant):
            _keep_exact(node, line)
        stack.extend((child, depth + 1) for child in reversed(list(ast.iter_child_nodes(node))))


def _written_instead(node: ast.AST, line: str) -> str:
    """Return what to write instead of a part of Python that is not in the claim language, "" when that is not known."""
    return (slip(line) if isinstance(node, ast.BitXor | ast.In) else "") or INSTEAD.get(type(node), "")


def _describe(node: ast.AST) -> str:
    names = {
        "Attribute": "attribute access",
        "Lambda": "lambda",
        "JoinedStr": "an f-string",
        "NamedExpr": "assignment",
        "Tuple": "a tuple",
        "BitXor": "^",
        "In": "`in`",
    }
    kind = type(node).__name__
    return names.get(kind, kind)


def _keep_exact(node: ast.Constant, line: str) -> None:
    source = ast.get_source_segment(line, node) or ""
    column = node.col_offset + 1
    found = NUMBER.match(source)
    if isinstance(node.value, bool) or not isinstance(node.value, (int, float)) or not found:
        raise ClaimError(
            f"the constant {shorten(source, 40)!r} is not a decimal number (column {column}): "
            "write digits such as 1000, 0.25 or 1e-3",
            column,
        )
    if len(source) > MAX_DIGITS or abs(int(found[3] or 0)) > MAX_DIGITS:
        raise ClaimError(f"the number at column {column} has more than {MAX_DIGITS} digits", column)
    node.exact = Fraction(source)  # type: ignore[attr-defined]
