"""Change over time: periods, events, and a fair p-value for before and after."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np
import pandas as pd
import pytest

import framing
from framing import change as module
from framing import stats
from framing.cells import Cells, sum_articles
from framing.change import before_after_table, timeline_table
from framing.errors import CorpusError, FramingError
from framing.measures import known_measures

MANIFEST: dict[str, Any] = {"lexicons": []}
RATE = known_measures(MANIFEST)["term_rate"]
SHARE = known_measures(MANIFEST)["quoted_share"]
EVENT = "2031-03-03"  # a Monday


def world(
    weeks: int,
    seed: int,
    *,
    change: float = 1.0,
    a_week: int = 6,
    groups: tuple[str, ...] = ("A", "B"),
    **columns: Any,
) -> Cells:
    """Articles of so many weeks on either side of the event; each week has a heat of its own."""
    rng = np.random.default_rng(seed)
    week = np.tile(np.repeat(np.arange(-weeks, weeks), a_week), len(groups))
    n = len(week)
    heat = rng.gamma(4.0, 0.25, 2 * weeks)[week + weeks]
    own = rng.integers(200, 500, n)
    rate = 0.02 * heat * np.where(week >= 0, change, 1.0)
    days = week * 7 + rng.integers(0, 7, n)
    table = pd.DataFrame(
        {
            "id": [f"a{i:05}" for i in range(n)],
            "outlet": np.repeat(groups, n // len(groups)),
            "story": [f"s{d:+}" for d in days],
            "date": pd.Timestamp(EVENT) + pd.to_timedelta(days, "D"),
            "status": "scored",
            "reason": None,
            "words": own + 100,
            "own_words": own,
            "loaded_words": 1.0,
            "term_weight": rng.poisson(own * rate),
            "scare_phrases": 0.0,
            "quoted_words": 100,
            "quoted_spans": 5,
            "quoted:loaded_words": 0.0,
            "quoted:term_weight": 0.0,
        }
    )
    return sum_articles(table.assign(**columns), MANIFEST)


def timeline(cells: Cells, **settings: Any) -> pd.DataFrame:
    return timeline_table(cells, [RATE], groups=cells.groups, **settings)


def change(cells: Cells, **settings: Any) -> pd.DataFrame:
    measures = settings.pop("measures", [RATE])
    event = settings.pop("event", EVENT)
    return before_after_table(cells, measures, groups=cells.groups, event=event, **settings)


@pytest.mark.parametrize(
    ("every", "label", "days"), [("week", "2031-W10", 7), ("month", "2031-03", 31)]
)
def test_calendar_periods(every: str, label: str, days: int) -> None:
    cells = world(6, 0)
    table = timeline(cells, every=every)
    row = table.loc[(table["period"] == label) & (table["group"] == "A")].iloc[0]
    assert (row["end"] - row["start"]).days == days - 1
    inside = cells.keys["day"].between(row["start"], row["end"]) & (cells.keys["group"] == "A")
    sums = cells.frame(["group", "day"])
    mine = sums.loc[(sums["group"] == "A") & sums["day"].between(row["start"], row["end"])]
    expected = (mine["term_weight"].sum() + 0.5) / mine["own_words"].sum() * 1000
    assert row["estimate"] == pytest.approx(expected)
    assert row["articles"] == mine["articles"].sum()
    assert row["low"] < row["estimate"] < row["high"]
    assert inside.any()
    assert table.loc[table["group"] == "A", "articles"].sum() == 6 * 12


def test_periods_counted_from_an_event() -> None:
    table = timeline(world(3, 1), every="week", event=EVENT)
    one = table.loc[table["group"] == "A"]
    assert one["period"].tolist() == ["-3", "-2", "-1", "0", "1", "2"]
    assert one.loc[one["period"] == "0", "start"].iloc[0] == pd.Timestamp(EVENT)
    assert one.loc[one["period"] == "-1", "end"].iloc[0] == pd.Timestamp("2031-03-02")
    days = timeline(world(3, 1), every="day", event=EVENT)
    assert (days["start"] == days["end"]).all()


def test_groups_have_rows_only_where_they_wrote() -> None:
    cells = world(3, 2)
    late = (cells.keys["group"] == "B") & (cells.keys["day"] < EVENT)
    table = timeline(cells.take(~late.to_numpy()), every="week", event=EVENT)
    assert table.loc[table["group"] == "B", "period"].tolist() == ["0", "1", "2"]


def test_a_change_is_found_and_none_is_made_up() -> None:
    found = change(world(10, 3, change=3.0)).set_index("group")
    assert (found["ratio"] > 1.3).all() and (found["low"] > 1).all()
    assert (found["p_adjusted"] <= 0.05).all()
    assert found["blocks_before"].tolist() == [10, 10] == found["blocks_after"].tolist()
    assert found["articles_before"].tolist() == [60, 60]
    none = change(world(10, 3))
    assert (none["p_value"] > 0.05).all()
    assert none["p_adjusted"].to_numpy() == pytest.approx(
        stats.benjamini_hochberg(none["p_value"].to_numpy())
    )


@pytest.mark.parametrize("weeks", [5, 12])
def test_p_values_are_fair_where_weeks_have_heats_of_their_own(weeks: int) -> None:
    # exact with 5 weeks a side, drawn at random with 12
    assert (comb(2 * weeks, weeks) <= stats.EXACT_LIMIT) == (weeks == 5)
    p = np.concatenate(
        [change(world(weeks, seed, groups=("A",)))["p_value"].to_numpy() for seed in range(150)]
    )
    # 150 worlds: 5 % is 7.5, and more than 14 would come by chance once in 90
    assert (p <= 0.05).sum() <= 14
    assert 0.35 < p.mean() < 0.7

    from scipy.stats import ttest_ind

    naive = []
    for seed in range(150):
        cells = world(weeks, seed, groups=("A",))
        frame = cells.frame(["story", "day"])
        rate = frame["term_weight"] / frame["own_words"]
        after = frame["day"] >= EVENT
        naive.append(ttest_ind(rate[after], rate[~after], equal_var=False).pvalue)
    assert (np.array(naive) <= 0.05).sum() > 14  # what articles as units would have said


def test_the_exact_test_is_all_exchanges_of_weeks() -> None:
    cells = world(4, 5, groups=("A",), change=30.0)
    row = change(cells).iloc[0]
    # so large a change is matched by its mirror image alone
    assert row["p_value"] == pytest.approx(2 / comb(8, 4))
    assert change(cells, random_state=7)["p_value"].iloc[0] == row["p_value"]


def test_windows_and_blocks() -> None:
    cells = world(8, 6)
    row = change(cells, window=28).iloc[0]
    assert (row["blocks_before"], row["blocks_after"]) == (4, 4)
    row = change(cells, block=14).iloc[0]
    assert (row["blocks_before"], row["blocks_after"]) == (4, 4)
    few = change(cells, window=14).iloc[0]
    assert not few["testable"] and np.isnan(few["p_value"]) and few["ratio"] > 0


def test_shares_change_too() -> None:
    row = change(world(6, 7), measures=[SHARE]).iloc[0]
    assert 0 < row["before"] < 1 and row["ratio"] == pytest.approx(row["after"] / row["before"])
    assert row["low"] < row["ratio"] < row["high"]


def test_what_is_absent_stays_missing() -> None:
    table = change(world(6, 8, term_weight=np.nan))
    assert table[["before", "after", "ratio", "p_value"]].isna().all().all()


def test_refusals() -> None:
    cells = world(4, 9)
    undated = world(4, 9, date=pd.NaT)
    for ask in (timeline, change):
        with pytest.raises(CorpusError) as error:
            ask(undated)
        assert str(error.value) == module.NO_DATES.format(count=96)
    with pytest.raises(FramingError) as error:
        timeline(cells, every="weekly")
    assert str(error.value) == module.BAD_PERIOD.format(
        valid="day, week, month, year", value="weekly", near="; did you mean 'week'?"
    )
    for bad in ("soon", None, pd.NaT):
        with pytest.raises(FramingError) as error:
            change(cells, event=bad)
        assert str(error.value) == module.BAD_EVENT.format(value=bad)
    for side, event in (("before", "2030-01-01"), ("after", "2032-01-01")):
        with pytest.raises(CorpusError, match=f"no article is dated {side} the event") as error:
            change(cells, event=event)
        assert "2031-02" in str(error.value)
    for bad in (3, 2.5, True):
        with pytest.raises(FramingError) as error:
            change(cells, window=bad)
        assert str(error.value) == module.BAD_WINDOW.format(least=7, value=bad)
    with pytest.raises(FramingError) as error:
        change(cells, block=0)
    assert str(error.value) == module.BAD_BLOCK.format(value=0)


def test_through_the_comparison(comparison: framing.Comparison) -> None:
    assert set(comparison.timeline["group"]) == set(comparison.groups)
    assert comparison.timeline.equals(comparison.over_time(every="month"))
    assert not comparison.timeline["measure"].str.contains("/").any()
    table = comparison.before_after("2031-05-20", measures=["loaded_rate", "quoted_share"])
    assert len(table) == 2 * len(comparison.groups)
    assert (table["articles_before"] + table["articles_after"] == 14).all()
    with pytest.raises(FramingError, match="did you mean 'loaded_rate'"):
        comparison.over_time(measures=["loadedrate"])
