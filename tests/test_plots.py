"""Figures: Axes in, Axes out, labelled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

import framing
from framing import plots
from framing.errors import FramingError


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def labels(ax: Axes) -> list[str]:
    return [t.get_text() for t in ax.get_yticklabels()]


def test_outlets_are_labelled_with_units_and_articles(comparison: framing.Comparison) -> None:
    ax = plots.outlets(comparison)
    assert "per 1,000 own-voice words" in ax.get_xlabel()
    assert "95% interval" in ax.get_xlabel()
    assert len(labels(ax)) == 5
    assert all("14 articles, 14 stories" in t for t in labels(ax))
    shown = [float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() not in "|_None"]
    assert shown == sorted(shown)


@pytest.mark.parametrize("measure", ["term_rate", "scare_rate", "quoted_share"])
def test_every_measure_is_drawn(comparison: framing.Comparison, measure: str) -> None:
    for design in ("all", "matched"):
        assert plots.outlets(comparison, measure=measure, design=design).get_title(loc="left")


def test_names_add_up_to_one(comparison: framing.Comparison) -> None:
    ax = plots.names(comparison)
    widths: dict[float, float] = {}
    for bar in ax.patches:
        widths[bar.get_y()] = widths.get(bar.get_y(), 0) + bar.get_width()
    assert widths and all(abs(w - 1) < 1e-9 for w in widths.values())
    hatches = {bar.get_hatch() for bar in ax.patches}
    assert len(hatches) > 1


@pytest.mark.parametrize("every", ["day", "week", "month", "year"])
def test_timeline(comparison: framing.Comparison, every: str) -> None:
    ax = plots.timeline(comparison, every=every)
    assert len({tuple(str(x.get_linestyle()) for x in ax.lines)}) == 1
    assert len(ax.get_legend().get_texts()) == 5


def test_an_article_is_shown_whole(scores: framing.Scores) -> None:
    chosen = scores.articles["id"].iloc[1]
    ax = plots.article(scores, id=chosen)
    shown = "".join(t.get_text() for t in ax.texts)
    text = scores.corpus.set_index("id")["text"][chosen]
    assert "".join(shown.split()) == "".join(text.split())


def test_hostile_texts_are_drawn_as_text() -> None:
    scores = framing.score_text("Costs $5 and $x^{2$ now. \x00\x07 The <b>regime</b> \\frac fell.")
    figure = plots.article(scores).figure
    figure.canvas.draw()


def test_a_given_axes_is_used(comparison: framing.Comparison, scores: framing.Scores) -> None:
    for draw in (plots.outlets, plots.names, plots.timeline):
        _, ax = plt.subplots()
        assert draw(comparison, ax=ax) is ax
    _, ax = plt.subplots()
    assert plots.article(scores, ax=ax) is ax


def test_refusals_list_what_is_valid(
    comparison: framing.Comparison, scores: framing.Scores
) -> None:
    with pytest.raises(FramingError, match="this comparison has: loaded_rate"):
        plots.outlets(comparison, measure="bias")
    with pytest.raises(FramingError, match="this comparison has: all, matched"):
        plots.outlets(comparison, design="raw")
    with pytest.raises(FramingError, match="has names for"):
        plots.names(comparison, referent="nothing")
    with pytest.raises(FramingError, match="day, week, month, year"):
        plots.timeline(comparison, every="decade")
    with pytest.raises(FramingError, match="the first are"):
        plots.article(scores, id="nothing")
