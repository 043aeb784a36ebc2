"""What stands between quotation marks: somebody's words, distance, or a name.

A small linear model over the surroundings of a marked span decides: the words that touch it, the
nearest cue of speech on either side and how far it is, punctuation inside the closing mark, title
case, length, whether the same words stand elsewhere in the article. All of it is arithmetic on
arrays with one item a span; nothing is computed in Python for each token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from framing.errors import ModelError
from framing.marks import MarkSpan
from framing.model_files import read_arrays
from framing.tokens import Tokens

__all__ = [
    "KINDS",
    "LAYOUT",
    "MarkedSpans",
    "QuoteModel",
    "Quotes",
    "Surroundings",
    "judge_quotes",
    "load_quote_model",
    "locate",
    "survey",
]

KINDS: Final = ("own", "direct", "scare", "mention")
"""What a marked span can be; a code in arrays is a position here."""

LAYOUT: Final = 2
"""The layout of the features; weights fitted to another are refused."""

WRONG_LAYOUT = (
    "{path}: weights for feature layout {found!r}, this version has {valid}; train them again "
    "with python -m benchmarks.train_quotes"
)
UNEVEN = "marks must have one list for each text: {texts} texts, {marks} lists of marks"

_OWN, _DIRECT, _SCARE, _MENTION = range(4)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float32]
Heads = tuple[npt.NDArray[Any], npt.NDArray[Any]]

# ---------------------------------------------------------------------------- kinds of words

_NAMES_NEXT, _WORD_NOUN, _WORK, _DISTANCE, _DETERMINER, _OWNED, _LINK, _SELF, _FUNCTION, _BE = (
    1 << i for i in range(10)
)
_CALLS, _VERBAL, _PERSON, _SIGN, _BROADCAST = (1 << i for i in range(10, 15))

_LISTS: Final[dict[int, str]] = {
    # What follows is a name: "a film titled", "nicknamed"
    _NAMES_NEXT: "titled entitled nicknamed headlined captioned subtitled codenamed codename "
    "dubbed named renamed aka alias spelled spelt click clicking",
    # What follows is a word as a word
    _WORD_NOUN: "word words term terms phrase phrases expression label labels name names nickname "
    "title moniker slogan hashtag motto acronym adjective noun verb pronoun prefix spelling "
    "euphemism synonym meaning catchphrase mantra buzzword tagline",
    _WORK: "film films movie movies book books novel novels song songs album albums show shows "
    "series sitcom programme program podcast documentary play musical memoir sketch ad ads "
    "commercial spot essay poem article column report episode anthem hit single tour magazine "
    "bestseller classic drama comedy game video website blog host hosts anchor author co-host "
    "moderator star painting ballad hymn opera exhibit exhibition sculpture",
    _DISTANCE: "so-called self-styled self-proclaimed self-described supposed supposedly alleged "
    "allegedly purported purportedly ostensible ostensibly pseudo mock quasi-",
    _DETERMINER: "a an the this that these those such some any no every each another all more "
    "many several few two three both",
    _OWNED: "his her its their our my your whose",
    _LINK: "and or nor but / & plus versus vs",
    _SELF: "i i'm i've i'd i'll we we're we've we'll we'd me us my our mine ours myself ourselves",
    _FUNCTION: "of to in on at for from by with as about into over under than after before "
    "against between during through without within among like",
    _BE: "is was are were be been being am it's that's he's she's they're isn't wasn't aren't "
    "weren't 's",
    _CALLS: "call calls called calling describe describes described describing label labels "
    "labeled labelled labeling brand brands branded branding dub dubs dubbed dubbing deem deems "
    "deemed deeming consider considered characterized characterised termed refers refer "
    "referred referring term terms",
    # Inside: a clause, and not a name or a noun
    _VERBAL: "is are was were be been has have had do does did will would can could should must "
    "may might don't doesn't didn't won't can't isn't aren't wasn't wouldn't couldn't shouldn't "
    "it's that's there's he's she's they're i'm we're you're let's not",
    _PERSON: "he she they you him them he'd she'd they'd you'd your",
    # Somebody's words, if on paper: what signs and crowds say is a quotation too
    _SIGN: "sign signs banner banners placard placards poster chant chants chanted chanting "
    "shirt shirts shouted shouting shouts cries sticker stickers",
    _BROADCAST: "cnn's nbc's abc's cbs' cbs's msnbc's fox fox's news' news's pbs's bbc's npr's "
    "channel's hbo's cnbc's",
}
_BITS: Final[dict[str, int]] = {}
for _bit, _text in _LISTS.items():
    for _word in _text.split():
        _BITS[_word] = _BITS.get(_word, 0) | _bit

_LENGTHS = np.array([0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 26])
_DISTANCES = np.array([1, 2, 3, 4, 6, 9, 14, 22])
_STRENGTHS = np.array([4, 10, 20, 40, 70], np.uint8)  # in hundredths
# A type is a cue from this share of its occurrences on
_CUE = 15
_REACH_AFTER = 14
_REACH_HEAD = 25
# Log odds of cue and source
_LEVELS = np.array([-4, -2.5, -1.5, -0.5, 0.5, 2])
_CUE_HEAD, _SOURCE_HEAD = 0, 1
_NO_SIGN = np.float32(-8)
# From this level on a token counts as a cue
_CUE_LEVEL = 3
_ECHO_WORDS = 6
_ECHOED = 4
_BAG = 6
_EDGE = np.uint64(0x2545F4914F6CDD1D)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def _mix(values: Codes) -> Codes:
    z = values * _GOLDEN
    z = (z ^ (z >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return z ^ (z >> np.uint64(32))


# ---------------------------------------------------------------------------- model


@dataclass(frozen=True)
class QuoteModel:
    """Weights of the features, and how often each word is a cue of speech.

    Attributes
    ----------
    weights : ndarray of int8, shape (2 ** bits, len(KINDS))
        The weight table, in units of `scale`.
    scale : float
        What one unit of a weight is worth.
    bias : ndarray of float32, shape (len(KINDS),)
        Added to every score.
    cue_hash : ndarray of uint64
        Hashes of the types that can be cues of speech or thought, sorted.
    cue_share : ndarray of uint8
        In hundredths, how many of a type's occurrences outside marks are cues.
    sha256 : str
        The hash of the saved weights; empty for a model that was not loaded.
    """

    weights: npt.NDArray[np.int8]
    scale: float
    bias: Floats
    cue_hash: Codes
    cue_share: npt.NDArray[np.uint8]
    sha256: str = ""


def load_quote_model(folder: str | Path | None = None) -> QuoteModel:
    """Load the weights.

    Parameters
    ----------
    folder : path, optional
        Where ``python -m benchmarks.train_quotes`` wrote; by default what came with the package.

    Returns
    -------
    QuoteModel
        The model.

    Raises
    ------
    ModelError
        If a file is missing, damaged, changed since it was saved, or of another layout.
    """
    return _bundled() if folder is None else _load(Path(folder))


@cache
def _bundled() -> QuoteModel:
    return _load(Path(__file__).resolve().parent / "models" / "quotes")


def _load(folder: Path) -> QuoteModel:
    arrays, card = read_arrays(folder)
    if card.get("layout") != LAYOUT:
        raise ModelError(WRONG_LAYOUT.format(path=folder, found=card.get("layout"), valid=LAYOUT))
    return QuoteModel(
        weights=arrays["weights"],
        scale=float(card["scale"]),
        bias=arrays["bias"],
        cue_hash=arrays["cue_hash"],
        cue_share=arrays["cue_share"],
        sha256=str(card["sha256"]),
    )


# ---------------------------------------------------------------------------- features


@dataclass(frozen=True)
class Surroundings:
    """Where the outermost marked spans of a batch stand and what surrounds them.

    Attributes
    ----------
    article, start, end : ndarray of int64, shape (n_spans,)
        The text of each span and its offsets there, marks included.
    mark : ndarray of int64, shape (n_spans,)
        Its position in its text's list of marks.
    first, last : ndarray of int64, shape (n_spans,)
        Its tokens, marks included: from `first` up to, not including, `last`.
    words : ndarray of int64, shape (n_spans,)
        Words in it.
    inside : ndarray of bool, shape (n_tokens,)
        Which tokens stand in a span.
    cue_before, cue_after : ndarray of int64, shape (n_spans,)
        The nearest cue of speech outside marks within reach on each side, a token, or -1.
    title : ndarray of bool, shape (n_spans,)
        Whether it is in title case.
    continues : ndarray of int64, shape (n_spans,)
        The span in the paragraph before that this one reopens, or -1.
    previous : ndarray of int64, shape (n_spans,)
        The span before it in the same paragraph or the one before, or -1.
    echoed : ndarray of int64, shape (n_spans,)
        A longer span in which the same words stand, or -1.
    names : tuple of str
        The group of each feature: what is named as the cue when the feature decides.
    codes : tuple of ndarray of uint64, shape (n_spans,)
        The features, hashed.
    """

    article: Ints
    start: Ints
    end: Ints
    mark: Ints
    first: Ints
    last: Ints
    words: Ints
    inside: Bools
    cue_before: Ints
    cue_after: Ints
    title: Bools
    continues: Ints
    previous: Ints
    echoed: Ints
    names: tuple[str, ...]
    codes: tuple[Codes, ...]

    def __len__(self) -> int:
        return len(self.article)

    def rows(self, bits: int) -> npt.NDArray[np.int64]:
        """Give the rows of a table of ``2 ** bits`` rows, shape (n_spans, n_features)."""
        if not self.codes:
            return np.zeros((len(self), 0), np.int64)
        return np.stack([(c >> np.uint64(64 - bits)).astype(np.int64) for c in self.codes], axis=1)


class _Features:
    """Collects hashed features under the names of their groups."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.codes: list[Codes] = []

    def add(self, group: str, name: str, *parts: npt.NDArray[Any]) -> None:
        code = np.full(len(parts[0]), crc32(name.encode()), np.uint64)
        for part in parts:
            code = _mix(code ^ part.astype(np.uint64))
        self.names.append(group)
        self.codes.append(code)


@dataclass(frozen=True)
class MarkedSpans:
    """The outermost marked spans of a batch that hold a word, over its tokens.

    Attributes
    ----------
    table : ndarray of int64, shape (9, n_spans)
        Text, offsets of the span, offsets of what is between its marks, position in its text's list
        of marks, position of the one that it continues, whether it is closed, whether its marks
        are single.
    first, last, inner, stop : ndarray of int64, shape (n_spans,)
        Its tokens with its marks and without: from `first` up to, not including, `last`; from
        `inner` up to, not including, `stop`.
    words : ndarray of int64, shape (n_spans,)
        Words in it.
    nested : ndarray of int64, shape (n_spans,)
        1 where another span stands in it.
    """

    table: Ints
    first: Ints
    last: Ints
    inner: Ints
    stop: Ints
    words: Ints
    nested: Ints

    def number(self, size: int) -> npt.NDArray[np.int32]:
        """Number each of `size` tokens by the span that it stands in, -1 outside marks."""
        result = np.full(size, -1, np.int32)
        length = self.last - self.first
        begin = np.cumsum(length) - length
        at = np.arange(int(length.sum())) + np.repeat(self.first - begin, length)
        result[at] = np.repeat(np.arange(len(length)), length)
        return result


def locate(tokens: Tokens, marks: Sequence[Sequence[MarkSpan]]) -> MarkedSpans:
    """Lay the outermost marked spans over the tokens.

    Parameters
    ----------
    tokens : Tokens
        The token table of a batch.
    marks : sequence of sequence of MarkSpan
        What `framing.marks.find_marks` gives for each text.

    Returns
    -------
    MarkedSpans
        One item a span, by text and place.

    Raises
    ------
    ValueError
        If there are not as many lists of marks as texts.
    """
    if len(marks) != len(tokens.texts):
        raise ValueError(UNEVEN.format(texts=len(tokens.texts), marks=len(marks)))
    rows = [
        (a, start, end, inner_start, inner_end, k, continues, closed, shape == "single")
        for a, spans in enumerate(marks)
        for k, (
            start,
            end,
            inner_start,
            inner_end,
            shape,
            depth,
            _,
            closed,
            continues,
        ) in enumerate(spans)
        if depth == 0
    ]
    table = np.array(rows, np.int64).reshape(len(rows), 9).T
    base = table[0] << 32
    key_start = (tokens.article.astype(np.int64) << 32) + tokens.start
    key_end = (tokens.article.astype(np.int64) << 32) + tokens.end
    first = np.searchsorted(key_end, base + table[1], "right")
    last = np.searchsorted(key_start, base + table[2], "left")
    inner = np.searchsorted(key_end, base + table[3], "right")
    stop = np.searchsorted(key_start, base + table[4], "left")
    counted = np.zeros(len(tokens) + 1, np.int64)
    np.cumsum(tokens.word, out=counted[1:])
    words = counted[stop] - counted[np.minimum(inner, stop)]
    kept = words > 0
    nested = np.zeros(len(rows), np.int64)
    if rows:
        place = {(r[0], r[5]): i for i, r in enumerate(rows)}
        for a, m in [(a, m) for a, spans in enumerate(marks) for m in spans if m.depth == 1]:
            nested[place[a, m.parent]] = 1
    return MarkedSpans(*(x[..., kept] for x in (table, first, last, inner, stop, words, nested)))


def survey(
    tokens: Tokens,
    spans: MarkedSpans,
    *,
    cue_hash: Codes,
    cue_share: npt.NDArray[np.uint8],
    heads: Heads | None = None,
) -> Surroundings:
    """Look at the surroundings of every outermost marked span that holds a word.

    Parameters
    ----------
    tokens : Tokens
        The token table of a batch.
    spans : MarkedSpans
        What `locate` gives.
    cue_hash, cue_share : ndarray
        As in `QuoteModel`.
    heads : (ndarray, ndarray), optional
        For each token the log odds that it belongs to a cue, and to a source, of speech.

    Returns
    -------
    Surroundings
        One item a span, by text and place.
    """
    continues = _positions(spans.table[0], spans.table[5], spans.table[6])
    view = _View(tokens, spans, cue_hash, cue_share)
    return _features(view, spans.table, spans.words, spans.nested, continues, heads)


def _positions(article: Ints, mark: Ints, wanted: Ints) -> Ints:
    """Turn positions in each text's list of marks into positions among the spans kept."""
    key = (article << 32) + mark
    want = (article << 32) + wanted
    at = np.minimum(np.searchsorted(key, want), max(len(key) - 1, 0))
    return np.where((wanted >= 0) & (key[at] == want), at, -1) if len(key) else wanted


class _View:
    """A batch as arrays over tokens, with what can be asked of a token or of a type."""

    def __init__(
        self,
        tokens: Tokens,
        spans: MarkedSpans,
        cue_hash: Codes,
        cue_share: npt.NDArray[np.uint8],
    ) -> None:
        self.tokens = tokens
        self.first, self.last, self.inner, self.stop = (
            spans.first,
            spans.last,
            spans.inner,
            spans.stop,
        )
        self.inside = spans.number(len(tokens)) >= 0
        self.share = np.zeros(len(tokens.types), np.uint8)
        if len(cue_hash) and len(tokens.types):
            at = np.minimum(np.searchsorted(cue_hash, tokens.type_hash), len(cue_hash) - 1)
            self.share = np.where(cue_hash[at] == tokens.type_hash, cue_share[at], 0).astype(
                np.uint8
            )
        self.bits = np.zeros(len(tokens.types), np.int64)
        ids = tokens.type_id
        for word, bits in _BITS.items():
            if word in ids:
                self.bits[ids[word]] = bits
        self.paragraph = np.cumsum(tokens.newlines > 0)
        # One past the last token, for what lies outside the batch or the text.
        self._type = np.append(tokens.type, -1)
        self._article = np.append(tokens.article, -1)

    def at(self, where: Ints, article: Ints) -> Ints:
        """Give the tokens themselves, or -1 for those of another text."""
        safe = np.clip(where, -1, len(self.tokens))
        safe = np.where(safe < 0, len(self.tokens), safe)
        return np.where(self._article[safe] == article, safe, -1)

    def word(self, where: Ints) -> Codes:
        """Hash of the type of each token, the edge's for -1."""
        return self.by_type(self.tokens.type_hash, where, _EDGE)

    def by_type(self, table: npt.NDArray[Any], where: Ints, missing: Any) -> npt.NDArray[Any]:
        """Look a type's value up for each token; `missing` for -1."""
        if not len(table):
            return np.full(len(where), missing, table.dtype)
        found: npt.NDArray[Any] = np.where(
            where >= 0, table[self._type[where]], table.dtype.type(missing)
        )
        return found

    def ending(self, where: Ints) -> Codes:
        """Hash of the last three letters of each token; 0 for -1."""
        return self._asked(lambda t: crc32(t[-3:].encode("utf-8", "surrogatepass")), where)

    def plural(self, where: Ints) -> Codes:
        """1 for tokens that look like plurals."""
        return self._asked(lambda t: t[-1] == "s" and t[-2:] not in ("ss", "us", "'s"), where)

    def owner(self, where: Ints) -> Codes:
        """1 for possessives."""
        return self._asked(lambda t: t[-2:] in ("'s", "s'"), where)

    def _asked(self, ask: Callable[[str], int], where: Ints) -> Codes:
        """Ask something of the types of some tokens, once a type; 0 for -1."""
        distinct, inverse = np.unique(self._type[where], return_inverse=True)
        types = self.tokens.types
        found = np.array([0 if t < 0 else ask(types[t]) for t in distinct], np.uint64)
        return np.where(where >= 0, found[inverse], np.uint64(0))

    def by_token(self, table: npt.NDArray[Any], where: Ints, missing: Any) -> npt.NDArray[Any]:
        """Look a token's value up; `missing` for -1."""
        if not len(table):
            return np.full(len(where), missing, table.dtype)
        return np.where(where >= 0, table[where], table.dtype.type(missing))


def _bucket(values: npt.NDArray[Any], edges: npt.NDArray[Any]) -> Ints:
    return np.searchsorted(edges, values, "right").astype(np.int64)


def _features(
    view: _View,
    table: Ints,
    words: Ints,
    nested: Ints,
    continues: Ints,
    heads: Heads | None,
) -> Surroundings:
    tokens, first, last = view.tokens, view.first, view.last
    inner, stop = view.inner, view.stop
    article, n = table[0], len(table[0])
    found = _Features()
    add = found.add
    length = _bucket(words, _LENGTHS)

    def type_of(name: str, default: int = -1) -> int:
        return tokens.type_id.get(name, default)

    # ------------------------------------------------------------ what touches the span
    before = [view.at(first - k, article) for k in (1, 2, 3)]
    after = [view.at(last + k, article) for k in (0, 1, 2)]
    sentence = tokens.sentence
    s_first = sentence[first]
    # A word of the sentence before does not touch the span.
    same = [(b >= 0) & (view.by_token(sentence, b, -1) == s_first) for b in before]
    before_in = [np.where(s, b, -1) for s, b in zip(same, before, strict=True)]
    s_last = sentence[last - 1]
    gap_after = view.by_token(tokens.newlines, after[0], 2)
    same_after = [
        np.where((a >= 0) & (view.by_token(sentence, a, -1) == s_last), a, -1) for a in after
    ]
    word_before = [view.word(b) for b in before_in]
    word_after = [view.word(a) for a in same_after]
    bits_before = [view.by_type(view.bits, b, 0) for b in before_in]
    bits_after = [view.by_type(view.bits, a, 0) for a in same_after]
    share_before = [_bucket(view.by_type(view.share, b, 0), _STRENGTHS) for b in before_in]
    shape_before = [_shape(view, b) for b in before_in]
    shape_after = [_shape(view, a) for a in same_after]

    short = np.minimum(length, 7) // 2
    add("before", "b1", word_before[0])
    add("before", "b1 short", word_before[0], words <= 5)
    add("before", "b2", word_before[1])
    add("before", "b2b1", word_before[1], word_before[0])
    add("before", "b1 bits", bits_before[0], short)
    add("before", "b1 shape", shape_before[0], share_before[0], short)
    add("before", "b1 ending", view.ending(before_in[0]))
    add("before", "b2 bits", bits_before[1], bits_before[0])
    add("before", "b2 shape", shape_before[1], shape_before[0])
    add("after", "a1", word_after[0])
    add("after", "a2", word_after[1])
    add("after", "a1 bits", bits_after[0], shape_after[0], short)
    add("after", "a1 ending", view.ending(same_after[0]), shape_after[0])
    add("after", "b1 a1", bits_before[0], shape_before[0], bits_after[0], shape_after[0])
    named = np.zeros(n, np.int64)
    for bits in (*bits_before, bits_after[0], bits_after[1]):
        named |= bits & (_NAMES_NEXT | _WORD_NOUN | _WORK | _DISTANCE | _CALLS | _SIGN | _BROADCAST)
    add("naming", "named", named, words <= 6)
    for step in range(3):
        add(
            "naming",
            f"kind {step}",
            bits_before[step] & (_NAMES_NEXT | _WORD_NOUN | _WORK | _CALLS),
        )
    add("distance", "distance", bits_before[0] & _DISTANCE, bits_before[1] & _DISTANCE)

    # ------------------------------------------------------------ inside
    i_first = np.minimum(inner, stop - 1)
    i_last = stop - 1
    last_word = np.where(tokens.word[i_last], i_last, np.maximum(i_last - 1, i_first))
    closing = np.where(tokens.word[i_last], np.uint64(0), view.word(i_last))
    capitals = np.zeros(len(tokens) + 1, np.int32)
    np.cumsum(tokens.capital, out=capitals[1:])
    content = np.zeros(len(tokens) + 1, np.int32)
    by_type = np.fromiter(map(len, tokens.types), np.int64, len(tokens.types)) > 3
    few_letters = np.flatnonzero(~by_type)
    by_type[few_letters] = [tokens.types[t][0].isdigit() for t in few_letters.tolist()]
    big = tokens.word & by_type[tokens.type] if len(tokens.types) else tokens.word
    np.cumsum(big, out=content[1:])
    low = np.zeros(len(tokens) + 1, np.int32)
    np.cumsum(big & ~tokens.capital, out=low[1:])
    shouts = np.zeros(len(tokens) + 1, np.int32)
    np.cumsum(tokens.shout, out=shouts[1:])
    number_low = low[stop] - low[i_first]
    number_content = content[stop] - content[i_first]
    number_capital = capitals[stop] - capitals[i_first]
    number_shout = shouts[stop] - shouts[i_first]
    opens_big = tokens.capital[i_first]
    title = (number_low == 0) & opens_big & (number_capital > 0) & (number_shout < words)
    title_phrase = title & (words > 1)
    case = (
        opens_big.astype(np.int64)
        + 2 * (number_low == 0)
        + 4 * (number_capital == 0)
        + 8 * (number_shout == words)
        + 16 * (number_content > 1)
    )
    masks = np.zeros((2, len(tokens) + 1), np.int32)
    token_bits = view.bits[tokens.type] if len(tokens.types) else np.zeros(0, np.int64)
    np.cumsum((token_bits & (_SELF | _PERSON)) > 0, out=masks[0, 1:])
    np.cumsum((token_bits & _VERBAL) > 0, out=masks[1, 1:])
    speaks = masks[0][stop] - masks[0][i_first] > 0
    clause = masks[1][stop] - masks[1][i_first] > 0
    add("marks", "length", length)
    add("marks", "words", np.minimum(words, 6), closing)
    add("marks", "closing", closing)
    add("marks", "whole", closing, opens_big, length > 2)
    add("title case", "case", case)
    add("title case", "case length", case, np.minimum(words, 6))
    add("title case", "case before", case, bits_before[0], shape_before[0])
    add("title case", "case after", case, shape_after[0], bits_after[0])
    add("marks", "speaks", speaks, clause, words <= 5)
    add("marks", "inner first", view.word(i_first))
    add("marks", "inner last", view.word(last_word))
    add("marks", "inner ending", view.ending(last_word), words == 1)
    add("marks", "inner first kind", view.by_type(view.bits, i_first, 0), opens_big, words == 1)
    for step in range(_BAG):
        place = i_first + step
        add("marks", "bag", np.where(place < stop, view.word(np.minimum(place, i_last)), _EDGE))
    add("marks", "form", table[7], table[8], nested, words <= 5)
    add("continues", "continues", continues >= 0)

    # ------------------------------------------------------------ cues of speech
    share = view.share[tokens.type] if len(tokens.types) else np.zeros(0, np.uint8)
    cues = np.flatnonzero((share >= _CUE) & ~view.inside)
    k = np.searchsorted(cues, first)
    cues_padded = np.append(cues, -1)  # index -1 gives "none" on the left, len(cues) on the right
    left = cues_padded[k - 1]
    left = np.where((left >= 0) & (sentence[left] == s_first), left, -1)
    second = np.where(k >= 2, cues_padded[np.maximum(k - 2, 0)], -1)
    second = np.where((left >= 0) & (second >= 0) & (sentence[second] == s_first), second, -1)
    right = cues_padded[np.minimum(k, len(cues))]
    ends = _ending_tokens(view)
    boundary = np.append(ends, len(tokens))[np.searchsorted(ends, last)]
    boundary = np.minimum(boundary, tokens.first_token[article + 1])
    # "...," he said; "...?" she asked; but after "... ." and its mark a new sentence begins
    stops = tokens.type[i_last] == type_of(".", -2)
    apart = view.by_token(sentence, view.at(last, article), -1) != s_last
    boundary = np.where(gap_after > 0, last, np.where(stops & apart, last, boundary))
    right = np.where(
        (right >= last) & (right < boundary) & (right - last < _REACH_AFTER), right, -1
    )
    paragraph = view.paragraph
    right = np.where(
        (right >= 0) & (paragraph[np.maximum(right, 0)] == paragraph[last - 1]), right, -1
    )
    share_left = _bucket(view.by_token(share, left, 0), _STRENGTHS)
    share_right = _bucket(view.by_token(share, right, 0), _STRENGTHS)
    far_left = np.where(left >= 0, _bucket(first - left, _DISTANCES), 15)
    far_right = np.where(right >= 0, _bucket(right - last + 1, _DISTANCES), 15)
    follows = view.word(np.where((left >= 0) & (left + 1 < first), left + 1, -1))
    that = np.flatnonzero(tokens.type == type_of("that", -2))
    between = _between(that, left, first)
    commas = _between(np.flatnonzero(tokens.type == type_of(",", -2)), left, first)
    wide = words <= 5
    add("cue before", "left", far_left, share_left, wide)
    add("cue before", "left far", far_left, wide)
    add("cue before", "left word", view.word(left))
    add("cue before", "left word near", view.word(left), np.minimum(far_left, 4))
    add("cue before", "left follows", follows, np.minimum(far_left, 4))
    add("cue before", "left path", share_left, between > 0, np.minimum(commas, 2), wide)
    add("cue before", "second", view.word(second))
    add("cue before", "left touching", share_left, far_left, bits_before[0], shape_before[0])
    add("cue after", "right", far_right, share_right, closing)
    add("cue after", "right far", far_right, word_after[0] == view.word(np.full(n, -1)), wide)
    add("cue after", "right word", view.word(right))
    add("cue both", "both", share_left > 0, share_right > 0, wide)
    add("cue both", "both case", share_left, share_right, case)

    # ------------------------------------------------------------ what the tagger says of them
    h_left, h_right = _likely_cues(view, heads, s_first, boundary)
    l_left, l_right = (_head_level(view, heads, _CUE_HEAD, at) for at in (h_left, h_right))
    near_left = np.where(h_left >= 0, _bucket(first - h_left, _DISTANCES), 15)
    near_right = np.where(h_right >= 0, _bucket(h_right - last + 1, _DISTANCES), 15)
    touching = _head_level(view, heads, _CUE_HEAD, before_in[0])
    sources = [
        _head_level(view, heads, _SOURCE_HEAD, at)
        for at in (before_in[0], before_in[1], same_after[0], same_after[1])
    ]
    add("cue before", "head left", l_left, near_left, wide)
    add("cue before", "head left level", l_left, wide)
    add("cue before", "head left word", view.word(h_left), l_left)
    add("cue before", "head left case", l_left, near_left, case)
    add("cue before", "head touching", touching, bits_before[0], shape_before[0])
    add("cue before", "head source", sources[0], sources[1], l_left)
    add("cue after", "head right", l_right, near_right, closing)
    add("cue after", "head right level", l_right, wide)
    add("cue after", "head right source", l_right, sources[2], sources[3], closing)
    add("cue both", "head both", l_left, l_right, wide)
    add("cue both", "head both before", l_left, l_right, bits_before[0], shape_before[0])

    # ------------------------------------------------------------ place in the text
    starts_paragraph = tokens.newlines[first] > 0
    ends_paragraph = gap_after > 0
    starts_sentence = ~same[0]
    ends_sentence = same_after[0] < 0
    earlier_cue = cues_padded[k - 1]
    near_sentence = np.where(
        (earlier_cue >= 0)
        & (sentence[earlier_cue] >= s_first - 1)
        & (tokens.article[earlier_cue] == article),
        1,
        0,
    )
    number = paragraph[first] - paragraph[tokens.first_token[article]]
    add("marks", "place", starts_paragraph, ends_paragraph, starts_sentence, ends_sentence, wide)
    add("marks", "place closing", starts_sentence, ends_sentence, closing, wide)
    add("marks", "place case", starts_sentence, ends_sentence, case)
    add("marks", "headline", np.minimum(number, 2), wide)
    last_mark = view.by_token(tokens.type, before[0], -1) == type_of(":", -2)
    add("before", "colon", last_mark, starts_sentence, case)
    index = np.arange(n)
    neighbour = np.where((index > 0) & (np.roll(article, 1) == article), index - 1, -1)
    apart = np.where(neighbour >= 0, first - np.roll(last, 1), 99)
    paragraphs_apart = np.where(
        neighbour >= 0, paragraph[first] - paragraph[np.roll(last, 1) - 1] if n else 0, 9
    )
    previous = np.where(paragraphs_apart <= 1, neighbour, -1)
    previous_length = np.where(previous >= 0, np.roll(length, 1), -1)
    add("cue before", "earlier", near_sentence, starts_sentence, closing, wide)
    add(
        "neighbour",
        "previous",
        np.minimum(paragraphs_apart, 2),
        previous_length > 5,
        starts_sentence,
        wide,
    )
    joined = (bits_before[0] & _LINK > 0) | (apart <= 2)
    add("neighbour", "joined", joined & (apart <= 4), np.minimum(apart, 5), wide)
    before_case = np.where(neighbour >= 0, np.roll(case, 1), -1)
    add("neighbour", "joined case", joined & (apart <= 4), case, before_case)

    # ------------------------------------------------------------ the article
    size = len(tokens.texts)
    tokens_of = np.maximum(np.diff(tokens.first_token), 1)
    cues_of = np.bincount(tokens.article[cues], minlength=size) / tokens_of
    spans_of = np.bincount(article, minlength=size)
    long_of = np.bincount(article, weights=words > 7, minlength=size) / np.maximum(spans_of, 1)
    selves = np.flatnonzero((token_bits & _SELF > 0) & ~view.inside)
    self_of = np.bincount(tokens.article[selves], minlength=size) / tokens_of
    add("article", "cues", _bucket(cues_of[article], np.array([0.008, 0.016, 0.024, 0.034])), wide)
    add("article", "long", _bucket(long_of[article], np.array([0.1, 0.3, 0.5, 0.7])), wide)
    add("article", "self", _bucket(self_of[article], np.array([0.0005, 0.003, 0.01])), wide)
    repeated, elsewhere, echoed = _echoes(view, article, i_first, stop, words)
    add("echo", "echo", repeated, echoed >= 0, elsewhere)
    add("echo", "echo case", echoed >= 0, elsewhere > 0, title, wide)
    return Surroundings(
        article=article,
        start=table[1],
        end=table[2],
        mark=table[5],
        first=first,
        last=last,
        words=words,
        inside=view.inside,
        cue_before=_likelier(left, h_left, l_left),
        cue_after=_likelier(right, h_right, l_right),
        title=title_phrase,
        continues=continues,
        previous=previous,
        echoed=echoed,
        names=tuple(found.names),
        codes=tuple(found.codes),
    )


def _head_level(view: _View, heads: Heads | None, head: int, where: Ints) -> Ints:
    """Level of a head at some tokens, from 1; 0 for -1, in marks, and where there is no tagger."""
    if heads is None or not len(view.tokens):
        return np.zeros(len(where), np.int64)
    level = 1 + _bucket(np.fmax(heads[head][where], _NO_SIGN), _LEVELS)
    return np.where((where < 0) | view.inside[where], 0, level)


def _likely_cues(
    view: _View, heads: Heads | None, sentence: npt.NDArray[Any], boundary: Ints
) -> tuple[Ints, Ints]:
    """The likeliest cue of the sentence before each span, and of what follows it; or -1."""
    n = len(sentence)
    nowhere = np.full(n, -1, np.int64)
    if heads is None or not n:
        return nowhere, nowhere
    tokens = view.tokens
    strength = np.where(view.inside, _NO_SIGN, np.fmax(heads[_CUE_HEAD], _NO_SIGN))
    # ties go to the nearer one
    size = len(tokens)
    order = np.rint(strength * 8).astype(np.int64) << 32
    key = np.append(order + np.arange(size), np.iinfo(np.int64).min)
    begin = np.maximum(tokens.sentence_first_token[sentence], view.first - _REACH_HEAD)
    back = np.append(order - np.arange(size), np.iinfo(np.int64).min)
    end = np.minimum(np.minimum(boundary, view.last + _REACH_AFTER), size)
    left = np.where(begin < view.first, _highest(key, begin, view.first) & 0xFFFFFFFF, -1)
    right = np.where(view.last < end, -_highest(back, view.last, end) & 0xFFFFFFFF, -1)
    # a sentence of marks alone has no cue
    left = np.where((left >= 0) & ~view.inside[np.maximum(left, 0)], left, -1)
    right = np.where((right >= 0) & ~view.inside[np.maximum(right, 0)], right, -1)
    return left, right


def _highest(values: Ints, begin: Ints, end: Ints) -> Ints:
    """Give the highest value in each range; anything for an empty one."""
    high = np.maximum(end, begin)
    result: Ints = np.maximum.reduceat(values, np.stack([begin, high], axis=1).ravel())[::2]
    return result


def _likelier(listed: Ints, tagged: Ints, level: Ints) -> Ints:
    """The tagger's cue where it is one at all, else a word that often is one."""
    return np.where(level >= _CUE_LEVEL, tagged, np.where(level > 0, -1, listed))


def _shape(view: _View, where: Ints) -> Ints:
    """Capital, mark of punctuation, number, plural, possessive, and whether inside other marks."""
    tokens = view.tokens
    shape: Ints = (
        view.by_token(tokens.word, where, False)
        + 2 * view.by_token(tokens.capital, where, False)
        + 4 * view.plural(where).astype(np.int64)
        + 8 * view.owner(where).astype(np.int64)
        + 16 * view.by_token(view.inside, where, False)
        + 32 * (where < 0)
    ).astype(np.int64)
    return shape


def _ending_tokens(view: _View) -> Ints:
    """Tokens that a trailing cue cannot lie behind: ends of sentences, other marked spans."""
    tokens = view.tokens
    if not len(tokens):
        return np.zeros(0, np.int64)
    ids = [i for i in (tokens.type_id.get(t) for t in (";", "!", "?", ":")) if i is not None]
    ending = np.zeros(len(tokens.types), bool)
    ending[ids] = True
    # a full stop only where a sentence ends: "Rep. Kerr said"
    final = np.ones(len(tokens), bool)
    final[:-1] = tokens.sentence[1:] != tokens.sentence[:-1]
    stops = final & (tokens.type == tokens.type_id.get(".", -1))
    return np.flatnonzero(ending[tokens.type] | stops | view.inside)


def _between(places: Ints, left: Ints, right: Ints) -> Ints:
    """How many of the sorted places lie between the two tokens; 0 where there is no left one."""
    number = np.searchsorted(places, right) - np.searchsorted(places, left)
    return np.where(left >= 0, number, 0)


def _echoes(
    view: _View, article: Ints, i_first: Ints, stop: Ints, words: Ints
) -> tuple[Ints, Ints, Ints]:
    """Find the words of short spans elsewhere in their texts.

    Returns
    -------
    repeated, elsewhere : ndarray
        How often the same words stand in marks of their own, and outside marks; at most 2.
    echoed : ndarray
        A longer span that holds them, or -1.
    """
    tokens, n = view.tokens, len(article)
    repeated = np.zeros(n, np.int64)
    elsewhere = np.zeros(n, np.int64)
    echoed = np.full(n, -1, np.int64)
    hashes = tokens.type_hash
    # Trailing punctuation belongs to the sentence, not to the words.
    end = np.where(tokens.word[np.maximum(stop - 1, 0)], stop, np.maximum(stop - 1, i_first + 1))
    size = end - i_first
    for length in range(1, _ECHO_WORDS + 1):
        mine = np.flatnonzero((size == length) & (words > 0))
        if not len(mine):
            continue
        wanted = np.zeros(len(tokens.types), bool)
        wanted[tokens.type[i_first[mine]]] = True
        places = np.flatnonzero(wanted[tokens.type[: len(tokens) - length + 1]])

        def keys(at: Ints, length: int = length) -> Codes:
            key = tokens.article[at].astype(np.uint64)
            for k in range(length):
                key = _mix(key ^ hashes[tokens.type[at + k]])
            return key

        sought = keys(i_first[mine])
        distinct, group = np.unique(sought, return_inverse=True)
        there = keys(places)
        # most are told apart by sixteen bits
        known = np.zeros(1 << 16, bool)
        known[distinct >> np.uint64(48)] = True
        likely = known[there >> np.uint64(48)]
        places, there = places[likely], there[likely]
        slot = np.minimum(np.searchsorted(distinct, there), len(distinct) - 1)
        hit = distinct[slot] == there
        places, slot = places[hit], slot[hit]
        holder = np.searchsorted(view.first, places, "right") - 1
        held = (holder >= 0) & (places < view.last[np.maximum(holder, 0)])
        own = held & (size[np.maximum(holder, 0)] == length)
        longer = held & ~own & (words[np.maximum(holder, 0)] > words[mine[0]])
        same = np.bincount(slot[own], minlength=len(distinct))
        plain = np.bincount(slot[~held], minlength=len(distinct))
        first_holder = np.full(len(distinct), -1, np.int64)
        first_holder[slot[longer][::-1]] = holder[longer][::-1]
        repeated[mine] = np.minimum(same[group] - 1, 2)
        elsewhere[mine] = np.minimum(plain[group], 2)
        echoed[mine] = first_holder[group]
    return repeated, elsewhere, echoed


# ---------------------------------------------------------------------------- judging


@dataclass(frozen=True)
class Quotes:
    """What the outermost marked spans of a batch are.

    Spans without a word in them are left out.

    Attributes
    ----------
    article, start, end : ndarray of int64, shape (n_spans,)
        The text of each span and its offsets there, marks included; by text and place.
    mark : ndarray of int64, shape (n_spans,)
        Its position in its text's list of marks.
    first, last : ndarray of int64, shape (n_spans,)
        Its tokens in the batch: from `first` up to, not including, `last`.
    kind : ndarray of uint8, shape (n_spans,)
        What it is, as a position in `KINDS`.
    confidence : ndarray of float32, shape (n_spans,)
        The model's probability of `kind`.
    cue : tuple of str
        What decided: a word of the text as its type (``said``, ``so-called``), or ``title case``,
        ``echo``, ``continues``, ``marks`` (its own form, length and place).
    cue_token : ndarray of int64, shape (n_spans,)
        For direct spans the token of their verb or noun of speech, -1 where there is none.
    same_speaker : ndarray of int64, shape (n_spans,)
        For direct spans without a cue of their own the span whose speaker they share: the one
        that they continue, or a longer one that has the same words; -1 where none is.
    """

    article: Ints
    start: Ints
    end: Ints
    mark: Ints
    first: Ints
    last: Ints
    kind: npt.NDArray[np.uint8]
    confidence: Floats
    cue: tuple[str, ...]
    cue_token: Ints
    same_speaker: Ints

    def __len__(self) -> int:
        return len(self.article)


def judge_quotes(
    tokens: Tokens,
    spans: MarkedSpans,
    *,
    heads: Heads | None = None,
    model: QuoteModel | None = None,
) -> Quotes:
    """Decide what each outermost marked span is.

    Parameters
    ----------
    tokens : Tokens
        The token table of a batch.
    spans : MarkedSpans
        What `locate` gives.
    heads : (ndarray, ndarray), optional
        For each token the log odds that it belongs to a cue, and to a source, of speech: what the
        tagger of reported speech says; without it the words alone decide.
    model : QuoteModel, optional
        Weights; by default those that came with the package.

    Returns
    -------
    Quotes
        One item a span, by text and place. A span's judgement does not depend on what other texts
        are in the batch.

    Raises
    ------
    ModelError
        If the weights are missing or damaged.

    Examples
    --------
    >>> from framing.marks import find_marks
    >>> from framing.tokens import tokenize
    >>> text = "The ferry's owner called the new timetable “a farce.”"
    >>> tokens = tokenize([text])
    >>> quotes = judge_quotes(tokens, locate(tokens, [find_marks(text)]))
    >>> KINDS[quotes.kind[0]], quotes.cue[0]
    ('direct', 'called')
    """
    model = load_quote_model() if model is None else model
    seen = survey(tokens, spans, cue_hash=model.cue_hash, cue_share=model.cue_share, heads=heads)
    rows = seen.rows(int(model.weights.shape[0]).bit_length() - 1)
    # Small integers add up exactly, in any order.
    names = np.array(seen.names)
    groups = list(dict.fromkeys(seen.names))
    parts = np.zeros((len(groups), len(seen), len(KINDS)), np.int32)
    for g, name in enumerate(groups):
        for column in np.flatnonzero(names == name):
            parts[g] += np.take(model.weights, rows[:, column], axis=0)
    scores = parts.sum(axis=0).astype(np.float32) * np.float32(model.scale) + model.bias
    probability = np.exp(scores - scores.max(axis=1, keepdims=True))
    probability /= probability.sum(axis=1, keepdims=True)
    kind = probability.argmax(axis=1).astype(np.uint8)
    # what is reopened in the next paragraph, and what reopens it, is one quotation
    reopened = seen.continues >= 0
    kind[reopened] = _DIRECT
    kind[seen.continues[reopened]] = _DIRECT
    # words taken from a longer quotation further up are its speaker's still
    source = seen.echoed
    echo = (source >= 0) & (source < np.arange(len(seen))) & (seen.words[source] >= _ECHOED)
    kind[echo & (kind == _SCARE) & (kind[source] == _DIRECT)] = _DIRECT
    at = np.arange(len(seen))
    direct = kind == _DIRECT
    # A group speaks for a kind by how far it lifts it over the mean of the kinds.
    lift = parts[:, at, kind] * len(KINDS) - parts.sum(axis=2)
    token = _cue_tokens(seen, lift, groups, direct)
    return Quotes(
        article=seen.article,
        start=seen.start,
        end=seen.end,
        mark=seen.mark,
        first=seen.first,
        last=seen.last,
        kind=kind,
        confidence=probability[at, kind],
        cue=_cues(tokens, seen, lift, groups, kind, token),
        cue_token=token,
        same_speaker=_same_speaker(seen, direct, token),
    )


def _cue_tokens(
    seen: Surroundings, lift: npt.NDArray[Any], groups: list[str], direct: Bools
) -> Ints:
    """The verb or noun of speech of each direct span: the side that speaks for it more."""
    left = lift[groups.index("cue before")]
    right = lift[groups.index("cue after")]
    chosen = np.where(
        (seen.cue_after >= 0) & ((seen.cue_before < 0) | (right >= left)),
        seen.cue_after,
        seen.cue_before,
    )
    return np.where(direct & (seen.continues < 0), chosen, -1)


def _cues(
    tokens: Tokens,
    seen: Surroundings,
    lift: npt.NDArray[Any],
    groups: list[str],
    kind: npt.NDArray[np.uint8],
    token: Ints,
) -> tuple[str, ...]:
    """Name what decided, in the words of the text where a word did."""
    shown = ["before", "after", "naming", "distance", "title case", "echo", "marks"]
    best = lift[[groups.index(g) for g in shown]].argmax(axis=0)
    found: list[str] = []
    for i in range(len(seen)):
        cue = token[i]
        if cue >= 0:
            found.append(tokens.types[tokens.type[cue]])
            continue
        name = shown[best[i]]
        if seen.continues[i] >= 0 and kind[i] == _DIRECT:
            name = "continues"
        elif kind[i] == _DIRECT and seen.echoed[i] >= 0:
            name = "echo"
        elif kind[i] != _DIRECT:
            name = _word_cue(tokens, seen, i, int(kind[i])) or name
        if name == "title case" and not seen.title[i]:
            name = "marks"
        if name in ("before", "after", "naming", "distance"):
            name = _touching(tokens, seen, i, name == "after")
        found.append(name)
    return tuple(found)


def _word_cue(tokens: Tokens, seen: Surroundings, i: int, kind: int) -> str:
    """A word just before that names or distances, where there is one."""
    wanted = _DISTANCE if kind == _SCARE else _NAMES_NEXT | _WORD_NOUN | _WORK
    first = int(seen.first[i])
    for k in range(first - 1, max(first - 4, -1), -1):
        if tokens.sentence[k] != tokens.sentence[first] or seen.inside[k]:
            break
        word: str = tokens.types[tokens.type[k]]
        if _BITS.get(word, 0) & wanted:
            return word
    return ""


def _touching(tokens: Tokens, seen: Surroundings, i: int, after: bool) -> str:
    """The word that touches a span on one side; ``marks`` where none does."""
    k = int(seen.last[i] if after else seen.first[i] - 1)
    edge = int(seen.last[i] - 1 if after else seen.first[i])
    if 0 <= k < len(tokens) and tokens.sentence[k] == tokens.sentence[edge] and tokens.word[k]:
        word: str = tokens.types[tokens.type[k]]
        return word
    return "marks"


def _same_speaker(seen: Surroundings, direct: Bools, token: Ints) -> Ints:
    """The span that a direct span without a cue of its own shares its speaker with."""
    earlier = (seen.echoed >= 0) & (seen.echoed < np.arange(len(seen)))
    found = np.where(earlier & direct[seen.echoed], seen.echoed, -1)
    found = np.where(direct & (token < 0), found, -1)
    return np.where(direct & (seen.continues >= 0), seen.continues, found)
