"""Displays of several rows: the signs that only lay out a chain are dropped, those that end a statement stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proofs_check.latex_reader.tokens import RELATIONS, Token

GOES_ON = {"+", "cdot", "times"}  # no statement begins with these


def joined(tokens: Sequence[Token]) -> Iterator[Token]:
    """Leave out an & at a relation, and the end of a row that the next row goes on from.

    Examples
    --------
    >>> row, plus = Token("command", "\\\\", 1), Token("sign", "+", 3)
    >>> [token.text for token in joined([Token("letter", "x", 0), row, Token("sign", "&", 2), plus])]
    ['x', '+']
    """
    at = ahead = 0
    while at < len(tokens):
        token = tokens[at]
        if at >= ahead:  # a long run of & is looked through once
            ahead = _first_after(tokens, at)
        if is_row_end(token):
            if ahead < len(tokens) and _goes_on(tokens, at, ahead):
                at = ahead
                continue
        elif _is_column(token):
            around = [*tokens[ahead : ahead + 1], *tokens[max(at - 1, 0) : at]]
            if any(_is_relation(other) for other in around) or (ahead < len(tokens) and tokens[ahead].text in GOES_ON):
                at += 1
                continue
        yield token
        at += 1


def is_row_end(token: Token) -> bool:
    """Say whether a token ends a row."""
    return token.kind == "command" and token.text == "\\"


def _goes_on(tokens: Sequence[Token], end: int, first: int) -> bool:
    """Say whether the row that begins at `first` goes on from the row before it."""
    if _is_relation(tokens[first]) or tokens[first].text in GOES_ON:
        return True
    if tokens[first].text != "-":
        return False
    if any(_is_column(token) for token in tokens[end + 1 : first]):
        return True  # a row that begins with a minus behind an & has nothing to its left
    row = next((i for i in range(first, len(tokens)) if is_row_end(tokens[i])), len(tokens))
    return not any(_is_relation(token) for token in tokens[first:row])


def _first_after(tokens: Sequence[Token], at: int) -> int:
    at += 1
    while at < len(tokens) and (_is_column(tokens[at]) or tokens[at].text in ("quad", "qquad")):
        at += 1
    return at


def _is_column(token: Token) -> bool:
    return token.kind == "sign" and token.text == "&"


def _is_relation(token: Token) -> bool:
    return token.kind in ("sign", "command") and token.text in RELATIONS
