"""What is said under each figure of a race, in the order in which they are shown."""

from __future__ import annotations

CAPTIONS = (
    (
        "loss",
        "The loss of gradient descent: a plateau, then the drop. The dashed line is the horizon of the early race, "
        "found without training; the predicted order is read from the same race, residuals constant, a little later.",
    ),
    (
        "alignment",
        "Norm product against the angle to the target direction, both at initialisation, coloured by the final norm "
        "product: within a group, closer and larger neurons win. The ring marks the winner.",
    ),
    (
        "cosines",
        "Cosines between total weight vectors after descent, neurons ordered by group: the blocks are the groups.",
    ),
    (
        "prediction",
        "Norm product predicted from the initial weights against the one that descent reached, on logarithmic axes.",
    ),
    ("events", "Gate events of the early race: how many of each kind over time, and in which neuron."),
)
