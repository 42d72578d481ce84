"""Exact numbers as decimal texts with a stated number of significant digits."""

from __future__ import annotations

import decimal
from fractions import Fraction


def decimal_text(value: Fraction, digits: int, rounding: str = decimal.ROUND_HALF_EVEN) -> str:
    """Return a number rounded correctly to that many significant digits, all of them written.

    Parameters
    ----------
    rounding : ROUND_HALF_EVEN, ROUND_CEILING or ROUND_FLOOR of the module decimal.

    Returns
    -------
    Plain decimals, with an exponent below 1e-6 or where digits before the point would be missing; zero is "0." and
    ``digits`` zeros.

    Examples
    --------
    >>> decimal_text(Fraction(2, 3), 5), decimal_text(Fraction(1, 2), 5), decimal_text(Fraction(-1, 3 * 10**8), 3)
    ('0.66667', '0.50000', '-3.33e-9')
    """
    if digits < 1:
        raise ValueError(f"decimal_text: digits={digits} must be at least 1")
    if value == 0:
        return "0." + "0" * digits
    # a context of its own: the caller's, and that of other threads, is never touched
    context = decimal.Context(digits, rounding, decimal.MIN_EMIN, decimal.MAX_EMAX, traps=[])
    quotient = context.divide(decimal.Decimal(value.numerator), decimal.Decimal(value.denominator))
    sign, figures, _ = quotient.as_tuple()
    exponent = quotient.adjusted()
    text = "".join(map(str, figures)).ljust(digits, "0")
    return ("-" if sign else "") + _placed(text, exponent)


def _placed(figures: str, exponent: int) -> str:
    """Return the figures ``d.ddd`` times ten to the exponent."""
    if not -7 < exponent < len(figures):
        point = "." if len(figures) > 1 else ""
        return f"{figures[0]}{point}{figures[1:]}e{exponent:+d}".replace("e+", "e")
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + figures
    whole, part = figures[: exponent + 1], figures[exponent + 1 :]
    return f"{whole}.{part}" if part else whole
