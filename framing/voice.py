"""Who is speaking at each place of a text: the outlet, somebody quoted, somebody reported.

Three parts decide, and this module lays their answers over the token table: the grammar of marks
(`marks`), a model of what stands between them (`quotes`), and a tagger of speech without marks
(`reported`). Marks are the stronger evidence: a marked part of reported speech stays what its marks
make it. `speakers` then says whose words they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from framing.errors import FramingError
from framing.marks import MARKUP, find_marks
from framing.quotes import KINDS, QuoteModel, Quotes, judge_quotes, load_quote_model, locate
from framing.reported import Reported, ReportedTagger, find_reported, load_tagger
from framing.speakers import SPEAKER_KINDS, Speakers, find_speakers, name_evidence
from framing.tokens import Tokens, tokenize

__all__ = [
    "VOICES",
    "VOICE_METHODS",
    "VoiceSpan",
    "Voices",
    "assign_voices",
    "check_method",
    "find_voices",
    "voice_models",
]

VOICES: Final = ("own", "direct", "indirect", "scare", "mention")
"""The voices; a voice's code in arrays is its position here."""

VOICE_METHODS: Final = ("tagger", "marks")
"""How voices can be decided: by marks and the tagger of reported speech, or by marks alone."""

NOT_A_STRING = "find_voices takes one article as a str, found {kind}; for a list use score()"
BAD_METHOD = (
    "voices must be one of {valid}, found {value!r}: 'tagger' finds reported speech too (news "
    "English), 'marks' reads quotation marks alone"
)

_LONG = 1 << 30
_FEW = 3
_OWN, _DIRECT, _INDIRECT, _SCARE, _MENTION = range(5)
_CODES = np.array([VOICES.index(kind) for kind in KINDS], np.uint8)


@dataclass(frozen=True, slots=True)
class VoiceSpan:
    """A stretch of a text in one voice.

    Attributes
    ----------
    start, end : int
        Offsets into the text; marks belong to the span that they enclose.
    voice : str
        One of ``own``, ``direct``, ``indirect``, ``scare``, ``mention``.
    speaker : str or None
        The source as it stands in the text, where one is given.
    cue : str or None
        The word or mark that decided.
    """

    start: int
    end: int
    voice: str
    speaker: str | None = None
    cue: str | None = None


@dataclass(frozen=True)
class Voices:
    """Voices of a batch of texts.

    Attributes
    ----------
    code : ndarray of uint8, shape (n_tokens,)
        The voice of each token, as a position in `VOICES`.
    span : ndarray of int32, shape (n_tokens,)
        The span that a token stands in, -1 in the outlet's own voice.
    article, start, end : ndarray of int32, shape (n_spans,)
        The text of each span that is not the outlet's own voice, and its offsets there; by text
        and place.
    voice : ndarray of uint8, shape (n_spans,)
        Its voice, as a position in `VOICES`.
    cue : tuple of (str or None), length n_spans
        The word or mark that decided.
    speaker, speaker_name : tuple of (str or None), length n_spans
        The source as it stands, and the fullest name that the text gives for it.
    speaker_kind : ndarray of uint8, shape (n_spans,)
        What the source is, as a position in `SPEAKER_KINDS`; ``unknown`` where nobody speaks.
    """

    code: npt.NDArray[np.uint8]
    span: npt.NDArray[np.int32]
    article: npt.NDArray[np.int32]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    voice: npt.NDArray[np.uint8]
    cue: tuple[str | None, ...]
    speaker: tuple[str | None, ...]
    speaker_name: tuple[str | None, ...]
    speaker_kind: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.article)

    @cached_property
    def spans(self) -> tuple[VoiceSpan, ...]:
        """The spans as objects, in order."""
        return tuple(
            VoiceSpan(start, end, VOICES[voice], speaker, cue)
            for start, end, voice, speaker, cue in zip(
                self.start.tolist(),
                self.end.tolist(),
                self.voice.tolist(),
                self.speaker,
                self.cue,
                strict=True,
            )
        )


def check_method(voices: str) -> str:
    """Check how voices are to be decided.

    Parameters
    ----------
    voices : str
        One of `VOICE_METHODS`.

    Returns
    -------
    str
        The same.

    Raises
    ------
    FramingError
        If it is none of them.
    """
    if voices not in VOICE_METHODS:
        valid = ", ".join(map(repr, VOICE_METHODS))
        raise FramingError(BAD_METHOD.format(valid=valid, value=voices))
    return voices


def voice_models(voices: str = "tagger") -> dict[str, str]:
    """Name the models that decide voices, with the hashes of their weights.

    Parameters
    ----------
    voices : {"tagger", "marks"}
        How voices are decided.

    Returns
    -------
    dict of str to str
        SHA-256 by the model's folder name.

    Examples
    --------
    >>> sorted(voice_models("tagger")), sorted(voice_models("marks"))
    (['quotes', 'voice'], ['quotes'])
    """
    check_method(voices)
    found = {"quotes": load_quote_model().sha256}
    if voices == "tagger":
        found["voice"] = str(load_tagger().card["sha256"])
    return found


def find_voices(text: str, *, voices: str = "tagger") -> list[VoiceSpan]:
    """Say who is speaking at each place of an article.

    Parameters
    ----------
    text : str
        One article. Any string is valid, whatever it holds.
    voices : {"tagger", "marks"}
        ``"tagger"`` finds speech that is reported without marks too and was trained on news
        English; ``"marks"`` leaves it in the outlet's own voice, for other genres and languages.

    Returns
    -------
    list of VoiceSpan
        Sorted, not overlapping, together covering the text exactly once; empty for an empty text.

    Raises
    ------
    TypeError
        If `text` is not a str.
    FramingError
        If `voices` is neither.

    Examples
    --------
    >>> text = '"It is a grave provocation," the mayor said. Crews cleared the brutal mess.'
    >>> for span in find_voices(text):
    ...     print(span.voice, repr(text[span.start:span.end]), span.speaker)
    direct '"It is a grave provocation,"' the mayor
    own ' the mayor said. Crews cleared the brutal mess.' None
    """
    if not isinstance(text, str):
        raise TypeError(NOT_A_STRING.format(kind=type(text).__name__))
    spans: list[VoiceSpan] = []
    at = 0
    for span in assign_voices(tokenize([text]), voices=voices).spans:
        if span.start > at:
            spans.append(VoiceSpan(at, span.start, "own"))
        spans.append(span)
        at = span.end
    if at < len(text):
        spans.append(VoiceSpan(at, len(text), "own"))
    return spans


def assign_voices(
    tokens: Tokens,
    *,
    voices: str = "tagger",
    quote_model: QuoteModel | None = None,
    tagger: ReportedTagger | None = None,
) -> Voices:
    """Decide the voice of every token of a batch.

    Parameters
    ----------
    tokens : Tokens
        The token table.
    voices : {"tagger", "marks"}
        As for `find_voices`.
    quote_model : QuoteModel, optional
        What decides between marks; the bundled model by default.
    tagger : ReportedTagger, optional
        What finds reported speech; the bundled one by default.

    Returns
    -------
    Voices
        A code for each token, and the spans behind them.

    Raises
    ------
    FramingError
        If `voices` is neither.

    Examples
    --------
    >>> tokens = tokenize(["Rebels say the army carried out a massacre."])
    >>> [VOICES[code] for code in assign_voices(tokens).code]
    ['own', 'own', 'indirect', 'indirect', 'indirect', 'indirect', 'indirect', 'indirect', 'own']
    """
    check_method(voices)
    spans = locate(tokens, [find_marks(text) for text in tokens.texts])
    inside = spans.number(len(tokens))
    reported = find_reported(tokens, inside, tagger=tagger) if voices == "tagger" else None
    heads = None if reported is None else (reported.cue_score, reported.source_score)
    quotes = judge_quotes(tokens, spans, heads=heads, model=quote_model)
    return _lay_out(tokens, quotes, reported, inside)


def _number(
    tokens: int, first: npt.NDArray[Any], last: npt.NDArray[Any], numbers: npt.NDArray[Any]
) -> npt.NDArray[np.int32]:
    """Write each span's number on its tokens; -1 elsewhere."""
    result = np.full(tokens, -1, np.int32)
    size = last - first
    begin = np.cumsum(size) - size
    at = np.arange(int(size.sum())) + np.repeat(first - begin, size)
    result[at] = np.repeat(numbers, size)
    return result


def _lay_out(
    tokens: Tokens, quotes: Quotes, reported: Reported | None, inside: npt.NDArray[np.int32]
) -> Voices:
    """Put marked and reported spans in order, with their speakers."""
    marked = np.flatnonzero(quotes.kind != KINDS.index("own"))
    empty = np.zeros(0, np.int64)
    r_first, r_last, r_cue = (
        (empty, empty, empty) if reported is None else _reported(tokens, quotes, reported, inside)
    )
    first = np.concatenate([quotes.first[marked], r_first]).astype(np.int64)
    last = np.concatenate([quotes.last[marked], r_last]).astype(np.int64)
    voice = np.concatenate(
        [_CODES[quotes.kind[marked]], np.full(len(r_first), _INDIRECT, np.uint8)]
    )
    cue = np.concatenate([quotes.cue_token[marked], r_cue]).astype(np.int64)
    order = np.argsort(first, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    # which span's speaker a quotation without one shares, as a position among these spans
    position = np.full(len(quotes) + 1, -1, np.int64)
    position[marked] = place[: len(marked)]
    shares = np.full(len(order), -1, np.int64)
    shares[place[: len(marked)]] = position[quotes.same_speaker[marked]]
    first, last, voice, cue = first[order], last[order], voice[order], cue[order]
    shares = _neighbours(tokens, first, last, voice, shares)
    cue = _colons(tokens, first, voice, cue)
    article = tokens.article[first] if len(first) else np.zeros(0, np.int32)
    start = tokens.start[first] if len(first) else np.zeros(0, np.int32)
    end = tokens.end[last - 1] if len(first) else np.zeros(0, np.int32)
    at = place[: len(marked)]
    # a mark may be a part of a token, as in a tag
    start[at], end[at] = quotes.start[marked], quotes.end[marked]
    words = [tokens.types[t] for t in tokens.type[np.maximum(r_cue, 0)]] if len(r_cue) else []
    names: list[str | None] = [quotes.cue[i] for i in marked]
    names += [word if c >= 0 else None for word, c in zip(words, r_cue, strict=True)]
    speakers = _speakers(tokens, reported, inside, first, last, voice, cue, shares)
    return Voices(
        code=np.append(voice, _OWN)[_number(len(tokens), first, last, np.arange(len(first)))],
        span=_number(len(tokens), first, last, np.arange(len(first))),
        article=article,
        start=start,
        end=end,
        voice=voice,
        cue=tuple(names[i] for i in order),
        speaker=speakers.text,
        speaker_name=speakers.name,
        speaker_kind=speakers.kind,
    )


def _reported(
    tokens: Tokens, quotes: Quotes, reported: Reported, inside: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Leave out what the tagger takes for content beside marks and is none.

    *told the council: "..."* names a hearer; scare quotes are the outlet's, and so are the few
    words around them.
    """
    first, last = reported.start.astype(np.int64), reported.end.astype(np.int64)
    n = len(tokens)
    padded = np.append(inside, [-1, -1])
    colon = np.append(tokens.type == tokens.type_id.get(":", -1), False)
    same = tokens.sentence[np.minimum(last, n - 1)] == tokens.sentence[first]
    introduces = colon[last] & (padded[last + 1] >= 0) & (reported.cue < first)
    scare = np.append(quotes.kind == KINDS.index("scare"), False)
    around = (scare[padded[last]] & same) | (scare[padded[np.maximum(first - 1, 0)]] & (first > 0))
    keep = ~introduces & ~(around & (last - first <= _FEW))
    first, last, cue = first[keep], last[keep], reported.cue[keep].astype(np.int64)
    tag = _in_tags(tokens)
    if not len(tag):
        return first, last, cue
    number = _number(n, first, last, np.arange(len(first)))
    number[tag] = -1
    begins, ends = number >= 0, number >= 0
    begins[1:] &= number[1:] != number[:-1]
    ends[:-1] &= number[1:] != number[:-1]
    starts = np.flatnonzero(begins)
    return starts, np.flatnonzero(ends) + 1, cue[number[starts]]


def _in_tags(tokens: Tokens) -> npt.NDArray[np.int64]:
    """Tokens of markup, like *<a href="...">*: nobody says them."""
    found = []
    for article, text in enumerate(tokens.texts):
        if "<" not in text:
            continue
        base = int(tokens.first_token[article])
        here = slice(base, int(tokens.first_token[article + 1]))
        for tag in MARKUP.finditer(text):
            a = base + int(np.searchsorted(tokens.end[here], tag.start(), "right"))
            b = base + int(np.searchsorted(tokens.start[here], tag.end(), "left"))
            found.append(np.arange(a, b))
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _neighbours(
    tokens: Tokens,
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
    voice: npt.NDArray[np.uint8],
    shares: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Let speech share its speaker with the speech just before it, in the same paragraph.

    *She said the boxes had been moved. "Nobody signed for them."*
    """
    if len(first) < 2:
        return shares
    paragraph = np.cumsum(tokens.newlines > 0)
    n = len(first)
    speech = (voice == _DIRECT) | (voice == _INDIRECT)
    found = np.full(n, -1, np.int64)
    # a quotation goes on from one in the paragraph before, but rather from what stands beside it
    for kinds, paragraphs, sentences in ((voice == _DIRECT, 1, _LONG), (speech, 0, 1)):
        latest = np.maximum.accumulate(np.where(kinds, np.arange(n), -1))
        before = np.append(-1, latest[:-1])
        there = np.maximum(before, 0)
        near = (before >= 0) & speech
        near &= tokens.article[first] == tokens.article[first[there]]
        near &= paragraph[first] - paragraph[last[there] - 1] <= paragraphs
        near &= tokens.sentence[first] - tokens.sentence[last[there] - 1] <= sentences
        near &= (voice == _DIRECT) | (paragraphs == 0)
        found = np.where(near, before, found)
    return np.where(shares >= 0, shares, found)


def _colons(
    tokens: Tokens,
    first: npt.NDArray[np.int64],
    voice: npt.NDArray[np.uint8],
    cue: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Take the colon that introduces a quotation for its cue where no word is one."""
    colon = tokens.type_id.get(":", -1)
    before = np.maximum(first - 1, 0)
    introduced = (voice == _DIRECT) & (cue < 0) & (first > 0) & (tokens.type[before] == colon)
    if len(first):
        introduced &= tokens.article[before] == tokens.article[first]
    return np.where(introduced, before, cue)


def _speakers(
    tokens: Tokens,
    reported: Reported | None,
    inside: npt.NDArray[np.int32],
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
    voice: npt.NDArray[np.uint8],
    cue: npt.NDArray[np.int64],
    shares: npt.NDArray[np.int64],
) -> Speakers:
    """Find who speaks in the spans of speech; nobody does in the others."""
    speech = np.flatnonzero((voice == _DIRECT) | (voice == _INDIRECT))
    place = np.full(len(voice) + 1, -1, np.int64)
    place[speech] = np.arange(len(speech))
    found = find_speakers(
        tokens,
        first=first[speech],
        last=last[speech],
        cue=cue[speech],
        direct=voice[speech] == _DIRECT,
        shares=place[shares[speech]],
        marked=inside >= 0,
        taken=(inside >= 0) if reported is None else (inside >= 0) | reported.inside,
        evidence=name_evidence(tokens) if reported is None else reported.source_score,
    )
    unknown = SPEAKER_KINDS.index("unknown")
    kind = np.full(len(voice), unknown, np.uint8)
    kind[speech] = found.kind
    text, name = (*found.text, None), (*found.name, None)
    at = place[:-1].tolist()
    return Speakers(tuple(text[i] for i in at), tuple(name[i] for i in at), kind)
