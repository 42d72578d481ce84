"""The graph of uses: every lemma leads somewhere, what is used stands left, and circles do not hang it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.report.build import standalone_graph
from proofs_check.report.graph import graph_svg
from proofs_check.report.graph.draw import LOOKS
from proofs_check.report.graph.layers import layers
from proofs_check.report.graph.layout import layout
from tests.report import examples

SVG = "{http://www.w3.org/2000/svg}"


def lemma(name: str, *uses: str, **changes: object) -> dict:
    return {"name": name, "title": name.upper(), "uses": list(uses), "verdict": "PROVED", "expected": True, **changes}


def test_every_lemma_is_a_link_with_its_name_and_verdict() -> None:
    model = examples.model()
    root = ElementTree.fromstring(standalone_graph(model))
    links = root.findall(f"{SVG}a")
    assert len(links) == len(model["lemmas"])
    assert {link.get("href") for link in links} == {f"index.html#lemma-{x['name']}" for x in model["lemmas"]}
    said = " ".join(link.findtext(f"{SVG}title") or "" for link in links)
    assert all(f"{x['name']}: {x['verdict']}" in said for x in model["lemmas"])
    assert said.count("not as expected") == 1


def test_verdicts_differ_by_letter_and_shape_and_colour() -> None:
    for part in range(4):
        if part != 2:  # letters may share their ink
            assert len({look[part] for look in LOOKS.values()}) == len(LOOKS)


@pytest.mark.parametrize("colour", [look[1:3] for look in LOOKS.values()])
def test_letters_can_be_read_on_their_sign(colour: tuple[str, str]) -> None:
    def luminance(code: str) -> float:
        code = code.lstrip("#")
        code = "".join(c * 2 for c in code) if len(code) == 3 else code
        parts = [int(code[k : k + 2], 16) / 255 for k in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted(luminance(code) for code in colour)
    assert (high + 0.05) / (low + 0.05) >= 4.5  # the contrast that WCAG asks of text


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_what_is_used_stands_left_unless_it_is_a_circle(pairs: list[tuple[int, int]]) -> None:
    edges = [(str(a), str(b)) for a, b in pairs if a != b]
    forward = [(a, b) for a, b in edges if int(a) < int(b)]
    found = layers(forward)
    assert all(found[a] < found[b] for a, b in forward)
    assert set(layers(edges)) == {name for edge in edges for name in edge}


def test_boxes_do_not_overlap() -> None:
    members = [lemma(f"l{k}", *([f"l{k - 3}", f"l{k // 2}"] if k > 2 else [])) for k in range(60)]
    place = layout([("one", members[:35]), ("two", members[35:])])
    boxes = sorted((node.x, node.y, node.width or 20) for node in place.nodes.values())
    assert len(boxes) == 60
    for i, (x, y, w) in enumerate(boxes):
        for x2, y2, _ in boxes[i + 1 :]:
            assert x2 >= x + w or abs(y2 - y) >= 18
    assert all(node.x + node.width <= place.width and node.y + 18 <= place.height for node in place.nodes.values())


def test_circle_of_uses_is_drawn_dashed() -> None:
    drawing = graph_svg([("a", [lemma("x", "y"), lemma("y", "x"), lemma("z", "z")])], {})
    assert 'class="edge back"' in drawing


def test_strange_names_are_escaped_and_shortened() -> None:
    name = '<script>alert(1)</script>"&' + "ÿ" * 500
    drawing = graph_svg([(name, [lemma(name, title=name)])], {name: '#"><b>'})
    assert "<script" not in drawing and "<b>" not in drawing
    assert ElementTree.fromstring(drawing) is not None


def test_verdict_that_is_unknown_gets_a_sign() -> None:
    assert ">N</text>" in graph_svg([("a", [lemma("x", verdict="")])], {})


def test_graph_of_5000_lemmas_is_linear_in_size() -> None:
    members = [lemma(f"lemma_{k}", *([f"lemma_{k // 2}"] if k else [])) for k in range(5000)]
    drawing = graph_svg([("a", members)], {})
    assert len(drawing) < 1000 * len(members)
    assert len(re.findall(r"<use ", drawing)) == 5000
