"""Word lists with a score, separated by tabs: NRC, AFINN, VADER."""

from __future__ import annotations

import math
from collections.abc import Iterator

from framing.errors import LexiconError
from framing.formats.entries import Entry, LineError, Parsed, pairs
from framing.lexicon import Lexicon, Term

__all__ = [
    "SIGNS",
    "read_afinn",
    "read_nrc",
    "read_vader",
    "write_afinn",
    "write_nrc",
    "write_vader",
]

SIGNS = ("positive", "negative")
"""The categories that the sign of a score becomes."""

COLUMNS_ARE = "expected {expected} columns separated by tabs, found {found}: {start!r}"
NO_NUMBER = "{value!r} of {word!r} is not a number"
OUT_OF_RANGE = "{value!r} of {word!r} must be from {low:g} to {high:g}"
NO_SCORE = "{count} words with a score of 0, which says nothing"
NOT_SIGNED = (
    "the format holds signed scores, so the categories must be positive and negative; found {found}"
)
ROUNDED = "weights of {count} terms, rounded to a {step} of the scale"
NO_TERMS = "the format can hold none of the terms"

_AFINN_TOP, _VADER_TOP = 5, 4
# VADER's further columns are kept in the note: how far its raters were apart, what each said.
_RATERS = "sd="


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    for line, raw in enumerate(text.splitlines(), start=1):
        if raw.strip():
            yield line, [cell.strip() for cell in raw.split("\t")]


def _score(value: str, word: str, line: int, low: float, high: float) -> float:
    try:
        number = float(value)
    except ValueError:
        raise LineError(line, NO_NUMBER.format(value=value, word=word)) from None
    if not math.isfinite(number) or not low <= number <= high:
        raise LineError(line, OUT_OF_RANGE.format(value=value, word=word, low=low, high=high))
    return number


def _expect(cells: list[str], line: int, *expected: int) -> None:
    if len(cells) not in expected:
        wanted = " or ".join(map(str, expected))
        start = " ".join(cells)[:60]
        message = COLUMNS_ARE.format(expected=wanted, found=len(cells), start=start)
        raise LineError(line, message)


# ------------------------------------------------------------------------------------------- NRC


def read_nrc(text: str) -> Parsed:
    """Read the lists of emotions: word, category, and 0 or 1 or a strength up to 1.

    The list of intensities puts the score before the category in older versions; both are read,
    with or without a line of column names. Where both could be a score, the last one is: that is
    the order of the lists of today, and a category may be named "2020".
    """
    parsed = Parsed()
    zeros = 0
    for number, (line, cells) in enumerate(_cells(text)):
        _expect(cells, line, 3)
        word, second, third = cells
        if not number and not _is_number(second) and not _is_number(third):
            continue  # the names of the columns
        category, value = (second, third) if _is_number(third) else (third, second)
        score = _score(value, word, line, 0, 1)
        parsed.declare(category)
        if not score:
            zeros += 1
            continue
        parsed.entries.append(Entry(line, word, category, score))
    if zeros:
        parsed.losses.append(NO_SCORE.format(count=zeros))
    filled = {e.category for e in parsed.entries}
    parsed.categories = {n: c for n, c in parsed.categories.items() if n in filled}
    return parsed


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def write_nrc(lexicon: Lexicon) -> tuple[str, list[str]]:
    """Write word, category and strength, a line each."""
    losses: list[str] = []
    lines = [
        f"{word}\t{name}\t{term.weight:.12g}"
        for term, word, categories in pairs(lexicon, losses)
        for name in categories
    ]
    return "\n".join(lines) + "\n", losses


# --------------------------------------------------------------------------- AFINN and VADER


def _signed(
    parsed: Parsed, line: int, word: str, score: float, top: int, note: str | None = None
) -> int:
    """Add a word by its signed score; count it where the score is 0."""
    if not score:
        return 1
    category = SIGNS[score < 0]
    parsed.declare(category)
    parsed.entries.append(Entry(line, word, category, abs(score) / top, note))
    return 0


def read_afinn(text: str) -> Parsed:
    """Read words with a whole number from -5 to 5."""
    parsed, zeros = Parsed(), 0
    for line, cells in _cells(text):
        _expect(cells, line, 2)
        score = _score(cells[1], cells[0], line, -_AFINN_TOP, _AFINN_TOP)
        zeros += _signed(parsed, line, cells[0], score, _AFINN_TOP)
    if zeros:
        parsed.losses.append(NO_SCORE.format(count=zeros))
    return parsed


def write_afinn(lexicon: Lexicon) -> tuple[str, list[str]]:
    """Write words with a whole number from -5 to 5."""
    losses: list[str] = []
    lines, rounded = [], 0
    for term, word, sign in _signs(lexicon, losses):
        exact = term.weight * _AFINN_TOP
        steps = max(1, round(exact))
        rounded += not math.isclose(steps, exact)
        lines.append(f"{word}\t{sign * steps}")
    if rounded:
        losses.append(ROUNDED.format(count=rounded, step="fifth"))
    return "\n".join(lines) + "\n", losses


def read_vader(text: str) -> Parsed:
    """Read words with a mean from -4 to 4, and keep what is said of the raters in the note."""
    parsed, zeros = Parsed(), 0
    for line, cells in _cells(text):
        _expect(cells, line, 2, 3, 4)
        word, mean, *raters = cells
        score = _score(mean, word, line, -_VADER_TOP, _VADER_TOP)
        note = _RATERS + " ratings=".join(raters) if raters else None
        zeros += _signed(parsed, line, word, score, _VADER_TOP, note)
    if zeros:
        parsed.losses.append(NO_SCORE.format(count=zeros))
    return parsed


def write_vader(lexicon: Lexicon) -> tuple[str, list[str]]:
    """Write words with a mean from -4 to 4, and what the note says of the raters."""
    losses: list[str] = []
    lines, other = [], 0
    for term, word, sign in _signs(lexicon, losses):
        cells = [word, f"{sign * term.weight * _VADER_TOP:.12g}"]
        note = term.note or ""
        if note.startswith(_RATERS) and "\t" not in note and "\n" not in note:
            cells += note.removeprefix(_RATERS).split(" ratings=", 1)
        elif note:
            other += 1
        lines.append("\t".join(cells))
    if other:
        losses.append(f"note of {other} terms")
    return "\n".join(lines) + "\n", losses


def _signs(lexicon: Lexicon, losses: list[str]) -> Iterator[tuple[Term, str, int]]:
    """List spellings with the sign of their category."""
    found = {t.category for t in lexicon}
    if not found <= set(SIGNS):
        others = sorted(found - set(SIGNS))
        raise LexiconError(NOT_SIGNED.format(found=", ".join(others)))
    for term, word, _ in pairs(lexicon, losses):
        yield term, word, -1 if term.category == SIGNS[1] else 1
