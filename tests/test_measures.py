"""What can be compared, and how it is named."""

from __future__ import annotations

from typing import Any

import pytest

import framing
from framing import measures as module
from framing.errors import FramingError
from framing.measures import MEASURES, choose_measures, known_measures, near, quoted_name


def manifest(**lexicons: dict[str, bool]) -> dict[str, Any]:
    return {"lexicons": [{"name": n, "categories": c} for n, c in lexicons.items()]}


def test_a_lexicon_is_its_loaded_categories_together() -> None:
    known = known_measures(manifest(own={"names": True, "plain": False, "slurs": True}))
    assert known["own"].count == ("own/names", "own/slurs")
    assert known["own/plain"].count == ("own/plain",)
    assert known["own"].voice == "own" and known["own"].exposure == ("own_words",)
    twin = known[quoted_name("own")]
    assert twin.count == ("quoted:own/names", "quoted:own/slurs")
    assert twin.exposure == ("quoted_words",) and twin.voice == "quoted"


def test_a_lexicon_without_loaded_categories_has_no_rate_of_its_own() -> None:
    assert "own" not in known_measures(manifest(own={"plain": False}))


def test_what_a_lexicon_makes_possible_is_there_only_with_it() -> None:
    assert set(known_measures(manifest())) == {m.name for m in MEASURES} | {
        "quoted:loaded_rate",
        "quoted:term_rate",
    }
    known = known_measures(
        manifest(
            hedges={"modal": False, "adverbs": False},
            factives={"verbs": False},
            reporting={"doubting": False, "endorsing": False, "neutral": False},
        )
    )
    assert known["hedging_rate"].count == ("hedges/modal", "hedges/adverbs")
    assert known["factive_rate"].count == ("factives/verbs",)
    share = known["doubting_share"]
    assert share.kind == "share" and share.count == ("reporting/doubting",)
    assert share.exposure == ("reporting/doubting", "reporting/endorsing")
    assert "quoted:hedging_rate" in known and "quoted:doubting_share" not in known


def test_the_usual_measures() -> None:
    used = manifest(own={"names": True, "plain": False}, hedges={"modal": False})
    chosen = [m.name for m in choose_measures(None, used, ["own/plain", "quoted:own/names"])]
    assert chosen == [
        *(m.name for m in MEASURES),
        "hedging_rate",
        "own/plain",
        "quoted:loaded_rate",
        "quoted:term_rate",
        "quoted:hedging_rate",
    ]


def test_refusals_list_what_is_valid_and_guess_what_was_meant() -> None:
    used = manifest(own={"names": True})
    valid = ", ".join(known_measures(used))
    cases = {
        "loaded_rates": module.UNKNOWN_MEASURE.format(
            value="loaded_rates", near="; did you mean 'loaded_rate'?", valid=valid
        ),
        "bias": module.UNKNOWN_MEASURE.format(value="bias", near="", valid=valid),
        "factive_rate": module.LEXICON_ABSENT.format(
            value="factive_rate", lexicon="factives", used="own"
        ),
        "quoted:hedging_rate": module.LEXICON_ABSENT.format(
            value="quoted:hedging_rate", lexicon="hedges", used="own"
        ),
    }
    for name, message in cases.items():
        with pytest.raises(FramingError) as error:
            choose_measures([name], used, ())
        assert str(error.value) == message
    with pytest.raises(FramingError) as error:
        choose_measures("own", used, ())
    assert str(error.value) == module.BARE_MEASURES.format(value="own")
    with pytest.raises(FramingError) as error:
        choose_measures(["own", "own"], used, ())
    assert str(error.value) == module.REPEATED_MEASURE.format(value="own")
    with pytest.raises(FramingError) as error:
        choose_measures([], used, ())
    assert str(error.value) == module.NO_MEASURES.format(valid=valid)


def test_near_misses() -> None:
    assert near("OUTLET", ["outlet"]) == "; did you mean 'outlet'?"
    assert near("zzz", ["outlet"]) == ""


def test_every_column_of_every_measure_is_summed(scores: framing.Scores) -> None:
    cells = framing.sum_cells(scores)
    for measure in choose_measures(None, scores.manifest, cells.found):
        assert set(measure.exposure) <= set(cells.columns)
        assert set(measure.count) & set(cells.columns), measure.name
