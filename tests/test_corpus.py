"""Columns, ids, dates, folders and pages: what a corpus is, and what is refused."""

from __future__ import annotations

import datetime
import importlib
import re
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from framing import corpus as module
from framing.corpus import ALIASES, CANONICAL_COLUMNS, read_corpus
from framing.errors import CorpusError, FramingWarning, MissingExtraError
from framing.files import HINT_RECORDS, MISSING_FILE, NEAR, NOT_A_RECORD, REPEATED_COLUMNS

PROSE = "The ferry was late again on Monday, and nobody at the pier could say why. " * 5


def refusal(source: Any, **options: Any) -> str:
    with pytest.raises(CorpusError) as caught:
        read_corpus(source, **options)
    return str(caught.value)


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"text": ["one", "two"]} | columns)


# ---------------------------------------------------------------------------------- columns


def test_the_canonical_columns_come_first_and_the_rest_is_kept() -> None:
    given = pd.DataFrame(
        {
            "likes": [3, 4],
            "STORY": [12, 12],
            "text": ["one", "two"],
            "section": pd.Categorical(["sport", "news"]),
            "id": ["b", "a"],
        },
        index=[5, 5],
    )
    before = given.copy(deep=True)
    corpus = read_corpus(given)
    assert list(corpus.columns) == [*CANONICAL_COLUMNS, "likes", "section"]
    assert corpus["id"].tolist() == ["b", "a"]
    assert corpus["story"].tolist() == ["12", "12"]
    assert corpus["likes"].dtype == given["likes"].dtype
    assert corpus["section"].dtype == "category"
    assert corpus.index.tolist() == [0, 1]
    for absent in ("outlet", "title", "url", "author"):
        assert corpus[absent].tolist() == [None, None]
    assert corpus["date"].dtype == "datetime64[us]"
    assert corpus["date"].isna().all()
    pd.testing.assert_frame_equal(given, before)


def test_reading_a_corpus_again_changes_nothing() -> None:
    once = read_corpus(
        frame(outlet=["Harbour Post", None], published=["2020-03-11", None], source=["web", "web"])
    )
    pd.testing.assert_frame_equal(read_corpus(once), once)


@pytest.mark.parametrize(
    ("canonical", "alias"), [(name, alias) for name, all_ in ALIASES.items() for alias in all_]
)
@pytest.mark.parametrize("change", [str, str.upper, lambda name: f" {name.title()} "])
def test_names_of_other_tools_are_known(canonical: str, alias: str, change: Any) -> None:
    record = {"text": "a text"} if canonical != "text" else {}
    value = "2020-03-11" if canonical == "date" else "a value"
    corpus = read_corpus([record | {change(alias): value}])
    assert list(corpus.columns) == list(CANONICAL_COLUMNS)
    assert str(corpus[canonical][0]).startswith(value)


def test_the_exact_name_wins_over_another_case_and_that_over_an_alias() -> None:
    corpus = read_corpus([{"body": "alias", "Text": "case", "text": "exact"}])
    assert corpus["text"].tolist() == ["exact"]
    assert list(corpus.columns[8:]) == ["body", "Text"]
    assert read_corpus([{"body": "alias", "Text": "case"}])["text"].tolist() == ["case"]


@pytest.mark.parametrize(
    ("names", "canonical"),
    [
        (["maintext", "content"], "text"),
        (["Text", "TEXT"], "text"),
        (["domain", "publisher"], "outlet"),
    ],
)
def test_two_candidates_are_refused_with_the_line_to_write(
    names: list[str], canonical: str
) -> None:
    record = dict.fromkeys(names, "value") | ({} if canonical == "text" else {"text": "a text"})
    none = "" if canonical == "text" else module.AMBIGUOUS_NONE.format(canonical=canonical)
    message = refusal([record])
    assert message == module.AMBIGUOUS.format(
        where="the list of records",
        count=2,
        canonical=canonical,
        names=", ".join(map(repr, names)),
        first=names[0],
        none=none,
    )
    line = re.search(r"columns=(\{.*?\})", message)
    assert line is not None
    chosen = eval(line[1], {})
    assert read_corpus([record], columns=chosen)[canonical].tolist() == ["value"]


def test_source_is_never_guessed() -> None:
    record = {"text": "a text", "Source": "https://lantern.example/1"}
    assert refusal([record]) == module.SOURCE_NOT_GUESSED.format(
        where="the list of records", name="Source", example="https://lantern.example/1"
    )
    as_url = read_corpus([record], columns={"url": "Source"})
    assert (as_url["url"][0], as_url["outlet"][0]) == ("https://lantern.example/1", None)
    as_outlet = read_corpus([record], columns={"outlet": "Source"})
    assert as_outlet["outlet"][0] == "https://lantern.example/1"
    as_neither = read_corpus([record], columns={"outlet": None})
    assert as_neither["Source"][0] == "https://lantern.example/1"
    beside_an_outlet = read_corpus([record | {"source-hostname": "lantern.example"}])
    assert beside_an_outlet["outlet"][0] == "lantern.example"


def test_columns_are_mapped_and_a_displaced_column_is_kept() -> None:
    given = frame(body=["long one", "long two"], title=["A", "B"], headline=["C", "D"])
    corpus = read_corpus(given, columns={"text": "body", "title": "headline"})
    assert corpus["text"].tolist() == ["long one", "long two"]
    assert corpus["title"].tolist() == ["C", "D"]
    assert list(corpus.columns[8:]) == ["text_original", "title_original"]
    assert corpus["text_original"].tolist() == ["one", "two"]


def test_columns_may_be_swapped_or_used_twice() -> None:
    swapped = read_corpus(frame(title=["A", "B"]), columns={"text": "title", "title": "text"})
    assert swapped[["text", "title"]].values.tolist() == [["A", "one"], ["B", "two"]]
    twice = read_corpus(frame(site=["a", "b"]), columns={"outlet": "site", "url": "site"})
    assert twice["outlet"].tolist() == twice["url"].tolist() == ["a", "b"]


def test_a_displaced_column_never_overwrites_another() -> None:
    given = frame(body=["c", "d"], text_original=["e", "f"])
    message = REPEATED_COLUMNS.format(where="the DataFrame", names="'text_original'")
    assert refusal(given, columns={"text": "body"}) == message


def test_columns_that_are_wrong_are_refused_with_what_is_valid() -> None:
    assert refusal(frame(), columns={"maintext": "text"}) == module.UNKNOWN_CANONICAL.format(
        name="maintext", valid="id, text, outlet, title, date, url, author, story"
    )
    assert refusal(frame(), columns={"outlet": "paper"}) == module.ABSENT_COLUMN.format(
        canonical="outlet", name="paper", where="the DataFrame", names="'text'"
    )
    assert refusal(frame(), columns="text") == module.COLUMNS_TYPE.format(found="'text'")
    assert refusal(frame(), columns={"text": None}) == module.REQUIRED_COLUMN


def test_repeated_columns_of_a_frame_are_refused() -> None:
    given = pd.DataFrame([["a", "b", "c"]], columns=["text", "note", "note"])
    assert refusal(given) == REPEATED_COLUMNS.format(where="the DataFrame", names="'note'")


def test_many_columns_are_not_all_shown() -> None:
    message = refusal([{f"c{number}": 1 for number in range(5000)}])
    assert "'c11' and 4,988 more" in message


# ------------------------------------------------------------------------------------- text


def test_without_a_text_column_the_likeliest_is_suggested() -> None:
    records = [{"headline": "Ferry late", "story_body": PROSE}] * 3
    message = refusal(records)
    assert message == module.NO_TEXT.format(
        where="the list of records",
        names="'headline', 'story_body'",
        suggestion="story_body",
        known="text, maintext, content, article, body",
    )
    assert "its name" in refusal([{"headline": "Ferry late"}])


@pytest.mark.parametrize("name", ["url", "URL", "DocumentIdentifier", "link"])
def test_an_export_of_links_is_refused_as_such(name: str) -> None:
    record = {"media_name": "Harbour Post", name: "https://harbour-post.example/1"}
    message = module.LINK_ONLY.format(
        where="the list of records", url=name, names=f"'media_name', {name!r}"
    )
    assert refusal([record]) == message
    assert refusal([record | {"text": ""}]).startswith(message.split("It has")[0])


def test_links_do_not_hide_a_text_under_another_name() -> None:
    record = {"url": "https://harbour-post.example/1", "full_story": PROSE}
    assert "columns={'text': 'full_story'}" in refusal([record])


def test_text_is_untouched_and_what_is_no_string_is_none() -> None:
    odd = ["  spaced\r\n", "", "\ud800 half", "a\x00b", None, float("nan"), pd.NA, 7, b"x", ["y"]]
    corpus = read_corpus(pd.DataFrame({"text": pd.Series(odd, dtype=object)}))
    assert corpus["text"].tolist() == [*odd[:4], None, None, None, None, None, None]


def test_an_article_without_text_stops_nothing() -> None:
    assert read_corpus([{"text": None}])["text"].tolist() == [None]


# ----------------------------------------------------------------------------- ids and names


@pytest.mark.parametrize(("rows", "first", "last"), [(9, "1", "9"), (120, "001", "120")])
def test_ids_are_made_from_row_numbers(rows: int, first: str, last: str) -> None:
    ids = read_corpus([{"text": "a"}] * rows)["id"].tolist()
    assert (ids[0], ids[-1], len(set(ids))) == (first, last, rows)


@pytest.mark.parametrize(
    "ids", [[7, 8], [7.0, 8.0], np.array([7, 8], dtype="int8"), ["7", "8"], [np.int64(7), "8"]]
)
def test_ids_become_strings(ids: Any) -> None:
    assert read_corpus(frame(id=ids))["id"].tolist() == ["7", "8"]


def test_an_id_in_the_index_is_found() -> None:
    given = frame(id=["x", "y"]).set_index("id")
    assert read_corpus(given)["id"].tolist() == ["x", "y"]


def test_repeated_ids_are_refused_and_three_are_shown() -> None:
    ids = ["a", "b", "c", "d", "e"] * 2
    records = [{"id": id_, "text": "t"} for id_ in [*ids, "f"]]
    assert refusal(records) == module.REPEATED_IDS.format(
        where="the list of records", count=5, shown="'a', 'b', 'c' and 2 more"
    )
    corpus = read_corpus(records, columns={"id": None})
    assert corpus["id"].tolist()[-1] == "11"
    assert corpus["id_original"].tolist()[-1] == "f"


def test_ids_that_differ_only_as_types_are_repeated() -> None:
    assert "'7'" in refusal(pd.DataFrame({"id": [7, "7"], "text": ["a", "b"]}))


@pytest.mark.parametrize("missing", [None, "", "  ", float("nan")])
def test_missing_ids_are_refused(missing: Any) -> None:
    assert refusal(frame(id=["a", missing])) == module.MISSING_IDS.format(
        where="the DataFrame", count=1, row=2
    )


def test_names_are_strings_or_none() -> None:
    values = ["Post", " ", None, np.float32("nan"), pd.NaT, 5.0, 2.5, ["A. Reed", "B. Sand"], []]
    given = pd.DataFrame({"text": "t", "author": pd.Series(values, dtype=object)})
    assert read_corpus(given)["author"].tolist() == [
        *["Post", None, None, None, None, "5", "2.5", "A. Reed; B. Sand", None]
    ]


# ------------------------------------------------------------------------------------ dates


def dates(*values: Any) -> list[str]:
    records = pd.DataFrame({"text": "t", "date": pd.Series(values, dtype=object)})
    column = read_corpus(records)["date"]
    assert column.dtype == "datetime64[us]"
    return [str(value).removesuffix(" 00:00:00") for value in column]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2020-03-11", "2020-03-11"),
        ("2020-3-1", "2020-03-01"),
        ("2020/03/11", "2020-03-11"),
        ("20200311", "2020-03-11"),
        (20200311, "2020-03-11"),
        ("20200311T123000Z", "2020-03-11 12:30:00"),
        ("20200311123000", "2020-03-11 12:30:00"),
        ("2020-03-11T23:00:00-05:00", "2020-03-12 04:00:00"),
        (" 2020-03-11 12:00:00 UTC ", "2020-03-11 12:00:00"),
        ("Wed, 11 Mar 2020 12:00:00 GMT", "2020-03-11 12:00:00"),
        ("March 11, 2020", "2020-03-11"),
        ("Sept. 5, 2019", "2019-09-05"),
        ("25/12/2020", "2020-12-25"),
        ("12/25/2020 18:00", "2020-12-25 18:00:00"),
        ("4.4.2020", "2020-04-04"),
        (datetime.date(2020, 3, 11), "2020-03-11"),
        (datetime.datetime(2020, 3, 11, 12, 30), "2020-03-11 12:30:00"),
        (pd.Timestamp("2020-03-11T23:00:00-05:00"), "2020-03-12 04:00:00"),
        ("1066-10-14", "1066-10-14"),
    ],
)
def test_dates_are_read(written: Any, read: str) -> None:
    assert dates(written) == [read]


@pytest.mark.parametrize(
    "written",
    [
        "03/04/2020",
        "3/4/20",
        "2020",
        "2020-03",
        "March 2020",
        "March 2020 12:30",
        "12:30",
        "Monday",
        "yesterday",
        "2020-02-30",
        "1583884800",
        "1583884800000",
        "13/13/2020",
        2020.5,
    ],
)
def test_dates_in_doubt_are_missing_and_said_to_be(written: Any) -> None:
    with pytest.warns(FramingWarning) as caught:
        assert dates(written, "2020-03-11", None) == ["NaT", "2020-03-11", "NaT"]
    assert [str(warning.message) for warning in caught] == [
        module.WARN_DATES.format(count=1, total=2, shown=repr(str(written)))
    ]


def test_one_warning_counts_and_shows_three_and_points_at_the_caller() -> None:
    values = ["a", "b", "b", "c", "d", "2020-03-11", None, ""]
    with pytest.warns(FramingWarning) as caught:
        read_corpus(pd.DataFrame({"text": "t", "date": values}))
    assert len(caught) == 1
    assert str(caught[0].message) == module.WARN_DATES.format(
        count=5, total=6, shown="'a', 'b', 'c' and 1 more"
    )
    assert caught[0].filename == __file__


def test_other_dates_of_the_column_show_which_is_the_month() -> None:
    assert dates("03/04/2020", "25/04/2020") == ["2020-04-03", "2020-04-25"]
    assert dates("03/04/2020", "04/25/2020") == ["2020-03-04", "2020-04-25"]
    with pytest.warns(FramingWarning, match="1 of 3 dates"):
        assert dates("03/04/2020", "04/25/2020", "25/04/2020")[0] == "NaT"


@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_datetimes_lose_their_zone_at_utc(zone: str | None) -> None:
    given = frame(date=pd.to_datetime(["2020-03-11 12:00", None]).tz_localize(zone))
    read = read_corpus(given)["date"]
    assert read.dtype == "datetime64[us]"
    assert str(read[0]) == f"2020-03-11 {'16' if zone == 'America/New_York' else '12'}:00:00"
    assert read.isna().tolist() == [False, True]


# ---------------------------------------------------------------------------- what was given


@pytest.mark.parametrize(
    "text",
    [
        "The harbour wall held. The pier did not, and the town was angry.",
        "Headline\n\nBody",
        "x" * 5000,
        PROSE,
    ],
)
def test_a_bare_text_is_sent_to_score_text(text: str) -> None:
    assert refusal(text) == module.BARE_TEXT.format(start=text.strip()[:40] + "…")


def test_a_missing_file_is_named_with_what_is_near(tmp_path: Path) -> None:
    (tmp_path / "articles_2020.csv").write_text("x")
    path = tmp_path / "articles_2002.csv"
    near = NEAR.format(names="'articles_2020.csv'")
    for given in (path, str(path)):
        assert refusal(given) == MISSING_FILE.format(path=path, near=near)
    far = tmp_path / "no such folder with a long name of words" / "a.csv"
    assert refusal(str(far)) == MISSING_FILE.format(path=far, near="")
    assert refusal("") == MISSING_FILE.format(path="''", near="")
    assert refusal("a\x00b.csv").startswith("a\x00b.csv is not there")


def test_an_address_is_not_fetched() -> None:
    address = "https://lantern.example/articles.csv"
    assert refusal(address) == module.REMOTE.format(source=address)


@pytest.mark.parametrize(
    ("source", "kind", "mend"),
    [
        ({"text": "a"}, "a dict", module.MEND_ONE_RECORD),
        (pd.Series(["a"]), "a Series", module.MEND_SERIES),
        (b"text", "bytes", ""),
        (None, "NoneType", ""),
        (7, "int", ""),
    ],
)
def test_other_types_are_refused(source: Any, kind: str, mend: str) -> None:
    assert refusal(source) == module.WRONG_TYPE.format(kind=kind, mend=mend)


def test_a_list_of_texts_is_refused_with_the_line_to_write() -> None:
    assert refusal(["a text"]) == NOT_A_RECORD.format(
        where="record 1", found="'a text'", hint=HINT_RECORDS
    )


@pytest.mark.parametrize("source", [[], iter([]), pd.DataFrame(), frame().iloc[:0]])
def test_no_articles_are_refused(source: Any) -> None:
    where = "the DataFrame" if isinstance(source, pd.DataFrame) else "the list of records"
    assert refusal(source) == module.NO_ARTICLES.format(where=where)


def test_any_iterable_of_mappings_is_read() -> None:
    class Record(Mapping[str, str]):
        def __getitem__(self, key: str) -> str:
            return {"text": "a"}[key]

        def __iter__(self) -> Any:
            return iter(["text"])

        def __len__(self) -> int:
            return 1

    assert read_corpus(Record() for _ in range(2))["text"].tolist() == ["a", "a"]


# ---------------------------------------------------------------------------------- folders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "post_02.txt").write_bytes(b"\xef\xbb\xbfSecond\r\ntext")
    (tmp_path / "post_01.TXT").write_text("First text")
    (tmp_path / "lantern_007.txt").write_text("")
    (tmp_path / "._post_01.txt").write_bytes(b"\x00\x05\x16\x07\xff")
    (tmp_path / "notes.md").write_text("not an article")
    return tmp_path


def test_a_folder_of_texts(folder: Path) -> None:
    corpus = read_corpus(folder)
    assert corpus[["id", "text"]].values.tolist() == [
        ["lantern_007", ""],
        ["post_01", "First text"],
        ["post_02", "Second\r\ntext"],
    ]


def test_a_folder_with_metadata(folder: Path) -> None:
    (folder / "metadata.csv").write_text(
        "ID,publisher,date,section,text\n"
        "post_02,Harbour Post,2020-03-11,sport,summary\n"
        "post_01,Harbour Post,2020-03-12,,\n"
        "lantern_007,The Lantern,,news,\n"
    )
    corpus = read_corpus(str(folder))
    assert corpus["id"].tolist() == ["lantern_007", "post_01", "post_02"]
    assert corpus["text"].tolist() == ["", "First text", "Second\r\ntext"]
    assert corpus["outlet"].tolist() == ["The Lantern", "Harbour Post", "Harbour Post"]
    assert [str(date)[:10] for date in corpus["date"]] == ["NaT", "2020-03-12", "2020-03-11"]
    assert list(corpus.columns[8:]) == ["section", "text_original"]


def test_a_folder_whose_metadata_name_the_files_otherwise(folder: Path) -> None:
    table = "file,id,source\npost_01,9,Post\npost_02,8,Post\nlantern_007,7,Lantern\n"
    (folder / "metadata.csv").write_text(table)
    corpus = read_corpus(folder, columns={"id": "file", "outlet": "source"})
    assert corpus["id"].tolist() == ["lantern_007", "post_01", "post_02"]
    assert corpus["outlet"].tolist() == ["Lantern", "Post", "Post"]
    assert corpus["id_original"].tolist() == ["7", "9", "8"]
    (folder / "metadata.csv").write_text("file,outlet\npost_01,Post\n")
    assert refusal(folder) == module.METADATA_NO_ID.format(
        path=folder / "metadata.csv", names="'file', 'outlet'"
    )


def test_metadata_without_a_file_are_refused(folder: Path) -> None:
    path = folder / "metadata.csv"
    path.write_text("id,outlet\npost_01,Post\npost_1,Post\npost_2,Post\n")
    assert refusal(folder) == module.METADATA_WITHOUT_FILE.format(
        path=path, count=2, shown="'post_1', 'post_2'"
    )
    path.write_text("id,outlet\npost_01,Post\npost_01,Post\n")
    assert refusal(folder).startswith(f"{path}: 1 ids stand more than once: 'post_01'.")


def test_files_without_metadata_are_kept_and_counted(folder: Path) -> None:
    path = folder / "metadata.csv"
    path.write_text("id,outlet\npost_01,Post\n")
    with pytest.warns(FramingWarning) as caught:
        corpus = read_corpus(folder)
    assert [str(warning.message) for warning in caught] == [
        module.WARN_NO_METADATA.format(
            count=2, total=3, path=path, shown="'lantern_007', 'post_02'"
        )
    ]
    assert corpus["outlet"].tolist() == [None, "Post", None]


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == module.EMPTY_FOLDER.format(path=tmp_path, nested="")
    (tmp_path / "lantern").mkdir()
    (tmp_path / "lantern" / "a.txt").write_text("a")
    nested = module.NESTED.format(names="'lantern'")
    assert refusal(tmp_path) == module.EMPTY_FOLDER.format(path=tmp_path, nested=nested)


def test_texts_in_subfolders_are_not_left_out_silently(folder: Path) -> None:
    (folder / "lantern").mkdir()
    (folder / "lantern" / "a.txt").write_text("a")
    message = module.WARN_NESTED.format(path=folder, names="'lantern'")
    with pytest.warns(FramingWarning, match=re.escape(message)):
        assert len(read_corpus(folder)) == 3


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a.TXT", "a.txt"):
        (tmp_path / name).write_text("x")
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this file system does not tell upper from lower case")
    assert refusal(tmp_path) == module.SAME_STEM.format(path=tmp_path / "a.txt")


@pytest.mark.parametrize("name", ["c.txt", "metadata.csv"])
def test_a_link_out_of_the_folder_is_refused(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret"
    secret.write_text("id,outlet\n")
    (folder / name).symlink_to(secret)
    assert refusal(folder) == module.LINK_OUT.format(path=folder / name)


def test_a_text_that_does_not_decode_is_named(folder: Path) -> None:
    (folder / "post_03.txt").write_bytes("one\ncafé".encode("cp1252"))
    assert refusal(folder).startswith(f"{folder / 'post_03.txt'}, line 2: ")
    assert read_corpus(folder, encoding="cp1252")["text"].tolist()[-1] == "one\ncafé"


# ------------------------------------------------------------------------------------ pages


def test_pages_without_trafilatura_name_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(MissingExtraError, match=re.escape('"framing-analysis[html]"')):
        read_corpus([{"text": "<p>page</p>"}], html=True)


def test_the_main_text_is_taken_from_pages() -> None:
    with warnings.catch_warnings():
        # One of its dependencies looks for IPv6 on this machine when it is imported; that stays
        # blocked, and taking the text below must not so much as try.
        warnings.filterwarnings("ignore", message="A test tried to use socket")
        importlib.import_module("trafilatura")
    page = (
        "<html><head><title>Ferry</title></head><body><nav><a href='/'>Home</a></nav><article>"
        f"<p>{PROSE}</p><p>The council met.</p></article><footer>Cookies</footer></body></html>"
    )
    pages = [page, "<html><body></body></html>", None, ""]
    with pytest.warns(FramingWarning) as caught:
        corpus = read_corpus([{"text": text} for text in pages], html=True)
    assert [str(warning.message) for warning in caught] == [
        module.WARN_HTML.format(count=1, total=4, shown="'2'")
    ]
    first = corpus["text"][0]
    assert first.split("\n") == [PROSE.strip(), "The council met."]
    assert corpus["text"].tolist()[1:] == [None, None, None]


def test_a_page_that_breaks_the_extraction_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Extractor:
        @staticmethod
        def extract(page: str, **_: object) -> str:
            if "broken" in page:
                raise RuntimeError(page)
            return "main text"

    monkeypatch.setitem(sys.modules, "trafilatura", Extractor)
    with pytest.warns(FramingWarning, match=r"1 of 2 pages, whose text is now missing: '1'\."):
        corpus = read_corpus([{"text": "broken"}, {"text": "whole"}], html=True)
    assert corpus["text"].tolist() == [None, "main text"]
