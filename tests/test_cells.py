"""Sums per group and story: exact, mergeable, in any order."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing
from framing import cells as module
from framing.cells import (
    Cells,
    article_groups,
    article_sums,
    merge_cells,
    sum_articles,
    sum_cells,
)
from framing.errors import CorpusError, FramingError

MANIFEST: dict[str, Any] = {
    "framing": "0",
    "python": "3",
    "packages": {},
    "settings": {},
    "corpus": {"articles": 0, "sha256": "0" * 64},
    "lexicons": [{"name": "own", "categories": {"names": True}}],
    "classifier": None,
    "voice_models": {},
}


def articles(n: int, seed: int, **columns: Any) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    words = rng.integers(30, 900, n)
    own = rng.integers(0, words)
    table = pd.DataFrame(
        {
            "id": [f"a{i:04}" for i in range(n)],
            "outlet": rng.choice(["A", "B", "C"], n),
            "story": pd.array(rng.choice(["s1", "s2", "s3", None], n), dtype=object),
            "date": pd.Timestamp("2031-01-01") + pd.to_timedelta(rng.integers(0, 40, n), "D"),
            "status": rng.choice(["scored", "scored", "scored", "empty"], n),
            "reason": "no text",
            "words": words,
            "own_words": own,
            "loaded_words": rng.random(n) * own / 10,
            "term_weight": rng.random(n) * own / 20,
            "scare_phrases": rng.poisson(1, n),
            "quoted_words": words - own,
            "quoted_spans": 1,
            "quoted:loaded_words": rng.random(n),
            "quoted:term_weight": rng.random(n),
            "own/names": rng.random(n),
        }
    )
    return table.assign(**columns)


def equal(one: Cells, two: Cells) -> bool:
    return (
        one.keys.equals(two.keys)
        and np.array_equal(one.values.toarray(), two.values.toarray())
        and one.columns == two.columns
        and one.absent == two.absent
        and one.left_out == two.left_out
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(0, 60), max_size=6), data=st.data())
def test_parts_in_any_order_add_up_to_the_whole(
    seed: int, cuts: list[int], data: st.DataObject
) -> None:
    table = articles(60, seed)
    whole = sum_articles(table, MANIFEST)
    shuffled = table.sample(frac=1, random_state=seed)
    edges = [0, *sorted(cuts), 60]
    pieces = [shuffled.iloc[a:b] for a, b in pairwise(edges)]
    order = data.draw(st.permutations(range(len(pieces))))
    parts = [sum_articles(pieces[i], MANIFEST) for i in order]
    assert equal(merge_cells(parts), whole)
    # and in a tree, as workers would do it
    left, right = merge_cells(parts[: len(parts) // 2] or parts), parts[len(parts) // 2 :]
    if len(parts) > 1:
        assert equal(merge_cells([left, *right]), whole)


def test_a_part_that_lacks_a_category_does_not_change_the_sum() -> None:
    table = articles(40, 1)
    table.loc[:19, "own/names"] = 0.0
    parts = [
        sum_articles(table.iloc[:20].drop(columns="own/names"), MANIFEST),
        sum_articles(table.iloc[20:], MANIFEST),
    ]
    assert equal(merge_cells(parts), sum_articles(table, MANIFEST))


def test_sums_are_the_articles_sums() -> None:
    table = articles(50, 2)
    frame = sum_articles(table, MANIFEST).frame(["group"]).set_index("group")
    scored = table.loc[table["status"] == "scored"]
    for name in ("words", "own_words", "scare_phrases"):
        expected = scored.groupby("outlet")[name].sum()
        assert (frame[name] == expected).all()  # whole numbers: no rounding at all
    expected = scored.groupby("outlet")["loaded_words"].sum()
    assert np.allclose(frame["loaded_words"], expected, rtol=0, atol=50 * module.UNIT)
    assert (frame["articles"] == scored.groupby("outlet").size()).all()


def test_the_table_of_articles_is_what_the_scores_say(scores: framing.Scores) -> None:
    table = article_sums(scores).set_index("id")
    hits = scores.hits
    own = hits.loc[(hits["voice"] == "own") & (hits["category"] == "war-names")]
    expected = own.groupby("id")["weight"].sum()
    assert np.allclose(table["conflict/war-names"][expected.index], expected)
    quoted = hits.loc[hits["counted"] & hits["voice"].isin(["direct", "indirect"])]
    assert table["quoted:term_weight"].sum() == pytest.approx(quoted["weight"].sum())
    spans = scores.voices.loc[scores.voices["voice"].isin(["direct", "indirect"])]
    assert table["quoted_spans"].sum() == len(spans)
    assert (table["quoted:loaded_words"] > 0).any()
    squares = (scores.sentences["loaded_words"] ** 2).groupby(scores.sentences["id"]).sum()
    assert np.allclose(table["loaded_squares"], squares.reindex(table.index), atol=1e-6)
    assert "text" not in table


def test_without_a_classifier_its_sums_are_missing() -> None:
    bare = framing.score_text("The council met on Monday in the old hall. " * 5, classifier=None)
    table = article_sums(bare)
    assert table[["loaded_words", "loaded_squares"]].isna().all().all()
    cells = sum_articles(table.assign(outlet="A"), bare.manifest, match=None)
    assert cells.absent >= {"loaded_words", "loaded_squares"}


def test_a_table_that_was_kept_in_a_file_gives_the_same_cells(
    scores: framing.Scores, tmp_path: Any
) -> None:
    table = article_sums(scores)
    table.to_parquet(tmp_path / "part.parquet")
    again = pd.read_parquet(tmp_path / "part.parquet")
    assert equal(sum_articles(again, scores.manifest), sum_cells(scores))


def test_missing_sums_stay_missing() -> None:
    table = articles(30, 3, loaded_words=np.nan)
    cells = sum_articles(table, MANIFEST)
    assert cells.absent == {"loaded_words"}
    assert cells.frame()["loaded_words"].isna().all()
    assert cells.frame()["term_weight"].notna().all()


def test_what_is_left_out_is_counted_whatever_the_parts() -> None:
    table = articles(60, 4, duplicate_of=None)
    table.loc[[3, 9], "duplicate_of"] = "a0001"
    table.loc[[5], "outlet"] = None
    table["status"] = "scored"
    table.loc[[7, 8], "status"] = "too_short"
    table.loc[7, "reason"], table.loc[8, "reason"] = "12 words", "4 words"
    cells = sum_articles(table, MANIFEST)
    found = {x.why: (x.articles, x.example, x.reason) for x in cells.left_out}
    assert found["copy"] == (2, "a0003", "")
    assert found["nameless"] == (1, "a0005", "")
    assert found["too_short"] == (2, "a0007", "12 words")
    assert int(cells.keys["copy"].sum()) >= 1


def test_groups_of_several_columns_and_of_periods() -> None:
    table = articles(30, 5)
    groups = article_groups(table, by=["outlet", "year"], match="story")["group"]
    assert set(groups) <= {"A | 2031", "B | 2031", "C | 2031"}
    months = article_groups(table, by="month", match=None)
    assert set(months["group"]) == {"2031-01", "2031-02"}
    assert not months["matched"].any() and months["story"].is_unique
    weeks = article_groups(table, by="week", match=None)["group"]
    assert weeks.str.fullmatch(r"2031-W\d\d").all()
    own = table.assign(year="long ago")
    assert set(article_groups(own, by="year", match=None)["group"]) == {"long ago"}
    undated = table.assign(date=pd.NaT)
    with pytest.raises(CorpusError) as error:
        article_groups(undated, by=["outlet", "year"], match="story")
    assert str(error.value) == module.NO_DATES.format(value="year")


def test_labels_that_would_be_the_same_are_refused() -> None:
    table = articles(4, 6).assign(
        outlet=["x | y", "x", "x", "x"], section=["z", "y | z", "y | z", "q"]
    )
    with pytest.raises(CorpusError) as error:
        article_groups(table, by=["outlet", "section"], match=None)
    assert "'x | y | z'" in str(error.value)


def test_a_story_is_not_an_article_of_that_name() -> None:
    table = articles(4, 7, status="scored").assign(
        outlet=["A", "B", "A", "B"], story=["article a0002", "article a0002", None, None]
    )
    cells = sum_articles(table, MANIFEST)
    assert len(cells.frame(["group", "matched", "story"])) == 4


def test_opinion_and_length_are_told_apart() -> None:
    table = articles(6, 8, status="scored").assign(
        section=["Opinion", "news", "opinion", "news", "news", None],
        words=[40, 49, 50, 99, 100, 1000],
        outlet="A",
        story=None,
    )
    cells = sum_articles(table, MANIFEST, opinion=("section", ["OPINION"]))
    by_story = cells.keys.set_index("story")
    assert by_story["opinion"].sum() == 2
    assert by_story["short"].tolist() == [0, 0, 50, 50, 100, 300]
    for bad in ("section", ("section", "opinion"), ("section",)):
        with pytest.raises(FramingError) as error:
            sum_articles(table, MANIFEST, opinion=bad)  # type: ignore[arg-type]
        assert str(error.value) == module.BAD_OPINION.format(value=bad)


def test_refusals() -> None:
    table = articles(20, 9)
    with pytest.raises(FramingError) as error:
        sum_cells(table)  # type: ignore[arg-type]
    assert str(error.value) == module.NOT_SCORES.format(kind="DataFrame")
    with pytest.raises(CorpusError, match="did you mean 'outlet'"):
        sum_articles(table, MANIFEST, by="outlets")
    with pytest.raises(FramingError) as error:
        sum_articles(table, MANIFEST, by=[])
    assert str(error.value) == module.NO_COLUMNS
    with pytest.raises(FramingError) as error:
        merge_cells([])
    assert str(error.value) == module.NOTHING_TO_MERGE
    one = sum_articles(table, MANIFEST)
    other = sum_articles(table, MANIFEST, match=None)
    with pytest.raises(FramingError) as error:
        merge_cells([one, other])
    assert str(error.value) == module.NOT_ONE_KIND.format(what="match", one="story", other=None)
    with pytest.raises(FramingError, match="lexicons"):
        merge_cells([one, replace(one, manifest={**MANIFEST, "lexicons": []})])
    with pytest.raises(FramingError) as error:
        sum_articles(table.assign(words=1e9, status="scored"), MANIFEST)
    assert str(error.value) == module.TOO_LARGE.format(column="words", limit=2.0**32)


def test_hashes_of_parts_add_up(corpus: pd.DataFrame) -> None:
    small = corpus.iloc[:6]
    whole = framing.score(small, classifier=None, lexicons=["hedges"])
    parts = [
        framing.score(small.iloc[i::2], classifier=None, lexicons=["hedges"]) for i in range(2)
    ]
    merged = merge_cells(sum_cells(p) for p in parts)
    assert merged.manifest == whole.manifest
    joined = framing.join_scores(parts[::-1])
    assert joined.manifest == whole.manifest
    changed = small.assign(outlet="another")
    assert framing.score(changed, classifier=None).manifest["corpus"] != whole.manifest["corpus"]
    with pytest.raises(FramingError, match="in two of the parts"):
        framing.join_scores([parts[0], parts[0]])
    with pytest.raises(FramingError, match="no scores to join"):
        framing.join_scores([])
    with pytest.raises(FramingError, match="settings"):
        framing.join_scores([parts[0], framing.score(small, classifier=None, min_words=5)])
