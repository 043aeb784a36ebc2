"""A table in, a table out: the function that cluster engines map over batches of articles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.cells import article_sums
from framing.corpus import read_corpus
from framing.lexicon import Lexicon
from framing.measures import quoted_name
from framing.scores import Plan, make_plan, score_with

if TYPE_CHECKING:
    from framing.classifier import WordClassifier
    from framing.wordmodel import ScoredWords

__all__ = ["plan_of_process", "score_batch"]

_PLANS = 4


@lru_cache(_PLANS)
def _kept(
    lexicons: tuple[str | Path, ...] | None,
    classifier: str | Path | None,
    voices: str,
    min_words: int,
) -> Plan:
    return make_plan(lexicons=lexicons, classifier=classifier, voices=voices, min_words=min_words)


def plan_of_process(settings: dict[str, Any]) -> Plan:
    """Load what scoring needs once a process, however many batches it is given.

    Parameters
    ----------
    settings : dict
        ``lexicons classifier voices min_words``, as for `framing.score`. What is named is kept;
        a `Lexicon` or a fitted classifier that comes with every batch is not.

    Returns
    -------
    Plan
        For `framing.scores.score_with`.
    """
    lexicons, classifier = settings["lexicons"], settings["classifier"]
    named = lexicons is None or all(isinstance(x, str | Path) for x in lexicons)
    if named and (classifier is None or isinstance(classifier, str | Path)):
        names = None if lexicons is None else tuple(lexicons)
        return _kept(names, classifier, settings["voices"], settings["min_words"])
    return make_plan(**settings)


def score_batch(
    articles: pd.DataFrame,
    *,
    lexicons: Sequence[str | Path | Lexicon] | None = None,
    classifier: str | Path | ScoredWords | WordClassifier | None = "default",
    voices: str = "tagger",
    min_words: int = 30,
) -> pd.DataFrame:
    """Score a batch of articles to one row an article, with all that a comparison adds up.

    Its columns are the same for every batch, as Spark's ``mapInPandas`` and Ray's ``map_batches``
    need; models are loaded once a process.

    Parameters
    ----------
    articles : pandas.DataFrame
        With ``id`` and ``text``, as `framing.read_corpus` returns it.
    lexicons, classifier, voices, min_words
        As for `framing.score`.

    Returns
    -------
    pandas.DataFrame
        The columns of ``scores.articles``, those of `framing.cells.article_sums`, and each
        category of each lexicon twice: in own voice, and as ``quoted:...``; 0 where none was
        found, NaN in an article that was not scored. `framing.cells.sum_articles` adds it up.

    Raises
    ------
    CorpusError
        If the batch is not valid, or empty.

    Examples
    --------
    >>> text = "The brutal siege went on. " + "Nothing else happened in the town. " * 5
    >>> batch = pd.DataFrame({"id": ["a"], "text": [text], "outlet": ["Herald"]})
    >>> table = score_batch(batch, lexicons=["conflict"], classifier=None)
    >>> float(table["own_words"].iloc[0])
    35.0
    """
    plan = plan_of_process(
        {
            "lexicons": lexicons,
            "classifier": classifier,
            "voices": voices,
            "min_words": min_words,
        }
    )
    table = article_sums(score_with(plan, read_corpus(articles)))
    own = [f"{x.name}/{c.name}" for x in plan.lexicons for c in x.categories]
    names = [*own, *map(quoted_name, own)]
    known = [c for c in table.columns if c not in set(names)]
    # Categories come last and in the lexicons' order, found or not.
    return table.reindex(columns=[*known, *names], fill_value=0.0)
