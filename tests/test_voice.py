"""Who is speaking: the design's cases on passages of our own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing
from framing.errors import FramingError
from framing.speakers import SPEAKER_KINDS
from framing.tokens import tokenize
from framing.voice import (
    BAD_METHOD,
    NOT_A_STRING,
    VOICES,
    assign_voices,
    find_voices,
    voice_models,
)

ODD = st.lists(
    st.sampled_from(
        [
            '"',
            "“",
            "”",
            "‘",
            "’",
            "'",
            "''",
            "``",
            "«",
            "»",
            "„",
            "「",
            "」",
            "\n",
            "\n\n",
            " ",
            ". ",
            ", ",
            "said",
            " he said ",
            "according to",
            "claims that",
            "so-called ",
            "what X calls ",
            "the word ",
            "Vance",
            "accused ",
            " of ",
            "?",
            "\x00",
            "\ud800",
            "\u202e",
            "word",
            "A",
        ]
    ),
    max_size=40,
).map("".join)


def voice_at(text: str, phrase: str, *, nth: int = 0) -> tuple[str, str | None]:
    at = -1
    for _ in range(nth + 1):
        at = text.index(phrase, at + 1)
    span = next(s for s in find_voices(text) if s.start <= at < s.end)
    assert at + len(phrase) <= span.end, span
    return span.voice, span.speaker


@given(ODD)
@settings(max_examples=500, deadline=None)
def test_spans_cover_the_text_exactly_once(text: str) -> None:
    at = 0
    for span in find_voices(text):
        assert span.start == at < span.end
        assert span.voice in VOICES
        at = span.end
    assert at == len(text)


@given(st.lists(ODD, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_text_has_the_same_voices_alone_and_in_a_batch(texts: list[str]) -> None:
    batch = assign_voices(tokenize(texts))
    for i, text in enumerate(texts):
        alone = assign_voices(tokenize([text]))
        assert alone.spans == tuple(
            s for a, s in zip(batch.article, batch.spans, strict=True) if a == i
        )


def test_where_a_sentence_ends_does_not_depend_on_the_next_text() -> None:
    text = '"so-called ". "'
    alone, beside = (tokenize(texts) for texts in ([text], [text, "Vance"]))
    size = int(beside.first_token[1])
    assert beside.sentence[:size].tolist() == alone.sentence.tolist()
    assert assign_voices(beside).spans == assign_voices(alone).spans


def test_a_list_is_refused() -> None:
    with pytest.raises(TypeError) as error:
        find_voices(["text"])  # type: ignore[arg-type]
    assert str(error.value) == NOT_A_STRING.format(kind="list")


PASSAGE = (Path(__file__).parent / "data" / "state_broadcaster.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("phrase", "nth", "voice", "speaker"),
    [
        ("it will rethink", 0, "indirect", "Valdoria"),
        ("signed the paper", 0, "own", None),
        ("it breaks international law", 0, "indirect", "Harrow"),
        ("The steps will be made public", 0, "direct", "Foreign adviser Jonas Reiter"),
        ("the pact would help Kessar", 0, "indirect", "Reiter"),
        ("We will think again", 0, "direct", "Reiter"),
        ("proxy war", 0, "own", None),
        ("protective mission", 0, "scare", None),
        ("wise and steady hand", 0, "direct", "Vance"),
        ("total loyalty", 0, "direct", "The Kessar leader"),
        ("proxy war", 1, "direct", "The Kessar leader"),
        ("protective mission", 1, "direct", "Vance"),
    ],
)
def test_a_state_broadcasters_page(phrase: str, nth: int, voice: str, speaker: str | None) -> None:
    assert voice_at(PASSAGE, phrase, nth=nth) == (voice, speaker)


@pytest.mark.parametrize(
    ("text", "phrase", "voice", "speaker"),
    [
        ("The brutal bombardment entered a third week.", "brutal", "own", None),
        ('Brandl called it "a grave provocation".', "grave", "direct", "Brandl"),
        ("Rebels say the army carried out a massacre.", "massacre", "indirect", "Rebels"),
        ('The firm threatened nobody but shipped "defensive" weapons.', "defensive", "scare", None),
        ("Papers may not print the word “invasion” there.", "invasion", "mention", None),
        ('A so-called "reform" took effect.', "reform", "scare", None),
        ('He wrote a book titled "Salt and Iron" in May.', "Salt", "mention", None),
        ('"It rained," Roth said. "It never stopped."', "never", "direct", "Roth"),
        ('"It rained," said Ada Roth, the minister.', "rained", "direct", "Ada Roth"),
        ("According to Lund, the road is open.", "the road", "indirect", "Lund"),
        ("The road is open, Lund said.", "The road", "indirect", "Lund"),
        ("Kreutz accused the ministry of hiding the toll.", "hiding", "indirect", "Kreutz"),
        ("Lund told reporters that the road was open.", "the road", "indirect", "Lund"),
        ("what Harrow calls a special operation", "special", "indirect", "Harrow"),
        ('Roth said the plan was a "disgrace" to the town.', "disgrace", "direct", "Roth"),
        ("Brandl sprach: „Das ist genug!“", "genug", "direct", None),
    ],
)
def test_kinds_and_speakers(text: str, phrase: str, voice: str, speaker: str | None) -> None:
    found = voice_at(text, phrase)
    assert found[0] == voice
    if speaker is not None:
        assert found[1] == speaker


def test_a_quotation_over_paragraphs_keeps_its_speaker() -> None:
    text = (
        "“We came at night,” Vance said.\n\n“There was no light in the streets.\n\n"
        "“Nobody spoke until morning.”\n\nThe town was empty."
    )
    assert voice_at(text, "no light") == ("direct", "Vance")
    assert voice_at(text, "until morning") == ("direct", "Vance")
    assert voice_at(text, "The town")[0] == "own"


def test_the_code_of_a_token_is_that_of_its_span() -> None:
    tokens = tokenize([PASSAGE, "", 'He said "no".'])
    voices = assign_voices(tokens)
    for i in range(len(tokens)):
        number = voices.span[i]
        if number < 0:
            assert voices.code[i] == 0
        else:
            span = voices.spans[number]
            assert voices.article[number] == tokens.article[i]
            assert VOICES[voices.code[i]] == span.voice
            assert tokens.start[i] < span.end and span.start < tokens.end[i]


def test_marks_alone_leave_reported_speech_in_the_outlets_voice() -> None:
    text = "Kerr said the bridge was safe. “It is not safe at all,” Lind said."
    assert {span.voice for span in find_voices(text)} == {"own", "direct", "indirect"}
    assert {span.voice for span in find_voices(text, voices="marks")} == {"own", "direct"}


@pytest.mark.parametrize("call", [find_voices, framing.score_text])
def test_another_method_is_refused(call: Any) -> None:
    with pytest.raises(FramingError) as error:
        call("Kerr said no.", voices="rules")
    assert str(error.value) == BAD_METHOD.format(valid="'tagger', 'marks'", value="rules")


@pytest.mark.parametrize("method", ["tagger", "marks"])
def test_the_manifest_says_how_voices_were_decided(method: str) -> None:
    manifest = framing.score_text("Kerr said no.", classifier=None, voices=method).manifest
    assert manifest["settings"]["voices"] == method
    assert manifest["voice_models"] == voice_models(method)
    assert all(len(digest) == 64 for digest in manifest["voice_models"].values())


def test_tables_name_the_speakers() -> None:
    scores = framing.score_text(
        "Ada Kerr opened the brutal bridge. “It is a brutal bridge,” she said on Monday.",
        classifier=None,
    )
    row = scores.voices.iloc[0]
    assert row[["speaker", "speaker_name", "speaker_kind"]].tolist() == ["she", "Ada Kerr", "named"]
    assert list(scores.voices.columns[-2:]) == ["speaker_name", "speaker_kind"]
    assert list(scores.hits.columns[-2:]) == ["speaker_name", "speaker_kind"]
    quoted = scores.hits.loc[scores.hits["voice"] == "direct"]
    assert set(quoted["speaker_name"]) == {"Ada Kerr"}
    assert set(scores.voices["speaker_kind"]) <= set(SPEAKER_KINDS)


@pytest.mark.parametrize("piece", ["“", '"', "'", "« » ", "''", "‘ ", "\n“", '" said. '])
def test_a_megabyte_of_marks_is_read(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    at = 0
    for span in find_voices(text):
        assert span.start == at < span.end
        at = span.end
    assert at == len(text)
