"""Solos: the output of a run, with its sampled terms."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from jazzgram.music.chord import Chord
from jazzgram.music.form import Form
from jazzgram.music.labels import Labels
from jazzgram.music.note import Note
from jazzgram.music.term import Grammar
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.music.tune import Track
from jazzgram.resources.attached import attached
from jazzgram.resources.frozen import dataclass


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
        The heading of a lead sheet.
    accompaniment : tuple of Track
        The other instruments.
    program : int
        The soloist's General MIDI program, 0 to 127.
    key : int
        The key signature: sharps counted up, flats down, -7 to 7.
    notated : tuple of Note
        The notes of the score: those before the first step of the chain that leaves the notational grid (swing is
        played, not notated). Equal to `notes` where no step does.
    instrument : str
        Who plays it, a key of `jazzgram.music.INSTRUMENTS`: it decides the clef, and whether scores have a transposed
        part. Empty where that is left open.
    style : str
        The style as its source calls it ("Bossa Nova"), printed before the tempo; empty where it is not known.
    form : Form or None
        The sections of its bars, and where it ends; None where they are not known.
    labels : Labels
        Whom it is like; empty where the model is not conditioned on labels.
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
    notated: tuple[Note, ...] = ()
    instrument: str = ""
    style: str = ""
    form: Form | None = None
    labels: Labels = Labels()

    @property
    def seconds(self) -> float:
        """How long its bars last at its tempo."""
        return self.bars * self.meter.bar / TICKS_PER_QUARTER * 60 / self.tempo

    def __repr__(self) -> str:
        """Return title, length, number of notes and tempo in one line: all notes are in `notes`."""
        meter, tempo = f"{self.bars} bar{'s' * (self.bars != 1)} of {self.meter}", f"tempo {self.tempo:g}"
        return f"<Solo {self.title!r}: {meter}, {len(self.notes)} notes, {tempo}>"

    def _repr_html_(self) -> str:
        """Show the solo in a notebook: its piano roll."""
        html: str = attached("Solo._repr_html_")(self)
        return html

    def show(self, view: Literal["score", "roll"] | None = None) -> None:
        """Show the solo.

        Parameters
        ----------
        view : {"score", "roll"} or None
            The lead sheet or the piano roll. A notebook shows it in its page, the score where it is None. In a
            terminal it is written to a temporary file, which the browser opens and whose name is printed; None prints
            a piano roll of characters.
        """
        attached("Solo.show")(self, view)

    def save(self, path: str | Path, **options: Any) -> Path:
        """Write the solo with its band to a file, by the writer for its suffix.

        Parameters
        ----------
        path : str or Path
            ``solo.mid``, ``solo.musicxml``, ``solo.mp3``, ``solo.pdf`` …: any installed writer. A file of that name is
            replaced.
        **options
            The writer's options, as ``jazzgram plugins show`` lists them: ``bitrate=192``.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        JazzgramError
            Where no writer has such a suffix, an option is wrong, or the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> import jazzgram
        >>> solo = Solo((Note(62, 0, 480), Note(65, 480, 480)), (), 1, title="Two notes")
        >>> solo.save(f"{tempfile.mkdtemp()}/two.mid").name
        'two.mid'
        """
        saved: Path = attached("Solo.save")(self, path, options)
        return saved

    def play(self, soundfont: str | None = None) -> None:
        """Play the solo with its band: in a notebook with a player, else on the sound device until Ctrl-C.

        Parameters
        ----------
        soundfont : str or None
            An .sf2 or .sf3 file, or a registered name; None for ``JAZZGRAM_SOUNDFONT``, else the sound bank.

        Raises
        ------
        JazzgramError
            With one line, where there is neither a notebook nor a sound device.
        """
        attached("Solo.play")(self, soundfont)
