"""Sums of squares: search for certificates of polynomial inequalities (the extra `sos`); nothing here is trusted."""

from proofs_check.squares.prove import Limits, prove_by_squares

__all__ = ["Limits", "prove_by_squares"]
