"""The graph of uses: every lemma leads somewhere, what is used stands left, and circles do not hang it."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.cli.run import run
from proofs_check.report.build import html_report, standalone_graph
from proofs_check.report.graph import graph_svg
from proofs_check.report.graph.draw import LOOKS
from proofs_check.report.graph.layers import layers
from proofs_check.report.graph.layout import layout
from proofs_check.report.graph.lines import STYLE as LINES
from proofs_check.report.graph.lines import WORDS
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


def test_circle_of_uses_is_drawn_dotted() -> None:
    drawing = graph_svg([("a", [lemma("x", "y"), lemma("y", "x"), lemma("z", "z")])], {})
    assert 'class="edge said back"' in drawing
    assert 'class="edge said back"' not in graph_svg([("a", [lemma("x", "y"), lemma("y")])], {})


EDGES = [
    {"used": "x", "user": "y", "declared": True, "shown": "step: a == b"},
    {"used": "x", "user": "z", "declared": True, "shown": ""},
    {"used": "y", "user": "z", "declared": False, "shown": "hypothesis: a <b> & c"},
]
MEMBERS = [lemma("x"), lemma("y", "x"), lemma("z", "x")]


def looks(drawing: str) -> dict[str, int]:
    groups = ElementTree.fromstring(drawing).findall(f"{SVG}g")
    return {g.get("class", ""): len(g.findall(f"{SVG}path")) for g in groups if "edge" in g.get("class", "")}


def test_line_says_whether_the_proof_used_it() -> None:
    drawing = graph_svg([("a", MEMBERS)], {}, standalone=True, edges=EDGES)
    assert looks(drawing) == {"edge said": 1, "edge found": 1, "edge used": 1}
    assert "<title>hypothesis: a &lt;b&gt; &amp; c</title>" in drawing
    for words in WORDS.values():  # a legend for each kind that is there
        assert f">{words}</text>" in drawing
    assert "stroke-dasharray" in LINES.partition(".said")[2].partition("}")[0]
    assert "stroke-dasharray" not in LINES.partition(".edge")[2].partition("}")[0]


def test_lines_are_told_in_words_too() -> None:
    root = ElementTree.fromstring(graph_svg([("a", MEMBERS)], {}, edges=EDGES))
    titles = [g.findtext(f"{SVG}title") for g in root.findall(f"{SVG}g")]
    assert "y: PROVED. Y; used by the proof: x" in titles
    assert "z: PROVED. Z; declared only: x; used by the proof, not declared: y" in titles
    said = root.get("aria-label")
    assert said == "Which lemma uses which: 3 lemmas, 2 uses, 1 of them used by the proof; 1 more found"


def test_without_verification_everything_is_declared_only() -> None:
    assert looks(graph_svg([("a", MEMBERS)], {})) == {"edge said": 2}
    assert looks(graph_svg([("a", [lemma("x")])], {})) == {}
    assert "declared only" not in graph_svg([("a", [lemma("x")])], {})


def linked() -> dict:
    suite = copy.deepcopy(examples.suite())
    suite["lemmas"][1]["uses"] = [suite["lemmas"][0]["name"]]
    return examples.report_model(suite, [], "0.1.0", examples.sources())


def test_page_notes_hypotheses_and_uses() -> None:
    model = linked()
    page = html_report(model)
    assert "(declared only)" in page and "(not used by the proof)" not in page
    first = next(x for x in model["lemmas"] if x["hypotheses"])
    for claim in first["claims"]:
        claim["used"] = {"hypotheses": first["hypotheses"][1:], "hints": [], "not_used": first["hypotheses"][:1],
                         "definitions": []}  # fmt: skip
    model["edges"] = [{**edge, "shown": "claim: a"} for edge in model["edges"]]
    page = html_report(model)
    assert page.count("(not used by the proof)") == 1 and "(declared only)" not in page


def test_older_report_without_edges_is_drawn() -> None:
    model = linked()
    uses = sum(edge["declared"] for edge in model.pop("edges"))
    assert uses and looks(standalone_graph(model)) == {"edge said": uses}
    assert "(declared only)" not in html_report(model)


def test_drawing_is_the_same_twice() -> None:
    assert standalone_graph(linked()) == standalone_graph(linked())


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


PROJECT = {
    "below": '[variables]\nx = "positive"\n[[claim]]\ntext = "tanh(x) < x"\n',
    "user": 'uses = ["below"]\nhypotheses = ["tanh(x) < x"]\n[variables]\nx = "positive"\n[witness]\nx = 1\n'
    '[[claim]]\ntext = "1/(x - tanh(x)) > 0"\n',
    "sayer": 'uses = ["below"]\n[variables]\nx = "positive"\n[[claim]]\ntext = "x/x == 1"\n',
}


def test_command_draws_what_the_proofs_used_and_unverified_what_is_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "cache"))
    folder, out = tmp_path / "mine", tmp_path / "g.svg"
    folder.mkdir()
    for name, text in PROJECT.items():
        (folder / f"{name}.toml").write_text(text)
    assert run(["graph", str(folder), "--unverified", "-o", str(out)]) == 0
    assert capsys.readouterr().out.endswith("3 lemmas, 2 uses\n")
    assert looks(out.read_text()) == {"edge said": 2}
    drawn = []
    for _ in range(2):  # the second from the cache
        assert run(["graph", str(folder), "--jobs", "1", "-o", str(out)]) == 0
        assert capsys.readouterr().out.endswith("3 lemmas, 2 uses, 1 of them used by the proof\n")
        drawn.append(out.read_bytes())
    assert drawn[0] == drawn[1]
    assert looks(drawn[0].decode()) == {"edge said": 1, "edge used": 1}
    assert "<title>hypothesis: tanh(x) &lt; x</title>" in drawn[0].decode()
