"""Sets limits on memory and processor time, then becomes the program: `limited MEGABYTES SECONDS PROGRAM...`."""

from __future__ import annotations

import contextlib
import math
import os
import resource
import sys


def main(arguments: list[str]) -> None:
    """Set the limits and replace this process by the program."""
    megabytes, seconds, program = int(arguments[0]), math.ceil(float(arguments[1])), arguments[2:]
    for kind, most in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # some systems refuse a limit on address space
            resource.setrlimit(kind, (most, most))
    try:
        os.execvp(program[0], program)
    except OSError as error:
        sys.stderr.write(f"{program[0]}: {error.strerror}\n")
        sys.exit(127)


if __name__ == "__main__":
    main(sys.argv[1:])
