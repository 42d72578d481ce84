"""Errors of the claim language."""


class ClaimError(ValueError):
    """A statement that is not in the claim language: one line that says what, where and what to do.

    Examples
    --------
    >>> str(ClaimError("unknown name 'zz'"))
    "unknown name 'zz'"
    """
