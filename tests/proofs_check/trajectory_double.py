"""A flow whose enclosure is known in closed form: the circle ``x = cos t, y = sin t``, in balls."""

from fractions import Fraction

from flint import arb, arb_poly

from proofs_check.evidence.balls import precision
from proofs_check.language.statement import Statement
from proofs_check.language.term import TRUE
from proofs_check.trajectory.decide import Decision, Question, decide
from proofs_check.trajectory.language import TrajectoryElaboration, still
from proofs_check.trajectory.moments import Moments
from proofs_check.trajectory.path import Path, Stretch, ball_of
from proofs_check.trajectory.scan import Scan
from proofs_check.trajectory.table import Trajectory

BITS, ORDER = 140, 40
CIRCLE = {"along": "flow", "until": 20, "flow": {"x": "-y", "y": "x"}, "start": {"x": 1, "y": 0}}


def circle(
    until: Fraction = Fraction(20),
    radius: Fraction = Fraction(1, 10**30),
    turn: Fraction = Fraction(0),
    parts: int = 20,
) -> Path:
    """Return the enclosure of the circle from the angle `turn`, with a radius of our choice."""
    step = until / parts
    found = []
    with precision(BITS):
        for i in range(parts):
            angle = ball_of(i * step + turn)
            rates = [angle.cos(), -angle.sin(), -angle.cos(), angle.sin()]
            factor, x, y = arb(1), [], []
            for k in range(ORDER):
                factor = factor * ball_of(step) / k if k else factor
                x.append(rates[k % 4] * factor)
                y.append(-rates[(k + 1) % 4] * factor)
            for row in (x, y):
                row[0] += arb(0, ball_of(radius))
            states = {"x": arb_poly(x), "y": arb_poly(y)}
            found.append(Stretch(i * step, (i + 1) * step, states, i * step, step))
    start = {Fraction(0): {"x": Fraction(1), "y": Fraction(0)}} if turn == 0 and radius < Fraction(1, 10**9) else {}
    return Path(tuple(found), until, until, exact=start, bits=BITS, method="closed form")


def circle_box(trajectory: Trajectory, digits: int) -> Path:
    """Stand in for `enclose`: starts near (1, 0) stay as near to the circle, since the flow turns distances."""
    ends = dict(trajectory.box)
    width = max(abs(ends["x"][0] - 1), abs(ends["x"][1] - 1), abs(ends["y"][0]), abs(ends["y"][1]))
    return circle(trajectory.until, max(2 * width, Fraction(1, 10**digits)))


def decided(text: str, where: str = "", path: Path | None = None) -> Decision:
    """Return what is decided about a claim on the circle."""
    path = circle() if path is None else path
    reader = TrajectoryElaboration(Statement(text, {"t": "real", "x": "real", "y": "real"}))
    claim, condition = reader.formula(text), reader.formula(where) if where else TRUE
    with precision(path.bits):
        moments = Moments(Scan(path, {}))
        free = not (still(claim) and still(condition))
        return decide(moments.scan, Question(moments.formula(claim), moments.formula(condition), free))
