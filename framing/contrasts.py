"""Cells -> estimates of groups and differences between them, under a design."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import stats
from framing.cells import UNIT, Cells
from framing.errors import FramingError
from framing.measures import Measure, near

__all__ = [
    "ALPHA",
    "FAMILIES",
    "FEWEST",
    "REST",
    "Contrast",
    "Design",
    "contrast_groups",
    "difference_table",
    "estimate_table",
]

ALPHA = 0.05
"""False discovery rate at which a difference is called one."""

FEWEST = 3
"""Shared stories below which a pair is not compared."""

REST = "all others"
"""What the other groups together are called in the column ``group_b``."""

FAMILIES = {
    "measure": "the pairs of one measure",
    "pair": "the measures of one pair",
    "comparison": "all pairs and measures together",
}
"""Families of tests over which p-values may be adjusted, and what they are."""

UNKNOWN_FAMILY = "unknown family {value!r}{near}; there are: {valid}"
UNKNOWN_GROUP = (
    "against must be 'pairs', 'rest' or one of the groups, found {value!r}{near}; groups are: "
    "{valid}"
)
BAD_DRAWS = "draws must be a whole number, 99 or more, or None; found {value!r}"

_FEWEST_DRAWS = 99
_AT_ONCE = 48

FloatArray = npt.NDArray[np.float64]
Pair = tuple[int, int | None]


@dataclass(frozen=True)
class Contrast:
    """Two groups that are compared; the second is None for all others together."""

    a: str
    b: str | None

    @property
    def name_b(self) -> str:
        """The second group's name in tables."""
        return REST if self.b is None else self.b


def contrast_groups(groups: Sequence[str], against: str) -> list[Contrast]:
    """List who is compared with whom.

    Parameters
    ----------
    groups : sequence of str
        All groups, sorted.
    against : str
        ``"pairs"``, ``"rest"`` or a group.

    Returns
    -------
    list of Contrast
        Every pair, each group with all others, or each other group with the one.

    Raises
    ------
    FramingError
        If there is no such group.

    Examples
    --------
    >>> [f"{c.a}-{c.name_b}" for c in contrast_groups(["A", "B", "C"], "B")]
    ['A-B', 'C-B']
    """
    if against == "pairs":
        return [Contrast(a, b) for a, b in combinations(groups, 2)]
    if against == "rest":
        return [Contrast(g, None) for g in groups]
    if against not in groups:
        valid = ", ".join(groups)
        raise FramingError(
            UNKNOWN_GROUP.format(
                value=against, near=near(against, [*groups, "pairs", "rest"]), valid=valid
            )
        )
    return [Contrast(g, against) for g in groups if g != against]


class Design:
    """Cells laid out as arrays of shape (groups, stories), stories sorted.

    Parameters
    ----------
    cells : Cells
        Only those that count.
    name : {"all", "matched"}
        ``matched`` keeps the stories that at least two groups cover.
    groups : sequence of str
        The rows, every group that has cells among them; one without has a row of zeros.
    """

    def __init__(self, cells: Cells, name: str, groups: Sequence[str]) -> None:
        # An article without a story may have the name of one, so both tell a story from another.
        code, names = pd.factorize(cells.keys["story"], sort=True)
        matched = cells.keys["matched"].to_numpy(bool)
        used, column = np.unique(code * 2 + matched, return_inverse=True)
        stories, known = names[used // 2], used % 2 == 1
        row = pd.Categorical(cells.keys["group"], list(groups)).codes.astype(np.int64)
        if name == "matched":
            seen = np.zeros((len(groups), len(stories)), np.bool_)
            seen[row, column] = True
            shared = known & (seen.sum(0) >= 2)
            keep = shared[column]
            cells, row = cells.take(keep), row[keep]
            column = (np.cumsum(shared) - 1)[column[keep]]
            stories = stories[shared]
        self.name = name
        self.cells = cells
        self.groups = list(groups)
        self.stories = [str(s) for s in stories]
        self._at = row * len(stories) + column
        # Sums are read one by one: each in a row of its own.
        self._sums = dict(zip(cells.columns, np.ascontiguousarray(cells.values.T), strict=True))

    def spread(self, names: str | Sequence[str]) -> FloatArray:
        """Sums as numbers of words (or of articles), of shape (groups, stories)."""
        whole = np.zeros(len(self.groups) * len(self.stories), np.int64)
        for name in [names] if isinstance(names, str) else names:
            if name in self._sums:
                np.add.at(whole, self._at, self._sums[name])
        unit = 1.0 if names == "articles" else UNIT
        shape = (len(self.groups), len(self.stories))
        return np.asarray((whole * unit).reshape(shape), np.float64)

    def sums(self, measure: Measure) -> tuple[FloatArray, FloatArray]:
        """Count and exposure of a measure, in runs where it comes in runs."""
        count, exposure = self.spread(measure.count), self.spread(measure.exposure)
        if measure.runs is not None:
            runs = float(self.spread(measure.runs).sum())
            length = max(count.sum() / runs, 1.0) if runs else 1.0
            count, exposure = count / length, exposure / length
        return count, exposure

    def is_absent(self, measure: Measure) -> bool:
        """Whether some article has no value for what the measure is made from."""
        return bool(self.cells.absent.intersection((*measure.count, *measure.exposure)))

    def pairs(self, contrasts: Iterable[Contrast]) -> list[Pair]:
        """Contrasts as indices of rows."""
        at = {g: i for i, g in enumerate(self.groups)}
        return [(at[c.a], None if c.b is None else at[c.b]) for c in contrasts]


def estimate_table(design: Design, measures: Iterable[Measure], *, level: float) -> pd.DataFrame:
    """Estimate every measure for every group.

    Parameters
    ----------
    design : Design
        Sums per group and story.
    measures : iterable of Measure
        What to estimate.
    level : float
        Coverage that the intervals aim at.

    Returns
    -------
    pandas.DataFrame
        ``measure group design estimate low high standard_error articles stories words voice``;
        NaN where a measure is absent or a group has no words for it.
    """
    articles = design.spread("articles").sum(1).astype(int)
    blank = np.full(len(design.groups), np.nan)
    tables = []
    for measure in measures:
        count, exposure = design.sums(measure)
        missing = design.is_absent(measure)
        make = stats.share_interval if measure.kind == "share" else stats.rate_interval
        found = make(count, exposure, level=level)
        tables.append(
            pd.DataFrame(
                {
                    "measure": measure.name,
                    "group": design.groups,
                    "design": design.name,
                    "estimate": blank if missing else found.estimate * measure.per,
                    "low": blank if missing else found.low * measure.per,
                    "high": blank if missing else found.high * measure.per,
                    "standard_error": blank if missing else found.standard_error,
                    "articles": articles,
                    "stories": found.stories,
                    "words": np.rint(design.spread(measure.exposure).sum(1)).astype(int),
                    "voice": measure.voice,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def difference_table(
    design: Design,
    measures: Sequence[Measure],
    contrasts: Sequence[Contrast],
    *,
    level: float,
    random_state: int,
    family: str = "measure",
    draws: int | None = None,
) -> pd.DataFrame:
    """Compare groups; p-values only where the design is ``matched``.

    Parameters
    ----------
    design : Design
        Sums per group and story.
    measures : sequence of Measure
        What to compare.
    contrasts : sequence of Contrast
        Whom with whom.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.
    family : {"measure", "pair", "comparison"}
        Over which tests p-values are adjusted.
    draws : int, optional
        Permutations of each test at most; by default as many as the family asks for.

    Returns
    -------
    pandas.DataFrame
        ``measure group_a group_b design estimate_a estimate_b ratio low high p_value p_adjusted
        stories detectable testable family voice``.

    Raises
    ------
    FramingError
        If a setting is not valid.
    """
    if family not in FAMILIES:
        raise FramingError(
            UNKNOWN_FAMILY.format(
                value=family, near=near(family, FAMILIES), valid=", ".join(FAMILIES)
            )
        )
    if draws is not None and (
        isinstance(draws, bool) or not isinstance(draws, int) or draws < _FEWEST_DRAWS
    ):
        raise FramingError(BAD_DRAWS.format(value=draws))
    pairs = design.pairs(contrasts)
    shared = {m.exposure: _shared(design.spread(m.exposure), pairs) for m in measures}
    tested = {
        m.name: stats.is_testable(shared[m.exposure], alpha=ALPHA)
        & (design.name == "matched")
        & (not design.is_absent(m))
        for m in measures
    }
    size = _family_sizes(tested, family)
    found: dict[str, dict[str, Any]] = {}
    for group in _alike(design, measures):
        for start in range(0, len(group), _AT_ONCE):
            part = group[start : start + _AT_ONCE]
            sums = [design.sums(m) for m in part]
            count, exposure = np.stack([c for c, _ in sums]), sums[0][1]
            stories = shared[part[0].exposure]
            if design.name == "matched":
                made = _matched(
                    count, exposure, pairs, part, stories, size, level, random_state, draws
                )
            else:
                made = [
                    independent_ratios(c, exposure, pairs, m, level)
                    for c, m in zip(count, part, strict=True)
                ]
            found |= {m.name: values for m, values in zip(part, made, strict=True)}
    tables = []
    for measure in measures:
        table = pd.DataFrame(
            {
                "measure": measure.name,
                "group_a": [c.a for c in contrasts],
                "group_b": [c.name_b for c in contrasts],
                "design": design.name,
                "family": [_family_name(measure, c, design.name, family) for c in contrasts],
                "voice": measure.voice,
                "stories": shared[measure.exposure],
                "testable": tested[measure.name],
            }
        )
        for name in "estimate_a estimate_b ratio low high p_value detectable".split():
            table[name] = found.get(measure.name, {}).get(name, np.nan)
        tables.append(table)
    full = pd.concat(tables, ignore_index=True)
    full["p_adjusted"] = np.nan
    for _, rows in full.groupby("family"):
        full.loc[rows.index, "p_adjusted"] = stats.benjamini_hochberg(rows["p_value"].to_numpy())
    order = (
        "measure group_a group_b design estimate_a estimate_b ratio low high p_value "
        "p_adjusted stories detectable testable family voice"
    ).split()
    return full[order]


def _family_name(measure: Measure, contrast: Contrast, design: str, family: str) -> str:
    if family == "measure":
        return f"{measure.name}, {design}"
    if family == "pair":
        return f"{contrast.a} and {contrast.name_b}, {design}"
    return f"all, {design}"


def _family_sizes(
    tested: dict[str, npt.NDArray[np.bool_]], family: str
) -> dict[str, npt.NDArray[np.int64]]:
    """Count, for each measure and pair, the tests in its family; 1 at least."""
    every = np.stack(list(tested.values()))
    if family == "measure":
        size = np.broadcast_to(every.sum(1, keepdims=True), every.shape)
    elif family == "pair":
        size = np.broadcast_to(every.sum(0, keepdims=True), every.shape)
    else:
        size = np.full(every.shape, every.sum())
    return dict(zip(tested, np.maximum(size, 1).astype(np.int64), strict=True))


def _alike(design: Design, measures: Iterable[Measure]) -> list[list[Measure]]:
    """Gather measures that can be computed at once: the same exposure, kind and runs."""
    found: dict[tuple[Any, ...], list[Measure]] = {}
    for measure in measures:
        if design.stories and not design.is_absent(measure):
            # The length of runs depends on the measure, so one that has runs stands alone.
            key = (measure.kind, measure.exposure, measure.runs and measure.name)
            found.setdefault(key, []).append(measure)
    return list(found.values())


def independent_ratios(
    count: FloatArray,
    exposure: FloatArray,
    pairs: Sequence[Pair],
    measure: Measure,
    level: float,
) -> dict[str, Any]:
    """Ratio of two groups' own estimates, their errors taken as independent."""
    from scipy.special import stdtrit

    groups = len(count)
    # Beside each group, all others together.
    rest = [(np.maximum(v.sum(0) - v, 0.0)) for v in (count, exposure)]
    make = stats.share_interval if measure.kind == "share" else stats.rate_interval
    both = [np.concatenate([v, r]) for v, r in zip((count, exposure), rest, strict=True)]
    one = make(both[0], both[1], level=level)
    a = np.array([p[0] for p in pairs], int)
    b = np.array([groups + p[0] if p[1] is None else p[1] for p in pairs], int)
    error = one.standard_error.copy()
    if measure.kind == "share":
        # from the logit scale to the log scale: d log p = (1 - p) d logit p
        error = error * (1 - one.estimate)
    spread = np.hypot(error[a], error[b])
    degrees = np.minimum(one.stories[a], one.stories[b]) - 1
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        log_ratio = np.log(one.estimate[a]) - np.log(one.estimate[b])
        half = np.where(degrees >= 1, stdtrit(np.maximum(degrees, 1), (1 + level) / 2), np.nan)
        low, high = np.exp(log_ratio - half * spread), np.exp(log_ratio + half * spread)
    return {
        "estimate_a": one.estimate[a] * measure.per,
        "estimate_b": one.estimate[b] * measure.per,
        "ratio": np.exp(log_ratio),
        "low": low,
        "high": high,
    }


def _matched(
    count: FloatArray,
    exposure: FloatArray,
    pairs: Sequence[Pair],
    measures: Sequence[Measure],
    shared: npt.NDArray[np.int64],
    size: dict[str, npt.NDArray[np.int64]],
    level: float,
    random_state: int,
    draws: int | None,
) -> list[dict[str, Any]]:
    """Ratios over shared stories and their tests, for measures with one exposure."""
    kind = measures[0].kind
    # Pairs that share too little are not computed, a test that cannot reach significance is not
    # made: neither is in the family.
    enough = np.flatnonzero(shared >= FEWEST)
    tested = np.flatnonzero(stats.is_testable(shared, alpha=ALPHA))
    ratio = stats.ratio_interval(
        count, exposure, pairs=[pairs[i] for i in enough.tolist()], level=level, kind=kind
    )
    largest = max(int(size[m.name].max(initial=1)) for m in measures)
    test = stats.permutation_test(
        count,
        exposure,
        pairs=[pairs[i] for i in tested.tolist()],
        kind=kind,
        draws=draws or stats.n_draws_for(largest, alpha=ALPHA),
        seed=stats.seed_for(random_state, "differences"),
    )
    results = []
    for i, measure in enumerate(measures):
        family = size[measure.name]
        result = {
            name: np.full(len(pairs), np.nan)
            for name in "estimate_a estimate_b ratio low high p_value detectable".split()
        }
        result["p_value"][tested] = test.p_value[i]
        result["estimate_a"][enough] = ratio.estimate_a[i] * measure.per
        result["estimate_b"][enough] = ratio.estimate_b[i] * measure.per
        for name in ("ratio", "low", "high"):
            result[name][enough] = getattr(ratio, name)[i]
        result["detectable"][enough] = _detectable(ratio, i, family[enough])
        results.append(result)
    return results


def _detectable(ratio: stats.Ratio, measure: int, family: npt.NDArray[np.int64]) -> FloatArray:
    found = np.full(family.shape, np.nan)
    for size in np.unique(family):
        where = family == size
        found[where] = stats.detectable_ratio(
            ratio.standard_error[measure, where],
            ratio.stories[measure, where] - 1,
            noise=ratio.noise[measure, where],
            ratio=ratio.ratio[measure, where],
            alpha=ALPHA / int(size),
        )
    return found


def _shared(exposure: FloatArray, pairs: Sequence[Pair]) -> npt.NDArray[np.int64]:
    """Count the stories that both sides of each pair cover."""
    covers = exposure > 0
    others = covers.sum(0)
    return np.array(
        [int((covers[a] & ((others > 1) if b is None else covers[b])).sum()) for a, b in pairs],
        np.int64,
    )
