"""Who the speaker of each span is: the source's words as they stand, and whom they name.

The tagger of reported speech says how likely each word is to belong to a source; runs of such words
are the candidates, and the one that is likeliest and nearest to a span's cue is taken. A pronoun, a
surname, *the ministry* are then traced to the fullest name that the text gives. Where nothing fits,
the speaker stays unknown: taking the last one that spoke is wrong nine times in ten.

Everything is arithmetic on arrays with one item a token, a candidate or a span.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from framing.tokens import Tokens

__all__ = ["SPEAKER_KINDS", "Speakers", "find_speakers", "name_evidence"]

SPEAKER_KINDS: Final = ("named", "unnamed", "document", "unknown")
"""What a speaker is; a kind's code in arrays is its position here."""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]

_NAMED, _UNNAMED, _DOCUMENT, _UNKNOWN = range(4)

# Log odds from which a word can be part of a source, and from which a run of them can be one.
_LOW, _PEAK = -2.0, -1.75
# How many candidates are weighed on each side of a cue.
_SIDES = 3
# What a candidate must be worth with a cue, and without one.
_FLOOR, _FLOOR_BARE = -2.0, 0.0
# A run of evidence is a phrase of at most so many tokens.
_LONGEST = 14
# A pronoun's name is looked for in the last so many paragraphs.
_PARAGRAPHS = 4
_SUBJECT, _NAME = 6, 5
# A name that leads a sentence stands among its first tokens.
_LEADING_TOKENS = 4

_PRONOUN_HE = frozenset("he she him her".split())
_PRONOUN_IT = frozenset("it its".split())
_PRONOUN_OTHER = frozenset("they them i we you who which both others".split())
# Fitted by python -m benchmarks.train_speakers: log odds that a candidate is the annotated source.
BIAS: Final = 0.04
WEIGHTS: Final = np.array(
    [
        3.02,
        1.23,
        -0.03,
        -0.00,
        -0.35,
        -1.20,
        1.01,
        -0.31,
        -0.64,
        -0.86,
        -0.82,
        -1.01,
        0.51,
        0.14,
        0.27,
        0.06,
        1.89,
        -1.02,
        -0.68,
        -0.95,
        0.24,
        -0.12,
        -0.05,
        -0.60,
        0.89,
        -2.49,
        0.07,
        -0.39,
        3.70,
        1.68,
        1.09,
        0.46,
    ]
)

_PERSONAL = _PRONOUN_HE | _PRONOUN_IT | _PRONOUN_OTHER
_DETERMINERS = frozenset(
    "a an the his her its their our my this that these those some many several one two three "
    "four five six nine another other any both most few no".split()
)
_TITLES = frozenset(
    "mr mrs ms miss mx dr sir lord lady dame president vice prime minister chancellor premier "
    "king queen prince princess pope bishop archbishop cardinal rabbi imam reverend rev father "
    "sister senator sen senators sens congressman congresswoman representative rep reps governor "
    "gov mayor councilman councilwoman judge justice chief secretary attorney general gen colonel "
    "col captain capt lieutenant lt sergeant sgt major maj admiral adm commander cmdr officer "
    "sheriff deputy detective professor prof ambassador speaker leader majority minority director "
    "chairman chairwoman chair ceo spokesman spokeswoman spokesperson adviser advisor republican "
    "democrat democratic former then-president acting interim assistant undersecretary "
    "commissioner coach foreign defence defense press state u.s us american".split()
)
_ORGANISATION = frozenset(
    "house senate congress party committee commission council court ministry department office "
    "agency bureau association union university college school institute center centre group "
    "company corporation corp inc llc ltd bank police army navy force forces news times post "
    "journal herald press radio television tv cnn nbc abc cbs msnbc npr fox bbc reuters ap "
    "administration campaign government parliament cabinet board foundation society league "
    "network coalition alliance nations pentagon kremlin fbi cia nsa doj epa state states "
    "republicans democrats americans senators lawmakers voters korea china russia iran israel "
    "america britain france germany washington moscow beijing seoul tehran kremlin".split()
)
_DOCUMENTS = frozenset(
    "report reports statement statements letter letters poll polls survey surveys study studies "
    "document documents memo memos memorandum complaint complaints lawsuit lawsuits suit filing "
    "filings indictment affidavit sign signs banner placard email emails e-mail e-mails tweet "
    "tweets post posts book books leaflet pamphlet transcript transcripts analysis data figures "
    "statistics records record register map article articles editorial headline bulletin release "
    "website site law bill order ruling opinion decision treaty constitution note message "
    "messages text texts petition application papers paper chart table census audit review "
    "assessment estimate notice caption label sheets log diary manifesto platform resolution "
    "declaration guidelines rules policy warrant brief dossier file files ad ads".split()
)
_PARTICLES = frozenset("de la del van von der bin ibn al el da di".split())
# "Secretary of State Ada Kerr"
_PORTFOLIOS = frozenset(
    "state defense defence treasury interior labor labour health education energy commerce "
    "justice agriculture transportation security affairs finance trade".split()
)
_LINKS = frozenset("of by from in on at with for to about who whose which that near".split())
_LEADING = frozenset(
    "and but or that when while as if because so after before since although though then now "
    "also to by from of with according for in on at what how why where whether even yet "
    "like almost just only not never has have had was were is are be been will would".split()
)

# Before a subject, and between a subject and its verb.
_BARRIERS = frozenset(
    "what which that who whom whose there here this it's is are was were be been being not has "
    "have had do does did will would can could may might should must to into over under up down "
    "out off then again more than amid despite".split()
)
_AUXILIARIES = frozenset(
    "not never also has have had did does do was is were are been will would could may might "
    "must should again later then now still already repeatedly recently once often only".split()
)
# What a phrase that names a source does not end with, and what is none alone.
_TRAILING = frozenset(
    "earlier later long since ago also then once again soon yesterday today tonight tomorrow last "
    "next this week weeks month months year years night morning afternoon evening day days hour "
    "hours minutes early late monday tuesday wednesday thursday friday saturday sunday still now "
    "even just already previously himself herself themselves and or but as that which than if for "
    "at of in on to with by from about after before during between over under into near like the a "
    "an had has have was were is are be been will would could can may might must should did does "
    "do not never".split()
)
_EMPTY = _TRAILING | frozenset(
    "no yes clear able sure likely interesting interested male female amid amidst perhaps maybe "
    "instead however meanwhile later first second third having being asked given whether while "
    "january february march april may june july august september october november december what "
    "how why where when here there it's that's there's let's within otherwise sometimes well often "
    "taken".split()
)
_CALENDAR = frozenset(
    "january february march april may june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday".split()
)
# Words that end like an adverb and are none.
_NOUNS_IN_LY = frozenset("family ally assembly anomaly monopoly bully supply reply".split())
_NOUNS_IN_ING = frozenset("king being building hearing filing ruling finding meeting".split())
# Small words that are a source without an article, beside plurals.
_BARE = frozenset(
    "police people media everyone anyone someone somebody nobody everybody none many several most "
    "some few half all both one two three congress parliament government management staff counsel "
    "prosecution defence defense nato two-thirds three-quarters majorities".split()
)
# Lines that a page puts between paragraphs are made of these.
_FURNITURE = frozenset(
    "story continued continues continue below advertisement advertisements photo photos image "
    "images copyright caption video watch live related more read reading getty via media sign up "
    "newsletter main article the hide share this on subscribe click here for to".split()
)
_FURNITURE_WORDS = 6
_CONTRACTIONS = ("'s", "'ve", "'d", "'ll", "'re", "'m")
_CONTRACTED = re.compile("'(?:s|ve|d|ll|re|m)$")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ENDINGS = re.compile("(?:'s|'ve|'d|'ll|'re|'m|(?<=s)')$")


@dataclass(frozen=True)
class Speakers:
    """The speakers of some spans.

    Attributes
    ----------
    text : tuple of (str or None)
        The source's words as they stand; None where none was found.
    name : tuple of (str or None)
        The fullest name or description that the text gives for it; None for a pronoun that could
        not be traced.
    kind : ndarray of uint8, shape (n_spans,)
        What the speaker is, as a position in `SPEAKER_KINDS`.
    """

    text: tuple[str | None, ...]
    name: tuple[str | None, ...]
    kind: npt.NDArray[np.uint8]


def name_evidence(tokens: Tokens) -> Floats:
    """Stand in for the tagger where it is not used: names and personal pronouns may be sources.

    Parameters
    ----------
    tokens : Tokens
        The token table.

    Returns
    -------
    ndarray of float32, shape (n_tokens,)
        On the scale of log odds.
    """
    kinds = _Kinds(tokens)
    pronoun = kinds.personal[tokens.type] if len(tokens) else np.zeros(0, bool)
    result = np.where(tokens.capital | pronoun, 1.0, -8.0).astype(np.float32)
    if len(tokens):
        # "the ministry said": a determiner and what stands between it and a name or the cue
        result[kinds.determiner[tokens.type]] = 0.0
        after = np.zeros(len(tokens), bool)
        after[1:] = kinds.determiner[tokens.type[:-1]]
        result[after & tokens.word] = 0.5
        starts = np.zeros(len(tokens), bool)
        starts[tokens.sentence_first_token[:-1]] = True
        result[starts & ~pronoun & kinds.leading[tokens.type]] = -8.0
    return result


class _Kinds:
    """What a word is, once a type."""

    def __init__(self, tokens: Tokens) -> None:
        types = tokens.types

        def among(words: frozenset[str]) -> Bools:
            result = np.zeros(len(types), bool)
            ids = tokens.type_id
            result[[ids[w] for w in words if w in ids]] = True
            return result

        self.he = among(_PRONOUN_HE | {p + end for p in _PRONOUN_HE for end in _CONTRACTIONS})
        self.it = among(_PRONOUN_IT | {p + end for p in _PRONOUN_IT for end in _CONTRACTIONS})
        self.personal = among(
            _PERSONAL | {word + end for word in _PERSONAL for end in _CONTRACTIONS}
        )
        self.determiner = among(_DETERMINERS)
        self.title = among(_TITLES)
        self.organisation = among(_ORGANISATION)
        self.document = among(_DOCUMENTS)
        self.particle = among(_PARTICLES)
        self.portfolio = among(_PORTFOLIOS)
        self.link = among(_LINKS)
        self.leading = among(_LEADING)
        self.comma = among(frozenset([","]))
        self.be = among(frozenset("is are was were be been being".split()))
        self.barrier = self.leading | among(_BARRIERS)
        self.auxiliary = among(_AUXILIARIES)
        self.by, self.of, self.to = (among(frozenset([w])) for w in ("by", "of", "to"))
        self.according = among(frozenset(["according"]))
        self.place = among(frozenset("in on at from with for about as after during".split()))
        self.dash = among(frozenset(["-", "–", "—", "(", ")", ";", ":"]))
        self.stop, self.the, self.at = (among(frozenset([w])) for w in (".", "the", "@"))
        self.calendar, self.furniture = among(_CALENDAR), among(_FURNITURE)
        self.trailing, self.letter = among(_TRAILING), among(frozenset(_LETTERS))
        self._types = types
        self._asked: dict[Callable[[str], bool], tuple[Bools, Bools]] = {}

    def ask(self, question: Callable[[str], bool], of: npt.NDArray[Any]) -> Bools:
        """Ask something of the types of some tokens, once a type."""
        size = len(self._types)
        known, answers = self._asked.setdefault(
            question, (np.zeros(size, bool), np.zeros(size, bool))
        )
        new = np.zeros(size, bool)
        new[of] = True
        asked = np.flatnonzero(new & ~known)
        answers[asked] = [question(self._types[t]) for t in asked.tolist()]
        known[asked] = True
        return np.asarray(answers[of], np.bool_)


def _hangs(word: str) -> bool:
    """Tell adverbs: *cheerfully*."""
    return word[-2:] == "ly" and len(word) > 4 and word not in _NOUNS_IN_LY


def _names_nobody(word: str) -> bool:
    """Tell what is no source alone: *having*, *mostly*, *2015*."""
    if word in _EMPTY or _hangs(word):
        return True
    return (word[-3:] == "ing" and word not in _NOUNS_IN_ING) or (
        len(word) == 4 and word[0] in "12" and word.isdigit()
    )


def _stands_bare(word: str) -> bool:
    """Tell what may be a source without an article: plurals, pronouns, *police*, *55* per cent."""
    if word in _BARE or word[-3:] == "men" or word[0].isdigit():
        return True
    plural = word[-1] == "s" and word[-2:] not in ("ss", "us", "'s")
    return plural or _CONTRACTED.sub("", word) in _PERSONAL


def _ends_in_s(word: str) -> bool:
    return word[-1] == "s"


def _is_aged(word: str) -> bool:
    return word.endswith("-year-old")


def find_speakers(
    tokens: Tokens,
    *,
    first: Ints,
    last: Ints,
    cue: Ints,
    direct: Bools,
    shares: Ints,
    taken: Bools,
    marked: Bools,
    evidence: npt.NDArray[Any],
) -> Speakers:
    """Find the speaker of each span of speech.

    Parameters
    ----------
    tokens : Tokens
        The token table.
    first, last : ndarray of int, shape (n_spans,)
        Tokens of each span, `last` not included; sorted, not overlapping.
    cue : ndarray of int, shape (n_spans,)
        The token that is each span's cue; -1 where none is.
    direct : ndarray of bool, shape (n_spans,)
        Which spans stand in marks.
    shares : ndarray of int, shape (n_spans,)
        The span whose speaker a span without a speaker of its own shares; -1 where none is.
    taken : ndarray of bool, shape (n_tokens,)
        Words that cannot be a source: those in marks or in reported speech.
    marked : ndarray of bool, shape (n_tokens,)
        Words in marks.
    evidence : ndarray of float, shape (n_tokens,)
        Log odds that a word belongs to a source.

    Returns
    -------
    Speakers
        One item a span.
    """
    n = len(first)
    if n == 0 or not len(tokens):
        return Speakers((None,) * n, (None,) * n, np.full(n, _UNKNOWN, np.uint8))
    runs = find_candidates(tokens, taken=taken, marked=marked, evidence=evidence)
    chosen = _choose(tokens, runs, first, last, cue)
    low, high = np.append(runs.first, -1)[chosen], np.append(runs.last, -1)[chosen]
    low, high = _beside_cue(tokens, runs.kinds, taken, cue, low, high)
    low, high = _agents(tokens, runs.kinds, cue, low, high)
    low, high = _signed(tokens, runs.kinds, taken, last, direct, low, high)
    low, high = _follow(low, high, shares)
    low, high = _before(tokens, runs, first, direct, low, high)
    low, high = _tidy(tokens, runs.kinds, low, high)
    # what shares its speaker with one of those
    low, high = _follow(low, high, shares)
    return _resolve(tokens, runs.kinds, low, high)


# ---------------------------------------------------------------------------- candidates


@dataclass(frozen=True)
class Candidates:
    """Phrases that may be sources.

    Attributes
    ----------
    first, last : ndarray of int64, shape (n_candidates,)
        Tokens of each, `last` not included; sorted.
    peak : ndarray of float64, shape (n_candidates,)
        The log odds of its likeliest word.
    capitals, marks : ndarray of int64, shape (n_tokens + 1,)
        How many words with a capital, and tokens in marks, stand before each token.
    """

    first: Ints
    last: Ints
    peak: npt.NDArray[np.float64]
    capitals: Ints
    marks: Ints
    kinds: _Kinds


def find_candidates(
    tokens: Tokens, *, taken: Bools, marked: Bools, evidence: npt.NDArray[Any]
) -> Candidates:
    """Runs of words that may be a source, cut to the phrase that names it."""
    n = len(tokens)
    kinds = _Kinds(tokens)
    capitals, marks = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    np.cumsum(tokens.capital & tokens.word, out=capitals[1:])
    np.cumsum(marked, out=marks[1:])
    strength = np.where(np.isnan(evidence), -8.0, evidence)
    good = (strength > _LOW) & ~taken & ~_furniture(tokens, kinds)
    same = np.zeros(n, bool)
    same[1:] = tokens.sentence[1:] == tokens.sentence[:-1]
    begins = good.copy()
    begins[1:] &= ~(good[:-1] & same[1:])
    ends = good.copy()
    ends[:-1] &= ~(good[1:] & same[1:])
    first, last = np.flatnonzero(begins), np.flatnonzero(ends) + 1
    if not len(first):
        return Candidates(first, last, np.zeros(0), capitals, marks, kinds)
    # A name goes on past the words that are sure: "Mr. Hallin", "Anna van der Brill"
    for _ in range(3):
        before = np.maximum(first - 1, 0)
        grows = (first > 0) & same[first] & ~taken[before] & ~good[before]
        grows &= tokens.capital[before] & tokens.capital[first] & tokens.word[before]
        grows |= (first > 0) & same[first] & ~taken[before] & kinds.determiner[tokens.type[before]]
        first = np.where(grows, before, first)
        after = np.minimum(last, n - 1)
        grows = (last < n) & same[after] & ~taken[after] & ~good[after]
        grows &= tokens.capital[after] & tokens.capital[last - 1] & tokens.word[after]
        last = np.where(grows, last + 1, last)
    type_ = tokens.type
    for _ in range(3):
        drop = (last - first > 1) & (~tokens.word[first] | (kinds.leading[type_[first]]))
        first = np.where(drop, first + 1, first)
        drop = (last - first > 1) & ~tokens.word[last - 1]
        last = np.where(drop, last - 1, last)
    keep = tokens.word[first]
    first, last = first[keep], last[keep]
    first, last = _one_source(tokens, kinds, first, last)
    last = np.minimum(last, first + _LONGEST)
    # "people familiar with the": one word more
    after = np.minimum(last, n - 1)
    cut = (last < n) & kinds.determiner[type_[last - 1]] & same[after] & tokens.word[after]
    last = np.where(cut & ~taken[after], last + 1, last)
    # a determiner or an "and" alone names nobody
    names = np.zeros(n + 1, np.int64)
    np.cumsum(tokens.word & ~(kinds.determiner | kinds.leading)[tokens.type], out=names[1:])
    keep = names[last] - names[first] > 0
    first, last = first[keep], last[keep]
    if not len(first):
        return Candidates(first, last, np.zeros(0), capitals, marks, kinds)
    peak = np.maximum.reduceat(np.append(strength, -8.0), np.stack([first, last], axis=1).ravel())[
        ::2
    ]
    sure = peak > _PEAK
    return Candidates(
        first[sure], last[sure], peak[sure].astype(np.float64), capitals, marks, kinds
    )


def _furniture(tokens: Tokens, kinds: _Kinds) -> Bools:
    """Tell the words of lines that a page puts between paragraphs: *Story Continued Below*."""
    result = np.zeros(len(tokens), bool)
    lines = np.flatnonzero(tokens.newlines > 0)
    size = np.diff(np.append(lines, len(tokens)))
    few = size <= _FURNITURE_WORDS
    lines, size = lines[few], size[few]
    count = np.zeros(len(tokens) + 1, np.int32)
    np.cumsum(kinds.furniture[tokens.type], out=count[1:])
    hit = (count[lines + size] - count[lines] == size) & tokens.capital[lines]
    for first, length in zip(lines[hit].tolist(), size[hit].tolist(), strict=True):
        result[first : first + length] = True
    return result


def _one_source(tokens: Tokens, kinds: _Kinds, first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Cut what a comma sets off: *Kim, an ally of the leader* is *Kim*.

    *his rival, Odile Raban* stays whole; of *in a statement on Monday, Harrow* the name is left.
    """
    n = len(tokens)
    type_ = tokens.type
    stop = np.flatnonzero(kinds.comma[type_] | kinds.dash[type_])
    if not len(stop):
        return first, last
    at = np.append(stop, n)[np.searchsorted(stop, first)]
    inside = at < last - 1
    after = np.minimum(at + 1, n - 1)
    proper = tokens.capital[after] & ~kinds.determiner[type_[after]] & kinds.comma[type_[at % n]]
    common = kinds.determiner[type_[first]] | ~tokens.capital[first]
    joined = inside & proper & common
    # "as a clerk, Ada Kerr", "in a letter, Harrow": what hangs on a preposition is not the source
    previous = np.maximum(first - 1, 0)
    hangs = joined & (first > 0) & kinds.place[type_[previous]]
    hangs &= tokens.sentence[previous] == tokens.sentence[first]
    until = np.append(stop, n)[np.minimum(np.searchsorted(stop, at + 1), len(stop))]
    last = np.where(joined, np.minimum(until, last), np.where(inside, at, last))
    return np.where(hangs, after, first), last


# ---------------------------------------------------------------------------- choosing


FEATURES: Final = (
    *(f"{side} {far}" for side in ("before", "after") for far in ("0", "1", "2", "5", "10", "far")),
    "likely",
    "very likely",
    "unlikely",
    "after by",
    "after according to",
    "after in",
    "after of",
    "after to",
    "leads the sentence",
    "pronoun",
    "capital",
    "no capital",
    "nearest",
    "beyond the span",
    "beyond a mark",
    "document",
    "before a comma pair",
    "subject of a participle",
    "agent of a passive",
    "subject of a passive",
)
"""What a candidate is weighed by."""

_FAR = np.array([1, 2, 3, 6, 11])


def weigh(
    tokens: Tokens, runs: Candidates, candidate: Ints, first: Ints, last: Ints, cue: Ints
) -> npt.NDArray[np.float64]:
    """Describe candidates for spans by `FEATURES`, shape (n_pairs, n_features).

    Parameters
    ----------
    tokens : Tokens
        The token table.
    runs : Candidates
        What may be a source.
    candidate, first, last, cue : ndarray of int, shape (n_pairs,)
        A candidate's number, and the span and the cue that it is weighed for.

    Returns
    -------
    ndarray of float64
        Mostly of 0 and 1.
    """
    kinds = runs.kinds
    low, high, peak = runs.first[candidate], runs.last[candidate], runs.peak[candidate]
    anchor = np.where(cue >= 0, cue, first)
    before = low < anchor
    gap = np.where(before, anchor - high, low - anchor - 1)
    gap = np.where((cue < 0) & ~before, low - last, gap)
    far = np.searchsorted(_FAR, np.maximum(gap, 0), "right")
    result = np.zeros((len(candidate), len(FEATURES)))
    at = np.arange(len(candidate))
    result[at, np.where(before, far, far + 6)] = 1
    previous = np.maximum(low - 1, 0)
    joined = (low > 0) & (tokens.sentence[previous] == tokens.sentence[low])
    type_ = tokens.type[previous]
    two = np.maximum(low - 2, 0)
    after_cue = joined & (previous == cue)
    single = (high - low == 1) & kinds.personal[tokens.type[low]]
    capital = runs.capitals[high] - runs.capitals[low] > 0
    start, end = np.minimum(low, anchor), np.maximum(low, anchor)
    side = np.where(before, candidate + 1, candidate - 1)
    inner = np.clip(side, 0, len(runs.first) - 1)
    columns: tuple[npt.NDArray[Any], ...] = (
        np.clip(peak, -2, 0),
        np.clip(peak, 0, 2),
        np.clip(peak, 2, 5) - 2,
        joined & kinds.by[type_],
        joined & kinds.to[type_] & kinds.according[tokens.type[two]],
        joined & kinds.place[type_] & ~after_cue,
        joined & kinds.of[type_],
        joined & kinds.to[type_] & ~kinds.according[tokens.type[two]],
        ~joined,
        single,
        capital,
        ~capital & ~single,
        ~((runs.first[inner] > start) & (runs.first[inner] < end)),
        (start < first) & (end >= last),
        runs.marks[end] - runs.marks[start] > 0,
        kinds.document[tokens.type[high - 1]],
    )
    ahead = np.minimum(high, len(tokens) - 1)
    commas = kinds.comma[tokens.type]
    back = np.maximum(cue - 1, 0)
    verbs, verb = np.unique(tokens.type[cue], return_inverse=True)
    participle = np.array([tokens.types[v][-3:] == "ing" for v in verbs], bool)[verb]
    passive = (cue > 1) & (
        kinds.be[tokens.type[back]] | kinds.be[tokens.type[np.maximum(cue - 2, 0)]]
    )
    passive &= tokens.sentence[np.maximum(cue - 2, 0)] == tokens.sentence[cue]
    pair = before & commas[ahead] & (cue > 0) & commas[back] & (back > ahead)
    columns += (
        pair & ~participle,
        before & ~joined & (cue > 0) & commas[back] & participle,
        ~before & passive & joined & kinds.by[type_],
        before & passive,
    )
    for i, column in enumerate(columns, start=12):
        result[:, i] = column
    return result


def pairs(tokens: Tokens, runs: Candidates, first: Ints, cue: Ints) -> tuple[Ints, Ints]:
    """Pair each span with the candidates near its cue, in the cue's sentence.

    Returns
    -------
    span, candidate : ndarray of int, shape (n_pairs,)
        Numbers of spans and candidates, by span and place.
    """
    count = len(runs.first)
    anchor = np.where(cue >= 0, cue, first)
    steps = np.arange(-_SIDES, _SIDES)
    k = (np.searchsorted(runs.first, anchor, "right")[:, None] + steps).ravel()
    span = np.repeat(np.arange(len(first)), len(steps))
    ok = (k >= 0) & (k < count)
    span, k = span[ok], k[ok]
    ok = tokens.sentence[runs.first[k]] == tokens.sentence[anchor[span]]
    ok &= ~((runs.first[k] <= cue[span]) & (cue[span] < runs.last[k]))
    return span[ok], k[ok]


def _choose(tokens: Tokens, runs: Candidates, first: Ints, last: Ints, cue: Ints) -> Ints:
    """The candidate of each span: likely, near its cue, in its sentence; -1 where none is."""
    best = np.full(len(first), -1, np.int64)
    span, k = pairs(tokens, runs, first, cue)
    if not len(span):
        return best
    worth = weigh(tokens, runs, k, first[span], last[span], cue[span]) @ WEIGHTS + BIAS
    order = np.lexsort((worth, span))
    highest = np.append(np.flatnonzero(np.diff(span[order])), len(order) - 1)
    chosen = order[highest]
    floor = np.where(cue[span[chosen]] >= 0, _FLOOR, _FLOOR_BARE)
    chosen = chosen[worth[chosen] > floor]
    best[span[chosen]] = k[chosen]
    return best


def _beside_cue(
    tokens: Tokens, kinds: _Kinds, taken: Bools, cue: Ints, low: Ints, high: Ints
) -> tuple[Ints, Ints]:
    """Take the words just before a cue for its subject where no candidate was found."""
    n = len(tokens)
    good = tokens.word & ~taken & ~kinds.barrier[tokens.type]
    at = np.where((low < 0) & (cue > 0), cue, 0)
    edge = at.copy()
    # "never said", "has not said": the subject stands before these
    for _ in range(3):
        previous = np.maximum(edge - 1, 0)
        skip = (edge > 0) & kinds.auxiliary[tokens.type[previous]]
        skip &= tokens.sentence[previous] == tokens.sentence[at]
        edge = np.where(skip, previous, edge)
    begin = edge.copy()
    for _ in range(_SUBJECT):
        previous = np.maximum(begin - 1, 0)
        more = (begin > 0) & good[previous] & (tokens.sentence[previous] == tokens.sentence[at])
        begin = np.where(more, previous, begin)
    found = (begin < edge) & (at > 0)
    # a phrase, and not the tail of a longer one
    whole = (begin == 0) | ~good[np.maximum(begin - 1, 0)]
    whole |= tokens.sentence[np.maximum(begin - 1, 0)] != tokens.sentence[np.minimum(begin, n - 1)]
    found &= whole
    # "A sign reads": where the sign itself is the cue
    noun = kinds.document[tokens.type[at]] & (edge - begin == 1)
    noun &= kinds.determiner[tokens.type[np.minimum(begin, n - 1)]]
    edge = np.where(noun, at + 1, edge)
    return np.where(found, begin, low), np.where(found, edge, high)


def _agents(tokens: Tokens, kinds: _Kinds, cue: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Take the agent of a passive for the speaker: *was called by the surgeon*."""
    n = len(tokens)
    at = np.maximum(cue, 0)
    by, begin = np.minimum(at + 1, n - 1), np.minimum(at + 2, n - 1)
    passive = (cue > 0) & kinds.by[tokens.type[by]]
    back = [np.maximum(at - k, 0) for k in (1, 2)]
    passive &= kinds.be[tokens.type[back[0]]] | kinds.be[tokens.type[back[1]]]
    good = tokens.word & ~kinds.barrier[tokens.type] & ~kinds.place[tokens.type]
    end = begin.copy()
    for _ in range(_SUBJECT):
        here = np.minimum(end, n - 1)
        more = (end < n) & good[here] & (tokens.sentence[here] == tokens.sentence[at])
        end = np.where(more, end + 1, end)
    found = passive & (end > begin) & (tokens.sentence[begin] == tokens.sentence[at])
    return np.where(found, begin, low), np.where(found, end, high)


def _signed(
    tokens: Tokens,
    kinds: _Kinds,
    taken: Bools,
    last: Ints,
    direct: Bools,
    low: Ints,
    high: Ints,
) -> tuple[Ints, Ints]:
    """Take the name that signs a quotation: after a dash, or on a line of its own."""
    n = len(tokens)
    at = np.minimum(last, n - 1)
    dash = kinds.dash[tokens.type[at]]
    begin = np.where(dash, np.minimum(at + 1, n - 1), at)
    name = tokens.word & tokens.capital & ~taken
    end = begin.copy()
    for _ in range(_NAME):
        here = np.minimum(end, n - 1)
        more = (end < n) & name[here] & ((end == begin) | (tokens.newlines[here] == 0))
        end = np.where(more, end + 1, end)
    after = np.minimum(end, n - 1)
    ends = (end == n) | (tokens.newlines[after] > 0)
    own_line = dash | (tokens.newlines[at] > 0)
    found = direct & (low < 0) & (last < n) & (end - begin > 1) & ends & own_line
    found &= tokens.article[at] == tokens.article[np.maximum(last - 1, 0)]
    found &= tokens.article[np.minimum(begin, n - 1)] == tokens.article[at]
    return np.where(found, begin, low), np.where(found, end, high)


def _before(
    tokens: Tokens, runs: Candidates, first: Ints, direct: Bools, low: Ints, high: Ints
) -> tuple[Ints, Ints]:
    """Take the subject of the sentence before a quotation that is a sentence of its own.

    *Mara Lind did not wait. "That is a lie."*
    """
    if not len(runs.first):
        return low, high
    sentence = tokens.sentence[first]
    starts = tokens.sentence_first_token
    alone = direct & (low < 0) & (starts[sentence] == first) & (tokens.newlines[first] == 0)
    previous = np.maximum(sentence - 1, 0)
    begin = starts[previous]
    alone &= (sentence > 0) & (tokens.article[begin] == tokens.article[first])
    k = np.searchsorted(runs.first, begin)
    there = np.minimum(k, len(runs.first) - 1)
    found = alone & (k < len(runs.first)) & (runs.first[there] <= begin + 1)
    found &= runs.first[there] < first
    return np.where(found, runs.first[there], low), np.where(found, runs.last[there], high)


def _tidy(tokens: Tokens, kinds: _Kinds, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Cut what hangs on a phrase, *Hagel earlier*, and drop what names nobody, *Having*."""
    there = low >= 0
    first, last = np.maximum(low, 0), np.maximum(high, 1)
    for _ in range(4):
        end = last - 1
        type_ = tokens.type[end]
        hangs = kinds.trailing[type_] | kinds.ask(_hangs, type_) | ~tokens.word[end]
        proper = tokens.capital[end] & tokens.capital[np.maximum(end - 1, 0)]
        hangs &= ~proper | kinds.calendar[type_]
        last = np.where(hangs & (last - first > 1), end, last)
        begin = tokens.type[first]
        hangs = (kinds.ask(_names_nobody, begin) | kinds.leading[begin]) & ~kinds.determiner[begin]
        hangs &= ~tokens.capital[first] | ~tokens.capital[np.minimum(first + 1, last - 1)]
        first = np.where(hangs & (last - first > 1), first + 1, first)
    only = tokens.type[first]
    empty = (last - first == 1) & (kinds.ask(_names_nobody, only) | kinds.leading[only])
    # "Early", a name, stands inside sentences too
    inside = tokens.sentence_first_token[tokens.sentence[first]] != first
    empty &= ~(tokens.capital[first] & inside & ~kinds.calendar[only])
    # "guard", "current": what is left of a longer phrase
    handle = (first > 0) & kinds.at[tokens.type[np.maximum(first - 1, 0)]]
    empty |= (last - first == 1) & ~tokens.capital[first] & ~kinds.ask(_stands_bare, only) & ~handle
    keep = there & ~empty
    return np.where(keep, first, -1), np.where(keep, last, -1)


def _follow(low: Ints, high: Ints, shares: Ints) -> tuple[Ints, Ints]:
    """Give spans without a speaker that of the span that they share it with."""
    link = shares.copy()
    for _ in range(24):
        open_ = (low < 0) & (link >= 0)
        if not open_.any():
            break
        to = np.maximum(link, 0)
        low, high = np.where(open_, low[to], low), np.where(open_, high[to], high)
        link = np.where(open_, link[to], link)
    return low, high


# ---------------------------------------------------------------------------- resolving


def _resolve(tokens: Tokens, kinds: _Kinds, low: Ints, high: Ints) -> Speakers:
    """Trace each phrase to the fullest name of its text."""
    n = len(low)
    has = low >= 0
    type_ = tokens.type
    names = _Names(tokens, kinds)
    a, b = np.maximum(low, 0), np.maximum(high, 1)
    single = b - a == 1
    pronoun = has & single & kinds.personal[type_[a]]
    # the head of the phrase: its last word before "of", "by", "in"
    word = tokens.word | names.inside
    links = np.flatnonzero((kinds.link[type_] & ~names.inside) | ~word)
    head = np.append(links, len(tokens))[np.searchsorted(links, a + 1)]
    head = np.minimum(head, b) - 1
    # the name that the head belongs to, or the one that follows it: "his rival, Odile Raban"
    name = names.holding(head)
    follows = names.first_in(head + 1, b)
    apart = (name < 0) & (follows >= 0) & kinds.comma[type_[np.minimum(head + 1, len(type_) - 1)]]
    name = np.where(apart, follows, name)
    name = np.where(has & ~pronoun, name, -1)
    document = has & ~pronoun & kinds.document[type_[head]]
    document &= (
        ~((name >= 0) & (names.last[np.maximum(name, 0)] == head + 1)) | ~(tokens.capital[head])
    )
    fullest = np.where((name >= 0) & ~document, names.fullest[np.maximum(name, 0)], -1)
    described = has & ~pronoun & ~document & (fullest < 0)
    definite = described & kinds.the[type_[a]] & (head == b - 1)
    short = definite & (b - a == 2)
    traced = _trace(
        tokens,
        kinds,
        names,
        a,
        has,
        pronoun | (definite & kinds.ask(_is_aged, type_[head])),
        fullest,
    )
    meant = names.last_called(tokens, kinds, type_[head], a)
    fullest = np.where(pronoun | definite, traced, fullest)
    fullest = np.where(short & (meant >= 0), meant, fullest)
    described &= fullest < 0
    kind = np.full(n, _UNKNOWN, np.uint8)
    kind[described] = _UNNAMED
    kind[fullest >= 0] = _NAMED
    kind[document] = _DOCUMENT
    # "Pell's claim" is Pell's: the name is the speaker
    known = np.minimum(np.maximum(fullest, 0), max(len(names.first) - 2, 0))
    n_first, n_last = np.minimum(names.first[known], len(type_) - 1), names.last[known] - 1
    said: list[str | None] = []
    full: list[str | None] = []
    rows = zip(
        has.tolist(),
        tokens.article[a].tolist(),
        tokens.start[a].tolist(),
        (tokens.end[b - 1] - _possessive(tokens, b - 1)).tolist(),
        (fullest >= 0).tolist(),
        tokens.start[n_first].tolist(),
        (tokens.end[n_last] - _possessive(tokens, n_last)).tolist(),
        pronoun.tolist(),
        strict=True,
    )
    for there, article, start, end, named, full_start, full_end, p in rows:
        if not there:
            said.append(None)
            full.append(None)
            continue
        text = tokens.texts[article]
        words = text[start:end]
        said.append(words)
        if named:
            full.append(text[full_start:full_end])
        else:
            full.append(None if p else words)
    return Speakers(tuple(said), tuple(full), kind)


def _possessive(tokens: Tokens, at: Ints) -> Ints:
    """How many letters the ending of each of some tokens has: *Kerr's*, *the miners'*, *she'd*."""
    distinct, inverse = np.unique(tokens.type[at], return_inverse=True)
    found = [_ENDINGS.search(tokens.types[t]) for t in distinct.tolist()]
    size = np.array([0 if f is None else f.end() - f.start() for f in found], np.int64)
    return np.asarray(size[inverse], np.int64)


class _Names:
    """Every name in the texts: a run of words with capitals, and the fullest form of it."""

    def __init__(self, tokens: Tokens, kinds: _Kinds) -> None:
        n = len(tokens)
        type_ = tokens.type
        starts = np.zeros(n, bool)
        starts[tokens.sentence_first_token[:-1]] = True
        # A capital at the start of a sentence is a name only where the word is one elsewhere in
        # its text, or never stands there without a capital.

        def key(at: Ints) -> Ints:
            return (tokens.article[at].astype(np.int64) << 32) + type_[at]

        barred = kinds.determiner | kinds.personal | kinds.leading
        first_words = np.flatnonzero(starts & tokens.capital & tokens.word & ~barred[type_])
        leads = np.zeros(len(tokens.types), bool)
        leads[type_[first_words]] = True
        elsewhere = np.flatnonzero(leads[type_] & tokens.word & ~starts)
        asked, capital = key(first_words), tokens.capital[elsewhere]
        proper = np.isin(asked, key(elsewhere[capital]))
        common = np.isin(asked, key(elsewhere[~capital]))
        leading = np.zeros(n, bool)
        # "Officials", "Critics": a plural that stands nowhere else with a capital is no name
        plural = kinds.ask(_ends_in_s, type_[first_words])
        alone = ~tokens.capital[np.minimum(first_words + 1, n - 1)]
        usual = ~common & ~(plural & alone) & ~kinds.ask(_names_nobody, type_[first_words])
        leading[first_words] = proper | usual
        name = tokens.capital & tokens.word & ~barred[type_]
        name &= (~starts | leading) & ~_furniture(tokens, kinds)
        same = np.zeros(n, bool)
        same[1:] = tokens.sentence[1:] == tokens.sentence[:-1]
        # "Ministry of Roads", "Anna van Brill"
        at = np.flatnonzero((kinds.of | kinds.particle)[type_[1:-1]]) + 1
        at = at[name[at - 1] & name[at + 1] & same[at] & same[at + 1]]
        of, previous = kinds.of[type_[at]], type_[at - 1]
        office_of = kinds.organisation[previous] | kinds.title[previous]
        name[at[np.where(of, office_of, kinds.particle[type_[at]])]] = True
        # "Sen. Ada Kerr", "Ada M. Kerr"
        at = np.flatnonzero(kinds.stop[type_[1:-1]]) + 1
        at = at[name[at - 1] & name[at + 1] & same[at] & same[at + 1]]
        previous = type_[at - 1]
        name[at[kinds.title[previous] | kinds.letter[previous]]] = True
        self.inside = name
        begins, ends = name.copy(), name.copy()
        begins[1:] &= ~(name[:-1] & same[1:])
        ends[:-1] &= ~(name[1:] & same[1:])
        first, last = np.flatnonzero(begins), np.flatnonzero(ends) + 1
        date = (last - first == 1) & kinds.calendar[type_[first]]
        furniture = np.zeros(n + 1, np.int32)
        np.cumsum(kinds.furniture[type_], out=furniture[1:])
        page = furniture[last] - furniture[first] == last - first
        first, last = first[~date & ~page], last[~date & ~page]
        whole = first
        # titles before it
        office = np.zeros(len(first), bool)
        for _ in range(5):
            here, after = type_[first], type_[np.minimum(first + 1, n - 1)]
            drop = kinds.title[here] & ~kinds.organisation[after]
            drop |= office & (kinds.of[here] | kinds.portfolio[here] | kinds.stop[here])
            drop &= last - first > 1
            office |= drop
            first = np.where(drop, first + 1, first)
        # one more, beyond the last token, stands for "none"
        first, last = np.append(first, n), np.append(last, n)
        self.first, self.last = first, last
        self._whole = np.append(whole, n)
        there = np.flatnonzero(kinds.organisation[type_])
        count = np.searchsorted(there, last) - np.searchsorted(there, first)
        self.organisation = count > 0
        self.size = last - first
        self.fullest = self._fullest(tokens)

    def _fullest(self, tokens: Tokens) -> Ints:
        """For each name the first longer one of its text that ends, or begins, with its word."""
        m = len(self.first)
        best = np.arange(m)
        article = np.append(tokens.article, -1)[self.first].astype(np.int64)
        type_ = np.append(tokens.type, -1)
        long = np.flatnonzero((self.size >= 2) & (self.size <= 4))
        base = article << 32
        one = np.flatnonzero(self.size == 1)
        sought = base[one] + type_[self.first[one]]
        found = np.full(len(one), m, np.int64)
        for edge in (self.first, self.last - 1):
            key = base[long] + type_[edge[long]]
            order = np.lexsort((long, key))
            key, where = key[order], long[order]
            at = np.searchsorted(key, sought)
            ok = (
                (at < len(key)) & (key[np.minimum(at, len(key) - 1)] == sought)
                if len(key)
                else (np.zeros(len(one), bool))
            )
            if len(key):
                # the last edge wins: a surname in the English place
                found = np.where(ok, where[np.minimum(at, len(key) - 1)], found)
        best[one] = np.where(found < m, found, one)
        return best

    def holding(self, at: Ints) -> Ints:
        """Give the name that each token stands in, or -1."""
        k = np.searchsorted(self.first, at, "right") - 1
        there = np.maximum(k, 0)
        return np.where((k >= 0) & (at < self.last[there]), k, -1)

    def last_called(self, tokens: Tokens, kinds: _Kinds, word: Ints, at: Ints) -> Ints:
        """For *the mayor*, *the ministry*: the last name before a place that goes with the word.

        An organisation whose name holds it, or a person with that title before the name (*Mayor
        Ada Kerr*) or after it (*Ada Kerr, the mayor*); -1 where there is none.
        """
        n, m = len(tokens), len(self.first) - 1
        missing = np.full(len(at), -1, np.int64)
        if not m or not len(at):
            return missing
        type_ = np.append(tokens.type, [-1, -1, -1, -1])
        first, last = self.first[:m], self.last[:m]
        places = []
        for step in range(4):
            inside = first + step
            ok = (inside < last) & kinds.organisation[type_[np.minimum(inside, n)]]
            places.append((inside[ok], np.flatnonzero(ok)))
        for place, ok in (
            *((first - k, first - k >= np.minimum(self._whole[:m], first - 1)) for k in (1, 2, 3)),
            (last + 2, kinds.comma[type_[last]] & kinds.determiner[type_[last + 1]]),
        ):
            ok = ok & ~self.organisation[:m] & (place >= 0) & (place < n)
            ok &= kinds.title[type_[np.clip(place, 0, n)]]
            ok &= tokens.sentence[np.clip(place, 0, n - 1)] == tokens.sentence[first]
            places.append((place[ok], np.flatnonzero(ok)))
        where = np.concatenate([p for p, _ in places])
        called = np.concatenate([c for _, c in places])
        article = tokens.article.astype(np.int64)
        pair = (article[where] << 32) + type_[where]
        asked = (article[at] << 32) + word
        _, number = np.unique(np.concatenate([pair, asked]), return_inverse=True)
        key = number[: len(pair)] * (n + 1) + where
        order = np.argsort(key, kind="stable")
        key = key[order]
        if not len(key):
            return missing
        k = np.searchsorted(key, number[len(pair) :] * (n + 1) + at) - 1
        there = np.maximum(k, 0)
        same = (k >= 0) & (key[there] // (n + 1) == number[len(pair) :])
        return np.where(same, self.fullest[called[order][there]], missing)

    def first_in(self, low: Ints, high: Ints) -> Ints:
        """Give the first name that begins in each range of tokens, or -1."""
        at = np.searchsorted(self.first, low)
        return np.where(self.first[np.minimum(at, len(self.first) - 1)] < high, at, -1)


def _trace(
    tokens: Tokens,
    kinds: _Kinds,
    names: _Names,
    at: Ints,
    has: Bools,
    pronoun: Bools,
    fullest: Ints,
) -> Ints:
    """The name that each pronoun stands for: the last fitting one that spoke or led a sentence."""
    n = len(at)
    found = np.full(n, -1, np.int64)
    if not pronoun.any():
        return found
    # events: names that lead a sentence, and speakers by name
    real = names.first[:-1]
    lead = np.append(True, tokens.sentence[real[1:]] != tokens.sentence[real[:-1]])
    lead = lead[: len(real)] & (
        real - tokens.sentence_first_token[tokens.sentence[real]] <= _LEADING_TOKENS
    )
    # one word that leads a sentence may be no name: "Photo", "Instead"
    lead &= names.size[names.fullest[: len(real)]] > 1
    leads = np.flatnonzero(lead)
    spoke = np.flatnonzero(has & (fullest >= 0))
    place = np.concatenate([names.first[leads], at[spoke]])
    name = np.concatenate([names.fullest[leads], fullest[spoke]])
    order = np.argsort(place, kind="stable")
    place, name = place[order], name[order]
    paragraph = np.cumsum(tokens.newlines > 0)
    type_ = tokens.type[at]
    for person in (True, False):
        fits = names.organisation[name] != person
        where, which = place[fits], name[fits]
        # what is no pronoun is "the 54-year-old"
        asks = pronoun & (kinds.he[type_] | ~kinds.personal[type_] if person else kinds.it[type_])
        if not len(where) or not asks.any():
            continue
        k = np.searchsorted(where, at) - 1
        there = np.maximum(k, 0)
        ok = asks & (k >= 0) & (tokens.article[where[there]] == tokens.article[at])
        ok &= paragraph[at] - paragraph[where[there]] <= _PARAGRAPHS
        found = np.where(ok, which[there], found)
    return found
