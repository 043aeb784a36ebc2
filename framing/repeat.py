"""A manifest and the corpus -> the same comparison again, and what differs from then."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing import catalog
from framing.comparison import Comparison, compare
from framing.corpus import read_corpus
from framing.errors import FramingError
from framing.lexicon import Lexicon, resolve_lexicons
from framing.scores import describe_scoring, score

if TYPE_CHECKING:
    from framing.classifier import WordClassifier
    from framing.wordmodel import ScoredWords

__all__ = [
    "Rerun",
    "describe_differences",
    "manifest_difference",
    "read_manifest",
    "rerun",
    "what_differs",
]

NO_MANIFEST = "{path} is not there; give the JSON file that a comparison's manifest was written to"
NOT_JSON = "{path} is not valid JSON ({reason}); give the file as it was written"
NOT_A_MANIFEST = (
    "this is no manifest of a comparison: it lacks {missing}; give the manifest.json that stands "
    "with a comparison's tables, a report as .json, or comparison.manifest"
)
LEXICON_GONE = (
    "the comparison used the lexicon {name!r} (version {version}), which is not among the bundled "
    "ones ({valid}); give its folder in lexicons="
)
MODEL_GONE = (
    "the comparison used the model {name!r}, which is not among the bundled ones ({valid}); give "
    "its folder as classifier="
)

_NEEDED = ("framing", "settings", "corpus", "lexicons", "classifier", "comparison")


@dataclass(frozen=True)
class Rerun:
    """A comparison made again.

    Attributes
    ----------
    comparison : Comparison
        The new one.
    differs : pandas.DataFrame
        ``kind what then now``: what is not as it was; see `what_differs`. Empty if nothing is.
    same : bool
        Whether every estimate and difference is the same, bit by bit.
    """

    comparison: Comparison = field(repr=False)
    differs: pd.DataFrame
    same: bool

    def __repr__(self) -> str:
        result = (
            "The result is the same, bit by bit."
            if self.same
            else "The result is not the same, bit by bit."
        )
        return f"{describe_differences(self.differs)}\n{result}"


def describe_differences(differs: pd.DataFrame) -> str:
    """Write what differs in plain lines.

    Parameters
    ----------
    differs : pandas.DataFrame
        From `what_differs`.

    Returns
    -------
    str
        A line for each difference, or one that says that there is none.
    """
    if not len(differs):
        return "Nothing differs: data, lexicons, models, versions and settings are as they were."
    rows = differs.to_dict("records")
    return "\n".join(f"{r['kind']}: {r['what']}: {r['then']} then, {r['now']} now" for r in rows)


def rerun(
    manifest: Mapping[str, Any] | str | Path,
    corpus: pd.DataFrame | Sequence[dict[str, Any]] | str | Path,
    *,
    lexicons: Sequence[str | Path | Lexicon] = (),
    classifier: str | Path | ScoredWords | WordClassifier | None = None,
    n_jobs: int = 1,
) -> Rerun:
    """Repeat a comparison with the settings of its manifest, and say what differs.

    Parameters
    ----------
    manifest : mapping or path
        ``comparison.manifest``, or a JSON file that holds it or a report that has it.
    corpus : DataFrame, list of dict, or path
        The articles, read as they were then.
    lexicons : sequence of str, path or Lexicon
        Those that are not bundled; each takes the place of the one that has its name.
    classifier : optional
        The model, if it was not a bundled one.
    n_jobs : int
        Processes; the result is the same for any number.

    Returns
    -------
    Rerun
        The new comparison, what differs, and whether the result is the same to the last bit.

    Raises
    ------
    FramingError
        If this is no manifest, or a lexicon or model that it names is not to be had.

    Examples
    --------
    >>> import framing
    >>> corpus = framing.read_corpus(framing.example_corpus_folder())
    >>> comparison = framing.compare(framing.score(corpus))
    >>> again = framing.rerun(comparison.manifest, corpus)
    >>> again.same, len(again.differs)
    (True, 0)
    """
    then = read_manifest(manifest)
    frame = read_corpus(corpus)
    settings = then["comparison"]
    scores = score(frame, n_jobs=n_jobs, **_scoring(then, lexicons, classifier))
    opinion = settings["opinion"]
    comparison = compare(
        scores,
        by=settings["by"],
        match=settings["match"],
        against=settings["against"],
        family=settings["family"],
        level=settings["level"],
        random_state=settings["random_state"],
        measures=settings["measures"] if settings["chosen"] else None,
        opinion=None if opinion is None else (opinion[0], opinion[1]),
        draws=settings["draws"],
    )
    return Rerun(
        comparison,
        manifest_difference(then, comparison.manifest),
        settings["result"] == comparison.manifest["comparison"]["result"],
    )


def what_differs(
    manifest: Mapping[str, Any] | str | Path,
    corpus: pd.DataFrame | Sequence[dict[str, Any]] | str | Path,
    *,
    lexicons: Sequence[str | Path | Lexicon] = (),
    classifier: str | Path | ScoredWords | WordClassifier | None = None,
) -> pd.DataFrame:
    """Say what a rerun would not find as it was, without scoring anything.

    Parameters
    ----------
    manifest, corpus, lexicons, classifier
        As for `rerun`.

    Returns
    -------
    pandas.DataFrame
        ``kind what then now``; `kind` is ``data``, ``lexicon``, ``model``, ``version`` or
        ``setting``. Lexicons and models are told apart by the hash of what they hold.

    Raises
    ------
    FramingError
        As for `rerun`.
    """
    then = read_manifest(manifest)
    now = describe_scoring(corpus, **_scoring(then, lexicons, classifier))
    # The settings of the comparison are repeated, not found again.
    return manifest_difference(then, {**now, "comparison": then["comparison"]})


def read_manifest(manifest: Mapping[str, Any] | str | Path) -> dict[str, Any]:
    """Take a comparison's manifest from a mapping, its JSON file, or a JSON report.

    Parameters
    ----------
    manifest : mapping or path
        As for `rerun`.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    FramingError
        If it is not there, not JSON, or no manifest.
    """
    if isinstance(manifest, str | Path):
        path = Path(manifest)
        if not path.is_file():
            raise FramingError(NO_MANIFEST.format(path=path))
        try:
            found = json.loads(path.read_text("utf-8"))
        except (ValueError, RecursionError) as error:
            raise FramingError(NOT_JSON.format(path=path, reason=error)) from None
    else:
        found = dict(manifest)
    if isinstance(found, dict) and isinstance(found.get("manifest"), dict):
        found = found["manifest"]
    if not isinstance(found, dict):
        raise FramingError(NOT_A_MANIFEST.format(missing=", ".join(_NEEDED)))
    missing = [k for k in _NEEDED if k not in found]
    if not missing:
        wanted = (
            "by match against family level random_state measures chosen opinion draws result"
        ).split()
        missing = [f"comparison.{k}" for k in wanted if k not in (found["comparison"] or {})]
    if missing:
        raise FramingError(NOT_A_MANIFEST.format(missing=", ".join(missing)))
    return found


def _scoring(
    then: Mapping[str, Any],
    lexicons: Sequence[str | Path | Lexicon],
    classifier: str | Path | ScoredWords | WordClassifier | None,
) -> dict[str, Any]:
    """Settings of scoring as they were, with the lexicons and model that are here now."""
    given = {x.name: x for x in (resolve_lexicons(lexicons) if lexicons else ())}
    bundled = catalog.lexicon_names()
    used: list[str | Lexicon] = []
    for item in then["lexicons"]:
        name = item["name"]
        if name not in given and name not in bundled:
            raise FramingError(
                LEXICON_GONE.format(name=name, version=item["version"], valid=", ".join(bundled))
            )
        used.append(given.get(name, name))
    model = then["classifier"]
    if model is not None and classifier is None:
        if model["name"] not in catalog.model_names():
            valid = ", ".join(catalog.model_names())
            raise FramingError(MODEL_GONE.format(name=model["name"], valid=valid))
        classifier = model["name"]
    return {
        "lexicons": used,
        "classifier": None if model is None else classifier,
        "min_words": then["settings"]["min_words"],
        "voices": then["settings"]["voices"],
    }


def manifest_difference(then: Mapping[str, Any], now: Mapping[str, Any]) -> pd.DataFrame:
    """Say what two runs do not have in common, of all that a result depends on.

    Parameters
    ----------
    then, now : mapping
        Manifests of scores or of comparisons.

    Returns
    -------
    pandas.DataFrame
        ``kind what then now``, as from `what_differs`.
    """
    before, after = dict(_facts(then)), dict(_facts(now))
    rows = [
        (kind, what, before.get((kind, what), "none"), after.get((kind, what), "none"))
        for kind, what in dict.fromkeys([*before, *after])
        if before.get((kind, what)) != after.get((kind, what))
    ]
    return pd.DataFrame(rows, columns=["kind", "what", "then", "now"])


def _facts(manifest: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    """All that a result depends on, as (kind, what) and a value."""
    for what, value in manifest["corpus"].items():
        yield ("data", what), value
    for item in manifest["lexicons"]:
        for what in ("version", "terms", "sha256"):
            yield ("lexicon", f"{item['name']} {what}"), item[what]
    model = manifest["classifier"] or {"name": "none"}
    for what, value in model.items():
        yield ("model", f"classifier {what}"), value
    for what, value in manifest.get("voice_models", {}).items():
        yield ("model", f"{what} sha256"), value
    yield ("version", "framing"), manifest["framing"]
    yield ("version", "python"), manifest.get("python")
    for what, value in manifest.get("packages", {}).items():
        yield ("version", what), value
    for what, value in manifest["settings"].items():
        yield ("setting", what), value
    comparison = manifest.get("comparison") or {}
    for what, value in comparison.items():
        # Measures that nobody chose follow from lexicons and data, as the result does.
        if what != "result" and (what != "measures" or comparison.get("chosen")):
            yield ("setting", what), value
