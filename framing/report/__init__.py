"""One summary of a comparison, rendered to HTML, Markdown, LaTeX, JSON or CSV."""

from __future__ import annotations

import json
from pathlib import Path

from framing.comparison import Comparison
from framing.errors import FramingError
from framing.report.diff import ReportDiff, diff_reports
from framing.report.html import render_html
from framing.report.latex import render_latex
from framing.report.markdown import render_markdown
from framing.report.summary import SCHEMA, summarise
from framing.report.tables import write_tables

__all__ = ["SCHEMA", "SUFFIXES", "ReportDiff", "diff_reports", "summarise", "write_report"]

SUFFIXES = (".html", ".md", ".tex", ".json", ".csv")

BAD_SUFFIX = "{path}: the suffix {suffix!r} is none that a report has; there are: {valid}"
NO_FOLDER = "{path}: the folder {folder} is not there; make it first"


def write_report(comparison: Comparison, path: str | Path, *, title: str | None = None) -> Path:
    """Write a report of a comparison; the suffix of the path decides its form.

    Parameters
    ----------
    comparison : Comparison
        What `compare` returned.
    path : str or path
        ``.html`` for one page with figures, ``.md``, ``.tex`` for a paper's tables, ``.json``, or
        ``.csv`` for a folder of tables of that name without the suffix. What is there is replaced.
    title : str, optional
        The report's title; made from the groups by default.

    Returns
    -------
    pathlib.Path
        The file, or the folder of tables.

    Raises
    ------
    FramingError
        If the suffix is none of these, or the folder is not there.

    Examples
    --------
    >>> import framing, tempfile
    >>> from pathlib import Path
    >>> corpus = framing.read_corpus(framing.example_corpus_folder())
    >>> comparison = framing.compare(framing.score(corpus))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     framing.write_report(comparison, Path(folder) / "report.md").name
    'report.md'
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FramingError(
            BAD_SUFFIX.format(path=path, suffix=path.suffix, valid=", ".join(SUFFIXES))
        )
    if not path.parent.is_dir():
        raise FramingError(NO_FOLDER.format(path=path, folder=path.parent))
    if suffix == ".csv":
        return write_tables(comparison, path.with_suffix(""))
    summary = summarise(comparison, title=title)
    if suffix == ".html":
        text = render_html(comparison, summary)
    elif suffix == ".md":
        text = render_markdown(summary)
    elif suffix == ".tex":
        text = render_latex(summary)
    else:
        text = json.dumps(summary, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    # A lone surrogate in an article cannot be written as UTF-8; it becomes a question mark.
    path.write_text(text, "utf-8", errors="replace")
    return path
