"""`raceproof flow`: the flow of a network from a file, or of equations given as text, at the times asked for."""

from __future__ import annotations

import argparse
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from proofs_check.cli import exits
from proofs_check.cli.files import read_json, require_writable_file, write_atomically
from proofs_check.cli.flow_table import describe_flow
from proofs_check.cli.output import print_json, ticking

SUMMARY = "solve the gradient flow of a network, or equations of your own, to any precision and with located events"
EXAMPLE = (
    'raceproof flow --define "p\' = Gamma*v; v\' = Gamma*p" --set Gamma=2 --start "p=1/2, v=1/3" '
    "--times 1,2,5 --digits 50"
)
LEAST_DIGITS, MOST_DIGITS = 15, 1_000  # of the integrators; fewer may be asked for
MOST_TIMES = 10_000
LATEST = 10**9
DOUBLE_DIGITS, MOST_DOUBLE = 12, 13
DEFAULT_DIGITS = 30
LONGEST = 1_000_000  # characters of one option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `flow`."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--network", metavar="FILE", help="a network as JSON (docs/flow.md); - reads standard input")
    source.add_argument(
        "--define",
        action="append",
        metavar="TEXT",
        help="velocities in the claim language, \"p' = Gamma*v; v' = Gamma*p\"; c = p**2 defines a name",
    )
    source.add_argument("--example", action="store_true", help="print a small network to start from, as JSON")
    parser.add_argument("--times", metavar="T,...", help="when to give the state: 1,2.5,10/3")
    parser.add_argument(
        "--digits", metavar="N", help=f"significant digits (default: {DEFAULT_DIGITS}; with --double {DOUBLE_DIGITS})"
    )
    parser.add_argument("--start", metavar="TEXT", help='"p=1/2, v=1/3"; a box is p=1/2+-1/100 or p in [0.4, 0.6]')
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of --define")
    method = parser.add_mutually_exclusive_group()
    method.add_argument("--rigorous", action="store_true", help="prove it: a radius about every state")
    method.add_argument("--double", action="store_true", help="doubles: fast, about 12 digits")
    parser.add_argument(
        "--engine",
        choices=("scipy", "heyoka"),
        help="of --double: scipy (default), or heyoka (extra [fast]), compiled for the network's shape",
    )
    width = parser.add_mutually_exclusive_group()
    width.add_argument("--radius", metavar="R", help="start in a box: every weight +- R (with --rigorous)")
    width.add_argument("--box", metavar="FILE", help="half-widths of the box, w and v as in the network")
    parser.add_argument("--save", type=Path, metavar="FILE", help="also write the JSON object to a file")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(arguments: argparse.Namespace) -> int:
    """Solve, print, and exit 1 when the flow ended before the last time."""
    if arguments.example:
        return _example()
    if arguments.engine and not arguments.double:
        raise exits.UsageError("flow: --engine chooses how --double integrates; add --double")
    if arguments.engine == "heyoka" and arguments.define:
        raise exits.UsageError("flow: --engine heyoka takes a --network; equations are integrated by scipy")
    digits = _digits(arguments)
    times = _times(arguments.times)
    if arguments.save:
        require_writable_file(arguments.save)
    record, title = (_network if arguments.network else _equations)(arguments, times, digits)
    if arguments.save:
        write_atomically(arguments.save, (json.dumps(record, indent=2) + "\n").encode())
    if arguments.json:
        print_json(record)
    else:
        print(describe_flow(record, title))
    return exits.UNEXPECTED if "reason" in record else exits.AS_EXPECTED


def _example() -> int:
    from proofs_check.flows.read import EXAMPLE as NETWORK

    print("{")
    print(",\n".join(f'  "{key}": {json.dumps(value)}' for key, value in NETWORK.items()))
    print("}")
    return exits.AS_EXPECTED


def _network(arguments: argparse.Namespace, times: list[Fraction], digits: int) -> tuple[dict[str, Any], str]:
    from proofs_check.flows.read import box_from_json, exact_number, network_from_json
    from proofs_check.flows.record import flow_record

    for option in ("start", "set"):
        if getattr(arguments, option):
            raise exits.UsageError(f"flow: --{option} belongs to --define; a network has its start in the file")
    network = network_from_json(read_json(arguments.network, exact=True))
    radius = None
    if arguments.radius is not None:
        radius = (exact_number(arguments.radius, "flow: --radius"),) * len(network.state())
    elif arguments.box is not None:
        radius = box_from_json(read_json(arguments.box, exact=True), network)
    result = _integrate(arguments, network, None, radius, times, digits)
    sizes = f"m = {network.width}, d = {network.dimension}, c = {network.outputs}, n = {network.samples}"
    title = f"network with {sizes}; {network.loss} loss, gates {network.gates}"
    return flow_record(result, digits, network), title


def _equations(arguments: argparse.Namespace, times: list[Fraction], digits: int) -> tuple[dict[str, Any], str]:
    from proofs_check.flows.record import flow_record
    from proofs_check.flows.text import read_user_flow

    if arguments.box is not None:
        raise exits.UsageError("flow: --box belongs to --network; give a box in --start, such as p=1/2+-1/100")
    for option in ("define", "set"):
        if sum(map(len, getattr(arguments, option))) > LONGEST:
            raise exits.UsageError(f"flow: --{option} has more than {LONGEST:,} characters")
    flow = read_user_flow(arguments.define, arguments.start or "", arguments.set)
    radius = flow.radius if any(flow.radius) else None
    if arguments.radius is not None:
        from proofs_check.flows.read import exact_number

        if radius:
            raise exits.UsageError("flow: --radius and a box in --start; give one of them")
        width = exact_number(arguments.radius, "flow: --radius")
        radius = tuple(width if name in flow.shown else Fraction(0) for name in flow.program.states[: len(flow.start)])
    result = _integrate(arguments, flow.program, flow.start, radius, times, digits)
    return flow_record(result, digits, None, flow.shown), f"flow of {', '.join(flow.shown)}"


def _integrate(
    arguments: argparse.Namespace,
    problem: Any,
    start: tuple[Fraction, ...] | None,
    radius: tuple[Fraction, ...] | None,
    times: list[Fraction],
    digits: int,
) -> Any:
    if radius is not None and min(radius) < 0:
        raise exits.UsageError("flow: --radius is negative; give the distance from the centre to the sides")
    if radius is not None and not arguments.rigorous:
        raise exits.UsageError("flow: a box needs --rigorous; the other methods follow one point")
    from numerics.flow.integrate import integrate
    from proofs_check.flows.digits import solve_to_digits
    from proofs_check.flows.record import GUARD_DIGITS

    method = "rigorous" if arguments.rigorous else "double" if arguments.double else "taylor"
    exact = problem.state() if start is None else start
    with ticking("flow") as say:

        def solve(places: int) -> Any:
            return integrate(
                problem,
                times,
                places,
                method,
                engine=arguments.engine,
                start=start,
                half_widths=radius,
                progress=lambda time: say(f"t = {time:.6g}, {places} digits"),
            )

        if arguments.double:
            return solve(digits)
        if radius is not None and any(radius):  # no run knows more digits of a box than the box has
            return solve(max(LEAST_DIGITS, digits))
        return solve_to_digits(solve, exact, digits + GUARD_DIGITS)


def _digits(arguments: argparse.Namespace) -> int:
    most = MOST_DOUBLE if arguments.double else MOST_DIGITS
    text = arguments.digits
    if text is None:
        return DOUBLE_DIGITS if arguments.double else DEFAULT_DIGITS
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
        more = "; leave out --double for more" if arguments.double else ""
        shown = text if len(text) < 30 else text[:27] + "..."
        raise exits.UsageError(f"flow: --digits {shown} is not a whole number from 1 to {most}{more}")
    return int(text)


def _times(text: str | None) -> list[Fraction]:
    """Return the times, in order and not negative."""
    from proofs_check.flows.read import exact_number

    if text is None or not text.strip():
        raise exits.UsageError("flow: no --times; say when to give the state, such as --times 1,2,5")
    parts = text.split(",")
    if len(parts) > MOST_TIMES:
        raise exits.UsageError(f"flow: {len(parts):,} times are more than {MOST_TIMES:,}")
    times = [exact_number(part, "flow: --times: a time") for part in parts]
    if times[0] < 0:
        raise exits.UsageError(f"flow: --times: {parts[0].strip()[:30]} is negative; the flow goes forward from 0")
    for part, before, after in zip(parts[1:], times, times[1:], strict=False):
        if after <= before:
            raise exits.UsageError(f"flow: --times: {part.strip()[:30]} is not after the time before it; sort them")
    if times[-1] > LATEST:
        raise exits.UsageError(f"flow: --times: {parts[-1].strip()[:30]} is later than {LATEST:,}")
    return times
