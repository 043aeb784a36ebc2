"""The classifier over an encoder: a tiny random one, made here, stands for a real one."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

import framing
from framing import encoder as module
from framing.classifier import load_classifier, save_classifier
from framing.encoder import EncoderClassifier, SentenceEncoder, load_encoder_classifier
from framing.errors import MissingExtraError, ModelError
from framing.tokens import tokenize
from framing.validation import cross_validate_by

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
tokenizers = pytest.importorskip("tokenizers")

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LOADED, PLAIN = ["vile", "shameless", "cowardly", "grotesque"], ["new", "annual", "short", "third"]
WIDTH = 16


def graph(seed: int, *, inputs: tuple[str, ...] = module._INPUTS, pooled: bool = False) -> bytes:
    """An embedding, and the sentence's mean added to it: vectors in context, of random numbers."""
    from onnx import TensorProto, helper, numpy_helper

    draw = np.random.default_rng(seed)
    table = draw.normal(size=(4 + 2 * len(LETTERS), WIDTH)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["embedded"]),
        helper.make_node("ReduceMean", ["embedded"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["mean", "tenth"], ["little"]),
        helper.make_node("Add", ["embedded", "little"], ["last_hidden_state"]),
    ]
    shape = ["batch", "sequence", WIDTH]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, shape)
    if pooled:
        nodes.append(
            helper.make_node("ReduceMean", ["last_hidden_state"], ["pooled"], axes=[1], keepdims=0)
        )
        output = helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["batch", WIDTH])
    made = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
            for name in inputs
        ],
        [output],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array(0.1, np.float32), "tenth"),
        ],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    return model.SerializeToString()


def make(folder: Path, *, seed: int = 0, window: int = 24, **settings: object) -> Path:
    """Write an encoder that reads a letter at a time, between two marks of its own."""
    from tokenizers import models, normalizers, pre_tokenizers, processors

    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(graph(seed, **settings))  # type: ignore[arg-type]
    names = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", *LETTERS, *(f"##{c}" for c in LETTERS)]
    vocabulary = {name: i for i, name in enumerate(names)}
    tokenizer = tokenizers.Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.enable_truncation(max_length=window)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def invented(n: int = 96) -> tuple[list[str], np.ndarray, list[list[str]]]:
    draw = np.random.default_rng(0)
    sentences, words = [], []
    for i in range(n):
        word = str(draw.choice(LOADED if i % 2 else PLAIN))
        what = draw.choice(["plan", "budget", "report", "answer"])
        sentences.append(f"The {word} {what} of the {draw.choice(['board', 'union'])} failed.")
        words.append([word] if i % 2 else [])
    return sentences, np.arange(n) % 2, words


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("encoder") / "tiny")


@pytest.fixture(scope="module")
def fitted(folder: Path) -> EncoderClassifier:
    sentences, y, words = invented()
    return EncoderClassifier(folder, C_vectors=1.0, cv=2, hidden=4).fit(sentences, y, words=words)


def test_it_is_used_as_the_other_classifier(fitted: EncoderClassifier) -> None:
    sentences, y, words = invented(24)
    assert (fitted.predict(sentences) == y).mean() > 0.9
    loaded = [(text, marked[0]) for text, marked in zip(sentences, words, strict=True) if marked]
    for text, word in loaded:
        start, end, _ = max(fitted.explain(text), key=lambda found: found[2])
        assert text[start:end] == word
    low = fitted.predict_proba(sentences, prior=0.05)[:, 1]
    assert (low < fitted.predict_proba(sentences)[:, 1]).all()
    assert all(p == 0 for start, end, p in fitted.explain("The vile one.") if end - start == 3)


def test_what_it_was_made_from_is_on_its_card(fitted: EncoderClassifier, folder: Path) -> None:
    trained = fitted.model_.card["training_data"]
    assert trained["encoder"] == "tiny"
    assert trained["SHA-256 of the encoder"] == SentenceEncoder.of(folder).sha256
    assert fitted.model_.card["settings"]["hidden"] == 4


def test_a_value_does_not_depend_on_the_batch(fitted: EncoderClassifier) -> None:
    sentences, _, _ = invented(12)
    together = fitted.model_.word_probabilities(tokenize(sentences))
    alone = [fitted.model_.word_probabilities(tokenize([text])) for text in sentences]
    np.testing.assert_array_equal(together, np.concatenate(alone))


def test_a_word_has_the_mean_of_its_pieces(folder: Path) -> None:
    encoder = SentenceEncoder.of(folder)
    text = "Vile plan."
    spans, states = encoder.states(text)
    assert [text[a:b] for a, b in spans] == [*"Vileplan."]
    (((at, dense)),) = encoder.words(tokenize([text]))
    assert at.tolist() == [0, 1]
    np.testing.assert_allclose(dense.types[0], states[:4].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(dense.types[1], states[4:8].mean(axis=0), rtol=1e-5)
    np.testing.assert_array_equal(dense.types[3], 0)
    assert dense.rows.tolist() == [[0, 3, 1, 0], [1, 0, 2, 0]]


def test_a_long_sentence_is_read_to_its_end(folder: Path) -> None:
    text = "the vile plan " * 40 + "failed"
    spans, states = SentenceEncoder.of(folder).states(text)
    letters = [i for i, c in enumerate(text) if c != " "]
    assert spans[:, 0].tolist() == letters
    assert states.shape == (len(letters), WIDTH)


def test_articles_count_and_what_has_no_word_is_no_harm(folder: Path) -> None:
    sentences, y, words = invented(24)
    text = "The vile plan failed. The board met."
    articles = [framing.MarkedArticle(text, ((4, 8, 1.0),)), framing.MarkedArticle("...")]
    model = EncoderClassifier(folder, cv=2, hidden=0).fit(
        sentences, y, words=words, articles=articles
    )
    assert model.model_.head.intercept.shape == (1,)
    assert model.model_.word_scores(tokenize(["...", ""]))[1].shape == (0,)


def test_it_is_saved_and_loaded(fitted: EncoderClassifier, folder: Path, tmp_path: Path) -> None:
    saved = save_classifier(fitted, tmp_path / "mine")
    assert sorted(p.name for p in saved.iterdir()) == ["CARD.md", "model.json", "weights.npz"]
    again = load_encoder_classifier(saved, encoder=folder)
    sentences, _, _ = invented(8)
    np.testing.assert_array_equal(again.predict_proba(sentences), fitted.predict_proba(sentences))
    assert again.model_.sha256 == fitted.model_.sha256
    assert again.get_params() == fitted.get_params()
    assert (saved / "weights.npz").stat().st_size < 20_000


def test_another_encoder_is_refused(fitted: EncoderClassifier, tmp_path: Path) -> None:
    saved = save_classifier(fitted, tmp_path / "mine")
    other = make(tmp_path / "other", seed=1)
    with pytest.raises(ModelError, match="not the encoder that the model was trained with"):
        load_encoder_classifier(saved, encoder=other)


def test_an_encoder_that_was_changed_since_is_refused(tmp_path: Path) -> None:
    folder = make(tmp_path / "tiny")
    sentences, y, words = invented(24)
    model = EncoderClassifier(folder, cv=2, hidden=0).fit(sentences, y, words=words)
    (folder / "model.onnx").write_bytes(graph(seed=7))
    module._open.cache_clear()
    with pytest.raises(ModelError, match="not the encoder that the model was trained with"):
        model.predict(sentences)


def test_weights_outside_the_graph_are_part_of_the_hash(tmp_path: Path) -> None:
    folder = make(tmp_path / "tiny")
    before = SentenceEncoder.of(folder).sha256
    (folder / "model.onnx_data").write_bytes(b"weights")
    assert module._hash(folder) != before


def edit(folder: Path, **changes: object) -> None:
    path = folder / "model.json"
    content = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**content, **changes}), "utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layout": 2}, "is not one that this version reads"),
        ({"kind": "words in context"}, "of kind 'words in context', not 'words in context, by an"),
        ({"encoder_sha256": None}, "the encoder's hash is missing"),
        ({"content_sha256": "0"}, "not those that were saved"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(
    fitted: EncoderClassifier,
    folder: Path,
    tmp_path: Path,
    changes: dict[str, object],
    message: str,
) -> None:
    saved = save_classifier(fitted, tmp_path / "mine")
    edit(saved, **changes)
    with pytest.raises(ModelError, match=message):
        load_encoder_classifier(saved, encoder=folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [("dense", np.zeros(4)), ("dense", np.zeros(9)), ("network_outer", np.zeros(3))],
)
def test_arrays_that_are_no_model_are_refused(
    fitted: EncoderClassifier, folder: Path, tmp_path: Path, name: str, value: np.ndarray
) -> None:
    from framing.model_files import write_arrays

    saved = save_classifier(fitted, tmp_path / "mine")
    content = json.loads((saved / "model.json").read_text("utf-8"))
    write_arrays(saved, arrays=fitted.model_.arrays() | {name: value}, card=content)
    with pytest.raises(ModelError, match="does not hold a valid model"):
        load_encoder_classifier(saved, encoder=folder)


def test_each_loader_refuses_the_other_kind(
    fitted: EncoderClassifier, folder: Path, tmp_path: Path
) -> None:
    saved = save_classifier(fitted, tmp_path / "mine")
    with pytest.raises(ModelError, match="of kind 'words in context, by an encoder'"):
        load_classifier(saved)
    bundled = Path(framing.__file__).parent / "models" / "default"
    with pytest.raises(ModelError, match="of kind 'words in context'"):
        load_encoder_classifier(bundled, encoder=folder)


def test_articles_are_scored_with_it(fitted: EncoderClassifier) -> None:
    text = "The shameless plan failed. " + "The board met on the third day for a short talk. " * 4
    corpus = [{"id": name, "text": text} for name in "ab"]
    scores = framing.score(corpus, classifier=fitted, lexicons=["conflict"])
    assert scores.manifest["classifier"] == {"name": "own", "sha256": fitted.model_.sha256}
    rate = scores.articles["loaded_rate"]
    assert rate.iloc[0] == rate.iloc[1] > 0
    sent = pickle.loads(pickle.dumps(fitted.model_))
    tokens = tokenize([text])
    np.testing.assert_array_equal(
        sent.word_probabilities(tokens), fitted.model_.word_probabilities(tokens)
    )


def test_it_is_cross_validated_like_the_other(folder: Path) -> None:
    sentences, y, words = invented(48)
    model = EncoderClassifier(folder, C_vectors=1.0, cv=2, hidden=0)
    groups = [i // 4 for i in range(48)]
    table = cross_validate_by(groups, model, sentences, y, words=words, folds=3)
    assert table["auc"].iloc[-1] > 0.9


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_a_missing_package_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    folder = make(tmp_path / "tiny")
    module._open.cache_clear()
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"'{package}'.*framing-analysis\[encoder\]"):
        SentenceEncoder.of(folder)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path / "tiny")
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name} is not there"):
        SentenceEncoder.of(folder)


def test_the_usual_place_of_an_export_is_known(tmp_path: Path) -> None:
    folder = make(tmp_path / "tiny")
    before = SentenceEncoder.of(folder).sha256
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    assert SentenceEncoder.of(folder).sha256 == before


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"inputs": ("input_ids", "position_ids")}, "wants the input 'position_ids'; known are"),
        ({"pooled": True}, "gives pooled of shape .*no vector for each token"),
    ],
)
def test_graphs_that_are_no_encoder_are_refused(
    tmp_path: Path, settings: dict[str, object], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        SentenceEncoder.of(make(tmp_path / "tiny", **settings))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_damaged_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path / "tiny")
    (folder / name).write_bytes(b"no such thing")
    with pytest.raises(ModelError, match="not a sentence encoder that can be used"):
        SentenceEncoder.of(folder)


def test_settings_are_checked(folder: Path) -> None:
    sentences, y, _ = invented(8)
    with pytest.raises(ModelError, match="hidden must be a whole number from 0 to 256, found -1"):
        EncoderClassifier(folder, hidden=-1).fit(sentences, y)
    with pytest.raises(ModelError, match="encoder must be a folder, found None"):
        EncoderClassifier(None).fit(sentences, y)  # type: ignore[arg-type]


def test_the_command_line_trains_and_evaluates_with_it(folder: Path, tmp_path: Path) -> None:
    import pandas as pd
    from click.testing import CliRunner

    from framing.cli import main

    sentences, y, words = invented(48)
    marked = [";".join(found) for found in words]
    path = tmp_path / "sentences.csv"
    pd.DataFrame({"text": sentences, "loaded": y, "marked": marked}).to_csv(path, index=False)

    def run(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["classifier", *map(str, arguments)])
        return result.exit_code, result.output

    train = ("train", path, "--words", "marked", "--encoder", folder, "--folds", 2)
    assert run(*train, "--out", tmp_path / "mine")[0] == 0
    code, out = run("evaluate", path, "--model", tmp_path / "mine", "--encoder", folder)
    assert code == 0
    assert out.splitlines()[1].split()[:2] == ["all", "48"]
    code, out = run("evaluate", path, "--model", tmp_path / "mine")
    assert code == 2
    assert "words in context, by an encoder" in out
    code, out = run(*train, "--vectors", "v", "--out", tmp_path / "other")
    assert code == 2
    assert "cannot both be given" in out
