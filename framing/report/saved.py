"""A report that was saved as JSON, read again and given another form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from framing.errors import FramingError
from framing.report.latex import render_latex
from framing.report.markdown import render_markdown
from framing.report.summary import SCHEMA

__all__ = ["FORMS", "parse_report", "read_report", "render_report"]

NOT_THERE = "{path}: there is no such file; give a report that write_report wrote with suffix .json"
NOT_JSON = "{path}, line {line}: this is not valid JSON ({why}); write the report again"
NOT_A_REPORT = "{path}: this is not a report of framing; write one with write_report(..., '.json')"
OTHER_SCHEMA = (
    "{path}: this report has schema {found!r}, this version reads {valid}; write it again with "
    "this version"
)
BAD_FORM = (
    "a saved report can be rendered as {valid}, found {value!r}; .html and .csv hold figures and "
    "tables that need the scores: framing compare scores/ --out report.html"
)

FORMS = {"md": render_markdown, "tex": render_latex}
"""What can be made from the JSON alone."""


def read_report(report: str | Path | Mapping[str, Any], *, name: str = "report") -> dict[str, Any]:
    """Read a report that `write_report` wrote with the suffix ``.json``.

    Parameters
    ----------
    report : path or mapping
        The file, or its content.
    name : str
        What content without a path is called in errors.

    Returns
    -------
    dict
        The summary, as described by ``framing/report/schema.json``.

    Raises
    ------
    FramingError
        If the file is not there, is not JSON, is no report, or has another schema.
    """
    content: Any = report
    path = Path(f"<{name}>")
    if isinstance(report, str | Path):
        path = Path(report)
        if not path.is_file():
            raise FramingError(NOT_THERE.format(path=path))
        content = parse_report(path.read_bytes(), path)
    if not isinstance(content, Mapping) or "schema" not in content:
        raise FramingError(NOT_A_REPORT.format(path=path))
    if content["schema"] != SCHEMA:
        raise FramingError(OTHER_SCHEMA.format(path=path, found=content["schema"], valid=SCHEMA))
    if not isinstance(content.get("manifest"), dict) or "measures" not in content:
        raise FramingError(NOT_A_REPORT.format(path=path))
    return dict(content)


def parse_report(data: bytes, path: Path) -> Any:
    """Parse the bytes of a report.

    Parameters
    ----------
    data : bytes
        JSON in UTF-8.
    path : Path
        What it is called in errors.

    Returns
    -------
    object
        For `read_report`, which checks it.

    Raises
    ------
    FramingError
        If this is not JSON in UTF-8.
    """
    try:
        return json.loads(data.decode("utf-8"))
    except json.JSONDecodeError as error:
        raise FramingError(NOT_JSON.format(path=path, line=error.lineno, why=error.msg)) from None
    except UnicodeDecodeError as error:
        raise FramingError(NOT_JSON.format(path=path, line=1, why=error.reason)) from None


def render_report(
    report: str | Path | Mapping[str, Any], *, form: str = "md", title: str | None = None
) -> str:
    """Give a saved report another form, without scoring or comparing again.

    Parameters
    ----------
    report : path or mapping
        As for `read_report`.
    form : {"md", "tex"}
        Markdown, or a paper's tables in LaTeX.
    title : str, optional
        Another title than the saved one.

    Returns
    -------
    str
        The text; what `write_report` writes for the same comparison.

    Raises
    ------
    FramingError
        If the report cannot be read, or `form` is none that can be made from it.

    Examples
    --------
    >>> import framing
    >>> from framing.report import summarise
    >>> corpus = framing.read_corpus(framing.example_corpus_folder())
    >>> saved = summarise(framing.compare(framing.score(corpus)))
    >>> render_report(saved, title="Five outlets").splitlines()[0]
    '# Five outlets'
    """
    if form not in FORMS:
        raise FramingError(BAD_FORM.format(valid=", ".join(f".{f}" for f in FORMS), value=form))
    content = read_report(report)
    return FORMS[form](content if title is None else {**content, "title": title})
