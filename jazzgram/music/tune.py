"""Tunes: solos with their chords, bar by bar; and corpora, on which models are trained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jazzgram.music.chord import Chord
from jazzgram.music.labels import Labels, tempo_class
from jazzgram.music.note import Note, Rest
from jazzgram.music.time import Meter
from jazzgram.resources.attached import attached
from jazzgram.resources.frozen import dataclass

_REASONS = 3
_REASON = 80
"""How many reasons a line names, and how many characters of each."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a solo over its chords.

    Parameters
    ----------
    melody : tuple of Note or Rest
        In time order; onsets in ticks from the start of the bar. A note may sound past the barline.
    chords : tuple of Chord
        In time order; onsets in ticks from the start of the bar.
    meter : Meter
        The bar's meter.
    """

    melody: tuple[Note | Rest, ...]
    chords: tuple[Chord, ...]
    meter: Meter = Meter()

    @property
    def notes(self) -> tuple[Note, ...]:
        """The melody without its rests."""
        return tuple([event for event in self.melody if isinstance(event, Note)])  # a list: bars are many


@dataclass(frozen=True, slots=True)
class Track:
    """One named instrument of an accompaniment.

    Parameters
    ----------
    name : str
        As a sequencer displays it.
    program : int
        General MIDI program, 0 to 127.
    notes : tuple of Note
        In time order; onsets in ticks from the start of the tune or solo.
    is_drum : bool
        Whether it plays on the drum channel.
    """

    name: str
    program: int
    notes: tuple[Note, ...]
    is_drum: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """Notes, bars and chords that a reader left out of a tune, with the reason.

    Parameters
    ----------
    reason : str
        In a few words, the same words for the same reason: ``before the first bar``.
    notes : int
        How many melody notes were left out.
    bars : int
        How many bars.
    chords : int
        How many chord symbols, those of the bars included.
    """

    reason: str
    notes: int = 0
    bars: int = 0
    chords: int = 0

    @property
    def amount(self) -> str:
        """How much it is: ``3 notes, 1 bar``; empty where nothing is counted."""
        counts = {"note": self.notes, "bar": self.bars, "chord": self.chords}
        return ", ".join(f"{count:,} {what}{'s' * (count != 1)}" for what, count in counts.items() if count)


def merge_dropped(items: Iterable[Dropped]) -> tuple[Dropped, ...]:
    """Add up what was left out for the same reason.

    Parameters
    ----------
    items : iterable of Dropped
        Of any number of tunes.

    Returns
    -------
    tuple of Dropped
        One for each reason, the most first.

    Examples
    --------
    >>> merge_dropped([Dropped("grace note", 2), Dropped("never played", 4, 1, 2), Dropped("grace note", 1)])[1]
    Dropped(reason='grace note', notes=3, bars=0, chords=0)
    """
    merged: dict[str, Dropped] = {}
    for item in items:
        before = merged.get(item.reason, Dropped(item.reason))
        counts = before.notes + item.notes, before.bars + item.bars, before.chords + item.chords
        merged[item.reason] = Dropped(item.reason, *counts)
    return tuple(sorted(merged.values(), key=lambda item: -item.notes - item.bars - item.chords))


def dropped_line(items: Iterable[Dropped]) -> str:
    """Return in one line what was left out and why; empty where nothing was.

    Examples
    --------
    >>> dropped_line([Dropped("never played", 4, 1, 2), Dropped("grace note", 3)])
    'left out: 7 notes, 1 bar, 2 chords (never played; grace note)'
    """
    merged = merge_dropped(items)
    if not merged:
        return ""
    whole = Dropped("", *(sum(getattr(item, name) for item in merged) for name in ("notes", "bars", "chords")))
    reasons = [item.reason[:_REASON] for item in merged[:_REASONS]]
    more = [f"{len(merged) - _REASONS} more reasons"] * (len(merged) > _REASONS)
    return f"left out: {whole.amount or 'signs and words'} ({'; '.join(reasons + more)})"


@dataclass(frozen=True, slots=True)
class Tune:
    """One solo with its chords.

    Parameters
    ----------
    title : str
        Unique within its corpus.
    bars : tuple of Bar
        At least one.
    tempo : float
        Quarter notes per minute.
    accompaniment : tuple of Track
        The other instruments, from the start of the first bar; may be empty.
    program : int
        The soloist's General MIDI program, 0 to 127.
    key : int
        The key signature: sharps counted up, flats down, -7 to 7.
    work : str
        The composition, the same for every solo over it; empty where it is the title.
    performer : str
        The soloist; empty where unknown.
    style : str
        As labelled by the source (``BEBOP``); empty without a label.
    instrument : str
        The soloist's, by name (``tenor sax``); empty where unknown.
    dropped : tuple of Dropped
        Notes, bars and chords that the reader left out.
    """

    title: str
    bars: tuple[Bar, ...]
    tempo: float = 120.0
    accompaniment: tuple[Track, ...] = ()
    program: int = 26
    key: int = 0
    work: str = ""
    performer: str = ""
    style: str = ""
    instrument: str = ""
    dropped: tuple[Dropped, ...] = ()

    @property
    def labels(self) -> Labels:
        """Who plays, on what, in which style, how fast, and the title."""
        return Labels(self.performer, self.instrument, self.style, tempo_class(self.tempo), self.title)

    def __repr__(self) -> str:
        """Return title, performer and length in one line: all notes are in `bars`."""
        by = f" by {self.performer}" if self.performer else ""
        return f"<Tune {self.title!r}{by}: {len(self.bars)} bars, {sum(len(bar.notes) for bar in self.bars)} notes>"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Any number of tunes, read from one source.

    Parameters
    ----------
    tunes : sequence of Tune
        At least one. Those of a large corpus are read from disk on access: iterate over them.
    """

    tunes: Sequence[Tune]

    @property
    def bars(self) -> tuple[Bar, ...]:
        """All bars of all tunes, in order."""
        return tuple(bar for tune in self.tunes for bar in tune.bars)

    def __repr__(self) -> str:
        """Return the number of tunes and the first titles in one line; those of a large corpus are not read."""
        count = len(self.tunes)
        titles = ", ".join(repr(self.tunes[number].title) for number in range(min(count, 3)))
        return f"<Corpus: {count:,} tune{'s' * (count != 1)}{': ' * (count > 0)}{titles}{', …' * (count > 3)}>"

    def _repr_html_(self) -> str:
        """Show the corpus in a notebook: how many tunes, and the first of them."""
        html: str = attached("Corpus._repr_html_")(self)
        return html
