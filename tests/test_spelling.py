"""British and American spellings."""

from __future__ import annotations

import pytest

from framing.spelling import other_spelling


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("demonise", "demonize"),
        ("criticising", "criticizing"),
        ("privatisation", "privatization"),
        ("paralysed", "paralyzed"),
        ("colours", "colors"),
        ("labour-saving", "labor-saving"),
        ("dishonourable", "dishonorable"),
        ("neighbourhood", "neighborhood"),
        ("epicentre", "epicenter"),
        ("sceptics", "skeptics"),
        ("hate-fuelled", "hate-fueled"),
        ("defenceless", "defenseless"),
        ("state-organised", "state-organized"),
    ],
)
def test_both_ways(british: str, american: str) -> None:
    assert (other_spelling(british), other_spelling(american)) == (american, british)


@pytest.mark.parametrize(
    "word",
    "surprise arises premise enterprise disenfranchised advertising televised practise crises "
    "prize downsized seized supervising reason prison elaborate laboratory vigorous honorary "
    "check tired defensive theses war".split(),
)
def test_what_is_spelt_alike(word: str) -> None:
    assert other_spelling(word) is None


def test_a_cheque_is_a_check_and_not_the_reverse() -> None:
    assert other_spelling("cheque") == "check" and other_spelling("check") is None
