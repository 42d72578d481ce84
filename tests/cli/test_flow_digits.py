"""How many digits a run is asked for, so that every number has the digits that the user asked for."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from numerics.flow.decimals import decimal_text
from numerics.flow.solution import FlowResult
from proofs_check.flows.digits import solve_to_digits


def runner(state: tuple[Fraction, ...], asked: list[int], lost: int = 0) -> Callable[[int], FlowResult]:
    """Return an integrator that ends at a state with an error of ``10**(lost-n)``, and notes every n."""

    def run(n: int) -> FlowResult:
        asked.append(n)
        error = Fraction(1, 10 ** (n - lost))
        return FlowResult("ESTIMATED", "taylor", n, ("p",) * len(state), (Fraction(1),), (state,), (error,))

    return run


def test_run_of_large_numbers_is_made_once() -> None:
    asked: list[int] = []
    solve_to_digits(runner((Fraction(5), Fraction(7)), asked), [Fraction(1), Fraction(2)], 30)
    assert len(asked) == 1 and 30 <= asked[0] <= 33


def test_small_start_asks_for_more_digits_at_once() -> None:
    asked: list[int] = []
    solve_to_digits(runner((Fraction(1, 10**9),), asked), [Fraction(1, 10**9)], 30)
    assert len(asked) == 1 and 39 <= asked[0] <= 43


def test_small_state_is_solved_again_with_more_digits() -> None:
    asked: list[int] = []
    found = solve_to_digits(runner((Fraction(1), Fraction(1, 10**12)), asked, lost=4), [Fraction(1), Fraction(1)], 30)
    assert len(asked) == 2 and asked[0] < 35
    assert found.errors[0] < Fraction(1, 10**42)


def test_zero_and_what_is_far_below_the_rest_ask_for_nothing() -> None:
    asked: list[int] = []
    state = (Fraction(1), Fraction(0), Fraction(1, 10**60))
    solve_to_digits(runner(state, asked), [Fraction(1)] * 3, 30)
    assert len(asked) == 1


def test_number_that_stays_below_the_error_ends_after_three_runs() -> None:
    asked: list[int] = []

    def run(n: int) -> FlowResult:
        return runner((Fraction(1), Fraction(1, 10**n)), asked, lost=3)(n)

    solve_to_digits(run, [Fraction(1)] * 2, 30)
    assert 1 <= len(asked) <= 3 and asked == sorted(asked) and asked[-1] < 120


def test_decimal_text_writes_every_digit() -> None:
    assert decimal_text(Fraction(1, 8), 6) == "0.125000"
    assert decimal_text(Fraction(99999, 100000), 3) == "1.00"
    assert decimal_text(Fraction(125, 1000), 2) == "0.12"  # half to even
    assert decimal_text(Fraction(-12345), 3) == "-1.23e4"
    assert decimal_text(Fraction(12345), 5) == "12345"
    assert decimal_text(Fraction(1, 3), 700) == "0." + "3" * 700
    assert decimal_text(Fraction(0), 3) == "0.000"
