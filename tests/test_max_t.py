"""Max-T over a searched vocabulary: the statistic by hand, and what chance gives."""

from __future__ import annotations

import numpy as np
import pytest

from framing.errors import FramingError
from framing.stats import max_t_test


def world(seed: int, *, lengths: tuple[float, ...] = (1.0, 1.0, 1.0)) -> float:
    """The smallest adjusted p-value of a world of bursty words without any difference."""
    rng = np.random.default_rng(seed)
    measures, groups, stories = 60, len(lengths), 10
    words = np.outer(lengths, rng.integers(200, 500, stories)).astype(float)
    heat = rng.gamma(0.5, 1, (measures, 1, stories))
    burst = rng.gamma(2, 0.5, (measures, groups, stories))
    count = rng.poisson(heat * burst * words / 400)
    group, story = np.indices(words.shape).reshape(2, -1)
    result = max_t_test(
        count.reshape(measures, -1), words.ravel(), group=group, story=story, draws=199, seed=seed
    )
    return float(np.nanmin(result.p_adjusted))


def test_the_statistic_by_hand() -> None:
    # One measure, two groups, six stories of 100 words each: 3 hits against 1 in every story.
    count = [[3.0] * 6 + [1.0] * 6]
    group, story = [0] * 6 + [1] * 6, [*range(6)] * 2
    result = max_t_test(count, [100.0] * 12, group=group, story=story, draws=999)
    # Expected 2 of 4 in each story; (3 - 2) / sqrt(1/4) = 2; six of them over sqrt(6 * 2 ** 2).
    assert result.statistic[0, 0] == pytest.approx(6 * 2 / np.sqrt(6 * 4))
    assert result.statistic[0, 1] == pytest.approx(-result.statistic[0, 0])
    # Two of 64 deals are as extreme; 999 draws come near to that.
    assert result.p_value[0, 0] == pytest.approx(2 / 64, abs=0.02)
    assert result.p_adjusted[0, 0] >= result.p_value[0, 0]


def test_chance_is_held_over_the_whole_family() -> None:
    smallest = np.array([world(seed) for seed in range(100)])
    # At 0.05, more than eleven of a hundred have a chance below 0.005.
    assert np.sum(smallest <= 0.05) <= 11


def test_longer_articles_do_not_make_a_difference() -> None:
    smallest = np.array([world(seed, lengths=(1.0, 1.5, 2.0)) for seed in range(60)])
    assert np.sum(smallest <= 0.05) <= 9


def test_the_order_of_cells_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    group, story = np.indices((3, 8)).reshape(2, -1)
    count, words = rng.poisson(2, (5, 24)), rng.integers(100, 300, 24).astype(float)
    order = rng.permutation(24)
    one = max_t_test(count, words, group=group, story=story, draws=99)
    two = max_t_test(
        count[:, order], words[order], group=group[order], story=story[order], draws=99
    )
    for name in ("statistic", "p_value", "p_adjusted"):
        assert np.allclose(getattr(one, name), getattr(two, name), equal_nan=True)


def test_what_cannot_be_tested_is_missing() -> None:
    group, story = [0] * 5 + [1] * 5, [*range(5)] * 2
    few = max_t_test([[1.0] * 10], [100.0] * 10, group=group, story=story, draws=99)
    assert np.isnan(few.p_adjusted).all()
    alone = max_t_test([[1.0] * 7], [100.0] * 7, group=[0] * 7, story=[*range(7)], draws=99)
    assert np.isnan(alone.statistic).all()


def test_refusals() -> None:
    with pytest.raises(FramingError, match="exposure must be finite and not negative"):
        max_t_test([[1.0]], [0.0], group=[0], story=[0])
    with pytest.raises(FramingError, match="count must be finite and not negative"):
        max_t_test([[-1.0]], [1.0], group=[0], story=[0])
    with pytest.raises(FramingError, match="count has shape"):
        max_t_test([[1.0, 2.0]], [1.0], group=[0], story=[0])
    with pytest.raises(FramingError, match="draws must be 1 or more"):
        max_t_test([[1.0]], [1.0], group=[0], story=[0], draws=0)
