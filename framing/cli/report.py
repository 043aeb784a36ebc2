"""The command ``framing report``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from framing.cli.shared import check_free

__all__ = ["report"]

STDIN = "standard input"


@click.command()
@click.argument("file", metavar="REPORT.json", type=click.Path(allow_dash=True))
@click.option(
    "--to",
    "form",
    metavar="md|tex",
    help="The form, where --out does not tell it; md by default.",
)
@click.option("--title", help="Another title.")
@click.option("--out", type=click.Path(path_type=Path), help="A file: .md or .tex.")
@click.option("--force", is_flag=True, help="Write over what is there.")
def report(file: str, form: str | None, title: str | None, out: Path | None, force: bool) -> None:
    """Give a saved report (.json; - for standard input) another form, without scoring again.

    Printed if there is no --out. A page with figures (.html) and tables (.csv) need the scores:
    `framing compare scores/ --out report.html`.

    \b
    Example:
      framing report report.json --out tables.tex
      framing compare articles.csv --json | framing report -
    """
    from framing.report.saved import parse_report, read_report, render_report

    if form is None:
        form = "md" if out is None else out.suffix.removeprefix(".").lower()
    if out is not None:
        check_free(out, force)
    if file == "-":
        saved = parse_report(sys.stdin.buffer.read(), Path(f"<{STDIN}>"))
        content = read_report(saved, name=STDIN)
    else:
        content = read_report(file)
    text = render_report(content, form=form, title=title)
    if out is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    # A lone surrogate in an article cannot be written as UTF-8; it becomes a question mark.
    out.write_text(text, "utf-8", errors="replace")
    click.echo(f"report: {out}")
