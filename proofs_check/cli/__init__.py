"""The command line `raceproof`: one file a command, engines imported only when a command runs."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (see `proofs_check.cli.exits`).

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process by default.

    Examples
    --------
    >>> main(["--version"])  # doctest: +ELLIPSIS
    raceproof ...
    0
    """
    try:
        from proofs_check.cli.run import run
    except KeyboardInterrupt:  # so early that nothing has begun
        return 130

    return run(argv)
