"""From a trajectory of a lemma file to its enclosure."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from proofs_check.trajectory.descent import descend
from proofs_check.trajectory.path import Path
from proofs_check.trajectory.table import DESCENT, Trajectory

Enclose = Callable[[Trajectory, int], Path]


def enclose(trajectory: Trajectory, digits: int) -> Path:
    """Return the enclosure of a trajectory to so many digits; it may end early, with a reason.

    Examples
    --------
    >>> from proofs_check.trajectory.table import read_trajectory
    >>> network = {"x": [[1]], "y": [1], "w": [["1/2"]], "v": [1]}
    >>> path = enclose(read_trajectory({"along": "descent", "steps": 5, "eta": "1/10", "network": network}), 20)
    >>> path.reached
    Fraction(5, 1)
    """
    if trajectory.along == DESCENT:
        assert trajectory.network is not None  # read_trajectory has seen to it
        return descend(trajectory.network, trajectory.eta, int(trajectory.until), dict(trajectory.box), digits)
    from proofs_check.trajectory.flow import flow_path

    return flow_path(trajectory, digits)


def start_of(trajectory: Trajectory) -> dict[str, Fraction] | None:
    """Return the start when it is one point, exactly known.

    Examples
    --------
    >>> from proofs_check.trajectory.table import read_trajectory
    >>> start_of(read_trajectory({"along": "flow", "until": 1, "flow": {"p": "-p"}, "start": {"p": "[0, 1]"}}))
    """
    return trajectory.middle() if trajectory.single else None
