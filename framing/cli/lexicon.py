"""The commands of ``framing lexicon``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.cli.shared import Group, check_free

if TYPE_CHECKING:
    from framing.lexicon import Lexicon

__all__ = ["lexicon"]

NOTHING_FOUND = "no term holds {word!r}"

_lexicon_option = click.option(
    "--lexicon",
    "lexicons",
    multiple=True,
    metavar="NAME|FOLDER",
    help="Only this lexicon, not all bundled ones. May be repeated.",
)


@click.group(cls=Group)
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
    chosen = _load(name)
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
            if isinstance(row.near, str):
                line += f"  near: {row.near}"
            click.echo(line)


@lexicon.command("check")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--corpus", type=click.Path(path_type=Path), help="Articles to look the terms up in.")
@click.option("--strict", is_flag=True, help="End with status 1 on warnings too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lexicon_check(path: Path, corpus: Path | None, strict: bool, as_json: bool) -> None:
    """Check a lexicon's folder, or a folder of lexicons: every fault with file, line and mend.

    Status 1 if there is an error. Overlaps are told with the bundled lexicons and the others of
    the folder.

    \b
    Example:
      framing lexicon check lexicons/conflict --corpus articles.csv
    """
    from framing.catalog import lexicon_folder, lexicon_names
    from framing.corpus import read_corpus
    from framing.errors import LexiconError
    from framing.lexicon import CARD_FILE, read_folder
    from framing.lexicon_check import LEVELS, check_lexicon

    folders = [p.parent for p in sorted(path.glob(f"*/{CARD_FILE}"))] or [path]
    texts = None
    if corpus is not None:
        texts = [t for t in read_corpus(corpus)["text"] if isinstance(t, str)]
    beside: list[Lexicon] = []
    checked = 0
    for other in [*folders, *map(lexicon_folder, lexicon_names())]:
        try:
            one = read_folder(other)
        except LexiconError:  # told below, with all that is wrong there
            continue
        if one.name not in {x.name for x in beside}:
            beside.append(one)
            checked += other in folders
    findings = [f for folder in folders for f in check_lexicon(folder, others=beside, texts=texts)]
    if as_json:
        click.echo(json.dumps([asdict(f) for f in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(str(finding))
        counts = ", ".join(
            f"{n} {level}{'s' if n != 1 else ''}"
            for level in LEVELS
            for n in [sum(f.level == level for f in findings)]
        )
        for one in beside[:checked]:
            click.echo(f"{one!r}: valid")
        click.echo(counts)
    failing = LEVELS[:2] if strict else LEVELS[:1]
    if any(f.level in failing for f in findings):
        raise click.exceptions.Exit(1)


@lexicon.command("search")
@click.argument("word")
@_lexicon_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lexicon_search(word: str, lexicons: tuple[str, ...], as_json: bool) -> None:
    """Find the terms that a word or phrase would touch; status 1 if there is none.

    \b
    Example:
      framing lexicon search strike
    """
    from framing.lexicon_query import search_terms

    table = search_terms(word, lexicons=_resolve(lexicons))
    if as_json:
        click.echo(table.to_json(orient="records", force_ascii=False))
    for row in () if as_json else table.itertuples():
        line = f"{row.lexicon}/{row.category}: {row.term}  [{row.weight:g}]"
        for key in ("referent", "stance", "neutral", "note"):
            value = getattr(row, key)
            if isinstance(value, str):
                line += f"\n    {key}: {value}"
        click.echo(line)
    if not len(table):
        if not as_json:
            click.echo(NOTHING_FOUND.format(word=word), err=True)
        raise click.exceptions.Exit(1)


@lexicon.command("coverage")
@click.argument("corpus", type=click.Path(path_type=Path))
@_lexicon_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lexicon_coverage(corpus: Path, lexicons: tuple[str, ...], as_json: bool) -> None:
    """Say how much of a corpus each lexicon reaches, in any voice.

    \b
    Example:
      framing lexicon coverage articles.csv --lexicon conflict
    """
    from framing.corpus import read_corpus
    from framing.coverage import measure_reach

    texts = [t for t in read_corpus(corpus)["text"] if isinstance(t, str)]
    table = measure_reach(texts, lexicons=_resolve(lexicons))
    if as_json:
        click.echo(table.to_json(orient="records", force_ascii=False))
        return
    shown = table.rename(columns={"rate": "per 1,000 words", "article_share": "articles"})
    formats = {"per 1,000 words": "{:.2f}".format, "articles": "{:.0%}".format}
    click.echo(shown.to_string(index=False, formatters=formats))


@lexicon.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lexicon_diff(old: str, new: str, as_json: bool) -> None:
    """Say how two lexicons differ; status 1 if they do. A name is a bundled one, a path a folder.

    \b
    Example:
      framing lexicon diff conflict my-lexicons/conflict
    """
    from framing.lexicon_query import diff_lexicons

    table = diff_lexicons(_load(old), new=_load(new))
    if as_json:
        click.echo(table.to_json(orient="records", force_ascii=False))
    else:
        signs = {"added": "+", "removed": "-", "changed": "~"}
        for change, what, field, before, after in table.itertuples(index=False, name=None):
            detail = f" {field}: {before!r} -> {after!r}" if field else ""
            click.echo(f"{signs[change]} {what}{detail}")
        counts = table["change"].value_counts()
        click.echo(", ".join(f"{counts.get(kind, 0)} {kind}" for kind in signs))
    if len(table):
        raise click.exceptions.Exit(1)


@lexicon.command("new")
@click.argument("name")
@click.option(
    "--out", type=click.Path(path_type=Path), help="The folder to make; NAME here by default."
)
def lexicon_new(name: str, out: Path | None) -> None:
    """Make a folder to start a lexicon from: a card to fill in, and two rows as examples.

    \b
    Example:
      framing lexicon new my-terms
    """
    from framing.lexicon import starter, write_folder

    made = starter(name)
    folder = Path(name) if out is None else out
    check_free(folder, force=False)
    click.echo(
        f"{write_folder(made, folder, sealed=False)}: fill in lexicon.toml and terms.csv, then run"
    )
    click.echo(f"  framing lexicon check {folder}")


@lexicon.command("seal")
@click.argument("path", type=click.Path(path_type=Path))
def lexicon_seal(path: Path) -> None:
    """Write the hash of a lexicon's contents into its card, for a folder or a folder of lexicons.

    A sealed lexicon whose files were changed is refused when it is read. Seal it again to accept
    a change.

    \b
    Example:
      framing lexicon seal my-lexicons
    """
    from framing.lexicon import CARD_FILE, seal_folder

    folders = [p.parent for p in sorted(path.glob(f"*/{CARD_FILE}"))] or [path]
    for folder in folders:
        click.echo(seal_folder(folder))


@lexicon.command("convert")
@click.argument("source")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--from", "read_as", help="The format of SOURCE, where its name does not tell it.")
@click.option("--to", "write_as", help="The format of TARGET, where its name does not tell it.")
@click.option("--name", help="The lexicon's name; by default the file's.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of SOURCE.")
@click.option("--force", is_flag=True, help="Write over what is there.")
def lexicon_convert(
    source: str,
    target: Path,
    read_as: str | None,
    write_as: str | None,
    name: str | None,
    encoding: str,
    force: bool,
) -> None:
    """Read a lexicon in one format and write it in another; what is lost is told.

    A name is a bundled lexicon; a path without a suffix is a folder of ours. Other formats: csv,
    liwc (.dic), liwc-22 (.dicx), quanteda (.yml), lexicoder (.lc3), yoshikoder (.ykd), wordstat
    (.cat), and nrc, afinn, vader, which have no suffix of their own.

    \b
    Example:
      framing lexicon convert harm.dic harm/
    """
    import warnings

    from framing.errors import FramingWarning
    from framing.formats import read_lexicon, write_lexicon

    check_free(target, force)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", FramingWarning)
        if read_as is None and not Path(source).exists():
            chosen = _load(source)
        else:
            chosen = read_lexicon(source, format=read_as, name=name, encoding=encoding)
        path = write_lexicon(chosen, target, format=write_as)
    for warning in told:
        click.echo(f"Warning: {warning.message}", err=True)
    click.echo(f"{chosen!r}: {path}")


def _load(name: str) -> Lexicon:
    from framing.formats import read_lexicon
    from framing.lexicon import load_lexicon

    return read_lexicon(name) if Path(name).exists() else load_lexicon(name)


def _resolve(names: tuple[str, ...]) -> tuple[Lexicon, ...]:
    from framing.lexicon import resolve_lexicons

    return resolve_lexicons([_load(n) for n in names] if names else None)
