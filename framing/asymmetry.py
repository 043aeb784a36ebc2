"""The same words bare in one outlet and in scare quotes in another, on the same story."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import stats
from framing.counting import add_counts, by_id, empty_counts, p_against_others, spread
from framing.function_words import FUNCTION_WORDS
from framing.lexicon import Lexicon, Term
from framing.match import compile_terms, find_terms
from framing.reread import Reading, read_again, sentences_at
from framing.scores import Scores
from framing.tokens import tokenize
from framing.voice import VOICES

__all__ = ["asymmetry_pairs", "asymmetry_table", "count_asymmetry", "scare_quoted"]

_KEYS = ["group", "story", "term", "lexicon", "use"]
_SUMS = ["count"]
_FIRST = ["first_id", "first_start", "first_end"]
_USE = {"own": "bare", "scare": "scare", "direct": "quoted", "indirect": "quoted"}
_COLUMNS = (
    "term group bare scare quoted scare_share low high p_value p_adjusted stories lexicon "
    "scare_example scare_id scare_start bare_example bare_id bare_start"
).split()
_PAIRS = (
    "group_a group_b a_scare_b_bare b_scare_a_bare ratio low high p_value p_adjusted stories"
).split()
# What is put in scare quotes as a name or a phrase; what is longer is a quotation's remark.
_LONGEST = 6


def scare_quoted(scores: Scores, articles: pd.DataFrame) -> list[str]:
    """List the phrases that anybody puts in scare quotes.

    Parameters
    ----------
    scores : Scores
        Where texts and voices are read from.
    articles : pandas.DataFrame
        The articles that are compared: ``id group story``.

    Returns
    -------
    list of str
        Phrases of up to six words, lower-cased, sorted, without those that are words of grammar
        or numbers only, and without terms of the lexicons, which are counted as such. Lists of
        parts of a corpus are joined as sets.
    """
    ids = by_id(articles).index
    rows = scores.voices.loc[(scores.voices["voice"] == "scare") & scores.voices["id"].isin(ids)]
    texts = dict(zip(scores.corpus["id"], scores.corpus["text"], strict=True))
    spans = [texts[i][a:b] for i, a, b in zip(rows["id"], rows["start"], rows["end"], strict=True)]
    tokens = tokenize(spans)
    terms = {t.lower() for t in scores.hits.loc[scores.hits["voice"] == "scare", "text"]}
    found = set()
    for article in range(len(spans)):
        at = np.arange(tokens.first_token[article], tokens.first_token[article + 1])
        words = [tokens.types[i] for i in tokens.type[at[tokens.word[at]]]]
        # "a lynching" is bare where somebody writes "the lynching"
        while words and words[0] in FUNCTION_WORDS:
            words.pop(0)
        while words and words[-1] in FUNCTION_WORDS:
            words.pop()
        phrase = " ".join(words)
        bare = any(w not in FUNCTION_WORDS and not w[0].isdigit() and len(w) > 1 for w in words)
        if words and len(words) <= _LONGEST and bare and phrase not in terms:
            again = tokenize([phrase])
            if len(again) == len(words) and again.word.all():
                found.add(phrase)
    # "alt right" finds "alt-right" too.
    return sorted(p for p in found if "-" not in p or p.replace("-", " ") not in found)


def count_asymmetry(
    scores: Scores, articles: pd.DataFrame, phrases: Iterable[str] | None = None
) -> pd.DataFrame:
    """Count how often each term stands bare, in scare quotes, and in what others say.

    Parameters
    ----------
    scores, articles
        As for `scare_quoted`.
    phrases : iterable of str, optional
        What is looked for beside the lexicons' terms: `scare_quoted` of the whole corpus, which
        is the default.

    Returns
    -------
    pandas.DataFrame
        ``group story term lexicon use count first_id first_start first_end``, for
        `framing.counting.add_counts`. `use` is ``bare`` (own voice), ``scare`` or ``quoted``;
        `lexicon` is empty for a phrase. Of the lexicons, terms of loaded categories and names of
        referents are counted; a phrase in capitals is taken for a name, and is not.
    """
    places = by_id(articles)
    chosen = scare_quoted(scores, articles) if phrases is None else sorted(set(phrases))
    labels = {t.pattern: t.label for x in scores.lexicons for t in x}
    # Cues of speech and hedges are counted elsewhere: nobody is at arm's length from "said".
    loaded = pd.MultiIndex.from_tuples(
        [(x.name, c) for x in scores.lexicons for c in sorted(x.loaded_categories)] or [("", "")]
    )
    hits = scores.hits.loc[scores.hits["id"].isin(places.index)]
    kinds = pd.MultiIndex.from_frame(hits[["lexicon", "category"]])
    hits = hits.loc[hits["referent"].notna().to_numpy() | kinds.isin(loaded)]
    parts = [
        pd.DataFrame(
            {
                "id": hits["id"].to_numpy(object),
                "term": [labels.get(t, t) for t in hits["term"]],
                "lexicon": hits["lexicon"].to_numpy(object),
                "voice": hits["voice"].to_numpy(object),
                "first_start": hits["start"].to_numpy(np.int64),
                "first_end": hits["end"].to_numpy(np.int64),
            }
        )
    ]
    if chosen:
        lexicon = Lexicon.from_terms([Term(p) for p in chosen], name="scare-quoted")
        parts += [_find(r, lexicon) for r in read_again(scores, places.index)]
    table = pd.concat([p for p in parts if len(p)] or parts, ignore_index=True)
    table["use"] = table["voice"].map(_USE)
    table = table.loc[table["use"].notna()]
    if not len(table):
        return empty_counts([*_KEYS, "first_id"], [*_SUMS, *_FIRST[1:]])[[*_KEYS, *_SUMS, *_FIRST]]
    table = table.assign(
        group=places["group"].reindex(table["id"]).to_numpy(object),
        story=places["story"].reindex(table["id"]).to_numpy(object),
        first_id=table["id"],
        count=1,
    )
    # A place is counted once: where two lexicons hold the term, for the first by name.
    table = table.sort_values(["id", "first_start", "first_end", "lexicon"])
    table = table.drop_duplicates(["id", "first_start", "first_end", "term"])
    return add_counts([table[[*_KEYS, *_SUMS, *_FIRST]]])


def _find(reading: Reading, lexicon: Lexicon) -> pd.DataFrame:
    tokens = reading.tokens
    matches = find_terms(tokens, compile_terms([lexicon]))
    at, last = matches.token, matches.token + matches.length - 1
    # Written with capitals it is a name ("Grace", "Fox News"), and bare by nature.
    small = np.concatenate([[0], np.cumsum(tokens.word & ~tokens.capital)])
    function = np.fromiter((t in FUNCTION_WORDS for t in tokens.types), bool, len(tokens.types))
    small -= np.concatenate([[0], np.cumsum(function[tokens.type] & ~tokens.capital)])
    name = (small[last + 1] == small[at]) & (reading.voice[at] == VOICES.index("own"))
    at, last, term = at[~name], last[~name], matches.term[~name]
    return pd.DataFrame(
        {
            "id": np.array(reading.ids, object)[tokens.article[at]],
            "term": [lexicon.terms[t].pattern for t in term],
            "lexicon": "",
            "voice": np.array(VOICES, object)[reading.voice[at]],
            "first_start": tokens.start[at].astype(np.int64),
            "first_end": tokens.end[last].astype(np.int64),
        }
    )


def _contested(counts: pd.DataFrame) -> pd.DataFrame:
    """Keep stories of a term in which one group puts it in scare quotes and another does not."""
    if not len(counts):
        return counts
    uses = counts.loc[counts["use"] != "quoted"]
    groups = uses.groupby(["story", "term"])["group"].nunique()
    scare = counts.loc[counts["use"] == "scare"].groupby(["story", "term"])["group"].nunique()
    bare = counts.loc[counts["use"] == "bare"].groupby(["story", "term"])["group"].nunique()
    both = pd.DataFrame({"groups": groups, "scare": scare, "bare": bare}).dropna()
    both = both.loc[both["groups"] > 1]
    keys = pd.MultiIndex.from_frame(counts[["story", "term"]])
    return counts.loc[keys.isin(both.index)]


def asymmetry_table(
    counts: pd.DataFrame,
    *,
    scores: Scores | None = None,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Tell which terms one group puts in scare quotes where another uses them as its own.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `count_asymmetry` returned, or a sum of several.
    scores : Scores, optional
        Where the example sentences are read from; without it they stay empty.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.

    Returns
    -------
    pandas.DataFrame
        A term in a group: ``term group bare scare quoted scare_share low high p_value p_adjusted
        stories``. `scare_share` is scare / (bare + scare), its interval the jackknife's over
        stories. Only stories count in which one group puts the term in scare quotes and another
        uses it bare. The p-value is that of the group against the others (`permutation_test`),
        adjusted over the table; it is missing where there are too few stories to test, as for
        most terms. Then the first sentence of each use, with its article and offset. Ordered by
        how many stories a term is contested in, and how often it is used either way.
    """
    counts = _contested(counts)
    if not len(counts):
        return pd.DataFrame({c: [] for c in _COLUMNS})
    groups, stories = sorted(set(counts["group"])), sorted(set(counts["story"]))
    terms = sorted(set(counts["term"]))

    def laid_out(use: str) -> npt.NDArray[np.float64]:
        rows = counts.loc[counts["use"] == use]
        return spread(rows, "count", rows=terms, row="term", groups=groups, stories=stories)

    bare, scare, quoted = (laid_out(use) for use in ("bare", "scare", "quoted"))
    used = bare + scare
    share = stats.share_interval(scare, used, level=level)
    p = p_against_others(scare, used, seed=stats.seed_for(random_state, "asymmetry"))
    adjusted = stats.benjamini_hochberg(p)
    lexicon = counts.groupby("term")["lexicon"].max()
    at, which = np.nonzero((used + quoted).sum(2))
    table = pd.DataFrame(
        {
            "term": [terms[i] for i in at],
            "group": [groups[g] for g in which],
            "bare": bare.sum(2)[at, which].astype(np.int64),
            "scare": scare.sum(2)[at, which].astype(np.int64),
            "quoted": quoted.sum(2)[at, which].astype(np.int64),
            "low": np.where(used.sum(2) > 0, share.low, np.nan)[at, which],
            "high": np.where(used.sum(2) > 0, share.high, np.nan)[at, which],
            "p_value": p[at, which],
            "p_adjusted": adjusted[at, which],
            "stories": (used > 0).sum(2)[at, which],
        }
    )
    total = (table["bare"] + table["scare"]).to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        table["scare_share"] = table["scare"].to_numpy(float) / total
    table["lexicon"] = lexicon.reindex(table["term"]).to_numpy(object)
    for use in ("scare", "bare"):
        table = _with_example(table, counts.loc[counts["use"] == use], use, scores)
    # A word that is hardly ever marked tells less than one that often is.
    weight = scare.sum((1, 2)) ** 2 / np.maximum(used.sum((1, 2)), 1)
    wide = ((bare + scare).sum(1) > 0).sum(1)
    order = pd.DataFrame(
        {
            "wide": -wide[at],
            "weight": -weight[at],
            "term": table["term"],
            "scare": -table["scare"],
            "group": table["group"],
        }
    ).sort_values(["wide", "weight", "term", "scare", "group"])
    return table.loc[order.index].reset_index(drop=True)[_COLUMNS]


def _with_example(
    table: pd.DataFrame, rows: pd.DataFrame, use: str, scores: Scores | None
) -> pd.DataFrame:
    rows = rows.sort_values(["term", "group", *_FIRST]).drop_duplicates(["term", "group"])
    places = rows.set_index(["term", "group"])[["first_id", "first_start"]]
    found = places.reindex(pd.MultiIndex.from_frame(table[["term", "group"]]))
    known = found["first_id"].notna().to_numpy()
    example: npt.NDArray[np.object_] = np.full(len(table), None, object)
    if scores is not None:
        ids = found["first_id"].to_numpy(object)[known].tolist()
        starts = found["first_start"].to_numpy(float)[known].astype(int).tolist()
        example[known] = sentences_at(scores, ids, starts)
    return table.assign(
        **{
            f"{use}_example": pd.array(example, dtype="str"),
            f"{use}_id": pd.array(found["first_id"].to_numpy(object), dtype="str"),
            f"{use}_start": pd.array(found["first_start"].to_numpy(float), dtype="Int64"),
        }
    )


def asymmetry_pairs(
    counts: pd.DataFrame, *, level: float = 0.95, random_state: int = 0
) -> pd.DataFrame:
    """Count, for each pair of groups, how often one puts at arm's length what the other says.

    Parameters
    ----------
    counts, level, random_state
        As for `asymmetry_table`.

    Returns
    -------
    pandas.DataFrame
        ``group_a group_b a_scare_b_bare b_scare_a_bare ratio low high p_value p_adjusted
        stories``: terms in a story that A puts in scare quotes at least once and B uses bare and
        never in scare quotes, the reverse, their ratio with its interval over the stories in
        which either happens, and a p-value from changing the two about within stories. Ratio and
        p-value are missing where there are too few stories.
    """
    contested = _contested(counts)
    if not len(contested):
        return pd.DataFrame({c: [] for c in _PAIRS})
    uses = contested.loc[contested["use"] != "quoted"]
    wide = uses.pivot_table(
        index=["story", "term"], columns=["use", "group"], values="count", aggfunc="sum"
    ).fillna(0)
    groups = sorted(set(uses["group"]))
    story = wide.index.get_level_values("story")

    def used(use: str, group: str) -> npt.NDArray[np.bool_]:
        has = (use, group) in wide.columns
        return wide[(use, group)].to_numpy() > 0 if has else np.zeros(len(wide), bool)

    rows = []
    for a, b in combinations(groups, 2):
        one = used("scare", a) & used("bare", b) & ~used("scare", b)
        other = used("scare", b) & used("bare", a) & ~used("scare", a)
        by_story = pd.DataFrame({"one": one, "other": other, "story": story}).groupby("story").sum()
        count = by_story.to_numpy(float).T
        count = count[:, count.sum(0) > 0]
        if not count.size:
            continue
        exposure = np.ones_like(count)
        ratio = stats.ratio_interval(count, exposure, pairs=[(0, 1)], level=level)
        test = stats.permutation_test(
            count, exposure, pairs=[(0, 1)], seed=stats.seed_for(random_state, "arm's length", a, b)
        )
        p = float(test.p_value[0]) if stats.is_testable(test.stories)[0] else np.nan
        enough = count.shape[1] >= stats.FEWEST_STORIES
        found = (ratio.ratio[0], ratio.low[0], ratio.high[0]) if enough else (np.nan,) * 3
        rows.append([a, b, *count.sum(1).astype(int), *found, p, np.nan, count.shape[1]])
    table = pd.DataFrame(rows, columns=_PAIRS)
    table["p_adjusted"] = stats.benjamini_hochberg(table["p_value"].to_numpy(float))
    return table
