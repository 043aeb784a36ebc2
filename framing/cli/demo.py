"""The command ``framing demo``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.cli.shared import check_free

if TYPE_CHECKING:
    from framing.comparison import Comparison
    from framing.scores import Scores

__all__ = ["demo"]

_FIGURES = ("loaded_rate", "term_rate", "scare_rate", "quoted_share")


@click.command()
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

    check_free(out, force)
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
