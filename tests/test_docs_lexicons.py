"""The pages of the lexicons say what the files say, in valid reStructuredText."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docutils.core import publish_doctree
from docutils.nodes import literal

from docs.make_lexicons import lexicon_page, pack_page, plain, write_pages
from framing import Category, Lexicon, Term, list_packs, load_lexicon, load_pack
from framing.catalog import lexicon_names


def parsed(text: str) -> tuple[str, set[str]]:
    """Parse a page; every warning is an error. Give its text, and what stands as a pattern."""
    errors = io.StringIO()
    settings = {"warning_stream": errors, "report_level": 1, "halt_level": 5}
    tree = publish_doctree(text, settings_overrides=settings)
    assert errors.getvalue() == ""
    return tree.astext(), {node.astext() for node in tree.findall(literal)}


@pytest.mark.parametrize("name", lexicon_names())
def test_a_lexicons_page_is_whole(name: str) -> None:
    lexicon = load_lexicon(name)
    text, patterns = parsed(lexicon_page(lexicon))
    assert {t.pattern for t in lexicon} <= patterns
    assert {e for t in lexicon for e in (*t.exceptions, *t.near)} <= patterns
    squeezed = " ".join(text.split())
    for said in (lexicon.description, lexicon.weights, *lexicon.sources.values()):
        assert " ".join(said.split()) in squeezed
    for term in lexicon:
        assert not term.note or " ".join(term.note.split()) in squeezed
        assert not term.referent or term.referent in squeezed


@pytest.mark.parametrize("name", list_packs())
def test_a_packs_page_is_whole(name: str) -> None:
    pack = load_pack(name)
    text, patterns = parsed(pack_page(pack))
    assert {t.pattern for rule in pack.rules for t in rule.terms} <= patterns
    for rule in pack.rules:
        assert rule.reason in text and rule.instead in text


def test_nothing_in_a_lexicon_is_markup() -> None:
    nasty = "*a* `b` |c| d_ :e: \\f [g]_ <h> - i"
    lexicon = Lexicon(
        "nasty",
        (Term("war*", "a", note=nasty, neutral=nasty, stance=nasty, referent="r"),),
        (Category("a", nasty),),
        description="- " + nasty,
        weights=nasty,
        sources={"x_": nasty},
    )
    text, _ = parsed(lexicon_page(lexicon))
    assert text.count(nasty) == 7
    assert plain("a\n\n.. raw:: html") == "a .. raw:: html"


def test_pages_are_written_once_and_stale_ones_removed(tmp_path: Path) -> None:
    written = write_pages(tmp_path)
    assert {p.stem for p in written} == {
        "index",
        *lexicon_names(),
        *(f"pack-{p}" for p in list_packs()),
    }
    stale = tmp_path / "gone.rst"
    stale.write_text("x")
    before = {p: p.stat().st_mtime_ns for p in written}
    write_pages(tmp_path)
    assert not stale.exists()
    assert {p: p.stat().st_mtime_ns for p in written} == before
