"""Lexicons: named, versioned, cited lists of terms, validated when they are made."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framing import catalog
from framing.errors import FramingWarning, LexiconError
from framing.notebook import card_html, list_html, table_html
from framing.patterns import Word, covers, parse_pattern

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CARD_FILE",
    "COLUMNS",
    "FORMAT",
    "JOINER",
    "OPTIONAL_COLUMNS",
    "TERMS_FILE",
    "Card",
    "Category",
    "Lexicon",
    "Term",
    "check_seal",
    "list_lexicons",
    "load_lexicon",
    "read_card",
    "read_folder",
    "read_rows",
    "record_of",
    "resolve_lexicons",
    "seal_folder",
    "spellings",
    "starter",
    "term_of",
    "write_folder",
]

FORMAT = 1
COLUMNS = (
    "term",
    "category",
    "weight",
    "referent",
    "stance",
    "neutral",
    "except",
    "near",
    "case",
    "note",
    "source",
)
OPTIONAL_COLUMNS = ("near",)
"""Columns that a ``terms.csv`` may leave out: no term asks for them then."""

BAD_NAME = "lexicon name {name!r} must be lower-case letters, digits and hyphens, like 'own-terms'"
BAD_WEIGHT = "weight {value!r} of {term!r} must be a number above 0 and at most 1"
BAD_CASE = "case {value!r} of {term!r} must be empty or 'exact'"
BAD_CATEGORY = "category {value!r} of {term!r} is not declared; declared are: {names}"
BAD_SOURCE = "source {value!r} of {term!r} is not declared; declared are: {names}"
BAD_FORMAT = "format {value!r} is not one that this version reads; it reads format 1"
BAD_COLUMNS = "columns are {found}; they must be: {valid}"
REPEATED = "term {term!r} is given twice, in the categories {first!r} and {second!r}"
NO_TERMS = "lexicon {name!r} holds no terms"
BARE_STRING = "terms must be a list, a dict or a DataFrame, not a single str; wrap it: [{value!r}]"
NOT_A_TERM = "a term must be a str, a dict of the columns of terms.csv or a Term, found {value!r}"
EXCEPTION_APART = (
    "exception {exception!r} of {term!r} does not hold the term, so it could never apply; "
    "write the longer phrase that is not meant, the term included"
)
NEVER_MATCHES = (
    "{term!r} could never match: its exception {exception!r} takes every place; write the longer "
    "phrase that is not meant"
)
NEAR_INSIDE = (
    "neighbour {near!r} of {term!r} is the term itself, and a neighbour stands outside of the hit; "
    "name the words that show which sense is meant"
)
BAD_KEYS = "keys {found} are not known; known are: {valid}"
BAD_TABLE = "{key} must be tables, like [{key}.some-name]"
RAGGED = "{found} cells, must be {expected}: {row}; put a cell with a comma in double quotes"
NO_FOLDER = "{path} is not a lexicon's folder: it must hold lexicon.toml and terms.csv"
TAMPERED = (
    "{path}: the lexicon is not what its card says: its hash is {found}, the card has {expected}; "
    "it was changed after it was sealed. Restore it; or, if the change is yours, copy the folder "
    "to one of your own and accept it there: framing lexicon seal FOLDER"
)
UNKNOWN_LEXICON = "lexicons must be names, paths of folders or Lexicon objects, found {value!r}"


JOINER = " + "
"""Between the names of the categories that a term has at once, in lists that allow several."""
CARD_FILE, TERMS_FILE = "lexicon.toml", "terms.csv"
_CARD_KEYS = frozenset(
    "format name version hash language licence description weights categories sources".split()
)

# Terms of each category that a notebook shows.
_EXAMPLES = 4


@dataclass(frozen=True)
class Category:
    """A kind of term: its name, one line of meaning, whether it counts as loaded language."""

    name: str
    meaning: str = ""
    loaded: bool = True


@dataclass(frozen=True)
class Term:
    """One entry of a lexicon.

    Parameters
    ----------
    pattern : str
        Words on whole tokens; ``*`` for any ending of a word, ``a|b`` for alternatives.
    category : str
        A category of the lexicon.
    weight : float
        Above 0 and at most 1: how strongly the term judges.
    referent : str or None
        The thing that rival names compete for.
    stance : str or None
        What the name grants, or who tends to use it.
    neutral : str or None
        A plain alternative.
    exceptions : tuple of str
        Longer patterns in which the term is not meant.
    near : tuple of str
        Patterns of which at least one must stand beside the term for it to count: in the same
        sentence, outside of the hit, at most ten tokens away.
    case_sensitive : bool
        Whether the case must be as written.
    note : str or None
        What the term is for.
    source : str or None
        Where the judgement comes from: a key of the lexicon's sources.

    Examples
    --------
    >>> Term("regime", category="government", exceptions=("tax regime*",)).pattern
    'regime'
    """

    pattern: str
    category: str = "terms"
    weight: float = 1.0
    referent: str | None = None
    stance: str | None = None
    neutral: str | None = None
    exceptions: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    case_sensitive: bool = False
    note: str | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        ok = isinstance(self.weight, int | float) and not isinstance(self.weight, bool)
        if not ok or not 0 < self.weight <= 1:
            raise LexiconError(BAD_WEIGHT.format(value=self.weight, term=self.pattern))
        words = self.words
        for exception in self.exceptions:
            parts = parse_pattern(exception)
            if not _holds(parts, words):
                raise LexiconError(EXCEPTION_APART.format(exception=exception, term=self.pattern))
            if covers(parts, words):
                raise LexiconError(NEVER_MATCHES.format(exception=exception, term=self.pattern))
        for near in self.near:
            if parse_pattern(near) == words:
                raise LexiconError(NEAR_INSIDE.format(near=near, term=self.pattern))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The parsed pattern, one item a word."""
        return parse_pattern(self.pattern)

    @property
    def label(self) -> str:
        """The term as a reader would write it: the first of its alternatives, without signs."""
        return " ".join(part.split("|")[0].replace("*", "…") for part in self.pattern.split())


def _holds(longer: tuple[Word, ...], shorter: tuple[Word, ...]) -> bool:
    return any(
        all(a.could_match(b) for a, b in zip(longer[i:], shorter, strict=False))
        for i in range(len(longer) - len(shorter) + 1)
    )


def _first_spelling(pattern: str) -> str:
    """Leave the first of a pattern's alternatives."""
    return " ".join(word.split("|")[0] for word in pattern.split())


@dataclass(frozen=True)
class Lexicon:
    """A named, versioned, cited list of terms.

    Parameters
    ----------
    name, version, language, licence, description : str
        What it is; `name` is lower-case letters, digits and hyphens.
    categories : tuple of Category
        The kinds of term that it holds.
    terms : tuple of Term
        Its entries; an earlier one wins a tie.
    sources : mapping of str to str
        Citations, by the key that terms name.
    weights : str
        How the weights were set.

    Raises
    ------
    LexiconError
        If the name is not valid, there are no terms, a term is given twice (with the same case
        and the same neighbours), or a term's category or source is not declared.
    """

    name: str
    terms: tuple[Term, ...]
    categories: tuple[Category, ...]
    version: str = "0"
    language: str = "en"
    licence: str = ""
    description: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    weights: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise LexiconError(BAD_NAME.format(name=self.name))
        if not self.terms:
            raise LexiconError(NO_TERMS.format(name=self.name))
        names = [c.name for c in self.categories]
        seen: dict[tuple[str, bool, tuple[str, ...]], Term] = {}
        for term in self.terms:
            _check_declared(term, names, list(self.sources))
            for spelling in spellings(term):
                key = (spelling, term.case_sensitive, term.near)
                if key in seen and seen[key] is not term:
                    raise LexiconError(
                        REPEATED.format(
                            term=spelling, first=seen[key].category, second=term.category
                        )
                    )
                seen[key] = term

    def __len__(self) -> int:
        return len(self.terms)

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __repr__(self) -> str:
        kinds = ", ".join(c.name for c in self.categories)
        return f"Lexicon({self.name!r} {self.version}: {len(self.terms)} terms; {kinds})"

    def _repr_html_(self) -> str:
        rows = []
        for category in self.categories:
            terms = [t for t in self.terms if t.category == category.name]
            heavy = sorted(terms, key=lambda t: -t.weight)[:_EXAMPLES]
            examples = ", ".join(_first_spelling(t.pattern) for t in heavy)
            rows.append(
                (
                    category.name,
                    f"{len(terms):,}",
                    "loaded" if category.loaded else "not counted as loaded",
                    category.meaning,
                    examples,
                )
            )
        title = f"Lexicon {self.name} {self.version}: {len(self.terms):,} terms"
        about = [x for x in (self.description, self.licence and f"Licence: {self.licence}") if x]
        head = ("category", "terms", "in term_rate", "meaning", "for example")
        return card_html(title, list_html(about), table_html(head, rows, numbers=(1,)))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of all that decides a result: terms, categories, name and version."""
        names = [f.name for f in fields(Term)]
        return _digest(
            {
                "name": self.name,
                "version": self.version,
                "categories": [asdict(c) for c in self.categories],
                # a weight of 1 is one of 1.0
                "terms": [
                    {name: getattr(t, name) for name in names} | {"weight": float(t.weight)}
                    for t in self.terms
                ],
            }
        )

    @cached_property
    def seal(self) -> str:
        """SHA-256 of all that the lexicon's files say: what its card holds as ``hash``."""
        return _digest(
            {
                "hash": self.hash,
                "language": self.language,
                "licence": self.licence,
                "description": self.description,
                "weights": self.weights,
                "sources": dict(self.sources),
            }
        )

    @cached_property
    def loaded_categories(self) -> frozenset[str]:
        """Names of the categories that count as loaded language."""
        return frozenset(c.name for c in self.categories if c.loaded)

    def to_frame(self) -> pd.DataFrame:
        """Return the terms as a table with the columns of ``terms.csv``.

        Returns
        -------
        pandas.DataFrame
            One row a term.
        """
        import pandas as pd

        return pd.DataFrame([record_of(t) for t in self.terms], columns=list(COLUMNS))

    @classmethod
    def from_terms(
        cls,
        terms: Iterable[str | Mapping[str, Any] | Term] | Mapping[str, Iterable[str]] | Any,
        *,
        name: str = "own",
        version: str = "0",
        loaded: bool = True,
        description: str = "",
    ) -> Lexicon:
        """Make a lexicon in one line.

        Parameters
        ----------
        terms : list of str, dict or Term; dict of category to list of str; or DataFrame
            The terms; records and columns are those of ``terms.csv``.
        name, version, description : str
            What it is called in results.
        loaded : bool
            Whether its categories count as loaded language in the headline ``term_rate``.

        Returns
        -------
        Lexicon
            A validated lexicon.

        Raises
        ------
        LexiconError
            If a term is not valid, naming it.

        Examples
        --------
        >>> Lexicon.from_terms({"war": ["proxy war*", "invasion"], "peace": ["truce"]})
        Lexicon('own' 0: 3 terms; war, peace)
        """
        made: list[Term] = []
        if isinstance(terms, str):
            raise LexiconError(BARE_STRING.format(value=terms))
        if isinstance(terms, Mapping):
            for category, patterns in terms.items():
                if isinstance(patterns, str):
                    raise LexiconError(BARE_STRING.format(value=patterns))
                made += [Term(p, category=str(category)) for p in patterns]
        else:
            records = terms.to_dict("records") if hasattr(terms, "to_dict") else terms
            for item in records:
                if isinstance(item, Term):
                    made.append(item)
                elif isinstance(item, str):
                    made.append(Term(item))
                elif isinstance(item, Mapping):
                    made.append(term_of(item))
                else:
                    raise LexiconError(NOT_A_TERM.format(value=item))
        names = dict.fromkeys(t.category for t in made)
        given = [t.source for t in made if t.source]
        return cls(
            name=name,
            version=version,
            description=description,
            categories=tuple(Category(n, loaded=loaded) for n in names),
            terms=tuple(made),
            sources=dict.fromkeys(given, ""),
        )


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _check_declared(term: Term, categories: Sequence[str], sources: Sequence[str]) -> None:
    if term.category not in categories:
        raise LexiconError(
            BAD_CATEGORY.format(value=term.category, term=term.pattern, names=", ".join(categories))
        )
    if term.source and term.source not in sources:
        raise LexiconError(
            BAD_SOURCE.format(value=term.source, term=term.pattern, names=", ".join(sources))
        )


def spellings(term: Term) -> Iterator[str]:
    """Write a term out: every choice of its alternatives, a ``*`` kept as it is.

    Examples
    --------
    >>> list(spellings(Term("air|drone strike*")))
    ['air strike*', 'drone strike*']
    """
    choices = [[*w.literals, *(f"{s}*" for s in w.stems)] for w in term.words]
    for words in product(*choices):
        yield " ".join(words)


def record_of(term: Term) -> dict[str, Any]:
    """Write a term as the cells of its row, by the names of the columns.

    Examples
    --------
    >>> record_of(Term("war", near=("north", "south")))["near"]
    'north;south'
    """
    return {
        "term": term.pattern,
        "category": term.category,
        "weight": term.weight,
        "referent": term.referent,
        "stance": term.stance,
        "neutral": term.neutral,
        "except": ";".join(term.exceptions) or None,
        "near": ";".join(term.near) or None,
        "case": "exact" if term.case_sensitive else None,
        "note": term.note,
        "source": term.source,
    }


def term_of(record: Mapping[str, Any]) -> Term:
    """Read a term from cells by the names of the columns; empty, None and NaN are *not given*.

    Raises
    ------
    LexiconError
        If a column is not known, or a value not valid.

    Examples
    --------
    >>> term_of({"term": "war", "weight": "0.5"}).weight
    0.5
    """
    unknown = [str(key) for key in record if key not in COLUMNS]
    if unknown or "term" not in record:
        raise LexiconError(BAD_COLUMNS.format(found=list(record), valid=", ".join(COLUMNS)))
    # an empty cell, NaN and None all mean "not given"
    given = {
        key: value
        for key, value in record.items()
        if value is not None and value == value and value != ""
    }
    pattern = str(given.get("term", ""))
    weight: Any = given.get("weight", 1.0)
    try:
        weight = float(weight)
    except (TypeError, ValueError):
        raise LexiconError(BAD_WEIGHT.format(value=weight, term=pattern)) from None
    case = given.get("case", "")
    if case not in ("", "exact"):
        raise LexiconError(BAD_CASE.format(value=case, term=pattern))

    def patterns(key: str) -> tuple[str, ...]:
        value = given.get(key, ())
        parts = value.split(";") if isinstance(value, str) else value
        return tuple(p.strip() for p in parts if p.strip())

    def text(key: str) -> str | None:
        return str(given[key]) if key in given else None

    return Term(
        pattern=pattern,
        category=str(given.get("category", "terms")),
        weight=weight,
        referent=text("referent"),
        stance=text("stance"),
        neutral=text("neutral"),
        exceptions=patterns("except"),
        near=patterns("near"),
        case_sensitive=case == "exact",
        note=text("note"),
        source=text("source"),
    )


def read_folder(folder: str | Path) -> Lexicon:
    """Read a lexicon from its folder.

    Parameters
    ----------
    folder : path
        Holds ``lexicon.toml`` and ``terms.csv``.

    Returns
    -------
    Lexicon
        The validated lexicon.

    Raises
    ------
    LexiconError
        With the file, the line, the value that is wrong, and the mend; or if the card holds the
        hash of other contents.
    """
    folder = Path(folder)
    card = read_card(folder)
    lexicon = _read_contents(folder, card)
    check_seal(lexicon, card, folder / CARD_FILE)
    return lexicon


def _read_contents(folder: Path, card: Card) -> Lexicon:
    terms = _read_terms(folder / TERMS_FILE, [c.name for c in card.categories], list(card.sources))
    try:
        return card.lexicon(terms)
    except LexiconError as error:
        raise LexiconError(f"{folder}: {error}") from None


def check_seal(lexicon: Lexicon, card: Card, path: Path) -> None:
    """Refuse a lexicon whose card holds the hash of other contents.

    Parameters
    ----------
    lexicon : Lexicon
        What the files say.
    card : Card
        Its card, as read.
    path : pathlib.Path
        The card's file, for the message.

    Raises
    ------
    LexiconError
        Saying how to accept a change of one's own.
    """
    if card.hash and card.hash != lexicon.seal:
        raise LexiconError(
            TAMPERED.format(path=path, found=lexicon.seal[:12], expected=card.hash[:12])
        )


def seal_folder(folder: str | Path) -> Path:
    """Write the hash of a lexicon's contents into its card, where it stands or stood before.

    From then on a change of a term, a weight or a citation is refused when the lexicon is read,
    until it is sealed again.

    Parameters
    ----------
    folder : path
        Holds ``lexicon.toml`` and ``terms.csv``.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    LexiconError
        If the files are not valid.
    """
    folder = Path(folder)
    path = folder / CARD_FILE
    line = f'hash = "{_read_contents(folder, read_card(folder)).seal}"\n'
    lines = path.read_text("utf-8").splitlines(keepends=True)
    # only the head of the file is the card's own; tables come after it
    end = next((i for i, x in enumerate(lines) if x.lstrip().startswith("[")), len(lines))
    head = [x for x in lines[:end] if not re.match(r"\s*hash\s*=", x)]
    place = next((i for i, x in enumerate(head, start=1) if re.match(r"\s*version\s*=", x)), 0)
    head.insert(place or 1, line)
    path.write_text("".join([*head, *lines[end:]]), "utf-8")
    return folder


@dataclass(frozen=True)
class Card:
    """What ``lexicon.toml`` says: the fields of a `Lexicon` but its terms, and their hash."""

    name: str
    version: str
    hash: str
    language: str
    licence: str
    description: str
    weights: str
    categories: tuple[Category, ...]
    sources: Mapping[str, str]

    def lexicon(self, terms: tuple[Term, ...]) -> Lexicon:
        """Make the lexicon of this card and these terms; the hash is not looked at."""
        given = {key: value for key, value in vars(self).items() if key != "hash"}
        return Lexicon(terms=terms, **given)


def read_card(folder: Path) -> Card:
    """Read the card of a lexicon's folder.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``lexicon.toml`` and ``terms.csv``.

    Returns
    -------
    Card
        With empty values where the file says nothing.

    Raises
    ------
    LexiconError
        If a file is missing, or the card is no TOML or of another format.
    """
    path = folder / CARD_FILE
    if not path.is_file() or not (folder / TERMS_FILE).is_file():
        raise LexiconError(NO_FOLDER.format(path=folder))
    try:
        card = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path}: {error}") from None
    if card.get("format") != FORMAT:
        raise LexiconError(f"{path}: {BAD_FORMAT.format(value=card.get('format'))}")
    unknown = sorted(set(card) - _CARD_KEYS)
    if unknown:
        raise LexiconError(
            f"{path}: {BAD_KEYS.format(found=unknown, valid=', '.join(sorted(_CARD_KEYS)))}"
        )
    categories = _tables(card, "categories", path)
    sources = _tables(card, "sources", path)
    return Card(
        name=str(card.get("name", folder.resolve().name)),
        version=str(card.get("version", "0")),
        hash=str(card.get("hash", "")),
        language=str(card.get("language", "en")),
        licence=str(card.get("licence", "")),
        description=str(card.get("description", "")),
        weights=str(card.get("weights", "")),
        categories=tuple(
            Category(name, str(c.get("meaning", "")), bool(c.get("loaded", True)))
            for name, c in categories.items()
        ),
        sources={k: str(x.get("citation", "")) for k, x in sources.items()},
    )


def _tables(card: Mapping[str, Any], key: str, path: Path) -> dict[str, Any]:
    value = card.get(key, {})
    if not isinstance(value, dict) or not all(isinstance(x, dict) for x in value.values()):
        raise LexiconError(f"{path}: {BAD_TABLE.format(key=key)}")
    return value


def _read_terms(path: Path, categories: Sequence[str], sources: Sequence[str]) -> tuple[Term, ...]:
    terms = []
    for line, result in read_rows(path, categories, sources):
        if isinstance(result, LexiconError):
            raise LexiconError(f"{path}: line {line}: {result}")
        terms.append(result)
    return tuple(terms)


def read_rows(
    path: Path, categories: Sequence[str], sources: Sequence[str]
) -> Iterator[tuple[int, Term | LexiconError]]:
    """Read ``terms.csv`` row by row, faulty rows included.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    categories, sources : sequence of str
        What the card declares.

    Yields
    ------
    tuple of int and Term or LexiconError
        The line on which a row ends, and its term or what is wrong with it.

    Raises
    ------
    LexiconError
        If the file is not one of rows with the right columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            _check_header(header)
            for row in reader:
                if row:
                    try:
                        term = term_of(_record(header, row))
                        _check_declared(term, categories, sources)
                    except LexiconError as error:
                        yield reader.line_num, error
                    else:
                        yield reader.line_num, term
    except UnicodeDecodeError as error:
        raise LexiconError(f"{path}: not UTF-8: {error}; save the file as UTF-8") from None
    except csv.Error as error:
        raise LexiconError(f"{path}: line {reader.line_num}: {error}") from None
    except LexiconError as error:
        raise LexiconError(f"{path}: {error}") from None


def _record(header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    if len(row) != len(header):
        raise LexiconError(RAGGED.format(found=len(row), expected=len(header), row=row))
    return dict(zip(header, row, strict=True))


def _check_header(header: Sequence[str]) -> None:
    left_out = [c for c in OPTIONAL_COLUMNS if c not in header]
    if list(header) != [c for c in COLUMNS if c not in left_out]:
        raise LexiconError(BAD_COLUMNS.format(found=list(header), valid=", ".join(COLUMNS)))


def write_folder(lexicon: Lexicon, folder: str | Path, *, sealed: bool = True) -> Path:
    """Write a lexicon as a folder that `read_folder` reads.

    Parameters
    ----------
    lexicon : Lexicon
        What to write.
    folder : path
        Made if it is not there; a lexicon in it is replaced.
    sealed : bool
        Whether the card holds the hash of the contents, so that a later change is refused; without
        it the files are free to be edited.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    quote = json.dumps  # a JSON string is a TOML basic string
    lines = [f"format = {FORMAT}"]
    for key in ("name", "version", "language", "licence", "description", "weights"):
        lines.append(f"{key} = {quote(getattr(lexicon, key), ensure_ascii=False)}")
    for category in lexicon.categories:
        lines += [
            "",
            f"[categories.{quote(category.name, ensure_ascii=False)}]",
            f"meaning = {quote(category.meaning, ensure_ascii=False)}",
            f"loaded = {str(category.loaded).lower()}",
        ]
    for key, citation in lexicon.sources.items():
        lines += [
            "",
            f"[sources.{quote(key, ensure_ascii=False)}]",
            f"citation = {quote(citation, ensure_ascii=False)}",
        ]
    (folder / CARD_FILE).write_text("\n".join(lines) + "\n", "utf-8")
    with (folder / TERMS_FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        rows = [record_of(term) for term in lexicon.terms]
        # a column that no term asks for would be noise in every row
        unused = {c for c in OPTIONAL_COLUMNS if all(row[c] is None for row in rows)}
        columns = [c for c in COLUMNS if c not in unused]
        writer.writerow(columns)
        for row in rows:
            writer.writerow("" if row[c] is None else row[c] for c in columns)
    # of what is read again: an empty note is none, a weight of 1 is 1.0
    return seal_folder(folder) if sealed else folder


def starter(name: str) -> Lexicon:
    """Make the lexicon that a new one is started from: two terms that show what columns hold.

    Parameters
    ----------
    name : str
        Lower-case letters, digits and hyphens.

    Returns
    -------
    Lexicon
        To be written with `write_folder` and then edited.

    Raises
    ------
    LexiconError
        If the name is not valid.

    Examples
    --------
    >>> [term.pattern for term in starter("own-terms")]
    ['example phrase|phrases', 'an example phrase']
    """
    return Lexicon(
        name=name,
        version="0.1.0",
        licence="CC-BY-4.0",
        description="What it is for, in one or two sentences.",
        weights="How the weights were set: by whom, by what rule, checked on what.",
        categories=(
            Category("charged", "One line of meaning: what belongs here.", loaded=True),
            Category("plain", "The plain names beside them.", loaded=False),
        ),
        terms=(
            Term(
                "example phrase|phrases",
                "charged",
                0.75,
                referent="the thing that rival names compete for",
                stance="what the name grants, or who uses it",
                neutral="an example phrase",
                exceptions=("example phrase book",),
                note="what the term is for",
                source="own",
            ),
            Term(
                "an example phrase",
                "plain",
                referent="the thing that rival names compete for",
                note="what the term is for",
                source="own",
            ),
        ),
        sources={"own": "Judgement of the authors."},
    )


def list_lexicons() -> pd.DataFrame:
    """List the bundled lexicons.

    Returns
    -------
    pandas.DataFrame
        One row a lexicon: ``name version language terms categories referents description``.

    Examples
    --------
    >>> "conflict" in set(list_lexicons()["name"])
    True
    """
    import pandas as pd

    rows = []
    for name in catalog.lexicon_names():
        lexicon = load_lexicon(name)
        rows.append(
            {
                "name": name,
                "version": lexicon.version,
                "language": lexicon.language,
                "terms": len(lexicon),
                "categories": len(lexicon.categories),
                "referents": len({t.referent for t in lexicon if t.referent}),
                "description": lexicon.description,
            }
        )
    return pd.DataFrame(rows)


def load_lexicon(name: str | Path) -> Lexicon:
    """Load a bundled lexicon by its name, or any other by its folder.

    Parameters
    ----------
    name : str or path
        A name that `list_lexicons` lists, or the path of a folder.

    Returns
    -------
    Lexicon
        The validated lexicon.

    Raises
    ------
    LexiconError
        If there is none of that name, listing those that there are, or the files are not valid.

    Examples
    --------
    >>> load_lexicon("conflict").name
    'conflict'
    """
    if isinstance(name, Path) or "/" in name or "\\" in name:
        return read_folder(name)
    return _bundled(name)


@cache
def _bundled(name: str) -> Lexicon:
    # The bundled files do not change while a program runs, and a Lexicon cannot be changed.
    return read_folder(catalog.lexicon_folder(name))


def resolve_lexicons(
    lexicons: Sequence[str | Path | Lexicon] | None,
) -> tuple[Lexicon, ...]:
    """Turn what a user gave into lexicons: names, folders, objects; None for all bundled ones.

    Two of the same name would be one in every table, so the later is refused.
    """
    if lexicons is None:
        lexicons = catalog.lexicon_names()
    if isinstance(lexicons, str | Path | Lexicon):
        raise LexiconError(
            f"lexicons must be a list, not a single {type(lexicons).__name__}; wrap it: [...]"
        )
    loaded: list[Lexicon] = []
    for item in lexicons:
        if isinstance(item, Lexicon):
            lexicon = item
        elif isinstance(item, str | Path):
            lexicon = load_lexicon(item)
        else:
            raise LexiconError(UNKNOWN_LEXICON.format(value=item))
        if lexicon.name in {have.name for have in loaded}:
            raise LexiconError(
                f"two lexicons are called {lexicon.name!r}; "
                "rename one with dataclasses.replace(lexicon, name=...)"
            )
        if lexicon.language != "en":
            warnings.warn(
                f"lexicon {lexicon.name!r} is in {lexicon.language!r}; voice and classifier "
                "are made for English",
                FramingWarning,
                stacklevel=3,
            )
        loaded.append(lexicon)
    return tuple(loaded)
