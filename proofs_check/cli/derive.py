"""`raceproof derive`: one derivation of the neuron's equations, step by step."""

from __future__ import annotations

import argparse
import difflib
from typing import Any

from proofs_check.cli.exits import UsageError
from proofs_check.cli.output import print_json, table

SUMMARY = "derive the neuron's equations from the definition of the network, step by step"
EXAMPLE = "raceproof derive balance_conservation --readout vector"
DEFAULT = "flow_equations"
OPTIONS = ("readout", "loss", "width", "dimension", "samples")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `derive`."""
    parser.add_argument(
        "name", nargs="?", default=DEFAULT, metavar="NAME", help=f"which derivation (default: {DEFAULT})"
    )
    parser.add_argument("--list", action="store_true", help="list the derivations and their options")
    parser.add_argument("--readout", metavar="R", help="scalar or vector")
    parser.add_argument("--loss", metavar="L", help="any, squared, logistic or exponential")
    for size, meaning in (("width", "neurons"), ("dimension", "inputs"), ("samples", "samples")):
        parser.add_argument(f"--{size}", type=int, metavar="N", help=f"number of {meaning}")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="OPTION=VALUE",
        help="any other option of a derivation (see --list)",
    )
    parser.add_argument("--latex", action="store_true", help="print LaTeX (amsmath)")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(arguments: argparse.Namespace) -> int:
    """Derive and print."""
    if arguments.list:
        return _list(arguments.json)
    from theory import derivation_names, derive
    from theory.latex import as_latex, as_text

    names = derivation_names()
    if arguments.name not in names:
        near = difflib.get_close_matches(arguments.name, names, n=1)
        hint = f"did you mean '{near[0]}'?" if near else "see `raceproof derive --list`"
        raise UsageError(f"derive: no derivation '{arguments.name}': {hint}")
    derivation = derive(arguments.name, **_options(arguments))
    if arguments.json:
        from proofs_check.report.derivations import derivation_json

        print_json(derivation_json(derivation))
    else:
        print(as_latex(derivation) if arguments.latex else as_text(derivation))
    return 0


def _options(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the options that were given, each in the type of its default."""
    from theory import derivation_options

    given = {name: getattr(arguments, name) for name in OPTIONS if getattr(arguments, name) is not None}
    for pair in arguments.set:
        name, separator, text = pair.partition("=")
        if not separator:
            raise UsageError(f"derive: --set '{pair}' is not OPTION=VALUE")
        given[name] = _as_type(name, text, derivation_options(arguments.name).get(name))
    return given


def _as_type(name: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        if text not in ("true", "false"):
            raise UsageError(f"derive: {name}={text} must be true or false")
        return text == "true"
    if isinstance(default, int):
        try:
            return int(text[:20])
        except ValueError as error:
            raise UsageError(f"derive: {name}={text} must be a whole number") from error
    return text


def _list(as_json: bool) -> int:
    from theory import derivation_names, derivation_options

    entries = [{"name": name, "options": derivation_options(name)} for name in derivation_names()]
    if as_json:
        print_json({"schema": "raceproof-derivations/1", "derivations": entries})
        return 0
    rows = [
        [entry["name"], ", ".join(f"{name}={value}" for name, value in entry["options"].items())] for entry in entries
    ]
    print(table(["derivation", "options (with their defaults)"], rows))
    return 0
