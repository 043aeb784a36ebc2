"""What is between a file and a lexicon: words, their categories, and what was lost on the way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from framing.errors import LexiconError
from framing.lexicon import JOINER, Category, Lexicon, Term, spellings
from framing.patterns import parse_pattern

__all__ = ["Entry", "LineError", "Parsed", "assemble", "failed", "lossy_fields", "pairs"]

NOTHING = "no term could be read"
NOT_HELD = "line {line}: {word!r} left out ({reason})"
WEIGHTS_DIFFER = "line {line}: {word!r} has another weight than before; the first is kept"
BAD_CATEGORY_NAME = (
    "category {name!r} cannot be written: it holds a control character, or a space at its ends"
)
UNWRITABLE = "{word!r} left out ({reason})"

_NAME = re.compile(r"[^a-z0-9]+")


class LineError(LexiconError):
    """A file is not of its format, from this line on."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")


@dataclass(frozen=True)
class Entry:
    """A word or phrase under one category of a file."""

    line: int
    word: str
    category: str
    weight: float = 1.0
    note: str | None = None


@dataclass
class Parsed:
    """What a reader found in a file."""

    entries: list[Entry] = field(default_factory=list)
    # in the file's order, those without words included
    categories: dict[str, Category] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)
    # whole terms, where the format is one of them
    terms: list[tuple[int, Term]] = field(default_factory=list)

    def declare(self, name: str, meaning: str = "") -> None:
        """Take note of a category."""
        self.categories.setdefault(name, Category(name, meaning))


def failed(path: Path, error: LexiconError) -> LexiconError:
    """Put the file before a message."""
    return LexiconError(f"{path}: {error}")


def assemble(parsed: Parsed, *, name: str) -> tuple[Lexicon, list[str]]:
    """Make a lexicon: one term a word, its categories joined."""
    losses = list(parsed.losses)
    terms: dict[str, tuple[Term, list[str]]] = {}
    for entry in parsed.entries:
        try:
            words = parse_pattern(entry.word)
            term = Term(entry.word, weight=entry.weight, note=entry.note)
        except LexiconError as error:
            reason = str(error).partition(": ")[2] or str(error)
            losses.append(NOT_HELD.format(line=entry.line, word=entry.word, reason=reason))
            continue
        key = " ".join([*w.literals, *(f"{s}*" for s in w.stems)][0] for w in words)
        have, categories = terms.setdefault(key, (term, []))
        if have.weight != entry.weight:
            losses.append(WEIGHTS_DIFFER.format(line=entry.line, word=entry.word))
        if entry.category not in categories:
            categories.append(entry.category)
    made = list(_kept(parsed, losses))
    made += [
        Term(t.pattern, JOINER.join(categories), t.weight, note=t.note)
        for t, categories in terms.values()
    ]
    if not made:
        raise LexiconError(NOTHING + (f": {losses[0]}" if losses else ""))
    names = dict(parsed.categories)
    for t in made:
        names.setdefault(t.category, Category(t.category))
    used = {t.category for t in made}
    single = {c for t in made for c in t.category.split(JOINER)}
    losses += [f"category {c!r} has no terms" for c in names if c not in single | used]
    return (
        Lexicon(
            name=_slug(name),
            terms=tuple(made),
            categories=tuple(names[c] for c in names if c in single | used),
            sources=dict.fromkeys([t.source for t in made if t.source], ""),
        ),
        losses,
    )


def _kept(parsed: Parsed, losses: list[str]) -> Iterator[Term]:
    """Take whole terms as they are, but those whose spelling was there before."""
    seen: set[tuple[str, bool, tuple[str, ...]]] = set()
    for line, term in parsed.terms:
        keys = {(s, term.case_sensitive, term.near) for s in spellings(term)}
        if keys & seen:
            losses.append(
                NOT_HELD.format(line=line, word=term.pattern, reason="it was given before")
            )
            continue
        seen |= keys
        yield term


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NAME.sub("-", plain).strip("-") or "own"


def pairs(
    lexicon: Lexicon, losses: list[str], *, refuse: Sequence[tuple[str, str]] = ()
) -> Iterable[tuple[Term, str, list[str]]]:
    """List terms as formats without alternatives hold them: each spelling, with its categories.

    A spelling that holds one of the strings to `refuse` is told as lost, with its reason.
    """
    written_out = 0
    for category in lexicon.categories:
        if not category.name.isprintable() or category.name != category.name.strip():
            raise LexiconError(BAD_CATEGORY_NAME.format(name=category.name))
    for term in lexicon:
        words = [term.pattern] if "|" not in term.pattern else list(spellings(term))
        written_out += len(words) > 1
        for word in words:
            reason = next((why for part, why in refuse if part in word), None)
            if reason is not None:
                losses.append(UNWRITABLE.format(word=word, reason=reason))
                continue
            yield term, " ".join(word.split()), term.category.split(JOINER)
    if written_out:
        losses.append(f"{written_out} terms with alternatives are written as one entry a spelling")


def lossy_fields(lexicon: Lexicon, holds: frozenset[str]) -> list[str]:
    """Name what a format that holds only so much leaves out."""
    losses = []
    fields = {
        "weight": [t for t in lexicon if t.weight != 1.0],
        "referent": [t for t in lexicon if t.referent],
        "stance": [t for t in lexicon if t.stance],
        "neutral": [t for t in lexicon if t.neutral],
        "exceptions": [t for t in lexicon if t.exceptions],
        "near": [t for t in lexicon if t.near],
        "case": [t for t in lexicon if t.case_sensitive],
        "note": [t for t in lexicon if t.note],
        "source": [t for t in lexicon if t.source],
    }
    for name, terms in fields.items():
        if terms and name not in holds:
            losses.append(f"{name} of {len(terms)} terms")
    if "meaning" not in holds and any(c.meaning for c in lexicon.categories):
        losses.append("the categories' meanings")
    if not all(c.loaded for c in lexicon.categories):
        losses.append("which categories do not count as loaded")
    card = [key for key in ("description", "licence", "weights") if getattr(lexicon, key)]
    if lexicon.version != "0":
        card.append("version")
    if any(lexicon.sources.values()):
        card.append("citations")
    if card:
        losses.append(f"the card ({', '.join(card)})")
    return losses
