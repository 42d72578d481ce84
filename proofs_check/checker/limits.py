"""The limits of the checker, its one exception, and its clock."""

from __future__ import annotations

import time

MAX_JSON = 5_000_000
MAX_TEXT = 20_000
MAX_DEPTH = 80
MAX_TREE = 200
MAX_DIGITS = 1000
MAX_EXPONENT = 1000
MAX_TERMS = 200_000
MAX_FORMULA = 20_000
MAX_MONOMIALS = 60_000
MAX_BITS = 100_000
MAX_CASES = 4096
MAX_SIZE = 64
SECONDS = 60.0
PRECISIONS = (64, 128, 256, 512, 1024)


class Reject(Exception):
    """The certificate is not accepted, for the reason given."""


def need(condition: object, reason: str) -> None:
    """Raise `Reject` with the reason unless the condition holds."""
    if not condition:
        raise Reject(reason)


class Clock:
    """The time left for one certificate; every long loop calls `tick`."""

    def __init__(self, seconds: float = 1e9) -> None:
        self.end = time.monotonic() + seconds
        self.count = 0

    def tick(self, amount: int = 1) -> None:
        self.count += amount
        if self.count >= 1000:
            self.count = 0
            need(time.monotonic() < self.end, "no verdict within the time allowed")
