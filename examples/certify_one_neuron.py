"""Certify one neuron: prove, by enclosing the whole flow, where a neuron is at a time, and what it does until then.

Run it with ``python examples/certify_one_neuron.py``.
"""

from pathlib import Path

from proofs_check.lemma import from_text
from proofs_check.verify import verify_lemmas

# One neuron that starts with the wrong sign of its read-out, from a whole box of starts. Nothing is rounded.
LEMMA = """
name = "one_neuron_unlocks"
title = "A neuron with a read-out of the wrong sign turns it and then learns"
source = { key = "example", locator = "examples" }
statement = "The read-out starts negative, is positive from time 2 on, and the loss has halved at time 4."

[trajectory]
along = "flow"
until = 4
digits = 20

[trajectory.network]
x = [["1", "1/2"], ["1/2", "1"]]
y = [1, 1]
w = [["0.5 +- 1/10000", "0.25 +- 1/10000"]]
v = ["-1/10"]
loss = "squared"

[[claim]]
name = "it starts on the wrong side"
text = "at(v[0] < 0, t=0)"
[[claim]]
name = "and is on the right one from time 2 on"
text = "v[0] > 0"
where = "t >= 2"
[[claim]]
name = "the loss has halved"
text = "at(loss, t=4) < at(loss, t=0)/2"
[[twin]]
name = "it never turns"
text = "v[0] < 0"
"""


def main() -> dict[str, str]:
    """Verify the lemma and return the verdict of each claim."""
    (result,) = verify_lemmas([from_text(LEMMA, Path("one_neuron.toml"))])
    data = result.to_json()
    print(f"{result.verdict}: {data['scope']}\n")
    for claim in (*data["claims"], *data["twins"]):
        print(f"{claim['verdict']:9} rung {claim['level']}  {claim['name']}: {claim['text']}")
    return {claim["name"]: claim["verdict"] for claim in (*data["claims"], *data["twins"])}


if __name__ == "__main__":
    main()
