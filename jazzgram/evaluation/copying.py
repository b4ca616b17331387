"""Copying: which runs of a solo occur in the training corpus, note by note, and where."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING

from jazzgram.evaluation.run_index import Match, RunIndex
from jazzgram.music.solo import Solo
from jazzgram.music.tune import Corpus, Tune
from jazzgram.resources.frozen import dataclass

if TYPE_CHECKING:
    from jazzgram.corpus.token_table import TokenTable


@dataclass(frozen=True, slots=True)
class NoteCopy:
    """The copied run around a note.

    Parameters
    ----------
    notes : int
        Notes of the longest copied run, at any pitch, that contains the note; 0 where there is none.
    tune : str
        The title of the tune that has the run; empty where there is none.
    bar : int
        The tune's bar with the run's counterpart of the note, from 0; -1 where there is none.
    """

    notes: int
    tune: str
    bar: int


class CorpusRuns:
    """The intervals of a corpus, to search for those of solos.

    Parameters
    ----------
    corpus : Corpus
        The training tunes. Iterated once.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._titles: list[str] = []
        self._bars: list[list[int]] = []
        lines = []
        for tune in corpus.tunes:
            pitches, bars = melodic_line(tune)
            self._titles.append(tune.title)
            self._bars.append(bars)
            lines.append(shifted_intervals(pitches))
        self._index = RunIndex(lines)

    def by_note(self, solo: Solo) -> tuple[NoteCopy, ...]:
        """Return for each note of a solo the copied run that contains it.

        Parameters
        ----------
        solo : Solo
            May have no notes.

        Returns
        -------
        tuple of NoteCopy
            One for each note, in order. A run is found by its intervals: ``n`` intervals are ``n + 1`` notes.
        """
        copies = [NoteCopy(0, "", -1)] * len(solo.notes)
        matches = self._index.matches(shifted_intervals([note.pitch for note in solo.notes]))
        for match in sorted(matches, key=lambda match: match.length):  # longer runs over shorter ones
            if match.length:
                title, bars = self._titles[match.line], self._bars[match.line]
                for offset in range(match.length + 1):
                    copies[match.begin + offset] = NoteCopy(match.length + 1, title, bars[match.index + offset])
        return tuple(copies)


@dataclass(frozen=True, slots=True)
class TermCopy:
    """How much of a solo's grammar occurs in the corpus.

    Parameters
    ----------
    longest : int
        Terms of the longest run found, rests included; 0 where there is none.
    tune : str
        The title of its tune; empty where there is none.
    bar : int
        The tune's bar in which it begins, from 0; -1 where there is none.
    shares : dict of int to float
        For 4, 6 and 8: the share of the solo's runs of that many terms that are found there; nan where the solo is
        shorter.
    """

    longest: int
    tune: str
    bar: int
    shares: dict[int, float]


class TermRuns:
    """The terms of a part of a corpus, to search for those of solos.

    Parameters
    ----------
    table : TokenTable
        The corpus's terms (`Pipeline.tokens`).
    part : str
        The part that is searched.
    """

    def __init__(self, table: TokenTable, part: str = "train") -> None:
        self._tunes = [entry for entry in table.tunes if entry.part == part]
        self._ids = {term: number for number, term in enumerate(table.terms)}
        tokens = table.column("token")
        self._bar = table.column("bar")
        lines = [tokens[entry.begin : entry.end].tolist() for entry in self._tunes]
        self._index = RunIndex(lines)

    def of(self, solo: Solo) -> TermCopy:
        """Search for the sampled terms of a solo."""
        unknown = len(self._ids)  # occurs nowhere in the corpus
        line = [self._ids.get(term, unknown) for bar in solo.grammar for term in bar]
        matches = self._index.matches(line)
        shares = {width: _share(matches, width) for width in (4, 6, 8)}
        best = max(matches, key=lambda match: match.length, default=None)
        if best is None or not best.length:
            return TermCopy(0, "", -1, shares)
        tune = self._tunes[best.line]
        return TermCopy(best.length, tune.title, int(self._bar[tune.begin + best.index]), shares)


def melodic_line(tune: Tune) -> tuple[list[int], list[int]]:
    """Return the pitch of each note of a tune, and the bar it is in."""
    notes = [(note.pitch, number) for number, bar in enumerate(tune.bars) for note in bar.notes]
    return [pitch for pitch, _ in notes], [number for _, number in notes]


def shifted_intervals(pitches: Sequence[int]) -> list[int]:
    """Return the interval between each pitch and the next one, in semitones, 128 added so that none is negative."""
    return [after - before + 128 for before, after in pairwise(pitches)]


def _share(matches: Sequence[Match], width: int) -> float:
    runs = len(matches) - width + 1
    return sum(match.length >= width for match in matches) / runs if runs > 0 else nan
