"""Formats of lines and cells: CSV, LIWC, Lexicoder, WordStat."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from framing.errors import LexiconError
from framing.formats.entries import NOT_HELD, Entry, LineError, Parsed, pairs
from framing.lexicon import COLUMNS, JOINER, Lexicon, record_of, term_of

__all__ = [
    "CSV_HOLDS",
    "names_of",
    "read_cat",
    "read_csv",
    "read_dicx",
    "read_lc3",
    "read_liwc",
    "tree",
    "write_cat",
    "write_csv",
    "write_dicx",
    "write_lc3",
    "write_liwc",
]

CSV_HOLDS = frozenset("weight referent stance neutral exceptions near case note source".split())

NO_HEADER = "the first line must name columns, 'term' among them; found {found!r}"
CELLS = "{found} cells, must be {expected}; put a cell with the delimiter in it in double quotes"
REPEATED_COLUMN = "column {name!r} is named twice"
NO_PERCENT = "expected a line with '%' before the categories, found {found!r}"
NO_SECOND_PERCENT = "the categories are not closed by a line with '%'"
BAD_CATEGORY_LINE = "expected a number and a name of a category, found {found!r}"
REPEATED_NUMBER = "category number {number} is given twice"
UNKNOWN_NUMBER = "{word!r} names category {number!r}, which is not declared above"
NO_CATEGORY = "{word!r} names no category"
CONDITION = "line {line}: the condition {condition!r} of {word!r}"
NO_CATEGORY_YET = "{found!r} stands before the first category"
DEPTH = "indented by {found}, but the line before allows at most {most}"
BAD_MARK = "{value!r} of {word!r} is neither empty nor a mark such as X"
LOOKS_LIKE_WORD = "category {name!r} ends in a number in brackets, which marks a word there"
EMPTY_LEVEL = "category {name!r}: a level between slashes has no name"
INDENT = "line {line}: {found!r} looks like a category, but has no terms"

# Other names that such a column goes by.
_TERM_NAMES = ("term", "word", "entry", "pattern", "phrase", "token")
_STAR = ("*", "the format allows a star at the end of an entry only")


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise LineError(line, str(error)) from None
        if any(cell.strip() for cell in row):
            yield line, row


# ------------------------------------------------------------------------------------------- CSV


def read_csv(text: str) -> Parsed:
    """Read cells under the names of ``terms.csv``, separated by commas, semicolons or tabs."""
    first = text.lstrip("\n\r").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = _rows(text, delimiter)
    line, header = next(rows, (1, []))
    names = [name.strip().lower() for name in header]
    aliases = [n for n in _TERM_NAMES if n in names]
    if not aliases:
        raise LineError(line, NO_HEADER.format(found=first[:60]))
    names[names.index(aliases[0])] = "term"
    for name in names:
        if names.count(name) > 1:
            raise LineError(line, REPEATED_COLUMN.format(name=name))
    parsed = Parsed(
        losses=[f"column {name!r}" for name in names if name not in COLUMNS],
    )
    for line, row in rows:
        if len(row) != len(names):
            raise LineError(line, CELLS.format(found=len(row), expected=len(names)))
        record = {n: c.strip() for n, c in zip(names, row, strict=True) if n in COLUMNS}
        try:
            parsed.terms.append((line, term_of(record)))
        except LexiconError as error:
            raise LineError(line, str(error)) from None
    return parsed


def write_csv(lexicon: Lexicon) -> tuple[str, list[str]]:
    """Write the columns of ``terms.csv``; those that no term uses are left out."""
    rows = [record_of(term) for term in lexicon]
    used = [c for c in COLUMNS if c in ("term", "category") or any(row[c] for row in rows)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(used)
    for row in rows:
        writer.writerow("" if row[c] is None else row[c] for c in used)
    return out.getvalue(), []


# ------------------------------------------------------------------------------------------ LIWC

_NUMBER = re.compile(r"\S+")
_CONDITION = re.compile(r"\([^)]*\)\S*|<[^>]*>\S*")


def read_liwc(text: str) -> Parsed:
    """Read a ``.dic``: numbered categories between two ``%``, then words with their numbers."""
    parsed = Parsed()
    numbers: dict[str, str] = {}
    part = 0
    path: list[tuple[int, str]] = []
    for line, raw in enumerate(text.splitlines(), start=1):
        content = raw.strip()
        if not content:
            continue
        if content.startswith("%") and not content.strip("% \t"):
            part += 1
            continue
        if part == 0:
            raise LineError(line, NO_PERCENT.format(found=content[:60]))
        if part == 1:
            # the newer dictionaries nest categories by tabs before the number
            depth = len(raw) - len(raw.lstrip("\t "))
            found = re.fullmatch(r"(\S+)\s+(\S.*)", content)
            if found is None or not found[1].isdigit():
                raise LineError(line, BAD_CATEGORY_LINE.format(found=content[:60]))
            if found[1] in numbers:
                raise LineError(line, REPEATED_NUMBER.format(number=found[1]))
            while path and path[-1][0] >= depth:
                path.pop()
            path.append((depth, found[2].strip()))
            numbers[found[1]] = "/".join(name for _, name in path)
            parsed.declare(numbers[found[1]])
            continue
        word, at = _liwc_word(content, line)
        for condition in _CONDITION.findall(at):
            parsed.losses.append(CONDITION.format(line=line, condition=condition, word=word))
        chosen = _NUMBER.findall(_CONDITION.sub(" ", at))
        if not chosen:
            reason = "all its categories stand under a condition"
            parsed.losses.append(NOT_HELD.format(line=line, word=word, reason=reason))
        for number in chosen:
            if number not in numbers:
                raise LineError(line, UNKNOWN_NUMBER.format(word=word, number=number))
            parsed.entries.append(Entry(line, word, numbers[number]))
    if part < 2:
        raise LineError(
            len(text.splitlines()) or 1, NO_SECOND_PERCENT if part else NO_PERCENT.format(found="")
        )
    return parsed


def _liwc_word(content: str, line: int) -> tuple[str, str]:
    """Part a word from its numbers: by a tab, or, where people retyped it, by spaces."""
    word, tab, rest = content.partition("\t")
    if not tab:
        found = re.fullmatch(r"(.*?\S)((?:\s+[(<]?\d\S*)+)", content)
        if found is None:
            raise LineError(line, NO_CATEGORY.format(word=content[:60]))
        word, rest = found[1], found[2]
    if not rest.strip():
        raise LineError(line, NO_CATEGORY.format(word=word))
    return word.strip(), rest


def write_liwc(lexicon: Lexicon) -> tuple[str, list[str]]:
    """Write a ``.dic``."""
    losses: list[str] = []
    rows = [
        (word, categories)
        for _, word, categories in pairs(lexicon, losses)
        if _star_last(word, losses)
    ]
    names = names_of(lexicon)
    number = {name: str(i) for i, name in enumerate(names, start=1)}
    lines = ["%", *(f"{number[name]}\t{name}" for name in names), "%"]
    lines += ["\t".join([word, *(number[c] for c in categories)]) for word, categories in rows]
    return "\n".join(lines) + "\n", losses


def _star_last(word: str, losses: list[str]) -> bool:
    if "*" in word[:-1]:
        losses.append(f"{word!r} left out ({_STAR[1]})")
        return False
    return True


def names_of(lexicon: Lexicon) -> list[str]:
    """List the single categories that have terms, in order; joined ones stand for several."""
    declared = [n for c in lexicon.categories for n in c.name.split(JOINER)]
    used = {n for t in lexicon for n in t.category.split(JOINER)}
    return [n for n in dict.fromkeys(declared) if n in used]


def read_dicx(text: str) -> Parsed:
    """Read LIWC-22's table: a column of terms, then one a category with an X where it applies."""
    rows = _rows(text, ",")
    line, header = next(rows, (1, []))
    if not header or header[0].strip().lower() != "dicterm":
        raise LineError(line, NO_HEADER.format(found=",".join(header)[:60]))
    names = [name.strip() for name in header[1:]]
    parsed = Parsed()
    for name in names:
        if names.count(name) > 1 or not name:
            raise LineError(line, REPEATED_COLUMN.format(name=name))
        parsed.declare(name)
    for line, row in rows:
        if len(row) != len(header):
            raise LineError(line, CELLS.format(found=len(row), expected=len(header)))
        word, marks = row[0].strip(), [cell.strip() for cell in row[1:]]
        for name, mark in zip(names, marks, strict=True):
            if mark.lower() == "x":
                parsed.entries.append(Entry(line, word, name))
            elif mark:
                raise LineError(line, BAD_MARK.format(value=mark, word=word))
        if not any(marks):
            raise LineError(line, NO_CATEGORY.format(word=word))
    return parsed


def write_dicx(lexicon: Lexicon) -> tuple[str, list[str]]:
    """Write LIWC-22's table."""
    losses: list[str] = []
    names = names_of(lexicon)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["DicTerm", *names])
    for _, word, categories in pairs(lexicon, losses):
        if _star_last(word, losses):
            writer.writerow([word, *("X" if n in categories else "" for n in names)])
    return out.getvalue(), losses


# ------------------------------------------------------------------------------------- Lexicoder


def read_lc3(text: str) -> Parsed:
    """Read a ``.lc3``: a line with ``+category``, then its words, one a line."""
    parsed = Parsed()
    category: str | None = None
    for line, raw in enumerate(text.splitlines(), start=1):
        content = raw.strip().strip('"').strip()
        if not content:
            continue
        if content.startswith("+"):
            category = content[1:].strip()
            if not category:
                raise LineError(line, "a category has no name after its '+'")
            parsed.declare(category)
        elif category is None:
            raise LineError(line, NO_CATEGORY_YET.format(found=content[:60]))
        else:
            parsed.entries.append(Entry(line, content, category))
    return parsed


def write_lc3(lexicon: Lexicon) -> tuple[str, list[str]]:
    """Write a ``.lc3``."""
    losses: list[str] = []
    by_name: dict[str, list[str]] = {name: [] for name in names_of(lexicon)}
    for _, word, categories in pairs(lexicon, losses, refuse=[("+", "a plus begins a category")]):
        for name in categories:
            by_name[name].append(word)
    return "".join(f"+{n}\n" + "".join(f"{w}\n" for w in ws) for n, ws in by_name.items()), losses


# -------------------------------------------------------------------------------------- WordStat

_CAT_WORD = re.compile(r"(.*\S)\s*\(\s*\d+(?:[.,]\d+)?\s*\)")


def read_cat(text: str) -> Parsed:
    """Read a ``.cat``: categories nested by tabs; a line with a number in brackets is a word."""
    parsed = Parsed()
    path: list[str] = []
    filled: set[str] = set()
    heads: list[tuple[int, str]] = []
    for line, raw in enumerate(text.splitlines(), start=1):
        content = raw.strip()
        if not content:
            continue
        depth = len(raw) - len(raw.lstrip("\t"))
        word = _CAT_WORD.fullmatch(content)
        if depth > len(path):
            raise LineError(line, DEPTH.format(found=depth, most=len(path)))
        if word is None:
            path = [*path[:depth], content.strip('"')]
            heads.append((line, "/".join(path)))
            parsed.declare("/".join(path))
            continue
        if not depth:
            raise LineError(line, NO_CATEGORY_YET.format(found=content[:60]))
        path = path[:depth]
        filled.add("/".join(path))
        # an underscore joins the words of a phrase, and capitals mean nothing there
        phrase = word[1].replace("_", " ").lower()
        parsed.entries.append(Entry(line, phrase, "/".join(path)))
    for line, name in heads:
        if not any(f == name or f.startswith(f"{name}/") for f in filled):
            parsed.losses.append(INDENT.format(line=line, found=name))
    parsed.categories = {n: c for n, c in parsed.categories.items() if n in filled}
    return parsed


def write_cat(lexicon: Lexicon) -> tuple[str, list[str]]:
    """Write a ``.cat``."""
    losses: list[str] = []
    words: dict[str, list[str]] = {name: [] for name in names_of(lexicon)}
    for name in words:
        if _CAT_WORD.fullmatch(name.rpartition("/")[2]):
            raise LexiconError(LOOKS_LIKE_WORD.format(name=name))
    for _, word, categories in pairs(
        lexicon, losses, refuse=[("_", "an underscore joins words there")]
    ):
        for name in categories:
            words[name].append(word)
    lines: list[str] = []
    for path, inside in tree(words):
        lines.append("\t" * (len(path) - 1) + path[-1])
        lines += ["\t" * len(path) + w.upper().replace(" ", "_") + " (1)" for w in inside]
    return "\n".join(lines) + "\n", losses


def tree(words: dict[str, list[str]]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """List nested categories from the top down, each before what it holds."""
    for name in words:
        if not all(part.strip() for part in name.split("/")):
            raise LexiconError(EMPTY_LEVEL.format(name=name))
    children: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for name in words:
        parts = tuple(name.split("/"))
        for i in range(1, len(parts) + 1):
            siblings = children.setdefault(parts[: i - 1], [])
            if parts[:i] not in siblings:
                siblings.append(parts[:i])

    def walk(path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
        for child in children.get(path, ()):
            yield child, words.get("/".join(child), [])
            yield from walk(child)

    return walk(())
