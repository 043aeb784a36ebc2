"""A folder of scores: parts that are whole or absent, and the manifest of what made them.

::

    scores/
      manifest.json            inputs, settings, lexicons, models; how many parts there will be
      lexicons/00/             the lexicons as they were used
      parts/000000/            part.json, and a file for each table
          articles sums        one row an article; sums hold what a comparison adds up
          sentences hits voices
          corpus               the texts, from which evidence is read

A part is written beside its place and renamed, so one that has its name is whole. Nothing in the
folder depends on when or in how many runs it was written.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from framing.cells import article_sums
from framing.errors import FramingError
from framing.lexicon import Lexicon, read_folder, write_folder
from framing.scores import Scores, join_manifests
from framing.tablefiles import SUFFIXES, column_kinds, decode_table, encode_table

__all__ = [
    "FORMAT",
    "MANIFEST_NAME",
    "ScoresFolder",
    "open_scores",
    "sweep",
    "whole_parts",
    "write_head",
    "write_part",
]

FORMAT = 1
MANIFEST_NAME = "manifest.json"

NO_FOLDER = "{path} is no folder of scores: it has no {name}. Make one with framing.score_files()"
DAMAGED = (
    "{path} is damaged ({reason}). Delete its part and run score_files() again, which makes it"
)
OTHER_FORMAT = (
    "{path} is a folder of scores of format {found!r}, and this version reads {ours}: score anew"
)
UNFINISHED = (
    "{path} holds {done:,} of {parts:,} parts. Run the same score_files() again, which makes the "
    "others"
)
CHANGED_LEXICON = "{path} is not the lexicon that these scores were made with: score anew"

_PARTS = "parts"
_LEXICONS = "lexicons"
_PART_NAME = "part.json"
_TABLES = ("articles", "sums", "sentences", "hits", "voices", "corpus")


@dataclass(frozen=True, eq=False)
class ScoresFolder:
    """Scores on disk, read part by part.

    Attributes
    ----------
    path : Path
        The folder.
    head : dict
        Its ``manifest.json``.
    """

    path: Path
    head: dict[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        return (
            f"Scores of {self.head['articles']:,} articles in {self.path}: "
            f"{self.done:,} of {self.parts:,} parts"
        )

    @property
    def parts(self) -> int:
        """How many parts it has when it is finished."""
        return int(self.head["parts"])

    @property
    def done(self) -> int:
        """How many parts are there."""
        return len(whole_parts(self.path))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the scores, as `framing.score` gives it of the whole corpus.

        Raises
        ------
        FramingError
            If the folder is not finished.
        """
        self._check_finished()
        return join_manifests([self._note(n)["manifest"] for n in range(self.parts)])

    @cached_property
    def lexicons(self) -> tuple[Lexicon, ...]:
        """The lexicons as they were used."""
        found = []
        for place, known in enumerate(self.head["scoring"]["lexicons"]):
            path = self.path / _LEXICONS / f"{place:02d}"
            lexicon = read_folder(path)
            if lexicon.hash != known["sha256"]:
                raise FramingError(CHANGED_LEXICON.format(path=path))
            found.append(lexicon)
        return tuple(found)

    @property
    def notes(self) -> list[str]:
        """What was to be said of the input of any part, as of dates that cannot be read."""
        return [note for n in whole_parts(self.path) for note in self._note(n)["notes"]]

    @cached_property
    def _columns(self) -> list[str]:
        """All columns of articles: one file may have some that another has not."""
        kinds = (self._note(n)["kinds"]["articles"] for n in range(self.parts))
        return list(dict.fromkeys(name for part in kinds for name in part))

    def _articles(self, number: int, note: dict[str, Any]) -> pd.DataFrame:
        table = self._table(number, note, "articles")
        absent = [name for name in self._columns if name not in table]
        empty = pd.DataFrame(None, index=table.index, columns=absent, dtype=object)
        return pd.concat([table, empty], axis=1) if absent else table

    def sums(self) -> Iterator[tuple[pd.DataFrame, dict[str, Any]]]:
        """Give for each part the table of `framing.cells.article_sums`, and its manifest.

        Raises
        ------
        FramingError
            If the folder is not finished.
        """
        self._check_finished()
        for number in range(self.parts):
            note = self._note(number)
            tables = [self._articles(number, note), self._table(number, note, "sums")]
            yield pd.concat(tables, axis=1), note["manifest"]

    def scores(self) -> Iterator[Scores]:
        """Give the scores of each part, texts included.

        Raises
        ------
        FramingError
            If the folder is not finished.
        """
        self._check_finished()
        for number in range(self.parts):
            note = self._note(number)
            tables = {n: self._table(number, note, n) for n in _TABLES[2:]}
            tables["articles"] = self._articles(number, note)
            yield Scores(**tables, manifest=note["manifest"], lexicons=self.lexicons)

    def texts(self) -> Iterator[pd.DataFrame]:
        """Give for each part the columns ``id title text`` of its articles.

        Raises
        ------
        FramingError
            If the folder is not finished.
        """
        self._check_finished()
        for number in range(self.parts):
            yield self._table(number, self._note(number), "corpus", columns=["id", "title", "text"])

    def table(self, name: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read one table of all parts into memory.

        Parameters
        ----------
        name : {"articles", "sentences", "hits", "voices", "corpus"}
            Which one.
        columns : sequence of str, optional
            Only these.

        Returns
        -------
        pandas.DataFrame
            In the order of the files.
        """
        self._check_finished()
        tables = [self._table(n, self._note(n), name, columns=columns) for n in range(self.parts)]
        return pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True)

    def _check_finished(self) -> None:
        done = self.done
        if done < self.parts:
            raise FramingError(UNFINISHED.format(path=self.path, done=done, parts=self.parts))

    def _note(self, number: int) -> dict[str, Any]:
        note: dict[str, Any] = _read_json(_part(self.path, number) / _PART_NAME)
        return note

    def _table(
        self, number: int, note: dict[str, Any], name: str, *, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        tables = self.head["tables"]
        path = _part(self.path, number) / f"{name}{SUFFIXES[tables]}"
        try:
            data = path.read_bytes()
        except OSError as error:
            raise FramingError(DAMAGED.format(path=path, reason=error.strerror)) from error
        if hashlib.sha256(data).hexdigest() != note["sha256"][name]:
            raise FramingError(DAMAGED.format(path=path, reason="its bytes were changed"))
        return decode_table(data, note["kinds"][name], tables, columns=columns)


def open_scores(path: str | Path) -> ScoresFolder:
    """Open a folder that `framing.score_files` wrote, or is writing.

    Parameters
    ----------
    path : path
        The folder.

    Returns
    -------
    ScoresFolder
        Nothing but its manifest is read yet.

    Raises
    ------
    FramingError
        If it is no such folder.
    """
    folder = Path(path)
    head = folder / MANIFEST_NAME
    if not head.is_file():
        raise FramingError(NO_FOLDER.format(path=folder, name=MANIFEST_NAME))
    found = _read_json(head)
    if found.get("format") != FORMAT:
        raise FramingError(OTHER_FORMAT.format(path=folder, found=found.get("format"), ours=FORMAT))
    return ScoresFolder(folder, found)


def write_head(folder: Path, head: dict[str, Any], lexicons: Sequence[Lexicon]) -> None:
    """Begin a folder: lexicons first, then the manifest, which makes it one."""
    (folder / _PARTS).mkdir(exist_ok=True)
    for place, lexicon in enumerate(lexicons):
        write_folder(lexicon, folder / _LEXICONS / f"{place:02d}")
    beside = folder / f".{MANIFEST_NAME}"
    _write(beside, _json(head))
    beside.replace(folder / MANIFEST_NAME)
    _sync(folder)


def write_part(
    folder: Path, number: int, scores: Scores, *, tables: str, notes: Sequence[str] = ()
) -> None:
    """Write a part beside its place, then give it its name.

    Parameters
    ----------
    folder : Path
        One that `write_head` began.
    number : int
        Of the part.
    scores : Scores
        Of its articles.
    tables : str
        One of `framing.tablefiles.FORMATS`.
    notes : sequence of str
        What is to be said of its input.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left of it then.
    """
    place = _part(folder, number)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        shutil.rmtree(beside)
    try:
        beside.mkdir()
        kinds, hashes = {}, {}
        for name, table in _tables(scores):
            data = encode_table(table, tables)
            kinds[name] = column_kinds(table)
            hashes[name] = hashlib.sha256(data).hexdigest()
            _write(beside / f"{name}{SUFFIXES[tables]}", data)
        note = {
            "part": number,
            "articles": len(scores.articles),
            "manifest": scores.manifest,
            "notes": list(notes),
            "kinds": kinds,
            "sha256": hashes,
        }
        _write(beside / _PART_NAME, _json(note))
        _sync(beside)
        try:
            beside.rename(place)
        except OSError:
            # A worker of a run that was killed may have been quicker: the part is the same.
            if not place.is_dir():
                raise
    finally:
        if beside.exists():
            shutil.rmtree(beside, ignore_errors=True)
    _sync(place.parent)


def _tables(scores: Scores) -> Iterator[tuple[str, pd.DataFrame]]:
    articles = scores.articles.reset_index(drop=True)
    sums = article_sums(scores)
    for name in _TABLES:
        if name == "sums":
            yield name, sums[[c for c in sums.columns if c not in articles.columns]]
        else:
            yield name, articles if name == "articles" else getattr(scores, name)


def whole_parts(folder: Path) -> list[int]:
    """List the parts that are there, sorted."""
    names = (path.name for path in (folder / _PARTS).glob("*"))
    return sorted(int(name) for name in names if name.isdigit())


def sweep(folder: Path) -> None:
    """Take away what a run that was killed left half written."""
    for path in (folder / _PARTS).glob(".*"):
        shutil.rmtree(path, ignore_errors=True)
    (folder / f".{MANIFEST_NAME}").unlink(missing_ok=True)


def _part(folder: Path, number: int) -> Path:
    return folder / _PARTS / f"{number:06d}"


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise FramingError(DAMAGED.format(path=path, reason=error.strerror)) from error
    except ValueError as error:
        raise FramingError(DAMAGED.format(path=path, reason=error)) from error


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make names in a folder last through a loss of power, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
