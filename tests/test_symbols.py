"""Chord symbols: what musicians write, and what is played."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jazzgram import JazzgramError
from jazzgram.music.symbols import FLAT_NAMES, QUALITIES, name_chord, parse_symbol, voicing

DIALECTS = {
    "C": "C Cmaj CM",
    "Cm": "Cm C- Cmin Cmi",
    "C7": "C7",
    "Cm7": "Cm7 C-7 Cmin7 Cmi7",
    "Cmaj7": "Cmaj7 CM7 Cma7 CMaj7 CΔ CΔ7 Cj7 C^7",
    "CmMaj7": "C-j7 CmMaj7 Cm(maj7) CmM7 C-Δ7 Cmin(maj7)",
    "Cm7b5": "Cm7b5 C-7b5 Cø Cø7 CØ7 Cm7(b5) Cm7-5",
    "Cdim": "Cdim Co C°",
    "Cdim7": "Cdim7 Co7 C°7",
    "Caug": "Caug C+ C(#5)",
    "C7#5": "C7#5 C+7 Caug7 C7+",
    "Cmaj7#5": "Cmaj7#5 C+j7",
    "C6": "C6",
    "Cm6": "Cm6 C-6",
    "C69": "C69 C6/9 C6(9)",
    "C69#11": "C6911# C69#11",
    "C9": "C9 C79",
    "C13": "C13 C7913",
    "Cm9": "Cm9 C-79",
    "Cm11": "Cm11 C-7911",
    "Cmaj9": "Cmaj9 Cj79 CM9",
    "Cmaj9#11": "Cmaj9#11 Cj7911#",
    "C7b9": "C7b9 C79b C7(b9) C7-9",
    "C7#9": "C7#9 C79# C7+9",
    "C7#9#5": "C+79# C7#9#5 C7#5#9",
    "C7#11": "C7#11",
    "C9#11": "C9#11 C7911#",
    "C7b9b13": "C7b9b13 C79b13b C7(b9,b13)",
    "C13b9": "C13b9 C79b13",
    "C7alt": "C7alt Calt C7(alt)",
    "Csus4": "Csus4 Csus",
    "C7sus4": "C7sus4 Csus7 C7sus",
    "C9sus4": "C9sus4 C9sus C11 Csus79",
    "C13sus4": "C13sus4 C13sus Csus7913",
    "Cadd9": "Cadd9 C(add9)",
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
