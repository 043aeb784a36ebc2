"""Other tools' formats: read, written, refused with a line."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import framing
from framing import Category, FramingWarning, Lexicon, LexiconError, Term
from framing.formats import FORMATS, read_lexicon, write_lexicon
from framing.lexicon import load_lexicon

SUFFIX = {
    "csv": ".csv",
    "liwc": ".dic",
    "liwc-22": ".dicx",
    "quanteda": ".yml",
    "lexicoder": ".lc3",
    "yoshikoder": ".ykd",
    "wordstat": ".cat",
    "nrc": ".txt",
    "afinn": ".txt",
    "vader": ".txt",
}
SIGNED = ("afinn", "vader")
NESTED = ("quanteda", "yoshikoder", "wordstat")


def test_every_format_is_tried_here() -> None:
    assert set(FORMATS) == {"folder", *SUFFIX}


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str], Path]:
    def make(suffix: str, text: str) -> Path:
        path = tmp_path / f"war words{suffix}"
        path.write_text(text, "utf-8", newline="")
        return path

    return make


def contents(lexicon: Lexicon) -> list[tuple[str, str]]:
    return [(t.pattern, t.category) for t in lexicon]


@pytest.mark.parametrize(
    ("suffix", "text", "expected"),
    [
        (
            ".dic",
            "%\n1\tharm\n2\tpeace\n%\nraid*\t1\ntalk\t2\t1\n",
            [("raid*", "harm"), ("talk", "peace + harm")],
        ),
        # retyped with spaces, windows line ends, an empty line, a mark at the beginning
        (
            ".dic",
            "\ufeff%\r\n1  harm\r\n%\r\n\r\nair strike  1\r\nraid 1\r\n",
            [("air strike", "harm"), ("raid", "harm")],
        ),
        (".dic", "%\n1\tharm\n\t2\twar\n%\nraid\t2\n", [("raid", "harm/war")]),
        (
            ".dicx",
            "DicTerm,harm,peace\nraid*,X,\ntalk,x,X\n",
            [("raid*", "harm"), ("talk", "harm + peace")],
        ),
        (
            ".yml",
            "harm: [raid*, 'no']\npeace:\n  - truce\n  - deep:\n    - talk\n",
            [("raid*", "harm"), ("no", "harm"), ("truce", "peace"), ("talk", "peace/deep")],
        ),
        (".yaml", "harm:\n  war: raid\n", [("raid", "harm/war")]),
        (
            ".lc3",
            '+harm\nraid*\n  air strike \n+peace\n"truce"\n',
            [("raid*", "harm"), ("air strike", "harm"), ("truce", "peace")],
        ),
        (
            ".ykd",
            '<?xml version="1.0"?>\n<dictionary style="1"><cnode name="harm" desc="d">\n'
            '<pnode name="raid*"/><cnode name="war"><pnode name="a &amp; b"></pnode>'
            '<pnode name="war"/></cnode></cnode></dictionary>',
            [("raid*", "harm"), ("war", "harm/war")],
        ),
        (
            ".cat",
            "HARM\n\tWAR\n\t\tAIR_STRIKE (1)\n\tRAID* (1)\nPEACE\n\tTRUCE (1)\n",
            [("air strike", "HARM/WAR"), ("raid*", "HARM"), ("truce", "PEACE")],
        ),
        (
            ".csv",
            "word;category;weight\nraid*;harm;0.5\ntruce;peace;\n",
            [("raid*", "harm"), ("truce", "peace")],
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:.*not everything was kept")
def test_files_as_they_are_found(
    file: Callable[[str, str], Path], suffix: str, text: str, expected: list[tuple[str, str]]
) -> None:
    lexicon = read_lexicon(file(suffix, text))
    assert contents(lexicon) == expected
    assert lexicon.name == "war-words"


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        ("nrc", "raid\tfear\t1\nraid\tanger\t1\nraid\tjoy\t0\n", [("raid", "fear + anger", 1)]),
        ("nrc", "term\tscore\tAffectDimension\nraid\t0.5\tfear\n", [("raid", "fear", 0.5)]),
        # a category that reads as a number, and as one that says nothing
        ("nrc", "raid\t2020\t0.5\nstorm\t0.\t1\n", [("raid", "2020", 0.5), ("storm", "0.", 1)]),
        (
            "afinn",
            "raid\t-4\nair strike\t-2\ntruce\t5\n",
            [("raid", "negative", 0.8), ("air strike", "negative", 0.4), ("truce", "positive", 1)],
        ),
        ("vader", "raid\t-2\t0.5\t[-2, -2]\n", [("raid", "negative", 0.5)]),
    ],
)
@pytest.mark.filterwarnings("ignore:.*not everything was kept")
def test_scores_become_weights_and_signs(
    file: Callable[[str, str], Path], format: str, text: str, expected: list[Any]
) -> None:
    lexicon = read_lexicon(file(".txt", text), format=format)
    assert [(t.pattern, t.category, t.weight) for t in lexicon] == expected


@pytest.mark.parametrize(
    ("suffix", "format", "text", "message"),
    [
        (".dic", None, "raid\t1\n", r"\.dic: line 1: expected a line with '%'"),
        (".dic", None, "", "line 1: expected a line with '%'"),
        (".dic", None, "%\n1\tharm\n", "line 2: the categories are not closed"),
        (".dic", None, "%\n1\tharm\none two\n%\n", "line 3: expected a number and a name"),
        (".dic", None, "%\n1\ta\n1\tb\n%\n", "line 3: category number 1 is given twice"),
        (".dic", None, "%\n1\ta\n%\nraid\t1\ntruce\t7\n", "line 5: 'truce' names category '7'"),
        (".dic", None, "%\n1\ta\n%\nraid\n", "line 4: 'raid' names no category"),
        (".dicx", None, "word,a\nraid,X\n", "line 1: the first line must name columns"),
        (".dicx", None, "DicTerm,a\nraid,7\n", "line 2: '7' of 'raid'"),
        (".dicx", None, "DicTerm,a\nraid\n", "line 2: 1 cells, must be 2"),
        (".dicx", None, "DicTerm,a\nraid,\n", "line 2: 'raid' names no category"),
        (".yml", None, "- raid\n", "line 1: expected categories with lists"),
        (".yml", None, "", "line 1: expected categories with lists of words, found nothing"),
        (".yml", None, "a: [raid\nb: x\n", "line 2: "),
        (".yml", None, "a: &x [raid]\nb: *x\n", r"line 2: an alias \(\*x\)"),
        (".yml", None, "a: [raid]\nb: [war]\na: [x]\n", "line 3: category 'a' is given twice"),
        (".yml", None, "a:\n- - raid\n", "line 2: .*a list in one"),
        (".yml", None, "{a: " * 40 + "x" + "}" * 40, "nested more than 32"),
        (".yml", None, "[" * 5000, "line 1: "),
        (".yml", None, "a: !!python/object/apply:os.system [raid]\nb\n", "line"),
        (".yml", None, "a: \x07\n", "line 1"),
        (".lc3", None, "raid\n+harm\n", "line 1: 'raid' stands before the first category"),
        (".lc3", None, "+\nraid\n", "line 1: a category has no name"),
        (".ykd", None, "<dictionary>\n<cnode name='a'>\n</dictionary>", "line 3: mismatched tag"),
        (".ykd", None, "<other/>", "line 1: the file is not a <dictionary>"),
        (".ykd", None, "<dictionary>\n<node/></dictionary>", "line 2: expected <dictionary>"),
        (".ykd", None, "<dictionary>\n<pnode name='x'/></dictionary>", "line 2: .*outside of any"),
        (".ykd", None, "<dictionary><cnode/></dictionary>", "line 1: <cnode> has no name"),
        (".cat", None, "RAID (1)\n", "line 1: 'RAID .1.' stands before the first category"),
        (".cat", None, "A\n\t\t\tRAID (1)\n", "line 2: indented by 3"),
        (".csv", None, "a,b\nraid,x\n", "line 1: the first line must name columns, 'term'"),
        (".csv", None, "term,weight\nraid,2\n", "line 2: weight 2.0 of 'raid'"),
        (".csv", None, "term,term\nraid,2\n", "line 1: column 'term' is named twice"),
        (".csv", None, 'term\n"raid\n', "line 2: unexpected end"),
        (".csv", None, "term,category\nraid\n", "line 2: 1 cells, must be 2"),
        (".txt", "afinn", "raid\t-9\n", "line 1: '-9' of 'raid' must be from -5 to 5"),
        (".txt", "afinn", "raid\tx\n", "line 1: 'x' of 'raid' is not a number"),
        (".txt", "afinn", "raid\t1\nwar 2\n", "line 2: expected 2 columns separated by tabs"),
        (".txt", "vader", "raid\tnan\t1\t[]\n", "line 1: 'nan' of 'raid' must be from -4 to 4"),
        (".txt", "nrc", "raid\tfear\t7\n", "line 1: '7' of 'raid' must be from 0 to 1"),
        (".txt", "nrc", "raid\tfear\n", "line 1: expected 3 columns"),
    ],
)
def test_messy_files_are_refused_with_their_line(
    file: Callable[[str, str], Path], suffix: str, format: str | None, text: str, message: str
) -> None:
    with pytest.raises(LexiconError, match=message):
        read_lexicon(file(suffix, text), format=format)


def test_xml_that_declares_anything_is_refused(file: Callable[[str, str], Path]) -> None:
    bomb = (
        '<?xml version="1.0"?>\n<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/hostname">]>\n'
        '<dictionary><cnode name="&b;"><pnode name="&f;"/></cnode></dictionary>'
    )
    with pytest.raises(LexiconError, match="line 2: a document type or an entity is declared"):
        read_lexicon(file(".ykd", bomb))


def test_yaml_makes_no_objects(file: Callable[[str, str], Path], tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    text = f"a: !!python/object/apply:os.mkdir ['{trap}']\nb: [2026-01-01, true, 1.50, no]\n"
    with pytest.warns(FramingWarning):
        lexicon = read_lexicon(file(".yml", text))
    assert not trap.exists()
    assert [t.pattern for t in lexicon if t.category == "b"] == ["2026-01-01", "true", "1.50", "no"]


def test_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "old.lc3"
    path.write_bytes("+harm\nraid\nnaïveté\n".encode("cp1252"))
    with pytest.raises(LexiconError, match=r"line 3: not utf-8; .* encoding='cp1252'"):
        read_lexicon(path)
    assert read_lexicon(path, encoding="cp1252").terms[1].pattern == "naïveté"
    with pytest.raises(LexiconError, match="'klingon' is not known"):
        read_lexicon(path, encoding="klingon")


def test_what_a_lexicon_cannot_hold_is_told_with_its_line(
    file: Callable[[str, str], Path],
) -> None:
    text = "%\n1\tharm\n%\nraid\t1\n:(\t1\nwa*\t1\nlike\t(02 1)1/1\t1\nkind\t(02 1)1/1\n"
    with pytest.warns(FramingWarning, match="not everything was kept") as told:
        lexicon = read_lexicon(file(".dic", text))
    message = str(told[0].message)
    for part in (
        "line 5: ':(' left out",
        "line 6: 'wa*' left out",
        "line 7: the condition",
        "line 8: 'kind' left out (all its categories stand under a condition)",
    ):
        assert part in message
    assert [t.pattern for t in lexicon] == ["raid", "like"]


def test_a_file_of_nothing_usable_is_refused(file: Callable[[str, str], Path]) -> None:
    with pytest.raises(LexiconError, match=r"no term could be read: line 2: ':.' left out"):
        read_lexicon(file(".lc3", "+smile\n:)\n"))


def test_formats_are_told_by_name_or_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"give format=, one of .*, or a name that ends"):
        read_lexicon(tmp_path / "words.txt")
    with pytest.raises(LexiconError, match="format must be one of folder, csv"):
        read_lexicon(tmp_path / "words.txt", format="excel")
    with pytest.raises(LexiconError, match="is not there"):
        read_lexicon(tmp_path / "words.dic")
    folder = write_lexicon(load_lexicon("hedges"), tmp_path / "hedges")
    assert read_lexicon(folder) == load_lexicon("hedges")


RICH = Lexicon(
    "rich",
    (
        Term("raid|raids", "harm", 0.5, referent="the raid", exceptions=("police raid",)),
        Term("truce", "peace", note="n", source="who", near=("war",)),
        Term("Front", "peace", stance="s", neutral="x", case_sensitive=True),
    ),
    (Category("harm", "m"), Category("peace", loaded=False)),
    description="d",
    sources={"who": "c"},
)


@pytest.mark.parametrize("format", [f for f in SUFFIX if f not in SIGNED])
def test_what_a_format_cannot_hold_is_told(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"rich{SUFFIX[format]}"
    with pytest.warns(FramingWarning, match="not everything was kept") as told:
        write_lexicon(RICH, path, format=format)
    message = str(told[0].message)
    if format == "csv":
        assert "referent" not in message and "alternatives" not in message
        assert read_lexicon(path).terms == RICH.terms
        return
    assert "1 terms with alternatives are written as one entry a spelling" in message
    assert ("weight of 1 terms" in message) == (format != "nrc")
    for name in ("referent", "exceptions", "near", "case", "note", "stance"):
        assert f"{name} of 1 terms" in message or "more" in message
    assert {t.pattern.lower() for t in read_lexicon(path, format=format)} == {
        "raid",
        "raids",
        "truce",
        "front",
    }


@pytest.mark.parametrize("format", SIGNED)
def test_signed_formats_hold_two_categories_only(format: str, tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="must be positive and negative; found harm, peace"):
        write_lexicon(RICH, tmp_path / "rich.txt", format=format)
    third = Lexicon.from_terms([Term("raid", "negative", 1 / 3)])
    path = tmp_path / "third.txt"
    if format == "afinn":
        with pytest.warns(FramingWarning, match="weights of 1 terms, rounded to a fifth"):
            write_lexicon(third, path, format=format)
    else:
        write_lexicon(third, path, format=format)
        assert read_lexicon(path, format=format).terms[0].weight == pytest.approx(1 / 3)


def test_raters_of_vader_survive(tmp_path: Path) -> None:
    text = "raid\t-2\t0.5\t[-2, -1, -3]\ntruce\t3\t0.1\t[3, 3]\n"
    path = tmp_path / "v.txt"
    path.write_text(text, "utf-8")
    again = write_lexicon(read_lexicon(path, format="vader"), tmp_path / "w.txt", format="vader")
    assert again.read_text("utf-8") == text


def test_names_that_a_format_would_misread_are_refused(tmp_path: Path) -> None:
    for name in ("a\tb", "a\nb", " a"):
        lexicon = Lexicon.from_terms({name: ["raid"]})
        with pytest.raises(LexiconError, match="cannot be written"):
            write_lexicon(lexicon, tmp_path / "x.lc3")
    with pytest.raises(LexiconError, match="marks a word there"):
        write_lexicon(Lexicon.from_terms({"a (2)": ["raid"]}), tmp_path / "x.cat")
    with pytest.raises(LexiconError, match="between slashes"):
        write_lexicon(Lexicon.from_terms({"a//b": ["raid"]}), tmp_path / "x.yml")


LETTERS = st.text("abcdeéø'-", min_size=3, max_size=8).filter(
    lambda w: (
        w[0] not in "'-"
        and w[-1] not in "'-"
        and "--" not in w
        and "''" not in w
        and "-'" not in w
        and "'-" not in w
    )
)
PATTERNS = st.lists(LETTERS, min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from([" ".join(words), " ".join(words) + "*"])
)
CATEGORIES = (
    st.text("abc dé0.:#'\"&<>%=*!?", min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda n: bool(n) and not n.isdigit() and n.strip("\"'") == n)
)


@st.composite
def lexicons(draw: st.DrawFn, format: str) -> Lexicon:
    """Draw what a format can hold: words, categories, and what else is its own."""
    if format in SIGNED:
        names = ["positive", "negative"]
    else:
        names = draw(st.lists(CATEGORIES, min_size=1, max_size=4, unique=True))
        if format in NESTED:
            names = names[:1] + [f"{names[0]}/{n}" for n in names[1:]]
    if format == "wordstat":
        names = [n.upper() for n in names]
    patterns = draw(st.lists(PATTERNS, min_size=1, max_size=6, unique=True))
    terms = []
    for pattern in patterns:
        count = 1 if format in SIGNED else draw(st.integers(1, len(names)))
        weight = 1.0
        if format in ("nrc", "afinn", "vader", "csv"):
            weight = draw(st.sampled_from([0.2, 0.4, 0.6, 0.8, 1.0]))
        chosen = draw(st.permutations(names))[:count]
        # in the order in which the format lists them
        chosen = sorted(chosen, key=names.index)
        terms.append(Term(pattern, " + ".join(chosen), weight))
    used = dict.fromkeys(t.category for t in terms)
    singles = [n for n in names if any(n in c.split(" + ") for c in used)]
    categories = [*singles, *(c for c in used if c not in singles)]
    return Lexicon("own", tuple(terms), tuple(Category(c) for c in categories))


@pytest.mark.parametrize("format", list(SUFFIX))
@given(st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_round_trip_loses_nothing_that_the_format_holds(
    tmp_path_factory: pytest.TempPathFactory, format: str, data: st.DataObject
) -> None:
    lexicon = data.draw(lexicons(format))
    path = tmp_path_factory.mktemp("formats") / f"own{SUFFIX[format]}"
    # nothing lost: a warning would be an error here
    write_lexicon(lexicon, path, format=format)
    again = read_lexicon(path, format=format)

    def terms(one: Lexicon) -> set[tuple[str, frozenset[str], float]]:
        return {(t.pattern, frozenset(t.category.split(" + ")), round(t.weight, 9)) for t in one}

    assert terms(again) == terms(lexicon)
    assert {n for c in again.categories for n in c.name.split(" + ")} == {
        n for t in lexicon for n in t.category.split(" + ")
    }
    # and once more, to the byte
    second = path.with_name("again" + path.suffix)
    write_lexicon(again, second, format=format)
    third = path.with_name("third" + path.suffix)
    write_lexicon(read_lexicon(second, format=format), third, format=format)
    assert second.read_bytes() == third.read_bytes()


PIECES = (
    *"% \n \t + 1 a raid * : - [ ] { } &x *x \" ' , ; (1) DicTerm term X 0.5 -3 | >".split(" "),
    *("- ", " ", "\x00", "\ud7ff", "\r", "\ufeff", "é", "\u2028", "!!python/name:os.system"),
    *("<dictionary>", "</dictionary>", "<cnode name='a'>", "</cnode>", "<pnode name='raid'/>"),
    *("<!DOCTYPE", "&a;"),
)


@pytest.mark.parametrize("format", list(SUFFIX))
@given(st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_file_breaks_a_reader(
    tmp_path_factory: pytest.TempPathFactory, format: str, data: st.DataObject
) -> None:
    pieces = st.sampled_from(PIECES)
    text = "".join(data.draw(st.lists(pieces, max_size=25)))
    path = tmp_path_factory.mktemp("fuzz") / f"own{SUFFIX[format]}"
    path.write_text(text, "utf-8", newline="")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FramingWarning)
        try:
            lexicon = read_lexicon(path, format=format)
        except LexiconError as error:
            assert str(path) in str(error)
        else:
            assert len(lexicon) > 0


def test_bundled_lexicons_can_be_written_in_every_unsigned_format(tmp_path: Path) -> None:
    lexicon = load_lexicon("migration")
    for format, suffix in SUFFIX.items():
        if format in SIGNED:
            continue
        path = tmp_path / f"migration-{format}{suffix}"
        with pytest.warns(FramingWarning):
            write_lexicon(lexicon, path, format=format)
        again = read_lexicon(path, format=format)
        assert {t.category.lower() for t in again} == {t.category for t in lexicon}


def test_the_public_names(tmp_path: Path) -> None:
    path = framing.write_lexicon(framing.Lexicon.from_terms(["war"]), tmp_path / "own.lc3")
    assert replace(framing.read_lexicon(path, name="x"), name="own").terms[0].pattern == "war"
