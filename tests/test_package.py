"""The package as it is imported, built and installed."""

from __future__ import annotations

import ast
import inspect
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib import import_module
from pathlib import Path

import pytest

import framing

ROOT = Path(__file__).resolve().parents[1]


def test_importing_is_light() -> None:
    code = (
        "import sys, framing; "
        "print(sorted({'nltk', 'sklearn', 'matplotlib', 'scipy', 'jinja2', 'pandas'} "
        "& set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "[]\n", result.stderr


def test_every_public_name_is_there_and_documented() -> None:
    for name in framing.__all__:
        value = getattr(framing, name)
        if name != "__version__":
            assert inspect.getdoc(value), name
    assert set(framing.__all__) <= set(dir(framing))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        framing.nothing  # noqa: B018


def test_what_type_checkers_see_is_what_is_there() -> None:
    tree = ast.parse((ROOT / "framing" / "__init__.py").read_text("utf-8"))
    seen = {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("framing")
        for alias in node.names
        if alias.asname
    }
    assert seen == set(framing.__all__) - {"__version__"}


def test_functions_do_not_hide_behind_modules() -> None:
    for name in ("scores", "comparison", "lexicon", "voice"):
        import_module(f"framing.{name}")
    assert callable(framing.score) and callable(framing.compare)


def test_public_functions_take_one_argument_by_position() -> None:
    for name in framing.__all__:
        value = getattr(framing, name)
        if inspect.isfunction(value):
            positional = [
                p
                for p in inspect.signature(value).parameters.values()
                if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
            ]
            # What is written, and where; what is compared, and with what.
            two = ("write_", "save_", "diff_", "rerun", "what_", "score_files")
            limit = 2 if name.startswith(two) else 1
            # As scikit-learn's own: model and data by position.
            if name in ("cross_validate_by", "learning_curve"):
                limit = 4
            assert len(positional) <= limit, name


def test_no_code_unpickles_or_downloads() -> None:
    for path in (ROOT / "framing").rglob("*.py"):
        text = path.read_text("utf-8")
        for word in ("import pickle", "joblib.load", "allow_pickle=True", "urllib", "requests"):
            assert word not in text, f"{path}: {word}"


def test_a_wheel_holds_its_data_and_works_elsewhere(tmp_path: Path) -> None:
    """Built, unpacked into a fresh environment, used from another folder."""
    source = tmp_path / "source"
    for name in ("framing", "lexicons", "examples/corpus"):
        shutil.copytree(ROOT / name, source / name)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    built = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"),
            *("--quiet", "--disable-pip-version-check", "--wheel-dir", str(tmp_path), str(source)),
        ],
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("framing_analysis-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "framing/lexicons/conflict/terms.csv" in names
    assert "framing/lexicons/packs/conflict.toml" in names
    assert "framing/py.typed" in names
    assert not any(n.startswith(("tests/", "benchmarks/")) for n in names)
    # What the project depends on comes from this environment: only the package is under test.
    home = tmp_path / "env"
    venv.EnvBuilder(with_pip=False).create(home)
    site = next(home.glob("lib/python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    ours = [p for p in sys.path if p.endswith("site-packages")]
    (site / "needs.pth").write_text("\n".join(ours))
    code = (
        "import framing, pathlib\n"
        f"assert pathlib.Path(framing.__file__).is_relative_to({str(home)!r}), framing.__file__\n"
        "for name in framing.list_lexicons()['name']: framing.load_lexicon(name)\n"
        "for name in framing.list_packs(): framing.load_pack(name)\n"
        "corpus = framing.read_corpus(framing.example_corpus_folder())\n"
        "print(len(corpus), framing.score(corpus.head(3)).articles['status'].tolist())\n"
    )
    done = subprocess.run(
        [home / "bin" / "python", "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "70 ['scored', 'scored', 'scored']\n"
