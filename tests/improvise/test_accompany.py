"""The accompaniment as a pianist and a bass player would check it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notation import as_ticks, changes

from jazzgram import Chord, Meter, Note, Track
from jazzgram.improvise.accompaniment.band import arrange, comp, join_bands
from jazzgram.improvise.accompaniment.bass import BASS_RANGE
from jazzgram.improvise.accompaniment.piano import PIANO_RANGE
from jazzgram.music.harmony.symbols import QUALITIES, parse_symbol, voicing

BLUES = "Bb7 | Eb7 | Bb7 | Fm7 Bb7 | Eb7 | Edim7 | Bb7 | Dm7b5 G7b9 | Cm7 | F7alt | Bb7 G7 | Cm7 F7"
FOUR_FOUR = Meter(4, 4)


def attacks(track: Track) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for note in track.notes:
        found[note.onset] = (*found.get(note.onset, ()), note.pitch)
    return found


def test_two_five_one() -> None:
    piano, bass = comp(changes("Dm7 | G7 | Cmaj7 | Cmaj7"), FOUR_FOUR, 4)
    assert (piano.name, piano.program, bass.name, bass.program) == ("Piano", 0, "Bass", 32)
    # F A C to F G B... each voice stays or moves by step; the bass leads into each root by semitone or fifth.
    assert attacks(piano) == {
        **{0: (57, 60, 65), 720: (57, 60, 65)},
        **{1920: (59, 62, 65), 3600: (59, 64, 67)},
        4560: (59, 64, 67),
        **{6240: (59, 64, 67), 7200: (59, 64, 67)},
    }
    assert [[note.pitch for note in bass.notes[bar : bar + 4]] for bar in (0, 4, 8, 12)] == [
        [38, 41, 45, 44],
        [43, 38, 35, 31],
        [36, 40, 43, 47],
        [48, 43, 40, 39],
    ]


def test_a_chord_struck_just_before_the_change_is_the_next_one() -> None:
    piano, _ = comp(changes("Dm7 G7 | Cmaj7"), FOUR_FOUR, 2)
    # The Charleston's second stroke, on the and of 2, is the G7 of beat 3.
    assert {pitch % 12 for pitch in attacks(piano)[720]} == {11, 2, 5}


def test_every_change_is_heard_in_the_piano_and_on_time_in_the_bass() -> None:
    chords = changes(BLUES)
    piano, bass = comp(chords, FOUR_FOUR, 12)
    roots = {note.onset: note.pitch % 12 for note in bass.notes}
    for chord in chords:
        symbol = parse_symbol(chord.symbol)
        assert roots[chord.onset] == symbol.root
        struck = [tones for onset, tones in attacks(piano).items() if chord.onset - 240 <= onset < chord.onset + 1440]
        guides = {(symbol.root + step) % 12 for step in symbol.intervals if step in (3, 4, 9, 10)}
        assert any(guides <= {pitch % 12 for pitch in tones} for tones in struck)


def test_voices_move_little_and_stay_in_the_middle_of_the_piano() -> None:
    piano, _ = comp(changes(BLUES), FOUR_FOUR, 12)
    chords = list(attacks(piano).values())
    assert all(3 <= len(tones) <= 4 and set(tones) <= set(PIANO_RANGE) for tones in chords)
    assert all(abs(max(before) - max(after)) <= 5 for before, after in pairwise(chords))


def test_the_bass_walks_in_quarters_and_leads_into_every_new_root() -> None:
    _, bass = comp(changes(BLUES), FOUR_FOUR, 12)
    assert [note.onset for note in bass.notes] == list(range(0, 12 * 1920, 480))
    assert all(note.pitch in BASS_RANGE for note in bass.notes)
    line = {note.onset: note.pitch for note in bass.notes}
    for chord in changes(BLUES)[1:]:
        assert (line[chord.onset] - line[chord.onset - 480]) % 12 in (1, 11, 5)


def test_a_slash_names_the_bass_note() -> None:
    _, bass = comp(changes("C/E | Bb/C"), FOUR_FOUR, 2)
    assert [note.pitch % 12 for note in bass.notes if note.onset % 1920 == 0] == [4, 0]


def test_no_chord_is_silence() -> None:
    piano, bass = comp(changes("C6 | NC | C6"), FOUR_FOUR, 3)
    for track in (piano, bass):
        assert not [note for note in track.notes if note.onset < 3600 and note.end > 1920]
        assert any(note.onset >= 3600 for note in track.notes)
    assert comp(changes("NC"), FOUR_FOUR, 1) == ()
    assert comp((), FOUR_FOUR, 4) == ()


def test_a_waltz_has_three_in_the_bass() -> None:
    waltz = Meter(3, 4)
    piano, bass = comp(changes("Am7 | D7", waltz), waltz, 2)
    assert [note.onset for note in bass.notes] == [0, 480, 960, 1440, 1920, 2400]
    assert sorted(attacks(piano)) == [0, 720, 1440, 2640]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["C", "Db", "F#", "Bb"]), st.sampled_from([*QUALITIES, "7sus4/F", "xx"])), max_size=6
    ),
    st.lists(st.integers(1, 3000), min_size=6, max_size=6),
    st.sampled_from(["4/4", "3/4", "6/8", "5/4", "7/8", "1/4", "2/2"]),
    st.integers(0, 5),
)
def test_any_changes_get_a_playable_accompaniment(
    symbols: list[tuple[str, str]], lengths: list[int], meter: str, bars: int
) -> None:
    chords, onset = [], 0
    for (root, quality), length in zip(symbols, lengths, strict=False):
        pitches = (50, 54, 57) if quality == "xx" else voicing(root + quality)
        chords.append(Chord(pitches, onset, length, root + quality))
        onset += length
    total = bars * Meter.parse(meter).bar
    for track in comp(chords, Meter.parse(meter), bars):
        onsets = [note.onset for note in track.notes]
        assert onsets == sorted(onsets)
        for note in track.notes:
            assert 0 <= note.onset < note.end <= total
            assert note.pitch in (PIANO_RANGE if track.name == "Piano" else BASS_RANGE)


@pytest.mark.parametrize(
    ("order", "notes"),
    [
        ((0, 1, 0), [(36, 0, 480), (43, 240, 720), (36, 960, 480), (43, 1200, 240)]),
        ((1, 0), [(36, 480, 480), (43, 720, 240)]),
        ((None, 0, 1), [(36, 480, 480), (43, 720, 720)]),
        ((), []),
    ],
)
def test_playing_the_bars_of_an_accompaniment_in_another_order(
    order: tuple[int | None, ...], notes: list[tuple[int, int, int]]
) -> None:
    band = Track("Drums", 0, (Note(36, 0, 480), Note(43, 240, 720)), is_drum=True)
    (track,) = arrange([band], order, 480)
    assert as_ticks(track.notes) == notes
    assert track.is_drum and track.name == "Drums"


def test_a_bar_that_the_band_does_not_have_is_played_by_the_trio() -> None:
    bass, kit = (
        Track("Own bass", 32, (Note(36, 0, 480),)),
        Track("Drums", 0, (Note(51, 0, 60), Note(51, 480, 60)), True),
    )
    walking = Track("Bass", 32, (Note(40, 0, 480), Note(41, 480, 480)))
    assert join_bands([bass], [walking, kit], (0, None), 480, drums=True) == (
        bass,
        replace(walking, notes=walking.notes[1:]),
        kit,
    )
    late = replace(kit, notes=kit.notes[1:])
    assert join_bands([bass], [walking, kit], (0, None), 480, drums=False)[2] == late
