"""A number with its noun: 1 lemma, 2 lemmas."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number and its noun, in the plural unless there is one.

    Examples
    --------
    >>> counted(1, "lemma"), counted(0, "lemma")
    ('1 lemma', '0 lemmas')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
