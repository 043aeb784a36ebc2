"""The command line: mirrors the library and adds nothing to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing._version import __version__
from framing.errors import FramingError

if TYPE_CHECKING:
    import pandas as pd

    from framing.comparison import Comparison
    from framing.scores import Scores

__all__ = ["main"]

EXISTS = "{path} is there already; give --force to write over it, or another --out"
BAD_COLUMN = "{value!r} is not of the form NAME=COLUMN, like text=maintext"

_FIGURES = ("loaded_rate", "term_rate", "scare_rate", "quoted_share")


class _Group(click.Group):
    """A group of commands whose errors are one clear line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FramingError as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            # click's own pipe handling needs to see a closed pipe
            if isinstance(error, BrokenPipeError):
                raise
            raise click.ClickException(str(error)) from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="framing")
def main() -> None:
    """How do these outlets word the same events?

    Scores news articles for loaded wording by whose voice it is, and compares outlets on the
    stories that they share.

    \b
    Example:
      framing compare articles.csv --by outlet --out report.html
    """


def _corpus_options(command: Any) -> Any:
    for option in reversed(
        (
            click.argument("files", nargs=-1, required=True, metavar="FILES..."),
            click.option(
                "--column",
                "columns",
                multiple=True,
                metavar="NAME=COLUMN",
                help="Say which column holds what, e.g. text=maintext. May be repeated.",
            ),
            click.option("--encoding", default="utf-8", show_default=True, help="Of the files."),
            click.option("--html", is_flag=True, help="The texts are pages: extract their prose."),
            click.option(
                "--lexicon",
                "lexicons",
                multiple=True,
                metavar="NAME|FOLDER",
                help="Use this lexicon instead of all bundled ones. May be repeated.",
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
    ):
        command = option(command)
    return command


def _read(files: Sequence[str], columns: Sequence[str], encoding: str, html: bool) -> pd.DataFrame:
    import pandas as pd

    from framing.corpus import read_corpus

    chosen: dict[str, str | None] = {}
    for item in columns:
        name, found, column = item.partition("=")
        if not found or not name or not column:
            raise FramingError(BAD_COLUMN.format(value=item))
        chosen[name] = column
    parts = [
        read_corpus(name, columns=chosen or None, encoding=encoding, html=html) for name in files
    ]
    return parts[0] if len(parts) == 1 else read_corpus(pd.concat(parts, ignore_index=True))


def _score(files: Sequence[str], options: dict[str, Any]) -> Scores:
    import sys

    from framing.scores import score

    corpus = _read(files, options["columns"], options["encoding"], options["html"])
    return score(
        corpus,
        lexicons=[Path(x) if "/" in x else x for x in options["lexicons"]] or None,
        classifier=None if options["no_classifier"] else "default",
        min_words=options["min_words"],
        n_jobs=options["jobs"],
        progress=not options["quiet"] and sys.stderr.isatty(),
    )


def _check_free(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise FramingError(EXISTS.format(path=path))


@main.command()
@_corpus_options
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the tables.")
@click.option("--force", is_flag=True, help="Write over what is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the articles' scores as JSON lines.")
def score(
    files: tuple[str, ...], out: Path | None, force: bool, as_json: bool, **options: Any
) -> None:
    """Score articles; print a summary, and write the tables with --out.

    \b
    Example:
      framing score articles.csv --out scores/
    """
    if out is not None:
        _check_free(out, force)
    scores = _score(files, options)
    if out is not None:
        from framing.report.tables import write_csv

        out.mkdir(parents=True, exist_ok=True)
        for name in ("articles", "sentences", "hits", "voices"):
            write_csv(getattr(scores, name), out / f"{name}.csv")
        text = json.dumps(scores.manifest, indent=1, ensure_ascii=False) + "\n"
        (out / "manifest.json").write_text(text, "utf-8")
    if as_json:
        click.echo(
            scores.articles.to_json(orient="records", lines=True, date_format="iso"), nl=False
        )
        return
    click.echo(repr(scores))
    if out is not None:
        click.echo(f"tables: {out}")


@main.command()
@_corpus_options
@click.option("--by", default="outlet", show_default=True, help="The column of groups.")
@click.option("--match", default="story", show_default=True, help="The column of shared events.")
@click.option("--no-match", is_flag=True, help="Compare all articles, whatever their story.")
@click.option("--level", default=0.95, show_default=True, help="Coverage of the intervals.")
@click.option("--seed", default=0, show_default=True, help="Seed of the permutations.")
@click.option("--title", help="Title of the report.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Report: .html, .md, .json, or .csv for a folder of tables.",
)
@click.option("--force", is_flag=True, help="Write over what is there.")
def compare(
    files: tuple[str, ...],
    by: str,
    match: str,
    no_match: bool,
    level: float,
    seed: int,
    title: str | None,
    out: Path | None,
    force: bool,
    **options: Any,
) -> None:
    """Compare outlets on the stories that they share.

    \b
    Example:
      framing compare articles.csv --by outlet --out report.html
    """
    from framing.comparison import compare as compare_scores
    from framing.report import write_report

    if out is not None:
        _check_free(out.with_suffix("") if out.suffix == ".csv" else out, force)
    comparison = compare_scores(
        _score(files, options),
        by=by,
        match=None if no_match else match,
        level=level,
        random_state=seed,
    )
    click.echo(repr(comparison))
    if out is not None:
        click.echo(f"report: {write_report(comparison, out, title=title)}")


@main.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Folder for the report, the tables and the figures.",
)
@click.option("--force", is_flag=True, help="Write over what is there.")
def demo(out: Path, force: bool) -> None:
    """Compare the invented outlets of the example corpus.

    \b
    Example:
      framing demo --out demo/
    """
    from framing.catalog import example_corpus_folder
    from framing.comparison import compare as compare_scores
    from framing.corpus import read_corpus
    from framing.report import write_report
    from framing.scores import score as score_corpus

    _check_free(out, force)
    out.mkdir(parents=True, exist_ok=True)
    scores = score_corpus(read_corpus(example_corpus_folder()))
    comparison = compare_scores(scores)
    made = [
        write_report(comparison, out / f"report{suffix}", title="Five outlets, the same events")
        for suffix in (".html", ".md", ".json")
    ]
    made.append(write_report(comparison, out / "tables.csv"))
    made += _draw(comparison, scores, out)
    click.echo(_short_table(comparison))
    click.echo("\nWritten:")
    for path in made:
        click.echo(f"  {path}")


def _draw(comparison: Comparison, scores: Scores, folder: Path) -> list[Path]:
    import matplotlib

    # Without a screen: the figures go to files.
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    from framing import plots

    figures: dict[str, Any] = {
        "outlets": plots.outlets(comparison),
        "names": plots.names(comparison),
        "timeline": plots.timeline(comparison),
        "article": plots.article(scores),
    }
    made = []
    for name, ax in figures.items():
        path = folder / f"{name}.png"
        ax.figure.savefig(path, dpi=150, facecolor="white")
        plt.close(ax.figure)
        made.append(path)
    return made


def _short_table(comparison: Comparison) -> str:
    table = comparison.estimates
    rows = table.loc[(table["design"] == comparison.design) & table["measure"].isin(_FIGURES)]
    wide = rows.pivot(index="group", columns="measure", values="estimate")[list(_FIGURES)]
    wide = wide.sort_values("loaded_rate")
    wide.columns.name = wide.index.name = None
    text: str = wide.to_string(float_format=lambda x: f"{x:.2f}")
    return f"{text}\n(per 1,000 words; quoted_share from 0 to 1; design: {comparison.design})"


@main.group(cls=_Group)
def lexicon() -> None:
    """List, show and check lexicons.

    \b
    Example:
      framing lexicon list
    """


@lexicon.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lexicon_list(as_json: bool) -> None:
    """List the bundled lexicons.

    \b
    Example:
      framing lexicon list
    """
    from framing.lexicon import list_lexicons

    table = list_lexicons()
    if as_json:
        click.echo(table.to_json(orient="records"))
        return
    shown = table[["name", "version", "terms", "categories", "referents"]]
    click.echo(shown.to_string(index=False))


@lexicon.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lexicon_show(name: str, as_json: bool) -> None:
    """Show the terms of a lexicon: a bundled one by name, any other by its folder.

    \b
    Example:
      framing lexicon show conflict
    """
    from framing.lexicon import load_lexicon

    chosen = load_lexicon(Path(name) if Path(name).is_dir() else name)
    table = chosen.to_frame()
    if as_json:
        click.echo(table.to_json(orient="records", force_ascii=False))
        return
    click.echo(f"{chosen!r}\n{chosen.description}\nWeights: {chosen.weights}")
    for category in chosen.categories:
        kind = "loaded" if category.loaded else "not counted as loaded"
        click.echo(f"\n{category.name} ({kind}): {category.meaning}")
        for row in table.loc[table["category"] == category.name].itertuples():
            line = f"  {row.term}  [{row.weight:g}]"
            if isinstance(row.neutral, str):
                line += f"  plainly: {row.neutral}"
            click.echo(line)


@lexicon.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
def lexicon_check(folder: Path) -> None:
    """Check a lexicon's folder; the first fault is printed with file, line and mend.

    \b
    Example:
      framing lexicon check lexicons/conflict
    """
    from framing.lexicon import read_lexicon

    click.echo(f"{read_lexicon(folder)!r}: valid")


@main.group(cls=_Group)
def classifier() -> None:
    """Say what the bundled classifier is.

    \b
    Example:
      framing classifier card
    """


@classifier.command("card")
@click.argument("name", default="default")
def classifier_card(name: str) -> None:
    """Print a model's card: data, licence, figures, what it must not be used for.

    \b
    Example:
      framing classifier card
    """
    from framing.catalog import model_folder

    folder = Path(name) if Path(name).is_dir() else model_folder(name)
    click.echo((folder / "CARD.md").read_text("utf-8"), nl=False)


if __name__ == "__main__":
    main()
