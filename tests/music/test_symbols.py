"""Chord symbols: what musicians write, and what is played."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jazzgram import Chord, JazzgramError
from jazzgram.music.harmony.qualities import intervals_of, quality_of
from jazzgram.music.harmony.scales import ChordScale, chord_scale
from jazzgram.music.harmony.spell import spell_chord
from jazzgram.music.harmony.symbols import QUALITIES, name_chord, parse_symbol, voicing
from jazzgram.music.note_names import FLAT_NAMES

DIALECTS = {
    "C": "C Cmaj CM CMaj CMA",
    "Cm": "Cm C- Cmin Cmi CMI C−",
    "C7": "C7 Cdom7",
    "Cm7": "Cm7 C-7 Cmin7 Cmi7 CMI7 C–7",
    "Cmaj7": "Cmaj7 CM7 Cma7 CMaj7 CMA7 CMAJ7 CΔ C∆7 C△ CΔ7 Cj7 C^7 C^",
    "CmMaj7": "C-j7 CmMaj7 Cm(maj7) CmM7 C-Δ7 Cmin(maj7) C-^7 C-♮7 Cm#7",
    "Cm7b5": "Cm7b5 C-7b5 Cø Cø7 CØ7 C∅7 Cm7(b5) Cm7-5 Ch Ch7 CMI7(b5) Chalfdim",
    "Cm9b5": "Cø9 Ch9 Cm9b5",
    "Cdim": "Cdim Co C°",
    "Cdim7": "Cdim7 Co7 C°7",
    "Caug": "Caug C+ C(#5)",
    "C7#5": "C7#5 C+7 Caug7 C7+",
    "Cmaj7#5": "Cmaj7#5 C+j7 C+M7 C^7#5 C+(maj7)",
    "C6": "C6",
    "Cm6": "Cm6 C-6",
    "C69": "C69 C6/9 C6(9)",
    "C69#11": "C6911# C69#11",
    "C9": "C9 C79",
    "C13": "C13 C7913",
    "Cm9": "Cm9 C-79",
    "Cm11": "Cm11 C-7911",
    "Cmaj9": "Cmaj9 Cj79 CM9 C^9 CΔ9 Cmaj7/9",
    "Cmaj9#11": "Cmaj9#11 Cj7911# C^9#11",
    "CmMaj9#11": "C-j7911# C-^9#11 Cm(maj9)#11",
    "C7b9": "C7b9 C79b C7(b9) C7-9",
    "C7#9": "C7#9 C79# C7+9",
    "C7#9#5": "C+79# C7#9#5 C7#5#9",
    "C7#11": "C7#11",
    "C9#11": "C9#11 C7911#",
    "C7b9b13": "C7b9b13 C79b13b C7(b9,b13)",
    "C13b9": "C13b9 C79b13 C7(b9,13) C7b913",
    "C9b13": "C7913b C9b13",
    "C7b13": "C7b13 C7(b13)",
    "C(b5)": "C(b5)",
    "Cm#5": "C-#5",
    "Cmb6": "C-b6 Cm(b6)",
    "C7alt": "C7alt Calt C7(alt)",
    "Csus4": "Csus4 Csus",
    "C7sus4": "C7sus4 Csus7 C7sus C7(SUS4)",
    "Csus24": "Csus24 Csus2sus4 Csus4/2",
    "Csus2": "Csus2",
    "C9sus4": "C9sus4 C9sus C11 Csus79",
    "C13sus4": "C13sus4 C13sus Csus7913",
    "Cadd9": "Cadd9 C(add9) C2 CMadd9",
    "C7no3": "C7no3 C7(omit3)",
    "Cmadd9": "Cmadd9 Cm(add9)",
}


@pytest.mark.parametrize("canonical", DIALECTS)
def test_dialects_mean_the_same_chord(canonical: str) -> None:
    for text in DIALECTS[canonical].split():
        symbol = parse_symbol(text)
        assert symbol.canonical == canonical, text
        assert symbol.intervals == parse_symbol(canonical).intervals, text


@pytest.mark.parametrize(
    ("text", "pitches"),
    [
        ("C", (48, 52, 55)),
        ("C-7", (48, 51, 55, 58)),
        ("F7", (53, 57, 60, 63)),
        ("Ab7", (56, 60, 63, 66)),
        ("Bm7b5", (59, 62, 65, 69)),
        ("Bo7", (59, 62, 65, 68)),
        ("Cbj7", (59, 63, 66, 70)),
        ("Gbsus7913", (54, 59, 61, 64, 68, 75)),
        ("C7b13", (48, 52, 58, 68)),
        ("G7/F", (55, 59, 62, 65)),
        ("NC", ()),
    ],
)
def test_voicings_are_stacked_from_the_root(text: str, pitches: tuple[int, ...]) -> None:
    assert voicing(text) == pitches


@pytest.mark.parametrize(
    ("text", "root", "root_name", "bass", "bass_name"),
    [
        ("Bb-7/Eb", 10, "Bb", 3, "Eb"),
        ("F#ø", 6, "F#", None, ""),
        ("B♭7/A♭", 10, "Bb", 8, "Ab"),
        ("C6/9", 0, "C", None, ""),
        ("C6/9/E", 0, "C", 4, "E"),
        (" N.C. ", None, "", None, ""),
    ],
)
def test_roots_and_basses(text: str, root: int | None, root_name: str, bass: int | None, bass_name: str) -> None:
    symbol = parse_symbol(text)
    assert (symbol.root, symbol.root_name, symbol.bass, symbol.bass_name) == (root, root_name, bass, bass_name)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("dm7", "did you mean Dm7?"),
        ("Cmjr7", "did you mean Cmaj7?"),
        ("C7#12", "did you mean C7#11?"),
        ("Dm7x", "did you mean Dm7?"),
        ("H7", "a root A to G"),
        ("", "a root A to G"),
        ("C/H", "a root A to G"),
    ],
)
def test_what_is_no_symbol_is_named(text: str, hint: str) -> None:
    with pytest.raises(JazzgramError) as error:
        parse_symbol(text)
    assert repr(text) in str(error.value) and hint in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_quality_is_named_again_from_its_voicing(quality: str) -> None:
    for root in FLAT_NAMES:
        assert parse_symbol(root + quality).intervals == QUALITIES[quality]
        assert name_chord(voicing(root + quality)) == root + quality


@pytest.mark.parametrize(
    ("pitches", "name"),
    [
        ((44, 58, 60, 63, 67), "Abmaj9"),
        ((48, 60, 72), "C5"),
        ((48, 58), "C7"),
        ((48, 52), "C"),
        ((52, 55, 60), "C/E"),
        ((53, 57, 60, 64), "Fmaj7"),
        ((53, 59, 62, 64, 69), "G13"),  # a rootless left hand: b7 3 5 13 9
        ((52, 58, 62, 69), "C13"),
        ((46, 53, 56, 60, 63), "Bb9sus4"),
        ((60, 63, 66, 69), "Cdim7"),
        ((55, 59, 65), "G7"),
        ((), "NC"),
    ],
)
def test_voicings_get_the_name_a_musician_gives(pitches: tuple[int, ...], name: str) -> None:
    assert name_chord(pitches) == name
    assert parse_symbol(name)


def test_voicings_are_those_of_the_reference_but_for_elevenths_and_altered_chords(shared: Path) -> None:
    file = shared / "reference" / "wjazzd_bars.jsonl"
    chords = [chord for line in file.read_text().splitlines() for chord in json.loads(line)["chords"]]
    different = [chord["symbol"] for chord in chords if voicing(chord["symbol"]) != tuple(chord["midi"])]
    # The reference leaves elevenths out and plays "alt" as a plain seventh.
    assert all("11" in symbol or "alt" in symbol for symbol in different)
    print(f"{len(chords) - len(different)} of {len(chords)} voicings agree")
    assert len(different) / len(chords) < 0.02


IREAL = (
    "5 2 add9 + o h sus ^ - ^7 -7 7 7sus h7 o7 ^9 ^13 6 69 ^7#11 ^9#11 ^7#5 -6 -69 -^7 -^9 -9 -11 -7b5 h9 -b6 -#5 9 "
    "7b9 7#9 7#11 7b5 7#5 9#11 9b5 9#5 7b13 7#9#5 7#9b5 7#9#11 7b9#11 7b9b5 7b9#5 7b9#9 7b9b13 7alt 13 13#11 13b9 13#9 "
    "7b9sus 7susadd3 7add3sus 9sus 13sus 7b13sus 11 6/9 -6/9 ø ø7 ø9"
)
"""The qualities that iReal Pro offers, in the link's spelling and in the editor's."""


def scale_of(text: str) -> ChordScale | None:
    """Return the scale that is played over a chord symbol."""
    return chord_scale(Chord(voicing(text), 0, 0, text))


def reads_again(text: str) -> tuple[int, ...]:
    """Read a symbol; its canonical name must be read as the same chord."""
    symbol = parse_symbol(text)
    again = parse_symbol(symbol.canonical)
    assert (again.root, again.intervals, again.bass) == (symbol.root, symbol.intervals, symbol.bass), text
    assert again.canonical == symbol.canonical, text
    return symbol.intervals


@pytest.mark.parametrize(
    ("quality", "intervals"),
    [
        ("^", (0, 4, 7, 11)),
        ("2", (0, 4, 7, 14)),
        ("-b6", (0, 3, 7, 8)),
        ("-#5", (0, 3, 8)),
        ("h9", (0, 3, 6, 10, 14)),
        ("7b13sus", (0, 5, 10, 20)),
        ("7susadd3", (0, 4, 5, 7, 10)),
        ("7b9#9", (0, 4, 7, 10, 13, 15)),
        ("13#9", (0, 4, 7, 10, 15, 21)),
    ],
)
def test_ireals_rarer_qualities(quality: str, intervals: tuple[int, ...]) -> None:
    assert quality in IREAL.split()
    assert reads_again("C" + quality) == intervals


def test_all_of_ireals_qualities_are_read() -> None:
    for quality in IREAL.split():
        for root in ("C", "Bb", "F#"):
            assert reads_again(root + quality)[0] == 0
            assert scale_of(root + quality) is not None


WITHOUT_THIRD = {"11", "dom11", "+11", "aug11"}
WITHOUT_ELEVENTH = {
    *("M13", "Maj13", "13", "dom13", "mM13", "minmaj13", "m13", "min13", "+M13", "augmaj13", "+13", "aug13", "ø13"),
}
"""music21 stacks every third; here the third of a dominant eleventh and the eleventh of a thirteenth are not played.
A pedal, one tone there, is an open fifth here."""


def music21_table() -> Iterator[tuple[str, frozenset[int]]]:
    """Yield each abbreviation of music21's table with its pitch classes above the root."""
    from music21 import harmony

    steps = {"1": 0, "2": 2, "3": 4, "4": 5, "5": 7, "6": 9, "7": 11, "9": 2, "11": 5, "13": 9}
    for degrees, abbreviations in harmony.CHORD_TYPES.values():
        tones = [
            (steps[degree.lstrip("#-")] + degree.count("#") - degree.count("-")) % 12 for degree in degrees.split(",")
        ]
        for abbreviation in abbreviations:
            yield abbreviation, frozenset(tones)


def test_music21s_abbreviations_are_read_and_mean_the_same(record_property: Callable[[str, object], None]) -> None:
    table = dict(music21_table())
    assert len(table) >= 90
    for abbreviation, tones in table.items():
        read = {step % 12 for step in reads_again("C" + abbreviation)}
        missing = {4} if abbreviation in WITHOUT_THIRD else {5} if abbreviation in WITHOUT_ELEVENTH else set()
        assert read - ({7} if abbreviation == "pedal" else set()) == tones - missing, abbreviation
    same = len(table) - len(WITHOUT_THIRD | WITHOUT_ELEVENTH | {"pedal"})
    record_property("music21's abbreviations", f"{len(table)} read, {same} with the same pitch classes")


def test_every_chord_symbol_of_the_weimar_database_is_read(
    shared: Path, record_property: Callable[[str, object], None]
) -> None:
    symbols: set[str] = set()
    for file in (shared / "data" / "wjazzd").glob("*/*.csv"):
        with file.open(newline="") as lines:
            symbols.update(row["chord"] for row in csv.DictReader(lines))
    for symbol in symbols:
        reads_again(symbol)
        quality = parse_symbol(symbol).quality
        assert quality == "NC" or intervals_of(quality) == parse_symbol(symbol).intervals
    assert "NC" in symbols and len(symbols) > 400
    record_property("chord symbols of the Weimar database", f"{len(symbols)} distinct, all read")


@pytest.mark.parametrize(
    ("text", "canonical", "tones"),
    [
        ("D|C7", "C13#11", "C E G B- D F# A"),
        ("D\\C7", "C13#11", "C E G B- D F# A"),
        ("D/C7", "C13#11", "C E G B- D F# A"),
        ("G\\Cmaj7", "Cmaj9", "C E G B D"),
        ("Cmaj7|D7", "Cmaj7\\D7", "D F# A C E G B"),
        ("F#\\C", "F#\\C", "C E G B- D- F#"),
        ("Bbm\\C7/G", "Bbm\\C7/G", "C E G B- D- F"),
        ("C/E", "C/E", "C E G"),
        ("Am7/g", "Am7/G", "A C E G"),
    ],
)
def test_chords_over_chords_and_over_basses(text: str, canonical: str, tones: str) -> None:
    reads_again(text)
    assert (parse_symbol(text).canonical, spell_chord(text)) == (canonical, tuple(tones.split()))


@pytest.mark.parametrize("text", ["NC|C7", "C|NC", "C/E|D", "C|D|E", "C|", "|C", "C\\", "C" * 100, "C7" + "b9" * 400])
def test_nonsense_over_nonsense_is_refused(text: str) -> None:
    with pytest.raises(JazzgramError) as error:
        parse_symbol(text)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    ("text", "root_name", "quality"),
    [("Abb5", "Ab", "(b5)"), ("Abb7", "Abb", "7"), ("Bbb", "Bbb", ""), ("C##m7", "C##", "m7"), ("Ebb9", "Eb", None)],
)
def test_a_second_accidental_belongs_to_the_root_only_where_nothing_else_makes_sense(
    text: str, root_name: str, quality: str | None
) -> None:
    symbol = parse_symbol(text)
    assert symbol.root_name == root_name
    assert quality is None or symbol.quality == quality


@pytest.mark.parametrize(
    ("text", "scale", "tones"),
    [
        ("Dm7", "Dorian", "D F A C"),
        ("G7alt", "altered", "G B E- F A- B-"),
        ("F#ø", "Locrian", "F# A C E"),
        ("Bb^7#11", "Lydian", "B- D F A E"),
        ("E-7/A", "Dorian", "E G B D"),
        ("NC", None, ""),
    ],
)
def test_scale_and_spelling(text: str, scale: str | None, tones: str) -> None:
    found = scale_of(text)
    assert (found.name if found else None) == scale
    assert spell_chord(text) == tuple(tones.split())


@pytest.mark.parametrize(
    ("intervals", "name"),
    [
        ((0, 4, 6), "(b5)"),
        ((0, 4, 7, 10, 13, 15), "7b9#9"),
        ((0, 3, 7, 10, 13), "m7b9"),
        ((0, 4, 7, 10, 17), "7add11"),
        ((0, 2, 5, 7), "sus24"),
        ((0, 1, 2), None),
    ],
)
def test_qualities_outside_the_table_are_named(intervals: tuple[int, ...], name: str | None) -> None:
    assert quality_of(intervals) == name
    assert name is None or intervals_of(name) == intervals
