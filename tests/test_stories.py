"""Stories and copies, on articles made of invented words, and against textbook linkage."""

from __future__ import annotations

import re
import shutil
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

import framing
from framing import stories
from framing.errors import CorpusError, FramingError, FramingWarning

SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()


def words(seed, number):
    """Invented words: the same seed gives the same words."""
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(SYLLABLES, rng.integers(2, 5))) for _ in range(number)]


FILLER = words(0, 300)


def article(event, seed, *, length=220, own=0.25):
    """Prose about an event: a part of its words are the event's, the others anybody's."""
    rng = np.random.default_rng([event, seed])
    about = words([7, event], 40)
    pick = rng.random(length) < own
    text = [
        about[rng.integers(40)] if p else FILLER[min(rng.geometric(0.02), 300) - 1] for p in pick
    ]
    title = " ".join(rng.choice(about, 6))
    return title, ". ".join(" ".join(text[i : i + 11]) for i in range(0, length, 11)) + "."


def corpus(
    events, outlets, *, date=lambda event, outlet: f"2030-03-{1 + event % 28:02d}", own=0.25
):
    rows = []
    for event in range(events):
        for outlet in range(outlets):
            title, text = article(event, outlet, own=own)
            rows.append(
                {
                    "id": f"{event:02d}-{outlet}",
                    "outlet": f"Outlet {outlet}",
                    "title": title,
                    "text": text,
                    "date": date(event, outlet),
                }
            )
    return pd.DataFrame(rows)


def partition(found):
    return {frozenset(ids) for ids in found.groupby("story")["id"].agg(list)}


def by_event(found):
    return {frozenset(ids) for ids in found["id"].groupby(found["id"].str[:2]).agg(list)}


def row(frame, name):
    return frame.set_index("id").loc[name]


# --- stories -----------------------------------------------------------------------------------


def test_articles_about_one_event_are_one_story_named_after_the_earliest():
    given = corpus(12, 4, date=lambda e, o: f"2030-03-{1 + e + (3 - o) // 2:02d}")
    found = stories.find_stories(given)
    assert partition(found) == by_event(found)
    assert row(found, "05-0")["story"] == "05-2"
    assert found["duplicate_of"].isna().all()
    assert found["id"].tolist() == given["id"].tolist()


def test_the_order_of_the_rows_does_not_matter():
    given = corpus(10, 3, own=0.1)
    given.loc[::4, "date"] = None
    first = stories.find_stories(given).set_index("id")[["story", "duplicate_of"]]
    assert 1 < first["story"].nunique() < len(given)
    for seed in range(3):
        shuffled = given.sample(frac=1, random_state=seed)
        again = stories.find_stories(shuffled).set_index("id")[["story", "duplicate_of"]]
        pd.testing.assert_frame_equal(again.loc[first.index], first)


def test_the_same_wording_weeks_apart_is_two_stories():
    given = corpus(6, 4, date=lambda e, o: "2030-03-01" if o < 2 else "2030-03-20")
    found = stories.find_stories(given)
    assert row(found, "02-0")["story"] == row(found, "02-1")["story"] == "02-0"
    assert row(found, "02-2")["story"] == row(found, "02-3")["story"] == "02-2"
    wide = stories.find_stories(given, window_days=19)
    assert partition(wide) == by_event(wide)


def test_no_story_is_longer_than_the_window():
    given = corpus(5, 6, date=lambda e, o: f"2030-03-{1 + 2 * o:02d}")
    found = stories.find_stories(given, window_days=4)
    dates = pd.to_datetime(found["date"]).groupby(found["story"])
    assert ((dates.max() - dates.min()).dt.days <= 4).all()
    assert found["story"].value_counts().max() == 3


def test_an_article_without_a_date_joins_its_story():
    given = corpus(8, 4)
    given.loc[given["id"].str.endswith("-2"), "date"] = None
    found = stories.find_stories(given)
    assert partition(found) == by_event(found)
    assert row(found, "03-2")["story"] == "03-0"


def test_without_dates_it_says_so_and_goes_by_wording():
    given = corpus(8, 3).drop(columns="date")
    with pytest.warns(FramingWarning, match=re.escape(stories.WARN_NO_DATES)):
        found = stories.find_stories(given)
    assert partition(found) == by_event(found)


def test_a_story_that_many_outlets_cover_stays_one():
    given = pd.concat([corpus(1, 30), corpus(9, 2).iloc[2:]], ignore_index=True)
    found = stories.find_stories(given)
    assert row(found, "00-0")["story"] == "00-0"
    assert (found["story"] == "00-0").sum() == 30


def test_a_lower_threshold_never_joins_less():
    given = corpus(10, 3, own=0.06)
    sizes = [
        stories.find_stories(given, threshold=t)["story"].nunique() for t in (-0.1, -0.01, 0.1)
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


def test_scripts_without_spaces_are_compared_too():
    rng = np.random.default_rng(3)
    characters = [chr(0x4E00 + i) for i in range(3000)]
    rows = []
    for event in range(6):
        about = rng.choice(characters, 80)
        for outlet in range(3):
            text = "".join(rng.choice(np.where(rng.random(80) < 0.5, about, characters[:80]), 300))
            phrase = "".join(about[:20])
            rows.append({"id": f"{event:02d}-{outlet}", "text": text + phrase, "title": phrase[:9]})
    with pytest.warns(FramingWarning):
        found = stories.find_stories(pd.DataFrame(rows))
    assert partition(found) == by_event(found)


def test_what_a_story_was_before_is_kept_and_what_has_no_words_has_none():
    given = corpus(4, 3).assign(story="theirs", note=range(12))
    given.loc[5, ["title", "text"]] = [None, "..."]
    found = stories.find_stories(given)
    assert (found["story_original"] == "theirs").all()
    assert found.loc[5, "story"] is None
    assert found["story"].notna().sum() == 11
    assert found["note"].tolist() == list(range(12))
    assert "story_original" not in stories.find_stories(corpus(2, 2))


def test_one_article_is_a_story():
    found = stories.find_stories(corpus(1, 1))
    assert found[["story", "duplicate_of"]].values.tolist() == [["00-0", None]]


def test_what_it_finds_can_be_compared():
    given = corpus(6, 3)
    found = framing.find_stories(given)
    again = framing.read_corpus(found)
    assert again["story"].tolist() == found["story"].tolist()
    assert "duplicate_of" in again


# --- the linkage -------------------------------------------------------------------------------


@pytest.mark.parametrize("threshold", [-0.05, -0.01, 0.02])
@pytest.mark.parametrize("own", [0.04, 0.1])
def test_the_groups_are_those_of_textbook_average_linkage(threshold, own):
    given = framing.read_corpus(corpus(15, 5, own=own, date=lambda e, o: "2030-03-01"))
    batches = stories._batches_of_table(given, np.arange(len(given)))
    read = stories._read_words(batches, len(given))
    vectors = stories._vectors(read.counts)
    days = np.zeros(len(given))
    usual, edges = stories._likeness(vectors, days, 3, threshold)
    groups = stories._agglomerate(vectors, usual, edges, days, 3, threshold)
    cosine = (vectors @ vectors.T).toarray().astype(float)
    apart = 5 - (cosine - (usual[:, None] + usual) / 2)
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform((apart + apart.T) / 2, checks=False), "average")
    expected = fcluster(tree, 5 - threshold, "distance")
    assert 1 < len(set(groups)) < len(given)
    same = expected[:, None] == expected
    np.testing.assert_array_equal(groups[:, None] == groups, same)


def test_blocks_of_any_size_give_the_same(monkeypatch):
    given = corpus(12, 4, own=0.08)
    given.loc[::5, "date"] = None
    first = stories.find_stories(given)
    for cells in (1, 60, 700):
        monkeypatch.setattr(stories, "_CELLS_AT_ONCE", cells)
        monkeypatch.setattr(stories, "_BATCH", max(3, cells // 60))
        pd.testing.assert_frame_equal(stories.find_stories(given), first)


# --- copies ------------------------------------------------------------------------------------


def copy_of(given, name, new, text, **other):
    source = row(given, name)
    return pd.DataFrame([{**source, "id": new, "text": text, "outlet": "Copier", **other}])


def edited(text, share, seed=1):
    rng = np.random.default_rng(seed)
    parts = text.split(" ")
    for i in np.flatnonzero(rng.random(len(parts)) < share):
        parts[i] = "otherwise"
    return " ".join(parts)


def test_copies_whole_cut_and_edited_are_found():
    given = corpus(6, 3)
    text = row(given, "02-1")["text"]
    half = ". ".join(text.split(". ")[: text.count(". ") // 2])
    rest = ". ".join(text.split(". ")[text.count(". ") // 2 :])
    late = {"date": "2030-04-19", "title": "Something else entirely"}
    given = pd.concat(
        [
            given,
            copy_of(given, "02-1", "a", text),
            copy_of(given, "02-1", "b", half, **late),
            copy_of(given, "02-1", "c", rest.upper(), **late),
            copy_of(given, "02-1", "d", edited(text, 0.05), date=None),
        ]
    )
    found = stories.find_stories(given)
    copied = found["duplicate_of"].notna()
    assert found.loc[copied, "id"].tolist() == ["a", "b", "c", "d"]
    assert set(found.loc[copied, "duplicate_of"]) == {"02-1"}
    assert set(found.loc[copied, "story"]) == {"02-0"}


def test_the_earliest_is_the_original_and_a_copy_of_a_copy_is_its_copy():
    given = corpus(3, 1)
    text = row(given, "01-0")["text"]
    early = copy_of(given, "01-0", "z", edited(text, 0.04, 1), date="2030-02-01")
    last = copy_of(given, "01-0", "y", edited(text, 0.04, 2), date=None)
    found = stories.find_stories(pd.concat([given, last, early]))
    assert row(found, "01-0")["duplicate_of"] == "z"
    assert row(found, "y")["duplicate_of"] == "z"
    assert row(found, "z")["duplicate_of"] is None


def test_what_an_outlet_prints_again_and_again_makes_no_copies():
    given = corpus(8, 1)
    furniture = " ".join(words(99, 400))
    own = given.assign(text=given["text"] + " " + furniture, outlet="Herald")
    assert stories.find_stories(own)["duplicate_of"].isna().all()
    # On one day it may be one article that was sent out many times.
    same_day = own.assign(date="2030-03-01")
    assert stories.find_stories(same_day)["duplicate_of"].notna().any()


def test_a_shared_quotation_makes_no_copy():
    given = corpus(2, 1)
    quotation = " ".join(words(98, 60))
    given["text"] = given["text"] + " " + quotation
    assert stories.find_stories(given)["duplicate_of"].isna().all()


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [-1, 2.5, True, "3", None])
def test_a_window_that_is_no_number_of_days_is_refused(value):
    with pytest.raises(FramingError, match=re.escape(stories.BAD_WINDOW.format(value=value))):
        stories.find_stories(corpus(1, 2), window_days=value)


@pytest.mark.parametrize("value", [1.5, float("nan"), True, "high"])
def test_a_threshold_out_of_range_is_refused(value):
    with pytest.raises(FramingError, match=re.escape(stories.BAD_THRESHOLD.format(value=value))):
        stories.find_stories(corpus(1, 2), threshold=value)


def test_a_corpus_without_words_is_refused():
    silent = pd.DataFrame({"id": ["a", "b"], "text": ["", "?"]})
    with pytest.raises(CorpusError, match=re.escape(stories.NO_TEXT.format(count=2))):
        stories.find_stories(silent)


def test_no_warning_where_there_are_dates():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stories.find_stories(corpus(2, 2))


def test_a_folder_of_scores_gives_what_its_corpus_gives(
    corpus: pd.DataFrame, tmp_path: Path
) -> None:
    copy = corpus.iloc[[3]].assign(id="copied", outlet="Another")
    articles = pd.concat([corpus, copy], ignore_index=True)
    expected = framing.find_stories(articles).set_index("id")[["story", "duplicate_of"]]
    assert expected["duplicate_of"].notna().sum() == 1
    shuffled = articles.sample(frac=1, random_state=5)
    shuffled.iloc[:20].to_csv(tmp_path / "a.csv", index=False)
    shuffled.iloc[20:].to_csv(tmp_path / "b.csv", index=False)
    stored = framing.score_files(
        [tmp_path / "a.csv", tmp_path / "b.csv"],
        tmp_path / "scores",
        batch=9,
        lexicons=["conflict"],
        classifier=None,
    )
    for given in (stored, tmp_path / "scores", str(tmp_path / "scores")):
        found = framing.find_stories(given)
        assert found["id"].tolist() == shuffled["id"].tolist()
        assert "text" not in found
        columns = found.set_index("id").loc[expected.index, ["story", "duplicate_of"]]
        pd.testing.assert_frame_equal(columns, expected)


def test_a_folder_that_is_not_finished_is_refused(corpus: pd.DataFrame, tmp_path: Path) -> None:
    corpus.iloc[:20].to_csv(tmp_path / "a.csv", index=False)
    framing.score_files(
        tmp_path / "a.csv", tmp_path / "scores", batch=9, lexicons=["conflict"], classifier=None
    )
    shutil.rmtree(tmp_path / "scores" / "parts" / "000001")
    with pytest.raises(FramingError, match="2 of 3 parts"):
        framing.find_stories(tmp_path / "scores")
