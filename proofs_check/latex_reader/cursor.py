"""A place in a list of tokens, and the steps over them."""

from __future__ import annotations

from collections.abc import Sequence

from proofs_check.latex_reader.tokens import NotRead, Token

END = Token("end", "", -1)


class Cursor:
    """Steps over tokens.

    Examples
    --------
    >>> cursor = Cursor([Token("letter", "x", 0)])
    >>> cursor.next().text, cursor.peek() is END
    ('x', True)
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.at = tokens, 0
        self.notes: list[str] = []  # what was guessed

    def peek(self, ahead: int = 0) -> Token:
        """Return the token that comes, or one further ahead."""
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else END

    def next(self) -> Token:
        """Return the token that comes and step over it; raises NotRead when it cannot be used."""
        token = self.peek()
        if token.bad:
            raise NotRead(token.bad)
        self.at += 1
        return token

    def at_sign(self, text: str, kind: str = "sign") -> bool:
        """Say whether a token comes: a sign, or a command."""
        return self.peek().kind == kind and self.peek().text == text

    def expect(self, text: str, kind: str) -> None:
        """Step over a token that must come."""
        if not self.at_sign(text, kind):
            if self.peek().bad:
                raise NotRead(self.peek().bad)
            raise NotRead(f"{text} is missing before {shown(self.peek())}")
        self.next()

    def group(self, last: bool = True) -> list[Token]:
        """Return the tokens of an argument: a group in braces, or one token; `last`: no other argument follows it."""
        if not self.at_sign("{"):
            token = self.next()
            if token is END:
                raise NotRead("an argument is missing at the end")
            return [self._digit(token, last)] if token.kind == "number" and len(token.text) > 1 else [token]
        self.next()
        start, depth = self.at, 1
        while depth:
            token = self.peek()
            if token is END:
                raise NotRead("a brace { is never closed")
            depth += (token.kind == "sign") * ((token.text == "{") - (token.text == "}"))
            self.at += 1
        return list(self.tokens[start : self.at - 1])

    def _digit(self, token: Token, last: bool) -> Token:
        """Return the first digit of a number without braces, all that TeX takes, and leave the others to come."""
        if "." in token.text[:2]:
            raise NotRead(f"{token.text} without braces: write {{{token.text}}}")
        first, others = token.text[0], token.text[1:]
        rest = Token("number", others, token.at + 1)
        self.tokens = [*self.tokens[: self.at - 1], Token("number", first, token.at), rest, *self.tokens[self.at :]]
        if last:
            self.notes.append(
                f"without braces TeX takes one digit: {token.text} was read as {first} and then {others}; "
                f"write {{{token.text}}} if that was meant"
            )
        return self.tokens[self.at - 1]


def shown(token: Token) -> str:
    """Return a token as it stands in an error."""
    return "the end" if token is END else f"\\{token.text}" if token.kind == "command" else repr(token.text)
