"""Where a word stands in lexicons, how two lexicons differ, how far they reach."""

from __future__ import annotations

from dataclasses import replace

import pytest

from framing import Category, CorpusError, Lexicon, LexiconError, Term
from framing.coverage import count_terms, measure_reach
from framing.lexicon_query import diff_lexicons, search_terms

LEXICON = Lexicon.from_terms(
    [
        Term("air strike|strikes", category="war", referent="the bombing"),
        Term("strike*", category="labour", note="work stops"),
        Term("truce", category="war", referent="the strike pause"),
    ],
    name="one",
)


@pytest.mark.parametrize(
    ("word", "terms"),
    [
        ("strikes", ["air strike|strikes", "strike*"]),
        ("Strike", ["air strike|strikes", "strike*", "truce"]),
        ("air strikes", ["air strike|strikes"]),
        ("strik*", ["air strike|strikes", "strike*"]),
        ("bombing", ["air strike|strikes"]),
        ("peace", []),
    ],
)
def test_a_word_is_found_wherever_it_stands(word: str, terms: list[str]) -> None:
    table = search_terms(word, lexicons=[LEXICON])
    found = [t for t in table["term"] if t != "truce" or "bombing" not in word]
    assert found == terms


def test_an_empty_search_is_refused() -> None:
    with pytest.raises(LexiconError, match="give a word"):
        search_terms(" ", lexicons=[LEXICON])


def test_equal_lexicons_do_not_differ() -> None:
    assert len(diff_lexicons(LEXICON, new=LEXICON)) == 0


def test_every_change_is_told() -> None:
    terms = (
        replace(LEXICON.terms[0], weight=0.5, exceptions=("training air strike",)),
        LEXICON.terms[1],
        Term("peace", category="war"),
    )
    new = replace(
        LEXICON,
        version="2",
        terms=terms,
        categories=(Category("war", "m"), Category("labour")),
        sources={"who": "c"},
    )
    table = diff_lexicons(LEXICON, new=new)
    assert set(table[["change", "what", "field"]].itertuples(index=False, name=None)) == {
        ("changed", "card", "version"),
        ("changed", "category war", "meaning"),
        ("added", "source who", ""),
        ("removed", "truce", ""),
        ("added", "peace", ""),
        ("changed", "air strike|strikes", "weight"),
        ("changed", "air strike|strikes", "exceptions"),
    }
    back = diff_lexicons(new, new=LEXICON)
    assert len(back) == len(table)


def test_reach_counts_any_voice_and_every_article_once() -> None:
    texts = ["A strike. A strike!", 'She said "strike".', "Nothing here at all."]
    (row,) = measure_reach(texts, lexicons=[LEXICON]).to_dict("records")
    assert row["hits"] == 3 and row["seen"] == 1 and row["terms"] == 3
    assert row["article_share"] == pytest.approx(2 / 3)
    assert row["rate"] == pytest.approx(3 / 11 * 1000)
    assert row["top"] == "strike* (3)"


def test_reach_of_many_batches_is_that_of_one() -> None:
    texts = [f"A strike in town {i}." for i in range(600)]
    table = count_terms(texts, lexicons=[LEXICON])
    assert table["articles"].tolist() == [0, 600, 0]
    assert table.attrs["words"] == 3000


def test_no_words_give_no_rate() -> None:
    with pytest.raises(CorpusError, match="hold no words"):
        measure_reach(["", "!"], lexicons=[LEXICON])
