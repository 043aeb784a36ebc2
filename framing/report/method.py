"""How the numbers of a report came about: the same for every report, in plain words."""

from __future__ import annotations

__all__ = ["METHOD", "REFERENCES"]

METHOD: tuple[dict[str, str], ...] = (
    {
        "heading": "Whose words",
        "text": "Every word is given a voice. The outlet's own voice is what is left when words in "
        "quotation marks, reported speech (said that, according to), scare quotes, titles and "
        "words named as words are set aside. Headline figures speak of the own voice; quoted "
        "speech stands beside it and is never mixed in.",
        "formula": "",
    },
    {
        "heading": "Loaded wording",
        "text": "A trained model gives each word, where it stands, the probability that a trained "
        "annotator would mark it as loaded. The rate is their sum. Its scale is that of the "
        "annotators who made the training data: compare outlets on the same stories, and do not "
        "read the level as a share of loaded words.",
        "formula": "loaded_rate = 1,000 × Σ P(word is marked) ÷ own-voice words",
    },
    {
        "heading": "Terms of the lexicons",
        "text": "Weighted hits of terms in loaded categories, in the own voice; no word counts "
        "twice.",
        "formula": "term_rate = 1,000 × Σ weight ÷ own-voice words",
    },
    {
        "heading": "Estimates and intervals",
        "text": "Stories are what is sampled, so uncertainty comes from stories: the error is the "
        "jackknife's, leaving out one story at a time, with a floor of what counting noise alone "
        "would give, and Student's t with one degree of freedom fewer than stories. What is "
        "counted comes in units of mean size s, which vary by themselves: 1 for hits; for "
        "expected loaded words the mean amount of a sentence, Σ x² ÷ Σ x; for quoted words the "
        "mean length of a quotation. Shares are treated in the same way on the logit scale.",
        "formula": "log((count + ½) ÷ words) ± t(stories − 1) × max(jackknife error, "
        "1 ÷ √(count ÷ s + ½))",
    },
    {
        "heading": "Differences",
        "text": "Two outlets are compared on the stories that both covered, as a ratio. The "
        "p-value permutes whole outlet-and-story cells within stories; it knows no floor (but "
        "for fewer than 10 hits), so a difference can have a small p-value beside an interval that "
        "holds 1: the findings ask for both. It is adjusted after Benjamini and Hochberg over the "
        "pairs of one measure. With fewer than 6 shared stories no p-value below 0.05 is "
        "possible, and the pair is called not testable.",
        "formula": "ratio = [(count a + ½) ÷ words a] ÷ [(count b + ½) ÷ words b]",
    },
    {
        "heading": "Names, phrases, sources",
        "text": "Names and phrases are put in order by log-odds with an informative Dirichlet "
        "prior, which is an order and not a test. Their uncertainty too comes from stories; "
        "phrases were searched for, so they are exploratory and adjusted by the largest statistic "
        "of each permutation.",
        "formula": "",
    },
    {
        "heading": "What this is not",
        "text": "There is no left-right score here and no verdict that an outlet is biased. A "
        "loaded word can be the right word. What is measured is wording, not truth, and not what "
        "was left unreported.",
        "formula": "",
    },
)
"""Headings, texts and formulas, in the order in which they are read."""

REFERENCES: tuple[str, ...] = (
    "Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and "
    "powerful approach to multiple testing. Journal of the Royal Statistical Society B, 57, "
    "289–300.",
    "Miller, R. G. (1974). The jackknife: a review. Biometrika, 61, 1–15.",
    "Monroe, B. L., Colaresi, M. P. and Quinn, K. M. (2008). Fightin' words: lexical feature "
    "selection and evaluation for identifying the content of political conflict. Political "
    "Analysis, 16, 372–403.",
    "Newell, E., Margolin, D. and Ruths, D. (2018). An attribution relations corpus for political "
    "news. LREC 2018.",
    "Spinde, T. et al. (2021). Neural media bias detection using distant supervision with BABE: "
    "bias annotations by experts. Findings of EMNLP 2021.",
    "Westfall, P. H. and Young, S. S. (1993). Resampling-based multiple testing. Wiley.",
)
"""What the methods come from."""
