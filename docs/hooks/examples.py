"""The page with the walk-throughs of `examples/`, as they are run by the tests."""

from __future__ import annotations

import ast
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "examples"
ORDER = ("verify_a_paper", "find_the_false_lemma", "predict_a_race", "certify_one_neuron")
HEAD = """\
# Four walk-throughs in Python

The files of the folder `examples`, each run by a test that checks what it shows. In a notebook, lemmas, results
and flows show themselves as tables and formulas.
"""


def examples_page() -> str:
    """Return the page with every example's text."""
    parts = [HEAD]
    for name in ORDER:
        text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
        first = (ast.get_docstring(ast.parse(text)) or "").splitlines()[0]
        title, _, what = first.partition(": ")
        parts.append(f'## {title}\n\n{what[:1].upper()}{what[1:]}\n\n```python title="examples/{name}.py"\n{text}```\n')
    return "\n".join(parts)
