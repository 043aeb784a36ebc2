"""Scoring what is larger than memory: files in, a folder of scores out, part by part."""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.errors import FramingError, FramingWarning
from framing.files import MAX_BYTES, MAX_COLUMNS, MAX_LINE
from framing.inputs import Input, Limits, Piece, look_through, read_piece, read_pieces
from framing.lexicon import Lexicon
from framing.locking import LOCK_NAME, hold
from framing.parts import (
    FORMAT,
    MANIFEST_NAME,
    ScoresFolder,
    open_scores,
    sweep,
    whole_parts,
    write_head,
    write_part,
)
from framing.scores import Plan, check_jobs, describe_plan, make_plan, score_with
from framing.tablefiles import best_format

if TYPE_CHECKING:
    from framing.classifier import WordClassifier
    from framing.wordmodel import ScoredWords

__all__ = ["BATCH", "score_files"]

BATCH = 1000
"""Articles of a part, unless the caller says otherwise."""

BAD_BATCH = "batch must be a whole number, 1 or more, found {value!r}"
NOT_EMPTY = "{folder} holds something else ({name}). Give a new folder, or an empty one"
THERE = (
    "{folder} holds scores already. Give resume=True to go on with them, or write to another folder"
)
DIFFERENT = (
    "{folder} was begun with other {what}: {then} there, {now} now. Run with the same, or write to "
    "another folder"
)
NOT_WRITTEN = (
    "{folder} cannot be written: {reason}. {done:,} of {parts:,} parts are whole and stay. Make "
    "room or give the right to write, and run the same again to go on"
)
NO_FOLDER = "{folder} cannot be made or written: {reason}"
WORKER_GONE = (
    "a worker process was ended from outside, most often because memory ran out. {done:,} of "
    "{parts:,} parts are whole and stay. Run the same again to go on, with fewer n_jobs= if memory "
    "is short"
)
MORE_NOTES = "{note} (and {count:,} more parts with a like warning)"

_SHOWN_NOTES = 3


@dataclass(frozen=True)
class _Job:
    """What every worker is given once."""

    plan: Plan
    folder: Path
    tables: str
    html: bool


def score_files(
    paths: str | Path | Iterable[str | Path],
    out: str | Path,
    *,
    lexicons: Sequence[str | Path | Lexicon] | None = None,
    classifier: str | Path | ScoredWords | WordClassifier | None = "default",
    voices: str = "tagger",
    min_words: int = 30,
    columns: Mapping[str, str | None] | None = None,
    encoding: str = "utf-8",
    html: bool = False,
    batch: int = BATCH,
    n_jobs: int = 1,
    resume: bool = True,
    tables: str | None = None,
    progress: bool = False,
    max_bytes: int = MAX_BYTES,
    max_columns: int = MAX_COLUMNS,
    max_line: int = MAX_LINE,
) -> ScoresFolder:
    """Score files that are larger than memory into a folder, part by part.

    A run that is killed at any moment and started again gives the same folder, byte for byte, as
    one that was not.

    Parameters
    ----------
    paths : path or iterable of paths
        CSV, TSV, JSON lines (each also with ``.gz`` or ``.xz``) and Parquet files. Ids are unique
        over all of them; articles of files without ids are numbered through.
    out : path
        The folder; made if it is not there.
    lexicons, classifier, voices, min_words
        As for `score`.
    columns, encoding, html
        As for `read_corpus`, the same for all files.
    batch : int
        Articles of a part: what is in memory at a time, for each process.
    n_jobs : int
        Processes; -1 for one a core. Each loads the models once. The folder is the same for any
        number.
    resume : bool
        Whether to go on with what is in the folder.
    tables : {"parquet", "csv"}, optional
        How tables are written; Parquet where the extra ``parquet`` is installed, else compressed
        CSV.
    progress : bool
        Whether to show articles done, articles a second and the time left on standard error.
    max_bytes, max_columns, max_line : int
        What one compressed file may unpack to, in bytes; columns of a table; characters of a line.

    Returns
    -------
    ScoresFolder
        For `compare`; it can also be opened later by giving its path.

    Raises
    ------
    CorpusError
        If the files are not valid; all of them are looked through first.
    LexiconError, ModelError
        If a lexicon or the model cannot be loaded.
    FramingError
        If the folder is of another run, is being written, or cannot be; if a setting is not valid;
        if a worker was killed. Parts that are whole stay, and the next run goes on from there.

    Warns
    -----
    FramingWarning
        Of what `read_corpus` warns of.

    Examples
    --------
    >>> import tempfile
    >>> import framing
    >>> corpus = framing.read_corpus(framing.example_corpus_folder())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "articles.csv.gz")
    ...     corpus.to_csv(file, index=False)
    ...     scores = score_files(file, Path(folder, "scores"), batch=40)
    ...     scores.parts, framing.compare(scores).design
    (2, 'matched')
    """
    if isinstance(batch, bool) or not isinstance(batch, int) or batch < 1:
        raise FramingError(BAD_BATCH.format(value=batch))
    check_jobs(n_jobs)
    chosen = best_format(tables)
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    plan = make_plan(lexicons=lexicons, classifier=classifier, voices=voices, min_words=min_words)
    limits = Limits(batch, encoding, max_bytes, max_columns, max_line)
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with hold(folder):
            _check_folder(folder, resume)
            found = look_through([Path(path) for path in given], columns, limits)
            head = _head(found, plan, limits, chosen, html)
            _begin(folder, head, plan)
            job = _Job(plan, folder, chosen, html)
            _run(job, found, limits, n_jobs, progress)
            sweep(folder)
    except OSError as error:
        if error.filename is not None and not _inside(error.filename, folder):
            raise
        raise FramingError(_not_written(folder, error)) from error
    result = open_scores(folder)
    _say(result.notes)
    return result


def _inside(name: Any, folder: Path) -> bool:
    path = Path(os.fsdecode(name))
    return path == folder or path.is_relative_to(folder) or folder.is_relative_to(path)


def _not_written(folder: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    if not (folder / MANIFEST_NAME).is_file():
        return NO_FOLDER.format(folder=folder, reason=reason)
    scores = open_scores(folder)
    return NOT_WRITTEN.format(folder=folder, reason=reason, done=scores.done, parts=scores.parts)


def _check_folder(folder: Path, resume: bool) -> None:
    names = sorted(path.name for path in folder.iterdir() if path.name != LOCK_NAME)
    if MANIFEST_NAME in names:
        if not resume:
            raise FramingError(THERE.format(folder=folder))
        return
    # A run that was killed before it wrote the manifest has left no more than these.
    other = [name for name in names if name not in ("parts", "lexicons", f".{MANIFEST_NAME}")]
    if other:
        raise FramingError(NOT_EMPTY.format(folder=folder, name=other[0]))


def _head(
    found: Sequence[Input], plan: Plan, limits: Limits, tables: str, html: bool
) -> dict[str, Any]:
    scoring = describe_plan(pd.DataFrame(), plan)
    made = ("framing", "settings", "lexicons", "voice_models", "classifier")
    return {
        "format": FORMAT,
        "tables": tables,
        "batch": limits.rows,
        "encoding": limits.encoding,
        "html": html,
        "inputs": [
            {
                # The name alone: a folder that is passed on should not tell where it was made.
                "name": source.path.name,
                "size": source.size,
                "sha256": source.sha256,
                "articles": source.articles,
                "columns": dict(source.chosen),
            }
            for source in found
        ],
        "articles": sum(source.articles for source in found),
        "parts": sum(source.pieces for source in found),
        "scoring": {name: scoring[name] for name in made},
    }


def _begin(folder: Path, head: dict[str, Any], plan: Plan) -> None:
    sweep(folder)
    if not (folder / MANIFEST_NAME).is_file():
        write_head(folder, head, plan.lexicons)
        return
    then = open_scores(folder).head
    now = json.loads(json.dumps(head))
    for what, old, new in _differences(then, now):
        raise FramingError(DIFFERENT.format(folder=folder, what=what, then=old, now=new))


def _differences(then: Any, now: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Give the places at which two manifests differ, the innermost ones."""
    if isinstance(then, dict) and isinstance(now, dict):
        for name in [*then, *(n for n in now if n not in then)]:
            inside = f"{path} {name}".strip()
            yield from _differences(then.get(name), now.get(name), inside)
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for old, new in zip(then, now, strict=True):
            name = old.get("name") if isinstance(old, dict) else None
            yield from _differences(old, new, f"{path} {name}" if name else path)
    elif then != now:
        yield path, _short(then), _short(now)


def _short(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} of them"
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:60] + "…"


# ---------------------------------------------------------------------------------- the work


def _run(job: _Job, found: Sequence[Input], limits: Limits, n_jobs: int, progress: bool) -> None:
    from tqdm import tqdm

    done = frozenset(whole_parts(job.folder))
    parts = sum(source.pieces for source in found)
    total = sum(source.articles for source in found)
    pieces = read_pieces(found, limits, skip=done)
    with tqdm(
        total=total,
        initial=min(len(done) * limits.rows, total),
        unit=" articles",
        file=sys.stderr,
        disable=not progress,
    ) as bar:
        if len(done) < parts:
            many = n_jobs != 1 and parts - len(done) > 1
            for articles in _in_processes(job, pieces, n_jobs) if many else _here(job, pieces):
                bar.update(articles)


def _here(job: _Job, pieces: Iterable[Piece]) -> Iterator[int]:
    for piece in pieces:
        yield _score_piece(job, piece)


def _score_piece(job: _Job, piece: Piece) -> int:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", FramingWarning)
        corpus = read_piece(piece, html=job.html)
    notes = [str(w.message) for w in caught if issubclass(w.category, FramingWarning)]
    scores = score_with(job.plan, corpus)
    write_part(job.folder, piece.number, scores, tables=job.tables, notes=notes)
    return len(corpus)


_JOB: _Job | None = None


def _start(job: _Job) -> None:
    global _JOB
    _JOB = job
    # Ctrl-C goes to all processes of a terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _work(piece: Piece) -> int:
    assert _JOB is not None
    return _score_piece(_JOB, piece)


def _in_processes(job: _Job, pieces: Iterator[Piece], n_jobs: int) -> Iterator[int]:
    """Score pieces in processes; no more are read than these can hold."""
    from joblib import cpu_count
    from joblib.externals.loky import ProcessPoolExecutor

    workers = cpu_count() if n_jobs == -1 else n_jobs
    pool = ProcessPoolExecutor(workers, initializer=_start, initargs=(job,))
    finished = False
    try:
        waiting: set[Future[int]] = set()
        for piece in pieces:
            waiting.add(pool.submit(_work, piece))
            if len(waiting) > workers:
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in ready:
                    yield future.result()
        for future in waiting:
            yield future.result()
        finished = True
    except BrokenProcessPool as error:
        scores = open_scores(job.folder)
        message = WORKER_GONE.format(done=scores.done, parts=scores.parts)
        raise FramingError(message) from error
    finally:
        pool.shutdown(wait=True, kill_workers=not finished)


def _say(notes: Sequence[str]) -> None:
    shown = list(notes[:_SHOWN_NOTES])
    if len(notes) > len(shown):
        shown[-1] = MORE_NOTES.format(note=shown[-1], count=len(notes) - len(shown))
    for note in shown:
        warnings.warn(note, FramingWarning, stacklevel=3)
