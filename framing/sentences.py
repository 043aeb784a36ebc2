"""Where sentences begin, decided on arrays of tokens.

The rules are Punkt's (Kiss and Strunk 2006): a full stop ends a sentence unless the word before it
is an abbreviation or an initial; after one of those, it does if the next word is one that starts
sentences. Punkt's trainer in nltk found the abbreviations and the sentence starters in unlabelled
news (``python -m benchmarks.train_sentences``); a person then took out names and typing errors.
Deciding on types in arrays gives the same answer as nltk's own tokenizer at many times its speed;
what is new beside it are rules for marks, lines and lower-case continuations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["ABBREVIATIONS", "STARTERS", "TITLES", "sentence_starts"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]

# A name follows: never the end of a sentence before a capital.
TITLES = frozenset(
    (
        "adm amb atty brig capt cdr cmdr col cpl det dr fr gen gov govs hon insp jr lt "
        "ltc maj messrs mme mr mrs ms mt mx pfc pres prof pvt rep reps rev sen sens sgt "
        "spc sr st ste supt"
    ).split()
)
# May end a sentence: it does where a word follows that starts sentences.
ABBREVIATIONS = frozenset(
    (
        "aka al ala approx apr apt ariz ark assn aug ave bldg blvd bros ca calif cf co "
        "colo conn corp dec del dept dist ed eds est etc ext feb fed fig figs fla ft ga "
        "hwy ill inc ind intl jan kan ky lb lbs llc ltd mar mass md mich min minn miss mo "
        "mont mph natl neb nev nov ny oct okla op ore oz pa para penn plc pp pt rd ref "
        "ret sec sept ser sq tel tenn tex tx univ va vol vols vs vt wash wis wyo yr yrs "
        "d-ariz d-calif d-conn d-del d-ill d-mass d-mich d-mont d-nev d-va d-vt r-ala "
        "r-ariz r-ark r-ill r-mo r-ore r-tenn r-va r-wis i-vt"
    ).split()
)
# Abbreviations only before a number: "No. 5", "p. 12"; elsewhere words of their own.
_BEFORE_NUMBER = frozenset("no nos p art ch v".split())
STARTERS = frozenset(
    (
        "a according additionally after all also although among an and another any are as "
        "asked at because before besides both but by can critics despite did do does "
        "during each earlier even every few for from further furthermore had has have he "
        "hence her here his how however i if in indeed instead is it its just last later "
        "let likewise many maybe meanwhile moreover most my neither nevertheless next no "
        "nobody none nor not nothing now of officials on once one only or other others "
        "our over perhaps police please read related reports sadly separately several she "
        "should similarly since so some someone soon still such thank that the their then "
        "there these they this those though through thus to today two under unfortunately "
        "unlike until we well were what whatever when where whether which while who why "
        "will with without would yes yet you your"
    ).split()
)
_CLOSERS = frozenset("\"'”’»›)]}」』")
_OPENERS = frozenset("\"'“‘«‹„‚([{「『–—-•*")
_INITIALS = frozenset("abcdefghijklmnopqrstuvwxyz")
# Lines as long as a terminal is wide, broken inside sentences
_WRAPPED = (50, 100)


def sentence_starts(
    *,
    article: Ints,
    start: Ints,
    end: Ints,
    type: Ints,
    types: Sequence[str],
    initial: npt.NDArray[np.uint32],
    word: Bools,
    capital: Bools,
    lower: Bools,
    newlines: npt.NDArray[np.uint8],
) -> Bools:
    """Tell which tokens begin a sentence.

    Parameters
    ----------
    article, start, end, type, word, capital, newlines : ndarray, shape (n_tokens,)
        Columns of the token table.
    types : sequence of str
        The string of each type.
    initial : ndarray of uint32, shape (n_types,)
        The code point that each type begins with.
    lower : ndarray of bool, shape (n_tokens,)
        Whether a token begins with a lower-case letter.

    Returns
    -------
    ndarray of bool, shape (n_tokens,)
        True for the first token of each sentence; always true for the first of a text.

    References
    ----------
    .. [1] Kiss, T. and Strunk, J. (2006). Unsupervised multilingual sentence boundary detection.
       Computational Linguistics 32(4), 485-525.
    """
    n = len(type)
    if n == 0:
        return np.zeros(0, bool)
    flag = _TypeFlags(types, initial)
    begins = np.zeros(n, bool)
    begins[0] = True
    begins[1:] = article[1:] != article[:-1]
    begins |= newlines >= 2
    begins |= _line_starts(article, start, end, lower, newlines, begins)

    # The last token of each candidate: a stop and the closing marks that touch it.
    stop = flag.stop[type] | flag.dotted[type]
    candidates = np.flatnonzero(stop)
    touches = np.zeros(n + 1, bool)
    touches[1:n] = (start[1:] == end[:-1]) & ~begins[1:]
    after = candidates + 1
    for _ in range(4):
        inside = after < n
        move = inside & touches[np.minimum(after, n)]
        move &= flag.closer[type[np.minimum(after, n - 1)]] & ~_opens(after, touches, n)
        after = after + move
    keep = after < n
    candidates, after = candidates[keep], after[keep]
    keep = ~begins[after] & ~stop[after]
    candidates, after = candidates[keep], after[keep]

    # The first word after the stop, past opening marks.
    following = after.copy()
    for _ in range(3):
        following = np.where(
            flag.opener[type[following]] & ~word[following],
            np.minimum(following + 1, n - 1),
            following,
        )
    before = np.maximum(candidates - 1, 0)
    previous = type[before]
    attached = (start[candidates] == end[before]) & (candidates > 0)
    is_full_stop = flag.full_stop[type[candidates]]
    ellipsis = flag.ellipsis[type[candidates]] | (is_full_stop & flag.full_stop[previous])

    can_start = capital[following] | flag.number[type[following]] | ~lower[following]
    # "show.According": no space, but a lower-case word, a stop and a capital
    glued = (after == candidates + 1) & touches[after]
    can_start &= ~glued | (capital[following] & lower[before] & is_full_stop)
    # A mark of another kind follows ("end.) , he said"): no sentence starts with a comma.
    can_start &= word[following] & (article[following] == article[after])

    starter = flag.starter[type[following]]
    number_next = flag.number[type[following]]
    abbreviation = is_full_stop & attached & (flag.abbreviation[previous])
    initial = is_full_stop & attached & flag.initial[previous] & capital[before]
    title = is_full_stop & attached & flag.title[previous] & capital[before]
    numbered = is_full_stop & attached & flag.before_number[previous] & number_next
    listed = is_full_stop & attached & flag.number[previous] & begins[before]
    dotted = flag.dotted[type[candidates]]
    weak = (abbreviation | initial | dotted | ellipsis) & ~(starter & capital[following])
    weak &= ~(ellipsis & capital[following])
    ends = can_start & ~(weak | title | numbered | listed)
    begins[after[ends]] = True
    return begins


def _opens(after: npt.NDArray[np.int64], touches: Bools, n: int) -> Bools:
    """A straight mark glued to the next word but apart from the stop opens and does not close."""
    nxt = np.minimum(after + 1, n)
    result: Bools = touches[nxt] & ~touches[np.minimum(after, n)]
    return result


def _line_starts(
    article: Ints,
    start: Ints,
    end: Ints,
    lower: Bools,
    newlines: npt.NDArray[np.uint8],
    begins: Bools,
) -> Bools:
    """Tell which single line breaks end a sentence: all but those of a hard-wrapped text.

    A line that begins with a small letter goes on from the one before.
    """
    single = (newlines == 1) & ~begins
    at = np.flatnonzero(single)
    result = single & ~lower
    if not len(at):
        return np.asarray(result, np.bool_)
    heads = np.flatnonzero(single | begins)
    tails = np.append(heads[1:], len(start)) - 1
    length = end[tails] - start[heads]
    # The last line of a paragraph is short in any text: only lines followed by a single break count
    follows = np.zeros(len(heads), bool)
    follows[:-1] = single[heads[1:]]
    n = int(article[-1]) + 1
    lines = np.bincount(article[heads[follows]], minlength=n)
    full = follows & (length >= _WRAPPED[0]) & (length <= _WRAPPED[1])
    wrapped = np.bincount(article[heads[full]], minlength=n)
    continued = np.bincount(article[at[lower[at]]], minlength=n)
    hard = (lines >= 4) & (wrapped >= 0.8 * lines) & (continued >= 0.3 * lines)
    return np.asarray(result & ~hard[article], np.bool_)


class _TypeFlags:
    """What the rules ask of a word, computed once a type."""

    def __init__(self, types: Sequence[str], initial: npt.NDArray[np.uint32]) -> None:
        place = dict(zip(types, range(len(types)), strict=True))

        def flags(members: frozenset[str]) -> Bools:
            result = np.zeros(len(types), bool)
            # A batch has many types and a list few words: the words are looked up, not the types.
            result[[place[m] for m in members if m in place]] = True
            return result

        def begins(chars: Iterable[str]) -> Bools:
            return np.isin(initial, [ord(c) for c in chars])

        length = np.fromiter(map(len, types), np.int64, len(types))
        dot = begins(".")
        self.full_stop = flags(frozenset("."))
        self.ellipsis = begins("…") | (dot & (length > 1))
        self.stop = begins(".!?…")
        self.dotted = np.zeros(len(types), bool)
        self.dotted[[i for i, t in enumerate(types) if t[-1] == "."]] = True
        self.dotted &= (length > 1) & ~dot
        self.closer = begins(_CLOSERS)
        self.opener = begins(_OPENERS)
        self.number = _is_digit(initial)
        self.title = flags(TITLES)
        self.abbreviation = flags(ABBREVIATIONS)
        self.before_number = flags(_BEFORE_NUMBER)
        self.initial = flags(_INITIALS)
        self.starter = flags(STARTERS)


def _is_digit(codes: npt.NDArray[np.uint32]) -> Bools:
    """`str.isdigit` of characters; each distinct one is asked once."""
    distinct, inverse = np.unique(codes, return_inverse=True)
    digit = np.fromiter((chr(c).isdigit() for c in distinct), bool, len(distinct))
    return np.asarray(digit[inverse], np.bool_)
