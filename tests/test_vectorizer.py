"""Lexicons as features of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline, make_union
from sklearn.utils import estimator_checks

import framing
from framing import FramingError, FramingWarning, Lexicon, LexiconError, LexiconVectorizer, Term
from framing.voice import VOICES

LEXICON = Lexicon.from_terms(
    [Term("raid", "war", 0.5), Term("truce", "peace"), Term("siege", "war")], name="own"
)
TEXTS = [
    "The raid began. Officials said the siege would end.",
    'She said: "A truce, a truce!" The "raid" went on.',
    "Nothing happened here.",
]


# Those of scikit-learn's checks that do not feed a matrix of numbers.
CHECKS = (
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_estimator_tags_renamed,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_mixin_order,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_set_params,
    estimator_checks.check_valid_tag_types,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_scikit_learns_own_checks(check: Callable[[str, object], None]) -> None:
    check("LexiconVectorizer", LexiconVectorizer())


def test_values_are_rates_by_category_and_voice() -> None:
    vectorizer = LexiconVectorizer([LEXICON])
    matrix = vectorizer.fit_transform(TEXTS)
    assert sparse.issparse(matrix) and matrix.shape == (3, 2 * len(VOICES))
    table = pd.DataFrame(matrix.toarray(), columns=vectorizer.get_feature_names_out())
    assert table.loc[0, "own/war/own"] == pytest.approx(0.5 / 9 * 1000)
    assert table.loc[0, "own/war/indirect"] == pytest.approx(1 / 9 * 1000)
    assert table.loc[1, "own/peace/direct"] == pytest.approx(2 / 10 * 1000)
    assert table.loc[1, "own/war/own"] == 0
    assert table.loc[2].sum() == 0


def test_values_agree_with_scores(corpus: pd.DataFrame) -> None:
    texts = list(corpus["text"])
    vectorizer = LexiconVectorizer(["conflict"]).fit(texts)
    table = pd.DataFrame(
        vectorizer.transform(texts).toarray(), columns=vectorizer.get_feature_names_out()
    )
    scores = framing.score(corpus, lexicons=["conflict"], classifier=None)
    hits = scores.hits.loc[(scores.hits["voice"] == "direct")]
    weights = hits.groupby("id")["weight"].sum().reindex(corpus["id"]).fillna(0).to_numpy()
    words = scores.articles["words"].to_numpy()
    direct = table[[c for c in table.columns if c.endswith("/direct")]].sum(axis=1)
    np.testing.assert_allclose(direct, weights / words * 1000)


def test_batches_do_not_matter() -> None:
    vectorizer = LexiconVectorizer([LEXICON])
    many = vectorizer.fit_transform(TEXTS * 200)
    few = vectorizer.transform(TEXTS)
    assert (many[300:303] != few[[0, 1, 2]]).nnz == 0
    assert vectorizer.transform([]).shape == (0, 10)


def test_it_is_cloned_searched_and_put_into_pipelines() -> None:
    texts = ["The raid began at dawn."] * 6 + ["A truce held all day."] * 6
    y = [1] * 6 + [0] * 6
    pipeline = make_pipeline(make_union(LexiconVectorizer([LEXICON])), LogisticRegression(C=100.0))
    grid = {
        "featureunion__lexiconvectorizer__voices": [["mention"], ["own"], ["own", "direct"]],
        "featureunion__lexiconvectorizer__lexicons": [[LEXICON], ["hedges"]],
    }
    search = GridSearchCV(pipeline, grid, cv=2).fit(texts, y)
    assert search.best_score_ == 1
    best = search.best_params_
    assert best["featureunion__lexiconvectorizer__lexicons"] == [LEXICON]
    assert best["featureunion__lexiconvectorizer__voices"] == ["own"]
    copy = clone(LexiconVectorizer([LEXICON], voices=["own"]))
    assert copy.lexicons == [LEXICON] and not hasattr(copy, "lexicons_")
    names = LexiconVectorizer(["hedges"], voices=["own"]).fit(TEXTS).get_feature_names_out()
    assert names[0] == "hedges/modal-verbs/own"


def test_dense_output_is_a_table_where_asked() -> None:
    vectorizer = LexiconVectorizer([LEXICON], sparse_output=False).set_output(transform="pandas")
    table = clone(vectorizer).fit_transform(pd.Series(TEXTS, index=["a", "b", "c"]))
    assert list(table.columns) == list(vectorizer.fit(TEXTS).get_feature_names_out())
    assert np.array_equal(table, LexiconVectorizer([LEXICON]).fit_transform(TEXTS).toarray())
    assert list(table.index) == ["a", "b", "c"]


def test_bad_input_is_named() -> None:
    with pytest.raises(NotFittedError):
        LexiconVectorizer().transform(TEXTS)
    with pytest.raises(TypeError, match=r"wrap it: \[text\]"):
        LexiconVectorizer([LEXICON]).fit("The raid")
    with pytest.raises(TypeError, match="found int at place 1: 7"):
        LexiconVectorizer([LEXICON]).fit(["a", 7])  # type: ignore[list-item]
    for voices in ("own", ["mine"], ["own", "own"], []):
        with pytest.raises(FramingError, match="voices must be a list of own, direct"):
            LexiconVectorizer([LEXICON], voices=voices).fit(TEXTS)
    with pytest.raises(LexiconError, match="no bundled lexicon"):
        LexiconVectorizer(["nothing"]).fit(TEXTS)


def test_texts_without_words_are_told() -> None:
    with pytest.warns(FramingWarning, match="1 of 2 texts hold no words"):
        matrix = LexiconVectorizer([LEXICON]).fit_transform(["raid", "!"])
    assert matrix[1].nnz == 0
