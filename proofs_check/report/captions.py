"""What is said under each figure of a race, in the order in which they are shown."""

from __future__ import annotations

CAPTIONS = (
    (
        "loss",
        "The loss of gradient descent: a plateau, then the drop. The dashed line is the horizon of the early race, "
        "found without training; the predicted order is read from the same race, residuals constant, a little later.",
    ),
    (
        "growth",
        "Norm products as they grow, on a logarithmic axis: lines are descent, markers the prediction up to the "
        "horizon (dashed), a vertical stroke the last gate event of a neuron. Thick is the winner of each group, then "
        "the second and the third; grey are neurons a quarter, half and three quarters down the order.",
    ),
    (
        "prediction",
        "Norm product predicted from the initial weights against the one that descent reached; each group's winner is "
        "ringed. Order is what is predicted: descent stops growing when the loss drops, so final values are smaller.",
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
        "events",
        "Gate events of the early race: how many of each kind over time; below, when each neuron has had its last one "
        "and goes on in closed form. The ring marks the winner.",
    ),
)
