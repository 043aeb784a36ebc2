"""Who the speaker of a span is, and whom it names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.speakers import SPEAKER_KINDS, find_speakers, name_evidence
from framing.tokens import tokenize
from framing.voice import VOICES, Voices, assign_voices


def voices_of(text: str) -> Voices:
    return assign_voices(tokenize([text]))


def speakers(text: str) -> list[tuple[str | None, str | None, str]]:
    found = voices_of(text)
    return [
        (said, name, SPEAKER_KINDS[kind])
        for said, name, kind in zip(
            found.speaker, found.speaker_name, found.speaker_kind, strict=True
        )
    ]


@pytest.mark.parametrize(
    ("text", "said", "name", "kind"),
    [
        ("“The road is open again,” said Ada Kerr.", "Ada Kerr", "Ada Kerr", "named"),
        ("Ada Kerr, the mayor, said the road was open.", "Ada Kerr", "Ada Kerr", "named"),
        (
            "His rival, Ada Kerr, said the road was open.",
            "His rival, Ada Kerr",
            "Ada Kerr",
            "named",
        ),
        ("Officials said the road was open.", "Officials", "Officials", "unnamed"),
        ("“No,” she said.", "she", None, "unknown"),
        ("According to a report, the road was open.", "a report", "a report", "document"),
        ("“No one came.”", None, None, "unknown"),
    ],
)
def test_kinds_of_speakers(text: str, said: str | None, name: str | None, kind: str) -> None:
    assert speakers(text) == [(said, name, kind)]


def test_a_surname_and_a_pronoun_are_traced_to_the_full_name() -> None:
    text = (
        "Mayor Ada Kerr opened the bridge. “It is safe,” Kerr said. The river was high.\n\n"
        "“It will last,” she said."
    )
    assert speakers(text) == [
        ("Kerr", "Ada Kerr", "named"),
        ("she", "Ada Kerr", "named"),
    ]


def test_a_person_is_not_an_organisation() -> None:
    text = "Ada Kerr wept. The Ministry of Roads met on Monday. “It is over,” she said."
    assert speakers(text)[-1] == ("she", "Ada Kerr", "named")


def resolved(text: str) -> tuple[str | None, str]:
    """Name and kind of the last speaker."""
    _, name, kind = speakers(text)[-1]
    return name, kind


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mayor Ada Kerr came late. The mayor said the road was open.", "Ada Kerr"),
        ("Ada Kerr, the mayor, came late. The mayor said the road was open.", "Ada Kerr"),
        (
            "The Ministry of Roads met on Monday. The ministry said the road was open.",
            "Ministry of Roads",
        ),
        ("Ada Kerr swam home. The 54-year-old said the road was open.", "Ada Kerr"),
        ("Sen. Ada Kerr came late. Kerr said the road was open.", "Ada Kerr"),
        ("Ada M. Kerr came late. Kerr said the road was open.", "Ada M. Kerr"),
    ],
)
def test_a_description_is_traced_to_the_last_name_that_fits(text: str, name: str) -> None:
    assert resolved(text) == (name, "named")


@pytest.mark.parametrize(
    "text",
    [
        "A former adviser to Ada Kerr said the road was open.",
        "A prominent Kerr supporter said the road was open.",
        "Officials close to the Ministry of Roads said the road was open.",
    ],
)
def test_a_name_inside_a_description_is_not_the_speakers(text: str) -> None:
    name, kind = resolved(text)
    assert kind == "unnamed"
    assert name != "Ada Kerr"


def test_a_title_with_nobody_before_it_stays_a_description() -> None:
    assert resolved("The mayor said the road was open.") == ("The mayor", "unnamed")
    # another text's mayor is another
    texts = ["Mayor Ada Kerr came late.", "The mayor said the road was open."]
    assert assign_voices(tokenize(texts)).speaker_name == ("The mayor",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("“The road is open,” Ada Kerr last week said.", "Ada Kerr"),
        ("Ada Kerr later said the road was open.", "Ada Kerr"),
        ("Ada Kerr earlier this month said the road was open.", "Ada Kerr"),
        ("They’ve said the road is open.", "They"),
    ],
)
def test_what_hangs_on_a_speaker_is_cut(text: str, said: str) -> None:
    assert speakers(text)[-1][0] == said


@pytest.mark.parametrize(
    "line", ["Story Continued Below", "Advertisement", "Photo", "Related Video", "CLICK HERE"]
)
def test_what_a_page_puts_between_paragraphs_is_nobody(line: str) -> None:
    text = f"The bridge fell.\n\n{line}\n\nIt was old. “It is over,” she said."
    assert resolved(text) == (None, "unknown")


@pytest.mark.parametrize("word", ["Having", "Morning", "November", "Earlier", "Particularly"])
def test_a_word_that_names_nobody_is_no_speaker(word: str) -> None:
    said = [s for s, _, _ in speakers(f"{word}, it was said that the road was open, and it was.")]
    assert word not in said


def test_the_agent_of_a_passive_speaks() -> None:
    text = "The bridge was described by the engineer as “safe but ugly” on Monday."
    assert "the engineer" in [said for said, _, _ in speakers(text)]


def test_a_sign_that_reads_is_its_own_speaker() -> None:
    assert speakers("A sign on the gate reads “No way through.”")[-1][0] is not None


def test_names_of_one_text_mean_nothing_in_another() -> None:
    texts = ["Ada Kerr opened the bridge.", "“It is safe,” she said.", "“No,” Kerr said."]
    found = assign_voices(tokenize(texts))
    assert found.article.tolist() == [1, 2]
    assert found.speaker_name == (None, "Kerr")


def test_a_quotation_that_goes_on_keeps_its_speaker() -> None:
    text = "“We came at night,” Ada Kerr said. “There was no light.”\n\n“Nobody spoke.”"
    assert [said for said, _, _ in speakers(text)] == ["Ada Kerr"] * 3


def test_a_signed_quotation_has_its_signer() -> None:
    assert speakers("“Keep the gate shut.” — Ada Kerr\n\nThe gate fell.")[0][0] == "Ada Kerr"


def test_the_possessive_is_not_part_of_a_name() -> None:
    found = voices_of("Kerr’s claim that the boats were sound was never tested by anyone.")
    assert "Kerr" in found.speaker


def test_marks_alone_still_find_who_is_quoted() -> None:
    text = "“It is safe,” Ada Kerr said. Officials said the road was open."
    found = assign_voices(tokenize([text]), voices="marks")
    assert [VOICES[v] for v in found.voice] == ["direct"]
    assert found.speaker == ("Ada Kerr",)


def test_without_spans_there_are_no_speakers() -> None:
    tokens = tokenize(["Nothing was said."])
    empty = np.zeros(0, np.int64)
    found = find_speakers(
        tokens,
        first=empty,
        last=empty,
        cue=empty,
        direct=np.zeros(0, bool),
        shares=empty,
        taken=np.zeros(len(tokens), bool),
        marked=np.zeros(len(tokens), bool),
        evidence=name_evidence(tokens),
    )
    assert (found.text, found.name, len(found.kind)) == ((), (), 0)


PIECES = st.lists(
    st.sampled_from(
        "Ada Kerr|she|said|“No,”|“Yes.”|, |. |\n\n|—|:|the ministry|according to|’s claim that|"
        "was told by|Mr.|of|it rained|;|A|\ud800|\x00".split("|")
    ),
    max_size=30,
).map(" ".join)


@given(PIECES)
@settings(max_examples=300, deadline=None)
def test_speakers_stand_in_the_text_and_kinds_fit_names(text: str) -> None:
    found = voices_of(text)
    for said, name, kind, voice in zip(
        found.speaker, found.speaker_name, found.speaker_kind, found.voice, strict=True
    ):
        assert said is None or (said in text and said.strip() == said)
        assert name is None or name in text
        if VOICES[voice] in ("scare", "mention"):
            assert (said, name) == (None, None)
        assert (name is None) == (SPEAKER_KINDS[kind] == "unknown")
