"""Ambiguous words: the sense an entry means is a hit, the other senses are not.

All sentences are our own. Each line of `MEANT` gives a lexicon, a sentence, and the words of it
that the lexicon must find; each line of `NOT_MEANT` a lexicon, a word, and sentences in which no
hit of that lexicon may hold the word.
"""

from __future__ import annotations

from functools import cache

import pytest

from framing import Lexicon, load_lexicon
from framing.match import compile_terms, find_terms
from framing.tokens import tokenize

MEANT = [
    # regime
    ("government", "The regime jailed two editors overnight.", "regime"),
    ("government", "Exiles said the Castro regime would not last.", "Castro regime"),
    # strike
    ("economy-labour", "Nurses voted to strike after talks on pay failed.", "strike"),
    ("economy-labour", "The teachers' strike closed every school.", "strike"),
    ("conflict", "An air strike hit the bridge at dawn.", "air strike"),
    # radical
    ("loaded", "Her radical views frightened the donors.", "radical"),
    ("loaded", "He warned of radicals on the council.", "radicals"),
    # hit
    ("elections", "The senator called the story a hit piece.", "hit piece"),
    ("agency", "The missile hit a school.", "missile hit"),
    # flood and wave
    ("migration", "They spoke of a flood of migrants at the port.", "flood of migrants"),
    ("migration", "A wave of refugees reached the island.", "wave of refugees"),
    ("loaded", "The office met a flood of complaints.", "flood of"),
    ("crime-policing", "The mayor denied that there was a crime wave.", "crime wave"),
    ("elections", "Pollsters expected a blue wave.", "blue wave"),
    # illegal
    ("migration", "He said illegals took the jobs.", "illegals"),
    ("migration", "The bill is about illegal immigration.", "illegal immigration"),
    ("economy-labour", "The union was fined for an illegal strike.", "illegal strike"),
    # militant
    ("conflict", "Militants seized the barracks.", "Militants"),
    ("protest", "The ministry blamed militant activists.", "militant activists"),
    # execute
    ("conflict", "Troops summarily executed nine captives.", "summarily executed"),
    ("crime-policing", "The prisoner's execution was put off by the court.", "execution"),
    # extreme weather and extreme
    ("climate-energy", "Extreme weather damaged the crop.", "Extreme weather"),
    ("loaded", "Voters may find his extreme views hard to bear.", "extreme views"),
    ("loaded", "Is she too extreme for the county?", "too extreme"),
    # surge
    ("elections", "The candidate surged past her rival in the polls.", "surged past"),
    ("migration", "Officials feared a surge of migrants.", "surge of migrants"),
    # thug
    ("loaded", "He called the marchers thugs.", "thugs"),
    ("conflict", "Taliban thugs burned the school.", "Taliban thugs"),
    # names
    ("government", "A Bush administration memo surfaced.", "administration"),
    ("loaded", "It was a savage attack on the poor.", "savage"),
    ("loaded", "The treasurer is a crook.", "crook"),
    # others that were read
    ("loaded", "The plan would destroy the middle class.", "destroy the middle"),
    ("loaded", "They want to destroy America.", "destroy America"),
    ("hedges", "Rain is likely by noon.", "likely"),
    ("hedges", "The firm could close two plants.", "could"),
    ("elections", "The party's nominee speaks tonight.", "nominee"),
    ("elections", "Clinton voters stayed at home.", "Clinton voters"),
    ("health-pandemic", "The pandemic emptied the wards of all but covid-19 cases.", "pandemic"),
    ("loaded", "An extraordinary number of letters came.", "extraordinary"),
    ("loaded", "The president dismissed it as fake news.", "as fake news"),
    ("loaded", "He railed at the fake news media.", "fake news media"),
    ("loaded", "The cuts sparked outrage.", "sparked outrage"),
    ("loaded", "This verdict is an outrage.", "an outrage"),
    ("loaded", "It was merely a clerical slip.", "merely"),
    ("terrorism", "The shooting left nine people dead.", "shooting"),
    ("crime-policing", "The suspect was held overnight.", "suspect"),
]

NOT_MEANT = [
    (
        "government",
        "regime",
        ["The new tax regime helps small shops.", "Her training regime is hard."],
    ),
    (
        "government",
        "regime",
        ["An exercise regime cured his back.", "A vote-by-mail regime began."],
    ),
    (
        "economy-labour",
        "strike",
        ["The sides may strike a deal.", "Strike three ended the inning."],
    ),
    ("economy-labour", "strike", ["Jets began to strike the port.", "Lightning strikes the mast."]),
    ("economy-labour", "strike", ["Union officials hope to strike deals with the workers' pay."]),
    ("economy-labour", "strike", ["Workers fear the day when tragedy strikes."]),
    ("loaded", "radical", ["She needs radical surgery.", "Free radicals age the skin."]),
    ("loaded", "radical", ["It was a radical change of method.", "A radical new engine won."]),
    ("loaded", "hit", ["The song was a hit.", "A car hit the fence.", "She hit a single."]),
    ("elections", "hit", ["The song was a hit.", "The shop was hit by the tax."]),
    ("loaded", "flood", ["The flood reached the church.", "A flood of water broke the dam."]),
    ("migration", "flood", ["The flood reached the church.", "A flood of letters came."]),
    ("migration", "wave", ["A wave broke over the pier.", "He gave a wave.", "A heat wave came."]),
    ("loaded", "wave", ["A wave broke over the pier.", "Children wave at trains."]),
    ("crime-policing", "wave", ["Radio wave and microwave.", "A wave broke over the pier."]),
    ("migration", "illegal", ["Parking there is illegal.", "It is illegal to fish in May."]),
    ("loaded", "illegal", ["Parking there is illegal.", "The court found the search illegal."]),
    ("conflict", "militant", ["She has a militant attitude to weeds.", "He grew more militant."]),
    ("conflict", "militant", ["The less militant members left.", "A militant feminist spoke."]),
    ("conflict", "execut", ["She will execute the plan.", "The executive resigned."]),
    (
        "crime-policing",
        "execut",
        ["Officers executed a warrant.", "Planning and execution failed."],
    ),
    ("agency", "execut", ["The chief executive left.", "The plan was well executed."]),
    ("loaded", "extreme", ["Extreme weather is due.", "At the other extreme is Norway."]),
    ("loaded", "extreme", ["He lives in extreme poverty.", "Extreme cold kept us in."]),
    ("elections", "surge", ["A power surge cut the lights.", "A surge in cases filled wards."]),
    ("migration", "surge", ["A power surge cut the lights.", "The storm surge flooded roads."]),
    ("loaded", "surge", ["A power surge cut the lights."]),
    ("loaded", "thug", ["He played Young Thug all day.", "A tattoo read Thug Life."]),
    ("conflict", "thug", ["Thugs robbed the kiosk.", "A thug took her purse."]),
    ("government", "regime", ["The Bush administration sent a memo."]),
    ("loaded", "savage", ["Dan Savage writes a column.", "Savage said so on his show."]),
    ("loaded", "savage", ["The two wings savage each other."]),
    ("loaded", "crook", ["Crook County lies in Oregon.", "It lay in the crook of her arm."]),
    ("loaded", "crooked", ["He has crooked teeth.", "They hiked to Crooked River."]),
    ("loaded", "bush", ["The Bush administration sent a memo.", "A bush hid the gate."]),
    ("loaded", "destroy", ["Fire destroyed two barns.", "The army will destroy its mines."]),
    ("hedges", "likely", ["Women are more likely than men to vote.", "Likely voters were asked."]),
    ("hedges", "could", ["He saved so he could retire."]),
    ("elections", "nominee", ["The court nominee was heard.", "She was an Oscar nominee."]),
    ("elections", "voters", ["Voters in Ohio will decide.", "Voters said the roads are bad."]),
    (
        "health-pandemic",
        "epidemic",
        ["The measles epidemic passed.", "The 1918 flu pandemic passed."],
    ),
    ("loaded", "fake news", ["Researchers study fake news.", "Fake news spreads on phones."]),
    ("loaded", "outrage", ["Her outrage at the bill faded."]),
    ("loaded", "merely", ["It is not merely a slip."]),
    ("loaded", "so-called", ["The bone sits in the so-called hip pocket."]),
    ("terrorism", "shooting", ["He is shooting a film.", "Skeet shooting is a sport."]),
    ("crime-policing", "suspect", ["She suspects that it will rain.", "Many suspect a leak."]),
]


@cache
def lexicon(name: str) -> Lexicon:
    return load_lexicon(name)


def found(name: str, text: str) -> list[str]:
    tokens = tokenize([text])
    hits = find_terms(tokens, compile_terms([lexicon(name)]))
    last = hits.token + hits.length - 1
    return [text[a:b] for a, b in zip(tokens.start[hits.token], tokens.end[last], strict=True)]


@pytest.mark.parametrize(("name", "text", "words"), MEANT)
def test_the_sense_that_is_meant_is_a_hit(name: str, text: str, words: str) -> None:
    assert words in found(name, text)


@pytest.mark.parametrize(("name", "word", "texts"), NOT_MEANT)
def test_other_senses_are_no_hit(name: str, word: str, texts: list[str]) -> None:
    for text in texts:
        assert not [x for x in found(name, text) if word in x.lower()], text
