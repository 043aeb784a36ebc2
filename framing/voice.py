"""Who is speaking at each place of a text: the outlet, somebody quoted, somebody reported.

Marks are decided by rules over what surrounds them; speech without marks by the cue words of
`cues`. Both write onto the token table, so that everything after can ask a token for its voice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from framing import cues
from framing.marks import MarkSpan, find_marks
from framing.tokens import Tokens, tokenize

__all__ = "VOICES VoiceSpan Voices assign_voices find_voices".split()

VOICES: Final = ("own", "direct", "indirect", "scare", "mention")
"""The voices; a voice's code in arrays is its position here."""

NOT_A_STRING = "find_voices takes one article as a str, found {kind}; for a list use score()"

_OWN, _DIRECT, _INDIRECT, _SCARE, _MENTION = range(5)
_LONG_QUOTE = 7
_SHORT_SCARE = 6
_REACH_BEFORE = 25
_REACH_AFTER = 14
_SPEAKER_WORDS = 12
_ALL_CUES = cues.VERBS | cues.TELLING | cues.NOUNS
_REPORTING = cues.VERBS | cues.TELLING | cues.THINKING
_STOPS = frozenset(
    (
        "and but or while because although though when as if that which after before "
        "since whether than so where until unless then also"
    ).split()
)
_BE = frozenset("is are was were be been being has have had will would may might could can".split())
_HEARERS = frozenset("me him her us them you reporters journalists lawmakers".split())
_PREPOSITIONS = frozenset("in on at by to from during with after before".split())
_DETERMINERS = frozenset("a an the his her its their this that these those my our of".split())
_NOT_A_SPEAKER = frozenset("there this that these those which what here now then not".split())


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
        The position in `spans` of the span that a token stands in, -1 in the outlet's own voice.
    article : tuple of int
        The text of each span.
    spans : tuple of VoiceSpan
        The spans that are not the outlet's own voice, by text and place.
    """

    code: npt.NDArray[np.uint8]
    span: npt.NDArray[np.int32]
    article: tuple[int, ...]
    spans: tuple[VoiceSpan, ...]


def find_voices(text: str) -> list[VoiceSpan]:
    """Say who is speaking at each place of an article.

    Parameters
    ----------
    text : str
        One article. Any string is valid, whatever it holds.

    Returns
    -------
    list of VoiceSpan
        Sorted, not overlapping, together covering the text exactly once; empty for an empty text.

    Raises
    ------
    TypeError
        If `text` is not a str.

    Examples
    --------
    >>> text = 'The mayor called it "a grave provocation". Crews cleared the brutal mess.'
    >>> for span in find_voices(text):
    ...     print(span.voice, repr(text[span.start:span.end]), span.speaker)
    own 'The mayor called it ' None
    direct '"a grave provocation"' The mayor
    own '. Crews cleared the brutal mess.' None
    """
    if not isinstance(text, str):
        raise TypeError(NOT_A_STRING.format(kind=type(text).__name__))
    spans: list[VoiceSpan] = []
    at = 0
    for span in assign_voices(tokenize([text])).spans:
        if span.start > at:
            spans.append(VoiceSpan(at, span.start, "own"))
        spans.append(span)
        at = span.end
    if at < len(text):
        spans.append(VoiceSpan(at, len(text), "own"))
    return spans


def assign_voices(tokens: Tokens) -> Voices:
    """Decide the voice of every token of a batch.

    Parameters
    ----------
    tokens : Tokens
        The token table.

    Returns
    -------
    Voices
        A code for each token and the spans behind them.
    """
    code = np.zeros(len(tokens), np.uint8)
    where = np.full(len(tokens), -1, np.int32)
    articles: list[int] = []
    spans: list[VoiceSpan] = []
    for article in range(len(tokens.texts)):
        first = int(tokens.first_token[article])
        last = int(tokens.first_token[article + 1])
        if first == last:
            continue
        reader = _Article(tokens, article)
        found = sorted(reader.marked(), key=lambda s: s.start)
        found = _merge(found, reader.reported(found))
        begins, ends = tokens.start[first:last], tokens.end[first:last]
        for span in found:
            a = first + int(np.searchsorted(ends, span.start, "right"))
            b = first + int(np.searchsorted(begins, span.end, "left"))
            code[a:b] = VOICES.index(span.voice)
            where[a:b] = len(spans)
            spans.append(span)
            articles.append(article)
    return Voices(code, where, tuple(articles), tuple(spans))


def _merge(marked: list[VoiceSpan], reported: list[VoiceSpan]) -> list[VoiceSpan]:
    """Cut reported spans around the marked ones: marks are the stronger evidence."""
    result = list(marked)
    for span in reported:
        at = span.start
        for inside in marked:
            if inside.end <= at or inside.start >= span.end:
                continue
            if inside.start > at:
                result.append(VoiceSpan(at, inside.start, span.voice, span.speaker, span.cue))
            at = max(at, inside.end)
        if at < span.end:
            result.append(VoiceSpan(at, span.end, span.voice, span.speaker, span.cue))
    return sorted(result, key=lambda s: s.start)


class _Article:
    """One article while its voices are decided: its tokens as plain lists."""

    def __init__(self, tokens: Tokens, article: int) -> None:
        first, last = int(tokens.first_token[article]), int(tokens.first_token[article + 1])
        self.text = tokens.texts[article]
        self.word = [tokens.types[i] for i in tokens.type[first:last]]
        self.is_word = tokens.word[first:last].tolist()
        self.capital = tokens.capital[first:last].tolist()
        self.start = tokens.start[first:last].tolist()
        self.end = tokens.end[first:last].tolist()
        self.sentence = tokens.sentence[first:last].tolist()
        self.paragraph = np.cumsum(tokens.newlines[first:last] > 0).tolist()
        # the number of the outermost mark span that a token stands in, marks included
        self.inside = [-1] * len(self.word)
        self.marks = [m for m in find_marks(self.text) if m.depth == 0]
        self.bounds = [self._bounds(i, m) for i, m in enumerate(self.marks)]

    def _bounds(self, number: int, mark: MarkSpan) -> tuple[int, int]:
        """Tokens of a marked span, marks included; they are noted in `inside`."""
        from bisect import bisect_left, bisect_right

        first = bisect_right(self.end, mark.start)
        last = bisect_left(self.start, mark.end)
        for i in range(first, last):
            self.inside[i] = number
        return first, last

    # ---------------------------------------------------------------- marked spans

    def marked(self) -> Iterator[VoiceSpan]:
        previous: VoiceSpan | None = None
        previous_end = -1
        for number, mark in enumerate(self.marks):
            first, last = self.bounds[number]
            if not any(self.is_word[first:last]):
                continue
            chain = mark.continues >= 0
            near = (
                previous
                if previous is not None
                and previous.voice == "direct"
                and self.paragraph[first] - self.paragraph[max(previous_end - 1, 0)] <= 1
                else None
            )
            voice, speaker, cue = self._judge(mark, first, last, near, chain)
            span = VoiceSpan(mark.start, mark.end, voice, speaker, cue)
            yield span
            previous, previous_end = span, last

    def _judge(
        self, mark: MarkSpan, first: int, last: int, near: VoiceSpan | None, chain: bool
    ) -> tuple[str, str | None, str | None]:
        words = sum(self.is_word[first:last])
        if chain and near is not None:
            return "direct", near.speaker, near.cue
        before = self._words_before(first, 3)
        if before and before[-1] in cues.DISTANCING:
            return "scare", None, before[-1]
        naming = next((w for w in reversed(before) if w in cues.NAMING), None)
        if naming and before[-1] == naming:
            return "mention", None, naming
        if before and before[-1] in cues.NAMING_NOUNS and words <= _LONG_QUOTE:
            return "mention", None, before[-1]
        after = self._cue_after(first, last)
        if after is not None:
            return "direct", after[1], after[0]
        ahead = self._cue_before(first)
        if ahead is not None:
            return "direct", ahead[1], ahead[0]
        if words > 1 and self._title_case(first, last):
            return "mention", None, "title case"
        inner = self.text[mark.inner_start : mark.inner_end].strip()
        whole = inner[:1].isupper() and inner[-1:] in ".!?,…—-"
        if whole or words >= _LONG_QUOTE:
            spoken = self._last_speaker(first)
            if spoken is None and near is not None:
                return "direct", near.speaker, near.cue
            return "direct", spoken, None
        if words <= _SHORT_SCARE:
            return "scare", None, "marks"
        return "direct", near.speaker if near else None, None

    def _words_before(self, first: int, count: int) -> list[str]:
        found = []
        for i in range(first - 1, max(first - 1 - count, -1), -1):
            if self.sentence[i] != self.sentence[first] or not self.is_word[i]:
                break
            found.append(self.word[i])
        return found[::-1]

    def _title_case(self, first: int, last: int) -> bool:
        at = [i for i in range(first, last) if self.is_word[i]]
        big = [i for i in at if len(self.word[i]) > 3 or i == at[0]]
        return (
            len(big) > 1
            and all(self.capital[i] for i in big)
            and not all(self.text[self.start[i] : self.end[i]].isupper() for i in big)
        )

    def _cue_after(self, first: int, last: int) -> tuple[str, str | None] | None:
        """*"...," X said* and *"...," said X*: the cue and its speaker."""
        n = len(self.word)
        if last >= n:
            return None
        closing = self.text[self.end[last - 2] - 1] if last - 2 >= first else ""
        comma = closing in ",?!—-…" or self.word[last] in (",", "–", "—", "--")
        same = self.sentence[last] == self.sentence[last - 1]
        i = last
        while i < n and not self.is_word[i] and self.inside[i] < 0 and i < last + 2:
            i += 1
        if i < n and self.word[i] == "according" and same:
            return "according to", self._noun_phrase(i + 2)
        if not comma or not (same or self.word[last - 1 : last] == ["?"]):
            return None
        for j in range(i, min(i + _REACH_AFTER, n)):
            if self.inside[j] >= 0 or self.sentence[j] != self.sentence[i]:
                return None
            if self.word[j] in cues.VERBS | cues.TELLING | cues.THINKING:
                if j == i and self.word[j].endswith("ing"):
                    return None  # "..., describing it as": the subject stands before the mark
                speaker = self._phrase(i, j) if j > i else None
                if j == i:
                    speaker = self._noun_phrase(j + 1)
                return self.word[j], speaker
            if self.word[j] in (";", ":", "."):
                return None
        return None

    def _cue_before(self, first: int) -> tuple[str, str | None] | None:
        """*X said that it was "..."*: the nearest cue to the left in the sentence."""
        for i in range(first - 1, max(first - 1 - _REACH_BEFORE, -1), -1):
            if self.sentence[i] != self.sentence[first]:
                # a paragraph or line that ends with a colon introduces what follows
                if self.word[i] == ":" and i == first - 1:
                    continue
                return None
            if self.inside[i] >= 0:
                continue
            word = self.word[i]
            if word in (";", "but"):
                return None
            if word in _ALL_CUES | cues.THINKING and not self._is_noun(i):
                if word == "according":
                    return "according to", self._noun_phrase(i + 2)
                return word, self._subject(i)
        return None

    def _is_noun(self, i: int) -> bool:
        """*the plan*, *his fear*: no verb here, and no cue unless it is a noun of speech."""
        determined = i > 0 and self.word[i - 1] in _DETERMINERS
        return determined and self.word[i] not in cues.NOUNS

    def _last_speaker(self, first: int) -> str | None:
        """The subject of the last cue of speech in this sentence or the one before."""
        for i in range(first - 1, -1, -1):
            if self.sentence[first] - self.sentence[i] > 1:
                return None
            if self.inside[i] < 0 and self.word[i] in cues.VERBS | cues.TELLING:
                return self._subject(i)
        return None

    # ---------------------------------------------------------------- speakers

    def _phrase(self, first: int, last: int) -> str | None:
        """The words from one token to another, trimmed, if they can name a speaker."""
        while last > first and (
            not self.is_word[last - 1] or self.word[last - 1] in _BE | {"also", "later", "then"}
        ):
            last -= 1
        while first < last and not self.is_word[first]:
            first += 1
        if first >= last or self.word[first] in _NOT_A_SPEAKER:
            return None
        return self.text[self.start[first] : self.end[last - 1]]

    def _noun_phrase(self, first: int) -> str | None:
        """The speaker that begins at a token: up to a mark, a verb of speech or a conjunction."""
        n = len(self.word)
        i = first
        while i < n and i - first < _SPEAKER_WORDS and self.sentence[i] == self.sentence[first]:
            if not self.is_word[i] or self.inside[i] >= 0 or self.word[i] in _STOPS | _BE:
                break
            if i > first and self.word[i] in _PREPOSITIONS:
                break
            i += 1
        return self._phrase(first, i) if i > first else None

    def _subject(self, cue: int) -> str | None:
        """The noun phrase to the left of a verb of speech, past a participle to the main one."""
        i = cue - 1
        while i >= 0 and self.word[i] in _BE | {"also", "later", "then", "not", "to", "repeatedly"}:
            i -= 1
        if self.word[cue].endswith("ing") and i >= 0 and not self.is_word[i]:
            return self._sentence_subject(cue)
        last = i + 1
        while i >= 0 and last - i <= _SPEAKER_WORDS and self.sentence[i] == self.sentence[cue]:
            if not self.is_word[i] or self.inside[i] >= 0 or self.word[i] in _STOPS:
                break
            i -= 1
        if i >= 0 and self.word[i] == "and" and last - (i + 1) == 0:
            return self._sentence_subject(cue)
        if i >= 0 and self.word[i] == "," and self.sentence[i] == self.sentence[cue]:
            # "Chang, an adviser, said": the apposition belongs to the name before it
            if last == i + 1:
                return self._sentence_subject(cue)
            words = self.word[i + 1 : last]
            if words and words[0] in {"a", "an", "the", "who", "whose"}:
                return self._sentence_subject(cue)
        found = self._phrase(i + 1, last)
        return found if found is not None else None

    def _sentence_subject(self, cue: int) -> str | None:
        first = cue
        while first > 0 and self.sentence[first - 1] == self.sentence[cue]:
            first -= 1
        while first < cue and self.inside[first] >= 0:
            first += 1
        while first < cue and (not self.is_word[first] or self.word[first] in _STOPS):
            first += 1
        if self.word[first] in _PREPOSITIONS:
            # "In a statement on Monday, Harrow condemned ..."
            comma = next((j for j in range(first, cue) if self.word[j] == ","), first - 1)
            first = comma + 1
        i = first
        while i < cue and self.is_word[i] and i - first < _SPEAKER_WORDS:
            verb = i > first and not self.capital[i] and self.word[i].endswith("ed")
            if self.word[i] in _BE | _STOPS | _REPORTING or verb:
                break
            i += 1
        return self._phrase(first, i)

    # ---------------------------------------------------------------- reported speech

    def reported(self, marked: Sequence[VoiceSpan]) -> list[VoiceSpan]:
        """Attributed speech and thought without marks, by the cue words."""
        found: list[VoiceSpan] = []
        for i, word in enumerate(self.word):
            if self.inside[i] >= 0 or self.start[i] < (found[-1].end if found else 0):
                continue
            if word == "according" and self.word[i + 1 : i + 2] == ["to"]:
                span = self._according(i)
            elif word in _REPORTING:
                span = self._content(i)
            elif word == "what":
                span = self._what_calls(i)
            else:
                continue
            if span is not None and span.start >= (found[-1].end if found else 0):
                found.append(span)
        return found

    def _sentence_range(self, i: int) -> tuple[int, int]:
        first = last = i
        while first > 0 and self.sentence[first - 1] == self.sentence[i]:
            first -= 1
        while last < len(self.word) and self.sentence[last] == self.sentence[i]:
            last += 1
        return first, last

    def _span(self, first: int, last: int, speaker: str | None, cue: str) -> VoiceSpan | None:
        while first < last and not self.is_word[first]:
            first += 1
        while last > first and not self.is_word[last - 1]:
            last -= 1
        if first >= last:
            return None
        return VoiceSpan(self.start[first], self.end[last - 1], "indirect", speaker, cue)

    def _according(self, i: int) -> VoiceSpan | None:
        first, last = self._sentence_range(i)
        speaker = self._noun_phrase(i + 2)
        if i - first > 2:
            return self._span(first, i, speaker, "according to")
        at = next((j for j in range(i + 2, last) if self.word[j] == ","), last)
        return self._span(at, last, speaker, "according to")

    def _what_calls(self, i: int) -> VoiceSpan | None:
        """*what Moscow calls a special operation*."""
        for j in range(i + 1, min(i + 8, len(self.word))):
            if self.sentence[j] != self.sentence[i] or not self.is_word[j]:
                return None
            if self.word[j] in {"call", "calls", "called", "describe", "describes", "described"}:
                end = j + 1
                while end < len(self.word) and end - j <= 6 and self.is_word[end]:
                    end += 1
                cue = f"what ... {self.word[j]}"
                return self._span(j + 1, end, self._phrase(i + 1, j), cue)
        return None

    def _content(self, i: int) -> VoiceSpan | None:
        word = self.word[i]
        first, last = self._sentence_range(i)
        at = i + 1
        following = self.word[at] if at < last else "."
        verb = word in cues.VERBS
        if i > first and self.word[i - 1] in _DETERMINERS:
            return None
        if i > first and self._closes_a_quotation(i - 1) and following != "that":
            return None  # "..." said X: the cue belongs to the quotation before it
        if following in {".", "?", "!"} or at >= last or (following == "," and verb):
            # "It will rain, he said."
            if not verb:
                return None
            comma = next((j for j in range(i - 1, first, -1) if self.word[j] == ","), None)
            if comma is None or i - comma > _REACH_AFTER or self._all_inside(first, comma):
                return None
            return self._span(first, comma, self._phrase(comma + 1, i), word)
        if word in cues.THINKING and following not in {"that", "it", "he", "she", "they"}:
            return None
        if word in cues.JUDGING and not word.startswith("accus"):
            return None
        if following == "to" and word in cues.VERBS and word not in {"said", "says", "say"}:
            return None
        that = next((j for j in range(at, min(at + 9, last)) if self.word[j] == "that"), None)
        if word in cues.TELLING and that is not None:
            at = that + 1
        elif word.startswith("accus"):
            of = next((j for j in range(at, min(at + 10, last)) if self.word[j] == "of"), None)
            if of is None:
                return None
            at = of + 1
        elif following == "that":
            at += 1
        elif word in cues.TELLING:
            # "told them the bill was dead": without "that", only a person of one word is sure
            if following not in _HEARERS:
                return None
            at += 1
        elif following in {",", ":"} and word not in {"said", "says", "say", "saying"}:
            return None
        if at >= last:
            return None
        return self._span(at, last, self._subject(i), word)

    def _closes_a_quotation(self, i: int) -> bool:
        if not self.is_word[i] and self.inside[i] < 0 and i > 0:
            i -= 1
        return self.inside[i] >= 0

    def _all_inside(self, first: int, last: int) -> bool:
        return all(self.inside[j] >= 0 or not self.is_word[j] for j in range(first, last))
