"""Words that say who is speaking: verbs and nouns of speech and thought, and words that name words.

These are the cues of grammar that voice is decided by, not a lexicon that is scored: whether a
verb doubts or endorses its speaker is for the lexicon ``reporting`` to say.
"""

from __future__ import annotations

__all__ = "DISTANCING NAMING NAMING_NOUNS NOUNS PRONOUNS TELLING THINKING VERBS".split()


def _forms(*verbs: str) -> frozenset[str]:
    """Inflect verbs given as ``base past [participle]``; regular ones as the base alone."""
    forms: set[str] = set()
    for entry in verbs:
        base, *irregular = entry.split()
        stem = base[:-1] if base.endswith("e") else base
        if base.endswith("y") and base[-2] not in "aeiou":
            third, past = base[:-1] + "ies", base[:-1] + "ied"
        elif base.endswith(("s", "sh", "ch", "x", "z")):
            third, past = base + "es", base + "ed"
        else:
            third, past = base + "s", stem + "ed"
        forms |= {base, third, stem + "ing", *(irregular or [past])}
    return frozenset(forms)


# What follows is what was said: "said the road was open".
SAYING = _forms(
    "say said",
    *(
        "acknowledge add affirm allege announce argue assert boast caution claim comment complain "
        "concede conclude confirm contend counter declare deny disclose emphasise emphasize "
        "estimate explain hint insist joke lament maintain mention note observe predict proclaim "
        "propose recall recount reiterate remark repeat reply respond retort reveal signal "
        "speculate state stress suggest testify thunder tweet warn"
    ).split(),
    "admit admitted admitting",
    "quip quipped quipping",
    "vow",
    "write wrote written",
)
# Their object is what was spoken of, so only words in marks are somebody's: "condemned the pact".
JUDGING = _forms(
    *(
        "accuse blame brand call characterise characterize charge condemn criticise criticize "
        "decry demand denounce describe dismiss express hail label mock pledge praise promise tout"
    ).split(),
    "dub dubbed",
)
# Common nouns first: "Colorado State", "the viral tweet", "add interest".
SAYING -= {"state", "states", "tweet", "tweets", "add"}
VERBS = SAYING | JUDGING
# Take a person first and then what was said.
TELLING = _forms(
    "tell told", "remind", "inform", "ask", "assure", "warn", "urge", "accuse", "advise"
)
THINKING = _forms(
    "believe",
    "think thought",
    "fear",
    "hope",
    "expect",
    "doubt",
    "feel felt",
    "consider",
    "suspect",
    "worry",
    "want",
    "plan planned planning",
    "intend",
    "see saw seen",
    "know knew known",
)
NOUNS = frozenset(
    (
        "statement claim claims allegation allegations accusation accusations assertion "
        "belief comment comments remark remarks argument warning warnings announcement "
        "promise suggestion according letter interview speech testimony post tweet"
    ).split()
)
# "nicknamed", "entitled": what is in the marks is a name.
NAMING = frozenset(
    ("nicknamed titled entitled headlined captioned named subtitled codenamed inscribed").split()
)
NAMING_NOUNS = frozenset(
    (
        "word words term terms phrase expression title name nickname label slogan hashtag "
        "headline film movie book novel song album show series programme program report "
        "article essay poem letter letters motto chapter episode podcast column"
    ).split()
)
DISTANCING = frozenset(
    "so-called self-styled self-proclaimed supposed purported alleged ostensible".split()
)
PRONOUNS = frozenset("he she they it i we you who".split())
