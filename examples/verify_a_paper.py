"""Verify a paper: all lemmas of one source, what each is about, and what it assumes.

Run it with ``python examples/verify_a_paper.py``; name another source or a folder of your own as an argument.
"""

import sys

from proofs_check.registry import find, sources
from proofs_check.verify import verify_lemmas


def main(name: str = "du2018") -> dict[str, str]:
    """Verify every lemma of a source and return the verdicts by name."""
    lemmas = find([name])  # a source's key, a lemma's name, a file or a folder
    paper = sources().get(name, {})
    print(f"{paper.get('title', name)}: {len(lemmas)} lemmas\n")

    # One result a lemma, in the order given. Results are kept by content, so a second run is fast.
    results = verify_lemmas(lemmas)
    for result in results:
        data = result.to_json()
        print(f"{result.verdict:9} rung {data['level']}  {data['title']}")
        print(f"          scope: {data['scope']}")
        if data["assumes"]:  # printed with every verdict, and not proved
            print(f"          assumed: {'; '.join(data['assumes'])}")

    # Each false variant of a lemma must fall, or the lemma says too little.
    twins = [twin for result in results for twin in result.to_json()["twins"]]
    fallen = sum(twin["verdict"] == "REFUTED" for twin in twins)
    unexpected = [result.to_json()["name"] for result in results if not result.expected]
    print(f"\n{fallen} of {len(twins)} false twins refuted; not as expected: {', '.join(unexpected) or 'none'}")
    return {result.to_json()["name"]: result.verdict for result in results}


if __name__ == "__main__":
    main(*sys.argv[1:2])
