"""The figures: deterministic SVG without anything from outside, also for races with nothing to show."""

from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib import font_manager

from proofs_check.report.figures import alignment, cosines, events, growth, loss, prediction, race_figures, race_files
from proofs_check.report.figures.style import to_svg
from proofs_check.report.race_arrays import RaceArrays, large_groups
from tests.report import examples
from tests.report.race_example import example_record

NAMES = {"loss", "growth", "prediction", "alignment", "cosines", "events"}


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return race_figures(examples.race_arrays())


def test_figures_are_svg_that_parses(drawn: dict[str, str]) -> None:
    assert set(drawn) == NAMES
    for svg in drawn.values():
        assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"


def test_figures_are_the_same_bytes_twice(drawn: dict[str, str]) -> None:
    assert race_figures(examples.race_arrays()) == drawn


def test_figures_change_with_the_race(drawn: dict[str, str]) -> None:
    arrays = examples.race_arrays()
    other = race_figures(replace(arrays, final=arrays.final[::-1].copy()))
    assert other["prediction"] != drawn["prediction"] and other["alignment"] != drawn["alignment"]


def test_figures_of_one_page_share_no_id(drawn: dict[str, str]) -> None:
    ids = [identity for svg in drawn.values() for identity in re.findall(r' id="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))


def test_figures_refer_to_nothing_outside(drawn: dict[str, str]) -> None:
    for svg in drawn.values():
        for target in re.findall(r'href="([^"]+)"', svg):
            assert target.startswith(("#", "data:image/png;base64,")), target[:60]
        assert "<metadata" not in svg and "<script" not in svg


def test_groups_differ_by_marker_not_by_colour_alone(drawn: dict[str, str]) -> None:
    shapes = dict(re.findall(r'<path id="([^"]+)" d="([^"]+)"', drawn["prediction"]))
    looks = ("#0072b2", "#d55e00", "#8a8b8c")  # two large groups and the rest
    outlines = {
        shapes[name]
        for colour in looks
        for name in re.findall(rf'<use href="#([^"]+)" [^>]*fill="{colour}"', drawn["prediction"])
        + re.findall(rf'fill="{colour}"[^>]*><use href="#([^"]+)"', drawn["prediction"])
    }
    assert len(outlines) == 3


NO_EVENTS = {"event_time": np.zeros(0), "event_neuron": np.zeros(0, dtype=int), "event_kind": np.zeros(0, dtype=int)}


@pytest.mark.parametrize(
    ("figure", "changes"),
    [
        (alignment, {"group": np.full(40, -1)}),
        (prediction, {"group": np.full(40, -1)}),
        (cosines, {"group": np.full(40, -1)}),
        (events, NO_EVENTS),
        (events, {"horizon": np.zeros(1)}),
        (loss, {"horizon": np.zeros(1)}),
        (loss, {"loss": np.full(60, np.inf)}),
        (alignment, {"final": np.zeros(40), "early": np.zeros(40)}),
        (prediction, {"final": np.zeros(40), "predicted": np.zeros(40)}),
    ],
)
def test_race_with_little_to_show_is_drawn(figure: ModuleType, changes: dict[str, np.ndarray]) -> None:
    arrays: RaceArrays = replace(examples.race_arrays(), **changes)
    assert to_svg(figure.draw(arrays), "a").startswith("<svg")


def test_large_groups_are_ordered_by_size() -> None:
    assert large_groups(np.array([1] * 7 + [0] * 5 + [2] * 4 + [-1] * 20)) == [1, 0]


def test_compact_figure_keeps_every_reference_and_no_style(drawn: dict[str, str]) -> None:
    for svg in drawn.values():
        ids = set(re.findall(r' id="([^"]+)"', svg))
        used = set(re.findall(r'href="#([^"]+)"', svg)) | set(re.findall(r"url\(#([^)]+)\)", svg))
        assert used == ids
        assert "style" not in svg  # neither elements nor attributes: the page's policy forbids them


def test_hatched_bars_keep_their_colour(drawn: dict[str, str]) -> None:
    pattern = re.search(r"<pattern .*?</pattern>", drawn["events"])
    assert pattern and 'fill="#d55e00"' in pattern[0]


def test_figures_as_pdf_are_the_same_bytes_twice() -> None:
    first, second = (race_files(examples.race_arrays(), "race1-") for _ in range(2))
    assert first == second
    assert all(content.startswith(b"%PDF") for name, content in first.items() if name.endswith(".pdf"))
    assert b"CreationDate" not in first["race1-loss.pdf"]


def test_figures_are_small(drawn: dict[str, str]) -> None:
    assert {name: len(svg) for name, svg in drawn.items() if len(svg) > 30_000} == {}


def test_figures_are_drawn_from_vectors_but_for_the_matrix(drawn: dict[str, str]) -> None:
    assert [name for name, svg in drawn.items() if "<image" in svg] == ["alignment", "cosines"]
    assert drawn["alignment"].count("<image") == 1  # the bar of its colours


def test_growth_marks_the_winner_and_survives_without_a_large_group() -> None:
    arrays = examples.race_arrays()
    assert "neuron 0 wins" in to_svg(growth.draw(arrays), "a")
    empty = {"growth_time": np.zeros(0), "growth_neuron": np.zeros(0, dtype=int)}
    empty |= {"growth_predicted": np.zeros((0, 0)), "growth_descent": np.zeros((0, 0))}
    assert "no large group" in to_svg(growth.draw(replace(arrays, **empty)), "a")


def test_prediction_says_how_well_the_order_was_predicted() -> None:
    arrays = examples.race_arrays()
    assert "Spearman 1.00000" in to_svg(prediction.draw(arrays), "a")
    turned = replace(arrays, final=1 / arrays.predicted)
    assert "Spearman -1.00000" in to_svg(prediction.draw(turned), "a")


def test_figures_need_no_font_of_the_system(drawn: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    own = [font for font in font_manager.fontManager.ttflist if font.fname.startswith(matplotlib.get_data_path())]
    assert own
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    font_manager.fontManager._findfont_cached.cache_clear()  # type: ignore[attr-defined]
    assert race_figures(examples.race_arrays()) == drawn


def test_growth_of_a_race_follows_descent_and_starts_from_the_initial_weights() -> None:
    arrays = example_record().arrays
    assert arrays.growth_descent.shape == (len(arrays.growth_time), len(arrays.growth_neuron))
    np.testing.assert_allclose(arrays.growth_descent[0], arrays.early[arrays.growth_neuron], rtol=1e-12)
    np.testing.assert_allclose(arrays.growth_descent[-1], arrays.final[arrays.growth_neuron], rtol=1e-6)
    np.testing.assert_allclose(arrays.growth_predicted[0], arrays.growth_descent[0], rtol=1e-9)
    known = arrays.growth_time <= arrays.horizon[0]
    assert np.isfinite(arrays.growth_predicted[known]).all() and np.isnan(arrays.growth_predicted[~known]).all()
    first = arrays.growth_neuron[0]
    assert arrays.final[first] == arrays.final[arrays.group == arrays.group[first]].max()
