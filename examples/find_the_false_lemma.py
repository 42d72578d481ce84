"""Find the false lemma: three statements from a draft, of which one does not hold.

Run it with ``python examples/find_the_false_lemma.py``.
"""

from proofs_check.checker import replay
from proofs_check.verify import decide

# Each is a claim in Python expression syntax, with the conditions under which the draft makes it.
DRAFT = {
    "Lemma 1 (the gap closes)": ("(1 - c)*(1 + c) <= 2*(1 - c)", ["-1 < c", "c < 1"]),
    "Lemma 2 (tanh is nearly linear)": ("tanh(x) >= x - x**3/4", ["0 <= x", "x <= 1"]),
    "Lemma 3 (logistic loss)": ("log(1 + exp(-z)) >= -z", []),
}


def main() -> dict[str, dict[str, str]]:
    """Decide the draft's lemmas and return the counterexamples of the false ones."""
    fallen = {}
    for name, (claim, conditions) in DRAFT.items():
        result = decide(claim, conditions)
        print(f"{result.verdict:8} {name}: {claim}")
        if result.counterexample is None:
            continue
        # An exact point, found by a search that nobody has to trust ...
        point = ", ".join(f"{variable} = {value}" for variable, value in result.counterexample.items())
        # ... because this checker, which shares no code with it, reads the claim again and computes both sides.
        print(f"         false at {point}; the small checker: {replay(result.certificate).reason}")
        fallen[name] = result.counterexample

    # The constant was wrong: with 3 in place of 4 the inequality is a theorem, also where both sides meet at 0.
    repaired = decide("tanh(x) >= x - x**3/3", ["0 <= x"])
    print(f"\n{repaired.verdict} at rung {repaired.level}: {repaired.text} for every x >= 0")
    return fallen


if __name__ == "__main__":
    main()
