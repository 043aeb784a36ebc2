"""Scores -> Comparison: groups of articles compared by sums per group and story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import stats
from framing.errors import CorpusError, FramingError
from framing.evidence import sample_evidence
from framing.scores import Scores

__all__ = ["MEASURES", "Comparison", "Measure", "compare"]

UNKNOWN_COLUMN = "there is no column {value!r} to compare {what}; there are: {valid}"
ONE_GROUP = (
    "nothing to compare: {by!r} has only {count} group with scored articles ({names}); "
    "two are needed"
)
NO_STORIES = (
    "match={match!r} compares groups on the stories that they share, but no scored article has a "
    "value in that column; fill it in, or give match=None to compare all articles"
)
BAD_LEVEL = "level must lie between 0 and 1, both excluded, like 0.95; found {value!r}"
BAD_SEED = "random_state must be a whole number, 0 or more, found {value!r}"
UNKNOWN_MEASURE = "unknown measure {value!r}; there are: {valid}"
NOT_SCORES = "compare takes the Scores that score() returns, found {kind}"

_PER = 1000.0
_ALPHA = 0.05
_FEWEST = 3
# Names are an ordered list to read, not a family to be found in: more draws would change no order.
_MOST_DRAWS = 1999
_SHOWN = 6


@dataclass(frozen=True)
class Measure:
    """A measure: its sum in the numerator, the words it is divided by, its kind and unit."""

    name: str
    count: str
    exposure: str
    kind: stats.Kind
    unit: str
    label: str

    @property
    def per(self) -> float:
        """What a rate is multiplied by."""
        return _PER if self.kind == "rate" else 1.0


MEASURES = (
    Measure(
        "loaded_rate",
        "loaded_words",
        "own_words",
        "rate",
        "expected loaded words per 1,000 own-voice words",
        "Loaded wording (trained classifier)",
    ),
    Measure(
        "term_rate",
        "term_weight",
        "own_words",
        "rate",
        "weighted loaded terms per 1,000 own-voice words",
        "Loaded terms (lexicons)",
    ),
    Measure(
        "scare_rate",
        "scare_phrases",
        "words",
        "rate",
        "scare-quoted phrases per 1,000 words",
        "Scare quotes",
    ),
    Measure(
        "quoted_share",
        "quoted_words",
        "words",
        "share",
        "share of words in direct or indirect speech",
        "Quoted and reported speech",
    ),
)
"""The measures that every comparison has; categories of lexicons come beside them."""


@dataclass(frozen=True)
class Comparison:
    """The result of comparing groups of articles.

    Attributes
    ----------
    estimates : pandas.DataFrame
        A measure for a group under a design: ``measure group design estimate low high
        standard_error articles stories words``. Rates are per 1,000 words, shares from 0 to 1.
    differences : pandas.DataFrame
        Two groups under a design: ``measure group_a group_b design estimate_a estimate_b ratio low
        high p_value p_adjusted stories detectable testable family``.
    names : pandas.DataFrame
        A name for a referent in a group's own voice: ``referent name stance group count share low
        high log_odds z p_adjusted``, and how often it was quoted or put in scare quotes.
    warnings : pandas.DataFrame
        ``warning``: plain sentences about what is thin, what was left out and why.
    cells : pandas.DataFrame
        The sums per group and story that everything above is made from.
    evidence : pandas.DataFrame
        For each group, the sentences that weigh most, with the voice of each part.
    manifest : dict
        That of the scores, with the settings of the comparison.
    """

    estimates: pd.DataFrame
    differences: pd.DataFrame
    names: pd.DataFrame
    warnings: pd.DataFrame
    cells: pd.DataFrame = field(repr=False)
    evidence: pd.DataFrame = field(repr=False)
    timeline: pd.DataFrame = field(repr=False)
    manifest: dict[str, Any] = field(repr=False)

    @property
    def groups(self) -> list[str]:
        """The groups, sorted."""
        return sorted(set(self.estimates["group"]))

    @property
    def design(self) -> str:
        """The design that the headline rests on: ``matched`` where stories are known."""
        return "matched" if (self.estimates["design"] == "matched").any() else "all"

    def __repr__(self) -> str:
        return "\n".join(_summary(self))

    def _repr_html_(self) -> str:
        head, *rest = _summary(self)
        items = "".join(f"<li>{escape(line)}</li>" for line in rest)
        return f"<p><strong>{escape(head)}</strong></p><ul>{items}</ul>"


def _summary(comparison: Comparison) -> list[str]:
    table = comparison.estimates
    shown = table.loc[(table["design"] == comparison.design) & table["measure"].isin(_names())]
    level = comparison.manifest["comparison"]["level"]
    lines = [
        f"Comparison of {len(comparison.groups)} groups "
        f"by {comparison.manifest['comparison']['by']}, design {comparison.design!r}, "
        f"{level:.0%} intervals"
    ]
    for measure in MEASURES:
        rows = shown.loc[shown["measure"] == measure.name].sort_values("estimate")
        parts = [
            f"{r['group']} {r['estimate']:.3g} ({r['low']:.3g} to {r['high']:.3g})"
            for r in rows.loc[rows["estimate"].notna()].to_dict("records")
        ]
        if len(parts) > _SHOWN:
            half = _SHOWN // 2
            parts = [*parts[:half], f"... {len(parts) - _SHOWN} more ...", *parts[-half:]]
        if parts:
            lines.append(f"{measure.name}: " + "; ".join(parts))
    found = comparison.differences
    sure = found.loc[(found["p_adjusted"] <= _ALPHA) & found["measure"].isin(_names())]
    lines.append(f"{len(sure)} differences with a BH-adjusted p-value of {_ALPHA} or less")
    lines += [f"warning: {w}" for w in comparison.warnings["warning"].head(4)]
    return lines


def _names() -> list[str]:
    return [m.name for m in MEASURES]


def compare(
    scores: Scores,
    *,
    by: str = "outlet",
    match: str | None = "story",
    level: float = 0.95,
    random_state: int = 0,
    measures: Sequence[str] | None = None,
) -> Comparison:
    """Compare groups of articles, in their own voice, on the stories that they share.

    Parameters
    ----------
    scores : Scores
        What `score` returned.
    by : str
        The column of ``scores.articles`` whose values are the groups.
    match : str or None
        The column that says which articles cover the same event. None compares all articles, each
        a story of its own, and tests nothing.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.
    measures : sequence of str, optional
        Names from `MEASURES`, or ``"lexicon/category"`` for the rate of one category; by default
        the former, and every category that was found in own voice at least once.

    Returns
    -------
    Comparison
        Estimates and differences under the design ``all`` and, with `match`, ``matched``.

    Raises
    ------
    CorpusError
        If a column is not there, no article has a story, or fewer than two groups have scored
        articles.
    FramingError
        If a setting is not valid.

    Notes
    -----
    Estimates: ``log((count + 1/2) / words)``, with a standard error from the jackknife over
    stories and Student's t. Differences under ``matched``: the ratio over shared stories; the
    p-value permutes whole cells within stories and is Benjamini-Hochberg adjusted over the
    testable pairs of one measure, which is the family that the table names. Differences under
    ``all`` have an interval and no p-value: where two groups cover different events, no
    permutation is fair.

    Examples
    --------
    >>> import framing
    >>> corpus = framing.read_corpus(framing.example_corpus_folder())
    >>> comparison = framing.compare(framing.score(corpus))
    >>> comparison.design
    'matched'
    """
    if not isinstance(scores, Scores):
        raise FramingError(NOT_SCORES.format(kind=type(scores).__name__))
    if not 0 < level < 1:
        raise FramingError(BAD_LEVEL.format(value=level))
    if isinstance(random_state, bool) or not isinstance(random_state, int) or random_state < 0:
        raise FramingError(BAD_SEED.format(value=random_state))
    notes: list[str] = []
    articles = _eligible(scores, by, match, notes)
    categories = _category_sums(scores, articles)
    chosen = _chosen(measures, categories, scores)
    cells = _cells(articles, categories, by, match, chosen)
    groups = sorted(set(cells["group"]))
    estimates, differences = [], []
    for design in ("all", "matched") if match else ("all",):
        sums = _arrays(cells, groups, chosen, design)
        estimates.append(_estimates(sums, groups, chosen, design, level))
        differences.append(_differences(sums, groups, chosen, design, level, random_state))
    settings = {
        "by": by,
        "match": match,
        "level": level,
        "random_state": random_state,
        "measures": [m.name for m in chosen],
    }
    difference = pd.concat(differences, ignore_index=True)
    notes += _thin(difference, cells, match)
    return Comparison(
        estimates=pd.concat(estimates, ignore_index=True),
        differences=difference,
        names=_name_table(scores, articles, by, match, groups, level, random_state),
        warnings=pd.DataFrame({"warning": pd.array(notes, dtype="str")}),
        cells=cells,
        evidence=sample_evidence(scores, articles, by=by),
        timeline=_timeline(articles, by),
        manifest={**scores.manifest, "comparison": settings},
    )


# ------------------------------------------------------------------------ which articles count


def _eligible(scores: Scores, by: str, match: str | None, notes: list[str]) -> pd.DataFrame:
    articles = scores.articles
    for column, what in ((by, "by"), (match, "on")):
        if column is not None and column not in articles.columns:
            valid = ", ".join(c for c in articles.columns if articles[c].dtype.kind not in "fi")
            raise CorpusError(UNKNOWN_COLUMN.format(value=column, what=what, valid=valid))
    for status, rows in articles.loc[articles["status"] != "scored"].groupby("status"):
        notes.append(
            f"{_count(len(rows), 'article')} left out with status {status!r}, "
            f"for example {rows['id'].iloc[0]!r}: {rows['reason'].iloc[0]}."
        )
    kept = articles.loc[articles["status"] == "scored"]
    if "duplicate_of" in kept:
        copies = kept["duplicate_of"].notna()
        if copies.any():
            notes.append(
                f"{_count(int(copies.sum()), 'article')} left out as near-duplicates of another."
            )
        kept = kept.loc[~copies]
    nameless = kept[by].isna()
    if nameless.any():
        notes.append(
            f"{_count(int(nameless.sum()), 'article')} left out without a value in {by!r}."
        )
    kept = kept.loc[~nameless]
    found = sorted(set(kept[by].astype(str)))
    if len(found) < 2:
        raise CorpusError(
            ONE_GROUP.format(by=by, count=len(found), names=", ".join(found) or "none")
        )
    if match is not None:
        unmatched = kept[match].isna()
        if unmatched.all():
            raise CorpusError(NO_STORIES.format(match=match))
        if unmatched.any():
            notes.append(
                f"{_count(int(unmatched.sum()), 'article')} without a story: in the design 'all', "
                "not in 'matched'."
            )
    return kept


def _count(n: int, noun: str) -> str:
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{n:,} {noun if n == 1 else plural}"


def _about_pairs(pairs: pd.DataFrame, total: int) -> str:
    """Name the pairs where they are few, count them where they are many."""
    few = [
        f"{r['group_a']} and {r['group_b']} share {_count(int(r['stories']), 'story')}"
        for r in pairs.head(3).to_dict("records")
    ]
    if len(pairs) <= len(few):
        return "; ".join(few)
    return f"{len(pairs):,} of {total:,} pairs share few stories (such as: {'; '.join(few)})"


def _category_sums(scores: Scores, articles: pd.DataFrame) -> pd.DataFrame:
    """Weighted own-voice hits by article and category."""
    hits = scores.hits.loc[(scores.hits["voice"] == "own") & scores.hits["id"].isin(articles["id"])]
    if not len(hits):
        return pd.DataFrame(index=pd.Index(articles["id"], name="id"))
    key = hits["lexicon"] + "/" + hits["category"]
    sums = hits.groupby([hits["id"], key])["weight"].sum().unstack()
    return sums.reindex(articles["id"]).fillna(0.0)


def _chosen(
    measures: Sequence[str] | None, categories: pd.DataFrame, scores: Scores
) -> list[Measure]:
    declared = {
        f"{x.name}/{c.name}": f"{c.name.replace('-', ' ')} ({x.name})"
        for x in scores.lexicons
        for c in x.categories
    }
    known = {m.name: m for m in MEASURES}
    known |= {
        name: Measure(
            name, name, "own_words", "rate", "weighted terms per 1,000 own-voice words", label
        )
        for name, label in declared.items()
    }
    if measures is None:
        return [m for m in known.values() if m in MEASURES or m.name in categories]
    if isinstance(measures, str):
        raise FramingError(f"measures must be a list, not a single str; wrap it: [{measures!r}]")
    for name in measures:
        if name not in known:
            raise FramingError(UNKNOWN_MEASURE.format(value=name, valid=", ".join(known)))
    return [known[name] for name in measures]


# ------------------------------------------------------------------------ sums and their arrays


def _cells(
    articles: pd.DataFrame,
    categories: pd.DataFrame,
    by: str,
    match: str | None,
    measures: Iterable[Measure],
) -> pd.DataFrame:
    """Sums per group and story; an article without a story is one of its own."""
    table = pd.DataFrame({"group": articles[by].astype(str).to_numpy()})
    own = "article " + articles["id"].astype(str)
    if match is None:
        table["story"], table["matched"] = own.to_numpy(), False
    else:
        known = articles[match].notna()
        table["story"] = articles[match].astype(str).where(known, own).to_numpy()
        table["matched"] = known.to_numpy()
    table["articles"] = 1
    for column in ("words", "own_words"):
        table[column] = articles[column].to_numpy(float)
    for measure in measures:
        if measure.count in articles:
            table[measure.count] = articles[measure.count].to_numpy(float)
        elif measure.count in categories:
            table[measure.count] = categories[measure.count].to_numpy(float)
        else:
            table[measure.count] = 0.0
    # A missing sum (no classifier) stays missing: it must not turn into 0 by being added up.
    grouped = table.groupby(["group", "story", "matched"], sort=True)
    return grouped.sum(skipna=False).reset_index()


@dataclass(frozen=True)
class _Arrays:
    """Sums as arrays of shape (groups, stories), stories sorted."""

    count: dict[str, npt.NDArray[np.float64]]
    exposure: dict[str, npt.NDArray[np.float64]]
    articles: npt.NDArray[np.float64]


def _arrays(
    cells: pd.DataFrame, groups: Sequence[str], measures: Iterable[Measure], design: str
) -> _Arrays:
    if design == "matched":
        cells = cells.loc[cells["matched"]]
        shared = cells.groupby("story")["group"].nunique()
        cells = cells.loc[cells["story"].isin(shared.index[shared >= 2])]
    stories = sorted(set(cells["story"]))
    row = pd.Categorical(cells["group"], list(groups)).codes
    column = pd.Categorical(cells["story"], stories).codes

    def spread(name: str) -> npt.NDArray[np.float64]:
        result = np.zeros((len(groups), len(stories)))
        result[row, column] = cells[name].to_numpy(float)
        return result

    return _Arrays(
        {m.name: spread(m.count) for m in measures},
        {m.name: spread(m.exposure) for m in measures},
        spread("articles"),
    )


def _estimates(
    sums: _Arrays, groups: Sequence[str], measures: Iterable[Measure], design: str, level: float
) -> pd.DataFrame:
    tables = []
    for measure in measures:
        count, words = sums.count[measure.name], sums.exposure[measure.name]
        missing = np.isnan(count).any()
        make = stats.share_interval if measure.kind == "share" else stats.rate_interval
        result = make(np.nan_to_num(count), words, level=level)
        blank = np.full(len(groups), np.nan)
        tables.append(
            pd.DataFrame(
                {
                    "measure": measure.name,
                    "group": list(groups),
                    "design": design,
                    "estimate": blank if missing else result.estimate * measure.per,
                    "low": blank if missing else result.low * measure.per,
                    "high": blank if missing else result.high * measure.per,
                    "standard_error": blank if missing else result.standard_error,
                    "articles": sums.articles.sum(1).astype(int),
                    "stories": (words > 0).sum(1),
                    "words": words.sum(1).astype(int),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _differences(
    sums: _Arrays,
    groups: Sequence[str],
    measures: Sequence[Measure],
    design: str,
    level: float,
    random_state: int,
) -> pd.DataFrame:
    pairs = list(combinations(range(len(groups)), 2))
    tables = []
    for measure in measures:
        count, words = sums.count[measure.name], sums.exposure[measure.name]
        table = pd.DataFrame(
            {
                "measure": measure.name,
                "group_a": [groups[a] for a, _ in pairs],
                "group_b": [groups[b] for _, b in pairs],
                "design": design,
                "family": f"{measure.name}, {design}",
            }
        )
        if np.isnan(count).any() or count.shape[1] == 0:
            result = _nothing(_shared(words, pairs))
        elif design == "all":
            result = _raw(count, words, pairs, measure, level)
        else:
            result = _matched(count, words, pairs, measure, level, random_state)
        for name, values in result.items():
            table[name] = values
        tables.append(table)
    full = pd.concat(tables, ignore_index=True)
    full["p_adjusted"] = np.nan
    for _, rows in full.groupby("family"):
        full.loc[rows.index, "p_adjusted"] = stats.benjamini_hochberg(rows["p_value"].to_numpy())
    order = (
        "measure group_a group_b design estimate_a estimate_b ratio low high p_value "
        "p_adjusted stories detectable testable family"
    ).split()
    return full[order]


def _nothing(shared: npt.NDArray[np.int64]) -> dict[str, Any]:
    blank = np.full(len(shared), np.nan)
    columns = "estimate_a estimate_b ratio low high p_value detectable".split()
    return {**dict.fromkeys(columns, blank), "stories": shared, "testable": False}


def _raw(
    count: npt.NDArray[np.float64],
    words: npt.NDArray[np.float64],
    pairs: Sequence[tuple[int, int]],
    measure: Measure,
    level: float,
) -> dict[str, Any]:
    """Ratio of two groups' own estimates, their errors taken as independent."""
    from scipy.special import stdtrit

    make = stats.share_interval if measure.kind == "share" else stats.rate_interval
    one = make(count, words, level=level)
    a, b = (np.array([p[side] for p in pairs], int) for side in (0, 1))
    error = one.standard_error.copy()
    if measure.kind == "share":
        # from the logit scale to the log scale: d log p = (1 - p) d logit p
        error = error * (1 - one.estimate)
    spread = np.hypot(error[a], error[b])
    degrees = np.minimum(one.stories[a], one.stories[b]) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratio = np.log(one.estimate[a]) - np.log(one.estimate[b])
        half = np.where(degrees >= 1, stdtrit(np.maximum(degrees, 1), (1 + level) / 2), np.nan)
        low, high = np.exp(log_ratio - half * spread), np.exp(log_ratio + half * spread)
    blank = np.full(len(pairs), np.nan)
    return {
        "estimate_a": one.estimate[a] * measure.per,
        "estimate_b": one.estimate[b] * measure.per,
        "ratio": np.exp(log_ratio),
        "low": low,
        "high": high,
        "p_value": blank,
        "stories": _shared(words, pairs),
        "detectable": blank,
        "testable": False,
    }


def _matched(
    count: npt.NDArray[np.float64],
    words: npt.NDArray[np.float64],
    pairs: Sequence[tuple[int, int]],
    measure: Measure,
    level: float,
    random_state: int,
) -> dict[str, Any]:
    shared = _shared(words, pairs)
    # Pairs that share too little are not computed, a test that cannot reach significance is not
    # made: neither is in the family.
    enough = np.flatnonzero(shared >= _FEWEST)
    testable = stats.is_testable(shared, alpha=_ALPHA)
    tested = np.flatnonzero(testable)
    family = max(len(tested), 1)
    ratio = stats.ratio_interval(
        count, words, pairs=[pairs[i] for i in enough.tolist()], level=level, kind=measure.kind
    )
    test = stats.permutation_test(
        count,
        words,
        pairs=[pairs[i] for i in tested.tolist()],
        kind=measure.kind,
        draws=stats.n_draws_for(family, alpha=_ALPHA),
        seed=stats.seed_for(random_state, "differences"),
    )
    detectable = stats.detectable_ratio(
        ratio.standard_error, ratio.stories - 1, alpha=_ALPHA / family
    )

    def spread(
        values: npt.NDArray[np.float64], at: npt.NDArray[np.intp], scale: float = 1.0
    ) -> npt.NDArray[np.float64]:
        result = np.full(len(pairs), np.nan)
        result[at] = values * scale
        return result

    return {
        "estimate_a": spread(ratio.estimate_a, enough, measure.per),
        "estimate_b": spread(ratio.estimate_b, enough, measure.per),
        "ratio": spread(ratio.ratio, enough),
        "low": spread(ratio.low, enough),
        "high": spread(ratio.high, enough),
        "p_value": spread(test.p_value, tested),
        "stories": shared,
        "detectable": spread(detectable, enough),
        "testable": testable,
    }


def _shared(
    words: npt.NDArray[np.float64], pairs: Sequence[tuple[int, int]]
) -> npt.NDArray[np.int64]:
    """Count the stories that both groups of each pair cover."""
    a, b = (np.array([p[side] for p in pairs], int) for side in (0, 1))
    return np.asarray(((words[a] > 0) & (words[b] > 0)).sum(1), np.int64)


def _thin(differences: pd.DataFrame, cells: pd.DataFrame, match: str | None) -> list[str]:
    notes = []
    if match is None:
        return ["Articles were not matched on stories: a difference may be one of topics."]
    rows = differences.loc[
        (differences["design"] == "matched") & (differences["measure"] == differences["measure"][0])
    ]
    shared = rows["stories"].to_numpy(int)
    alone = stats.stories_needed()
    family = int((shared >= alone).sum())
    needed = stats.stories_needed(max(family, 1))
    for low, high, said in (
        (0, _FEWEST, f"too few to compare ({_FEWEST} at least); left empty"),
        (_FEWEST, alone, f"not testable ({alone} at least for p < 0.05 to be possible)"),
        (
            alone,
            needed,
            f"one of {family} pairs needs {needed} to be found by itself after the "
            "Benjamini-Hochberg step",
        ),
    ):
        thin = rows.loc[(shared >= low) & (shared < high)]
        if len(thin):
            notes.append(_about_pairs(thin, len(rows)) + f": {said}.")
    single = cells.loc[cells["matched"]].groupby("story")["group"].nunique()
    if (single < 2).any():
        count = _count(int((single < 2).sum()), "story")
        notes.append(f"{count} covered by one group only: not in 'matched'.")
    return notes


# ------------------------------------------------------------------------ who calls it what


def _name_table(
    scores: Scores,
    articles: pd.DataFrame,
    by: str,
    match: str | None,
    groups: Sequence[str],
    level: float,
    random_state: int,
) -> pd.DataFrame:
    columns = (
        "referent name stance group count share low high log_odds z p_adjusted quoted scare"
    ).split()
    hits = scores.hits.loc[scores.hits["referent"].notna()]
    hits = hits.loc[hits["id"].isin(articles["id"])]
    if not len(hits):
        return pd.DataFrame({c: [] for c in columns})
    place = articles.set_index("id")
    story = (
        place["id" if match is None else match] if match else pd.Series(place.index, place.index)
    )
    story = story.astype("str").where(story.notna(), "article " + place.index.astype("str"))
    labels = {t.pattern: t.label for x in scores.lexicons for t in x if t.referent}
    stances = {(t.referent, t.label): t.stance for x in scores.lexicons for t in x if t.referent}
    hits = hits.assign(
        group=hits["id"].map(place[by].astype(str)),
        story_key=hits["id"].map(story),
        name=hits["term"].map(labels),
    )
    stories = sorted(set(hits["story_key"]))
    tables = []
    for referent, all_rows in hits.groupby("referent"):
        names = sorted(set(all_rows["name"]))
        place_of = (
            pd.Categorical(all_rows["name"], names).codes,
            pd.Categorical(all_rows["group"], list(groups)).codes,
            pd.Categorical(all_rows["story_key"], stories).codes,
        )

        def tally(
            *voices: str,
            rows: pd.DataFrame = all_rows,
            at: tuple[Any, ...] = place_of,
            shape: tuple[int, ...] = (len(names), len(groups), len(stories)),
        ) -> npt.NDArray[np.float64]:
            chosen = rows["voice"].isin(voices).to_numpy()
            result = np.zeros(shape)
            np.add.at(result, tuple(codes[chosen] for codes in at), 1.0)
            return result

        count = tally("own")
        if (count.sum((1, 2)) > 0).sum() < 2:
            continue  # no rival names were used: nothing to choose between
        quoted, scare = tally("direct", "indirect").sum(2), tally("scare").sum(2)
        total = np.broadcast_to(count.sum(0), count.shape)
        share = stats.share_interval(count, total, level=level)
        test = stats.permutation_test(
            count,
            total,
            pairs=[(g, None) for g in range(len(groups))],
            kind="share",
            draws=min(stats.n_draws_for(len(names) * len(groups)), _MOST_DRAWS),
            seed=stats.seed_for(random_state, "names", str(referent)),
        )
        adjusted = stats.benjamini_hochberg(test.p_value.ravel()).reshape(test.p_value.shape)
        by_group = count.sum(2)
        others = by_group.sum(1, keepdims=True) - by_group
        prior = by_group.sum(1) + 0.5
        for g, group in enumerate(groups):
            used = by_group[:, g].sum()
            if not used + quoted[:, g].sum() + scare[:, g].sum():
                continue
            odds = stats.log_odds_dirichlet(by_group[:, g], others[:, g], prior=prior)
            tables.append(
                pd.DataFrame(
                    {
                        "referent": referent,
                        "name": names,
                        "stance": [stances.get((str(referent), n)) for n in names],
                        "group": group,
                        "count": by_group[:, g].astype(int),
                        "share": by_group[:, g] / used if used else np.nan,
                        "low": share.low[:, g],
                        "high": share.high[:, g],
                        "log_odds": odds.log_odds,
                        "z": odds.z,
                        "p_adjusted": adjusted[:, g],
                        "quoted": quoted[:, g].astype(int),
                        "scare": scare[:, g].astype(int),
                    }
                )
            )
    if not tables:
        return pd.DataFrame({c: [] for c in columns})
    table = pd.concat(tables, ignore_index=True)
    used = table["count"] + table["quoted"] + table["scare"] > 0
    table = table.loc[used].sort_values(
        ["referent", "group", "count", "name"], ascending=[True, True, False, True]
    )
    return table.reset_index(drop=True)[columns]


def _timeline(articles: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sums by group and day, for `plots.timeline` to gather by week or month."""
    dated = articles.loc[articles["date"].notna()]
    table = pd.DataFrame({"group": dated[by].astype(str), "date": dated["date"]})
    sums = sorted({m.count for m in MEASURES} | {m.exposure for m in MEASURES})
    for column in sums:
        table[column] = dated[column].astype(float)
    table["articles"] = 1
    keys = ["group", "date"]
    return table.groupby(keys).sum(skipna=False).reset_index()
