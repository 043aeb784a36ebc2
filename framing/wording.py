"""All that is said of the words of a comparison: each table is made when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from framing.agency import agency_events, agency_table, count_agency
from framing.asymmetry import asymmetry_pairs, asymmetry_table, count_asymmetry
from framing.names import count_names, name_readings, name_table
from framing.omission import count_terms, omission_table, omission_totals
from framing.phrases import count_phrases, count_sentences, phrase_table, repeated_sentences
from framing.scores import Scores
from framing.sources import count_sources, source_profile, source_table, speaker_aliases

__all__ = ["Wording"]


@dataclass(frozen=True, eq=False)
class Wording:
    """The tables of words of some articles, by group.

    Parameters
    ----------
    scores : Scores
        Where texts, hits and voices are read from.
    articles : pandas.DataFrame
        The articles that are compared: ``id group story``.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.

    Notes
    -----
    Counts of parts of a corpus add up (`framing.counting.add_counts`); who has more than fits into
    memory calls the ``count_`` functions of the modules on the parts, and the ``_table`` functions
    on the sums.
    """

    scores: Scores = field(repr=False)
    articles: pd.DataFrame = field(repr=False)
    level: float = 0.95
    random_state: int = 0

    @cached_property
    def _name_counts(self) -> pd.DataFrame:
        return count_names(self.scores, self.articles)

    @cached_property
    def _source_counts(self) -> pd.DataFrame:
        return count_sources(self.scores, self.articles)

    @cached_property
    def _asymmetry_counts(self) -> pd.DataFrame:
        return count_asymmetry(self.scores, self.articles)

    @cached_property
    def names(self) -> pd.DataFrame:
        """Who calls it what: `framing.names.name_table`."""
        return name_table(self._name_counts, level=self.level, random_state=self.random_state)

    @cached_property
    def readings(self) -> pd.DataFrame:
        """The names in one line a referent: `framing.names.name_readings`."""
        return name_readings(self.names)

    @cached_property
    def phrases(self) -> pd.DataFrame:
        """Phrases that set each group apart (exploratory): `framing.phrases.phrase_table`."""
        skip = repeated_sentences(count_sentences(self.scores, self.articles))
        counts = count_phrases(self.scores, self.articles, skip=skip)
        return phrase_table(
            counts, scores=self.scores, level=self.level, random_state=self.random_state
        )

    @cached_property
    def sources(self) -> pd.DataFrame:
        """Who is quoted by whom: `framing.sources.source_table`."""
        return source_table(self._source_counts, level=self.level)

    @cached_property
    def speaker_aliases(self) -> pd.DataFrame:
        """Under which names speakers were counted: `framing.sources.speaker_aliases`."""
        return speaker_aliases(self._source_counts)

    @cached_property
    def source_profile(self) -> pd.DataFrame:
        """What kinds of sources each group has: `framing.sources.source_profile`."""
        return source_profile(self._source_counts, level=self.level, random_state=self.random_state)

    @cached_property
    def asymmetry(self) -> pd.DataFrame:
        """Terms bare here and in scare quotes there: `framing.asymmetry.asymmetry_table`."""
        return asymmetry_table(
            self._asymmetry_counts,
            scores=self.scores,
            level=self.level,
            random_state=self.random_state,
        )

    @cached_property
    def asymmetry_pairs(self) -> pd.DataFrame:
        """How often one group does so to another: `framing.asymmetry.asymmetry_pairs`."""
        return asymmetry_pairs(
            self._asymmetry_counts, level=self.level, random_state=self.random_state
        )

    @cached_property
    def agency_events(self) -> pd.DataFrame:
        """Events of harm, one by one: `framing.agency.agency_events`."""
        return agency_events(self.scores, self.articles)

    @cached_property
    def agency(self) -> pd.DataFrame:
        """How often it is said who did harm: `framing.agency.agency_table`."""
        return agency_table(
            count_agency(self.agency_events), level=self.level, random_state=self.random_state
        )

    def omissions(self, *, story: str | None = None, least: int = 2) -> pd.DataFrame:
        """List what others carry on a story and a group does not.

        Parameters
        ----------
        story, least
            As for `framing.omission.omission_table`.

        Returns
        -------
        pandas.DataFrame
            ``story group kind item carried_by groups uses``.
        """
        return omission_table(
            self.articles,
            sources=self._source_counts,
            names=self._name_counts,
            terms=count_terms(self.scores, self.articles),
            story=story,
            least=least,
        )

    def omission_totals(self, *, least: int = 2) -> pd.DataFrame:
        """Add up, over stories, how much of what others carry each group leaves out.

        Parameters
        ----------
        least
            As for `framing.omission.omission_totals`.

        Returns
        -------
        pandas.DataFrame
            ``group kind left_out carried_by_others share stories``.
        """
        return omission_totals(
            self.articles,
            sources=self._source_counts,
            names=self._name_counts,
            terms=count_terms(self.scores, self.articles),
            least=least,
        )
