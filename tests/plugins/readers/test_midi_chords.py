"""Where the MIDI reader's chords come from: symbols in the file, a part, all parts together, a text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jazzgram_plugins.readers.midi import Options, read_corpus
from midi_files import Played, chord, meta, meter, name, notes, write

from jazzgram import Corpus, Dropped, JazzgramError

LINE = [(beat * 48, 40, 60 + beat * 7 % 13) for beat in range(64)]
COMPING = [event for bar in range(8) for event in chord(bar * 384, 380, (48, 52, 55, 59), 1)]
TWO_FIVE = ["Dm7", "G7b9", "Cmaj7", "Cmaj7", "F#m7b5", "B7alt", "Em7", "A7"]
TEXT, LYRIC, MARKER, CUE = 1, 5, 6, 7


def _symbols(kind: int, texts: list[str], every: int = 384) -> list[Played]:
    return [meta(number * every, kind, text.encode()) for number, text in enumerate(texts)]


def _names(corpus: Corpus) -> list[str]:
    """Return the chords of each bar, each with the beat (from 1) on which it begins, in a bar with several."""
    return [
        " ".join(chord.symbol + (f"@{1 + chord.onset / 480:g}" if chord.onset else "") for chord in bar.chords)
        for bar in corpus.bars
    ]


@pytest.mark.parametrize("kind", [TEXT, LYRIC, MARKER, CUE])
@pytest.mark.parametrize("track", [0, 1, 2])
def test_symbols_are_found_wherever_they_are(kind: int, track: int, tmp_path: Path) -> None:
    tracks = [[name("A Tune"), meta(0, TEXT, b"made by hand")], notes(LINE), list(COMPING)]
    tracks[track] += _symbols(kind, TWO_FIVE)
    if track or kind != TEXT:
        assert _names(read_corpus(write(tmp_path / "m.mid", *tracks), Options())) == TWO_FIVE


def test_symbols_last_until_the_next(tmp_path: Path) -> None:
    written = [(96, "Dm7"), (384, "G7"), (384 + 192, "Db7"), (3 * 384 - 2, "Cmaj7"), (3 * 384 + 193, "NC")]
    symbols = [meta(time, MARKER, text.encode()) for time, text in written]
    corpus = read_corpus(write(tmp_path / "m.mid", symbols, notes(LINE[:32])), Options())
    # Before the first one it sounds already; one that is written a little before the barline is meant on it.
    assert _names(corpus) == ["Dm7 Dm7@2", "G7 Db7@3", "Db7", "Cmaj7 NC@3"]
    assert [[chord.duration for chord in bar.chords] for bar in corpus.bars] == [
        [480, 1440],
        [960, 960],
        [1920],
        [960, 960],
    ]
    assert corpus.bars[1].chords[0].pitches == (55, 59, 62, 65) and corpus.bars[3].chords[1].pitches == ()
    later = read_corpus(tmp_path / "m.mid", Options(span=(8, 12)))
    assert _names(later) == ["Db7"]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["Dm7", "G7"], True),
        (["[Dm7]", "(G7)"], True),
        (["B♭7", "E♭maj7", "A♭", "D♭"], True),
        (["Intro", "Dm7", "G7", "C", "Am"], True),  # four of five
        (["Intro", "Dm7", "G7", "C"], False),
        (["A", "A", "B", "A"], False),  # rehearsal letters
        (["A 0:21", "0:42", "B 1:12", "C"], False),
        (["A", "man", "and", "a", "dog"], False),
    ],
)
def test_which_texts_are_chord_symbols(texts: list[str], found: bool, tmp_path: Path) -> None:
    file = write(tmp_path / "m.mid", _symbols(MARKER, texts), notes(LINE), COMPING)
    chords = read_corpus(file, Options()).bars[0].chords
    assert bool(chords[0].symbol) == found
    assert found or chords[0].pitches == (48, 52, 55, 59)


def test_letters_are_triads_where_somebody_says_so(tmp_path: Path) -> None:
    file = write(tmp_path / "m.mid", _symbols(MARKER, ["A", "D", "E", "A"]), notes(LINE[:32]))
    assert _names(read_corpus(file, Options(chords="symbols"))) == ["A", "D", "E", "A"]
    with pytest.raises(
        JazzgramError, match=r"m\.mid: no chord symbols found among its texts, lyrics, markers and cues; "
    ):
        read_corpus(write(tmp_path / "m.mid", notes(LINE), COMPING), Options(chords="symbols"))


@pytest.mark.parametrize(
    ("options", "first"),
    [
        ({}, "Dm7"),
        ({"chords": "symbols"}, "Dm7"),
        ({"chords": "part"}, ""),
        ({"chord_part": 1}, ""),
        ({"changes": "Bb7 | Eb7"}, "Bb7"),
    ],
)
def test_what_goes_before_what(options: dict[str, Any], first: str, tmp_path: Path) -> None:
    file = write(tmp_path / "m.mid", _symbols(MARKER, TWO_FIVE), notes(LINE), COMPING)
    (tune,) = read_corpus(file, Options(**options)).tunes
    assert tune.bars[0].chords[0].symbol == first
    assert first or tune.bars[0].chords[0].pitches == (48, 52, 55, 59)
    assert [track.name for track in tune.accompaniment] == ["Part 1"]


@pytest.mark.parametrize(
    ("meters", "pickup", "changes", "expected"),
    [
        ([(0, "4/4")], 0, "Dm7 G7 | C", ["Dm7 G7@3", "C", "Dm7 G7@3", "C"]),
        ([(0, "3/4")], 0, "Dm7 | G7 | C | %", ["Dm7", "G7", "C", "C", "Dm7", "G7"]),
        ([(0, "4/4")], 2, "Dm7 | G7", ["Dm7", "Dm7", "G7", "Dm7", "G7"]),  # the form begins with the first full bar
        ([(0, "1/4"), (96, "4/4")], 0, "Dm7 G7 | C", ["Dm7", "Dm7 G7@3", "C", "Dm7 G7@3", "C"]),
        ([(0, "4/4"), (768, "2/4")], 0, "Dm7 G7", ["Dm7 G7@3", "Dm7 G7@3", *["Dm7 G7@2"] * 4]),
    ],
)
def test_changes_are_repeated_over_the_bars(
    meters: list[tuple[int, str]], pickup: float, changes: str, expected: list[str], tmp_path: Path
) -> None:
    file = write(tmp_path / "m.mid", [meter(*it) for it in meters], notes(LINE[:32]))
    assert _names(read_corpus(file, Options(changes=changes, pickup=pickup))) == expected


def test_changes_that_are_never_played_are_reported(tmp_path: Path) -> None:
    file = write(tmp_path / "m.mid", [meter(0, "4/4")], notes(LINE))
    (tune,) = read_corpus(file, Options(changes="Dm7 (Fine) | G7 (D.C. al Fine) | C A7")).tunes
    assert tune.dropped[-1] == Dropped("never reached by the repeats and jumps", bars=1, chords=2)


def test_changes_that_do_not_fit_a_bar(tmp_path: Path) -> None:
    file = write(tmp_path / "m.mid", [meter(0, "3/4")], notes(LINE))
    with pytest.raises(
        JazzgramError, match=r"m\.mid: the option changes, in its bars of 3/4: bar 2: 4 chords in a bar"
    ):
        read_corpus(file, Options(changes="Dm7 | G7 C F Bb"))


def test_a_part_that_seldom_plays_chords_is_not_believed(tmp_path: Path) -> None:
    """One chord in eight bars tells less than the arpeggios of the other part, from which they are inferred."""
    arpeggios = [(beat * 96, 380, (48, 52, 55, 60)[beat % 4]) for beat in range(32)]
    file = write(tmp_path / "m.mid", notes(LINE), notes(arpeggios, 1), chord(384, 380, (53, 57, 60), 2))
    bars = read_corpus(file, Options()).bars
    assert bars[0].chords[0].symbol
    assert read_corpus(file, Options(chords="part")).bars[0].chords[0].symbol == ""


@pytest.mark.parametrize("chords", ["auto", "infer"])
def test_chords_inferred_from_all_that_accompanies(chords: str, tmp_path: Path) -> None:
    """A bass and two lines that imply D minor seventh, then G seventh; the melody and the drums have no say."""
    bass = [
        (beat * 96, 90, (38, 41, 45, 48)[beat % 4] if beat < 16 else (43, 47, 50, 53)[beat % 4]) for beat in range(32)
    ]
    upper = [(bar * 384, 380, 65) for bar in range(8)]
    lower = [(bar * 384, 380, 60 if bar < 4 else 59) for bar in range(8)]
    drums = notes([(beat * 48, 10, 42) for beat in range(64)], 9)
    file = write(
        tmp_path / "m.mid", [name("Lead"), *notes(LINE)], notes(bass, 1), notes(upper, 2), notes(lower, 3), drums
    )
    corpus = read_corpus(file, Options(melody_part=0, chords=chords))
    assert [[chord.symbol for chord in bar.chords] for bar in corpus.bars] == [["Dm7"]] * 4 + [["G7"]] * 4


def test_a_melody_alone_implies_its_chords(tmp_path: Path) -> None:
    broken = [(beat * 96, 90, (60, 64, 67, 72)[beat % 4]) for beat in range(16)]
    corpus = read_corpus(write(tmp_path / "m.mid", notes(broken)), Options())
    assert {bar.chords[0].symbol for bar in corpus.bars} == {"C"}
    with pytest.raises(
        JazzgramError, match=r"m\.mid: no part looks like chords; choose one as chord_part among the parts 0"
    ):
        read_corpus(tmp_path / "m.mid", Options(chords="part"))


def test_a_flood_of_texts_is_no_changes(tmp_path: Path) -> None:
    texts = _symbols(LYRIC, [f"C{number}x" for number in range(2000)], 1) + _symbols(MARKER, TWO_FIVE)
    assert _names(read_corpus(write(tmp_path / "m.mid", texts, notes(LINE)), Options())) == TWO_FIVE
