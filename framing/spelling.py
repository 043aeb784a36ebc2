"""British and American spellings of one word: what a list of words should hold both of."""

from __future__ import annotations

import re

__all__ = ["other_spelling"]

_BEFORE = r"((?:.*-)?(?:un|dis|mis|re|over|under|mal|non|de|out|epi|multi|mid)?)"
# "-ous", "-ary" and "-ate" are the same in both: vigorous, honorary, elaborate
_AFTER = (
    r"(|s|'s|ed|ing|er|ers|able|ably|ite|ites|less|ful|fully|hood|hoods|ly|al|ally|y|man|men|"
    r"d|es|like|-.*)"
)
_PAIRS = (
    "armour armor|behaviour behavior|candour candor|clamour clamor|colour color|"
    "endeavour endeavor|favour favor|fervour fervor|harbour harbor|honour honor|humour humor|"
    "labour labor|neighbour neighbor|odour odor|rancour rancor|rumour rumor|saviour savior|"
    "splendour splendor|tumour tumor|valour valor|vigour vigor|"
    "calibre caliber|centre center|fibre fiber|lustre luster|lacklustre lackluster|"
    "meagre meager|sabre saber|sombre somber|spectre specter|theatre theater|"
    "defence defense|offence offense|pretence pretense|sceptic skeptic|scepticism skepticism|"
    "cheque check|paycheque paycheck|cosy cozy|cosying cozying|cosied cozied|grey gray|"
    "mould mold|plough plow|smoulder smolder|tyre tire|whisky whiskey|"
    "cancelled canceled|cancelling canceling|channelled channeled|channelling channeling|"
    "fuelled fueled|fuelling fueling|labelled labeled|labelling labeling|levelled leveled|"
    "levelling leveling|marvellous marvelous|modelled modeled|signalled signaled|"
    "signalling signaling|spiralled spiraled|spiralling spiraling|totalled totaled|"
    "travelled traveled|travelling traveling|traveller traveler|quarrelled quarreled|"
    "quarrelling quarreling|skilful skillful|wilful willful|instalment installment|"
    "manoeuvre maneuver|manoeuvring maneuvering|paedophile pedophile|paedophilia pedophilia|"
    "foetus fetus|foetal fetal|haemorrhage hemorrhage|haemorrhaging hemorrhaging|"
    "anaesthetic anesthetic|ageing aging"
)
# A check is more than a cheque, a tire no tyre: the American word has senses that are not meant.
_ONE_WAY = frozenset(("check", "tire", "gray", "aging"))
_OTHER: dict[str, str] = {}
for _pair in _PAIRS.split("|"):
    _british, _american = _pair.split()
    _OTHER[_british] = _american
    if _american not in _ONE_WAY:
        _OTHER[_american] = _british
_STEM = re.compile(_BEFORE + "(" + "|".join(sorted(_OTHER, key=len, reverse=True)) + ")" + _AFTER)
_VERB = re.compile(r"(.{2,})([iy])([sz])(e|es|ed|ing|ation|ations|er|ers)")
_SIZED = re.compile(r".*(?:siz|priz|seiz|maiz|baiz)(?:e|es|ed|ing|er|ers)")
# Words in -ise that are never spelt otherwise.
_ALWAYS_S = re.compile(
    r".*(?:[aou]|w|sp|pr|fran|merchand|parad|advert|expert|treat|chast|mort|pract|cr|"
    r"(?:ad|de|re|super|tele|impro)v|(?:pre|pro|compro|de|sur)m|(?:exer|circum|in|ex|pre|con)c)is|"
    r".*franchis|(?:.*-)?(?:a|sun|up|moon|high)?ris"
)


def other_spelling(word: str) -> str | None:
    """Spell a British word as Americans do, or an American one as the British do.

    Parameters
    ----------
    word : str
        One word in lower case.

    Returns
    -------
    str or None
        None where both spell it alike, as far as this knows: the endings ``-ise``, ``-yse`` and
        their forms, and a list of stems such as *colour* and *centre*.

    Examples
    --------
    >>> other_spelling("demonized"), other_spelling("labour-saving"), other_spelling("surprise")
    ('demonised', 'labor-saving', None)
    """
    stem = _STEM.fullmatch(word)
    if stem:
        return f"{stem[1]}{_OTHER[stem[2]]}{stem[3]}"
    verb = _VERB.fullmatch(word)
    if verb is None:
        return None
    begin, vowel, letter, end = verb.groups()
    if vowel == "y" and (not begin.endswith("l") or end not in ("e", "es", "ed", "ing", "er")):
        return None
    if letter == "z":
        return None if _SIZED.fullmatch(word) else f"{begin}{vowel}s{end}"
    return None if vowel == "i" and _ALWAYS_S.fullmatch(f"{begin}is") else f"{begin}{vowel}z{end}"
