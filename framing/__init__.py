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
    from framing.batches import score_batch as score_batch
    from framing.catalog import example_corpus_folder as example_corpus_folder
    from framing.cells import Cells as Cells
    from framing.cells import merge_cells as merge_cells
    from framing.cells import sum_cells as sum_cells
    from framing.classifier import LoadedWordingClassifier as LoadedWordingClassifier
    from framing.classifier import MarkedArticle as MarkedArticle
    from framing.classifier import load_classifier as load_classifier
    from framing.classifier import save_classifier as save_classifier
    from framing.comparison import Comparison as Comparison
    from framing.comparison import compare as compare
    from framing.comparison import compare_cells as compare_cells
    from framing.corpus import read_corpus as read_corpus
    from framing.encoder import EncoderClassifier as EncoderClassifier
    from framing.encoder import load_encoder_classifier as load_encoder_classifier
    from framing.errors import CorpusError as CorpusError
    from framing.errors import FramingError as FramingError
    from framing.errors import FramingWarning as FramingWarning
    from framing.errors import LexiconError as LexiconError
    from framing.errors import MissingExtraError as MissingExtraError
    from framing.errors import ModelError as ModelError
    from framing.formats import read_lexicon as read_lexicon
    from framing.formats import write_lexicon as write_lexicon
    from framing.lexicon import Category as Category
    from framing.lexicon import Lexicon as Lexicon
    from framing.lexicon import Term as Term
    from framing.lexicon import list_lexicons as list_lexicons
    from framing.lexicon import load_lexicon as load_lexicon
    from framing.lexicon_edit import combine_lexicons as combine_lexicons
    from framing.lexicon_edit import override_terms as override_terms
    from framing.lexicon_edit import split_lexicon as split_lexicon
    from framing.parts import ScoresFolder as ScoresFolder
    from framing.parts import open_scores as open_scores
    from framing.repeat import rerun as rerun
    from framing.repeat import what_differs as what_differs
    from framing.report import ReportDiff as ReportDiff
    from framing.report import diff_reports as diff_reports
    from framing.report import write_report as write_report
    from framing.scores import Scores as Scores
    from framing.scores import join_scores as join_scores
    from framing.scores import score as score
    from framing.scores import score_text as score_text
    from framing.stories import find_stories as find_stories
    from framing.stream import score_files as score_files
    from framing.style import Pack as Pack
    from framing.style import check_style as check_style
    from framing.style import list_packs as list_packs
    from framing.style import load_pack as load_pack
    from framing.validation import cross_validate_by as cross_validate_by
    from framing.validation import learning_curve as learning_curve
    from framing.vectorizer import LexiconVectorizer as LexiconVectorizer
    from framing.vectors import WordVectors as WordVectors
    from framing.vectors import load_vectors as load_vectors
    from framing.vectors import save_vectors as save_vectors
    from framing.vectors import train_vectors as train_vectors
    from framing.voice import VoiceSpan as VoiceSpan
    from framing.voice import find_voices as find_voices

_HOME = {
    "Category": "lexicon",
    "Cells": "cells",
    "Comparison": "comparison",
    "CorpusError": "errors",
    "EncoderClassifier": "encoder",
    "FramingError": "errors",
    "FramingWarning": "errors",
    "Lexicon": "lexicon",
    "LexiconError": "errors",
    "LexiconVectorizer": "vectorizer",
    "LoadedWordingClassifier": "classifier",
    "MarkedArticle": "classifier",
    "MissingExtraError": "errors",
    "ModelError": "errors",
    "ReportDiff": "report",
    "Pack": "style",
    "Scores": "scores",
    "ScoresFolder": "parts",
    "Term": "lexicon",
    "VoiceSpan": "voice",
    "check_style": "style",
    "combine_lexicons": "lexicon_edit",
    "compare": "comparison",
    "diff_reports": "report",
    "compare_cells": "comparison",
    "WordVectors": "vectors",
    "cross_validate_by": "validation",
    "example_corpus_folder": "catalog",
    "find_stories": "stories",
    "find_voices": "voice",
    "join_scores": "scores",
    "learning_curve": "validation",
    "list_lexicons": "lexicon",
    "list_packs": "style",
    "load_classifier": "classifier",
    "load_encoder_classifier": "encoder",
    "load_lexicon": "lexicon",
    "load_pack": "style",
    "merge_cells": "cells",
    "open_scores": "parts",
    "override_terms": "lexicon_edit",
    "load_vectors": "vectors",
    "plots": "",
    "read_corpus": "corpus",
    "read_lexicon": "formats",
    "rerun": "repeat",
    "save_classifier": "classifier",
    "save_vectors": "vectors",
    "score": "scores",
    "score_batch": "batches",
    "score_files": "stream",
    "score_text": "scores",
    "split_lexicon": "lexicon_edit",
    "sum_cells": "cells",
    "what_differs": "repeat",
    "write_lexicon": "formats",
    "train_vectors": "vectors",
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
