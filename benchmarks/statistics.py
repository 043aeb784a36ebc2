"""Simulated worlds with known truth, and real articles dealt at random: can the figures be trusted?

Run with ``python -m benchmarks.statistics``; ``--quick`` has a tenth of the worlds, ``--worlds
1000`` steadier figures. Every world is a table of articles (numbers without texts) that goes
through `framing.compare` from where that has counted an article's words; the naive ways stand
beside it. Everything follows from ``--seed``. Only the table of real articles needs the research
data.

A world has outlets that write one to three articles on each story. Each story has a heat of its
own, words come in bursts within an article, and an outlet may have an angle of its own on a story
(what makes single articles, and still more single words, the wrong unit). The heat's coefficient of
variation is 0.5; between the stories of BASIL and AllSides it is 0.15 for loaded words, 0.5 to
0.65 for the lexicons' terms. In *unlike* worlds some outlets write at several times the length of
others, and half of them write longer when a story is heated.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import beta, binomtest, chi2, kstest, t, ttest_ind

import framing
from benchmarks._data import DataAbsent, basil, data_file
from framing import stats
from framing.cells import article_sums, sum_articles
from framing.comparison import compare_cells

FloatArray = npt.NDArray[np.float64]
ALPHA = 0.05
OUTLETS = 8
QUOTATION = 25.0
PAIRS = list(itertools.combinations(range(OUTLETS), 2))


@dataclass(frozen=True)
class Setting:
    """What a world is like."""

    stories: int
    rate: float
    angle: float = 0.0
    unlike: bool = False
    burst: float = 2.0
    outlets: int = OUTLETS
    ratio: float = 1.0


@dataclass(frozen=True)
class Worlds:
    """Articles of many worlds: arrays (worlds, outlets, stories, articles), 0 words if none."""

    count: FloatArray
    words: FloatArray

    def cells(self) -> tuple[FloatArray, FloatArray]:
        """Sums per outlet and story."""
        return self.count.sum(-1), self.words.sum(-1)


def make_worlds(
    setting: Setting,
    *,
    number: int,
    seed: np.random.SeedSequence,
    articles: np.random.SeedSequence | None = None,
) -> Worlds:
    """Draw worlds in which the first outlet uses the words `ratio` times as often.

    The same `articles` give the same lengths, whatever the words.
    """
    rng = np.random.default_rng(seed)
    lengths = rng if articles is None else np.random.default_rng(articles)
    shape = (number, setting.outlets, setting.stories, 3)
    heat = rng.gamma(4.0, 0.25, size=(number, 1, setting.stories, 1))
    words = lengths.lognormal(np.log(400), 0.4, size=shape)
    if setting.unlike:
        words = words * np.geomspace(0.5, 4, setting.outlets)[:, None, None]
        longer = np.where(heat > 1, 2.0, 0.7)
        keen = (np.arange(setting.outlets) % 2 == 1)[:, None, None]
        words = words * np.where(keen, longer, 1.0)
    there = lengths.integers(1, 4, size=(*shape[:3], 1))
    words = np.round(words) * (np.arange(3) < there)
    rate = setting.rate * heat
    if setting.angle:
        spread = setting.angle
        rate = rate * rng.lognormal(-(spread**2) / 2, spread, size=(*shape[:3], 1))
    own = np.where(np.arange(setting.outlets) == 0, setting.ratio, 1.0)[:, None, None]
    bursts = rng.poisson(rate * own * words / setting.burst)
    # Each burst has a geometric number of words with mean `burst`.
    extra = rng.negative_binomial(np.maximum(bursts, 1), 1 / setting.burst)
    return Worlds(np.where(bursts > 0, bursts + extra, 0).astype(np.float64), words)


# --- ways of telling outlets apart: p-values (pairs,) of one world -------------------------------


def words_chi_squared(count: FloatArray, words: FloatArray) -> FloatArray:
    """G-squared of a two by two table of words."""
    hits, total = count.sum((1, 2)), words.sum((1, 2))
    return np.array([_g_squared(hits[[a, b]], total[[a, b]]) for a, b in PAIRS])


def _g_squared(hits: FloatArray, total: FloatArray) -> float:
    table = np.stack([hits, total - hits])
    expected = table.sum(1, keepdims=True) * table.sum(0) / table.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(table > 0, table * np.log(table / expected), 0)
    return float(chi2.sf(2 * terms.sum(), 1))


def articles_welch(count: FloatArray, words: FloatArray) -> FloatArray:
    """Welch's t on the articles' rates."""
    rates = [count[g][words[g] > 0] / words[g][words[g] > 0] for g in range(OUTLETS)]
    with np.errstate(all="ignore"):
        p = [ttest_ind(rates[a], rates[b], equal_var=False).pvalue for a, b in PAIRS]
    return np.nan_to_num(np.array(p), nan=1.0)


def stories_bootstrap(
    count: FloatArray, words: FloatArray, *, seed: np.random.SeedSequence
) -> FloatArray:
    """Percentile bootstrap of the log ratio of totals, over stories."""
    c, w = count.sum(-1), words.sum(-1)
    stories = c.shape[1]
    rng = np.random.default_rng(seed)
    times = rng.multinomial(stories, np.full(stories, 1 / stories), size=999).astype(float)
    value = np.log((times @ c.T + 0.5) / (times @ w.T))
    a, b = np.array(PAIRS).T
    difference = value[:, a] - value[:, b]
    tail = np.minimum((difference <= 0).mean(0), (difference >= 0).mean(0))
    return np.minimum(1, 2 * tail)


def stories_jackknife(count: FloatArray, words: FloatArray) -> FloatArray:
    """Student's t on the jackknife error of the ratio."""
    result = stats.ratio_interval(count.sum(-1), words.sum(-1), pairs=PAIRS)
    size = np.abs(np.log(result.ratio)) / result.standard_error
    return np.asarray(2 * t.sf(size, result.stories - 1), np.float64)


def cells_plain(
    count: FloatArray, words: FloatArray, *, seed: np.random.SeedSequence
) -> FloatArray:
    """Swaps of cells, with the plain log ratio of totals as the statistic."""
    c, w = count.sum(-1), words.sum(-1)
    a, b = np.array(PAIRS).T
    draws = stats.n_draws_for(len(PAIRS), alpha=ALPHA)
    signs = 1.0 - 2 * np.random.default_rng(seed).integers(0, 2, size=(draws, c.shape[1]))
    signs = np.vstack([np.ones(c.shape[1]), signs])
    hits, total = signs @ (c[a] - c[b]).T, signs @ (w[a] - w[b]).T
    c_sum, w_sum = (c[a] + c[b]).sum(1), (w[a] + w[b]).sum(1)
    rates = [(c_sum + s * hits + 1) / (w_sum + s * total) for s in (1, -1)]
    value = np.abs(np.log(rates[0] / rates[1]))
    return np.asarray((value >= value[0] - 1e-9).mean(0), np.float64)


# --- the library, from articles to tables ---------------------------------------------------------

# Which sum of an article carries which of a world's words, and what compare calls their rate.
SUMS = {
    "loaded_rate": "loaded_words",
    "term_rate": "term_weight",
    "scare_rate": "scare_phrases",
    "quoted_share": "quoted_words",
}


@cache
def _manifest() -> dict[str, Any]:
    text = (
        "The council met on Monday, and the mayor spoke of the plan to close the old bridge. " * 3
    )
    return framing.score_text(text, classifier=None).manifest


def with_sums(articles: pd.DataFrame) -> pd.DataFrame:
    """Complete the table of articles that comparisons are added up from; there are no texts."""
    sums = dict.fromkeys((*SUMS.values(), "quoted_spans"), 0.0)
    missing = {k: v for k, v in sums.items() if k not in articles}
    return articles.assign(**missing, status="scored", reason=None, date=pd.NaT)


def world_articles(words: FloatArray, counts: Mapping[str, FloatArray]) -> pd.DataFrame:
    """Make the articles of one world: arrays (outlets, stories, articles), counts by measure."""
    there = words > 0
    outlet, story, _ = np.nonzero(there)
    sums = {SUMS[measure]: count[there] for measure, count in counts.items()}
    table = pd.DataFrame(
        {
            "id": [f"{i:06d}" for i in range(len(outlet))],
            "outlet": [f"Outlet {i}" for i in outlet],
            "story": [f"story {i:04d}" for i in story],
            "words": words[there].astype(int),
            "own_words": words[there].astype(int),
            **sums,
        }
    )
    return with_sums(table)


def compare_articles(
    articles: pd.DataFrame, measures: Sequence[str], seed: int
) -> framing.Comparison:
    """Compare as `framing.compare` does, from where it has added up an article's sums.

    Only the tables of words and the sentences of the evidence are left out: there are none.
    """
    return compare_cells(sum_articles(articles, _manifest()), measures=measures, random_state=seed)


def compared(words: FloatArray, counts: Mapping[str, FloatArray], seed: int) -> framing.Comparison:
    """Compare the outlets of one world."""
    return compare_articles(world_articles(words, counts), list(counts), seed)


def differences(comparison: framing.Comparison, measure: str) -> pd.DataFrame:
    """Take the matched differences of one measure."""
    table = comparison.differences
    return table.loc[(table["design"] == "matched") & (table["measure"] == measure)]


def estimates(comparison: framing.Comparison, measure: str, group: str) -> pd.Series:
    """Take the matched estimate of one measure for one group."""
    table = comparison.estimates
    chosen = (table["design"] == "matched") & (table["measure"] == measure)
    return table.loc[chosen & (table["group"] == group)].iloc[0]


# --- the tables ----------------------------------------------------------------------------


def false_alarms(number: int, seed: int) -> None:
    """Print how often worlds without differences show one."""
    print(f"\nFalse alarms: % of {number} worlds without differences in which any of", end=" ")
    print(f"{len(PAIRS)} pairs is declared different at {ALPHA:g}")
    print("20 words in 1,000; angle: spread 0.3 of an outlet's own on each story\n")
    settings = [
        Setting(stories, 0.02, angle=angle, unlike=unlike)
        for unlike in (False, True)
        for angle in (0.0, 0.3)
        for stories in (8, 15, 40)
    ]
    names = [
        "G-squared on words",
        "Welch on articles",
        "percentile bootstrap over stories",
        "percentile bootstrap, BH",
        "swapped cells, plain ratio of totals, BH",
        "jackknife t, BH",
        "framing.compare",
        "  (its p-values of single pairs, uncorrected)",
    ]
    table: dict[str, list[float]] = {name: [] for name in names}
    more = 5 * number
    steady: dict[str, list[float]] = {name: [] for name in (f"  in {more}", "  low", "  high")}
    for setting in settings:
        worlds = make_worlds(setting, number=number, seed=_seed(seed, "null", setting))
        found = _alarms(setting, more, seed)
        ends = binomtest(found, more).proportion_ci(0.95)
        for name, share in zip(steady, (found / more, ends.low, ends.high), strict=True):
            steady[name].append(100 * share)
        alarms = np.zeros((number, len(names)))
        for i, (count, words) in enumerate(zip(worlds.count, worlds.words, strict=True)):
            part = _seed(seed, "null", setting, str(i))
            boot = stories_bootstrap(count, words, seed=part)
            ours = differences(compared(words, {"term_rate": count}, seed + i), "term_rate")
            alarms[i] = [
                _any(words_chi_squared(count, words)),
                _any(articles_welch(count, words)),
                _any(boot),
                _any(stats.benjamini_hochberg(boot)),
                _any(stats.benjamini_hochberg(cells_plain(count, words, seed=part))),
                _any(stats.benjamini_hochberg(stories_jackknife(count, words))),
                _any(ours["p_adjusted"]),
                np.mean(ours["p_value"].to_numpy() <= ALPHA),
            ]
        for name, share in zip(names, alarms.mean(0), strict=True):
            table[name].append(100 * share)
    heads = [
        f"{s.stories}{' angle' if s.angle else ''}{' unlike' if s.unlike else ''}" for s in settings
    ]
    _print_table("stories", heads, [*table.items(), *steady.items()], "{:.1f}")
    print(f"(last three rows: framing.compare in {more} other worlds, and Clopper and Pearson's")
    print("95 % interval of that share)")


def _alarms(setting: Setting, number: int, seed: int) -> int:
    """Count worlds in which framing.compare declares a difference."""
    worlds = make_worlds(setting, number=number, seed=_seed(seed, "null, more", setting))
    return sum(
        _any(differences(compared(words, {"term_rate": count}, i), "term_rate")["p_adjusted"])
        for i, (count, words) in enumerate(zip(worlds.count, worlds.words, strict=True))
    )


# Words in 1,000 of each kind of word, and the measure that carries it.
KINDS = {"common": (20.0, "term_rate"), "rare": (1.0, "scare_rate"), "rarest": (0.3, "loaded_rate")}
SHARE = 1 / 3


def coverage(number: int, seed: int) -> None:
    """Print how often 95 % intervals hold the truth."""
    number = 5 * number // 2
    print(f"\nCoverage of 95 % intervals in {number} worlds of two outlets, %; angle 0.3")
    kinds = ", ".join(f"{name} {rate:g} words in 1,000" for name, (rate, _) in KINDS.items())
    print(f"{kinds}; quoted: a third of the words, in quotations of {QUOTATION:g}\n")
    table: dict[str, list[float]] = {}
    heads = (8, 15, 40, 100)
    for stories in heads:
        held: dict[str, list[bool]] = {}
        for words, counts, i in _mixed_worlds(stories, 1.5, number, _seed(seed, "cover", stories)):
            comparison = compared(words, counts, seed + i)
            truths = {m: (rate, 1.5) for rate, m in KINDS.values()}
            truths["quoted_share"] = (SHARE, 1.0)
            for measure, (level, ratio) in truths.items():
                one = estimates(comparison, measure, "Outlet 1")
                two = differences(comparison, measure).iloc[0]
                label = next((k for k, (_, m) in KINDS.items() if m == measure), "quoted")
                for what, row, truth in (("level", one, level), ("ratio", two, ratio)):
                    inside = bool(row["low"] <= truth <= row["high"])
                    held.setdefault(f"framing.compare: {what}, {label}", []).append(inside)
                if measure != "quoted_share":
                    c, w = counts[measure][1].sum(-1), words[1].sum(-1)
                    part = _seed(seed, "cover", stories, i)
                    low, high = _bootstrap_ends(c[None], w[None], part)
                    naive = bool(1000 * low[0] <= level <= 1000 * high[0])
                    held.setdefault(f"percentile bootstrap: level, {label}", []).append(naive)
                    inside = _binomial_holds(c.sum(), w.sum(), level / 1000)
                    held.setdefault(f"binomial: level, {label}", []).append(inside)
        for name, values in held.items():
            table.setdefault(name, []).append(100 * float(np.mean(values)))
    _print_table("stories", [str(n) for n in heads], sorted(table.items()), "{:.1f}")


def _binomial_holds(hits: float, words: float, truth: float) -> bool:
    """Clopper and Pearson's interval."""
    low = np.nan_to_num(beta.ppf(0.025, hits, words - hits + 1))
    return bool(low <= truth <= beta.ppf(0.975, hits + 1, words - hits))


def _mixed_worlds(
    stories: int, ratio: float, number: int, seed: np.random.SeedSequence
) -> Iterator[tuple[FloatArray, dict[str, FloatArray], int]]:
    """Worlds of two outlets in which all kinds of words occur, each on its own."""
    parts = seed.spawn(len(KINDS) + 1)
    counts, words = {}, None
    for (rate, measure), part in zip(KINDS.values(), parts, strict=False):
        setting = Setting(stories, rate / 1000, angle=0.3, outlets=2, ratio=ratio)
        # One seed for the articles, so that all kinds stand in the same ones.
        worlds = make_worlds(setting, number=number, seed=part, articles=parts[-1])
        counts[measure], words = worlds.count, worlds.words
    assert words is not None
    quoted = _quoted(words, np.random.default_rng(parts[-1]))
    for i in range(number):
        yield words[i], {m: c[i] for m, c in counts.items()} | {"quoted_share": quoted[i]}, i


def _quoted(words: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Words in whole quotations; their share differs from story to story and from cell to cell."""
    worlds, outlets, stories, _ = words.shape
    spread = 8.0
    story = rng.beta(SHARE * spread, (1 - SHARE) * spread, size=(worlds, 1, stories))
    story = np.clip(story, 1e-6, 1 - 1e-6)
    shape = (worlds, outlets, stories)
    cell = rng.beta(story * 4 * spread, (1 - story) * 4 * spread, size=shape)[..., None]
    # What does not fill a quotation is quoted in part, so that the expected share is the cell's.
    places = np.floor(words / QUOTATION).astype(np.int64)
    rest = words - QUOTATION * places
    return QUOTATION * rng.binomial(places, np.broadcast_to(cell, words.shape)) + rest * (
        rng.random(words.shape) < cell
    )


def power(number: int, seed: int) -> None:
    """Print how often true ratios are found, and whether `detectable` is right."""
    print(
        f"\nPower: % of {number} worlds of two outlets in which the difference is found at", end=""
    )
    print(f" {ALPHA:g}; angle 0.3")
    print("detectable: the median ratio stated, and in how many worlds that ratio is then found\n")
    kinds = {k: KINDS[k] for k in ("common", "rare")}
    few = max(number // 4, 10)
    heads = [f"{n} {kind}" for kind in kinds for n in (8, 15, 40)]
    table: dict[str, list[float]] = {}
    for ratio in (1.25, 1.5, 2.0, 3.0):
        for kind, stories in itertools.product(kinds, (8, 15, 40)):
            share = 100 * _found(kind, stories, ratio, number, seed)[0]
            table.setdefault(f"ratio {ratio:g}", []).append(share)
    for kind, stories in itertools.product(kinds, (8, 15, 40)):
        # What is stated depends on the counts, and so on the ratio: go on until it fits itself.
        ratio = _found(kind, stories, 1.0, few, seed)[1]
        for _ in range(3):
            ratio = _found(kind, stories, ratio, few, seed)[1]
        table.setdefault("detectable", []).append(ratio)
        share = 100 * _found(kind, stories, ratio, number, seed)[0]
        table.setdefault("  found there", []).append(share)
    _print_table("stories", heads, table.items(), "{:.1f}")


def _found(kind: str, stories: int, ratio: float, number: int, seed: int) -> tuple[float, float]:
    """Share of worlds in which the ratio is found, and the median ratio that is stated there."""
    rate, measure = KINDS[kind]
    setting = Setting(stories, rate / 1000, angle=0.3, outlets=2, ratio=ratio)
    worlds = make_worlds(setting, number=number, seed=_seed(seed, "power", setting))
    rows = [
        differences(compared(words, {measure: count}, seed + i), measure).iloc[0]
        for i, (count, words) in enumerate(zip(worlds.count, worlds.words, strict=True))
    ]
    share = np.mean([row["p_adjusted"] <= ALPHA for row in rows])
    return float(share), float(np.median([row["detectable"] for row in rows]))


def real_articles(number: int, seed: int) -> None:
    """Print whether p-values are uniform where real articles are dealt to outlets at random."""
    try:
        corpora = {
            "AllSides": pd.read_json(
                data_file("allsides/stories.jsonl.gz"), lines=True, dtype=False
            ),
            "BASIL": basil().articles,
        }
    except DataAbsent:  # it has said so
        return
    print(f"\nReal articles, dealt to outlets A, B and C at random within stories {number} times:")
    print("p-values of A against B, and Kolmogorov and Smirnov's test that they are uniform\n")
    rows = []
    for name, corpus in corpora.items():
        scored = article_sums(framing.score(corpus[["id", "outlet", "story", "text"]]))
        scored = scored.loc[scored["status"] == "scored"].reset_index(drop=True)
        scored = scored[["id", "story", "words", "own_words", "quoted_spans", *SUMS.values()]]
        rng = np.random.default_rng(_seed(seed, "dealt", name))
        p: dict[str, list[float]] = {measure: [] for measure in SUMS}
        for i in range(number):
            order = rng.random(len(scored))
            rank = pd.Series(order).groupby(scored["story"]).rank(method="first").astype(int)
            dealt = scored.assign(outlet=rank.map(dict(enumerate("ABCDEFGH", 1))))
            comparison = compare_articles(with_sums(dealt), list(SUMS), i)
            for measure in SUMS:
                p[measure].append(float(differences(comparison, measure).iloc[0]["p_value"]))
        for measure, values in p.items():
            test = kstest(values, "uniform")
            below = [100 * float(np.mean(np.array(values) <= x)) for x in (0.05, 0.25, 0.5)]
            rows.append((f"{name}, {measure}", [*below, 100 * test.statistic, 100 * test.pvalue]))
    heads = ["% <= 0.05", "% <= 0.25", "% <= 0.5", "distance", "p-value"]
    _print_table("", heads, rows, "{:.1f}")
    print(
        f"(distance and p-value times 100; one in twenty of the {len(rows)} lies below 5 by chance)"
    )


# --- small parts ---------------------------------------------------------------------------------


def _seed(seed: int, *labels: object) -> np.random.SeedSequence:
    return stats.seed_for(seed, *(str(label) for label in labels))


def _any(p: npt.ArrayLike) -> bool:
    return bool((np.asarray(p) <= ALPHA).any())


def _bootstrap_ends(
    c: FloatArray, w: FloatArray, seed: np.random.SeedSequence
) -> tuple[FloatArray, FloatArray]:
    stories = c.shape[1]
    rng = np.random.default_rng(seed)
    times = rng.multinomial(stories, np.full(stories, 1 / stories), size=999).astype(float)
    low, high = np.quantile(times @ c.T / (times @ w.T), [0.025, 0.975], axis=0)
    return low, high


def _print_table(
    corner: str, heads: Sequence[str], rows: Iterable[tuple[str, list[float]]], form: str
) -> None:
    rows = list(rows)
    width = max(len(name) for name, _ in rows) + 2
    size = max(8, *(len(word) + 2 for head in heads for word in head.split()))
    lines = max(len(head.split()) for head in heads)
    for line in range(lines):
        words = [(head.split() + [""] * lines)[line] for head in heads]
        print((corner if line == 0 else "").ljust(width) + "".join(x.rjust(size) for x in words))
    for name, values in rows:
        print(name.ljust(width) + "".join(form.format(v).rjust(size) for v in values))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables that were asked for."""
    tables: dict[str, Callable[[int, int], None]] = {
        "alarms": false_alarms,
        "coverage": coverage,
        "power": power,
        "real": real_articles,
    }
    parser = argparse.ArgumentParser(description="False alarms, coverage and power, simulated.")
    parser.add_argument("--worlds", type=int, default=200, help="worlds a cell (default 200)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the worlds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=sorted(tables), help="print one table only")
    options = parser.parse_args(arguments)
    if options.worlds < 1:
        parser.error(f"--worlds must be 1 or more, but is {options.worlds}")
    started = time.perf_counter()
    for name, table in tables.items():
        if options.only in (None, name):
            table(max(options.worlds // 10, 1) if options.quick else options.worlds, options.seed)
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
