"""What the build of the documentation adds to Sphinx: pages made from the code, and two checks.

Before anything is read, the pages of the lexicons, of the commands and of the JSON report are
written from what they describe. When all is built, every public name must be in the reference, and
no page may fetch anything from elsewhere; otherwise the build fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import click
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

import framing
from docs.make_lexicons import heading, literal, plain, table, write_pages
from framing.catalog import model_folder
from framing.cli import main as framing_command

DOCS = Path(__file__).resolve().parent
MADE = DOCS / "made"

NOT_DOCUMENTED = "public names that are not in docs/reference/index.rst: {names}"
NO_PART = "a model's card has no part called {title!r}; see CARDS in docs/build.py"
FETCHED = "{page} fetches {address}: the documentation must be whole without a network"

_ORDER = (
    "score_one_article",
    "state_broadcaster",
    "compare_outlets",
    "draw_figures",
    "term_over_time",
    "own_lexicon",
    "own_classifier",
    "house_style",
    "folder_to_table",
)


class ReadingOrder:
    """The order of the gallery: from one article to a paper's table."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, name: str) -> int:
        """Give an example's place; one that has none here is an error."""
        return _ORDER.index(Path(name).stem)


# ------------------------------------------------------------------------------ pages that are made


def commands_page() -> str:
    """Write the page of the command line from the commands' own help."""
    lines = [*heading("Every command", "="), "What ``--help`` says of each.", ""]
    for names, command in _commands(framing_command, ("framing",)):
        context = click.Context(command, info_name=" ".join(names))
        lines += heading(" ".join(names), "-")
        lines += ["::", ""]
        lines += [f"    {line}".rstrip() for line in command.get_help(context).splitlines()]
        lines.append("")
    return "\n".join(lines)


def _commands(
    group: click.Group, names: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield names, group
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*names, name))
        else:
            yield (*names, name), command


def schema_page() -> str:
    """Write the page of the JSON report from its schema."""
    schema = json.loads((Path(framing.__file__).parent / "report" / "schema.json").read_text())
    lines = [*heading("The JSON report, field by field", "="), plain(schema["description"]), ""]
    for name, part in (("report", schema), *schema["$defs"].items()):
        lines += [f".. _report-json-{name}:", "", *heading(name, "-")]
        if name != "report":
            lines += [plain(part["description"]), ""]
        rows = [
            (literal(key), _type(value), _said(value, schema))
            for key, value in part.get("properties", {}).items()
        ]
        if rows:
            lines += table(("field", "type", "what it is"), rows, "20 22 58")
    return "\n".join(lines)


def _type(part: dict[str, Any]) -> str:
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        return f":ref:`{name} <report-json-{name}>`"
    if "const" in part:
        return literal(json.dumps(part["const"]))
    if "enum" in part:
        return " or ".join(literal(json.dumps(x)) for x in part["enum"])
    if "anyOf" in part:
        return " or ".join(map(_type, part["anyOf"]))
    if part.get("type") == "array":
        return f"list of {_type(part['items'])}" if "items" in part else "list"
    kinds = part.get("type", "any")
    return " or ".join([kinds] if isinstance(kinds, str) else kinds)


def _said(part: dict[str, Any], schema: dict[str, Any]) -> str:
    if "description" in part:
        return plain(part["description"])
    name = part["$ref"].rpartition("/")[2]
    return plain(schema["$defs"][name]["description"])


CARDS = {
    "voice": ("Figures", "Limits"),
    "quotes": ("Figures", "Limits"),
    "default": ("Figures", "Figures on whole articles", "Base rate", "Limits"),
}
"""The parts of each model's card that the page on validation shows."""


def card_part(card: str, title: str) -> str:
    """Write one part of a model's card, which is Markdown of a simple kind, as a page's part."""
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", card, re.DOTALL | re.MULTILINE)
    if match is None:
        raise ExtensionError(NO_PART.format(title=title))
    lines: list[str] = []
    for block in match[1].strip().split("\n\n"):
        rows = block.splitlines()
        if block.startswith("|"):
            head, _, *body = ([plain(c) for c in row.strip("|").split("|")] for row in rows)
            lines += table(head, body)
        else:
            for row in rows:
                lines.append(f"- {plain(row[2:])}" if row.startswith("- ") else plain(row))
            lines.append("")
    return "\n".join(lines) + "\n"


def make_pages(app: Sphinx) -> None:
    """Write the pages that are made from the code; those that are unchanged are left alone."""
    write_pages()
    MADE.mkdir(exist_ok=True)
    pages = {"commands.rst": commands_page(), "report_json.rst": schema_page()}
    for name, titles in CARDS.items():
        card = (model_folder(name) / "CARD.md").read_text("utf-8")
        for title in titles:
            slug = title.lower().replace(" ", "_")
            pages[f"{name}_{slug}.inc"] = card_part(card, title)
    for name, text in pages.items():
        path = MADE / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def skip_others(
    app: Sphinx, what: str, name: str, obj: object, skip: bool, options: object
) -> bool | None:
    """Leave out what a class has from scikit-learn: it is described there."""
    return True if str(getattr(obj, "__module__", "")).startswith("sklearn") else None


# ------------------------------------------------------------------------------------------- checks


def check_names(app: Sphinx, error: Exception | None) -> None:
    """Fail where a public name is missing from the reference."""
    if error is not None or app.builder.format != "html":
        return
    known = {name for name, *_ in app.env.domains.python_domain.get_objects()}
    public = {f"framing.{name}" for name in framing.__all__ if not name.startswith("__")}
    missing = sorted(public - known)
    if missing:
        raise ExtensionError(NOT_DOCUMENTED.format(names=", ".join(missing)))


class _Fetches(HTMLParser):
    """Addresses that a page would load by itself; links that a reader follows are none."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        loaded = [values.get(key) for key in ("src", "srcset", "data", "poster")]
        if tag == "link" and values.get("rel") in ("stylesheet", "preload", "icon", "preconnect"):
            loaded.append(values.get("href"))
        self.found += [x for x in loaded if x and re.match(r"(https?:)?//", x)]


def check_addresses(app: Sphinx, error: Exception | None) -> None:
    """Fail where a page would fetch something from another host."""
    if error is not None or app.builder.format != "html":
        return
    for page in sorted(Path(app.outdir).rglob("*.html")):
        parser = _Fetches()
        parser.feed(page.read_text("utf-8"))
        for address in parser.found:
            raise ExtensionError(FETCHED.format(page=page.name, address=address))


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the build."""
    app.connect("builder-inited", make_pages, priority=100)
    app.connect("autodoc-skip-member", skip_others)
    app.connect("build-finished", check_names)
    app.connect("build-finished", check_addresses)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
