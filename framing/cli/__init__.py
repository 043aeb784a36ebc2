"""The command line: mirrors the library and adds nothing to it. One file a command or group."""

from __future__ import annotations

import click

from framing._version import __version__
from framing.cli import (
    classifier,
    compare,
    completion,
    demo,
    diff,
    lexicon,
    report,
    rerun,
    score,
    stories,
    style,
    voices,
)
from framing.cli.shared import Group

__all__ = ["main"]


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="framing")
def main() -> None:
    """How do these outlets word the same events?

    Scores news articles for loaded wording by whose voice it is, and compares outlets on the
    stories that they share.

    Results go to standard output, progress and errors to standard error. FILES are CSV, TSV, JSON,
    JSON lines (also .gz, .xz), Parquet, or a folder of texts; - is standard input, as JSON lines
    or CSV.

    \b
    Status: 0 done; 1 the answer is no (style and lexicon check found something, lexicon
    search found nothing, lexicon diff and rerun found a difference); 2 an error in what was
    given; 130 interrupted.

    \b
    Example:
      framing compare articles.csv --by outlet --out report.html
    """


for _command in (
    score.score,
    compare.compare,
    stories.stories,
    report.report,
    voices.voices,
    rerun.rerun,
    demo.demo,
    diff.diff,
    lexicon.lexicon,
    style.style,
    classifier.classifier,
    completion.completion,
):
    main.add_command(_command)
