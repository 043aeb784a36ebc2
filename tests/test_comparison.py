"""Comparing groups: designs, differences, names, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import framing
from framing import comparison as module
from framing.cells import merge_cells, sum_cells
from framing.comparison import MEASURES, compare_cells
from framing.errors import CorpusError, FramingError

FILLER = "Nothing else was decided in the town on Monday, and the rest of it will be told. "
LOADED = "The brutal regime sent its vile thugs. "


def made(stories: int, *, groups: tuple[str, ...] = ("A", "B"), loud: str = "B") -> framing.Scores:
    rows = []
    for s in range(stories):
        for g in groups:
            text = FILLER * (3 + s % 3) + (LOADED * (2 + s % 2) if g == loud else "")
            rows.append({"id": f"{g}{s}", "text": text, "outlet": g, "story": f"s{s:02}"})
    return framing.score(rows)


def pick(table: pd.DataFrame, **values: str) -> pd.DataFrame:
    for column, value in values.items():
        table = table.loc[table[column] == value]
    return table


def test_a_real_difference_is_found_and_none_is_made_up() -> None:
    comparison = framing.compare(made(10))
    row = pick(comparison.differences, design="matched", measure="term_rate").iloc[0]
    assert row["group_a"] == "A" and row["ratio"] < 0.5
    assert row["low"] < row["ratio"] < row["high"] < 1
    assert row["p_value"] == pytest.approx(2 / 2**10)
    assert row["p_adjusted"] <= 0.05 and row["testable"]
    quiet = framing.compare(made(10, loud="nobody"))
    row = pick(quiet.differences, design="matched", measure="term_rate").iloc[0]
    assert row["ratio"] == pytest.approx(1) and row["p_value"] == 1


def test_estimates_follow_the_stated_formula() -> None:
    scores = made(8)
    comparison = framing.compare(scores)
    mine = scores.articles.loc[scores.articles["outlet"] == "B"]
    row = pick(comparison.estimates, group="B", design="all", measure="term_rate").iloc[0]
    expected = (mine["term_weight"].sum() + 0.5) / mine["own_words"].sum() * 1000
    assert row["estimate"] == pytest.approx(expected)
    assert row["articles"] == row["stories"] == 8
    assert row["words"] == mine["own_words"].sum()
    assert row["low"] < row["estimate"] < row["high"]


def test_the_columns_that_may_be_relied_on(comparison: framing.Comparison) -> None:
    relied = {
        "estimates": "measure group design estimate low high standard_error articles stories words",
        "differences": "measure group_a group_b design estimate_a estimate_b ratio low high "
        "p_value p_adjusted stories detectable",
        "names": "referent name stance group count share low high log_odds z p_adjusted",
        "warnings": "warning",
    }
    for name, columns in relied.items():
        wanted = columns.split()
        assert list(getattr(comparison, name).columns)[: len(wanted)] == wanted
    assert set(comparison.estimates["design"]) == {"all", "matched"}
    assert {m.name for m in MEASURES} <= set(comparison.estimates["measure"])


def test_adjustment_is_over_the_pairs_of_a_measure(comparison: framing.Comparison) -> None:
    from framing.stats import benjamini_hochberg

    rows = pick(comparison.differences, design="matched", measure="loaded_rate")
    assert len(rows) == 10
    assert np.allclose(
        rows["p_adjusted"], benjamini_hochberg(rows["p_value"].to_numpy()), equal_nan=True
    )


def test_the_example_corpus_has_power(comparison: framing.Comparison) -> None:
    rows = pick(comparison.differences, design="matched", measure="loaded_rate")
    assert (rows["stories"] == 14).all()
    headline = comparison.differences.loc[
        comparison.differences["measure"].isin([m.name for m in MEASURES])
    ]
    assert len(headline.loc[headline["p_adjusted"] <= 0.05]) >= 1
    quiet = pick(comparison.estimates, design="matched", measure="loaded_rate")
    assert quiet.sort_values("estimate")["group"].iloc[0] == "Meridian Press Agency"


@pytest.mark.parametrize(("stories", "said"), [(2, "too few to compare"), (5, "not testable")])
def test_thin_pairs_are_said_to_be_thin(stories: int, said: str) -> None:
    comparison = framing.compare(made(stories))
    rows = pick(comparison.differences, design="matched")
    assert not rows["testable"].any()
    assert rows["p_value"].isna().all()
    assert any(said in w for w in comparison.warnings["warning"])
    assert rows["ratio"].isna().all() == (stories < 3)


def test_without_matching_nothing_is_tested() -> None:
    comparison = framing.compare(made(8), match=None)
    assert set(comparison.differences["design"]) == {"all"}
    assert comparison.differences["p_value"].isna().all()
    assert comparison.design == "all"
    assert any("not matched" in w for w in comparison.warnings["warning"])


def test_stories_of_one_group_are_left_out_of_the_matched_design() -> None:
    rows = [
        {"id": f"{g}{s}", "text": FILLER * 3 + LOADED, "outlet": g, "story": str(s)}
        for s in range(7)
        for g in ("A", "B")
        if not (s == 6 and g == "A")
    ]
    comparison = framing.compare(framing.score(rows))
    row = pick(comparison.estimates, group="B", design="matched", measure="term_rate").iloc[0]
    assert row["stories"] == 6
    assert any("covered by one group only" in w for w in comparison.warnings["warning"])


def test_what_is_left_out_is_said() -> None:
    scores = framing.score(
        [
            {"id": f"{g}{s}", "text": FILLER * 3, "outlet": g, "story": str(s)}
            for s in range(6)
            for g in ("A", "B")
        ]
        + [
            {"id": "short", "text": "Short.", "outlet": "A", "story": "1"},
            {"id": "nameless", "text": FILLER * 3, "outlet": None, "story": "1"},
            {"id": "loose", "text": FILLER * 3, "outlet": "A", "story": None},
        ]
    )
    notes = " ".join(framing.compare(scores).warnings["warning"])
    assert "1 article left out with status 'too_short', for example 'short'" in notes
    assert "1 article left out without a value in 'outlet'" in notes
    assert "1 article without a story" in notes


def test_near_duplicates_count_once() -> None:
    scores = made(6)
    copies = scores.articles["id"].where(scores.articles["id"] == "B5")
    marked = replace(scores, articles=scores.articles.assign(duplicate_of=copies))
    row = pick(framing.compare(marked).estimates, group="B", design="all").iloc[0]
    assert row["articles"] == 5


def test_missing_scores_stay_missing() -> None:
    rows = [
        {"id": f"{g}{s}", "text": FILLER * 3, "outlet": g, "story": str(s)}
        for s in range(6)
        for g in ("A", "B")
    ]
    comparison = framing.compare(framing.score(rows, classifier=None))
    assert pick(comparison.estimates, measure="loaded_rate")["estimate"].isna().all()
    assert pick(comparison.differences, measure="loaded_rate")["p_value"].isna().all()
    assert pick(comparison.estimates, measure="term_rate")["estimate"].notna().all()


def test_names_are_shares_of_a_referent(comparison: framing.Comparison) -> None:
    table = comparison.names
    assert len(table)
    total = table.groupby(["referent", "group"])["share"].sum()
    assert np.allclose(total[total > 0], 1)
    used = table.loc[table["count"] > 0]
    assert used["share"].between(0, 1).all()
    assert (used["low"].isna() | (used["low"] <= used["high"])).all()


def test_the_same_seed_gives_the_same_result(scores: framing.Scores) -> None:
    shuffled = replace(scores, articles=scores.articles.sample(frac=1, random_state=3))
    one, two = framing.compare(scores), framing.compare(shuffled)
    for name in ("estimates", "differences", "names", "cells"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), rtol=1e-12)


def test_refusals_name_what_is_valid(scores: framing.Scores) -> None:
    with pytest.raises(CorpusError, match="no column 'paper' to compare by; there are: id, outlet"):
        framing.compare(scores, by="paper")
    with pytest.raises(CorpusError, match="no column 'event'"):
        framing.compare(scores, match="event")
    with pytest.raises(FramingError, match="level must lie between 0 and 1"):
        framing.compare(scores, level=95)
    with pytest.raises(FramingError, match="random_state must be"):
        framing.compare(scores, random_state=-1)
    with pytest.raises(FramingError, match="unknown measure 'bias'; there are: loaded_rate"):
        framing.compare(scores, measures=["bias"])
    with pytest.raises(FramingError, match=r"wrap it: \['term_rate'\]"):
        framing.compare(scores, measures="term_rate")
    with pytest.raises(FramingError, match="found DataFrame"):
        framing.compare(scores.articles)  # type: ignore[arg-type]
    lone = [{"id": str(i), "text": FILLER * 3, "outlet": "A", "story": "1"} for i in range(3)]
    with pytest.raises(FramingError, match="did you mean 'outlet'"):
        framing.compare(scores, by="outlets")
    with pytest.raises(CorpusError, match=r"only 1 group with scored articles \(A\)"):
        framing.compare(framing.score(lone))
    with pytest.raises(CorpusError, match="no scored article has a value in that column"):
        framing.compare(
            framing.score(
                [
                    {k: r[k] for k in ("id", "text", "outlet")}
                    for r in (
                        {"id": "1", "text": FILLER * 3, "outlet": "A"},
                        {"id": "2", "text": FILLER * 3, "outlet": "B"},
                    )
                ]
            )
        )


def test_chosen_measures_only(scores: framing.Scores) -> None:
    comparison = framing.compare(scores, measures=["term_rate", "conflict/war-names"])
    assert set(comparison.estimates["measure"]) == {"term_rate", "conflict/war-names"}


def test_repr_tells_the_story(comparison: framing.Comparison) -> None:
    assert repr(comparison).startswith("Comparison of 5 groups by outlet")
    assert "loaded_rate" in comparison._repr_html_()


def halves(scores: framing.Scores) -> list[framing.Scores]:
    """The same scores as if they had been made in two parts."""
    ids = scores.articles["id"].iloc[::2]
    parts = []
    for chosen in (True, False):
        tables = {}
        for name in ("articles", "sentences", "hits", "voices", "corpus"):
            table = getattr(scores, name)
            tables[name] = table.loc[table["id"].isin(ids) == chosen].reset_index(drop=True)
        hashed = framing.score(tables["corpus"]).manifest["corpus"]
        parts.append(replace(scores, **tables, manifest={**scores.manifest, "corpus": hashed}))
    return parts


def test_parts_give_what_the_whole_gives(
    scores: framing.Scores, comparison: framing.Comparison
) -> None:
    parts = halves(scores)
    for order in (parts, parts[::-1]):
        found = framing.compare(iter(order))
        for name in ("estimates", "differences", "names", "warnings", "cells"):
            one, two = getattr(found, name), getattr(comparison, name)
            pd.testing.assert_frame_equal(one, two, check_exact=True, obj=name)
        for name in ("totals", "sample"):
            one, two = getattr(found.evidence, name), getattr(comparison.evidence, name)
            pd.testing.assert_frame_equal(one, two, check_exact=True, obj=name)
        assert found.manifest == comparison.manifest
        assert found.timeline.equals(comparison.timeline)


def test_sums_alone_give_all_that_needs_no_words(
    scores: framing.Scores, comparison: framing.Comparison
) -> None:
    merged = merge_cells(sum_cells(part) for part in halves(scores))
    found = compare_cells(merged)
    for name in ("estimates", "differences", "cells"):
        pd.testing.assert_frame_equal(
            getattr(found, name), getattr(comparison, name), check_exact=True
        )
    assert not len(found.names) and not len(found.evidence.totals)
    assert found.warnings["warning"].iloc[-1] == module.W_NO_WORDS
    assert list(found.names.columns) == list(comparison.names.columns)
    assert list(found.evidence.sample.columns) == list(comparison.evidence.sample.columns)
    whole = compare_cells(merged, scores=scores)
    pd.testing.assert_frame_equal(whole.names, comparison.names)


def test_own_voice_and_quoted_stand_side_by_side(comparison: framing.Comparison) -> None:
    table = comparison.estimates
    assert set(table["voice"]) == {"own", "quoted", "all"}
    for name in ("loaded_rate", "term_rate", "hedging_rate", "conflict/war-names"):
        own, quoted = pick(table, measure=name), pick(table, measure=f"quoted:{name}")
        assert set(own["voice"]) == {"own"} and set(quoted["voice"]) == {"quoted"}
        assert len(own) == len(quoted)
    tested = set(comparison.differences["measure"])
    assert "quoted:term_rate" in tested and "quoted:conflict/war-names" not in tested


def test_doubting_share_is_made_from_the_verbs(
    scores: framing.Scores, comparison: framing.Comparison
) -> None:
    hits = scores.hits.loc[
        (scores.hits["voice"] == "own") & (scores.hits["lexicon"] == "reporting")
    ]
    outlet = hits["id"].map(scores.articles.set_index("id")["outlet"])
    count = hits.groupby([outlet, "category"])["weight"].sum().unstack(fill_value=0.0)
    rows = pick(comparison.estimates, measure="doubting_share", design="all").set_index("group")
    both = count["doubting"] + count["endorsing"]
    expected = (count["doubting"] + 0.5) / (both + 1)
    assert np.allclose(rows["estimate"], expected[rows.index])
    assert (rows["words"] == both[rows.index]).all()


def test_groups_by_two_columns_and_by_year(scores: framing.Scores) -> None:
    articles = scores.articles.assign(desk=np.where(scores.articles.index % 2, "home", "abroad"))
    found = framing.compare(replace(scores, articles=articles), by=["outlet", "desk"])
    assert "The Daily Clarion | home" in found.groups and len(found.groups) == 10
    assert repr(found).startswith("Comparison of 10 groups by outlet and desk")
    months = framing.compare(scores, by="month", match=None)
    assert "2031-03" in months.groups
    # one month's articles and another's cover other events
    with pytest.raises(CorpusError, match="no story is shared by two groups"):
        framing.compare(scores, by="month")


def test_against_one_and_against_the_rest(scores: framing.Scores) -> None:
    one = framing.compare(scores, against="Meridian Press Agency")
    assert set(one.differences["group_b"]) == {"Meridian Press Agency"}
    assert len(pick(one.differences, measure="term_rate", design="matched")) == 4
    rest = framing.compare(scores, against="rest")
    assert set(rest.differences["group_b"]) == {"all others"}
    assert pick(rest.differences, measure="term_rate", design="matched")["p_value"].notna().all()
    with pytest.raises(FramingError, match="did you mean 'Meridian Press Agency'"):
        framing.compare(scores, against="Meridian Press")


def test_the_family_is_declared_and_printed(scores: framing.Scores) -> None:
    found = framing.compare(scores, family="comparison", measures=["term_rate", "scare_rate"])
    assert "Benjamini-Hochberg over all pairs and measures together (1 families of 20" in repr(
        found
    )
    with pytest.raises(FramingError, match="unknown family"):
        framing.compare(scores, family="none")


# ------------------------------------------------------------------------ refused or said plainly


def edited(scores: framing.Scores, **columns: object) -> framing.Scores:
    return replace(scores, articles=scores.articles.assign(**columns))


def test_all_statuses_bad(scores: framing.Scores) -> None:
    bad = edited(scores, status=["too_short"] * 60 + ["empty"] * 10, reason="few words")
    with pytest.raises(CorpusError) as error:
        framing.compare(bad)
    assert str(error.value) == module.NOTHING_SCORED.format(
        count=70, reasons="10 empty, 60 too_short"
    )


def test_fewer_than_two_groups(scores: framing.Scores) -> None:
    with pytest.raises(CorpusError) as error:
        framing.compare(edited(scores, outlet="One"))
    assert str(error.value) == module.ONE_GROUP.format(by="outlet", count=1, names="One")


def test_no_shared_stories_says_how_many_each_has(scores: framing.Scores) -> None:
    own = scores.articles["outlet"] + " " + scores.articles["story"].astype(str)
    with pytest.raises(CorpusError) as error:
        framing.compare(edited(scores, story=own))
    counts = "; ".join(
        f"{g} has 14 stories, 0 shared" for g in sorted(set(scores.articles["outlet"]))
    )
    assert str(error.value) == module.NO_SHARED.format(match="story", counts=counts)
    assert len(framing.compare(edited(scores, story=own), match=None).groups) == 5


def only(scores: framing.Scores, stories: int) -> framing.Scores:
    keep = sorted(set(scores.articles["story"]))[:stories]
    two = scores.articles["outlet"].isin(["The Daily Clarion", "The Open Ledger"])
    kept = scores.articles.loc[two & scores.articles["story"].isin(keep)]
    return replace(scores, articles=kept.reset_index(drop=True))


@pytest.mark.parametrize(
    ("stories", "message"),
    [
        (2, module.W_REFUSED.format(pairs="{pairs}", fewest=3)),
        (5, module.W_UNTESTABLE.format(pairs="{pairs}", needed=6)),
        (10, module.W_FEW.format(pairs="{pairs}", needed=11, family=1, alone=6)),
        (11, None),
    ],
)
def test_pairs_with_few_stories(scores: framing.Scores, stories: int, message: str | None) -> None:
    found = framing.compare(only(scores, stories), measures=["term_rate"])
    said = list(found.warnings["warning"])
    pairs = f"The Daily Clarion and The Open Ledger share {stories} stories"
    if message is None:
        assert not any(pairs in w for w in said)
    else:
        assert message.format(pairs=pairs) in said
    row = pick(found.differences, design="matched").iloc[0]
    assert np.isnan(row["ratio"]) == (stories < 3)
    assert np.isnan(row["p_value"]) == (stories < 6)


def test_one_outlet_that_holds_most_stories(scores: framing.Scores) -> None:
    articles = scores.articles.copy()
    order = articles.groupby("outlet").cumcount()
    big = articles["outlet"] == "The Daily Clarion"
    kept = articles.loc[big | (order < 3)].reset_index(drop=True)
    found = framing.compare(replace(scores, articles=kept))
    expected = module.W_MOST.format(group="The Daily Clarion", share=14 / 26, stories="14 stories")
    assert expected in list(found.warnings["warning"])
    assert not any("holds" in w for w in framing.compare(scores).warnings["warning"])


def test_a_group_without_own_voice_words(scores: framing.Scores) -> None:
    mine = scores.articles["outlet"] == "The Open Ledger"
    columns = {
        name: scores.articles[name].where(~mine, 0)
        for name in ("own_words", "loaded_words", "term_weight")
    }
    hits = scores.hits.loc[~scores.hits["id"].isin(scores.articles["id"][mine])]
    found = framing.compare(replace(edited(scores, **columns), hits=hits))
    expected = module.W_NO_OWN.format(group="The Open Ledger", articles="14 articles")
    assert expected in list(found.warnings["warning"])
    row = pick(found.estimates, group="The Open Ledger", measure="loaded_rate", design="all").iloc[
        0
    ]
    assert np.isnan(row["estimate"]) and row["words"] == 0
    row = pick(found.estimates, group="The Open Ledger", measure="quoted_share").iloc[0]
    assert row["estimate"] > 0


def test_dates_that_are_missing(scores: framing.Scores) -> None:
    found = framing.compare(edited(scores, date=pd.NaT))
    assert module.W_NO_DATE.format(articles="70 articles") in list(found.warnings["warning"])
    assert not len(found.timeline) and "estimate" in found.timeline
    with pytest.raises(CorpusError, match="none of the 70 articles that are compared has a date"):
        found.over_time()
    with pytest.raises(CorpusError, match="'year' is made from the column 'date'"):
        framing.compare(edited(scores, date=pd.NaT), by="year")


def test_what_is_no_scores_is_refused(scores: framing.Scores) -> None:
    for bad, kind in (([scores, 3], "int"), ([], "list"), (None, "NoneType")):
        with pytest.raises(FramingError) as error:
            framing.compare(bad)  # type: ignore[arg-type]
        assert str(error.value) == module.NOT_SCORES.format(kind=kind)
    with pytest.raises(FramingError) as error:
        compare_cells(scores)  # type: ignore[arg-type]
    assert str(error.value) == module.NOT_CELLS.format(kind="Scores")
