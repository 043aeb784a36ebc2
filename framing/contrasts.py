"""Cells -> estimates of groups and differences between them, under a design."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import stats
from framing.cells import UNIT, Cells, add_rows, column_of
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

FEWEST = stats.FEWEST_STORIES
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
# Measures at once: few where each is gone over once, since memory that is fetched anew costs more
# than the sums; many where they are multiplied by the same assignments.
_ESTIMATED = 8
_TESTED = 48

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
        self.absent = cells.absent
        self.groups = list(groups)
        self.stories = [str(s) for s in stories]
        places = len(groups) * len(stories)
        self._sums = add_rows(cells.values, row * len(stories) + column, places)
        self._columns = {name: i for i, name in enumerate(cells.columns)}
        # Few measures are divided by something of their own.
        self._exposures: dict[Sequence[str], FloatArray] = {}

    def spread(self, names: str | Sequence[str]) -> FloatArray:
        """Sums as numbers of words (or of articles), of shape (groups, stories)."""
        unit = 1.0 if names == "articles" else UNIT
        found = [
            column_of(self._sums, self._columns[name])
            for name in ([names] if isinstance(names, str) else names)
            if name in self._columns
        ]
        flat: FloatArray = np.zeros(len(self.groups) * len(self.stories))
        if len(found) == 1:
            at, sums = found[0]
            flat[at] = sums * unit
        elif found:
            whole = np.zeros(flat.shape, np.int64)
            for at, sums in found:
                whole[at] += sums
            flat = np.asarray(whole * unit, np.float64)
        return flat.reshape(len(self.groups), len(self.stories))

    def exposure(self, measure: Measure) -> FloatArray:
        """What a measure is divided by, of shape (groups, stories); not to be written to."""
        if measure.exposure not in self._exposures:
            self._exposures[measure.exposure] = self.spread(measure.exposure)
        return self._exposures[measure.exposure]

    def size(self, measure: Measure) -> float:
        """Mean size of what varies by itself: a quotation's words, part of a hit; 1 for hits."""
        count = float(self.spread(measure.count).sum())
        if measure.runs is not None:
            runs = float(self.spread(measure.runs).sum())
            return max(count / runs, 1.0) if runs else 1.0
        if measure.squares is not None and count:
            # Sums that were kept before squares were have none: a hit is on the safe side.
            return float(self.spread(measure.squares).sum() / count) or 1.0
        return 1.0

    def sums(self, measure: Measure) -> tuple[FloatArray, FloatArray]:
        """Count and exposure of a measure, in units of its `size`."""
        count, exposure, size = (
            self.spread(measure.count),
            self.exposure(measure),
            self.size(measure),
        )
        return (count, exposure) if size == 1 else (count / size, exposure / size)

    def is_absent(self, measure: Measure) -> bool:
        """Whether some article has no value for what the measure is made from."""
        return bool(self.absent.intersection((*measure.count, *measure.exposure)))

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
    chosen = list(measures)
    groups = len(design.groups)
    found = {
        name: np.full((len(chosen), groups), np.nan)
        for name in "estimate low high standard_error".split()
    }
    for rows in _alike(design, chosen, _ESTIMATED):
        part = [chosen[i] for i in rows]
        count, exposure = _stacked(design, part)
        made = _estimates(count, exposure, part[0].kind, level, design.size(part[0]))
        per = np.array([[m.per] for m in part])
        for name, values in found.items():
            scale = 1.0 if name == "standard_error" else per
            values[rows] = getattr(made, name) * scale
    exposures = {m.exposure: design.exposure(m) for m in chosen}
    words = {k: np.rint(v.sum(1)).astype(int) for k, v in exposures.items()}
    stories = {k: (v > 0).sum(1) for k, v in exposures.items()}
    articles = design.spread("articles").sum(1).astype(int)
    return pd.DataFrame(
        {
            "measure": np.repeat(np.array([m.name for m in chosen], object), groups),
            "group": np.tile(np.array(design.groups, object), len(chosen)),
            "design": design.name,
            **{name: values.ravel() for name, values in found.items()},
            "articles": np.tile(articles, len(chosen)),
            "stories": np.concatenate([stories[m.exposure] for m in chosen]),
            "words": np.concatenate([words[m.exposure] for m in chosen]),
            "voice": np.repeat(np.array([m.voice for m in chosen], object), groups),
        }
    )


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
    exposures = {m.exposure: design.exposure(m) for m in measures}
    each = {k: _shared(v, pairs) for k, v in exposures.items()}
    shared = np.stack([each[m.exposure] for m in measures])
    absent = np.array([design.is_absent(m) for m in measures])
    tested = stats.is_testable(shared, alpha=ALPHA) & ~absent[:, None]
    is_tested = design.name == "matched"
    tested &= is_tested
    size = _family_sizes(tested, family)
    found = {
        name: np.full(shared.shape, np.nan)
        for name in "estimate_a estimate_b ratio low high p_value detectable".split()
    }
    for rows in _alike(design, measures, _TESTED if is_tested else _ESTIMATED):
        part = [measures[i] for i in rows]
        count, exposure = _stacked(design, part)
        kind, stories = part[0].kind, shared[rows[0]]
        if is_tested:
            made = _matched(
                count, exposure, pairs, kind, stories, size[rows], level, random_state, draws
            )
        else:
            size_of = design.size(part[0])
            made = independent_ratios(count, exposure, pairs, kind, level, size=size_of)
        per = np.array([[m.per] for m in part])
        for name, values in made.items():
            found[name][rows] = values * (per if name.startswith("estimate") else 1.0)

    def repeated(values: Sequence[str]) -> npt.NDArray[np.object_]:
        return np.repeat(np.array(values, object), len(contrasts))

    def tiled(values: Sequence[str]) -> npt.NDArray[np.object_]:
        return np.tile(np.array(values, object), len(measures))

    table = pd.DataFrame(
        {
            "measure": repeated([m.name for m in measures]),
            "group_a": tiled([c.a for c in contrasts]),
            "group_b": tiled([c.name_b for c in contrasts]),
            "design": design.name,
            **{name: values.ravel() for name, values in found.items()},
            "p_adjusted": np.nan,
            "stories": shared.ravel(),
            "testable": tested.ravel(),
            "family": [
                _family_name(m, c, design.name, family) for m in measures for c in contrasts
            ],
            "voice": repeated([m.voice for m in measures]),
        }
    )
    p_value, p_adjusted = found["p_value"].ravel(), np.full(shared.size, np.nan)
    for here in table.groupby("family").indices.values():
        p_adjusted[here] = stats.benjamini_hochberg(p_value[here])
    table["p_adjusted"] = p_adjusted
    order = (
        "measure group_a group_b design estimate_a estimate_b ratio low high p_value "
        "p_adjusted stories detectable testable family voice"
    ).split()
    return table[order]


def _family_name(measure: Measure, contrast: Contrast, design: str, family: str) -> str:
    if family == "measure":
        return f"{measure.name}, {design}"
    if family == "pair":
        return f"{contrast.a} and {contrast.name_b}, {design}"
    return f"all, {design}"


def _family_sizes(tested: npt.NDArray[np.bool_], family: str) -> npt.NDArray[np.int64]:
    """Count, for each measure and pair, the tests in its family; 1 at least."""
    axis = {"measure": 1, "pair": 0, "comparison": None}[family]
    size = np.broadcast_to(tested.sum(axis, keepdims=True), tested.shape)
    return np.asarray(np.maximum(size, 1), np.int64)


def _alike(design: Design, measures: Sequence[Measure], most: int) -> list[list[int]]:
    """Gather measures that are computed at once: some, of the same exposure, kind and runs."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for i, measure in enumerate(measures):
        if design.stories and not design.is_absent(measure):
            # The unit depends on the measure, so one that has its own stands alone.
            alone = (measure.runs or measure.squares) and measure.name
            key = (measure.kind, measure.exposure, alone)
            found.setdefault(key, []).append(i)
    return [
        group[start : start + most]
        for group in found.values()
        for start in range(0, len(group), most)
    ]


def _stacked(design: Design, measures: Sequence[Measure]) -> tuple[FloatArray, FloatArray]:
    """Counts (measures, groups, stories) of measures that are alike, and their one exposure."""
    count, exposure = design.sums(measures[0])
    stacked = np.empty((len(measures), *count.shape))
    stacked[0] = count
    for i, measure in enumerate(measures[1:], 1):
        stacked[i] = design.spread(measure.count)
    return stacked, exposure


def _estimates(
    count: FloatArray, exposure: FloatArray, kind: stats.Kind, level: float, size: float
) -> stats.Interval:
    """Estimates of counts in units of a size; what is added to a rate's is half a hit in any."""
    if kind == "share":
        return stats.share_interval(count, exposure, level=level)
    found = stats.rate_interval(count, exposure, level=level)
    hits = count.sum(-1)
    shift = (hits + 0.5 / size) / (hits + 0.5)
    return replace(
        found, estimate=found.estimate * shift, low=found.low * shift, high=found.high * shift
    )


def independent_ratios(
    count: FloatArray,
    exposure: FloatArray,
    pairs: Sequence[Pair],
    kind: stats.Kind,
    level: float,
    *,
    size: float = 1.0,
) -> dict[str, FloatArray]:
    """Ratio of two groups' own estimates, their errors taken as independent.

    Counts are (..., groups, stories), exposures may lack the leading axes; results are
    (..., pairs), rates per unit of exposure. Counts are in units of `size` (`Design.size`).
    """
    from scipy.special import stdtrit

    groups = count.shape[-2]
    if any(second is None for _, second in pairs):
        # Beside each group, all others together.
        rest = [np.maximum(v.sum(-2, keepdims=True) - v, 0.0) for v in (count, exposure)]
        count, exposure = (
            np.concatenate([v, r], -2) for v, r in zip((count, exposure), rest, strict=True)
        )
    one = _estimates(count, exposure, kind, level, size)
    a = np.array([p[0] for p in pairs], int)
    b = np.array([groups + p[0] if p[1] is None else p[1] for p in pairs], int)
    error = one.standard_error
    if kind == "share":
        # from the logit scale to the log scale: d log p = (1 - p) d logit p
        error = error * (1 - one.estimate)
    spread = np.hypot(error[..., a], error[..., b])
    degrees = np.minimum(one.stories[..., a], one.stories[..., b]) - 1
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        log_ratio = np.log(one.estimate[..., a]) - np.log(one.estimate[..., b])
        half = np.where(degrees >= 1, stdtrit(np.maximum(degrees, 1), (1 + level) / 2), np.nan)
        low, high = np.exp(log_ratio - half * spread), np.exp(log_ratio + half * spread)
    return {
        "estimate_a": one.estimate[..., a],
        "estimate_b": one.estimate[..., b],
        "ratio": np.exp(log_ratio),
        "low": low,
        "high": high,
    }


def _matched(
    count: FloatArray,
    exposure: FloatArray,
    pairs: Sequence[Pair],
    kind: stats.Kind,
    shared: npt.NDArray[np.int64],
    size: npt.NDArray[np.int64],
    level: float,
    random_state: int,
    draws: int | None,
) -> dict[str, FloatArray]:
    """Ratios over shared stories and their tests, for measures with one exposure."""
    # Pairs that share too little are not computed, a test that cannot reach significance is not
    # made: neither is in the family.
    enough = np.flatnonzero(shared >= FEWEST)
    tested = np.flatnonzero(stats.is_testable(shared, alpha=ALPHA))
    ratio = stats.ratio_interval(
        count, exposure, pairs=[pairs[i] for i in enough.tolist()], level=level, kind=kind
    )
    test = stats.permutation_test(
        count,
        exposure,
        pairs=[pairs[i] for i in tested.tolist()],
        kind=kind,
        draws=draws or stats.n_draws_for(int(size.max(initial=1)), alpha=ALPHA),
        seed=stats.seed_for(random_state, "differences"),
    )
    names = "estimate_a estimate_b ratio low high".split()
    results = {name: np.full(size.shape, np.nan) for name in (*names, "p_value", "detectable")}
    for name in names:
        results[name][:, enough] = getattr(ratio, name)
    results["p_value"][:, tested] = test.p_value
    results["detectable"][:, enough] = _detectable(ratio, size[:, enough])
    return results


def _detectable(ratio: stats.Ratio, family: npt.NDArray[np.int64]) -> FloatArray:
    found = np.full(family.shape, np.nan)
    for size in np.unique(family):
        where = family == size
        found[where] = stats.detectable_ratio(
            ratio.test_error[where],
            ratio.stories[where] - 1,
            noise=ratio.noise[where],
            ratio=ratio.ratio[where],
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
