"""What several commands share: one-line errors, the options of a corpus."""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from framing.errors import FramingError

if TYPE_CHECKING:
    import pandas as pd

    from framing.scores import Scores

__all__ = [
    "INTERRUPTED_STATUS",
    "Group",
    "check_free",
    "check_report",
    "corpus_options",
    "read_columns",
    "read_files",
    "reading_options",
    "score_corpus",
    "scoring_options",
    "write_manifest",
]

FAILED_STATUS = 2
INTERRUPTED_STATUS = 130
INTERRUPTED = "interrupted; nothing more was written"
OS_ERROR = "{path}: {why}; check the path"
STDIN = "standard input"
EMPTY_STDIN = "standard input is empty; pipe in articles as JSON lines or CSV"
STDIN_ALONE = "- reads standard input, which is one corpus; give it once"
EXISTS = "{path} is there already; give --force to write over it, or another --out"
BAD_COLUMN = "{value!r} is not of the form NAME=COLUMN, like text=maintext"


class _Failed(click.ClickException):
    """A mistake in what was given: the same status as one of usage, so that 1 is left for *no*."""

    exit_code = FAILED_STATUS


def _warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Tell of a warning in one line, without the place in our code that gave it."""
    click.echo(f"Warning: {message}", err=True)


class Group(click.Group):
    """A group of commands whose errors are one clear line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a mistake of the user's is one line on standard error, status 2."""
        try:
            with warnings.catch_warnings():
                warnings.showwarning = _warn
                return super().invoke(ctx)
        except FramingError as error:
            raise _Failed(str(error)) from None
        except OSError as error:
            # click's own pipe handling needs to see a closed pipe
            if isinstance(error, BrokenPipeError):
                raise
            told = str(error)
            if error.filename is not None and error.strerror is not None:
                told = OS_ERROR.format(path=error.filename, why=error.strerror.lower())
            raise _Failed(told) from None
        except KeyboardInterrupt:
            click.echo(f"Error: {INTERRUPTED}", err=True)
            raise click.exceptions.Exit(INTERRUPTED_STATUS) from None


def reading_options(command: Any) -> Any:
    """Add the arguments and options that say which articles, and how they are read."""
    return _with_options(
        command,
        click.argument(
            "files",
            nargs=-1,
            required=True,
            metavar="FILES...",
            type=click.Path(allow_dash=True),
        ),
        click.option(
            "--column",
            "columns",
            multiple=True,
            metavar="NAME=COLUMN",
            help="Say which column holds what, e.g. text=maintext. May be repeated.",
        ),
        click.option("--encoding", default="utf-8", show_default=True, help="Of the files."),
        click.option("--html", is_flag=True, help="The texts are pages: extract their prose."),
    )


def corpus_options(command: Any) -> Any:
    """Add the arguments and options that say which articles, and how they are scored."""
    return reading_options(
        _with_options(
            command,
            click.option(
                "--lexicon",
                "lexicons",
                multiple=True,
                metavar="NAME|FOLDER",
                help="Use this lexicon instead of all bundled ones. May be repeated.",
            ),
            click.option(
                "--classifier",
                default="default",
                show_default=True,
                metavar="NAME|FOLDER",
                help="The model of loaded words.",
            ),
            click.option("--no-classifier", is_flag=True, help="Score by lexicons alone."),
            click.option(
                "--min-words", default=30, show_default=True, help="Shorter articles are left out."
            ),
            click.option(
                "--jobs", default=1, show_default=True, help="Processes; -1 for all cores."
            ),
            click.option("--quiet", is_flag=True, help="No progress bar."),
        )
    )


def _with_options(command: Any, *options: Any) -> Any:
    for option in reversed(options):
        command = option(command)
    return command


def write_manifest(manifest: dict[str, Any], path: Path) -> None:
    """Write a manifest as JSON."""
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_columns(items: Sequence[str]) -> dict[str, str | None] | None:
    """Read what --column said; None where it was not given."""
    chosen: dict[str, str | None] = {}
    for item in items:
        name, found, column = item.partition("=")
        if not found or not name or not column:
            raise FramingError(BAD_COLUMN.format(value=item))
        chosen[name] = column
    return chosen or None


def read_files(
    files: Sequence[str], columns: Sequence[str], encoding: str, html: bool
) -> pd.DataFrame:
    """Read the files that a user named, - for standard input, as one corpus."""
    import pandas as pd

    from framing.corpus import read_corpus

    chosen = read_columns(columns)
    if files.count("-") > 1:
        raise FramingError(STDIN_ALONE)
    parts = []
    for name in files:
        with _file(name) as path:
            try:
                parts.append(read_corpus(path, columns=chosen, encoding=encoding, html=html))
            except FramingError as error:
                told = str(error)
                raise type(error)(told.replace(path, STDIN) if name == "-" else told) from None
    return parts[0] if len(parts) == 1 else read_corpus(pd.concat(parts, ignore_index=True))


@contextmanager
def _file(name: str) -> Iterator[str]:
    """Give a file's path; for -, one with what standard input holds, JSON or else CSV."""
    if name != "-":
        yield name
        return
    data = sys.stdin.buffer.read()
    if not data.strip():
        raise FramingError(EMPTY_STDIN)
    kinds = {b"{": ".jsonl", b"[": ".json"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"stdin{kinds.get(data.lstrip()[:1], '.csv')}"
        path.write_bytes(data)
        yield str(path)


def score_corpus(files: Sequence[str], options: dict[str, Any]) -> Scores:
    """Read and score the files that a user named."""
    from framing.scores import score

    corpus = read_files(files, options["columns"], options["encoding"], options["html"])
    return score(
        corpus,
        **scoring_options(options),
        n_jobs=options["jobs"],
        progress=not options["quiet"] and sys.stderr.isatty(),
    )


def scoring_options(options: dict[str, Any]) -> dict[str, Any]:
    """Say how articles are scored, as `framing.score` takes it."""
    return {
        "lexicons": [Path(x) if "/" in x else x for x in options["lexicons"]] or None,
        "classifier": None if options["no_classifier"] else _model(options["classifier"]),
        "min_words": options["min_words"],
    }


def _model(name: str) -> str | Path:
    return Path(name) if "/" in name or Path(name).is_dir() else name


def check_report(path: Path | None, force: bool) -> None:
    """Refuse a report that could not be written, before hours are spent on what it would say."""
    from framing.report import BAD_SUFFIX, NO_FOLDER, SUFFIXES

    if path is None:
        return
    if path.suffix.lower() not in SUFFIXES:
        raise FramingError(
            BAD_SUFFIX.format(path=path, suffix=path.suffix, valid=", ".join(SUFFIXES))
        )
    if not path.parent.is_dir():
        raise FramingError(NO_FOLDER.format(path=path, folder=path.parent))
    check_free(path.with_suffix("") if path.suffix == ".csv" else path, force)


def check_free(path: Path, force: bool) -> None:
    """Refuse to write over what is there, unless told to."""
    if path.exists() and not force:
        raise FramingError(EXISTS.format(path=path))
