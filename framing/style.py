"""Style packs: rules over words, each with the voice in which it holds, its reason and its guide.

A guide tells an outlet what to avoid in its own voice; what others say may be quoted. So a rule
names the voices in which it holds, ``own`` where it says nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from framing import catalog
from framing.errors import LexiconError
from framing.lexicon import Category, Lexicon, Term
from framing.match import compile_terms, find_terms
from framing.tokens import tokenize
from framing.voice import VOICES, assign_voices

__all__ = ["Pack", "Rule", "StyleFinding", "check_style", "list_packs", "load_pack"]

FORMAT = 1

BAD_TEXT = "check_style takes one article as a str, found {kind}"
BAD_FORMAT = "format {value!r} is not one that this version reads; it reads format 1"
NOT_A_TABLE = "{where}: a table of keys is wanted, like {valid}; found {value!r}"
BAD_KEYS = "{where}: keys {found} are not known; known are: {valid}"
MISSING_KEY = "{where}: {key} is missing"
BAD_LIST = "{where}: {key} must be a list of str, found {value!r}"
BAD_VOICE = "{where}: voice {value!r} is not known; known are: {valid}"
BAD_SOURCE = "{where}: source {value!r} is not declared; declared are: {valid}"
REPEATED_RULE = "rule {name!r} is given twice"
IDLE_EXCEPTION = "exception {value!r} holds none of the rule's terms"
NO_RULES = "the pack holds no rules"

_PACK_KEYS = frozenset("format name version language licence description sources rules".split())
_RULE_KEYS = frozenset("rule terms except near voices instead reason source".split())
_SOURCE_KEYS = frozenset(("citation", "checked"))
_DEFAULT_VOICES = ("own",)


@dataclass(frozen=True)
class Rule:
    """One rule of a style pack.

    Attributes
    ----------
    name : str
        What it is called in the output.
    terms : tuple of Term
        What it is about; their category is the rule's name.
    voices : tuple of str
        The voices in which it holds; elsewhere the words are allowed.
    instead : str
        What to write.
    reason : str
        Why.
    source : str
        Key of the guide in the pack's sources.
    """

    name: str
    terms: tuple[Term, ...]
    voices: tuple[str, ...]
    instead: str
    reason: str
    source: str


@dataclass(frozen=True)
class Pack:
    """A named, versioned, cited set of rules.

    Attributes
    ----------
    name, version, description, licence : str
        What it is.
    rules : tuple of Rule
        Its rules; of two at one place the longer match counts, then the earlier rule.
    sources : mapping of str to str
        Citations of the guides, by the key that rules name.
    checked : mapping of str to str
        How each citation was checked, and what could not be; empty where the file does not say.
    """

    name: str
    version: str
    description: str
    licence: str
    rules: tuple[Rule, ...]
    sources: Mapping[str, str]
    checked: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Pack({self.name!r} {self.version}: {len(self.rules)} rules)"

    def lexicon(self) -> Lexicon:
        """Return the terms of all rules as a lexicon, one category a rule."""
        return Lexicon(
            name=self.name,
            version=self.version,
            terms=tuple(t for rule in self.rules for t in rule.terms),
            categories=tuple(Category(rule.name, rule.reason) for rule in self.rules),
            sources=self.sources,
        )


@dataclass(frozen=True)
class StyleFinding:
    """A place where a rule is not kept.

    Attributes
    ----------
    line, column : int
        Where it begins, both counted from 1, in characters.
    start, end : int
        Offsets into the text.
    rule : str
        ``pack/rule``.
    text : str
        The words, as they stand there.
    voice : str
        Who says them.
    instead, reason : str
        What to write, and why.
    source, citation : str
        Which guide says so: its key in the pack, and its citation.
    """

    line: int
    column: int
    start: int
    end: int
    rule: str
    text: str
    voice: str
    instead: str
    reason: str
    source: str
    citation: str

    @property
    def message(self) -> str:
        """The finding in one line, without its place; the guide by its key."""
        words = " ".join(self.text.split())
        return f"{words!r}: {self.reason}; instead: {self.instead} [{self.source}]"


def list_packs() -> list[str]:
    """List the names of the bundled style packs.

    Examples
    --------
    >>> list_packs()
    ['agency', 'conflict', 'people']
    """
    return catalog.pack_names()


def load_pack(name: str | Path) -> Pack:
    """Load a bundled style pack by its name, or any other by its file.

    Parameters
    ----------
    name : str or path
        A name that `list_packs` lists, or the path of a ``.toml`` file.

    Returns
    -------
    Pack
        The validated pack.

    Raises
    ------
    LexiconError
        If there is none of that name, or the file is not valid, naming the rule and the mend.

    Examples
    --------
    >>> load_pack("conflict").name
    'conflict'
    """
    if isinstance(name, Path) or name.endswith(".toml"):
        return _read(Path(name))
    return _bundled(name)


@cache
def _bundled(name: str) -> Pack:
    return _read(catalog.pack_file(name))


def _read(path: Path) -> Pack:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        return _pack(content)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, LexiconError) as error:
        raise LexiconError(f"{path}: {error}") from None


def _pack(content: Mapping[str, Any]) -> Pack:
    if content.get("format") != FORMAT:
        raise LexiconError(BAD_FORMAT.format(value=content.get("format")))
    _check_keys(content, _PACK_KEYS, "pack")
    guides = content.get("sources", {})
    if not isinstance(guides, Mapping):
        raise LexiconError(NOT_A_TABLE.format(where="sources", value=guides, valid="[sources.ap]"))
    for key, guide in guides.items():
        _check_keys(guide, _SOURCE_KEYS, f"source {key!r}")
    sources = {k: str(x.get("citation", "")) for k, x in guides.items()}
    rules: list[Rule] = []
    for number, record in enumerate(content.get("rules", ()), start=1):
        named = record.get("rule", number) if isinstance(record, Mapping) else number
        where = f"rule {named!r}"
        _check_keys(record, _RULE_KEYS, where)
        rule = _rule(record, where, sources)
        if rule.name in {r.name for r in rules}:
            raise LexiconError(REPEATED_RULE.format(name=rule.name))
        rules.append(rule)
    if not rules:
        raise LexiconError(NO_RULES)
    pack = Pack(
        name=str(content.get("name", "")),
        version=str(content.get("version", "0")),
        description=str(content.get("description", "")),
        licence=str(content.get("licence", "")),
        rules=tuple(rules),
        sources=sources,
        checked={k: str(x["checked"]) for k, x in guides.items() if "checked" in x},
    )
    # making it refuses a term that two rules share
    pack.lexicon()
    return pack


def _check_keys(record: object, known: frozenset[str], where: str) -> None:
    if not isinstance(record, Mapping):
        valid = ", ".join(sorted(known))
        raise LexiconError(NOT_A_TABLE.format(where=where, value=record, valid=valid))
    unknown = sorted(set(record) - known)
    if unknown:
        valid = ", ".join(sorted(known))
        raise LexiconError(BAD_KEYS.format(where=where, found=unknown, valid=valid))


def _rule(record: Mapping[str, Any], where: str, sources: Mapping[str, str]) -> Rule:
    for key in ("rule", "terms", "instead", "reason", "source"):
        if not record.get(key):
            raise LexiconError(MISSING_KEY.format(where=where, key=key))
    lists: dict[str, tuple[str, ...]] = {}
    for key, default in (
        ("terms", ()),
        ("except", ()),
        ("near", ()),
        ("voices", _DEFAULT_VOICES),
    ):
        value = record.get(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(x, str) for x in value):
            raise LexiconError(BAD_LIST.format(where=where, key=key, value=value))
        lists[key] = tuple(value)
    for voice in lists["voices"]:
        if voice not in VOICES:
            message = BAD_VOICE.format(where=where, value=voice, valid=", ".join(VOICES))
            raise LexiconError(message)
    if record["source"] not in sources:
        message = BAD_SOURCE.format(where=where, value=record["source"], valid=", ".join(sources))
        raise LexiconError(message)
    try:
        terms = _terms(record, lists, where)
    except LexiconError as error:
        raise LexiconError(f"{where}: {error}") from None
    return Rule(
        name=str(record["rule"]),
        terms=terms,
        voices=lists["voices"],
        instead=str(record["instead"]),
        reason=str(record["reason"]),
        source=str(record["source"]),
    )


def _terms(
    record: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]], where: str
) -> tuple[Term, ...]:
    """Make a rule's terms; each gets the exceptions that hold it."""
    name, used, made = str(record["rule"]), set(), []
    for pattern in lists["terms"]:
        held = []
        for exception in lists["except"]:
            try:
                Term(pattern, exceptions=(exception,))
            except LexiconError:
                # not one of this term's; a faulty pattern is told below
                continue
            held.append(exception)
        used.update(held)
        made.append(
            Term(
                pattern,
                category=name,
                exceptions=tuple(held),
                near=lists["near"],
                source=str(record["source"]),
            )
        )
    for exception in lists["except"]:
        if exception not in used:
            raise LexiconError(IDLE_EXCEPTION.format(value=exception))
    return tuple(made)


def check_style(
    text: str, *, packs: Sequence[str | Path | Pack] = ("agency",)
) -> list[StyleFinding]:
    """Find the places where an article does not keep the rules of style packs.

    Parameters
    ----------
    text : str
        One article.
    packs : list of str, path or Pack
        Names of bundled packs, files, or packs.

    Returns
    -------
    list of StyleFinding
        By place. Words in a voice that a rule leaves free are not among them.

    Raises
    ------
    LexiconError
        If a pack cannot be loaded.
    TypeError
        If `text` is not a str.

    Examples
    --------
    >>> text = 'The terrorists fled. "They are terrorists", the mayor said.'
    >>> for finding in check_style(text, packs=["conflict"]):
    ...     print(finding.line, finding.column, finding.rule, finding.text)
    1 5 conflict/terrorist terrorists
    """
    if not isinstance(text, str):
        raise TypeError(BAD_TEXT.format(kind=type(text).__name__))
    if isinstance(packs, str | Path | Pack):
        packs = [packs]
    loaded = [p if isinstance(p, Pack) else load_pack(p) for p in packs]
    matcher = compile_terms([pack.lexicon() for pack in loaded])
    tokens = tokenize([text])
    voices = assign_voices(tokens)
    matches = find_terms(tokens, matcher)
    rules = [{rule.name: rule for rule in pack.rules} for pack in loaded]
    line_starts = np.array([0, *(i + 1 for i, char in enumerate(text) if char == "\n")])
    found = []
    for token, length, number in zip(matches.token, matches.length, matches.term, strict=True):
        pack = int(matcher.lexicon_of[number])
        rule = rules[pack][matcher.terms[number].category]
        voice = VOICES[voices.code[token]]
        if voice not in rule.voices:
            continue
        start, end = int(tokens.start[token]), int(tokens.end[token + length - 1])
        line = int(np.searchsorted(line_starts, start, side="right"))
        found.append(
            StyleFinding(
                line=line,
                column=start - int(line_starts[line - 1]) + 1,
                start=start,
                end=end,
                rule=f"{loaded[pack].name}/{rule.name}",
                text=text[start:end],
                voice=voice,
                instead=rule.instead,
                reason=rule.reason,
                source=rule.source,
                citation=loaded[pack].sources[rule.source],
            )
        )
    return found
