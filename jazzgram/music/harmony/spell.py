"""Spelling: the name of a note in a score (``G#`` or ``A-``).

A note is spelled by its function. The first rule that applies decides:

1. a tone of the sounding chord is spelled from the chord's root: over Bb7 the seventh is Ab, over A7 the third is C#
   (but a tension or a diminished seventh that is a white key stays a natural: Cdim7 has no Bbb);
   the tones of an altered dominant are b9, b10 (#9 where it goes up to the third), b5 and b13, and over a dominant with
   b9 the b13 is understood;
2. a tone of the key signature is spelled as in the signature;
3. a white key is a natural;
4. a black key that steps by semitone to the next other tone has the letter beside it: sharp going up (G G# A), flat
   going down (A Ab G), but Eb going up to Fb;
5. any other black key is a degree of the chord: b9, b3, #11 (b5 over minor thirds), b13, b7;
6. where no chord sounds, it has the name nearest to the key on the line of fifths: b2, b3, #4, b6 or b7.

Double sharps and flats are never used. On the line of fifths see Temperley, *The Cognition of Basic Musical
Structures* (2001), ch. 5; on chromatic approach tones Levine, *The Jazz Theory Book* (1995), ch. 8.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jazzgram.errors import JazzgramError
from jazzgram.music.chord import Chord, chord_at
from jazzgram.music.harmony.symbols import ChordSymbol, name_chord, parse_symbol, voicing
from jazzgram.music.intervals import parse_name
from jazzgram.music.note import Note
from jazzgram.music.note_names import LETTERS, NATURALS

_FIFTHS = "FCGDAEB"
_SPELLING = re.compile(r"[A-G](#{0,2}|-{0,2})")
_ACCIDENTALS = {-1: "-", 0: "", 1: "#"}
_LETTER_OF_STEP = {
    **{0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 4, 7: 4, 8: 4, 9: 5, 10: 6, 11: 6},
    **{13: 1, 14: 1, 15: 1, 17: 3, 18: 3, 20: 5, 21: 5},
}


def symbol_of(chord: Chord) -> ChordSymbol:
    """Return a chord's symbol: the source's where it can be parsed, else the one that fits its voicing.

    Examples
    --------
    >>> symbol_of(Chord((58, 62, 65, 68), 0, 1920)).canonical
    'Bb7'
    """
    try:
        return parse_symbol(chord.symbol or name_chord(chord.pitches))
    except JazzgramError:
        return parse_symbol(name_chord(chord.pitches))


def spell(pitches: Sequence[int], chords: Sequence[Chord | None], key: int = 0) -> tuple[str, ...]:
    """Spell the notes of a line.

    Parameters
    ----------
    pitches : sequence of int
        MIDI numbers in the order in which they are played. May be empty.
    chords : sequence of Chord or None
        For each pitch the chord that sounds with it; None for none.
    key : int
        The key signature: sharps counted up, flats down, -7 to 7.

    Returns
    -------
    tuple of str
        A name for each pitch, without octave, as music21 writes it: ``A-``, ``F#``, ``C``.

    Examples
    --------
    >>> a7 = Chord((57, 61, 64, 67), 0, 1920, "A7")
    >>> spell([67, 68, 69, 68, 67, 61], [a7] * 6)
    ('G', 'G#', 'A', 'A-', 'G', 'C#')
    """
    names: list[str] = []
    step, target = 0, ""
    for index in range(len(pitches) - 1, -1, -1):
        if index + 1 < len(pitches) and pitches[index + 1] != pitches[index]:
            step, target = pitches[index + 1] - pitches[index], names[-1]
        names.append(_name(pitches[index] % 12, step, target, chords[index], key))
    return tuple(reversed(names))


def spell_notes(notes: Sequence[Note], chords: Sequence[Chord], key: int = 0) -> tuple[str, ...]:
    """Spell the notes of a solo: by their own spelling where it matches their pitch, else as `spell` does.

    Parameters
    ----------
    notes : sequence of Note
        In time order, onsets from the same start as the chords'. May be empty.
    chords : sequence of Chord
        In time order.
    key : int
        The key signature: sharps counted up, flats down, -7 to 7.

    Returns
    -------
    tuple of str
        A name for each note, as `spell` returns it.

    Examples
    --------
    >>> spell_notes([Note(61, 0, 240), Note(61, 240, 240, spelling="D-")], [Chord((57, 61, 64, 67), 0, 1920, "A7")])
    ('C#', 'D-')
    """
    sounding = tuple(chords)
    names = spell([note.pitch for note in notes], [chord_at(sounding, note.onset) for note in notes], key)
    return tuple(
        note.spelling if note.spelling and _is_name_of(note.spelling, note.pitch) else name
        for note, name in zip(notes, names, strict=True)
    )


def _is_name_of(spelling: str, pitch: int) -> bool:
    return bool(_SPELLING.fullmatch(spelling)) and (parse_name(f"{spelling}4")[1] - pitch) % 12 == 0


def spell_chord(symbol: ChordSymbol | str) -> tuple[str, ...]:
    """Return the names of a chord's tones from the root up, as music21 writes them; empty for "no chord".

    Examples
    --------
    >>> spell_chord("Ebm7"), spell_chord("C7#9")
    (('E-', 'G-', 'B-', 'D-'), ('C', 'E', 'G', 'B-', 'D#'))
    """
    read = parse_symbol(symbol) if isinstance(symbol, str) else symbol
    pitches = voicing(read)
    return spell(pitches, [Chord(pitches, 0, 0, read.canonical)] * len(pitches))


def _name(pitch_class: int, step: int, target: str, chord: Chord | None, key: int) -> str:
    """Spell a note from which the line moves by `step` semitones to a note spelled `target`."""
    tone, degree = _in_chord(pitch_class, chord, step == 1)
    if tone is not None:
        return tone
    signature = _on_fifths(pitch_class, key - 1, key + 5)
    if signature is not None:
        return signature
    if pitch_class in NATURALS:
        return LETTERS[NATURALS.index(pitch_class)]
    if abs(step) == 1 and (name := _on_letter(pitch_class, (LETTERS.index(target[0]) - step) % 7)):
        return name
    # With many sharps or flats the nearest name may have a double accidental; then the plain window decides.
    return degree or _on_fifths(pitch_class, key - 5, key + 6) or _on_fifths(pitch_class, -5, 6) or ""


def _in_chord(pitch_class: int, chord: Chord | None, rising: bool) -> tuple[str | None, str | None]:
    """Spell a pitch class as a tone of the chord (None where it is not), and as a degree of it.

    `rising`: the line moves to the semitone above.
    """
    symbol = None if chord is None else symbol_of(chord)
    if chord is None or symbol is None or symbol.root is None:
        return None, None
    above = (pitch_class - symbol.root) % 12
    notated = [step for step in _tones(symbol, rising) if step % 12 == above]
    foreign = {6: 18 if 4 in symbol.intervals else 6, 8: 20}
    step = notated[0] if notated else foreign.get(above, above)
    diminished_seventh = symbol.intervals == (0, 3, 6, 9) and step == 9
    letter = LETTERS.index(symbol.root_name[0]) + (6 if diminished_seventh else _LETTER_OF_STEP[step])
    name = _on_letter(pitch_class, letter % 7)
    if not notated and pitch_class not in chord.pitch_classes:
        return None, name
    altered = symbol.quality == "7alt" and step not in (0, 4, 10)
    if pitch_class in NATURALS and (diminished_seventh or altered or step > 12 or not notated or name is None):
        name = LETTERS[NATURALS.index(pitch_class)]
    return name, name


def _tones(symbol: ChordSymbol, rising: bool) -> tuple[int, ...]:
    """Return the tones of a chord for spelling; 3 above a major third is the flat tenth."""
    if symbol.quality == "7alt":
        return (0, 4, 6, 10, 13, 15 if rising else 3, 20)
    if {4, 10, 13} <= set(symbol.intervals) and not {8, 21} & set(symbol.intervals):
        return (*symbol.intervals, 20)
    return symbol.intervals


def _on_letter(pitch_class: int, letter: int) -> str | None:
    """Spell a pitch class on a letter (0 is C); None where it needs a double accidental."""
    alteration = (pitch_class - NATURALS[letter] + 6) % 12 - 6
    return LETTERS[letter] + _ACCIDENTALS[alteration] if abs(alteration) <= 1 else None


def _on_fifths(pitch_class: int, lowest: int, highest: int) -> str | None:
    """Find the name of a pitch class within a stretch of the line of fifths (F is -1, C is 0, G is 1)."""
    for fifths in range(lowest, highest + 1):
        octave, letter = divmod(fifths + 1, 7)
        if fifths * 7 % 12 == pitch_class and octave in _ACCIDENTALS:
            return _FIFTHS[letter] + _ACCIDENTALS[octave]
    return None
