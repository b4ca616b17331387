"""The stock pruners of notes, case by case, and what holds for all of them.

Lines are written as in `notation`: ``E4:1 F4:.5 -:.5`` is a quarter, an eighth and an eighth rest.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.pruners import (
    avoid_notes,
    guide_tones,
    instrument_range,
    low_notes,
    max_leap,
    rectify,
    resolve_approach,
    smooth_contour,
    strong_beat_chord_tones,
)
from notation import changes, line, names
from pydantic import ValidationError

from jazzgram import Chord, Meter, Note, Options, chord_at
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.plugins import Plugin
from jazzgram.music.harmony.scales import chord_scale
from jazzgram.music.instruments import INSTRUMENTS
from jazzgram.testing import check_plugin, chords_of_a_bar, notes_of_a_bar

COMMON = Meter(4, 4)
BAR = COMMON.bar
PRUNERS = (
    avoid_notes,
    guide_tones,
    instrument_range,
    low_notes,
    max_leap,
    rectify,
    resolve_approach,
    smooth_contour,
    strong_beat_chord_tones,
)
MOVERS = tuple(module for module in PRUNERS if module is not low_notes)
WITH_CHORDS = tuple(module for module in MOVERS if module not in (instrument_range, max_leap))


def prune(
    module: ModuleType,
    notes: tuple[Note, ...],
    chords: tuple[Chord, ...] = (),
    *,
    previous: str = "",
    following: str = "",
    next_chord: str = "",
    seed: int = 1,
    **options: Any,
) -> Any:
    """Call a plugin as the chain does; `previous` ends and `following` begins at a barline."""
    plugin = Plugin(module.__name__, module, "test")
    calls = PluginCalls()
    calls.add(plugin)
    made: Options = plugin.options(**options)
    after = line(following, BAR)
    return calls.caller("prune_notes", plugin)(
        notes=notes,
        chords=chords,
        meter=COMMON,
        previous=line(f"{previous}:.5", -240)[0] if previous else None,
        following=after[0] if after else None,
        next_chord=changes(next_chord, start=BAR)[0] if next_chord else None,
        options=made,
        rng=Random(seed),
        step="test",
    )


def test_low_notes() -> None:
    assert names(prune(low_notes, line("C2:1 D3:1 Db3:1 C4:1"))) == "D3 C4"
    assert names(prune(low_notes, line("C2:1 D3:1"), below=60)) == ""


@pytest.mark.parametrize(
    ("options", "previous", "before", "after"),
    [
        ({"semitones": 12}, "", "C4:1 C5:1 Db4:1", "C4 C5 Db4"),  # an octave is allowed
        ({"semitones": 12}, "", "C4:1 Db5:1 B3:1", "C4 Db4 B3"),  # a ninth comes down; what follows is near now
        ({"semitones": 12}, "", "C4:1 E6:1", "C4 E4"),
        ({"semitones": 7}, "", "C4:1 A4:1", "C4 A3"),  # a sixth up becomes a third down
        ({"semitones": 2}, "", "C4:1 Gb4:1", "C4 Gb4"),  # octaves bring a tritone no nearer
        ({"semitones": 7}, "C3", "C5:1 E5:1", "C3 E3"),
        ({"semitones": 7, "by": "step"}, "", "C4:1 D5:1", "C4 G4"),
        ({"semitones": 6, "by": "step"}, "", "C4:1 D5:1", "C4 F4"),
        ({"semitones": 6, "by": "step"}, "", "C5:1 D4:1", "C5 G4"),
    ],
)
def test_max_leap(options: dict[str, Any], previous: str, before: str, after: str) -> None:
    assert names(prune(max_leap, line(before), changes("Cmaj7"), previous=previous, **options)) == after


def test_max_leap_never_leaves_what_midi_can_say() -> None:
    low, high = (Note(pitch, 0, 480) for pitch in (1, 126))
    assert [note.pitch for note in prune(max_leap, (low, Note(11, 480, 480)), (), semitones=7)] == [1, 11]
    assert [note.pitch for note in prune(max_leap, (high, Note(117, 480, 480)), (), semitones=7)] == [126, 117]


@given(notes_of_a_bar(), chords_of_a_bar(), st.sampled_from(["octave", "step"]), st.sampled_from([6, 7, 12]))
@settings(max_examples=50)
def test_no_leap_is_too_wide(notes: tuple[Note, ...], chords: tuple[Chord, ...], by: str, widest: int) -> None:
    folded = prune(max_leap, notes, chords, by=by, semitones=widest)
    assert all(abs(a.pitch - b.pitch) <= widest for a, b in pairwise(folded))
    if by == "octave":
        assert [note.pitch % 12 for note in folded] == [note.pitch % 12 for note in notes]


@pytest.mark.parametrize(
    ("instrument", "before", "after"),
    [
        ("alto sax", "C3:1 Db3:1 A5:1 Bb5:1", "C4 Db3 A5 Bb4"),
        ("tenor sax", "G2:1 Ab2:1 E5:1 F5:1", "G3 Ab2 E5 F4"),
        ("trumpet", "E2:1 E3:1 Bb5:1 C7:1", "E3 E3 Bb5 C5"),
        ("guitar", "C2:1 E2:1 E6:1 F6:1", "C3 E2 E6 F5"),
        ("double bass", "C1:1 E1:1 C5:1 C6:1", "C2 E1 C4 C4"),
    ],
)
def test_instrument_range(instrument: str, before: str, after: str) -> None:
    assert names(prune(instrument_range, line(before), instrument=instrument)) == after


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_pitch_can_be_played(instrument: str) -> None:
    lowest, highest = INSTRUMENTS[instrument].lowest, INSTRUMENTS[instrument].highest
    keyboard = tuple(Note(pitch, pitch * 10, 10) for pitch in range(128))
    played = prune(instrument_range, keyboard, instrument=instrument)
    assert all(lowest <= note.pitch <= highest for note in played)
    for before, after in zip(keyboard, played, strict=True):
        assert before.pitch % 12 == after.pitch % 12
        assert before.pitch == after.pitch or not lowest <= before.pitch <= highest


@pytest.mark.parametrize(
    ("options", "chords", "before", "after"),
    [
        ({}, "Cmaj7", "F4:.5 E4:.5 F4:.5 G4:.5", "E4 E4 F4 G4"),  # on the downbeat, not in passing
        ({}, "Cmaj7", "C4:2 F4:.5", "C4 E4"),  # in the middle of the bar
        ({}, "Cmaj7", "C4:1 F4:1", "C4 E4"),  # held
        ({"longest": 1}, "Cmaj7", "C4:1 F4:1", "C4 F4"),
        ({"strength": 0.25}, "Cmaj7", "C4:1 F4:.5", "C4 E4"),
        ({"how": "remove"}, "Cmaj7", "F4:.5 E4:.5 F4:.5 G4:.5", "E4 F4 G4"),
        ({}, "G7", "C5:2 B4:2", "B4 B4"),
        ({}, "G7sus4", "C5:2 B4:2", "C5 B4"),  # the fourth belongs to the chord
        ({}, "Dm7", "B4:2 G4:2", "B4 G4"),  # Dorian has none
        ({}, "Bm7b5", "C5:2 B4:2", "B4 B4"),
        ({}, "Fmaj7#11", "B4:2 A4:2", "B4 A4"),
        ({}, "Dm7 Cmaj7", "F4:2 F4:2", "F4 E4"),  # each note under its own chord
        ({}, "NC", "F4:4", "F4"),
    ],
)
def test_avoid_notes(options: dict[str, Any], chords: str, before: str, after: str) -> None:
    assert names(prune(avoid_notes, line(before), changes(chords), **options)) == after


@pytest.mark.parametrize(
    ("options", "chords", "previous", "before", "after"),
    [
        ({}, "Dm7", "", "E4:1 E4:1 G4:1 G4:1", "F4 E4 F4 G4"),  # one and three; G leans back to the E before
        ({}, "Dm7", "", "D4:1 B4:1 B4:1 B4:1", "D4 B4 C5 B4"),
        ({"strength": 1}, "Dm7", "", "E4:1 E4:1 G4:1 G4:1", "F4 E4 G4 G4"),
        ({"strength": 0.25}, "Dm7", "", "E4:1 E4:1 G4:1 E4:.5 E4:.5", "F4 F4 F4 F4 E4"),
        ({}, "C", "A4", "D4:1", "E4"),  # between C and E: towards the note before
        ({}, "C", "G3", "D4:1", "C4"),
        ({}, "Dm7 G7", "", "F4:2 C5:2", "F4 B4"),
        ({}, "NC", "", "Db4:4", "Db4"),
    ],
)
def test_strong_beat_chord_tones(options: dict[str, Any], chords: str, previous: str, before: str, after: str) -> None:
    assert names(prune(strong_beat_chord_tones, line(before), changes(chords), previous=previous, **options)) == after


@pytest.mark.parametrize(
    ("options", "before", "after"),
    [
        ({}, "C4:1 D4:1 E4:1 A4:1", "C4 D4 E4 A4"),  # chord and colour tones stay
        ({}, "Eb4:1 E4:1", "Eb4 E4"),  # a semitone below the third
        ({}, "F4:1 E4:1", "F4 E4"),  # the fourth, falling to the third
        ({}, "Eb4:2 E4:1", "E4 E4"),  # not within a beat
        ({}, "Eb4:.5 -:.5 E4:1", "Eb4 E4"),  # over a short rest
        ({}, "Db4:1 D4:1", "D4 D4"),  # D is a colour tone, no target
        ({}, "F4:1 G4:1", "E4 G4"),  # the fourth that leads nowhere goes to the nearest right note
        ({}, "Bb4:1 D5:1", "B4 D5"),  # A or B: towards the next note
        ({}, "Gb4:1 F4:1 E4:1", "G4 F4 E4"),  # F approaches E; F# approaches no chord tone
        ({"approaches": False}, "Eb4:1 E4:1", "E4 E4"),
        ({"allow": "chord"}, "C4:1 D4:1 A4:1 G4:1", "C4 E4 G4 G4"),
        ({"allow": "scale"}, "F4:1 A4:1 Gb4:1 D4:1", "F4 A4 F4 D4"),
    ],
)
def test_rectify(options: dict[str, Any], before: str, after: str) -> None:
    assert names(prune(rectify, line(before), changes("Cmaj7"), **options)) == after


def test_rectify_looks_over_the_barline() -> None:
    bar = line("-:3 Eb4:1")
    assert names(prune(rectify, bar, changes("G7"))) == "D4"
    assert names(prune(rectify, bar, changes("G7"), following="E4:1", next_chord="Cmaj7")) == "Eb4"
    assert names(prune(rectify, bar, changes("G7"), following="E4:1", next_chord="Bbm7")) == "E4"


@given(notes_of_a_bar(), chords_of_a_bar(), st.sampled_from(["chord", "color", "scale"]))
@settings(max_examples=50)
def test_rectify_leaves_only_right_notes_and_approaches(
    notes: tuple[Note, ...], chords: tuple[Chord, ...], allow: str
) -> None:
    rectified = prune(rectify, notes, chords, allow=allow)
    assert rectified == prune(rectify, tuple(rectified), chords, allow=allow), "what is right stays"
    for note, after in zip(rectified, [*rectified[1:], None], strict=False):
        scale = chord_scale(chord_at(chords, note.onset))
        if scale is None or note.pitch % 12 in scale.chord_tones:
            continue
        allowed = {"chord": scale.chord_tones, "color": scale.scale - scale.avoid, "scale": scale.scale}[allow]
        assert note.pitch % 12 in allowed or (after is not None and abs(after.pitch - note.pitch) == 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Eb4:1 E4:1", "Eb4 E4"),
        ("Eb4:1 G4:1", "E4 G4"),  # leads nowhere: the third it leans on
        ("Ab4:1 A4:1", "G4 A4"),  # A is no chord tone
        ("Ab4:1 G4:1", "Ab4 G4"),
        ("Eb4:.5 -:1 E4:1", "Eb4 E4"),  # a beat of silence
        ("Eb4:.5 -:1.5 E4:1", "E4 E4"),  # more than that
        ("Bb4:1 Ab4:1 G4:1", "B4 Ab4 G4"),
        ("D4:1 F4:1 A4:1", "D4 F4 A4"),  # scale tones need not resolve
        ("Db4:1 B4:1", "C4 B4"),
    ],
)
def test_resolve_approach(before: str, after: str) -> None:
    assert names(prune(resolve_approach, line(before), changes("Cmaj7"))) == after


def test_resolve_approach_over_the_barline() -> None:
    bar = line("-:3 Ab4:1")
    assert names(prune(resolve_approach, bar, changes("Cmaj7"))) == "G4"
    assert names(prune(resolve_approach, bar, changes("Cmaj7"), following="A4:1", next_chord="Dm7")) == "Ab4"
    assert names(prune(resolve_approach, bar, changes("Cmaj7"), following="A4:1", next_chord="G7")) == "G4"


def test_resolve_approach_leaves_notes_far_from_any_chord_tone() -> None:
    power = (Chord((48, 55), 0, BAR, "C5"),)
    assert names(prune(resolve_approach, line("Eb4:1 A4:1"), power)) == "Eb4 A4"


@pytest.mark.parametrize(
    ("options", "before", "after"),
    [
        ({}, "C4:1 D5:1 E4:1", "C4 D4 E4"),  # up a ninth and back: down an octave
        ({}, "C5:1 D4:1 E5:1", "C5 D5 E5"),
        ({}, "C4:1 G4:1 C4:1", "C4 G4 C4"),  # a fifth there and back is allowed
        ({}, "C4:1 C5:1 G5:1", "C4 C5 G5"),  # a wide leap that goes on is no zigzag
        ({}, "C4:1 C5:1 A4:1", "C4 C5 A4"),  # nor is one that a third follows
        ({}, "C4:1 C5:1 C4:1 C5:1 C4:1", "C4 C4 C4 C4 C4"),
        # With a narrow limit no octave fits: the nearest scale tone between the neighbours.
        ({"semitones": 3}, "C4:1 Ab4:1 E4:1", "C4 E4 E4"),
        ({"semitones": 3}, "Db4:1 Ab4:1 Db4:1", "Db4 C4 Db4"),
    ],
)
def test_smooth_contour(options: dict[str, Any], before: str, after: str) -> None:
    assert names(prune(smooth_contour, line(before), changes("Cmaj7"), **options)) == after


def test_smooth_contour_looks_over_the_barlines() -> None:
    bar = line("D5:1")
    assert names(prune(smooth_contour, bar, changes("Cmaj7"))) == "D5"
    assert names(prune(smooth_contour, bar, changes("Cmaj7"), previous="C4", following="E4:1")) == "D4"


@given(notes_of_a_bar(), st.integers(3, 12))
@settings(max_examples=50)
def test_no_zigzag_is_left(notes: tuple[Note, ...], widest: int) -> None:
    smooth = prune(smooth_contour, notes, changes("Cmaj7"), semitones=widest)
    for before, note, after in zip(smooth, smooth[1:], notes[2:], strict=False):
        # `after` as it was when the note was judged: it may have been moved itself later on.
        first, second = note.pitch - before.pitch, note.pitch - after.pitch
        assert first * second <= 0 or min(abs(first), abs(second)) <= widest


@pytest.mark.parametrize(
    ("options", "chords", "previous", "before", "after"),
    [
        ({}, "Dm7 G7", "", "F4:1 E4:1 C4:2", "F4 E4 B3"),  # the seventh of II falls to the third of V
        ({}, "G7 Cmaj7", "", "F4:1 A4:1 F4:2", "F4 A4 E4"),
        ({}, "Dm7 G7", "", "C4:1 C4:1 D4:2", "C4 C4 D4"),  # a minor third away: out of reach
        ({"reach": 3}, "Dm7 G7", "", "C4:1 C4:1 D4:2", "C4 C4 B3"),  # B or F: B is nearer to the C before
        ({"reach": 3}, "Dm7 G7", "", "C4:1 G4:1 D4:2", "C4 G4 F4"),
        ({}, "Dm7", "E4", "E4:1 E4:1", "F4 E4"),  # only the note at the change
        ({}, "Dm7 Dm7", "", "F4:2 E4:2", "F4 E4"),  # a chord that stays is no change
        ({}, "Dm7 G7", "", "F4:1.5 C4:2.5", "F4 B3"),  # anticipated by an eighth and held
        ({}, "Dm7 G7", "", "F4:1.5 C4:.5 -:1 A4:1", "F4 B3 A4"),  # … or clipped
        ({}, "Dm7 G7", "", "F4:1 C4:3", "F4 C4"),  # a beat early is no anticipation
        ({}, "Dm7 G7", "", "F4:1.5 E4:.5 A4:1", "F4 E4 B4"),
        ({"probability": 0}, "Dm7 G7", "", "F4:1 E4:1 C4:2", "F4 E4 C4"),
        ({}, "Dm7 NC", "", "F4:2 Gb4:2", "F4 Gb4"),
        ({}, "Dm7 C5", "", "F4:2 Gb4:2", "F4 Gb4"),  # a power chord has no guide tones
    ],
)
def test_guide_tones(options: dict[str, Any], chords: str, previous: str, before: str, after: str) -> None:
    assert names(prune(guide_tones, line(before), changes(chords), previous=previous, **options)) == after


def test_guide_tones_anticipate_the_next_bar() -> None:
    bar = line("D4:3.5 C4:.5")
    assert names(prune(guide_tones, bar, changes("Dm7"), reach=1)) == "D4 C4"
    assert names(prune(guide_tones, bar, changes("Dm7"), reach=1, next_chord="G7")) == "D4 B3"
    assert names(prune(guide_tones, bar, changes("Dm7"), reach=1, next_chord="G7", following="-:1 D4:1")) == "D4 B3"
    # Where a note begins with the next bar, it is the one to meet the chord.
    assert names(prune(guide_tones, bar, changes("Dm7"), reach=1, next_chord="G7", following="D4:1")) == "D4 C4"


def test_guide_tones_are_met_as_often_as_asked() -> None:
    met = [names(prune(guide_tones, line("E4:1"), changes("Dm7"), probability=0.3, seed=seed)) for seed in range(200)]
    assert 40 <= met.count("F4") <= 80 and met.count("E4") == 200 - met.count("F4")


@pytest.mark.parametrize("module", PRUNERS)
def test_contract(module: ModuleType) -> None:
    check_plugin(module)


@pytest.mark.parametrize("module", PRUNERS)
@settings(max_examples=40)
@given(notes=notes_of_a_bar(), chords=chords_of_a_bar(), seed=st.integers(0, 3), octave=st.sampled_from([-36, 0, 31]))
def test_what_holds_for_all(
    module: ModuleType, notes: tuple[Note, ...], chords: tuple[Chord, ...], seed: int, octave: int
) -> None:
    notes = tuple(replace(note, pitch=note.pitch + octave) for note in notes)
    given_notes = tuple(notes)
    pruned = prune(module, notes, chords, seed=seed, previous="C4", following="E4:1", next_chord="Cmaj7")
    again = prune(module, notes, chords, seed=seed, previous="C4", following="E4:1", next_chord="Cmaj7")
    assert notes == given_notes and list(pruned) == list(again)
    assert all(0 <= note.pitch <= 127 for note in pruned)
    rhythm = [(note.onset, note.duration, note.velocity, note.origin) for note in notes]
    result = [(note.onset, note.duration, note.velocity, note.origin) for note in pruned]
    assert result == rhythm if module in MOVERS else set(result) <= set(rhythm) and result == sorted(result)
    assert prune(module, (), chords, seed=seed) == []


@pytest.mark.parametrize("module", WITH_CHORDS)
@given(notes=notes_of_a_bar())
@settings(max_examples=10)
def test_without_a_chord_nothing_is_moved(module: ModuleType, notes: tuple[Note, ...]) -> None:
    for silence in ((), changes("NC")):
        assert tuple(prune(module, notes, silence)) == notes


@pytest.mark.parametrize("module", WITH_CHORDS)
def test_a_moved_note_loses_its_spelling(module: ModuleType) -> None:
    spelled = tuple(replace(note, spelling="?") for note in line("F4:1 Db5:1 F4:.5 Ab4:.5 Bb4:1"))
    moved = prune(module, spelled, changes("Cmaj7"))
    for before, after in zip(spelled, moved, strict=True):
        assert after.spelling == ("?" if (before.pitch - after.pitch) % 12 == 0 else None)
    assert module is smooth_contour or any(note.spelling is None for note in moved)


@pytest.mark.parametrize(
    ("module", "options"),
    [
        (low_notes, {"below": 128}),
        (max_leap, {"semitones": 0}),
        (max_leap, {"by": "third"}),
        (instrument_range, {"instrument": "kazoo"}),
        (avoid_notes, {"how": "bend"}),
        (strong_beat_chord_tones, {"strength": 2}),
        (rectify, {"allow": "all"}),
        (smooth_contour, {"semitones": 2}),
        (guide_tones, {"probability": 1.5}),
        (guide_tones, {"reach": 0}),
    ],
)
def test_options_out_of_bounds_are_refused(module: ModuleType, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"Input should|Value error"):
        module.Options(**options)
