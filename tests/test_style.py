"""Style packs: what they hold, what they find and in whose voice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import LexiconError, Pack, check_style, list_packs, load_pack
from framing.cli import main
from framing.voice import VOICES, find_voices

ARTICLE = """Terrorists struck Kessar at dawn.
The governor called it "a massacre by terrorists".
Officials said the massacre had been planned.

The plan was executed. Hostages were executed too.
"""


@pytest.mark.parametrize("name", list_packs())
def test_bundled_packs_are_whole(name: str) -> None:
    pack = load_pack(name)
    assert pack.name == name and pack.licence == "CC-BY-4.0" and pack.description
    assert len(pack.rules) >= 25
    for rule in pack.rules:
        assert rule.reason and rule.instead and pack.sources[rule.source], rule.name
    used = {rule.source for rule in pack.rules}
    assert used == set(pack.sources) == set(pack.checked)
    # most rules rest on a guide, not on the pack's own judgement
    own = sum(rule.source == "own" for rule in pack.rules)
    assert own <= len(pack.rules) / 4


def test_there_are_three_packs() -> None:
    assert {"agency", "conflict", "people"} <= set(list_packs())


def test_words_are_found_in_the_voice_that_a_rule_names() -> None:
    found = check_style(ARTICLE, packs=["conflict"])
    assert [(f.line, f.column, f.rule, f.text) for f in found] == [
        (1, 1, "conflict/terrorist", "Terrorists"),
        (5, 38, "conflict/execute", "executed"),
    ]
    assert all(f.voice == "own" for f in found)
    assert ARTICLE[found[0].start : found[0].end] == "Terrorists"
    assert "instead: bomber" in found[0].message and found[0].message.endswith("[reuters]")
    assert found[0].citation.startswith("Reuters, Handbook")


def test_scare_quotes_are_looked_at_where_a_rule_says_so() -> None:
    text = 'The ministry\'s "reform" cut pensions. The reform was passed.'
    assert [(f.rule, f.column) for f in check_style(text)] == [("agency/scare-quotes", 17)]


@pytest.mark.parametrize(
    ("text", "pack", "rule"),
    [
        ("He committed suicide in May.", "people", "commit-suicide"),
        ("A wheelchair-bound man sued.", "people", "wheelchair-bound"),
        ("Flows of people crossed; a wave of refugees came.", "people", "people-as-water"),
        ("The illegals were moved.", "agency", "illegal-people"),
        ("An officer-involved shooting closed the road.", "agency", "officer-involved"),
        ("Mistakes were made in the count.", "agency", "nobody-acted"),
        ("The air force hit the house in a surgical strike.", "conflict", "clean-war"),
        ("Troops liberated the village.", "conflict", "liberate"),
    ],
)
def test_what_the_guides_warn_of_is_found(text: str, pack: str, rule: str) -> None:
    assert f"{pack}/{rule}" in {f.rule for f in check_style(text, packs=[pack])}


@pytest.mark.parametrize(
    "text",
    [
        "The new tax regime begins in May.",
        "The ship slammed into the pier.",
        "A surgical strike team of doctors met.",
        "Women were liberated from old customs.",
        "The deaf community met; the blind man spoke.",
        "The clerk took out a loan.",
        "The contract was executed in May.",
        "Counter terrorism laws passed.",
        "An alcoholic drink costs more.",
    ],
)
def test_other_senses_are_left_alone(text: str) -> None:
    assert check_style(text, packs=list_packs()) == []


@given(st.lists(st.sampled_from([*ARTICLE.split(), "\n", '"', "”", "“"]), max_size=40))
@settings(max_examples=100, deadline=None)
def test_every_finding_stands_where_it_says(words: list[str]) -> None:
    text = " ".join(words)
    spans = find_voices(text)
    for finding in check_style(text, packs=list_packs()):
        line = text.split("\n")[finding.line - 1]
        assert line[finding.column - 1 :].startswith(finding.text.split("\n")[0])
        span = next(s for s in spans if s.start <= finding.start < s.end)
        assert span.voice == finding.voice and finding.voice in VOICES


HEAD = 'format = 1\nname = "own"\n[sources.who]\ncitation = "c"\n'
RULE = '[[rules]]\nrule = "r"\nterms = ["war"]\ninstead = "i"\nreason = "x"\nsource = "who"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("format = 2\n", "reads format 1"),
        ("format =\n", "line 1"),
        (HEAD, "holds no rules"),
        (HEAD + RULE + RULE, "rule 'r' is given twice"),
        (HEAD + RULE + RULE.replace('"r"', '"s"'), "term 'war' is given twice"),
        (HEAD + RULE + 'colour = "red"\n', r"rule 'r': keys \['colour'\] are not known"),
        (HEAD + RULE.replace('reason = "x"\n', ""), "rule 'r': reason is missing"),
        (HEAD + RULE.replace('["war"]', '"war"'), "terms must be a list of str, found 'war'"),
        (HEAD + RULE + 'voices = ["mine"]\n', "voice 'mine' is not known; known are: own"),
        (HEAD + RULE.replace('"who"', '"nobody"', 1), "source 'nobody' is not declared"),
        (HEAD + 'url = "x"\n' + RULE, r"source 'who': keys \['url'\] are not known"),
        ('format = 1\nrules = ["war"]\n', "rule 1: a table of keys is wanted"),
        ('format = 1\nsources = "AP"\n' + RULE, "sources: a table of keys is wanted"),
        ('format = 1\n[sources]\nwho = "AP"\n' + RULE, "source 'who': a table of keys is wanted"),
        (HEAD + RULE + 'except = ["tax"]\n', "exception 'tax' holds none of the rule's terms"),
        (HEAD + RULE.replace('"war"', '"wa*"'), "rule 'r': .*at least 3 letters"),
    ],
)
def test_faulty_packs_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(LexiconError, match=message) as caught:
        load_pack(path)
    assert str(path) in str(caught.value)


def test_own_packs_and_unknown_names(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(HEAD + RULE + 'except = ["trade war"]\nnear = ["north"]\n', "utf-8")
    pack = load_pack(path)
    assert isinstance(pack, Pack) and repr(pack) == "Pack('own' 0: 1 rules)"
    text = "War in the north. War. A trade war in the north."
    assert [f.start for f in check_style(text, packs=[pack])] == [0]
    assert check_style(text, packs=[path]) == check_style(text, packs=[str(path)])
    with pytest.raises(LexiconError, match="no style pack is called 'mine'; there are: agency"):
        load_pack("mine")
    with pytest.raises(LexiconError, match="nowhere"):
        load_pack(tmp_path / "nowhere.toml")
    with pytest.raises(TypeError, match="found list"):
        check_style(["a"])  # type: ignore[arg-type]


def run(*arguments: object, text: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["style", *(str(a) for a in arguments)], input=text)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_command_prints_like_a_linter(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE.replace("\n", "\r\n"), "utf-8", newline="")
    status, printed, error = run(path, "--pack", "conflict")
    assert status == 1
    lines = printed.splitlines()
    assert lines[0].startswith(f"{path}:1:1: conflict/terrorist: 'Terrorists': a label")
    assert lines[1].startswith(f"{path}:5:38: conflict/execute: 'executed': ")
    assert all(line.endswith("]") for line in lines)
    # the guides stand apart, so that every printed line is a finding
    assert error.splitlines() == [
        f"[ap-execute] {load_pack('conflict').sources['ap-execute']}",
        f"[reuters] {load_pack('conflict').sources['reuters']}",
        "findings: 2, files: 1",
    ]
    clean = tmp_path / "clean.txt"
    clean.write_text("The council met on Monday.\n", "utf-8")
    assert run(clean, "--pack", "conflict", "--pack", "people") == (
        0,
        "",
        "findings: 0, files: 1\n",
    )


def test_the_command_reads_standard_input_and_prints_json() -> None:
    status, printed, _ = run("-", "--pack", "conflict", "--json", text=ARTICLE)
    assert status == 1
    records = [json.loads(line) for line in printed.splitlines()]
    assert [r["line"] for r in records] == [1, 5]
    assert records[0]["source"] == "reuters" and records[0]["citation"].startswith("Reuters")
    assert records[0]["file"] == "<stdin>" and records[0]["rule"] == "conflict/terrorist"
    status, printed, _ = run("-", text="\ufeffThe council met.")
    assert (status, printed) == (0, "")


def test_the_command_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(b"one\ntwo \xe9\n")
    status, printed, error = run(path)
    # 1 is for findings
    assert (status, printed) == (2, "") and f"{path}: line 2: not UTF-8" in error
    assert run(tmp_path / "nowhere.txt")[0] == 2
    assert run("-", "--pack", "mine", text="x")[0] == 2


def test_marks_around_one_word_do_not_free_it_where_the_guide_says_so() -> None:
    text = 'The minister\'s "terrorists" were farmers. Terrorism was debated.'
    assert [(f.text, f.voice) for f in check_style(text, packs=["conflict"])] == [
        ("terrorists", "scare")
    ]


def test_an_accident_is_told_only_where_somebody_is_said_to_be_at_fault() -> None:
    text = "Two men died in a car accident. The driver in the road accident was charged."
    assert [(f.rule, f.column) for f in check_style(text)] == [("agency/crash-accident", 51)]
