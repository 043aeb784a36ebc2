"""Speakers against PolNeAR's sources: does what was found share a name with what was annotated?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from framing.quotes import QuoteModel
from framing.reported import ReportedTagger
from framing.tokens import tokenize
from framing.voice import VOICES, assign_voices

_NAME = re.compile(r"[A-Z][\w’'-]+")
# Capitals that are only a sentence's first word.
_NO_NAMES = frozenset(
    "the a an he she they it we i his her their its our my you some many several most other others "
    "one two three but and in at on for that this these those who what when as if both all no "
    "not".split()
)
_SPEECH = (VOICES.index("direct"), VOICES.index("indirect"))


def names(source: str | None) -> set[str]:
    """Words with a capital, without possessive endings."""
    words = {re.sub(r"[’']s$", "", word).lower() for word in _NAME.findall(source or "")}
    return words - _NO_NAMES


def speaker_scores(
    articles: Sequence[dict[str, Any]], quotes: QuoteModel, tagger: ReportedTagger
) -> dict[str, float]:
    """Say what was found for each attribution whose source has a name.

    The span of speech that covers most of the annotated content decides; an attribution that no
    span touches is missed.

    Returns
    -------
    dict of str to float
        Shares of all such attributions.
    """
    tokens = tokenize([article["text"] for article in articles])
    voices = assign_voices(tokens, quote_model=quotes, tagger=tagger)
    spans = defaultdict(list)
    for i, (article, voice) in enumerate(zip(voices.article, voices.voice, strict=True)):
        if voice in _SPEECH:
            spans[int(article)].append(i)
    count: dict[str, int] = defaultdict(int)
    total = 0
    for number, article in enumerate(articles):
        text = article["text"]
        for one in article["attributions"]:
            wanted = names(" ".join(text[a:b] for a, b in one["source"]))
            if not wanted:
                continue
            total += 1
            best, most = None, 0
            for i in spans[number]:
                start, end = int(voices.start[i]), int(voices.end[i])
                shared = sum(max(0, min(end, b) - max(start, a)) for a, b in one["content"])
                if shared > most:
                    best, most = i, shared
            if best is None:
                count["missed: no span of speech there"] += 1
            elif names(voices.speaker[best]) & wanted:
                count["shares a name"] += 1
                count["shares a name, as it stands or resolved"] += 1
            elif names(voices.speaker_name[best]) & wanted:
                count["shares a name, as it stands or resolved"] += 1
            elif voices.speaker[best] is None:
                count["unknown"] += 1
            else:
                count["another speaker"] += 1
    order = (
        "shares a name",
        "shares a name, as it stands or resolved",
        "another speaker",
        "unknown",
        "missed: no span of speech there",
    )
    return {name: count[name] / max(total, 1) for name in order}
