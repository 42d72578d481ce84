"""`raceproof race`: the winners predicted from the initial weights against gradient descent."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from proofs_check.cli import exits
from proofs_check.cli.files import require_writable_file, require_writable_folder, write_atomically
from proofs_check.cli.output import Progress, print_json, table
from proofs_check.cli.verify import positive_int

SUMMARY = "predict the winners of the race from the initial weights, and compare with gradient descent"
EXAMPLE = "raceproof race digits --classes 0 1 --width 300 --scale 1e-3 --seed 0-2"
LOSSES = ("squared", "logistic", "exponential")
MOST_SEEDS = 1_000
SHOWN_GROUP = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `race`."""
    add_race_arguments(parser)
    parser.add_argument("--seed", type=seeds, default=[0], metavar="S", help="seed, list or range: 0, 0,3 or 0-4")
    parser.add_argument("--save", type=Path, metavar="FILE.npz", help="store x, y, w0, v0 and both norm products")
    parser.add_argument("--figures", type=Path, metavar="DIR", help="write the figures as SVG")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def add_race_arguments(parser: argparse.ArgumentParser, level: str = "--level") -> None:
    """Add the options that say which race is run (shared with `report`, where `--level` is a rung of evidence)."""
    parser.add_argument(
        "data",
        nargs="?",
        default="digits",
        metavar="DATA",
        help="digits (default), breast_cancer, wine, iris or an .npz",
    )
    parser.add_argument("--classes", nargs=2, metavar=("A", "B"), help="two values of y or class names")
    parser.add_argument("--width", type=positive_int, default=300, metavar="M", help="neurons (default: 300)")
    parser.add_argument("--scale", type=float, default=1e-3, metavar="E", help="scale of the weights (default: 1e-3)")
    parser.add_argument("--loss", choices=LOSSES, default="logistic", help="default: logistic")
    parser.add_argument("--eta", type=float, default=0.1, metavar="H", help="step size of descent (default: 0.1)")
    parser.add_argument("--init", choices=("normal", "balanced"), default="normal", help="default: normal")
    parser.add_argument("--no-center", action="store_true", help="do not subtract the mean input")
    parser.add_argument(
        level, dest="race_level", type=float, default=0.1, metavar="F", help="max|f| that ends the early race"
    )


def seeds(text: str) -> list[int]:
    """Return the seeds that a number, a list or a range names.

    Examples
    --------
    >>> seeds("0-2,7")
    [0, 1, 2, 7]
    """
    found: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", part.strip(), re.ASCII)
        if not match:
            raise argparse.ArgumentTypeError(f"'{text}' is no seed: write 3, 0,3 or 0-4")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last - first >= MOST_SEEDS:
            raise argparse.ArgumentTypeError(f"'{part}' is an empty range or more than {MOST_SEEDS} seeds")
        found += range(first, last + 1)
    return found


def race_options(arguments: argparse.Namespace, seed: int) -> Any:
    """Return the options of one race."""
    from proofs_check.report.race_record import RaceOptions

    return RaceOptions(
        arguments.width, arguments.scale, arguments.loss, arguments.eta, seed, arguments.init, arguments.race_level
    )


def load(arguments: argparse.Namespace) -> Any:
    """Return the data of the race."""
    from numerics.data import load_problem

    return load_problem(arguments.data, arguments.classes, not arguments.no_center)


def run(arguments: argparse.Namespace) -> int:
    """Run the races, print, and exit 1 when a neuron's race was not resolved."""
    several = len(arguments.seed) > 1
    if several and arguments.save:
        raise exits.UsageError("race: --save stores one race; give one --seed")
    if arguments.save:
        require_writable_file(arguments.save)
    if arguments.figures:
        require_writable_folder(arguments.figures)
    problem = load(arguments)
    records = [_one(arguments, problem, seed) for seed in arguments.seed]
    if arguments.json:
        summaries = [record.summary for record in records]
        print_json({"schema": "raceproof.races/1", "races": summaries} if several else summaries[0])
    else:
        print("\n\n".join(describe_race(record.summary, record.cached, problem.left_out) for record in records))
    return exits.UNEXPECTED if any(record.summary["failures"] for record in records) else exits.AS_EXPECTED


def _one(arguments: argparse.Namespace, problem: Any, seed: int) -> Any:
    from proofs_check.report.race_record import race_record

    options = race_options(arguments, seed)
    if arguments.save:
        record = _run_and_save(arguments.save, problem, options)
    else:
        progress = Progress(f"descent, seed {seed}")
        try:
            record = race_record(problem, options, lambda step, loss: progress.note(f"step {step}, loss {loss:.4f}"))
        finally:
            progress.close()
    if arguments.figures:
        from proofs_check.report.figures import race_figures

        for name, svg in race_figures(record.arrays).items():
            write_atomically(arguments.figures / f"{name}-seed{seed}.svg", svg.encode())
    return record


def _run_and_save(path: Path, problem: Any, options: Any) -> Any:
    """Run the race anew (a kept one has no weights), and store it for a stranger to check."""
    from dataclasses import asdict

    from numerics.race import run_race
    from numerics.save import save_race
    from proofs_check.report.race_record import TIMELINE_CAP, record_of

    result = run_race(problem, **asdict(options), timeline_cap=TIMELINE_CAP)
    save_race(path, result)
    return record_of(result)


def describe_race(race: dict[str, Any], cached: bool = False, left_out: int = 0) -> str:
    """Return a race as a few lines and a table of its groups.

    Examples
    --------
    >>> "digits" in describe_race({"data": "digits", "classes": ["0", "1"], "n": 360, "d": 64, "width": 10,
    ...     "scale": 0.001, "loss": "logistic", "eta": 0.1, "seed": 0, "horizon": 3.0, "predict_seconds": 0.01,
    ...     "descent_seconds": 1.0, "descent_steps": 100, "descent_reason": "loss reached", "events_total": 5,
    ...     "slides_total": 0, "ambiguous_total": 0, "inconsistent_total": 0, "unresolved_total": 0, "failures": [],
    ...     "note": "", "groups": []})
    True
    """
    horizon = "none" if race["horizon"] is None else f"{race['horizon']:.4g}"
    lines = [
        f"{race['data']}, classes {race['classes'][0]} and {race['classes'][1]}: "
        f"{race['n']} samples in dimension {race['d']}; "
        f"width {race['width']}, scale {race['scale']:g}, {race['loss']} loss, seed {race['seed']}"
        + (" (from the cache)" if cached else ""),
        f"prediction  {1e3 * race['predict_seconds']:.1f} ms from the initial weights, to the horizon t = {horizon}: "
        f"{race['events_total']} gate events, {race['slides_total']} slides, {race['ambiguous_total']} ambiguous, "
        f"{race['inconsistent_total']} inconsistent, {race['unresolved_total']} unresolved",
        f"descent     {race['descent_seconds']:.2f} s, {race['descent_steps']} steps of eta = {race['eta']:g} "
        f"({race['descent_reason']})",
    ]
    if left_out:
        lines.append(f"left out    {left_out} samples of other classes; choose two by --classes")
    if race["note"]:
        lines.append(f"note        {race['note']}")
    lines += [f"unresolved  neuron {f['neuron']}: {f['reason']}" for f in race["failures"][:5]]
    large = [group for group in race["groups"] if group["size"] >= SHOWN_GROUP]
    if large:
        lines += ["", _groups(large)]
        right = sum(group["predicted_winner"] == group["descent_winner"] for group in large)
        small = len(race["groups"]) - len(large)
        lines.append(f"predicted winner = descent winner in {right} of {len(large)} groups of {SHOWN_GROUP} or more")
        if small:
            lines[-1] += f"; {small} smaller group{'s' * (small != 1)} not shown"
    elif race["groups"]:
        count = len(race["groups"])
        smaller = f"{count} smaller group{'s' * (count != 1)}"
        lines += ["", f"no group of {SHOWN_GROUP} or more: nothing to compare ({smaller})"]
    else:
        lines += ["", "no groups to compare: descent did not end"]
    return "\n".join(lines)


def _groups(groups: list[dict[str, Any]]) -> str:
    header = ["neurons", "read-out", "Spearman", "by angle", "by norm", "predicted", "winner", "margin", "top 10"]
    rows = [
        [
            str(g["size"]),
            "+" if g["sign"] > 0 else "-",
            _number(g["spearman"], 5),
            _number(g["spearman_cos0"], 2),
            _number(g["spearman_norm0"], 2),
            str(g["predicted_winner"]),
            str(g["descent_winner"]) + ("" if g["predicted_winner"] == g["descent_winner"] else " !"),
            "-" if g["predicted_margin"] is None else f"{100 * g['predicted_margin']:.1f} %",
            "-" if g["top10_overlap"] is None else f"{100 * g['top10_overlap']:.0f} %",
        ]
        for g in groups
    ]
    return table(header, rows, right=range(9))


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
