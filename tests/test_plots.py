"""Figures: Axes in, Axes out, labelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

import framing
from framing import plots
from framing.errors import FramingError
from framing.wording import Wording
from tests.small import from_tables, scored


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


def test_terms_at_arms_length_are_drawn_to_both_sides() -> None:
    bare = "The ferry reform passed on Monday. Crews began with the ferry reform at noon. "
    scare = 'The so-called "ferry reform" passed on Monday. Crews stayed at home. '
    scores = scored([(o, f"{s}", t) for s in range(4) for o, t in (("A", bare), ("B", scare))])
    ax = plots.asymmetry(framing.compare(scores))
    assert labels(ax) == ["ferry reform: B", "ferry reform: A"]
    assert [bar.get_width() for bar in ax.patches] == [-4, 0, 0, 8]
    assert "in own voice" in ax.get_xlabel()
    assert len({bar.get_hatch() for bar in ax.patches}) == 2
    ax.figure.canvas.draw()
    assert all("−" not in t.get_text() for t in ax.get_xticklabels())
    with pytest.raises(FramingError, match="no term was found that one group uses bare"):
        plots.asymmetry(framing.compare(scored([("A", "1", bare), ("B", "1", bare)])))


def test_sources_add_up_to_one() -> None:
    articles, spans = [], []
    for s in range(4):
        for group in ("Herald", "Wire"):
            articles.append((f"{group}{s}", group, str(s)))
            for name, kind in (
                ("Mayor Voss", "named"),
                ("officials", "unnamed"),
                (None, "unknown"),
            ):
                spans.append(
                    {
                        "id": f"{group}{s}",
                        "speaker": name,
                        "speaker_name": name,
                        "speaker_kind": kind,
                        "words": 20 + s,
                    }
                )
    scores = from_tables(articles, voices=spans)
    comparison = framing.compare(scored([("Herald", "1", "Nothing."), ("Wire", "1", "Nothing.")]))
    ax = plots.sources(replace(comparison, wording=Wording(scores, scores.articles)))
    widths: dict[float, float] = {}
    for bar in ax.patches:
        widths[bar.get_y()] = widths.get(bar.get_y(), 0) + bar.get_width()
    assert len(widths) == 2 and all(abs(w - 1) < 1e-9 for w in widths.values())
    assert labels(ax) == [
        f"{g}\n12 quotations, 4 stories\n2.0 sources a story" for g in ("Wire", "Herald")
    ]
    assert "share of quoted and reported words" in ax.get_xlabel()
    with pytest.raises(FramingError, match="nobody is quoted"):
        empty = from_tables(articles)
        plots.sources(replace(comparison, wording=Wording(empty, empty.articles)))


@pytest.mark.parametrize("every", ["day", "week", "month", "year"])
def test_timeline(comparison: framing.Comparison, every: str) -> None:
    ax = plots.timeline(comparison, every=every)
    assert len({tuple(str(x.get_linestyle()) for x in ax.lines)}) == 1
    assert len(ax.get_legend().get_texts()) == 5


def test_a_timeline_around_an_event(comparison: framing.Comparison) -> None:
    ax = plots.timeline(comparison, every="month", event="2031-05-20", measure="quoted_share")
    dashed = [x for x in ax.lines if x.get_linestyle() == "--" and len(set(x.get_xdata())) == 1]
    assert len(dashed) == 1
    assert "95% intervals" in ax.get_xlabel()


def test_differences_are_a_forest(comparison: framing.Comparison) -> None:
    ax = plots.differences(comparison, measure="term_rate")
    table = comparison.differences
    rows = table.loc[(table["measure"] == "term_rate") & (table["design"] == "matched")]
    assert ax.get_xscale() == "log" and len(labels(ax)) == len(rows) == 10
    assert all("14 stories" in t for t in labels(ax))
    points = [x for x in ax.lines if x.get_marker() == "o"]
    shown = [float(x.get_xdata()[0]) for x in points]
    assert shown == sorted(rows["ratio"])
    filled = [float(x.get_xdata()[0]) for x in points if x.get_markerfacecolor() != "white"]
    assert filled == sorted(rows.loc[rows["p_adjusted"] <= 0.05, "ratio"])
    untested = plots.differences(comparison, measure="term_rate", design="all")
    assert not [x for x in untested.lines if x.get_marker() == "o"]
    few = plots.differences(comparison, measure="term_rate", most=3)
    assert len(labels(few)) == 3 and "7 more pairs" in few.get_xlabel()


def test_sensitivity_is_a_specification_curve(comparison: framing.Comparison) -> None:
    found = comparison.sensitivity(most_stories=4)
    pair = ("Channel One Valdoria", "The Daily Clarion")
    ax = plots.sensitivity(found, pair=pair)
    table = found.table
    rows = table.loc[(table["group_a"] == pair[0]) & (table["group_b"] == pair[1])]
    assert f"{rows['ratio'].notna().sum()} specifications" in ax.get_title(loc="left")
    drawn = np.concatenate([np.asarray(c.get_offsets()) for c in ax.collections[1:]])
    assert np.allclose(np.sort(drawn[:, 1]), np.sort(rows["ratio"].dropna()))
    (below,) = ax.child_axes
    said = [t.get_text() for t in below.get_yticklabels()]
    assert "voice: own and quoted" in said and "measure: term_rate" in said
    assert "a story left out" in said
    ax.figure.canvas.draw()
    assert plots.sensitivity(found).get_ylabel().startswith("ratio")
    with pytest.raises(FramingError, match="unknown pair"):
        plots.sensitivity(found, pair=pair[::-1])


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
    for draw in (plots.outlets, plots.names, plots.timeline, plots.differences):
        _, ax = plt.subplots()
        assert draw(comparison, ax=ax) is ax
    _, ax = plt.subplots()
    assert plots.sensitivity(comparison.sensitivity(most_stories=0), ax=ax) is ax
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
    referent = comparison.names["referent"].iloc[0]
    with pytest.raises(FramingError, match=f"did you mean '{referent}'"):
        plots.names(comparison, referent=f"{referent}s")
    with pytest.raises(FramingError, match="did you mean 'loaded_rate'"):
        plots.differences(comparison, measure="load_rate")
    with pytest.raises(FramingError, match="day, week, month, year"):
        plots.timeline(comparison, every="decade")
    with pytest.raises(FramingError, match="the first are"):
        plots.article(scores, id="nothing")
