"""Events of harm, and whether the sentence says who did it.

*Officers shot a man*, *a man was shot by officers*, *a man was shot*, *a man died in an
officer-involved shooting*: one event, told with the actor as subject, in a by-phrase, or without.
What is read here is the wording of one clause, by patterns. It is no judgement: the actor may be
unknown, or named in the sentence before.

Of fifty hits drawn at random from news articles, 46 were events of harm, and of all 46 it was
rightly said whether anybody or anything was named; in 40 who or what it was, and the form, were
right as well. (Of the 42 in articles that no earlier sample held: 38 and 32.) The judgements are
one reader's, a large language model, and not human ones; `python -m benchmarks.agency` counts them
again from their file. How many events are missed was not measured. Missed by design are verbs that
are as often figures of speech (*attack*, *hit*), *died* without an act of force, infinitives and
what did not happen, and actors named in another clause or sentence, or only by *in* (*killed in a
strike*). Wrong are above all subjects that stand far from their verb, and torture or killing that
is spoken of in general.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing import stats
from framing.counting import add_counts, by_id, empty_counts, p_against_others, spread
from framing.reread import Reading, read_again
from framing.scores import Scores
from framing.tokens import Tokens
from framing.voice import VOICES

__all__ = ["ACTORS", "FORMS", "agency_events", "agency_table", "count_agency", "find_harm"]

FORMS = ("active", "passive", "participle", "nominal", "died", "euphemism")
"""How an event is told: *X killed Y*; *Y was killed*; *the people killed*, *killing two*; *the
killing of Y*; *Y died in the raid*, *left two dead*; *officer-involved shooting*, *shots rang
out*."""

ACTORS = ("state", "attacker", "other", "cause", "none")
"""Who or what is said to have done it: forces and officers of a state; a gunman, suspect, militant
or armed group; anybody else; a thing or event (*a bomb*, *the blaze*) with nobody behind it; not
said."""

_KEYS = ["group", "story", "form", "actor_kind"]
_EVENTS = "id group story start end text form actor actor_kind voice".split()
_COLUMNS = "measure group count events share low high p_value p_adjusted stories".split()

# Participles of harm to people that are seldom figures of speech in news.
_PARTICIPLES = frozenset(
    (
        "killed murdered slain shot wounded injured massacred slaughtered assassinated stabbed "
        "bombed raped tortured kidnapped abducted maimed beheaded lynched gunned "
        "executed shelled gassed beaten"
    ).split()
)
_PAST = _PARTICIPLES - {"slain", "executed", "shelled", "gassed", "beaten", "gunned"}
_ING = frozenset("killing wounding injuring murdering shooting stabbing massacring".split())
_NOUNS = frozenset(
    (
        "killing killings murder murders slaying slayings massacre massacres assassination "
        "assassinations shooting shootings bombing bombings stabbing stabbings beheading "
        "beheadings execution executions torture rape rapes lynching lynchings slaughter "
        "kidnapping abduction strangling shelling"
    ).split()
)
_BE = frozenset("is are was were be been being get gets got gotten getting".split())
_BETWEEN = frozenset(
    (
        "not also then later allegedly reportedly fatally critically seriously badly severely "
        "brutally accidentally mistakenly deliberately already either both all nearly never ever "
        "just apparently since recently previously wrongly and or killed shot wounded injured now"
    ).split()
)
_AUXILIARIES = frozenset(
    "had has have having will would could may might did does do who that which then also".split()
)
_INTENT = frozenset(
    (
        "to could would might may will should can cannot can't won't couldn't if not never "
        "didn't no"
    ).split()
)
_PREPOSITIONS = frozenset(
    (
        "in at on during when while after before near outside inside by as and or but since from "
        "over under because for with along around between across among amid so than if this last "
        "early late earlier overnight today yesterday monday tuesday wednesday thursday friday "
        "saturday sunday dead execution-style multiple several twice once who that which is are "
        "was were have had there here"
    ).split()
)
_STOPS = frozenset(
    (
        "that which who whom whose when while after before because although though but and or if "
        "as where since until so than whether according said says told"
    ).split()
)
# "Killed the bill", "the nomination was killed": no harm to people.
_THINGS = frozenset(
    (
        "bill bills legislation deal deals plan plans program programme programs proposal measure "
        "measures amendment agreement pipeline project jobs nomination law laws idea momentum "
        "provision provisions filibuster effort efforts talks rule rules tax taxes veto motion "
        "economy industry chances hopes dream reform vote campaign story stories warrant warrants "
        "order orders strategy search contract document documents agreement video videos film "
        "column footage photo photos picture pictures movie scene ad ads"
    ).split()
)
_STATE = frozenset(
    (
        "police officer officers policeman policemen cop cops deputy deputies sheriff trooper "
        "troopers troops soldier soldiers army military forces marines navy guards guardsmen agent "
        "agents government regime authorities marshals commandos state patrol pilots pilot "
        "israel russia iran syria china saudi u.s. american israeli russian iranian syrian "
        "turkish saudis"
    ).split()
)
_ATTACKERS = frozenset(
    (
        "gunman gunmen shooter shooters attacker attackers assailant assailants suspect suspects "
        "terrorist terrorists militant militants rebel rebels insurgent insurgents extremist "
        "extremists bomber bombers killer killers murderer assassin assassins jihadist jihadists "
        "jihadi isis isil taliban hamas hezbollah al-qaida al-qaeda kidnappers robber robbers "
        "sniper gang gangs supremacist supremacists nationalist extremist mob rioters rapist"
    ).split()
)
_CAUSES = frozenset(
    (
        "bomb bombs bombing bombings blast blasts explosion explosions strike strikes airstrike "
        "airstrikes attack attacks raid raids fire fires blaze wildfire wildfires gunfire bullet "
        "bullets shot shots shooting shootings shrapnel drone drones missile missiles rocket "
        "rockets shell shells car truck van vehicle train plane crash storm hurricane earthquake "
        "tornado flood floods virus outbreak disease coronavirus ambush assault massacre violence "
        "clashes war conflict fighting incident collapse quake lightning device devices round "
        "rounds barrage offensive operation guns gun weapon weapons heat avalanche ammunition "
        "tsunami flu combat crossfire crisis pandemic poisonings poisoning collision derailment "
        "wave knife overdose overdoses landslide mudslide tree debris eruption spray gas"
    ).split()
)
_NOT_BY = frozenset(
    (
        "accident mistake late early noon midnight then now nightfall dawn monday tuesday "
        "wednesday thursday friday saturday sunday lethal hanging firing"
    ).split()
)
_DEATHLY = frozenset(
    (
        "shooting shootings attack attacks bombing bombings raid raids airstrike airstrikes strike "
        "strikes custody massacre clash clashes stabbing explosion blast crossfire gunfire"
    ).split()
)
_HEAD_ENDS = frozenset("of in with from at on near for outside over by to followed".split())
_OPENERS = frozenset("since after when as because that where before while said".split())
# Without a verb to be, these are more often the verb of an active sentence or a figure of speech.
_LOOSE = frozenset("executed shelled gassed tortured bombed".split())
_AIRCRAFT = frozenset("plane jet airliner aircraft drone drones helicopter warplane flight".split())
_SHOT_AS_NOUN = frozenset(
    (
        "fair personal best only veiled parting cheap warning long big clear real good great "
        "better first last final direct gun jump slap money mug head no any another every one's "
        "his their your my its"
    ).split()
)
_ASIDES = frozenset("a an the who whose one former his her their then".split())
_NOBODY = frozenset("neither nobody none no".split())
_NO_NAME = frozenset("the a an only best his her their its this that you".split())
_PRONOUNS = frozenset("he she they it we i you".split())
_WHOLE = re.compile(
    r"\bofficer-involved shootings?\b|\bshots (?:rang out|were fired)\b"
    r"|\bgunfire (?:erupted|rang out|broke out)\b"
    r"|\b(?:clashes|violence|fighting|shooting) (?:erupted|broke out|flared)\b"
    r"|\b(?:gun|weapon|rifle) (?:went off|discharged)\b"
    r"|\blost (?:their|his|her) li(?:ves|fe)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Event:
    first: int
    last: int
    form: str
    actor: tuple[int, int] | None
    kind: str


def agency_events(scores: Scores, articles: pd.DataFrame) -> pd.DataFrame:
    """Find the events of harm, how each is told and who is said to have done it.

    Parameters
    ----------
    scores : Scores
        Where texts and voices are read from.
    articles : pandas.DataFrame
        The articles that are compared: ``id group story``.

    Returns
    -------
    pandas.DataFrame
        An event: ``id group story start end text form actor actor_kind voice``. `form` is one of
        `FORMS`, `actor_kind` one of `ACTORS`, `actor` the words that name it. An event may be told
        several times in an article, and counts each time.
    """
    places = by_id(articles)
    rows = [row for reading in read_again(scores, places.index) for row in _rows(reading)]
    table = pd.DataFrame(rows, columns=[c for c in _EVENTS if c not in ("group", "story")])
    table["group"] = places["group"].reindex(table["id"]).to_numpy(object)
    table["story"] = places["story"].reindex(table["id"]).to_numpy(object)
    return table[_EVENTS]


def _rows(reading: Reading) -> Iterator[tuple[object, ...]]:
    tokens = reading.tokens
    for event in find_harm(tokens):
        article = int(tokens.article[event.first])
        text = tokens.texts[article]
        start, end = int(tokens.start[event.first]), int(tokens.end[event.last])
        actor = None
        if event.actor is not None:
            a, b = event.actor
            actor = " ".join(text[int(tokens.start[a]) : int(tokens.end[b])].split())
        voice = VOICES[int(reading.voice[event.first])]
        yield (
            reading.ids[article],
            start,
            end,
            text[start:end],
            event.form,
            actor,
            event.kind,
            voice,
        )


def find_harm(tokens: Tokens) -> list[_Event]:
    """Find events of harm in a token table, by place.

    Parameters
    ----------
    tokens : Tokens
        The token table.

    Returns
    -------
    list
        Events: first and last token, form, tokens of the actor or None, kind of actor.

    Examples
    --------
    >>> from framing.tokens import tokenize
    >>> [(e.form, e.kind) for e in find_harm(tokenize(["Two men were shot. Police shot one."]))]
    [('passive', 'none'), ('active', 'state')]
    """
    triggers = _PARTICIPLES | _PAST | _ING | _NOUNS | {"died", "dies", "dead"}
    is_trigger = np.fromiter((t in triggers for t in tokens.types), bool, len(tokens.types))
    found: list[_Event] = []
    if len(tokens):
        bounds = tokens.sentence_first_token
        for number in np.unique(tokens.sentence[is_trigger[tokens.type]]).tolist():
            first, last = int(bounds[number]), int(bounds[number + 1])
            found += _Clause(tokens, first, last).events()
    found += _whole(tokens)
    # A euphemism that holds another trigger is one event.
    found.sort(key=lambda e: (e.first, -e.last))
    kept: list[_Event] = []
    for event in found:
        if not kept or event.first > kept[-1].last:
            kept.append(event)
    return kept


def _whole(tokens: Tokens) -> Iterator[_Event]:
    for article, text in enumerate(tokens.texts):
        base, stop = int(tokens.first_token[article]), int(tokens.first_token[article + 1])
        for match in _WHOLE.finditer(text):
            begin = base + int(np.searchsorted(tokens.start[base:stop], match.start(), "right")) - 1
            end = base + int(np.searchsorted(tokens.start[base:stop], match.end(), "left")) - 1
            if begin >= base:
                yield _Event(begin, max(begin, end), "euphemism", None, "none")


class _Clause:
    """One sentence while it is read: its tokens as plain lists."""

    def __init__(self, tokens: Tokens, first: int, last: int) -> None:
        self.base = first
        # The subject of the last harm told in the active: "shot him and wounded her".
        self.actor: tuple[int, int] | None = None
        self.word = [tokens.types[i] for i in tokens.type[first:last]]
        self.is_word = tokens.word[first:last].tolist()
        self.capital = tokens.capital[first:last].tolist()

    def events(self) -> Iterator[_Event]:
        used = -1
        for i, word in enumerate(self.word):
            if i <= used:
                continue
            event = None
            if word in _PARTICIPLES or word in _PAST:
                event = self._verb(i)
            elif word in _ING and i > 0 and self.word[i - 1] in (",", "-", "—", "–"):
                event = self._ing(i)
            elif word in ("died", "dies"):
                event = self._died(i)
            elif word == "dead":
                event = self._left_dead(i)
            if event is None and word in _NOUNS:
                event = self._nominal(i)
            if event is not None:
                used = event.last - self.base
                yield event

    # ------------------------------------------------------------------ forms

    def _verb(self, i: int) -> _Event | None:
        word, last = self.word[i], i
        if word == "shot" and self._is_no_shooting(i):
            return None
        # "shot and killed": one event, and what follows is that of the second verb
        if self._at(i + 1) in ("and", "or") and self._at(i + 2) in _PARTICIPLES:
            last = i + 2
        if word == "gunned" and self._at(i + 1) != "down":
            return None
        if self._at(last + 1) in ("off", "that") or (word == "beaten" and not self._brutal(i)):
            return None
        if self._at(last + 1) == "down":
            last += 1
        back = i - 1
        while back >= 0 and (self.word[back] in _BETWEEN or self.word[back].endswith("ly")):
            back -= 1
        if back >= 0 and self.word[back] in _BE:
            nobody = any(w in _NOBODY for w in self.word[max(0, back - 4) : back])
            if nobody or self._about_things(i, last) or self._intended(back):
                return None
            return self._passive(i, last, "passive")
        after = self._at(last + 1)
        before = self._at(i - 1)
        if before in (
            "a",
            "an",
            "the",
            "one",
            "single",
            "this",
            "that",
            "first",
            "long",
            "warning",
        ):
            return None  # "a shot", "the wounded", "the injured"
        if word == "shot" and after in ("at", "video", "footage", "clock"):
            return None
        opens = (
            last + 1 >= len(self.word)
            or not self.is_word[last + 1]
            or after in _PREPOSITIONS
            or after.endswith("ly")
        )
        # "killed as many as 40", "killed between 20 and 40"
        counted = after == "as" and self._at(last + 2) in ("many", "few")
        counted |= after == "between" and self._at(last + 2)[:1].isdigit()
        opens = opens and not counted
        if opens and before not in _PRONOUNS:
            # "people killed in the raid"; with nothing before it, the verb of a heading
            if i == 0 or not self.is_word[i - 1] or before in _AUXILIARIES | {"and", "or"}:
                return None
            if word in _LOOSE and after != "by":
                return None
            if self._about_things(i, last):
                return None
            return self._passive(i, last, "participle")
        if word not in _PAST or self._about_things(i, last) or self._intended(i - 1):
            return None
        if before.endswith("ing") or before in _HEAD_ENDS | {"about"}:
            return None  # "the theory surrounding murdered staff"
        actor = self.actor if before == "and" else self._subject(i)
        if actor is None or all(w in _NO_NAME for w in self.word[actor[0] : actor[1] + 1]):
            return None
        self.actor = actor
        return self._event(i, last, "active", actor)

    def _passive(self, i: int, last: int, form: str) -> _Event:
        actor = self._by(last + 1)
        if actor is None:
            return self._event(i, last, form, None)
        return self._event(i, last, form, actor)

    def _ing(self, i: int) -> _Event | None:
        after = self._at(i + 1)
        if (
            not after
            or after in _PREPOSITIONS - {"several", "multiple"}
            or self._about_things(i, i)
        ):
            return None
        if not self.is_word[i + 1]:
            return None
        # The subject of the last clause before: "since a gunman opened fire, killing 20".
        opens = [j for j in range(i) if self.word[j] in _OPENERS and j + 1 < i]
        return self._event(i, i, "participle", self._phrase_from(opens[-1] + 1 if opens else 0))

    def _nominal(self, i: int) -> _Event | None:
        if self._at(i + 1) != "of" or (self._at(i - 1) in ("of", "on", "for") and i < 2):
            return None
        if any(w in _THINGS or w == "unborn" for w in self.word[i + 2 : i + 4]):
            return None
        if "attempted" in self.word[max(0, i - 2) : i]:
            return None
        actor = self._by(i + 2)
        if actor is None and i > 0:
            actor = self._owner(i)
        return self._event(i, i, "nominal", actor)

    def _owner(self, noun: int) -> tuple[int, int] | None:
        """*Israel's killing of*, *the agency's brutal torture of*, *the police shooting of*."""
        for j in range(noun - 1, max(noun - 6, -1), -1):
            word = self.word[j]
            last = j == noun - 1
            if word.endswith(("'s", "s'")) or (last and word in _STATE | _ATTACKERS):
                first = j
                while first > 0 and self.capital[first - 1] and self.is_word[first - 1]:
                    first -= 1
                return first, j
            if not self.is_word[j] or word in _HEAD_ENDS | {"the", "a", "an"}:
                return None
        return None

    def _died(self, i: int) -> _Event | None:
        for j in range(i + 1, min(i + 9, len(self.word))):
            if self.word[j] in _DEATHLY:
                actor = self._by(j + 1)
                return self._event(i, i, "died", actor)
            if not self.is_word[j] or self.word[j] in ("when", "of"):
                break
        return None

    def _left_dead(self, i: int) -> _Event | None:
        for j in range(i - 1, max(i - 9, -1), -1):
            if self.word[j] in ("left", "leaving", "leaves"):
                if self.word[j] != "left":
                    return self._event(j, i, "died", None)
                # "the suspect in the shooting that left 17 dead": the shooting did
                near = j - 2 if self._at(j - 1) in ("that", "which") else j - 1
                cause = near >= 0 and self.word[near] in _CAUSES
                return self._event(j, i, "died", (near, near) if cause else self._subject(j))
            if not self.is_word[j]:
                break
        return None

    # ------------------------------------------------------------------ actors

    def _event(self, first: int, last: int, form: str, actor: tuple[int, int] | None) -> _Event:
        kind = "none" if actor is None else self._kind(*actor)
        place = None if actor is None else (self.base + actor[0], self.base + actor[1])
        return _Event(self.base + first, self.base + last, form, place, kind)

    def _kind(self, first: int, last: int) -> str:
        words = [w.removesuffix("'s") for w in self.word[first : last + 1]]
        # The head stands last, unless a preposition follows it: "a gunman in black".
        head = len(words)
        for j, word in enumerate(words):
            if j and (word in _HEAD_ENDS or (word.endswith("ed") and j > 1)):
                head = j
                break
        if words[head - 1] in _CAUSES:
            return "cause"
        if any(w in _ATTACKERS for w in words[:head]):
            return "attacker"
        if any(w in _STATE for w in words[:head]):
            return "state"
        return "cause" if any(w in _CAUSES for w in words) else "other"

    def _by(self, first: int) -> tuple[int, int] | None:
        """The phrase after *by*, in the same clause."""
        for j in range(first, min(first + 9, len(self.word))):
            if self.word[j] in _STOPS and self.word[j] not in ("and", "as", "or"):
                return None
            if not self.is_word[j]:
                return None
            if self.word[j] == "by":
                after = self._at(j + 1)
                bad = not after or after in _NOT_BY or after[0].isdigit() or after.endswith("ing")
                head = self._at(j + 2)
                if bad or (after in ("a", "the", "an") and head in _NOT_BY):
                    return None
                return self._phrase_from(j + 1)
        return None

    def _phrase_from(self, first: int) -> tuple[int, int] | None:
        """A noun phrase that begins at a token; None if it is no more than an opening word."""
        while first < len(self.word) and not self.is_word[first]:
            first += 1
        if first < len(self.word) and self.word[first] in ("in", "on", "at", "after", "during"):
            comma = next((j for j in range(first, len(self.word)) if self.word[j] == ","), None)
            if comma is None or comma - first > 10:
                return None
            first = comma + 1
        j = first
        while j < len(self.word) and j - first < 10:
            word = self.word[j]
            verb = j > first and (word in _BE or word in _AUXILIARIES or word in _PAST)
            if not self.is_word[j] or word in _STOPS or verb:
                break
            ends = j > first and word in ("in", "on", "at", "near", "outside", "during", "into")
            if ends or (j > first + 1 and word.endswith("ed") and not self.capital[j]):
                break
            j += 1
        return (first, j - 1) if j > first else None

    def _subject(self, verb: int) -> tuple[int, int] | None:
        """The noun phrase to the left of a verb; the antecedent of *who* or *that*."""
        last = verb - 1
        while last >= 0 and (
            self.word[last] in _AUXILIARIES
            or self.word[last] in _BETWEEN - {"killed", "shot"}
            or (self.word[last].endswith("ly") and last > 0)
        ):
            last -= 1
        if last >= 0 and self.word[last] == "," and self._at(last + 1) in ("who", "which"):
            last -= 1
        if last < 0:
            return None
        if self.word[last] == ",":
            # "Kyle, a deputy, shot him": what stands before the apposition
            opening = next((j for j in range(last - 1, -1, -1) if self.word[j] == ","), -1)
            aside = opening > 0 and (
                self.word[opening + 1] in _ASIDES or self.word[opening + 1][0].isdigit()
            )
            if not aside:
                # "mobs burned churches, killed dozens": the subject of the sentence
                return self._phrase_from(0)
            last = opening - 1
        first = last
        while first > 0 and last - first < 7:
            word = self.word[first - 1]
            if not self.is_word[first - 1] or word in _STOPS | _BE | _AUXILIARIES:
                break
            first -= 1
        if first > 0 and self.word[first - 1] in _BE | _AUXILIARIES:
            # "an officer who was training in Florida, shot": what stands before the relative clause
            who = next((j for j in range(first - 1, 0, -1) if self.word[j] in ("who", "that")), 0)
            if who and first - who < 12:
                return self._subject(who)
        return (first, last) if self.is_word[last] else None

    # ------------------------------------------------------------------ small tests

    def _at(self, i: int) -> str:
        return self.word[i] if 0 <= i < len(self.word) else ""

    def _about_things(self, first: int, last: int) -> bool:
        near = self.word[max(0, first - 4) : first] + self.word[last + 1 : last + 5]
        return any(w in _THINGS for w in near)

    def _is_no_shooting(self, i: int) -> bool:
        """Tell *a fair shot*, *shot through with*, *shot down the bill* from a shooting."""
        if self._at(i + 1) == "down":
            return not any(w in _AIRCRAFT for w in self.word)
        after = ("back", "up", "across", "himself", "herself", "of", "through", "for", "with")
        return self._at(i + 1) in after or self._at(i - 1) in _SHOT_AS_NOUN

    def _brutal(self, i: int) -> bool:
        """Tell *beaten to death* and *beaten by police* from an election."""
        if self._at(i + 1) == "to" and self._at(i + 2) == "death":
            return True
        actor = self._by(i + 1)
        return actor is not None and self._kind(*actor) in ("state", "attacker")

    def _intended(self, i: int) -> bool:
        """*to be shot*, *could have killed*, *was not injured*: nothing that happened."""
        return any(w in _INTENT for w in self.word[max(0, i - 2) : i + 1])


def count_agency(events: pd.DataFrame) -> pd.DataFrame:
    """Count the events of the outlets' own voice.

    Parameters
    ----------
    events : pandas.DataFrame
        What `agency_events` returned.

    Returns
    -------
    pandas.DataFrame
        ``group story form actor_kind count``, for `framing.counting.add_counts` and
        `agency_table`.
    """
    own = events.loc[events["voice"] == "own", _KEYS]
    if not len(own):
        return empty_counts(_KEYS, ["count"])
    return add_counts([own.assign(count=np.ones(len(own), np.int64)).reset_index(drop=True)])


def agency_table(
    counts: pd.DataFrame, *, level: float = 0.95, random_state: int = 0
) -> pd.DataFrame:
    """Tell how often each group says who did harm, and who.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `count_agency` returned, or a sum of several.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.

    Returns
    -------
    pandas.DataFrame
        ``measure group count events share low high p_value p_adjusted stories``. Measures: for
        each form the share of events told so (``form: passive``); ``actor: none`` is the share
        told without an actor and without a cause, ``actor: state`` and so on the shares by who did
        it. The interval is the jackknife's over stories, the p-value that of the group against the
        others on shared stories, adjusted over the groups of a measure; missing where too few.
    """
    if not len(counts):
        return pd.DataFrame({c: [] for c in _COLUMNS})
    groups, stories = sorted(set(counts["group"])), sorted(set(counts["story"]))
    long = pd.concat(
        [
            counts.assign(measure="form: " + counts["form"].astype(str)),
            counts.assign(measure="actor: " + counts["actor_kind"].astype(str)),
        ]
    )
    measures = [f"actor: {a}" for a in ACTORS] + [f"form: {f}" for f in FORMS]
    count = spread(long, "count", rows=measures, row="measure", groups=groups, stories=stories)
    total = count[: len(ACTORS)].sum(0)
    share = stats.share_interval(count, np.broadcast_to(total, count.shape), level=level)
    p = p_against_others(count, total, seed=stats.seed_for(random_state, "agency"))
    adjusted = np.stack([stats.benjamini_hochberg(row) for row in p])
    measure, group = np.indices(p.shape).reshape(2, -1)
    events = total.sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = count.sum(2) / events
    return pd.DataFrame(
        {
            "measure": [measures[i] for i in measure],
            "group": [groups[g] for g in group],
            "count": count.sum(2)[measure, group].astype(np.int64),
            "events": events[group].astype(np.int64),
            "share": shares[measure, group],
            "low": share.low[measure, group],
            "high": share.high[measure, group],
            "p_value": p[measure, group],
            "p_adjusted": adjusted[measure, group],
            "stories": (total > 0).sum(1)[group],
        }
    )[_COLUMNS]
