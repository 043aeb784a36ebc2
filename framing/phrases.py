"""Phrases of one to three words that set a group apart, in its own voice and on shared stories.

The vocabulary is searched, so this is exploratory: what is found here is a lead to be checked on
other articles, and its p-values allow for the search.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import stats
from framing.counting import add_counts, by_id, empty_counts, shared_stories
from framing.errors import FramingError
from framing.function_words import FUNCTION_WORDS
from framing.reread import Reading, read_again, sentences_at
from framing.scores import Scores
from framing.tokens import Tokens

__all__ = ["count_phrases", "count_sentences", "phrase_table", "repeated_sentences"]

BAD_LONGEST = "longest must be 1, 2 or 3 words, found {value!r}"
BAD_LEAST = "{name} must be a whole number, 1 or more, found {value!r}"

_KEYS = ["group", "story", "phrase"]
_SUMS = ["words", "count", "named", "told"]
_COLUMNS = (
    "phrase group count rate log_odds z p_value p_adjusted example count_others rate_others ratio "
    "low high stories words name pmi example_id example_start example_end"
).split()
_PER = 1000.0
_FEWEST_STORIES = 3
# A row of this phrase holds a group's own-voice words in a story, so that rates add up too.
_ALL = ""
# A shorter phrase that is nearly always part of one longer phrase tells nothing more.
_PART = 0.8
_MOST_DRAWS = 1999

_ENDS = ".!?…:;"
_CLOSING = frozenset("\" ' ” ’ ) ] »".split())

# Who said it and on which day is the trade's routine, and differs by house style alone.
_ROUTINE = frozenset(
    (
        "said says say told monday tuesday wednesday thursday friday saturday sunday january "
        "february march april june july august september october november december mr mrs ms dr"
    ).split()
)


def count_sentences(scores: Scores, articles: pd.DataFrame) -> pd.DataFrame:
    """Count the sentences of each story, to find those that stand in several.

    Parameters
    ----------
    scores, articles
        As for `count_phrases`.

    Returns
    -------
    pandas.DataFrame
        ``story sentence count``, the sentence as a hash of its words that is the same everywhere;
        for `framing.counting.add_counts` and `repeated_sentences`.
    """
    places = by_id(articles)
    parts = []
    for reading in read_again(scores, places.index):
        placed = places["story"].reindex(list(reading.ids))
        story = placed.to_numpy(object)[reading.tokens.sentence_article]
        table = pd.DataFrame({"story": story, "sentence": _hashes(reading.tokens), "count": 1})
        parts.append(table.loc[table["story"].notna()].astype({"sentence": object}))
    if not parts:
        return empty_counts(["story", "sentence"], ["count"])
    return add_counts(parts)


def repeated_sentences(counts: pd.DataFrame) -> frozenset[int]:
    """Tell which sentences stand in two or more stories: links to other articles, imprints, calls.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `count_sentences` returned, or a sum of several.

    Returns
    -------
    frozenset of int
        Their hashes, for ``count_phrases(..., skip=...)``.
    """
    number = counts.groupby("sentence")["story"].nunique()
    return frozenset(int(i) for i in number.index[number > 1])


def _hashes(tokens: Tokens) -> npt.NDArray[np.uint64]:
    """Hash the words of each sentence, in their order."""
    place = np.arange(len(tokens)) - tokens.sentence_first_token[:-1][tokens.sentence]
    # Words only: a link ends with a mark in one article and without in another.
    mixed = tokens.type_hash[tokens.type] * (2 * place.astype(np.uint64) + np.uint64(1))
    mixed = np.where(tokens.word, mixed, np.uint64(0))
    if not len(mixed):
        return np.zeros(0, np.uint64)
    return np.asarray(np.add.reduceat(mixed, tokens.sentence_first_token[:-1]), np.uint64)


def count_phrases(
    scores: Scores,
    articles: pd.DataFrame,
    *,
    longest: int = 3,
    vocabulary: Iterable[str] = (),
    skip: Collection[int] = (),
) -> pd.DataFrame:
    """Count the phrases of the outlets' own voice.

    A phrase lies in one sentence (headings, captions and other furniture, which no mark ends, are
    left out), without a mark inside, wholly in own voice; it begins and ends
    with a word that is neither a word of grammar nor a number, a weekday, a month or *said*.

    Parameters
    ----------
    scores : Scores
        Where texts and voices are read from.
    articles : pandas.DataFrame
        The articles that are compared: ``id group story``.
    longest : int
        The most words of a phrase: 1, 2 or 3.
    vocabulary : iterable of str, optional
        Count only these phrases. A corpus too large for all its phrases is counted for those of a
        sample.
    skip : collection of int, optional
        Sentences that are not read: `repeated_sentences`.

    Returns
    -------
    pandas.DataFrame
        ``group story phrase words count named told first_id first_start first_end``, for
        `framing.counting.add_counts` and `phrase_table`: how often, how often with a capital that
        no start of a sentence accounts for (`named`) out of those where that can be seen
        (`told`), and the first place. A phrase ``""`` holds the group's own-voice words.

    Raises
    ------
    FramingError
        If `longest` is not valid.
    """
    if longest not in (1, 2, 3):
        raise FramingError(BAD_LONGEST.format(value=longest))
    places = by_id(articles)
    wanted = frozenset(vocabulary)
    left_out = np.fromiter(sorted(skip), np.uint64, len(skip))
    parts = [
        _count(reading, places, longest, wanted, left_out)
        for reading in read_again(scores, places.index)
    ]
    parts = [p for p in parts if len(p)]
    if not parts:
        table = empty_counts([*_KEYS, "first_id"], [*_SUMS, "first_start", "first_end"])
        return table[[*_KEYS, *_SUMS, "first_id", "first_start", "first_end"]]
    return add_counts(parts)


def _count(
    reading: Reading,
    places: pd.DataFrame,
    longest: int,
    wanted: frozenset[str],
    left_out: npt.NDArray[np.uint64],
) -> pd.DataFrame:
    tokens, own = reading.tokens, reading.own
    placed = places.reindex(list(reading.ids))
    keep = placed["group"].notna().to_numpy()
    cell, cells = pd.factorize(pd.MultiIndex.from_frame(placed))
    usable = own & tokens.word & keep[tokens.article] & _prose(tokens)
    usable &= ~np.isin(_hashes(tokens), left_out)[tokens.sentence]
    edge = usable & _may_stand_at_an_end(tokens.types, tokens.type_is_word)[tokens.type]
    initial = np.ones(len(tokens), bool)
    initial[1:] = tokens.sentence[1:] != tokens.sentence[:-1]
    # An opening mark before the first word of a sentence does not make its capital a name's.
    initial[1:] |= initial[:-1] & ~tokens.word[:-1]
    raised = tokens.capital & ~initial
    rows = [_totals(cell[tokens.article[usable]], len(cells))]
    chain = usable.copy()
    named, told = raised.copy(), ~initial
    key = tokens.type.astype(np.int64)
    for length in range(1, longest + 1):
        last = len(tokens) - length + 1
        if last <= 0:
            break
        if length > 1:
            step = slice(length - 1, None)
            follows = usable[step] & (tokens.sentence[step] == tokens.sentence[:last])
            chain = chain[:last] & follows
            named = named[:last] | raised[step]
            told = told[:last] | ~initial[step]
            # Ids of phrases, made dense again so that three fit into an integer.
            dense, _ = pd.factorize(key[:last])
            key = dense.astype(np.int64) * len(tokens.types) + tokens.type[step]
        at = np.flatnonzero(chain[:last] & edge[:last] & edge[length - 1 :])
        if len(at):
            rows.append(_tally(reading, at, length, key, cell, len(cells), named, told, wanted))
    table = pd.concat(rows, ignore_index=True)
    table["group"] = cells.get_level_values(0).to_numpy(object)[table["cell"]]
    table["story"] = cells.get_level_values(1).to_numpy(object)[table["cell"]]
    return table[[*_KEYS, *_SUMS, "first_id", "first_start", "first_end"]]


def _prose(tokens: Tokens) -> npt.NDArray[np.bool_]:
    """Tell tokens of sentences from those of headings, captions, links and other furniture.

    A sentence ends with a mark that ends sentences, and has a word without a capital.
    """
    number = len(tokens.sentence_start)
    ends = np.fromiter((t[-1:] in _ENDS for t in tokens.types), bool, len(tokens.types))
    closes = np.fromiter((t in _CLOSING for t in tokens.types), bool, len(tokens.types))
    last = tokens.sentence_first_token[1:].astype(np.int64) - 1
    first = tokens.sentence_first_token[:-1]
    for _ in range(2):
        last = np.maximum(np.where(closes[tokens.type[last]], last - 1, last), first)
    low = np.bincount(tokens.sentence[tokens.word & ~tokens.capital], minlength=number)
    good = ends[tokens.type[last]] & (low > 0)
    return np.asarray(good[tokens.sentence], bool)


def _may_stand_at_an_end(
    types: tuple[str, ...], is_word: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    may = np.fromiter(
        (
            t not in FUNCTION_WORDS
            and t not in _ROUTINE
            and len(t) > 1
            and not t[0].isdigit()
            # "u.s." may stand there, "p.m." and "example.org" may not
            and ("." not in t or t == "u.s.")
            for t in types
        ),
        bool,
        len(types),
    )
    return np.asarray(is_word & may, np.bool_)


def _totals(cell: npt.NDArray[np.int64], number: int) -> pd.DataFrame:
    words = np.bincount(cell, minlength=number)
    some = np.flatnonzero(words)
    return pd.DataFrame(
        {
            "cell": some,
            "phrase": _ALL,
            "words": words[some],
            **dict.fromkeys(("count", "named", "told"), 0),
            "first_id": "",
            **dict.fromkeys(("first_start", "first_end"), 0),
        }
    )


def _tally(
    reading: Reading,
    at: npt.NDArray[np.int64],
    length: int,
    key: npt.NDArray[np.int64],
    cell: npt.NDArray[np.int64],
    cells: int,
    named: npt.NDArray[np.bool_],
    told: npt.NDArray[np.bool_],
    wanted: frozenset[str],
) -> pd.DataFrame:
    """Count the phrases that begin at some tokens, by cell."""
    tokens = reading.tokens
    phrase, _ = pd.factorize(key[at])
    number = int(phrase.max()) + 1
    one = np.zeros(number, np.int64)
    one[phrase[::-1]] = at[::-1]
    words = np.array(tokens.types, object)
    text = words[tokens.type[one]]
    for step in range(1, length):
        text = text + " " + words[tokens.type[one + step]]
    where = cell[tokens.article[at]].astype(np.int64)
    if wanted:
        known = np.fromiter((t in wanted for t in text), bool, number)[phrase]
        at, phrase, where = at[known], phrase[known], where[known]
    code, pair = pd.factorize(phrase * cells + where)
    # The first place of each: that of the smallest id, as add_counts will keep it.
    rank = np.argsort(np.argsort(np.array(reading.ids, object)))
    order = np.lexsort((at, rank[tokens.article[at]], code))
    first = at[order[np.searchsorted(code[order], np.arange(len(pair)))]]
    return pd.DataFrame(
        {
            "cell": pair % cells,
            "phrase": text[pair // cells],
            "words": 0,
            "count": np.bincount(code, minlength=len(pair)),
            "named": np.bincount(code[named[at] & told[at]], minlength=len(pair)),
            "told": np.bincount(code[told[at]], minlength=len(pair)),
            "first_id": np.array(reading.ids, object)[tokens.article[first]],
            "first_start": tokens.start[first].astype(np.int64),
            "first_end": tokens.end[first + length - 1].astype(np.int64),
        }
    )


def phrase_table(
    counts: pd.DataFrame,
    *,
    scores: Scores | None = None,
    names: bool = False,
    least_count: int = 5,
    least_stories: int = _FEWEST_STORIES,
    least_pmi: float = 1.0,
    most: int = 4000,
    shown: int = 25,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Find the phrases that set each group apart from the others on the stories that they share.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `count_phrases` returned, or a sum of several.
    scores : Scores, optional
        Where the example sentences are read from; without it, `example` stays empty.
    names : bool
        Whether to keep phrases with a name of a person, place, party or people: those with a
        capital in mid-sentence more often than not.
    least_count, least_stories : int
        In how many places and shared stories a phrase must stand, all groups together.
    least_pmi : float
        Phrases of two and three words whose pointwise mutual information is below this (in bits)
        are left out: their words meet no more often than by chance.
    most : int
        The vocabulary tested: the most frequent phrases.
    shown : int
        Phrases given for each group, and only such as it uses more than the others do.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.

    Returns
    -------
    pandas.DataFrame
        ``phrase group count rate log_odds z p_value p_adjusted example``, then ``count_others
        rate_others`` (of the other groups in the group's stories; both rates are over one mix of
        stories, per 1,000 own-voice words), ``ratio low high`` with the interval from the
        jackknife over stories, ``stories words name pmi`` and the place of the example. Ordered by
        group and `z`.

    Raises
    ------
    FramingError
        If a setting is not valid.

    Notes
    -----
    *Within stories*: a phrase's count in story *s* weighs what the story's words weigh in both
    groups (Mantel-Haenszel, as in `framing.stats.ratio_interval`), so a group that covers one
    topic at length does not own its vocabulary. `log_odds` and `z` are made from counts weighed
    so, with the counts of all groups as an informative Dirichlet prior; they order phrases and
    are no significance. `p_adjusted` is: by max-T over the whole vocabulary and all groups.

    The measure of association is nltk's (``nltk.metrics.association``).

    References
    ----------
    Monroe, B. L., Colaresi, M. P., and Quinn, K. M. (2008). Fightin' words: lexical feature
    selection and evaluation for identifying the content of political conflict. Political
    Analysis, 16(4), 372-403.

    Church, K. W., and Hanks, P. (1990). Word association norms, mutual information, and
    lexicography. Computational Linguistics, 16(1), 22-29.
    """
    for name, value in (
        ("least_count", least_count),
        ("least_stories", least_stories),
        ("most", most),
        ("shown", shown),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise FramingError(BAD_LEAST.format(name=name, value=value))
    total = counts.loc[counts["phrase"] == _ALL]
    stories = shared_stories(total)
    groups = sorted(set(total.loc[total["story"].isin(set(stories)), "group"]))
    counts = counts.loc[counts["story"].isin(set(stories)) & (counts["phrase"] != _ALL)]
    vocabulary = _vocabulary(counts, total, names, least_count, least_stories, least_pmi, most)
    if not len(vocabulary):
        return pd.DataFrame({c: [] for c in _COLUMNS})
    phrases = [str(p) for p in vocabulary.index]
    chosen = counts.loc[counts["phrase"].isin(set(phrases))]
    cells = _Cells.of(total.loc[total["story"].isin(set(stories))], chosen, phrases)
    test = stats.max_t_test(
        cells.count,
        cells.words,
        group=cells.group,
        story=cells.story,
        least_stories=least_stories,
        draws=_MOST_DRAWS,
        seed=stats.seed_for(random_state, "phrases"),
    )
    prior = vocabulary["count"].to_numpy(float) + 0.5
    tables = []
    for g, group in enumerate(groups):
        mine, rest, words = cells.against_others(g)
        # What is shown must be a habit: a phrase of one story is that story's.
        used = np.flatnonzero((mine > 0).sum(1) >= least_stories)
        if not len(used):
            continue
        odds = _odds(mine, rest, words, prior)
        ratio = stats.ratio_interval(
            np.stack([mine[used], rest[used]], 1), words, pairs=[(0, 1)], level=level
        )
        table = (
            vocabulary[["name", "pmi"]]
            .iloc[used]
            .reset_index(drop=True)
            .assign(
                phrase=[phrases[i] for i in used],
                group=group,
                count=mine[used].sum(1).astype(np.int64),
                rate=ratio.estimate_a[:, 0] * _PER,
                log_odds=odds.log_odds[used],
                z=odds.z[used],
                p_value=test.p_value[used, g],
                p_adjusted=test.p_adjusted[used, g],
                count_others=rest[used].sum(1).astype(np.int64),
                rate_others=ratio.estimate_b[:, 0] * _PER,
                ratio=ratio.ratio[:, 0],
                low=ratio.low[:, 0],
                high=ratio.high[:, 0],
                stories=(mine[used] > 0).sum(1),
                words=int(words[0].sum()),
            )
        )
        table = table.loc[(table["ratio"] > 1) & (table["z"] > 0)]
        tables.append(table.sort_values(["z", "phrase"], ascending=[False, True]).head(shown))
    if not tables:
        return pd.DataFrame({c: [] for c in _COLUMNS})
    result = pd.concat(tables, ignore_index=True)
    return _with_examples(result, chosen, scores)[_COLUMNS]


def _vocabulary(
    counts: pd.DataFrame,
    total: pd.DataFrame,
    names: bool,
    least_count: int,
    least_stories: int,
    least_pmi: float,
    most: int,
) -> pd.DataFrame:
    """Choose the phrases that are tested, without looking at who uses them."""
    grouped = counts.groupby("phrase", sort=True)
    table = grouped[["count", "named", "told"]].sum()
    table["stories"] = grouped["story"].nunique()
    single = table["count"]
    table = table.loc[(table["count"] >= least_count) & (table["stories"] >= least_stories)]
    name = table["named"] > 0.5 * table["told"]
    table = table.assign(name=name, length=[p.count(" ") + 1 for p in table.index])
    if not names:
        table = table.loc[~table["name"]]
    words = int(total["words"].sum())
    table["pmi"] = [_pmi(p, table["count"], single, words) for p in table.index]
    table = table.loc[~(table["pmi"] < least_pmi)]
    table = table.loc[~table.index.isin(_parts(table["count"]))]
    table["order"] = -table["count"]
    return table.rename_axis("phrase").sort_values(["order", "phrase"]).head(most)


def _pmi(phrase: str, table: pd.Series[int], single: pd.Series[int], total: int) -> float:
    """Bits by which the phrase's content words meet more often than by chance; NaN for one."""
    from nltk.metrics.association import BigramAssocMeasures

    parts = phrase.split(" ")
    if len(parts) == 1:
        return np.nan
    together = int(table[phrase])
    # "war on terror": what is asked is whether its ends belong together.
    ends = (int(single.get(parts[0], together)), int(single.get(parts[-1], together)))
    return float(BigramAssocMeasures.pmi(together, ends, max(total, *ends)))


def _parts(count: pd.Series[int]) -> set[str]:
    """Phrases that stand nearly always inside one longer phrase of the vocabulary."""
    inside: set[str] = set()
    for phrase, number in count.items():
        words = str(phrase).split(" ")
        for length in range(1, len(words)):
            for start in range(len(words) - length + 1):
                part = " ".join(words[start : start + length])
                if part in count.index and number >= _PART * count[part]:
                    inside.add(part)
    return inside


@dataclass(frozen=True, eq=False)
class _Cells:
    """What each group wrote on each story: words, and a sparse array of phrases by cells."""

    count: Any
    words: npt.NDArray[np.float64]
    group: npt.NDArray[np.int64]
    story: npt.NDArray[np.int64]

    @classmethod
    def of(cls, total: pd.DataFrame, counts: pd.DataFrame, phrases: list[str]) -> _Cells:
        from scipy.sparse import csr_array

        total = total.loc[total["words"] > 0].sort_values(["story", "group"])
        keys = pd.MultiIndex.from_frame(total[["group", "story"]])
        at = keys.get_indexer(pd.MultiIndex.from_frame(counts[["group", "story"]]))
        row = pd.Index(phrases).get_indexer(pd.Index(counts["phrase"]))
        shape = (len(phrases), len(total))
        return cls(
            csr_array((counts["count"].to_numpy(float), (row, at)), shape=shape),
            total["words"].to_numpy(float),
            pd.factorize(total["group"], sort=True)[0].astype(np.int64),
            pd.factorize(total["story"], sort=True)[0].astype(np.int64),
        )

    def against_others(
        self, group: int
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Counts of a group and of all others in the group's stories, and the words of both."""
        mine = np.flatnonzero(self.group == group)
        column = np.full(int(self.story.max()) + 1, -1)
        column[self.story[mine]] = np.arange(len(mine))
        others = np.flatnonzero((column[self.story] >= 0) & (self.group != group))
        place = column[self.story[others]]
        gather = np.zeros((len(others), len(mine)))
        gather[np.arange(len(others)), place] = 1.0
        words = np.stack([self.words[mine], self.words[others] @ gather])
        return self.count[:, mine].toarray(), self.count[:, others] @ gather, words


def _odds(
    mine: npt.NDArray[np.float64],
    rest: npt.NDArray[np.float64],
    words: npt.NDArray[np.float64],
    prior: npt.NDArray[np.float64],
) -> stats.LogOdds:
    """Log-odds of a group against the others, every story weighing the same in both."""
    weight = words[0] * words[1] / words.sum(0)
    a, b = mine @ (weight / words[0]), rest @ (weight / words[1])
    # Both are over the same number of words; what is no phrase of the vocabulary is one more.
    total = float(weight.sum())
    a, b, prior = (np.append(v, max(total - v.sum(), 0.5)) for v in (a, b, prior))
    odds = stats.log_odds_dirichlet(a, b, prior=prior, prior_total=total)
    return stats.LogOdds(odds.log_odds[:-1], odds.standard_error[:-1], odds.z[:-1])


def _with_examples(
    table: pd.DataFrame, counts: pd.DataFrame, scores: Scores | None
) -> pd.DataFrame:
    places = (
        counts.sort_values(["phrase", "group", "first_id", "first_start"])
        .drop_duplicates(["phrase", "group"])
        .set_index(["phrase", "group"])
    )
    at = places.loc[pd.MultiIndex.from_frame(table[["phrase", "group"]])]
    ids, starts = at["first_id"].tolist(), at["first_start"].tolist()
    example = [None] * len(ids) if scores is None else sentences_at(scores, ids, starts)
    return table.assign(
        example=pd.array(example, dtype="str"),
        example_id=ids,
        example_start=starts,
        example_end=at["first_end"].tolist(),
    )
