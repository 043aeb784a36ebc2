"""What the benchmark of lexicons measures, on made-up numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import term_hits
from benchmarks.lexicons import (
    Labelled,
    coverage,
    lifts,
    print_reading,
    scored,
    with_reasons,
    within_stories,
)
from benchmarks.matching import draw, one_alternation, spellings
from benchmarks.term_judgements import (
    BAD_SUM,
    LISTS,
    NO_TERM,
    check_standing,
    read_judgements,
    shares,
)
from framing import Lexicon
from framing.lexicon import resolve_lexicons
from framing.tokens import tokenize

LEXICON = Lexicon.from_terms({"war": ["vile raid|raids", "siege*"], "peace": ["truce"]}, name="own")
FRAME = pd.DataFrame(
    {"text": ["The vile raid began.", "A truce held.", "A vile siege went on; a truce."]}
)


def labelled() -> Labelled:
    tokens = tokenize(list(FRAME["text"]))
    marked = np.array([tokens.types[i] in ("vile", "siege") for i in tokens.type])
    loaded = np.array([True, False, True])
    return Labelled(scored(FRAME, [LEXICON]), tokens, loaded, marked)


def test_coverage_is_a_share_of_marked_words() -> None:
    data = labelled()
    everything = pd.Series(True, index=data.scores.hits.index)
    # of vile, vile and siege, the second vile lies in no term
    assert coverage(data, everything) == pytest.approx(2 / 3)
    assert coverage(data, data.scores.hits["category"] == "peace") == 0


def test_lift_compares_with_the_base_rate() -> None:
    table = lifts(labelled(), "category")
    assert table.loc["war"].tolist() == [2, pytest.approx(1.5)]
    assert table.loc["peace"].tolist() == [2, pytest.approx(0.75)]


def test_only_the_order_within_stories_counts() -> None:
    story = pd.Series(["a", "a", "a", "b", "b", "b"])
    truth = pd.Series([1.0, 2.0, 3.0, 7.0, 8.0, 9.0])
    assert within_stories(truth - 10 * (story == "b"), truth, story) == pytest.approx(1)
    assert within_stories(-truth, truth, story) == pytest.approx(-1)
    missing = pd.Series([1.0, 2.0, np.nan, 7.0, 8.0, 9.0])
    assert within_stories(missing, truth, story) == pytest.approx(1, abs=0.2)


def test_the_same_terms_are_given_to_the_other_ways() -> None:
    assert spellings([LEXICON]) == ["truce", "vile raid", "vile raids"]
    found = one_alternation([LEXICON]).findall("A VILE  raid; sieges, truces, a truce")
    assert found == ["VILE  raid", "sieges", "truce"]
    assert sum(len(x) for x in draw([LEXICON], 2, 0)) == 2
    assert draw([LEXICON], 2, 0) == draw([LEXICON], 2, 0)
    assert draw([LEXICON], 99, 0) == [LEXICON]


JUDGED = """# a comment
list,lexicon,term,hits,read,right,wrong,senses,mend,now,read_again,right_again,wrong_again
all,own,siege*,900,100,60,40,of a stage,exceptions,siege*,50,45,5
all,own,truce,80,80,80,0,,kept: plain,truce,,,
topic,own,foray,70,40,10,30,of a dog,taken out,,,,
"""


def judged(folder: Path, text: str = JUDGED) -> Path:
    path = folder / "judged.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_shares_count_a_term_as_it_stands(tmp_path: Path) -> None:
    table = shares(read_judgements(judged(tmp_path)))
    assert table.loc["all", "before %"] == pytest.approx(100 * 140 / 180)
    # the first reading of what was not read again, the last of what was
    assert table.loc["all", "after %"] == pytest.approx(100 * 125 / 130)
    assert table.loc["together", "before %"] == pytest.approx(100 * 150 / 220)
    assert table.loc["together", "after %"] == pytest.approx(100 * 125 / 130)
    assert table["mended"].tolist() == [1, 1, 2]
    assert np.isnan(table.loc["topic", "after %"])


def test_sums_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    for old, new, given in [
        ("100,60,40", "100,60,41", {"right": 60, "wrong": 41, "read": 100}),
        ("50,45,5", "50,44,5", {"right": 44, "wrong": 5, "read": 50}),
    ]:
        path = judged(tmp_path, JUDGED.replace(old, new))
        with pytest.raises(SystemExit) as caught:
            read_judgements(path)
        assert str(caught.value) == BAD_SUM.format(lexicon="own", term="siege*", **given)


def test_judgements_of_terms_that_are_gone_are_refused(tmp_path: Path) -> None:
    table = read_judgements(judged(tmp_path))
    check_standing(table, [LEXICON])
    other = Lexicon.from_terms({"peace": ["truce"]}, name="own")
    with pytest.raises(SystemExit) as caught:
        check_standing(table, [other])
    assert str(caught.value) == NO_TERM.format(lexicon="own", term="siege*")
    moved = read_judgements(judged(tmp_path, JUDGED.replace(",siege*,50", ",far: siege*,50")))
    check_standing(moved, [other])
    with pytest.raises(SystemExit, match="lexicon 'far'"):
        check_standing(moved, [other, Lexicon.from_terms({"peace": ["pact"]}, name="far")])


def test_the_judgements_speak_of_the_bundled_lexicons(capsys: pytest.CaptureFixture[str]) -> None:
    table = read_judgements()
    check_standing(table, resolve_lexicons(None))
    assert set(table["list"]) <= set(LISTS)
    assert not table.duplicated(["lexicon", "term"]).any()
    assert (table["read"] <= table["hits"]).all()
    # a wrong sense has a name, and an answer
    assert table.loc[table["wrong"] > 0, ["senses", "mend"]].ne("").all(axis=None)
    assert (table.groupby("list").size()[["all", "judging"]] == 50).all()
    print_reading(table)
    printed = capsys.readouterr().out
    assert "not by a person" in printed
    assert all(term[:30] in printed for term in table["term"])


def test_terms_below_the_base_rate_show_what_was_decided(tmp_path: Path) -> None:
    index = pd.MultiIndex.from_tuples(
        [("own", "peace", "truce"), ("own", "war", "vile raid|raids")]
    )
    terms = with_reasons(
        pd.DataFrame({"lift": [0.5, 0.6]}, index=index), read_judgements(judged(tmp_path))
    )
    assert terms["decided"].tolist() == ["kept: plain", "not read yet"]


def test_hits_are_drawn_by_seed_and_shown_in_context() -> None:
    texts = list(FRAME["text"]) * 20
    hits = term_hits.find_hits(texts, [LEXICON])
    siege, truce = hits.of(hits.position("own", "siege*")), hits.of(hits.position("own", "truce"))
    assert (len(siege), len(truce)) == (20, 40)
    drawn = term_hits.draw(truce, 10, "own truce")
    assert drawn.tolist() == term_hits.draw(truce, 10, "own truce").tolist()
    assert drawn.tolist() != term_hits.draw(truce, 10, "own truce", seed=1).tolist()
    assert drawn.tolist() != term_hits.draw(truce, 10, "own siege*").tolist()
    assert len(np.unique(drawn[:, :2], axis=0)) == 10
    assert term_hits.draw(siege, 20, "own siege*").tolist() == siege.tolist()
    article, start, end, _ = siege[0]
    shown = term_hits.in_context(hits.texts[article], start, end, around=2)
    assert shown == "A vile [siege] went on;"
    with pytest.raises(SystemExit, match="has no term 'pact'"):
        hits.position("own", "pact")


def test_batches_do_not_change_the_hits(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = list(FRAME["text"]) * 3
    whole = term_hits.find_hits(texts, [LEXICON]).table.tolist()
    monkeypatch.setattr(term_hits, "_BATCH", 2)
    assert term_hits.find_hits(texts, [LEXICON]).table.tolist() == whole
