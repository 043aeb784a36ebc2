"""Lexicons: made, read, written, refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import framing
from framing import Category, Lexicon, Term, catalog
from framing.catalog import lexicon_folder, lexicon_names
from framing.errors import FramingWarning, LexiconError
from framing.lexicon import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    _bundled,
    list_lexicons,
    load_lexicon,
    read_card,
    read_folder,
    resolve_lexicons,
    seal_folder,
    starter,
    write_folder,
)
from framing.lexicon_check import check_lexicon
from framing.patterns import parse_pattern

NAMES = lexicon_names()


@pytest.mark.parametrize("name", NAMES)
def test_bundled_lexicons_are_whole(name: str) -> None:
    lexicon = load_lexicon(name)
    assert lexicon.name == name
    assert lexicon.licence == "CC-BY-4.0"
    assert lexicon.description and lexicon.weights
    assert all(c.meaning for c in lexicon.categories)
    used = {t.category for t in lexicon}
    assert used == {c.name for c in lexicon.categories}
    for term in lexicon:
        assert term.note, term.pattern
        assert term.source in lexicon.sources, term.pattern
    assert all(lexicon.sources.values())


def test_there_are_enough_terms_and_rival_names() -> None:
    table = list_lexicons()
    assert set(NAMES) <= set(table["name"])
    assert table["terms"].sum() >= 400
    rivals: dict[str, set[str]] = {}
    for name in table["name"]:
        for term in load_lexicon(name):
            if term.referent:
                rivals.setdefault(term.referent, set()).add(term.pattern)
    assert {"conflict", "migration"} <= set(table.loc[table["referents"] > 0, "name"])
    assert all(len(names) >= 2 for names in rivals.values()), rivals


@pytest.mark.parametrize("name", NAMES)
def test_a_round_trip_loses_nothing(name: str, tmp_path: Path) -> None:
    lexicon = load_lexicon(name)
    again = read_folder(write_folder(lexicon, tmp_path / "copy"))
    assert again == lexicon
    assert again.hash == lexicon.hash


def test_three_ways_to_make_one() -> None:
    from_list = Lexicon.from_terms(["proxy war", "regime"])
    from_dict = Lexicon.from_terms({"terms": ["proxy war", "regime"]})
    from_frame = Lexicon.from_terms(pd.DataFrame({"term": ["proxy war", "regime"]}))
    assert from_list.terms == from_dict.terms == from_frame.terms
    assert replace(from_list, version="2").hash != from_list.hash


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "at least one word"),
        ("and/or", "not one word of running text"),
        ("wa*", "at least 3 letters"),
        ("*war", "only at the end"),
        ("wa*r", "only at the end"),
        ("bomb||bombs", "alternative is empty"),
        ("!", "not one word of running text"),
        ("con man|con men", "read as 'con man men', 'con con men'; give each phrase its own row"),
        ("far-left|far left", "'far left' beside 'far-left' is read as"),
    ],
)
def test_patterns_that_could_never_match_are_refused(pattern: str, message: str) -> None:
    with pytest.raises(LexiconError, match=message):
        parse_pattern(pattern)


@pytest.mark.parametrize("weight", [0, -1, 1.5, float("nan"), "much", True])
def test_bad_weights_are_named(weight: object) -> None:
    with pytest.raises(LexiconError, match="must be a number above 0 and at most 1"):
        Lexicon.from_terms([Term("war", weight=weight)])  # type: ignore[arg-type]


def test_an_exception_must_hold_its_term() -> None:
    with pytest.raises(LexiconError, match="does not hold the term"):
        Term("regime", exceptions=("tax system",))
    for exception in ("regime*", "regime|regimes"):
        with pytest.raises(LexiconError, match="could never match: its exception"):
            Term("regime", exceptions=(exception,))
    assert Term("regime*", exceptions=("regimes",)).exceptions == ("regimes",)


def test_a_neighbour_stands_beside_its_term() -> None:
    with pytest.raises(LexiconError, match="a neighbour stands outside of the hit"):
        Term("air strike", near=("Air strike",))
    assert Term("smart bomb", near=("bomb",)).near == ("bomb",)
    with pytest.raises(LexiconError, match="at least 3 letters"):
        Term("strike", near=("wa*",))


def test_neighbours_survive_a_round_trip(tmp_path: Path) -> None:
    terms = [Term("strike", near=("union|unions", "picket line*")), Term("strike", note="any")]
    lexicon = Lexicon.from_terms(terms)
    path = write_folder(lexicon, tmp_path / "own")
    assert (path / "terms.csv").read_text("utf-8").splitlines()[0] == ",".join(COLUMNS)
    assert read_folder(path) == lexicon
    assert Lexicon.from_terms(lexicon.to_frame()).terms == lexicon.terms
    plain = Lexicon.from_terms([replace(t, near=()) for t in terms[:1]])
    assert plain.hash != Lexicon.from_terms(terms[:1]).hash
    head = (write_folder(plain, tmp_path / "plain") / "terms.csv").read_text("utf-8")
    assert "near" not in head.splitlines()[0]


def test_repeats_and_undeclared_values_are_refused() -> None:
    with pytest.raises(LexiconError, match="given twice, in the categories 'a' and 'b'"):
        Lexicon.from_terms({"a": ["bomb|bombs"], "b": ["bombs"]})
    with pytest.raises(LexiconError, match="not declared; declared are: a"):
        Lexicon("x", (Term("war", category="b"),), (Category("a"),))
    with pytest.raises(LexiconError, match="source 'who' of 'war' is not declared"):
        Lexicon("x", (Term("war", source="who"),), (Category("terms"),))
    with pytest.raises(LexiconError, match="must be lower-case"):
        Lexicon.from_terms(["war"], name="../War")
    with pytest.raises(LexiconError, match="holds no terms"):
        Lexicon.from_terms([])


@pytest.mark.parametrize("terms", ["war", {"a": "war"}])
def test_a_bare_string_is_refused(terms: object) -> None:
    with pytest.raises(LexiconError, match=r"wrap it: \['war'\]"):
        Lexicon.from_terms(terms)


def test_what_is_no_term_is_named() -> None:
    with pytest.raises(LexiconError, match=r"a term must be a str, a dict .* found 3"):
        Lexicon.from_terms(["war", 3])  # type: ignore[list-item]


def folder(tmp_path: Path, rows: str, card: str = "") -> Path:
    path = tmp_path / "own"
    path.mkdir()
    head = 'format = 1\nname = "own"\n[categories.terms]\nmeaning = "m"\n'
    (path / "lexicon.toml").write_text(card or head, "utf-8")
    columns = [c for c in COLUMNS if c not in OPTIONAL_COLUMNS]
    (path / "terms.csv").write_text(",".join(columns) + "\n" + rows, "utf-8")
    return path


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("war,terms,2,,,,,,,\n", r"terms\.csv: line 2: weight 2\.0 of 'war'"),
        ("war,terms,1,,,,,,,\nwar,nowhere,1,,,,,,,\n", "line 3: category 'nowhere'"),
        ("war,terms,1,,,,,upper,,\n", "line 2: case 'upper' of 'war'"),
        ("war,terms,1,,,\n", "line 2: 6 cells, must be 10"),
        ("war,terms,1,,,,,,,nobody\n", "line 2: source 'nobody'"),
        ('"war,terms,1,,,,,,,\n', r"terms\.csv: .*(unexpected end|line 2)"),
        ("war,terms,1,,,,,,,\nwar,terms,1,,,,,,,\n", "term 'war' is given twice"),
    ],
)
def test_a_faulty_file_is_reported_with_its_line(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(LexiconError, match=message):
        read_folder(folder(tmp_path, rows))


def test_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="format 2 is not one that this version reads"):
        read_folder(folder(tmp_path, "war,terms,1,,,,,,,\n", "format = 2\n"))
    with pytest.raises(LexiconError, match=r"must hold lexicon\.toml and terms\.csv"):
        read_folder(tmp_path / "nowhere")


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    with pytest.raises(LexiconError, match=r"there are: .*conflict, .*hedges"):
        load_lexicon("conflicts")
    with pytest.raises(LexiconError, match="there are"):
        load_lexicon("..")


def test_what_score_takes() -> None:
    assert [x.name for x in resolve_lexicons(None)] == NAMES
    own = Lexicon.from_terms(["war"])
    assert resolve_lexicons([own, "hedges"])[0] is own
    with pytest.raises(LexiconError, match="must be a list"):
        resolve_lexicons("hedges")
    with pytest.raises(LexiconError, match="two lexicons are called 'own'"):
        resolve_lexicons([own, own])
    with pytest.raises(LexiconError, match="found 3"):
        resolve_lexicons([3])  # type: ignore[list-item]
    with pytest.warns(FramingWarning, match="is in 'fr'"):
        resolve_lexicons([replace(own, language="fr")])


def test_the_public_table() -> None:
    table = framing.list_lexicons()
    assert list(table.columns)[:5] == ["name", "version", "language", "terms", "categories"]
    assert list(load_lexicon("hedges").to_frame().columns) == list(COLUMNS)


@pytest.mark.parametrize("name", NAMES)
def test_a_bundled_lexicon_carries_the_hash_of_what_it_says(name: str) -> None:
    """Out of date? Run: framing lexicon seal lexicons."""
    folder = lexicon_folder(name)
    card = read_card(folder)
    assert card.hash == read_folder(folder).seal


EDITS = [
    ("terms.csv", "proxy war|wars,war-names,0.75", "proxy war|wars,war-names,0.25"),
    ("terms.csv", "blames an outside sponsor", "blames nobody"),
    ("lexicon.toml", "loaded = true", "loaded = false"),
    ("lexicon.toml", "Hawthorn Press", "Another Press"),
]


@pytest.mark.parametrize(("file", "old", "new"), EDITS)
def test_a_bundled_lexicon_that_was_tampered_with_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str
) -> None:
    folder = shutil.copytree(lexicon_folder("conflict"), tmp_path / "conflict")
    content = (folder / file).read_text("utf-8")
    assert old in content
    (folder / file).write_text(content.replace(old, new, 1), "utf-8")
    monkeypatch.setattr(catalog, "lexicon_folder", lambda name: folder)
    _bundled.cache_clear()
    with pytest.raises(LexiconError, match=r"changed after it was sealed.* copy the folder to one"):
        load_lexicon("conflict")
    with pytest.raises(LexiconError, match=r"lexicon\.toml: the lexicon is not what its card says"):
        framing.score_text("A proxy war.", lexicons=["conflict"], classifier=None)
    # the way that the message names
    mine = load_lexicon(seal_folder(folder))
    assert mine.seal == read_card(folder).hash


def test_a_saved_lexicon_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    lexicon = Lexicon.from_terms([Term("war", weight=1, note=""), Term("raid", referent="")])
    folder = write_folder(lexicon, tmp_path / "own")
    assert load_lexicon(folder).hash == read_folder(write_folder(lexicon, tmp_path / "b")).hash
    terms = folder / "terms.csv"
    terms.write_text(terms.read_text("utf-8").replace("raid,", "raids,"), "utf-8")
    with pytest.raises(LexiconError, match="framing lexicon seal FOLDER"):
        load_lexicon(folder)
    (finding,) = [f for f in check_lexicon(folder) if f.rule == "hash"]
    assert finding.level == "error" and "was changed after it was sealed" in finding.message
    assert load_lexicon(seal_folder(folder)).terms[1].pattern == "raids"


def test_a_lexicon_without_a_hash_is_free_to_be_edited(tmp_path: Path) -> None:
    folder = write_folder(starter("own"), tmp_path / "own", sealed=False)
    assert read_card(folder).hash == ""
    terms = folder / "terms.csv"
    terms.write_text(terms.read_text("utf-8").replace("0.75", "0.5"), "utf-8")
    assert load_lexicon(folder).terms[0].weight == 0.5


def test_sealing_leaves_the_rest_of_the_card_as_it_is(tmp_path: Path) -> None:
    folder = write_folder(starter("own"), tmp_path / "own", sealed=False)
    card = folder / "lexicon.toml"
    before = "# mine\n" + card.read_text("utf-8")
    card.write_text(before, "utf-8")
    for _ in range(2):
        lines = (seal_folder(folder) / "lexicon.toml").read_text("utf-8").splitlines(keepends=True)
        assert [x for x in lines if x.startswith("hash")] == [
            f'hash = "{read_folder(folder).seal}"\n'
        ]
        assert "".join(x for x in lines if not x.startswith("hash")) == before
