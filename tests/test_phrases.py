"""Phrases that set a group apart: what is counted, how it is ordered, and what chance gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from framing.counting import add_counts
from framing.errors import FramingError
from framing.phrases import count_phrases, count_sentences, phrase_table, repeated_sentences
from framing.reread import read_again
from framing.stats import log_odds_dirichlet
from tests.small import placed, scored

FILLER = "The council of the harbour town met again on a grey morning and went home by noon. "


def counted(rows: list[tuple[str, str, str]], **settings: object) -> pd.DataFrame:
    scores = scored(rows)
    return count_phrases(scores, placed(scores), **settings)  # type: ignore[arg-type]


def test_only_own_prose_is_counted() -> None:
    table = counted(
        [
            (
                "A",
                "1",
                "Read more here\n\nThe bridge toll rose in spring. "
                '"The bridge toll is a scandal," said Mira Voss. Nobody paid the bridge toll.',
            )
        ]
    )
    count = table.set_index("phrase")["count"]
    assert count["bridge toll"] == 2 and count["toll"] == 2
    assert "scandal" not in count.index
    assert "read more" not in count.index
    assert not any(p.startswith("the ") or p.endswith(" in") for p in count.index)
    assert "toll rose" in count.index and "bridge toll rose" in count.index
    first = table.loc[table["phrase"] == "bridge toll"].iloc[0]
    assert first["first_id"] == "A1" and first["first_end"] - first["first_start"] == 11


def test_a_phrase_does_not_cross_marks_or_sentences() -> None:
    table = counted([("A", "1", "Dockers left, angry crowds stayed. Trams stood still that day.")])
    phrases = set(table["phrase"])
    assert "angry crowds" in phrases
    assert "left angry" not in phrases and "stayed trams" not in phrases


def test_words_are_own_voice_words() -> None:
    scores = scored([("A", "1", FILLER + 'Later "it failed badly and for good," said Mira Voss.')])
    table = count_phrases(scores, placed(scores))
    total = int(table.loc[table["phrase"] == "", "words"].iloc[0])
    reading = next(read_again(scores, ["A1"]))
    assert total == int((reading.own & reading.tokens.word).sum())
    assert total == int(scores.articles["own_words"].iloc[0])


def test_parts_add_up_to_the_whole() -> None:
    rows = [
        (outlet, story, FILLER + f"The {word} plan of the ferry line failed in story {story}. ")
        for outlet, word in (("A", "reckless"), ("B", "costly"))
        for story in "123"
    ]
    whole = counted(rows)
    parts = add_counts([counted(rows[3:]), counted(rows[:2]), counted(rows[2:3])])
    pd.testing.assert_frame_equal(add_counts([whole]), parts)


def test_the_log_odds_weigh_stories_alike() -> None:
    # Story 1: A has "reckless" 2 of 10 words, B 1 of 30. Story 2: A 1 of 20, B 0 of 20.
    def row(group: str, story: str, phrase: str, words: int, count: int) -> dict[str, object]:
        return {
            "group": group, "story": story, "phrase": phrase, "words": words, "count": count,
            "named": 0, "told": count, "first_id": "x", "first_start": 0, "first_end": 1,
        }  # fmt: skip

    counts = pd.DataFrame(
        [
            row("A", "1", "", 10, 0), row("B", "1", "", 30, 0),
            row("A", "2", "", 20, 0), row("B", "2", "", 20, 0),
            row("A", "1", "reckless", 0, 2), row("B", "1", "reckless", 0, 1),
            row("A", "2", "reckless", 0, 1),
        ]
    )  # fmt: skip
    table = phrase_table(counts, least_count=1, least_stories=1)
    got = table.loc[(table["group"] == "A")].iloc[0]
    # Story weights 10 * 30 / 40 = 7.5 and 20 * 20 / 40 = 10: both sides are over 17.5 words.
    a = 2 * 7.5 / 10 + 1 * 10 / 20
    b = 1 * 7.5 / 30
    prior = [4.5, 17.5 - 4.5]
    expected = log_odds_dirichlet([a, 17.5 - a], [b, 17.5 - b], prior=prior, prior_total=17.5)
    assert got["log_odds"] == pytest.approx(expected.log_odds[0])
    assert got["z"] == pytest.approx(expected.z[0])
    assert got["count"] == 3 and got["count_others"] == 1 and got["words"] == 30


def world(seed: int, stories: int, *, habit: bool) -> list[tuple[str, str, str]]:
    """Three outlets whose words are drawn alike, but for one phrase if A has a habit of it."""
    rng = np.random.default_rng(seed)
    words = [
        f"{a}{b}"
        for a in ("bar", "cor", "dun", "fel", "gam", "hod")
        for b in ("ton", "mer", "lik", "sup", "ven", "rad")
    ]
    rows = []
    for s in range(stories):
        heat = rng.dirichlet(np.full(len(words), 0.3))
        for outlet in "ABC":
            drawn = [str(w) for w in rng.choice(words, 60, p=heat)]
            text = "".join(
                f"Here the {' of the '.join(drawn[i : i + 6])} was. " for i in range(0, 60, 6)
            )
            if habit and outlet == "A":
                text += "Here the reckless gamble was. The reckless gamble went on. "
            rows.append((outlet, f"{s:02}", text))
    return rows


def test_a_habit_is_found_and_leads() -> None:
    rows = world(1, 12, habit=True)
    scores = scored(rows)
    table = phrase_table(count_phrases(scores, placed(scores)), scores=scores)
    best = table.loc[table["group"] == "A"].iloc[0]
    assert best["phrase"] == "reckless gamble"
    assert best["p_adjusted"] <= 0.05 and best["low"] > 1
    assert best["example"] == "Here the reckless gamble was."
    assert best["example_id"] == "A00"
    assert best["pmi"] > 1
    # parts of the phrase tell no more than it does
    assert not {"reckless", "gamble"} & set(table["phrase"])


def test_chance_gives_nothing() -> None:
    found = 0
    for seed in range(12):
        scores = scored(world(100 + seed, 8, habit=False))
        table = phrase_table(count_phrases(scores, placed(scores)), random_state=seed)
        found += int((table["p_adjusted"] <= 0.05).any())
    # one in twenty is allowed: more than three of twelve has a chance of 0.002
    assert found <= 3


def test_names_can_be_left_out() -> None:
    rows = [
        (
            o,
            str(s),
            "".join(
                f"Here {'Orlan Pike' if o == 'A' else 'the mayor'} {verb} of taxes again. "
                for verb in ("spoke", "wrote", "thought")
            ),
        )
        for s in range(6)
        for o in "AB"
    ]
    scores = scored(rows)
    counts = count_phrases(scores, placed(scores))
    assert "orlan pike" not in set(phrase_table(counts)["phrase"])
    kept = phrase_table(counts, names=True)
    assert kept.loc[kept["phrase"] == "orlan pike", "name"].all()
    assert (kept["phrase"] == "orlan pike").any()


def test_sentences_of_several_stories_are_furniture() -> None:
    rows = [
        (
            o,
            str(s),
            FILLER.replace("council", f"guild of {'abcdef'[s] * 4}")
            + "Sign up for the morning letter today. ",
        )
        for s in range(3)
        for o in "AB"
    ]
    scores = scored(rows)
    articles = placed(scores)
    skip = repeated_sentences(count_sentences(scores, articles))
    assert len(skip) == 1
    assert "morning letter" not in set(count_phrases(scores, articles, skip=skip)["phrase"])
    assert "morning letter" in set(count_phrases(scores, articles)["phrase"])


def test_a_vocabulary_can_be_given() -> None:
    rows = [("A", "1", FILLER), ("B", "1", FILLER)]
    table = counted(rows, vocabulary=["harbour town"])
    assert set(table["phrase"]) == {"", "harbour town"}
    assert set(counted(rows, longest=1)["phrase"].str.count(" ")) == {0}


def test_refusals_and_nothing_found() -> None:
    scores = scored([("A", "1", FILLER), ("B", "2", FILLER)])
    with pytest.raises(FramingError, match="longest must be 1, 2 or 3 words, found 4"):
        count_phrases(scores, placed(scores), longest=4)
    counts = count_phrases(scores, placed(scores))
    with pytest.raises(FramingError, match="shown must be a whole number, 1 or more, found 0"):
        phrase_table(counts, shown=0)
    table = phrase_table(counts)
    assert not len(table) and list(table.columns[:4]) == ["phrase", "group", "count", "rate"]
    assert not len(phrase_table(count_phrases(scores, placed(scores).iloc[:0])))
