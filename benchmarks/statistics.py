"""Simulated worlds with known truth: false alarms, coverage, power.

Run with ``python -m benchmarks.statistics``; ``--worlds 1000`` for steadier figures. Nothing is
read, and every world follows from ``--seed``.

A world has outlets that write one to three articles on each story. Each story has a heat of its
own, words come in bursts within an article, and an outlet may have an angle of its own on a story
(what makes single articles, and still more single words, the wrong unit). In *unlike* worlds some
outlets write at several times the length of others, and half of them write longer when a story is
heated.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta, chi2, t, ttest_ind

from framing import stats

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


def make_worlds(setting: Setting, *, number: int, seed: np.random.SeedSequence) -> Worlds:
    """Draw worlds in which the first outlet uses the words `ratio` times as often."""
    rng = np.random.default_rng(seed)
    shape = (number, setting.outlets, setting.stories, 3)
    heat = rng.gamma(4.0, 0.25, size=(number, 1, setting.stories, 1))
    words = rng.lognormal(np.log(400), 0.4, size=shape)
    if setting.unlike:
        words = words * np.geomspace(0.5, 4, setting.outlets)[:, None, None]
        longer = np.where(heat > 1, 2.0, 0.7)
        keen = (np.arange(setting.outlets) % 2 == 1)[:, None, None]
        words = words * np.where(keen, longer, 1.0)
    articles = rng.integers(1, 4, size=(*shape[:3], 1))
    words = np.round(words) * (np.arange(3) < articles)
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


def cells_studentised(
    count: FloatArray, words: FloatArray, *, seed: np.random.SeedSequence
) -> FloatArray:
    """Test as the library does."""
    draws = stats.n_draws_for(len(PAIRS), alpha=ALPHA)
    result = stats.permutation_test(
        count.sum(-1), words.sum(-1), pairs=PAIRS, draws=draws, seed=seed
    )
    return result.p_value


# --- the three tables ----------------------------------------------------------------------------


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
        "framing: swapped cells, studentised, BH",
        "  (the same for single pairs, uncorrected)",
    ]
    table: dict[str, list[float]] = {name: [] for name in names}
    for setting in settings:
        worlds = make_worlds(setting, number=number, seed=_seed(seed, "null", setting))
        alarms = np.zeros((number, len(names)))
        for i, (count, words) in enumerate(zip(worlds.count, worlds.words, strict=True)):
            part = _seed(seed, "null", setting, str(i))
            boot = stories_bootstrap(count, words, seed=part)
            ours = cells_studentised(count, words, seed=part)
            alarms[i] = [
                _any(words_chi_squared(count, words)),
                _any(articles_welch(count, words)),
                _any(boot),
                _any(stats.benjamini_hochberg(boot)),
                _any(stats.benjamini_hochberg(cells_plain(count, words, seed=part))),
                _any(stats.benjamini_hochberg(stories_jackknife(count, words))),
                _any(stats.benjamini_hochberg(ours)),
                np.mean(ours <= ALPHA),
            ]
        for name, share in zip(names, alarms.mean(0), strict=True):
            table[name].append(100 * share)
    heads = [
        f"{s.stories}{' angle' if s.angle else ''}{' unlike' if s.unlike else ''}" for s in settings
    ]
    _print_table("stories", heads, table.items(), "{:.1f}")


def coverage(number: int, seed: int) -> None:
    """Print how often 95 % intervals hold the truth."""
    number *= 10
    print(f"\nCoverage of 95 % intervals in {number} worlds, %; angle 0.3")
    print("common: 20 words in 1,000; rare: 0.3; shares: quotations of 25 words\n")
    columns = [(kind, n) for kind in ("common", "rare") for n in (8, 15, 40, 100)]
    names = [
        "framing: rate",
        "percentile bootstrap",
        "binomial (Clopper-Pearson)",
        "framing: ratio",
        "framing: ratio, unlike",
    ]
    table: dict[str, list[float]] = {name: [] for name in names}
    for kind, stories in columns:
        rate = 0.02 if kind == "common" else 0.0003
        setting = Setting(stories, rate, angle=0.3, outlets=2, ratio=1.5)
        part = _seed(seed, "coverage", setting)
        c, w = make_worlds(setting, number=number, seed=part).cells()
        group = stats.rate_interval(c[:, 1], w[:, 1])
        table[names[0]].append(_holds(group.low, group.high, rate))
        table[names[1]].append(_holds(*_bootstrap_ends(c[:, 1], w[:, 1], part), rate))
        hits, words = c[:, 1].sum(-1), w[:, 1].sum(-1)
        low = np.nan_to_num(beta.ppf(0.025, hits, words - hits + 1))
        table[names[2]].append(_holds(low, beta.ppf(0.975, hits + 1, words - hits), rate))
        result = stats.ratio_interval(c, w, pairs=[(0, 1)])
        table[names[3]].append(_holds(result.low, result.high, setting.ratio))
        other = Setting(stories, rate, angle=0.3, unlike=True, outlets=2, ratio=1.5)
        part = _seed(seed, "coverage", other)
        c, w = make_worlds(other, number=number, seed=part).cells()
        result = stats.ratio_interval(c, w, pairs=[(0, 1)])
        table[names[4]].append(_holds(result.low, result.high, other.ratio))
    _print_table("stories", [f"{n} {kind}" for kind, n in columns], table.items(), "{:.1f}")
    shares: dict[str, list[float]] = {}
    for label, centre in (("a third", 1 / 3), ("2 %", 0.02)):
        for stories in (8, 15, 40, 100):
            part = _seed(seed, "share", label, stories)
            count, words = _quoted(stories, centre, number=number, seed=part)
            for unit, size in (("words", 1.0), ("quotations", QUOTATION)):
                one = stats.share_interval(count[:, 1] / size, words[:, 1] / size)
                two = stats.ratio_interval(count / size, words / size, pairs=[(0, 1)], kind="share")
                name = f"{label} of the words, in {unit}"
                shares.setdefault(f"framing: share, {name}", []).append(
                    _holds(one.low, one.high, centre)
                )
                shares.setdefault(f"framing: ratio of shares, {name}", []).append(
                    _holds(two.low, two.high, 1.0)
                )
    print()
    _print_table("stories", ["8", "15", "40", "100"], shares.items(), "{:.1f}")


def _quoted(
    stories: int, share: float, *, number: int, seed: np.random.SeedSequence
) -> tuple[FloatArray, FloatArray]:
    """Words in quotations of QUOTATION words; the share differs from story to story and cell."""
    rng = np.random.default_rng(seed)
    shape = (number, 2, stories)
    words = np.round(rng.lognormal(np.log(800), 0.4, size=shape))
    spread = 8.0
    story = rng.beta(share * spread, (1 - share) * spread, size=(number, 1, stories))
    story = np.clip(story, 1e-6, 1 - 1e-6)
    cell = rng.beta(story * 4 * spread, (1 - story) * 4 * spread, size=shape)
    # Whole quotations fill the cell, so that its expected share is the cell's own.
    places = np.floor(words / QUOTATION).astype(np.int64)
    return QUOTATION * rng.binomial(places, cell), QUOTATION * places.astype(np.float64)


def power(number: int, seed: int) -> None:
    """Print how often true ratios are found, and whether `detectable` is right."""
    number *= 5
    print(f"\nPower: % of {number} pairs found at {ALPHA:g} (one pair, permutation); angle 0.3")
    print("detectable: the median ratio stated, and how often that ratio is then found\n")
    columns = [(kind, n) for kind in ("common", "rare") for n in (8, 15, 40)]
    table: dict[str, list[float]] = {}
    for kind, stories in columns:
        rate = 0.02 if kind == "common" else 0.001

        def found(
            ratio: float, stories: int = stories, rate: float = rate
        ) -> tuple[float, FloatArray]:
            setting = Setting(stories, rate, angle=0.3, outlets=2, ratio=ratio)
            part = _seed(seed, "power", setting)
            c, w = make_worlds(setting, number=number, seed=part).cells()
            tested = stats.permutation_test(c, w, pairs=[(0, 1)], seed=part)
            errors = stats.ratio_interval(c, w, pairs=[(0, 1)])
            stated = stats.detectable_ratio(errors.standard_error, errors.stories - 1, alpha=ALPHA)
            return 100 * float(np.mean(tested.p_value <= ALPHA)), stated

        for ratio in (1.0, 1.25, 1.5, 2.0, 3.0):
            table.setdefault(f"ratio {ratio:g}", []).append(found(ratio)[0])
        # What is stated depends on the counts, and so on the ratio: go on until it fits itself.
        ratio = float(np.median(found(1.0)[1]))
        for _ in range(6):
            ratio = float(np.median(found(ratio)[1]))
        table.setdefault("detectable", []).append(ratio)
        table.setdefault("  found there", []).append(found(ratio)[0])
    _print_table("stories", [f"{n} {kind}" for kind, n in columns], table.items(), "{:.1f}")


# --- small parts ---------------------------------------------------------------------------------


def _seed(seed: int, *labels: object) -> np.random.SeedSequence:
    return stats.seed_for(seed, *(str(label) for label in labels))


def _any(p: FloatArray) -> bool:
    return bool((p <= ALPHA).any())


def _holds(low: FloatArray, high: FloatArray, truth: float) -> float:
    return 100 * float(np.mean((low <= truth) & (truth <= high)))


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
    }
    parser = argparse.ArgumentParser(description="False alarms, coverage and power, simulated.")
    parser.add_argument("--worlds", type=int, default=100, help="worlds a cell (default 100)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=sorted(tables), help="print one table only")
    options = parser.parse_args(arguments)
    if options.worlds < 1:
        parser.error(f"--worlds must be 1 or more, but is {options.worlds}")
    started = time.perf_counter()
    for name, table in tables.items():
        if options.only in (None, name):
            table(options.worlds, options.seed)
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
