"""Files as other tools write them, and as they break."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import lzma
import re
import string
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing import files
from framing.corpus import read_corpus
from framing.errors import CorpusError, FramingError, MissingExtraError

ROWS = [
    {"id": "007", "text": "The harbour wall held.\nThe pier did not.", "outlet": "Harbour Post"},
    {"id": "1e5", "text": "NA", "outlet": "null"},
    {"id": "08", "text": 'He said "no", twice.', "outlet": "Café Täglich"},
]


CURLY = "\u201cTäglich\u201d \u2013 it\u2019s new"


def refusal(path: Path, **options: object) -> str:
    with pytest.raises(CorpusError) as caught:
        read_corpus(path, **options)  # type: ignore[arg-type]
    return str(caught.value)


def delimited(delimiter: str) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(ROWS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return stream.getvalue()


CONTENTS = {
    ".csv": delimited(","),
    ".tsv": delimited("\t"),
    ".json": json.dumps(ROWS, indent=1),
    ".jsonl": "\n".join(json.dumps(row) for row in ROWS) + "\n\n",
    ".ndjson": "\r\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS),
}
PACKERS = {"": bytes, ".gz": gzip.compress, ".xz": lzma.compress}


@pytest.mark.parametrize("packed", PACKERS)
@pytest.mark.parametrize("suffix", CONTENTS)
def test_every_format_gives_the_same_values(tmp_path: Path, suffix: str, packed: str) -> None:
    path = tmp_path / f"Articles{suffix.upper()}{packed}"
    path.write_bytes(PACKERS[packed](CONTENTS[suffix].encode()))
    corpus = read_corpus(path)
    assert corpus[["id", "text", "outlet"]].to_dict("records") == ROWS


def test_parquet_gives_the_same_values(tmp_path: Path) -> None:
    path = tmp_path / "articles.parquet"
    pd.DataFrame(ROWS).set_index("id").to_parquet(path)
    corpus = read_corpus(str(path))
    assert corpus[["id", "text", "outlet"]].to_dict("records") == ROWS


def test_parquet_without_pyarrow_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "articles.parquet"
    path.write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=re.escape('"framing-analysis[parquet]"')):
        read_corpus(path)


def test_an_installed_package_that_does_not_import_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_wheel.py").write_text("import a_module_that_nobody_wrote\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(FramingError) as caught:
        files.need("broken_wheel", feature="This", extra="html")
    assert not isinstance(caught.value, MissingExtraError)
    assert str(caught.value) == files.BROKEN_EXTRA.format(
        feature="This",
        package="broken_wheel",
        reason="No module named 'a_module_that_nobody_wrote'",
        extra="html",
    )


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "articles.parquet"
    path.write_bytes(b"id,text\n1,no\n")
    assert refusal(path).startswith(f"{path} cannot be unpacked: ")
    path.write_bytes(b"")
    assert refusal(path) == files.EMPTY_FILE.format(path=path)


def test_json_with_articles_under_their_key(tmp_path: Path) -> None:
    path = tmp_path / "articles.json"
    path.write_text(json.dumps({"status": "ok", "articles": ROWS}), encoding="utf-8")
    assert read_corpus(path)["id"].tolist() == ["007", "1e5", "08"]


def test_records_may_have_different_keys_and_numbers_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text('{"id": 7, "text": "a"}\n{"id": 8, "text": "b", "likes": 300}\n')
    corpus = read_corpus(path)
    assert corpus["id"].tolist() == ["7", "8"]
    assert corpus["likes"].tolist() == [None, 300]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16", codecs.BOM_UTF16_LE),
        ("utf-16-le", b""),
        ("cp1252", b""),
    ],
)
def test_encodings_and_their_marks(tmp_path: Path, encoding: str, mark: bytes) -> None:
    path = tmp_path / "articles.csv"
    plain = "utf-16-le" if encoding == "utf-16" else encoding
    path.write_bytes(mark + f"id,text\n1,{CURLY}\n".encode(plain))
    corpus = read_corpus(path, encoding=encoding)
    assert corpus[["id", "text"]].values.tolist() == [["1", CURLY]]


@pytest.mark.parametrize(
    ("content", "encoding", "line", "guess"),
    [
        ("id,text\n1,plain\n2,café\n".encode("cp1252"), "utf-8", 3, "cp1252"),
        (b"id,text\n1,plain\n2,\x81\xe9\n", "utf-8", 3, "latin-1"),
        (f"id,text\n1,{'гавань' * 9}\n".encode("utf-16"), "utf-8", 1, "utf-16"),
        ("id,text\n1,ok\n2,é\n".encode(), "ascii", 3, "utf-8"),
        (b"id,text\n1,plain\n", "utf-16", 1, "utf-8"),
    ],
)
@pytest.mark.parametrize("packed", PACKERS)
def test_bytes_that_do_not_decode(
    tmp_path: Path, packed: str, content: bytes, encoding: str, line: int, guess: str
) -> None:
    path = tmp_path / f"articles.csv{packed}"
    path.write_bytes(PACKERS[packed](content))
    assert refusal(path, encoding=encoding) == files.UNDECODED.format(
        path=path, line=line, encoding=encoding, guess=guess
    )
    assert len(read_corpus(path, encoding=guess)) == content.count(b"\n") - 1  # the advice works


def test_the_line_is_right_far_into_a_file(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    good = [json.dumps({"id": n, "text": "word " * 40}).encode() for n in range(3000)]
    path.write_bytes(b"\n".join([*good, b'{"id": 3000, "text": "caf\xe9"}']))
    assert "line 3001" in refusal(path)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32"])
@pytest.mark.parametrize("tried", ["utf-8", "latin-1"])
def test_wide_encodings_are_not_read_as_nuls(tmp_path: Path, encoding: str, tried: str) -> None:
    path = tmp_path / "articles.csv"
    path.write_bytes("id,text\n1,plain words\n".encode(encoding))
    message = files.NUL_BYTES.format(path=path, encoding=tried, guess=encoding)
    assert refusal(path, encoding=tried) == message
    assert read_corpus(path, encoding=encoding)["text"].tolist() == ["plain words"]


def test_single_nuls_stay_in_the_text(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    path.write_bytes(b"id,text\n1,a long line of words with\x00one zero byte in it\n")
    assert read_corpus(path)["text"][0] == "a long line of words with\x00one zero byte in it"


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    path.write_text(CONTENTS[".csv"], encoding="utf-8")
    for name in ("utf-9", "rot13"):
        assert refusal(path, encoding=name) == files.UNKNOWN_ENCODING.format(encoding=name)


def test_long_fields_are_read_and_the_limit_of_the_csv_module_is_put_back(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    text = "word " * 10_000
    path.write_text(f"id,text\n1,{text}\n")
    before = csv.field_size_limit(20_000)
    try:
        assert read_corpus(path)["text"][0] == text
        assert csv.field_size_limit() == 20_000
    finally:
        csv.field_size_limit(before)


def test_line_ends_inside_a_field_are_untouched(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    path.write_bytes(b'id,text\r\n1,"one\r\ntwo\nthree\rfour"\r\n')
    assert read_corpus(path)["text"][0] == "one\r\ntwo\nthree\rfour"


@pytest.mark.parametrize(
    ("body", "found", "start"),
    [("2,short,but,long", 4, "2,short,but,long"), ("2", 1, "2")],
)
def test_ragged_rows_are_refused_with_their_line(
    tmp_path: Path, body: str, found: int, start: str
) -> None:
    path = tmp_path / "articles.csv"
    path.write_text(f'id,text\n1,"over\ntwo lines"\n{body}\n3,fine\n')
    assert refusal(path) == files.RAGGED.format(
        path=path, line=4, found=found, expected=2, start=start, delimiter=","
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [('2,"opens and never closes', "unexpected end of data"), ('2,"a "b" c"', "',' expected")],
)
def test_broken_quotation_marks_are_refused_with_their_line(
    tmp_path: Path, row: str, reason: str
) -> None:
    path = tmp_path / "articles.csv"
    path.write_text(f"id,text\n1,fine\n{row}\n3,fine\n")
    message = refusal(path)
    assert message.startswith(f"{path}, line 3: the row that begins here is broken ({reason}")
    assert "quoting=3" in message


def test_blank_lines_and_the_unused_rows_of_a_spreadsheet_are_not_articles(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    path.write_text("id,text,\n\n1,fine,\n,,\n2,,\n")
    corpus = read_corpus(path)
    assert corpus["id"].tolist() == ["1", "2"]
    assert corpus["text"].tolist() == ["fine", None]
    assert list(corpus.columns[-1:]) == ["unnamed_3"]


def test_repeated_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    path.write_text("id,text,note,note\n1,a,b,c\n")
    assert refusal(path) == files.REPEATED_COLUMNS.format(where=path, names="'note'")


@pytest.mark.parametrize("found", [";", "\t"])
def test_another_delimiter_is_named(tmp_path: Path, found: str) -> None:
    path = tmp_path / "articles.csv"
    path.write_text(f"id{found}text\n1{found}a\n")
    assert refusal(path) == files.WRONG_DELIMITER.format(
        path=path, header=f"id{found}text", found=found, expected=","
    )


@pytest.mark.parametrize(
    "name", ["a.csv", "a.tsv.gz", "a.json", "a.jsonl.xz", "a.json.gz", "a.parquet"]
)
def test_empty_files_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(PACKERS.get(path.suffix, bytes)(b""))
    assert refusal(path) == files.EMPTY_FILE.format(path=path)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "id,text\n"), ("a.json", "[]"), ("a.json", '{"articles": []}'), ("a.jsonl", "\n")],
)
def test_files_without_a_row_are_refused(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    assert refusal(path) == files.NO_ROWS.format(path=path)


def test_a_file_of_blanks_is_empty(tmp_path: Path) -> None:
    for name in ("a.csv", "a.json"):
        path = tmp_path / name
        path.write_text("\n\n")
        assert refusal(path) == files.EMPTY_FILE.format(path=path)


@pytest.mark.parametrize(
    ("name", "content", "line", "reason", "hint"),
    [
        ("a.json", '[\n {"id": 1,\n  "text" "a"}]', 3, "Expecting ':' delimiter, column 10", "L"),
        ("a.json", '{"id": 1}\n{"id": 2}\n', 2, "Extra data, column 1", "L"),
        ("a.jsonl", '{"id": 1}\n\n{"id": \n', 3, "Expecting value", "D"),
        ("a.jsonl", '[\n{"id": 1}]', 1, "Expecting value", "D"),
        ("a.jsonl", '{"id": 1}\n{"id": 1, "text": "a", "text": "b"}', 2, "the key 'text'", ""),
        ("a.json", "[" * 100_000, 1, files.TOO_DEEP, ""),
        ("a.jsonl", "\n" + "9" * 5000, 2, "Exceeds the limit", ""),
    ],
)
def test_broken_json_is_refused_with_its_line(
    tmp_path: Path, name: str, content: str, line: int, reason: str, hint: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    message = refusal(path)
    assert message.startswith(f"{path}, line {line}: broken JSON ({reason}")
    assert message.endswith({"L": files.HINT_LINES, "D": files.HINT_DOCUMENT, "": ")."}[hint])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('{"id": {"0": 1}, "text": {"0": "a"}}', "one record with the keys 'id', 'text'"),
        ('"a text"', "'a text'"),
    ],
)
def test_json_of_another_shape_is_refused(tmp_path: Path, content: str, found: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    assert refusal(path) == files.JSON_SHAPE.format(path=path, found=found)


def test_what_is_not_a_record_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"id": 1, "text": "a"}, "only a text"]')
    assert refusal(path) == files.NOT_A_RECORD.format(
        where=f"{path}, record 2", found="'only a text'", hint=files.HINT_RECORDS
    )
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1, "text": "a"}\n\n[1, 2]')
    assert refusal(path) == files.NOT_A_RECORD.format(
        where=f"{path}, line 3", found="[1, 2]", hint=""
    )


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.docx", ".docx"), ("a.txt", ".txt"), ("a", ""), ("a.parquet.gz", ".parquet.gz")],
)
def test_unknown_suffixes_are_refused(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / name
    path.write_text("x")
    assert refusal(path) == files.UNKNOWN_SUFFIX.format(
        path=path, suffix=suffix, known=files.KNOWN_SUFFIXES
    )


@pytest.mark.parametrize(
    "start", [b"PK\x03\x04rest", b"%PDF-1.7", b"PAR1", gzip.compress(b"x", mtime=0)]
)
def test_files_that_are_not_what_their_suffix_says(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "articles.csv"
    path.write_bytes(start)
    kind = next(kind for mark, kind in files._BINARY_STARTS.items() if start.startswith(mark))
    assert refusal(path) == files.WRONG_KIND.format(path=path, kind=kind)


@pytest.mark.parametrize("packed", [".gz", ".xz"])
def test_damaged_archives_are_refused(tmp_path: Path, packed: str) -> None:
    path = tmp_path / f"articles.csv{packed}"
    whole = PACKERS[packed](CONTENTS[".csv"].encode() * 50)
    damaged = bytearray(whole)
    damaged[len(damaged) // 2] ^= 0xFF
    for content in (whole[:-12], b"id,text\n1,a\n", bytes(damaged)):
        path.write_bytes(content)
        message = refusal(path)
        assert message.startswith(f"{path} cannot be unpacked: ")
        assert message.endswith(f"not a {packed} file.")


@pytest.mark.parametrize("packed", [".gz", ".xz"])
def test_archives_that_unpack_to_too_much_are_refused(tmp_path: Path, packed: str) -> None:
    path = tmp_path / f"articles.csv{packed}"
    content = b"id,text\n1," + b"a" * 5_000_000 + b"\n"
    path.write_bytes(PACKERS[packed](content))
    message = files.TOO_LARGE.format(path=path, limit=1_000_000)
    assert refusal(path, max_bytes=1_000_000) == message
    assert len(read_corpus(path, max_bytes=len(content))) == 1


def test_a_folder_where_a_file_should_be_read_gives_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        files.read_text(tmp_path, encoding="utf-8", max_bytes=10)
    reason = "Is a directory"
    assert str(caught.value) == files.UNREADABLE.format(path=tmp_path, reason=reason)


VALUES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20
) | st.text(string.punctuation + "\r\n\t ab", max_size=20)


@given(rows=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=8))
def test_what_is_written_as_csv_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "articles.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [("id", "text", "note"), *((f"a{n}", *row) for n, row in enumerate(rows))]
        )
    table = files.read_table(path, encoding="utf-8", max_bytes=files.MAX_BYTES)
    assert table["text"].tolist() == [text or None for text, _ in rows]
    assert table["note"].tolist() == [note or None for _, note in rows]
