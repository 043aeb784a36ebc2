"""Scores -> Comparison: groups of articles compared by sums per group and story."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from framing import stats
from framing.cells import Cells, merge_cells, sum_articles, sum_cells
from framing.change import before_after_table, timeline_table
from framing.contrasts import (
    ALPHA,
    FAMILIES,
    FEWEST,
    Design,
    contrast_groups,
    difference_table,
    estimate_table,
)
from framing.dask_scores import DaskScores, cells_of_dask, words_of_dask
from framing.errors import CorpusError, FramingError
from framing.evidence import Evidence, empty_evidence
from framing.measures import MEASURES, Measure, choose_measures, with_twins
from framing.names import NAME_COLUMNS
from framing.notebook import card_html, list_html, table_html
from framing.parts import ScoresFolder, open_scores
from framing.reduction import (
    PartWords,
    Words,
    choose_stories,
    fold_cells,
    join_words,
    shared_by_groups,
    show_of,
    with_evidence,
    words_of,
)
from framing.scores import Scores, join_scores
from framing.sensitivity import Sensitivity, sensitivity_of
from framing.wording import Wording

__all__ = ["MEASURES", "Comparison", "Measure", "compare", "compare_cells"]

ONE_GROUP = (
    "nothing to compare: {by!r} has only {count} group with scored articles ({names}); "
    "two are needed"
)
NOTHING_SCORED = (
    "nothing to compare: none of the {count} articles was scored ({reasons}); mend the texts, or "
    "score them with a lower min_words="
)
NO_STORIES = (
    "match={match!r} compares groups on the stories that they share, but no scored article has a "
    "value in that column; fill it in, find stories before scoring (find_stories(), or on the "
    "command line `framing stories FILES --out found.jsonl`), or give match=None (--no-match) to "
    "compare all articles"
)
NO_SHARED = (
    "match={match!r} compares groups on the stories that they share, but no story is shared by "
    "two groups ({counts}); check that the column names events and not articles, or give "
    "match=None (--no-match) to compare all articles"
)
NOT_SCORES = (
    "compare takes the Scores that score() returns, several of parts of a corpus, or the folder "
    "that score_files() wrote, found {kind}"
)
NOT_CELLS = "compare_cells takes the Cells that sum_cells() or merge_cells() returns, found {kind}"
BAD_LEVEL = "level must lie between 0 and 1, both excluded, like 0.95; found {value!r}"
BAD_SEED = "random_state must be a whole number, 0 or more, found {value!r}"

W_STATUS = "{articles} left out with status {status!r}, for example {example!r}: {reason}."
W_COPIES = "{articles} left out as near-duplicates of another."
W_NAMELESS = "{articles} left out without a value in {by!r}."
W_UNMATCHED = "{articles} without a story: in the design 'all', not in 'matched'."
W_NO_MATCH = "Articles were not matched on stories: a difference may be one of topics."
W_ALONE = "{stories} covered by one group only: not in 'matched'."
W_MOST = (
    "{group!r} holds {share:.0%} of all articles' stories ({stories}): what is said of the design "
    "'all' is said mostly of it, and pairs without it share little."
)
W_NO_OWN = (
    "{group!r} has no own-voice words ({articles}): its measures of the own voice are missing."
)
W_NO_DATE = "{articles} without a date: not in the timeline."
W_NO_WORDS = (
    "Made from sums alone: there are no names, no other tables of words and no evidence, which "
    "need the scores."
)
NO_WORDING = (
    "this comparison was made from sums alone, without texts, so it has no {what}; give compare() "
    "the scores"
)
W_REFUSED = "{pairs}: too few to compare ({fewest} at least); left empty."
W_UNTESTABLE = "{pairs}: not testable ({needed} at least for p < 0.05 to be possible)."
W_FEW = (
    "{pairs}: with fewer than {needed} only a large difference can be told from chance; one of "
    "{family} tested pairs alone needs {alone} to be found after the Benjamini-Hochberg step."
)

ENOUGH = 11
"""Shared stories below which a pair that is tested is said to be thin."""

_TIMELINE = (
    "measure group period start end estimate low high standard_error articles stories words voice"
).split()
_MOST = 0.5
_MOST_OF_TWO = 0.75
_SHOWN = 6
_ROWS = 20


@dataclass(frozen=True)
class Comparison:
    """The result of comparing groups of articles.

    Attributes
    ----------
    estimates : pandas.DataFrame
        A measure for a group under a design: ``measure group design estimate low high
        standard_error articles stories words voice``. Rates are per 1,000 words, shares from 0 to
        1. A measure of the own voice has a twin, ``quoted:...``, for direct and indirect speech
        together; `voice` says which of them it is, or ``all``.
    differences : pandas.DataFrame
        Two groups under a design: ``measure group_a group_b design estimate_a estimate_b ratio low
        high p_value p_adjusted stories detectable testable family voice``. `family` names the
        tests over which the p-value was adjusted.
    names : pandas.DataFrame
        A name for a referent in a group's own voice: ``referent name stance group count share low
        high log_odds z p_adjusted``, and how often it was quoted or put in scare quotes.
    warnings : pandas.DataFrame
        ``warning``: plain sentences about what is thin, what was left out and why.
    evidence : Evidence
        What each number of the headline design is made of: totals, and sampled sentences.
    manifest : dict
        That of the scores, with the settings of the comparison and, as ``result``, the hash of
        its estimates and differences: what `rerun` repeats.
    sums : Cells
        What all figures are made from, finer than `Comparison.cells`.
    wording : Wording or None
        What all tables of words are made from, each when it is first asked for; None where a
        comparison was made without the scores.
    """

    estimates: pd.DataFrame
    differences: pd.DataFrame
    names: pd.DataFrame
    warnings: pd.DataFrame
    evidence: Evidence = field(repr=False)
    manifest: dict[str, Any] = field(repr=False)
    sums: Cells = field(repr=False)
    wording: Wording | None = field(default=None, repr=False)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The sums per group and story that everything is made from, near-duplicates left out.

        Made when it is first asked for; NaN where a sum is missing.
        """
        return self._counted.frame()

    @property
    def phrases(self) -> pd.DataFrame:
        """Phrases that set each group apart: ``phrase group count rate log_odds z p_value ...``.

        Exploratory: the vocabulary was searched. See `framing.phrases.phrase_table`.
        """
        return self._words("phrases").phrases

    @property
    def sources(self) -> pd.DataFrame:
        """Who is quoted by whom: ``speaker group spans words share scare_share ...``.

        See `framing.sources.source_table`.
        """
        return self._words("sources").sources

    @property
    def source_profile(self) -> pd.DataFrame:
        """What kinds of sources each group has, and how many in effect.

        See `framing.sources.source_profile`.
        """
        return self._words("sources").source_profile

    @property
    def asymmetry(self) -> pd.DataFrame:
        """Terms that one group uses bare and another in scare quotes, on the same story.

        See `framing.asymmetry.asymmetry_table`.
        """
        return self._words("scare quotes").asymmetry

    @property
    def agency(self) -> pd.DataFrame:
        """How often a group says who did harm, and who: `framing.agency.agency_table`."""
        return self._words("events").agency

    def _words(self, what: str) -> Wording:
        if self.wording is None:
            raise FramingError(NO_WORDING.format(what=what))
        return self.wording

    @property
    def groups(self) -> list[str]:
        """The groups, sorted."""
        return sorted(set(self.estimates["group"]))

    @property
    def by(self) -> str:
        """The column of groups, or several, as text."""
        by = self.manifest["comparison"]["by"]
        return by if isinstance(by, str) else " and ".join(by)

    @property
    def design(self) -> str:
        """The design that the headline rests on: ``matched`` where stories are known."""
        return "matched" if (self.estimates["design"] == "matched").any() else "all"

    @cached_property
    def timeline(self) -> pd.DataFrame:
        """`over_time` by month; empty where no article has a date."""
        if self._counted.keys["day"].isna().all():
            return pd.DataFrame(columns=_TIMELINE)
        return self.over_time()

    def over_time(
        self,
        *,
        every: str = "month",
        event: str | dt.date | None = None,
        measures: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Estimate measures by period, for each group.

        Parameters
        ----------
        every : {"day", "week", "month", "year"}
            Calendar periods; weeks begin on Monday.
        event : str or date, optional
            Count periods from this day instead: period 0 begins with it. A month is 30 days then,
            and a year 365.
        measures : sequence of str, optional
            By default those of the comparison that are not of single lexicons or categories.

        Returns
        -------
        pandas.DataFrame
            ``measure group period start end estimate low high standard_error articles stories
            words voice``, of all articles that have a date (the design ``all``).

        Raises
        ------
        CorpusError
            If no article has a date.
        FramingError
            If a setting is not valid.

        Examples
        --------
        >>> import framing
        >>> corpus = framing.read_corpus(framing.example_corpus_folder())
        >>> comparison = framing.compare(framing.score(corpus))
        >>> table = comparison.over_time(every="year", measures=["scare_rate"])
        >>> sorted(set(table["measure"]))
        ['scare_rate']
        """
        return timeline_table(
            self._counted,
            self._measures(measures),
            groups=self.groups,
            every=every,
            event=event,
            level=self.manifest["comparison"]["level"],
        )

    def before_after(
        self,
        event: str | dt.date,
        *,
        window: int | None = None,
        block: int = 7,
        measures: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Compare each group with itself, before an event and from its day on.

        Parameters
        ----------
        event : str or date
            The first day of *after*.
        window : int, optional
            Days on either side that are looked at; all by default.
        block : int
            Days whose articles are kept together when intervals and p-values are made. Longer
            ones allow for themes that last longer.
        measures : sequence of str, optional
            As for `over_time`.

        Returns
        -------
        pandas.DataFrame
            ``measure group event before after ratio low high p_value p_adjusted articles_before
            articles_after blocks_before blocks_after testable family voice``. See
            `framing.change.before_after_table` for what makes the p-values fair, and where they
            are not: a trend that was under way looks like a change.

        Raises
        ------
        CorpusError
            If no article has a date, or all are on one side.
        FramingError
            If a setting is not valid.
        """
        settings = self.manifest["comparison"]
        return before_after_table(
            self._counted,
            self._measures(measures),
            groups=self.groups,
            event=event,
            window=window,
            block=block,
            level=settings["level"],
            random_state=settings["random_state"],
        )

    def sensitivity(self, measure: str | None = None, *, most_stories: int = 60) -> Sensitivity:
        """Compare the groups again under other choices: how often do the differences hold?

        Parameters
        ----------
        measure : str, optional
            The main measure: ``loaded_rate`` by default, ``term_rate`` without a classifier.
        most_stories : int
            How many stories are left out in turn, those with most words first.

        Returns
        -------
        Sensitivity
            Every specification, and for each pair how often sign and significance hold. What is
            varied: classifier or lexicons, all of them, each alone, each left out; quoted and
            reported speech counted in; near-duplicates kept; opinion left out (where
            ``compare(opinion=...)`` said what that is); the words an article needs; and in the
            main specification each story left out.

        Raises
        ------
        FramingError
            If a setting is not valid.

        Examples
        --------
        >>> import framing
        >>> corpus = framing.read_corpus(framing.example_corpus_folder())
        >>> found = framing.compare(framing.score(corpus)).sensitivity(most_stories=3)
        >>> bool((found.summary["same_sign"] <= 1).all())
        True
        """
        settings = self.manifest["comparison"]
        return sensitivity_of(
            self.sums,
            contrast_groups(self.groups, settings["against"]),
            measure=measure,
            level=settings["level"],
            random_state=settings["random_state"],
            most_stories=most_stories,
        )

    @property
    def _counted(self) -> Cells:
        return self.sums.take(~self.sums.keys["copy"].to_numpy(bool))

    def _measures(self, names: Sequence[str] | None) -> list[Measure]:
        if names is None:
            names = [
                m
                for m in self.manifest["comparison"]["measures"]
                if "/" not in m and m not in {x["name"] for x in self.manifest["lexicons"]}
            ] or self.manifest["comparison"]["measures"]
        return choose_measures(names, self.manifest, ())

    def __repr__(self) -> str:
        return "\n".join(_summary(self))

    def _repr_html_(self) -> str:
        head, *rest = _summary(self)
        # the table says what the lines on single measures do, in less room
        names = tuple(f"{name}: " for name in _names())
        lines = [line for line in rest if not line.startswith(names)]
        return card_html(head, _estimates_html(self), list_html(lines))


def _with_interval(row: Mapping[Any, Any]) -> str:
    if math.isnan(row["estimate"]):
        return "–"
    if math.isnan(row["low"]):
        return f"{row['estimate']:.3g}"
    return f"{row['estimate']:.3g} ({row['low']:.3g} to {row['high']:.3g})"


def _estimates_html(comparison: Comparison) -> str:
    """Lay out the headline measures, a group in a row, the least loaded first."""
    table = comparison.estimates
    shown = table.loc[(table["design"] == comparison.design) & table["measure"].isin(_names())]
    measures = [m for m in MEASURES if (shown["measure"] == m.name).any()]
    if not measures:
        return ""
    cells = {(r["group"], r["measure"]): _with_interval(r) for r in shown.to_dict("records")}
    first = shown.loc[shown["measure"] == measures[0].name].sort_values("estimate")
    groups = first["group"].tolist()
    rows = [
        [group, *(cells.get((group, m.name), "–") for m in measures)] for group in groups[:_ROWS]
    ]
    more = [f"{len(groups) - _ROWS:,} more groups in .estimates"] if len(groups) > _ROWS else []
    head = [comparison.by, *(m.name for m in measures)]
    return table_html(head, rows, numbers=range(1, len(head))) + list_html(more)


def _summary(comparison: Comparison) -> list[str]:
    table = comparison.estimates
    shown = table.loc[(table["design"] == comparison.design) & table["measure"].isin(_names())]
    level = comparison.manifest["comparison"]["level"]
    lines = [
        f"Comparison of {len(comparison.groups)} groups "
        f"by {comparison.by}, design {comparison.design!r}, "
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
    sure = found.loc[(found["p_adjusted"] <= ALPHA) & found["measure"].isin(_names())]
    family = comparison.manifest["comparison"]["family"]
    tests = found.loc[found["p_value"].notna()].groupby("family").size()
    lines.append(
        f"{len(sure)} differences in these with a p-value of {ALPHA} or less after "
        f"Benjamini-Hochberg over {FAMILIES[family]} "
        f"({len(tests)} families of {tests.max() if len(tests) else 0} tests at most)"
    )
    lines += [f"warning: {w}" for w in comparison.warnings["warning"].head(4)]
    return lines


def _names() -> list[str]:
    return [m.name for m in MEASURES]


def compare(
    scores: Scores | Iterable[Scores] | str | Path | ScoresFolder | DaskScores,
    *,
    by: str | Sequence[str] = "outlet",
    match: str | None = "story",
    against: str = "pairs",
    family: str = "measure",
    level: float = 0.95,
    random_state: int = 0,
    measures: Sequence[str] | None = None,
    opinion: tuple[str, Sequence[str]] | None = None,
    draws: int | None = None,
) -> Comparison:
    """Compare groups of articles, in their own voice, on the stories that they share.

    Parameters
    ----------
    scores : Scores, iterable of Scores, path, ScoresFolder or DaskScores
        What `score` returned, of the whole corpus or of its parts or of a Dask DataFrame; or the
        folder that `score_files` wrote, which is read part by part. Neither number nor order of
        parts changes a digit. Of a folder or Dask DataFrame of more words than
        `framing.reduction.MOST_WORDS` the tables of words are made from a sample of whole
        stories, which the warnings state.
    by : str or sequence of str
        The column of ``scores.articles`` whose values are the groups, or several, whose values
        are joined (``Herald | 2024``). ``year``, ``month`` and ``week`` are made from ``date``
        where there is no such column.
    match : str or None
        The column that says which articles cover the same event. None compares all articles, each
        a story of its own, and tests nothing.
    against : str
        ``"pairs"`` compares every two groups, ``"rest"`` each with all others together, and the
        name of a group every other one with that.
    family : {"measure", "pair", "comparison"}
        Over which tests p-values are adjusted: the pairs of one measure, the measures of one
        pair, or all of them.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.
    measures : sequence of str, optional
        Names as in `known_measures`: headline ones such as ``"loaded_rate"``, a lexicon, a
        ``"lexicon/category"``, and ``"quoted:..."`` for the same in quoted and reported speech.
        By default the headline ones with their quoted twins, and every lexicon and category that
        was found in own voice; the estimates then hold the quoted twins of all of these.
    opinion : (str, sequence of str), optional
        A column and the values in it that mean opinion, like ``("section", ["opinion"])``. They
        stay in the comparison; `Comparison.sensitivity` says what leaving them out would change.
    draws : int, optional
        Permutations of each test at most; by default as many as the family asks for (see
        `framing.stats.permutation_test`).

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
    tests of the `family`, which the table names and the summary states. Differences under
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
    if isinstance(scores, str | Path | ScoresFolder | DaskScores):
        cells, words = _read_sums(scores, by=by, match=match, opinion=opinion)
        return _compared(
            cells,
            words,
            against=against,
            family=family,
            level=level,
            random_state=random_state,
            measures=measures,
            draws=draws,
        )
    parts = [scores] if isinstance(scores, Scores) else _parts(scores)
    # Added up part by part: the same whole numbers in any order.
    cells = merge_cells(sum_cells(p, by=by, match=match, opinion=opinion) for p in parts)
    whole = parts[0] if len(parts) == 1 else join_scores(parts)
    return compare_cells(
        cells,
        scores=whole,
        against=against,
        family=family,
        level=level,
        random_state=random_state,
        measures=measures,
        draws=draws,
    )


def _parts(scores: object) -> list[Scores]:
    if isinstance(scores, Iterable) and not isinstance(scores, pd.DataFrame | str | dict):
        parts = list(scores)
        wrong = [p for p in parts if not isinstance(p, Scores)]
        if parts and not wrong:
            return parts
        scores = wrong[0] if wrong else scores
    raise FramingError(NOT_SCORES.format(kind=type(scores).__name__))


def compare_cells(
    cells: Cells,
    *,
    scores: Scores | None = None,
    against: str = "pairs",
    family: str = "measure",
    level: float = 0.95,
    random_state: int = 0,
    measures: Sequence[str] | None = None,
    draws: int | None = None,
) -> Comparison:
    """Compare groups from their sums, as they were added up elsewhere.

    Parameters
    ----------
    cells : Cells
        From `sum_cells`, or merged from those of many parts.
    scores : Scores, optional
        Where names and evidence are read from; without, these tables are empty and the warnings
        say so. May be a sample.
    against, family, level, random_state, measures, draws
        As for `compare`.

    Returns
    -------
    Comparison
        The same as `compare` gives of the whole.

    Raises
    ------
    CorpusError
        If there is nothing to compare.
    FramingError
        If a setting is not valid.

    Examples
    --------
    >>> import framing
    >>> corpus = framing.read_corpus(framing.example_corpus_folder())
    >>> parts = [sum_cells(framing.score(corpus.iloc[i::2])) for i in range(2)]
    >>> compare_cells(merge_cells(parts)).design
    'matched'
    """
    if not isinstance(cells, Cells):
        raise FramingError(NOT_CELLS.format(kind=type(cells).__name__))
    read = None if scores is None else partial(_words_of_scores, scores, cells)
    return _compared(
        cells,
        read,
        against=against,
        family=family,
        level=level,
        random_state=random_state,
        measures=measures,
        draws=draws,
    )


def _read_sums(
    scores: str | Path | ScoresFolder | DaskScores,
    *,
    by: str | Sequence[str],
    match: str | None,
    opinion: tuple[str, Sequence[str]] | None,
) -> tuple[Cells, Callable[[], Words]]:
    """Add up what is larger than memory, and say how its words are read afterwards."""
    if isinstance(scores, DaskScores):
        held, cells = cells_of_dask(scores, by=by, match=match, opinion=opinion)
        return cells, partial(words_of_dask, held, cells)
    stored = scores if isinstance(scores, ScoresFolder) else open_scores(scores)
    cells = fold_cells(
        sum_articles(table, manifest, by=by, match=match, opinion=opinion)
        for table, manifest in stored.sums()
    )
    return cells, partial(_words_of_folder, stored, cells)


def _words_of_scores(scores: Scores, cells: Cells) -> Words:
    return join_words([_words(scores, cells, None)], cells, sampled=False)


def _words_of_folder(stored: ScoresFolder, cells: Cells) -> Words:
    """Read a folder once more, a part at a time, for its words and its evidence."""
    stories = choose_stories(cells)
    parts = (_words(part, cells, stories) for part in stored.scores())
    words = join_words(parts, cells, sampled=stories is not None)
    if stories is None:
        return words
    # Which sentences are shown is known only now.
    by, match = cells.settings["by"], cells.settings["match"]
    shared = shared_by_groups(cells)
    shown = (
        show_of(part, words.evidence, by=by, match=match, shared=shared) for part in stored.scores()
    )
    return with_evidence(words, shown)


def _words(scores: Scores, cells: Cells, stories: frozenset[str] | None) -> PartWords:
    settings = cells.settings
    return words_of(
        scores,
        by=settings["by"],
        match=settings["match"],
        stories=stories,
        shared=shared_by_groups(cells),
    )


def _compared(
    cells: Cells,
    words: Callable[[], Words] | None,
    *,
    against: str,
    family: str,
    level: float,
    random_state: int,
    measures: Sequence[str] | None,
    draws: int | None,
) -> Comparison:
    """Make all tables of a comparison; words are read last, after all that may be refused."""
    if not 0 < level < 1:
        raise FramingError(BAD_LEVEL.format(value=level))
    if isinstance(random_state, bool) or not isinstance(random_state, int) or random_state < 0:
        raise FramingError(BAD_SEED.format(value=random_state))
    match = cells.settings["match"]
    counted = cells.take(~cells.keys["copy"].to_numpy(bool))
    _check_groups(counted)
    groups = counted.groups
    contrasts = contrast_groups(groups, against)
    chosen = choose_measures(measures, cells.manifest, counted.found)
    estimated = chosen
    if measures is None:
        estimated = with_twins(chosen, cells.manifest, counted.found)
    estimates, differences = [], []
    for name in ("all", "matched") if match else ("all",):
        design = Design(counted, name, groups)
        if match and not design.stories:
            raise CorpusError(NO_SHARED.format(match=match, counts=_story_counts(counted)))
        # What is estimated only is not tested: it would be in no family that was declared.
        estimates.append(estimate_table(design, estimated, level=level))
        differences.append(
            difference_table(
                design,
                chosen,
                contrasts,
                level=level,
                random_state=random_state,
                family=family,
                draws=draws,
            )
        )
    settings = {
        **cells.settings,
        "against": against,
        "family": family,
        "level": level,
        "random_state": random_state,
        "measures": [m.name for m in chosen],
        "chosen": measures is not None,
        "draws": draws,
    }
    difference = pd.concat(differences, ignore_index=True)
    notes = [*_left_out(cells), *_one_sided(counted), *_thin(difference, counted)]
    notes += _undated(counted)
    if words is None:
        notes.append(W_NO_WORDS)
        wording, names = None, pd.DataFrame(columns=NAME_COLUMNS)
        evidence = empty_evidence()
    else:
        found = words()
        notes += found.notes
        wording = Wording(found.scores, found.articles, level, random_state)
        names, evidence = wording.names, found.evidence
    estimate = pd.concat(estimates, ignore_index=True)
    settings["result"] = _table_hash(estimate, difference)
    return Comparison(
        estimates=estimate,
        differences=difference,
        names=names,
        warnings=pd.DataFrame({"warning": pd.array(notes, dtype="str")}),
        evidence=evidence,
        manifest={**cells.manifest, "comparison": settings},
        sums=cells,
        wording=wording,
    )


def _table_hash(*tables: pd.DataFrame) -> str:
    """Hash tables to the last bit of every number."""
    digest = hashlib.sha256()
    for table in tables:
        for name in table.columns:
            values = table[name]
            digest.update(str(name).encode() + b"\x00")
            if values.dtype.kind in "fiub":
                digest.update(values.to_numpy("<f8").tobytes())
            else:
                texts = values.astype(object).tolist()
                try:
                    joined = "\x00".join(texts)
                except TypeError:  # something is missing, or no text
                    joined = "\x00".join(map(str, texts))
                digest.update(joined.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


# ------------------------------------------------------------------------ refused or said plainly


def _check_groups(cells: Cells) -> None:
    """Refuse what leaves nothing to compare."""
    groups, match = cells.groups, cells.settings["match"]
    if not groups and cells.left_out:
        reasons = ", ".join(f"{x.articles} {x.why}" for x in cells.left_out)
        total = sum(x.articles for x in cells.left_out)
        raise CorpusError(NOTHING_SCORED.format(count=total, reasons=reasons))
    if len(groups) < 2:
        raise CorpusError(
            ONE_GROUP.format(
                by=cells.settings["by"], count=len(groups), names=", ".join(groups) or "none"
            )
        )
    if match is not None and not cells.keys["matched"].any():
        raise CorpusError(NO_STORIES.format(match=match))


def _story_counts(cells: Cells) -> str:
    stories = cells.keys.loc[cells.keys["matched"]].groupby("group")["story"].nunique()
    parts = [f"{g} has {_count(int(stories.get(g, 0)), 'story')}, 0 shared" for g in cells.groups]
    more = f"; and {len(parts) - _SHOWN} more groups" if len(parts) > _SHOWN else ""
    return "; ".join(parts[:_SHOWN]) + more


def _left_out(cells: Cells) -> list[str]:
    notes = {"copy": W_COPIES, "nameless": W_NAMELESS, "unmatched": W_UNMATCHED}
    said = []
    for item in sorted(cells.left_out, key=lambda x: (x.why in notes, x.why)):
        said.append(
            notes.get(item.why, W_STATUS).format(
                articles=_count(item.articles, "article"),
                by=cells.settings["by"],
                status=item.why,
                example=item.example,
                reason=item.reason,
            )
        )
    return said


def _one_sided(cells: Cells) -> list[str]:
    notes = []
    pairs = cells.keys[["group", "matched", "story"]].drop_duplicates()
    held = pairs["group"].value_counts().sort_index()
    share = held / held.sum()
    limit = _MOST_OF_TWO if len(held) == 2 else _MOST
    for group in share.index[share > limit]:
        stories = _count(int(held[group]), "story")
        notes.append(W_MOST.format(group=group, share=share[group], stories=stories))
    sums = pd.DataFrame({name: cells.column(name) for name in ("own_words", "articles")})
    sums = sums.groupby(cells.keys["group"].to_numpy()).sum()
    for group in sums.index[sums["own_words"] == 0]:
        articles = _count(int(sums["articles"][group]), "article")
        notes.append(W_NO_OWN.format(group=group, articles=articles))
    return notes


def _thin(differences: pd.DataFrame, cells: Cells) -> list[str]:
    if cells.settings["match"] is None:
        return [W_NO_MATCH]
    notes = []
    rows = differences.loc[
        (differences["design"] == "matched") & (differences["measure"] == differences["measure"][0])
    ]
    shared = rows["stories"].to_numpy(int)
    alone = stats.stories_needed()
    family = int((shared >= alone).sum())
    after = stats.stories_needed(max(family, 1))
    enough = max(ENOUGH, after)
    for low, high, text in (
        (0, FEWEST, W_REFUSED),
        (FEWEST, alone, W_UNTESTABLE),
        (alone, enough, W_FEW),
    ):
        thin = rows.loc[(shared >= low) & (shared < high)]
        if len(thin):
            pairs = _about_pairs(thin, len(rows))
            needed = alone if text == W_UNTESTABLE else enough
            notes.append(
                text.format(pairs=pairs, fewest=FEWEST, needed=needed, family=family, alone=after)
            )
    keys = cells.keys.loc[cells.keys["matched"]]
    single = int((keys.groupby("story")["group"].nunique() < 2).sum())
    if single:
        notes.append(W_ALONE.format(stories=_count(single, "story")))
    return notes


def _undated(cells: Cells) -> list[str]:
    undated = cells.column("articles")[cells.keys["day"].isna().to_numpy(bool)].sum()
    return [W_NO_DATE.format(articles=_count(int(undated), "article"))] if undated else []


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
