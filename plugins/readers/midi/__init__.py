"""Read a solo and its chords from a MIDI file.

One part is the melody: the one that is named, or the one that looks most like a soloist. The chords are the file's
own chord symbols, what another part plays together, what all parts together imply, or changes given as text. Onsets
and durations go to the nearest line of the grids, so that what was played can be learned as notation; the
accompaniment keeps its timing.
Source: deepjazz (jisungk, 2016), whose reading of its file it reproduces, with every choice an option.
"""

from __future__ import annotations

from pathlib import Path

from jazzgram import Bar, Corpus, Dropped, Examination, JazzgramError, Tune, hookimpl
from jazzgram.music import unplayed_changes

from .._files import with_suffix
from .casting import listing, pick
from .chords import chords_of
from .examination import examine_reading
from .file import count_unended
from .melody import AFTER, BEFORE, melody_by_bars, track_within
from .options import Options
from .quantize import scale
from .reading import begin
from .signatures import key_signature, replaced_signatures, tempo_within
from .span import end_of_file, quarters_of
from .swing import straighten, swing_phase

__all__ = ["Options", "examine", "list_files", "read_corpus"]


_ENDINGS = (".mid", ".midi", ".kar", ".rmi")
"""The last two are MIDI files with the words of a song, and in a RIFF."""
_UNENDED = "begins and never ends"
_UNENDED_ELSEWHERE = "begins and never ends, in another part"
_REPLACED = "a time signature that another one at the same time replaces"
_SHOWN = 5


@hookimpl
def list_files(folder: Path) -> list[Path]:
    """List the MIDI files below a folder: ``*.mid``, ``*.midi``, ``*.kar``, ``*.rmi``, in capitals or not, none hidden.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("two.MID", "one.midi", "three.txt"):
    ...         _ = Path(folder, name).write_bytes(b"")
    ...     [file.name for file in list_files(Path(folder))]
    ['one.midi', 'two.MID']
    """
    return with_suffix(folder.rglob("*"), *_ENDINGS)


@hookimpl
def read_corpus(source: Path, options: Options) -> Corpus:
    """Read one MIDI file as a corpus of one tune.

    Where another part's simultaneous notes are the chords, those of a bar are the ones that begin in it; a bar in which
    none begins repeats the chord before it, or where nothing has sounded yet, the one after it. The tempo is the one
    in which half of the span or more is played (the weighted median).

    Examples
    --------
    Three notes over a C major triad, played a little late:

    >>> import symusic, tempfile
    >>> score = symusic.Score(480)
    >>> for onsets, pitches in ((5, 250, 490), (60, 62, 64)), ((9, 9, 9), (48, 52, 55)):
    ...     track = symusic.Track()
    ...     track.notes.extend(symusic.Note(onset, 235, pitch, 90) for onset, pitch in zip(onsets, pitches))
    ...     score.tracks.append(track)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     score.dump_midi(Path(folder, "three.mid"))
    ...     bars = read_corpus(Path(folder, "three.mid"), Options()).bars
    >>> [(note.pitch, note.onset, note.duration) for note in bars[0].melody], bars[0].chords[0].pitches
    ([(60, 0, 240), (62, 240, 240), (64, 480, 240)], (48, 52, 55))
    """
    reading = begin(source, options)
    melody, bars, grid = reading.melody, reading.bars, reading.grid
    solo, comping = melody, reading.chord_part
    if options.swing == "straighten" and (phase := swing_phase(melody, bars)):
        solo, comping = straighten(melody, bars, phase), comping and straighten(comping, bars, phase)
    beneath = [part for part in reading.parts if part is not melody]
    if options.accompaniment is not None:
        beneath = [pick(source, reading.parts, "accompaniment", number) for number in options.accompaniment]
    melodies, left_out = melody_by_bars(solo, bars, options.divisors, options.polyphony == "highest")
    if not any(melodies):
        first, last = scale(melody.onsets[[0, -1]], melody.per_quarter).tolist()
        raise JazzgramError(
            f"{source}: melody_part {melody.number} ({melody.name}) has no notes from quarter "
            f"{quarters_of(bars.start)} to {quarters_of(bars.end)}, only between {quarters_of(first)} and "
            f"{quarters_of(last)}; change the span or choose among the parts {listing(reading.parts)}"
        )
    _, harmonies = chords_of(reading, options, comping)
    outside = {BEFORE: grid.count(0, bars.start), AFTER: grid.count(bars.end, end_of_file(grid, reading.parts))}
    tracks = [track_within(part, bars, options.divisors) for part in beneath]
    unended = count_unended(source, reading.content, reading.score)
    left_out[_UNENDED] = unended[melody.number]
    left_out[_UNENDED_ELSEWHERE] = sum(unended) - unended[melody.number]
    replaced = [] if options.meter else replaced_signatures(reading.score)
    tune = Tune(
        title=source.stem,
        bars=tuple(
            Bar(tuple(notes), chords, meter)
            for notes, chords, meter in zip(melodies, harmonies, bars.meters, strict=True)
        ),
        tempo=tempo_within(reading.score, bars.start, bars.end),
        accompaniment=tuple(track for track in tracks if track.notes),
        program=melody.program,
        key=key_signature([note for notes in melodies for note in notes], reading.score, bars.start),
        dropped=tuple(
            Dropped(reason, notes, outside.get(reason, 0))
            for reason, notes in left_out.items()
            if notes or outside.get(reason)
        )
        + tuple(Dropped(f"{_REPLACED}: {meter}") for meter in replaced[:_SHOWN])
        + (unplayed_changes(options.changes) if options.changes is not None else ()),
    )
    return Corpus((tune,))


@hookimpl
def examine(source: Path, options: Options) -> Examination:
    """Report who plays what in a MIDI file, and which options fit it.

    Examples
    --------
    >>> import symusic, tempfile
    >>> score = symusic.Score(480)
    >>> for name, pitches in ("Bass", (36, 43, 36)), ("Vibes", (72, 76, 79)):
    ...     track = symusic.Track(name)
    ...     track.notes.extend(symusic.Note(480 * beat, 470, pitch, 90) for beat, pitch in enumerate(pitches))
    ...     score.tracks.append(track)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     score.dump_midi(Path(folder, "three.mid"))
    ...     examination = examine(Path(folder, "three.mid"), Options(changes="C6"))
    >>> [(part.name, part.role, part.chosen) for part in examination.parts], dict(examination.options)
    ([('Bass', 'bass', ''), ('Vibes', 'melody', 'melody')], {'melody_part': 1})
    """
    return examine_reading(begin(source, options), options)
