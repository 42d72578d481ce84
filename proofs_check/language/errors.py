"""Errors of the claim language, and how they show text."""


class ClaimError(ValueError):
    """A statement that is not in the claim language: one line that says what, where and what to do.

    Attributes
    ----------
    text : the expression it is about, None when it is about something else.
    column : where in that expression (counted from 1, a run of white space as one blank), None when not known.

    Examples
    --------
    >>> str(ClaimError("unknown name 'zz'"))
    "unknown name 'zz'"
    """

    def __init__(self, message: str, column: int | None = None, text: str | None = None):
        super().__init__(message)
        self.column, self.text = column, text


def shorten(text: str, limit: int = 60) -> str:
    """Return the text on one line, cut to the limit.

    Examples
    --------
    >>> shorten("a  b", 10)
    'a b'
    """
    line = " ".join(str(text).split())
    return line if len(line) <= limit else line[: limit - 3] + "..."
