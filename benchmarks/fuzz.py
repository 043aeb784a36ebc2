"""Does any text stop scoring, lose characters, or give a number that is none?

``python -m benchmarks.fuzz`` mutates real articles (marks, markup, control characters, other
scripts joined to words, cut code points, words of a megabyte, ...), scores them and writes reports
of them. It checks that nothing raises, that sentences and voices cover every character, that every
hit stands where it says, that every number is finite or is missing for a stated reason, and that
no report passes markup or a formula on. Text number *i* depends on ``--seed`` and *i* alone:
``--first I --texts 1`` gives it again. Faults are printed as they are found; the exit status is 1
if there was one.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import framing
from benchmarks._data import allsides_articles
from framing.files import long_fields

Random = np.random.Generator

BATCH = 250
# Reports are made of every so many-th batch, and every so many-th text is read for its voices.
REPORTS, VOICES = 20, 10
LONG = 1_000_000
_HALF = re.compile("[\ud800-\udfff]")

# What a page or a spreadsheet would run if a report passed it on.
SCRIPT = "<script>alert(1)</script>"
FORMULA = "=1+cmd|' /C calc'!A0"
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")

_MARKS = "\"'“”‘’«»‹›„‚`´「」『』\u2032\u2033"
_MARKUP = (SCRIPT, "<b>", "</p>", "<!--", "&quot;", "&#x201c;", "{{ x }}", "[](", "|", FORMULA)
_CONTROL = (
    "".join(map(chr, [*range(32), *range(127, 160)])) + "\u2028\u2029\ufeff\u202e\u200b\u00ad"
)
_SCRIPTS = (
    "العربية",
    "中文新闻",
    "हिन्दी",
    "ไทย",
    "한국어",
    "ßﬁŉǰ",
    "İıǅ",
    "🧑\u200d🚒🏳️\u200d🌈",
    "e\u0301\u0323",
)
_CUT = "\ud83d", "\udc69", "\ud800\ud800", "\udfff", "\ufffe", "\U0010ffff", "\U000e0041"
_LINES = "\n", "\r\n", "\r", "\n\n", "\n \n", "\x0b", "\x85", "\t\n"


def _somewhere(text: str, rng: Random, pieces: Sequence[str], most: int) -> str:
    """Put pieces at places of chance."""
    places = np.sort(rng.integers(0, len(text) + 1, rng.integers(1, most + 1)))
    parts, at = [], 0
    for place in places:
        parts += [text[at:place], pieces[rng.integers(len(pieces))]]
        at = place
    return "".join([*parts, text[at:]])


def _marks(text: str, rng: Random) -> str:
    return _somewhere(text, rng, list(_MARKS), 40)


def _run_of_marks(text: str, rng: Random) -> str:
    run = _MARKS[rng.integers(len(_MARKS))] * int(rng.integers(2, 300))
    return _somewhere(text, rng, [run], 3)


def _other_marks(text: str, rng: Random) -> str:
    """Every straight mark becomes another one."""
    return text.translate({ord(c): _MARKS[rng.integers(len(_MARKS))] for c in "\"'“”‘’"})


def _markup(text: str, rng: Random) -> str:
    return _somewhere(text, rng, _MARKUP, 20)


def _control(text: str, rng: Random) -> str:
    return _somewhere(text, rng, list(_CONTROL), 60)


def _scripts(text: str, rng: Random) -> str:
    return _somewhere(text, rng, _SCRIPTS, 40)


def _cut(text: str, rng: Random) -> str:
    return _somewhere(text, rng, _CUT, 20)


def _lines(text: str, rng: Random) -> str:
    return text.replace(" ", _LINES[rng.integers(len(_LINES))], int(rng.integers(1, 200)))


def _no_spaces(text: str, rng: Random) -> str:
    begin = int(rng.integers(0, len(text) + 1))
    return text[:begin] + text[begin : begin + 2000].replace(" ", "") + text[begin + 2000 :]


def _cases(text: str, rng: Random) -> str:
    return (text.upper(), text.lower(), text.title(), text.swapcase())[rng.integers(4)]


def _repeat(text: str, rng: Random) -> str:
    begin = int(rng.integers(0, len(text) + 1))
    return text[:begin] + text[begin : begin + int(rng.integers(1, 40))] * 60 + text[begin:]


def _drop(text: str, rng: Random) -> str:
    begin = int(rng.integers(0, len(text) + 1))
    return text[:begin] + text[begin + int(rng.integers(1, 500)) :]


def _shuffle(text: str, rng: Random) -> str:
    words = text.split(" ")
    return " ".join(words[i] for i in rng.permutation(len(words)))


def _short(text: str, rng: Random) -> str:
    return text[: int(rng.integers(0, 200))]


def _dots(text: str, rng: Random) -> str:
    return _somewhere(text, rng, (".", "...", "…", "U.S.", "a.m.", "?!", ".'", '."', "Mr. "), 60)


MUTATIONS: tuple[Callable[[str, Random], str], ...] = (
    _marks,
    _run_of_marks,
    _other_marks,
    _markup,
    _control,
    _scripts,
    _cut,
    _lines,
    _no_spaces,
    _cases,
    _repeat,
    _drop,
    _shuffle,
    _short,
    _dots,
)


def mutate(text: str, rng: Random, *, long: float = 0.0) -> str:
    """Change a text in one to four ways.

    Parameters
    ----------
    text : str
        Any.
    rng : numpy.random.Generator
        Chance.
    long : float
        How often a word of a megabyte is put in.
    """
    for i in rng.integers(0, len(MUTATIONS), rng.integers(1, 5)):
        text = MUTATIONS[i](text, rng)
    if rng.random() < long:
        word = ("x", "“", "é", "a-", "\ud83d", "中", "A.", "'")[rng.integers(8)]
        text = _somewhere(text, rng, [word * (LONG // len(word))], 1)
    return text


def mutated(
    sources: Sequence[str], numbers: Sequence[int], *, seed: int, long: float = 0.0
) -> list[str]:
    """Give mutated texts by their numbers: each depends on the seed and its number alone."""
    texts = []
    for number in numbers:
        rng = np.random.default_rng([seed, number])
        source = sources[rng.integers(len(sources))]
        texts.append(mutate(source, rng, long=long))
    return texts


# -------------------------------------------------------------------------------------- checks


def faults(texts: Sequence[str], scores: framing.Scores) -> Iterator[tuple[int, str]]:
    """Give what is wrong with the scores of texts, each with the place of its text."""
    place = {name: i for i, name in enumerate(scores.corpus["id"])}
    for row in scores.articles.itertuples():
        if row.status == "error":
            yield place[row.id], f"status error: {row.reason}"
        if (row.reason is None or row.reason != row.reason) != (row.status == "scored"):
            yield place[row.id], f"status {row.status}, reason {row.reason!r}"
    yield from _numbers(scores, place)
    sentences = dict(tuple(scores.sentences.groupby("id")))
    voices = dict(tuple(scores.voices.groupby("id")))
    for name, i in place.items():
        if name in sentences:
            yield from ((i, f) for f in _not_covered(texts[i], sentences[name]))
        if name in voices:
            yield from ((i, f) for f in _not_in_order(texts[i], voices[name], "voices"))
    for hit in scores.hits.itertuples():
        # Tables show half a surrogate pair as the character for what cannot be shown.
        if _HALF.sub("\ufffd", texts[place[hit.id]][hit.start : hit.end]) != hit.text:
            yield place[hit.id], f"the hit {hit.text!r} does not stand at {hit.start}"


_EXPOSURE = {
    "loaded_rate": "own_words",
    "term_rate": "own_words",
    "scare_rate": "words",
    "quoted_share": "words",
}


def _numbers(scores: framing.Scores, place: dict[str, int]) -> Iterator[tuple[int, str]]:
    articles, sentences = scores.articles, scores.sentences
    at = articles["id"].map(place).to_numpy()
    scored = (articles["status"] == "scored").to_numpy()
    counts = set(articles.select_dtypes("number").columns) - set(_EXPOSURE)
    for name in [*_EXPOSURE, *sorted(counts)]:
        values = articles[name].to_numpy(float)
        meant = scored & (articles[_EXPOSURE.get(name, "words")].to_numpy() > 0)
        bad = np.isinf(values) | (values < 0)
        bad |= meant & np.isnan(values)
        if name in _EXPOSURE:
            bad |= ~meant & ~np.isnan(values)
        yield from ((int(at[i]), f"{name} is {values[i]}") for i in np.flatnonzero(bad))
    probability = sentences["loaded_probability"].to_numpy(float)
    bad = np.isnan(probability) != (sentences["own_words"].to_numpy() == 0)
    bad |= (probability < 0) | (probability > 1)
    for i in np.flatnonzero(bad):
        yield place[sentences["id"].iloc[i]], f"loaded_probability is {probability[i]}"


def _not_covered(text: str, sentences: pd.DataFrame) -> Iterator[str]:
    """Whatever is no space stands in a sentence."""
    yield from _not_in_order(text, sentences, "sentences")
    at = 0
    for start, end in [*zip(sentences["start"], sentences["end"], strict=True), (len(text),) * 2]:
        between = text[at:start].replace("\x00", "")
        if between and not between.isspace():
            yield f"no sentence holds {between[:20]!r} at {at}"
        at = end


def _not_in_order(text: str, spans: pd.DataFrame, what: str) -> Iterator[str]:
    start, end = spans["start"].to_numpy(), spans["end"].to_numpy()
    good = (start < end).all() and (end[:-1] <= start[1:]).all()
    if not good or start[0] < 0 or end[-1] > len(text):
        yield f"{what} overlap or leave the text"


def voice_faults(text: str) -> Iterator[str]:
    """Tell whether `framing.find_voices` covers a text exactly once."""
    at = 0
    for span in framing.find_voices(text):
        if span.start != at or span.end <= at:
            yield f"voices: a span from {span.start} to {span.end} where one begins at {at}"
        at = span.end
    if at != len(text):
        yield f"voices end at {at} of {len(text)} characters"


def report_faults(scores: framing.Scores, folder: Path) -> Iterator[str]:
    """Write a comparison in every form and tell what it should not hold."""

    def not_json(value: str) -> Any:
        raise ValueError(f"{value} is no JSON")

    comparison = framing.compare(scores, random_state=0)
    for suffix in (".html", ".md", ".json", ".csv"):
        path = folder / f"report{suffix}"
        framing.write_report(comparison, path, title=f"A title {SCRIPT}")
        if suffix == ".html" and SCRIPT in path.read_text(encoding="utf-8"):
            yield "the HTML report passes a script on"
        if suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"), parse_constant=not_json)
    for path in folder.rglob("*.csv"):
        if path.is_file():
            with long_fields(), path.open(encoding="utf-8", newline="") as file:
                for row in csv.reader(file):
                    yield from (
                        f"{path.name} passes the formula {cell[:40]!r} on"
                        for cell in row
                        if cell.startswith(_FORMULAS) and not _is_number(cell)
                    )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def check(texts: Sequence[str]) -> tuple[framing.Scores, list[tuple[int, str]]]:
    """Score texts of five outlets on common stories, and tell what is wrong with the scores."""
    corpus = [
        {
            "id": str(i),
            "text": text,
            "outlet": f"Outlet {i % 5} {SCRIPT if i % 5 == 0 else FORMULA}",
            "story": f"{FORMULA} {i // 5}",
            "title": text[:60],
        }
        for i, text in enumerate(texts)
    ]
    scores = framing.score(corpus)
    return scores, list(faults(texts, scores))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how many texts were tried and every fault; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first text")
    parser.add_argument("--sources", type=int, default=2000, help="real articles to mutate")
    parser.add_argument("--length", type=int, default=1500, help="characters taken of each")
    parser.add_argument("--long", type=float, default=0.0005, help="share with a word of 1 MB")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore", framing.FramingWarning)
    every = 29_000 // options.sources
    sources = [a["text"][: options.length] for a in allsides_articles(options.sources, every=every)]
    begin = time.perf_counter()
    statuses: Counter[str] = Counter()
    characters = found = reports = 0
    end = options.first + options.texts
    for batch, first in enumerate(range(options.first, end, BATCH)):
        numbers = range(first, min(first + BATCH, end))
        texts = mutated(sources, numbers, seed=options.seed, long=options.long)
        characters += sum(map(len, texts))
        wrong: list[tuple[int, str]] = []
        try:
            scores, wrong = check(texts)
            statuses.update(scores.articles["status"])
            for i in range(0, len(texts), VOICES):
                wrong += [(i, fault) for fault in voice_faults(texts[i])]
            if batch % REPORTS == 0:
                reports += 1
                with tempfile.TemporaryDirectory() as folder:
                    wrong += [(0, f) for f in report_faults(scores, Path(folder))]
        except Exception as error:  # the campaign goes on: what is asked is whether any is raised
            wrong.append((0, f"batch: {type(error).__name__}: {error}"))
        for i, fault in wrong:
            print(f"text {numbers[i]}: {fault}", flush=True)
        found += len(wrong)
        if (batch + 1) % 40 == 0:
            print(f"{numbers[-1] + 1 - options.first:,} texts, {found:,} faults", flush=True)
    print(
        f"{options.texts:,} texts, {characters / 1e6:,.0f} million characters, {reports} reports "
        f"in 4 forms, seed {options.seed}: {found:,} faults "
        f"({time.perf_counter() - begin:,.0f} s)"
    )
    print("; ".join(f"{n:,} {status}" for status, n in statuses.most_common()))
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
