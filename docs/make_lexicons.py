"""Pages of the lexicons and style packs, made from their files.

``python -m docs.make_lexicons`` writes them to ``docs/lexicons/``. They are not kept in version
control: they say what the files say, at ten times the length, and a copy would fall behind. The
documentation's build calls `write_pages` before it reads its sources.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from framing import Lexicon, Pack, Term, list_packs, load_lexicon, load_pack
from framing.catalog import lexicon_names

FOLDER = Path(__file__).resolve().parent / "lexicons"
# What reStructuredText reads as markup.
_MARKUP = re.compile(r"([\\*`|_<>\[\]])")


def plain(text: str) -> str:
    """Escape text, so that nothing in it is markup."""
    escaped = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    # a line that begins like a list, a quotation's source or a directive
    return re.sub(r"^([-+#.:•–—]|\w{1,5}[.)])(?=\s|$)", r"\\\1", escaped)


def literal(pattern: str) -> str:
    """Show a pattern as it is written."""
    return f"``{pattern}``"


def heading(text: str, line: str) -> list[str]:
    """Write a heading."""
    return [text, line * max(4, len(text)), ""]


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], widths: str = "") -> list[str]:
    """Write a table whose cells are reStructuredText."""
    lines = [".. list-table::", "   :header-rows: 1"]
    if widths:
        lines.append(f"   :widths: {widths}")
    lines.append("")
    for row in [columns, *rows]:
        for place, cell in enumerate(row):
            lines.append(f"   {'* -' if not place else '  -'} {cell}".rstrip())
    return [*lines, ""]


def lexicon_page(lexicon: Lexicon) -> str:
    """Write a lexicon's page: card, categories, rival names, terms, sources."""
    lines = [*heading(lexicon.name, "="), plain(lexicon.description), ""]
    lines += table(
        ("version", "language", "licence", "terms", "categories"),
        [
            (
                plain(lexicon.version),
                plain(lexicon.language),
                plain(lexicon.licence),
                f"{len(lexicon):,}",
                str(len(lexicon.categories)),
            )
        ],
    )
    lines += [f"**Weights.** {plain(lexicon.weights)}", ""]
    lines += heading("Categories", "-")
    lines += table(
        ("category", "terms", "counts as loaded", "meaning"),
        [
            (
                plain(c.name),
                str(sum(t.category == c.name for t in lexicon)),
                "yes" if c.loaded else "no",
                plain(c.meaning),
            )
            for c in lexicon.categories
        ],
    )
    referents = list(dict.fromkeys(t.referent for t in lexicon if t.referent))
    if referents:
        lines += heading("Rival names", "-")
        lines += [
            "What the same thing is called, with what each name grants or who tends to use it.",
            "",
        ]
        for referent in referents:
            names = [t for t in lexicon if t.referent == referent]
            lines += [f"**{plain(referent)}**", ""]
            lines += [f"* {literal(t.pattern)}{_stance(t)}" for t in names]
            lines.append("")
    lines += heading("Terms", "-")
    lines += [
        "A bar stands between alternatives, a star for any ending; *not in* are senses that are "
        "not meant, *near* words of which one must stand beside the term.",
        "",
    ]
    for category in lexicon.categories:
        rows = [_term_row(t) for t in lexicon if t.category == category.name]
        if rows:
            lines += heading(plain(category.name), "^")
            lines += table(("term", "weight", "plainly", "note", "source"), rows, "30 8 20 32 10")
    lines += heading("Sources", "-")
    lines += _sources(lexicon.sources)
    return "\n".join(lines)


def _stance(term: Term) -> str:
    return f": {plain(term.stance)}" if term.stance else ""


def _term_row(term: Term) -> tuple[str, ...]:
    note = [plain(term.note)] if term.note else []
    if term.case_sensitive:
        note.append("Only as capitals are written here.")
    if term.exceptions:
        note.append("*not in* " + ", ".join(map(literal, term.exceptions)))
    if term.near:
        note.append("*near* " + ", ".join(map(literal, term.near)))
    return (
        literal(term.pattern),
        f"{term.weight:g}",
        plain(term.neutral or ""),
        "; ".join(note),
        plain(term.source or ""),
    )


def _sources(sources: Mapping[str, str]) -> Iterator[str]:
    for key, citation in sources.items():
        yield f"{plain(key)}"
        yield f"    {plain(citation)}"
    yield ""


def pack_page(pack: Pack) -> str:
    """Write a style pack's page: what each rule is about, in which voice, and whose it is."""
    lines = [*heading(f"Style pack: {pack.name}", "="), plain(pack.description), ""]
    lines += [f"Version {plain(pack.version)}, {plain(pack.licence)}, {len(pack.rules)} rules.", ""]
    for rule in pack.rules:
        lines += heading(plain(rule.name), "-")
        lines += [", ".join(literal(t.pattern) for t in rule.terms), ""]
        lines += [f"Holds in the voice: {', '.join(rule.voices)}.", ""]
        lines += [f"Instead: {plain(rule.instead)}.", ""]
        lines += [f"Because: {plain(rule.reason)} ({plain(rule.source)}).", ""]
    lines += heading("Guides", "-")
    for key, citation in pack.sources.items():
        lines += [plain(key), f"    {plain(citation)}", ""]
        if key in pack.checked:
            lines += [f"    *Checked:* {plain(pack.checked[key])}", ""]
    return "\n".join(lines)


def index_page(lexicons: Sequence[Lexicon], packs: Sequence[Pack]) -> str:
    """Write the page that leads to the others."""
    total = sum(map(len, lexicons))
    lines = [*heading("Lexicons", "="), f"{total:,} terms in {len(lexicons)} lexicons.", ""]
    lines += table(
        ("lexicon", "terms", "referents", "what it is for"),
        [
            (
                f":doc:`{x.name}`",
                f"{len(x):,}",
                str(len({t.referent for t in x if t.referent})),
                plain(x.description),
            )
            for x in lexicons
        ],
        "18 8 10 64",
    )
    lines += heading("Style packs", "-")
    lines += table(
        ("pack", "rules", "what it is for"),
        [(f":doc:`pack-{p.name}`", str(len(p.rules)), plain(p.description)) for p in packs],
        "18 8 74",
    )
    lines += [".. toctree::", "   :hidden:", ""]
    lines += [f"   {x.name}" for x in lexicons] + [f"   pack-{p.name}" for p in packs]
    return "\n".join(lines) + "\n"


def write_pages(folder: Path = FOLDER) -> list[Path]:
    """Write all pages; those that are unchanged are left alone, so that a build can skip them."""
    lexicons = [load_lexicon(name) for name in lexicon_names()]
    packs = [load_pack(name) for name in list_packs()]
    pages = {"index": index_page(lexicons, packs)}
    pages |= {x.name: lexicon_page(x) for x in lexicons}
    pages |= {f"pack-{p.name}": pack_page(p) for p in packs}
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages.items():
        path = folder / f"{name}.rst"
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
        written.append(path)
    for stale in set(folder.glob("*.rst")) - set(written):
        stale.unlink()
    return written


def main() -> None:
    """Write the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of the pages")
    for path in write_pages(parser.parse_args().out):
        print(path)


if __name__ == "__main__":
    main()
