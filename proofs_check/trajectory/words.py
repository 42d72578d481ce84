"""What a verdict about a trajectory covers, in words."""

from __future__ import annotations

from proofs_check.scope import LOSSES
from proofs_check.trajectory.path import Path
from proofs_check.trajectory.table import DESCENT, Trajectory


def trajectory_scope(trajectory: Trajectory, path: Path, hypotheses: tuple[str, ...] = ()) -> str:
    """Return the scope of claims about a trajectory: network, start, times, how it was enclosed, what is assumed.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from proofs_check.trajectory.path import Stretch
    >>> from proofs_check.trajectory.table import read_trajectory
    >>> table = {"along": "flow", "until": 2, "flow": {"p": "-p"}, "start": {"p": "1"}}
    >>> whole = (Stretch(Fraction(0), Fraction(2), {}),)
    >>> trajectory_scope(read_trajectory(table), Path(whole, Fraction(2), Fraction(2), method="balls"))
    "along p' = -p; from p = 1; 0 <= t <= 2; balls, 30 digits; the flow's existence and uniqueness are proved there"
    """
    parts = [_what(trajectory), _start(trajectory)]
    steps = trajectory.along == DESCENT
    parts.append(f"{trajectory.until} steps of size {trajectory.eta}" if steps else f"0 <= t <= {trajectory.until}")
    if hypotheses:
        parts.append("with " + " and ".join(hypotheses))
    facts = [fact for fact in path.facts if not fact.startswith(f"{trajectory.until} steps")]
    parts.append(", ".join([path.method, f"{trajectory.digits} digits", *facts]))
    if path.reached < path.until:
        parts.append(f"enclosed up to t = {float(path.reached):.6g} only: {path.reason}")
    if not steps and path.reached > 0:  # an enclosure of nothing proves nothing
        parts.append("the flow's existence and uniqueness are proved there")
    return "; ".join(part for part in parts if part)


def _what(trajectory: Trajectory) -> str:
    net = trajectory.network
    if net is None:
        return "along " + "; ".join(f"{name}' = {text}" for name, text in trajectory.flow)
    kind = "gradient descent" if trajectory.along == DESCENT else "gradient flow"
    gates = f"relu'(0) = {net.relu_at_zero}" if net.gates == "relu" else "every gate on"
    plural = "s" * (net.samples != 1)
    outputs = f" and {net.outputs} outputs" if net.outputs > 1 else ""
    return (
        f"{kind} of the network of {net.width} neuron{'s' * (net.width != 1)}{outputs} on {net.samples} sample{plural} "
        f"in dimension {net.dimension} that the file states, {LOSSES.get(net.loss, net.loss)}, {gates}"
    )


def _start(trajectory: Trajectory) -> str:
    if trajectory.network is None:
        ends = (f"{n} = {low}" if low == high else f"{n} in [{low}, {high}]" for n, (low, high) in trajectory.box)
        return "from " + ", ".join(ends)
    return "from the start given" if trajectory.single else "from every start in the box given"
