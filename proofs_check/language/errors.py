"""Errors of the claim language, and how they show text."""


class ClaimError(ValueError):
    """A statement that is not in the claim language: one line that says what, where and what to do.

    Examples
    --------
    >>> str(ClaimError("unknown name 'zz'"))
    "unknown name 'zz'"
    """


def shorten(text: str, limit: int = 60) -> str:
    """Return the text on one line, cut to the limit.

    Examples
    --------
    >>> shorten("a  b", 10)
    'a b'
    """
    line = " ".join(str(text).split())
    return line if len(line) <= limit else line[: limit - 3] + "..."
