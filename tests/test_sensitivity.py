"""Other choices: what is varied, and how often the main finding holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import framing
from framing import sensitivity as module
from framing.contrasts import contrast_groups
from framing.errors import FramingError
from framing.sensitivity import CHOICES, Sensitivity


@pytest.fixture(scope="module")
def found(comparison: framing.Comparison) -> Sensitivity:
    return comparison.sensitivity()


def test_the_main_specification_is_the_comparison_itself(
    comparison: framing.Comparison, found: Sensitivity
) -> None:
    main = found.table.loc[found.table["is_main"]].reset_index(drop=True)
    table = comparison.differences
    rows = table.loc[(table["measure"] == "loaded_rate") & (table["design"] == "matched")]
    for name in ("group_a", "group_b", "ratio", "low", "high", "p_value", "p_adjusted", "stories"):
        assert main[name].tolist() == rows[name].tolist(), name
    assert main["same_sign"].all()


def test_what_is_varied(found: Sensitivity) -> None:
    options = {c: set(found.table[c]) for c in CHOICES}
    assert {"loaded_rate", "term_rate", "only conflict", "without conflict"} <= options["measure"]
    assert options["voice"] == {"own", "own and quoted"}
    # this corpus has neither, and its articles are all longer than the thresholds that divide it
    assert options["duplicates"] == {"left out"} and options["opinion"] == {"kept"}
    stories = found.table.loc[found.table["story"] != "none"]
    assert stories["story"].nunique() == 14
    assert set(stories["measure"]) == {"loaded_rate"} and set(stories["stories"]) == {13}
    keys = ["group_a", "group_b", *CHOICES]
    assert not found.table.duplicated(keys).any()


def test_counts_of_what_holds(found: Sensitivity) -> None:
    for row in found.summary.to_dict("records"):
        part = found.table.loc[
            (found.table["group_a"] == row["group_a"]) & (found.table["group_b"] == row["group_b"])
        ]
        others = part.loc[~part["is_main"] & part["ratio"].notna()]
        assert row["specifications"] == len(others)
        same = (others["ratio"] > 1) == (row["ratio"] > 1)
        assert row["same_sign"] == pytest.approx(same.mean())
        assert row["significant"] == pytest.approx((others["p_adjusted"] <= 0.05).mean())
        assert row["least"] == others["ratio"].min() and row["most"] == others["ratio"].max()
        assert row["holds"] <= row["same_sign"]


def test_duplicates_opinion_and_short_articles_are_varied_where_there_are_any(
    scores: framing.Scores,
) -> None:
    articles = scores.articles.copy()
    order = articles.groupby("outlet").cumcount()
    articles["duplicate_of"] = articles["id"].where(order == 0)
    articles["section"] = np.where(order == 1, "Opinion", "news")
    articles.loc[order == 2, ["words", "own_words", "quoted_words"]] = (90, 60, 20)
    comparison = framing.compare(
        replace(scores, articles=articles), opinion=("section", ["opinion"])
    )
    table = comparison.sensitivity("term_rate", most_stories=0).table
    assert set(table["duplicates"]) == {"left out", "kept"}
    assert set(table["opinion"]) == {"kept", "left out"}
    assert {0, 100} <= set(table["words"])
    plain = table.loc[(table["measure"] == "term_rate") & (table["voice"] == "own")]

    def stories(**choice: object) -> int:
        rows = plain
        wanted = {"duplicates": "left out", "opinion": "kept", "words": 0, **choice}
        for name, value in wanted.items():
            rows = rows.loc[rows[name] == value]
        return int(rows["stories"].iloc[0])

    assert stories(duplicates="kept") == stories() + 1
    assert stories(opinion="left out") == stories() - 1
    assert stories(words=100) == stories() - 1
    # an opinion column that was not named is not varied
    unnamed = framing.compare(replace(scores, articles=articles)).sensitivity(most_stories=0)
    assert set(unnamed.table["opinion"]) == {"kept"}


def test_quotes_are_counted_in(comparison: framing.Comparison, found: Sensitivity) -> None:
    cells = comparison.sums
    frame = cells.frame(["group"]).set_index("group")
    both = frame["loaded_words"] + frame["quoted:loaded_words"]
    words = frame["own_words"] + frame["quoted_words"]
    rate = both / words
    a, b = "Meridian Press Agency", "The Daily Clarion"
    row = found.table.loc[
        (found.table["voice"] == "own and quoted")
        & (found.table["measure"] == "loaded_rate")
        & (found.table["group_a"] == a)
        & (found.table["group_b"] == b)
    ].iloc[0]
    # by story and not by totals, so only about the same
    assert row["ratio"] == pytest.approx(rate[a] / rate[b], rel=0.1)


def test_only_the_heaviest_stories_are_left_out_where_there_are_many(
    comparison: framing.Comparison,
) -> None:
    table = comparison.sensitivity(most_stories=3).table
    left = set(table["story"]) - {"none"}
    sums = comparison.sums.frame(["story"]).set_index("story")["words"]
    assert left == set(sums.sort_values(ascending=False).index[:3])


def test_without_a_classifier_the_lexicons_are_the_main_measure(corpus: pd.DataFrame) -> None:
    comparison = framing.compare(framing.score(corpus, classifier=None))
    found = comparison.sensitivity(most_stories=0)
    assert found.measure == "term_rate" and "loaded_rate" not in set(found.table["measure"])
    with pytest.raises(FramingError) as error:
        comparison.sensitivity("loaded_rate")
    assert "'loaded_rate' is missing" in str(error.value) and "term_rate" in str(error.value)


def test_without_matching_intervals_decide(scores: framing.Scores) -> None:
    found = framing.compare(scores, match=None).sensitivity("term_rate")
    assert found.table["p_value"].isna().all() and set(found.table["story"]) == {"none"}
    apart = (found.table["low"] > 1) | (found.table["high"] < 1)
    assert (found.table["significant"] == apart).all()


def test_the_repr_says_how_often(found: Sensitivity) -> None:
    lines = repr(found).splitlines()
    assert lines[0].startswith("Sensitivity of loaded_rate:")
    assert len(lines) == 1 + len(found.summary)
    assert all("same sign in" in line for line in lines[1:])


def test_refusals(comparison: framing.Comparison) -> None:
    with pytest.raises(FramingError) as error:
        comparison.sensitivity("scare_rate")
    assert str(error.value).startswith(
        module.NOT_OWN.partition("{value")[0]
    ) and "'scare_rate' is none" in str(error.value)
    with pytest.raises(FramingError) as error:
        comparison.sensitivity(most_stories=-1)
    assert str(error.value) == module.BAD_STORIES.format(value=-1)


def test_against_one_group(scores: framing.Scores) -> None:
    comparison = framing.compare(scores, against="The Daily Clarion")
    found = comparison.sensitivity(most_stories=0)
    pairs = contrast_groups(comparison.groups, "The Daily Clarion")
    assert list(found.summary["group_a"]) == [c.a for c in pairs]
    assert set(found.summary["group_b"]) == {"The Daily Clarion"}
