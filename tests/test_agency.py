"""Events of harm: how they are told, and who is said to have done it."""

from __future__ import annotations

import pandas as pd
import pytest

from framing.agency import ACTORS, FORMS, agency_events, agency_table, count_agency, find_harm
from framing.counting import add_counts
from framing.tokens import tokenize
from tests.small import placed, scored

TOLD = [
    ("Officers shot a man in the harbour on Friday.", "active", "state"),
    ("A gunman killed four people at the depot.", "active", "attacker"),
    ("The landlord, a former boxer, stabbed his tenant.", "active", "other"),
    ("The blast killed nine dockers.", "active", "cause"),
    ("The fever has now killed more than 40 people.", "active", "other"),
    ("An officer who was training in the town, shot two sailors.", "active", "state"),
    ("A man was shot in the harbour.", "passive", "none"),
    ("A man was fatally shot by police near the harbour.", "passive", "state"),
    ("Two were killed by a roadside bomb.", "passive", "cause"),
    ("Two were killed by late Monday.", "passive", "none"),
    ("He was beaten to death by two neighbours.", "passive", "other"),
    ("Relatives mourned the people killed in the raid.", "participle", "none"),
    ("They mourned a teenager shot by soldiers.", "participle", "state"),
    ("A gunman opened fire at a market, killing three people.", "participle", "attacker"),
    ("The killing of the reporter led to protests.", "nominal", "none"),
    ("The police shooting of a student led to protests.", "nominal", "state"),
    ("The agency's brutal torture of two men was filmed.", "nominal", "other"),
    ("The murder of a doctor by an extremist shook them.", "nominal", "attacker"),
    ("The man died in custody last week.", "died", "none"),
    ("They spoke of the attack that left three dead.", "died", "cause"),
    ("The town saw an officer-involved shooting on Friday.", "euphemism", "none"),
    ("Then shots rang out near the station.", "euphemism", "none"),
]
NOT_TOLD = [
    "The senate killed the bill on Monday.",
    "The proposal was shot down by the council.",
    "The outgoing mayor was beaten handily by a newcomer.",
    "They might have killed somebody.",
    "Nobody was injured.",
    "He took a fair shot at the title.",
    "He wanted to be shot from his good side.",
    "The wounded were carried away.",
    "Machines killed off thousands of jobs.",
    "He spoke of the shooting of the film.",
]


@pytest.mark.parametrize(("text", "form", "kind"), TOLD)
def test_how_it_is_told_and_by_whom(text: str, form: str, kind: str) -> None:
    found = find_harm(tokenize([text]))
    assert [(e.form, e.kind) for e in found] == [(form, kind)]


@pytest.mark.parametrize("text", NOT_TOLD)
def test_what_is_no_event_of_harm(text: str) -> None:
    assert find_harm(tokenize([text])) == []


def test_forms_and_actors_are_all_shown_above() -> None:
    assert {form for _, form, _ in TOLD} == set(FORMS)
    assert {kind for _, _, kind in TOLD} == set(ACTORS)


def test_one_event_a_pair_of_verbs_and_the_actor_carries_over() -> None:
    text = "Officers shot and killed a man. The officer shot one man and wounded another."
    assert [(e.form, e.kind) for e in find_harm(tokenize([text]))] == [("active", "state")] * 3


def test_only_own_voice_is_counted() -> None:
    scores = scored(
        [
            (
                "A",
                "1",
                'Officers shot a man on Friday. "They killed my son last night," said Mira Voss.',
            )
        ]
    )
    events = agency_events(scores, placed(scores))
    assert events["voice"].tolist() == ["own", "direct"]
    assert events["text"].tolist() == ["shot", "killed"]
    assert events["actor"].tolist() == ["Officers", "They"]
    assert count_agency(events)["count"].sum() == 1


def world(stories: int) -> pd.DataFrame:
    named = "Officers shot a man near the harbour on Friday. Officers wounded two dockers. "
    bare = "A man was shot near the harbour on Friday. Two dockers were wounded at noon. "
    rows = [(o, f"{s:02}", t) for s in range(stories) for o, t in (("A", named), ("B", bare))]
    scores = scored(rows)
    return count_agency(agency_events(scores, placed(scores)))


def test_shares_by_hand() -> None:
    table = agency_table(world(7)).set_index(["measure", "group"])
    none = table.loc[("actor: none", "B")]
    assert none["count"] == none["events"] == 14 and none["share"] == 1
    assert table.loc[("actor: state", "A"), "share"] == 1
    assert table.loc[("form: passive", "A"), "share"] == 0
    assert none["p_value"] == pytest.approx(2 / 2**7)
    assert none["low"] > 0.4 and table.loc[("actor: none", "A"), "high"] < 0.6
    shares = agency_table(world(7)).groupby(["group", table.index.get_level_values(0).str[:5]])
    assert shares["share"].sum().round(9).eq(1).all()


def test_few_stories_are_not_tested() -> None:
    assert agency_table(world(4))["p_value"].isna().all()


def test_parts_add_up() -> None:
    scores = scored([("A", "1", TOLD[0][0]), ("B", "1", TOLD[6][0]), ("A", "2", TOLD[1][0])])
    articles = placed(scores)
    parts = [count_agency(agency_events(scores, articles.iloc[i : i + 1])) for i in (2, 0, 1)]
    whole = count_agency(agency_events(scores, articles))
    pd.testing.assert_frame_equal(add_counts(parts), whole)


def test_nothing_told_gives_an_empty_table() -> None:
    scores = scored([("A", "1", "The council met at noon.")])
    counts = count_agency(agency_events(scores, placed(scores)))
    assert not len(agency_table(counts))
