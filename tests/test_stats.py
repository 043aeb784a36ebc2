"""Statistics against published formulas, brute force and scipy."""

from __future__ import annotations

import itertools
import math
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, kstest, nct, norm, t

from framing import stats
from framing.errors import FramingError


def world(seed=0, *, groups=3, stories=10, measures=2, rate=0.01, absent=0.2):
    rng = np.random.default_rng(seed)
    exposure = np.round(rng.lognormal(6, 0.5, size=(groups, stories)))
    exposure[rng.random((groups, stories)) < absent] = 0
    topic = rng.gamma(2, 0.5, size=stories)
    count = rng.poisson(rate * topic * exposure, size=(measures, groups, stories)).astype(float)
    return count, exposure


def jackknife(values):
    values = np.asarray(values)
    n = len(values)
    return math.sqrt((n - 1) / n * ((values - values.mean()) ** 2).sum())


def log_ratio(ca, wa, cb, wb):
    """Mantel-Haenszel with half a hit, written as the textbook has it."""
    total = wa + wb
    mix = (wa * wb / total).sum()
    rate_a = (ca * wb / total).sum() / mix + 0.5 / wa.sum()
    rate_b = (cb * wa / total).sum() / mix + 0.5 / wb.sum()
    return math.log(rate_a / rate_b), rate_a, rate_b


def floor_of(ca, wa, cb, wb):
    _, rate_a, rate_b = log_ratio(ca, wa, cb, wb)
    return math.sqrt(1 / (rate_a * wa.sum()) + 1 / (rate_b * wb.sum()))


def least_p(ca, wa, cb, wb):
    """What counting noise allows, if either side has few hits."""
    mix = (wa * wb / (wa + wb)).sum()
    hits = [(c * v / (wa + wb)).sum() / mix * w.sum() for c, w, v in ((ca, wa, wb), (cb, wb, wa))]
    if min(hits) >= stats.FEW_HITS:
        return 0.0
    return 2 * norm.sf(abs(log_ratio(ca, wa, cb, wb)[0]) / floor_of(ca, wa, cb, wb))


def studentised(ca, wa, cb, wb):
    value, rate_a, rate_b = log_ratio(ca, wa, cb, wb)
    n, total = len(ca), wa + wb
    mix = (wa * wb / total).sum()
    parts = ca * wb / total / (mix * rate_a) - cb * wa / total / (mix * rate_b)
    spread = n / (n - 1) * (parts**2).sum()
    return value / math.sqrt(max(spread, floor_of(ca, wa, cb, wb) ** 2))


# --- intervals ---------------------------------------------------------------------------------


def test_rate_interval_is_the_jackknife_where_stories_differ():
    count, words = np.array([2.0, 30.0, 4.0, 9.0]), np.array([1000.0, 1100.0, 900.0, 1000.0])
    without = [math.log((45 - c + 0.5) / (4000 - w)) for c, w in zip(count, words, strict=True)]
    error = jackknife(without)
    assert error > 1 / math.sqrt(45.5)
    centre, half = math.log(45.5 / 4000), t.ppf(0.95, 3) * error
    result = stats.rate_interval(count, words, level=0.9)
    assert result.standard_error == pytest.approx(error)
    assert result.estimate == pytest.approx(45.5 / 4000)
    assert result.low == pytest.approx(math.exp(centre - half))
    assert result.high == pytest.approx(math.exp(centre + half))
    assert result.stories == 4


def test_rate_interval_has_a_floor_where_stories_agree():
    result = stats.rate_interval([5] * 8, [1000] * 8)
    assert result.standard_error == pytest.approx(1 / math.sqrt(40.5))


def test_share_interval_by_hand():
    count, words = np.array([100.0, 500.0, 250.0]), np.array([1000.0, 1200.0, 700.0])
    without = [
        math.log((850 - c + 0.5) / (2900 - w - 850 + c + 0.5))
        for c, w in zip(count, words, strict=True)
    ]
    centre, half = math.log(850.5 / 2050.5), t.ppf(0.975, 2) * jackknife(without)
    result = stats.share_interval(count, words)
    assert result.estimate == pytest.approx(850.5 / 2901)
    assert result.low == pytest.approx(1 / (1 + math.exp(half - centre)))
    assert result.high == pytest.approx(1 / (1 + math.exp(-half - centre)))


def test_share_interval_has_the_binomial_floor():
    result = stats.share_interval([3] * 6, [10] * 6)
    assert result.standard_error == pytest.approx(math.sqrt(1 / 18.5 + 1 / 42.5))


def test_share_of_the_rest_mirrors_the_share():
    count, words = np.array([10.0, 50.0, 25.0, 0.0]), np.array([100.0, 120.0, 70.0, 30.0])
    share = stats.share_interval(count, words)
    rest = stats.share_interval(words - count, words)
    assert share.low == pytest.approx(1 - rest.high)
    assert share.estimate == pytest.approx(1 - rest.estimate)


def test_ratio_with_equal_words_is_the_ratio_of_totals():
    count = np.array([[8, 20, 9, 12], [4, 6, 9, 1]], float)
    words = np.full((2, 4), 500.0)
    without = [math.log((49 - a + 0.5) / (20 - b + 0.5)) for a, b in count.T]
    error = jackknife(without)
    assert error > math.sqrt(1 / 49.5 + 1 / 20.5)
    result = stats.ratio_interval(count, words, pairs=[(0, 1)])
    assert result.ratio[0] == pytest.approx(49.5 / 20.5)
    assert result.estimate_a[0] == pytest.approx(49.5 / 2000)
    assert result.standard_error[0] == pytest.approx(error)
    assert result.high[0] == pytest.approx(49.5 / 20.5 * math.exp(t.ppf(0.975, 3) * error))


def test_ratio_floor_is_that_of_two_counts():
    result = stats.ratio_interval([[6] * 5, [3] * 5], [[100] * 5, [100] * 5], pairs=[(0, 1)])
    assert result.standard_error[0] == pytest.approx(math.sqrt(1 / 30.5 + 1 / 15.5))


def test_ratio_of_shares_has_the_binomial_floor():
    count, words = [[6] * 5, [3] * 5], [[10] * 5, [10] * 5]
    result = stats.ratio_interval(count, words, pairs=[(0, 1)], kind="share")
    assert result.ratio[0] == pytest.approx(30.5 / 15.5)
    assert result.estimate_a[0] == pytest.approx(30.5 / 51)
    floor = math.sqrt(1 / 30.5 + 1 / 15.5 - 2 / 51)
    assert result.standard_error[0] == pytest.approx(floor)


def test_the_error_of_a_ratio_is_given_as_the_test_has_it():
    count, words = world(3, measures=1, absent=0)
    pair = count[0, 0], words[0], count[0, 1], words[1]
    for kind, rate in (("rate", 1), ("share", 20)):
        c = np.minimum(count * rate, words)
        ratio = stats.ratio_interval(c, words, pairs=[(0, 1)], kind=kind)
        test = stats.permutation_test(c, words, pairs=[(0, 1)], kind=kind, draws=99)
        expected = np.log(ratio.ratio) / test.statistic
        np.testing.assert_allclose(ratio.test_error, expected)
    error = stats.ratio_interval(count, words, pairs=[(0, 1)]).test_error[0, 0]
    assert error == pytest.approx(log_ratio(*pair)[0] / studentised(*pair))


def test_ratio_with_unequal_words_by_the_textbook():
    count, words = world(3, measures=1, absent=0)
    ca, cb, wa, wb = count[0, 0], count[0, 1], words[0], words[1]
    result = stats.ratio_interval(count[0], words, pairs=[(0, 1)])
    value, rate_a, rate_b = log_ratio(ca, wa, cb, wb)
    assert result.ratio[0] == pytest.approx(math.exp(value))
    assert (result.estimate_a[0], result.estimate_b[0]) == pytest.approx((rate_a, rate_b))
    keep = [np.arange(len(ca)) != i for i in range(len(ca))]
    error = jackknife([log_ratio(ca[k], wa[k], cb[k], wb[k])[0] for k in keep])
    assert result.standard_error[0] == pytest.approx(max(error, floor_of(ca, wa, cb, wb)))


def test_writing_more_about_heated_stories_is_not_heated_wording():
    rate = np.array([0.01] * 6 + [0.05] * 6)
    words = np.array([[500.0] * 6 + [5000.0] * 6, [500.0] * 12])
    result = stats.ratio_interval(rate * words, words, pairs=[(0, 1)])
    assert result.ratio[0] == pytest.approx(1, abs=0.03)
    pooled = stats.rate_interval(rate * words, words).estimate
    assert pooled[0] / pooled[1] > 1.5


def test_only_shared_stories_enter_a_ratio():
    count = np.array([[5, 9, 4, 7], [3, 2, 0, 4]], float)
    words = np.array([[100, 120, 90, 110], [100, 80, 0, 90]], float)
    result = stats.ratio_interval(count, words, pairs=[(0, 1)])
    kept = stats.ratio_interval(count[:, [0, 1, 3]], words[:, [0, 1, 3]], pairs=[(0, 1)])
    assert result.stories[0] == 3
    assert result.ratio[0] == pytest.approx(kept.ratio[0])
    assert result.low[0] == pytest.approx(kept.low[0])


def test_all_others_are_their_sum():
    count, words = world(5)
    rest = stats.ratio_interval(count, words, pairs=[(1, None)])
    both_c = np.stack([count[:, 1], count[:, 0] + count[:, 2]], 1)
    both_w = np.stack([words[1], words[0] + words[2]])
    two = stats.ratio_interval(both_c, both_w, pairs=[(0, 1)])
    np.testing.assert_allclose(rest.ratio, two.ratio)
    np.testing.assert_allclose(rest.low, two.low)


@pytest.mark.parametrize("function", [stats.rate_interval, stats.share_interval])
def test_edges_of_an_interval(function):
    one = function([3, 0], [100, 0])
    assert one.stories == 1
    assert one.estimate > 0
    assert np.isnan([one.low, one.high, one.standard_error]).all()
    none = function([0, 0], [0, 0])
    assert none.stories == 0
    assert np.isnan([none.estimate, none.low, none.high]).all()
    zero = function([0, 0, 0], [100, 100, 100])
    assert 0 < zero.low < zero.estimate < zero.high < 1


def test_edges_of_a_ratio():
    count = np.array([[3, 0, 0], [0, 4, 0], [1, 0, 2]], float)
    words = np.array([[100, 0, 100], [0, 100, 0], [100, 0, 100]], float)
    result = stats.ratio_interval(count, words, pairs=[(0, 1), (1, 2), (0, 2)])
    assert result.stories.tolist() == [0, 0, 2]
    assert np.isnan(result.ratio).tolist() == [True, True, False]
    assert np.isnan(result.low).tolist() == [True, True, False]
    single = stats.ratio_interval(count[:, :1], words[:, :1], pairs=[(0, 2)])
    assert single.ratio[0] == pytest.approx(3.5 / 1.5)
    assert np.isnan(single.low[0])
    assert stats.ratio_interval(count, words, pairs=[]).ratio.shape == (0,)


def test_a_share_of_one_in_both_groups_is_no_difference():
    full = np.full((2, 6), 50.0)
    result = stats.permutation_test(full, full, pairs=[(0, 1)], kind="share")
    assert result.p_value[0] == 1
    ratio = stats.ratio_interval(full, full, pairs=[(0, 1)], kind="share")
    assert ratio.low[0] < 1 < ratio.high[0]


def test_many_measures_at_once_are_each_alone():
    count, words = world(7, measures=4)
    pairs = [(0, 1), (2, 0), (1, None)]
    together = stats.ratio_interval(count, words, pairs=pairs)
    tested = stats.permutation_test(count, words, pairs=pairs)
    for m in range(4):
        alone = stats.ratio_interval(count[m], words, pairs=pairs)
        np.testing.assert_allclose(together.high[m], alone.high)
        alone_p = stats.permutation_test(count[m], words, pairs=pairs).p_value
        np.testing.assert_array_equal(tested.p_value[m], alone_p)
        low = stats.rate_interval(count, words).low[m]
        np.testing.assert_allclose(low, stats.rate_interval(count[m], words).low)


def test_an_exposure_for_each_measure():
    count, words = world(8, measures=3, stories=18)
    exposure = np.stack([words, 2 * words, np.where(np.arange(18) < 9, words, 0)])
    count = np.where(exposure > 0, count, 0)
    pairs = [(0, 1), (1, 2), (0, None)]
    tested = stats.permutation_test(count, exposure, pairs=pairs, draws=99)
    ratios = stats.ratio_interval(count, exposure, pairs=pairs)
    for m in range(3):
        alone = stats.permutation_test(count[m], exposure[m], pairs=pairs, draws=99)
        np.testing.assert_array_equal(tested.p_value[m], alone.p_value)
        np.testing.assert_array_equal(tested.exact[m], alone.exact)
        np.testing.assert_array_equal(tested.stories[m], alone.stories)
        one = stats.ratio_interval(count[m], exposure[m], pairs=pairs)
        np.testing.assert_allclose(ratios.low[m], one.low)


# --- permutation -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rate", [0.02, 0.002])
def test_exact_swaps_against_brute_force(seed, rate):
    count, words = world(seed, groups=2, stories=7, measures=1, absent=0, rate=rate)
    count = count[0]
    observed = abs(studentised(count[0], words[0], count[1], words[1]))
    reached = 0
    for swap in itertools.product([False, True], repeat=7):
        ca, cb = np.where(swap, count[::-1], count)
        wa, wb = np.where(swap, words[::-1], words)
        reached += abs(studentised(ca, wa, cb, wb)) >= observed - 1e-9
    expected = max(reached / 2**7, least_p(count[0], words[0], count[1], words[1]))
    result = stats.permutation_test(count, words, pairs=[(0, 1)])
    assert result.exact[0]
    assert result.p_value[0] == pytest.approx(expected)
    assert abs(result.statistic[0]) == pytest.approx(observed)


@pytest.mark.parametrize("seed", range(4))
def test_exact_choice_of_cells_against_brute_force(seed):
    count, words = world(seed, groups=3, stories=5, measures=1, absent=0.15, rate=0.03)
    count = count[0]
    used = np.flatnonzero((words[0] > 0) & ((words > 0).sum(0) > 1))
    cells = [np.flatnonzero(words[:, s] > 0) for s in used]
    c_all, w_all = count[:, used].sum(0), words[:, used].sum(0)

    def statistic(choice):
        ca, wa = count[choice, used], words[choice, used]
        return abs(studentised(ca, wa, c_all - ca, w_all - wa))

    observed = statistic([0] * len(used))
    everything = [statistic(list(choice)) for choice in itertools.product(*cells)]
    reached = np.mean(np.array(everything) >= observed - 1e-9)
    own = count[0, used], words[0, used], c_all - count[0, used], w_all - words[0, used]
    expected = max(reached, least_p(*own))
    result = stats.permutation_test(count, words, pairs=[(0, None)])
    assert result.exact[0]
    assert result.p_value[0] == pytest.approx(expected)


@pytest.mark.parametrize("stories", [6, 20])
def test_all_others_of_two_groups_is_the_other(stories):
    count, words = world(2, groups=2, stories=stories, absent=0, rate=0.02)
    result = stats.permutation_test(count, words, pairs=[(0, 1), (0, None)], draws=20_000)
    np.testing.assert_allclose(result.statistic[:, 0], result.statistic[:, 1])
    tolerance = 1e-12 if stories == 6 else 0.015
    np.testing.assert_allclose(result.p_value[:, 0], result.p_value[:, 1], atol=tolerance)
    np.testing.assert_allclose(result.smallest[:, 0], result.smallest[:, 1])


def test_drawn_swaps_agree_with_all_swaps(monkeypatch):
    count, words = world(11, groups=4, stories=12, measures=3, absent=0)
    pairs = [(0, 1), (2, 3), (1, None)]
    exact = stats.permutation_test(count, words, pairs=pairs[:2])
    monkeypatch.setattr(stats, "EXACT_LIMIT", 1)
    drawn = stats.permutation_test(count, words, pairs=pairs, draws=20_000)
    assert not drawn.exact.any()
    # What is far from significant is tried 1,999 times only.
    np.testing.assert_allclose(drawn.p_value[:, :2], exact.p_value, atol=0.04)
    small = exact.p_value < 0.03
    np.testing.assert_allclose(drawn.p_value[:, :2][small], exact.p_value[small], atol=0.004)


def test_a_drawn_p_value_counts_the_observed():
    count = np.array([[40.0] * 30, [10.0] * 30]) + np.arange(30) % 3
    words = np.full((2, 30), 1000.0)
    result = stats.permutation_test(count, words, pairs=[(0, 1)], draws=99)
    assert result.p_value[0] == 1 / 100
    assert result.smallest[0] == 1 / 100
    assert not result.exact[0]


def test_single_precision_decides_nothing_that_double_would_not(monkeypatch):
    for seed, rate, longer in ((4, 0.01, 1), (5, 0.0005, 1), (6, 0.3, 1000)):
        count, words = world(seed, groups=5, stories=40, measures=6, rate=rate)
        count, words = count * longer, words * longer
        # A share that is everything, a measure without a hit, one with a single hit.
        count[0], count[1] = words, 0
        count[2] = 0
        count[2, 0, np.flatnonzero(words[0])[0]] = 1
        for kind in ("rate", "share"):
            c = np.minimum(count, words) if kind == "share" else count

            def p(c=c, words=words, kind=kind):
                pairs = list(itertools.combinations(range(5), 2))
                return stats.permutation_test(c, words, pairs=pairs, kind=kind).p_value

            first = p()
            with monkeypatch.context() as patch:
                patch.setattr(stats, "_CLOSE", 1e6)
                np.testing.assert_array_equal(p(), first)


def test_thousands_of_stories_have_a_smallest_p_and_a_detectable_ratio():
    smallest = stats.smallest_p([0, 1, 1000, 2000, 10**6])
    assert np.isnan(smallest[0])
    assert (smallest[1:] > 0).all()
    few, many = stats.detectable_ratio([0.05, 0.05], [400, 10**6])
    # Nothing but the quantiles of Student's t depends on the number of stories.
    assert 1 < many < few < many * 1.01
    assert stats.is_testable(10**6, family=10**6)


def test_what_is_reached_often_is_not_tried_further():
    count, words = world(4, groups=2, stories=30, measures=1, rate=0.02, absent=0)
    different = count * np.array([8, 1])[:, None]
    some = stats.permutation_test(
        np.concatenate([count, different]), words, pairs=[(0, 1)], draws=9999
    )
    assert some.p_value[1, 0] == 1 / 10_000
    at_first = stats.permutation_test(count, words, pairs=[(0, 1)], draws=stats.MIN_DRAWS)
    assert some.p_value[0, 0] == at_first.p_value[0, 0] > 0.06


def test_the_same_seed_gives_the_same_result_whatever_else_is_tested(monkeypatch):
    count, words = world(4, groups=5, stories=30, measures=3)
    pairs = [(0, 1), (1, 2), (3, 4), (2, None)]

    def p_values(*, count=count, pairs=pairs, seed=3):
        return stats.permutation_test(count, words, pairs=pairs, draws=199, seed=seed).p_value

    first = p_values()
    np.testing.assert_array_equal(first, p_values())
    np.testing.assert_array_equal(first[:, ::-1], p_values(pairs=pairs[::-1]))
    np.testing.assert_array_equal(first[1:2, 2:3], p_values(count=count[1:2], pairs=pairs[2:3]))
    assert (first != p_values(seed=4)).any()
    sequence = np.random.SeedSequence(9)
    np.testing.assert_array_equal(p_values(seed=sequence), p_values(seed=sequence))
    np.testing.assert_array_equal(p_values(seed=sequence), p_values(seed=9))
    monkeypatch.setattr(stats, "_CELLS_AT_ONCE", 500)
    np.testing.assert_array_equal(first, p_values())


def test_order_of_stories_and_unit_of_exposure_do_not_matter():
    count, words = world(6, stories=9)
    pairs = [(0, 1), (1, None)]
    order = np.random.default_rng(0).permutation(9)
    for c, w in ((count[..., order], words[:, order]), (count, words / 1000)):
        unit = words.sum() / w.sum()
        a, b = (
            stats.ratio_interval(count, words, pairs=pairs),
            stats.ratio_interval(c, w, pairs=pairs),
        )
        for name in ("ratio", "low", "high", "standard_error"):
            np.testing.assert_allclose(getattr(a, name), getattr(b, name))
        np.testing.assert_allclose(a.estimate_a * unit, b.estimate_a)
        p, q = (stats.permutation_test(*x, pairs=pairs) for x in ((count, words), (c, w)))
        np.testing.assert_allclose(p.p_value, q.p_value)
        r, s = stats.rate_interval(count, words), stats.rate_interval(c, w)
        np.testing.assert_allclose(r.high * unit, s.high)


def test_turning_a_pair_round_inverts_the_ratio():
    count, words = world(9, stories=20)
    ratio = stats.ratio_interval(count, words, pairs=[(0, 1), (1, 0)])
    np.testing.assert_allclose(ratio.ratio[:, 0], 1 / ratio.ratio[:, 1])
    np.testing.assert_allclose(ratio.low[:, 0], 1 / ratio.high[:, 1])
    tested = stats.permutation_test(count, words, pairs=[(0, 1), (1, 0)])
    np.testing.assert_array_equal(tested.p_value[:, 0], tested.p_value[:, 1])
    np.testing.assert_allclose(tested.statistic[:, 0], -tested.statistic[:, 1])


def test_thousands_of_stories_are_normal_input():
    count, words = world(1, groups=5, stories=2500, measures=1)
    result = stats.permutation_test(count, words, pairs=[(0, 1), (0, None)], draws=49)
    assert (result.smallest == 1 / 50).all()
    assert ((result.p_value >= 1 / 50) & (result.p_value <= 1)).all()


def test_edges_of_a_test():
    count = np.array([[3, 0, 0], [0, 4, 0], [1, 0, 0]], float)
    words = np.array([[100, 0, 0], [0, 100, 0], [100, 0, 0]], float)
    result = stats.permutation_test(count, words, pairs=[(0, 1), (0, 2), (1, None)])
    assert result.stories.tolist() == [0, 1, 0]
    assert np.isnan(result.p_value).tolist() == [True, False, True]
    assert result.p_value[1] == 1
    assert np.isnan(result.smallest).tolist() == [True, False, True]
    nothing = stats.permutation_test(np.zeros((2, 8)), np.ones((2, 8)), pairs=[(0, 1)])
    assert nothing.p_value[0] == 1


def test_no_hits_and_unequal_words_are_no_evidence():
    words = np.array([[5000.0] * 12, [300.0] * 12])
    result = stats.permutation_test(np.zeros((2, 12)), words, pairs=[(0, 1)])
    assert result.p_value[0] > 0.05


def test_a_few_hits_are_no_evidence_where_the_other_group_writes_little():
    # Six hits in 48,000 words against none in 12,000 is what chance does one time in four.
    words = np.array([[4000.0] * 12, [1000.0] * 12])
    count = np.zeros((2, 12))
    count[0, ::2] = 1
    assert stats.permutation_test(count, words, pairs=[(0, 1)]).p_value[0] > 0.2


def test_false_alarms_stay_near_the_level_with_unequal_and_unlike_articles():
    rng = np.random.default_rng(12)
    worlds, stories = 600, 12
    topic = rng.gamma(2, 0.5, size=(worlds, 1, stories))
    words = rng.lognormal(6, 0.4, size=(worlds, 2, stories))
    words[:, 0] *= np.where(topic[:, 0] > 0.85, 8, 2)
    angle = rng.lognormal(-0.045, 0.3, size=words.shape)
    count = rng.poisson(0.01 * topic * angle * words).astype(float)
    p = stats.permutation_test(count, words, pairs=[(0, 1)]).p_value[:, 0]
    assert 0.02 < np.mean(p <= 0.05) < 0.08
    ratio = stats.ratio_interval(count, words, pairs=[(0, 1)])
    covered = (ratio.low <= 1) & (ratio.high >= 1)
    assert 0.91 < covered.mean() < 0.985


# --- families ----------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_benjamini_hochberg_is_scipys(values):
    np.testing.assert_allclose(
        stats.benjamini_hochberg(values), false_discovery_control(values), atol=1e-15
    )


def test_benjamini_hochberg_by_hand_and_with_gaps():
    given_ = np.array([[0.04, np.nan, 0.01], [0.03, 0.5, np.nan]])
    expected = np.array([[0.16 / 3, np.nan, 0.04], [0.16 / 3, 0.5, np.nan]])
    np.testing.assert_allclose(stats.benjamini_hochberg(given_), expected)
    assert stats.benjamini_hochberg([]).shape == (0,)
    assert np.isnan(stats.benjamini_hochberg([np.nan])).all()


def test_what_can_be_tested():
    assert stats.smallest_p([0, 1, 5, 6]).tolist()[1:] == [1, 0.0625, 0.03125]
    assert np.isnan(stats.smallest_p(0))
    assert stats.stories_needed() == 6
    assert stats.stories_needed(28) == 11
    assert stats.stories_needed(190, alpha=0.01) == 16
    assert not stats.is_testable(0)


@pytest.mark.parametrize("family", [1, 28])
def test_what_can_be_tested_is_what_the_test_can_find(family):
    needed = stats.stories_needed(family)
    for stories, found in ((needed - 1, False), (needed, True)):
        count = np.array([[400.0] * stories, [100.0] * stories])
        words = np.full((2, stories), 1000.0)
        p = stats.permutation_test(count, words, pairs=[(0, 1)])
        assert p.p_value[0] == p.smallest[0] == stats.smallest_p(stories)
        adjusted = stats.benjamini_hochberg([p.p_value[0]] + [1.0] * (family - 1))
        assert (adjusted[0] <= 0.05) == found


@pytest.mark.parametrize(("family", "alpha"), [(1, 0.05), (28, 0.05), (190, 0.05), (45, 0.01)])
def test_draws_are_enough_for_one_to_survive(family, alpha):
    draws = stats.n_draws_for(family, alpha=alpha)
    adjusted = stats.benjamini_hochberg([4 / (draws + 1)] + [1.0] * (family - 1))
    assert adjusted[0] <= alpha
    assert draws >= 1999


@pytest.mark.parametrize("df", [20, 39, 99])
def test_detectable_ratio_has_the_power_it_names_by_student(df):
    ratio = stats.detectable_ratio(0.15, df)
    # The error shrinks with the ratio, and is widened for few stories.
    error = 0.15 * math.sqrt((1 + 1 / ratio) / 2) * (1 + 2.25 / (df + 1))
    assert nct.sf(t.ppf(0.975, df), df, math.log(ratio) / error) == pytest.approx(0.8, abs=1e-6)
    assert stats.detectable_ratio(0.15, df, power=0.9) > ratio
    assert stats.detectable_ratio(0.15, df, alpha=0.02) > ratio
    assert stats.detectable_ratio(0.3, df) > ratio


def test_detectable_ratio_of_counting_noise_alone_is_the_normal_one():
    ratio = stats.detectable_ratio(0.3, 39, noise=0.3)
    error = 0.3 * math.sqrt((1 + 1 / ratio) / 2)
    assert math.log(ratio) == pytest.approx((norm.ppf(0.975) + norm.ppf(0.8)) * error)
    half = stats.detectable_ratio(0.3, 39, noise=0.2)
    assert ratio < half < stats.detectable_ratio(0.3, 39)


def test_detectable_ratio_takes_the_counts_at_hand_for_what_they_are():
    # 20 against 5 hits: where the louder group has 20 already, the error will not shrink further.
    seen = stats.detectable_ratio(0.5, 39, noise=0.5, ratio=4.0)
    assert seen > stats.detectable_ratio(0.5, 39, noise=0.5, ratio=1.0)
    assert seen == pytest.approx(stats.detectable_ratio(0.5, 39, noise=0.5, ratio=0.25))
    # A ratio within its error is chance.
    assert stats.detectable_ratio(0.5, 39, ratio=1.5) == stats.detectable_ratio(0.5, 39)


def test_detectable_ratio_knows_the_steps_of_a_permutation():
    # With 6 stories a p-value is 1/32 or 2/32: to find at 0.05 is to find at 1/32.
    assert stats.detectable_ratio(0.2, 5, alpha=0.05) == stats.detectable_ratio(
        0.2, 5, alpha=1 / 32
    )
    assert stats.detectable_ratio(0.2, 5, alpha=0.07) < stats.detectable_ratio(0.2, 5, alpha=0.05)


def test_detectable_ratio_at_its_edges():
    assert stats.detectable_ratio(0.1, 4) == np.inf
    assert np.isfinite(stats.detectable_ratio(0.1, 5))
    assert np.isnan(stats.detectable_ratio([np.nan, 0.1], [20, 0])).all()
    assert stats.detectable_ratio(0.0, 20) == pytest.approx(1)


# --- worlds ------------------------------------------------------------------------------------


def bursty(seed, *, worlds, stories, rate, ratio=1.0, angle=0.3):
    """Draw counts: stories differ, outlets have an angle on each, words come in bursts."""
    rng = np.random.default_rng(seed)
    words = np.round(rng.lognormal(6.7, 0.4, size=(worlds, 2, stories)))
    heat = rng.gamma(4, 0.25, size=(worlds, 1, stories))
    own = rng.lognormal(-(angle**2) / 2, angle, size=words.shape) if angle else 1.0
    mean = rate * heat * own * words * np.array([ratio, 1.0])[:, None]
    bursts = rng.poisson(mean / 2)
    return (bursts + np.where(bursts, rng.negative_binomial(np.maximum(bursts, 1), 0.5), 0)), words


def _p(count, words):
    return stats.permutation_test(count, words, pairs=[(0, 1)]).p_value[:, 0]


@pytest.mark.parametrize("angle", [0.0, 0.3])
@pytest.mark.parametrize("stories", [8, 13])
def test_worlds_without_a_difference_seldom_show_one(stories, angle):
    count, words = bursty(1, worlds=600, stories=stories, rate=0.02, angle=angle)
    p = _p(count, words)
    assert 0.02 < np.mean(p <= 0.05) < 0.08
    assert 0.3 < np.mean(p <= 0.5) < 0.6


def test_p_values_of_sums_of_probabilities_are_uniform():
    # They vary less than counts do: a floor meant for counts would keep them from being small.
    rng = np.random.default_rng(6)
    words = np.round(rng.lognormal(6, 0.4, size=(500, 2, 12)))
    topic = rng.gamma(30, 1 / 30, size=(500, 1, 12))
    count = 0.015 * topic * rng.gamma(20, 1 / 20, size=words.shape) * words
    p = _p(count, words)
    assert kstest(p, "uniform").pvalue > 0.01


@pytest.mark.parametrize("rate", [0.0003, 0.001])
def test_a_handful_of_hits_in_articles_of_unlike_length_raises_no_alarm(rate):
    rng = np.random.default_rng(7)
    words = np.round(rng.lognormal(6, 0.4, size=(400, 2, 13))) * np.array([6, 1])[:, None]
    count = rng.poisson(rate * words)
    assert np.mean(_p(count, words) <= 0.01) < 0.02


@pytest.mark.parametrize(("stories", "rate"), [(8, 0.02), (15, 0.02), (40, 0.02), (40, 0.001)])
def test_intervals_hold_the_truth_as_often_as_they_say(stories, rate):
    count, words = bursty(2, worlds=800, stories=stories, rate=rate, ratio=1.5)
    one = stats.rate_interval(count[:, 1], words[:, 1])
    two = stats.ratio_interval(count, words, pairs=[(0, 1)])
    assert 0.92 < np.mean((one.low <= rate) & (rate <= one.high)) < 0.985
    assert 0.92 < np.mean((two.low <= 1.5) & (two.high >= 1.5)) < 0.985


@pytest.mark.parametrize(("stories", "rate"), [(8, 0.02), (8, 0.001), (13, 0.02), (13, 0.004)])
def test_a_ratio_called_detectable_is_found_four_times_in_five(stories, rate):
    def median(ratio, seed):
        count, words = bursty(seed, worlds=400, stories=stories, rate=rate, ratio=ratio)
        found = stats.ratio_interval(count, words, pairs=[(0, 1)])
        stated = stats.detectable_ratio(
            found.test_error, found.stories - 1, noise=found.noise, ratio=found.ratio
        )
        return float(np.median(stated))

    ratio = 2.0
    for seed in range(5):  # go on until what is stated fits the worlds it is stated in
        ratio = median(ratio, seed)
    count, words = bursty(9, worlds=600, stories=stories, rate=rate, ratio=ratio)
    assert 0.7 < np.mean(_p(count, words) <= 0.05) < 0.9


# --- log-odds ----------------------------------------------------------------------------------


def test_log_odds_by_the_published_formula():
    a, b, prior = [12, 3, 85], [5, 9, 186], [17.0, 12.0, 271.0]
    n_a, n_b, total = 100, 200, 300
    result = stats.log_odds_dirichlet(a, b, prior=prior)
    for i in range(3):
        delta = math.log((a[i] + prior[i]) / (n_a + total - a[i] - prior[i])) - math.log(
            (b[i] + prior[i]) / (n_b + total - b[i] - prior[i])
        )
        variance = 1 / (a[i] + prior[i]) + 1 / (b[i] + prior[i])
        assert result.log_odds[i] == pytest.approx(delta)
        assert result.z[i] == pytest.approx(delta / math.sqrt(variance))
    turned = stats.log_odds_dirichlet(b, a, prior=prior)
    np.testing.assert_allclose(turned.z, -result.z)


def test_log_odds_worked_out_by_hand():
    # Group a says the first word 3 times in 4, b once in 4; a pseudo-count of 1 for each word.
    # Odds: (3 + 1) / (4 + 2 - 3 - 1) = 2 and (1 + 1) / (4 + 2 - 1 - 1) = 1/2; their log ratio is
    # log 4 = 1.3863. Variance: 1 / (3 + 1) + 1 / (1 + 1) = 3/4; z = 1.3863 / 0.8660 = 1.6008.
    result = stats.log_odds_dirichlet([3, 1], [1, 3], prior=[1, 1])
    assert result.log_odds == pytest.approx([1.386294, -1.386294], abs=1e-6)
    assert result.standard_error == pytest.approx([0.866025, 0.866025], abs=1e-6)
    assert result.z == pytest.approx([1.600755, -1.600755], abs=1e-6)


def test_a_stronger_prior_pulls_towards_no_difference():
    a, b, prior = [12, 3, 85], [5, 9, 186], [17, 12, 271]
    weak = stats.log_odds_dirichlet(a, b, prior=prior, prior_total=10)
    strong = stats.log_odds_dirichlet(a, b, prior=prior, prior_total=10_000)
    assert (np.abs(strong.log_odds) < np.abs(weak.log_odds)).all()


def test_a_word_without_counts_and_prior_has_no_log_odds():
    result = stats.log_odds_dirichlet([1, 0, 4], [2, 0, 3], prior=[3, 0, 7])
    assert np.isnan(result.z).tolist() == [False, True, False]
    assert np.isnan(result.log_odds).tolist() == [False, True, False]


# --- seeds and refusals ------------------------------------------------------------------------


def test_seeds_depend_on_labels_and_on_nothing_else():
    def state(*args):
        return tuple(stats.seed_for(*args).generate_state(2))

    assert state(0, "a", "b") == state(0, "a", "b")
    assert len({state(0, "a", "b"), state(0, "ab"), state(0, "b", "a"), state(1, "a", "b")}) == 4


PAIR = [(0, 1)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: stats.rate_interval([1, -2], [10, 10]),
            stats.ERROR_VALUES.format(name="count", value=-2.0),
        ),
        (
            lambda: stats.rate_interval([1, 2], [10, math.nan]),
            stats.ERROR_VALUES.format(name="exposure", value=math.nan),
        ),
        (
            lambda: stats.rate_interval([1, 2], [10, 0]),
            stats.ERROR_UNEXPOSED.format(value=2.0),
        ),
        (
            lambda: stats.share_interval([1, 20], [10, 10]),
            stats.ERROR_SHARE.format(count=20.0, exposure=10.0),
        ),
        (
            lambda: stats.rate_interval([1, 2, 3], [10, 10]),
            stats.ERROR_SHAPE.format(count=(3,), exposure=(2,)),
        ),
        (
            lambda: stats.ratio_interval([1, 2], [10, 10], pairs=PAIR),
            stats.ERROR_SHAPE.format(count=(2,), exposure=(2,)),
        ),
        (
            lambda: stats.rate_interval([1, 2], [10, 10], level=95),
            stats.ERROR_PROBABILITY.format(name="level", value=95),
        ),
        (
            lambda: stats.ratio_interval([[1], [2]], [[9], [9]], pairs=PAIR, kind="odds"),
            stats.ERROR_KIND.format(value="odds"),
        ),
        (
            lambda: stats.permutation_test([[1], [2]], [[9], [9]], pairs=[(0, 2)]),
            stats.ERROR_PAIR.format(pair=(0, 2), groups=2, last=1),
        ),
        (
            lambda: stats.permutation_test([[1], [2]], [[9], [9]], pairs=[(1, 1)]),
            stats.ERROR_PAIR.format(pair=(1, 1), groups=2, last=1),
        ),
        (
            lambda: stats.permutation_test([[1], [2]], [[9], [9]], pairs=PAIR, draws=0),
            stats.ERROR_DRAWS.format(value=0),
        ),
        (lambda: stats.benjamini_hochberg([0.2, 1.5]), stats.ERROR_P_VALUE.format(value=1.5)),
        (lambda: stats.stories_needed(0), stats.ERROR_FAMILY.format(value=0)),
        (
            lambda: stats.detectable_ratio(0.1, 9, power=0.01),
            stats.ERROR_PROBABILITY.format(name="power (above alpha)", value=0.01),
        ),
        (
            lambda: stats.log_odds_dirichlet([1], [2], prior=[0]),
            stats.ERROR_PRIOR.format(problem="its sum is 0"),
        ),
        (
            lambda: stats.log_odds_dirichlet([1], [2], prior=[-1]),
            stats.ERROR_PRIOR.format(problem="holds -1.0"),
        ),
        (
            lambda: stats.log_odds_dirichlet([1], [2], prior=[1], prior_total=0),
            stats.ERROR_PRIOR_TOTAL.format(value=0),
        ),
    ],
)
def test_refusals_name_the_value(call, message):
    with pytest.raises(FramingError, match=re.escape(message)):
        call()


def test_importing_it_does_not_load_scipy():
    code = "import sys, framing.stats; print('scipy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_swapping_stories_in_blocks_says_what_swapping_each_says(monkeypatch):
    rng = np.random.default_rng(4)
    words = rng.lognormal(6, 0.5, (2, 600))
    heat = rng.gamma(2.0, 0.5, (200, 1, 600))
    count = rng.poisson(0.01 * words * heat).astype(float)
    settings = {"pairs": [(0, 1)], "draws": 999, "seed": 1}
    assert stats.BLOCKS < 600
    blocks = stats.permutation_test(count, words, **settings)
    monkeypatch.setattr(stats, "BLOCKS", 600)
    single = stats.permutation_test(count, words, **settings)
    np.testing.assert_array_equal(blocks.statistic, single.statistic)
    # both are estimates from 999 draws: a standard error of 0.016 each at p = 0.5
    assert np.abs(blocks.p_value - single.p_value).max() < 0.09
    assert np.corrcoef(blocks.p_value.ravel(), single.p_value.ravel())[0, 1] > 0.99
    # and nothing differs in these worlds
    assert (blocks.p_value <= 0.05).mean() < 0.1


def test_pairs_that_share_few_of_many_stories_lose_nothing_to_blocks():
    rng = np.random.default_rng(5)
    words = rng.lognormal(6, 0.5, (2, 900))
    count = rng.poisson(np.array([[0.05], [0.01]]) * words).astype(float)
    for first in (0, 400):
        shared = (np.arange(900) >= first) & (np.arange(900) < first + 30)
        here = np.stack([np.ones(900), shared])
        tested = stats.permutation_test(count * here, words * here, pairs=[(0, 1)], draws=499)
        # neighbours are swapped one by one, so that no random assignment is as extreme
        assert tested.stories[0] == 30 and tested.p_value[0] == pytest.approx(1 / 500)
