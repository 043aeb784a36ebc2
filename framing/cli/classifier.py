"""The commands of ``framing classifier``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.cli.shared import Group, check_free
from framing.errors import ModelError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["classifier"]

NO_COLUMN = "{path} has no column {name!r}; it has: {found}. Name yours with --{option}"
BAD_LABEL = "{path}, row {row}: the label must be 0 or 1, found {value!r}"
EMPTY = "{path} holds no sentence"
ONE_OF_TWO = "--vectors and --encoder cannot both be given: an encoder takes the place of vectors"


@click.group(cls=Group)
def classifier() -> None:
    """Train a classifier of loaded words on one's own sentences, measure it, show its card.

    \b
    Example:
      framing classifier train sentences.csv --group url --out mine/
      framing score articles.csv --classifier mine/
    """


def _sentence_options(command: Any) -> Any:
    for option in reversed(
        (
            click.argument("file", type=click.Path(path_type=Path)),
            click.option("--text", default="text", show_default=True, help="Column of sentences."),
            click.option("--label", default="loaded", show_default=True, help="Column of 0 and 1."),
            click.option("--group", help="Column of articles, outlets or topics, kept together."),
        )
    ):
        command = option(command)
    return command


def _read(path: Path, columns: dict[str, str | None]) -> pd.DataFrame:
    """Read a CSV of labelled sentences; `columns` maps options to the columns that they name."""
    import pandas as pd

    try:
        frame = pd.read_csv(path, keep_default_na=False, dtype=str)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} is not a CSV file in UTF-8: {error}") from None
    for option, name in columns.items():
        if name is not None and name not in frame.columns:
            found = ", ".join(map(repr, frame.columns))
            message = NO_COLUMN.format(path=path, name=name, found=found, option=option)
            raise ModelError(message)
    if not len(frame):
        raise ModelError(EMPTY.format(path=path))
    return frame


def _labels(path: Path, column: pd.Series[Any]) -> list[int]:
    for row, value in enumerate(column, start=2):
        if value.strip() not in ("0", "1"):
            raise ModelError(BAD_LABEL.format(path=path, row=row, value=value))
    return [int(value) for value in column]


@classifier.command("train")
@_sentence_options
@click.option("--words", help="Column of marked words, divided by semicolons.")
@click.option("--vectors", help="Folder of word vectors; the bundled ones by default.")
@click.option("--encoder", help="Folder of a sentence encoder to use instead of word vectors.")
@click.option("--name", default="own", show_default=True, help="What the model is called.")
@click.option("--folds", default=5, show_default=True, help="Of the cross-validation shown.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--force", is_flag=True, help="Write over what is there.")
def classifier_train(
    file: Path,
    text: str,
    label: str,
    group: str | None,
    words: str | None,
    vectors: str | None,
    encoder: str | None,
    name: str,
    folds: int,
    out: Path,
    force: bool,
) -> None:
    """Train on a CSV of labelled sentences; cross-validate, and save the model to a folder.

    \b
    Example:
      framing classifier train sentences.csv --words marked --group url --out mine/
    """
    import warnings
    from dataclasses import replace

    from framing.classifier import LoadedWordingClassifier, WordClassifier, save_classifier
    from framing.encoder import EncoderClassifier
    from framing.errors import FramingWarning
    from framing.validation import cross_validate_by

    check_free(out, force)
    columns = {"text": text, "label": label, "group": group, "words": words}
    frame = _read(file, columns)
    y = _labels(file, frame[label])
    groups = list(frame[group]) if group else list(range(len(frame)))
    marked = (
        [[w.strip() for w in t.split(";") if w.strip()] for t in frame[words]] if words else None
    )
    model: WordClassifier
    if encoder is None:
        model = LoadedWordingClassifier(name=name, vectors=Path(vectors) if vectors else "vectors")
    elif vectors is None:
        model = EncoderClassifier(encoder, name=name)
    else:
        raise click.UsageError(ONE_OF_TWO)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", FramingWarning)
        table = cross_validate_by(groups, model, list(frame[text]), y, words=marked, folds=folds)
        model.fit(list(frame[text]), y, words=marked, groups=groups)
    for message in dict.fromkeys(str(warning.message) for warning in told):
        click.echo(f"Warning: {message}", err=True)
    what = f"whole groups of {group!r}" if group else "single sentences (no --group given)"
    click.echo(f"Cross-validation, {what} left out:")
    click.echo(table.to_string(index=False, float_format=lambda x: f"{x:.3f}"))
    whole = table.iloc[-1]
    figures = {
        "measured by": f"{len(table) - 1}-fold cross-validation, {what} left out",
        **{name: f"{whole[name]:.3f}" for name in ("loaded", "auc", "macro_f1", "ece")},
    }
    model.model_ = replace(model.model_, card={**model.model_.card, "figures": figures})
    click.echo(f"model: {save_classifier(model, out)}")


@classifier.command("evaluate")
@_sentence_options
@click.option("--model", default="default", show_default=True, help="Bundled name, or folder.")
@click.option("--encoder", help="Folder of the sentence encoder that the model was trained with.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def classifier_evaluate(
    file: Path,
    text: str,
    label: str,
    group: str | None,
    model: str,
    encoder: str | None,
    as_json: bool,
) -> None:
    """Measure a trained model on a CSV of labelled sentences, in all and by group.

    \b
    Example:
      framing classifier evaluate sentences.csv --group outlet
    """
    import pandas as pd

    from framing.classifier import WordClassifier, load_classifier
    from framing.encoder import load_encoder_classifier
    from framing.validation import sentence_quality

    frame = _read(file, {"text": text, "label": label, "group": group})
    y = pd.Series(_labels(file, frame[label]))
    chosen: WordClassifier
    if encoder is None:
        chosen = load_classifier(Path(model) if Path(model).is_dir() else model)
    else:
        chosen = load_encoder_classifier(model, encoder=encoder)
    p = pd.Series(chosen.predict_proba(list(frame[text]))[:, 1])
    parts = [("all", frame.index)]
    if group:
        parts += [(str(name), rows.index) for name, rows in frame.groupby(group)]
    table = pd.DataFrame(
        [
            {
                "group": name,
                "sentences": len(at),
                "loaded": y[at].mean(),
                **sentence_quality(p[at], y[at]),
            }
            for name, at in parts
        ]
    )
    if as_json:
        click.echo(table.to_json(orient="records", force_ascii=False))
        return
    click.echo(table.to_string(index=False, float_format=lambda x: f"{x:.3f}"))


@classifier.command("vectors")
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
@click.option("--words", default=40_000, show_default=True, help="Words that get a vector.")
@click.option("--dimensions", default=224, show_default=True, help="Numbers in a vector.")
@click.option("--name", default="own", show_default=True, help="What the vectors are called.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--force", is_flag=True, help="Write over what is there.")
def classifier_vectors(
    files: tuple[str, ...], words: int, dimensions: int, name: str, out: Path, force: bool
) -> None:
    """Learn word vectors from one's own articles.

    \b
    Example:
      framing classifier vectors newspapers.csv --out vectors/
    """
    from framing.cli.shared import read_files
    from framing.vectors import save_vectors, train_vectors

    check_free(out, force)
    corpus = read_files(files, (), "utf-8", False)
    vectors = train_vectors(corpus, words=words, dimensions=dimensions, name=name)
    save_vectors(vectors, out)
    click.echo(f"{vectors!r}: {out}")


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
