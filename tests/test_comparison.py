"""Comparing groups: designs, differences, names, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import framing
from framing.comparison import MEASURES
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
    assert "<li>loaded_rate" in comparison._repr_html_()
