"""One door to all integrators of flows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from numerics.exact_race.lines import to_rational
from numerics.flow.limits import Limits
from numerics.flow.network import Network
from numerics.flow.program import Program
from numerics.flow.solution import FlowResult

METHODS = ("double", "taylor", "rigorous")
ENGINES = ("scipy", "heyoka")
DIGITS = {"double": 12, "taylor": 30, "rigorous": 30}
MOST_TIMES = 1_000_000


def integrate(
    flow: Network | Program,
    times: Sequence[Any],
    digits: int | None = None,
    method: str = "taylor",
    *,
    engine: str | None = None,
    start: Sequence[Any] | None = None,
    half_widths: Sequence[Any] | None = None,
    follow: Callable[[int], int] | None = None,
    limits: Limits | None = None,
    progress: Callable[[float], None] | None = None,
) -> FlowResult:
    """Integrate the gradient flow of a network, gate events and sliding included, or a flow without gates.

    Guarantee
    ---------
    RIGOROUS for ``method="rigorous"``: errors are proved and events bracketed. ESTIMATED for the others.

    Parameters
    ----------
    flow : a network, which knows its start, or a program, which needs ``start`` (its states that are not adjoined).
    times : when to give the state, from 0 on and in order; exact numbers, texts such as "1/3", or doubles.
    digits : double: 1 to 13 (the relative tolerance is ``10**-digits``), 12 by default; else 15 to 2000, 30 by
        default.
    method : "double", "taylor" (any precision) or "rigorous" (Taylor, then proved in balls).
    engine : double only: "scipy" (DOP853, the default), or "heyoka" (extra ``[fast]``; networks only), which
        integrates to rounding whatever the digits, and compiles once for all networks of one shape and loss.
    half_widths : rigorous only, the initial box: one number a state that is not adjoined.
    follow : where the solution is not unique, is asked which of so many choices to follow; 0 by default.
    limits : bounds on events, steps, memory and time.    progress : is told the time reached, now and then.

    Returns
    -------
    States and errors at the times reached, and events; ``reason`` says why it ended before the last time.

    Raises
    ------
    ValueError
        When an argument is out of range.

    Examples
    --------
    >>> from numerics.flow.network import exact_rows
    >>> one = exact_rows([[1]])
    >>> result = integrate(Network(one, one, one, exact_rows([[0]])), ["1/2", 1], 20)
    >>> len(result.states), result.reason, round(float(result.states[1][0]), 9)
    (2, '', 1.179535363)
    """
    moments = _times(times)
    if method not in METHODS:
        raise ValueError(f"integrate: unknown method={method!r}; use one of {', '.join(METHODS)}")
    if half_widths is not None and method != "rigorous":
        raise ValueError(f"integrate: half_widths need method='rigorous', got method={method!r}")
    _check_engine(engine, method, flow)
    digits = DIGITS[method] if digits is None else digits
    exact = _start(flow, start)
    if method == "rigorous":
        from numerics.flow.proved import proved_flow

        widths = None if half_widths is None else _widths(half_widths, len(exact))
        return proved_flow(flow, exact, moments, digits, widths, follow, limits, progress)
    if method == "taylor":
        return proposed_flow(flow, exact, moments, digits, follow, limits, progress)
    from numerics.flow.double.integrate import network_in_double
    from numerics.flow.double.program import program_in_double

    if isinstance(flow, Network):
        return network_in_double(flow, moments, digits, follow, limits, engine or ENGINES[0])
    return program_in_double(flow, exact, moments, digits, limits)


def proposed_flow(
    flow: Network | Program,
    start: Sequence[Fraction],
    times: Sequence[Fraction],
    digits: int,
    follow: Callable[[int], int] | None = None,
    limits: Limits | None = None,
    progress: Callable[[float], None] | None = None,
    guard: int | None = None,
) -> FlowResult:
    """Integrate by Taylor's method, arguments already checked.

    Parameters
    ----------
    guard : further digits carried, for a proposal: a network then gets no states and no estimates.

    Examples
    --------
    >>> program = Program(("u",), (), (0,))
    >>> round(float(proposed_flow(program, [Fraction(1)], [Fraction(1)], 20).states[0][0]), 9)
    2.718281828
    """
    if isinstance(flow, Network):
        from numerics.flow.hybrid.integrate import network_by_taylor

        if guard is not None:
            return network_by_taylor(flow, times, digits, follow, limits, progress, guard, once=True)
        return network_by_taylor(flow, times, digits, follow, limits, progress)
    from numerics.flow.taylor.solve import solve

    return solve(flow, start, times, digits, limits=limits, progress=progress)


def _check_engine(engine: str | None, method: str, flow: Network | Program) -> None:
    if engine is None:
        return
    if engine not in ENGINES:
        raise ValueError(f"integrate: unknown engine={engine!r}; use one of {', '.join(ENGINES)}")
    if method != "double":
        raise ValueError(f"integrate: engine={engine!r} needs method='double', got method={method!r}")
    if engine == "heyoka" and not isinstance(flow, Network):
        raise ValueError("integrate: engine='heyoka' takes a network; use engine='scipy' for a program")


def _times(times: Sequence[Any]) -> list[Fraction]:
    if isinstance(times, (str, bytes)) or not hasattr(times, "__len__"):
        raise ValueError(f"integrate: times={times!r} must be a list of times")
    if not 0 < len(times) <= MOST_TIMES:
        raise ValueError(f"integrate: {len(times)} times; give between 1 and {MOST_TIMES:,}")
    found = [to_rational(time) for time in times]
    for place, time in enumerate(found):
        if time < 0:
            raise ValueError(f"integrate: times[{place}]={times[place]} is negative; the flow goes forward from 0")
        if place and time < found[place - 1]:
            raise ValueError(f"integrate: times[{place}]={times[place]} is earlier than the one before; sort the times")
    if found[-1] > 10**12:
        raise ValueError(f"integrate: times[{len(found) - 1}]={times[-1]} is beyond 10**12; change the unit of time")
    return found


def _start(flow: Network | Program, start: Sequence[Any] | None) -> tuple[Fraction, ...]:
    if isinstance(flow, Network):
        if start is not None and tuple(map(to_rational, start)) != flow.state():
            raise ValueError("integrate: start differs from that of the network; put the weights into the network")
        return flow.state()
    if not isinstance(flow, Program):
        raise ValueError(f"integrate: flow={type(flow).__name__} must be a Network or a Program")
    if start is None or len(start) != flow.size:
        given = "none" if start is None else len(start)
        raise ValueError(f"integrate: the program has {flow.size} states, start has {given}; give one number a state")
    return tuple(map(to_rational, start))


def _widths(half_widths: Sequence[Any], size: int) -> tuple[Fraction, ...]:
    found = tuple(map(to_rational, half_widths))
    if len(found) != size or any(width < 0 for width in found):
        raise ValueError(f"integrate: half_widths must be {size} numbers of at least 0, one a state; got {len(found)}")
    return found
