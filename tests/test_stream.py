"""Scoring files into a folder, and what may go wrong on the way."""

from __future__ import annotations

import gzip
import json
import lzma
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import framing
from framing import inputs, locking, parts, reduction, stream
from framing.errors import CorpusError, FramingError, FramingWarning
from framing.evidence import Evidence
from framing.lexicon import seal_folder
from framing.stream import score_files

SETTINGS: dict[str, Any] = {"lexicons": ["conflict", "reporting"], "classifier": None}


def write_lines(corpus: pd.DataFrame, path: Path) -> Path:
    lines = corpus.to_json(orient="records", lines=True, date_format="iso")
    opened = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    with opened(path, "wt", encoding="utf-8") as file:  # type: ignore[operator]
        file.write(lines)
    return path


def same_bytes(one: Path, other: Path) -> bool:
    return files_of(one) == files_of(other)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def files(corpus: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The example corpus in four files of four kinds."""
    folder = tmp_path_factory.mktemp("files")
    found = [
        write_lines(corpus.iloc[:30], folder / "a.jsonl.gz"),
        write_lines(corpus.iloc[30:40], folder / "b.jsonl.xz"),
        folder / "c.csv",
        folder / "d.parquet",
    ]
    corpus.iloc[40:55].to_csv(found[2], index=False)
    corpus.iloc[55:].to_parquet(found[3])
    return found


@pytest.fixture(scope="module")
def whole(corpus: pd.DataFrame) -> framing.Scores:
    return framing.score(corpus, **SETTINGS)


def assert_same_comparison(one: framing.Comparison, other: framing.Comparison) -> None:
    for name in (
        "estimates differences names warnings cells phrases sources source_profile asymmetry "
        "agency timeline"
    ).split():
        a, b = getattr(one, name), getattr(other, name)
        pd.testing.assert_frame_equal(a, b, check_exact=True, check_dtype=False, obj=name)
    assert_same_evidence(one.evidence, other.evidence)
    assert one.manifest["comparison"]["result"] == other.manifest["comparison"]["result"]
    assert one.manifest == other.manifest


def assert_same_evidence(one: Evidence, other: Evidence) -> None:
    for name in ("totals", "sample", "sentences", "articles"):
        a, b = getattr(one, name), getattr(other, name)
        pd.testing.assert_frame_equal(a, b, check_exact=True, check_dtype=False, obj=name)


@pytest.mark.parametrize("tables", ["parquet", "csv"])
def test_a_folder_compares_as_the_whole_corpus_does(
    files: list[Path], whole: framing.Scores, tmp_path: Path, tables: str
) -> None:
    scores = score_files(files, tmp_path / "scores", batch=9, tables=tables, **SETTINGS)
    assert scores.parts == 4 + 2 + 2 + 2
    assert scores.manifest == whole.manifest
    assert_same_comparison(framing.compare(tmp_path / "scores"), framing.compare(whole))


def test_a_lexicon_that_was_changed_in_the_folder_is_refused(
    files: list[Path], tmp_path: Path
) -> None:
    folder = tmp_path / "scores"
    score_files(files[:1], folder, **SETTINGS)
    kept = folder / "lexicons" / "00"
    terms = kept / "terms.csv"
    terms.write_text(terms.read_text("utf-8").replace("invasion", "inversion"), "utf-8")
    with pytest.raises(FramingError, match="seal"):
        framing.compare(folder)
    seal_folder(kept)
    with pytest.raises(FramingError, match="is not the lexicon that these scores were made with"):
        framing.compare(folder)


def test_the_words_of_a_large_corpus_are_those_of_whole_stories(
    files: list[Path], whole: framing.Scores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is summed is of the whole; names and phrases are those of the stories drawn."""
    expected = framing.compare(whole)
    monkeypatch.setattr(reduction, "MOST_WORDS", 5000)
    found = []
    for batch in (9, 25):
        score_files(files, tmp_path / str(batch), batch=batch, **SETTINGS)
        comparison = framing.compare(tmp_path / str(batch))
        for name in ("estimates", "differences", "cells"):
            a, b = getattr(comparison, name), getattr(expected, name)
            pd.testing.assert_frame_equal(a, b, check_exact=True, obj=name)
        assert_same_evidence(comparison.evidence, expected.evidence)
        found.append(comparison)
    assert_same_comparison(*found)
    wording = found[0].wording
    assert wording is not None
    stories = set(wording.articles["story"])
    assert 0 < wording.articles["words"].sum() <= 5000
    drawn = whole.articles["story"].isin(stories)
    assert set(wording.scores.articles["id"]) == set(whole.articles["id"][drawn])
    ids = set(whole.articles["id"][drawn])
    part = reduction.take_articles(whole, frozenset(ids))
    pd.testing.assert_frame_equal(found[0].names, framing.compare(part).names, check_dtype=False)
    said = reduction.W_SAMPLE.format(taken=int(drawn.sum()), total=70)
    assert said in found[0].warnings["warning"].tolist()
    assert said not in expected.warnings["warning"].tolist()


def test_the_tables_of_a_folder_are_those_of_the_whole(
    files: list[Path], whole: framing.Scores, tmp_path: Path
) -> None:
    scores = score_files(files, tmp_path / "scores", batch=20, **SETTINGS)
    for name in ("articles", "sentences", "hits", "voices", "corpus"):
        expected = getattr(whole, name).reset_index(drop=True)
        found = scores.table(name)
        pd.testing.assert_frame_equal(
            found.astype(object).where(found.notna(), None),
            expected.astype(object).where(expected.notna(), None),
            check_dtype=False,
            obj=name,
        )


def test_the_report_is_written_from_a_folder(files: list[Path], tmp_path: Path) -> None:
    score_files(files, tmp_path / "scores", batch=20, **SETTINGS)
    comparison = framing.compare(str(tmp_path / "scores"))
    path = framing.write_report(comparison, tmp_path / "report.html")
    assert "clarion" in path.read_text("utf-8").lower()


def test_processes_and_formats_do_not_change_a_byte(files: list[Path], tmp_path: Path) -> None:
    score_files(files, tmp_path / "one", batch=10, **SETTINGS)
    score_files(files, tmp_path / "two", batch=10, n_jobs=2, **SETTINGS)
    assert same_bytes(tmp_path / "one", tmp_path / "two")


KILLED = """
    import sys
    from pathlib import Path
    import framing.parts as parts
    from framing.stream import score_files
    import os, signal

    stop, when = int(sys.argv[1]), sys.argv[2]
    wrote = 0
    write = parts._write

    def killing(path, data):
        global wrote
        wrote += 1
        if wrote == stop:
            if when == "half":
                path.write_bytes(data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        write(path, data)

    parts._write = killing
    score_files(
        sys.argv[4:], sys.argv[3], batch=20, lexicons=["conflict", "reporting"], classifier=None
    )
"""


def run_script(script: str, *words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,
    )


@pytest.mark.parametrize(("stop", "when"), [(1, "half"), (5, "half"), (9, "before"), (17, "half")])
def test_a_run_that_was_killed_goes_on_to_the_same_bytes(
    files: list[Path], tmp_path: Path, stop: int, when: str
) -> None:
    score_files(files, tmp_path / "never", batch=20, **SETTINGS)
    out = tmp_path / "killed"
    killed = run_script(KILLED, stop, when, out, *files)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (out / locking.LOCK_NAME).exists()  # stale: its holder is gone
    assert not same_bytes(out, tmp_path / "never")
    score_files(files, out, batch=20, **SETTINGS)
    assert same_bytes(out, tmp_path / "never")


def test_an_unfinished_folder_is_not_compared(files: list[Path], tmp_path: Path) -> None:
    run_script(KILLED, 12, "before", tmp_path / "scores", *files)
    found = framing.open_scores(tmp_path / "scores")
    assert 0 < found.done < found.parts
    with pytest.raises(FramingError, match=r"parts\. Run the same score_files"):
        framing.compare(tmp_path / "scores")


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"batch": 21}, "batch: 20 there, 21 now"),
        ({"min_words": 5}, "scoring settings min_words: 30 there, 5 now"),
        ({"lexicons": ["conflict"]}, "scoring lexicons: 2 of them there, 1 of them now"),
        ({"voices": "marks"}, "voices"),
        ({"tables": "csv"}, "tables"),
    ],
)
def test_other_settings_are_refused(
    files: list[Path], tmp_path: Path, changed: dict[str, Any], what: str
) -> None:
    score_files(files[2:], tmp_path / "scores", batch=20, **SETTINGS)
    before = files_of(tmp_path / "scores")
    with pytest.raises(FramingError, match="was begun with other") as error:
        score_files(files[2:], tmp_path / "scores", **{"batch": 20, **SETTINGS, **changed})
    assert what in str(error.value)
    assert files_of(tmp_path / "scores") == before


def test_a_changed_input_is_refused(corpus: pd.DataFrame, tmp_path: Path) -> None:
    file = write_lines(corpus.iloc[:5], tmp_path / "a.jsonl")
    score_files(file, tmp_path / "scores", **SETTINGS)
    write_lines(corpus.iloc[:4], file)
    with pytest.raises(FramingError, match=r"other inputs a\.jsonl size"):
        score_files(file, tmp_path / "scores", **SETTINGS)


def test_a_finished_folder_is_left_as_it_is(files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "scores"
    score_files(files[2], out, **SETTINGS)
    times = {p: p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file()}
    score_files(files[2], out, **SETTINGS)
    assert times == {p: p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file()}
    with pytest.raises(FramingError, match="holds scores already"):
        score_files(files[2], out, resume=False, **SETTINGS)


def test_a_folder_of_something_else_is_refused(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(FramingError, match=r"holds something else \(thesis.docx\)"):
        score_files(files[2], tmp_path, **SETTINGS)
    with pytest.raises(FramingError, match="is no folder of scores"):
        framing.compare(tmp_path)


def test_a_part_that_was_changed_is_refused(files: list[Path], tmp_path: Path) -> None:
    score_files(files[2:], tmp_path / "scores", tables="csv", **SETTINGS)
    path = tmp_path / "scores" / "parts" / "000000" / "sums.csv.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"1.0", b"9.0")))
    with pytest.raises(FramingError, match="its bytes were changed"):
        framing.compare(tmp_path / "scores")


# ------------------------------------------------------------------------------------ the input


def test_an_id_stands_once_in_all_files(corpus: pd.DataFrame, tmp_path: Path) -> None:
    one = write_lines(corpus.iloc[:5], tmp_path / "a.jsonl")
    two = write_lines(corpus.iloc[4:8], tmp_path / "b.jsonl")
    with pytest.raises(CorpusError, match="1 ids stand more than once") as error:
        score_files([one, two], tmp_path / "scores", **SETTINGS)
    assert repr(corpus["id"].iloc[4]) in str(error.value)
    assert not (tmp_path / "scores" / "parts").exists()


def test_articles_without_ids_are_numbered_through(tmp_path: Path) -> None:
    for name, rows in (("a", 7), ("b", 5)):
        frame = pd.DataFrame({"text": [f"Nothing happened on day {i}." for i in range(rows)]})
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    scores = score_files(paths, tmp_path / "scores", batch=3, **SETTINGS)
    assert scores.table("articles")["id"].tolist() == [f"{i:02d}" for i in range(1, 13)]


def test_a_number_given_to_an_article_may_be_no_other_s_id(tmp_path: Path) -> None:
    pd.DataFrame({"text": ["One."] * 3}).to_csv(tmp_path / "a.csv", index=False)
    pd.DataFrame({"id": ["2"], "text": ["Two."]}).to_csv(tmp_path / "b.csv", index=False)
    with pytest.raises(CorpusError, match="'2'"):
        score_files([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "scores", **SETTINGS)


def test_what_a_later_part_shows_holds_for_the_first(tmp_path: Path) -> None:
    """Order of dates, and a column that comes late, as in a corpus that is read whole."""
    records: list[dict[str, Any]] = [
        {"key": i, "text": "A quiet day.", "published": f"0{i + 1}/02/2024"} for i in range(6)
    ]
    records[5] |= {"published": "25/02/2024", "id": "late", "year": 2024}
    for i in range(5):
        records[i]["year"] = 2024.5 if i == 0 else 2024
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
    with pytest.raises(CorpusError, match="5 rows have no id"):
        score_files(file, tmp_path / "scores", batch=2, **SETTINGS)
    records[5].pop("id")
    file.write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
    scores = score_files(file, tmp_path / "scores", batch=2, **SETTINGS)
    expected = framing.read_corpus(file)
    found = scores.table("corpus")
    assert found["date"].tolist() == expected["date"].tolist()
    assert found["date"].dt.month.tolist() == [2] * 6
    assert found["id"].tolist() == expected["id"].tolist()
    assert scores.table("articles")["year"].astype(str).tolist() == [
        str(v) for v in expected["year"]
    ]
    assert scores.manifest == framing.score(file, **SETTINGS).manifest


def test_dates_that_cannot_be_read_are_said_once_and_again(tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": ["A quiet day."] * 8, "date": ["some day"] * 8})
    frame.to_csv(tmp_path / "a.csv", index=False)
    for _ in range(2):
        with pytest.warns(FramingWarning, match="dates could not be read") as found:
            score_files(tmp_path / "a.csv", tmp_path / "scores", batch=2, **SETTINGS)
        assert len(found) == 3
        assert "and 1 more parts" in str(found[2].message)


def test_text_is_kept_whatever_its_characters(tmp_path: Path) -> None:
    texts = ["half a pair \ud800 of it", "nul \x00 here", '=cmd|" /C calc"!A0', "\\ a\r\nb\rc", "ß"]
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps({"text": t, "kind": ""}) + "\n" for t in texts), "utf-8")
    for tables in ("csv", "parquet"):
        scores = score_files(file, tmp_path / tables, tables=tables, **SETTINGS)
        assert scores.table("corpus")["text"].tolist() == texts
        assert scores.table("corpus")["kind"].tolist() == [""] * 5


def test_files_may_have_different_columns(corpus: pd.DataFrame, tmp_path: Path) -> None:
    one = write_lines(corpus.iloc[:35].assign(section="home"), tmp_path / "a.jsonl")
    two = write_lines(corpus.iloc[35:], tmp_path / "b.jsonl")
    score_files([one, two], tmp_path / "scores", **SETTINGS)
    together = pd.concat([corpus.iloc[:35].assign(section="home"), corpus.iloc[35:]])
    scores = framing.score(together, **SETTINGS)
    opinion = ("section", ["home"])
    found = framing.compare(tmp_path / "scores", opinion=opinion)
    expected = framing.compare(scores, opinion=opinion)
    pd.testing.assert_frame_equal(found.estimates, expected.estimates, check_exact=True)
    pd.testing.assert_frame_equal(found.sums.keys, expected.sums.keys, check_dtype=False)


def test_a_folder_of_texts_is_scored_too(tmp_path: Path, whole: framing.Scores) -> None:
    scores = score_files(framing.example_corpus_folder(), tmp_path / "scores", batch=30, **SETTINGS)
    assert scores.parts == 3
    assert scores.manifest["corpus"] == whole.manifest["corpus"]


# --------------------------------------------------------------------------------- what goes wrong


def test_a_second_run_is_refused(files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "scores"
    out.mkdir()
    with locking.hold(out), pytest.raises(FramingError, match=f"process {os.getpid()} on"):
        score_files(files, out, **SETTINGS)
    score_files(files[2], out, **SETTINGS)
    assert not (out / locking.LOCK_NAME).exists()


def test_a_lock_left_on_another_computer_is_refused(files: list[Path], tmp_path: Path) -> None:
    lock = tmp_path / locking.LOCK_NAME
    lock.write_text(json.dumps({"host": "attic.example", "pid": 7}))
    with pytest.raises(FramingError, match=r"process 7 on attic\.example") as error:
        score_files(files, tmp_path, **SETTINGS)
    assert f"delete {lock}" in str(error.value)
    lock.write_text("{")  # killed while writing it
    score_files(files[2], tmp_path, **SETTINGS)


def cli(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "framing.cli", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,
    )


CLI = ("--lexicon", "conflict", "--lexicon", "reporting", "--no-classifier", "--batch", "20")


def test_a_full_disk_is_one_line_and_the_next_run_goes_on(
    files: list[Path], tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    out = tmp_path / "scores"
    letters = np.random.default_rng(0).choice(list("abcdefghij "), 800_000)
    large = write_lines(
        pd.DataFrame({"id": ["x"], "text": ["".join(letters)]}), tmp_path / "x.jsonl"
    )
    files = [*files, large]
    small = score_files(files, tmp_path / "never", batch=20, **SETTINGS)
    size = max(p.stat().st_size for p in (small.path / "parts" / "000005").iterdir())
    limit = size - 1  # all parts but the last fit

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    failed = cli("score", *files, "--out", out, *CLI, preexec_fn=full)
    assert failed.returncode == 2
    assert failed.stderr.count("\n") == 1
    assert f"{out} cannot be written: File too large" in failed.stderr
    assert framing.open_scores(out).done == small.parts - 1
    assert "5 of 6 parts are whole and stay" in failed.stderr
    assert cli("score", *files, "--out", out, *CLI).returncode == 0
    assert same_bytes(out, tmp_path / "never")


def test_a_folder_that_cannot_be_made_is_one_line(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for out in (tmp_path / "file", tmp_path / "file" / "scores"):
        failed = cli("score", *files, "--out", out, *CLI)
        assert failed.returncode == 2
        assert failed.stderr.count("\n") == 1
        assert f"{out} cannot be made or written" in failed.stderr


def started(words: list[object], folder: Path) -> subprocess.Popen[str]:
    """Start a slow run, and wait until it has written a part."""
    script = """
        import sys, time
        import framing.stream as stream
        from framing.cli import main
        score = stream._score_piece

        def slowly(job, piece):
            time.sleep(0.0 if piece.number == 0 else 1.0)
            return score(job, piece)

        stream._score_piece = slowly
        main(sys.argv[1:])
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(600):
        if (folder / "parts" / "000000").is_dir():
            return process
        time.sleep(0.05)
    process.kill()
    raise AssertionError(process.communicate())


def test_ctrl_c_is_one_line_and_the_next_run_goes_on(files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "scores"
    process = started(["score", *files, "--out", out, *CLI], out)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert error.count("\n") == 1 and "interrupted: parts that are whole stay" in error
    assert 0 < framing.open_scores(out).done < framing.open_scores(out).parts
    score_files(files, out, batch=20, **SETTINGS)
    score_files(files, tmp_path / "never", batch=20, **SETTINGS)
    assert same_bytes(out, tmp_path / "never")


DIES = """
    import os, signal, sys
    from pathlib import Path
    import framing.stream as stream
    from framing.cli import main

    pieces = stream.read_pieces

    def workers():
        for path in Path("/proc").glob("[0-9]*"):
            parent = (path / "stat").read_text().rpartition(")")[2].split()[1]
            if parent == str(os.getpid()) and b"popen_loky" in (path / "cmdline").read_bytes():
                yield int(path.name)

    def killing(*given, **options):
        for piece in pieces(*given, **options):
            if piece.number == 3:
                os.kill(min(workers()), signal.SIGKILL)
            yield piece

    stream.read_pieces = killing
    main(sys.argv[1:])
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds workers in /proc")
def test_a_worker_that_is_killed_is_one_line_and_the_next_run_goes_on(
    files: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "scores"
    failed = run_script(DIES, "score", *files, "--out", out, *CLI, "--jobs", 2)
    assert failed.returncode == 2, failed.stderr
    assert failed.stderr.count("\n") == 1, failed.stderr
    assert "a worker process was ended from outside" in failed.stderr
    found = framing.open_scores(out)
    assert found.done < found.parts
    score_files(files, out, batch=20, **SETTINGS)
    score_files(files, tmp_path / "never", batch=20, **SETTINGS)
    assert same_bytes(out, tmp_path / "never")


def test_the_command_line_compares_a_folder(files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "scores"
    assert cli("score", *files, "--out", out, *CLI).returncode == 0
    report = tmp_path / "report.json"
    done = cli("compare", out, "--out", report)
    assert done.returncode == 0, done.stderr
    assert "Comparison of 5 groups by outlet, design 'matched'" in done.stdout
    assert report.exists()


@pytest.mark.parametrize("value", [0, -1, True, 2.5, "many"])
def test_a_batch_is_a_number_of_articles(tmp_path: Path, value: Any) -> None:
    with pytest.raises(FramingError, match="batch must be a whole number"):
        score_files([], tmp_path / "scores", batch=value)
    with pytest.raises(CorpusError, match="no files were given"):
        score_files([], tmp_path / "scores", **SETTINGS)


def test_floats_are_kept_to_the_last_bit() -> None:
    from framing.tablefiles import column_kinds, decode_table, encode_table

    draw = np.random.default_rng(0)
    values = draw.integers(0, 2**63, 1000).view(np.float64)
    table = pd.DataFrame({"x": values})
    for tables in ("csv", "parquet"):
        again = decode_table(encode_table(table, tables), column_kinds(table), tables)
        same = again["x"].to_numpy().view(np.int64) == values.view(np.int64)
        assert (same | np.isnan(values)).all()


def test_memory_holds_parts_and_no_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not one row is read ahead of what the processes can hold."""
    frame = pd.DataFrame({"text": [f"Nothing happened on day {i}." for i in range(60)]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    read: list[int] = []
    original = inputs.read_pieces

    def counted(*args: Any, **options: Any) -> Any:
        for piece in original(*args, **options):
            read.append(piece.number)
            assert len(read) - len(parts.whole_parts(tmp_path / "scores")) <= 1
            yield piece

    monkeypatch.setattr(stream, "read_pieces", counted)
    score_files(tmp_path / "a.csv", tmp_path / "scores", batch=5, **SETTINGS)
    assert read == list(range(12))
