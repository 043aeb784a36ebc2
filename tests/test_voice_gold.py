"""Who is speaking: the project's own gold passages, word by word.

The passages and their format are in ``data/voices.txt``. ``python tests/test_voice_gold.py``
prints the figures by voice and by kind of passage, and every passage with an error.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest

import framing

GOLD_FILE = Path(__file__).parent / "data" / "voices.txt"

# What was measured last, rounded down; the goal is 0.95.
FLOOR = 0.92
# No text that a model learned from shares so many words in a row with a passage.
APART = 5
PRACTICE = Path(__file__).parent.parent / "benchmarks"

VOICES = ("own", "direct", "indirect", "scare", "mention")
WITH_SPEAKER = ("direct", "indirect")

# Every kind of passage that the file must hold, and at least MIN_OF_A_KIND times.
KINDS = frozenset(
    # the marks
    "straight curly british-single guillemets guillemets-inward low-high corner tex nested mixed "
    "reopened wrong-close unclosed apostrophe feet-inches headline tweet list capitals markup "
    # the speaker's place
    "speaker-before speaker-after speaker-middle speaker-sentence-before speaker-none inverted "
    "apposition pronoun "
    # what is in marks, and why
    "partial so-called what-calls the-term nickname entitled title echo scare scare-plural "
    "scare-headline mention "
    # speech and thought without marks
    "what-calls-unmarked according-to accused-of see-as thought plan trailing two-sentences "
    "indirect-that noun-cue colon negated passive judged "
    # the source
    "unnamed document "
    # the outlet's own words, and what looks like attribution and is none
    "own trap".split()
)
MIN_OF_A_KIND = 3
MIN_PASSAGES = 100

MARKS = "\"“”„‟'‘’‚‛`«»‹›「」『』"
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
HEADER = re.compile(r"# ([a-z0-9-]+): (.+)")

NO_HEADER = "passage {number}: begins with {line!r}; a header is '# name: kind, kind'"
TWICE = "passage {name!r}: the name stands twice; name each passage differently"
UNKNOWN_KIND = "passage {name!r}: unknown kinds {kinds}; valid are {valid}"
NO_TEXT = "passage {name!r}: has no text"
NESTED = "passage {name!r}: a span opens inside the span {span!r}; close it first with ]]"
STRAY_CLOSE = "passage {name!r}: ]] closes nothing after {before!r}; remove it or open a span"
STAYS_OPEN = "passage {name!r}: the span {span!r} is never closed; end it with ]]"
NO_BAR = "passage {name!r}: the span {span!r} has no |; write [[label|words]]"
UNKNOWN_VOICE = "passage {name!r}: unknown label {label!r}; valid are {valid}"
SPEAKER_NOT_ALLOWED = "passage {name!r}: {label} takes no speaker, but has {speaker!r}"
SPEAKER_MISSING = "passage {name!r}: {label} needs a speaker; write [[{label}:|words]] for none"
SPEAKER_ELSEWHERE = "passage {name!r}: the speaker {speaker!r} does not stand in the text"
EMPTY_SPAN = "passage {name!r}: a {label} span holds no word: {words!r}"
CUTS_A_WORD = "passage {name!r}: the span {words!r} begins or ends within a word"
NO_MARK = "passage {name!r}: the {label} span {words!r} does not {place} with a mark"
MARK_IN_INDIRECT = "passage {name!r}: the indirect span {words!r} begins with a mark"


@dataclass(frozen=True)
class GoldSpan:
    """A span that is not the outlet's own, with offsets into the passage's text.

    ``speaker`` is the source as it stands and ``speaker_name`` the fullest name of it in the
    passage; both are None where the text names nobody.
    """

    start: int
    end: int
    voice: str
    speaker: str | None
    speaker_name: str | None


@dataclass(frozen=True)
class GoldPassage:
    """A passage without its annotation, and what the annotation said."""

    name: str
    kinds: tuple[str, ...]
    text: str
    spans: tuple[GoldSpan, ...]


class HasVoice(Protocol):
    """What gold spans and found spans share."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def voice(self) -> str: ...


def parse_gold(source: str) -> list[GoldPassage]:
    """Read the annotation format strictly; an error names its passage."""
    passages: list[GoldPassage] = []
    names: set[str] = set()
    chunks = re.split(r"^---$", source.replace("\r\n", "\n"), flags=re.MULTILINE)
    for number, chunk in enumerate(chunks[1:], start=1):
        line, _, body = chunk.strip("\n").partition("\n")
        header = HEADER.fullmatch(line)
        if header is None:
            raise ValueError(NO_HEADER.format(number=number, line=line))
        name = header[1]
        if name in names:
            raise ValueError(TWICE.format(name=name))
        names.add(name)
        kinds = tuple(kind.strip() for kind in header[2].split(","))
        if unknown := sorted(set(kinds) - KINDS):
            raise ValueError(UNKNOWN_KIND.format(name=name, kinds=unknown, valid=sorted(KINDS)))
        text, spans = _parse_text(name, body.strip("\n"))
        passage = GoldPassage(name, kinds, text, spans)
        _check(passage)
        passages.append(passage)
    return passages


def read_gold(path: Path = GOLD_FILE) -> list[GoldPassage]:
    """Read the passages of a file."""
    return parse_gold(path.read_text("utf-8"))


def _parse_text(name: str, body: str) -> tuple[str, tuple[GoldSpan, ...]]:
    pieces: list[str] = []
    spans: list[GoldSpan] = []
    length = 0
    at = 0
    while True:
        opening = body.find("[[", at)
        plain = body[at:] if opening < 0 else body[at:opening]
        if "]]" in plain:
            before = plain[: plain.index("]]")][-30:]
            raise ValueError(STRAY_CLOSE.format(name=name, before=before))
        pieces.append(plain)
        length += len(plain)
        if opening < 0:
            return "".join(pieces), tuple(spans)
        closing = body.find("]]", opening)
        if closing < 0:
            raise ValueError(STAYS_OPEN.format(name=name, span=body[opening : opening + 40]))
        inside = body[opening + 2 : closing]
        if "[[" in inside:
            raise ValueError(NESTED.format(name=name, span=inside))
        span, words = _parse_span(name, inside, length)
        spans.append(span)
        pieces.append(words)
        length += len(words)
        at = closing + 2


def _parse_span(name: str, inside: str, start: int) -> tuple[GoldSpan, str]:
    head, bar, words = inside.partition("|")
    if not bar:
        raise ValueError(NO_BAR.format(name=name, span=inside))
    label, colon, who = head.partition(":")
    if label not in VOICES[1:]:
        valid = ", ".join(VOICES[1:])
        raise ValueError(UNKNOWN_VOICE.format(name=name, label=label, valid=valid))
    if label in WITH_SPEAKER and not colon:
        raise ValueError(SPEAKER_MISSING.format(name=name, label=label))
    if label not in WITH_SPEAKER and colon:
        raise ValueError(SPEAKER_NOT_ALLOWED.format(name=name, label=label, speaker=who))
    if WORD.search(words) is None:
        raise ValueError(EMPTY_SPAN.format(name=name, label=label, words=words))
    speaker, equals, full = who.partition("=")
    return (
        GoldSpan(
            start=start,
            end=start + len(words),
            voice=label,
            speaker=speaker or None,
            speaker_name=(full if equals else speaker) or None,
        ),
        words,
    )


def _check(passage: GoldPassage) -> None:
    name, text = passage.name, passage.text
    if WORD.search(text) is None:
        raise ValueError(NO_TEXT.format(name=name))
    bounds = {at for word in WORD.finditer(text) for at in range(word.start() + 1, word.end())}
    for span in passage.spans:
        words = text[span.start : span.end]
        for speaker in (span.speaker, span.speaker_name):
            if speaker is not None and speaker not in text:
                raise ValueError(SPEAKER_ELSEWHERE.format(name=name, speaker=speaker))
        if span.start in bounds or span.end in bounds:
            raise ValueError(CUTS_A_WORD.format(name=name, words=words))
        if span.voice == "indirect":
            if words[0] in MARKS:
                raise ValueError(MARK_IN_INDIRECT.format(name=name, words=words))
            continue
        if words[0] not in MARKS:
            raise ValueError(
                NO_MARK.format(name=name, label=span.voice, words=words, place="begin")
            )
        if words[-1] not in MARKS and "unclosed" not in passage.kinds:
            raise ValueError(NO_MARK.format(name=name, label=span.voice, words=words, place="end"))


def word_voices(text: str, spans: Iterable[HasVoice]) -> list[str]:
    """Give the voice at each word's first letter; what no span covers is own."""
    at = ["own"] * len(text)
    for span in spans:
        at[span.start : span.end] = [span.voice] * (span.end - span.start)
    return [at[word.start()] for word in WORD.finditer(text)]


def f1_by_voice(pairs: Counter[tuple[str, str]]) -> dict[str, float]:
    """F1 of each voice from counts of (expected, found) words."""
    figures = {}
    for voice in VOICES:
        right = pairs[voice, voice]
        expected = sum(n for (gold, _), n in pairs.items() if gold == voice)
        found = sum(n for (_, guess), n in pairs.items() if guess == voice)
        figures[voice] = 2 * right / (expected + found) if expected + found else float("nan")
    return figures


def macro_f1(pairs: Counter[tuple[str, str]]) -> float:
    """Mean of the five voices' F1."""
    return sum(f1_by_voice(pairs).values()) / len(VOICES)


def count_pairs(passage: GoldPassage, found: Iterable[HasVoice]) -> Counter[tuple[str, str]]:
    """Count a passage's words by expected and found voice."""
    return Counter(
        zip(
            word_voices(passage.text, passage.spans),
            word_voices(passage.text, found),
            strict=True,
        )
    )


def speaker_shared(span: GoldSpan, text: str, found: Sequence[framing.VoiceSpan]) -> bool:
    """Whether a found span of speech over this one names a speaker that shares a word with it.

    The words *the*, *a* and *an* do not count.
    """
    wanted = _names(span.speaker) | _names(span.speaker_name)
    return any(
        other.voice in WITH_SPEAKER
        and bool(wanted & _names(other.speaker))
        and WORD.search(text, max(span.start, other.start), min(span.end, other.end)) is not None
        for other in found
    )


def _names(speaker: str | None) -> set[str]:
    words = {word[0].lower() for word in WORD.finditer(speaker or "")}
    return words - {"the", "a", "an"}


@cache
def _gold() -> tuple[GoldPassage, ...]:
    return tuple(read_gold())


def report() -> None:
    """Print F1 by voice and kind, speakers, and the passages with an error."""
    total: Counter[tuple[str, str]] = Counter()
    by_kind: dict[str, Counter[tuple[str, str]]] = {}
    speakers = [0, 0]
    for passage in _gold():
        found = framing.find_voices(passage.text)
        pairs = count_pairs(passage, found)
        total += pairs
        for kind in passage.kinds:
            by_kind.setdefault(kind, Counter()).update(pairs)
        wrong_speakers = []
        for span in passage.spans:
            if span.speaker is None:
                continue
            speakers[1] += 1
            if speaker_shared(span, passage.text, found):
                speakers[0] += 1
            else:
                wrong_speakers.append(span)
        wrong = sum(n for (gold, guess), n in pairs.items() if gold != guess)
        if wrong or wrong_speakers:
            words = "word" if wrong == 1 else "words"
            print(f"\n{passage.name} ({', '.join(passage.kinds)}): {wrong} {words} wrong")
        if wrong:
            for title, spans in (("expected", passage.spans), ("found", found)):
                print(f"  {title}")
                for other in spans:
                    if other.voice != "own":
                        quoted = passage.text[other.start : other.end]
                        print(f"    {other.voice:8} {other.speaker or '-'}: {quoted!r}")
        for span in wrong_speakers:
            quoted = passage.text[span.start : span.end]
            at = {
                other.speaker or "-"
                for other in found
                if other.voice in WITH_SPEAKER and other.start < span.end and span.start < other.end
            }
            print(f"  speaker of {quoted[:50]!r}: {span.speaker}, found {', '.join(at) or '-'}")
    print("\nkinds with errors: share of words labelled rightly")
    for kind, pairs in sorted(by_kind.items(), key=lambda item: _accuracy(item[1])):
        if (share := _accuracy(pairs)) < 1:
            print(f"  {kind:24} {share:.3f} of {pairs.total()}")
    print("\nvoice      words     F1")
    for voice, figure in f1_by_voice(total).items():
        words_of = sum(n for (gold, _), n in total.items() if gold == voice)
        print(f"{voice:10} {words_of:5} {figure:6.3f}")
    print(f"{'macro':10} {total.total():5} {macro_f1(total):6.3f}")
    print(f"a speaker who shares a word with the given one: {speakers[0]} of {speakers[1]} spans")


def _accuracy(pairs: Counter[tuple[str, str]]) -> float:
    return sum(n for (gold, guess), n in pairs.items() if gold == guess) / pairs.total()


def test_the_passages_are_many_and_of_every_kind() -> None:
    kinds = Counter(kind for passage in _gold() for kind in set(passage.kinds))
    assert len(_gold()) >= MIN_PASSAGES
    assert {k: kinds[k] for k in KINDS if kinds[k] < MIN_OF_A_KIND} == {}


def test_spans_are_sorted_disjoint_and_inside_the_text() -> None:
    for passage in _gold():
        end = 0
        for span in passage.spans:
            assert end <= span.start < span.end <= len(passage.text), passage.name
            end = span.end
        assert "[[" not in passage.text and "]]" not in passage.text, passage.name


def test_kinds_and_labels_agree() -> None:
    for passage in _gold():
        voices = {span.voice for span in passage.spans}
        assert ("scare" in passage.kinds) == ("scare" in voices), passage.name
        assert ("mention" in passage.kinds) <= ("mention" in voices), passage.name
        assert ("partial" in passage.kinds) <= ("direct" in voices), passage.name
        for kind in ("indirect-that", "trailing", "see-as", "accused-of", "thought", "plan"):
            if kind in passage.kinds:
                assert voices & {"indirect", "direct"}, (passage.name, kind)


def test_offsets_point_at_the_words_of_the_annotation() -> None:
    source = '---\n# one: straight, partial\n\nKerr spoke of [[direct:Kerr|"rust"]] and left.\n'
    (passage,) = parse_gold(source)
    assert passage.text == 'Kerr spoke of "rust" and left.'
    (span,) = passage.spans
    assert passage.text[span.start : span.end] == '"rust"'
    assert (span.voice, span.speaker, span.speaker_name) == ("direct", "Kerr", "Kerr")


def test_a_resolved_speaker_is_kept_beside_the_one_that_stands_there() -> None:
    source = "---\n# one: pronoun\nAda Kerr left. [[direct:she=Ada Kerr|“No,”]] she said."
    (span,) = parse_gold(source)[0].spans
    assert (span.speaker, span.speaker_name) == ("she", "Ada Kerr")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("No [[scare|“peace [[mention|“x”]]”]] here.", NESTED),
        ("No [[scare|“peace” here.", STAYS_OPEN),
        ("No “peace”]] here.", STRAY_CLOSE),
        ("No [[scare “peace”]] here.", NO_BAR),
        ("No [[sneer|“peace”]] here.", UNKNOWN_VOICE),
        ("No [[scare:Kerr|“peace”]] here.", SPEAKER_NOT_ALLOWED),
        ("Kerr: [[direct|“peace”]]", SPEAKER_MISSING),
        ("He: [[direct:Kerr|“peace”]]", SPEAKER_ELSEWHERE),
        ("No [[scare|“”]] here.", EMPTY_SPAN),
        ("Kerr said [[indirect:Kerr|it rai]]ned.", CUTS_A_WORD),
        ("No “[[scare|peace]]” here.", NO_MARK),
        ("Kerr said [[indirect:Kerr|“it rained”]].", MARK_IN_INDIRECT),
        ("...", NO_TEXT),
    ],
)
def test_a_broken_passage_is_refused_by_name(body: str, message: str) -> None:
    with pytest.raises(ValueError) as error:
        parse_gold(f"---\n# broken-one: scare\n{body}\n")
    fixed = [re.escape(part) for part in re.split(r"\{.*?\}", message)]
    assert re.fullmatch(".*".join(fixed), str(error.value), flags=re.DOTALL)
    assert "broken-one" in str(error.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("---\nNo header.\n", NO_HEADER.format(number=1, line="No header.")),
        ("---\n# a: own\nIt rained.\n---\n# a: own\nIt snowed.\n", TWICE.format(name="a")),
        (
            "---\n# a: owl\nIt rained.\n",
            UNKNOWN_KIND.format(name="a", kinds=["owl"], valid=sorted(KINDS)),
        ),
    ],
)
def test_a_broken_header_is_refused(source: str, message: str) -> None:
    with pytest.raises(ValueError) as error:
        parse_gold(source)
    assert str(error.value) == message


def test_the_measure_is_one_for_the_gold_and_low_for_silence() -> None:
    perfect: Counter[tuple[str, str]] = Counter()
    silent: Counter[tuple[str, str]] = Counter()
    for passage in _gold():
        perfect += count_pairs(passage, passage.spans)
        silent += count_pairs(passage, ())
    assert macro_f1(perfect) == 1
    assert f1_by_voice(silent)["direct"] == 0
    assert macro_f1(silent) < 0.2


def test_no_model_has_practised_on_the_passages() -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z']+", text.lower().replace("’", "'"))
        return {tuple(words[i : i + APART]) for i in range(len(words) - APART + 1)}

    ours = {run: passage.name for passage in _gold() for run in runs(passage.text)}
    files = sorted(PRACTICE.glob("practice*.txt"))
    assert len(files) == 2
    for path in files:
        for line in path.read_text("utf-8").splitlines():
            plain = re.sub(r"\[\[(\w+\|)?|\]\]|[{}~]", "", line)
            assert {ours[run]: line for run in runs(plain) if run in ours} == {}


def test_find_voices_against_the_gold() -> None:
    pairs: Counter[tuple[str, str]] = Counter()
    for passage in _gold():
        pairs += count_pairs(passage, framing.find_voices(passage.text))
    figures = {voice: round(figure, 3) for voice, figure in f1_by_voice(pairs).items()}
    assert macro_f1(pairs) >= FLOOR, figures


if __name__ == "__main__":
    report()
