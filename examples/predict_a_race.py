"""Predict a race on your data: who will win, from the initial weights alone, and who does win.

Run it with ``python examples/predict_a_race.py``; give an ``.npz`` with ``x`` and ``y`` of your own as an argument.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from numerics import load_problem, run_race


def your_data() -> Path:
    """Write two noisy clouds of points and return the file: put your own data in its place."""
    random = np.random.default_rng(3)
    y = np.repeat([0, 1], 60)
    x = random.normal(size=(120, 10)) + np.outer(2 * y - 1, np.linspace(0, 1, 10))
    path = Path(tempfile.mkdtemp()) / "mydata.npz"
    np.savez(path, x=x, y=y)
    return path


def main(data: str = "") -> tuple[int, int]:
    """Run the race and return how many winners were predicted, and of how many groups."""
    problem = load_problem(data or str(your_data()))
    result = run_race(problem, width=120, scale=1e-3, loss="logistic", eta=0.5, seed=0)

    # `early` knows the initial weights and the data, and nothing of the training run.
    print(f"{int(result.early.events.sum())} gate events up to t = {result.early.horizon:.2f}, in closed form")
    print(f"descent: {result.descent.steps} steps, {result.descent.reason}\n")

    # A group: neurons whose total weight vectors end up parallel. Only there is "who is larger" one race.
    groups = [group for group in result.groups if len(group.members) >= 10]
    for group in groups:
        same = "as predicted" if group.predicted_winner == group.descent_winner else "NOT as predicted"
        print(
            f"{len(group.members):4} neurons with read-out {group.sign:+d}: neuron {group.descent_winner} wins, {same} "
            f"(lead {group.predicted_margin:.1%}, rank correlation {group.spearman:.4f})"
        )
    return sum(group.predicted_winner == group.descent_winner for group in groups), len(groups)


if __name__ == "__main__":
    main(*sys.argv[1:2])
