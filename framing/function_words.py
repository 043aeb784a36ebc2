"""Words of grammar, numbers and parts of addresses: none is a topic or a name by itself."""

from __future__ import annotations

__all__ = ["FUNCTION_WORDS"]

FUNCTION_WORDS = frozenset(
    (
        "a an the this that these those and or but nor so yet if because although though while "
        "as than whether when where who whom whose which what why how i me my mine we us our you "
        "your he him his she her hers it its they them their there here himself herself itself "
        "themselves myself ourselves yourself one ones is are was were be been being am do does "
        "did doing done has have had having will would shall should can could may might must "
        "of in on at by to from for with without about into onto over under after before during "
        "between against through among across up down out off again then once not no n't don't "
        "doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't won't wouldn't can't "
        "cannot couldn't shouldn't it's he's she's that's there's they're we're you're i'm i've "
        "we've they've also just too very more most such other another any all both each few "
        "every either neither many much several everyone everybody everything someone somebody "
        "something anyone anybody anything nobody nothing none some only own same s t via per "
        "upon within since until till first second two three "
        "four five six seven eight nine ten hundred thousand million billion https http www"
    ).split()
)
"""Lower-case, with straight apostrophes, as `framing.tokens.tokenize` folds them."""
