"""Every fault of a lexicon's files is found, each with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import Category, Lexicon, LexiconError, Term, catalog, load_lexicon, write_lexicon
from framing.lexicon import COLUMNS, read_folder, starter
from framing.lexicon_check import LEVELS, Finding, check_lexicon
from framing.match import compile_terms, find_terms
from framing.tokens import tokenize

CARD = """format = 1
name = "own"
licence = "CC-BY-4.0"
description = "d"
weights = "w"
[categories.a]
meaning = "m"
[categories.b]
meaning = "m"
[sources.who]
citation = "c"
"""


def folder(tmp_path: Path, rows: str, *, card: str = CARD, header: str = "") -> Path:
    path = tmp_path / "own"
    path.mkdir()
    (path / "lexicon.toml").write_text(card, "utf-8")
    (path / "terms.csv").write_text((header or ",".join(COLUMNS)) + "\n" + rows, "utf-8")
    return path


def row(term: str, category: str = "a", **more: str) -> str:
    values = {"term": term, "category": category, "weight": "1", "note": "n", "source": "who"}
    values |= more
    return ",".join(values.get(c, "") for c in COLUMNS) + "\n"


def told(findings: list[Finding], *levels: str) -> list[tuple[int, str]]:
    return [(f.line, f.rule) for f in findings if f.level in (levels or LEVELS)]


def test_a_whole_lexicon_has_no_finding(tmp_path: Path) -> None:
    assert check_lexicon(folder(tmp_path, row("war") + row("truce", "b"))) == []
    assert check_lexicon(write_lexicon(starter("own"), tmp_path / "new")) == []


def test_every_bad_value_is_told_with_its_line(tmp_path: Path) -> None:
    rows = (
        row("war", weight="2")
        + row("truce", "b")
        + row("wa*r")
        + row("peace", "nowhere")
        + "half,a\n"
        + row("raid", source="nobody")
        + row("war room", **{"except": "war* room*"})
    )
    findings = check_lexicon(folder(tmp_path, rows))
    assert told(findings, "error") == [(n, "bad value") for n in (2, 4, 5, 6, 7, 8)]
    messages = [f.message for f in findings if f.level == "error"]
    assert "weight 2.0 of 'war' must be a number above 0 and at most 1" in messages[0]
    assert "only at the end" in messages[1]
    assert "declared are: a, b" in messages[2]
    assert "2 cells, must be 11" in messages[3]
    assert "source 'nobody'" in messages[4]
    assert "its exception 'war* room*' takes every place" in messages[5]
    assert all(f.path.endswith("terms.csv") for f in findings if f.level == "error")


@pytest.mark.parametrize(
    ("card", "header", "rows", "message"),
    [
        ("format = 2\n", "", "", "reads format 1"),
        ("format = \n", "", "", "line 1"),
        (CARD + "[colour]\n", "", "", r"keys \['colour'\] are not known"),
        ("format = 1\ncategories = 3\n", "", "", "categories must be tables"),
        (CARD, "term,weight", "", "columns are"),
        (CARD, "", '"war\n', "line 2: unexpected end"),
        (CARD, "", "", "no valid terms"),
        (CARD.replace('"own"', '"My Own"'), "", row("war"), "lexicon name 'My Own'"),
    ],
)
def test_what_keeps_a_file_from_being_read(
    tmp_path: Path, card: str, header: str, rows: str, message: str
) -> None:
    path = folder(tmp_path, rows, card=card, header=header)
    findings = check_lexicon(path)
    import re

    assert any(re.search(message, f.message) for f in findings if f.level == "error"), findings
    with pytest.raises(LexiconError):
        read_folder(path)


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="must hold"):
        check_lexicon(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (row("war") + row("wars|war"), [(3, "error", "repeated"), (3, "warning", "shadowed")]),
        (row("war*") + row("wars"), [(3, "error", "shadowed")]),
        (row("wars") + row("war*"), []),
        (row("war*") + row("wars|raids"), [(3, "warning", "shadowed")]),
        (row("war*", near="north") + row("wars"), []),
        (row("war*", case="exact") + row("wars"), []),
        (row("war*", **{"except": "cold wars"}) + row("wars"), []),
        (row("proxy war*") + row("proxy wars"), [(3, "error", "shadowed")]),
        (row("war", **{"except": "proxy war"}) + row("proxy war"), [(2, "note", "caught")]),
        (row("war", source=""), [(2, "warning", "no source")]),
        (row("war", note=""), [(2, "warning", "no note")]),
        (row("war", referent="the war"), [(2, "warning", "referent")]),
        (row("war", referent="the war") + row("raid", referent="the war"), []),
        (
            row("war", referent="the war") + row("raid", referent="War") + row("x", referent="War"),
            [(2, "warning", "referent"), (2, "warning", "referent")],
        ),
        (
            row("war", referent="a b")
            + row("raid", referent="a b")
            + row("war", referent="c", near="north")
            + row("x", referent="c"),
            [(4, "error", "shadowed")],
        ),
        (
            row("war|raid", referent="a b")
            + row("raid", referent="c")
            + row("x", referent="c")
            + row("y", referent="a b"),
            [
                (3, "error", "repeated"),
                (3, "warning", "contradiction"),
            ],
        ),
    ],
)
def test_terms_against_each_other(
    tmp_path: Path, rows: str, expected: list[tuple[int, str, str]]
) -> None:
    findings = check_lexicon(folder(tmp_path, rows + row("truce", "b")))
    assert [(f.line, f.level, f.rule) for f in findings] == expected


@pytest.mark.parametrize(
    ("pattern", "level"),
    [
        ("con man|con men", "error"),
        ("down tools|downed tools", "error"),
        ("heat wave|heatwave", "error"),
        ("job-killing|job killer", "warning"),
        ("taxcare|zombie taxcare|nocare", "warning"),
        ("big lie|stolen vote", "note"),
        ("take|took aim|fire", ""),
        ("con man|men", ""),
    ],
)
def test_bars_between_phrases_are_told(tmp_path: Path, pattern: str, level: str) -> None:
    findings = check_lexicon(folder(tmp_path, row(pattern) + row("war") + row("truce", "b")))
    assert [f.level for f in findings] == ([level] if level else [])
    for finding in findings:
        assert "'|' joins single words" in finding.message
        assert "its own row" in str(finding)


@pytest.mark.parametrize(
    ("patterns", "told_of"),
    [
        (["demonize|demonizes", "war"], "demonize|demonise; demonizes|demonises"),
        (["demonize|demonise", "war"], ""),
        (["demonize", "demonise"], ""),
        (["demoni*", "demonize us"], "demonize|demonise"),
        (["labor union*", "labour union*"], ""),
        (["labor union|strike", "labour union"], "labor|labour"),
    ],
)
def test_the_other_spelling_is_told(tmp_path: Path, patterns: list[str], told_of: str) -> None:
    rows = "".join(row(p) for p in patterns) + row("truce", "b")
    findings = [f for f in check_lexicon(folder(tmp_path, rows)) if f.rule == "spelling"]
    assert [f.mend for f in findings] == ([f"write both: {told_of}"] if told_of else [])
    assert all(f.level == "note" for f in findings)


def test_two_lexicons_may_say_that_a_name_has_two_senses(tmp_path: Path) -> None:
    """Required neighbours are the stated way: a name with them is another name."""
    other = Lexicon.from_terms(
        [Term("strike", referent="attack"), Term("raid", referent="attack")], name="war"
    )
    rows = row("strike", referent="stoppage") + row("walkout", "b", referent="stoppage")
    path = folder(tmp_path, rows)
    (finding,) = [f for f in check_lexicon(path, others=[other]) if f.level == "warning"]
    assert finding.rule == "contradiction" and "neighbours (near)" in finding.mend
    path.joinpath("terms.csv").write_text(
        ",".join(COLUMNS) + "\n" + rows.replace(",,,,n,who", ",,union|unions,,n,who", 1), "utf-8"
    )
    assert told(check_lexicon(path, others=[other]), "warning", "error") == []


def test_cards_are_looked_at(tmp_path: Path) -> None:
    card = (
        'format = 1\nname = "own"\n[categories.a]\n[categories.b]\nmeaning = "m"\n[sources.who]\n'
    )
    findings = check_lexicon(folder(tmp_path, row("war"), card=card + "[sources.un]\n"))
    assert sorted({(f.level, f.rule) for f in findings}) == [
        ("note", "unused"),
        ("warning", "empty card"),
        ("warning", "no citation"),
        ("warning", "no meaning"),
        ("warning", "unused"),
    ]
    assert all(f.path.endswith("lexicon.toml") and f.mend for f in findings)


def test_other_lexicons_are_compared(tmp_path: Path) -> None:
    path = folder(tmp_path, row("war|wars", referent="the war") + row("truce", "b"))
    other = Lexicon.from_terms(
        [Term("wars", referent="war of 1812"), Term("fight", referent="the war")], name="other"
    )
    findings = check_lexicon(path, others=[other])
    assert told(findings) == [(2, "contradiction"), (2, "overlap")]
    assert "lexicon 'other'" in findings[0].message
    # an older version of the same lexicon is not another lexicon
    assert "overlap" not in {
        f.rule for f in check_lexicon(path, others=[replace(other, name="own")])
    }


def test_real_texts_show_what_is_never_found_and_what_dominates(tmp_path: Path) -> None:
    path = folder(tmp_path, row("war") + row("truce", "b") + row("raid"))
    findings = check_lexicon(path, texts=["War, war, war and a truce."])
    assert told(findings) == [(2, "dominates"), (4, "unseen")]
    assert "3 of 4 hits, 75%" in findings[0].message
    assert str(findings[0]).startswith(f"{path}/terms.csv:2: warning: dominates: 'war' has 3 of 4")


@pytest.mark.parametrize("name", catalog.lexicon_names())
def test_the_bundled_lexicons_have_no_fault(name: str) -> None:
    others = [load_lexicon(x) for x in catalog.lexicon_names()]
    findings = check_lexicon(catalog.lexicon_folder(name), others=others)
    assert [str(f) for f in findings if f.level != "note"] == []


WORDS = st.sampled_from(["war", "wars", "war*", "warm*", "raid", "raids|war", "tax war"])


@given(st.lists(WORDS, min_size=2, max_size=4, unique=True), st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_called_shadowed_is_never_found(
    tmp_path_factory: pytest.TempPathFactory, patterns: list[str], data: st.DataObject
) -> None:
    terms = tuple(Term(p, "a") for p in patterns)
    try:
        lexicon = Lexicon("own", terms, (Category("a"),))
    except LexiconError:
        return
    path = write_lexicon(lexicon, tmp_path_factory.mktemp("own"))
    dead = {f.line - 2 for f in check_lexicon(path) if f.level == "error"}
    words = data.draw(
        st.lists(st.sampled_from(["war", "wars", "warm", "warming", "raid", "raids", "tax"]))
    )
    found = find_terms(tokenize([" ".join(words)]), compile_terms([lexicon]))
    assert not dead & set(found.term.tolist())
