"""Cells -> how measures change over time, and from before an event to after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import stats
from framing.cells import Cells
from framing.contrasts import ALPHA, Design, estimate_table, independent_ratios
from framing.errors import CorpusError, FramingError
from framing.measures import Measure, near

__all__ = ["PERIODS", "before_after_table", "timeline_table"]

PERIODS = {"day": 1, "week": 7, "month": 30, "year": 365}
"""Names of periods, and their length in days where they are counted from an event."""

NO_DATES = (
    "none of the {count} articles that are compared has a date, so nothing can be said of change; "
    "fill in the column 'date' (read_corpus(columns={{'date': ...}}) if it has another name)"
)
BAD_PERIOD = "every must be one of {valid}, found {value!r}{near}"
BAD_EVENT = "event must be a date like '2024-03-31', found {value!r}"
BAD_WINDOW = "window must be a whole number of days, {least} or more, or None; found {value!r}"
BAD_BLOCK = "block must be a whole number of days, 1 or more, found {value!r}"
ONE_SIDED = (
    "no article is dated {side} the event ({event}): they range from {first} to {last}; choose an "
    "event between"
)

_FREQUENCIES = {"day": "D", "week": "W", "month": "M", "year": "Y"}
_LABELS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}
_CHUNK = 4096
_BEFORE_AFTER = (
    "measure group event before after ratio low high p_value p_adjusted articles_before "
    "articles_after blocks_before blocks_after testable family voice"
).split()

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def timeline_table(
    cells: Cells,
    measures: Sequence[Measure],
    *,
    groups: Sequence[str],
    every: str = "month",
    event: str | dt.date | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate measures by period.

    Parameters
    ----------
    cells : Cells
        Those that count.
    measures : sequence of Measure
        What to estimate.
    groups : sequence of str
        The groups.
    every : {"day", "week", "month", "year"}
        Calendar periods; weeks begin on Monday.
    event : str or date, optional
        Count periods from this day instead: period 0 begins with it, -1 ends the day before. A
        month is 30 days then, and a year 365.
    level : float
        Coverage that the intervals aim at.

    Returns
    -------
    pandas.DataFrame
        ``measure group period start end estimate low high standard_error articles stories words
        voice``; a group has a row only for periods in which it has an article. `end` is the last
        day of the period.

    Raises
    ------
    CorpusError
        If no article has a date.
    FramingError
        If a setting is not valid.

    Notes
    -----
    Intervals are those of single groups, over the stories of the period (see `compare`). With one
    story there is none.
    """
    if every not in PERIODS:
        raise FramingError(
            BAD_PERIOD.format(valid=", ".join(PERIODS), value=every, near=near(every, PERIODS))
        )
    dated = _dated(cells)
    day = dated.keys["day"]
    if event is None:
        period = day.dt.to_period(_FREQUENCIES[every])
        start = period.dt.start_time
        end = period.dt.end_time.dt.normalize()
        label = start.dt.strftime(_LABELS[every])
    else:
        length = PERIODS[every]
        number = (day - _event(event)).dt.days // length
        start = _event(event) + pd.to_timedelta(number * length, "D")
        end = start + pd.Timedelta(length - 1, "D")
        label = number.astype(str)
    tables = []
    for first in sorted(start.unique()):
        here = (start == first).to_numpy()
        design = Design(dated.take(here), "all", groups)
        table = estimate_table(design, measures, level=level).drop(columns="design")
        at = int(np.flatnonzero(here)[0])
        table.insert(2, "period", label.iloc[at])
        table.insert(3, "start", start.iloc[at])
        table.insert(4, "end", end.iloc[at])
        tables.append(table.loc[table["articles"] > 0])
    whole = pd.concat(tables, ignore_index=True)
    order = {m.name: i for i, m in enumerate(measures)}
    return whole.sort_values(
        ["measure", "group", "start"],
        key=lambda column: column.map(order) if column.name == "measure" else column,
        kind="stable",
        ignore_index=True,
    )


def before_after_table(
    cells: Cells,
    measures: Sequence[Measure],
    *,
    groups: Sequence[str],
    event: str | dt.date,
    window: int | None = None,
    block: int = 7,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare each group with itself, before an event and from its day on.

    Parameters
    ----------
    cells : Cells
        Those that count.
    measures : sequence of Measure
        What to compare.
    groups : sequence of str
        The groups.
    event : str or date
        The first day of *after*.
    window : int, optional
        Days on either side; all by default.
    block : int
        Days that are kept together.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.

    Returns
    -------
    pandas.DataFrame
        ``measure group event before after ratio low high p_value p_adjusted articles_before
        articles_after blocks_before blocks_after testable family voice``; `ratio` is after over
        before.

    Raises
    ------
    CorpusError
        If no article has a date, or all are on one side.
    FramingError
        If a setting is not valid.

    Notes
    -----
    What was sampled is time: news of one week is about the same few things, so days are gathered
    into blocks, counted from the event, and a block's articles stay together. Intervals come from
    the jackknife over blocks; the p-value exchanges whole blocks between *before* and *after*
    (all ways where they are at most 16,384, otherwise drawn at random), with the studentised log
    ratio (Chung and Romano 2013), and is Benjamini-Hochberg adjusted over the groups of one
    measure. It is fair where blocks are exchangeable when nothing changed: a trend that was under
    way before the event, or a theme that lasts for many blocks, will look like a change. Give a
    longer `block` where themes last. A difference on both sides is no proof of a cause.

    References
    ----------
    Chung, E., and Romano, J. P. (2013). Exact and asymptotically robust permutation tests.
    The Annals of Statistics, 41(2), 484-507.
    """
    if isinstance(block, bool) or not isinstance(block, int) or block < 1:
        raise FramingError(BAD_BLOCK.format(value=block))
    if window is not None and (
        isinstance(window, bool) or not isinstance(window, int) or window < block
    ):
        raise FramingError(BAD_WINDOW.format(least=block, value=window))
    dated = _dated(cells)
    when = _event(event)
    days = (dated.keys["day"] - when).dt.days.to_numpy(np.int64)
    for side, there in (("before", days < 0), ("after", days >= 0)):
        if not there.any():
            first, last = dated.keys["day"].min().date(), dated.keys["day"].max().date()
            raise CorpusError(
                ONE_SIDED.format(side=side, event=when.date(), first=first, last=last)
            )
    if window is not None:
        near_by = (days >= -window) & (days < window)
        dated, days = dated.take(near_by), days[near_by]
    number, place = np.unique(days // block, return_inverse=True)
    after = number >= 0
    rows = []
    for measure in measures:
        count, exposure, articles = _blocks(dated, measure, groups, place, len(number))
        missing = bool(dated.absent.intersection((*measure.count, *measure.exposure)))
        for g, group in enumerate(groups):
            used = exposure[g] > 0
            found = _before_after(count[g][used], exposure[g][used], after[used], measure, level)
            n_before, n_after = int((used & ~after).sum()), int((used & after).sum())
            testable = not missing and _is_testable(n_before, n_after)
            p = np.nan
            if testable:
                p = _exchange(
                    count[g][used],
                    exposure[g][used],
                    after[used],
                    measure,
                    seed=stats.seed_for(random_state, "before and after", measure.name, group),
                )
            rows.append(
                {
                    "measure": measure.name,
                    "group": group,
                    "event": when,
                    **{k: np.nan if missing else v for k, v in found.items()},
                    "p_value": p,
                    "articles_before": int(articles[g][~after].sum()),
                    "articles_after": int(articles[g][after].sum()),
                    "blocks_before": n_before,
                    "blocks_after": n_after,
                    "testable": testable,
                    "family": f"{measure.name}, before and after",
                    "voice": measure.voice,
                }
            )
    table = pd.DataFrame(rows)
    table["p_adjusted"] = np.nan
    for _, part in table.groupby("family"):
        adjusted = stats.benjamini_hochberg(part["p_value"].to_numpy(float))
        table.loc[part.index, "p_adjusted"] = adjusted
    return table[_BEFORE_AFTER]


def _dated(cells: Cells) -> Cells:
    known = cells.keys["day"].notna().to_numpy(bool)
    if not known.any():
        raise CorpusError(NO_DATES.format(count=int(cells.column("articles").sum())))
    return cells.take(known)


def _event(event: str | dt.date) -> pd.Timestamp:
    try:
        when = pd.Timestamp(event)
    except (ValueError, TypeError):
        raise FramingError(BAD_EVENT.format(value=event)) from None
    if pd.isna(when):
        raise FramingError(BAD_EVENT.format(value=event))
    return when.tz_localize(None).normalize()


def _blocks(
    cells: Cells,
    measure: Measure,
    groups: Sequence[str],
    place: npt.NDArray[np.intp],
    blocks: int,
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64]]:
    """Sums by group and block of time, which take the place of stories."""
    keys = pd.DataFrame({"group": cells.keys["group"], "matched": True, "story": place})
    design = Design(replace(cells, keys=keys), "all", groups)
    assert len(design.stories) == blocks
    count, exposure = design.sums(measure)
    return count, exposure, design.spread("articles").astype(np.int64)


def _before_after(
    count: FloatArray, exposure: FloatArray, after: BoolArray, measure: Measure, level: float
) -> dict[str, float]:
    sides = np.stack([after, ~after]).astype(float)
    found = independent_ratios(sides * count, sides * exposure, [(0, 1)], measure.kind, level)
    names = {"before": "estimate_b", "after": "estimate_a"}
    names |= {n: n for n in ("ratio", "low", "high")}
    per = {"before": measure.per, "after": measure.per}
    return {name: float(found[source][0]) * per.get(name, 1) for name, source in names.items()}


def _is_testable(before: int, after: int) -> bool:
    """Whether an exchange of blocks can be as rare as ALPHA; its mirror image may tie with it."""
    return min(before, after) >= 2 and 2 / comb(before + after, after) <= ALPHA


def _exchange(
    count: FloatArray,
    exposure: FloatArray,
    after: BoolArray,
    measure: Measure,
    *,
    seed: np.random.SeedSequence,
) -> float:
    """Two-sided p-value of exchanging blocks between before and after."""
    from scipy.special import ndtr

    blocks, later = len(after), int(after.sum())
    ways = comb(blocks, later)
    exact = ways <= stats.EXACT_LIMIT
    observed, floor = _studentised(after[None].astype(float), count, exposure, measure)
    bar = abs(observed[0]) - 1e-9 * max(1.0, abs(observed[0]))
    reached = tried = 0
    for chosen in _choices(blocks, later, exact=exact, seed=seed):
        value, _ = _studentised(chosen, count, exposure, measure)
        reached += int((np.abs(value) >= bar).sum())
        tried += len(chosen)
    p = reached / tried if exact else (reached + 1) / (tried + 1)
    if min(count[after].sum(), count[~after].sum()) >= stats.FEW_HITS:
        return p
    # With that few hits, no test that allows for blocks can see more than one that knows of
    # counting noise alone.
    return float(max(p, 2 * ndtr(-abs(floor[0]))))


def _choices(
    blocks: int, later: int, *, exact: bool, seed: np.random.SeedSequence
) -> Iterator[FloatArray]:
    """Rows of 0 and 1: which blocks are called after."""
    if exact:
        every = np.array(list(combinations(range(blocks), later)), np.int64)
        chosen = np.zeros((len(every), blocks))
        np.put_along_axis(chosen, every, 1.0, axis=1)
        yield chosen
        return
    rng = np.random.default_rng(seed)
    left = stats.n_draws_for()
    while left > 0:
        rows = min(left, _CHUNK)
        order = rng.random((rows, blocks)).argpartition(later - 1, axis=1)[:, :later]
        chosen = np.zeros((rows, blocks))
        np.put_along_axis(chosen, order, 1.0, axis=1)
        yield chosen
        left -= rows


def _studentised(
    chosen: FloatArray, count: FloatArray, exposure: FloatArray, measure: Measure
) -> tuple[FloatArray, FloatArray]:
    """Log ratio over its linearised error, and over counting noise alone, for each row."""
    sums = np.stack([count, exposure, count**2, count * exposure, exposure**2], 1)
    here = chosen @ sums
    size = chosen.sum(1)
    sides = [_side(here, size, measure)]
    sides.append(_side(sums.sum(0) - here, len(count) - size, measure))
    (log_a, error_a, floor_a), (log_b, error_b, floor_b) = sides
    gap = log_a - log_b
    floor = np.sqrt(floor_a + floor_b)
    return gap / np.maximum(np.sqrt(error_a + error_b), floor), gap / floor


def _side(
    sums: FloatArray, size: FloatArray, measure: Measure
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log rate, its variance over blocks, and that of counting alone."""
    hits, words = sums[:, 0] + 0.5, sums[:, 1]
    spread = sums[:, 2] / hits**2 - 2 * sums[:, 3] / (hits * words) + sums[:, 4] / words**2
    variance = np.maximum(spread, 0.0) * size / np.maximum(size - 1, 1)
    floor = 1 / hits
    if measure.kind == "share":
        floor = floor * np.clip(1 - sums[:, 0] / words, 0.0, 1.0)
    return np.log(hits / words), variance, np.maximum(floor, 1e-12)
