"""Solos: what comes out, with the way it came about."""

from __future__ import annotations

from dataclasses import dataclass

from jazzgram.music.chord import Chord
from jazzgram.music.corpus import Track
from jazzgram.music.note import Note
from jazzgram.music.term import Grammar
from jazzgram.music.time import Meter


@dataclass(frozen=True, slots=True)
class Solo:
    """An improvised melody over its changes.

    Parameters
    ----------
    notes : tuple of Note
        In time order; onsets in ticks from the start of the solo.
    chords : tuple of Chord
        In time order; onsets in ticks from the start of the solo.
    bars : int
        How many bars it has.
    grammar : Grammar
        The terms as they were sampled, a tuple for each bar.
    meter : Meter
        The meter of every bar.
    tempo : float
        Quarter notes per minute.
    title : str
        What a lead sheet has at its head.
    accompaniment : tuple of Track
        What plays beneath.
    program : int
        The soloist's General MIDI program, 0 to 127.
    key : int
        The key signature: sharps counted up, flats down, -7 to 7.
    written : tuple of Note
        The notes as a score shows them: those that the chain had before its first step that leaves the notational
        grid (swing is played, not written). Equal to `notes` where no step does.
    """

    notes: tuple[Note, ...]
    chords: tuple[Chord, ...]
    bars: int
    grammar: Grammar = ()
    meter: Meter = Meter()
    tempo: float = 120.0
    title: str = "Solo"
    accompaniment: tuple[Track, ...] = ()
    program: int = 26
    key: int = 0
    written: tuple[Note, ...] = ()

    def _repr_html_(self) -> str:
        """Show the solo in a notebook: its piano roll."""
        from base64 import b64encode
        from html import escape

        from jazzgram.pictures.roll import roll_png

        said = escape(f"{self.title}: {len(self.notes)} notes over {self.bars} bars", quote=True)
        picture = b64encode(roll_png(self, dpi=80)).decode()
        return f'<img alt="Piano roll of {said}" src="data:image/png;base64,{picture}">'
