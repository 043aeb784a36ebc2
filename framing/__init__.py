"""How do these outlets word the same events?

``framing`` scores news articles for loaded wording, tells what an outlet says itself from what it
quotes, reports or puts in scare quotes, and compares outlets on the stories that they share.

Importing it is light: each name is loaded from its module when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from framing._version import __version__

if TYPE_CHECKING:
    from framing import plots as plots
    from framing.catalog import example_corpus_folder as example_corpus_folder
    from framing.classifier import LoadedWordingClassifier as LoadedWordingClassifier
    from framing.classifier import MarkedArticle as MarkedArticle
    from framing.classifier import load_classifier as load_classifier
    from framing.classifier import save_classifier as save_classifier
    from framing.comparison import Comparison as Comparison
    from framing.comparison import compare as compare
    from framing.corpus import read_corpus as read_corpus
    from framing.errors import CorpusError as CorpusError
    from framing.errors import FramingError as FramingError
    from framing.errors import FramingWarning as FramingWarning
    from framing.errors import LexiconError as LexiconError
    from framing.errors import MissingExtraError as MissingExtraError
    from framing.errors import ModelError as ModelError
    from framing.lexicon import Category as Category
    from framing.lexicon import Lexicon as Lexicon
    from framing.lexicon import Term as Term
    from framing.lexicon import list_lexicons as list_lexicons
    from framing.lexicon import load_lexicon as load_lexicon
    from framing.lexicon import write_lexicon as write_lexicon
    from framing.report import write_report as write_report
    from framing.scores import Scores as Scores
    from framing.scores import score as score
    from framing.scores import score_text as score_text
    from framing.validation import cross_validate_by as cross_validate_by
    from framing.validation import learning_curve as learning_curve
    from framing.vectors import WordVectors as WordVectors
    from framing.vectors import load_vectors as load_vectors
    from framing.vectors import save_vectors as save_vectors
    from framing.vectors import train_vectors as train_vectors
    from framing.voice import VoiceSpan as VoiceSpan
    from framing.voice import find_voices as find_voices

_HOME = {
    "Category": "lexicon",
    "Comparison": "comparison",
    "CorpusError": "errors",
    "FramingError": "errors",
    "FramingWarning": "errors",
    "Lexicon": "lexicon",
    "LexiconError": "errors",
    "LoadedWordingClassifier": "classifier",
    "MarkedArticle": "classifier",
    "MissingExtraError": "errors",
    "ModelError": "errors",
    "Scores": "scores",
    "Term": "lexicon",
    "VoiceSpan": "voice",
    "WordVectors": "vectors",
    "compare": "comparison",
    "cross_validate_by": "validation",
    "example_corpus_folder": "catalog",
    "find_voices": "voice",
    "learning_curve": "validation",
    "list_lexicons": "lexicon",
    "load_classifier": "classifier",
    "load_lexicon": "lexicon",
    "load_vectors": "vectors",
    "plots": "",
    "read_corpus": "corpus",
    "save_classifier": "classifier",
    "save_vectors": "vectors",
    "score": "scores",
    "score_text": "scores",
    "train_vectors": "vectors",
    "write_lexicon": "lexicon",
    "write_report": "report",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "plots":
        value = import_module("framing.plots")
    else:
        value = getattr(import_module(f"framing.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
