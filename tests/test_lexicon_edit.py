"""Own lexicons, put together with bundled ones and changed term by term."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import framing
from framing import Category, FramingWarning, Lexicon, LexiconError, Term
from framing.lexicon import load_lexicon


@pytest.mark.parametrize("way", ["list", "dict", "frame", "folder", "file"])
def test_an_own_lexicon_in_three_lines(way: str, tmp_path: Path) -> None:
    if way == "list":
        own = framing.Lexicon.from_terms(["dam lobby", "water grab*"], name="water")
    elif way == "dict":
        own = framing.Lexicon.from_terms({"blame": ["dam lobby", "water grab*"]}, name="water")
    elif way == "frame":
        frame = pd.DataFrame({"term": ["dam lobby", "water grab*"], "weight": [1, 0.5]})
        own = framing.Lexicon.from_terms(frame, name="water")
    else:
        path = tmp_path / ("water" if way == "folder" else "water.dic")
        made = framing.Lexicon.from_terms(["dam lobby", "water grab*"], name="water")
        own = framing.read_lexicon(framing.write_lexicon(made, path))
    scores = framing.score_text(
        "The dam lobby won a vile water grab.", lexicons=[own, "loaded"], classifier=None
    )
    assert set(scores.hits["term"]) >= {"dam lobby", "water grab*", "vile"}


def test_combining_keeps_everything_once() -> None:
    own = Lexicon.from_terms({"blame": ["dam lobby"]}, name="water")
    both = framing.combine_lexicons([own, "hedges"], name="both")
    hedges = load_lexicon("hedges")
    assert len(both) == len(hedges) + 1
    assert both.sources == hedges.sources
    assert both.licence == "CC-BY-4.0" and "hedges" in both.description
    assert both.loaded_categories == {"blame"}


def test_combining_warns_of_terms_that_differ_and_keeps_the_first() -> None:
    one = Lexicon.from_terms([Term("raid|raids", "a", 0.5), Term("truce", "a")], name="one")
    two = Lexicon.from_terms(
        [Term("raids|raiding", "b", exceptions=("the raids",)), Term("truce", "a")], name="two"
    )
    with pytest.warns(FramingWarning, match=r"1 terms are given differently .* 'raids' \(one, two"):
        both = framing.combine_lexicons([one, two], name="both")
    assert [(t.pattern, t.category) for t in both] == [
        ("raid|raids", "a"),
        ("truce", "a"),
        ("raiding", "b"),
    ]
    clash = Lexicon("three", (Term("x", "a"),), (Category("a", loaded=False),))
    with pytest.raises(LexiconError, match="counts as loaded in one lexicon and not in another"):
        framing.combine_lexicons([one, clash], name="both")


def test_overriding_term_by_term() -> None:
    lexicon = load_lexicon("conflict")
    old = next(t for t in lexicon if t.pattern == "proxy war|wars")
    changed = framing.override_terms(
        lexicon,
        terms=[
            {"term": old.pattern, "weight": 0.25},
            "dam war",
            {"term": "dam lobby", "category": "water"},
        ],
        drop=["junta|juntas"] if any(t.pattern == "junta|juntas" for t in lexicon) else [],
        version="mine",
    )
    new = next(t for t in changed if t.pattern == old.pattern)
    assert new.weight == 0.25 and new.referent == old.referent and new.note == old.note
    assert changed.version == "mine" and changed.hash != lexicon.hash
    assert "water" in changed.loaded_categories
    assert lexicon == load_lexicon("conflict")
    assert not any(t.pattern == "junta|juntas" for t in changed)


def test_an_override_takes_a_single_spelling_from_a_term() -> None:
    lexicon = Lexicon.from_terms(["raid|raids", "truce"])
    changed = framing.override_terms(lexicon, terms=[Term("raids", weight=0.5)])
    assert [(t.pattern, t.weight) for t in changed] == [("raid", 1), ("truce", 1), ("raids", 0.5)]
    assert changed.version == "0+changed"


def test_a_record_changes_only_what_it_names_of_one_spelling() -> None:
    term = Term("regime|regimes", "names", exceptions=("tax regime", "tax regimes"), note="n")
    changed = framing.override_terms(
        Lexicon.from_terms([term]), terms=[{"term": "regime", "weight": 0.25}]
    )
    assert [(t.pattern, t.weight, t.exceptions) for t in changed] == [
        ("regimes", 1.0, ("tax regimes",)),
        ("regime", 0.25, ("tax regime",)),
    ]
    assert {t.category for t in changed} == {"names"} and {t.note for t in changed} == {"n"}


def test_what_is_left_of_a_term_keeps_the_exceptions_that_are_its_own() -> None:
    term = Term("raid|raids", exceptions=("police raid", "police raids", "the raid|raids"))
    changed = framing.override_terms(Lexicon.from_terms([term]), terms=["raids"])
    assert changed.terms[0] == Term("raid", exceptions=("police raid", "the raid|raids"))


def test_dropping_what_is_not_there_names_what_is_near() -> None:
    with pytest.raises(LexiconError, match="is written 'raid'; near it are: raids"):
        framing.override_terms(Lexicon.from_terms(["raids"]), drop=["raid"])


def test_split_lexicons_count_a_word_for_each_of_its_categories() -> None:
    lexicon = Lexicon.from_terms({"fear + anger": ["threat"], "fear": ["dread"]}, name="moods")
    parts = framing.split_lexicon(lexicon)
    assert [(p.name, [t.pattern for t in p]) for p in parts] == [
        ("moods-fear", ["threat", "dread"]),
        ("moods-anger", ["threat"]),
    ]
    hits = framing.score_text("A threat of dread.", lexicons=parts, classifier=None).hits
    assert sorted(zip(hits["text"], hits["category"], strict=True)) == [
        ("dread", "fear"),
        ("threat", "anger"),
        ("threat", "fear"),
    ]
