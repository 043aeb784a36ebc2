"""What is wrong, or probably not meant, in the files of a lexicon: every fault, not the first."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product
from pathlib import Path

from framing.coverage import count_terms
from framing.errors import FramingWarning, LexiconError
from framing.lexicon import (
    CARD_FILE,
    TERMS_FILE,
    Card,
    Lexicon,
    Term,
    check_seal,
    read_card,
    read_rows,
    spellings,
)
from framing.patterns import Word, covers, parse_pattern
from framing.spelling import other_spelling

__all__ = ["LEVELS", "Finding", "check_lexicon"]

LEVELS = ("error", "warning", "note")
"""``error``: the lexicon is refused, or a term can never count; ``warning``: probably not meant;
``note``: worth knowing."""

REPEATED = "{spelling!r} is given already, in line {line} as {other!r}"
SHADOWED = "{term!r} can never count: {other!r} in line {line} takes every place first"
PARTLY = "{spelling!r} of {term!r} can never count: {other!r} in line {line} takes the place first"
NEEDLESS = "exception {exception!r} of {term!r} is the term {other!r} of line {line}"
NO_SOURCE = "{term!r} names no source"
NO_NOTE = "{term!r} has no note"
NO_CITATION = "source {key!r} has no citation"
NO_MEANING = "category {name!r} has no meaning"
UNUSED_CATEGORY = "category {name!r} has no terms"
UNUSED_SOURCE = "source {key!r} is named by no term"
EMPTY_CARD = "the card has no {key}"
ONE_NAME = "referent {referent!r} has one name only, {term!r}"
TWO_REFERENTS = "{spelling!r} names {referent!r} here and {other!r} in {place}"
ALIKE = "referent {referent!r} is written {other!r} in {place}"
OVERLAP = "{spelling!r} of {term!r} is also in {place}, as {other!r}"
BARRED = (
    "a '|' joins single words: {term!r} finds {found}, and neither {first!r} nor {second!r} alone"
)
SPELLING = "{term!r} finds {word!r} and no term finds the spelling {other!r}"
UNSEEN = "{term!r} was not found in {articles:,} articles"
MOST = "{term!r} has {hits:,} of {total:,} hits, {share:.0%}"

# Whether the other spelling is found is looked at for so many choices of the words beside it.
_FIRST_SPELLINGS = 16
_CARD_TEXTS = ("description", "licence", "weights")


@dataclass(frozen=True)
class Finding:
    """One thing that was found wrong.

    Attributes
    ----------
    path : str
        The file.
    line : int
        The line, counted from 1; 0 where the whole file is meant.
    level : str
        One of `LEVELS`.
    rule : str
        What kind of thing it is, in one word or two.
    message, mend : str
        What is wrong, and what to do about it.
    """

    path: str
    line: int
    level: str
    rule: str
    message: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        mend = f"; {self.mend}" if self.mend else ""
        return f"{place}: {self.level}: {self.rule}: {self.message}{mend}"


@dataclass(frozen=True)
class _Entry:
    """A term and where it stands."""

    term: Term
    path: Path
    line: int
    lexicon: str

    def found(self, level: str, rule: str, message: str, mend: str) -> Finding:
        return Finding(str(self.path), self.line, level, rule, message, mend)


def check_lexicon(
    folder: str | Path,
    *,
    others: Sequence[Lexicon] = (),
    texts: Iterable[str] | None = None,
) -> list[Finding]:
    """Find what is wrong in a lexicon's folder.

    Parameters
    ----------
    folder : path
        Holds ``lexicon.toml`` and ``terms.csv``.
    others : sequence of Lexicon
        Lexicons that it will be used with: overlaps and contradictions with them are told. One of
        the same name is left out.
    texts : iterable of str, optional
        Real texts: terms that are never found there, and those with more than half of all hits,
        are told.

    Returns
    -------
    list of Finding
        By file and line. A lexicon without a finding of the level ``error`` can be loaded.

    Raises
    ------
    LexiconError
        If `folder` is not a lexicon's folder.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from framing.lexicon import write_folder
    >>> with TemporaryDirectory() as folder:
    ...     path = write_folder(Lexicon.from_terms(["war*", "wars"]), folder)
    ...     [f.rule for f in check_lexicon(path) if f.level == "error"]
    ['shadowed']
    """
    folder = Path(folder)
    try:
        card = read_card(folder)
    except LexiconError as error:
        if not (folder / CARD_FILE).is_file() or not (folder / TERMS_FILE).is_file():
            raise
        return [Finding(str(folder / CARD_FILE), 0, "error", "card", _bare(error, folder), "")]
    path = folder / TERMS_FILE
    findings: list[Finding] = []
    entries: list[_Entry] = []
    try:
        for line, result in read_rows(path, [c.name for c in card.categories], list(card.sources)):
            if isinstance(result, LexiconError):
                findings.append(Finding(str(path), line, "error", "bad value", str(result), ""))
            else:
                entries.append(_Entry(result, path, line, card.name))
    except LexiconError as error:
        findings.append(Finding(str(path), 0, "error", "bad file", _bare(error, folder), ""))
    others = [x for x in others if x.name != card.name]
    findings += _card(card, folder, entries)
    for entry in entries:
        findings += _lone(entry)
        findings += _bars(entry)
    findings += _repeats(entries)
    findings += _shadows(entries)
    findings += _exceptions(entries)
    findings += _spellings(entries)
    findings += _referents(entries, others)
    findings += _overlaps(entries, others)
    whole = not any(f.level == "error" and f.rule in _REFUSED for f in findings)
    if card.hash and entries and whole:
        findings += _sealed(card, folder, entries)
    if texts is not None and entries and whole:
        findings += _corpus(card, entries, texts)
    return sorted(findings, key=lambda f: (f.path, f.line, LEVELS.index(f.level)))


_REFUSED = ("bad value", "bad file", "repeated", "card")


def _bare(error: LexiconError, folder: Path) -> str:
    """Take the path off a message: a finding has it already."""
    text = str(error)
    for name in (CARD_FILE, TERMS_FILE):
        text = text.removeprefix(f"{folder / name}: ")
    return text.removeprefix(f"{folder}: ")


def _card(card: Card, folder: Path, entries: Sequence[_Entry]) -> Iterator[Finding]:
    path = str(folder / CARD_FILE)

    def warn(rule: str, message: str, mend: str) -> Finding:
        return Finding(path, 0, "warning", rule, message, mend)

    # What only making the lexicon finds out: its name, no terms at all.
    try:
        probe = (Term("probe", category="probe"),)
        Lexicon(name=card.name, terms=probe, categories=card.categories or ())
    except LexiconError as error:
        if repr(card.name) in str(error):
            yield Finding(path, 0, "error", "card", str(error), "")
    if not entries:
        yield Finding(
            str(folder / TERMS_FILE), 0, "error", "no terms", "there are no valid terms", "add some"
        )
    for key in _CARD_TEXTS:
        if not getattr(card, key).strip():
            yield warn("empty card", EMPTY_CARD.format(key=key), f"say it: {key} = ...")
    for category in card.categories:
        if not category.meaning.strip():
            message = NO_MEANING.format(name=category.name)
            yield warn("no meaning", message, "say in one line what belongs to it")
        if entries and not any(e.term.category == category.name for e in entries):
            message = UNUSED_CATEGORY.format(name=category.name)
            yield warn("unused", message, "add terms to it or take it out")
    for key, citation in card.sources.items():
        if not citation.strip():
            yield warn(
                "no citation", NO_CITATION.format(key=key), "cite it, or say whose judgement"
            )
        if entries and not any(e.term.source == key for e in entries):
            message = UNUSED_SOURCE.format(key=key)
            yield Finding(path, 0, "note", "unused", message, "name it or take it out")


def _sealed(card: Card, folder: Path, entries: Sequence[_Entry]) -> Iterator[Finding]:
    path = folder / CARD_FILE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FramingWarning)
        lexicon = card.lexicon(tuple(e.term for e in entries))
    try:
        check_seal(lexicon, card, path)
    except LexiconError as error:
        yield Finding(str(path), 0, "error", "hash", _bare(error, folder), "")


def _lone(entry: _Entry) -> Iterator[Finding]:
    """Find what one term alone shows."""
    term = entry.term
    if not term.source:
        message = NO_SOURCE.format(term=term.pattern)
        yield entry.found("warning", "no source", message, "say where the judgement comes from")
    if not term.note:
        message = NO_NOTE.format(term=term.pattern)
        yield entry.found("warning", "no note", message, "say what the term is for")


def _bars(entry: _Entry) -> Iterator[Finding]:
    """Find bars between what may be meant as phrases; where that is certain they are refused."""
    pattern = entry.term.pattern
    sides = [side.split() for side in pattern.split("|")]
    groups = [set(part.split("|")) for part in pattern.split()]
    # "trumpcare|zombie trumpcare" would find "trumpcare trumpcare"
    repeats = len(groups) == 2 and bool(groups[0] & groups[1])
    for first, second in pairwise(sides):
        likely = _hyphenated(first, second) or _hyphenated(second, first)
        likely |= repeats and len(first) + len(second) > 2
        if likely or len(first) > 1 < len(second):
            message = BARRED.format(
                term=pattern,
                found=", ".join(repr(x) for x in islice(spellings(entry.term), 3)),
                first=" ".join(first),
                second=" ".join(second),
            )
            mend = "if two phrases are meant, give each its own row"
            yield entry.found("warning" if likely else "note", "bar", message, mend)
            # one finding tells how the whole pattern is read
            return


def _hyphenated(word: Sequence[str], phrase: Sequence[str]) -> bool:
    """Tell whether a word like ``job-killing`` stands beside a phrase like ``job killer``."""
    parts = word[0].split("-")
    return (
        len(word) == 1
        and len(parts) > 1
        and len(phrase) > 1
        and (parts[0] == phrase[0] or parts[-1] == phrase[-1])
    )


def _repeats(entries: Sequence[_Entry]) -> Iterator[Finding]:
    seen: dict[tuple[str, bool, tuple[str, ...]], _Entry] = {}
    for entry in entries:
        for spelling in dict.fromkeys(spellings(entry.term)):
            key = (spelling, entry.term.case_sensitive, entry.term.near)
            first = seen.setdefault(key, entry)
            if first is not entry:
                message = REPEATED.format(
                    spelling=spelling, line=first.line, other=first.term.pattern
                )
                yield entry.found("error", "repeated", message, "keep one of the two")


def _shadows(entries: Sequence[_Entry]) -> Iterator[Finding]:
    """Find terms that an earlier one of the same length always takes the place of."""
    by_first = _Index(entries)
    for number, entry in enumerate(entries):
        taken: dict[str, _Entry] = {}
        whole: _Entry | None = None
        for earlier in by_first.touching(entry.term, before=number):
            if not _always_wins(earlier.term, entry.term):
                continue
            if covers(earlier.term.words, entry.term.words):
                whole = earlier
                break
            for spelling in spellings(entry.term):
                if covers(earlier.term.words, parse_pattern(spelling)):
                    taken.setdefault(spelling, earlier)
        if whole is not None:
            # a repeat is told as one
            if set(spellings(whole.term)) & set(spellings(entry.term)):
                same = (whole.term.case_sensitive, whole.term.near)
                if same == (entry.term.case_sensitive, entry.term.near):
                    continue
            message = SHADOWED.format(
                term=entry.term.pattern, other=whole.term.pattern, line=whole.line
            )
            mend = "put it before that one, or take it out"
            yield entry.found("error", "shadowed", message, mend)
        for spelling, other in taken.items() if whole is None else ():
            message = PARTLY.format(
                spelling=spelling,
                term=entry.term.pattern,
                other=other.term.pattern,
                line=other.line,
            )
            yield entry.found("warning", "shadowed", message, "keep it in one of the two")


def _always_wins(earlier: Term, later: Term) -> bool:
    """Tell whether nothing but its pattern keeps an earlier term from counting."""
    return (
        not earlier.near
        and not earlier.case_sensitive
        and set(earlier.exceptions) <= set(later.exceptions)
    )


class _Index:
    """Terms by the beginning of their first word, so that not every pair is looked at."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        self.entries = entries
        self.places: dict[tuple[int, str], list[int]] = {}
        for number, entry in enumerate(entries):
            for key in self._keys(entry.term):
                self.places.setdefault(key, []).append(number)

    @staticmethod
    def _keys(term: Term) -> Iterator[tuple[int, str]]:
        # a stem has three letters or more, so what it shares with a word shows in the first three
        word = term.words[0]
        for begin in dict.fromkeys(x[:3] for x in (*word.literals, *word.stems)):
            yield len(term.words), begin

    def touching(self, term: Term, *, before: int | None = None) -> list[_Entry]:
        """List the terms, in order, of which some spelling could be one of this term's."""
        numbers = sorted({n for key in self._keys(term) for n in self.places.get(key, ())})
        return [
            self.entries[n]
            for n in numbers
            if (before is None or n < before)
            and all(
                a.could_match(b)
                for a, b in zip(self.entries[n].term.words, term.words, strict=True)
            )
        ]


def _exceptions(entries: Sequence[_Entry]) -> Iterator[Finding]:
    """Find terms that stand among the exceptions of another: the longest match is theirs anyway."""
    index = _Index(entries)
    for entry in entries:
        for exception in entry.term.exceptions:
            probe = Term(exception)
            for other in index.touching(probe):
                if other is not entry and covers(probe.words, other.term.words):
                    message = NEEDLESS.format(
                        exception=exception,
                        term=entry.term.pattern,
                        other=other.term.pattern,
                        line=other.line,
                    )
                    mend = "the longer term counts in its place; is that what is meant?"
                    yield entry.found("note", "caught", message, mend)


def _spellings(entries: Sequence[_Entry]) -> Iterator[Finding]:
    """Find terms that hold a word as the British or as the Americans spell it, and not both."""
    index = _Index(entries)
    for entry in entries:
        missing = []
        for place, word in enumerate(entry.term.words):
            for literal in word.literals:
                other = other_spelling(literal)
                if other is None or any(other.startswith(s) for s in word.stems):
                    continue
                words = list(entry.term.words)
                words[place] = Word((other,), ())
                for choice in islice(product(*(_single(w) for w in words)), _FIRST_SPELLINGS):
                    # found as a whole only where every choice of the other words is
                    probe = Term(" ".join(choice))
                    if not any(covers(e.term.words, probe.words) for e in index.touching(probe)):
                        missing.append((literal, other))
                        break
        if missing:
            literal, other = missing[0]
            message = SPELLING.format(term=entry.term.pattern, word=literal, other=other)
            both = "; ".join(f"{a}|{b}" for a, b in missing)
            yield entry.found("note", "spelling", message, f"write both: {both}")


def _single(word: Word) -> list[str]:
    return [*word.literals, *(f"{stem}*" for stem in word.stems)]


def _referents(entries: Sequence[_Entry], others: Sequence[Lexicon]) -> Iterator[Finding]:
    names: dict[str, list[_Entry]] = {}
    for entry in entries:
        if entry.term.referent:
            names.setdefault(entry.term.referent, []).append(entry)
    elsewhere: dict[str, str] = {}
    rivals: dict[str, int] = {}
    for lexicon in others:
        for term in lexicon:
            if term.referent:
                elsewhere.setdefault(term.referent, f"lexicon {lexicon.name!r}")
                rivals[term.referent] = rivals.get(term.referent, 0) + 1
    for referent, mine in names.items():
        if len(mine) + rivals.get(referent, 0) < 2:
            message = ONE_NAME.format(referent=referent, term=mine[0].term.pattern)
            mend = "add its rivals, the plain name among them, or leave the referent out"
            yield mine[0].found("warning", "referent", message, mend)
        for other, place in [
            *((x, f"line {names[x][0].line}") for x in names),
            *elsewhere.items(),
        ]:
            if other != referent and _plain(other) == _plain(referent) and referent > other:
                message = ALIKE.format(referent=referent, other=other, place=place)
                yield mine[0].found("warning", "referent", message, "write it in one way")
    yield from _contradictions(entries, others)


def _plain(referent: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in referent.lower()).split()
    return " ".join(w.removesuffix("s") for w in words if w not in ("the", "a", "an"))


def _contradictions(entries: Sequence[_Entry], others: Sequence[Lexicon]) -> Iterator[Finding]:
    seen: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    for lexicon in others:
        for term in lexicon:
            if term.referent:
                for spelling in spellings(term):
                    place = f"lexicon {lexicon.name!r}"
                    seen.setdefault(spelling, (term.referent, place, term.near))
    for entry in entries:
        referent = entry.term.referent
        if not referent:
            continue
        told = set()
        for spelling in dict.fromkeys(spellings(entry.term)):
            other, place, near = seen.setdefault(
                spelling, (referent, f"line {entry.line}", entry.term.near)
            )
            # neighbours tell two senses apart; one finding tells of all spellings
            if other != referent and near == entry.term.near and (other, place) not in told:
                told.add((other, place))
                message = TWO_REFERENTS.format(
                    spelling=spelling, referent=referent, other=other, place=place
                )
                mend = "decide for one, or tell the senses apart by neighbours (near)"
                yield entry.found("warning", "contradiction", message, mend)


def _overlaps(entries: Sequence[_Entry], others: Sequence[Lexicon]) -> Iterator[Finding]:
    seen: dict[str, tuple[str, Term]] = {}
    for lexicon in others:
        for term in lexicon:
            for spelling in spellings(term):
                seen.setdefault(spelling, (lexicon.name, term))
    for entry in entries:
        # once a term, however many of its spellings are shared
        for spelling in spellings(entry.term):
            if spelling in seen:
                name, other = seen[spelling]
                message = OVERLAP.format(
                    spelling=spelling,
                    term=entry.term.pattern,
                    place=f"lexicon {name!r}",
                    other=other.pattern,
                )
                mend = "in the headline rate the heavier of two such hits counts once"
                yield entry.found("note", "overlap", message, mend)
                break


def _corpus(card: Card, entries: Sequence[_Entry], texts: Iterable[str]) -> Iterator[Finding]:
    with warnings.catch_warnings():
        # what making the lexicon warns of is among the findings
        warnings.simplefilter("ignore", FramingWarning)
        lexicon = card.lexicon(tuple(e.term for e in entries))
    table = count_terms(texts, lexicons=[lexicon])
    total, articles = int(table["hits"].sum()), table.attrs["articles"]
    for entry, hits in zip(entries, table["hits"].tolist(), strict=True):
        if not hits:
            message = UNSEEN.format(term=entry.term.pattern, articles=articles)
            yield entry.found("note", "unseen", message, "is it spelt as newspapers spell it?")
        elif 2 * hits > total and len(entries) > 1:
            message = MOST.format(
                term=entry.term.pattern, hits=hits, total=total, share=hits / total
            )
            mend = "a rate of this lexicon is mostly that term; are all its senses meant?"
            yield entry.found("warning", "dominates", message, mend)
