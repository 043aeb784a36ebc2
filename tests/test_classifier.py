"""The estimator: what it learns from marked words, what it refuses, and as scikit-learn."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks

from framing import classifier as module
from framing.classifier import (
    LoadedWordingClassifier,
    load_classifier,
    save_classifier,
)
from framing.errors import FramingWarning, ModelError
from framing.features import content_words
from framing.fitting import Dense, Examples, _fit_linear
from framing.scores import score
from framing.tokens import tokenize

WHO = ["The council", "A minister", "The harbour board", "Two unions", "The water company"]
DID = ["published", "discussed", "postponed", "approved", "reviewed"]
WHAT = ["plan", "budget", "vote", "report", "answer"]
LOADED = ["disgraceful", "shameless", "cowardly", "grotesque"]
PLAIN = ["annual", "regional", "second", "short"]


def invented(n: int = 120, *, seed: int = 1) -> tuple[list[str], np.ndarray, list[list[str]]]:
    """Sentences in which one adjective decides."""
    draw = np.random.default_rng(seed)
    sentences, y, words = [], [], []
    for i in range(n):
        who, did, what = (str(draw.choice(x)) for x in (WHO, DID, WHAT))
        loaded = i % 2
        adjective = str(draw.choice(LOADED if loaded else PLAIN))
        sentences.append(f"{who} {did} the {adjective} {what} on day {draw.integers(1, 30)}.")
        y.append(loaded)
        words.append([adjective] if loaded else [])
    return sentences, np.array(y), words


def make(**settings: object) -> LoadedWordingClassifier:
    """Without vectors, which take most of the time and change nothing of what is tested here."""
    return LoadedWordingClassifier(**{"vectors": None, **settings})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def fitted() -> LoadedWordingClassifier:
    sentences, y, words = invented()
    return make(bits=14).fit(sentences, y, words=words)


@pytest.fixture(scope="module")
def default() -> LoadedWordingClassifier:
    return load_classifier()


def top_word(model: LoadedWordingClassifier, text: str) -> str:
    start, end, _ = max(model.explain(text), key=lambda word: word[2])
    return text[start:end]


def test_it_learns_the_marked_words(fitted: LoadedWordingClassifier) -> None:
    sentences, y, words = invented(60, seed=2)
    assert (fitted.predict(sentences) == y).all()
    for text, marked in zip(sentences, words, strict=True):
        if marked:
            assert top_word(fitted, text) == marked[0]
    assert top_word(fitted, "Nobody mentioned a grotesque proposal.") == "grotesque"


def test_it_learns_weakly_without_words() -> None:
    sentences, y, _ = invented()
    model = make(bits=14).fit(sentences, y)
    others, truth, words = invented(60, seed=3)
    assert (model.predict(others) == truth).mean() > 0.9
    marked = [(t, w[0]) for t, w in zip(others, words, strict=True) if w]
    assert np.mean([top_word(model, t) == w for t, w in marked]) > 0.9


def test_shares_of_annotators_are_soft_labels() -> None:
    sentences, y, words = invented()
    half = [dict.fromkeys(w, 0.4) for w in words]
    whole = [dict.fromkeys(w, 1.0) for w in words]
    base = make(bits=14)
    soft, hard = (clone(base).fit(sentences, y, words=w) for w in (half, whole))
    text = "The council approved the shameless plan on day 3."
    (low,), (high,) = ([max(p for *_, p in m.explain(text))] for m in (soft, hard))
    assert low == pytest.approx(0.4, abs=0.1)
    assert high > 0.8


def test_words_may_be_known_for_some_sentences_only() -> None:
    sentences, y, words = invented()
    some = [w if i % 3 else None for i, w in enumerate(words)]
    model = make(bits=14).fit(sentences, y, words=some)
    assert model.model_.card["training_data"]["sentences with words given"] == 80
    assert top_word(model, "The council reviewed the cowardly answer.") == "cowardly"


def test_phrases_and_the_other_apostrophe_are_aligned() -> None:
    tokens = tokenize(["Mobs of so-called experts, “puppets”, didn’t see the mobs of Ellery."])
    share = module._shares(
        tokens, np.array([True]), [["MOBS OF", "so-called experts", '"puppets"', "didn't"]]
    )
    marked = [tokens.types[tokens.type[i]] for i in np.flatnonzero(share)]
    # "of" and "didn't" are function words; both places of a phrase count.
    assert marked == ["mobs", "so-called", "experts", "puppets", "mobs"]


def test_marked_words_that_are_not_there_are_told_of() -> None:
    sentences, y, words = invented(20)
    words[1] = [*words[1], "vanished"]
    with pytest.warns(FramingWarning, match="1 of 11 marked words .* 'vanished' in sentence 1"):
        make(bits=12).fit(sentences, y, words=words)


def test_a_weak_label_is_shared_among_content_words() -> None:
    tokens = tokenize(["The mob ran wild.", "The rain fell."])
    share = module._shares(tokens, np.array([True, False]), None)
    np.testing.assert_allclose(share[tokens.article == 0], [0, 1 / 3, 1 / 3, 1 / 3, 0])
    assert not share[tokens.article == 1].any()


def test_probabilities(fitted: LoadedWordingClassifier) -> None:
    sentences, *_ = invented(30, seed=4)
    found = fitted.predict_proba(sentences)
    assert found.shape == (30, 2)
    assert ((found > 0) & (found < 1)).all()
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (fitted.predict(sentences) == fitted.classes_[(found[:, 1] > 0.5).astype(int)]).all()


def test_a_sentence_does_not_depend_on_the_batch(fitted: LoadedWordingClassifier) -> None:
    sentences, *_ = invented(30, seed=4)
    together = fitted.predict_proba(sentences)
    alone = np.vstack([fitted.predict_proba([s]) for s in sentences])
    assert (together == alone).all()
    assert (fitted.predict_proba(sentences[::-1]) == together[::-1]).all()


def test_an_item_of_two_sentences_is_one(default: LoadedWordingClassifier) -> None:
    first, second = "The plan was shameless.", "It passed on Monday."
    both = default.predict_proba([f"{first} {second}"])
    assert both.shape == (1, 2)
    assert both[0, 1] != default.predict_proba([first])[0, 1]


def test_the_same_seed_gives_the_same_weights() -> None:
    sentences, y, words = invented(40)
    base = make(bits=12)
    one, two = (clone(base).fit(sentences, y, words=words) for _ in range(2))
    assert one.model_.sha256 == two.model_.sha256
    other = clone(base).set_params(random_state=7).fit(sentences, y, words=words)
    assert other.model_.sha256 != one.model_.sha256
    # The folds calibrate; the weights of features come from all sentences.
    assert (other.model_.table.weights == one.model_.table.weights).all()


def test_explain_gives_every_word_with_its_offsets(default: LoadedWordingClassifier) -> None:
    text = "“Shameless,” said nobody;\n\nthe 𝒳-rated café’s grotesque vote — 12.5 % — passed."
    found = default.explain(text)
    words = [text[start:end] for start, end, _ in found]
    assert words == ("Shameless said nobody the 𝒳-rated café’s grotesque vote 12.5 passed".split())
    by_word = {text[s:e]: p for s, e, p in found}
    assert by_word["the"] == 0.0
    assert all(0 < p < 1 for w, p in by_word.items() if w != "the")
    assert by_word["grotesque"] > by_word["vote"]
    assert all(type(s) is int and type(e) is int and type(p) is float for s, e, p in found)
    assert default.explain("") == default.explain(" … ") == []


def test_what_explains_is_what_scores(default: LoadedWordingClassifier) -> None:
    text = "The shameless council met. " + "It spoke of a quiet budget for all schools. " * 5
    row = score([{"id": "a", "text": text}], classifier=default, voices="marks").articles.iloc[0]
    assert row["quoted_share"] == 0
    assert row["loaded_words"] == pytest.approx(sum(p for *_, p in default.explain(text)))


def test_a_fitted_estimator_scores_a_corpus(fitted: LoadedWordingClassifier) -> None:
    sentences, *_ = invented(8)
    scores = score([{"id": "a", "text": " ".join(sentences)}], classifier=fitted)
    assert scores.manifest["classifier"] == {"name": "own", "sha256": fitted.model_.sha256}
    top = scores.sentences.sort_values("loaded_probability").iloc[-1]
    text = scores.corpus["text"].iloc[0]
    assert text[top["top_start"] : top["top_end"]] in LOADED


# What is refused.


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ("A bare string.", "must be a list of str, not a single str"),
        (b"bytes", "must be a list of str, not a single str"),
        ([], "is empty"),
        (7, "must be a list of str, found int"),
        (pd.DataFrame({"text": ["a", "b"]}), "must be a list of str, found DataFrame"),
        (np.array([["a"], ["b"]]), "must be a list of str, found ndarray"),
        (["fine", None], r"sentences\[1\] must be a str, found None"),
        (["fine", float("nan")], r"sentences\[1\] must be a str, found nan"),
        (["fine", "", " … ", "fine"], r"without a word .* sentences\[1\] = '', sentences\[2\]"),
    ],
)
def test_sentences_of_another_form(
    fitted: LoadedWordingClassifier, sentences: object, message: str
) -> None:
    for act in (
        fitted.predict,
        fitted.predict_proba,
        lambda s: make().fit(s, [0, 1, 0, 1]),
    ):
        with pytest.raises(ModelError, match=message):
            act(sentences)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["Biased", "Non-biased"] * 3, "found 'Biased'"),
        ([0, 1, 2, 0, 1, 2], "found 2"),
        ([0, 1, np.nan, 0, 1, 1], "found nan"),
        ([0.0, 0.5, 1.0, 0.0, 1.0, 1.0], "found 0.5"),
        ([0, 1, 1], "6 sentences, 3 items"),
        ([[0, 1]] * 6, "6 sentences, shape"),
        ([1, 1, 1, 1, 1, 1], "found 6 loaded, 0 not"),
        ([0, 0, 0, 0, 0, 1], "found 1 loaded, 5 not"),
    ],
)
def test_labels_of_another_form(y: object, message: str) -> None:
    sentences, *_ = invented(6)
    with pytest.raises(ModelError, match=message):
        make().fit(sentences, y)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("disgraceful", "6 sentences, a single str items"),
        ([["a"]], "6 sentences, 1 items"),
        (["plan"] * 6, r"words\[0\] must be a list of str"),
        ([[3]] + [[]] * 5, r"words\[0\] .* found 3 in it"),
        ([3] + [[]] * 5, r"words\[0\] .* found 3"),
        ([{"plan": 3}] + [[]] * 5, "share of 'plan' must be a number from 0 to 1, found 3"),
        ([{"plan": "x"}] + [[]] * 5, "share of 'plan' must be a number from 0 to 1, found 'x'"),
        ([{"plan": float("nan")}] + [[]] * 5, "found nan"),
        ([[]] * 6, "no content word is marked"),
        ([["the"]] * 6, "no content word is marked"),
    ],
)
def test_words_of_another_form(words: object, message: str) -> None:
    sentences, y, _ = invented(6)
    with pytest.raises(ModelError, match=message):
        make().fit(sentences, y, words=words)  # type: ignore[arg-type]


def test_groups_of_another_length() -> None:
    sentences, y, words = invented(6)
    with pytest.raises(ModelError, match="groups must have one item a sentence"):
        make(bits=8).fit(sentences, y, words=words, groups=[1, 2])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"C": 0}, "C must be a number greater than 0, found 0"),
        ({"C": "1"}, "C must be"),
        ({"bits": 30}, "bits must be a whole number from 8 to 22, found 30"),
        ({"cv": 1}, "cv must be"),
        ({"cv": 2.5}, "cv must be"),
        ({"random_state": -1}, "random_state must be"),
        ({"random_state": None}, "random_state must be"),
        ({"name": ""}, "name must be"),
        ({"C_vectors": -1}, "C_vectors must be a number greater than 0"),
        ({"article_weight": 0}, "article_weight must be a number greater than 0"),
        ({"hidden": -1}, "hidden must be a whole number from 0 to 256"),
        ({"vectors": 3}, "vectors must be a bundled name, a folder, WordVectors or None"),
        ({"vectors": "nothing"}, "no bundled model is called 'nothing'"),
        ({"vectors": "default"}, "of kind 'words in context', not 'word vectors'"),
    ],
)
def test_settings_that_are_not_valid(settings: dict[str, object], message: str) -> None:
    sentences, y, words = invented(6)
    model = LoadedWordingClassifier().set_params(**settings)
    with pytest.raises(ModelError, match=message):
        model.fit(sentences, y, words=words)


def test_before_it_is_fitted() -> None:
    model = LoadedWordingClassifier()
    for act in (lambda: model.predict(["A plan."]), lambda: model.explain("A plan.")):
        with pytest.raises(NotFittedError):
            act()
    with pytest.raises(ModelError, match="takes a fitted LoadedWordingClassifier"):
        save_classifier(model, "nowhere")


def test_explain_takes_one_text(fitted: LoadedWordingClassifier) -> None:
    with pytest.raises(ModelError, match="one text as a str, found list"):
        fitted.explain(["A plan."])  # type: ignore[arg-type]


# As scikit-learn.


def test_the_checks_of_scikit_learn_that_apply_to_texts() -> None:
    """Those that build no numeric matrix; what the others test is tested below."""
    model = LoadedWordingClassifier(bits=8, cv=2)
    name = type(model).__name__
    for check in (
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_estimator_tags_renamed,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
        estimator_checks.check_valid_tag_types,
        estimator_checks.check_mixin_order,
    ):
        check(name, model)
    assert is_classifier(model)


def test_fit_leaves_its_input_and_settings_alone() -> None:
    sentences, y, words = invented(20)
    copies = list(sentences), y.copy(), [list(w) for w in words]
    model = LoadedWordingClassifier(bits=10, vectors=None)
    before = model.get_params()
    assert model.fit(sentences, y, words=words) is model
    assert model.get_params() == before
    assert sentences == copies[0]
    assert (y == copies[1]).all()
    assert words == copies[2]
    learned = {n for n in vars(model) if n.endswith("_")}
    assert learned == {"model_", "classes_"}


@pytest.mark.parametrize("form", [list, tuple, pd.Series, lambda s: np.array(s, object), np.array])
def test_forms_of_sentences_and_labels(form: object) -> None:
    sentences, y, words = invented(20)
    expected = make(bits=10).fit(sentences, y, words=words)
    found = make(bits=10).fit(form(sentences), form(y), words=words)  # type: ignore[operator]
    assert found.model_.sha256 == expected.model_.sha256
    assert (found.predict(form(sentences)) == expected.predict(sentences)).all()  # type: ignore[operator]


def test_labels_keep_their_type() -> None:
    sentences, y, words = invented(20)
    model = make(bits=10).fit(sentences, y == 1, words=words)
    assert model.classes_.tolist() == [False, True]
    assert model.predict(sentences).dtype == bool
    assert model.score(sentences, y == 1) > 0.9


def test_in_a_pipeline_with_cross_validation_and_words() -> None:
    sentences, y, words = invented(60)
    groups = np.repeat(np.arange(20), 3)
    pipeline = make_pipeline(
        FunctionTransformer(lambda s: [x.replace("day", "date") for x in s]),
        make(bits=10, cv=2),
    )
    step = "loadedwordingclassifier"
    result = cross_validate(
        pipeline,
        sentences,
        y,
        groups=groups,
        cv=GroupKFold(3),
        params={f"{step}__words": words, f"{step}__groups": groups},
        scoring=["roc_auc", "f1_macro"],
    )
    assert result["test_roc_auc"].min() > 0.9
    found = cross_val_predict(pipeline, sentences, y, cv=3, method="predict_proba")
    assert found.shape == (60, 2)


def test_in_a_grid_search() -> None:
    sentences, y, words = invented(40)
    search = GridSearchCV(
        make(bits=10, cv=2),
        {"C": [0.01, 1.0], "bits": [9, 10]},
        cv=2,
        scoring="roc_auc",
    )
    search.fit(sentences, y, words=words)
    assert len(search.cv_results_["params"]) == 4
    assert search.best_score_ > 0.9
    assert search.predict(sentences).shape == (40,)


def test_few_sentences_and_few_groups_still_train() -> None:
    sentences = ["A vile act.", "A vile plan.", "A new act.", "A new plan."]
    words = [["vile"], ["vile"], [], []]
    for groups in (None, ["one"] * 4, ["a", "b", "a", "b"]):
        model = make(bits=8).fit(sentences, [1, 1, 0, 0], words=words, groups=groups)
        assert top_word(model, "A vile act.") == "vile"


def test_a_group_is_never_on_both_sides() -> None:
    _, y, _ = invented(60)
    groups = np.repeat(np.arange(15), 4)
    folds = module._folds(y == 1, groups, 5, 0)
    assert len(folds) == 5
    assert (sum(~known for known in folds) == 1).all()
    for known in folds:
        assert not set(groups[known]) & set(groups[~known])


def test_the_regression_is_at_its_minimum() -> None:
    """Against scikit-learn's, with soft labels as weighted pairs."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    draw = np.random.default_rng(0)
    x = (draw.random((200, 12)) < 0.3).astype(float)
    target = np.clip(draw.normal(x[:, 0] * 0.6 + 0.1, 0.1), 0, 1)
    none = np.zeros((1, 0), np.float32)
    zero = np.zeros(200, np.intp)
    examples = Examples(
        sparse.csr_matrix(x),
        Dense(none, none, np.zeros((200, 4), np.intp), np.zeros(200, np.float32)),
        target,
        np.ones(200),
        zero,
        zero,
    )
    fitted = _fit_linear(examples, C=0.7, C_vectors=1.0)
    weights, bias = fitted.hashed, fitted.intercept[0]
    other = LogisticRegression(C=0.7, tol=1e-8, max_iter=1000).fit(
        np.vstack([x, x]),
        np.repeat([1, 0], 200),
        sample_weight=np.append(target, 1 - target),
    )
    np.testing.assert_allclose(weights, other.coef_[0], atol=0.02)
    assert bias == pytest.approx(float(other.intercept_[0]), abs=0.02)


def test_calibration_mends_scores_that_are_too_sure() -> None:
    draw = np.random.default_rng(0)
    logit = draw.normal(-2, 1.5, 20_000)
    truth = (draw.random(20_000) < 1 / (1 + np.exp(-logit))).astype(float)
    slope, intercept = module._calibrate(3 * logit + 1, truth, np.ones(20_000))
    assert slope == pytest.approx(1 / 3, rel=0.1)
    assert intercept == pytest.approx(-1 / 3, abs=0.1)
    assert module._calibrate(-logit, truth, np.ones(20_000))[0] > 0


# On disk.


def test_saved_and_loaded(fitted: LoadedWordingClassifier, tmp_path: Path) -> None:
    folder = save_classifier(fitted, tmp_path / "mine")
    assert sorted(p.name for p in folder.iterdir()) == ["CARD.md", "model.json", "weights.npz"]
    again = load_classifier(folder)
    sentences, y, words = invented(30, seed=5)
    assert (again.predict_proba(sentences) == fitted.predict_proba(sentences)).all()
    assert again.model_.sha256 == fitted.model_.sha256
    # The settings are those it was made with, so that it can be fitted anew.
    assert set(again.get_params()) == set(fitted.get_params())
    for name, value in fitted.get_params().items():
        assert again.get_params()[name] == value
    first = clone(again).fit(sentences, y, words=words).model_
    second = clone(fitted).fit(sentences, y, words=words).model_
    assert first.sha256 == second.sha256


def test_loading_refuses_what_is_damaged(fitted: LoadedWordingClassifier, tmp_path: Path) -> None:
    folder = save_classifier(fitted, tmp_path / "mine")
    path = folder / "weights.npz"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match="SHA-256"):
        load_classifier(folder)
    with pytest.raises(ModelError, match="no bundled model"):
        load_classifier("nothing")


def test_only_fitted_classifiers_are_saved(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="or EncoderClassifier, found 3"):
        save_classifier(3, tmp_path)  # type: ignore[arg-type]


def test_the_bundled_classifier_knows_loaded_words(default: LoadedWordingClassifier) -> None:
    loaded = [
        "The shameless minister peddled a ridiculous conspiracy.",
        "A radical mob hijacked the hearing in a disgusting stunt.",
        "He bragged about his disastrous, cruel scheme.",
    ]
    plain = [
        "The minister presented the report on Tuesday.",
        "About forty people attended the hearing at the town hall.",
        "The agency expects the bridge to open in March.",
    ]
    found = default.predict_proba(loaded + plain)[:, 1]
    assert found[:3].min() > 0.6
    assert found[3:].max() < 0.4
    for a, b in itertools.product(found[:3], found[3:]):
        assert a > b + 0.3


def test_names_in_place_of_names_change_little(default: LoadedWordingClassifier) -> None:
    pattern = "The shameless vote in {place} angered {person}, who left the meeting early."
    swaps = [("Ellery", "Mr. Vance"), ("Harrow", "Ms. Lund"), ("Norfield", "Mr. Roth")]
    found = [
        default.predict_proba([pattern.format(place=place, person=person)])[0, 1]
        for place, person in swaps
    ]
    assert max(found) - min(found) < 0.1


def test_content_words_decide(default: LoadedWordingClassifier) -> None:
    text = "It was what it was."
    tokens = tokenize([text])
    assert not content_words(tokens).any()
    assert default.predict_proba([text])[0, 1] < 0.2


# What training reads: words as annotators wrote them down.


@pytest.mark.parametrize(
    ("written", "meant", "how"),
    [
        ("Shameless", ["shameless"], "as written"),
        ("mob rule ; shameless,", ["mob", "rule", "shameless"], "as written"),
        ("claim", ["claims"], "otherwise"),
        ("shamelss", ["shameless"], "otherwise"),
        ("shameless rule", ["shameless", "rule"], "otherwise"),
        ("vanished", [], "lost"),
        ("mob vanished", [], "lost"),
        ("is", [], "lost"),
    ],
)
def test_marks_are_aligned_or_counted_as_lost(
    written: str, meant: list[str], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    from benchmarks._data import align

    tokens = tokenize(["Nobody claims that mob rule in Ellery was shameless."])
    types = [tokens.types[i] for i in tokens.type]
    places, counts = align(types, written)
    assert sorted(types[i] for i in places) == sorted(meant)
    assert set(counts) == {how}


def test_agreement_of_annotators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    from benchmarks._data import krippendorff

    readers = np.full(4, 3.0)
    assert krippendorff(np.array([3.0, 0, 3, 0]), readers) == 1.0
    # By hand: 12 labels, 6 of them yes; each unit has 2 unlike of 3 pairs.
    assert krippendorff(np.array([1.0, 2, 1, 2]), readers) == pytest.approx(
        1 - (8 / 12) / (72 / 132)
    )
