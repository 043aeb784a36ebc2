"""Whom each group lets speak: sources, how they are introduced, how many there are in effect."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import stats
from framing.counting import add_counts, by_id, empty_counts, p_against_others, spread
from framing.errors import FramingError
from framing.function_words import FUNCTION_WORDS
from framing.lexicon import Lexicon, load_lexicon
from framing.match import compile_terms, find_terms
from framing.scores import Scores
from framing.tokens import tokenize

__all__ = [
    "count_sources",
    "join_speakers",
    "join_story_speakers",
    "name_speakers",
    "source_profile",
    "source_table",
    "speaker_aliases",
]

NO_SPEAKERS = "scores.voices has no column {value!r}: score the articles again with this version"

_KEYS = ["group", "story", "name", "kind"]
_SUMS = "spans words direct_words scare official doubting endorsing hostile cued".split()
_KINDS = ("named", "unnamed", "document", "unknown")
_COLUMNS = (
    "speaker group spans words share scare_share low high kind official direct_share doubting "
    "endorsing hostile cued stories"
).split()
_PROFILE = "measure group estimate low high p_value p_adjusted stories spans words".split()
_AT_ONCE = 256
_CUES = ("doubting", "endorsing", "hostile")
_SUFFIXES = frozenset("jr jr. sr sr. ii iii iv phd md".split())
_TITLES = frozenset(
    (
        "mr mrs ms miss dr sir lord lady president vice prime minister senator sen rep governor "
        "gov mayor judge justice chief secretary general gen colonel col captain lieutenant "
        "sergeant officer sheriff professor prof ambassador speaker leader representative "
        "congressman congresswoman chancellor king queen prince princess pope the"
    ).split()
)
_PRONOUNS = frozenset("i he she it we they you who them him her us me".split())
# Words of grammar are nobody's name, though a sentence may begin with them in capitals.
_NOBODY = _TITLES | _PRONOUNS | (FUNCTION_WORDS - {"may", "will"})
# Words of an office of state: of those who hold one, speak for one, or work in one.
_OFFICES = frozenset(
    (
        "president vice-president minister ministry secretary senator senators sen rep "
        "representative congressman congresswoman lawmaker lawmakers legislator legislators mp "
        "mps governor gov mayor councillor councilman councilwoman premier chancellor king queen "
        "ambassador envoy diplomat diplomats consul attorney prosecutor prosecutors judge justice "
        "court police officer officers sheriff deputies commissioner military army navy general "
        "colonel captain lieutenant pentagon kremlin government administration authorities "
        "official officials agency department spokesman spokeswoman spokesperson spokespeople "
        "fbi cia nsa white-house house senate parliament congress commission council embassy "
        "regulator regulators mayor's governor's ministry's"
    ).split()
)


def count_sources(scores: Scores, articles: pd.DataFrame) -> pd.DataFrame:
    """Count who is quoted and reported, in how many spans and words, and how introduced.

    Parameters
    ----------
    scores : Scores
        Whose ``voices`` have ``speaker_name`` and ``speaker_kind``.
    articles : pandas.DataFrame
        The articles that are compared: ``id group story``.

    Returns
    -------
    pandas.DataFrame
        ``group story name kind`` and whole numbers, for `framing.counting.add_counts`: `spans` and
        `words` of direct and indirect speech, `direct_words` in marks, `scare` spans in scare
        quotes that have a speaker, `official` spans whose source is described by an office, and
        spans with a ``doubting``, ``endorsing`` or ``hostile`` cue of the lexicon *reporting* out
        of those that are `cued`. Within an article a surname joins the full name. Spans without a
        known speaker have the name ``""``.

    Raises
    ------
    FramingError
        If the scores do not say who the speakers are.
    """
    voices, places = scores.voices, by_id(articles)
    rows = voices.loc[voices["id"].isin(places.index)]
    named = name_speakers(rows)
    rows = rows.loc[named.index]
    if not len(rows):
        return empty_counts(_KEYS, _SUMS)
    described = (rows["speaker"].fillna("") + " " + rows["speaker_name"].fillna("")).tolist()
    speech = (rows["voice"] != "scare").to_numpy()
    cue = _cue_kinds(rows["cue"].fillna("").tolist(), scores.lexicons)
    table = pd.DataFrame(
        {
            "name": named["name"].to_numpy(object),
            "kind": named["kind"].to_numpy(object),
            "spans": speech.astype(np.int64),
            "words": np.where(speech, rows["words"].to_numpy(np.int64), 0),
            "direct_words": np.where(rows["voice"] == "direct", rows["words"], 0).astype(np.int64),
            "scare": (~speech).astype(np.int64),
            "official": np.array([_holds_office(d) for d in described], np.int64),
            **{c: ((cue == c) & speech).astype(np.int64) for c in _CUES},
            "cued": (rows["cue"].notna().to_numpy() & speech).astype(np.int64),
        }
    )
    table["group"] = places["group"].reindex(rows["id"]).to_numpy(object)
    table["story"] = places["story"].reindex(rows["id"]).to_numpy(object)
    return add_counts([table[[*_KEYS, *_SUMS]]])


def name_speakers(voices: pd.DataFrame) -> pd.DataFrame:
    """Name the source of each span, its surname joined to the full name within the article.

    Parameters
    ----------
    voices : pandas.DataFrame
        Rows of ``scores.voices`` of whole articles.

    Returns
    -------
    pandas.DataFrame
        ``id name kind`` under the same labels, of direct and indirect speech and of scare quotes
        that have a speaker; the name is ``""`` where the kind is ``unknown``.

    Raises
    ------
    FramingError
        If the voices do not say who the speakers are.
    """
    for column in ("speaker_name", "speaker_kind"):
        if column not in voices:
            raise FramingError(NO_SPEAKERS.format(value=column))
    spoken = voices["voice"].isin(("direct", "indirect"))
    distanced = (voices["voice"] == "scare") & voices["speaker_name"].notna()
    rows = voices.loc[spoken | distanced]
    name = np.array([*map(_told_name, rows["speaker_name"], rows["speaker"]), None], object)[:-1]
    kind = rows["speaker_kind"].astype(object).where(name != "", "unknown")
    name = np.where(kind == "unknown", "", name)
    article = pd.factorize(rows["id"])[0]
    order = np.argsort(article, kind="stable")
    for at in np.split(order, np.flatnonzero(np.diff(article[order])) + 1):
        joined = join_speakers(name[at].tolist(), kind.iloc[at].tolist())
        name[at] = np.array([*joined, None], object)[:-1]
    return pd.DataFrame({"id": rows["id"], "name": name, "kind": kind})


def speaker_aliases(counts: pd.DataFrame) -> pd.DataFrame:
    """Tell under which names of articles a speaker of `source_table` was counted.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `count_sources` returned, or a sum of several.

    Returns
    -------
    pandas.DataFrame
        ``group speaker name``: one row for each name that a speaker has in the group's articles.
    """
    counts = counts.sort_values(["story", "name", "kind", "group"]).reset_index(drop=True)
    return (
        counts.assign(speaker=_story_names(counts))[["group", "speaker", "name"]]
        .drop_duplicates()
        .sort_values(["group", "speaker", "name"])
        .reset_index(drop=True)
    )


def join_speakers(names: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """Give the speakers of one article, or of one story, their fullest names.

    People are joined by surname: *Harrow*, *Mr Harrow* and *Mayor Jane Harrow* are *Jane Harrow*
    where no other Harrow has a first name; where one has, the bare surname stays by itself.
    Everybody else is joined where the words are the same, but for case and a leading article.

    Parameters
    ----------
    names : sequence of str
        As the text has them, in any order.
    kinds : sequence of str
        The kind of each: only those that are ``named`` are people.

    Returns
    -------
    list of str
        A name for each.

    Examples
    --------
    >>> join_speakers(["Mayor Jane Harrow", "Harrow", "The council"], ["named"] * 2 + ["unnamed"])
    ['Jane Harrow', 'Jane Harrow', 'council']
    """
    parts = [
        _person(n) if k == "named" else _described(n) for n, k in zip(names, kinds, strict=True)
    ]
    full: dict[str, dict[str, str]] = {}
    for words, kind in zip(parts, kinds, strict=True):
        if kind == "named" and len(words) > 1:
            by_first = full.setdefault(words[-1].lower(), {})
            # The longest form of each first name; of equally long ones the first in the alphabet.
            best = by_first.get(words[0].lower())
            here = " ".join(words)
            if best is None or (-len(here), here) < (-len(best), best):
                by_first[words[0].lower()] = here
    result = []
    for words, kind in zip(parts, kinds, strict=True):
        known = full.get(words[-1].lower(), {}) if words and kind == "named" else {}
        if len(words) > 1 and words[0].lower() in known:
            result.append(known[words[0].lower()])
        elif len(words) == 1 and len(known) == 1:
            result.append(next(iter(known.values())))
        else:
            result.append(" ".join(words))
    return result


def _told_name(name: object, speaker: object) -> str:
    """Take the name, the words as they stand where that is a title alone, or nothing."""
    for text in (name, speaker):
        words = text.split() if isinstance(text, str) else []
        bare = [w.lower().replace("’", "'").split("'")[0].strip(".,") for w in words]
        if not _NOBODY.issuperset(bare):
            return " ".join(words)
    return ""


def _person(name: str) -> list[str]:
    """The words of a person's name, without titles, suffixes and possessives."""
    words = [w.strip(",.;:\"'()“”‘’") if w[-1:] != "." or len(w) > 3 else w for w in name.split()]
    words = [w.removesuffix("’s").removesuffix("'s") for w in words if w]
    while len(words) > 1 and words[-1].lower() in _SUFFIXES:
        words.pop()
    start = 0
    for i, word in enumerate(words[:-1]):
        if word.lower().strip(".") in _TITLES:
            start = i + 1
    return words[start:]


def _described(name: str) -> list[str]:
    words = name.lower().split()
    return words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words


def _holds_office(description: str) -> bool:
    words = description.lower().replace("white house", "white-house").split()
    return any(w.strip(",.;:\"'()“”‘’").removesuffix("’s") in _OFFICES for w in words)


def _cue_kinds(cues: Sequence[str], lexicons: Sequence[Lexicon]) -> npt.NDArray[np.object_]:
    """What the lexicon *reporting* says of each cue; empty where it says nothing."""
    lexicon = next((x for x in lexicons if x.name == "reporting"), None) or load_lexicon(
        "reporting"
    )
    distinct = sorted(set(cues))
    tokens = tokenize(distinct)
    matcher = compile_terms([lexicon])
    matches = find_terms(tokens, matcher)
    found: dict[str, str] = {}
    for token, term in zip(matches.token, matches.term, strict=True):
        found.setdefault(distinct[tokens.article[token]], matcher.terms[term].category)
    return np.array([*(found.get(c, "") for c in cues), None], object)[:-1]


def join_story_speakers(counts: pd.DataFrame) -> pd.DataFrame:
    """Join the speakers of each story by `join_speakers`, whoever reported it.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `count_sources` returned, or a sum of several.

    Returns
    -------
    pandas.DataFrame
        The same columns.
    """
    if not len(counts):
        return counts
    counts = counts.sort_values(["story", "name", "kind", "group"]).reset_index(drop=True)
    return add_counts([counts.assign(name=_story_names(counts))])


def _story_names(counts: pd.DataFrame) -> list[str]:
    """The names of counts that are sorted by story, joined within each."""
    return [
        name
        for _, part in counts.groupby("story", sort=True)
        for name in join_speakers(part["name"].tolist(), part["kind"].tolist())
    ]


def source_table(counts: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Tell who is quoted by whom, how much of all quoted words is theirs, and how introduced.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `count_sources` returned, or a sum of several.
    level : float
        Coverage that the intervals aim at.

    Returns
    -------
    pandas.DataFrame
        A speaker in a group: ``speaker group spans words share scare_share``, then ``low high`` of
        the share, ``kind`` (named, unnamed, document; unknown speakers are one row with an empty
        name), ``official``, ``direct_share`` (of the words, in marks), how many spans have a
        ``doubting``, ``endorsing`` or ``hostile`` cue out of those ``cued``, and ``stories``.
        `share` is of all words that the group quotes or reports, those of unknown speakers
        included. Ordered by group and words.

    Notes
    -----
    Speakers are joined by surname within a story and, across stories, where their fullest names
    are the same. Two people of one surname in one story stay apart only if both have a first
    name. The interval of a share, for speakers of two stories or more, is the jackknife's over
    stories on the logit scale, with words counted in quotations of mean length
    (`framing.stats.share_interval`).
    """
    if not len(counts):
        return pd.DataFrame({c: [] for c in _COLUMNS})
    counts = join_story_speakers(counts)
    tables = []
    for group, rows in counts.groupby("group", sort=True):
        total = rows["words"].sum()
        length = max(total / max(rows["spans"].sum(), 1), 1.0)
        by_name = rows.groupby(["name", "kind"], sort=True)
        table = by_name[_SUMS].sum().reset_index()
        table["stories"] = by_name["story"].nunique().to_numpy()
        table["low"], table["high"] = _share_intervals(rows, table, length, level)
        all_spans = (table["spans"] + table["scare"]).to_numpy(float)
        with np.errstate(divide="ignore", invalid="ignore"):
            table["share"] = table["words"] / total
            table["scare_share"] = table["scare"] / all_spans
            table["direct_share"] = table["direct_words"] / table["words"]
        table["group"] = group
        tables.append(table.sort_values(["words", "name"], ascending=[False, True]))
    result = pd.concat(tables, ignore_index=True).rename(columns={"name": "speaker"})
    result["official"] = (result["official"] > 0) & (result["kind"] != "unknown")
    return result[_COLUMNS]


def _share_intervals(
    rows: pd.DataFrame, table: pd.DataFrame, length: float, level: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Intervals of the shares of speakers of two stories and more; what one story says is one."""
    low, high = np.full(len(table), np.nan), np.full(len(table), np.nan)
    rows = rows.assign(key=rows["kind"] + " " + rows["name"], all="all")
    keys = (table["kind"] + " " + table["name"]).tolist()
    stories, groups = sorted(set(rows["story"])), [str(rows["group"].iloc[0])]
    total = spread(rows, "words", rows=["all"], row="all", groups=groups, stories=stories)[0]
    several = np.flatnonzero(table["stories"] > 1)
    for first in range(0, len(several), _AT_ONCE):
        at = several[first : first + _AT_ONCE]
        chosen = [keys[i] for i in at]
        words = spread(rows, "words", rows=chosen, row="key", groups=groups, stories=stories)
        exposure = np.broadcast_to(total / length, words[:, 0].shape)
        share = stats.share_interval(words[:, 0] / length, exposure, level=level)
        low[at], high[at] = share.low, share.high
    return low, high


def source_profile(
    counts: pd.DataFrame, *, level: float = 0.95, random_state: int = 0
) -> pd.DataFrame:
    """Describe each group's sources as a whole.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `count_sources` returned, or a sum of several.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.

    Returns
    -------
    pandas.DataFrame
        ``measure group estimate low high p_value p_adjusted stories spans words``. Measures:
        ``named_share``, ``unnamed_share``, ``document_share``, ``unknown_share`` and
        ``official_share`` are shares of quoted and reported words; ``doubting_share``,
        ``endorsing_share`` and ``hostile_share`` are shares of the spans that have a cue;
        ``effective_sources`` is the effective number of sources in a story, the inverse Simpson
        concentration of the words of its known speakers, as a geometric mean over stories. The
        p-value is that of the group against the others on shared stories (`permutation_test`;
        none for the effective number), adjusted over the groups of a measure.

    Notes
    -----
    An effective number of 2.0 is what two sources with the same number of words give. It is
    taken within stories, as over many stories it would count stories; and it is larger where more
    is quoted, so read it beside `spans`.

    References
    ----------
    Simpson, E. H. (1949). Measurement of diversity. Nature, 163, 688.

    Hill, M. O. (1973). Diversity and evenness: a unifying notation and its consequences.
    Ecology, 54(2), 427-432.
    """
    if not len(counts):
        return pd.DataFrame({c: [] for c in _PROFILE})
    counts = join_story_speakers(counts)
    groups, stories = sorted(set(counts["group"])), sorted(set(counts["story"]))
    # A person is an official throughout a story if any outlet describes them so.
    office = counts.groupby(["story", "name", "kind"])["official"].transform("sum") > 0
    counts = counts.assign(official_words=np.where(office, counts["words"], 0), all="all")

    def laid_out(rows: pd.DataFrame, column: str) -> npt.NDArray[np.float64]:
        laid = spread(rows, column, rows=["all"], row="all", groups=groups, stories=stories)
        return np.asarray(laid[0], np.float64)

    words, spans, cued = (laid_out(counts, c) for c in ("words", "spans", "cued"))
    with np.errstate(divide="ignore", invalid="ignore"):
        length = np.maximum(np.nan_to_num(words.sum(1) / spans.sum(1), nan=1.0), 1.0)[:, None]
    by_words = {
        f"{kind}_share": laid_out(counts.loc[counts["kind"] == kind], "words") / length
        for kind in _KINDS
    }
    by_words["official_share"] = laid_out(counts, "official_words") / length
    by_cues = {f"{c}_share": laid_out(counts, c) for c in _CUES}
    tables = []
    for parts, exposure in ((by_words, words / length), (by_cues, cued)):
        count = np.stack(list(parts.values()))
        share = stats.share_interval(count, np.broadcast_to(exposure, count.shape), level=level)
        p = p_against_others(count, exposure, seed=stats.seed_for(random_state, "sources"))
        with np.errstate(divide="ignore", invalid="ignore"):
            estimate = np.where(exposure.sum(1) > 0, count.sum(2) / exposure.sum(1), np.nan)
        for i, measure in enumerate(parts):
            tables.append(
                pd.DataFrame(
                    {
                        "measure": measure,
                        "group": groups,
                        "estimate": estimate[i],
                        "low": share.low[i],
                        "high": share.high[i],
                        "p_value": p[i],
                        "p_adjusted": stats.benjamini_hochberg(p[i]),
                        "stories": (exposure > 0).sum(1),
                    }
                )
            )
    tables.append(_effective(counts, groups, level))
    result = pd.concat(tables, ignore_index=True)
    at = [groups.index(g) for g in result["group"]]
    result["spans"] = spans.sum(1).astype(np.int64)[at]
    result["words"] = words.sum(1).astype(np.int64)[at]
    return result[_PROFILE]


def _effective(counts: pd.DataFrame, groups: Sequence[str], level: float) -> pd.DataFrame:
    """Effective number of sources: geometric mean over stories, Student's t on the log scale."""
    from scipy.special import stdtrit

    known = counts.loc[(counts["kind"] != "unknown") & (counts["words"] > 0)]
    cells = known.groupby(["group", "story"], sort=True)["words"]
    squares = (known["words"].astype(float) ** 2).groupby([known["group"], known["story"]]).sum()
    number = cells.sum() ** 2 / squares
    rows = []
    for group in groups:
        values = (
            np.log(number.loc[group].to_numpy(float))
            if group in number.index.get_level_values(0)
            else np.zeros(0)
        )
        n = len(values)
        centre = float(values.mean()) if n else np.nan
        half = np.nan
        if n > 1:
            half = float(stdtrit(n - 1, (1 + level) / 2) * values.std(ddof=1) / np.sqrt(n))
        low, middle, high = np.exp([centre - half, centre, centre + half])
        # An effective number is never below one.
        rows.append(["effective_sources", group, middle, max(low, 1.0) if n > 1 else low, high, n])
    table = pd.DataFrame(rows, columns=["measure", "group", "estimate", "low", "high", "stories"])
    return table.assign(p_value=np.nan, p_adjusted=np.nan)
