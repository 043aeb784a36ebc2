"""The token table: offsets, types, sentences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.tokens import BARE_STRING, tokenize

ODD = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("aB9.,'’“”\"-–… \n\r\t\x00\u2028\ud800\U0001f600İß中\u200d&:!?()")),
        st.characters(),
    ),
    max_size=60,
)


def words(text: str) -> list[str]:
    tokens = tokenize([text])
    return [text[s:e] for s, e in zip(tokens.start, tokens.end, strict=True)]


def sentences(text: str) -> list[str]:
    tokens = tokenize([text])
    return [text[s:e] for s, e in zip(tokens.sentence_start, tokens.sentence_end, strict=True)]


@given(st.lists(ODD, max_size=5))
@settings(max_examples=300, deadline=None)
def test_every_visible_character_is_in_one_token(texts: list[str]) -> None:
    tokens = tokenize(texts)
    for i, text in enumerate(texts):
        first, last = tokens.first_token[i], tokens.first_token[i + 1]
        at = 0
        for start, end in zip(tokens.start[first:last], tokens.end[first:last], strict=True):
            assert at <= start < end <= len(text)
            assert not text[at:start].replace("\x00", " ").strip()
            at = end
        assert not text[at:].replace("\x00", " ").strip()


@given(st.lists(ODD, min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_a_text_gives_the_same_tokens_alone_and_in_a_batch(texts: list[str]) -> None:
    batch = tokenize(texts)
    for i, text in enumerate(texts):
        alone = tokenize([text])
        part = slice(batch.first_token[i], batch.first_token[i + 1])
        assert alone.start.tolist() == batch.start[part].tolist()
        assert alone.newlines.tolist() == batch.newlines[part].tolist()
        assert [alone.types[t] for t in alone.type] == [batch.types[t] for t in batch.type[part]]
        assert alone.sentence.tolist() == (batch.sentence[part] - batch.first_sentence[i]).tolist()
        hashes = dict(zip(batch.types, batch.type_hash.tolist(), strict=True))
        assert all(
            hashes[t] == h for t, h in zip(alone.types, alone.type_hash.tolist(), strict=True)
        )


@given(st.lists(ODD, max_size=4))
@settings(max_examples=200, deadline=None)
def test_sentences_partition_the_tokens(texts: list[str]) -> None:
    tokens = tokenize(texts)
    assert len(set(zip(tokens.types, range(len(tokens.types)), strict=True))) == len(
        set(tokens.types)
    )
    if len(tokens):
        steps = np.diff(tokens.sentence)
        assert tokens.sentence[0] == 0
        assert set(steps.tolist()) <= {0, 1}
        assert (tokens.sentence_article[tokens.sentence] == tokens.article).all()
        assert (tokens.sentence_start[tokens.sentence] <= tokens.start).all()
        assert (tokens.sentence_end[tokens.sentence] >= tokens.end).all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O’Neill’s US-led force", ["O’Neill’s", "US-led", "force"]),
        ("the U.S. Army", ["the", "U.S.", "Army"]),
        ("U.S.-backed men", ["U.S.-backed", "men"]),
        ("1,200.5 and 10:30", ["1,200.5", "and", "10:30"]),
        ("AT&T and/or us", ["AT&T", "and", "/", "or", "us"]),
        ("‘quoted’ words", ["‘", "quoted", "’", "words"]),
        ("5'10\" tall", ["5", "'", "10", '"', "tall"]),
        ("wait... what--no", ["wait", "...", "what", "--", "no"]),
        ('""a"', ['"', '"', "a", '"']),
        ("It ended.The rest", ["It", "ended", ".", "The", "rest"]),
        ("see example.org today", ["see", "example.org", "today"]),
        ("cafe\u0301 na\u00efve", ["cafe\u0301", "na\u00efve"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Vance met Dr. Roth. They talked.", ["Mr. Vance met Dr. Roth.", "They talked."]),
        ("The U.S. Army left. It rained.", ["The U.S. Army left.", "It rained."]),
        ("He moved to the U.S. The rest stayed.", ["He moved to the U.S.", "The rest stayed."]),
        ("J. K. Rowe spoke at 5 p.m. Monday.", ["J. K. Rowe spoke at 5 p.m. Monday."]),
        ("It cost 3.5 million. Nobody paid.", ["It cost 3.5 million.", "Nobody paid."]),
        ("“Go home.” She left.", ["“Go home.”", "She left."]),
        ("“Why?” she asked. No answer.", ["“Why?” she asked.", "No answer."]),
        ("It fell (hard.) Then rose.", ["It fell (hard.)", "Then rose."]),
        ("Storm hits coast\n\nRain fell.", ["Storm hits coast", "Rain fell."]),
        ("- first point\n- second point", ["- first point", "- second point"]),
        ("It was late and\nthe rain fell.", ["It was late and\nthe rain fell."]),
        ("see No. 5. He said no. They left.", ["see No. 5.", "He said no.", "They left."]),
        ("Well... maybe. Or not… Yes.", ["Well... maybe.", "Or not…", "Yes."]),
        ("in 2007. They paid", ["in 2007.", "They paid"]),
        ("Smith, Sen. (D-Mont.) noted it.", ["Smith, Sen. (D-Mont.) noted it."]),
        ("“It rained.” “It did not.”", ["“It rained.”", "“It did not.”"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_hard_wrapped_text_is_not_cut_at_its_lines() -> None:
    line = "The committee heard on Monday evening that the new bridge over the\n"
    text = (
        line
        + "Quill had been closed for repairs since the spring and that Harrow\n"
        + (
            "would pay for half of them if the ministry in the capital agreed to\n"
            "cover the rest before the winter made work on the river impossible\n"
            "again. Nobody objected."
        )
    )
    assert len(sentences(text)) == 2


def test_agrees_with_nltk_on_plain_sentences(corpus) -> None:
    """Same abbreviations, same decisions: Punkt's own tokenizer is the reference."""
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    from framing.sentences import ABBREVIATIONS, STARTERS, TITLES

    parameters = PunktParameters()
    parameters.abbrev_types = set(ABBREVIATIONS | TITLES)
    parameters.sent_starters = set(STARTERS)
    punkt = PunktSentenceTokenizer(parameters)
    ours = theirs = both = 0
    for text in corpus["text"]:
        # Punkt knows no paragraphs, so each is given by itself.
        for paragraph in text.split("\n\n"):
            a = {s[:20] for s in sentences(paragraph)}
            b = {paragraph[s:e][:20] for s, e in punkt.span_tokenize(paragraph)}
            ours, theirs, both = ours + len(a), theirs + len(b), both + len(a & b)
    assert both / ours > 0.97
    assert both / theirs > 0.97


def test_a_bare_string_is_refused() -> None:
    with pytest.raises(TypeError, match="not a single str") as error:
        tokenize("one article")
    assert str(error.value) == BARE_STRING


def test_what_is_no_string_is_named() -> None:
    with pytest.raises(TypeError, match="found float: nan"):
        tokenize([float("nan")])  # type: ignore[list-item]


def test_long_words_do_not_collide() -> None:
    tokens = tokenize(["a" * 5000 + " " + "a" * 5001 + " " + "b" * 5000])
    assert len(tokens.types) == 3
    assert len(set(tokens.type_hash.tolist())) == 3
