"""The JSON report is what its schema says, and the schema names and describes every field."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import framing
from framing.report import SCHEMA

TEXT = "The brutal regime fell. " + "Nothing else was decided in the town on that Monday. " * 4


def load() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(
        files("framing.report").joinpath("schema.json").read_text("utf-8")
    )
    return schema


def parts(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "report", schema
    yield from schema["$defs"].items()


def closed() -> dict[str, Any]:
    """The schema without leave to add a key: what is written must be described."""
    schema = copy.deepcopy(load())
    for _, part in parts(schema):
        if "properties" in part:
            part["additionalProperties"] = False
    return schema


def written(comparison: framing.Comparison, folder: Path) -> Any:
    path = framing.write_report(comparison, folder / "report.json")
    return json.loads(path.read_text("utf-8"))


def check(report: Any) -> None:
    jsonschema.Draft202012Validator(closed()).validate(report)


def test_the_schema_is_valid_and_of_this_version() -> None:
    schema = load()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema"]["const"] == SCHEMA
    assert schema["$id"].endswith(f":{SCHEMA}")


def test_every_field_is_described() -> None:
    for name, part in parts(load()):
        assert part["description"], name
        for key, value in part.get("properties", {}).items():
            assert value.get("description") or "$ref" in value, f"{name}.{key}"


def test_every_definition_is_used() -> None:
    schema = load()
    text = json.dumps(schema)
    for name in schema["$defs"]:
        assert f'"#/$defs/{name}"' in text, name


@pytest.fixture(scope="module")
def report(
    comparison: framing.Comparison, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    found: dict[str, Any] = written(comparison, tmp_path_factory.mktemp("schema"))
    return found


def test_the_report_of_the_example_is_valid(report: dict[str, Any]) -> None:
    check(report)
    # all that is described is there: nothing in the schema is a promise only
    assert set(report) == set(load()["properties"])
    assert set(report["tables"]) == set(load()["$defs"]["tables"]["properties"])


def test_a_thin_report_is_valid(tmp_path: Path) -> None:
    """No classifier, no stories, no dates: values that are missing are null, and described."""
    rows = [{"id": str(i), "text": TEXT, "outlet": "ab"[i % 2]} for i in range(4)]
    rows[0]["text"] += "Council papers were read out. "
    scores = framing.score(rows, lexicons=["conflict"], classifier=None)
    found = written(framing.compare(scores, match=None), tmp_path)
    check(found)
    assert found["manifest"]["classifier"] is None
    (loaded,) = [m for m in found["measures"] if m["name"] == "loaded_rate"]
    assert all(row["estimate"] is None for row in loaded["estimates"])


def test_groups_of_two_columns_are_valid(scores: framing.Scores, tmp_path: Path) -> None:
    found = written(framing.compare(scores, by=("outlet", "year")), tmp_path)
    check(found)
    assert found["manifest"]["comparison"]["by"] == ["outlet", "year"]


@pytest.mark.parametrize(
    ("key", "value"), [("schema", SCHEMA + 1), ("level", 95), ("design", "paired"), ("groups", [])]
)
def test_what_is_wrong_is_refused(report: dict[str, Any], key: str, value: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        check({**report, key: value})


def test_a_key_that_is_missing_is_refused(report: dict[str, Any]) -> None:
    groups = [{k: v for k, v in g.items() if k != "articles"} for g in report["groups"]]
    with pytest.raises(jsonschema.ValidationError, match="'articles' is a required property"):
        check({**report, "groups": groups})
