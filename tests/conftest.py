"""What several tests share."""

from __future__ import annotations

import os
from pathlib import Path

import matplotlib
import pandas as pd
import pytest
from hypothesis import settings

import framing

# The same examples in every run: a failure that only some runs see says nothing about a change.
# The search for new ones is benchmarks.fuzz, and HYPOTHESIS_PROFILE=search.
settings.register_profile("same", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

matplotlib.use("Agg")


@pytest.fixture(scope="session")
def corpus() -> pd.DataFrame:
    return framing.read_corpus(framing.example_corpus_folder())


@pytest.fixture(scope="session")
def scores(corpus: pd.DataFrame) -> framing.Scores:
    return framing.score(corpus)


@pytest.fixture(scope="session")
def comparison(scores: framing.Scores) -> framing.Comparison:
    return framing.compare(scores)


@pytest.fixture(scope="session")
def data() -> Path:
    """The research data, which is not part of the project."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("FRAMING_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"the research data is not at {folder}; set FRAMING_DATA to its folder")
    return folder
